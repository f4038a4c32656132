-- gang: a job starts when enough computers are free for it together, or not at all.
--
-- Whoever has a job (its owner) floods it. Idle computers offer themselves after a random wait, unless enough others have, and stay
-- reserved until they hear who was taken, or for `patience`. The owner takes the first `need` offers and floods their names; if it has
-- too few after `patience`, it lets all go and asks again after a random wait: all or none, so two half-filled gangs cannot block
-- each other for longer than that. The members of a gang speak every `exchange`, in the pool, where everybody hears it, or in a mesh
-- of their own; who has not been heard for three of these is taken for dead, the others stop, and the owner asks anew.
--
--   local gang = require "gang" (me, me:channel(), { patience = "10s", exchange = "1s", size = "2kB" })
--   gang.post { id = 7, need = 4, time = unit "10min" }           -- I am the owner
--
-- Options: wait ("2s")  longest wait before an offer;  works (true)  whether I offer myself;
--          rooms (false) the members of job 7 meet in a mesh of their own: "gang 7.1" in the first round, "gang 7.4" in the fourth, then
--                        .1 again (nobody can enter a mesh that it is just leaving). The script declares these meshes.
-- Samples: "wait" (from the post to the start, key: job), "reserved in vain" (time), "attempt" (key: job), "outcome" (1 or 0, key: job),
--          "finished" (key: job).

return function (me, channel, opt)
  local patience = unit(opt.patience or "10s")
  local exchange = unit(opt.exchange or "1s")
  local wait     = opt.wait or "2s"
  local gang     = {}
  local own      = {}                 -- job → { id, need, time, posted, round, offers, members, done }
  local seen     = {}                 -- job/round → offers heard
  local reserved, since, running      -- job/round that I am promised to, from when; the gang I work in: { k, id, heard, beat, ends, room, linked }
  local meeting = opt.rooms and unit "15s" or unit "0s"   -- longest time until all are linked in a room: who is first there waits 10 s for others

  local function say(what, kind) channel:send(what, { kind = kind }) end
  local function key(id, round) return id .. "/" .. round end

  local function release(vain)
    if reserved and vain then me:sample("reserved in vain", me.now - since) end
    reserved, since = nil, nil
  end

  local function stop()
    if not running then return end
    running.beat:stop()
    running.ends:stop()
    if running.room then running.room:stop() end
    running = nil
  end

  local function offer(job)
    local k = key(job.id, job.round)
    me:after(me:random("offer", "uniform 0s.." .. wait), function ()
      if running or reserved or (seen[k] or 0) >= job.need then return end
      reserved, since = k, me.now
      say({ offer = k, id = job.id, round = job.round, who = me.name }, "offer")
      me:after(patience + "2s", function ()       -- the owner is gone, or its answer is lost
        if reserved == k then release(true) end
      end)
    end)
  end

  local function hear(m)                          -- a sign of life of my gang
    if running and running.k == m.beat then running.heard[m.who] = math.max(running.heard[m.who], me.now) end
  end

  local function enter(gang, m)                   -- the first on the list opens the room, so the others find somebody
    me:after(m.members[1] == me.name and "0s" or "2s", function ()
      if running ~= gang then return end
      gang.room = me:open("gang " .. m.id .. "." .. (m.round - 1) % 4 + 1)
      gang.room:on("online", function () gang.linked = true end)
      gang.room:on("message", function (msg) if not msg.own then hear(msg.body) end end)
    end)
  end

  local function work(m)
    release(false)
    local heard = {}
    for _, name in ipairs(m.members) do heard[name] = me.now + meeting end
    running = { k = m.start, id = m.id, heard = heard }
    running.beat = me:every(exchange, function ()
      local beat = { beat = running.k, who = me.name }
      if not opt.rooms then
        channel:send(beat, { kind = "exchange", size = opt.size })
      elseif running.linked then
        running.room:send(beat, { kind = "exchange", size = opt.size })
      end
      for name, at in pairs(heard) do
        if name ~= me.name and me.now - at > 3 * exchange + "2s" then
          say({ broken = running.k, id = running.id }, "broken")
          return stop()
        end
      end
    end)
    if opt.rooms then enter(running, m) end
    running.ends = me:after(m.time, function ()
      say({ part = running.k, id = running.id, who = me.name }, "part")
      stop()
    end)
  end

  local ask

  local function again(job, failed)
    if failed then me:sample("outcome", 0, job.id) end
    job.members = nil
    job.round = job.round + 1
    me:after(me:random("again", "uniform 1s..10s"), function () ask(job) end)
  end

  function ask(job)
    job.offers = {}
    say({ job = job.id, need = job.need, round = job.round }, "job")
    local round = job.round
    me:after(patience, function ()
      if job.round == round and not job.members then
        say({ release = key(job.id, round) }, "release")
        again(job, false)
      end
    end)
  end

  local function start(job)
    job.members, job.parts = job.offers, 0
    local names = {}
    for i, name in ipairs(job.members) do names[i] = name end
    me:sample("attempt", 1, job.id)
    if not job.started then me:sample("wait", me.now - job.posted, job.id) end
    job.started = true
    say({ start = key(job.id, job.round), id = job.id, round = job.round, members = names, time = job.time }, "start")
    local round = job.round                       -- all members gone at once: nobody says that it is broken
    me:after(job.time + 10 * exchange + meeting + "10s", function ()
      if job.round == round and job.members and not job.finished then again(job, true) end
    end)
  end

  function gang.post(job)
    own[job.id] = { id = job.id, need = job.need, time = job.time, posted = me.now, round = 1 }
    ask(own[job.id])
  end

  channel:on("message", function (msg)
    local m = msg.body
    local job = m.id and own[m.id]
    if m.job then
      if opt.works ~= false then offer { id = m.job, need = m.need, round = m.round } end
    elseif m.offer then
      seen[m.offer] = (seen[m.offer] or 0) + 1
      if job and not job.members and m.round == job.round then
        job.offers[#job.offers + 1] = m.who
        if #job.offers == job.need then start(job) end
      end
    elseif m.start then
      local taken = false
      for _, name in ipairs(m.members) do taken = taken or name == me.name end
      if taken and running then                   -- its answer came when I had stopped waiting, and others have me
        say({ broken = m.start, id = m.id }, "broken")
      elseif taken then
        work(m)
      elseif reserved == m.start then
        release(true)
      end
    elseif m.release then
      if reserved == m.release then release(true) end
    elseif m.beat then
      if not msg.own then hear(m) end
    elseif m.broken then
      if running and running.k == m.broken then stop() end
      if job and job.members and m.broken == key(job.id, job.round) then again(job, true) end
    elseif m.part and job and job.members and m.part == key(job.id, job.round) then
      job.parts = job.parts + 1
      if job.parts == job.need then
        job.finished = true
        me:sample("outcome", 1, job.id)
        me:sample("finished", 1, job.id)
      end
    end
  end)

  return gang
end
