#include "tests/unit/live/rig.h"

#include <string.h>

#define MIB (1u << 20)

Test(socket, carries_octets_both_ways_over_ipv4_and_ipv6)
{
    for (int family = 4; family <= 6; family += 2) {
        struct rig_pair pair;
        rig_pair_open(&pair, family, 0);
        cr_assert_str_eq(pc_socket_local(pair.ends[0].socket), pc_socket_remote(pair.ends[1].socket));
        cr_assert_eq(pc_socket_local(pair.ends[1].socket)[0], family == 6 ? '[' : '1');
        rig_write(&pair.ends[0], 1000, 0);
        rig_write(&pair.ends[1], 500, 7);
        rig_until(pair.ends[1].got->len == 1000 && pair.ends[0].got->len == 500);
        cr_assert(rig_counts_up(pair.ends[1].got, 0, 0) && rig_counts_up(pair.ends[0].got, 0, 7));
        rig_pair_close(&pair);
    }
}

Test(socket, is_blocked_while_the_peer_does_not_read_and_tells_the_progress)
{
    struct rig_pair pair;
    rig_pair_open(&pair, 4, 0);
    pc_socket_pause(pair.ends[1].socket);
    for (unsigned i = 0; i < 12; i++)
        rig_write(&pair.ends[0], MIB, 0);
    cr_assert(pc_socket_blocked(pair.ends[0].socket));
    rig_turn(50);
    cr_assert_lt(pc_socket_handed(pair.ends[0].socket), 12u * MIB);
    cr_assert_eq(pair.ends[1].got->len, 0);
    pc_socket_resume(pair.ends[1].socket);
    rig_until(pair.ends[1].got->len == 12 * MIB);
    cr_assert_eq(pair.ends[0].handed, 12u * MIB, "the last progress told is that all is out");
    cr_assert_gt(pair.ends[0].writables, 1u);
    cr_assert(!pc_socket_blocked(pair.ends[0].socket));
    cr_assert(rig_counts_up(pair.ends[1].got, 0, 0));
    rig_pair_close(&pair);
}

Test(socket, keeps_what_is_not_taken_until_it_is_resumed)
{
    struct rig_pair pair;
    rig_pair_open(&pair, 4, 0);
    pair.ends[1].pause_after = 300;
    rig_write(&pair.ends[0], 1000, 0);
    rig_until(pair.ends[1].got->len == 300);
    rig_write(&pair.ends[0], 24, (uint8_t)1000);
    rig_turn(30);
    cr_assert_eq(pair.ends[1].got->len, 300);
    pc_socket_resume(pair.ends[1].socket);
    rig_until(pair.ends[1].got->len == 1024);
    cr_assert(rig_counts_up(pair.ends[1].got, 0, 0), "in order");
    rig_pair_close(&pair);
}

Test(socket, closes_after_what_was_written)
{
    struct rig_pair pair;
    rig_pair_open(&pair, 4, 0);
    pc_socket_pause(pair.ends[1].socket);
    for (unsigned i = 0; i < 8; i++)
        rig_write(&pair.ends[0], MIB, 0);
    pc_socket_close(pair.ends[0].socket);
    pair.ends[0].socket = NULL;
    cr_assert_gt(pc_sockets_lingering(pair.sockets), 0u);
    rig_turn(20);
    pc_socket_resume(pair.ends[1].socket);
    rig_until(pair.ends[1].eof);
    cr_assert_eq(pair.ends[1].got->len, 8 * MIB);
    cr_assert_eq(pc_sockets_lingering(pair.sockets), 0u);
    cr_assert(!pair.ends[1].closed);
    rig_pair_close(&pair);
}

Test(socket, discards_what_comes_after_a_close_so_that_nothing_is_reset)
{
    struct rig_pair pair;
    rig_pair_open(&pair, 4, 0);
    rig_write(&pair.ends[0], 100, 0);
    pc_socket_close(pair.ends[0].socket);
    pair.ends[0].socket = NULL;
    rig_write(&pair.ends[1], 5000, 0);
    rig_until(pair.ends[1].eof);
    rig_turn(20);
    cr_assert_eq(pair.ends[1].got->len, 100);
    cr_assert(!pair.ends[1].closed, "a reset could have taken the octets in front of it along");
    rig_pair_close(&pair);
}

Test(socket, an_abort_is_a_reset_at_the_other_end)
{
    struct rig_pair pair;
    rig_pair_open(&pair, 4, 0);
    pc_socket_abort(pair.ends[0].socket);
    pair.ends[0].socket = NULL;
    rig_until(pair.ends[1].closed);
    cr_assert(!pair.ends[1].eof);
    rig_pair_close(&pair);
}

