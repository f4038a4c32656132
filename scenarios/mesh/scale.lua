-- X18 Scale: a hundred thousand peers, nobody comes or goes. Do the identities still hold, and what does it cost?
--   peermesh run scenarios/mesh/scale.lua --tier large          (a hundred thousand peers)
-- Measured once (seed 1, memory limited to 8 GB, no plots, no trace): all checks hold; 240 s of one core, 1.19 GB resident at most, 9.25 million link
-- deliveries in 24 virtual minutes; links to a peer 7.46 (mean), 10 (farthest). Half of the ten floods are calm: at this size somebody's
-- maintenance falls into any two seconds, and .NET's late duplicates make links accurate enough to prune after ten messages.
-- Exact at any size: copies are 2m - n + 1 (T1); on equal delays the first copy takes the shortest path, in time (T2) and in links (T4: breadth
-- first). The eccentricity is never below T4's bound for graphs of at most ten neighbors a peer. Events are in run.json; memory of a peer and
-- deliveries a second are measured by `make bench`.
local p = scenario {
  title  = "Scale",
  story  = "A mesh of a hundred thousand hears ten messages.",
  params = {
    peers    = 1000,
    messages = 10,
    arrivals = "poisson 100/s",
    place    = "null | world-homes",
  },
  variants = { null = {}, world = { place = "world-homes" } },
  tiers    = { smoke = { peers = 300, seeds = 5 }, standard = { peers = 1000, seeds = 20 }, large = { peers = 100000, seeds = 1 } },
  studies  = { size = { peers = { 100, 1000, 10000, 100000 } } },
}

network(p.place)

local m     = mesh "m"
local all   = peers("peer", p.peers, { mesh = m, join = p.arrivals })
local voice = peers("voice", 1, { mesh = m })
local op    = {}
for k = 1, p.messages do op[k] = send(voice, "message " .. k, { size = "200B", at = settled + k * unit "2s", name = "message " .. k }) end
local ending = op[p.messages] + "70s"
finish(ending)

exact("everybody hears every message", metric.delivery, "==", "100%")
exact("copies are 2m - n + 1 (T1)", metric.copies, "==", theory.copies)
if p.place == "null" then
  exact("the first copy takes the shortest path (T2)", metric.latency, "==", theory.shortest_path)
  exact("and the fewest links (T4)", metric.hops, "==", theory.hops)
else
  bound("nobody hears it before the shortest path allows (T2)", metric.latency, ">=", theory.shortest_path)
  bound("nor over fewer links than there are (T4)", metric.hops, ">=", theory.hops)
end
-- T4: with at most k neighbors, 1 + k Σ (k-1)^j peers are within r links; some peer is farther than the last r where that is too few.
local within, ring, r = 1, 10, 0
while within < p.peers + 1 do
  within, ring, r = within + ring, ring * 9, r + 1
end
bound("somebody is as far as a graph of ten neighbors each must have it (T4)", theory.hops.max, ">=", r)
local distance = ({ [100] = 3.3, [1000] = 4.9, [10000] = 6.6, [100000] = 8.1 })[p.peers]
if distance then
  report("links to a peer, mean (T4's grown mesh without referrals: " .. distance .. ")", metric.hops.mean)
end
report("links to the farthest peer", metric.hops.max)
report("until the last has heard it", metric.latency.max)
report("duplicates per first copy", metric.redundancy.mean)
report("mean degree", metric.degree{ at = ending }.mean)

plot("links", { kind = "histogram", { "links taken", metric.hops } })
plot("links and size", { kind = "line", x = "peers", log = "x", { "mean", metric.hops.mean }, { "farthest", metric.hops.max } })
