-- X7 Hop count: how far does a message come that may take h links?
--
-- With equal delays the peers reached are exactly those at most h links away (T8): as many as the graph has within h links, and none
-- over a longer path. With the delays of the world a peer may hear the message first over a longer, faster path, with too few hops
-- left; the copy with more hops comes later and is dropped as a duplicate: "shadow". The share reached is reported.
local p = scenario {
  title  = "Hop count",
  story  = "A hop count limits how far a message travels.",
  params = {
    peers   = 1000,
    place   = "null | world-homes",
    dialect = "net | spec | profile",    -- what h = 0 means: in net no limit, else the neighbors alone
  },
  variants = { equal = {}, world = { place = "world-homes" }, profile = { dialect = "profile" }, spec = { dialect = "spec" } },
  tiers    = { smoke = { peers = 300, seeds = 5 }, standard = { peers = 1000, seeds = 20 } },
}

network(p.place)
local m     = mesh("m", { dialect = p.dialect })
local all   = peers("peer", p.peers, { mesh = m, join = "uniform 0s..60s" })
local farthest = 20                      -- more than the diameter of any grown mesh of this size
local op    = {}

for h = 0, farthest do
  op[h] = send(all[1], "how far?", { hops = h, at = settled + h * unit "2s", name = "hops " .. h })
end
finish(op[farthest] + "70s")

for h = 1, 12 do
  local reached = metric.latency{ during = op[h] }.count
  local ball    = theory.hops{ during = op[h], value = "<= " .. h }.count
  exact("h = " .. h .. ": nobody hears it over more links", metric.hops{ during = op[h] }, "<=", h)
  if p.place == "null" then
    exact("h = " .. h .. ": reached is the ball (T8)", reached, "==", ball)
  else
    bound("h = " .. h .. ": reached is within the ball (T8)", reached, "<=", ball)
    report("h = " .. h .. ": share of the ball that is reached, the rest lies in shadow", reached / ball)
  end
end

if p.dialect == "net" then
  exact("h = 0 is no limit in this dialect", metric.delivery{ during = op[0] }, "==", "100%")
else
  exact("h = 0 reaches the neighbors alone", metric.latency{ during = op[0] }.count, "==",
        theory.hops{ during = op[0], value = "<= 1" }.count)
end
exact("beyond the diameter everybody is reached", metric.delivery{ during = op[farthest] }, "==", "100%")
exact("and copies are 2m - n + 1, as without a limit (T1)", metric.copies{ during = op[farthest] }, "==",
      theory.copies{ during = op[farthest] })

plot("paths", { kind = "histogram", { "links taken", metric.hops } })
