-- X15, F17: a foreign application has taken the same mesh name. It becomes one mesh with ours: each side relays what the other floods,
-- and neither application is shown anything of the other, since its channel is another.
local p = scenario {
  title  = "Two applications, one mesh name",
  story  = "A foreign application uses the name of our mesh; what does it cost us, and what do we see of it?",
  params = {
    ours   = 100,
    theirs = 50,                                            -- peers of the foreign application
  },
  variants = { shared = {}, crowd = { theirs = 200 } },
  tiers    = { smoke = { ours = 30, theirs = 15, seeds = 5 }, standard = { seeds = 20 } },
}

network "world-homes"
local name = mesh("chat", { channels = { "lobby", "ours", "theirs" } })  -- everybody opens the first one; nothing is said there

-- A peer of either side opens its own channel.
local member = role(function (me, args)
  local channel = me:channel(args.side)
  channel:on("message", function (msg) me:sample("each side hears its own", msg.kind == args.side and 1 or 0) end)
  me:on("told", function ()
    me:every(args.gap, function () channel:send({ who = me.name }, { kind = args.side, size = "300B" }) end)
  end)
end, { side = "ours", gap = unit "1s" })
local foreign = member { side = "theirs", gap = unit "500ms" }

local voice  = peers("voice", 1, { mesh = name, plays = member })
local ours   = peers("our", p.ours, { mesh = name, plays = member, join = "uniform 0s..30s" })
local crier  = peers("crier", 1, { mesh = name, plays = foreign })
local theirs = peers("their", p.theirs, { mesh = name, plays = foreign, join = "uniform 0s..30s" })

tell(voice, "go", nil, { at = settled })
tell(crier, "go", nil, { at = settled })
finish(settled + "4min")

local span = { settled + "5s", settled + "2min" }
exact("it has become one mesh", metric.components{ at = settled }.max, "==", 1)
exact("none of theirs is shown to us", metric.delivery{ channel = "theirs", of = ours, during = span }.sum, "==", "0%")
exact("none of ours is shown to them", metric.delivery{ channel = "ours", of = theirs, during = span }.sum, "==", "0%")
exact("each side hears nothing but its own", metric.sample{ "each side hears its own" }, "==", 1)
bound("ours reaches all of us through their peers", metric.delivery{ channel = "ours", of = ours, during = span }.mean, ">=", "99.9%")
bound("theirs reaches all of them through ours", metric.delivery{ channel = "theirs", of = theirs, during = span }.mean, ">=", "99.9%")
report("copies of their messages in all", metric.copies{ channel = "theirs", during = span }.sum)
report("copies of our messages in all", metric.copies{ channel = "ours", during = span }.sum)

plot("download", { kind = "time", { "one of our peers, mean", metric.download{ of = ours } } })
