/* Channels of one mesh, and propagation filters: peer-channel.md 13.3, 13.5. */
#include "tests/unit/roles/rig.h"

#include <criterion/criterion.h>

Test(channels, each_gets_its_own_messages_only)
{
    holds("local m = mesh('m', { channels = { 'chat', 'files' } })\n"
          "local both = role(function (me)\n"
          "  for _, name in ipairs { 'chat', 'files' } do\n"
          "    me:channel(name):on('message', function (msg) me:sample(name, msg.body.to == name and 1 or 0) end)\n"
          "  end\n"
          "end)\n"
          "local one = role(function (me) me:channel():on('message', function (msg) me:sample('chat', msg.body.to == 'chat' and 1 or 0) end) end)\n"
          "local all = peers('p', 4, { mesh = m, plays = both })\n"
          "local few = peers('q', 3, { mesh = m, plays = one })\n"
          "for i = 1, 5 do\n"
          "  send(all[1], { to = 'chat' },  { at = settled + i * unit '1s', channel = 'chat' })\n"
          "  send(all[2], { to = 'files' }, { at = settled + i * unit '1s', channel = 'files' })\n"
          "end\n"
          "exact('chat', metric.sample{ 'chat' }, '==', 1)\n"
          "exact('files', metric.sample{ 'files' }, '==', 1)\n"
          "exact('all hear the chat', metric.sample{ 'chat' }.count, '==', 35)\n"
          "exact('who opened it hears of files', metric.sample{ 'files' }.count, '==', 20)\n"
          "exact('sent', metric.sent{ channel = 'files' }.count, '==', 5)\n"
          "exact('delivered', metric.delivery{ channel = 'chat' }, '==', '100%')\n"
          "exact('not to those that have not opened it', metric.lost{ of = few, reason = 'filtered' }.count, '==', 15)\n");
}

Test(channels, a_channel_that_was_stopped_hears_nothing_more)
{
    holds("local m = mesh('m', { channels = { 'chat', 'files' } })\n"
          "local r = role(function (me)\n"
          "  local c; c = me:channel 'files'\n"
          "  c:on('message', function (msg) me:sample('files', 1); c:stop() end)\n"
          "end)\n"
          "local all = peers('p', 4, { mesh = m, plays = r })\n"
          "for i = 1, 5 do send(all[1], 'x', { at = settled + i * unit '1s', channel = 'files' }) end\n"
          "exact('one each', metric.sample{ 'files' }.count, '==', 4)\n");
}

#define FILTERED(answer)                                                                                                  \
    "local m = mesh('m', { min = 2, ideal = 2, max = 2, referrals = 0 })\n"                                               \
    "local r = role(function (me)\n"                                                                                      \
    "  local c = me:channel()\n"                                                                                          \
    "  c:on('message', function (msg) me:sample('shown', msg.body.n) end)\n"                                               \
    "  c:filter(function (msg, origin) me:sample('asked', 1); me:sample(origin, msg.body.n); msg.body.n = 99; return " answer " end)\n" \
    "end)\n"                                                                                                              \
    "local plain = role(function (me) me:channel():on('message', function (msg) me:sample('shown', msg.body.n) end) end)\n"\
    "local from = peers('from', 1, { mesh = m, plays = plain })\n"                                                        \
    "local mid  = peers('mid', 4, { mesh = m, plays = r, join = '5s' })\n"                                                \
    "send(from, { n = 5 }, { at = settled + '1s' })\n"                                                                    \
    "exact('its own copy: changing it has no effect', metric.sample{ 'shown' }.max, '==', 5)\n"                            \
    "exact('of others', metric.sample{ 'remote' }.max, '==', 5)\n"

