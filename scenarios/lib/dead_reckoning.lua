-- dead reckoning: what moves is sent only when the others would guess its place wrongly by more than `threshold`.
--
-- A player knows what the others believe: the last update, carried on in a straight line. Each tick it compares that with its true place
-- and sends an update if it is off by more than the threshold, or if nothing was sent for `refresh`. A receiver shows the newest update
-- it has, by the time at which it was made, carried on to now: the error is at most threshold + a/2 · age² with accelerations up to a.
--
--   local reckon = require "dead_reckoning" (me, me:channel(), { seat = me.index, rate = "20/s", threshold = 500, size = "100B" })
--   reckon.drive(function (t) return x, y, vx, vy end)      -- mine at time t (ns of the run); whole mm and mm/s
--   local x, y, age = reckon.place(seat)                    -- where another is believed to be now, and the age (ns) of what I know of it
--
-- Options: tick (50ms), threshold (mm; below 0: an update each tick), refresh (1s), size of an update. Leaves: me:sample("sent", 1 or 0) at each tick. Messages: kind state.

return function (me, channel, opt)
  local tick, refresh = unit(opt.tick or "50ms"), unit(opt.refresh or "1s")
  local reckon, seen, sent, truth = {}, {}, nil, nil
  local ns = unit "1ns"

  local function carry(u, now)
    local ms = (now - u.t) // 1000000
    return u.x + u.vx * ms // 1000, u.y + u.vy * ms // 1000
  end

  local function now() return me.now // ns end

  local function look()
    local t = now()
    local x, y, vx, vy = truth(t)
    local due = not sent or (t - sent.t) * ns >= refresh
    if not due then
      local bx, by = carry(sent, t)
      local dx, dy = x - bx, y - by
      due = opt.threshold < 0 or dx * dx + dy * dy > opt.threshold * opt.threshold
    end
    me:sample("sent", due and 1 or 0)
    if due then
      sent = { t = t, x = x, y = y, vx = vx, vy = vy }
      channel:send({ seat = opt.seat, u = sent }, { kind = "state", size = opt.size })
    end
  end

  channel:on("message", function (msg)
    local m = msg.body
    if msg.kind ~= "state" or msg.own then return end
    local old = seen[m.seat]
    if not old or old.t < m.u.t then seen[m.seat] = m.u end   -- an older one that comes later is of no use
  end)

  function reckon.drive(f)
    truth = f
    me:every(tick, look)
  end

  function reckon.place(seat)
    local u = seen[seat]
    if not u then return nil end
    local x, y = carry(u, now())
    return x, y, now() - u.t
  end

  return reckon
end
