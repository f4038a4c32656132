-- watched: who is there, without a flood for each sign of life. A beacon goes to the neighbors only (hop limit 1), and they watch each other;
-- how many there are in all comes from a digest that every beacon carries and every receiver merges: 32 numbers, the greatest that anybody has drawn
-- for each (a sketch that counts distinct members, to about 18 %, and does not mind hearing one twice).
--
--   local watch = require "watched" (me, me:channel "presence", { every = "30s" })
--   watch.neighbors()                         -- names of the neighbors who are there, sorted
--   watch.estimate()                          -- of all members
--   watch.lost = function (name) … end        -- a neighbor has not been heard of for two and a half beacons
--
-- Options: every (30s); patience (2.5) beacons; size of a beacon, padded. What it cannot do: name a member that is no neighbor, and forget who has left (begin a
-- new sketch for that, for instance each quarter of an hour). Measures: "estimate" with each beacon.

return function (me, channel, opt)
  opt = opt or {}
  local every    = unit(opt.every or "30s")
  local patience = opt.patience or 2.5
  local places <const> = 32
  local watch    = { lost = function () end }
  local timers   = {}                   -- name → timer that takes it for gone
  local sketch   = {}                   -- place → the greatest rank

  for i = 1, places do sketch[i] = 0 end
  local rank = 1
  while rank < 40 and me:random("rank", 0, 1) == 0 do rank = rank + 1 end
  sketch[me:random("place", 1, places)] = rank

  local function text()
    local letters = {}
    for i = 1, places do letters[i] = string.char(48 + sketch[i]) end
    return table.concat(letters)
  end

  local function merge(other)
    for i = 1, places do sketch[i] = math.max(sketch[i], other:byte(i) - 48) end
  end

  function watch.estimate()
    local sum = 0.0
    for i = 1, places do
      sum = sum + 1 / (1 << sketch[i])
    end
    return math.floor(0.697 * places * places / sum + 0.5)
  end

  function watch.neighbors()
    local list = {}
    for name in pairs(timers) do list[#list + 1] = name end
    table.sort(list)
    return list
  end

  local function beacon()
    channel:send({ here = me.name, digest = text() }, { kind = "beacon", hops = 1, size = opt.size })
    me:sample("estimate", watch.estimate())
  end

  channel:on("message", function (msg)
    if msg.own or not msg.body.here then return end
    local name = msg.body.here
    merge(msg.body.digest)
    if timers[name] then timers[name]:stop() end
    timers[name] = me:after(every * patience, function ()
      timers[name] = nil
      watch.lost(name)
    end)
  end)
  me:every(every, beacon)

  return watch
end
