/* The same script, seed and parameters give the same run; draws have streams of their own. */
#include "tests/unit/roles/rig.h"

#include <criterion/criterion.h>

static const char *const busy =
    "local r = role(function (me, args)\n"
    "  local c, d = me:channel(), me:disk 'd'\n"
    "  local seen = {}\n"
    "  c:on('message', function (msg)\n"
    "    seen[msg.body.who] = (seen[msg.body.who] or 0) + 1\n"
    "    for who, n in pairs(seen) do d[who] = n end\n"
    "    if me:random('answer', 1, 100) <= 30 and msg.body.depth < 3 then\n"
    "      me:after(me:random('wait', 'exp 300ms'), function () c:send { who = me.name, depth = msg.body.depth + 1 } end)\n"
    "    end\n"
    "    me:state('seen', seen)\n"
    "  end)\n"
    "  me:every('7s', function () c:send { who = me.name, depth = 0, x = me:random 'x' } end)\n"
    "end)\n"
    "local all = peers('p', 12, { mesh = m, plays = r, join = 'uniform 0s..5s' })\n"
    "crash(all:pick(3), { at = settled + '10s', lasts = '5s' })\n";

static void expect_same(struct how a, struct how b, bool same)
{
    struct told x = tell(busy, a), y = tell(busy, b);
    cr_assert(!x.error && !y.error, "%s %s", x.error, y.error);
    cr_expect_gt(x.events, 1000);
    cr_expect_eq(strcmp(x.fingerprint, y.fingerprint) == 0, same, "%s and %s", x.fingerprint, y.fingerprint);
    if (same)
        cr_expect_eq(x.events, y.events);
    told_clear(&x);
    told_clear(&y);
}

Test(same, a_run_is_the_same_again_and_without_memory_of_encodings)
{
    expect_same((struct how){.seed = 3}, (struct how){.seed = 3}, true);
    expect_same((struct how){.seed = 3}, (struct how){.seed = 3, .memo_off = true}, true);
}

Test(same, another_seed_is_another_run)
{
    expect_same((struct how){.seed = 3}, (struct how){.seed = 4}, false);
}

static char *five_draws(const char *between)
{
    char *body = g_strdup_printf("local r = role(function (me) for i = 1, 5 do %s me:sample('v' .. i, me:random('a', 1, 1000000)) end end)\n"
                                 "peers('p', 1, { mesh = m, plays = r })\n"
                                 "for i = 1, 5 do report('v' .. i, metric.sample{ 'v' .. i, after = '0s' }.max) end\n",
                                 between);
    struct told told = tell(body, (struct how){0});
    char *table = g_strdup(told.table);
    cr_assert_null(told.error, "%s", told.error);
    told_clear(&told);
    g_free(body);
    return table;
}

Test(same, a_draw_moves_no_draw_of_another_name)
{
    char *plain = five_draws(""), *more = five_draws("me:random('b'); me:random('c', 'exp 5s'); me:every('5s', function () end);");
    char *renamed = five_draws("me:random('a');");
    cr_expect_str_eq(plain, more);
    cr_expect_str_neq(plain, renamed);
    g_free(plain);
    g_free(more);
    g_free(renamed);
}

Test(same, draws_keep_to_their_range)
{
    holds("local r = role(function (me)\n"
          "  local lists = { 'a', 'b', 'c' }\n"
          "  for i = 1, 300 do\n"
          "    local d, f = me:random('die', 1, 6), me:random('f')\n"
          "    me:sample('die', d); me:sample('fraction', f >= 0 and f < 1 and 1 or 0)\n"
          "    me:sample('entry', me:random('l', lists))\n"
          "    local t = me:random('t', 'uniform 1s..2s'); me:sample('time', t)\n"
          "    me:sample('plain', me:random('q', unit '4s'))\n"
          "  end\n"
          "end)\n"
          "peers('p', 1, { mesh = m, plays = r })\n"
          "exact('least', metric.sample{ 'die', after = '0s' }.min, '==', 1)\n"
          "exact('most', metric.sample{ 'die', after = '0s' }.max, '==', 6)\n"
          "exact('fraction', metric.sample{ 'fraction', after = '0s' }, '==', 1)\n"
          "exact('entries', metric.sample{ 'entry', after = '0s' }.duplicates, '==', 297)\n"
          "exact('from', metric.sample{ 'time', after = '0s' }, '>=', '1s')\n"
          "exact('to', metric.sample{ 'time', after = '0s' }, '<=', '2s')\n"
          "exact('a quantity is its own draw', metric.sample{ 'plain', after = '0s' }, '==', '4s')\n");
}
