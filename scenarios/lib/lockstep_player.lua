-- lockstep_player: every player runs the same turns with the same commands, so the replicas stay equal without sending state.
--
-- A turn lasts `turn`. What a player commands during turn k is sent at its end and executed at the beginning of turn k + ahead, by
-- everybody: a message has (ahead - 1) turns to arrive. A turn whose inputs are not all there waits for them: a stall. So the slowest
-- way sets everybody's pace, and an input counts no earlier than turn + the longest way after the command was given.
-- Peer Channel repeats nothing: an input that is lost (a link that closes with it) stops the game for good; a game that must outlast
-- that needs lib/sync.lua below it.
--
--   local game = require "lockstep_player" (me, me:channel(), { players = 8, seat = me.index, turn = "200ms", ahead = 2 })
--   function game.command(turn) return … end           -- what I command in this turn: a number, a text or a table
--   function game.execute(turn, commands) … end        -- commands: seat → command; the same everywhere
--   game.start()                                       -- turn 1 begins
--   game.goodbye()                                     -- my last command is that of this turn; the others go on without me
--
-- Options: players, seat (mine), turn, ahead (2), digest (10): a digest each so many turns, of what game.digest() returns
-- Leaves:  me:sample("stall", time that a turn waited), me:sample("input delay", from the beginning of the turn in which it was
--          commanded to its execution here), me:state("board", digest, turn), me:state("leaver", last turn, seat), me:sample("turn")
-- Messages: kinds input, bye.

return function (me, channel, opt)
  local length, ahead = unit(opt.turn), opt.ahead or 2
  local digest = opt.digest or 10
  local game   = { turn = 0, command = function () return 0 end, execute = function () end, digest = function () return 0 end }
  local inputs = {}                                    -- turn → seat → { command, when it was given }
  local last   = {}                                    -- seat → its last turn, once it has said goodbye
  local began, due                                     -- of this turn; when the next one is due
  local leaving, gone

  local function complete(turn)
    if turn <= ahead then return true end
    for seat = 1, opt.players do
      if not (last[seat] and turn > last[seat]) and not (inputs[turn] and inputs[turn][seat]) then return false end
    end
    return true
  end

  local function execute(turn)
    local commands = {}
    for seat, input in pairs(inputs[turn] or {}) do
      commands[seat] = input.command
      me:sample("input delay", me.now - input.at)
    end
    inputs[turn] = nil
    game.execute(turn, commands)
    if turn % digest == 0 then me:state("board", game.digest(), turn) end
  end

  local speak

  local function begin()                               -- the next turn, if it is time and everything is there
    if gone or not due or me.now < due or not complete(game.turn + 1) then return end
    if me.now > due then me:sample("stall", me.now - due) end
    game.turn = game.turn + 1
    began, due = me.now, nil
    if game.turn > ahead then execute(game.turn) end
    me:sample("turn")
    local command = game.command(game.turn)
    me:after(length, function () speak(command) end)
  end

  function speak(command)
    local turn = game.turn + ahead
    due = me.now
    channel:send({ seat = opt.seat, turn = turn, command = command, at = began, pad = opt.pad and opt.pad() }, { kind = "input" })
    if leaving then
      channel:send({ seat = opt.seat, bye = turn }, { kind = "bye" })
      gone = true
    end
    begin()
  end

  channel:on("message", function (msg)
    local m = msg.body
    if msg.kind == "input" then
      inputs[m.turn] = inputs[m.turn] or {}
      inputs[m.turn][m.seat] = { command = m.command, at = m.at }
    elseif msg.kind == "bye" then
      last[m.seat] = m.bye
      me:state("leaver", m.bye, m.seat)
    end
    begin()
  end)

  function game.start()
    due = me.now
    begin()
  end

  function game.goodbye() leaving = true end

  return game
end
