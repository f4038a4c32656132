-- S3.1 Bag of tasks with a deadline: all work is to be done within a period, and nobody hands it out.
local p = scenario {
  title = "Bag of tasks",
  story = "Servers hand tasks to clients and all work has to be finished within a period; here the clients share it out themselves.",
  params = {
    workers = 200,
    tasks   = 1000,
    input   = "2kB",                 -- flooded with each announcement
    output  = "1kB",                 -- flooded with each result
    lease   = "1min",                -- sign of life of whoever works; lost after two of them
    churn   = "two-class | none",    -- C3
    fault   = "none | crash | cut",  -- 30 % gone at half-time; two halves for 20 minutes
    boss    = "leaves | stays",      -- the announcer, right after announcing
  },
  variants = { plain = {}, calm = { churn = "none" }, crash = { fault = "crash" }, cut = { fault = "cut" } },
  tiers    = { smoke = { workers = 24, tasks = 100, seeds = 5 }, standard = { seeds = 20 },
               large = { workers = 1000, tasks = 2000, lease = "2min" } },   -- 5,000 tasks of 50 kB take hours
  studies  = { faults = { fault = { "none", "crash", "cut" } }, size = { workers = { 50, 200, 1000 } } },
}

network "world-homes"

local pool = mesh "pool"

-- Work on the reference computer: 20 quantiles of the lognormal distribution, median 8 min, sigma 0.8, cut at 1 and 60 min; so the script
-- knows the sum. Speeds are four quantiles of sigma 0.5, in percent.
local MINUTES <const> = "1.7 2.5 3.2 3.8 4.4 4.9 5.6 6.2 6.8 7.6 8.4 9.4 10.4 11.6 13.1 14.8 17.1 20.2 25.3 38.4"
local SPEEDS <const>  = { 56, 85, 117, 178 }
local minutes, work, total, longest = {}, {}, unit "0s", unit "0s"
for m in MINUTES:gmatch "%S+" do minutes[#minutes + 1] = unit(m .. "min") end
for id = 1, p.tasks do
  work[id] = minutes[id * 7 % 20 + 1]
  total = total + work[id]
  if work[id] > longest then longest = work[id] end
end

local ON <const> = 60                -- percent of the time that a C3 worker is there, rounded down: the stable class alone
local speed = 0                      -- of all together, in percent
for i = 1, p.workers do speed = speed + SPEEDS[i % 4 + 1] end
local ideal    = total * 100 / speed
local deadline = 2 * (p.churn == "none" and ideal or ideal * 100 / ON)

local worker = role(function (me, args)
  local mark = { 56, 85, 117, 178 }
  local pool = require "tasks" (me, me:channel(), { speed = mark[me.index % 4 + 1], choose = args.choose, lease = args.lease,
                                                    input = args.input, output = args.output })
  local born = me.now
  local start
  function pool.accepted(t, who)
    if start and not start[t.id] then
      start[t.id] = true
      me:sample("accepted", me.now - start.at, t.id)
    end
  end
  me:on("told", function (what, list)
    if what == "observe" then start = { at = me.now } end
    if what == "show" and me.now - born > "3min" then me:state("results", tostring(pool.digest()), "end") end
    if what == "announce" then
      for id, w in ipairs(list) do list[id] = { id = id, work = unit(w) } end
      pool.announce(list)
    end
  end)
end, { lease = p.lease, input = p.input, output = p.output })

local crowd  = peers("worker", p.workers - 1, { mesh = pool, plays = worker, churn = p.churn })
local steady = peers("steady", 1, { mesh = pool, plays = worker })       -- the one capable peer that stays; it observes, too
local boss   = peers("boss", 1, { mesh = pool, plays = worker { choose = "none" } })

local list = {}
for id = 1, p.tasks do list[id] = work[id] .. "" end
tell(steady, "observe", nil, { at = settled })
local announced = tell(boss, "announce", list, { at = settled + "1ms" })
if p.boss == "leaves" then leave(boss, { at = announced + p.tasks * unit "200ms" + "2s" }) end

local half = announced + ideal
local split
if p.fault == "crash" then
  crash(crowd:where{ online = true }:pick "30%", { at = half, how = "silent" })
elseif p.fault == "cut" then
  split = cut({ (crowd + steady):pick "50%", "rest" }, { at = half, lasts = "20min" })
end

local accepted   = metric.sample{ "accepted" }
local executions = metric.sample{ "execution" }
local done = eventually("all tasks are finished", accepted.count, ">=", p.tasks, { by = announced + 20 * deadline })
tell(steady + crowd:where{ online = true }, "show", nil, { at = done + "30min" })
finish(done + "31min")

stat ("done by the deadline", metric.sample{ "accepted", during = { announced, announced + deadline } }.count, ">=",
      unit(p.fault == "crash" and "95%" or "99%") * p.tasks)
bound("not faster than all computers together", accepted.max, ">=", ideal)
bound("not faster than the longest task on the fastest computer", accepted.max, ">=", longest * 100 / 178)
exact("one accepted result for each task, the same with all who have been there for three minutes", metric.disagreement{ "results" }, "==", 0)
exact("every task is accepted once", accepted.count, "==", p.tasks)
if split then
  bound("executed twice: at most what was open at the split", executions.count +
        metric.sample{ "accepted", during = { "0s", split } }.count, "<=", 2 * p.tasks)
else
  stat("executed twice", executions.count - p.tasks, "<=", unit "1%" * p.tasks)
end
stat  ("makespan, against the calm run", over("fault", accepted.max).ratio, "<=", 2.5)
report("executions", executions.count)
report("two who claimed one task", metric.sample{ "double claim" }.count)
report("leases lost", metric.sample{ "lost lease" }.count)
report("coordination, share of all bytes (M14)", metric.control.share)

plot("finished",   { kind = "cdf", { "accepted, since the announcement", accepted } })
plot("executions", { kind = "histogram", { "executions per task", metric.sample{ "execution", per = "key" }.count } })
plot("work",       { kind = "histogram", { "time for a task, mean of each worker", metric.sample{ "busy", per = "peer" } } })
