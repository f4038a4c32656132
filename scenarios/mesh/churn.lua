-- X5 Steady churn: members come and go all the time. Do those who stay notice?
--   peermesh run scenarios/mesh/churn.lua --variant quick
local p = scenario {
  title  = "Steady churn",
  story  = "People come and go, and the mesh is nobody's: who repairs it?",
  params = {
    peers   = 1000,
    stay    = "exp 60min",                            -- a session; the stationary start begins in the middle of one
    away    = "exp 60min",
    how     = "clean | reset | silent",               -- how they go: unregister and close, process gone, power gone
    watched = "30min",
  },
  variants = { long = {}, medium = { stay = "exp 15min", away = "exp 15min" }, quick = { stay = "exp 5min", away = "exp 5min" },
               silent = { how = "silent" }, heavy_tailed = { stay = "weibull 15min shape 0.6", away = "weibull 60min shape 0.6" } },
  tiers    = { smoke = { peers = 60, watched = "10min", seeds = 5 }, standard = { seeds = 20 }, large = { peers = 10000, seeds = 5 } },
  studies  = { session = { stay = { "exp 5min", "exp 15min", "exp 60min" }, how = { "clean", "reset", "silent" } } },
}

network "world-homes"

local m     = mesh "m"
local voice = peers("voice", 1, { mesh = m, plays = role("publisher", { rate = "1/s", size = "200B", start = settled, lasts = p.watched }) })
local all   = peers("peer", p.peers, { mesh = m, plays = role "subscriber", churn = { on = p.stay, off = p.away, how = p.how } })
local span  = { settled, settled + p.watched }
finish(settled + p.watched + "70s")

if p.stay == "exp 60min" then
  bound("who stays and stays connected hears it (M1)", metric.delivery.mean, ">=", "99.9%")
end
report("delivered to those who stay connected",    metric.delivery.mean)
report("delivered to all who run when it is sent", metric.raw_delivery.mean)
report("share of peers alone",                     metric.degree{ during = span, value = "== 0" }.share)
report("in the main part, least",                  metric.largest_component{ during = span }.min)
report("in the main part, mean",                   metric.largest_component{ during = span }.mean)
report("requests to the resolver per second",      metric.resolver_requests{ during = span, per = "second" }.mean)
report("join time p99",                            metric.join_time{ during = span }.p99)
report("links that came up again",                 metric.reconnects{ during = span }.count)

plot("online",    { kind = "time", { "peers with a neighbor", metric.online } })
plot("parts",     { kind = "time", { "share in the main part", metric.largest_component } })
plot("join time", { kind = "cdf", { "join time", metric.join_time{ during = span } } })
