/* Conditions that start something, checks that must come true, and what roles say of themselves. */
#include "tests/unit/roles/rig.h"

#include <criterion/criterion.h>
#include <string.h>

#define COUNTER                                                                                                           \
    "local r = role(function (me)\n"                                                                                      \
    "  local n = 0\n"                                                                                                     \
    "  me:on('told', function (what) me:sample('told', me.now) end)\n"                                                    \
    "  me:channel():on('message', function (msg) n = n + 1; me:have('item ' .. msg.body.i);\n"                             \
    "    me:state('board', n); me:state('turn', msg.body.i % 3 == 0 and me.name or 'same', msg.body.i) end)\n"             \
    "end)\n"                                                                                                              \
    "local all = peers('p', 4, { mesh = m, plays = r })\n"                                                                \
    "for i = 1, 6 do send(all[1], { i = i }, { kind = 'move', at = settled + i * unit '10s' }) end\n"

Test(watch, a_condition_starts_what_hangs_on_it_one_tick_later)
{
    holds(COUNTER "tell(all[2], 'go', nil, { at = when(metric.sent{ kind = 'move' }.count, '>=', 3) })\n"
                  "tell(all[3], 'go', nil, { at = when(metric.have{ 'item 2' }, '>=', '60%', { grid = '1s' }) + '5s' })\n"
                  "exact('two were told', metric.sample{ 'told' }.count, '==', 2)\n"
                  "bound('after the third', metric.sample{ 'told', of = all[2] } , '>', '30s')\n"
                  "finish(settled + '2min')\n");
}

Test(watch, what_hangs_on_a_condition_that_never_holds_never_happens)
{
    holds(COUNTER "tell(all[2], 'go', nil, { at = when(metric.sent{ kind = 'move' }.count, '>=', 7) })\n"
                  "exact('nobody was told', metric.sample{ 'told' }.count, '==', 0)\n"
                  "finish(settled + '2min')\n");
}

Test(watch, what_must_come_true_gives_its_moment)
{
    holds(COUNTER "local done = eventually('all six', metric.state{ 'board', of = all[4] }.count, '>=', 6, { by = settled + '2min' })\n"
                  "tell(all[2], 'go', nil, { at = done })\n"
                  "finish(done + '10s')\n"
                  "exact('told', metric.sample{ 'told' }.count, '==', 1)\n");
}

Test(watch, what_does_not_come_true_in_time_ends_the_run)
{
    struct told told = tell(COUNTER "local done = eventually('ten', metric.state{ 'board' }.max, '>=', 10, { by = settled + '90s' })\n"
                                    "finish(done + '1h')\n",
                            (struct how){0});
    cr_assert_null(told.error, "%s", told.error);
    cr_expect_eq(told.outcome, SCN_NOT_REACHED);
    cr_expect_eq(told.failed, 1);
    cr_expect(strstr(told.table, "never"), "%s", told.table);
    told_clear(&told);
}

Test(watch, keys_of_which_different_things_were_said_are_counted)
{
    holds(COUNTER "exact('a third of the keys', metric.disagreement{ 'turn' }.sum, '==', 2)\n"
                  "exact('all keys', metric.disagreement{ 'turn' }.count, '==', 6)\n"
                  "exact('one peer agrees with itself', metric.disagreement{ 'turn', of = all[2] }, '==', 0)\n"
                  "exact('said', metric.state{ 'turn' }.count, '==', 24)\n"
                  "exact('by key', metric.state{ 'board', per = 'peer' }.count, '==', 4)\n"
                  "finish(settled + '2min')\n");
}

#define REPLICAS                                                                                                          \
    "local r = role(function (me)\n"                                                                                      \
    "  me:state('doc', { v = 0 })\n"                                                                                      \
    "  me:on('told', function (what, data) me:state('doc', { v = data }) end)\n"                                           \
    "end)\n"                                                                                                              \
    "local all = peers('p', 5, { mesh = m, plays = r })\n"                                                                \
    "local first = tell(all[1], 'set', 7, { at = settled + '10s' })\n"                                                     \
    "tell(all - all[1], 'set', 7, { at = settled + '14s' })\n"                                                             \
    "crash(all[5], { at = settled + '20s', how = 'reset' })\n"                                                             \
    "tell(all - all[5], 'set', 8, { at = settled + '30s' })\n"                                                             \
    "finish(settled + '1min')\n"

