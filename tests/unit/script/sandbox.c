/* What a script may not do, however it tries; and what it must find the same in every run. scenario-api, 10.
 */
#include "tests/unit/script/helper.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <string.h>

/* Statements, and what print() says. */
struct row {
    const char *script, *says;
};

static void check_prints(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        scn_plan_free(load_body(rows[i].script));
        cr_expect_str_eq(printed(), rows[i].says, "%s\n  says     %s\n  expected %s", rows[i].script,
                         printed(), rows[i].says);
    }
}

static void check_refused(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        g_autofree char *text = g_strconcat(HEADER, rows[i].script, ENDING, NULL);
        g_autofree char *message = refusal(text, NULL);
        cr_expect_not_null(strstr(message, rows[i].says), "%s\n  says     %s\n  expected %s", rows[i].script,
                           message, rows[i].says);
    }
}

Test(sandbox, has_nothing_that_reaches_out)
{
    static const struct row rows[] = {
        {"os.exit(0)", "os is not here: a scenario knows only"},
        {"io.open('x')", "io is not here"},
        {"debug.getinfo(1)", "debug is not here"},
        {"load('x = 1')", "load is not here: code is read when the script is read."},
        {"loadstring('x = 1')", "loadstring is not here"},
        {"dofile('x')", "dofile is not here: write require"},
        {"loadfile('x')", "loadfile is not here"},
        {"package.loadlib('x')", "package is not here"},
        {"collectgarbage()", "collectgarbage is not here"},
        {"rawset(string, 'x', 1)", "rawset is not here"},
        {"rawget(string, 'x')", "rawget is not here"},
        {"string.dump(print)", "string.dump is not here: code is no data."},
        {"print((''):dump())", "string.dump is not here"},
        {"print(_G)", "_G is not here"},
        {"math.random(1, 6)", "math.random is not here: its numbers would depend on the order of calls. Use "
                              "me:random(\"name\", 1, 6)."},
        {"math.randomseed(1)", "math.randomseed is not here"},
        {"print(math.exp(1))", "math.exp is not here: libm differs between processors."},
        {"print(2 ^ 3)", "t.lua:7: '^' is not exact on all processors; write x * x, or ask theory for it."},
        {"next({}, 1)", "next(t, key) is not here"},
        {"x = 1", "assignment to the global 'x'; write local x. Globals would be shared by all peers."},
        {"_ENV.x = 1", "assignment to the global 'x'"},
        {"print = nil", "assignment to the global 'print'"},
        {"string.rep = nil", "libraries cannot be changed."},
        {"math.pi = 3", "libraries cannot be changed."},
        {"table.insert(math, 1)", "libraries cannot be changed."},
        {"table.insert(_ENV, 1)", "libraries cannot be changed."},
        {"setmetatable(math, {})", "this metatable is locked."},
        {"setmetatable(_ENV, {})", "this metatable is locked."},
        {"setmetatable({}, { __gc = function () end })", "__gc is not here"},
        {"setmetatable({}, { __mode = 'k' })", "__mode is not here"},
        {"getmetatable('').__index = nil", "attempt to index a boolean value"},
        {"getmetatable(all).__index = nil", "attempt to index a boolean value"},
        {"print(string.format('%p', {}))", "%p is not here: addresses differ from run to run."},
        {"for k in pairs({ [{}] = 1 }) do end",
         "pairs: a key of the table is a table; only numbers and texts have an order"},
        {"for k in pairs({ [true] = 1 }) do end", "pairs: a key of the table is true"},
        {"print('20' * 2)", "attempt to perform arithmetic on a string value"},
    };
    check_refused(rows, G_N_ELEMENTS(rows));
}

Test(sandbox, shows_no_address)
{
    static const struct row rows[] = {
        {"print({}, print, coroutine.create(print))", "table\tfunction\tthread"},
        {"print(string.format('%s %s %d', {}, print, 3))", "table function 3"},
        {"print(all, one, m, settled, unit '5min', metric.latency.p99)",
         "peer\tone\tm\tsettled\t5min\tmetric.latency.p99"},
        {"print(select(2, pcall(error, setmetatable({}, { __tostring = function () return 'mine' end }))))",
         "mine"},
        {"print(select(2, pcall(function () return all[{}] end)))", "t.lua:7: a group has no field 'table'."},
    };
    check_prints(rows, G_N_ELEMENTS(rows));
}

