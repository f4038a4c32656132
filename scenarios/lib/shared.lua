-- shared: a map where the last writer wins, and sets where adding wins, on top of sync.
--
-- Every edit is an item of sync (lib/sync.lua), so whoever was away gets it. What the replicas show follows from the set of edits alone,
-- in whatever order they came: of a key, the edit with the highest stamp (a clock that counts edits, then the author's name); of a set,
-- what was added and not taken out by somebody who knew of that very addition.
--
--   local shared = require "shared" (me, me:channel "party", { every = "10s" })
--   shared.put("date", "Friday")          shared.get "date"
--   shared.add("guests", "Ann")           shared.remove("guests", "Ann")         shared.has("guests", "Ann")
--   shared.state()                        -- all of it, as plain data
--   shared.changed = function (edit) … end
--   shared.sync                           -- the layer below
--
-- Options: those of sync. Each edit carries what its author had seen (sync.seen), which is not used here: a scenario can check the rules by it.

return function (me, channel, opt)
  local sync   = require "sync" (me, channel, opt)
  local shared = { sync = sync, changed = function () end }
  local map    = {}                     -- key → edit that wins
  local tags   = {}                     -- set → value → tag of an addition → true
  local gone   = {}                     -- tag → true: taken out, perhaps before the addition came
  local clock  = 0

  local function wins(edit, other)
    if edit.stamp ~= other.stamp then return edit.stamp > other.stamp end
    return edit.by > other.by
  end

  local function values(set)
    tags[set] = tags[set] or {}
    return tags[set]
  end

  local function apply(edit)
    clock = math.max(clock, edit.stamp)
    if edit.put then
      local had = map[edit.put]
      if had == nil or wins(edit, had) then map[edit.put] = edit end
    elseif edit.add then
      local of = values(edit.add)
      of[edit.value] = of[edit.value] or {}
      if not gone[edit.tag] then of[edit.value][edit.tag] = true end
    elseif edit.remove then
      local had = values(edit.remove)[edit.value] or {}
      for _, tag in ipairs(edit.tags) do
        gone[tag] = true
        had[tag] = nil
      end
    end
    shared.changed(edit)
  end

  local function write(edit)
    edit.stamp, edit.by, edit.seen = clock + 1, me.name, sync.seen()
    sync.add(edit)                      -- comes back through sync.changed
  end

  function sync.changed(_, _, edit) apply(edit) end

  function shared.put(key, value) write { put = key, value = value } end
  function shared.get(key) return map[key] and map[key].value end

  function shared.add(set, value)
    write { add = set, value = value, tag = me.name .. "#" .. clock + 1 }
  end

  function shared.remove(set, value)
    local known = {}
    for tag in pairs(values(set)[value] or {}) do known[#known + 1] = tag end
    if #known > 0 then write { remove = set, value = value, tags = known } end
  end

  function shared.has(set, value)
    return next(values(set)[value] or {}) ~= nil
  end

  function shared.state()
    local state = { map = {}, sets = {} }
    for key, edit in pairs(map) do state.map[key] = edit.value end
    for set, of in pairs(tags) do
      local list = {}
      for value, t in pairs(of) do
        if next(t) ~= nil then list[#list + 1] = value end
      end
      state.sets[set] = list
    end
    return state
  end

  sync.each(function (_, _, edit) apply(edit) end)   -- of an earlier life
  return shared
end
