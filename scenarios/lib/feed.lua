-- feed: publishers that number their messages, subscribers that hold the newest of each topic, and newcomers who ask for it.
--
-- A mesh keeps no order and no history. A publisher numbers what it says of a topic; a subscriber shows a message only if its number is
-- higher than what it holds; and whoever comes online asks for what it lacks, in one of four ways:
--   "everyone"   the question floods the mesh, and everybody who knows something answers (the implosion that users warn of)
--   "neighbors"  the question has hop limit 1, and every neighbor answers
--   "patient"    the same, but a neighbor waits at random up to `patience`. While answers come in, the asker says with hop limit 1 what
--                it has by now (neighbors of one peer seldom are neighbors of each other, so they do not hear one another): who has
--                nothing to add keeps silent, who has waits four times as long, in case the one that answers now goes away
--   "offer"      neighbors offer in a few octets, the asker takes the first offer, and only that neighbor answers; if it falls silent,
--                the asker asks again
-- The question says which way it is to be answered, so who has other options (a publisher, which asks nobody) answers like all others.
-- An answer has hop limit 1 and says for whom it is, but goes to all neighbors of who gives it: a mesh cannot send to one peer. To a
-- question that flooded it must flood, too. With `ask = "nobody"` nobody asks.
--
--   local feed = require "feed" (me, me:channel "board", { ask = "patient" })
--   feed.publish("match 7", { home = 2, guest = 1 }, { size = "300B", kind = "goal" })
--   feed.newest "match 7"                        -- { topic =, n =, data =, at = } or nil
--   feed.changed = function (entry) … end        -- something newer is held
--   feed.answered = function (octets, news) … end -- an answer to a question of my own; news: it was not held yet
--
-- Options: ask ("patient"); patience (1s); wait (0s) between coming online and asking, so that there is more than one neighbor;
--          every (none): ask again, at that interval; keep (true): a late message does not overwrite a newer one.
-- Measures: "asked" (neighbors when it asks), "answer" and "answer octets" (of each answer to a question of its own), "stale
--          overwrite", "gap" (numbers that were skipped).

return function (me, channel, opt)
  opt = opt or {}
  local ask      = opt.ask or "patient"
  local patience = opt.patience or unit "1s"
  local keep     = opt.keep == nil or opt.keep
  local feed     = { changed = function () end, asked = function () end, answered = function () end }
  local board    = {}                 -- topic → entry
  local pending  = {}                 -- asker → timer of my answer
  local provider                      -- timer: somebody's offer was taken; it runs out if nothing comes
  local thanking, more                -- timer: thanks were sent just now; something came since

  local function summary()            -- what I hold, as it travels: topic → number
    local s = {}
    for topic, e in pairs(board) do s[topic] = e.n end
    return s
  end

  local function take(entry, old)     -- old: it comes as an answer, so what lies between was not missed
    local had = board[entry.topic]
    if had and entry.n == had.n then return false end
    if had and entry.n < had.n then
      if keep then return false end
      me:sample("stale overwrite", 1, entry.topic)
    end
    if had and not old and entry.n > had.n + 1 then me:sample("gap", entry.n - had.n - 1, entry.topic) end
    board[entry.topic] = entry
    feed.changed(entry)
    return true
  end

  local function newer_than(theirs)   -- entries that their owner lacks
    local list = {}
    for topic, e in pairs(board) do
      if e.n > (theirs[topic] or 0) then list[#list + 1] = e end
    end
    return list
  end

  local function answer(to, theirs, flood)
    local list = newer_than(theirs)
    for i, e in ipairs(list) do
      channel:send({ feed = "answer", to = to, entry = e, last = i == #list },
                   { kind = "answer", hops = not flood and 1 or nil, size = e.size })
    end
  end

  local function wait_to_answer(who, has, time)
    if pending[who] then pending[who]:stop() end
    pending[who] = nil
    if #newer_than(has) == 0 then return end
    pending[who] = me:after(time, function ()
      pending[who] = nil
      answer(who, has, false)
    end)
  end

  local function wait_for_provider()
    if provider then provider:stop() end
    provider = me:after(patience * 5, function ()
      provider = nil
      feed.ask()
    end)
  end

  local function offered(from)        -- the first offer is taken
    if provider then return end
    wait_for_provider()
    channel:send({ feed = "accept", who = me.name, from = from, has = summary() }, { kind = "accept", hops = 1 })
  end

  local thank
  function thank()                    -- at once, and again while answers come in
    more = thanking ~= nil
    if thanking then return end
    channel:send({ feed = "thanks", who = me.name, has = summary() }, { kind = "thanks", hops = 1 })
    thanking = me:after(patience / 2, function ()
      thanking = nil
      if more then thank() end
    end)
  end

  function feed.ask()                 -- what is newer than what I hold
    if ask == "nobody" then return end
    me:sample("asked", channel.neighbors)
    feed.asked()
    channel:send({ feed = "ask", way = ask, who = me.name, has = summary() }, { kind = "ask", hops = ask ~= "everyone" and 1 or nil })
  end

  function feed.publish(topic, data, how)
    how = how or {}
    local n = (board[topic] and board[topic].n or 0) + 1
    local entry = { topic = topic, n = n, data = data, at = me.now, size = how.size }
    take(entry, true)
    channel:send({ feed = "new", entry = entry }, { kind = how.kind or "new", size = how.size })
  end

  function feed.newest(topic)
    return board[topic]
  end

  channel:on("message", function (msg)
    local m = msg.body
    if msg.own or not m.feed then return end
    if m.feed == "new" then
      take(m.entry, false)
    elseif m.feed == "answer" then
      local news = take(m.entry, true)
      if m.to == me.name then
        me:sample("answer", 1)
        me:sample("answer octets", msg.size * unit "1B")
        feed.answered(msg.size, news)
        if news and ask == "patient" then thank() end
      end
      if m.to == me.name and provider then
        if m.last then provider:stop(); provider = nil else wait_for_provider() end
      end
    elseif m.feed == "offer" and m.to == me.name then
      offered(m.from)
    elseif m.feed == "accept" and m.from == me.name then
      answer(m.who, m.has, false)
    elseif m.feed == "thanks" and pending[m.who] then
      wait_to_answer(m.who, m.has, patience * 4)
    elseif m.feed == "ask" and m.who ~= me.name then
      if m.way == "offer" then
        if #newer_than(m.has) > 0 then channel:send({ feed = "offer", to = m.who, from = me.name }, { kind = "offer", hops = 1 }) end
      elseif m.way ~= "patient" then
        answer(m.who, m.has, m.way == "everyone")
      else
        wait_to_answer(m.who, m.has, me:random("patience", "uniform 0s.." .. patience))
      end
    end
  end)

  channel:on("online", function () me:after(opt.wait or unit "0s", feed.ask) end)
  if opt.every then me:every(opt.every, feed.ask) end
  return feed
end
