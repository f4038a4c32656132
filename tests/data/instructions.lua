-- The fixed small run whose instructions per link delivery are counted: tests/tools/instructions.sh.
local p = scenario {
  title  = "Instructions",
  story  = "A publisher and sixty subscribers, for a while.",
  params = { lasts = "20s" },
}
network "world-homes"
local m = mesh "counted"
local source = peers("source", 1, {
  mesh = m, up = "100Mbit/s", down = "100Mbit/s",
  plays = role("publisher", { rate = "20/s", size = "120B", topic = "zipf 1.0 of 50", start = settled, lasts = p.lasts }),
})
local sinks = peers("sink", 60, { mesh = m, join = "uniform 0s..30s", plays = role("subscriber", { keep = "newest per topic" }) })
finish(settled + "60s")
exact("copies are 2m - n + 1 (T1)", metric.copies, "==", theory.copies)
