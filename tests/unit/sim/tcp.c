/* The full connection model against closed forms: the judge is never the simulator. */
#include "tests/unit/sim/rig.h"

#include "sim/fault.h"
#include "sim/tcp.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#define MSS SIM_MSS

static struct rig rig;

/* --- Bulk transfer ------------------------------------------------------------------ */

static uint8_t block[SIM_TRAIN_MAX];

struct bulk {
    struct sim_world *world;
    sim_conn conn;
    uint64_t received;
    int64_t done;
    uint64_t total;
};

static void on_accepted(void *user, sim_conn conn, uint32_t address, uint16_t port)
{
    (void)user, (void)conn, (void)address, (void)port;
}

static void on_connected(void *user, sim_conn conn)
{
    ((struct bulk *)user)->conn = conn;
}

static size_t on_octets(void *user, sim_conn conn, const uint8_t *data, size_t size, void *owner)
{
    struct bulk *bulk = user;

    (void)conn, (void)data, (void)owner;
    bulk->received += size;
    if (bulk->received == bulk->total) {
        bulk->done = sim_now(bulk->world);
        sim_stop(bulk->world);
    }
    return size;
}

static void on_handed(void *user, sim_conn conn, uint64_t handed)
{
    (void)user, (void)conn, (void)handed;
}

static const struct sim_node_ops bulk_ops = {.accepted = on_accepted,
                                             .connected = on_connected,
                                             .octets = on_octets,
                                             .blocked = on_handed,
                                             .writable = on_handed};

static void ignore(void *owner)
{
    (void)owner;
}

struct way {
    int64_t delay; /* one way, ns */
    uint32_t loss_ppm, burst;
    uint64_t up; /* bit/s, 0: infinite */
    uint64_t seed;
    const struct sim_observer *observer;
};

/* Octets a second of one connection that sends `octets` with that loss. */
static double bulk_rate(struct way way, uint64_t octets)
{
    const struct sim_dist delay = {.kind = SIM_DIST_CONSTANT, .a = way.delay},
                          up = {.kind = SIM_DIST_CONSTANT, .a = (int64_t)way.up};
    const struct sim_profile_changes changes = {.delay = &delay, .up = &up, .tcp_full = true, .loss_burst = way.burst};
    const struct sim_config config = {.seed = way.seed,
                                      .octets = {ignore, ignore},
                                      .observer = way.observer,
                                      .receive_buffer = 1 << 24,
                                      .give_up = 600 * SECOND};
    struct sim_profile *profile = sim_profile_new(SIM_PROFILE_NULL, way.seed, &changes, NULL);
    struct bulk bulk = {.total = octets / sizeof block * sizeof block};
    int64_t start;

    bulk.world = sim_world_new(&config);
    for (uint32_t i = 0; i < 2; i++) {
        sim_host_new(bulk.world, profile, i, SIM_REGION_DRAWN);
        sim_node_new(bulk.world, i, &bulk_ops, &bulk);
        sim_listen(bulk.world, i, 100);
    }
    sim_connect(bulk.world, 0, sim_host_address(1), 100);
    sim_run_until(bulk.world, SECOND, NULL);
    if (way.loss_ppm)
        sim_impair(bulk.world, 0, &(struct sim_impairment){.loss_ppm = way.loss_ppm});
    start = sim_now(bulk.world);
    for (uint64_t written = 0; written < bulk.total; written += sizeof block)
        sim_write(bulk.world, bulk.conn, block, sizeof block, block);
    sim_run_until(bulk.world, SIM_TIME_NEVER, NULL);
    cr_assert_eq(bulk.received, bulk.total);
    sim_world_free(bulk.world);
    sim_profile_free(profile);
    return (double)bulk.total / ((double)(bulk.done - start) / 1e9);
}

/* Mathis, Semke, Mahdavi, Ott: MSS / (R · sqrt(2p/3)). 1500 losses: the mean is within about 3 %. */
Test(tcp, bulk_transfer_under_loss_has_the_rate_of_the_square_root_law)
{
    static const uint32_t losses[] = {1000, 2000, 5000, 10000, 20000, 30000};
    static const int64_t trips[] = {10, 20, 50, 100, 200};

    for (size_t i = 0; i < G_N_ELEMENTS(losses); i++) {
        for (size_t k = 0; k < G_N_ELEMENTS(trips); k++) {
            double p = losses[i] / 1e6, law = MSS / ((double)trips[k] / 1000 * sqrt(2 * p / 3));
            double rate = bulk_rate((struct way){.delay = trips[k] * MS / 2, .loss_ppm = losses[i], .seed = 1 + i},
                                    (uint64_t)(1500 / p * MSS));

            cr_expect(rate > 0.75 * law && rate < 1.25 * law, "p %.1f %%, R %ld ms: %.0f octets/s, %.2f of the law", 100 * p,
                      trips[k], rate, rate / law);
        }
    }
}

