-- S2.3 Party planning: fifteen phones edit ten shared things, often without a connection.
--
-- A map (dates, places, who brings what; the last writer wins) and two sets (guests, shopping; adding wins): lib/shared.lua. The rules are
-- checked by what each author had seen when it wrote, which the replicas themselves do not use: a write that another writer of the same
-- key had seen cannot stand, and a value is in a set exactly if some addition of it was seen by nobody who took it out.
--
-- Found: an idle member sends up to some 4.4 kB of control messages in a minute in which phones join through it (a Welcome with ten
-- referrals is 2 kB and more); the criterion of 1 kB is judged as the mean over the minutes, and the worst one is reported.
local p = scenario {
  title = "Party planning",
  story = "Friends plan a party together; everybody may edit, also offline, and all end up with the same plan.",
  params = {
    phones   = 15,
    lasts    = "6h",                                        -- how long they plan
    edits    = "exp 1min",                                  -- between two edits of a member that is there
    clash    = "10%",                                       -- edits made by several at the same instant on the same thing
    ask      = "10s",                                       -- how often a member compares with its neighbors
    handover = "15s",                                       -- g of the oracle
    churn    = "file-sharing | none | memoryless",          -- C2 | C0 | C1
    place    = "mobile | world-homes | lan",                -- N7 | N2 | N1
  },
  variants = { phones = {}, steady = { churn = "none" }, homes = { place = "world-homes" } },
  tiers    = { smoke = { lasts = "90min", seeds = 5 }, standard = { seeds = 20 } },
}

network(p.place)
local party = mesh("party", { channels = { "party" } })

