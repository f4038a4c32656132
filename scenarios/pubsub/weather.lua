-- S1.4 Weather forecast: one office, many receivers, a third of them on the move; who was away catches up from its neighbors.
--   peermesh run   scenarios/pubsub/weather.lua --tier smoke
--   peermesh sweep scenarios/pubsub/weather.lua --study catch_up --seeds 1..5
--
-- The current data are the last forecast and the last set of observations, in parts of 16 kB (lib/feed.lua: the newest of each topic, and
-- four ways to ask for it). With `catch_up = "nobody"` a receiver that comes back waits for the next issue.
--
-- Found (60 receivers, 10 seeds): (1) one warning in a hundred takes 4.2 s ± 1.8: phones in a gap of their bearer hear it when the gap is
-- over. (2) Octets sent to catch up for each that was missed: 1.00 with `offer`, 1.34 ± 0.03 with `patient`, 1.89 ± 0.02 with `neighbors`.
local p = scenario {
  title = "Weather forecast",
  story = "Weather forecasts use a mesh instead of a server, and give offline access: who was away gets the current data from neighbors.",
  params = {
    receivers = 5000,
    mobile    = "30%",                                      -- of them on the move (N7)
    day       = "24h",
    stations  = 2000,                                       -- lines of 100 B in a set of observations
    observe   = "1h",                                       -- between two sets
    forecast  = "40kB",
    issue     = "6h",                                       -- between two forecasts
    warnings  = "exp 2h",                                   -- between two warnings of 1 kB
    catch_up  = "neighbors | offer | patient | nobody",     -- who answers a receiver that comes back
    churn     = "file-sharing | none | office-hours",       -- C2 | C0 | C4
  },
  variants = { weather = {}, single = { catch_up = "offer" }, patient = { catch_up = "patient" }, without = { catch_up = "nobody" }, steady = { churn = "none" } },
  tiers = {
    smoke    = { receivers = 60,  day = "4h", issue = "2h", warnings = "exp 30min", seeds = 5 },
    standard = { receivers = 300, day = "12h", seeds = 20 },
    large    = { receivers = 5000, seeds = 5 },
  },
  studies = { catch_up = { catch_up = { "nobody", "neighbors", "patient", "offer" }, receivers = 300, day = "12h" } },
}

network "world-homes"
local mesh_ = mesh "weather"
local parts <const> = (p.stations * 100 + 15999) // 16000                  -- of a set of observations
local pages <const> = (p.forecast / unit "1B" + 15999) // 16000 // 1       -- of a forecast