/* Without loss the window doubles each round trip: after k of them 10 (2^k - 1) segments have left, so the octets that one more
 * round trip brings are 10 · 2^k segments, but for the ends of the writes, which are no whole segments. The line is infinite. */
struct arrivals {
    uint64_t octets[64]; /* by round trip */
    int64_t from, trip;
    int64_t last;
    bool disorder;
};

static void count_arrival(void *user, int64_t now, const struct sim_packet *packet)
{
    struct arrivals *arrivals = user;
    int64_t trip = arrivals->trip ? (now - arrivals->from) / arrivals->trip : 0;

    arrivals->disorder = arrivals->disorder || now < arrivals->last;
    arrivals->last = now;
    if (packet->kind == SIM_SEGMENT_DATA && trip >= 0 && trip < 64)
        arrivals->octets[trip] += packet->size;
}

Test(tcp, slow_start_doubles_with_each_round_trip)
{
    struct arrivals arrivals = {.from = SECOND + 50 * MS, .trip = 100 * MS};
    const struct sim_observer observer = {.user = &arrivals, .arrived = count_arrival};

    bulk_rate((struct way){.delay = 50 * MS, .seed = 1, .observer = &observer}, 10 << 20);
    for (unsigned k = 0; k < 8; k++) {
        uint64_t expected = (uint64_t)10 * MSS << k;

        cr_expect(arrivals.octets[k] <= expected && arrivals.octets[k] >= expected - expected / 100 - 2 * MSS, "round trip %u: %lu octets, not %lu",
                  k, arrivals.octets[k], expected);
    }
}

/* A line of 20 Mbit/s with a round trip of 100 ms: once the window covers both, the line is never idle. */
Test(tcp, without_loss_a_long_transfer_fills_the_line)
{
    double rate = bulk_rate((struct way){.delay = 50 * MS, .up = 20000000, .seed = 1}, 100 << 20);
    double line = 20e6 / 8 * MSS / (MSS + SIM_HEADERS);

    cr_assert(rate > 0.97 * line && rate <= line, "%.0f of %.0f octets/s", rate, line);
}

Test(tcp, runs_are_equal_for_equal_seeds_only)
{
    const struct way way = {.delay = 20 * MS, .loss_ppm = 10000, .burst = 3, .seed = 5};
    struct way other = way;
    double first = bulk_rate(way, 4 << 20);

    other.seed = 6;
    cr_assert_eq(first, bulk_rate(way, 4 << 20));
    cr_assert_neq(first, bulk_rate(other, 4 << 20));
}

/* --- Messages on a connection ------------------------------------------------------- */

static void open_full(struct sim_profile_changes changes, int64_t delay, uint32_t nodes, struct sim_config config)
{
    static struct sim_dist way;

    way = (struct sim_dist){.kind = SIM_DIST_CONSTANT, .a = delay};
    changes.delay = &way;
    changes.tcp_full = true;
    config.seed = config.seed ? config.seed : 1;
    rig_open(&rig, SIM_PROFILE_NULL, &changes, nodes, &config);
}

Test(tcp, small_trains_are_not_changed_also_after_a_long_rest)
{
    struct sim_fingerprint prints[2];

    for (int full = 0; full < 2; full++) {
        const struct sim_profile_changes changes = {.tcp_full = full == 1};

        rig_open(&rig, SIM_PROFILE_WORLD_HOMES, &changes, 3, NULL);
        rig_connect(&rig, 0, 1);
        rig_connect(&rig, 1, 2);
        for (int i = 0; i < 50; i++) { /* often, then seldom; up to the initial window each */
            rig_write(&rig, (uint32_t)(i % 2), (size_t)(i < 40 ? 200 : 14000));
            rig_run(&rig, sim_now(rig.world) + (i < 40 ? 10 * MS : 60 * SECOND));
        }
        rig_run(&rig, sim_now(rig.world) + 60 * SECOND);
        prints[full] = sim_world_fingerprint(rig.world);
        rig_check_balance(&rig);
        rig_close(&rig);
    }
    cr_assert(prints[0].high == prints[1].high && prints[0].low == prints[1].low);
}

