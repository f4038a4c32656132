-- Everybody speaks at one moment: a burst that the lines carry in a few seconds can stop a mesh for a minute.
--
-- A .NET node forwards 128 received messages at a time; each keeps its place until the last neighbor has taken it or a minute has passed,
-- and while all places are taken the node reads from nobody (peer-channel.md 14). Two neighbors whose places all wait for each other's
-- reading wait for ever: each sees a line that is blocked. After 60 s without progress the send is given up, the link is closed, and what
-- it held is lost (13.3). Lines play no part: 20 Mbit/s are idle meanwhile. Looked at 30 s after the burst (a debugger, seed 1): 95 of 100
-- nodes read from nobody, each with 128 places taken, and every neighbor that one of them waits for is another of them.
--
-- Where it begins depends on the messages that are under way at one time, hardly on the number of peers: up to 128 no node can run out
-- of places (exact, variant `few`); and a link holds what both nodes' places and socket buffers hold (64 KiB at each end here) before
-- it blocks. Found (100 peers, 620 octets a message, 5 seeds): 1,000 messages at once are everywhere after 1.6 s; of 2,000 some wait for
-- 62.7 s ± 0.1, and 5.9 % ± 0.6 of the deliveries never come. So it is with 50, 1,000 and 2,000 peers. In `spec` the longest is 50 s ± 5
-- (3.0 % lost), in `profile`, which watches each slow link by itself, 32 s ± 3 (0.04 %).
-- It is why 2,000 beacons of a lobby at one instant (gaming/lobby.lua) silence it for half a minute: let them come at times of their own.
local p = scenario {
  title = "All at once",
  story = "Everybody says something at the same moment; nodes whose places all wait for each other stop the mesh for a minute.",
  params = {
    peers   = 100,
    each    = 20,                                    -- messages of each of them, at one moment
    size    = "100B",
    line    = "20Mbit/s",                            -- up and down
    dialect = "net | spec | profile",
  },
  variants = { many = {}, few = { each = 1 }, some = { each = 10 }, spec = { dialect = "spec" }, profile = { dialect = "profile" } },
  tiers    = { smoke = { seeds = 5 }, standard = { seeds = 20 } },
  studies  = { burst = { each = { 1, 5, 10, 15, 20, 40 }, dialect = { "net", "spec", "profile" } } },
}

network("null", { delay = "20ms", up = p.line, down = p.line })
local square = mesh("square", { dialect = p.dialect })
local all    = peers("peer", p.peers, { mesh = square, join = "uniform 0s..60s" })

local said = settled + "10s"
for _ = 1, p.each do send(all, "hello", { kind = "hello", size = p.size, at = said }) end
finish(said + "5min")

-- What must hold -----------------------------------------------------------------------------------------
local burst    = { said, said + "5min" }
local messages = p.peers * p.each
local wait     = metric.latency{ during = burst }
-- A node with seven neighbors hands each message on to six; ten hops in a row whose lines are all that far behind are more than any path has.
local record   = unit "700B"                         -- with envelope, at most
local drain    = messages * 6 * 10 * (record / unit "1B") * (unit "8s" / (p.line / unit "1bit/s")) + 10 * unit "20ms"

if messages <= 128 then
  bound("nobody runs out of places: no longer than ten lines that carry all of it", wait.max, "<=", drain)
  exact("nothing is lost", metric.delivery{ during = burst }.mean, "==", "100%")
elseif p.dialect == "net" and messages >= 2000 then
  stat("some wait until a send is given up after a minute", wait.max, ">=", "60s")
end
report("latency, median", wait.p50)
report("latency, p99", wait.p99)
report("latency, longest", wait.max)
report("deliveries (M1)", metric.delivery{ during = burst }.mean)
report("links closed meanwhile", metric.closed{ during = burst }.count)

plot("latency", { kind = "cdf", tail = "log", { "all messages", wait } })
plot("longest wait", { kind = "line", x = "each", by = "dialect", { "longest wait", wait.max } })
plot("lost", { kind = "line", x = "each", by = "dialect", { "deliveries", metric.delivery{ during = burst }.mean } })