Test(channels, a_filter_says_where_a_message_goes)
{
    holds(FILTERED("'both'") "exact('all', metric.sample{ 'shown' }.count, '==', 5)\n"
                             "exact('asked once each', metric.sample{ 'asked' }.count, '==', 4)\n");
    holds(FILTERED("'remote'") "exact('relayed, not shown', metric.sample{ 'shown' }.count, '==', 1)\n"
                               "exact('asked', metric.sample{ 'asked' }.count, '==', 4)\n"
                               "exact('named', metric.lost{ of = mid, reason = 'filtered' }.count, '==', 4)\n");
    holds(FILTERED("'local'") "exact('shown at the neighbors', metric.sample{ 'shown', of = mid }.count, '==', metric.sample{ 'asked' }.count)\n"
                              "exact('and no further', metric.sample{ 'shown', of = mid }.count, '<', 4)\n");
}

Test(channels, a_filter_sees_what_its_own_peer_sends)
{
    holds("local r = role(function (me)\n"
          "  local c = me:channel()\n"
          "  c:filter(function (msg, origin) me:sample('asked', 1); me:sample(origin, 1); return origin == 'local' and 'local' or 'both' end)\n"
          "  c:on('message', function (msg) me:sample('shown', 1) end)\n"
          "end)\n"
          "local all = peers('p', 3, { mesh = m, plays = r })\n"
          "send(all[1], 'x', { at = settled + '1s' })\n"
          "exact('it hears itself', metric.sample{ 'shown' }.count, '==', 1)\n"
          "exact('asked as local', metric.sample{ 'local' }.count, '==', 1)\n"
          "exact('nobody else is asked', metric.sample{ 'asked' }.count, '==', 1)\n");
}

Test(channels, a_filter_only_answers)
{
    refuses("local r = role(function (me) local c = me:channel()\n"
            "  c:filter(function (msg) c:send 'no'; return 'both' end) end)\n"
            "local all = peers('p', 2, { mesh = m, plays = r })\nsend(all[1], 'x', { at = '20s' })\n",
            "filter of \"message\": channel:send: a filter only answers");
    refuses("local r = role(function (me) local c = me:channel()\n"
            "  c:filter(function (msg) return true end) end)\n"
            "local all = peers('p', 2, { mesh = m, plays = r })\nsend(all[1], 'x', { at = '20s' })\n",
            "filter: it returned true; return \"both\"");
}

/* ---- several meshes ---- */

Test(meshes, one_peer_is_a_member_of_several)
{
    holds("local a, b = mesh('a'), mesh('b')\n"
          "local r = role(function (me)\n"
          "  for _, name in ipairs { 'a', 'b' } do\n"
          "    local c = me:channel(name)\n"
          "    c:on('message', function (msg) me:sample('right', msg.body.to == name and 1 or 0); me:sample(name, 1) end)\n"
          "    c:on('online', function () me:sample('online', name) end)\n"
          "    me:on('told', function (what) if what == name then c:send { to = name } end end)\n"
          "  end\n"
          "end)\n"
          "local both = peers('both', 6, { mesh = { a, b }, plays = r })\n"
          "local more = peers('more', 4, { mesh = b })\n"
          "tell(both[1], 'a', nil, { at = settled + '1s' })\n"
          "tell(both[2], 'b', nil, { at = settled + '2s' })\n"
          "exact('each mesh its own', metric.sample{ 'right' }, '==', 1)\n"
          "exact('in a', metric.sample{ 'a' }.count, '==', 6)\n"
          "exact('in b', metric.sample{ 'b' }.count, '==', 6)\n"
          "exact('delivered in a', metric.delivery{ mesh = a }.count, '==', 5)\n"
          "exact('delivered in b', metric.delivery{ mesh = b }.count, '==', 9)\n"
          "exact('to all', metric.delivery, '==', '100%')\n"
          "exact('copies (T1)', metric.copies, '==', theory.copies)\n"
          "exact('online in both', metric.sample{ 'online', after = '0s' }.count, '==', 12)\n");
}

