#include "tests/unit/sim/rig.h"

#include <criterion/criterion.h>
#include <string.h>

static struct rig rig;

Test(world, connects_in_one_round_trip_and_accepts_half_a_one_later)
{
    rig_open(&rig, SIM_PROFILE_NULL, NULL, 2, NULL);
    rig.nodes[0].conn = sim_connect(rig.world, 0, sim_host_address(1), 101);
    rig_write(&rig, 0, 5); /* goes out as soon as it can */
    rig_run(&rig, SECOND);
    rig_expect(&rig, "20.000ms 0 connected\n30.000ms 1 accepted from 1\n30.000ms 1 5 octets\n");
    cr_assert_eq(sim_link(rig.world, rig.nodes[0].conn), sim_link(rig.world, rig.nodes[1].conn));
    rig_check_balance(&rig);
    rig_close(&rig);
}

Test(world, says_why_a_connection_cannot_be_had)
{
    rig_open(&rig, SIM_PROFILE_NULL, NULL, 3, NULL);
    sim_unlisten(rig.world, 1);
    sim_connect(rig.world, 0, sim_host_address(1), 101);  /* does not listen any more */
    sim_connect(rig.world, 0, sim_host_address(2), 999);  /* another port */
    sim_connect(rig.world, 0, sim_host_address(77), 100); /* nobody there */
    sim_connect(rig.world, 0, 0xC0A80001, 100);           /* 192.168.0.1 */
    sim_kill_host(rig.world, 2, SIM_DEATH_SILENT);
    sim_connect(rig.world, 0, sim_host_address(2), 102);
    rig_run(&rig, 60 * SECOND);
    /* The dead host swallows two. */
    rig_expect(&rig,
               "0.000ms 0 unreachable\n20.000ms 0 refused\n21000.000ms 0 timeout\n21000.000ms 0 timeout\n"
               "21000.000ms 0 timeout\n");
    rig_close(&rig);
}

Test(world, finishes_in_both_directions)
{
    rig_open(&rig, SIM_PROFILE_NULL, NULL, 2, NULL);
    rig_connect(&rig, 0, 1); /* 40 ms */
    rig.nodes[1].echo_finish = true;
    rig_write(&rig, 0, 100);
    sim_finish(rig.world, rig.nodes[0].conn);
    rig_run(&rig, SECOND);
    rig_expect(&rig, "50.000ms 1 100 octets\n50.000ms 1 eof\n50.000ms 1 closed finished\n60.000ms 0 "
                     "eof\n60.000ms 0 closed "
                     "finished\n");
    rig_close(&rig);
}

Test(world, close_sends_what_was_written_and_resets_what_comes_later)
{
    rig_open(&rig, SIM_PROFILE_NULL, NULL, 2, NULL);
    rig_connect(&rig, 0, 1);
    rig_write(&rig, 0, 7);
    sim_close(rig.world, rig.nodes[0].conn);
    rig_run(&rig, 45 * MS);
    rig_write(&rig, 1, 9); /* meets a closed end */
    rig_run(&rig, SECOND);
    rig_expect(&rig, "50.000ms 1 7 octets\n50.000ms 1 eof\n65.000ms 1 closed reset\n");
    rig_check_balance(&rig);
    rig_close(&rig);
}

Test(world, close_is_complete_when_the_peer_closes_too)
{
    rig_open(&rig, SIM_PROFILE_NULL, NULL, 2, NULL);
    rig_connect(&rig, 0, 1);
    sim_close(rig.world, rig.nodes[0].conn);
    rig_run(&rig, 60 * MS);
    sim_close(rig.world, rig.nodes[1].conn);
    rig_run(&rig, SECOND);
    rig_expect(&rig, "50.000ms 1 eof\n");
    sim_connect(rig.world, 1, sim_host_address(0), 100); /* takes the number that is free again */
    rig_run(&rig, 2 * SECOND);
    cr_assert_eq(sim_link(rig.world, rig.nodes[0].conn), 2, "numbers of links are not used again");
    rig_close(&rig);
}

