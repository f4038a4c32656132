/* Cuts and impairments. With these settings data is tried again 0.1, 0.3, 0.7, 1.5 and 3.1 s after its first
 * departure, and given up after 6.3 s; a SYN after 1 and 3 s, given up after 7 s. */
#include "tests/unit/sim/rig.h"

#include "sim/fault.h"

#include <criterion/criterion.h>

static struct rig rig;
static const struct sim_config patient = {.seed = 1, .give_up = 6300 * MS, .connect_timeout = 7 * SECOND};

static void open_with(uint32_t nodes, const struct sim_profile_changes *changes)
{
    rig_open(&rig, SIM_PROFILE_NULL, changes, nodes, &patient);
}

/* Nodes 0 and 1, connected and cut from each other at 40 ms. */
static struct sim_cut *open_and_cut(bool oneway)
{
    static const uint8_t side[] = {1, 2};

    open_with(2, NULL);
    rig_connect(&rig, 0, 1);
    cr_assert_eq(sim_now(rig.world), 40 * MS);
    return sim_cut_begin(rig.world, side, 2, oneway);
}

Test(fault, what_is_written_during_a_cut_arrives_in_order_with_the_next_attempt_after_it)
{
    struct sim_cut *cut = open_and_cut(false);

    rig_write(&rig, 0, 5);
    rig_run(&rig, 600 * MS);
    rig_write(&rig, 0, 6);
    sim_finish(rig.world, rig.nodes[0].conn);
    rig_run(&rig, 900 * MS); /* attempts at 140, 340, 740 ms were in vain */
    sim_cut_heal(rig.world, cut);
    rig_expect(&rig, "");
    rig_run(&rig, 3 * SECOND);
    rig_expect(&rig, "1550.000ms 1 5 octets\n1550.000ms 1 6 octets\n1550.000ms 1 eof\n");
    rig_write(&rig, 1, 7);
    rig_run(&rig, 4 * SECOND);
    rig_expect(&rig, "3010.000ms 0 7 octets\n");
    rig_check_balance(&rig);
    rig_close(&rig);
}

Test(fault, an_idle_connection_does_not_notice_a_cut)
{
    struct sim_cut *cut = open_and_cut(false);

    rig_run(&rig, 3600 * SECOND);
    sim_cut_heal(rig.world, cut);
    rig_write(&rig, 0, 5);
    rig_run(&rig, 3601 * SECOND);
    rig_expect(&rig, "3600010.000ms 1 5 octets\n");
    rig_close(&rig);
}

Test(fault, a_sender_gives_up_and_the_other_end_stays_half_open)
{
    struct sim_cut *cut = open_and_cut(false);

    rig_write(&rig, 0, 5);
    rig_run(&rig, 30 * SECOND);
    rig_expect(&rig, "6340.000ms 0 closed timeout\n");
    sim_cut_heal(rig.world, cut);
    rig_write(&rig, 1, 5); /* meets nobody */
    rig_run(&rig, 60 * SECOND);
    rig_expect(&rig, "30020.000ms 1 closed reset\n");
    rig_check_balance(&rig);
    rig_close(&rig);
}

Test(fault, packets_that_have_departed_pass_and_those_on_the_line_are_sent_again)
{
    /* 8 kbit/s: 960 octets take a second. */
    const struct sim_dist up = {.kind = SIM_DIST_CONSTANT, .a = 8000};
    const struct sim_profile_changes changes = {.up = &up};
    static const uint8_t side[] = {1, 2};
    int64_t start;
    struct sim_cut *cut;

    open_with(2, &changes);
    rig_connect(&rig, 0, 1);
    rig_run(&rig, SECOND);
    start = sim_now(rig.world);
    for (int i = 0; i < 3; i++)
        rig_write(&rig, 0, 960);
    rig_run(&rig, start + 1005 * MS); /* the first one is on its way, the second on the line */
    cut = sim_cut_begin(rig.world, side, 2, false);
    rig_run(&rig, start + 2000 * MS);
    sim_cut_heal(rig.world, cut);
    /* Attempts 0.1, 0.3, 0.7, 1.5 s after the cut; the line was promised until 3 s. */
    rig_run(&rig, start + 20 * SECOND);
    rig_expect(&rig, "2010.000ms 1 960 octets\n5010.000ms 1 960 octets\n6010.000ms 1 960 octets\n");
    rig_check_balance(&rig);
    rig_close(&rig);
}