Test(sandbox, goes_through_tables_in_one_order)
{
    static const struct row rows[] = {
        {"local s = '' for k, v in pairs{ b = 1, [3] = 2, a = 3, [1] = 4, [2.5] = 5, ['10'] = 6 } do s = s "
         ".. k .. ' ' end print(s)",
         "1 2.5 3 10 a b "},
        {"local t = { a = 1, b = 2, c = 3 } for k in pairs(t) do t[k] = nil t.z = 1 end print(next(t))",
         "z\t1"},
        {"local t = { a = 1, b = 2 } for k in pairs(t) do t.b = nil end print(next(t), next({}))", "a\tnil"},
        {"print(next{ z = 1, a = 2, [5] = 3 })", "5\t3"},
        {"local t = {} for i = 1, 1000 do t[i] = { i % 7, i } end table.sort(t, function (a, b) return a[1] "
         "< b[1] end)\n"
         "local ok = true for i = 2, 1000 do ok = ok and (t[i-1][1] < t[i][1] or t[i-1][1] == t[i][1] and "
         "t[i-1][2] < t[i][2]) end print(ok)",
         "true"},
        {"local t = { 3, 1, 2 } table.sort(t) print(table.concat(t, ','))", "1,2,3"},
        {"local t = { 'b', 'a' } table.sort(t, function (a, b) t[1] = 'x' return a < b end) print(t[1], "
         "t[2])",
         "a\tb"},
        {"local t = { 1, 2 } table.sort(t, function () return true end) print(#t)", "2"},
    };
    check_prints(rows, G_N_ELEMENTS(rows));
}

Test(sandbox, keeps_the_table_functions_of_lua)
{
    static const struct row rows[] = {
        {"local t = { 1, 2 } table.insert(t, 3) table.insert(t, 1, 0) print(table.concat(t, ' '))",
         "0 1 2 3"},
        {"local t = { 1, 2, 3 } print(table.remove(t, 1), table.remove(t), #t, table.remove({}))",
         "1\t3\t1\tnil"},
        {"print(table.unpack({ 1, 2, 3 }, 2))", "2\t3"},
        {"local t = table.pack(1, nil, 3) print(t.n, t[1], t[2], t[3])", "3\t1\tnil\t3"},
        {"local t = table.move({ 1, 2, 3 }, 1, 3, 2) print(table.concat(t, ' '))", "1 1 2 3"},
        {"local t = table.move({ 1, 2, 3 }, 2, 3, 1) print(table.concat(t, ' '))", "2 3 3"},
        {"print(table.concat(table.move({ 1, 2 }, 1, 2, 1, {}), '-'))", "1-2"},
        {"print(table.concat({ 1, 2.5, 'x' }, ', ', 2, 3))", "2.5, x"},
    };
    check_prints(rows, G_N_ELEMENTS(rows));
}

