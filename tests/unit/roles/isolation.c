/* Nothing passes between peers but messages; nothing that a role does goes on for ever; every mistake is told with its place. */
#include "tests/unit/roles/rig.h"

#include <criterion/criterion.h>
#include <string.h>

#define ROLE(code) "local r = role(function (me, args) " code " end, { n = 1 })\npeers('p', 3, { mesh = m, plays = r })\n"

Test(isolation, a_module_is_called_once_for_each_peer)
{
    struct told told =
        tell("local r = role(function (me)\n"
             "  local a, b = require 'm', require 'm'\n"
             "  a.count = a.count + 1; b.count = b.count + 1\n"
             "  me:sample('count', a.count)\n"
             "end)\n"
             "peers('p', 4, { mesh = m, plays = r })\n"
             "exact('its own, and one for two calls', metric.sample{ 'count', after = '0s' }, '==', 2)\n"
             "exact('four', metric.sample{ 'count', after = '0s' }.count, '==', 4)\n",
             (struct how){.module = "local count = 0\nreturn { count = count }\n"});
    cr_expect_null(told.error, "%s", told.error);
    cr_expect_eq(told.failed, 0, "%s", told.table);
    told_clear(&told);
}

Test(isolation, a_table_that_was_sent_belongs_to_each_receiver)
{
    holds("local r = role(function (me)\n"
          "  local c, kept = me:channel(), nil\n"
          "  me:on('told', function () kept = { n = 0 }; c:send(kept) end)\n"
          "  c:on('message', function (msg) msg.body.n = msg.body.n + 1; me:sample('n', msg.body.n);\n"
          "    if kept then me:sample('kept', kept.n) end end)\n"
          "end)\n"
          "local all = peers('p', 6, { mesh = m, plays = r })\n"
          "tell(all[1], 'go', nil, { at = settled + '1s' })\n"
          "exact('each counts from what was sent', metric.sample{ 'n' }, '==', 1)\n"
          "exact('all six', metric.sample{ 'n' }.count, '==', 6)\n"
          "exact('the sender keeps its own', metric.sample{ 'kept' }, '==', 0)\n");
}

Test(isolation, what_would_be_shared_is_refused_with_its_place)
{
    refuses("local score = 0\nlocal r = role(function (me) score = score + 1 end)\npeers('p', 1, { mesh = m, plays = r })",
            "t.lua:5: role: the function uses 'score', a local of the script (line 4)");
    refuses(ROLE("turns = 1"), "start: assignment to the global 'turns'; write local turns.");
    refuses(ROLE("string.x = 1"), "libraries cannot be changed.");
    refuses(ROLE("local _ENV = {}"), "_ENV");
    refuses(ROLE("math.random()"), "math.random is not here");
    refuses(ROLE("getmetatable('').__index = nil"), "t.lua:4");
    refuses("local r = role(function (me) end, { f = function () end })\npeers('p', 1, { mesh = m, plays = r })",
            "a role argument cannot be a function");
    refuses(ROLE("crash(1)"), "crash is a word of the script");
    refuses(ROLE("local n = 'x' .. 1; require(n)"), "was not read with the script");
}

