-- S3.6 Client-server comparison: the same tasks and computers, once with a dispatcher, once without.
--
-- The dispatcher is one member of the mesh that decides alone: workers ask it, it answers at most ten requests a second, hands out tasks in
-- turn, and gives a task out again when its lease is lost. So both modes use one transport, and what differs is who decides; in a real
-- client-server system the requests would not be flooded (octets are therefore not compared here; S1.5 does that).
local p = scenario {
  title = "With and without a dispatcher",
  story = "Servers hand out tasks to clients; in the peer-to-peer form the clients do without them.",
  params = {
    mode    = "mesh | dispatcher",
    workers = 100,
    tasks   = 500,
    lease   = "30s",
    pace    = "100ms",                -- of the dispatcher, for each request: ten a second
    kill    = "nobody | announcer | fastest | one",  -- who crashes at a quarter of the ideal time (announcer: the dispatcher, too)
    victim  = 1,                      -- which worker, if one
  },
  variants = { mesh = {}, dispatcher = { mode = "dispatcher" }, headless = { mode = "dispatcher", kill = "announcer" },
               unannounced = { kill = "announcer" }, without_fastest = { kill = "fastest" }, without_one = { kill = "one" } },
  tiers    = { smoke = { workers = 20, tasks = 60, seeds = 5 }, standard = { seeds = 20 } },
  studies  = { modes = { mode = { "mesh", "dispatcher" } }, -- each victim in turn
               anyone = { kill = "one", victim = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 } } },
}

network "world-homes"

local MINUTES <const> = "1.7 2.5 3.2 3.8 4.4 4.9 5.6 6.2 6.8 7.6 8.4 9.4 10.4 11.6 13.1 14.8 17.1 20.2 25.3 38.4"   -- as in bag_of_tasks
local SPEEDS <const>  = { 56, 85, 117, 178 }
local minutes, list, total, speed = {}, {}, unit "0s", 0
for m in MINUTES:gmatch "%S+" do minutes[#minutes + 1] = m .. "min" end
for id = 1, p.tasks do
  list[id] = minutes[id * 7 % 20 + 1]
  total = total + list[id]
end
for i = 1, p.workers do speed = speed + SPEEDS[i % 4 + 1] end
local ideal = total * 100 / speed

local pool = mesh "pool"

local observer = role(function (me, args)     -- what is measured, at one who watches; with a dispatcher every result is asked for again
  local start
  me:channel():on("message", function (msg)
    local m = msg.body
    if start and m.what == "result" and not start[m.id] then
      start[m.id] = true
      me:sample("accepted", me.now - start.at, m.id)
    end
  end)
  me:on("told", function (what) if what == "observe" then start = { at = me.now } end end)
end)

local own = role(function (me, args)          -- without a dispatcher
  local mark = { 56, 85, 117, 178 }
  local pool = require "tasks" (me, me:channel(), { speed = mark[me.index % 4 + 1], choose = args.choose, lease = args.lease, gap = "20ms" })
  local start
  function pool.accepted(t)                   -- also if only the neighbors have heard the result: floods may be missed
    if not start or start[t.id] then return end
    start[t.id] = true
    me:sample("accepted", me.now - start.at, t.id)
  end
  me:on("told", function (what, works)
    if what == "observe" then start = { at = me.now } end
    if what == "announce" then
      for id, w in ipairs(works) do works[id] = { id = id, work = unit(w) } end
      pool.announce(works)
    end
  end)
end, { lease = p.lease })

local served = role(function (me, args)       -- asks the dispatcher
  local mark  = { 56, 85, 117, 178 }
  local net   = me:channel()
  local speed = mark[me.index % 4 + 1]
  local busy
  local function say(what, id) net:send({ what = what, id = id, who = me.name }, { kind = what }) end
  local function ask() if not busy then say("ask") end end
  net:on("message", function (msg)
    local m = msg.body
    if m.what ~= "assign" or m.to ~= me.name or busy then return end
    busy = m.id
    me:after(m.work * 100 / speed, function ()
      me:sample("execution", 1, busy)
      say("result", busy)
      busy = nil
      ask()
    end)
  end)
  net:on("online", ask)
  me:every(args.lease, function () if busy then say("alive", busy) else ask() end end)
end, { lease = p.lease })

local dispatcher = role(function (me, args)
  local net = me:channel()
  local pace, lease = unit(args.pace), unit(args.lease)
  local task, free, held, works, ready = {}, {}, {}, nil, me.now
  net:on("message", function (msg)
    local m = msg.body
    if msg.own or not works or m.what == "assign" then return end
    me:sample("request", 1)
    if m.what == "alive" and held[m.id] then held[m.id] = me.now return end
    if m.what == "result" then task[m.id], held[m.id] = "done", nil return end
    if m.what ~= "ask" then return end
    ready = (ready > me.now and ready or me.now) + pace       -- one after the other
    me:after(ready - me.now, function ()
      local id = table.remove(free, 1)
      if not id then return end
      held[id] = me.now
      net:send({ what = "assign", to = m.who, id = id, work = unit(works[id]) }, { kind = "assign" })
    end)
  end)
  me:every(lease, function ()
    for id, at in pairs(held) do
      if me.now - at > 2 * lease then
        held[id] = nil
        free[#free + 1] = id
      end
    end
  end)
  me:on("told", function (what, list)
    if what == "announce" then
      works = list
      for id = 1, #list do free[id] = id end
    end
  end)
end, { pace = p.pace, lease = p.lease })

local meshed  = p.mode == "mesh"
local workers = peers("worker", p.workers, { mesh = pool, plays = meshed and own or served })
local boss    = peers("boss", 1, { mesh = pool, plays = meshed and own { choose = "none" } or dispatcher })
local watcher = peers("watcher", 1, { mesh = pool, plays = meshed and own { choose = "none" } or observer })

tell(watcher, "observe", nil, { at = settled })
local posted = tell(boss, "announce", list, { at = settled + "1ms" })
local victim = p.kill == "announcer" and boss or p.kill == "fastest" and workers[3] or p.kill == "one" and workers[p.victim]
if victim then crash(victim, { at = posted + ideal / 4 }) end

local accepted = metric.sample{ "accepted" }
local headless = not meshed and p.kill == "announcer"
if headless then                              -- nobody hands out the rest: there is nothing to wait for
  finish(posted + 6 * ideal)
  report("tasks done without the dispatcher", accepted.count)
else
  local done = eventually("all tasks are finished", accepted.count, ">=", p.tasks, { by = posted + 10 * ideal + "4h" })
  finish(done + "1min")
  exact("all tasks are finished, whoever is killed", accepted.count, "==", p.tasks)
  bound("not faster than all computers together", accepted.max, ">=", ideal)
  stat ("makespan, against the other mode", over("mode", accepted.max).ratio, "<=", 2.5)
end
report("makespan", accepted.max)
report("executions", metric.sample{ "execution" }.count)
if not meshed then report("requests to the dispatcher", metric.sample{ "request" }.count) end
report("upload of the announcer, mean (M6)", metric.upload{ of = boss }.mean)

plot("finished", { kind = "cdf", { "accepted, since the announcement", accepted } })
plot("makespan", { kind = "line", x = "victim", by = "mode", { "last result", accepted.max } })