Test(watch, replicas_are_compared_while_they_are_online)
{
    holds(REPLICAS "exact('one of five differs', metric.diverged{ 'doc', at = settled + '12s' }, '==', 1)\n"
                   "exact('equal again', metric.diverged{ 'doc', at = settled + '15s' }, '==', 0)\n"
                   "exact('who is gone does not count', metric.diverged{ 'doc', at = settled + '40s' }, '==', 0)\n"
                   "exact('most at a time', metric.diverged{ 'doc' }.max, '==', 1)\n"
                   "exact('it took four seconds', metric.converged{ 'doc' }.max, '==', '4s')\n"
                   "exact('from the first change on', metric.converged{ 'doc', after = settled + '11s' }, '==', '3s')\n");
}

Test(watch, replicas_that_stay_apart_never_converge)
{
    holds("local r = role(function (me) me:state('doc', me.name) end)\n"
          "peers('p', 3, { mesh = m, plays = r })\n"
          "exact('never', metric.converged{ 'doc', after = settled }.max, '==', 'never')\n"
          "exact('two differ', metric.diverged{ 'doc' }, '==', 2)\n");
}

Test(watch, a_name_that_no_role_says_fails)
{
    struct told told = tell(COUNTER "exact('S.', metric.state{ 'bord' }.count, '==', 0)\nexact('T.', metric.sample{ 'tld' }.count, '==', 0)\n",
                            (struct how){0});
    cr_assert_null(told.error, "%s", told.error);
    cr_expect_eq(told.failed, 2);
    cr_expect(strstr(told.table, "no state of 'bord' (names measured in this run: "), "%s", told.table);
    cr_expect(strstr(told.table, "no sample of 'tld'"), "%s", told.table);
    told_clear(&told);
}

/* Two meshes, an item that one peer of the first has and the others of it get; `claim` says it, too. */
static struct told claimed_by(const char *claim)
{
    char *body = g_strdup_printf("local m, o = mesh('m'), mesh('o')\n"
                                 "local r = role(function (me)\n"
                                 "  me:channel():on('message', function (msg) if msg.kind == 'item' then me:have 'x' end end)\n"
                                 "  me:on('told', function () me:have 'x' end)\n"
                                 "end)\n"
                                 "local p = peers('p', 4, { mesh = m, plays = r })\n"
                                 "local q = peers('q', 2, { mesh = o, plays = r })\n"
                                 "send(p[1], 'x', { kind = 'item', at = settled + '5s' })\n"
                                 "%s"
                                 "exact('must', metric.have{ of = p + q }, '>=', theory.reachable{ of = p + q, gap = '15s' })\n"
                                 "exact('can', metric.have{ of = p + q }, '<=', theory.reachable{ of = p + q, gap = '0s' })\n"
                                 "exact('four', metric.have.sum, '==', '400%%')\n",
                                 claim);
    struct told told = tell(body, (struct how){0});
    cr_expect_null(told.error, "%s", told.error);
    g_free(body);
    return told;
}

Test(watch, items_are_compared_with_who_could_get_them)
{
    struct told told = claimed_by("");
    cr_expect_eq(told.failed, 0, "%s", told.table);
    told_clear(&told);
}

Test(watch, an_item_that_somebody_claims_without_a_way_to_it_is_found)
{
    struct told told = claimed_by("tell(q[2], 'claim', nil, { at = settled + '20s' })\n");
    cr_expect_eq(told.failed, 2, "%s", told.table); /* can, four */
    cr_expect(told.table && strstr(told.table, "peer q[2]"), "%s", told.table);
    told_clear(&told);
}
