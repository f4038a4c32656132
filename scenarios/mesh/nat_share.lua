-- X10 NAT share: how many peers may be unreachable before the mesh suffers?
--   peermesh run scenarios/mesh/nat_share.lua --set nat=80%
local p = scenario {
  title = "NAT share",
  story = "Home users sit behind NAT; Peer Channel has no hole punching.",
  params = {
    peers  = 1000,
    nat    = "64%",                                   -- cannot be connected to: their routers answer nobody
    teredo = "0%",                                    -- of those, reached all the same
  },
  variants = { homes = {}, few = { nat = "20%" }, most = { nat = "90%" }, remedy = { nat = "90%", teredo = "90%" } },
  studies = { share = { nat = { "0%", "20%", "40%", "50%", "60%", "65%", "71%", "80%", "90%" } },
              remedy = { nat = { "64%", "80%" }, teredo = { "0%", "50%", "90%" } } },
  tiers   = { smoke = { peers = 200, seeds = 5 }, standard = { seeds = 20 } },
}

network("world-homes", { nat = p.nat, teredo = p.teredo })                 -- N8

local m   = mesh "m"
local all = peers("peer", p.peers, { mesh = m, join = "poisson 10/s" })
local end_of_joining = unit "1s" * p.peers / 10

finish(end_of_joining + "15min")                                         -- three maintenance periods

local late = { end_of_joining + "10min", end_of_joining + "15min" }

-- T16: no two peers behind NAT can link, so their links end at the others, who take seven each: enough for two each up to a share of
-- 5/7, or 60 % if the others open two of their own as well. A .NET node may exceed seven by its three dials (I1), so only what ten
-- each cannot carry is certain.
local safe, limit = theory.nat_capacity{ opens = 2 }, theory.nat_capacity{ opens = 1 }
local certain = theory.nat_capacity{ max = 10, opens = 0 }
local two = metric.degree{ during = late, per = "peer", value = ">= 2" }.share
local room = theory.nat_capacity{ max = 10, opens = 0, nat = p.nat } -- the others themselves, and those that they carry
if p.teredo == unit "0%" then
  bound("no more get two neighbors than the others can carry (T16)", two, "<=", room)
  if p.nat > certain then
    bound("somebody must stay below two", two, "<", "100%")
  elseif p.nat > limit then
    stat("somebody stays below two", two, "<", "100%")
  end
end
report("two neighbors or more", two)
report("alone",             metric.degree{ during = late, per = "peer", value = "== 0" }.share)
report("refused",           metric.refused.count)
report("joined within a minute", metric.join_time{ value = "<= 1min" }.share)
report("in the main part",  metric.largest_component{ during = late }.min)
report("resolver requests per peer", metric.resolver_requests{ per = "peer", after = "0s" }.mean)

plot("online share", { kind = "line", x = "nat", band = { safe, limit }, { "online", metric.online{ during = late }.mean } })
plot("join time",    { kind = "line", x = "nat", { "p50", metric.join_time.p50 }, { "p99", metric.join_time.p99 } })
