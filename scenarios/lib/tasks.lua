-- tasks: workers share out tasks without a dispatcher.
--
-- Somebody announces tasks; every worker tests by itself whether it can do them, claims one at a time, says from time to time that it
-- is still at it (a lease), and floods the result. A lease that is not renewed for two of its lengths is lost, and the task is open
-- again. Two who claim one task find out by hearing each other: the smaller name goes on. Two results of one task: the one of the
-- smaller name is accepted, so that after a merge everybody accepts the same. Whoever misses something gets it from its neighbors,
-- which compare digests (hop limit 1) every `every`.
--
--   local pool = require "tasks" (me, me:channel(), { speed = 100, choose = "spread" })
--   pool.announce({ { id = 1, work = unit "8min" }, … })          -- ids: positive whole numbers, unique in the channel
--   function pool.can(task) return task.memory <= mine end        -- may I? (default: yes)
--   function pool.worked(task, time) … end                        -- I have worked it out, in that time
--   function pool.accepted(task, who) … end                       -- a result came, or a better one
--
-- Options: speed (100)       percent of the reference computer
--          choose ("spread") "spread": any open task, everybody begins elsewhere, after a wait up to back_off
--                            "race":   each task as it is announced, after a wait up to back_off (theory.extra_claims)
--                            "rank":   by rendezvous hashing among the workers that I know; rank k waits k times step
--                            "none":   never works
--          back_off ("5s")   longest wait before a claim;  step ("2s") of a rank
--          lease ("30s")     between two signs of life;     every ("60s") between two comparisons
--          input, output     size of an announcement and of a result (default: as they are);  gap ("200ms") between announcements
-- Samples: "execution" (key: task) when a task has been worked out, "claim" (key: task), "double claim", "lost lease";
--          "busy" (time worked). pool.digest() is equal where the same results are accepted; pool.known() counts the workers I know.

local BLOCK = 64                    -- tasks compared by one number

local function mix(a, b)            -- a hash of two whole numbers
  local x = a ~ (b * -7046029254386353131)
  x = (x ~ (x >> 32)) * -4658895280553007687
  x = (x ~ (x >> 29)) * -7723592293110705685
  return x ~ (x >> 32)
end

local function hash(text)
  local x = 1469598103
  for i = 1, #text do x = mix(x, text:byte(i)) end
  return x
end

