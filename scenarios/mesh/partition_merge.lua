-- X3 Partition and merge: does a mesh that was cut ever become one again?
--   peermesh run   scenarios/mesh/partition_merge.lua --variant busy
--   peermesh sweep scenarios/mesh/partition_merge.lua --study matrix --set peers=100 --seeds 1..5
-- The hypothesis of scenarios.md is settled; with (1) to (4) as there, 60 peers, five seeds a cell (joins: 400), in dialect net:
-- (1) A cut that nobody notices, silent and quiet or too short, closes no link: at the healing nothing has happened (all seeds).
-- (2) Links closed, then quiet ("noticed"): it merges only through somebody below three neighbors at the healing (exact, all cells), at that peer's
--     next maintenance: within two minutes or so after cuts of 1 and 4 min, sometimes never after 6 min, and after 30 min never (5 of 5 at 50/50 and
--     at EU/rest: everybody has three by then). 90/10 with six peers on the small side merges: six seldom have three each.
--     halves.lua shows the rule alone, in all dialects.
-- (3) Newcomers join the parts, exponential with mean 1/(j 2q(1-q)): at 50/50 and 1/min 61.8 % are one after 120 s (theory 63.2 %), 49 % after
--     83 s (50 %). At 90/10 it is faster than that (171 s instead of 333 s), by (2). RefreshConnection of everybody merges within a connect; of
--     one peer only if the address it draws is on the other side (about one in two at 50/50).
-- (4) Traffic does not merge what 30 min have parted either: with referrals 3 of 5 seeds never, without them 1 of 5; pruned nodes dial from the cache
--     first, which names their own side. Without referrals they ask the resolver, and it knows both sides. (At 100 peers, three seeds, it is
--     1 of 3 with and 2 of 3 without: so few seeds do not tell whether referrals matter here.)
--     At 1,000 peers (three seeds, 6 and 30 min) the halves are one again within ten minutes: 99.9 % in the main part. "Never" there is one to five
--     peers all of whose neighbors were on the other side. Those gave up their ends; the peer itself hears nothing, sends nothing, keeps three dead
--     links and looks for nobody (as in mass_crash.lua). In quiet cuts that everybody notices by a word of its own there are none.
-- The matrix: cut length by (noticed, referrals, traffic), median minutes and how many of five are never one; "never" is half an hour.
--                  noticed  referrals  traffic   10s   1min    4min         6min         30min
--                  no       either     none      0     0       0            0            0
--                  yes      yes        none      0     111 s   98 s         3 s, 1/5     never, 5/5
--                  yes      no         none      0     111 s   98 s         2 s          never, 5/5
--                  either   yes        1/s       0     6 s     116 s, 2/5   18 s, 2/5    never, 3/5
--                  either   no         1/s       0     277 s   233 s, 1/5   17 s, 1/5    8 s, 1/5
local p = scenario {
  title = "Partition and merge",
  story = "A mesh has little chance of staying in parts. Has it?",
  params = {
    peers     = 1000,
    split     = "50% | 90% | region",                 -- what is on the first side
    lasts     = "6min",
    traffic   = "none | 1/s",
    noticed   = false,                                -- quiet, but for one word of everybody to its neighbors, so that TCP gives up the links across
    referrals = true,                                 -- neighbors share the addresses they know
    resolver  = "both | first | down",                -- who reaches it during the cut
    joiners   = "none | 1/min",                       -- newcomers after the healing
    refresh   = "none | one | all",                   -- who calls RefreshConnection after the healing
    watched   = "30min",                              -- after the healing
    dialect   = "net | spec | profile",
  },
  variants = { quiet = {}, noticed = { noticed = true, lasts = "30min" }, noticed_soon = { noticed = true, lasts = "4min" },
               newcomers = { noticed = true, lasts = "30min", joiners = "1/min" }, called = { noticed = true, lasts = "30min", refresh = "all" },
               busy = { traffic = "1/s" }, long = { traffic = "1/s", lasts = "30min" }, joining = { traffic = "1/s", lasts = "30min", joiners = "1/min" },
               refreshed = { traffic = "1/s", lasts = "30min", refresh = "one" }, short = { lasts = "10s", traffic = "1/s" } },
  tiers    = { smoke = { peers = 60, watched = "5min", seeds = 5 }, standard = { peers = 1000, seeds = 20 }, large = { peers = 10000, seeds = 5 } },
  studies  = {
    matrix = { noticed = { false, true }, traffic = { "none", "1/s" }, referrals = { true, false }, lasts = { "10s", "1min", "4min", "6min", "30min" } },
    sides  = { split = { "50%", "90%", "region" }, resolver = { "both", "first", "down" }, noticed = { true }, lasts = { "1min", "4min", "6min", "30min" } },
    full   = { split = { "50%", "90%", "region" }, lasts = { "10s", "1min", "4min", "6min", "30min" },
               traffic = { "none", "1/s" }, noticed = { false, true }, referrals = { true, false }, resolver = { "both", "first", "down" } },
    joins  = { split = { "50%", "90%" }, noticed = { true }, lasts = { "30min" }, joiners = { "1/min" } },
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

-- Everybody says a word to its neighbors, so that both ends of each link across have something to give up, also in parts that are cut off
-- from their own side.
if p.noticed and p.traffic == "none" then
  send(all + voice, "are you there?", { kind = "ask", size = "100B", hops = 1, at = split + "1s" })
end
if p.joiners ~= "none" then
  peers("newcomer", p.split == "90%" and 60 or 20, { mesh = m, join = split.ends + ("poisson " .. p.joiners) })
end
if p.refresh ~= "none" then
  refresh(p.refresh == "one" and all:pick(1) or all, { at = split.ends + "1s" })
end

-- One component, or not even then: both are results. "never" is a value, not a time-out.
finish(split.ends + p.watched)

-- X3, point by point -------------------------------------------------------------------------------
local merged  = metric.merge_time{ after = split.ends }
local during  = { split, split.ends }
local lost    = metric.closed{ during = during, reason = "lost" }.count
local parts   = metric.components{ at = split.ends + p.watched }.max
local below   = metric.degree{ at = split.ends - "1s", value = "< 3" }.count
local quiet   = p.traffic == "none"
local patient = p.lasts <= unit "10s"                 -- TCP has not given up anything yet
local helped  = p.joiners ~= "none" or p.refresh ~= "none"
report("merge time", merged.max)
report("parts during the cut, most", metric.components{ during = during }.max)
report("links given up in it", lost)
report("peers below three neighbors when it heals", below)
report("parts at the end", parts)
report("stranded at the end: parts in which nobody looks for anybody", metric.stranded{ at = split.ends + p.watched }.max)
if (quiet and not p.noticed) or patient then          -- (1)
  exact(quiet and not p.noticed and "no link is lost to a cut that nobody notices" or "senders are still patient: no link is lost", lost, "==", 0)
  exact("and at the healing the mesh is one", merged.max, "==", "0s")
else
  bound("there are parts during it", metric.components{ during = during }.max, ">=", 2)
end
if quiet and p.noticed and not patient and not helped then -- (2)
  exact("merged only if somebody was below three when it healed", below + parts, ">=", 2)
end
if quiet and p.noticed and p.joiners ~= "none" and p.lasts >= "20min" then -- (3)
  -- Exponential with that mean: 63.2 % are one by then, half of them after 0.693 of it. (A mean would be never if one run is.)
  local q = p.split == "90%" and unit "90%" or unit "50%"
  local mean = theory.merge_time{ joins = p.joiners, share = q }
  if p.split == "50%" then
    stat("newcomers have joined the parts after 1/(j 2q(1-q)) in 63.2 %", metric.merge_time{ after = split.ends, value = "<= " .. mean }.count / 1, "~", 0.632, { within = "10%" })
    stat("and after 0.693 of it in half of all runs", metric.merge_time{ after = split.ends, value = "<= " .. mean * 0.693147 }.count / 1, "~", 0.5, { within = "10%" })
  else                                                -- the small side often has somebody below three: see above
    report("newcomers have joined the parts after 1/(j 2q(1-q))", metric.merge_time{ after = split.ends, value = "<= " .. mean }.count)
  end
end
if p.refresh == "all" and p.resolver ~= "down" then
  bound("merged within one connect of RefreshConnection", merged.max, "<=", "6s")
elseif p.refresh == "one" then
  report("merged by one refresh, if its draw falls on the other side", merged.max)
end

plot("components", { kind = "time", { "components", metric.components } })
plot("merge time",  { kind = "matrix", x = "lasts", y = { "traffic", "referrals" }, { "from the healing until there is one part", merged.max } })