Test(world, abort_drops_what_has_not_departed_and_nothing_else)
{
    /* 8 kbit/s: an octet a millisecond. 960 + 40 octets take a second. */
    const struct sim_dist up = {.kind = SIM_DIST_CONSTANT, .a = 8000};
    const struct sim_profile_changes changes = {.up = &up};
    int64_t start;

    rig_open(&rig, SIM_PROFILE_NULL, &changes, 2, NULL);
    rig_connect(&rig, 0, 1);
    rig_run(&rig, SECOND);
    start = sim_now(rig.world);
    rig_write(&rig, 0, 960);
    rig_write(&rig, 0, 960);
    rig_write(&rig, 0, 960);
    rig_run(&rig, start + 1500 * MS); /* the second one is half out */
    sim_abort(rig.world, rig.nodes[0].conn);
    rig_run(&rig, start + 60 * SECOND);
    /* The line stays taken by what was queued: the RST leaves after 3.04 s. */
    rig_expect(&rig, "2010.000ms 1 960 octets\n4050.000ms 1 closed reset\n");
    rig_check_balance(&rig);
    rig_close(&rig);
}

Test(world, keeps_order_and_serialises_on_both_lines)
{
    /* Up 16 kbit/s (2 octets a ms), down 8 kbit/s (1 octet a ms): the train is as slow as the slower line,
     * the second one waits. */
    const struct sim_dist up = {.kind = SIM_DIST_CONSTANT, .a = 16000},
                          down = {.kind = SIM_DIST_CONSTANT, .a = 8000};
    const struct sim_profile_changes changes = {.up = &up, .down = &down};
    int64_t start;

    rig_open(&rig, SIM_PROFILE_NULL, &changes, 2, NULL);
    sim_connect(rig.world, 0, sim_host_address(1), 101);
    rig_run(&rig, 5 * SECOND);
    start = sim_now(rig.world);
    g_string_truncate(rig.log, 0);
    rig_write(&rig, 0, 60);          /* 100 on the wire: 50 ms up, 100 ms down */
    rig_write(&rig, 0, 160);         /* 200: 100 ms up, from 50 to 150; down from 110 to 310 */
    rig_write(&rig, 0, 1460 + 1460); /* 3000 in two packets: 1500 ms up, 3000 ms down */
    rig_run(&rig, start + 60 * SECOND);
    rig_expect(&rig, "5110.000ms 1 60 octets\n5310.000ms 1 160 octets\n8310.000ms 1 2920 octets\n");
    rig_close(&rig);
}

Test(world, lets_several_senders_share_a_downlink)
{
    const struct sim_dist down = {.kind = SIM_DIST_CONSTANT, .a = 8000};
    const struct sim_profile_changes changes = {.down = &down};
    sim_conn conns[2];

    rig_open(&rig, SIM_PROFILE_NULL, &changes, 3, NULL);
    rig_connect(&rig, 0, 2);
    conns[0] = rig.nodes[0].conn;
    rig_run(&rig, SECOND);
    rig_connect(&rig, 1, 2);
    conns[1] = rig.nodes[1].conn;
    rig_run(&rig, 10 * SECOND);
    g_string_truncate(rig.log, 0);
    cr_assert(conns[0] && conns[1]);
    rig_write(&rig, 1, 60);
    rig_write(&rig, 0, 160);
    rig_run(&rig, 60 * SECOND);
    rig_expect(&rig, "10110.000ms 2 60 octets\n10310.000ms 2 160 octets\n");
    rig_close(&rig);
}