Test(sandbox, keeps_the_patterns_of_lua)
{
    static const struct row rows[] = {
        {"print(('hello world'):find('o w'), ('hello'):find('l+'), ('hello'):find('x'), ('a.b'):find('.', 2, "
         "true))",
         "5\t3\tnil\t2\t2"},
        {"print(('key = value'):match('^(%w+)%s*=%s*(%w+)$'))", "key\tvalue"},
        {"print(('x'):rep(3, '-'), ('abc'):upper(), ('ÄbC'):lower(), ('abc'):sub(-2))",
         "x-x-x\tABC\tÄbc\tbc"},
        {"print(('  trim '):match('^%s*(.-)%s*$') .. '|')", "trim|"},
        {"print(('THE (quick) fox'):find('%((%a+)%)'))", "5\t11\tquick"},
        {"print(('f(a(b)c)d'):match('%b()'), ('THE (quick) fox'):gsub('%f[%a]%a+', string.lower))",
         "(a(b)c)\tthe (quick) fox\t3"},
        {"print(('abc'):gsub('', '-'), ('abc'):gsub('%w', '%0%0', 2), ('abc'):gsub('b', { b = 'X' }))",
         "-a-b-c-\taabbc\taXc\t1"},
        {"local s = '' for k, v in ('a=1, b=2'):gmatch('(%w+)=(%w+)') do s = s .. k .. v end print(s)",
         "a1b2"},
        {"local n = 0 for _ in ('abc'):gmatch('') do n = n + 1 end print(n)", "4"},
        {"print(('\"x\" y'):match([[^(['\"])(.-)%1]]), ('a]b'):match('[]]'), ('a-z'):match('[a%-]+'), "
         "('q^'):match('[%^]'))",
         "\"\t]\ta-\t^"},
        {"print(('abc'):match('()b()'))", "2\t3"},
        {"print(('aXb'):find('%u'), ('x1'):match('%d'), ('x\\0y'):len(), ('x\\0y'):find('\\0'))",
         "2\t1\t3\t2\t2"},
        {"print(pcall(string.find, 'a', '[a'), pcall(string.find, 'a', '%'))",
         "false\tfalse\tmalformed pattern (ends with '%')"},
        {"print(pcall(string.find, 'a', '[a'))", "false\tmalformed pattern (missing ']')"},
        {"print(pcall(string.match, 'a', '(a'))", "false\tunfinished capture"},
        {"print(pcall(string.match, 'a', 'a)'))", "false\tinvalid pattern capture"},
        {"print(pcall(string.gsub, 'a', 'a', '%2'))", "false\tinvalid capture index %2"},
        {"print(pcall(string.match, ('a'):rep(300), ('(a)'):rep(33)))", "false\ttoo many captures"},
        {"print(pcall(string.match, ('a'):rep(3000), ('a?'):rep(3000) .. 'b'))",
         "false\tpattern too complex"},
        {"print(#('x'):rep(100000):match('.-$'), (('a'):rep(5) .. 'b'):match('a-b'))", "100000\taaaaab"},
    };
    check_prints(rows, G_N_ELEMENTS(rows));
}

Test(sandbox, ends_every_loop, .timeout = 60)
{
    static const struct row rows[] = {
        {"while true do end",
         "t.lua:7: more than 100 million instructions before time 0; the loop here does not end?"},
        {"while true do pcall(function () while true do end end) end", "more than 100 million instructions"},
        {"local function f() pcall(f) while true do end end pcall(f) while true do pcall(error) end",
         "more than 100 million instructions"},
        {"repeat local ok = xpcall(function () while true do end end, function () while true do end end) "
         "until false",
         "more than 100 million instructions"},
        {"while true do coroutine.wrap(function () while true do end end)() end",
         "more than 100 million instructions"},
        {"while true do pcall(coroutine.wrap(function () for i = 1, 900 do end end)) end",
         "more than 100 million instructions"},
        {"while true do local c = coroutine.create(function () while true do coroutine.yield() end end) "
         "coroutine.resume(c) end",
         "more than 100 million instructions"},
        {"print(('a'):rep(40):find(('a*'):rep(40) .. 'b'))", "more than 100 million instructions"},
        {"table.move({}, 1, 1 << 60, 2)", "more than 100 million instructions"},
        {"table.insert(setmetatable({}, { __len = function () return 1 << 60 end }), 1, 2) while true do end",
         "more than 100 million instructions"},
        {"local t = {} for i = 1, 1e5 do t[i] = i end while true do pairs(t) end",
         "more than 100 million instructions"},
        {"print((''):rep(1 << 62)) while true do ('x'):rep(1e6) end", "more than 100 million instructions"},
        {"setmetatable({}, { __index = function (t, k) return t[k + 1] end })[1] = nil\n"
         "local t = setmetatable({}, { __index = function (t, k) while true do end end }) print(t.x)",
         "more than 100 million instructions"},
        {"while true do all:pick(5) end", "more than "},
        {"while true do local _ = settled + '1s' end", "more than "},
    };
    check_refused(rows, G_N_ELEMENTS(rows));
}

