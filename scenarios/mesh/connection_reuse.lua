-- What .NET does beside the specification: after End it keeps a TCP connection for two minutes and opens the next session on it (framing.md 8,
-- observed.md 2.2).
--   peermesh run scenarios/mesh/connection_reuse.lua --variant spec
-- Three peers of which each may have one neighbor: two find each other, the third is refused by both, again after ten seconds, and every five
-- minutes. Its second attempt needs no TCP handshake; the later ones do, since a connection is let go when it has been idle for two minutes.
-- Calls of the resolver service go the same way. A reader of captures must expect several sessions, each with a new preamble and empty string
-- tables, on one connection.
-- "profile" pools as well (protocol/README.md, connection kept after End): it saves a round trip and harms nobody. "spec" closes.
local p = scenario {
  title  = "One connection, many sessions",
  story  = "A peer is turned away at two doors and knocks again. Does it go home in between?",
  params = {
    watched = "12min",
    dialect = "net | spec | profile",
  },
  variants = { net = {}, spec = { dialect = "spec" }, profile = { dialect = "profile" } },
  tiers    = { smoke = { seeds = 5 }, standard = { watched = "1h", seeds = 20 } },
}

network "null"

local m     = mesh("m", { dialect = p.dialect, min = 1, ideal = 1, max = 1, referrals = 0 })
local a, b  = peers("a", 1, { mesh = m }), peers("b", 1, { mesh = m, join = "20s" })
local pair  = a + b
local third = peers("third", 1, { mesh = m, join = "1min" })
finish(p.watched + "1min")

local first = { "1min", "65s" }
local function sessions(span) return metric.control{ of = third, kind = "connect", during = span }.count end
local function opened(span) return metric.control{ of = third, kind = "connect", during = span, per = "link" }.count end
local calls = metric.resolver_requests{ of = third, after = "0s" }.count
local lines = metric.resolver_requests{ of = third, after = "0s", per = "link" }.count
exact("the pair have each other", metric.online{ of = pair, at = "50s" }.min, "==", 2)
exact("the third knocks at both",        sessions(first), "==", 2)
exact("each on a connection of its own", opened(first),   "==", 2)
local again = { "1min", "3min" }
if p.dialect == "spec" then
  exact("and again ten seconds later, each time on a new one", opened(again) - sessions(again), "==", 0)
  exact("at least twice at each", sessions(again), ">=", 4)
  exact("each call of the resolver has its connection", lines - calls, "==", 0)
else
  exact("and again at both ten seconds later", sessions(again), ">=", 4)
  exact("on the connections of the first time", opened(again), "==", 2)
  exact("five minutes later these are gone", metric.control{ of = third, kind = "connect", after = "0s", per = "link" }.count, ">", 2)
  exact("calls of the resolver share connections", calls - lines, ">", 0)
end
exact("nobody lets it in", metric.online{ of = third, after = "1min" }.max, "==", 0)
report("sessions with neighbors", metric.control{ of = third, kind = "connect", after = "0s" }.count)
report("connections for them",    metric.control{ of = third, kind = "connect", after = "0s", per = "link" }.count)
report("calls of the resolver",   calls)
report("connections for those",   lines)

plot("sessions", { kind = "time", { "Connects", metric.control{ of = third, kind = "connect", after = "0s" }.count },
                                  { "calls of the resolver", metric.resolver_requests{ of = third, after = "0s" }.count } })
