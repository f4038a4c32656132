-- X2 Mesh shape: what does a mesh look like that nobody has planned?
--   peermesh run scenarios/mesh/mesh_shape.lua --variant busy --set peers=500
-- Finding: with traffic the mesh is not one component at every second. Both ends prune by themselves, so all neighbors of a peer may drop it
-- within one round trip; it dials at once and is back within two seconds (one of 20 runs with 1,000 peers, see prune_waves.lua). And pruning may
-- leave a part in which everybody has three (X3): in one seed of 20 (14, "busy") four peers of 1,000, for good. So with traffic it is judged that
-- the mesh is one within ten seconds of the end or somebody is stranded so, and that the main part never loses more than 0.5 % meanwhile.
-- Without traffic one component is exact, at every second.
-- At 10,000 with traffic only 0.8 % of the floods pass while no link changes, so T1 is judged up to 2,000 (decisions 10). The pruned mesh is
-- T4's 3-regular one: mean distance 7.9 at 1,000 and 11.4 at 10,000, as in its table.
-- With referrals and no traffic clustering is 0.13, not the 0.06 of scenarios.md; the mean distance (6.67 at 10,000) is that of second links from
-- the resolver. Articulation points: none with referrals; without them 19 of 1,000 once settled, none after the first maintenance.
local p = scenario {
  title  = "Mesh shape",
  story  = "Every peer looks for two or three neighbors and has at most seven; what graph becomes of that?",
  params = {
    peers     = 1000,
    arrivals  = "poisson 10/s",                       -- how fast they join
    traffic   = "none | 1/s | 20/s",                  -- messages of one publisher: traffic prunes the mesh towards three
    referrals = true,                                 -- neighbors hand on addresses they know
    quiet     = "12min",                              -- watched for so long after the mesh has settled: two maintenances
  },
  variants = {
    grown        = {},                                -- nobody says anything
    no_referrals = { referrals = false },             -- every link from the resolver: T4's idealised mesh
    busy         = { traffic = "1/s" },
    stormy       = { traffic = "20/s" },
  },
  tiers = {
    smoke    = { peers = 100,   seeds = 5 },
    standard = { peers = 1000,  seeds = 20 },
    large    = { peers = 10000, seeds = 5 },
  },
  studies = { size = { peers = { 100, 1000, 10000 }, traffic = { "none", "1/s" } } },
}

network "world-homes"                                 -- N2

local m     = mesh("m", { referrals = p.referrals and 10 or 0 })       -- 2/3/7, as .NET ships it
local talks = p.traffic ~= "none"
local voice = peers("voice", 1, {
  mesh  = m,
  plays = talks and role("publisher", { rate = p.traffic, size = "200B", start = settled, lasts = p.quiet }) or nil,
})
local all   = peers("peer", p.peers, { mesh = m, join = p.arrivals })

local ending = settled + p.quiet
local late   = { settled + p.quiet / 2, ending }      -- after the first maintenance that everybody has had
finish(ending + "1min")

local function shape(what) return metric.shape{ what, at = ending } end

-- Rules of the protocol ------------------------------------------------------------------------------
if not talks then
  exact("one component", metric.components{ during = late }.max, "==", 1)
else
  exact("one component at the end, or parts in which nobody looks for a neighbor (X3)",
        metric.merge_time{ after = ending, value = "<= 10s" }.count + metric.stranded{ at = ending + "10s" }.max, ">=", 1)
  report("stranded at the end", metric.stranded{ at = ending + "10s" }.max)
  bound("and nearly all the time (see the finding)", metric.largest_component{ during = late }.min, ">=", "99.5%")
end
exact("at most seven neighbors, and three dials under way (I1)", metric.degree.max, "<=", 10)
if not talks then
  exact("nobody has fewer than two neighbors", metric.degree{ during = late }.min, ">=", 2)
else
  report("fewest neighbors of anybody, while traffic prunes", metric.degree{ during = late }.min)
  if p.peers <= 2000 then
    exact("copies are 2m - n + 1 (T1)", metric.copies, "==", theory.copies)
  else                                                -- see the finding: hardly a flood during which no link changed
    report("copies (T1 needs calm floods)", metric.copies.mean)
  end
end

-- Shape: the "grown" row of T4, simulated once for 100, 1,000 and 10,000 members -----------------------
local distance = ({ [100] = 3.3, [1000] = 4.9, [10000] = 6.6 })[p.peers]
if not talks and not p.referrals and distance then
  stat("mean degree (T4)",   shape("mean degree").mean,   "~", 4.5,      { within = "10%" })
  stat("mean distance (T4)", shape("mean distance").mean, "~", distance, { within = "10%" })
end
report("mean degree",         shape("mean degree").mean)
report("mean distance, links", shape("mean distance").mean)
report("diameter, links",     shape("diameter").mean)
report("clustering",          shape("clustering").mean)
report("links inside of one region", shape("region share").mean)
-- None while peers only join, provided that every joiner got two links; pruning may make some.
report("articulation points once settled",  metric.shape{ "articulation points", at = settled }.mean)
report("articulation points at the end",    shape("articulation points").mean)
report("resolver requests per peer",        metric.resolver_requests{ per = "peer", after = "0s" }.mean)

plot("degrees",     { kind = "histogram", { "neighbors", metric.degree{ per = "peer", during = late } } })
plot("mean degree", { kind = "time", { "mean", metric.degree{ after = "0s" }.mean } })
plot("the mesh",    { kind = "mesh", at = ending })
plot("distance",    { kind = "line", x = "peers", by = "traffic", log = "x", { "mean distance", shape("mean distance").mean } })
