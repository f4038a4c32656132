-- A flaw of .NET: the maximum of seven neighbors is checked when a Connect arrives, not when a Welcome does (peer-channel.md 10.3, I1).
--   peermesh run scenarios/mesh/eight_neighbors.lua --variant profile
local p = scenario {
  title  = "The eighth neighbor",
  story  = "A node has at most seven neighbors, says the documentation. Nodes that dial while others dial them have more.",
  params = {
    peers   = 300,
    start   = "1s",                                   -- all of them come within this time
    dialect = "net | profile",
  },
  variants = { net = {}, profile = { dialect = "profile" } },
  tiers    = { smoke = { peers = 300, seeds = 5 }, standard = { peers = 1000, seeds = 20 } },
}

network "world-homes"

local m   = mesh("m", { dialect = p.dialect })
local all = peers("peer", p.peers, { mesh = m, join = "uniform 0s.." .. p.start })
for i = 1, 3 do refresh(all, { at = i * unit "20s" }) end             -- each time everybody wants one neighbor more
finish(settled + "11min")                             -- two maintenances

local most = metric.degree{ after = "0s" }.max
if p.dialect == "net" then
  exact("somebody has more than seven", most, ">", 7)
  exact("never more than seven and its own three dials (I1)", most, "<=", 10)
else
  exact("nobody ever has more than seven", most, "<=", 7)
end
report("most neighbors of anybody", most)
report("peers with more than seven at the end", metric.degree{ at = settled + "11min", value = "> 7" }.count)

plot("neighbors", { kind = "histogram", { "peers", metric.degree{ per = "peer", after = "0s" } } })
