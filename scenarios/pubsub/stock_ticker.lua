-- S1.1 Stock ticker: one publisher, many subscribers, no server.
--   peermesh run   scenarios/pubsub/stock_ticker.lua --set subscribers=2000 --set day=3min
--   peermesh run   scenarios/pubsub/stock_ticker.lua --variant crash_silent --set subscribers=2000
--   peermesh sweep scenarios/pubsub/stock_ticker.lua --study size --seeds 1..20
-- (b) T7 is percolation on the run's own graph. After a silent crash the first quote finds what percolation leaves; after a reset those
--     who lost a neighbor dial at once, and some quotes find a new way: there T7 is a lower bound.
-- (c) In N2 a fifth of the homes have 1 Mbit/s up, which cannot carry 200 quotes a second in .NET's form either (T9; decisions 12). Their backlog and
--     that of the collapsed lines is sent at the line's own rate once the burst is over. (Until the simulator gave waiting octets the
--     line's new rate, 2.9 % of the links were closed and it took 48 s to drain: those were its own doing.)
-- (d) What subscribers miss is what fell into the absence, and into the half second until the publisher has a neighbor again.
local p = scenario {
  title = "Stock ticker",
  story = "Companies with stock tickers use a mesh instead of a server.",

  params = {
    subscribers = 10000,                                                -- who listen
    rate        = "20/s",                                               -- quotes
    payload     = "120B",                                               -- symbol, price, sequence number
    day         = "30min",                                              -- 6.5 h of trading, scaled
    churn       = "none | two-class",                                   -- C0 | C3
    fault       = "none | crash | slow uplinks | publisher returns",    -- what happens at midday
    how         = "reset | silent",                                     -- what a crash looks like
    lines       = "homes | fast",                                       -- as N2 has them, or 20 Mbit/s up for everybody
  },
  variants = {
    calm         = {},                                                  -- (a)
    living       = { churn = "two-class" },                             -- (a), C3
    crash_reset  = { fault = "crash" },                                 -- (b)
    crash_silent = { fault = "crash", how = "silent" },
    slow_uplinks = { fault = "slow uplinks" },                          -- (c)
    fast_lines   = { fault = "slow uplinks", lines = "fast" },          -- (c), but for those whose line collapses
    reconnect    = { fault = "publisher returns" },                     -- (d)
  },
  tiers = {
    smoke    = { subscribers = 300,   day = "3min",  seeds = 5 },
    standard = { subscribers = 1000,  day = "12min", seeds = 20 },
    large    = { subscribers = 10000, day = "30min", seeds = 20 },
  },
  studies = {
    size = { subscribers = { 100, 1000, 10000, 100000 }, day = "3min" },
  },
}

network("world-homes", p.lines == "fast" and { up = "20Mbit/s" } or {}) -- N2

local ticker  = mesh "ticker"                                           -- 2/3/7, as .NET ships it
local opening = settled + "1min"
local closing = settled + (p.day - "1min")
local midday  = settled + p.day / 2 + "25ms"                            -- between two quotes

local exchange = peers("exchange", 1, {
  mesh = ticker, up = "100Mbit/s", down = "100Mbit/s",
  plays = role("publisher", {
    rate   = p.rate, size = p.payload, topic = "zipf 1.0 of 500",
    start  = settled, lasts = p.day,
    bursts = p.fault == "slow uplinks"                                  -- (c): more than a fifth of the uplinks can carry
             and { rate = 10 * p.rate, lasts = "5s", at = { opening, closing } } or nil,
  }),
})
local fans = peers("subscriber", p.subscribers, {
  mesh = ticker, join = "uniform 0s..60s", churn = p.churn,
  plays = role("subscriber", { keep = "newest per topic" }),
})

finish(settled + p.day + "1min")

-- For every variant --------------------------------------------------------------------------------
local copy  = metric.wire_size{ from = exchange }.max                   -- bytes of one quote as the publisher writes it
local early = { settled, "5min" }                                       -- before traffic and maintenance prune the mesh
local late  = { "7min", settled + p.day }

exact("no quote overwrites a newer one", metric.sample{ "stale overwrite", of = fans }.count, "==", 0)
bound("publisher uploads one copy per neighbor", metric.upload{ of = exchange, kind = "message" }.mean, "<=",
      metric.degree{ of = exchange }.max * copy * p.rate)
exact("publisher leverage at least n/7 (M7)", metric.leverage, ">=", theory.leverage)
stat ("publisher bytes do not depend on n",
      over("subscribers", metric.upload{ of = exchange }.mean).slope, "~", 0, { within = "1%" })
report("quotes out of order", metric.disorder.share)
report("age of the price shown, p99", metric.staleness{ of = fans }.p99)

-- (a) calm, and the same with people coming and going ------------------------------------------------
if p.fault == "none" and p.churn == "none" then
  exact("every quote reaches every subscriber", metric.delivery, "==", "100%")
  exact("copies per quote are 2m - n + 1 (T1)", metric.copies, "==", theory.copies)
  bound("nobody hears it before the shortest path allows (T2)", metric.latency, ">=", theory.shortest_path)
  stat ("latency p99",  metric.latency{ during = early }.p99,  "<=", "400ms")
  stat ("latency p999", metric.latency{ during = early }.p999, "<=", "450ms")
  stat ("latency max",  metric.latency{ during = early }.max,  "<=", "600ms")
  if p.day >= "7min" then                                               -- pruned towards three neighbors: longer paths
    report("latency p99 once the mesh is pruned", metric.latency{ during = late }.p99)
    report("neighbors once the mesh is pruned",   metric.degree{ during = late }.mean)
  end
