-- chunks: cut what is too large for one message, and put it together again.
--
-- A mesh carries messages of up to 64 KiB, and nodes whose quotas are those of .NET up to 4.0 take arrays of 16,384 octets. Whatever is
-- larger travels in parts: each says of what it is a part, which one, how many there are, and a digest of itself. The parts may arrive in
-- any order, twice, or from several peers. The content is a short text for each part, drawn at random; the rest of its octets is padding.
--
--   local chunks = require "chunks" (me, { size = "16kB" })
--   local parts = chunks.cut("story 7", 40000)           -- 40,000 octets: a list of 3 parts; nothing is sent yet
--   channel:send(chunks.wire(part), { kind = "part", size = part.size })   -- this is how a part travels: a text, so that few octets
--                                                        -- are added; or inside a table, as it is
--   local whole = chunks.take(msg.body)                  -- a part that came, either way; its name when it was the last one that was missing
--   chunks.missing "story 7"                             -- numbers of the parts that are not here; nil: nothing is known of it
--   chunks.part("story 7", 3)                            -- a part that is here, to be handed on
--   chunks.count "story 7"                               -- how many parts the whole has
--   chunks.digest "story 7"                              -- of the whole; nil until it is complete
--   chunks.drop "story 7"                                -- forget it
--
-- Options: size ("16kB") of a part; check (true): parts whose digest is wrong are not taken.

return function (me, opt)
  opt = opt or {}
  local octets = (opt.size or unit "16kB") / unit "1B"
  local check  = opt.check == nil or opt.check
  local chunks = {}
  local store  = {}                     -- name → { n = parts, left = still missing, [k] = part }

  local function sum(text, seed)        -- of a text: a polynomial over its octets, modulo a prime of 31 bits
    local h = seed
    for i = 1, #text do h = (h * 257 + text:byte(i)) % 2147483647 end
    return h
  end

  local function keep(part)
    local s = store[part.of]
    if s == nil then
      s = { n = part.n, left = part.n }
      store[part.of] = s
    end
    if s[part.k] then return false end
    s[part.k] = part
    s.left = s.left - 1
    return s.left == 0
  end

  function chunks.cut(name, total)
    local parts = {}
    local n = math.floor(math.max(1, (total + octets - 1) // octets))
    for k = 1, n do
      local text = ""
      for _ = 1, 4 do text = text .. string.char(me:random("content", 97, 122)) end
      local size = k < n and octets or total - (n - 1) * octets
      parts[k] = { of = name, k = k, n = n, text = text, sum = sum(text, k), size = size // 1 * unit "1B" }
      keep(parts[k])
    end
    return parts
  end

  function chunks.wire(part)
    return table.concat({ part.of, part.k, part.n, part.text, part.sum, "" }, "/")   -- what follows is padding
  end

  local function read(text)             -- what wire() wrote; the size is known from the message
    local of, k, n, content, digest = text:match "^([^/]*)/(%d+)/(%d+)/(%a*)/(%d+)/"
    k, n = tonumber(k), tonumber(n)
    return of and { of = of, k = k, n = n, text = content, sum = tonumber(digest), size = k < n and octets * unit "1B" or nil }
  end

  function chunks.take(part, size)
    if type(part) == "string" then
      part = read(part)
      if not part then return false end
      part.size = part.size or size and size * unit "1B"
    end
    if check and sum(part.text, part.k) ~= part.sum then
      me:sample("part refused", 1)
      return false
    end
    return keep(part) and part.of
  end

  function chunks.missing(name)
    local s = store[name]
    if s == nil then return nil end
    local list = {}
    for k = 1, s.n do
      if not s[k] then list[#list + 1] = k end
    end
    return list
  end

  function chunks.part(name, k)
    return store[name] and store[name][k]
  end

  function chunks.count(name)           -- parts of the whole; nil: nothing is known of it
    return store[name] and store[name].n
  end

  function chunks.digest(name)
    local s = store[name]
    if s == nil or s.left > 0 then return nil end
    local h = 7
    for k = 1, s.n do h = sum(s[k].text, h) end
    return h
  end

  function chunks.drop(name)
    store[name] = nil
  end

  return chunks
end