Test(socket, a_connect_that_nobody_answers_fails)
{
    struct rig_pair pair;
    rig_pair_open(&pair, 4, 0);
    struct pc_ip ip = rig_loopback(4);
    uint16_t port = pc_listener_port(pair.listener);
    pc_listener_free(pair.listener);
    pair.listener = NULL;
    struct rig_end end = {0};
    end.socket = pc_socket_connect(pair.sockets, &ip, port, &rig_ops, &end);
    cr_assert(!end.failed, "told from the loop, never from within the call");
    rig_until(end.failed);
    rig_pair_close(&pair);
}

Test(socket, a_peer_that_takes_nothing_is_reset_at_the_bound)
{
    struct rig_pair pair;
    rig_pair_open(&pair, 4, 0);
    pc_socket_pause(pair.ends[1].socket);
    for (unsigned i = 0; i < 64 && pc_socket_unsent(pair.ends[0].socket) <= PC_SOCKET_UNSENT; i++)
        rig_write(&pair.ends[0], MIB, 0);
    cr_assert(!pair.ends[0].closed);
    rig_until(pair.ends[0].closed);
    rig_pair_close(&pair);
}

Test(socket, a_peer_that_resets_while_nobody_reads_is_noticed_when_it_is_read)
{
    struct rig_pair pair;
    rig_pair_open(&pair, 4, 0);
    pc_socket_pause(pair.ends[1].socket);
    rig_write(&pair.ends[0], 100, 0);
    rig_turn(10);
    pc_socket_abort(pair.ends[0].socket);
    pair.ends[0].socket = NULL;
    rig_turn(10);
    cr_assert(!pair.ends[1].closed);
    pc_socket_resume(pair.ends[1].socket);
    rig_until(pair.ends[1].closed);
    rig_pair_close(&pair);
}

Test(socket, of_many_that_linger_the_oldest_is_reset_which_its_peer_notices_after_the_end)
{
    struct rig_pair pair;
    struct rig_end ends[PC_SOCKET_LINGERING + 1];
    rig_pair_open(&pair, 4, 0);
    struct pc_ip ip = rig_loopback(4);
    memset(ends, 0, sizeof ends);
    for (unsigned i = 0; i < G_N_ELEMENTS(ends); i++) {
        pair.ends[1].socket ? pc_socket_abort(pair.ends[1].socket) : (void)0;
        pair.ends[1].socket = NULL;
        ends[i].socket = pc_socket_connect(pair.sockets, &ip, pc_listener_port(pair.listener), &rig_ops, &ends[i]);
        rig_until(ends[i].connected && pair.ends[1].socket);
        pc_socket_close(pair.ends[1].socket); /* the other end never closes: it lingers */
        pair.ends[1].socket = NULL;
    }
    rig_until(ends[PC_SOCKET_LINGERING].eof);
    rig_until(ends[0].closed); /* it has heard the end, and sees the reset without writing anything */
    cr_assert(ends[0].eof);
    for (unsigned i = 1; i < G_N_ELEMENTS(ends); i++) {
        cr_assert(!ends[i].closed && ends[i].eof);
        pc_socket_abort(ends[i].socket);
    }
    rig_pair_close(&pair);
}

Test(socket, a_link_with_a_delay_holds_octets_and_connects_back)
{
    const int64_t delay = 30000000;
    struct rig_pair pair;
    int64_t begun = pc_clock_now();
    rig_pair_open(&pair, 4, delay);
    cr_assert_geq(pair.ends[0].connected_at - begun, 2 * delay);
    int64_t written = pc_clock_now();
    rig_write(&pair.ends[0], 1000, 0);
    cr_assert(!pc_socket_blocked(pair.ends[0].socket), "on its way is not blocked");
    rig_until(pair.ends[1].got->len == 1000);
    cr_assert_geq(pair.ends[1].first_at - written, delay);
    cr_assert_lt(pair.ends[1].first_at - written, 10 * delay);
    pc_socket_close(pair.ends[0].socket);
    pair.ends[0].socket = NULL;
    rig_until(pair.ends[1].eof);
    rig_pair_close(&pair);
}

Test(socket, a_link_with_a_delay_is_full_at_its_window_and_tells_the_progress)
{
    struct rig_pair pair;
    rig_pair_open(&pair, 4, 5000000);
    for (unsigned i = 0; i < 4; i++)
        rig_write(&pair.ends[0], PC_SOCKET_WINDOW, 0);
    cr_assert(pc_socket_blocked(pair.ends[0].socket));
    cr_assert_eq(pc_socket_handed(pair.ends[0].socket), PC_SOCKET_WINDOW);
    rig_until(pair.ends[1].got->len == 4 * PC_SOCKET_WINDOW && !pc_socket_blocked(pair.ends[0].socket));
    cr_assert_eq(pair.ends[0].handed, 4 * PC_SOCKET_WINDOW);
    rig_pair_close(&pair);
}

