/* T6: latencies of real peers on a generated "grown 2→3" mesh of 1000, N2's delays without jitter and rates: decisions 11. */
#include "tests/unit/theory/graphs.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

enum { PEERS = 1000, SEEDS = 20, FLOODS = 5 };

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

struct row {
    double p50, p99, most; /* ms */
};

/* Percentiles of one flood, and T2 on the way. */
static void add_flood(const struct rig *rig, uint32_t number, struct row *row)
{
    const struct rig_flood *flood = rig_flood(rig, number);
    int64_t *distance = rig_distances(rig, flood->origin), *latency = g_new(int64_t, PEERS);
    uint32_t count = 0;
    for (uint32_t p = 0; p < PEERS; p++) {
        cr_assert_neq(flood->first[p], NEVER, "message %u never reached peer %u", number, p);
        cr_assert_eq(flood->first[p] - flood->published, distance[p], "message %u took %ld ns to peer %u, the way is %ld ns", number,
                     flood->first[p] - flood->published, p, distance[p]);
        if (p != flood->origin)
            latency[count++] = distance[p];
    }
    qsort(latency, count, sizeof *latency, ascending);
    row->p50 += (double)latency[count / 2] / MS;
    row->p99 += (double)latency[count * 99 / 100] / MS;
    row->most += (double)latency[count - 1] / MS;
    g_free(distance);
    g_free(latency);
}

static void judge(const char *what, double value, double due)
{
    cr_log_info("%s: %.1f ms (table: %.0f ms)", what, value, due);
    cr_assert_lt(fabs(value - due), 0.15 * due, "%s is %.1f ms, the table says %.0f ms", what, value, due);
}

Test(theory, t6_latencies_on_a_grown_mesh_are_those_of_the_table)
{
    struct pc_rules rules = *pc_rules_of(PC_DIALECT_NET);
    struct row sum = {0};
    double links = 0;
    rules.maintenance = false;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct sim_profile *profile = rig_unloaded(SIM_PROFILE_WORLD_HOMES, seed);
        struct rig rig;
        size_t count;
        struct rig_edge *edges = graph_grown(PEERS, seed, &count);
        rig_open(&rig, PEERS, seed, profile, &rules, false);
        rig_dial(&rig, edges, count);
        rig_publish(&rig, FLOODS, SECOND);
        for (uint32_t i = 0; i < FLOODS; i++)
            add_flood(&rig, i, &sum);
        links += (double)rig.links;
        rig_close(&rig);
        g_free(edges);
        sim_profile_free(profile);
    }
    double floods = SEEDS * FLOODS;
    cr_log_info("mean degree %.2f", 2 * links / SEEDS / PEERS);
    judge("the median", sum.p50 / floods, 174);
    judge("the 99th percentile", sum.p99 / floods, 267);
    judge("the maximum", sum.most / floods, 302);
}
