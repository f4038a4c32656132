-- S2.5 Impromptu LAN: six laptops at a table, no Internet, the resolver service on one of them; that laptop leaves and returns.
--
-- Who is linked needs no resolver: the mesh goes on. Who comes meanwhile cannot open (a .NET node whose registration fails does not, 18.5);
-- it says so, and its application tries again every five seconds.
-- Found: the newcomers are online within 20 s of the resolver's return, but often not in the mesh of the others. The registrations of those
-- have run out in the outage, so newcomers and host find only each other, and the others have three neighbors each and look for nobody
-- (X3). The two parts become one at a maintenance of the smaller one, up to ten minutes later, once the others have registered again.
-- Not available: link-local addresses of two scopes on one machine (a host has one address in the simulator).
local p = scenario {
  title = "Impromptu LAN",
  story = "Six laptops work together without the Internet; the one with the resolver leaves, and comes back.",
  params = {
    laptops = 6,
    away    = "70min",                                      -- how long the resolver's laptop is gone
    newcomers = 2,                                          -- who try to join meanwhile
    how     = "reset | silent",                             -- what the others see of it: its port is closed | its machine is off
    place   = "lan | wlan",                                 -- N1 | N6
    dialect = "net | spec | profile",
  },
  variants = { table = {}, silent = { how = "silent" }, wlan = { place = "wlan" }, profile = { dialect = "profile", how = "silent" } },
  tiers    = { smoke = { seeds = 5 }, standard = { seeds = 20 } },
}

network(p.place)
local lan = mesh("table", { dialect = p.dialect })

local talker = role(function (me)
  local channel = me:channel()
  channel:on("message", function (msg) if not msg.own then me:sample("heard", 1) end end)
  me:every("10s", function () channel:send({ from = me.name }, { kind = "note", size = "100B" }) end)
end)

local host    = peers("host", 1, { mesh = lan, plays = talker })                  -- the resolver's laptop
local others  = peers("laptop", p.laptops - 1, { mesh = lan, plays = talker, join = "uniform 0s..30s" })
local gone    = settled + "2min"
local outage  = impair(lan.resolver, { down = true, how = p.how, at = gone, lasts = p.away })
leave(host, { at = gone, lasts = p.away })                                        -- with its laptop
local late    = peers("late", p.newcomers, { mesh = lan, plays = talker, join = gone + "uniform 5min..30min" })
finish(outage.ends + "31min")

local alone = { gone + "5s", outage.ends - "1s" }
exact("the others hear each other all the time", metric.delivery{ of = others, from = others, kind = "note", during = alone }.mean, "==", "100%")
exact("nobody who comes meanwhile gets in", metric.online{ of = late, during = { gone + "1s", outage.ends } }.max, "==", 0)
if p.dialect ~= "profile" then                              -- a node of the profile opens without the service, and registers later
  bound("their programs are told so within the time for opening", metric.failed_open{ of = late, during = { gone, outage.ends - "61s" } }.max, "<=", "60s")
end
exact("20 s after it is back they are online", metric.online{ of = late, at = outage.ends + "20s" }.max, "==", p.newcomers)
stat ("and in one mesh with the others", metric.components{ mesh = lan, at = outage.ends + "20s" }.max, "<=", 1)
report("after these 20 s it takes so long until all are one mesh", metric.merge_time{ mesh = lan, after = outage.ends + "20s" }.max)
report("parts of the mesh half an hour later", metric.components{ mesh = lan, at = outage.ends + "30min" }.max)
report("attempts to open that failed", metric.failed_open{ of = late }.count)
report("latency of a note, p99", metric.latency{ kind = "note" }.p99)
report("a server in the same place would take, p99", theory.server{}.latency.p99)

plot("who is online",  { kind = "time", { "the others", metric.online{ of = others } }, { "late", metric.online{ of = late } }, { "host", metric.online{ of = host } } })
plot("resolver calls", { kind = "time", { "requests a minute", metric.resolver_requests{ per = "minute" } } })
plot("latency",        { kind = "cdf", { "notes over the mesh", metric.latency{ kind = "note" } }, { "ideal server", theory.server{}.latency } })
