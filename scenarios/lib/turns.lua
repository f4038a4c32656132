-- turns: a turn-based game on a channel: one log of moves, the same at every seat.
--
-- Move n is made by the seat whose turn it is; everybody applies moves in the order of their numbers, whatever order they arrive in,
-- and drops those of a seat that is not in turn. Peer Channel neither repeats nor orders, so a replica that misses a move asks its
-- neighbors (hop limit 1). A seat that has not been heard of for `silence` is given up when its turn comes: a spare takes it over, or
-- it is removed, or, with one seat left, the table closes. That is an entry of the log like a move, and no message: everybody comes to it
-- by itself. Three rules keep these decisions equal: nobody moves who has not heard most of the others for `fence` (so a move that
-- anybody has was known to all before the silence ends), nobody gives a seat up who does not hear most of the others, and who was
-- deaf, or away, does not move for silence + fence, after which it knows whether it was given up. Who said goodbye never returns.
--
--   local game = require "turns" (me, me:channel(), { seats = { 1, 2, 3 }, spares = { 4 }, seat = me.index })
--   function game.turn(n) … game.move { card = 7 } … end   -- it is this seat's turn; move now or later
--   function game.applied(n, entry) … end                  -- entry: { by = seat, move = … } or { gone = seat }; in order, each once
--
-- Options: seats = { 1, … k }, spares = { k + 1, … }  who play, and who may take over, in this order; seat: mine
--          table (1)      several tables may share a channel
--          beat (5s)      every seat and spare says that it is there; silence (20s), fence (10s): see above
--          patience (200ms) longest wait before an answer; batch (32) moves per message
-- Leaves:  me:sample("detected", time since the last sign of a seat given up), me:sample("move seen", time, from a move to its application here),
--          me:state("table", hash of the log up to n, "TABLE/n") once most have n: before, a part of the mesh may have to take it back.
--          me:state("gone", turn, "TABLE/seat") for a seat given up.
-- Moves:   messages of kind move, here, bye, ask, log.

