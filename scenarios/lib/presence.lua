-- presence: who is there. Everybody says so every half minute; whoever was not heard for two and a half of these is taken for gone.
--
--   local presence = require "presence" (me, me:channel "chat", { every = "30s" })
--   presence.here()                           -- names of those who are there, sorted; me too
--   presence.came = function (name) … end     presence.left = function (name) … end
--
-- Options: every (30s); patience (2.5) beacons. A clean leave is said at once. Measures: "present", how many are there, with each beacon.

return function (me, channel, opt)
  opt = opt or {}
  local every    = opt.every or unit "30s"
  local patience = opt.patience or 2.5
  local presence = { came = function () end, left = function () end }
  local watch    = {}                   -- name → timer that takes it for gone

  local function forget(name)
    if watch[name] then
      watch[name]:stop()
      watch[name] = nil
      presence.left(name)
    end
  end

  local function see(name)
    local new = watch[name] == nil
    if not new then watch[name]:stop() end
    watch[name] = me:after(every * patience, function () forget(name) end)
    if new then presence.came(name) end
  end

  local function beacon()
    channel:send({ here = me.name }, { kind = "beacon" })
    local count = 1
    for _ in pairs(watch) do count = count + 1 end
    me:sample("present", count)
  end

  channel:on("message", function (msg)
    if msg.own then return end
    if msg.body.here then see(msg.body.here) end
    if msg.body.gone then forget(msg.body.gone) end
  end)
  channel:on("online", beacon)
  me:every(every, beacon)
  me:on("stopping", function () channel:send({ gone = me.name }, { kind = "beacon" }) end)

  function presence.here()
    local list = { me.name }
    for name in pairs(watch) do list[#list + 1] = name end
    table.sort(list)
    return list
  end

  return presence
end
