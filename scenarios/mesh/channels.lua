-- X14 Several channels on one mesh: a chat beside large files.
--
-- Channels share the links: each application hears its own channel only, but a large file stands in the way of the chat.
local p = scenario {
  title  = "Several channels",
  story  = "Applications share one mesh, each on a channel of its own.",
  params = {
    peers = 300,
    file  = "60kB | none",                                 -- size of a message on the channel of files
    lasts = "5min",
  },
  variants = { beside = {}, alone = { file = "none" } },
  tiers    = { smoke = { peers = 100, lasts = "2min", seeds = 5 }, standard = { seeds = 20 } },
}

network "world-homes"
local m = mesh("m", { channels = { "chat", "files" } })

local member = role(function (me, args)
  local chat, files = me:channel "chat", me:channel "files"
  chat:on("message", function (msg) me:sample("chat gets chat", msg.kind == "line" and 1 or 0) end)
  files:on("message", function (msg) me:sample("files get files", msg.kind == "file" and 1 or 0) end)
  me:on("told", function (what)
    if what == "chat" then
      local number = 0
      me:every("2s", function ()
        number = number + 1
        chat:send({ who = me.name, line = number }, { kind = "line", size = "80B" })
      end)
    elseif what == "file" then
      me:every("10s", function () files:send({ who = me.name }, { kind = "file", size = args.file }) end)
    elseif what == "too large" then
      local sent = pcall(function () files:send({}, { kind = "file", size = "70kB" }) end)
      me:sample("a file over the limit of the mesh is refused", sent and 0 or 1)
    end
  end)
end, { file = p.file ~= "none" and unit(p.file) })

local readers = role(function (me)                          -- opens the chat alone
  me:channel "chat":on("message", function (msg) me:sample("chat gets chat", msg.kind == "line" and 1 or 0) end)
end)

local both = peers("both", p.peers // 2, { mesh = m, plays = member, join = "uniform 0s..30s" })
local only = peers("reader", p.peers - p.peers // 2, { mesh = m, plays = readers, join = "uniform 0s..30s" })

tell(both[1], "chat", nil, { at = settled })
if p.file ~= "none" then tell(both[2], "file", nil, { at = settled }) end
tell(both[3], "too large", nil, { at = settled + "30s" })
finish(settled + p.lasts)

local calm = { settled, settled + (p.lasts - "70s") }

exact("the chat hears nothing but chat", metric.sample{ "chat gets chat" }, "==", 1)
exact("the limit is that of the mesh", metric.sample{ "a file over the limit of the mesh is refused" }, "==", 1)
bound("every line reaches everybody", metric.delivery{ channel = "chat", during = calm }.mean, ">=", "99.9%")
if p.file ~= "none" then
  exact("files hear nothing but files", metric.sample{ "files get files" }, "==", 1)
  exact("who has not opened the channel is shown none", metric.delivery{ channel = "files", of = only, during = calm }.sum, "==", "0%")
  bound("and hands them on all the same", metric.delivery{ channel = "files", of = both, during = calm }.mean, ">=", "99.9%")
end
report("chat latency p50", metric.latency{ channel = "chat" }.p50)
report("chat latency p99, with files in the way or without", metric.latency{ channel = "chat" }.p99)

plot("latency of the chat", { kind = "cdf", tail = "log", { "lines", metric.latency{ channel = "chat" } } })
