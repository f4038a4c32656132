-- Fourteen seconds of a small mesh that can be had live and simulated: tests/checks/live_scenario.sh.
local p = scenario {
  title  = "Live",
  story  = "Six peers join, three speak, one is killed, one leaves.",
  params = { peers = 6, size = "200B", place = "null | lan | world-homes", delay = "0ms" },
}
network(p.place)
local chat    = mesh "chat"
local members = peers("member", p.peers, { mesh = chat, join = "uniform 0s..1s" })
local early = send(members, "to all, before", { kind = "line", size = p.size, at = "5s" })
crash(members:pick(1), { at = "7s", how = "reset" })
leave(members:pick(1), { at = "8s" })
local late = send(members, "to all, after", { kind = "line", size = p.size, at = "11s" })
finish("14s")

exact("every message before reaches every member", metric.delivery{ during = early }, "==", "100%")
exact("every message after reaches who is there", metric.delivery{ during = late }, "==", "100%")
bound("nobody hears anything sooner than one link takes", metric.latency{ during = early }, ">=", p.delay)
report("latency", metric.latency{ during = early }.max)
