-- X5 Steady churn: members come and go all the time. Do those who stay notice?
--   peermesh run scenarios/mesh/churn.lua --variant quick
-- The resolver's load is balanced against lives alone, which are counted where peers start and stop: each asks for addresses, registers with its
-- first neighbor (or after its first cycle), renews every ten minutes, and takes its registration back if it goes cleanly. Between
-- is what nobody can know from outside: who has not found a neighbor yet when the run or its life ends, so these are two sided, a
-- handful wide. What lives do not explain are maintenance cycles (two Resolves each at most) and questions for the sharing mode,
-- one for each handshake that waits (.NET): at least one a life. A renewal of .NET that comes after the service's clean-up registers anew
-- (registration_gap.lua: L/60 s of them, 1 to 8 of some 1,800 here).
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

-- The resolver's load, kind by kind, from the start of the run --------------------------------------------
local req, ending = metric.resolver_requests{ after = "0s" }, settled + p.watched + "70s"
local function asked(kind) return req{ kind = kind }.count end
local lives   = metric.join_time{ after = "0s" }.count
local found   = metric.join_time{ after = "0s", value = "< 3h" }.count        -- a neighbor
local running = metric.degree{ at = ending }.count
local alone   = metric.degree{ at = ending, value = "== 0" }.count
local seconds = metric.degree{ after = "0s" }.count                           -- of all lives together
exact("requests are these five kinds and no others", asked("resolve") + asked("register") + asked("get service settings")
      + asked("refresh") + asked("unregister") - req.count, "==", 0)
exact("whoever found a neighbor has registered, once",      asked("register") - found, ">=", 0)
local anew = asked("refresh") / 20 + 2                                        -- L/60 s of the renewals: never so many
bound("and nobody more often than it lived, but for renewals that came too late", lives + anew - asked("register"), ">=", 0)
if p.how == "clean" then
  bound("registered, and not taken back: those who run, and renewals that came too late",
        running + anew - (asked("register") - asked("unregister")), ">=", 0)
  exact("but for those who look for their first neighbor",  asked("register") - asked("unregister") - (running - alone), ">=", 0)
else
  exact("nobody who dies takes its registration back",      asked("unregister"), "==", 0)
end
exact("renewed every ten minutes, at most",                 seconds - 600 * asked("refresh"), ">=", 0)
exact("and at least, but for each life's last ten",         600 * (asked("refresh") + lives) - seconds, ">=", 0)
exact("each life that found somebody asked the resolver",   asked("resolve") - found, ">=", 0)
exact("the rest: two Resolves a cycle, a cycle in five minutes or for a link that closed",
      2 * (seconds / 300 + metric.closed{ after = "0s" }.count) - (asked("resolve") - lives), ">=", 0)
exact("each life that found somebody asked for the sharing mode", asked("get service settings") - found, ">=", 0)
report("Resolves of maintenance cycles, per life",          (asked("resolve") - lives) / lives)
report("questions for the sharing mode, per life",          asked("get service settings") / lives)

plot("online",    { kind = "time", { "peers with a neighbor", metric.online } })
plot("parts",     { kind = "time", { "share in the main part", metric.largest_component } })
plot("join time", { kind = "cdf", { "join time", metric.join_time{ during = span } } })
