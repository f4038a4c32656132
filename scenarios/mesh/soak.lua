-- Fault soak: every kind of fault, many at once, at moments and for durations that the seed draws. Nothing is expected of the mesh
-- but what holds always: no crash of the program, no broken invariant, each undelivered message with a cause of its own.
--   make soak            runs 200 seeds, and looks at the memory that each took (last: 40 million deliveries, 0 failed, 25 MiB kept after the last
--                        run as after the first 40, at 0b080f4)
local p = scenario {
  title   = "Fault soak",
  story   = "Everything that can go wrong goes wrong, at any time, on top of each other.",
  params  = {
    peers   = 200,
    rate    = "1/s",
    span    = "10min",                                -- in which faults begin
    after   = "6min",                                 -- what the mesh has to come to itself
    rounds  = 3,                                      -- operations of each kind
    dialect = "net | spec | profile",
  },
  variants = { net = {}, spec = { dialect = "spec" }, profile = { dialect = "profile" }, dense = { rounds = 8 } },
  tiers    = { smoke = { peers = 60, span = "4min", after = "2min", seeds = 5 }, standard = { seeds = 20 } },
}

network("world-homes", { nat = "30%", teredo = "20%" })

local m       = mesh("m", { dialect = p.dialect })
local voice   = peers("voice", 1, { mesh = m, plays = role("publisher", { rate = p.rate, size = "200B", start = settled }) })
local homes   = peers("home", math.floor(p.peers * 7 // 10), { mesh = m, plays = role "subscriber", join = "uniform 0s..60s" })
local movers  = peers("mover", p.peers // 10, { mesh = m, plays = role "subscriber", network = "mobile", join = "uniform 0s..60s" })
local weak    = peers("weak", p.peers // 10, { mesh = m, plays = role "subscriber", network = "slow-uplink", join = "uniform 0s..60s" })
local guests  = peers("guest", p.peers // 10, { mesh = m, plays = role "subscriber", churn = { on = "exp 3min", off = "exp 2min", how = "silent" } })
local twins   = peers("twin", 2, { mesh = m, identity = "same", join = "uniform 0s..60s" })                          -- F16
local members = homes + movers + weak + guests
local heals   = settled + p.span
local length  = "any of 50ms, 1s, 7s, 14s, 16s, 40s, 70s, 3min, 6min"   -- around what senders, connects and watches wait for

-- Each operation has its own members and begins at a moment of its own; a second one may begin while a first lasts.
local function often(kind, share, begin)
  for i = 1, p.rounds do
    begin(members:pick(share, kind .. i), settled + ("uniform 0s.." .. p.span), kind .. " " .. i)
  end
end
local function impaired(kind, share, change)
  often(kind, share, function (who, at, name)
    local how = { at = at, lasts = length, name = name }
    for key, value in pairs(change) do how[key] = value end
    impair(who, how)
  end)
end

often("reset",    "10%", function (who, at, name) crash(who, { at = at, lasts = length, name = name, how = "reset" }) end)     -- F1
often("silent",   "10%", function (who, at, name) crash(who, { at = at, lasts = length, name = name, how = "silent" }) end)
often("goodbye",  "5%",  function (who, at, name) leave(who, { at = at, lasts = length, name = name }) end)
often("cut",      "30%", function (who, at, name) cut({ who, "rest" }, { at = at, lasts = length, name = name }) end)           -- F3
often("three",    "20%", function (who, at, name) cut({ who, homes:pick("30%", name), "rest" }, { at = at, lasts = length, name = name }) end)
often("one way",  "10%", function (who, at, name) cut({ who, "rest" }, { at = at, lasts = length, name = name, oneway = true }) end) -- F4
impaired("offline",  "10%", { down = true })
impaired("late",     "20%", { delay = "exp 400ms" })                                                                           -- F6
impaired("lossy",    "20%", { loss = "uniform 0%..40%" })
impaired("deaf",     "5%",  { read = "0B/s" })                                                                                 -- F8
impaired("narrow",   "10%", { up = "64kbit/s", down = "uniform 32kbit/s..1Mbit/s" })                                           -- F9
impaired("asleep",   "10%", { asleep = true })                                                                                 -- F11
impaired("clock",    "10%", { clock = "1h" })                                                                                  -- F12
often("moved",    "5%",  function (who, at, name) impair(who, { at = at, name = name, address = "new" }) end)                  -- F10
often("refresh",  "5%",  function (who, at, name) refresh(who, { at = at, name = name }) end)
often("near",     "2%",  function (who, at, name) send(who, "near", { at = at, name = name, kind = "near", hops = 2 }) end)
often("big",      "1%",  function (who, at, name) send(who, "big", { at = at, name = name, kind = "big", size = "uniform 1kB..60kB" }) end)
often("oversize", "1%",  function (who, at, name) send(who, "oversize", { at = at, name = name, kind = "big", size = "100kB" }) end) -- F15

local region = homes:where{ region = "EU" }
crash(region, { at = settled + ("uniform 0s.." .. p.span), lasts = length, name = "region", how = "silent" })                  -- F2
cut({ region, "rest" }, { at = settled + ("uniform 0s.." .. p.span), lasts = length, name = "ocean" })
impair(m.resolver, { at = settled + ("uniform 0s.." .. p.span), lasts = length, name = "no service", down = true })            -- F5
impair(m.resolver, { at = settled + ("uniform 0s.." .. p.span), lasts = length, name = "service reset", down = true, how = "reset" })
impair(m.resolver, { at = settled + ("uniform 0s.." .. p.span), lasts = length, name = "slow service", delay = "exp 1s", loss = "20%" }) -- F6
impair(m.resolver, { at = settled + ("uniform 0s.." .. p.span), lasts = length, name = "stale service", stale = "70%" })       -- F7
crash(voice, { at = settled + ("uniform 0s.." .. p.span), lasts = "20s", name = "voice", how = "reset" })

finish(heals + p.after)

report("delivered to those who stay connected (M1)", metric.delivery.mean)
report("delivered to all who run",                   metric.raw_delivery.mean)
report("pairs without delivery",                     metric.lost.count)
report("parts at the end",                           metric.components{ at = heals + p.after }.max)
report("links given up",                             metric.closed{ reason = "lost" }.count)
report("most neighbors",                             metric.degree.max)
