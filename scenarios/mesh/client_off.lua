-- A flaw of .NET: a resolver client whose Resolve times out switches itself off for good (peer-channel.md 18.5).
--   peermesh run scenarios/mesh/client_off.lua --variant profile
local p = scenario {
  title  = "The client that gave up",
  story  = "The resolver hangs for a few minutes. Who asked it then never asks again, and finds nobody once its neighbors are gone.",
  params = {
    peers   = 30,
    hangs   = "5min",                                 -- it reads nothing and answers nothing
    dialect = "net | profile",
  },
  variants = { net = {}, profile = { dialect = "profile" } },
  tiers    = { smoke = { peers = 30, seeds = 5 }, standard = { peers = 200, seeds = 20 } },
}

network "null"

local m   = mesh("m", { dialect = p.dialect, referrals = 0 })           -- every third link is looked for at the resolver
local all = peers("peer", p.peers, { mesh = m, join = "uniform 0s..30s" })

-- A call to the resolver keeps its connection for two minutes. So everybody asks, the resolver hangs, everybody asks again on that
-- connection and waits for the answer until the call times out.
local warm = refresh(all, { at = settled + "40s" })
local hang = impair(m.resolver, { read = "0B/s", at = settled + "1min", lasts = p.hangs })
local lost = refresh(all, { at = settled + "70s" })
local ask  = refresh(all, { at = hang.ends + "2min" })                  -- everybody looks for one more neighbor, which means to ask
finish(ask + "3min")

local asked = metric.resolver_requests{ of = all, kind = "resolve", during = { ask, ask + "1min" }, per = "peer" }.count
if p.dialect == "net" then
  exact("nobody ever asks again", asked, "==", 0)
else
  exact("everybody asks again", asked, "==", p.peers)
end
report("peers that asked when told to refresh", asked)
report("of all", metric.online{ at = ask }.max)

plot("requests", { kind = "time", { "requests to the resolver", metric.resolver_requests.count } })
