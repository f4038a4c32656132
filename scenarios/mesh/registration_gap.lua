-- X15: the visibility gap. A .NET client renews its registration exactly when it expires; the service deletes expired entries at its
-- clean-up ticks. A renewal that travels L seconds meets a deleted entry with probability about L / 60 s (peer-channel.md 18.5), and
-- the peer registers anew: it could not be found in between. The profile renews at 80 % and never does. "Travel" is more than one way:
-- the client's timer begins when the call before has ended, and a renewal needs a connection and a preamble first, some ten ways in all.
local p = scenario {
  title  = "Registrations that vanish",
  story  = "How often is a peer not to be found because its renewal comes too late?",
  params = {
    peers   = 400,
    travel  = "500ms",                                      -- one way to the service
    lasts   = "2h",
    dialect = "net | profile",
  },
  variants = { net = {}, profile = { dialect = "profile" } },
  tiers    = { smoke = { peers = 100, lasts = "65min", seeds = 5 }, standard = { seeds = 20 } },
}

network "null"
local m   = mesh("m", { dialect = p.dialect })
local all = peers("peer", p.peers, { mesh = m, join = "uniform 0s..10min" })

impair(m.resolver, { delay = p.travel, at = "15min" })
finish(settled + p.lasts)

local span     = { "30min", settled + p.lasts }
local renewals = metric.resolver_requests{ kind = "refresh", during = span }.count
local again    = metric.resolver_requests{ kind = "register", during = span }.count

bound("they renew", renewals, ">", p.peers)
if p.dialect == "net" then
  bound("some come too late and register anew", again, ">", 0)
else
  exact("no renewal comes too late", again, "==", 0)
end
report("share of the renewals that come too late", again / renewals)
report("renewals", renewals)

plot("requests", { kind = "time", { "requests to the resolver", metric.resolver_requests.count } })
