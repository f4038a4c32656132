-- Twenty seconds of a small mesh whose guests come and go: tests/checks/live_scenario.sh.
local p = scenario {
  title  = "Live churn",
  story  = "Five peers stay, three come and go; whoever stays hears everything.",
  params = { guests = 3, how = "silent | reset | clean" },
}
network "null"
local chat   = mesh "chat"
local stay   = peers("member", 5, { mesh = chat, join = "uniform 0s..1s" })
local guests = peers("guest", p.guests, { mesh = chat, join = "uniform 1s..2s", churn = { on = "4s", off = "2s", how = p.how } })
local first  = send(stay, "the first", { kind = "line", size = "100B", at = "5s" })
local second = send(stay, "the second", { kind = "line", size = "100B", at = "11s" })
local third  = send(stay, "the third", { kind = "line", size = "100B", at = "17s" })
finish("20s")

bound("the first reaches who stays", metric.delivery{ during = first, of = stay }.mean, ">=", "100%") -- not exact: links come and go
bound("the second, too", metric.delivery{ during = second, of = stay }.mean, ">=", "100%") -- not exact: links come and go
bound("and the third", metric.delivery{ during = third, of = stay }.mean, ">=", "100%") -- not exact: links come and go