Test(world, tells_a_sender_that_its_buffer_is_full_and_how_it_empties)
{
    const struct sim_dist up = {.kind = SIM_DIST_CONSTANT, .a = 8000};
    const struct sim_profile_changes changes = {.up = &up};
    const struct sim_config config = {.seed = 1, .send_buffer = 1000};

    rig_open(&rig, SIM_PROFILE_NULL, &changes, 2, &config);
    sim_connect(rig.world, 0, sim_host_address(1), 101);
    rig_run(&rig, SECOND);
    g_string_truncate(rig.log, 0);
    rig_write(&rig, 0, 960); /* fits */
    rig_write(&rig, 0, 960); /* does not: 920 beyond */
    rig_write(&rig, 0, 460);
    rig_run(&rig, 60 * SECOND);
    /* Departures after 1 s, 2 s, 2.5 s. */
    rig_expect(&rig, "1000.000ms 0 blocked 1000\n2000.000ms 0 writable 1960\n2010.000ms 1 960 octets\n"
                     "3000.000ms 0 writable 2380\n3010.000ms 1 960 octets\n3510.000ms 1 460 octets\n");
    rig_close(&rig);
}

Test(world, holds_octets_for_a_reader_that_pauses)
{
    rig_open(&rig, SIM_PROFILE_NULL, NULL, 2, NULL);
    rig_connect(&rig, 0, 1);
    sim_pause(rig.world, rig.nodes[1].conn);
    rig_write(&rig, 0, 100);
    rig_write(&rig, 0, 200);
    sim_finish(rig.world, rig.nodes[0].conn);
    rig_run(&rig, 100 * MS);
    rig_expect(&rig, "");
    sim_resume(rig.world, rig.nodes[1].conn);
    rig_run(&rig, 200 * MS);
    rig_expect(&rig, "100.000ms 1 100 octets\n100.000ms 1 200 octets\n100.000ms 1 eof\n");
    rig_close(&rig);
}

Test(world, hands_out_the_rest_after_a_node_took_a_part)
{
    rig_open(&rig, SIM_PROFILE_NULL, NULL, 2, NULL);
    rig_connect(&rig, 0, 1);
    rig.nodes[1].take = 60;
    rig_write(&rig, 0, 100);
    rig_write(&rig, 0, 10);
    for (int i = 1; i <= 4; i++) {
        rig_run(&rig, i * 100 * MS);
        sim_resume(rig.world, rig.nodes[1].conn);
    }
    rig_run(&rig, SECOND);
    rig_expect(&rig, "50.000ms 1 60 octets\n100.000ms 1 40 octets\n200.000ms 1 10 octets\n");
    cr_assert_eq(rig.nodes[1].received->len, 110);
    rig_check_balance(&rig);
    rig_close(&rig);
}

Test(world, stops_the_sender_when_the_receiver_does_not_read)
{
    const struct sim_config config = {.seed = 1, .send_buffer = 1000, .receive_buffer = 1000};
    struct sim_conn_view view;

    rig_open(&rig, SIM_PROFILE_NULL, NULL, 2, &config);
    rig_connect(&rig, 0, 1);
    sim_pause(rig.world, rig.nodes[1].conn);
    rig_write(&rig, 0, 1500);
    rig_run(&rig, 70 * MS); /* beyond the receive buffer: the sender knows after a round trip */
    rig_write(&rig, 0, 900);
    rig_write(&rig, 0, 900);
    rig_run(&rig, SECOND);
    rig_expect(&rig, "70.000ms 0 blocked 2500\n");
    sim_conn_view(rig.world, rig.nodes[0].conn, &view);
    cr_assert(view.blocked && view.written == 3300 && view.handed == 2500);
    sim_resume(rig.world, rig.nodes[1].conn);
    rig_run(&rig, 2 * SECOND);
    rig_expect(&rig, "1000.000ms 1 1500 octets\n1010.000ms 0 writable 3300\n1020.000ms 1 900 "
                     "octets\n1020.000ms 1 900 octets\n");
    rig_check_balance(&rig);
    rig_close(&rig);
}

