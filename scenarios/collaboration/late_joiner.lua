-- S2.4 Late joiner: a new member wants the last value. Whom does it ask, and how many answer?
--   peermesh sweep scenarios/collaboration/late_joiner.lua --study askers --seeds 1..5
--
-- Four ways (lib/feed.lua): the question floods and everybody answers; hop limit 1, every neighbor answers; hop limit 1, and a neighbor
-- waits at random and keeps silent if another one was faster; hop limit 1, neighbors offer, and one offer is taken. Three newcomers, one after the other, once
-- the mesh is at rest; each knows the value in the end and answers the next.
-- An answer to a flooded question must flood, as there is no way to a single peer: its octets are paid by everybody.
--
-- Found: waiting and keeping silent works for what fits into one message (one answer instead of two). It does not for long histories: of
-- 5 MB all neighbors send all, since they cannot hear each other, and the wait is over before the first part has arrived. An answer with
-- hop limit 1 goes to every neighbor of who gives it, so on all links it costs some eight times what the newcomer needs.
local p = scenario {
  title = "Late joiner",
  story = "A new member joins the common mesh and gets the last value; whom does it ask?",
  params = {
    members  = 100,                                         -- who know it
    ask      = "neighbors | everyone | patient | offer",    -- who is asked, who answers
    history  = "20kB",                                      -- octets of the value
    patience = "1s",                                        -- longest wait of a patient neighbor
    wait     = "2s",                                        -- between coming online and asking: two links by then
  },
  variants = { neighbors = {}, everyone = { ask = "everyone", history = "1kB" }, patient = { ask = "patient" },
               empty = { history = "0B" }, long = { history = "5MB", members = 30 }, long_patient = { history = "5MB", members = 30, ask = "patient" },
               offer = { ask = "offer" }, long_offer = { history = "5MB", members = 30, ask = "offer" } },
  tiers    = { smoke = { members = 60, seeds = 5 }, standard = { members = 300, seeds = 20 }, large = { members = 1000, seeds = 5 } },
  studies  = { askers = { members = { 10, 100, 1000 }, ask = { "everyone", "neighbors", "patient", "offer" }, history = "1kB" } },
}

network "world-homes"
local board = mesh "board"

-- A value of more than 40 kB travels in parts.
local member = role(function (me, args)
  local feed = require "feed" (me, me:channel(), { ask = args.ask, patience = args.patience, wait = args.wait })
  local octets = args.history / unit "1B"
  local parts = math.max(1, (octets + 39999) // 40000) // 1
  local here, asked = 0, nil

  function feed.asked() asked = asked or me.now end
  function feed.changed(entry)
    here = here + 1
    if here == parts and asked and not args.old then me:sample("up to date", me.now - asked) end
  end
  me:on("told", function ()
    for k = 1, parts do
      feed.publish("part " .. k, { k = k }, { kind = "value", size = math.min(octets - (k - 1) * 40000, 40000) // 1 * unit "1B" })
    end
  end)
end, { ask = p.ask, history = p.history, patience = p.patience, wait = p.wait })

local author  = peers("author", 1, { mesh = board, plays = member { old = true } })
local members = peers("member", p.members - 1, { mesh = board, plays = member { old = true }, join = "uniform 0s..60s" })
tell(author, "publish", nil, { at = settled + "1min" })     -- its parts are with everybody before the first newcomer comes
local first = settled + "4min"
local news = {}
for k = 1, 3 do
  news[k] = peers("newcomer " .. k, 1, { mesh = board, plays = member, join = first + (k - 1) * unit "3min" })
end
local newcomers = news[1] + news[2] + news[3]
finish(first + "10min")

-- What must hold ---------------------------------------------------------------------------------------
local parts <const> = math.max(1, (p.history / unit "1B" + 39999) // 40000) // 1
exact("every newcomer is up to date", metric.sample{ "up to date", of = newcomers }.count, "==", 3)
for k = 1, 3 do
  local answers = metric.sample{ "answer", of = news[k] }.count
  if p.ask == "everyone" then
    exact("newcomer " .. k .. ": everybody answers", answers, "==", parts * (p.members + k - 1))
  elseif p.ask == "neighbors" then
    exact("newcomer " .. k .. ": every neighbor answers, nobody else", answers, "==", parts * metric.sample{ "asked", of = news[k] }.sum)
  elseif p.ask == "offer" then
    exact("newcomer " .. k .. ": one neighbor answers", answers, "==", parts)
  else
    bound("newcomer " .. k .. ": no more than every neighbor answers", answers, "<=", parts * metric.sample{ "asked", of = news[k] }.sum)
  end
end
if p.ask ~= "everyone" then                                 -- worst pair of N2: 300 ms there and back; slowest uplink: 1 Mbit/s
  bound("up to date after two round trips, the value's time on the slowest uplink, and a second", metric.sample{ "up to date", of = newcomers }.max,
        "<=", unit "1600ms" + p.history / unit "1B" * unit "8us")
end
report("up to date, slowest of the three", metric.sample{ "up to date", of = newcomers }.max)
report("octets of the answers to the first newcomer", metric.sample{ "answer octets", of = news[1] }.sum)
report("the same, for each octet that a server would send it", metric.sample{ "answer octets", of = news[1] }.sum / (parts * unit "500B" + p.history))
report("octets of all answers on all links", metric.copies{ kind = "answer" }.sum * metric.wire_size{ kind = "answer" }.mean)

plot("answers",      { kind = "line", x = "members", log = "xy", { "octets that the newcomer gets", metric.sample{ "answer octets", of = news[1] }.sum } })
plot("who is asked", { kind = "line", x = "ask", { "octets that the newcomer gets", metric.sample{ "answer octets", of = news[1] }.sum } })
plot("download",     { kind = "time", { "newcomers", metric.download{ of = newcomers } }, { "members, mean", metric.download{ of = members } },
                       { "server's upload", theory.server{}.upload } })
plot("up to date",   { kind = "histogram", { "time from asking", metric.sample{ "up to date", of = newcomers } } })