Test(meshes, of_and_mesh_together_mean_the_nodes_of_both)
{
    holds("local a, b = mesh('a'), mesh('b')\n"
          "local both = peers('both', 6, { mesh = { a, b } })\n"
          "local more = peers('more', 4, { mesh = b })\n"
          "local gone = crash(both:where{ online = true }:pick(2), { at = settled + '10s' })\n"
          "local rest = both - both:pick(1)\n"
          "finish(settled + '20s')\n"
          "exact('of alone', metric.degree{ of = both, at = settled }.count, '==', 12)\n"
          "exact('in a', metric.degree{ of = both, mesh = a, at = settled }.count, '==', 6)\n"
          "exact('in b', metric.degree{ of = both + more, mesh = b, at = settled }.count, '==', 10)\n"
          "exact('a difference', metric.degree{ of = rest, mesh = a, at = settled }.count, '==', 5)\n"
          "exact('known only when it happens', metric.closed{ of = gone, mesh = a, after = '0s' }.count, '==', 0)\n"
          "exact('those who are left', metric.degree{ of = both - gone, mesh = a, at = settled + '15s' }.count, '==', 4)\n");
}

Test(meshes, nodes_of_one_host_share_its_fate)
{
    holds("local a, b = mesh('a'), mesh('b')\n"
          "local r = role(function (me) local d = me:disk('d'); d.n = (d.n or 0) + 1; me:sample('starts', d.n) end)\n"
          "local both = peers('both', 5, { mesh = { a, b }, plays = r })\n"
          "crash(both[1], { at = settled + '10s', lasts = '10s' })\n"
          "leave(both[2], { at = settled + '10s' })\n"
          "finish(settled + '2min')\n"
          "exact('four of five, in both meshes', metric.online{ at = settled + '15s' }, '==', 6)\n"
          "exact('one came back', metric.online{ at = settled + '100s' }, '==', 8)\n"
          "exact('one application', metric.sample{ 'starts', after = '0s' }.count, '==', 6)\n");
}

Test(meshes, a_channel_without_its_mesh_is_refused)
{
    refuses("local a, b = mesh('a'), mesh('b')\n"
            "local r = role(function (me) me:channel() end)\n"
            "peers('both', 2, { mesh = { a, b }, plays = r })\n",
            "me:channel: which? This peer is in 2 meshes");
}

/* Six open a further mesh one after the other; one leaves it and comes back, one loses power. */
static const char opening[] =
    "local m = mesh('m')\n"
    "local game = mesh('game', { channels = { 'moves', 'talk' } })\n"
    "local r = role(function (me)\n"
    "  local g, t\n"
    "  me:on('told', function (what)\n"
    "    if what == 'open' then\n"
    "      g = me:open 'game'\n"
    "      me:sample('early', pcall(function () g:send {} end) and 1 or 0)\n"
    "      g:on('online', function () me:sample('online', 1); t = me:channel 'game/talk'; t:on('message', function () me:sample('talk', 1) end) end)\n"
    "      g:on('message', function (msg) me:sample('move', msg.body.n) end)\n"
    "    elseif what == 'move' then g:send { n = 7 }\n"
    "    elseif what == 'talk' then t:send 'hello'\n"
    "    else g:stop() end\n"
    "  end)\n"
    "end)\n"
    "local all = peers('p', 6, { mesh = m, plays = r })\n"
    "tell(all, 'open', nil, { at = settled + 'uniform 0s..10s' })\n"
    "tell(all[3], 'move', nil, { at = settled + '30s' })\n"
    "tell(all[3], 'talk', nil, { at = settled + '31s' })\n"
    "send(all[3], 'in the other mesh', { at = settled + '32s', kind = 'other' })\n"
    "tell(all[2], 'leave', nil, { at = settled + '40s' })\n"
    "tell(all[3], 'move', nil, { at = settled + '50s' })\n"
    "tell(all[2], 'open', nil, { at = settled + '60s' })\n"
    "crash(all[4], { at = settled + '70s', lasts = '10s' })\n"
    "tell(all[3], 'move', nil, { at = settled + '90s' })\n"
    "finish(settled + '2min')\n";

