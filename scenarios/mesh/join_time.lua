-- X1 Join time: how long does a newcomer take to its first neighbor, and does that depend on how many are there?
--   peermesh run   scenarios/mesh/join_time.lua --variant exact
--   peermesh sweep scenarios/mesh/join_time.lua --study size --seeds 1..5
--   peermesh sweep scenarios/mesh/join_time.lua --study stale --seeds 1..5
-- What a join costs (peer-channel.md 10.7), R a round trip to the resolver, L to the neighbor: 4 R (TCP, preamble, resolve, close), 3 L (TCP,
-- preamble, Connect and Welcome); a .NET node then asks the resolver for the sharing mode before it counts as connected: 3 R more over the
-- connection that it still has. A neighbor that never answered a Connect before asks first, too: 3 or 4 R there. The profile asks at open:
-- 4 R + 3 L. On "null" every round trip is 20 ms, so the number is exact.
-- Finding (T17): with a share s of stale registrations a reply of three holds no live address with probability s^3. But a node that opens
-- wants two neighbors and dials two of the three at once; the third is dialed when one of those has failed, and an address where nobody is
-- costs the 21 s of a SYN that is given up. So "success at the first try", within seconds, has probability 1 - s^2, not 1 - s^3: judged so,
-- with T17 for two addresses. The share of 1 - s^3 has a neighbor after the third dial; with s = 80 % the last ones wait for minutes, for
-- the retry 10 s after a cycle of up to two minutes, then for a maintenance, or for a newcomer who dials them.
local p = scenario {
  title  = "Join time",
  story  = "A newcomer asks the resolver and dials: how long until it belongs to the mesh?",
  params = {
    present = 1000,                                   -- who is there already
    joiners = 100,
    arrive  = "one | rush",                           -- one every two seconds, or 100 a second
    place   = "world-homes | null",
    stale   = "0%",                                   -- of the resolver's answers: addresses of peers that are gone (F7)
    dialect = "net | spec | profile",
  },
  variants = {
    world = {}, exact = { place = "null", present = 20, joiners = 8 }, exact_profile = { place = "null", present = 20, joiners = 8, dialect = "profile" },
    first = { present = 1, joiners = 8, place = "null" }, rush = { arrive = "rush", joiners = 1000 },
    stale = { stale = "50%", joiners = 400 }, rotten = { stale = "80%", joiners = 400 },
  },
  tiers   = { smoke = { present = 50, joiners = 20, seeds = 5 }, standard = { present = 1000, seeds = 20 }, large = { present = 100000, seeds = 1 } },
  studies = { size  = { present = { 1, 10, 1000, 10000 }, arrive = { "one", "rush" } },
              stale = { stale = { "0%", "20%", "50%", "80%" } } },
}

network(p.place)                                      -- N2, or N0

local m      = mesh("m", { dialect = p.dialect })
local rotten = p.stale > unit "0%"
local old    = peers("old", p.present, { mesh = m, join = "uniform 0s..120s" })
local begin  = unit "8min"                            -- all old ones have had their first maintenance; every one of them knows the mode
local every  = p.arrive == "rush" and unit "10ms" or unit "2s"
local new    = peers("new", p.joiners, { mesh = m, join = begin + ("uniform 0s.." .. every * p.joiners) })
local over   = begin + every * p.joiners
if rotten then impair(m.resolver, { stale = p.stale, at = begin - "1s" }) end
finish(over + "7min")                                 -- the third neighbor comes with the first maintenance

local join = metric.join_time{ of = new }
local late = { over + "6min", over + "7min" }

-- First neighbor ---------------------------------------------------------------------------------------
if p.place == "null" and not rotten and p.present > 1 then
  local trips = p.dialect == "net" and 10 or 7        -- 4 R + 3 L, and the lazy 3 R of .NET
  local due   = trips * unit "20ms"
  exact("first neighbor after " .. trips .. " round trips, not one less", join.min, ">=", due)
  exact("nor 0.1 ms more", join.min, "<=", due + "100us")         -- 20 us of that are the line of the resolver service
  -- A member that has never answered a Connect asks for the mode before its first Welcome.
  -- One that is full refuses, and costs a dial.
  exact("and at most 4 R more, where the neighbor has to ask the resolver first, and 3 L for each refusal", join.max, "<=",
        unit "80100us" + due + "60ms" * metric.refused{ to = new, after = begin }.count)
  exact("half of them in exactly so many", join.p50, "<=", due + "100us")
elseif not rotten then
  bound("nobody is faster than the four round trips to the resolver and three to a neighbor of the network's least delays", join.min, ">=", "20ms")
  stat ("first neighbor within 3 s (median)", join.p50, "<=", "3s")
  exact("nobody fails", join.max, "<", "never")
end
report("first neighbor, p50", join.p50)
report("first neighbor, p90", join.p90)
report("first neighbor, p99", join.p99)

-- Second in parallel, third at the first maintenance ---------------------------------------------------
if not rotten and p.present > 2 then
  exact("two neighbors within a minute, without any maintenance", metric.degree{ of = new, at = over + "1min" }.min, ">=", 2)
  if p.present >= 50 then
    bound("three after the first maintenance", metric.degree{ of = new, at = over + "6min", value = ">= 3" }.share, ">=", "99%")
  end
end
report("three neighbors a minute after joining", metric.degree{ of = new, at = over + "1min", value = ">= 3" }.share)
report("three neighbors after the first maintenance", metric.degree{ of = new, during = late, value = ">= 3" }.share)
report("requests to the resolver of each newcomer", metric.resolver_requests{ of = new, after = begin, per = "peer" }.mean)

if rotten then
  local two, three = theory.stale_resolve{ stale = p.stale, asked = 2 }, theory.stale_resolve{ stale = p.stale, asked = 3 }
  stat("a live address among the first two dials (T17 with two)", join{ value = "<= 5s" }.share, "~", unit "100%" - two.none, { within = "2pt" })
  bound("at least those with a live address in the first reply get there within two dials' failures (T17)",
        join{ value = "<= 130s" }.share, ">=", unit "98%" - three.none)
  report("longest of those who had two dead addresses and a live one: a SYN is given up after 21 s", join{ value = "<= 60s" }.max)
end

plot("join time", { kind = "cdf", { "first neighbor", join } })
plot("join time and size", { kind = "line", x = "present", by = "arrive", log = "x", { "p50", join.p50 }, { "p99", join.p99 } })
plot("join time and stale registrations", { kind = "line", x = "stale", { "first try", join{ value = "<= 5s" }.share },
                                                                      { "T17", unit "100%" - theory.stale_resolve{ stale = p.stale }.none } })
