-- rollback: everybody plays on at once and predicts the inputs that are not there; who predicted wrongly goes back and plays anew.
--
-- An input given at frame f counts for frame f + delay. A frame is played with what is known; a missing input is predicted to be that
-- player's latest known one. When the real input of a played frame comes and differs, the frames from it on are played again (the
-- depth). Nobody plays more than `window` frames beyond the last frame of which all inputs are known (the confirmed one): it stalls.
--
--   local game = require "rollback" (me, me:channel(), { players = 2, seat = me.index, frame = "16667us", delay = 2, window = 8 })
--   function game.input(frame) return … end              -- a whole number
--   function game.play(state, inputs) return state end   -- one frame: plain data in, plain data out, nothing else changes
--   game.start(state)
--
-- Leaves: me:sample("frame"), me:sample("rollback depth", frames), me:sample("rollback span", the same as time), me:sample("predicted", frames
--         beyond the confirmed one at each played frame), me:sample("stalled at", the same at each frame that waited),
--         me:state("confirmed", state, frame) each tenth frame. Messages: kind input.

return function (me, channel, opt)
  local frame  = unit(opt.frame or "16667us")
  local delay, window = opt.delay or 2, opt.window or 8
  local game   = { at = 0, confirmed = 0, input = function () return 0 end, play = function (state) return state end }
  local inputs = {}                                     -- frame → seat → input
  local known  = {}                                     -- seat → latest frame whose input is here, without gap
  local used   = {}                                     -- frame → seat → what was played with
  local state                                           -- of the confirmed frame

  local function predict(f, seat)
    local k = math.min(f, known[seat])
    return inputs[f] and inputs[f][seat] or (inputs[k] and inputs[k][seat]) or game.latest[seat]
  end

  local function confirm()                              -- frames of which everything is known: they never change again
    while game.confirmed < game.at do
      local f = game.confirmed + 1
      local all = inputs[f] or {}
      for seat = 1, opt.players do if f > delay and all[seat] == nil then return end end
      if f > delay then
        state = game.play(state, all)
        for seat = 1, opt.players do game.latest[seat] = all[seat] end
      end
      game.confirmed = f
      if f % 10 == 0 then me:state("confirmed", state, f) end
      inputs[f], used[f] = nil, nil
    end
  end

  local function play_frame()
    game.at = game.at + 1
    local f, with = game.at, {}
    if f > delay then
      for seat = 1, opt.players do with[seat] = predict(f, seat) end
    end
    used[f] = with
    me:sample("frame")
    me:sample("predicted", f - 1 - game.confirmed)
    channel:send({ seat = opt.seat, frame = f + delay, input = game.input(f) }, { kind = "input", size = opt.size })
    confirm()
  end

  local function tick()
    if game.at - game.confirmed > window then
      me:sample("stalled at", game.at - game.confirmed)
    else
      play_frame()
    end
    me:after(frame, tick)
  end

  channel:on("message", function (msg)
    local m = msg.body
    if msg.kind ~= "input" or m.frame <= game.confirmed then return end
    inputs[m.frame] = inputs[m.frame] or {}
    inputs[m.frame][m.seat] = m.input
    while inputs[known[m.seat] + 1] and inputs[known[m.seat] + 1][m.seat] ~= nil do known[m.seat] = known[m.seat] + 1 end
    if m.frame <= game.at and used[m.frame][m.seat] ~= m.input then
      local depth = game.at - m.frame + 1
      me:sample("rollback depth", depth)
      me:sample("rollback span", depth * frame)
      for f = m.frame, game.at do                       -- played again, with what is known now
        for seat = 1, opt.players do used[f][seat] = predict(f, seat) end
      end
    end
    confirm()
  end)

  function game.start(first)
    state, game.latest = first, {}
    for seat = 1, opt.players do game.latest[seat], known[seat] = 0, delay end
    tick()
  end

  return game
end
