-- S4.2 Lockstep strategy game: everybody runs the same turns with the same commands.
--
-- Not judged yet: the stall oracle (theory.stalls) and the delay of inputs against the shortest path (T2), for which samples would have to name their message.
local p = scenario {
  title = "Lockstep strategy game",
  story = "Game moves are sent and synchronised peer to peer, without a server.",
  params = {
    players = 8,
    turn    = "200ms",
    ahead   = 2,                                  -- a command is executed this many turns later
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
  local game    = me:channel()
  local sent    = 0                               -- last turn I have sent a command for
  local turn    = args.ahead + 1                  -- next turn to execute; nothing happens in the first ones
  local command = {}                              -- turn → player → command
  local last    = {}                              -- player → its last turn, once it has said goodbye
  local board   = 0                               -- the replica: here just a number that depends on everything
  local due, waiting, gone

  local function speak()
    if gone then return end
    sent = sent + 1
    local bytes = me:random("bytes", 20, 60)
    game:send({ who = me.index, turn = sent + args.ahead, cmd = me:random("move", 0, 9999), sent = me.now,
                pad = ("x"):rep(bytes) }, { kind = "input" })
  end

  local function complete(t)
    for i = 1, args.players do
      if not (last[i] and t > last[i]) and not (command[t] and command[t][i]) then return false end
    end
    return true
  end

  local function step()                           -- execute turns for as long as everything is there and it is time
    while me.now >= due do
      if not complete(turn) then
        waiting = waiting or due
        return
      end
      if waiting then me:sample("stall", me.now - waiting); waiting = nil end
      for i = 1, args.players do
        local c = (command[turn] or {})[i]
        if c then board = (board * 31 + c) % 1000003 end
      end
      command[turn] = nil
      if turn % 10 == 0 then me:state("board", board, turn) end
      turn = turn + 1
      due  = me.now + args.turn
      speak()
      me:after(args.turn, step)
    end
  end

  game:on("message", function (msg)
    local m = msg.body
    if m.bye then
      last[m.who] = m.bye
      me:state("leaver", m.bye, m.who)            -- removed in the same turn everywhere
    else
      command[m.turn] = command[m.turn] or {}
      command[m.turn][m.who] = m.cmd
      if not msg.own then me:sample("input delay", me.now - m.sent) end
    end
    if due then step() end
  end)

  me:on("told", function (what)
    if what == "play" then
      due = me.now + args.turn
      speak()
      me:after(args.turn, step)
    elseif what == "say goodbye" then
      gone = true
      game:send({ who = me.index, bye = sent + args.ahead }, { kind = "bye" })
    end
  end)
end, { players = p.players, turn = p.turn, ahead = p.ahead })

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
  leave(players[2], { at = bye + "2s" })
elseif p.fault == "cut" then
  cut({ players:pick("50%"), "rest" }, { at = mid, lasts = "2s" })
elseif p.fault == "jitter" then
  impair(players, { delay = "lognormal 20ms sigma 1.0", at = mid, lasts = "30s" })
end

finish(go + p.length)

local stalls = metric.sample{ "stall" }
local calm   = p.fault == "none"

exact("all replicas agree at every check", metric.disagreement{ "board" }, "==", 0)
exact("a stall if and only if some input is late", stalls.count, "==",
      theory.stalls{ kind = "input", turn = p.turn, ahead = p.ahead })
bound("input delay is at least the longest way", metric.sample{ "input delay", per = "message" }.max, ">=",
      theory.shortest_path.max)
if p.fault == "leaver" then
  exact("the leaver is removed in the same turn everywhere", metric.disagreement{ "leaver" }, "==", 0)
end
if calm and p.place == "lan" then
  stat("no stall on a wired LAN", stalls.count, "==", 0)
elseif calm and p.place == "world-homes" then
  stat("stalls per minute", stalls.count, "<=", p.length // unit "1min")
  stat("input delay p95", metric.sample{ "input delay" }.p95, "<=", "400ms")
end

plot("stalls",      { kind = "time", { "stalls", stalls } })
plot("input delay", { kind = "line", x = "players", by = "turn", { "p95", metric.sample{ "input delay" }.p95 } })
plot("replicas",    { kind = "raster", { "disagreement", metric.disagreement{ "board" } } })
