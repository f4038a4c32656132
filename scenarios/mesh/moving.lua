-- X11 Moving peers: people walk from one network to the next, and their addresses change. How long are they gone?
--   peermesh run scenarios/mesh/moving.lua --variant often
-- A node is told of its new address. It waits until 5 s have passed without a further change, then renews its registration and pings its
-- neighbors (peer-channel.md 15, 18.5). Its old connections belong to the old address and carry nothing: both ends find out by sending,
-- 15 s after the first octets that nobody acknowledges (scenarios.md 4.1), and whoever is below two then dials at once.
-- Found: a move costs about 21 s of silence (5 s, then the ping's 15 s, then a dial): p95 22.0 s for a fifth of 1,000 that move every 5 or 30
-- minutes, 28.6 s with N7's gaps of the bearer; the longest, 42 s, are those whose first dial went to an address where nobody is any more.
-- Finding (variant "all"): where everybody moves, what the referral caches hold are addresses where nobody is. Each costs the 21 s of a SYN that
-- is given up; a .NET node dials them for the two minutes of its cycle, asks nobody, and rests for five: p95 5.7 min, 67 % heard by all. A node of
-- the profile asks the resolver when its candidates are used up: p95 2.2 min. Meanwhile it hears nothing, has nothing to
-- send, and its links to those who have moved stand as ghosts. So for that variant the limits are those of a cycle and a maintenance.
local p = scenario {
  title  = "Moving peers",
  story  = "Every few minutes somebody's address is a new one.",
  params = {
    peers   = 1000,
    movers  = "20%",
    every   = "5min",                                 -- from one move of a peer to the next, on average
    moves   = 4,                                      -- of each of them
    bearer  = false,                                  -- N7 besides: gaps of 1 to 15 s, delay, slow lines
    rate    = "1/s",
    longer  = "2500ms",                               -- a gap is counted from here on: two messages missing
    dialect = "net | spec | profile",
  },
  variants = { often = {}, seldom = { every = "30min" }, bearer = { bearer = true }, profile = { dialect = "profile" },
               all = { movers = "100%" }, all_profile = { movers = "100%", dialect = "profile" } },
  tiers    = { smoke = { peers = 60, moves = 2, seeds = 5 }, standard = { peers = 1000, seeds = 20 } },
  studies  = { pace = { every = { "5min", "30min" }, movers = { "20%", "50%", "100%" } } },
}

network "world-homes"                                 -- N2

local m     = mesh("m", { dialect = p.dialect })
local voice = peers("voice", 1, { mesh = m, plays = role("publisher", { rate = p.rate, size = "200B", start = settled }) })
-- What a user sees: how long nothing came, whenever that was longer than two messages.
local watch = role(function (me, args)
  local talk, last = me:channel(), nil
  talk:on("message", function (msg)
    if last and me.now - last > args.longer then me:sample("gap", me.now - last) end
    last = me.now
  end)
end, { longer = p.longer })

local count  = p.movers * p.peers
local movers = peers("mover", count, { mesh = m, join = "uniform 0s..60s", plays = watch, network = p.bearer and "mobile" or nil })
local still  = p.peers > count and peers("still", p.peers - count, { mesh = m, join = "uniform 0s..60s", plays = watch }) or nil

local first = settled + "1min"
for k = 1, p.moves do
  local from = first + (k - 1) * p.every
  impair(movers, { address = "new", at = from + ("uniform 0s.." .. p.every * 0.9), name = "move " .. k })
end
local last  = first + p.moves * p.every
local moved = { first, last }

-- One that changes three times within four seconds: one burst.
local burst = peers("darter", 1, { mesh = m, join = "30s", plays = watch })
for k = 0, 2 do impair(burst, { address = "new", at = first + k * unit "2s", name = "dart " .. k }) end
finish(last + "3min")

local gap, ghost = metric.sample{ "gap", of = movers, during = moved }, metric.ghost{ during = moved }
exact("one update of the registration for a burst of changes (5 s collapse)",
      metric.resolver_requests{ of = burst, kind = "update", during = { first, first + "1min" } }.count, "==", 1)
exact("and the neighbors are pinged once each",
      metric.control{ of = burst, kind = "ping", during = { first, first + "20s" } }.count, "<=", 10)
if not p.bearer then
  exact("one update for each move", metric.resolver_requests{ of = movers, kind = "update", during = { first, last + "1min" } }.count, "==",
        count * p.moves)
end
bound("neighbors are pinged after a move", metric.control{ of = movers, kind = "ping", during = moved }.count, ">=", count)
-- Limits of the variants. A move: 5 s, 15 s of unacknowledged data, a dial. Where everybody moves: that, a cycle of two minutes through an outdated
-- cache and, for a .NET node, the next maintenance five minutes later.
local crowd = p.movers > unit "50%"
local again = not crowd and "30s" or p.dialect == "net" and "445s" or "145s"
stat ("gap of a move, p95", gap.p95, "<=", again)
if crowd then
  stat("half of them are back as soon as if they moved alone", gap.p50, "<=", "30s")
  report("neighbors are ghosts for, at most", ghost.max)
  report("parts two minutes after the last move", metric.components{ at = last + "2min" }.max)
  report("of them, without a neighbor", metric.degree{ at = last + "2min", value = "== 0" }.count)
else
  -- 15 s of unacknowledged data, the message and the report of utility until something is sent, and the second to which it is measured; a
  -- bearer that is gone for 15 s says nothing meanwhile.
  bound("no neighbor is a ghost for longer than TCP takes to find out", ghost.max, "<=", p.bearer and "45s" or "25s")
  if p.bearer then                                    -- whose gaps and moves go on
    bound("and the main part has nearly all", metric.largest_component{ during = moved }.min, ">=", "98%")
  else
    bound("everybody has neighbors again", metric.degree{ at = last + "2min" }.min, ">=", 1)
    exact("and the mesh is one", metric.components{ at = last + "2min" }.max, "==", 1)
  end
end
report("gap of a move, p50", gap.p50)
report("gap of a move, longest", gap.max)
report("gaps longer than two messages", gap.count)
if still then report("gaps of those who stay where they are", metric.sample{ "gap", of = still, during = moved }.count) end
report("delivery to those who stay connected", metric.delivery{ during = moved }.mean)
report("delivery to everybody", metric.raw_delivery{ during = moved }.mean)
report("ghosts: ends of links whose other end is gone", ghost.count)
report("ghost, longest", ghost.max)
report("links that came up again with the same neighbor", metric.reconnects{ during = moved }.count)
report("requests to the resolver per second", metric.resolver_requests{ during = moved, per = "second" }.mean)

plot("gaps",   { kind = "cdf", { "nothing came for", gap } })
plot("ghosts", { kind = "cdf", { "ghosts stand for", ghost } })
plot("delivery", { kind = "time", { "delivered to all", metric.raw_delivery.mean } })