Test(world, resets_the_connections_of_a_killed_node)
{
    rig_open(&rig, SIM_PROFILE_NULL, NULL, 2, NULL);
    rig_connect(&rig, 0, 1);
    rig_write(&rig, 0, 10);
    sim_kill_node(rig.world, 1, SIM_DEATH_RESET);
    sim_connect(rig.world, 0, sim_host_address(1), 101);
    rig_run(&rig, 60 * SECOND);
    rig_expect(&rig, "50.000ms 0 closed reset\n60.000ms 0 refused\n");
    rig_check_balance(&rig);
    cr_assert_not(sim_node_alive(rig.world, 1));
    sim_revive_node(rig.world, 1);
    cr_assert(sim_listen(rig.world, 1, 101));
    rig.nodes[0].conn = rig.nodes[1].conn = 0;
    rig_connect(&rig, 0, 1);
    rig_close(&rig);
}

Test(world, gives_up_unacknowledged_data_of_a_silent_peer)
{
    rig_open(&rig, SIM_PROFILE_NULL, NULL, 3, NULL);
    rig_connect(&rig, 0, 1);
    rig_connect(&rig, 2, 1);
    sim_kill_host(rig.world, 1, SIM_DEATH_SILENT);
    rig_run(&rig, SECOND);
    rig_write(&rig, 0, 10);
    rig_write(&rig, 0, 10);
    rig_run(&rig, 100000 * SECOND);
    rig_expect(&rig,
               "16000.000ms 0 closed timeout\n"); /* node 2 has nothing to say: its link lives for ever */
    rig_check_balance(&rig);
    rig_close(&rig);
}

Test(world, silent_death_calls_back_what_has_not_departed)
{
    const struct sim_dist up = {.kind = SIM_DIST_CONSTANT, .a = 8000};
    const struct sim_profile_changes changes = {.up = &up};

    rig_open(&rig, SIM_PROFILE_NULL, &changes, 2, NULL);
    sim_connect(rig.world, 0, sim_host_address(1), 101);
    rig_run(&rig, SECOND);
    g_string_truncate(rig.log, 0);
    rig_write(&rig, 0, 960);
    rig_write(&rig, 0, 960);
    rig_run(&rig, 2500 * MS);
    sim_kill_host(rig.world, 0, SIM_DEATH_SILENT);
    rig_run(&rig, 60 * SECOND);
    rig_expect(&rig, "2010.000ms 1 960 octets\n");
    rig_check_balance(&rig);
    rig_close(&rig);
}

Test(world, a_revived_host_resets_connections_it_does_not_know)
{
    rig_open(&rig, SIM_PROFILE_NULL, NULL, 2, NULL);
    rig_connect(&rig, 0, 1);
    sim_kill_host(rig.world, 1, SIM_DEATH_SILENT);
    rig_run(&rig, SECOND);
    sim_revive_node(rig.world, 1);
    rig_write(&rig, 0, 10);
    rig_run(&rig, 60 * SECOND);
    rig_expect(&rig, "1020.000ms 0 closed reset\n");
    rig_check_balance(&rig);
    rig_close(&rig);
}

Test(world, a_closed_window_of_a_silent_peer_times_out)
{
    const struct sim_config config = {.seed = 1, .receive_buffer = 1000};

    rig_open(&rig, SIM_PROFILE_NULL, NULL, 2, &config);
    rig_connect(&rig, 0, 1);
    sim_pause(rig.world, rig.nodes[1].conn);
    rig_write(&rig, 0, 2000);
    rig_run(&rig, SECOND);
    rig_write(&rig, 0, 10); /* held */
    sim_kill_host(rig.world, 1, SIM_DEATH_SILENT);
    rig_run(&rig, 60 * SECOND);
    rig_expect(&rig, "16000.000ms 0 closed timeout\n");
    rig_check_balance(&rig);
    rig_close(&rig);
}