elseif p.fault == "none" then
  stat ("subscribers that stay online get it", metric.delivery.mean, ">=", "99.9%")
  stat ("of all members, whether online or not", metric.raw_delivery.mean, ">=", "99%")
end

-- (b) a fifth crashes at midday ----------------------------------------------------------------------
if p.fault == "crash" then
  local blow   = crash(fans:where{ online = true }:pick("20%"), { at = midday, how = p.how })
  local limit  = p.how == "reset" and "60s" or "150s"
  local over   = { blow, closing }                                      -- what is still under way at the end belongs to nobody
  local graph  = theory.survivors{ crashed = "20%", at = blow - "1ms" }.mean  -- percolation on this run's graph just before
  local first  = metric.raw_delivery{ during = blow }.first

  if p.how == "silent" then
    stat ("first flood after the crash (T7)", first, "~", graph, { within = "1pt" })
  else                                                                  -- who is told of it dials at once
    bound("first flood after the crash, or more (T7)", first, ">=", graph - unit "1pt")
  end
  report("first flood after the crash",  first)
  report("what percolation leaves (T7)", graph)
  local left = metric.stranded{ at = closing }.max
  report("members of separate parts in which nobody looks for a neighbor (X3)", left)
  stat ("those left below the minimum hear everything again",
        metric.recovery{ during = over, of = fans, neighbors = "< 2", value = "> " .. limit }.count, "<=", left)
  stat ("everybody else, too",
        metric.recovery{ during = over, of = fans, neighbors = ">= 2", value = "> 310s" }.count, "<=", left)
  report("of those below the minimum, heard everything again after: p50", metric.recovery{ during = over, of = fans, neighbors = "< 2" }.p50)
  report("last of those below the minimum", metric.recovery{ during = over, of = fans, neighbors = "< 2" }.max)
  report("last of all others",              metric.recovery{ during = over, of = fans, neighbors = ">= 2" }.max)
  report("delivery to those who stay connected (M1)", metric.delivery.mean)
  plot("recovery", { kind = "cdf", { "below the minimum", metric.recovery{ during = over, of = fans, neighbors = "< 2" } },
                                   { "all others", metric.recovery{ during = over, of = fans, neighbors = ">= 2" } } })
end

-- (c) a tenth of the uplinks collapse in the opening burst ------------------------------------------
if p.fault == "slow uplinks" then
  local storm = impair(fans:pick("10%"), { up = "64kbit/s", at = opening, lasts = "5s" })
  -- T9: 64 kbit/s carry 64,000 / (8 S (d - 1)) quotes a second; what comes beyond them waits. At most ten neighbors (I1).
  local most  = theory.backlog{ rate = 10 * p.rate, lasts = "5s", size = p.payload + unit "500B", copies = 9, up = "64kbit/s" }
  local slow, drained = metric.closed{ reason = "too slow" }.share, metric.drained{ after = storm.ends }.max

  exact("no backlog beyond what T9 predicts", metric.pending{ after = opening, value = "> " .. p.rate * unit "55s" }.count, "==", 0)
  stat ("delivery all the same", metric.delivery.mean, ">=", "99.5%")
  stat ("links closed as too slow", slow, "<=", "1%")
  stat ("the burst has drained", drained, "<=", "10s")
  report("looks at a slow neighbor", metric.pending{ after = opening }.count)
  report("backlog of the slowest line by T9", most)
end

-- (d) the publisher goes away and returns -----------------------------------------------------------
if p.fault == "publisher returns" then
  local gap  = leave(exchange, { at = midday, lasts = "20s" })
  local away = p.rate * unit "20s"                                      -- quotes that fell into its absence
  local back = metric.join_time{ of = exchange, after = gap }.max       -- and until it has a neighbor again
  local here = fans:where{ online = true, at = gap }

  bound("subscribers miss what fell into the outage", metric.missed{ of = here }.min, ">=", away)
  bound("and nothing else", metric.missed{ of = here }.max, "<=", away + p.rate * back + 1)
  report("quotes missed", metric.missed{ of = here }.max)
  report("publisher alone after its return", back)
end

local ideal, finite = theory.server{}, theory.server{ up = "1Gbit/s" }
plot("latency",            { kind = "cdf", tail = "log", { "mesh", metric.latency }, { "ideal server", ideal.latency },
                                                         { "server with 1 Gbit/s", finite.latency } })
plot("who pays",           { kind = "line", x = "subscribers", log = "xy", { "publisher", metric.upload{ of = exchange }.mean },
                                                         { "server", finite.upload.mean } })
plot("age of the price",   { kind = "time", { "mean age", metric.staleness{ of = fans }.mean } })
plot("upload per peer",    { kind = "histogram", { "peers", metric.upload{ of = fans, per = "peer" } } })
plot("latency over the day", { kind = "time", { "mean latency", metric.latency{ per = "second" } } })
plot("neighbors over the day", { kind = "time", { "mean degree", metric.degree.mean } })
plot("copies per quote",   { kind = "scatter", x = theory.copies, { "run", metric.copies } })
plot("backlog",            { kind = "heat", { "pending sends", metric.pending{ per = "peer" } } })