/* A further connection of the pair's, both of whose ends send on the line. */
static void open_on(struct rig_pair *pair, struct pc_line *line, struct rig_end *dialled)
{
    struct pc_ip ip = rig_loopback(4);
    pc_socket_abort(pair->ends[1].socket);
    pair->ends[1].socket = NULL;
    *dialled = (struct rig_end){.got = g_byte_array_new()};
    pc_sockets_line(pair->sockets, line);
    dialled->socket = pc_socket_connect(pair->sockets, &ip, pc_listener_port(pair->listener), &rig_ops, dialled);
}

static void close_line(struct rig_pair *pair, struct pc_line *line, struct rig_end *dialled)
{
    if (dialled->socket)
        pc_socket_abort(dialled->socket);
    g_byte_array_unref(dialled->got);
    rig_pair_close(pair);
    pc_line_free(line);
}

Test(socket, a_silent_line_holds_octets_up_to_its_window_and_ends_nothing)
{
    struct rig_pair pair;
    struct rig_end end;
    struct pc_line *line = pc_line_new();
    rig_pair_open(&pair, 4, 0);
    open_on(&pair, line, &end);
    rig_until(end.connected && pair.ends[1].socket);
    rig_write(&end, 10, 0);
    rig_until(pair.ends[1].got->len == 10);
    pc_line_silence(line, true);
    rig_write(&end, PC_SOCKET_WINDOW, 10);
    cr_assert(!pc_socket_blocked(end.socket), "what the window holds is out of the owner's hands");
    rig_write(&end, 1000, 10);
    cr_assert(pc_socket_blocked(end.socket));
    rig_turn(50);
    cr_assert_eq(pair.ends[1].got->len, 10, "nothing leaves");
    pc_line_silence(line, false);
    rig_until(pair.ends[1].got->len == 10 + PC_SOCKET_WINDOW + 1000);
    cr_assert(rig_counts_up(pair.ends[1].got, 0, 0));
    rig_until(!pc_socket_blocked(end.socket));
    close_line(&pair, line, &end);
}

Test(socket, on_a_silent_line_an_abort_is_heard_when_it_carries_again_and_a_connect_waits)
{
    struct rig_pair pair;
    struct rig_end end, late;
    struct pc_line *line = pc_line_new();
    rig_pair_open(&pair, 4, 0);
    open_on(&pair, line, &end);
    rig_until(end.connected && pair.ends[1].socket);
    pc_line_silence(line, true);
    pc_socket_abort(pair.ends[1].socket);
    pair.ends[1].socket = NULL;
    late = (struct rig_end){.got = g_byte_array_new()};
    struct pc_ip ip = rig_loopback(4);
    late.socket = pc_socket_connect(pair.sockets, &ip, pc_listener_port(pair.listener), &rig_ops, &late);
    rig_turn(50);
    cr_assert(!end.closed && !end.eof && !late.connected && !late.failed);
    pc_line_silence(line, false);
    rig_until(end.closed && late.connected);
    cr_assert(!end.eof, "it is a reset");
    pc_socket_abort(late.socket);
    g_byte_array_unref(late.got);
    end.socket = NULL;
    close_line(&pair, line, &end);
}

Test(socket, who_waits_for_a_silent_line_gives_up_as_tcp_does)
{
    struct rig_pair pair;
    struct rig_end end, late = {.got = g_byte_array_new()};
    struct pc_line *line = pc_line_new();
    rig_pair_open(&pair, 4, 0);
    open_on(&pair, line, &end);
    rig_until(end.connected && pair.ends[1].socket);
    pc_line_silence(line, true);
    rig_write(&end, 10, 0);
    struct pc_ip ip = rig_loopback(4);
    late.socket = pc_socket_connect(pair.sockets, &ip, pc_listener_port(pair.listener), &rig_ops, &late);
    rig_turn(PC_LINE_GIVE_UP_NS / 1000000 - 500);
    cr_assert(!end.closed && !late.failed);
    rig_turn(1000);
    cr_assert(end.closed, "octets that nobody takes");
    cr_assert(!late.failed && !pair.ends[1].closed && !pair.ends[1].eof, "the other end has nothing to send, and hears nothing");
    rig_turn((PC_LINE_CONNECT_NS - PC_LINE_GIVE_UP_NS) / 1000000);
    cr_assert(late.failed, "a connect that nobody answers");
    pc_line_silence(line, false);
    rig_until(pair.ends[1].closed);
    g_byte_array_unref(late.got);
    end.socket = NULL;
    close_line(&pair, line, &end);
}