Test(fault, a_cut_in_one_way_delivers_the_other_way_but_nobody_can_say_so)
{
    open_and_cut(true); /* from 0 to 1 */
    rig_write(&rig, 1, 5);
    rig_run(&rig, 5 * SECOND);
    rig_expect(&rig, "50.000ms 0 5 octets\n");
    rig_run(&rig, 10 * SECOND); /* 1 never heard that they arrived */
    rig_expect(&rig, "6340.000ms 1 closed timeout\n");
    rig_close(&rig);
}

Test(fault, connecting_through_a_cut_is_tried_again_and_times_out)
{
    static const uint8_t side[] = {1, 2, 2};
    struct sim_cut *cut;

    open_with(3, NULL);
    cut = sim_cut_begin(rig.world, side, 3, false);
    sim_connect(rig.world, 0, sim_host_address(1), 101);
    rig_run(&rig, 6 * SECOND);
    sim_connect(rig.world, 0, sim_host_address(2), 102);
    rig_run(&rig, 8 * SECOND);
    rig_expect(&rig, "7000.000ms 0 timeout\n");
    sim_cut_heal(rig.world, cut);
    rig_run(&rig, 60 * SECOND);
    rig_expect(&rig, "9020.000ms 0 connected\n9030.000ms 2 accepted from 1\n");
    rig_close(&rig);
}

/* The SYN passes, its answer does not: neither side waits for ever, and both are connected in the end. */
Test(fault, a_handshake_survives_a_cut_at_any_of_its_packets)
{
    static const uint8_t side[] = {1, 2};

    for (int at = 0; at < 40; at += 5) {
        struct sim_cut *cut;

        open_with(2, NULL);
        sim_connect(rig.world, 0, sim_host_address(1), 101);
        rig_run(&rig, at * MS);
        cut = sim_cut_begin(rig.world, side, 2, false);
        rig_run(&rig, 500 * MS);
        sim_cut_heal(rig.world, cut);
        rig_run(&rig, 60 * SECOND);
        cr_assert(strstr(rig.log->str, "0 connected") && strstr(rig.log->str, "1 accepted"), "cut at %d ms: %s",
                  at, rig.log->str);
        cr_assert_null(strstr(rig.log->str, "timeout"));
        rig_write(&rig, 0, 5);
        rig_run(&rig, 61 * SECOND);
        cr_assert_eq(rig.nodes[1].received->len, 5);
        rig_close(&rig);
    }
}

Test(fault, cuts_stack_and_each_is_healed_for_itself)
{
    static const uint8_t odd[] = {1, 2, 0}, last[] = {1, 1, 2};
    struct sim_cut *first, *second;

    open_with(3, NULL);
    rig_connect(&rig, 0, 1);
    first = sim_cut_begin(rig.world, odd, 3, false);
    second = sim_cut_begin(rig.world, last, 3, false);
    rig_run(&rig, SECOND);
    sim_cut_heal(rig.world, first);
    rig_write(&rig, 0, 5); /* 0 and 1 are on one side of the second */
    rig_run(&rig, 2 * SECOND);
    rig_expect(&rig, "1010.000ms 1 5 octets\n");
    sim_connect(rig.world, 0, sim_host_address(2), 102);
    rig_run(&rig, 9 * SECOND);
    rig_expect(&rig, "9000.000ms 0 timeout\n");
    sim_cut_heal(rig.world, second);
    rig_close(&rig);
}

Test(fault, a_reset_is_not_repeated)
{
    struct sim_cut *cut = open_and_cut(false);

    sim_kill_node(rig.world, 0, SIM_DEATH_RESET);
    rig_run(&rig, SECOND);
    sim_cut_heal(rig.world, cut);
    rig_run(&rig, 60 * SECOND);
    rig_expect(&rig, ""); /* 1 believes in its connection */
    rig_write(&rig, 1, 5);
    rig_run(&rig, 61 * SECOND);
    rig_expect(&rig, "60020.000ms 1 closed reset\n");
    rig_close(&rig);
}

/* --- Impairments -------------------------------------------------------------------- */

static struct sim_trouble *impair(uint32_t host, struct sim_impairment how)
{
    return sim_impair(rig.world, host, &how);
}