return function (me, channel, opt)
  local speed    = opt.speed or 100
  local choose   = opt.choose or "spread"
  local back_off = opt.back_off or "5s"
  local step     = unit(opt.step or "2s")
  local lease    = unit(opt.lease or "30s")
  local every    = opt.every or "60s"
  local gap      = unit(opt.gap or "200ms")

  local pool = { can = function () return true end, worked = function () end, accepted = function () end }
  local disk = me:disk("tasks/" .. channel.name)
  local task = disk.task or {}      -- id → { id, work, …, done = who }; survives a restart
  local sum  = disk.sum or {}       -- block → digest
  disk.task, disk.sum = task, sum

  local open   = {}                 -- id → true: nobody holds it, not done, I can do it
  local holder = {}                 -- id → who works on it, as far as I know
  local heard  = {}                 -- id → when the holder was heard last
  local known  = {}                 -- name → hash, of workers heard of (for "rank")
  local count  = 0                  -- of them
  local number = hash(me.name)
  local mine, began, finishing, waiting

  local function block(id) return (id - 1) // BLOCK end
  local function flip(id, value) sum[block(id)] = (sum[block(id)] or 0) ~ mix(id, value) end
  local function say(what, id, size) channel:send({ what = what, id = id, who = me.name }, { kind = what, size = size }) end

  local look                        -- forward

  local function reopen(id)
    holder[id], heard[id] = nil, nil
    local t = task[id]
    if t and not t.done and choose ~= "none" and pool.can(t) then
      open[id] = true
      look(id)
    end
  end

  local function learn(t)           -- a task that I did not know?
    if task[t.id] then return false end
    local copy = {}
    for name, value in pairs(t) do copy[name] = value end
    copy.done = nil
    task[t.id] = copy
    flip(t.id, 1)
    reopen(t.id)
    return true
  end

  local function give_up()
    if finishing then
      finishing:stop()
      me:sample("busy", me.now - began)
    end
    mine, finishing = nil, nil
  end

  local function accept(id, who)    -- a result; false if it changes nothing
    local t = task[id]
    if t.done and t.done <= who then return false end
    if t.done then flip(id, hash(t.done)) end
    t.done = who
    flip(id, hash(who))
    open[id], holder[id], heard[id] = nil, nil, nil
    if mine == id then
      give_up()
      look()
    end
    pool.accepted(t, who)
    return true
  end

  local function run(id)
    open[id] = nil
    mine, began, holder[id] = id, me.now, me.name
    me:sample("claim", 1, id)
    say("claim", id)
    finishing = me:after(task[id].work * 100 / speed, function ()
      finishing = nil
      me:sample("busy", me.now - began)
      pool.worked(task[id], me.now - began)
      me:sample("execution", 1, id)
      mine = nil
      accept(id, me.name)
      say("result", id, opt.output)
      look()
    end)
  end

  local function best()             -- of the open tasks the one that my name ranks first
    local found, rank
    for id in pairs(open) do
      local r = mix(number, id)
      if not found or r < rank then found, rank = id, r end
    end
    return found
  end

  local function rank(id)           -- how many of the workers I know come before me
    local before, own = 0, mix(number, id)
    for name, h in pairs(known) do
      if name ~= me.name and mix(h, id) < own then before = before + 1 end
    end
    return before
  end

  function look(id)
    if choose == "spread" then
      if mine or waiting or not next(open) then return end
      waiting = me:after(me:random("back-off", "uniform 0s.." .. back_off), function ()
        waiting = nil
        local found = not mine and best()
        if found then run(found) end
      end)
      return
    end
    local function later(wait, which)
      me:after(wait, function ()
        if not mine and open[which] then run(which) end
      end)
    end
    for which in pairs(id and { [id] = true } or open) do
      later(choose == "race" and me:random("back-off", "uniform 0s.." .. back_off) or step * rank(which), which)
    end
  end

  local function hold(id, who)      -- somebody says that it works on a task
    local t = task[id]
    if not t or t.done then return end
    if mine == id and who > me.name then return end     -- I go on: it hears my claim, too
    if mine == id then
      me:sample("double claim", 1, id)
      give_up()
      look()
    end
    open[id] = nil
    if not holder[id] or who <= holder[id] then holder[id], heard[id] = who, me.now end
  end

  -- What both sides have, block by block; whoever has more, or other results, gives the block.
  local function content(b)
    local list = {}
    for id = b * BLOCK + 1, (b + 1) * BLOCK do
      if task[id] then list[#list + 1] = task[id] end
    end
    return list
  end

  local function give(list) channel:send({ what = "block", list = list }, { kind = "block", hops = 1 }) end

  local function meet(name)
    if not known[name] then known[name], count = hash(name), count + 1 end
  end

  local function hello(hops)        -- here I am; to neighbors: and these I know
    local names = {}
    for name in pairs(hops and known or { [me.name] = true }) do names[#names + 1] = name end
    channel:send({ what = "hello", names = names }, { kind = "hello", hops = hops })
  end

  channel:on("message", function (msg)
    local m = msg.body
    if msg.own then return end
    if m.what == "tasks" then
      for _, t in ipairs(m.list) do learn(t) end
    elseif m.what == "claim" then
      hold(m.id, m.who)
    elseif m.what == "drop" then
      if holder[m.id] == m.who then reopen(m.id) end
    elseif m.what == "result" then
      if task[m.id] then accept(m.id, m.who) end
    elseif m.what == "hello" then
      for _, name in ipairs(m.names) do meet(name) end
    elseif m.what == "digest" then
      local given = 0
      if count > m.known then hello(1) end
      for b, value in pairs(sum) do
        if value ~= (m.sums["b" .. b] or 0) and given < 8 then
          given = given + 1
          me:after(me:random("patience", "uniform 0ms..200ms") * given, function () give(content(b)) end)
        end
      end
    elseif m.what == "block" then
      local news = {}
      for _, t in ipairs(m.list) do
        local new = learn(t)
        if t.done and accept(t.id, t.done) then new = true end
        if new then news[#news + 1] = task[t.id] end
      end
      if #news > 0 then give(news) end
    end
  end)

  local function compare()
    local sums = {}
    for b, value in pairs(sum) do sums["b" .. b] = value end
    channel:send({ what = "digest", sums = sums, known = count }, { kind = "digest", hops = 1 })
  end

  me:every(every, compare)
  channel:on("online", compare)     -- back again: what did I miss?

  me:every(lease, function ()
    if mine then say("claim", mine) end
    for id, at in pairs(heard) do
      if me.now - at > 2 * lease then
        me:sample("lost lease", 1, id)
        reopen(id)
      end
    end
  end)

  me:on("stopping", function ()     -- a clean leave gives its task back
    if mine then say("drop", mine) end
    give_up()
  end)

  function pool.announce(list)
    for i, t in ipairs(list) do
      me:after(gap * i, function ()
        learn(t)
        channel:send({ what = "tasks", list = { t } }, { kind = "task", size = opt.input })
      end)
    end
  end

  function pool.digest()            -- one number for all tasks and accepted results
    local all = 0
    for b, value in pairs(sum) do all = all ~ mix(b + 1, value) end
    return all
  end

  function pool.known() return count end

  if choose == "rank" then
    meet(me.name)
    hello()
  end
  for id in pairs(task) do reopen(id) end   -- what was on the disk
  return pool
end
