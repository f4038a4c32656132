-- gang: a job starts when enough computers are free for it together, or not at all.
--
-- Whoever has a job (its owner) floods it. Idle computers offer themselves after a random wait, unless enough others have, and stay
-- reserved until they hear who was taken, or for `patience`. The owner takes the first `need` offers and floods their names; if it has
-- too few after `patience`, it lets all go and asks again after a random wait: all or none, so two half-filled gangs cannot block
-- each other for longer than that. The members of a gang speak every `exchange`; who has not been heard for three of these is taken
-- for dead, the others stop, and the owner asks anew.
--
--   local gang = require "gang" (me, me:channel(), { patience = "10s", exchange = "1s", size = "2kB" })
--   gang.post { id = 7, need = 4, time = unit "10min" }           -- I am the owner
--
-- Options: wait ("2s")  longest wait before an offer;  works (true)  whether I offer myself.
-- Samples: "wait" (from the post to the start, key: job), "reserved in vain" (time), "attempt" (key: job), "outcome" (1 or 0, key: job),
--          "finished" (key: job).

return function (me, channel, opt)
  local patience = unit(opt.patience or "10s")
  local exchange = unit(opt.exchange or "1s")
  local wait     = opt.wait or "2s"
  local gang     = {}
  local own      = {}                 -- job → { id, need, time, posted, round, offers, members, done }
  local seen     = {}                 -- job/round → offers heard
  local reserved, since, running      -- job/round that I am promised to, from when; the gang I work in

  local function say(what, kind, size) channel:send(what, { kind = kind, size = size }) end
  local function key(id, round) return id .. "/" .. round end

  local function release(vain)
    if reserved and vain then me:sample("reserved in vain", me.now - since) end
    reserved, since = nil, nil
  end

  local function stop()
    if not running then return end
    running.beat:stop()
    running.ends:stop()
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

  local function work(m)
    release(false)
    local heard = {}
    for _, name in ipairs(m.members) do heard[name] = me.now end
    running = { k = m.start, id = m.id, heard = heard }
    running.beat = me:every(exchange, function ()
      say({ beat = running.k, who = me.name }, "exchange", opt.size)
      for name, at in pairs(heard) do
        if name ~= me.name and me.now - at > 3 * exchange + "2s" then
          say({ broken = running.k, id = running.id }, "broken")
          return stop()
        end
      end
    end)
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
    say({ start = key(job.id, job.round), id = job.id, members = names, time = job.time }, "start")
    local round = job.round                       -- all members gone at once: nobody says that it is broken
    me:after(job.time + 10 * exchange + "10s", function ()
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
      if taken then work(m) elseif reserved == m.start then release(true) end
    elseif m.release then
      if reserved == m.release then release(true) end
    elseif m.beat then
      if running and running.k == m.beat and not msg.own then running.heard[m.who] = me.now end
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
