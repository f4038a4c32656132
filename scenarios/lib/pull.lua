-- pull: large things handed from neighbor to neighbor, part by part, by whoever has a part to whoever asks for it.
--
-- Every member tells its neighbors once a second which parts it has (hop limit 1). Who lacks parts asks one neighbor for a few of them;
-- that one sends each with hop limit 1, and not again within a while: all its neighbors hear it, and those who lack it take it, too. A mesh
-- cannot send to one peer, so a part costs as many copies as its giver has neighbors.
--
--   local pull = require "pull" (me, me:channel "photos", chunks)     -- chunks: lib/chunks.lua
--   pull.offer("photo 7")                     -- it is cut and here: tell the neighbors
--   pull.complete = function (name) … end
--
-- Options: tick (250ms) between two questions; few (8) parts in one; again (3s): not asked for, and not sent, a second time within.

return function (me, channel, chunks, opt)
  opt = opt or {}
  local tick, few, again = opt.tick or unit "250ms", opt.few or 8, opt.again or unit "3s"
  local pull   = { complete = function () end }
  local size   = {}                     -- name → parts
  local who    = {}                     -- name → neighbor → text of 0 and 1: which parts it has
  local asked, sent, done = {}, {}, {}  -- "name/k" → time; name → complete
  local dirty  = true

  local function map(name)
    local text = {}
    for k = 1, size[name] do text[k] = chunks.part(name, k) and "1" or "0" end
    return table.concat(text)
  end

  local function advertise()
    if not dirty then return end
    dirty = false
    for name in pairs(size) do
      channel:send({ has = map(name), of = name, who = me.name }, { kind = "has", hops = 1 })
    end
  end

  local function recent(list, key)
    return list[key] and me.now < list[key] + again
  end

  local function ask()
    for name, n in pairs(size) do
      local wish = {}                   -- neighbor → parts
      local from = not done[name] and me:random("first", 1, n) or nil
      local left = from and few or 0
      for i = 0, from and n - 1 or -1 do
        local k = (from + i - 1) % n + 1
        if left > 0 and not chunks.part(name, k) and not recent(asked, name .. "/" .. k) then
          for neighbor, text in pairs(who[name] or {}) do
            if text:byte(k) == 49 then
              wish[neighbor] = wish[neighbor] or {}
              table.insert(wish[neighbor], k)
              asked[name .. "/" .. k] = me.now
              left = left - 1
              break
            end
          end
        end
      end
      for neighbor, list in pairs(wish) do
        channel:send({ want = list, of = name, from = neighbor }, { kind = "want", hops = 1 })
      end
    end
  end

  local function give(name, list)
    for _, k in ipairs(list) do
      local part, key = chunks.part(name, k), name .. "/" .. k
      if part and not recent(sent, key) then
        sent[key] = me.now
        channel:send(chunks.wire(part), { kind = "part", hops = 1, size = part.size })
      end
    end
  end

  function pull.offer(name)
    size[name] = chunks.count(name)
    done[name] = true
    dirty = true
    advertise()
  end

  channel:on("message", function (msg)
    local m = msg.body
    if msg.own then return end
    if msg.kind == "part" then
      local whole = chunks.take(m, msg.size)
      dirty = true
      if whole then
        done[whole] = true
        pull.complete(whole)
      end
      return
    end
    if m.has then
      size[m.of] = size[m.of] or #m.has
      who[m.of] = who[m.of] or {}
      who[m.of][m.who] = m.has
    elseif m.want and m.from == me.name then
      give(m.of, m.want)
    end
  end)
  channel:on("online", function () dirty = true end)
  me:every("1s", advertise)
  me:every("30s", function () dirty = true end)      -- neighbors change
  me:every(tick, ask)
  return pull
end