return function (me, channel, opt)
  local id       = opt.table or 1
  local beat     = unit(opt.beat or "5s")
  local silence  = unit(opt.silence or "20s")
  local fence    = unit(opt.fence or "10s")
  local patience = opt.patience or "200ms"
  local batch    = opt.batch or 32

  local game  = { log = {}, closed = false, turn = function () end, applied = function () end, refused = function () end }
  local disk  = me:disk("turns/" .. id)
  local seats, spares, at = {}, {}, 1     -- who sits, who may take over, whose turn it is (a place in seats)
  local hashes = { [0] = 0 }              -- of the log up to each entry
  local has, history = {}, 0              -- seat → moves that it says it has; entries that most have
  local early = {}                        -- n → seat → entry, not in turn yet
  local heard, said = {}, {}              -- seat → when last; seat → its last turn, once it has said goodbye
  local since                             -- nobody is missed for what it did not say before
  local quiet                             -- until then I do not move
  local lost  = {}                        -- seats that were given up hearing of
  local most  = 0                         -- moves that somebody has
  local answer
  local asked                             -- the turn that game.turn was called for

  table.move(opt.seats, 1, #opt.seats, 1, seats)
  table.move(opt.spares or {}, 1, #(opt.spares or {}), 1, spares)

  local function send(kind, body, hops)
    body.table, body.who = id, opt.seat
    channel:send(body, { kind = kind, hops = hops })
  end

  local function hears(limit)             -- do I hear most of those who are believed to be there, within this time?
    local there, near, first = 0, 0, nil  -- of two halves that of the lower seat counts
    for _, seat in ipairs(seats) do
      if not lost[seat] and (not first or seat < first) then first = seat end
    end
    for _, seat in ipairs(seats) do
      if seat == opt.seat then
        there, near = there + 1, near + 1
      elseif not lost[seat] then
        there = there + 1
        if heard[seat] and me.now - heard[seat] < limit then near = near + 1 end
      end
    end
    local has_first = first == opt.seat or (heard[first] and me.now - heard[first] < limit)
    return 2 * near > there or (2 * near == there and has_first)
  end

  local function call_turn()
    if seats[at] == opt.seat and not game.closed and asked ~= #game.log + 1 then
      asked = #game.log + 1
      game.turn(asked)
    end
  end

  local function apply(entry)             -- the next of the log; nothing else changes the table
    local n = #game.log + 1
    game.log[n] = entry
    early[n] = nil
    most = math.max(most, n)
    if entry.gone then
      lost[entry.gone] = nil
      if #spares > 0 then
        seats[at] = table.remove(spares, 1)
      else
        table.remove(seats, at)
        if at > #seats then at = 1 end
      end
      game.closed = #seats < 2
      hashes[n] = (hashes[n - 1] * 31 + 7 * entry.gone) % 1000003
    else
      at = at % #seats + 1
      hashes[n] = (hashes[n - 1] * 31 + 1000 * entry.by + (entry.value or 0)) % 1000003
    end
    disk.log = game.log
    game.applied(n, entry)
  end

  local function legal(entry) return entry.by == seats[at] end

  local function advance()                -- what has waited for its turn
    while not game.closed do
      local waiting = early[#game.log + 1]
      if not waiting then break end
      early[#game.log + 1] = nil
      local next_one
      for _, entry in pairs(waiting) do
        if entry.gone or legal(entry) then next_one = entry else game.refused(entry) end
      end
      if not next_one then break end
      apply(next_one)
    end
    call_turn()
  end

  local function take(n, entry)           -- a move, from its player or from a neighbor that has it
    local mine = game.log[n]
    if mine and mine.by and entry.gone then
      return game.rewind(n, entry)        -- most gave that seat up: they have never seen what I have
    elseif n <= #game.log or game.closed then
      if entry.by and not (mine and mine.by == entry.by) then game.refused(entry) end
      return
    end
    most = math.max(most, n)
    early[n] = early[n] or {}
    early[n][entry.by or 0] = entry
    advance()
  end

  local function replay(log)
    seats, spares, at, game.closed, game.log, asked = {}, {}, 1, false, {}, nil
    table.move(opt.seats, 1, #opt.seats, 1, seats)
    table.move(opt.spares or {}, 1, #(opt.spares or {}), 1, spares)
    for _, entry in ipairs(log) do apply(entry) end
  end

  function game.rewind(n, entry)
    local log = table.move(game.log, 1, n - 1, 1, {})
    log[n] = entry
    replay(log)
    advance()
  end

  local function ask()
    send("ask", { n = #game.log, name = me.name }, 1)
  end

  local function give(from)
    local part, count = {}, math.min(#game.log, from + batch - 1)
    for n = from, count do part[n - from + 1] = game.log[n] end
    send("log", { from = from, part = part }, 1)
  end

  function game.in_turn() return seats[at] end

  local function give_up()                -- of the seat in turn, if it is gone
    local seat = seats[at]
    if game.closed or seat == opt.seat then return end
    local bye = said[seat] and #game.log + 1 > said[seat]
    if (lost[seat] and hears(silence)) or bye then
      apply({ gone = seat })
      advance()
    end
  end

  local function settle()                 -- what most of those who are there have is history
    local there = 0
    for _, seat in ipairs(seats) do if not lost[seat] then there = there + 1 end end
    while history < #game.log do
      local having = 0
      for _, seat in ipairs(seats) do
        if seat == opt.seat or (has[seat] or 0) > history then having = having + 1 end
      end
      if 2 * having <= there then return end
      history = history + 1
      me:state("table", hashes[history], id .. "/" .. history)
      local gone = game.log[history].gone
      if gone then me:state("gone", history, id .. "/" .. gone) end
    end
  end

  local function look()
    if not since then return end
    for seat = 1, #opt.seats + #(opt.spares or {}) do
      local last = heard[seat] and math.max(heard[seat], since) or since
      if seat ~= opt.seat and not lost[seat] and me.now - last >= silence and hears(silence) then
        lost[seat] = true
        me:sample("detected", me.now - last)
      end
    end
    if me.now - since >= fence and not hears(fence) then quiet = me.now + silence + fence end
    give_up()
    settle()
    if most > #game.log and not game.closed then ask() end
  end

  -- The move of this seat. False: it is not its turn, or it hears too few of the others to be sure that they will have it.
  function game.move(value, data)
    if game.closed or disk.left or seats[at] ~= opt.seat or not hears(fence) or (quiet and me.now < quiet) then return false end
    local entry = { by = opt.seat, value = value, data = data, sent = me.now }
    send("move", { n = #game.log + 1, entry = entry })
    return true
  end

  channel:on("message", function (msg)
    local m = msg.body
    if m.table ~= id then return end
    if not msg.own and m.who then heard[m.who], lost[m.who] = me.now, nil end
    if msg.kind == "move" then
      if not msg.own then me:sample("move seen", me.now - m.entry.sent) end
      take(m.n, m.entry)
    elseif msg.own then
      return
    elseif msg.kind == "here" then
      most = math.max(most, m.n)
      if m.n > #game.log or hashes[m.n] == m.hash then
        has[m.who] = m.n
      else                                -- we are not of one mind: compare the latest entries
        send("ask", { n = math.max(0, m.n - batch // 2), name = me.name, why = "differ" }, 1)
      end
    elseif msg.kind == "bye" then
      said[m.who] = m.n
      give_up()
    elseif msg.kind == "log" then
      if answer then answer:stop(); answer = nil end
      for i, entry in ipairs(m.part) do take(m.from + i - 1, entry) end
    elseif msg.kind == "ask" and m.n < #game.log and not answer then
      answer = me:after(me:random("patience", "uniform 0s.." .. patience), function ()
        answer = nil
        give(m.n + 1)
      end)
    end
  end)

  local function seated()
    for _, seat in ipairs(seats) do if seat == opt.seat then return true end end
    return false
  end

  channel:on("online", ask)
  me:every(beat, function () if not game.closed and not disk.left then send("here", { n = #game.log, hash = hashes[#game.log] }) end end)
  me:every("1s", look)
  me:on("stopping", function ()
    disk.left = true
    if seated() and channel.neighbors > 0 then send("bye", { n = #game.log }) end
  end)

  function game.start()                   -- the players sit down; before it nobody is missed
    since = me.now
    call_turn()
  end

  if disk.log then                        -- I was away
    replay(disk.log)
    since, quiet = me.now, me.now + silence + fence
  end
  return game
end