Test(world, calls_timers_once_and_drops_those_of_the_dead)
{
    rig_open(&rig, SIM_PROFILE_NULL, NULL, 2, NULL);
    sim_node_set_timer(rig.world, 0, 5 * MS);
    sim_node_set_timer(rig.world, 0, 9 * MS); /* later: no event more */
    sim_node_set_timer(rig.world, 1, 8 * MS);
    sim_node_set_timer(rig.world, 1, 3 * MS); /* sooner */
    sim_call_at(rig.world, 1, 4 * MS, 7, 42);
    sim_call_at(rig.world, 1, 20 * MS, 8, 0);
    rig_run(&rig, 10 * MS);
    rig_expect(&rig, "3.000ms 1 timer\n4.000ms 1 called 7 42\n9.000ms 0 timer\n");
    sim_node_set_timer(rig.world, 1, 12 * MS);
    sim_kill_node(rig.world, 1, SIM_DEATH_RESET);
    sim_revive_node(rig.world, 1);
    sim_call_at(rig.world, 1, 21 * MS, 9, 0);
    rig_run(&rig, SECOND);
    rig_expect(&rig, "21.000ms 1 called 9 0\n");
    rig_close(&rig);
}

Test(world, finds_connections_by_the_tag_of_the_node)
{
    rig_open(&rig, SIM_PROFILE_NULL, NULL, 3, NULL);
    rig_connect(&rig, 0, 1);
    sim_conn_set_tag(rig.world, rig.nodes[0].conn, 11);
    rig_connect(&rig, 0, 2);
    sim_conn_set_tag(rig.world, rig.nodes[0].conn, 13);
    cr_assert_eq(sim_conn_find(rig.world, 0, 13), rig.nodes[0].conn);
    cr_assert_eq(sim_conn_tag(rig.world, sim_conn_find(rig.world, 0, 11)), 11);
    cr_assert_eq(sim_conn_find(rig.world, 0, 12), 0);
    rig_close(&rig);
}

Test(world, connects_two_nodes_of_one_host)
{
    rig_open(&rig, SIM_PROFILE_NULL, NULL, 1, NULL);
    cr_assert_not(sim_listen(rig.world, sim_node_new(rig.world, 0, NULL, NULL), 100), "the port is taken");
    sim_connect(rig.world, 0, sim_host_address(0), 100);
    rig_run(&rig, SECOND);
    rig_expect(&rig, "0.020ms 0 connected\n0.030ms 0 accepted from 1\n");
    rig_close(&rig);
}

Test(world, orders_deliveries_of_one_time_by_sender)
{
    for (int order = 0; order < 2; order++) {
        rig_open(&rig, SIM_PROFILE_NULL, NULL, 3, NULL);
        rig_connect(&rig, 0, 2);
        rig_connect(&rig, 1, 2);
        rig_write(&rig, order ? 1 : 0, order ? 11 : 10);
        rig_write(&rig, order ? 0 : 1, order ? 10 : 11);
        rig_run(&rig, SECOND);
        rig_expect(&rig, "90.000ms 2 10 octets\n90.000ms 2 11 octets\n");
        rig_close(&rig);
    }
}

Test(world, keeps_the_fingerprint_apart_from_insertion_order_and_notices_octets)
{
    struct sim_fingerprint prints[3];

    for (int run = 0; run < 3; run++) {
        rig_open(&rig, SIM_PROFILE_WORLD_HOMES, NULL, 3, NULL);
        rig_connect(&rig, 0, 2);
        rig_connect(&rig, 1, 2);
        for (uint32_t i = 0; i < 2; i++)
            rig_write(&rig, run == 1 ? 1 - i : i, run == 2 ? 101 : 100);
        rig_run(&rig, 10 * SECOND);
        prints[run] = sim_world_fingerprint(rig.world);
        rig_close(&rig);
    }
    cr_assert(memcmp(&prints[0], &prints[1], sizeof *prints) == 0);
    cr_assert(prints[0].high != prints[2].high && prints[0].low != prints[2].low);
}
