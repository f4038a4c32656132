-- S4.3 Action game: positions twenty times a second, dead reckoning, and the limit that flooding sets to it.
--
-- Trajectories are random waypoints with speed <= v and acceleration <= a, made from hashes of (player, second): each role can
-- calculate everybody's true place, and uses that to measure errors only. Of the error bound 12 mm + 2 mm/s are whole mm and whole ms.
--
-- The limit (T9): each relay sends P·r·S·(d-1), against (P-1)·r·(b+28) directly over UDP. The variant `below` gives each of eight fully
-- linked players 5 % more uplink than P·r·S·(d-1)+r·S needs (49 copies a tick), `above` 5 % less: below, latency stays; above it grows.
local p = scenario {
  title = "Action game",
  story = "Game moves are sent and synchronised peer to peer: where a mesh is no longer the right thing.",
  params = {
    players   = 8,
    rate      = "20/s",
    size      = "100B",                           -- of an update
    threshold = 500,                              -- mm: error beyond which an update is sent; 0: every tick
    speed     = 8000,                             -- mm/s
    push      = 6000,                             -- mm/s²
    place     = "world-homes | lan | wlan | slow-uplink",
    load      = "none | 95% | 105%",              -- of what the uplinks can carry, fully linked, every tick
    record    = "597B",                     -- S: mean of 7 copies as given and 42 as handed on, with headers (measured)
    length    = "5min",
  },
  variants = {
    world = {}, lan = { place = "lan" }, wlan = { place = "wlan" }, crowd = { players = 32 },
    below = { load = "95%", place = "lan", length = "1min" }, above = { load = "105%", place = "lan", length = "1min" },
  },
  tiers   = { smoke = { length = "30s", seeds = 5 }, standard = { length = "1min", seeds = 20 } },
  studies = { region = { players = { 4, 8, 16, 32 }, rate = { "10/s", "20/s", "60/s" } } },
}

network(p.place)
local full = p.load ~= "none"
local copies = p.players * (p.players - 2) + 1              -- that each sends a tick, all linked with all
local need = copies * (p.record * p.rate)
local tick = unit "1s" / (p.rate * unit "1s")
local up = full and (p.load == "95%" and need / 19 * 20 or need / 21 * 20) or nil
local arena = mesh("arena", full and { min = 7, ideal = 7, max = 7 } or {})

local player = role(function (me, args)
  local ns, reckon = unit "1ns", require "dead_reckoning" (me, me:channel(), {
    seat = me.index, tick = args.tick, threshold = args.threshold, size = args.size })
  local tracks = {}                                         -- seat → seconds → { x, y, vx, vy, ax, ay } at its beginning

  local function hash(a, b, c)
    local h = (a * 7919 + b * 104729 + c * 1299709 + args.seed) % 2147483647
    h = h * 48271 % 2147483647
    return h * 48271 % 2147483647
  end

  local function second(seat, s)                            -- each second another push, so that the speed stays within its limit
    local track = tracks[seat] or { { x = 0, y = 0, vx = 0, vy = 0, ax = 0, ay = 0 } }
    tracks[seat] = track
    for i = #track + 1, s + 1 do
      local b = track[i - 1]
      local vx, vy = b.vx + b.ax, b.vy + b.ay
      local ax, ay = hash(seat, i, 1) % (2 * args.push) - args.push, hash(seat, i, 2) % (2 * args.push) - args.push
      ax, ay = ax * 7 // 10, ay * 7 // 10                   -- both together within the limit
      local wx, wy = vx + ax, vy + ay
      if wx * wx + wy * wy > args.speed * args.speed or hash(seat, i, 3) % 3 == 0 then ax, ay = 0, 0 end
      track[i] = { x = b.x + b.vx + b.ax // 2, y = b.y + b.vy + b.ay // 2, vx = vx, vy = vy, ax = ax, ay = ay }
    end
    return track[s + 1]
  end

  local function truth(seat, t)
    local s, ms = t // 1000000000, t % 1000000000 // 1000000
    local b = second(seat, s)
    return b.x + b.vx * ms // 1000 + b.ax * ms * ms // 2000000, b.y + b.vy * ms // 1000 + b.ay * ms * ms // 2000000,
           b.vx + b.ax * ms // 1000, b.vy + b.ay * ms // 1000
  end

  local function look()                                     -- how far off is what I believe of the others?
    for seat = 1, args.players do
      local x, y, age = reckon.place(seat)
      if seat ~= me.index and x then
        local tx, ty = truth(seat, me.now // ns)
        local error = math.sqrt((x - tx) * (x - tx) + (y - ty) * (y - ty))
        local seconds = age / 1e9
        me:sample("error, mm", math.floor(error))
        me:sample("age", age * ns)
        me:sample("beyond the bound, mm", math.max(0, math.floor(error - math.max(0, args.threshold) - args.push * seconds * seconds / 2 - 12 - 2 * seconds)))
      end
    end
  end

  me:on("told", function ()
    reckon.drive(function (t) return truth(me.index, t) end)
    me:every(args.look, look)
  end)
end, { players = p.players, tick = tick, threshold = full and -1 or p.threshold, size = p.size, speed = p.speed, push = p.push, look = "200ms", seed = 17 })

local players = peers("player", p.players, { mesh = arena, plays = player, up = up })
local go = tell(players, "play", nil, { at = settled })
finish(go + p.length)

local way = metric.latency{ kind = "state" }
bound("nobody is believed to be further off than threshold + a/2 age²", metric.sample{ "beyond the bound, mm" }.max, "<=", 0)
report("error p50, mm", metric.sample{ "error, mm" }.p50)
report("error p99, mm", metric.sample{ "error, mm" }.p99)
report("age of what is known, p99", metric.sample{ "age" }.p99)
if not full then
  bound("ticks without an update", metric.sample{ "sent" }.mean, "<=", 0.6)
end
if full then
  local late = { go + p.length - "20s", go + p.length - "10s" }
  report("record of an update, largest", metric.wire_size{ during = late }.max)
  if p.load == "95%" then
    bound("below what the uplinks carry, latency stays", metric.latency{ during = late }.p99, "<=", "500ms")
  else
    bound("above it, latency grows", metric.latency{ during = late }.p50, ">=", "500ms")
  end
end
report("way of an update, p99", way.p99)
report("sent directly, p99", theory.underlay{ kind = "state" }.p99)
report("upload of a player over the mesh, mean (UDP, each tick to each: " .. (p.players - 1) * ((p.size + unit "28B") * p.rate) .. ")",
       metric.upload.mean)

plot("error",  { kind = "cdf", tail = "log", { "mm", metric.sample{ "error, mm" } } })
plot("way of an update", { kind = "cdf", tail = "log", { "over the mesh", way }, { "directly", theory.underlay{ kind = "state" } } })
plot("playable", { kind = "line", x = "players", by = "rate", { "way p99", way.p99 } })
