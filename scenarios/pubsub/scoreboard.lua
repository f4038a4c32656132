-- S1.2 Sports scoreboard: twelve matches, many fans, several meshes per peer.
--
-- Not judged yet: download and delivery against what is followed (theory.followed, theory.survivors). With a filter, the time to 99 %
-- counts every fan of the mesh, followers or not: it is then never, which is a matter of that metric and not of the mesh.
-- A run at the size of the smoke tier makes 2 million link deliveries with one mesh for all, and a tenth of it with a mesh per match.
local p = scenario {
  title = "Sports scoreboard",
  story = "A user joins the common mesh and gets the newest scores.",
  params = {
    fans    = 50000,
    matches = 12,
    play    = "105min",                                    -- from kick-off to the whistle; half-time is after three sevenths
    layout  = "one mesh | mesh per match | filter | dropping filter",
    keen    = "10%",                                       -- fans who follow three matches
    fault   = "none | resolver down | resolver slow",
  },
  variants = {
    together = {},
    apart    = { layout = "mesh per match" },
    filtered = { layout = "filter" },
    dropping = { layout = "dropping filter" },
    outage   = { fault = "resolver down" },
    sluggish = { fault = "resolver slow" },
  },
  tiers = {
    smoke    = { fans = 40,    seeds = 5 },
    standard = { fans = 1000,  seeds = 20 },
    large    = { fans = 50000, play = "7min", seeds = 5 }, -- all of it would be 2 · 10^9 link deliveries
  },
}

network "world-homes"

local kickoff = unit "5min"
local halftime, whistle = kickoff + p.play * 3 / 7, kickoff + p.play

-- Meshes and the matches that are played on them ---------------------------------------------------
local board, topic = {}, {}
for i = 1, p.matches do
  topic[i] = "match " .. i
  board[i] = (p.layout == "mesh per match" or i == 1) and mesh("board " .. i) or board[1]
end

for i = 1, p.matches do
  peers("stadium " .. i, 1, {
    mesh  = board[i], up = "20Mbit/s", down = "20Mbit/s",
    plays = {
      role("publisher", { kind = "clock",   topic = topic[i], rate = "1/5s", size = "200B", start = kickoff, lasts = p.play }),
      role("publisher", { kind = "goal",    topic = topic[i], rate = "poisson 1/40s", size = "300B", start = kickoff, lasts = p.play }),
      role("publisher", { kind = "summary", topic = topic[i], count = 1, size = "8kB", start = halftime }),
    },
  })
end

-- Fans: who follows what is drawn per peer ---------------------------------------------------------
local others = { ["filter"] = "relay", ["dropping filter"] = "drop" }

local function crowd(name, count, follows)
  return peers(name, count, {
    mesh  = { follows, of = board, by = "zipf 1.0", as = "match" },   -- in three meshes: three nodes, one host
    join  = kickoff + "uniform 0s..60s",                   -- C5
    churn = "flash",
    plays = role("subscriber", {
      keep  = "newest per topic",
      ask   = "neighbors",                                 -- last-value request, hop limit 1
      only  = { follows, of = topic, by = "zipf 1.0", as = "match" },   -- the same matches
      other = others[p.layout] or "show",
    }),
  })
end
local casual = crowd("casual", p.fans - p.keen * p.fans, 1)
local keen   = crowd("keen", p.keen * p.fans, 3)
local fans   = casual + keen

leave(fans:pick("20%"), { at = halftime + "uniform 0s..3min", lasts = p.play / 7 })

if p.fault == "resolver down" then
  impair(board[1].resolver, { down = true, at = kickoff, lasts = "30s" })
elseif p.fault == "resolver slow" then
  impair(board[1].resolver, { delay = "2s", loss = "10%", at = kickoff, lasts = "2min" })
end

finish(whistle + "2min")

-- What must hold -----------------------------------------------------------------------------------
local rush = { kickoff, kickoff + "60s" }

bound("resolver requests per fan in the first minute", metric.resolver_requests{ during = rush, per = "peer" }, "<=", 4)
if p.fault == "none" then
  stat("median fan is online", metric.join_time{ of = fans }.p50, "<=", "3s")
  stat("99 % of fans are online", metric.join_time{ of = fans }.p99, "<=", "60s")
end
if p.layout ~= "dropping filter" then
  stat("a goal reaches 99 % of the fans who follow it",
       metric.time_to{ share = "99%", kind = "goal", during = { kickoff + p.play / 21, whistle } }.max, "<=", "500ms")
  stat("a fan holds the current score", metric.first_value{ of = fans }.max, "<=", "10s")
else
  stat("filters that stop forwarding lose what T7 says", metric.delivery{ kind = "goal" }.mean, "~",
       theory.survivors{ crashed = metric.filtered.share }, { within = "1pt" })
end
if p.layout == "filter" then
  exact("a fan is shown only what it follows", metric.shown{ of = fans }, "==", theory.followed{ of = fans })
  exact("and relays everything: copies as without the filter", metric.copies, "==", theory.copies)
end
stat("download falls by what is not followed", over("layout", metric.download{ of = fans }.mean).ratio, "~",
     theory.followed{ of = fans }.share, { within = "10%" })

plot("fans online",        { kind = "time", { "fans", metric.online{ of = fans } } })
plot("resolver load",      { kind = "time", { "requests", metric.resolver_requests{ per = "second" } } })
plot("time to 99 %",       { kind = "scatter", { "goals", metric.time_to{ share = "99%", kind = "goal" } } })
plot("download per fan",   { kind = "histogram", x = "layout", { "fans", metric.download{ of = fans, per = "peer" } } })
