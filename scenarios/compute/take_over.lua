-- S3.3 Take-over after a crash: every worker has one long task; workers die; others go on.
--
-- Found (smoke, 10 seeds): 2.1 attempts per task where T13 says 1.65, and claims that race, so these two checks fail: when a holder is
-- given up, all idle workers wait at random up to back_off and some claim before they hear of the first (T14: n times delay/back_off
-- more claims), and each claim counts as an attempt. A longer back_off lowers it, and delays the take-over.
local p = scenario {
  title = "Take-over after a crash",
  story = "If a client goes down, another takes over.",
  params = {
    workers    = 100,
    work       = "30min",
    life       = "60min",                             -- mean time to crash, exponential
    lease      = "30s",
    back_off   = "5s",
    checkpoint = "none | 5min",
    place      = "world-homes | wlan | mobile",
  },
  variants = { restart = {}, checkpoints = { checkpoint = "5min" }, wlan = { place = "wlan" }, mobile = { place = "mobile" } },
  tiers    = { smoke = { workers = 20, seeds = 5 }, standard = { workers = 100, seeds = 20 } },
  studies  = { hazard = { life = { "15min", "30min", "60min", "120min" } } },
}

network(p.place)

local pool = mesh "pool"

local worker = role(function (me, args)
  local net  = me:channel()
  local task = {}                                     -- id → { holder, saved, done, watch }
  local mine, began, finishing                        -- the task I run, since when, the timer of its end
  local consider

  local function say(what, id, saved)
    net:send({ what = what, id = id, who = me.name, saved = saved }, { kind = what })
  end

  local function watch(id, holder, saved)             -- believe in the holder for two leases from now
    local t = task[id]
    local heard = me.now
    t.holder, t.saved = holder, saved or t.saved
    if t.watch then t.watch:stop() end
    t.watch = me:after(2 * args.lease, function ()
      me:sample("detected", me.now - heard, id)
      t.holder = nil
      consider(id)
    end)
  end

  local function idle()                               -- look for a task that nobody holds
    if finishing then finishing:stop() end
    mine, finishing = nil, nil
    for id, t in pairs(task) do
      if not t.holder and not t.done then consider(id) end
    end
  end

  local function finish_with(id)
    task[id].done = true
    if task[id].watch then task[id].watch:stop() end
    if mine == id then idle() end
  end

  local function run(id)
    local t = task[id]
    mine, began, t.holder = id, me.now, me.name
    me:sample("attempt", 1, id)
    say("claim", id)
    finishing = me:after(args.work - t.saved, function ()
      say("done", id)
      finish_with(id)
    end)
  end

  function consider(id)                               -- claim after a random wait, unless somebody else has
    me:after(me:random("back-off", "uniform 0s.." .. args.back_off), function ()
      local t = task[id]
      if not mine and not t.holder and not t.done then run(id) end
    end)
  end

  net:on("message", function (msg)
    local m, t = msg.body, task[msg.body.id]
    if msg.own or t and t.done then return end
    if m.what == "task" then
      task[m.id] = t or { saved = unit "0s" }
      consider(m.id)
    elseif t == nil then                              -- I was away when it was announced
      task[m.id] = { saved = unit "0s", done = m.what == "done" }
    elseif m.what == "done" then
      finish_with(m.id)
    elseif mine ~= m.id then
      watch(m.id, m.who, m.saved)
    elseif m.who < me.name then                       -- two of us run it: the smaller name goes on
      me:sample("double claim", 1, m.id)
      watch(m.id, m.who)
      idle()
    end
  end)

  me:every(args.lease, function ()
    if not mine then return end
    local t = task[mine]
    if args.checkpoint then                           -- work that a successor need not repeat
      local total = t.saved + (me.now - began)
      say("alive", mine, total // args.checkpoint * args.checkpoint)
    else
      say("alive", mine)
    end
  end)
end, { work = p.work, lease = p.lease, back_off = p.back_off, checkpoint = p.checkpoint ~= "none" and unit(p.checkpoint) })

local workers = peers("worker", p.workers, { mesh = pool, plays = worker, churn = { on = "exp " .. p.life, off = "1min", how = "silent" } })
local boss    = peers("boss", 1, { mesh = pool })

local first
for i = 1, p.workers do
  local op = send(boss, { what = "task", id = i }, { kind = "task", at = settled + i * unit "100ms" })
  first = first or op
end
local left = leave(boss, { at = settled + "1min" })   -- nothing depends on who announced

local finished = eventually("all tasks are finished", metric.sent{ kind = "done" }.count, ">=", p.workers,
                            { by = settled + 40 * p.work })
finish(finished + "1min")

bound("a lost lease is noticed two leases after the last sign of life", metric.sample{ "detected" }.max, "<=",
      2 * p.lease + metric.latency.max)
stat ("attempts per task (T13)", metric.sample{ "attempt", per = "key" }.mean, "~",
      theory.restarts{ work = p.work, mean = p.life, checkpoint = p.checkpoint }, { within = "5%" })
stat ("double claims in a hundred tasks", metric.sample{ "double claim", per = "key" }.count, "<=", unit "0.1%" * p.workers)
report("coordination, share of all bytes (M14)", metric.control.share)

plot("attempts", { kind = "line", x = "life", { "run", metric.sample{ "attempt", per = "key" }.mean },
                                              { "theory", theory.restarts{ work = p.work, mean = p.life } } })