Test(tcp, more_than_the_initial_window_takes_further_round_trips_again_after_a_rest)
{
    open_full((struct sim_profile_changes){0}, 50 * MS, 2, (struct sim_config){0});
    rig_connect(&rig, 0, 1);
    rig_run(&rig, SECOND);
    rig_write(&rig, 0, 40000); /* 14,600 + 25,400 */
    rig_run(&rig, 1100 * MS);
    rig_expect(&rig, "1050.000ms 1 14600 octets\n");
    rig_run(&rig, 1190 * MS);
    rig_expect(&rig, "1150.000ms 1 25400 octets\n");
    rig_run(&rig, 1240 * MS);
    rig_write(&rig, 0, 60000); /* the window is 54,600 now: 37 whole segments */
    rig_run(&rig, 3 * SECOND);
    rig_expect(&rig, "1290.000ms 1 54020 octets\n1390.000ms 1 5980 octets\n");
    rig_write(&rig, 0, 20000); /* idle for longer than a time-out: as at first */
    rig_run(&rig, 4 * SECOND);
    rig_expect(&rig, "3050.000ms 1 14600 octets\n3150.000ms 1 5400 octets\n");
    rig_check_balance(&rig);
    rig_close(&rig);
}

Test(tcp, a_closed_window_blocks_the_writer_and_the_fin_comes_last)
{
    open_full((struct sim_profile_changes){0}, 50 * MS, 2, (struct sim_config){.send_buffer = 10000});
    rig_connect(&rig, 0, 1);
    rig_run(&rig, SECOND);
    rig_write(&rig, 0, 30000); /* 14,600 depart, 15,400 wait: 5,400 beyond the buffer */
    sim_finish(rig.world, rig.nodes[0].conn);
    rig_run(&rig, 3 * SECOND);
    rig_expect(&rig, "1000.000ms 0 blocked 24600\n1050.000ms 1 14600 octets\n1100.000ms 0 writable 30000\n"
                     "1150.000ms 1 15400 octets\n1150.000ms 1 eof\n");
    rig_check_balance(&rig);
    rig_close(&rig);
}

/* Messages of one packet, one after the other: who loses it waits T, then 2T more, …; T = max(200 ms, RTT + 4 var). With a constant
 * round trip var shrinks to nothing. The share of those that wait at all is p, of those that wait twice p². */
static void check_tail(int64_t round_trip, int64_t timeout)
{
    enum { MESSAGES = 20000 };
    int once = 0, twice = 0, odd = 0;

    open_full((struct sim_profile_changes){0}, round_trip * MS / 2, 2, (struct sim_config){0});
    rig_connect(&rig, 0, 1);
    sim_impair(rig.world, 0, &(struct sim_impairment){.loss_ppm = 50000});
    for (int i = 0; i < MESSAGES; i++) {
        int64_t sent = sim_now(rig.world), took;

        rig_write(&rig, 0, 100);
        while (rig.nodes[1].received->len == 0)
            rig_run(&rig, sim_now(rig.world) + MS);
        took = (sim_now(rig.world) - sent) / MS - round_trip / 2;
        once += took >= timeout;
        twice += took >= 3 * timeout;
        odd += i > 50 && took % timeout > 2; /* the estimate has settled */
        g_string_truncate(rig.nodes[1].received, 0);
        g_string_truncate(rig.log, 0);
        rig_run(&rig, sim_now(rig.world) + round_trip * MS);
    }
    cr_expect(abs(once - MESSAGES / 20) < 4 * 31, "%d of %d waited, not 5 %%", once, MESSAGES);
    cr_expect(abs(twice - MESSAGES / 400) < 4 * 7, "%d of %d waited twice, not 0.25 %%", twice, MESSAGES);
    cr_expect_eq(odd, 0, "%d waited for a time that is no multiple of %ld ms", odd, timeout);
    rig_close(&rig);
}

Test(tcp, a_lost_message_alone_waits_200_ms_where_the_round_trip_is_short)
{
    check_tail(20, 200);
}

Test(tcp, a_lost_message_alone_waits_a_round_trip_where_that_is_long)
{
    check_tail(400, 400);
}

/* RFC 6298 with round trips that alternate between R and R + 40 ms: var settles near the mean deviation, 20 ms. */
Test(tcp, the_time_out_follows_the_deviation_of_the_round_trip)
{
    struct sim_tcp tcp = {0};
    const struct sim_tcp_fate fine = {0};
    int64_t timeout;

    sim_tcp_open(&tcp, 0, 0);
    for (int i = 0; i < 200; i++) {
        struct sim_tcp_train train = {.now = i * SECOND, .round_trip = 300 * MS, .size = 100};

        sim_tcp_room(&tcp, &train);
        sim_tcp_sent(&tcp, &train, train.now + (i % 2 ? 340 : 300) * MS, &fine);
    }
    timeout = sim_tcp_timeout(&tcp, 300 * MS);
    cr_assert(timeout > (320 + 4 * 18) * MS && timeout < (320 + 4 * 23) * MS, "%ld ms", timeout / MS);
}