Test(meshes, one_is_opened_during_the_run_left_and_opened_again)
{
    char *script = g_strconcat(opening,
        "exact('nobody sends before it is open', metric.sample{ 'early' }, '==', 0)\n"
        "exact('all are in it', metric.online{ mesh = game, at = settled + '35s' }, '==', 6)\n"
        "exact('and where they were', metric.online{ mesh = m, at = settled + '35s' }, '==', 6)\n"
        "exact('who means a peer means its new node', metric.online{ of = all, at = settled + '35s' }, '==', 12)\n"
        "exact('moves reach who is in the game', metric.sample{ 'move', during = { settled + '29s', settled + '39s' } }.count, '==', 6)\n"
        "exact('its second channel', metric.sample{ 'talk' }.count, '==', 6)\n"
        "exact('nothing of another mesh', metric.delivery{ kind = 'other' }.count, '==', 4)\n" /* one of them crashes within a minute: it is not asked for */
        "exact('not who has left it', metric.sample{ 'move', during = { settled + '49s', settled + '59s' } }.count, '==', 5)\n"
        "exact('nor a role that has begun anew', metric.sample{ 'move', during = { settled + '89s', settled + '99s' } }.count, '==', 5)\n"
        "exact('but who came back', metric.online{ mesh = game, at = settled + '100s' }, '==', 5)\n"
        "exact('the other mesh has all', metric.online{ mesh = m, at = settled + '100s' }, '==', 6)\n"
        "exact('delivered', metric.delivery, '==', '100%')\n", NULL);
    holds(script);
    g_free(script);
}

Test(meshes, what_cannot_be_opened_is_refused_by_name)
{
    static const char role[] = "local other = mesh 'other'\nlocal r = role(function (me) local c = me:channel()\n%s\nend)\n"
                               "local all = peers('p', 3, { mesh = m, plays = { r%s } })\ntell(all[1], 'x', nil, { at = settled })\n";
    static const char *const cases[][3] = {
        {"me:open 'nosuch'", "", "me:open: there is no mesh 'nosuch'; the script declares it"},
        {"me:open 'm'", "", "me:open: this peer is in 'm' from its start"},
        {"me:open 'other'", ", role(function (me) me:open 'other' end)", "me:open: another role of this peer has opened 'other'"},
        {"local o = me:open 'other'; me:on('told', function () o:stop(); me:open 'other' end)", "", "me:open: 'other' is being left just now"},
        {"local o = me:open 'other'; me:on('told', function () o:stop(); o:send {} end)", "", "mesh 'other' is not open any more"},
        {"me:open 'other'; c:filter(function () me:open 'other'; return 'both' end); me:on('told', function () c:send {} end)", "", "me:open: a filter only answers"},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *script = g_strdup_printf(role, cases[i][0], cases[i][1]);
        refuses(script, cases[i][2]);
        g_free(script);
    }
}

Test(meshes, draws_from_a_list_take_different_entries_and_the_same_for_the_same_name)
{
    holds("local list, names = {}, {}\n"
          "for i = 1, 5 do list[i] = mesh('m' .. i); names[i] = 'm' .. i end\n"
          "local r = role(function (me, args)\n"
          "  me:sample('two', #args.likes)\n"
          "  me:sample('different', args.likes[1] ~= args.likes[2] and 1 or 0)\n"
          "  local ok = pcall(function () me:channel(args.likes[1]); me:channel(args.likes[2]) end)\n"
          "  me:sample('those of its meshes', ok and 1 or 0)\n"
          "end, { likes = { 2, of = names, by = 'zipf 1.0', as = 'taste' } })\n"
          "peers('p', 40, { mesh = { 2, of = list, by = 'zipf 1.0', as = 'taste' }, plays = r })\n"
          "finish(settled + '10s')\n"
          "exact('two', metric.sample{ 'two', after = '0s' }, '==', 2)\n"
          "exact('different', metric.sample{ 'different', after = '0s' }, '==', 1)\n"
          "exact('the same places', metric.sample{ 'those of its meshes', after = '0s' }, '==', 1)\n");
    refuses("local a, b = mesh('a'), mesh('b')\npeers('p', 2, { mesh = { 3, of = { a, b } } })\n",
            "mesh: 3 different entries of a list of 2 cannot be.");
    refuses("local a, b = mesh('a'), mesh('b')\npeers('p', 2, { mesh = { 1, of = { a, b }, by = 'luck' } })\n",
            "mesh: by = \"zipf 1.0\", \"turns\" or \"even\".");
}

