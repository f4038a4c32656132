-- X9 Propagation filters: some peers do not show, or do not hand on, what they get.
--
-- A filter gets a copy of each message, its own peer's and those of others, and says where it goes: to the application, to the
-- neighbors, both or neither. Not judged yet: that filters which stop forwarding lose what percolation says (T7, theory.survivors).
local p = scenario {
  title  = "Propagation filters",
  story  = "Applications filter what passes through them.",
  params = {
    peers  = 1000,
    share  = "20%",                                        -- peers with a filter
    does   = "remote | local | none | content",            -- relay without showing; show without relaying; neither; odd numbers only
    sent   = 40,
  },
  variants = { relay_only = {}, show_only = { does = "local" }, nothing = { does = "none" }, by_content = { does = "content" } },
  tiers    = { smoke = { peers = 200, sent = 20, seeds = 5 }, standard = { seeds = 20 } },
}

network "world-homes"
local m = mesh "m"

local member = role(function (me, args)
  local c = me:channel()
  if args.does then
    c:filter(function (msg, origin)
      local number = msg.body.number
      me:sample("asked " .. origin, 1)
      msg.body.number = -1                                 -- its own copy: nobody else sees this
      if args.does == "content" then return number % 2 == 1 and "both" or "remote" end
      return args.does
    end)
  end
  c:on("message", function (msg)
    if not msg.own then me:sample("shown", msg.body.number) end
  end)
  me:on("told", function (what, number) c:send { number = number } end)
end)

local count  = p.share * p.peers
local plain  = peers("plain", p.peers - count, { mesh = m, plays = member, join = "uniform 0s..60s" })
local picky  = peers("picky", count, { mesh = m, plays = member { does = p.does }, join = "uniform 0s..60s" })

for i = 1, p.sent do
  tell(i == p.sent and picky[1] or plain[i], "speak", i, { at = settled + i * unit "2s" })
end
local own = settled + p.sent * unit "2s"                    -- the last one comes from a peer with a filter
finish(own + "70s")

local before = { settled, own - "1s" }
local relays = p.does == "remote" or p.does == "content"

bound("changing its copy has no effect", metric.sample{ "shown" }.min, ">=", 1)
exact("a filter is asked about its own peer's messages, too", metric.sample{ "asked local" }.count, "==", 1)
if relays then
  exact("who relays without showing costs nobody anything", metric.delivery{ during = before, of = plain }, "==", "100%")
  exact("copies are those without filters (T1)", metric.copies{ during = before }, "==", theory.copies{ during = before })
  exact("a filter is asked once for each message of others", metric.sample{ "asked remote", during = before }.count, "==",
        (p.sent - 1) * count)
else
  report("who does not relay cuts others off: delivery to peers without a filter", metric.delivery{ during = before, of = plain }.mean)
end
if p.does == "remote" or p.does == "none" then
  exact("what is not to be shown is not shown", metric.delivery{ during = before, of = picky }.max, "==", "0%")
elseif p.does == "content" then
  exact("half of all is shown", metric.sample{ "shown", of = picky, during = before }.count, "==", p.sent // 2 * count)
else
  bound("whom a message reaches sees it", metric.delivery{ during = before, of = picky }.mean, ">", "0%")
end
exact("the cause of every message that was not shown is a filter", metric.lost{ during = before }.count, "==",
      metric.lost{ during = before, reason = "filtered" }.count)
if p.does == "local" or p.does == "none" then
  exact("its own message does not leave the peer", metric.delivery{ during = { own, own } }.max, "==", "0%")
end

plot("latency", { kind = "cdf", tail = "log", { "messages", metric.latency } })
