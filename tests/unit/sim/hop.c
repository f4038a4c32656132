/* Where the time of a train goes: the parts of every hop add up to its arrival, and each has its cause. */
#include "tests/unit/sim/rig.h"

#include "sim/fault.h"

#include <criterion/criterion.h>

#define SEEN_MAX 4096

struct seen {
    int64_t time;
    struct sim_hop hop;
    bool handed;
};

static struct rig rig;
static struct seen seen[SEEN_MAX]; /* data that arrived, or was handed over later */
static int count;

static void check_sum(int64_t now, const struct sim_hop *hop)
{
    int64_t sum = hop->written + hop->held + hop->queued + hop->serialised + hop->propagation + hop->jitter +
                  hop->stalled + hop->unread;

    cr_assert_eq(sum, now, "parts end %ld ns off: held %ld queued %ld serialised %ld propagation %ld jitter %ld stalled %ld",
                 sum - now, hop->held, hop->queued, hop->serialised, hop->propagation, hop->jitter, hop->stalled);
    cr_assert(hop->held >= 0 && hop->queued >= 0 && hop->serialised >= 0 && hop->propagation > 0 && hop->jitter >= 0 &&
              hop->stalled >= 0 && hop->unread >= 0);
}

static void note(int64_t now, const struct sim_packet *packet, bool handed)
{
    cr_assert_not_null(packet->hop);
    check_sum(now, packet->hop);
    if (packet->kind != SIM_SEGMENT_DATA)
        return;
    cr_assert_lt(count, SEEN_MAX);
    seen[count++] = (struct seen){now, *packet->hop, handed};
}

static void on_arrived(void *user, int64_t now, const struct sim_packet *packet)
{
    (void)user;
    note(now, packet, false);
}

static void on_handed(void *user, int64_t now, const struct sim_packet *packet)
{
    (void)user;
    note(now, packet, true);
}

static const struct sim_observer watcher = {
    .hops = true, .arrived = on_arrived, .lost = on_arrived, .handed = on_handed};

static void open_watched(enum sim_profile_id id, const struct sim_profile_changes *changes, uint32_t nodes,
                         struct sim_config config)
{
    config.observer = &watcher;
    rig_open(&rig, id, changes, nodes, &config);
    count = 0;
}

/* Everything in ms; what leaves at one time arrives a nanosecond apart. */
static void expect(int index, int64_t held, int64_t queued, int64_t serialised, int64_t jitter, int64_t stalled)
{
    const struct sim_hop *hop = &seen[index].hop;

    cr_assert_lt(index, count);
    cr_expect(hop->held / MS == held && hop->queued / MS == queued && hop->serialised / MS == serialised &&
                  hop->propagation / MS == 10 && hop->jitter / MS == jitter && hop->stalled / MS == stalled,
              "train %d: held %ld queued %ld serialised %ld propagation %ld jitter %ld stalled %ld", index, hop->held / MS,
              hop->queued / MS, hop->serialised / MS, hop->propagation / MS, hop->jitter / MS, hop->stalled / MS);
}

Test(hop, an_idle_way_is_serialisation_and_base_delay)
{
    const struct sim_dist up = {.kind = SIM_DIST_CONSTANT, .a = 8000}; /* an octet a ms */
    const struct sim_profile_changes changes = {.up = &up};

    open_watched(SIM_PROFILE_NULL, &changes, 2, (struct sim_config){.seed = 1});
    rig_connect(&rig, 0, 1);
    rig_run(&rig, SECOND);
    rig_write(&rig, 0, 60);
    rig_write(&rig, 0, 160); /* waits for the first */
    rig_run(&rig, 10 * SECOND);
    expect(0, 0, 0, 100, 0, 0);
    expect(1, 0, 100, 200, 0, 0);
    rig_close(&rig);
}

Test(hop, trains_of_two_senders_queue_at_the_receiver)
{
    const struct sim_dist down = {.kind = SIM_DIST_CONSTANT, .a = 8000};
    const struct sim_profile_changes changes = {.down = &down};

    open_watched(SIM_PROFILE_NULL, &changes, 3, (struct sim_config){.seed = 1});
    rig_connect(&rig, 0, 2);
    rig_run(&rig, SECOND);
    rig_connect(&rig, 1, 2);
    rig_run(&rig, 5 * SECOND);
    rig_write(&rig, 0, 60);
    rig_write(&rig, 1, 160);
    rig_run(&rig, 20 * SECOND);
    expect(0, 0, 0, 100, 0, 0);
    expect(1, 0, 100, 200, 0, 0); /* its last bit came at 210 ms, the line was taken from 10 to 110 */
    rig_close(&rig);
}

