-- X3, rule (2): parts that have settled apart do not find each other when the network is whole again (peer-channel.md 23, 11.3, 11.6).
--   peermesh run scenarios/mesh/halves.lua --variant profile
-- A cut, one message on each side so that TCP gives up the links across, then silence. Peers below three neighbors look for more on their
-- own side, at once if below two, else every five minutes. When the network heals, only a peer below three still looks for anybody.
-- What is found, exactly, in every seed:
--   * In parts where everybody got to three ("equal"), nobody dials in any dialect: never merged. Section 24 does not repair that either: the
--     profile, too, asks the resolver only below three. RefreshConnection, a newcomer, or traffic (pruning) is needed.
--   * A part of three has two neighbors each, and looks for a third for ever. Profile and specification ask the resolver in each cycle, and the
--     mesh is one at the first maintenance after the healing. A .NET node asks only if its cache holds no entry at all, and the three hold their own
--     addresses and each other's (they met by crossing Connects): they never ask, and the parts stay apart.
-- So nobody merges unless somebody is below three; and .NET nodes may be below three and still not merge.
-- Other scripts saw quiet halves merge within ten minutes of the healing: after short cuts (partition_merge: four to six minutes are one
-- maintenance) somebody is below three still. Here it is left to the settled time.
local p = scenario {
  title  = "Halves that stay apart",
  story  = "A mesh was cut in two for half an hour. The network is whole again. Is the mesh?",
  params = {
    peers   = 40,                                     -- of the greater part
    few     = 3,                                      -- of the other
    lasts   = "30min",                                -- six maintenances
    watched = "30min",                                -- after the healing, with nobody helping
    dialect = "net | spec | profile",
  },
  variants = { net = {}, spec = { dialect = "spec" }, profile = { dialect = "profile" },
               equal = { few = 40 }, equal_spec = { few = 40, dialect = "spec" }, equal_profile = { few = 40, dialect = "profile" },
               short = { few = 40, lasts = "4min" }, short_profile = { few = 40, lasts = "4min", dialect = "profile" } },
  tiers    = { smoke = { peers = 40, seeds = 5 }, standard = { seeds = 20 } },
  studies  = { length = { few = { 3, 40 }, lasts = { "1min", "4min", "6min", "10min", "30min" }, dialect = { "net", "profile" } } },
}

network "null"

local m     = mesh("m", { dialect = p.dialect })
local few   = peers("few", p.few, { mesh = m })                          -- all at one moment
local many  = peers("many", p.peers, { mesh = m, join = "uniform 60s..120s" })
local split = cut({ few, many }, { at = "12min", lasts = p.lasts })       -- the resolver is reached by both
send(few[1],  "are you there?", { kind = "ask", size = "100B", at = split + "1s" })
send(many[1], "are you there?", { kind = "ask", size = "100B", at = split + "1s" })
local healed = split.ends
local help   = refresh(few, { at = healed + p.watched })
finish(help + "1min")

local quiet  = { healed + "1s", help - "1s" }
local before = metric.components{ at = split - "1s" }.max
local parts  = metric.components{ at = help - "1s" }.max
local short  = metric.degree{ at = healed - "1s", value = "< 3" }.count
exact("one mesh before", before, "==", 1)
local torn = metric.components{ at = healed - "1s" }.max                  -- two, or more: the cut may leave somebody without a link
exact("parts when it heals", torn, ">=", 2)
if p.few <= 3 then
  exact("the few cannot have three neighbors", metric.degree{ of = few, at = healed - "1s" }.max, "==", p.few - 1)
  if p.dialect == "net" then
    exact("yet they ask the resolver for nobody", metric.resolver_requests{ of = few, kind = "resolve", during = quiet }.count, "==", 0)
    exact("and stay apart, though they are short of neighbors", parts, "==", torn)
  else
    exact("one mesh at the next maintenance", metric.components{ at = healed + "6min" }.max, "==", 1)
  end
else
  exact("merged only if somebody was below three when it healed", short + parts, ">=", 2)
end
if p.few > 3 and p.lasts >= "20min" then
  if p.dialect ~= "net" then exact("everybody has three neighbors when it heals", short, "==", 0) end
  exact("and nobody looks for another: never merged", parts, "==", torn)
end
report("peers below three when it healed", short)
report("merge time, with RefreshConnection after the time of watching", metric.merge_time{ after = healed }.max)
report("parts after the time of watching", parts)
report("parts when one side has called RefreshConnection", metric.components{ at = help + "50s" }.max)

plot("parts",  { kind = "time", { "parts of the mesh", metric.components } })
plot("resolves", { kind = "time", { "requests to the resolver", metric.resolver_requests.count } })
