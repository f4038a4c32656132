/* Lines whose rate changes while octets wait for them: sim/recall.c. With 8 kbit/s 960 octets take a second, with their header. */
#include "tests/unit/sim/rig.h"

#include "sim/fault.h"

#include <criterion/criterion.h>
#include <string.h>

static struct rig rig;
static const struct sim_dist slow = {.kind = SIM_DIST_CONSTANT, .a = 8000};
static const struct sim_dist fast = {.kind = SIM_DIST_CONSTANT, .a = 80000};

/* Nodes 0 and 1, and 0 and 2, connected, with lines of that rate; 0 is at rest. → now */
static int64_t open_at(const struct sim_dist *up, const struct sim_config *config)
{
    rig_open(&rig, SIM_PROFILE_NULL, &(struct sim_profile_changes){.up = up}, 3, config);
    rig_connect(&rig, 0, 1);
    rig_run(&rig, SECOND);
    return sim_now(rig.world);
}

static struct sim_trouble *limit(uint64_t up)
{
    return sim_impair(rig.world, 0, &(struct sim_impairment){.up = up});
}

Test(rate, what_waits_for_a_line_that_recovers_departs_at_the_new_rate)
{
    int64_t start = open_at(&fast, &(struct sim_config){.seed = 1});
    struct sim_trouble *collapsed = limit(8000);

    for (int i = 0; i < 3; i++)
        rig_write(&rig, 0, 960);
    rig_run(&rig, start + 300 * MS);
    sim_repair(rig.world, collapsed); /* the first one is on the line, and ends as it began */
    rig_write(&rig, 0, 960);
    rig_run(&rig, start + 20 * SECOND);
    rig_expect(&rig, "2010.000ms 1 960 octets\n2110.000ms 1 960 octets\n2210.000ms 1 960 octets\n2310.000ms 1 960 octets\n");
    rig_check_balance(&rig);
    rig_close(&rig);
}

Test(rate, what_waits_for_a_line_that_collapses_departs_at_the_new_rate)
{
    int64_t start = open_at(&fast, &(struct sim_config){.seed = 1});

    for (int i = 0; i < 3; i++)
        rig_write(&rig, 0, 960);
    rig_run(&rig, start + 50 * MS);
    limit(8000);
    rig_write(&rig, 0, 960);
    rig_run(&rig, start + 20 * SECOND);
    rig_expect(&rig, "1110.000ms 1 960 octets\n2110.000ms 1 960 octets\n3110.000ms 1 960 octets\n4110.000ms 1 960 octets\n");
    rig_check_balance(&rig);
    rig_close(&rig);
}

/* Trains of two connections take turns as they were written, before and after. */
Test(rate, the_order_of_the_line_stays_over_all_connections)
{
    sim_conn first, second;
    struct sim_trouble *collapsed;
    int64_t start;

    open_at(&fast, &(struct sim_config){.seed = 1});
    first = rig.nodes[0].conn;
    rig_connect(&rig, 0, 2);
    second = rig.nodes[0].conn;
    rig_run(&rig, 2 * SECOND);
    start = sim_now(rig.world);
    collapsed = limit(8000);
    for (int i = 0; i < 4; i++) {
        rig.nodes[0].conn = i % 2 ? second : first;
        rig_write(&rig, 0, 960);
    }
    rig_run(&rig, start + 1500 * MS);
    sim_repair(rig.world, collapsed);
    rig_run(&rig, start + 20 * SECOND);
    rig_expect(&rig, "3010.000ms 1 960 octets\n4010.000ms 2 960 octets\n4110.000ms 1 960 octets\n4210.000ms 2 960 octets\n");
    rig_close(&rig);
}