Test(hop, what_is_written_before_the_connection_is_open_is_held)
{
    open_watched(SIM_PROFILE_NULL, NULL, 2, (struct sim_config){.seed = 1});
    rig.nodes[0].conn = sim_connect(rig.world, 0, sim_host_address(1), 101);
    rig_write(&rig, 0, 5);
    rig_run(&rig, SECOND);
    expect(0, 20, 0, 0, 0, 0);
    rig_close(&rig);
}

Test(hop, a_reader_that_pauses_is_time_unread_and_time_held)
{
    open_watched(SIM_PROFILE_NULL, NULL, 2, (struct sim_config){.seed = 1, .receive_buffer = 1000});
    rig_connect(&rig, 0, 1); /* 40 ms */
    sim_pause(rig.world, rig.nodes[1].conn);
    rig_write(&rig, 0, 1500);
    rig_run(&rig, 100 * MS); /* the sender knows that it is to stop */
    rig_write(&rig, 0, 10);
    rig_run(&rig, SECOND);
    sim_resume(rig.world, rig.nodes[1].conn);
    rig_run(&rig, 2 * SECOND);
    cr_assert_eq(count, 3);
    expect(0, 0, 0, 0, 0, 0);
    cr_assert(seen[1].handed && seen[1].hop.unread == 950 * MS);
    expect(2, 910, 0, 0, 0, 0); /* told to go on at 1010 ms */
    cr_assert_eq(seen[2].hop.unread, 0);
    rig_close(&rig);
}

Test(hop, a_cut_is_a_stall_also_of_what_was_on_the_line_and_of_what_came_later)
{
    const struct sim_dist up = {.kind = SIM_DIST_CONSTANT, .a = 80000}; /* 1000 octets: 100 ms */
    const struct sim_profile_changes changes = {.up = &up};
    static const uint8_t side[] = {1, 2};
    struct sim_cut *cut;

    open_watched(SIM_PROFILE_NULL, &changes, 2, (struct sim_config){.seed = 1, .give_up = 6300 * MS});
    rig_connect(&rig, 0, 1);
    rig_run(&rig, SECOND);
    for (int i = 0; i < 4; i++)
        rig_write(&rig, 0, 960);
    rig_run(&rig, 1150 * MS); /* the first is away, the second on the line */
    cut = sim_cut_begin(rig.world, side, 2, false);
    rig_run(&rig, 1200 * MS);
    rig_write(&rig, 0, 960);
    sim_cut_heal(rig.world, cut); /* the attempt is at 1250 ms; the line was promised until 1400 */
    rig_run(&rig, 10 * SECOND);
    cr_assert_eq(count, 5);
    expect(0, 0, 0, 100, 0, 0);
    expect(1, 0, 100 + 150, 100, 0, 150);  /* 50 ms of it in vain on the line */
    expect(2, 0, 150 + 250, 100, 0, 100);
    expect(3, 0, 150 + 350, 100, 0, 100);
    expect(4, 0, 450, 100, 0, 50);
    rig_close(&rig);
}

Test(hop, sleep_is_a_stall)
{
    struct sim_trouble *sleep;

    open_watched(SIM_PROFILE_NULL, NULL, 2, (struct sim_config){.seed = 1});
    rig_connect(&rig, 0, 1);
    rig_write(&rig, 0, 4);
    sleep = sim_impair(rig.world, 1, &(struct sim_impairment){.asleep = true});
    rig_run(&rig, 5 * SECOND);
    sim_repair(rig.world, sleep);
    rig_run(&rig, 6 * SECOND);
    expect(0, 0, 0, 0, 0, 5000 - 50);
    rig_close(&rig);
}

Test(hop, who_comes_behind_a_stalled_train_is_stalled)
{
    open_watched(SIM_PROFILE_NULL, NULL, 2, (struct sim_config){.seed = 1});
    rig_connect(&rig, 0, 1);
    sim_impair(rig.world, 0, &(struct sim_impairment){.loss_ppm = 20000});
    for (int i = 0; i < 400; i++) {
        rig_write(&rig, 0, 100);
        rig_run(&rig, sim_now(rig.world) + 20 * MS);
    }
    rig_run(&rig, 100 * SECOND);
    cr_assert_eq(count, 400);
    int stalled = 0;
    for (int i = 0; i < count; i++) {
        const struct sim_hop *hop = &seen[i].hop;

        stalled += hop->stalled > 0;
        cr_assert(hop->held == 0 && hop->queued == 0 && hop->jitter == 0, "there is no other cause than the loss");
    }
    cr_assert(stalled > 24 && stalled < 200, "%d stalled: those that were lost, and those behind them", stalled);
    rig_close(&rig);
}

