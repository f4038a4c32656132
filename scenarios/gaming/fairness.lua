-- S4.7 Fairness: who lives far away acts late; does it matter who decides the order of actions?
--
-- Eight players in four regions play lockstep. In every turn all reach for the same thing. Ordered "by stamped turn" (all inputs of the
-- turn, in the order of seats, rotating) the winner is the same on all replicas. Ordered by arrival each replica has its own winner.
--
-- Found (smoke, seed 1): by arrival the replicas differ in every single turn, since everybody's own input is the first that it sees. Ways
-- of inputs, p95: 107 to 207 ms to Europeans, 208 ms to the Australian (Jain index 0.93); executed inputs are delayed alike (0.99).
local p = scenario {
  title = "Fairness",
  story = "Game moves are sent and synchronised peer to peer: the order of actions must not depend on where one lives.",
  params = {
    turn   = "200ms",
    ahead  = 2,
    length = "5min",
    homes  = "world-homes | king",
  },
  variants = { world = {}, brisk = { turn = "100ms" } },
  tiers    = { smoke = { length = "1min", seeds = 5 }, standard = { seeds = 20 } },
}

network(p.homes)
local arena = mesh "arena"

local player = role(function (me, args)
  local channel = me:channel()
  local game = require "lockstep_player" (me, channel, { players = 8, seat = args.seat, turn = args.turn, ahead = args.ahead })
  local reached = {}                                        -- turn → the seat whose input came first here
  local owner, wins = 0, 0

  channel:on("message", function (msg)
    local m = msg.body
    if msg.kind == "input" and not reached[m.turn] then
      reached[m.turn] = m.seat
      me:state("winner by arrival", m.seat, m.turn)
    end
    if msg.kind == "input" and not msg.own then me:sample("way of an input", me.now - m.at - args.turn, m.seat) end
  end)

  function game.command(turn) return me:random("reach", 0, 1) end
  function game.execute(turn, commands)
    for i = 0, 7 do
      local seat = (turn + i) % 8 + 1
      if commands[seat] == 1 then
        owner = seat
        break
      end
    end
    wins = (wins * 31 + owner) % 1000003
    me:state("winner by stamped turn", owner, turn)
    reached[turn] = nil
  end
  function game.digest() return wins end
  me:on("told", function () game.start() end)
end, { turn = p.turn, ahead = p.ahead })

local EU, NE, EA, AU = "EU", "NE", "EA", "AU"
local places, players = { EU, EU, EU, EU, NE, NE, EA, AU }, nil
local one = {}
for i, region in ipairs(places) do
  one[i] = peers(region .. " " .. i, 1, { mesh = arena, region = region, plays = player { seat = i } })
  players = players and players + one[i] or one[i]
end

local go = tell(players, "play", nil, { at = settled })
finish(go + p.length)

exact("the stamped order gives the same outcome on all replicas", metric.disagreement{ "winner by stamped turn" }, "==", 0)
exact("and the same game", metric.disagreement{ "board" }, "==", 0)
bound("the order of arrival differs between replicas, in so many turns", metric.disagreement{ "winner by arrival" }.sum, ">=", 1)
exact("a turn stalls if and only if an input is late", metric.sample{ "stall" }.sum, "==",
      theory.stalls{ kind = "input", turn = p.turn, ahead = p.ahead }.sum)
report("turns decided differently by arrival, share", metric.disagreement{ "winner by arrival" }.share)
for i, region in ipairs(places) do
  report("inputs reach " .. region .. " " .. i .. " after, p95", metric.sample{ "way of an input", of = one[i] }.p95)
end
report("Jain index of the ways to a player (1 = fair)", metric.fairness{ metric.sample{ "way of an input" } })
report("Jain index of the delays of executed inputs", metric.fairness{ metric.sample{ "input delay" } })
report("Jain index of what is uploaded", metric.fairness{ metric.upload })

plot("ways to a player", { kind = "cdf", { "to Europe", metric.sample{ "way of an input", of = one[1] } },
                           { "to America", metric.sample{ "way of an input", of = one[5] } }, { "to Asia", metric.sample{ "way of an input", of = one[7] } },
                           { "to Australia", metric.sample{ "way of an input", of = one[8] } } })
plot("winners that differ", { kind = "raster", { "by arrival", metric.disagreement{ "winner by arrival" } },
                              { "by stamped turn", metric.disagreement{ "winner by stamped turn" } } })
