-- S4.4 Rollback duel: 60 frames a second, nobody waits for anybody, and who guessed wrongly plays again (lib/rollback.lua).
--
-- The bound of the depth is that of scenarios.md for players who began together; frames that somebody waited put players apart, and are
-- added, so with many of them (mobile) the bound says little.
local p = scenario {
  title = "Rollback duel",
  story = "Game moves are sent and synchronised peer to peer, without a server, over the Internet or a LAN.",
  params = {
    players = 2,
    frame   = "16667us",
    delay   = 2,                                  -- frames between an input and the frame that it counts for
    window  = 8,                                  -- frames that may be predicted
    input   = "60B",                              -- of data: seat, frame, buttons
    change  = 20,                                 -- one frame in so many changes the buttons
    place   = "world-homes | lan | wlan | mobile",
    length  = "5min",
  },
  variants = { world = {}, four = { players = 4 }, lan = { place = "lan" }, wlan = { place = "wlan" }, mobile = { place = "mobile" } },
  tiers    = { smoke = { length = "30s", seeds = 5 }, standard = { length = "2min", seeds = 20 } },
  studies  = { delay = { delay = { 0, 1, 2, 3, 4 } } },
}

network(p.place)
local arena = mesh "arena"

local player = role(function (me, args)
  local buttons = 0
  local game = require "rollback" (me, me:channel(), {
    players = args.players, seat = me.index, frame = args.frame, delay = args.delay, window = args.window, size = args.size })
  function game.input()
    if me:random("change", 1, args.change) == 1 then buttons = me:random("buttons", 0, 255) end
    return buttons
  end
  function game.play(state, inputs)
    for seat, input in ipairs(inputs) do state = (state * 31 + 256 * seat + input) % 1000003 end
    return state
  end
  me:on("told", function () game.start(1) end)
end, { players = p.players, frame = p.frame, delay = p.delay, window = p.window, size = p.input, change = p.change })

local players = peers("player", p.players, { mesh = arena, plays = player })
local go = tell(players, "play", nil, { at = settled })
finish(go + p.length)

local depth, span = metric.sample{ "rollback depth" }, metric.sample{ "rollback span" }
local way = metric.latency{ kind = "input" }

exact("confirmed states are equal", metric.disagreement{ "confirmed" }, "==", 0)
exact("a frame is played only within the window", metric.sample{ "predicted" }.max, "<=", p.window)
exact("a frame waits only beyond it", metric.sample{ "stalled at", value = "<= " .. p.window }.count, "==", 0)
if p.place == "lan" then
  bound("within the delay nobody goes back", depth.count, "==", 0)
else
  bound("nobody goes back further than the way of an input, less the delay", span.max, "<=", way.max + p.frame - p.delay * p.frame
        + metric.sample{ "stalled at" }.count * p.frame)
end
report("depth p50", depth.p50)
report("depth p99", depth.p99)
report("frames played again for each frame", depth.sum / metric.sample{ "frame" }.count)
report("frames that waited for each frame", metric.sample{ "stalled at" }.count / metric.sample{ "frame" }.count)
report("way of an input over the mesh, p99", way.p99)
report("sent directly it would take, p99", theory.underlay{ kind = "input" }.p99)
report("upload of a player, mean", metric.upload.mean)

plot("rollback depth", { kind = "histogram", { "frames", depth } })
plot("way of an input", { kind = "cdf", { "over the mesh", way }, { "directly", theory.underlay{ kind = "input" } } })