Test(isolation, mistakes_name_peer_time_and_event)
{
    refuses("local r = role(function (me) me:channel():on('message', function (msg)\n error('so') end) end)\n"
            "local all = peers('p', 3, { mesh = m, plays = r })\nsend(all[2], 'x', { at = '30s' })\n",
            "t.lua:5: p[2] at 30 s, \"message\": so");
    refuses("local r = role(function (me) me:after('12s', function () me:foo() end) end)\n"
            "peers('p', 1, { mesh = m, plays = r })\n", "timer: me has no 'foo'");
    refuses("local r = role(function (me) me:on('told', function (w) me:sampel('x') end) end)\n"
            "local p1 = peers('p', 1, { mesh = m, plays = r })\ntell(p1, 'x', nil, { at = '9s' })\n",
            "p at 9 s, \"told\": me has no 'sampel'; did you mean 'sample'?");
    refuses(ROLE("me:channel('chat')"), "there is no channel 'chat'");
    refuses(ROLE("me:channel():send(me)"), "channel:send: what? The body is a text or a table of data, not me.");
    refuses(ROLE("me:channel():send({ me })"), "a body cannot be me");
    refuses(ROLE("me:channel():send({ 1 }, { hop = 1 })"), "no option 'hop'");
    refuses(ROLE("me:after(5, function () end)"), "5 has no unit");
    refuses(ROLE("me:random('x', 5, 1)"), "there is nothing from 5 to 1.");
    refuses(ROLE("me:random('x', 'exq 5s')"), "me:random");
    refuses(ROLE("me.after('5s', function () end)"), "a method is called with a colon");
    refuses(ROLE("me:on('message', function () end)"), "is told by a channel");
    refuses(ROLE("me:state('x')"), "me:state: which state?");
    refuses(ROLE("error({})"), "an error that is no text");
    refuses(ROLE("me:dial('x')"), "me:dial is not built yet");
}

Test(isolation, a_message_over_the_limit_of_the_mesh_is_refused_at_its_line)
{
    refuses(ROLE("me:channel():send({ text = ('x'):rep(70000) })"), "is over the mesh's limit of 65536 B; send it in parts.");
    holds("local r = role(function (me) local ok, why = pcall(function () me:channel():send(('x'):rep(70000)) end)\n"
          "  me:sample('caught', ok and 0 or 1); me:channel():send 'still works' end)\n"
          "peers('p', 2, { mesh = m, plays = r })\n"
          "exact('a role may catch it', metric.sample{ 'caught', after = '0s' }, '==', 1)\n");
}

Test(isolation, an_event_that_does_not_end_is_ended)
{
    refuses(ROLE("while true do end"), "more than 10 million instructions in one event");
    refuses(ROLE("while true do pcall(function () while true do end end) end"), "more than 10 million instructions in one event");
    refuses(ROLE("local c = coroutine.wrap(function () while true do end end); c()"), "more than 10 million instructions");
    refuses(ROLE("local s = 'x'; while true do s = s .. s end"), "t.lua:4");
    refuses(ROLE("local function f() f() end; f()"), "stack overflow");
    refuses(ROLE("local c = me:channel(); c:on('message', function (msg) if msg.own then c:send 'again' end end); c:send 'x'\n"
                 "me:after('1s', function () end)"),
            "does this role answer itself?");
}

Test(isolation, memory_of_all_roles_has_a_limit)
{
    struct told told = tell(ROLE("local t = {}; me:every('1s', function () for i = 1, 20000 do t[#t + 1] = { i } end end)"),
                            (struct how){.lua_memory = 16 << 20});
    cr_assert_not_null(told.error);
    cr_expect(strstr(told.error, "timer: all roles together need more than 16 MiB (--lua-memory)"), "%s", told.error);
    told_clear(&told);
}

Test(isolation, a_peer_that_left_holds_nothing)
{
    const char *churning = "local r = role(function (me) local t = {}; for i = 1, 1000 do t[i] = { i } end\n"
                           "  me:channel():on('message', function () t[1] = 2 end); me:every('1s', function () t[2] = 3 end) end)\n"
                           "local all = peers('p', 5, { mesh = m, plays = r })\n"
                           "for i = 1, %d do crash(all[2], { at = settled + i * unit '20s', lasts = '10s' }) end\n"
                           "finish(settled + '1h')\n";
    char *few = g_strdup_printf(churning, 1), *many = g_strdup_printf(churning, 150);
    struct told a = tell(few, (struct how){0}), b = tell(many, (struct how){0});
    cr_assert(!a.error && !b.error, "%s %s", a.error, b.error);
    cr_expect_lt(b.memory, 2 * a.memory, "150 lives take %zu octets, one %zu", b.memory, a.memory);
    told_clear(&a);
    told_clear(&b);
    g_free(few);
    g_free(many);
}
