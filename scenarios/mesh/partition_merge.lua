-- X3 Partition and merge: does a mesh that was cut ever become one again?
--   peermesh run scenarios/mesh/partition_merge.lua --variant busy
local p = scenario {
  title = "Partition and merge",
  story = "A mesh has little chance of staying in parts. Has it?",
  params = {
    peers     = 1000,
    split     = "50% | 90% | region",                 -- what is on the first side
    lasts     = "6min",
    traffic   = "none | 1/s",
    referrals = true,                                 -- neighbors share the addresses they know
    resolver  = "both | first | down",                -- who reaches it during the cut
    joiners   = "none | 1/min",                       -- newcomers after the healing
    refresh   = false,                                -- one peer calls RefreshConnection
    watched   = "30min",                              -- after the healing
    dialect   = "net | spec | profile",
  },
  variants = { quiet = {}, busy = { traffic = "1/s" }, long = { traffic = "1/s", lasts = "30min" }, joining = { traffic = "1/s", lasts = "30min", joiners = "1/min" },
               refreshed = { traffic = "1/s", lasts = "30min", refresh = true }, short = { lasts = "10s", traffic = "1/s" } },
  tiers    = { smoke = { peers = 60, watched = "5min", seeds = 5 }, standard = { peers = 1000, seeds = 20 }, large = { peers = 10000, seeds = 5 } },
  studies  = {
    matrix = { split = { "50%", "90%", "region" }, lasts = { "10s", "1min", "4min", "6min", "30min" },
               traffic = { "none", "1/s" }, referrals = { true, false }, resolver = { "both", "first", "down" } },
  },
}

network "world-homes"

local m   = mesh("m", { referrals = p.referrals and 10 or 0, dialect = p.dialect })
local all = peers("peer", p.peers, { mesh = m, plays = role "subscriber" })
local voice = peers("voice", 1, {
  mesh = m, plays = p.traffic ~= "none" and role("publisher", { rate = p.traffic, size = "200B", start = settled }) or nil,
})

local first = p.split == "region" and all:where{ region = "EU" } or all:pick(p.split)
local sides = { p.resolver == "first" and first + m.resolver or first, "rest" }
local split = cut(sides, { at = settled + "1min", lasts = p.lasts })
if p.resolver == "down" then
  impair(m.resolver, { down = true, at = split, lasts = p.lasts })
end

if p.joiners ~= "none" then
  peers("newcomer", 20, { mesh = m, join = split.ends + ("poisson " .. p.joiners) })
end
if p.refresh then
  refresh(all:pick(1), { at = split.ends + "1s" })
end

-- One component, or not even then: both are results. "never" is a value, not a time-out.
finish(split.ends + p.watched)

-- X3, point by point: (1) a silent cut without traffic closes no link, so at the healing nothing has happened. (2) With traffic links
-- are given up, and peers below two dial on their own side at once.
local merged = metric.merge_time{ after = split.ends }
local during = { split, split.ends }
report("merge time", merged.max)
report("parts during the cut, most", metric.components{ during = during }.max)
report("links given up in it", metric.closed{ during = during, reason = "lost" }.count)
report("parts at the end", metric.components{ at = split.ends + p.watched }.max)
if p.traffic == "none" then
  exact("no link is lost to a cut that nobody notices", metric.closed{ during = during, reason = "lost" }.count, "==", 0)
  exact("and at the healing the mesh is one", merged.max, "==", "0s")
elseif p.lasts <= unit "10s" then
  exact("senders are still patient: no link is lost", metric.closed{ during = during, reason = "lost" }.count, "==", 0)
  exact("and at the healing the mesh is one", merged.max, "==", "0s")
else
  bound("there are parts during it", metric.components{ during = during }.max, ">=", 2)
  if p.refresh then
    report("merged by one refresh, if its draw falls on the other side", merged.max)
  end
end

plot("components", { kind = "time", { "components", metric.components } })
plot("merge time",  { kind = "matrix", x = "lasts", y = { "traffic", "referrals" }, { "minutes", merged.max } })
