-- S2.1 Project team: twelve people in three time zones, often offline, one office cut off for two hours.
--
-- The oracle looks at who had a link with whom, and when; at no message. It has two sides, because what two members can hand over
-- while they meet for less than `handover` is open: whoever was in one part with a holder for that long must have the item, and
-- whoever never was in one part with a holder, not for an instant, cannot.
local p = scenario {
  title = "Project team",
  story = "Tight groups work on common documents; the mesh makes offline access possible at lower cost.",
  params = {
    members  = 12,
    days     = 5,
    ask      = "10s",                 -- how often a member compares with its neighbors
    beacon   = "30s",                 -- between two words "I am here"
    handover = "15s",                 -- how long holder and receiver must be connected (g of the oracle); more than ask
    office   = "none | cut",
    laptops  = "awake | sleep",
  },
  variants = { plain = {}, office = { office = "cut" }, sleepy = { laptops = "sleep" } },
  tiers    = { smoke = { days = 1, seeds = 5 }, standard = { days = 5, seeds = 20 } },
}

network "world-homes"

local project = mesh("project", { channels = { "chat", "notes" } })

-- One member: chats in conversations, types now and then, keeps chat and document in step with the others.
-- The function is called once for each peer, whenever it starts; everything local in it belongs to that peer.
local member = role(function (me, args)
  local sync  = require "sync"
  local chat  = require "chat" (me, me:channel "chat", { every = args.ask })
  require "presence" (me, me:channel "chat", { every = args.beacon })
  local notes = sync(me, me:channel "notes", { every = args.ask })

  local function converse(lines)
    chat.say(("x"):rep(me:random("length", "lognormal 60 sigma 0.8")))
    if lines > 1 then me:after(me:random("gap", "exp 8s"), function () converse(lines - 1) end) end
  end

  local function type_for(left)       -- 2 messages a second, one operation of 40 B each
    if left == 0 then return end
    notes.add { op = ("x"):rep(40) }
    me:after("500ms", function () type_for(left - 1) end)
  end

  local function plan_conversation()
    me:after(me:random("day", "exp 4h"), function ()
      converse(me:random("lines", 5, 40))                  -- online or not: offline access is the point
      plan_conversation()
    end)
  end

  me:on("told", function (what, data)
    if what == "type" then type_for(data.strokes) end
  end)

  plan_conversation()
end, { ask = p.ask, beacon = p.beacon })

local team = peers("member", p.members, {
  mesh = project, plays = member,
  churn = "office-hours", zone = "any of -6h, 0h, +8h",    -- C4
})

-- Every working day four of them edit the document for ten minutes.
for day = 0, p.days - 1 do
  tell(team:pick(4), "type", { strokes = 1200 }, { at = unit "10h" + day * unit "24h" })
end

local healed = unit "24h"
if p.office == "cut" then
  local office = cut({ team:pick("50%"), "rest" }, { at = unit "10h" + unit "5min", lasts = "2h" })   -- in the middle of their typing
  impair(project.resolver, { down = true, at = office, lasts = "2h" })
  healed = office.ends
end
if p.laptops == "sleep" then
  impair(team:pick(3), { asleep = true, at = "14h", lasts = "uniform 10min..2h" })
end

finish(p.days * unit "24h" + "10min")

-- The oracle: an item must reach exactly those who were ever connected, over time, to somebody who had it.
exact("every item reached whom it had to reach", metric.have{ of = team }, ">=", theory.reachable{ of = team, gap = p.handover })
exact("and nobody whom it could not reach", metric.have{ of = team }, "<=", theory.reachable{ of = team, gap = "0s" })
exact("no chat line is shown twice", metric.sample{ "chat line", per = "peer" }.duplicates, "==", 0)
exact("the document is the same for all who are online", metric.diverged{ "notes", at = healed + "330s" }, "==", 0)
report("pairs of item and member that had to be", theory.reachable{ of = team, gap = p.handover }.mean)
report("members online, mean", metric.online{ of = team }.mean)
report("beacons", metric.sent{ kind = "beacon" }.count)
stat ("and soon after the first bridging link", metric.converged{ "notes", after = healed }.max, "<=", "30s")
stat ("chat while connected, p95", metric.latency{ channel = "chat", kind = "new" }.p95, "<=", "500ms")
stat ("typing, p99", metric.latency{ channel = "notes", kind = "new" }.p99, "<=", "1s")

plot("who was there",     { kind = "gantt", { "members", metric.online{ of = team, per = "peer" } } })
plot("out of step",       { kind = "time", { "members not equal", metric.diverged{ "notes" } } })
plot("catch-up",          { kind = "histogram", { "octets of an answer that brought something", metric.sample{ "catch-up octets" } } })
plot("chat",              { kind = "cdf", tail = "log", { "lines over the mesh", metric.latency{ channel = "chat", kind = "new" } }, { "ideal server", theory.server{}.latency } })
plot("who pays",          { kind = "time", { "a member, mean", metric.upload{ of = team } }, { "server", theory.server{}.upload } })