/* The first train is of another connection, so the blocked one's would have departed after two seconds, and departs after 1.1 s. */
Test(rate, a_node_that_is_blocked_learns_in_time_that_octets_depart_again)
{
    sim_conn other;
    struct sim_trouble *collapsed;
    int64_t start;

    open_at(&fast, &(struct sim_config){.seed = 1, .send_buffer = 1000});
    other = rig.nodes[0].conn;
    rig_connect(&rig, 0, 2);
    rig_run(&rig, 2 * SECOND);
    start = sim_now(rig.world);
    collapsed = limit(8000);
    sim_write(rig.world, other, (const uint8_t[960]){0}, 960, NULL);
    for (int i = 0; i < 4; i++)
        rig_write(&rig, 0, 960);
    rig_run(&rig, start + 100 * MS);
    rig_expect(&rig, "2000.000ms 0 blocked 1000\n");
    sim_repair(rig.world, collapsed);
    rig_run(&rig, start + 1320 * MS);
    rig_expect(&rig, "3010.000ms 1 960 octets\n3100.000ms 0 writable 1960\n3110.000ms 2 960 octets\n"
                     "3200.000ms 0 writable 2920\n3210.000ms 2 960 octets\n3300.000ms 0 writable 3840\n3310.000ms 2 960 octets\n");
    rig_run(&rig, start + 20 * SECOND);
    rig_expect(&rig, "3410.000ms 2 960 octets\n");
    rig_close(&rig);
}

/* What is sent to a line of 16 kbit/s takes half a second there; the last bit is later than that of the sender's line, or not. */
Test(rate, the_slower_of_both_lines_counts_before_and_after)
{
    const struct sim_dist down = {.kind = SIM_DIST_CONSTANT, .a = 16000};
    const struct sim_profile_changes changes = {.up = &fast, .down = &down};
    struct sim_trouble *collapsed;
    int64_t start;

    rig_open(&rig, SIM_PROFILE_NULL, &changes, 2, &(struct sim_config){.seed = 1});
    rig_connect(&rig, 0, 1);
    rig_run(&rig, SECOND);
    start = sim_now(rig.world);
    collapsed = limit(8000);
    for (int i = 0; i < 3; i++)
        rig_write(&rig, 0, 960);
    rig_run(&rig, start + 10 * MS);
    sim_repair(rig.world, collapsed);
    rig_run(&rig, start + 20 * SECOND);
    /* On the sender's line until 2.0, 2.1, 2.2 s; the receiver's takes each for half a second. */
    rig_expect(&rig, "2010.000ms 1 960 octets\n2510.000ms 1 960 octets\n3010.000ms 1 960 octets\n");
    rig_close(&rig);
}

Test(rate, an_end_that_is_gone_takes_its_octets_with_it_after_a_change_as_before)
{
    int64_t start = open_at(&slow, &(struct sim_config){.seed = 1});

    for (int i = 0; i < 4; i++)
        rig_write(&rig, 0, 960);
    rig_run(&rig, start + 500 * MS);
    limit(4000);
    rig_run(&rig, start + 2000 * MS); /* the first has arrived, the second is on the line */
    sim_abort(rig.world, rig.nodes[0].conn);
    limit(2000);
    rig_run(&rig, start + 60 * SECOND);
    cr_assert(g_str_has_prefix(rig.log->str, "2010.000ms 1 960 octets\n"), "%s", rig.log->str);
    cr_assert(!strstr(strchr(rig.log->str, '\n') + 1, "octets"), "%s", rig.log->str);
    rig_check_balance(&rig);
    rig_close(&rig);
}

/* Changes that change nothing, and one that is undone before a train has departed, leave every arrival where it was. */
Test(rate, a_change_undone_at_once_changes_nothing)
{
    char *log[2];

    for (int with = 0; with < 2; with++) {
        int64_t start = open_at(&slow, &(struct sim_config){.seed = 1});

        for (int i = 0; i < 4; i++)
            rig_write(&rig, 0, 960);
        rig_run(&rig, start + 500 * MS);
        if (with)
            sim_repair(rig.world, limit(100));
        rig_run(&rig, start + 60 * SECOND);
        log[with] = g_strdup(rig.log->str);
        rig_close(&rig);
    }
    cr_assert_str_eq(log[0], log[1]);
}