Test(fault, a_link_that_is_down_carries_nothing_in_either_direction)
{
    struct sim_trouble *down, *again;

    open_with(2, NULL);
    rig_connect(&rig, 0, 1);
    down = impair(1, (struct sim_impairment){.down = true});
    again = impair(1, (struct sim_impairment){.down = true});
    rig_write(&rig, 0, 5);
    rig_write(&rig, 1, 6);
    sim_repair(rig.world, down); /* the other one is still there */
    rig_run(&rig, 400 * MS);
    rig_expect(&rig, "");
    sim_repair(rig.world, again);
    rig_run(&rig, SECOND);
    rig_expect(&rig, "750.000ms 0 6 octets\n750.000ms 1 5 octets\n");
    rig_close(&rig);
}

Test(fault, a_sleeper_does_nothing_and_goes_on_where_it_was)
{
    struct sim_trouble *sleep;

    open_with(2, NULL);
    rig_connect(&rig, 0, 1);
    rig_write(&rig, 0, 4); /* on its way when it falls asleep */
    sim_node_set_timer(rig.world, 1, 100 * MS);
    sim_call_at(rig.world, 1, 200 * MS, 7, 8);
    sleep = impair(1, (struct sim_impairment){.asleep = true});
    cr_assert(sim_host_asleep(rig.world, 1));
    rig_run(&rig, 5 * SECOND);
    rig_expect(&rig, "");
    sim_repair(rig.world, sleep);
    rig_run(&rig, 6 * SECOND);
    rig_expect(&rig, "5000.000ms 1 4 octets\n5000.000ms 1 timer\n5000.000ms 1 called 7 8\n");
    sim_node_set_timer(rig.world, 1, 7 * SECOND);
    rig_run(&rig, 8 * SECOND);
    rig_expect(&rig, "7000.000ms 1 timer\n");
    rig_close(&rig);
}

Test(fault, who_writes_to_a_sleeper_gives_up_and_the_sleeper_learns_it_when_it_writes)
{
    struct sim_trouble *sleep;

    open_with(3, NULL);
    rig_connect(&rig, 0, 1);
    sleep = impair(1, (struct sim_impairment){.asleep = true});
    rig_write(&rig, 0, 5);
    sim_connect(rig.world, 2, sim_host_address(1), 101);
    rig_run(&rig, 30 * SECOND);
    rig_expect(&rig, "6340.000ms 0 closed timeout\n7040.000ms 2 timeout\n");
    sim_repair(rig.world, sleep);
    rig_run(&rig, 31 * SECOND);
    rig_expect(&rig, "");
    rig_write(&rig, 1, 5);
    rig_run(&rig, 32 * SECOND);
    rig_expect(&rig, "31020.000ms 1 closed reset\n");
    rig_close(&rig);
}

Test(fault, a_world_that_ends_while_a_host_sleeps_holds_nothing)
{
    open_with(2, NULL);
    rig_connect(&rig, 0, 1);
    rig_write(&rig, 0, 4);
    impair(1, (struct sim_impairment){.asleep = true});
    rig_write(&rig, 1, 4);
    rig_run(&rig, SECOND);
    rig_close(&rig); /* counts references */
}

Test(fault, a_deaf_host_is_written_to_until_its_buffer_is_full_and_reads_all_of_it_later)
{
    const struct sim_config small = {.seed = 1, .send_buffer = 1000, .receive_buffer = 1000};
    struct sim_trouble *deaf;

    rig_open(&rig, SIM_PROFILE_NULL, NULL, 3, &small);
    rig_connect(&rig, 0, 1);
    deaf = impair(1, (struct sim_impairment){.deaf = true});
    rig_write(&rig, 0, 1500);
    rig_run(&rig, 70 * MS);
    rig_write(&rig, 0, 1100);
    sim_resume(rig.world, rig.nodes[1].conn); /* the node's own wish changes nothing */
    sim_connect(rig.world, 2, sim_host_address(1), 101); /* the system still accepts */
    rig_run(&rig, 100 * SECOND);
    rig_expect(&rig, "70.000ms 0 blocked 2500\n90.000ms 2 connected\n100.000ms 1 accepted from 3\n");
    sim_repair(rig.world, deaf);
    rig_run(&rig, 101 * SECOND);
    rig_expect(&rig, "100000.000ms 1 1500 octets\n100010.000ms 0 writable 2600\n100020.000ms 1 1100 octets\n");
    rig_write(&rig, 2, 3);
    rig_run(&rig, 102 * SECOND);
    rig_expect(&rig, "101010.000ms 1 3 octets\n");
    rig_check_balance(&rig);
    rig_close(&rig);
}

