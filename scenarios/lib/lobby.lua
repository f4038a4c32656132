-- lobby: games that form in a crowd. A host advertises a game; who wants to play asks it for a place; the list of members comes with
-- every advert, so whoever finds itself on it is in, and when it is complete everybody has read the same list.
--
--   local lobby = require "lobby" (me, me:channel "adverts", { seats = 8 })
--   lobby.host "match 17"                              -- I open a game, and sit in it
--   lobby.seek()                                       -- I want a place in any game that I hear of
--   lobby.seated = function (match) … end              -- I have one: open its meshes now, the list fills meanwhile
--   lobby.full   = function (match, members, since) … end   -- sorted names; since when the host has them all
--
-- Options: seats (8); every (10s), between two adverts of a game that is not full; think (0..2s), how long a seeker looks at an advert; patience
--          (4s), until it asks elsewhere; size (200B) of an advert, padded.
-- Leaves:  me:state("members", the list, match) with everybody who is on it, me:sample("asked", how often until it was seated).
-- Costs:   every advert and every question is a flood of the whole lobby: 2 · seats + (waiting time) / every of them for a game.

return function (me, channel, opt)
  opt = opt or {}
  local seats    = opt.seats or 8
  local every    = unit(opt.every or "10s")
  local think    = opt.think or "uniform 0s..2s"
  local patience = unit(opt.patience or "4s")
  local size     = opt.size or "200B"

  local lobby   = { seated = function () end, full = function () end }
  local mine                            -- the game that I host: { match, members }
  local place                           -- match in which I am
  local known   = {}                    -- match → how many are on its list, as last heard
  local seeking, asking, asked = false, nil, 0

  local function advertise()
    channel:send({ match = mine.match, host = me.name, members = mine.members, since = mine.since }, { kind = "advert", size = size })
  end

  local function complete(match, members, since)
    local list = {}
    for i, name in ipairs(members) do list[i] = name end
    table.sort(list)
    me:state("members", table.concat(list, " "), match)
    lobby.full(match, list, since)
  end

  function lobby.host(match)
    mine, place = { match = match, members = { me.name } }, match
    lobby.seated(match)
    advertise()
    mine.timer = me:every(every, advertise)
  end

  local function admit(name)
    for _, member in ipairs(mine.members) do if member == name then return advertise() end end   -- it has not heard that it is in
    if #mine.members == seats then return end
    mine.members[#mine.members + 1] = name
    if #mine.members == seats then
      mine.since = me.now
      mine.timer:stop()
    end
    advertise()
    if mine.since then complete(mine.match, mine.members, mine.since) end
  end

  local function ask()                  -- one of the games that have room, as far as I know
    if place or asking or not seeking then return end
    local open = {}
    for match, count in pairs(known) do if count < seats then open[#open + 1] = match end end
    if #open == 0 then return end
    local match = me:random("which game", open)
    asking, asked = match, asked + 1
    channel:send({ match = match, want = me.name }, { kind = "want" })
    me:after(patience, function () if asking == match then asking = nil; ask() end end)
  end

  function lobby.seek()
    seeking = true
    me:after(me:random("think", think), ask)
  end

  local function read(advert)
    known[advert.match] = math.max(known[advert.match] or 0, #advert.members)
    local on = false
    for _, name in ipairs(advert.members) do on = on or name == me.name end
    if on and not place then
      place, asking, seeking = advert.match, nil, false
      me:sample("asked", asked)
      lobby.seated(place)
    end
    if on and advert.since and place == advert.match and not lobby.complete then
      lobby.complete = true
      complete(advert.match, advert.members, advert.since)
    elseif not on and asking == advert.match and #advert.members == seats then
      asking = nil                      -- full, without me
      ask()
    elseif seeking and not asking and #advert.members < seats then
      me:after(me:random("think", think), ask)
    end
  end

  channel:on("message", function (msg)
    if msg.own then return end
    if msg.body.want then
      if mine and msg.body.match == mine.match then admit(msg.body.want) end
    elseif msg.body.members then
      read(msg.body)
    end
  end)

  return lobby
end
