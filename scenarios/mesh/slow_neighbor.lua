-- X6 Slow neighbor: one peer stops reading. Who pays, and when is it dropped?
--   peermesh run scenarios/mesh/slow_neighbor.lua --set rate=10/s
local p = scenario {
  title  = "Slow neighbor",
  story  = "Good service must not depend on the slowest member.",
  params = {
    peers = 30,
    rate  = "5/s",                                    -- messages of the one publisher
    size  = "400B",
    stall = "10min",                                  -- for so long the victim reads nothing
    dialect = "net | spec | profile",
  },
  variants = { net = {}, profile = { dialect = "profile" } },
  studies  = { load = { rate = { "1/s", "2/s", "5/s", "10/s", "20/s" } } },
  tiers    = { smoke = { peers = 20, seeds = 5 }, standard = { seeds = 20 } },
}

network "null"                                        -- N0: 10 ms everywhere, so that times are exact

local m      = mesh("m", { dialect = p.dialect })
local source = peers("source", 1, { mesh = m, plays = role("publisher", { rate = p.rate, size = p.size, start = settled }) })
local others = peers("peer", p.peers, { mesh = m, plays = role "subscriber" })

local victim = others:pick(1)
local calm   = { settled, settled + "2min" }
local stuck  = impair(victim, { read = "0B/s", at = settled + "2min", lasts = p.stall })
finish(stuck.ends + "5min")

-- What the rule says (peer-channel.md 14), for the default rate. A copy has at least 640 octets on the wire: the victim's receive
-- buffer and its neighbor's send buffer of 64 KiB each take 131072 octets, some 200 messages, 40 s. 128 more are being forwarded
-- 26 s later; the victim is watched, and closed at the next look, 10 to 20 s later.
local function closed(from, to)
  return metric.closed{ reason = "too slow", to = victim, during = { stuck + from, stuck + to } }.count
end
if p.rate == unit "5/s" and p.size == unit "400B" then
  exact("nobody closes it before buffers and 128 forwards are full", closed("0s", "60s"), "==", 0)
  bound("its neighbors close it when the rule says", closed("60s", "100s"), ">=", 1)
end
exact("never the last neighbor", metric.closed{ reason = "too slow", neighbors = "< 2" }.count, "==", 0)
exact("nobody else is closed for it", metric.closed{ reason = "too slow", to = (others - victim) + source }.count, "==", 0)
-- The slow one may be all that joins a few others to the rest: that is the graph's doing (seed 1 of the profile), so it is reported.
report("parts of the mesh while it is stuck", metric.components{ during = stuck }.max)
report("others get", metric.raw_delivery{ of = others - victim, during = stuck }.mean)
if p.dialect == "net" then
  -- In a mesh of twenty a path or two become longer without the slow one, by whole links of 10 ms: judged over seeds.
  stat("the others hardly notice", metric.latency{ of = others - victim, during = stuck }.p99, "<=",
        2 * metric.latency{ of = others - victim, during = calm }.p99)
end
report("longest wait of the others: who forwards too much stops reading", metric.latency{ of = others - victim, during = stuck }.max)
report("closed as too slow",         metric.closed{ reason = "too slow", to = victim }.count)
report("closed, back, closed again", metric.reconnects{ of = victim }.count)
report("messages that the victim never gets", metric.lost{ of = victim }.count)
report("of which died in its neighbors' queues", metric.lost{ of = victim, reason = "queue-abort" }.count)

plot("latency",   { kind = "cdf", tail = "log", { "others", metric.latency{ of = others - victim, during = stuck } },
                                                { "victim", metric.latency{ of = victim } } })
plot("neighbors", { kind = "time", { "of the slow one", metric.degree{ of = victim }.mean } })