/* All at once: slow lines, lines that change their rates, jitter, loss, cuts, sleep, a reader that pauses. The sums are checked with every train. */
static void everything_happens(bool full)
{
    const struct sim_dist up = {.kind = SIM_DIST_CONSTANT, .a = 400000}, down = {.kind = SIM_DIST_CONSTANT, .a = 300000};
    const struct sim_profile_changes changes = {.up = &up, .down = &down, .loss_ppm = 20000, .tcp_full = full};
    static const uint8_t side[] = {1, 2, 2, 1};
    int handed = 0, stalled = 0, queued = 0;

    open_watched(SIM_PROFILE_WORLD_HOMES, &changes, 4,
                 (struct sim_config){.seed = 3, .give_up = 600 * SECOND, .receive_buffer = 4000});
    for (uint32_t i = 0; i < 3; i++)
        rig_connect(&rig, i, 3);
    for (int round = 0; round < 60; round++) {
        struct sim_trouble *sleep = NULL;
        struct sim_cut *cut = NULL;
        struct sim_trouble *slow = round % 4 == 1 ? sim_impair(rig.world, 1, &(struct sim_impairment){.up = 50000}) : NULL;

        for (uint32_t i = 0; i < 3; i++)
            rig_write(&rig, i, (size_t)(100 + 700 * i + 50 * (uint32_t)round));
        if (round % 7 == 1)
            cut = sim_cut_begin(rig.world, side, 4, false);
        if (round % 9 == 2)
            sleep = sim_impair(rig.world, 3, &(struct sim_impairment){.asleep = true, .delay = MS});
        if (round % 5 == 3)
            sim_pause(rig.world, rig.nodes[3].conn);
        rig_run(&rig, sim_now(rig.world) + 150 * MS);
        if (cut)
            sim_cut_heal(rig.world, cut);
        if (sleep)
            sim_repair(rig.world, sleep);
        if (slow)
            sim_repair(rig.world, slow);
        rig_run(&rig, sim_now(rig.world) + 100 * MS);
        sim_resume(rig.world, rig.nodes[3].conn);
    }
    rig_run(&rig, 1000 * SECOND);
    for (int i = 0; i < count; i++) {
        handed += seen[i].handed;
        stalled += seen[i].hop.stalled > 0;
        queued += seen[i].hop.queued > 0;
    }
    cr_assert(handed > 2 && stalled > 20 && queued > 20, "%d handed, %d stalled, %d queued of %d", handed, stalled, queued,
              count);
    rig_check_balance(&rig);
    rig_close(&rig);
}

Test(hop, the_parts_add_up_whatever_happens)
{
    everything_happens(false);
}

Test(hop, the_parts_add_up_in_the_full_model)
{
    everything_happens(true);
}

Test(hop, what_waits_for_the_congestion_window_is_stalled)
{
    const struct sim_profile_changes changes = {.tcp_full = true};

    open_watched(SIM_PROFILE_NULL, &changes, 2, (struct sim_config){.seed = 1});
    rig_connect(&rig, 0, 1);
    rig_run(&rig, SECOND);
    rig_write(&rig, 0, 20000); /* 14,600 at once, 5,400 a round trip later */
    rig_write(&rig, 0, 10);
    rig_run(&rig, 2 * SECOND);
    cr_assert_eq(count, 3);
    expect(0, 0, 0, 0, 0, 0);
    expect(1, 0, 0, 0, 0, 20);
    expect(2, 0, 0, 0, 0, 20);
    rig_close(&rig);
}

Test(hop, watching_changes_no_fingerprint)
{
    struct sim_fingerprint prints[2];

    for (int with = 0; with < 2; with++) {
        const struct sim_profile_changes changes = {.loss_ppm = 50000};

        rig_open(&rig, SIM_PROFILE_WORLD_HOMES, &changes, 2,
                 &(struct sim_config){.seed = 1, .observer = with ? &watcher : NULL});
        count = 0;
        rig_connect(&rig, 0, 1);
        for (int i = 0; i < 100; i++) {
            rig_write(&rig, 0, 3000);
            rig_run(&rig, sim_now(rig.world) + 30 * MS);
        }
        rig_run(&rig, 60 * SECOND);
        prints[with] = sim_world_fingerprint(rig.world);
        rig_close(&rig);
    }
    cr_assert(prints[0].high == prints[1].high && prints[0].low == prints[1].low);
}