/* Both are told to stop; then both read on while they are cut from each other. What the window was during the cut is
 * neither queued behind data that waits for the window, nor told in the wrong order. */
Test(fault, a_window_that_opens_during_a_cut_is_told_after_it)
{
    static const uint8_t side[] = {1, 2};
    const struct sim_config small = {.seed = 1, .receive_buffer = 1000};
    struct sim_cut *cut;

    rig_open(&rig, SIM_PROFILE_NULL, NULL, 2, &small);
    rig_connect(&rig, 0, 1);
    for (uint32_t i = 0; i < 2; i++) {
        sim_pause(rig.world, rig.nodes[i].conn);
        rig_write(&rig, 1 - i, 1500);
    }
    rig_run(&rig, 100 * MS);
    for (uint32_t i = 0; i < 2; i++)
        rig_write(&rig, i, 1200); /* held */
    cut = sim_cut_begin(rig.world, side, 2, false);
    rig_run(&rig, 200 * MS);
    for (uint32_t i = 0; i < 2; i++)
        sim_resume(rig.world, rig.nodes[i].conn);
    rig_run(&rig, 300 * MS);
    sim_cut_heal(rig.world, cut);
    rig_run(&rig, 10 * SECOND);
    for (uint32_t i = 0; i < 2; i++)
        cr_assert_eq(rig.nodes[i].received->len, 2700, "node %u got %zu octets", i, rig.nodes[i].received->len);
    rig_check_balance(&rig);
    rig_close(&rig);
}

Test(fault, delays_add_and_order_is_kept_when_one_goes)
{
    struct sim_trouble *one, *two;

    open_with(2, NULL);
    rig_connect(&rig, 0, 1);
    one = impair(0, (struct sim_impairment){.delay = 100 * MS});
    two = impair(1, (struct sim_impairment){.delay = 30 * MS});
    rig_write(&rig, 0, 5);
    rig_write(&rig, 1, 6);
    sim_repair(rig.world, one);
    rig_write(&rig, 0, 7); /* quicker, but not before the one ahead of it */
    sim_repair(rig.world, two);
    rig_run(&rig, SECOND);
    rig_expect(&rig, "180.000ms 0 6 octets\n180.000ms 1 5 octets\n180.000ms 1 7 octets\n");
    rig_close(&rig);
}

Test(fault, of_several_rates_the_smallest_counts_and_each_undo_takes_its_own)
{
    const struct sim_dist up = {.kind = SIM_DIST_CONSTANT, .a = 800000}; /* 1000 octets: 10 ms */
    const struct sim_profile_changes changes = {.up = &up};
    struct sim_trouble *slow, *slower;

    open_with(2, &changes);
    rig_connect(&rig, 0, 1);
    rig_run(&rig, SECOND);
    slow = impair(0, (struct sim_impairment){.up = 80000});     /* 100 ms */
    slower = impair(1, (struct sim_impairment){.down_rate = 8000}); /* 1 s */
    cr_assert_eq(sim_host_place(rig.world, 0)->up, 800000, "the place stays what the profile made of it");
    rig_write(&rig, 0, 960);
    rig_run(&rig, 10 * SECOND);
    sim_repair(rig.world, slow);
    rig_write(&rig, 0, 960);
    rig_run(&rig, 20 * SECOND);
    sim_repair(rig.world, slower);
    rig_write(&rig, 0, 960);
    rig_run(&rig, 30 * SECOND);
    rig_expect(&rig, "2010.000ms 1 960 octets\n11010.000ms 1 960 octets\n20020.000ms 1 960 octets\n");
    rig_close(&rig);
}

Test(fault, lost_packets_are_stalls_and_the_stream_arrives_whole)
{
    struct sim_counters counters;

    open_with(2, NULL);
    rig_connect(&rig, 0, 1);
    impair(0, (struct sim_impairment){.loss_ppm = 200000});
    for (int i = 0; i < 500; i++) {
        rig_write(&rig, 0, 100);
        rig_run(&rig, sim_now(rig.world) + 20 * MS);
    }
    rig_run(&rig, 100 * SECOND);
    cr_assert_eq(rig.nodes[1].received->len, 50000);
    sim_world_counters(rig.world, &counters);
    cr_assert_eq(counters.lost, 0);
    rig_close(&rig);
}