Test(sandbox, bounds_memory, .timeout = 60)
{
    static const struct row rows[] = {
        {"local s = 'x' while true do s = s .. s end", "t.lua: the script needs more than 256 MiB."},
        {"local t = {} for i = 1, 1e9 do t[i] = {} end", "needs more than 256 MiB"},
        {"local t = {} while true do pcall(function () while true do t[#t + 1] = ('x'):rep(1000) .. #t end "
         "end) end",
         "more than "},
        {"print(('x'):rep(1 << 40))", "string.rep: the text would be too long."},
        {"local s = ('x'):rep(200e6 // 1) .. ('y'):rep(200e6 // 1)", "needs more than 256 MiB"},
        {"print(string.format('%999d', 1))", "invalid conversion"},
        {"table.unpack({}, 1, 1e8 // 1)", "table.unpack: too many results."},
        {"table.concat(setmetatable({}, { __len = function () return 1 << 40 end }), 'x', 1, 1 << 40)",
         "table.concat: entry 1 is nil, no text."},
        {"local v = metric.latency while true do v = v + v end",
         "this value is made of more than 4096 others."},
        {"local g = all while true do g = g + g end", "this selection is made of more than 4096 others."},
        {"for i = 1, 1e8 do report('s' .. i, metric.latency.p99) end", "more than 4096 checks"},
        {"for i = 1, 1e8 do mesh('m' .. i) end", "more than 4096 meshes"},
        {"local t = {} t[1] = t send(one, t, { at = '1s' })",
         "a body: tables stand more than 32 deep in each other, or one holds itself."},
        {"local t = { 'x' } for i = 1, 30 do t = { t, t } end send(one, t, { at = '1s' })",
         "a body: more than 16777216 octets."},
        {"for i = 1, 100 do send(one, ('x'):rep(1 << 20), { at = '1s' }) end",
         "a body: more than 16777216 octets of data in all."},
    };
    check_refused(rows, G_N_ELEMENTS(rows));
}

Test(sandbox, bounds_recursion)
{
    static const struct row rows[] = {
        {"local function f() return 1 + f() end f()", "stack overflow"},
        {"local t = setmetatable({}, {}) getmetatable(t).__index = t print(t.x)",
         "'__index' chain too long; possible loop"},
        {"local function f() return coroutine.wrap(f)() end f()", "C stack overflow"},
        {"local function f() return pcall(f) end print(f()) error('done')", "done"},
        {"local t = {} for i = 1, 300 do t = setmetatable({}, { __index = function (_, k) return t[k] end }) "
         "end\n"
         "local u = setmetatable({}, { __tostring = function (s) return tostring(s) end }) print(u)",
         "C stack overflow"},
        {"local f = function (x) return table.sort({ 3, 2, 1 }, x) end local function g(a, b) f(g) return a "
         "< b end f(g)",
         "overflow"},
        {"local function f(s) return (s:gsub('.', f)) end f('x')", "overflow"},
    };
    check_refused(rows, G_N_ELEMENTS(rows));
    GString *deep = g_string_new(HEADER "local x = ");
    for (int i = 0; i < 100000; i++)
        g_string_append_c(deep, '(');
    g_autofree char *message = refusal(deep->str, NULL);
    cr_expect_not_null(strstr(message, "overflow"), "%s", message);
    g_string_free(deep, TRUE);
}

Test(sandbox, requires_modules_beside_the_script_once)
{
    struct options o = {.module = "help.lua",
                        .module_text = "print 'read' return { twice = function (x) return 2 * x end }"};
    GError *error = NULL;
    struct scn_plan *plan = load_text(
        HEADER "local h = require 'help' print(h.twice(21), require 'help' == h)" ENDING, &o, &error);

    cr_assert_not_null(plan, "%s", error != NULL ? error->message : "");
    cr_expect_str_eq(printed(), "read|42\ttrue");
    cr_expect_eq(plan->files->len, 2);
    scn_plan_free(plan);
    o.module_text = "return require 'help'";
    g_autofree char *message = refusal(HEADER "require 'help'" ENDING, &o);
    cr_expect_str_eq(message, "help.lua:1: require: module 'help' requires itself.");
    o.module_text = "return 2 ^ 3";
    g_autofree char *power = refusal(HEADER "require 'help'" ENDING, &o);
    cr_expect(g_str_has_prefix(power, "help.lua:1: '^' is not exact"), "%s", power);
    o.module_text = "\x1bLuaT";
    g_autofree char *binary = refusal(HEADER "require 'help'" ENDING, &o);
    cr_expect_not_null(strstr(binary, "attempt to load a binary chunk"), "%s", binary);
}

Test(sandbox, writes_numbers_with_a_point_in_every_locale)
{
    static const char *const locales[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "C"};

    for (size_t i = 0; i < G_N_ELEMENTS(locales); i++) {
        if (setlocale(LC_ALL, locales[i]) == NULL)
            continue;
        scn_plan_free(load_body("print(1.5, 0.25 .. '', string.format('%.2f', 1.5), tonumber('2.5'))"));
        cr_expect_str_eq(printed(), "1.5\t0.25\t1.50\t2.5", "%s: %s", locales[i], printed());
    }
}
