-- S4.5 Lobby and in-game chat: thousands in one mesh, games of eight in meshes of their own.
--
-- Everybody is in the lobby, where all chat a little. Some host a game, seven times as many look for one (lib/lobby.lua); who has got a place opens
-- two meshes more during the run, one for the game and one for its chat (me:open), and leaves them when the game is over. Presence in the lobby is a flooded
-- beacon each half minute, or is watched by the neighbors (lib/watched.lua).
--
-- Found: what a player must hand on is (rate) · S · (d - 1), and the rate grows with the players: a fifth of the homes of N2 have 1 Mbit/s up, which
-- carries some 60 messages a second, the chat and beacons of 1,100 players. So the larger tiers give everybody 20 Mbit/s. Beacons come at times of their own
-- (Poisson): 2,000 of them at one instant stop the mesh for a minute (mesh/all_at_once.lua).
local p = scenario {
  title = "Lobby and in-game chat",
  story = "A lobby and a chat beside the game are meshes, too.",
  params = {
    players  = 5000,
    games    = 60,
    seats    = 8,
    chat     = "poisson 1/50s",                   -- each player, in the lobby
    line     = "100B",
    beacon   = "100B",
    presence = "flooded | watched",
    lines    = "of the network | fast",           -- fast: the class of N2 that most have, 20 and 100 Mbit/s, for all
    length   = "2min",                            -- of what is looked at
    rush     = "uniform 0s..20s",                 -- in which they begin to look for one
    game     = "25s",
    talk     = "exp 8s",                          -- between two lines of a player in the chat of its game
  },
  variants = { flooded = {}, watched = { presence = "watched" } },
  tiers    = { smoke = { players = 120, games = 4, seeds = 5 }, standard = { players = 1000, games = 25, lines = "fast", seeds = 20 }, large = { seeds = 5, lines = "fast", length = "32s", game = "8s", rush = "uniform 0s..8s" } },
  studies  = { size = { players = { 100, 200, 400, 800 }, presence = { "flooded", "watched" } } },
}

network "world-homes"
local lobby = mesh("lobby", { channels = { "chat", "adverts", "presence" } })
for i = 1, p.games do                             -- nobody is in these until a game forms
  mesh("game " .. i)
  mesh("talk " .. i)
end
local up   = p.lines == "fast" and "20Mbit/s" or nil
local down = p.lines == "fast" and "100Mbit/s" or nil
local go, play = settled + "1s", settled + "5s"

local watcher = role(function (me, args)
  me:on("told", function (what)
    if what == "go" then require "watched" (me, me:channel "presence", { every = args.every, size = args.size }) end
  end)
end, { every = "30s", size = p.beacon })

local player = role(function (me, args)
  local lobby = require "lobby" (me, me:channel "adverts", { seats = args.seats })
  local number, game, talk                        -- of the match, and its two meshes
  local heard, members, full, timer = {}, nil, nil, nil
  local others, open, linked, talking = 0, false, false, false

  local function look()                           -- linked: the list is complete, and I have heard everybody on it
    if linked or not members or others < args.seats - 1 then return end
    linked = true
    me:sample("linked", me.now - full)
  end

  local function greet()
    if open then game:send({ here = me.name }, { kind = "here" }) end
  end

  local function leave()
    me:sample("left", 1)
    if timer then timer:stop() end
    open, talking = false, false                  -- the complete list may come still
    game:stop()
    talk:stop()
  end

  function lobby.seated(match)
    number = match:match "%d+$"
    game, talk = me:open(match), me:open("talk " .. number)
    game:on("online", function ()
      open = true
      greet()
    end)
    game:on("message", function (msg)
      if msg.body.over then return leave() end
      if msg.own or heard[msg.body.here] then return end
      heard[msg.body.here], others = true, others + 1
      greet()                                     -- it may not have heard me
      look()
    end)
    talk:on("online", function () talking = true end)
    talk:on("message", function (msg)
      if not msg.own then me:sample("line", me.now - msg.body.t) end
    end)
  end

  function lobby.full(match, list, since)
    members, full = list, since
    look()
    local function say()
      if talking then talk:send({ by = me.name, t = me.now }, { kind = "say", size = args.line }) end
      timer = me:after(me:random("talk", args.talk), say)
    end
    timer = me:after(me:random("talk", args.talk) + unit "5s", say)
    if list[1] == me.name then                    -- who comes first in the list ends it
      me:after(args.game, function ()
        if open then game:send({ over = true }, { kind = "over" }) end
      end)
    end
  end

  me:on("told", function (what, data)
    if what == "host" then lobby.host("game " .. me.index) end
    if what == "seek" then lobby.seek() end
  end)
end, { seats = p.seats, game = p.game, talk = p.talk, line = p.line })