/* ---- the native subscriber ---- */

#define FANS(options)                                                                                                     \
    "local a = peers('a', 1, { mesh = m, plays = role('publisher', { topic = 'x', rate = '1/s', count = 10, kind = 'x' }) })\n" \
    "local b = peers('b', 1, { mesh = m, plays = role('publisher', { topic = 'y', rate = '1/s', count = 10, kind = 'y' }) })\n" \
    "local fans = peers('fan', 12, { mesh = m, join = 'uniform 0s..5s', plays = role('subscriber', { keep = 'newest per topic', " options " }) })\n"

Test(subscriber, what_it_does_not_follow_is_shown_relayed_or_dropped)
{
    holds(FANS("only = { 'x' }") "exact('shown all the same', metric.delivery{ of = fans }, '==', '100%')\n");
    holds(FANS("only = { 'x' }, other = 'relay'")
          "exact('x', metric.delivery{ of = fans, kind = 'x' }, '==', '100%')\n"
          "exact('y', metric.delivery{ of = fans, kind = 'y' }.max, '==', '0%')\n"
          "exact('the publisher behind them hears it', metric.delivery{ of = a, kind = 'y' }, '==', '100%')\n"
          "exact('copies as without (T1)', metric.copies, '==', theory.copies)\n");
    holds(FANS("only = { 'x' }, other = 'drop'")
          "exact('y', metric.delivery{ of = fans, kind = 'y' }.max, '==', '0%')\n"
          "bound('copies', metric.copies{ kind = 'y' }.max, '<=', 7)\n"
          "exact('cause', metric.lost{ of = fans, reason = 'filtered' }.count, '==', 120)\n");
}

Test(subscriber, who_comes_late_asks_its_neighbors)
{
    holds(FANS("ask = 'neighbors'") "local late = peers('late', 1, { mesh = m, join = settled + '30s',\n"
                                    "  plays = role('subscriber', { keep = 'newest per topic', ask = 'neighbors' }) })\n"
                                    "finish(settled + '2min')\n"
                                    "bound('each asks when it comes online', metric.sent{ kind = 'ask', of = late }.count, '>=', 1)\n"
                                    "bound('and is answered by neighbors', metric.sent{ kind = 'give' }.count, '>=', 1)\n"
                                    "bound('over one link', metric.hops{ from = late }.max, '<=', 1)\n"
                                    "bound('soon', metric.first_value{ of = late }.max, '<=', '12s')\n");
}

Test(subscriber, a_value_that_never_came_is_not_soon_enough)
{
    struct told told = tell("local a = peers('a', 1, { mesh = m, plays = role('publisher', { rate = '1/s', count = 5 }) })\n"
                            "local late = peers('late', 1, { mesh = m, join = settled + '30s' })\n"
                            "finish(settled + '2min')\n"
                            "bound('soon', metric.first_value{ of = late }.max, '<=', '5s')\n",
                            (struct how){0});
    cr_assert_null(told.error, "%s", told.error);
    cr_expect_eq(told.failed, 1, "%s", told.table);
    told_clear(&told);
}
