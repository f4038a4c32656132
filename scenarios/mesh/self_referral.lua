-- A flaw of .NET: a node that has its own address in its referral cache never asks the resolver again (peer-channel.md 11.6, 10.5).
--   peermesh run scenarios/mesh/self_referral.lua --variant profile
-- How the address gets there: two nodes dial each other at one moment, so there are two links. Both ends drop the same one, each with a
-- Disconnect(DuplicateNeighbor) that names its other neighbors as referrals, and the link that stays leads to the receiver: it is told
-- its own address, and keeps it. It never dials itself, so the entry stays; the resolver is asked only when the cache holds no entry at
-- all. Nothing is wrong until the last neighbor goes: then the node is alone, and remains so until somebody dials it.
local p = scenario {
  title  = "The one who knows itself",
  story  = "Two peers met by dialling each other. One of them crashes: does the other find the village?",
  params = {
    peers   = 30,
    alone   = "20min",                                -- for so long nobody helps: four maintenances
    dialect = "net | spec | profile",
  },
  variants = { net = {}, spec = { dialect = "spec" }, profile = { dialect = "profile" } },
  tiers    = { smoke = { peers = 30, seeds = 5 }, standard = { peers = 300, seeds = 20 } },
}

network "null"

local m       = mesh("m", { dialect = p.dialect })
-- Both come to an empty mesh, find nobody, and try again after ten seconds: at one moment, so that their Connects cross.
local pair    = peers("friend", 2, { mesh = m })
local village = peers("villager", p.peers, { mesh = m, join = "uniform 60s..120s" })
-- The village grows up out of their reach, and is content (three neighbors each) before they can be reached: nobody of it dials later.
local apart   = cut({ pair, village }, { at = "40s", lasts = "20min" })
local loss    = crash(pair[2], { at = apart.ends + "2min", how = "reset" })
local left    = pair[1]
local help    = refresh(left, { at = loss + p.alone })                   -- RefreshConnection asks the resolver whatever the cache holds
finish(help + "1min")

local span = { loss, help }
exact("villagers look for nobody more", metric.degree{ of = village, at = loss - "1s" }.min, ">=", 3)
exact("and dial nobody", metric.resolver_requests{ of = village, kind = "resolve", during = span }.count, "==", 0)
local asked = metric.resolver_requests{ of = left, kind = "resolve", during = span }.count
local found = metric.online{ of = left, at = help - "1s" }.max
if p.dialect == "net" then
  exact("the two have nobody but each other", metric.degree{ of = left, at = loss - "1s" }.max, "==", 1)
  exact("whoever is left never asks the resolver", asked, "==", 0)
  exact("and stays alone", found, "==", 0)
  exact("through all maintenances", metric.components{ during = { loss + "1s", help - "1s" } }.min, "==", 2)
else
  exact("the two have each other", metric.degree{ of = left, at = loss - "1s" }.min, ">=", 1)
  exact("they ask the resolver again and again", metric.resolver_requests{ of = left, kind = "resolve", during = { apart, help } }.count, ">=", 4)
  exact("whoever is left is one of the village a minute later", metric.online{ of = left, at = loss + "1min" }.max, "==", 1)
  exact("which is one mesh again", metric.components{ at = help - "1s" }.max, "==", 1)
end
exact("RefreshConnection helps in any case", metric.online{ of = left, at = help + "10s" }.max, "==", 1)
report("resolves while nobody helps", asked)
report("neighbors in the end", metric.degree{ of = left, at = help + "10s" }.max)

plot("neighbors", { kind = "time", { "of the one who is left", metric.degree{ of = left }.mean } })
plot("parts",     { kind = "time", { "parts of the mesh", metric.components } })
