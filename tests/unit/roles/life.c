/* What a peer's role sees of its life: start, messages, timers, told, disk, leaving. */
#include "tests/unit/roles/rig.h"

#include <criterion/criterion.h>

Test(life, a_message_reaches_every_peer_once_with_its_types)
{
    holds("local r = role(function (me)\n"
          "  me:channel():on('message', function (msg)\n"
          "    local b = msg.body\n"
          "    me:sample('right', (b.n == 7 and math.type(b.n) == 'integer' and b.f == 0.5 and b.yes == true and b.no == false\n"
          "      and b.text == 'a<b>&c' and b.zero == 'x\\0y' and b.empty == '' and next(b.none) == nil and b.list[2] == 'two'\n"
          "      and b.time == unit '90s' and b[3] == 'three' and b['a b'][-1] == 1 and msg.kind == 'hail'\n"
          "      and #b.long == 3000) and 1 or 0)\n"
          "  end)\n"
          "end)\n"
          "local all = peers('p', 5, { mesh = m, plays = r })\n"
          "send(all[1], { n = 7, f = 0.5, yes = true, no = false, text = 'a<b>&c', zero = 'x\\0y', empty = '', none = {},\n"
          "  list = { 'one', 'two' }, time = unit '90s', [3] = 'three', ['a b'] = { [-1] = 1 }, long = ('x'):rep(3000) },\n"
          "  { kind = 'hail', at = settled + '1s' })\n"
          "exact('all five, the sender too', metric.sample{ 'right' }.count, '==', 5)\n"
          "exact('as it was sent', metric.sample{ 'right' }, '==', 1)\n");
}

Test(life, the_sender_hears_itself_and_only_itself_as_own)
{
    holds("local r = role(function (me)\n"
          "  local c = me:channel()\n"
          "  c:on('message', function (msg) me:sample(msg.own and 'own' or 'other', 1); me:sample('id', msg.id) end)\n"
          "  me:on('told', function (what, data) c:send({ hello = what, data = data }) end)\n"
          "end)\n"
          "local all = peers('p', 4, { mesh = m, plays = r })\n"
          "tell(all[2], 'go', { 1, 2 }, { at = settled + '1s' })\n"
          "exact('own', metric.sample{ 'own', of = all[2] }.count, '==', 1)\n"
          "exact('nobody else', metric.sample{ 'own' }.count, '==', 1)\n"
          "exact('others', metric.sample{ 'other' }.count, '==', 3)\n"
          "exact('one id for all', metric.sample{ 'id' }.duplicates, '==', 3)\n");
}

Test(life, timers_come_when_they_are_due_and_not_after_stop)
{
    holds("local r = role(function (me)\n"
          "  local began, n = me.now, 0\n"
          "  me:after('10s', function () me:sample('late', me.now - began) end)\n"
          "  local never = me:after('5s', function () me:sample('wrong', 1) end)\n"
          "  never:stop(); never:stop()\n"
          "  local t; t = me:every('1s', function () n = n + 1; if n == 20 then t:stop(); me:sample('twenty', n) end end)\n"
          "end)\n"
          "local all = peers('p', 3, { mesh = m, plays = r })\n"
          "exact('ten seconds', metric.sample{ 'late', during = { '0s', settled } }, '==', '10s')\n"
          "exact('each', metric.sample{ 'late', during = { '0s', settled } }.count, '==', 3)\n"
          "exact('stopped', metric.sample{ 'wrong', during = { '0s', settled } }.count, '==', 0)\n"
          "exact('every', metric.sample{ 'twenty', during = { '0s', settled } }.count, '==', 3)\n");
}

Test(life, disk_survives_a_crash_and_memory_does_not)
{
    holds("local r = role(function (me)\n"
          "  local d = me:disk('counter')\n"
          "  local memory = 0\n"
          "  d.starts = (d.starts or 0) + 1\n"
          "  d.list = d.list or {}\n"
          "  d.list[#d.list + 1] = { at = me.now }\n"
          "  memory = memory + 1\n"
          "  me:sample('starts', d.starts); me:sample('memory', memory); me:sample('entries', #d.list)\n"
          "  me:after('1h', function () me:sample('ghost', 1) end)\n"
          "end)\n"
          "local all = peers('p', 3, { mesh = m, plays = r })\n"
          "crash(all[2], { at = settled + '1s', lasts = '10s' })\n"
          "leave(all[2], { at = settled + '20s', lasts = '10s' })\n"
          "finish(settled + '2h')\n"
          "exact('starts', metric.sample{ 'starts', of = all[2], after = '0s' }.max, '==', 3)\n"
          "exact('entries', metric.sample{ 'entries', of = all[2], after = '0s' }.max, '==', 3)\n"
          "exact('of others', metric.sample{ 'starts', of = all[1] + all[3], after = '0s' }.max, '==', 1)\n"
          "exact('memory', metric.sample{ 'memory', after = '0s' }, '==', 1)\n"
          "exact('timers of dead lives', metric.sample{ 'ghost', of = all[2], after = '0s' }.count, '==', 1)\n");
}