/* One packet at a time: with loss p the first attempt fails with p, and then at least a time-out of 200 ms
 * passes. 20,000 messages, so the share lies within 4 standard errors (0.85 points) of p = 10 %. */
Test(fault, the_share_of_stalled_messages_is_the_loss)
{
    const struct sim_profile_changes changes = {.loss_ppm = 51317}; /* at both ends: 1 - (1 - q)² = 10 % */
    int stalled = 0;

    open_with(2, &changes);
    rig_connect(&rig, 0, 1);
    for (int i = 0; i < 20000; i++) {
        int64_t sent = sim_now(rig.world);
        size_t before = rig.nodes[1].received->len;

        rig_write(&rig, 0, 10);
        rig_run(&rig, sent + 10 * MS);
        stalled += rig.nodes[1].received->len == before;
        rig_run(&rig, sent + 20 * SECOND);
        cr_assert_eq(rig.nodes[1].received->len, before + 10);
        g_string_truncate(rig.log, 0);
    }
    cr_assert(stalled > 2000 - 170 && stalled < 2000 + 170, "%d of 20000 stalled", stalled);
    rig_close(&rig);
}

Test(fault, when_everything_is_lost_the_sender_gives_up)
{
    open_with(2, NULL);
    rig_connect(&rig, 0, 1);
    impair(0, (struct sim_impairment){.loss_ppm = 1000000});
    rig_write(&rig, 0, 10);
    sim_connect(rig.world, 1, sim_host_address(0), 100);
    rig_run(&rig, 60 * SECOND);
    rig_expect(&rig, "6340.000ms 0 closed timeout\n7040.000ms 1 timeout\n");
    rig_check_balance(&rig);
    rig_close(&rig);
}

Test(fault, a_host_that_moves_is_found_at_its_new_address_only)
{
    uint32_t address;

    open_with(3, NULL);
    rig_connect(&rig, 0, 1);
    address = sim_host_move(rig.world, 1);
    cr_assert_eq(sim_host_now_at(rig.world, 1), address);
    cr_assert_eq(sim_host_of_address(rig.world, address), 1);
    cr_assert_eq(sim_host_of_address(rig.world, sim_host_address(1)), SIM_NONE);
    rig_write(&rig, 0, 5); /* the old connection leads nowhere */
    sim_connect(rig.world, 2, sim_host_address(1), 101);
    rig_run(&rig, 20 * SECOND);
    rig_expect(&rig, "6340.000ms 0 closed timeout\n7040.000ms 2 timeout\n");
    sim_connect(rig.world, 2, address, 101);
    rig_run(&rig, 21 * SECOND);
    rig_expect(&rig, "20020.000ms 2 connected\n20030.000ms 1 accepted from 3\n");
    cr_assert_neq(sim_host_move(rig.world, 1), address, "addresses are not used again");
    rig_close(&rig);
}

/* A world in which faults came and went gives the same events as one that had none, once they are over; and
 * one whose faults touch nobody gives the same fingerprint. */
Test(fault, faults_of_others_change_nothing)
{
    struct sim_fingerprint prints[2];

    for (int with = 0; with < 2; with++) {
        open_with(3, NULL);
        if (with) {
            static const uint8_t side[] = {1, 1, 2};

            impair(2, (struct sim_impairment){.down = true, .asleep = true, .delay = SECOND, .loss_ppm = 500000});
            sim_cut_begin(rig.world, side, 3, false);
        }
        rig_connect(&rig, 0, 1);
        for (int i = 1; i < 20; i++) {
            rig_write(&rig, i & 1, (size_t)i * 1000);
            rig_run(&rig, i * SECOND);
        }
        prints[with] = sim_world_fingerprint(rig.world);
        rig_close(&rig);
    }
    cr_assert(prints[0].high == prints[1].high && prints[0].low == prints[1].low);
}

/* --- NAT ---------------------------------------------------------------------------- */

Test(fault, who_is_behind_nat_connects_but_is_not_connected_to)
{
    const struct sim_profile_changes changes = {.nat_ppm = 1000000};

    open_with(2, &changes);
    sim_connect(rig.world, 0, sim_host_address(1), 101);
    rig_run(&rig, 30 * SECOND);
    rig_expect(&rig, "7000.000ms 0 timeout\n");
    rig_close(&rig);
}