/* After a time-out the window is one segment; small messages, one at a time, are enough to open it again. */
Test(tcp, small_messages_open_the_window_after_a_time_out)
{
    struct sim_tcp tcp = {0};
    const struct sim_tcp_fate fine = {0};

    sim_tcp_open(&tcp, 0, 0);
    sim_tcp_restart(&tcp);
    for (int i = 0; i < 40; i++) {
        struct sim_tcp_train train = {.now = i * 100 * MS, .round_trip = 20 * MS, .size = 100};

        cr_assert_eq(sim_tcp_room(&tcp, &train), 100);
        sim_tcp_sent(&tcp, &train, train.now + 20 * MS, &fine);
    }
    cr_assert_geq(tcp.window, 2 * MSS, "%u", tcp.window);
}

Test(tcp, a_syn_is_sent_again_after_1_3_7_and_15_s)
{
    int waits[5] = {0}, other = 0;

    open_full((struct sim_profile_changes){0}, 10 * MS, 2, (struct sim_config){0});
    sim_impair(rig.world, 0, &(struct sim_impairment){.loss_ppm = 400000});
    for (int i = 0; i < 2000; i++) {
        int64_t began = sim_now(rig.world), took;
        sim_conn conn = sim_connect(rig.world, 0, sim_host_address(1), 101);

        rig.nodes[0].conn = 0;
        while (!rig.nodes[0].conn && sim_now(rig.world) < began + 60 * SECOND)
            rig_run(&rig, sim_now(rig.world) + 20 * MS);
        took = (sim_now(rig.world) - began) / MS - 20;
        if (!rig.nodes[0].conn)
            waits[4]++; /* gave up, or the last answer came too late */
        else if (took % 1000)
            other++;
        else if (took == 0 || took == 1000 || took == 3000)
            waits[took / 1000 == 3 ? 2 : took / 1000]++;
        if (rig.nodes[0].conn)
            sim_abort(rig.world, conn);
        g_string_truncate(rig.log, 0);
    }
    cr_expect_eq(other, 0, "%d took no whole seconds", other);
    /* Both the SYN and its answer pass at once: 0.6². Together a second: one of them was lost once, 2 · 0.6² · 0.4. */
    cr_expect(abs(waits[0] - 720) < 90, "%d at once", waits[0]);
    cr_expect(abs(waits[1] - 576) < 90, "%d after a second", waits[1]);
    rig_close(&rig);
}

Test(tcp, when_everything_is_lost_the_sender_gives_up)
{
    open_full((struct sim_profile_changes){0}, 10 * MS, 2, (struct sim_config){.give_up = 6 * SECOND});
    rig_connect(&rig, 0, 1);
    sim_impair(rig.world, 0, &(struct sim_impairment){.loss_ppm = 1000000});
    rig_write(&rig, 0, 60000);
    rig_run(&rig, 60 * SECOND);
    rig_expect(&rig, "6040.000ms 0 closed timeout\n");
    rig_check_balance(&rig);
    rig_close(&rig);
}

/* T18, and order: the octets that arrive are those that were written, whatever is lost, cut or paused. */
Test(tcp, octets_are_conserved_and_in_order_under_loss_and_cuts)
{
    static const uint8_t side[] = {1, 2};
    static uint8_t text[40000];

    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (uint8_t)(i * 7 + i / 251);
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct sim_counters counters;
        size_t at = 0;

        open_full((struct sim_profile_changes){.loss_burst = seed % 2 ? 4 : 1}, 30 * MS, 2,
                  (struct sim_config){.seed = seed, .receive_buffer = 20000, .give_up = 1000 * SECOND});
        rig_connect(&rig, 0, 1);
        sim_impair(rig.world, 1, &(struct sim_impairment){.loss_ppm = 30000});
        for (int i = 0; i < 40; i++) {
            struct sim_cut *cut = i % 9 == 4 ? sim_cut_begin(rig.world, side, 2, false) : NULL;

            if (i % 7 == 3)
                sim_pause(rig.world, rig.nodes[1].conn);
            sim_write(rig.world, rig.nodes[0].conn, text, (size_t)(i + 1) * 1000, NULL);
            rig_run(&rig, sim_now(rig.world) + 40 * MS);
            if (cut)
                sim_cut_heal(rig.world, cut);
            sim_resume(rig.world, rig.nodes[1].conn);
        }
        rig_run(&rig, sim_now(rig.world) + 3000 * SECOND);
        sim_world_counters(rig.world, &counters);
        cr_assert_eq(counters.written, 820000);
        cr_assert(counters.received == counters.written && counters.lost == 0, "seed %lu: %lu received", seed, counters.received);
        for (size_t i = 0; i < 40; at += ++i * 1000)
            cr_assert_eq(memcmp(rig.nodes[1].received->str + at, text, (i + 1) * 1000), 0, "write %zu differs", i);
        rig_close(&rig);
    }
}

