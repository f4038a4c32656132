-- S1.5 Load comparison: who can carry how much, and who pays.
--   peermesh sweep scenarios/pubsub/load.lua --study map --seeds 1..3
--   peermesh run   scenarios/pubsub/load.lua --variant above
--
-- Every subscriber has the same uplink U. A relay with d neighbors sends each message d - 1 times, so the mesh carries at most
-- U / (S (d - 1)) messages a second at its busiest relay (T9); a server with uplink U_s at most U_s / (n S). `load` is the rate as a share of
-- the first, for a relay with `max` neighbors (the profile's mesh never has more; some peer has so many). Just below it no queue grows; just
-- above it the queue of the busiest relays grows by what is too much.
local p = scenario {
  title = "Load comparison",
  story = "Large amounts of current data spread without more server load: what a mesh carries, what a server, and who pays.",
  params = {
    subscribers = 1000,
    size        = "4kB",                                    -- of the data of a message
    uplink      = "2Mbit/s",                                -- of every subscriber
    max         = 5,                                        -- neighbors
    ideal       = 3,
    load        = "95%",                                    -- of what the busiest relay can carry (T9)
    lasts       = "2min",                                   -- how long it is published
    server      = "10Mbit/s",                               -- the server that the mesh is compared with
  },
  variants = {
    below = {},
    above = { load = "105%" },
    half  = { load = "50%" },
    seven = { max = 7, ideal = 7 },                         -- 7-cap
    seven_above = { max = 7, ideal = 7, load = "105%" },
    small = { size = "600B" },
    large = { size = "32kB" },
    large_above = { size = "32kB", load = "105%" },
  },
  tiers   = { smoke = { subscribers = 60, lasts = "60s", seeds = 5 }, standard = { subscribers = 300, seeds = 20 }, large = { subscribers = 10000, seeds = 5 } },
  studies = {
    map   = { load = { "20%", "50%", "80%", "95%", "105%", "150%" }, size = { "600B", "4kB", "32kB" }, subscribers = 300, lasts = "60s" },
    size  = { subscribers = { 100, 1000, 10000 }, lasts = "60s" },
  },
}

network "world-homes"
local feed = mesh("feed", { max = p.max, ideal = p.ideal, dialect = "profile", message_size = "64KiB" })

-- A record as a relay writes it: data, envelope, headers of TCP and IP (40 B a segment of 1,460 B).
local envelope <const> = unit "250B"
local record   = p.size + envelope
local segments <const> = (record / unit "1460B" + 1) // 1
local wire     = record + segments * unit "40B"
local sends    = (p.max - 1) * (wire / unit "1B") * (unit "8s" / (p.uplink / unit "1bit/s"))   -- that relay's uplink is busy so long with one message
local rate     = unit "1/s" * (unit "1s" / sends * (p.load / unit "100%"))

local source = peers("source", 1, { mesh = feed, up = "1Gbit/s", down = "1Gbit/s",
  plays = role("publisher", { rate = rate, size = p.size, start = settled + "1s", lasts = p.lasts, kind = "data" }) })
local subs = peers("subscriber", p.subscribers, { mesh = feed, join = "uniform 0s..60s", up = p.uplink, down = "1Gbit/s",
  plays = role("subscriber", {}) })
finish(settled + p.lasts + "70s")

local early = { settled + "1s", settled + p.lasts / 4 }
local late  = { settled + p.lasts * 3 / 4, settled + p.lasts }
local steady = { settled + "2s", settled + p.lasts }
local ideal, server = theory.server{}, theory.server{ up = p.server }

-- What must hold ---------------------------------------------------------------------------------------
exact("some relay has as many neighbors as is allowed, none has more", metric.degree{ during = steady }.max, "==", p.max)
stat ("a record is as large as it was reckoned", metric.wire_size{ from = subs, during = steady }.mean, "~", record, { within = "2%" })
if p.load < "100%" then
  bound("below the boundary no queue grows", metric.latency{ during = late }.max, "<=", metric.latency{ during = early }.max * 2)
  exact("and no link is closed as too slow", metric.closed{ reason = "too slow" }.count, "==", 0)
elseif p.load <= "110%" then                                -- (load - 1) a second between the windows' ends, at one relay; half of it is demanded
  bound("above it they grow by what is too much", metric.latency{ during = late }.max - metric.latency{ during = early }.max, ">=",
        p.lasts * 3 / 8 * ((p.load - "100%") / unit "100pt"))
end
if p.load < "100%" then
  exact("copies per message are 2m - n + 1 (T1)", metric.copies, "==", theory.copies)
  exact("everybody gets everything", metric.delivery, "==", "100%")
end
exact("publisher leverage (M7) is at least n/d of the publisher", metric.leverage, ">=", theory.leverage)
stat ("a server would send n S a message, and can as long as its uplink carries that", ideal.upload{ during = steady }.mean, "~",
      p.subscribers * (wire - segments * unit "40B") * rate, { within = "3%" })
report("rate, messages a second", metric.sent{ during = steady, per = "second" }.mean)
report("latency p99", metric.latency{ during = steady }.p99)
report("latency p99 late", metric.latency{ during = late }.p99)
report("an ideal server, p99", ideal.latency{ during = steady }.p99)
report("the server with its uplink, p99", server.latency{ during = steady }.p99)
report("publisher's upload", metric.upload{ of = source, during = steady }.mean)
report("worst relay's upload", metric.upload{ of = subs, during = steady, per = "peer" }.max)
report("a subscriber's upload, mean", metric.upload{ of = subs, during = steady }.mean)
report("server's upload", ideal.upload{ during = steady }.mean)

plot("feasible",  { kind = "line", x = "load", log = "y", { "mesh, p99 late", metric.latency{ during = late }.p99 }, { "server with its uplink, p99", server.latency{ during = steady }.p99 } })
plot("map",       { kind = "matrix", x = "load", y = "size", { "p99 late", metric.latency{ during = late }.p99 } })
plot("who pays",  { kind = "line", x = "subscribers", log = "xy", { "publisher", metric.upload{ of = source, during = steady }.mean },
                    { "worst relay", metric.upload{ of = subs, during = steady, per = "peer" }.max }, { "server", ideal.upload{ during = steady }.mean } })
plot("latency",   { kind = "cdf", tail = "log", { "mesh", metric.latency }, { "ideal server", ideal.latency }, { "server with its uplink", server.latency } })
plot("upload",    { kind = "histogram", { "subscribers", metric.upload{ of = subs, per = "peer" } } })
plot("queues",    { kind = "time", { "mean latency", metric.latency{ per = "second" } } })