local function plays(...)
  local roles = { role("publisher", { kind = "chat", rate = p.chat, size = p.line, start = go, lasts = p.length }), ... }
  if p.presence == "flooded" then
    roles[#roles + 1] = role("publisher", { kind = "beacon", rate = "poisson 1/30s", size = p.beacon, start = go, lasts = p.length })
  else
    roles[#roles + 1] = watcher
  end
  return roles
end
local hosts   = peers("host", p.games, { mesh = lobby, plays = plays(player), join = "uniform 0s..60s", up = up, down = down })
local seekers = peers("player", p.games * (p.seats - 1), { mesh = lobby, plays = plays(player), join = "uniform 0s..60s", up = up, down = down })
local idle    = peers("idle", p.players - p.games * p.seats, { mesh = lobby, plays = plays(), join = "uniform 0s..60s", up = up, down = down })
local all     = hosts + seekers + idle

if p.presence == "watched" then tell(all, "go", nil, { at = go }) end
tell(hosts, "host", nil, { at = play + "uniform 0s..5s" })
tell(seekers, "seek", nil, { at = play + p.rush })
finish(go + p.length + "5s")

-- What must hold -----------------------------------------------------------------------------------
local lively = { go + "5s", go + p.length }
local d      = metric.degree{ mesh = lobby, at = go + "5s" }.mean
local second = unit("1/" .. (p.length - unit "5s"))    -- one in all that time, as a rate
local beacon = { kind = "beacon", during = lively }

exact("all members of a game have the same list", metric.disagreement{ "members" }, "==", 0)
exact("each of them has it", metric.state{ "members" }.count, "==", p.games * p.seats)
exact("and hears everybody on it", metric.sample{ "linked" }.count, "==", p.games * p.seats)
stat ("from the complete list to all linked, p95", metric.sample{ "linked" }.p95, "<=", "5s")
stat ("a line of in-game chat, p95", metric.sample{ "line" }.p95, "<=", "300ms")
exact("everybody leaves the game", metric.sample{ "left" }.count, "==", p.games * p.seats)
exact("and nobody loses a neighbor in the lobby by that", metric.closed{ mesh = lobby, during = { play, go + p.length } }.count, "==", 0)
exact("nor a line of it", metric.delivery{ kind = "chat", during = lively }, "==", "100%")

if p.presence == "flooded" then
  local t9 = (d - 1) * (metric.sent{ mesh = lobby, during = lively }.count * ((metric.wire_size{ mesh = lobby, during = lively }.mean + "40B") * second))
  bound("a player downloads what T9 says, rate · (mean degree - 1) · S: at least 95 %", metric.download{ mesh = lobby, during = lively }.mean, ">=", 0.95 * t9)
  bound("and at most 105 %", metric.download{ mesh = lobby, during = lively }.mean, "<=", 1.05 * t9)
else
  bound("watched presence costs a tenth of a flooded one", metric.copies(beacon).mean, "<=", 0.1 * (p.players * (d - 1)))
  report("members, as the digests say: median", metric.sample{ "estimate", during = { go + p.length - "31s", go + p.length } }.p50)
end
report("download of a player in the lobby", metric.download{ mesh = lobby, during = lively }.mean)
report("of it presence", metric.copies(beacon).mean * metric.sent(beacon).count / p.players * ((metric.wire_size(beacon).mean + "40B") * second))
report("mean degree in the lobby", d)
report("floods of the lobby for forming games", metric.sent{ kind = "advert" }.count + metric.sent{ kind = "want" }.count)
report("chat of the lobby, p95", metric.latency{ kind = "chat" }.p95)

plot("time to form", { kind = "cdf", { "full to linked", metric.sample{ "linked" } } })
plot("in-game chat", { kind = "cdf", tail = "log", { "game", metric.sample{ "line" } }, { "lobby", metric.latency{ kind = "chat" } } })
plot("lobby load", { kind = "line", x = "players", by = "presence", { "download of a player", metric.download{ mesh = lobby, during = lively }.mean } })