Test(life, last_words_are_said_before_a_clean_leave_and_not_before_a_crash)
{
    holds("local r = role(function (me)\n"
          "  local c = me:channel()\n"
          "  c:on('message', function (msg) if not msg.own then me:sample('bye', msg.body.who) end end)\n"
          "  me:on('stopping', function () c:send({ who = me.name }) end)\n"
          "end)\n"
          "local all = peers('p', 4, { mesh = m, plays = r })\n"
          "leave(all[2], { at = settled + '1s' })\n"
          "crash(all[3], { at = settled + '10s' })\n"
          "exact('one leaves, two hear it', metric.sample{ 'bye' }.count, '==', 3)\n");
}

Test(life, a_channel_says_when_the_peer_is_online)
{
    holds("local r = role(function (me)\n"
          "  local c = me:channel()\n"
          "  c:on('online', function () me:sample('up', c.neighbors) end)\n"
          "  c:on('offline', function () me:sample('down', c.neighbors) end)\n"
          "end)\n"
          "local all = peers('p', 2, { mesh = m, plays = r })\n"
          "crash(all[2], { at = settled + '1s' })\n"
          "exact('both', metric.sample{ 'up', after = '0s' }.count, '==', 2)\n"
          "exact('with a neighbor', metric.sample{ 'up', after = '0s' }, '>=', 1)\n"
          "exact('one is alone', metric.sample{ 'down', after = '0s' }.count, '==', 1)\n");
}

Test(life, a_role_knows_its_name_and_its_number)
{
    holds("local r = role(function (me, args)\n"
          "  me:sample('right', me.name == 'q[' .. me.index .. ']' and args.x.y == 2 and args.wait == unit '3s' and 1 or 0)\n"
          "  args.x.y = 3\n"
          "end, { x = { y = 2 }, wait = unit '3s' })\n"
          "peers('other', 2, { mesh = m })\n"
          "peers('q', 3, { mesh = m, plays = r })\n"
          "exact('right', metric.sample{ 'right', after = '0s' }, '==', 1)\n"
          "exact('three', metric.sample{ 'right', after = '0s' }.count, '==', 3)\n");
}

Test(life, several_roles_of_one_peer_play_side_by_side)
{
    holds("local a = role(function (me) me:channel():on('message', function (msg) me:sample('a', msg.body.seq or 0) end) end)\n"
          "local b = role(function (me) me:channel():on('message', function (msg) me:sample('b', 1) end) end)\n"
          "local pub = peers('pub', 1, { mesh = m, plays = { role('publisher', { count = 3, rate = '1/s', kind = 'x' }),\n"
          "  role('publisher', { count = 2, rate = '1/s', kind = 'y', size = '10B' }) } })\n"
          "local all = peers('p', 3, { mesh = m, plays = { a, b, role('subscriber', { keep = 'newest per topic' }) } })\n"
          "exact('a', metric.sample{ 'a', of = all }.count, '==', 15)\n"
          "exact('numbers of the publisher', metric.sample{ 'a', of = all }.max, '==', 3)\n"
          "exact('b', metric.sample{ 'b', of = all }.count, '==', 15)\n"
          "exact('kinds', metric.sent{ kind = 'x' }.count - metric.sent{ kind = 'y' }.count, '==', 1)\n"
          "exact('delivery by kind', metric.delivery{ kind = 'y' }.count, '==', 6)\n");
}

Test(life, hops_and_sizes_are_as_the_sender_said)
{
    holds("local r = role(function (me)\n"
          "  local c = me:channel()\n"
          "  me:on('told', function () c:send({ a = 'xyz' }, { hops = 3, size = '500B', kind = 'far' }) end)\n"
          "  c:on('message', function (msg) me:sample('size', msg.size); me:sample('hops', msg.hops) end)\n"
          "end)\n"
          "local all = peers('p', 3, { mesh = m, plays = r })\n"
          "tell(all[1], 'go', nil, { at = settled + '1s' })\n"
          "exact('size', metric.sample{ 'size' }, '==', 500)\n"
          "exact('hops of its own', metric.sample{ 'hops', of = all[1] }, '==', 3)\n"
          "bound('hops of others', metric.sample{ 'hops', of = all - all[1] }, '<=', 2)\n");
}
