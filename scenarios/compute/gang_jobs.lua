-- S3.2 Tasks that need several computers: all of a gang together, or none.
--
-- The members of a gang talk in a mesh of their own, which they open when they start and leave when they are done. With `talk = "pool"`
-- everybody hears every gang; 32 computers that say 2 kB a second are 0.5 Mbit/s for each link, more than a home with 1 Mbit/s can hand on
-- to its neighbors (T9), and then no gang gets through: its members take each other for dead.
local p = scenario {
  title = "Tasks that need several computers",
  story = "A task may need several computers at once.",
  params = {
    computers = 64,
    need      = 4,                    -- computers of one job
    time      = "10min",              -- that they work together
    demand    = "50%",                -- of the computers, when all jobs of a wave run
    waves     = 5,                    -- jobs are posted at one moment: the worst contention
    exchange  = "1s",                 -- between two messages of a member
    size      = "2kB",
    talk      = "own mesh | pool",    -- where members exchange
    patience  = "10s",                -- longest reservation
    life      = "never | 30min | 60min | 120min",     -- mean time to a crash
  },
  variants = { calm = {}, pairs = { need = 2 }, eights = { need = 8 }, mortal = { life = "60min" }, flooded = { talk = "pool" }, full = { demand = "100%" } },
  tiers    = { smoke = { computers = 24, waves = 2, time = "2min", exchange = "5s", seeds = 5 }, standard = { seeds = 20 } },
  studies  = { load = { demand = { "25%", "50%", "75%", "100%" } }, gang = { need = { 2, 4, 8 }, life = { "30min", "60min", "120min" } } },
}

network "world-homes"

local pool = mesh "pool"
local computer = role(function (me, args)
  local gang = require "gang" (me, me:channel(), args)
  me:on("told", function (what, m)
    if what == "post" then gang.post { id = m.id, need = m.need, time = unit(m.time) } end
  end)
end, { patience = p.patience, exchange = p.exchange, size = p.size, rooms = p.talk == "own mesh" })

local mortal    = p.life ~= "never"
local computers = peers("computer", p.computers, { mesh = pool, plays = computer,
                        churn = mortal and { on = "exp " .. p.life, off = "1min", how = "silent" } or "none" })
local jobs      = p.demand * p.computers // p.need
local owners    = peers("owner", 4, { mesh = pool, plays = computer { works = false } })

local id, every = 0, (mortal and 4 or 1) * (p.time + "3min")
for wave = 0, p.waves - 1 do
  for _ = 1, jobs do
    id = id + 1
    if p.talk == "own mesh" then
      for round = 1, 4 do mesh("gang " .. id .. "." .. round) end
    end
    tell(owners[id % 4 + 1], "post", { id = id, need = p.need, time = p.time .. "" }, { at = settled + wave * every })
  end
end

local outcome  = metric.sample{ "outcome" }
local finished = metric.sample{ "finished" }
local all = eventually("all jobs are done", finished.count, ">=", id, { by = settled + p.waves * every + 40 * p.time })
finish(all + "1min")

-- e^-x for the theory: the probability that all members of a gang live for as long as it works (T13)
local function survival(x)
  local term, sum = 1, 1
  for n = 1, 60 do
    term = term * x / n
    sum = sum + term
  end
  return 1 / sum
end

if p.demand <= "50%" and not mortal then
  exact("every gang starts within two minutes", metric.sample{ "wait" }.max, "<=", "2min")
else
  report("longest wait for a gang", metric.sample{ "wait" }.max)
end
bound("a reservation that came to nothing lasts no longer than its time-out", metric.sample{ "reserved in vain" }.max, "<=",
      unit(p.patience) + "2s" + metric.latency.max)
if mortal then
  stat("done without a new start (T13)", outcome.share, "~",
       unit(("%.4f%%"):format(100 * survival(p.need * (p.time / unit(p.life))))), { within = "3pt" })
else
  exact("every gang gets through at its first attempt", outcome.share, "==", "100%")
end
report("wait for a gang, mean", metric.sample{ "wait" }.mean)
report("attempts", metric.sample{ "attempt" }.count)
report("coordination, share of all bytes (M14)", metric.control.share)

plot("wait", { kind = "cdf", { "from the post to the start", metric.sample{ "wait" } } })
plot("wait against demand", { kind = "line", x = "demand", { "mean wait", metric.sample{ "wait" }.mean } })
plot("success", { kind = "line", x = "need", by = "life", { "done without a new start", outcome.share } })
