-- X15 Resolver: it is away for a while, loses its table, or knows only those who are gone. Who notices?
--   peermesh run scenarios/mesh/resolver.lua --variant silent
local p = scenario {
  title  = "Resolver",
  story  = "The mesh has no server, but newcomers find it through one: what if that is away?",
  params = {
    peers     = 200,
    outage    = "reset | silent | stale",             -- process gone, back with an empty table; no packet passes; answers of the past
    lasts     = "5min",
    newcomers = 20,                                   -- who come during the outage
    dialect   = "net | profile",
  },
  variants = { reset = {}, silent = { outage = "silent" }, stale = { outage = "stale" } },
  tiers    = { smoke = { peers = 50, newcomers = 5, seeds = 5 }, standard = { seeds = 20 } },
}

network "null"

local m   = mesh("m", { dialect = p.dialect })
local all = peers("peer", p.peers, { mesh = m, join = "uniform 0s..60s" })

local start  = settled + "1min"
local outage = p.outage == "reset"  and impair(m.resolver, { down = true, how = "reset", at = start, lasts = p.lasts })
            or p.outage == "silent" and impair(m.resolver, { down = true, at = start, lasts = p.lasts })
            or impair(m.resolver, { stale = "100%", at = start, lasts = p.lasts })
local late   = peers("newcomer", p.newcomers, { mesh = m, join = outage + "30s" })
local back   = send(all[1], "is everybody here?", { kind = "ask", size = "100B", at = outage.ends + "22min" })
finish(back + "70s")

exact("the mesh does not notice: nobody loses a link", metric.closed{ of = all, during = { start, outage.ends } }.count, "==", 0)
exact("who comes meanwhile finds nobody", metric.online{ of = late, at = outage.ends - "10s" }.max, "==", 0)
if p.outage == "reset" then
  exact("everybody registers again within two lives of a registration (20 min)",
        metric.resolver_requests{ of = all, kind = "register", during = { start, back }, per = "peer" }.count, ">=", p.peers)
end

local found = metric.online{ of = late, at = back }.max
exact("newcomers find the mesh when the resolver is back", found, "==", p.newcomers)
exact("everybody else hears the question", metric.raw_delivery{ of = all, during = back }.min, "==", "100%")
report("newcomers with a neighbor in the end", found)
report("requests in the busiest second", metric.resolver_requests{ per = "second", after = outage.ends }.max)

plot("online",   { kind = "time", { "peers with a neighbor", metric.online } })
plot("requests", { kind = "time", { "requests to the resolver", metric.resolver_requests.count } })
