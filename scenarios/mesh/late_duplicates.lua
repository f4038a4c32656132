-- X8 Late duplicates: a message waits somewhere, and comes back when its mesh has forgotten it.
--   peermesh run scenarios/mesh/late_duplicates.lua --variant remembered
local p = scenario {
  title  = "Late duplicates",
  story  = "Nobody gets a message twice, unless one copy is late: how late may it be?",
  params = {
    peers   = 50,
    frozen  = "6min",                                 -- for so long one peer reads nothing, the copies sent to it wait
    dialect = "net | profile",                        -- ids are kept 4 to 5 minutes, or 5 to 6
  },
  variants = { forgotten = {}, remembered = { frozen = "3min" },
               profile_forgotten = { dialect = "profile", frozen = "7min" }, profile_remembered = { dialect = "profile", frozen = "4min" } },
  tiers    = { smoke = { peers = 20, seeds = 5 }, standard = { seeds = 20 } },
  studies  = { delay = { frozen = { "1min", "3min", "4min", "4500ms", "5min", "6min", "10min" } } },
}

network "null"

local m    = mesh("m", { dialect = p.dialect, maintenance = "1h" })    -- nobody looks for other neighbors meanwhile
local all  = peers("peer", p.peers, { mesh = m, plays = role "subscriber" })
local one  = all:pick(1)
local rest = all - one

local freeze  = impair(one, { read = "0B/s", at = settled + "1min", lasts = p.frozen })
local message = send(rest:pick(1, "sender"), "read all about it", { kind = "news", size = "200B", at = freeze + "1s" })
finish(freeze.ends + "2min")

local first, again = { message, message + "30s" }, { freeze.ends, freeze.ends + "1min" }
-- Buckets of a minute: with b of them an id is remembered b - 1 to b minutes (peer-channel.md 12.2).
local least, most = unit "4min", unit "5min"
if p.dialect == "profile" then least, most = unit "5min", unit "6min" end
local age = p.frozen - unit "1s"

exact("everybody but the frozen one is told once", metric.shown{ of = rest, during = first, per = "peer" }.max, "==", 1)
exact("everybody", metric.shown{ of = rest, during = first }.count, "==", p.peers - 2)       -- a sender is not told its own
exact("the frozen one is told when it reads again", metric.shown{ of = one, during = again }.count, "==", 1)
if age < least then
  exact("the mesh remembers: nobody is told twice", metric.shown{ of = rest, during = again }.count, "==", 0)
elseif age > most then
  exact("the mesh has forgotten: everybody is told again", metric.shown{ of = rest, during = again }.count, "==", p.peers - 1)
  exact("once", metric.shown{ of = rest, during = again, per = "peer" }.max, "==", 1)
end
report("told again", metric.shown{ of = rest, during = again }.count)

plot("shown", { kind = "time", every = "1s", { "messages shown", metric.shown{ of = all }.count } })