/* --- Loss processes ----------------------------------------------------------------- */

struct bursts {
    uint64_t packets, lost, count, arrived_runs;
};

static struct bursts watch(struct sim_loss_model model, uint64_t packets)
{
    struct sim_loss loss = {.seed = 7, .lane = 9};
    struct bursts bursts = {.packets = packets};
    bool before = false;

    for (uint64_t i = 0; i < packets; i++) {
        bool lost = sim_loss_pass(&loss, &model, 1) == 0;

        bursts.lost += lost;
        bursts.count += lost && !before;
        before = lost;
    }
    return bursts;
}

/* Share p and mean length b of the bursts, as the two-state chain has them: b = 1/P(bad → good). */
Test(tcp, bursts_of_losses_have_the_share_and_the_length_asked_for)
{
    static const uint32_t lengths[] = {2, 5, 20}, shares[] = {5000, 50000, 300000};

    for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
        for (size_t k = 0; k < G_N_ELEMENTS(shares); k++) {
            struct bursts seen = watch((struct sim_loss_model){.ppm = shares[k], .burst = lengths[i]}, 4000000);
            double share = (double)seen.lost / (double)seen.packets, length = (double)seen.lost / (double)seen.count;

            cr_expect(fabs(share * 1e6 / shares[k] - 1) < 0.06, "share %.4f, not %u ppm", share, shares[k]);
            cr_expect(fabs(length / lengths[i] - 1) < 0.06, "bursts of %.2f, not %u", length, lengths[i]);
        }
    }
}

/* Each for itself: a lost packet is followed by a lost one with p, so bursts are 1/(1 - p) long. */
Test(tcp, single_losses_do_not_know_of_each_other)
{
    struct bursts seen = watch((struct sim_loss_model){.ppm = 200000}, 1000000);

    cr_expect(fabs((double)seen.lost / 200000 - 1) < 0.01);
    cr_expect(fabs((double)seen.lost / (double)seen.count - 1.25) < 0.01);
}

Test(tcp, packets_may_be_asked_for_one_by_one_or_together)
{
    const struct sim_loss_model model = {.ppm = 30000, .burst = 3};
    struct sim_loss one = {.seed = 1, .lane = 2}, all = one;
    const int64_t packets = 100000;

    for (int64_t at = 0; at < packets; at++) {
        int64_t until = sim_loss_pass(&all, &model, packets - at);

        for (int64_t i = 0; i < until; i++)
            cr_assert_eq(sim_loss_pass(&one, &model, 1), 1);
        at += until;
        if (at < packets)
            cr_assert_eq(sim_loss_pass(&one, &model, 1), 0);
    }
}

Test(tcp, a_recorded_trace_is_replayed_and_begins_anew)
{
    struct sim_loss_trace *trace = sim_loss_trace_new("# of a radio\n0001\n0 0 1 1 0\n", "radio.txt", NULL);
    struct sim_loss_model model = {.trace = trace};
    struct bursts seen = watch(model, 9000);

    cr_assert_not_null(trace);
    cr_assert(seen.lost == 3000 && seen.count == 2000, "%lu lost in %lu bursts", seen.lost, seen.count);
    sim_loss_trace_free(trace);
}

Test(tcp, a_bad_trace_is_told_with_its_line)
{
    static const char *const bad[][2] = {{"0101\n0x1\n", "a.txt:2: a loss trace is of 0 (arrived) and 1 (lost), one digit a packet; this is 'x'"},
                                         {"111", "a.txt:1: a loss trace needs a packet that arrives (0)"},
                                         {"", "a.txt:1: a loss trace needs a packet that arrives (0)"}};

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        GError *error = NULL;

        cr_assert_null(sim_loss_trace_new(bad[i][0], "a.txt", &error));
        cr_expect_str_eq(error->message, bad[i][1]);
        g_error_free(error);
    }
}