Test(fault, shares_behind_nat_are_as_asked_for_and_nested)
{
    struct sim_profile_changes few = {.nat_ppm = 300000}, many = {.nat_ppm = 640000}, open = {.nat_ppm = 640000, .open_ppm = 500000};
    struct sim_profile *a = sim_profile_new(SIM_PROFILE_NULL, 7, &few, NULL), *b = sim_profile_new(SIM_PROFILE_NULL, 7, &many, NULL),
                       *c = sim_profile_new(SIM_PROFILE_NULL, 7, &open, NULL);
    int counts[3] = {0};

    for (uint64_t key = 0; key < 20000; key++) {
        struct sim_place x, y, z;

        sim_profile_place(a, key, SIM_REGION_DRAWN, &x);
        sim_profile_place(b, key, SIM_REGION_DRAWN, &y);
        sim_profile_place(c, key, SIM_REGION_DRAWN, &z);
        cr_assert(y.nat || !x.nat, "who is behind NAT at 30 %% is at 64 %%");
        cr_assert(y.nat || !z.nat);
        counts[0] += x.nat;
        counts[1] += y.nat;
        counts[2] += z.nat;
    }
    /* 4 standard errors: 260, 272, 264 */
    cr_assert(ABS(counts[0] - 6000) < 260 && ABS(counts[1] - 12800) < 272 && ABS(counts[2] - 6400) < 264, "%d %d %d", counts[0],
              counts[1], counts[2]);
    sim_profile_free(a);
    sim_profile_free(b);
    sim_profile_free(c);
}

/* 8 kbit/s are an octet a millisecond: what arrived is read one after the other, over all connections. */
Test(fault, a_slow_reader_takes_octets_at_its_rate_in_the_order_of_arrival)
{
    struct sim_trouble *slow;

    rig_open(&rig, SIM_PROFILE_NULL, NULL, 3, NULL);
    rig_connect(&rig, 0, 1);
    rig_connect(&rig, 2, 1);
    rig_run(&rig, SECOND);
    slow = impair(1, (struct sim_impairment){.read = 8000});
    rig_write(&rig, 0, 100);
    rig_write(&rig, 2, 50);
    rig_write(&rig, 0, 30);
    rig_run(&rig, 1200 * MS);
    rig_expect(&rig, "1110.000ms 1 100 octets\n1160.000ms 1 50 octets\n1190.000ms 1 30 octets\n");
    rig_write(&rig, 0, 1000); /* arrives at 1210, would be read at 2210 */
    rig_run(&rig, 1500 * MS);
    sim_repair(rig.world, slow);
    rig_run(&rig, 3 * SECOND);
    rig_expect(&rig, "1500.000ms 1 1000 octets\n");
    rig_check_balance(&rig);
    rig_close(&rig);
}

Test(fault, a_slow_reader_slows_its_writers_down_to_its_rate)
{
    const struct sim_config small = {.seed = 1, .send_buffer = 1000, .receive_buffer = 1000};
    int64_t done;

    rig_open(&rig, SIM_PROFILE_NULL, NULL, 2, &small);
    rig_connect(&rig, 0, 1);
    impair(1, (struct sim_impairment){.read = 8000});
    for (int i = 0; i < 100; i++)
        rig_write(&rig, 0, 100);
    for (done = sim_now(rig.world); rig.nodes[1].received->len < 10000 && done < 20 * SECOND; done += MS)
        rig_run(&rig, done);
    /* 10 s for 10,000 octets; the window closes and opens, but never runs dry: half of it is 500 ms, a round trip 20 ms. */
    cr_assert(done > 10000 * MS && done < 10200 * MS, "%ld ms", done / MS);
    rig_check_balance(&rig);
    rig_close(&rig);
}

Test(fault, slow_readings_stack_and_a_deaf_one_reads_nothing)
{
    struct sim_trouble *deaf;

    rig_open(&rig, SIM_PROFILE_NULL, NULL, 2, NULL);
    rig_connect(&rig, 0, 1);
    rig_run(&rig, SECOND);
    impair(1, (struct sim_impairment){.read = 80000});
    impair(1, (struct sim_impairment){.read = 8000});
    deaf = impair(1, (struct sim_impairment){.deaf = true});
    rig_write(&rig, 0, 200);
    rig_run(&rig, 5 * SECOND);
    rig_expect(&rig, "");
    sim_repair(rig.world, deaf);
    rig_run(&rig, 6 * SECOND);
    rig_expect(&rig, "5200.000ms 1 200 octets\n"); /* the slower of the two rates, from now on */
    rig_check_balance(&rig);
    rig_close(&rig);
}