local station = role(function (me, args)
  local feed = require "feed" (me, me:channel(), { ask = "nobody" })
  local function series(topic, count, octets)
    for k = 1, count do
      me:after(k * unit "150ms", function ()
        feed.publish(topic .. " " .. k, { page = k }, { kind = topic, size = math.min(16000, octets - (k - 1) * 16000) // 1 * unit "1B" })
      end)
    end
  end
  local function observe() series("observation", args.parts, args.octets); me:after(args.observe, observe) end
  local function forecast() series("forecast", args.pages, args.forecast / unit "1B"); me:after(args.issue, forecast) end
  local function warn()
    me:after(me:random("warning", args.warnings), function ()
      if me.now < args.closing then feed.publish("warning", {}, { kind = "warning", size = "1kB" }) end
      warn()
    end)
  end
  -- A newcomer may ask it, too: it knows everything.
  me:on("told", function () observe(); forecast(); warn() end)
end, { parts = parts, octets = p.stations * 100, pages = pages, forecast = p.forecast, observe = p.observe, issue = p.issue,
       warnings = p.warnings, closing = p.day })

local receiver = role(function (me, args)
  local channel = me:channel()
  local feed    = require "feed" (me, channel, { ask = args.ask, wait = "1s", every = args.again })
  local disk    = me:disk "weather"
  local online, current
  local octets, missed = 0, 0                                -- of answers to me, in the first minute; of those that were news
  local away = disk.seen and me.now - disk.seen              -- how long it was away, to the minute

  -- Current: it holds a page of every number of forecast and observations, none older than the last issue that it may know.
  local function is_current()
    for k = 1, args.pages do
      local e = feed.newest("forecast " .. k)
      if not e or e.at < me.now - args.issue - unit "30s" then return false end
    end
    for k = 1, args.parts do
      local e = feed.newest("observation " .. k)
      if not e or e.at < me.now - args.observe - unit "30s" then return false end
    end
    return true
  end

  function feed.changed(entry)
    if online and not current and is_current() then
      current = true
      if me.now > args.from and online > args.from then me:sample("current after", me.now - online) end
      me:state("current", 1)
    end
  end
  channel:on("online", function ()
    online = online or me.now
    local since = online
    if since > args.from then
      me:after("30s", function () me:sample("current 30 s after coming online", current and 1 or 0) end)
    end
  end)
  function feed.answered(size, news)
    octets = octets + size
    if news then missed = missed + size end
  end
  me:after("60s", function ()                                -- octets for catching up against what it lacked
    if online and online > args.from and missed > 0 then
      me:sample("catch-up, times of what was missed", octets / missed)
      if away then me:sample("octets after " .. (away < unit "30min" and "under 30 min" or away < unit "2h" and "30 min to 2 h" or "2 h and more"), octets * unit "1B") end
    end
  end)
  me:every("1min", function () if online then disk.seen = me.now end end)
  me:every("10min", function ()
    local e = feed.newest "forecast 1"
    if e then me:sample("age of the forecast", me.now - e.at) end
  end)
end, { ask = p.catch_up, again = "5min", parts = parts, pages = pages, issue = p.issue, observe = p.observe, from = unit "1h" })

local office = peers("office", 1, { mesh = mesh_, plays = station, up = "100Mbit/s", down = "100Mbit/s" })
local homes  = peers("home", p.receivers - p.mobile * p.receivers, { mesh = mesh_, plays = receiver, churn = p.churn, join = "uniform 0s..60s" })
local phones = peers("phone", p.mobile * p.receivers, { mesh = mesh_, plays = receiver, churn = p.churn, join = "uniform 0s..60s", network = "mobile" })
local all    = homes + phones
tell(office, "open", nil, { at = "3min" })
finish(p.day + "2min")

-- What must hold ---------------------------------------------------------------------------------------
local day = { "5min", p.day }
exact("nothing older overwrites anything", metric.sample{ "stale overwrite" }.count, "==", 0)
stat ("a warning reaches 99 % of those online within a second", metric.latency{ kind = "warning", during = day }.p99, "<=", "1s")
if p.catch_up ~= "nobody" then
  stat("who comes back holds current data after 30 s", metric.sample{ "current 30 s after coming online" }.mean, ">=", 0.99)
  stat("octets to catch up, for each that was missed", metric.sample{ "catch-up, times of what was missed" }.mean, "<=", p.catch_up == "offer" and 1.1 or 3.3)
else
  report("who comes back holds current data after 30 s", metric.sample{ "current 30 s after coming online" }.mean)
end
report("until current, p99", metric.sample{ "current after" }.p99)
report("age of the forecast held, mean", metric.sample{ "age of the forecast" }.mean)
report("warnings that reach those who are there (M1)", metric.delivery{ kind = "warning", during = day }.mean)
report("publisher leverage (M7)", metric.leverage)
report("upload of the office", metric.upload{ of = office, during = day }.mean)
report("upload of a server for the same", theory.server{}.upload.mean)

plot("age of the forecast",  { kind = "cdf", { "receivers, every ten minutes", metric.sample{ "age of the forecast" } } })
plot("until current",        { kind = "cdf", tail = "log", { "from coming online", metric.sample{ "current after" } } })
plot("warnings",             { kind = "cdf", tail = "log", { "mesh", metric.latency{ kind = "warning" } }, { "ideal server", theory.server{}.latency } })
plot("catch-up by absence",  { kind = "cdf", { "under 30 min", metric.sample{ "octets after under 30 min" } }, { "30 min to 2 h", metric.sample{ "octets after 30 min to 2 h" } },
                                              { "2 h and more", metric.sample{ "octets after 2 h and more" } } })
plot("who pays",             { kind = "time", { "office", metric.upload{ of = office } }, { "receivers, mean", metric.upload{ of = all } },
                                              { "server", theory.server{}.upload } })
plot("age by who answers",   { kind = "line", x = "catch_up", { "mean age of the forecast", metric.sample{ "age of the forecast" }.mean } })
