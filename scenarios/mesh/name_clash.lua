-- X16 Name and identity clashes: two peers have one node id (F16).
--   peermesh run scenarios/mesh/name_clash.lua --variant profile
local p = scenario {
  title  = "Two of one name",
  story  = "A machine was copied with all that is on it, and now two peers of the mesh have one node id.",
  params = {
    peers   = 30,
    watched = "20min",
    asks    = 4,                                      -- so often the twins look for one more neighbor
    dialect = "net | spec | profile",
  },
  variants = { net = {}, spec = { dialect = "spec" }, profile = { dialect = "profile" } },
  tiers    = { smoke = { peers = 30, seeds = 5 }, standard = { peers = 200, seeds = 20 } },
}

network "null"

local m     = mesh("m", { dialect = p.dialect })
local voice = peers("voice", 1, { mesh = m, plays = role("publisher", { rate = "1/s", size = "100B", start = settled, lasts = p.watched }) })
local all   = peers("peer", p.peers, { mesh = m, join = "uniform 0s..30s" })
local twins = peers("twin", 2, { mesh = m, identity = "the same machine", join = "uniform 10s..20s",
                                 plays = role("publisher", { rate = "1/10s", size = "100B", start = settled, lasts = p.watched }) })
for i = 1, p.asks do refresh(twins, { at = settled + i * unit "2min" }) end    -- and meet peers that have the other one
finish(settled + p.watched + "70s")

local span = { settled, settled + p.watched }
exact("the twins never link to each other", metric.wire_size{ of = twins, to = twins, after = "0s" }.count, "==", 0)
bound("both can stay in the mesh through others", metric.online{ of = twins, at = settled + p.watched }.max, "==", 2)
bound("and hear nearly all of it", metric.delivery{ of = twins, during = span }.mean, ">=", "99%")
-- A third peer that meets the second twin takes it for the first, and drops one of the links, as both ends of it decide alike.
local last = settled + p.watched
local held = metric.degree{ of = all + voice, to = twins, value = "> 1", after = "0s" }.count
exact("no third peer keeps links to both", held, "==", 0)
exact("both ends of each link to a twin agree that it is there",
      metric.degree{ of = all + voice, to = twins, at = last }.sum - metric.degree{ of = twins, to = all + voice, at = last }.sum, "==", 0)
report("most links of a third peer to twins at any instant", metric.degree{ of = all + voice, to = twins, after = "0s" }.max)
report("seconds that somebody held both", held)
report("links dropped for a second neighbor of one id", metric.closed{ of = twins, reason = "duplicate node id", after = "0s" }.count
       + metric.closed{ of = twins, reason = "duplicate neighbor", after = "0s" }.count + metric.closed{ to = twins, reason = "duplicate neighbor", after = "0s" }.count)
report("refused, for whatever reason",  metric.refused{ after = "0s" }.count)
report("messages that the twins miss",  metric.lost{ of = twins, during = span }.count)
report("messages that others miss",     metric.lost{ of = all, during = span }.count)

plot("neighbors of the twins", { kind = "time", { "mean", metric.degree{ of = twins }.mean } })
