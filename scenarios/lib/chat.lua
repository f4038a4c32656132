-- chat: lines of talk that nobody loses and nobody sees twice, on top of sync.
--
--   local chat = require "chat" (me, me:channel "chat", { every = "10s" })
--   chat.say "hello"
--   chat.heard = function (author, text, number) … end      -- each line once, mine too; those of before a restart not again
--
-- Options: those of sync. Measures: "chat line", author and number of each line shown: metric.sample{ "chat line", per = "peer" }.duplicates.

return function (me, channel, opt)
  local sync = require "sync" (me, channel, opt)
  local chat = { sync = sync, heard = function () end }

  function sync.changed(author, number, item)
    me:sample("chat line", author .. "/" .. number)
    chat.heard(author, item.text, number)
  end

  function chat.say(text)
    sync.add { text = text }
  end

  return chat
end
