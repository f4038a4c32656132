-- S3.5 Each client decides by itself: it knows what it can do, and takes what nobody else has taken.
--
-- Found: T14 with the mean delay holds where races are rare, n delay / back_off under about 0.5 (16 to 45 able workers, 20 s). Beyond, there
-- are fewer extra claims than it says, 83 % of them at 2 for each task, 73 % at 5 (200 able, 20 s), half at 18 (300 able, 5 s): the delays of
-- a mesh differ, so that a later claim from nearby is often heard before the first one from far away, which T14 (one delay for all) does
-- not know. At the standard size (300 able, 5 s) that check fails for this reason.
local p = scenario {
  title = "Each client decides by itself",
  story = "Each client decides on its own whether it meets the requirements, and uses the mesh to work out how the task gets done.",
  params = {
    workers  = 400,                   -- a quarter each with 2, 4, 8 and 16 GB
    tasks    = 400,
    memory   = 4,                     -- GB that a task needs
    choose   = "race | rank",         -- a random wait, or rendezvous hashing
    back_off = "5s",                  -- longest wait before a claim
    work     = "3s",
    churn    = "none | two-class",
  },
  variants = { race = {}, rank = { choose = "rank" }, rank_living = { choose = "rank", churn = "two-class" },
               fair = { workers = 20, tasks = 400 } },
  tiers    = { smoke = { workers = 60, tasks = 60, back_off = "20s", seeds = 5 }, standard = { seeds = 20 } },
  studies  = { wait = { back_off = { "1s", "5s", "20s" }, workers = { 16, 160, 1600 } } },
}

network "world-homes"

local pool = mesh "pool"

local worker = role(function (me, args)
  local memory = { 2, 4, 8, 16 }
  local mine   = memory[me.index % 4 + 1]
  local pool   = require "tasks" (me, me:channel(), { choose = args.choose, back_off = args.back_off, gap = args.gap, lease = "1h" })
  local done   = unit "0s"
  function pool.can(task) return task.memory <= mine end
  function pool.worked(task, time)
    me:sample("memory to spare", mine - task.memory, task.id)
    done = done + time
  end
  function pool.accepted(task) me:state("accepted", true, task.id) end
  me:on("told", function (what, m)
    if what == "announce" then
      local list = {}
      for id = 1, m.tasks do list[id] = { id = id, work = unit(m.work), memory = m.memory } end
      pool.announce(list)
    elseif what == "show" then
      me:sample("workers not known", m.workers - pool.known())
      if mine >= args.memory then me:sample("time worked", done) end
    end
  end)
end, { choose = p.choose, back_off = p.back_off, memory = p.memory, gap = unit(p.back_off) + p.work + "2s" })

local crowd = peers("worker", p.workers, { mesh = pool, plays = worker, churn = p.churn })
local boss  = peers("boss", 1, { mesh = pool, plays = worker { choose = "none", memory = 99 } })

local able = 0                        -- workers that meet the requirements
for i = 1, p.workers do
  if ({ 2, 4, 8, 16 })[i % 4 + 1] >= p.memory then able = able + 1 end
end

local gap  = unit(p.back_off) + p.work + "2s"
local from = settled + "3min"         -- by then everybody has met everybody
tell(boss, "announce", { tasks = p.tasks, work = p.work .. "", memory = p.memory }, { at = from })
local shown = tell(crowd:where{ online = true }, "show", { workers = p.workers }, { at = from + p.tasks * gap })
finish(from + p.tasks * gap + "2min")

local claims, executions = metric.sample{ "claim" }.count, metric.sample{ "execution" }.count
exact("nobody executes what it has not the memory for", metric.sample{ "memory to spare" }.min, ">=", 0)
if p.churn == "none" then
  exact("every task is executed", metric.sample{ "execution", per = "key" }.count, "==", p.tasks)
end
if p.choose == "race" then
  stat("extra claims are n delay / back-off (T14)", (claims - p.tasks) * unit(p.back_off), "~",
       metric.latency{ kind = "result" }.mean * (able * p.tasks), { within = "10%" })
elseif p.churn == "none" then
  exact("everybody knows everybody", metric.sample{ "workers not known" }.sum, "==", 0)
  exact("no task is claimed twice where the views agree", claims, "==", p.tasks)
else
  bound("executed twice: at most the differences of the views", executions - p.tasks, "<=", metric.sample{ "workers not known" }.sum)
end
if p.tasks >= 20 * able then          -- with fewer, chance alone is less fair
  stat("work per speed is fair (Jain)", metric.fairness{ metric.sample{ "time worked" } }, ">=", 0.9)
end
report("executed twice", executions - p.tasks)
report("coordination, share of all bytes (M14)", metric.control.share)

plot("claims", { kind = "line", x = "back_off", by = "workers", { "extra claims per task", (claims - p.tasks) } })
plot("assignment", { kind = "cdf", { "claims, way to everybody", metric.latency{ kind = "claim" } } })
