-- X6, scripted: what happens, step by step, between a peer that stops reading and the loss of its link (peer-channel.md 14).
--   peermesh run scenarios/mesh/slow_sequence.lua --variant last
-- source -> relay -> victim, a line. The victim stops reading. Its receive buffer and the relay's send buffer fill, then 128 messages are being
-- forwarded: the relay watches the victim, stops reading itself, and closes the link at the end of the period of 10 to 20 s. If the victim is by
-- then its last neighbor (variant last: the source crashes meanwhile) it is spared: until a send has waited for a minute, which ends any link.
local p = scenario {
  title  = "A slow neighbor, step by step",
  story  = "A peer stops reading. Its neighbor waits for a while, and then does not.",
  params = {
    rate    = "5/s",
    size    = "400B",
    last    = false,                                  -- the other neighbor of the relay crashes while the victim is watched
    dialect = "net | spec | profile",
  },
  variants = { net = {}, spec = { dialect = "spec" }, profile = { dialect = "profile" },
               last = { last = true }, last_profile = { last = true, dialect = "profile" } },
  tiers    = { smoke = { seeds = 5 }, standard = { seeds = 20 } },
}

network "null"

local m      = mesh("m", { dialect = p.dialect, min = 1, ideal = 1, maintenance = "2h" })   -- everybody dials once
local source = peers("source", 1, { mesh = m, plays = role("publisher", { rate = p.rate, size = p.size, start = settled }) })
local relay  = peers("relay", 1, { mesh = m, join = "20s" })
local victim = peers("victim", 1, { mesh = m, join = "40s" })
cut({ source, victim }, { at = "0s", lasts = "2h" })                                      -- so the victim finds the relay only
local stuck  = impair(victim, { read = "0B/s", at = settled + "1min", lasts = "5min" })
local watch  = when(metric.pending{ to = victim }.count, ">=", 1, { grid = "10ms" })
if p.last then crash(source, { at = watch + "5s", how = "reset" }) end
finish(stuck.ends + "1min")

local function closed(span) return metric.closed{ reason = "too slow", to = victim, during = span }.count end
exact("it is a line", metric.degree{ at = stuck }.sum, "==", 4)
exact("nothing is closed before it is watched", closed{ "0s", watch }, "==", 0)
exact("it is watched when 128 messages are being forwarded", metric.pending{ to = victim, during = { stuck, watch } }.max, "==", 128)
exact("once", metric.pending{ to = victim, during = { stuck, watch } }.count, "==", 1)
exact("for at least ten seconds", closed{ watch, watch + "9900ms" }, "==", 0)
if p.last then
  exact("the last neighbor is kept", closed{ "0s", stuck.ends }, "==", 0)
  exact("beyond the twenty seconds", metric.degree{ of = relay, to = victim, at = watch + "21s" }.max, "==", 1)
  exact("until a send has waited for a minute (13.3)", metric.degree{ of = relay, to = victim, at = watch + "61s" }.max, "==", 0)
else
  exact("closed at most twenty seconds later", closed{ watch, watch + "20s" }, "==", 1)
  exact("with all the 128 waiting still", metric.pending{ to = victim, during = { watch, watch + "20s" } }.max, "==", 128)
  exact("nobody else is closed for it", metric.closed{ reason = "too slow", to = source + relay }.count, "==", 0)
end
exact("never the last neighbor", metric.closed{ reason = "too slow", neighbors = "< 2" }.count, "==", 0)
report("messages sent while it does not read", metric.sent{ during = { stuck, watch } }.count)
report("messages that the victim never gets",  metric.lost{ of = victim, after = stuck }.count)

plot("neighbors", { kind = "time", { "of the victim", metric.degree{ of = victim }.mean } })