local member = role(function (me, args)
  local shared  = require "shared" (me, me:channel "party", { every = args.ask })
  local things  = { "date", "place", "music", "cake", "games", "driver", "budget", "guests", "shopping", "helpers" }
  local words   = { "a", "b", "c", "d", "e", "f" }
  local sets    = { guests = true, shopping = true, helpers = true }

  local function read_seen(text)                            -- author → all up to this number, and which beyond
    local seen = {}
    for name, rest in text:gmatch "(%S+):(%S+)" do
      local of = { top = tonumber(rest:match "^%d+") }
      for beyond in rest:gmatch "%+(%d+)" do of[tonumber(beyond)] = true end
      seen[name] = of
    end
    return seen
  end

  local function saw(e, o)                                  -- had the author of e that edit when it wrote?
    local of = e.seen[o.author]
    return of ~= nil and (o.number <= of.top or of[o.number] == true)
  end

  local function check_key(key, edits)                      -- → rules broken, pairs of writes that did not know of each other
    local clashes, stands = 0, false
    for i, e in ipairs(edits) do
      local latest = true
      for k, o in ipairs(edits) do
        if k ~= i and saw(o, e) then latest = false
        elseif k > i and not saw(e, o) then clashes = clashes + 1 end
      end
      stands = stands or latest and shared.get(key) == e.edit.value
    end
    return stands and 0 or 1, clashes
  end

  local function check_value(set, value, edits)             -- in the set: some addition was seen by nobody who took it out
    local within = false
    for _, e in ipairs(edits) do
      local alive = e.edit.add ~= nil
      for _, o in ipairs(edits) do
        if o.edit.remove and saw(o, e) then alive = false end
      end
      within = within or alive
    end
    return shared.has(set, value) == within and 0 or 1
  end

  local function check()                                    -- the rules, from the edits and what their authors had seen
    local by_thing, wrong, clashes = {}, 0, 0
    shared.sync.each(function (author, number, edit)
      local thing = edit.put or (edit.add or edit.remove) .. " " .. edit.value
      by_thing[thing] = by_thing[thing] or {}
      table.insert(by_thing[thing], { author = author, number = number, edit = edit, seen = read_seen(edit.seen) })
    end)
    for thing, edits in pairs(by_thing) do
      local e = edits[1].edit
      if e.put then
        local w, c = check_key(thing, edits)
        wrong, clashes = wrong + w, clashes + c
      else
        wrong = wrong + check_value(e.add or e.remove, e.value, edits)
      end
    end
    me:sample("rule broken", wrong)
    me:sample("clashes", clashes)
  end

  local function tell_state()
    me:state("plan", shared.state(), shared.sync.seen())    -- the same edits: the same plan
    me:state("board", shared.state())
  end

  function shared.changed() me:after("1ms", tell_state) end

  local function edit(thing)
    local word = me:random("word", words)
    if not sets[thing] then shared.put(thing, word .. " " .. me.name)
    elseif shared.has(thing, word) and me:random("remove") < 0.5 then shared.remove(thing, word)
    else shared.add(thing, word) end
  end

  local open = not args.idle
  local function go_on()
    me:after(me:random("pause", args.edits), function ()
      if not open or me.now > args.until_ then return end
      if me:random("clash") < args.clash then               -- at the next whole minute, on the thing all others who clash edit, too
        local rest = unit "1min" - (me.now - (me.now // unit "1min") * unit "1min")
        me:after(rest, function () edit(me:random("same thing", { "date", "guests" })) end)
      else
        edit(me:random("thing", things))
      end
      go_on()
    end)
  end
  if open then go_on() end
  me:on("told", check)
end, { ask = p.ask, edits = p.edits, clash = p.clash / unit "100%", until_ = p.lasts, idle = false })

local friends = peers("friend", p.phones - 1, { mesh = party, plays = member, churn = p.churn })
local idle    = peers("watcher", 1, { mesh = party, plays = member { idle = true } })   -- is there all the time, edits nothing
local all     = friends + idle
local quiet   = p.lasts + unit "10min"
for k = 1, 4 do tell(all, "check", nil, { at = k * (p.lasts / 4) }) end
tell(all, "check", nil, { at = quiet })
finish(quiet + "1min")

-- What must hold ---------------------------------------------------------------------------------------
exact("the same edits make the same plan, at every replica, at any time", metric.disagreement{ "plan" }, "==", 0)
exact("the last writer wins, adding wins, in all conflicts", metric.sample{ "rule broken" }, "==", 0)
exact("every edit reached whom it had to reach", metric.have{ of = all }, ">=", theory.reachable{ of = all, gap = p.handover })
exact("and nobody whom it could not reach", metric.have{ of = all }, "<=", theory.reachable{ of = all, gap = "0s" })
exact("in the end all who are online have the same plan", metric.diverged{ "board", at = quiet }, "==", 0)
local minutes = metric.control{ of = idle, during = { "5min", p.lasts }, per = "minute" }
bound("an idle member's control messages, minute by minute in the mean", minutes.mean, "<=", "1kB")
report("the same, in the worst minute", minutes.max)
report("conflicts that a replica has resolved", metric.sample{ "clashes" }.max)
report("edits", metric.sent{ kind = "new" }.count)
report("time until all online have the same plan, p95 (M16)", metric.converged{ "board" }.p95)
report("all that an idle member sends", metric.upload{ of = idle, during = { "5min", p.lasts } }.mean)
report("latency of an edit, p95", metric.latency{ kind = "new", during = { "5min", p.lasts } }.p95)
report("a server would take, p95", theory.server{}.latency.p95)

plot("conflicts",   { kind = "time", { "resolved so far, mean of the replicas", metric.sample{ "clashes", per = "minute" } } })
plot("convergence", { kind = "cdf",  tail = "log", { "time until equal", metric.converged{ "board" } } })
plot("out of step", { kind = "time", { "phones that are not equal", metric.diverged{ "board" } }, { "online", metric.online{ of = all } } })
plot("latency",     { kind = "cdf",  tail = "log", { "edits over the mesh", metric.latency{ kind = "new" } }, { "ideal server", theory.server{}.latency } })
plot("who pays",    { kind = "time", { "a phone, mean", metric.upload{ of = all } }, { "server", theory.server{}.upload } })
