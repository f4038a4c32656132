-- S4.2 Lockstep strategy game: everybody runs the same turns with the same commands (lib/lockstep_player.lua).
--
-- The oracle theory.stalls knows the times at which inputs were published and delivered, and nothing of the role: from them it derives
-- when each player could begin each turn. Count and length of the stalls of the run must be exactly its own; so must the delays of inputs.
-- That a delay is at least turn + shortest path, message by message, follows from two checks: an input arrives no earlier than the
-- shortest path allows (T2), and is executed no earlier than it arrives (oracle).
--
-- T2 has 2 ms of room: theory counts 8 octets for each number of a table, which is written in fewer, and lines have rates (119 us seen).
--
-- Found (P = 8, T = 200 ms): every nanosecond of stalling is explained by a late input, under each fault. After a cut of 2 s the game
-- stands still for 3.5 s: the lines must first time out and send again. With an uplink of 64 kbit/s for 30 s everybody stands still
-- for 35 s. A fully linked arena is worse than the default one: each input is sent 49 times instead of 17, and a home with 1 Mbit/s up
-- cannot send 7 copies of 8 inputs within a turn (p95 of the input delay 480 ms, that check fails; 118 s of stalls in 2 min and 8 players).
-- The default arena at P = 8, 10 min, 10 seeds: 5 seeds without a stall, 2 with 13 and 15 of a few ms, and 3 that stall in every second
-- turn (p95 470 to 541 ms), so both checks are over their limit, by less than four standard errors: there the longest way is over T.
-- LAN, P = 16, T = 50 ms, 10 min: no stall.
local p = scenario {
  title = "Lockstep strategy game",
  story = "Game moves are sent and synchronised peer to peer, without a server.",
  params = {
    players = 8,
    turn    = "200ms",
    ahead   = 2,                                  -- a command is executed this many turns later
    bytes   = "uniform 20B..60B",                 -- of an input
    place   = "world-homes | lan | wlan | mixed",
    shape   = "default | full",
    fault   = "none | slow uplink | leaver | cut | jitter",
    length  = "10min",
  },
  variants = {
    world  = {},
    lan    = { place = "lan", players = 16, turn = "50ms" },
    wlan   = { place = "wlan", turn = "100ms" },
    mixed  = { place = "mixed", turn = "100ms" },
    full   = { shape = "full" },                  -- possible up to 8: seven neighbors each
    uplink = { fault = "slow uplink" },
    leaver = { fault = "leaver" },
    cut    = { fault = "cut" },
    jitter = { fault = "jitter" },
  },
  tiers   = { smoke = { players = 4, length = "2min", seeds = 5 }, standard = { seeds = 20 } },
  studies = { pace = { players = { 2, 4, 8, 16 }, turn = { "50ms", "100ms", "200ms" } } },
}

network(p.place == "mixed" and "lan" or p.place)

local arena = mesh("arena", p.shape == "full" and { min = 7, ideal = 7, max = 7 } or {})

local player = role(function (me, args)
  local board = 0                                 -- the replica: here just a number that depends on everything
  local game  = require "lockstep_player" (me, me:channel(), {
    players = args.players, seat = me.index, turn = args.turn, ahead = args.ahead,
    pad = function () return ("x"):rep(me:random("bytes", args.bytes) // unit "1B") end,
  })
  function game.command(turn) return me:random("move", 0, 9999) end
  function game.execute(turn, commands)
    for seat, command in pairs(commands) do board = (board * 31 + 7 * seat + command) % 1000003 end
  end
  function game.digest() return board end
  me:on("told", function (what)
    if what == "play" then game.start() else game.goodbye() end
  end)
end, { players = p.players, turn = p.turn, ahead = p.ahead, bytes = p.bytes })

local players = peers("player", p.players, {
  mesh = arena, plays = player,
  network = p.place == "mixed" and { 1, of = { "lan", "wlan" }, by = "turns" } or nil,
})

local go  = tell(players, "play", nil, { at = settled })
local mid = go + p.length / 2

if p.fault == "slow uplink" then
  impair(players[2], { up = "64kbit/s", at = mid, lasts = "30s" })
elseif p.fault == "leaver" then
  local bye = tell(players[2], "say goodbye", nil, { at = mid })
  leave(players[2], { at = bye + "5s" })
elseif p.fault == "cut" then
  cut({ players:pick("50%"), "rest" }, { at = mid, lasts = "2s" })
elseif p.fault == "jitter" then
  impair(players, { delay = "lognormal 20ms sigma 1.0", at = mid, lasts = "30s" })
end

finish(go + p.length)

local stalls, delays = metric.sample{ "stall" }, metric.sample{ "input delay" }
local oracle = theory.stalls{ kind = "input", last = "bye", turn = p.turn, ahead = p.ahead }
local calm   = p.fault == "none"

exact("all replicas agree at every check", metric.disagreement{ "board" }, "==", 0)
exact("a turn stalls if and only if an input is late", stalls.count, "==", oracle.count)
exact("and as long as it is late", stalls.sum, "==", oracle.sum)
for i = 1, p.players do
  exact("player " .. i .. " stalls when its inputs are late", metric.sample{ "stall", of = players[i] }.sum, "==",
        theory.stalls{ kind = "input", last = "bye", turn = p.turn, ahead = p.ahead, of = players[i] }.sum)
end
exact("inputs count when the oracle says so", delays.sum, "==",
      theory.input_delay{ kind = "input", last = "bye", turn = p.turn, ahead = p.ahead }.sum)
bound("no input arrives 2 ms before the shortest path allows (T2)",
      metric.latency{ kind = "input", during = { go, mid - "2s" } } - theory.shortest_path, ">=", "-2ms")
bound("no input counts before a turn and the shortest way", delays.min, ">=", p.turn + theory.shortest_path{ kind = "input" }.min)
bound("the game goes on: turns begun", metric.sample{ "turn" }.count, ">=", p.players * (p.length // p.turn) // 2)
if p.fault == "leaver" then
  exact("the leaver is removed in the same turn everywhere", metric.disagreement{ "leaver" }, "==", 0)
end
if calm and p.place == "lan" then
  bound("the longest way and a turn are within the turns ahead", metric.latency{ kind = "input" }.max + p.turn, "<=", p.ahead * p.turn)
  bound("so there is no stall", stalls.count, "==", 0)
elseif calm and p.place == "world-homes" then
  stat("stalls per minute and player", stalls.count, "<=", p.players * (p.length // unit "1min"))
  stat("input delay p95", delays.p95, "<=", "400ms")
end
report("input delay p50", delays.p50)
report("longest stall", stalls.max)

plot("stalls",         { kind = "raster", { "stall", stalls } })
plot("input delay",    { kind = "cdf", { "from command to execution", delays }, { "arrival", metric.latency{ kind = "input" } },
                                       { "ideal server", theory.server{}.latency{ kind = "input" } } })
plot("replicas",       { kind = "raster", { "digest that differs", metric.disagreement{ "board" } } })
plot("delay by players and turn", { kind = "line", x = "players", by = "turn", { "p95", delays.p95 } })
