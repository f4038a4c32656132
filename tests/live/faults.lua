-- Thirty seconds of a small mesh in which lines fall silent: tests/checks/live_scenario.sh.
local p = scenario {
  title  = "Live faults",
  story  = "Half of eight peers is cut off for six seconds, one dies without a word and comes back, others come and go.",
  params = { peers = 8, size = "200B" },
}
network "null"
local chat    = mesh "chat"
local left    = peers("left", p.peers / 2, { mesh = chat, join = "uniform 0s..1s" })
local right   = peers("right", p.peers / 2, { mesh = chat, join = "uniform 0s..1s" })
local early   = send(left, "to all, before", { kind = "line", size = p.size, at = "4s" })
cut({ left, right }, { at = "5s", lasts = "6s" })
local apart   = send(left, "to all, while half is cut off", { kind = "line", size = p.size, at = "7s" })
local late    = send(left, "to all, after", { kind = "line", size = p.size, at = "14s" })
local dead    = crash(right:pick(1), { at = "16s", how = "silent", lasts = "5s" })
local without = send(left, "to all but one", { kind = "line", size = p.size, at = "18s" })
local again   = send(left, "to all, once more", { kind = "line", size = p.size, at = "25s" })
impair(left[1], { at = "26s", lasts = "1s", down = true })
local down    = send(left[1], "from behind a dead line", { kind = "line", size = p.size, at = "26.3s" })
finish("29s")

bound("before the cut everybody hears everything", metric.delivery{ during = early }.mean, ">=", "100%")
bound("what was said during the cut is heard on the same side at once", metric.delivery{ during = apart, of = left }.mean, ">=", "100%")
bound("and on the other side when the lines carry again", metric.delivery{ during = apart, of = right }.mean, ">=", "100%")
bound("which is four seconds later", metric.latency{ during = apart, of = right }, ">=", "3.9s")
bound("after the cut everybody hears everything", metric.delivery{ during = late }.mean, ">=", "100%")
bound("everybody but who died hears the next", metric.delivery{ during = without }.mean, ">=", "100%")
bound("and everything when it is there again", metric.delivery{ during = again }.mean, ">=", "100%")
bound("what was said on a dead line arrives", metric.delivery{ during = down }.mean, ">=", "100%")
bound("when it carries again", metric.latency{ during = down }, ">=", "0.65s")
