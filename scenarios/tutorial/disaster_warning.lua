-- A user's own script: does a warning reach a village while the power is failing?
--   peermesh run scenarios/tutorial/disaster_warning.lua --set homes=500
local p = scenario {
  title  = "Disaster warning",
  story  = "A siren station warns homes over the mesh while a fifth of them lose power.",
  params = {
    homes   = 2000,
    warning = "1kB",                                  -- size of a call
    outage  = "20%",                                  -- homes that lose power at once
  },
}

network "world-homes"

local village = mesh "village"
local station = peers("station", 1, { mesh = village })
local homes   = peers("home", p.homes, { mesh = village, join = "uniform 0s..60s" })

local dark  = crash(homes:pick(p.outage), { at = settled + "1min", how = "silent" })
local first = send(station, "Flood warning, leave the valley", { kind = "warning", size = p.warning, at = dark + "1s" })
local again = send(station, "Flood warning, second call", { kind = "warning", size = p.warning, at = dark + "5min" })

finish(again + "1min")

stat ("the first call reaches the homes that still have power",
      metric.delivery{ during = first }.mean, ">=", "99%")
bound("the second call reaches all of them",          -- not exact: links are still being repaired
      metric.delivery{ during = again }.mean, ">=", "99.9%")
stat ("within two seconds", metric.latency{ during = again }.max, "<=", "2s")

plot("latency", { kind = "cdf", { "first call", metric.latency{ during = first } },
                                { "second call", metric.latency{ during = again } } })
