/* T3, T8 and T9: scenarios.md 5. */
#include "tests/unit/theory/rig.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

/* ---- T3: no copy is faster than the ground below it ---- */

/* scenarios.md 4.1, as published: round trips between regions, ms. */
static const char *const regions[] = {"australia", "europe", "east-asia", "west-asia", "america-east", "america-west", "south-america", "south-africa"};
static const int round_trip[8][8] = {{2, 165, 110, 180, 150, 110, 190, 220}, {165, 2, 125, 60, 70, 110, 140, 95},
                                     {110, 125, 4, 110, 140, 100, 175, 175}, {180, 60, 110, 5, 110, 150, 145, 110},
                                     {150, 70, 140, 110, 2, 60, 100, 130},   {110, 110, 100, 150, 60, 2, 100, 160},
                                     {190, 140, 175, 145, 100, 100, 7, 195}, {220, 95, 175, 110, 130, 160, 195, 7}};

static int region_of(const struct rig *rig, uint32_t peer)
{
    const struct sim_place *place = sim_host_place(scn_net_world(rig->net), scn_net_peer_at(rig->net, peer)->host);
    const char *name = sim_profile_region_name(rig->profile, place->region);
    for (int i = 0; i < 8; i++)
        if (strcmp(regions[i], name) == 0)
            return i;
    cr_assert_fail("no region '%s' in the table", name);
    return 0;
}

Test(theory, t3_no_copy_is_faster_than_the_way_below_it)
{
    struct sim_profile *profile = sim_profile_new(SIM_PROFILE_WORLD_HOMES, 31, NULL, NULL);
    struct rig rig;
    double stretch = 0;
    unsigned pairs = 0;
    rig_open(&rig, 200, 31, profile, pc_rules_of(PC_DIALECT_NET), true);
    rig.profile = profile;
    rig_grow(&rig, 30 * SECOND, 120 * SECOND);
    rig_publish(&rig, 50, SECOND);
    for (uint32_t i = 0; i < rig.floods->len; i++) {
        const struct rig_flood *flood = rig_flood(&rig, i);
        for (uint32_t p = 0; p < rig.peers; p++) {
            if (p == flood->origin || flood->first[p] == NEVER)
                continue;
            /* Half the round trip, 1 ms, and a last mile of at least 3 ms at each end. */
            int64_t floor_ns = round_trip[region_of(&rig, flood->origin)][region_of(&rig, p)] * MS / 2 + 7 * MS;
            int64_t took = flood->first[p] - flood->published;
            cr_assert_geq(took, floor_ns, "message %u reached peer %u after %ld ns; the ground below takes %ld ns", i, p, took, floor_ns);
            stretch += (double)took / (double)floor_ns;
            pairs++;
        }
    }
    cr_log_info("mean stretch %.2f over %u pairs", stretch / pairs, pairs);
    cr_assert_gt(pairs, 9000);
    cr_assert_gt(stretch / pairs, 1.5, "the floor is no floor: stretch %.2f", stretch / pairs);
    rig_close(&rig);
    sim_profile_free(profile);
}

/* ---- T8: hop counts ---- */

/* Links from the origin to each peer, breadth first over rig_look(). */
static void distances(const struct rig *rig, uint32_t origin, uint32_t *hops)
{
    uint32_t *queue = g_new(uint32_t, rig->peers), head = 0, tail = 0;
    memset(hops, 0xFF, rig->peers * sizeof *hops);
    hops[origin] = 0;
    queue[tail++] = origin;
    while (head < tail) {
        uint32_t at = queue[head++];
        for (guint i = 0; i < rig->neighbors[at]->len; i++) {
            uint32_t next = g_array_index(rig->neighbors[at], uint32_t, i);
            if (hops[next] == UINT32_MAX) {
                hops[next] = hops[at] + 1;
                queue[tail++] = next;
            }
        }
    }
    g_free(queue);
}

static void check_ball(struct rig *rig, uint64_t limit)
{
    uint32_t first = rig->floods->len, *hops = g_new(uint32_t, rig->peers);
    rig->hops = limit;
    rig_publish(rig, 5, SECOND);
    for (uint32_t i = first; i < rig->floods->len; i++) {
        const struct rig_flood *flood = rig_flood(rig, i);
        distances(rig, flood->origin, hops);
        for (uint32_t p = 0; p < rig->peers; p++)
            cr_assert_eq(flood->first[p] != NEVER, hops[p] <= limit, "%lu hops from peer %u: peer %u, %u links away, %s", limit,
                         flood->origin, p, hops[p], flood->first[p] != NEVER ? "was reached" : "was not reached");
    }
    g_free(hops);
}

/* PC-13.4-2 */
Test(theory, t8_with_equal_delays_a_hop_limit_reaches_the_ball_and_nobody_else)
{
    struct sim_profile *profile = rig_unloaded(SIM_PROFILE_NULL, 32);
    struct rig rig;
    rig_open(&rig, 400, 32, profile, pc_rules_of(PC_DIALECT_NET), true);
    rig_grow(&rig, 60 * SECOND, 150 * SECOND);
    rig_look(&rig);
    for (uint64_t limit = 1; limit <= 10; limit++)
        check_ball(&rig, limit);
    rig_close(&rig);
    sim_profile_free(profile);
}

Test(theory, t8_with_unequal_delays_a_hop_limit_reaches_nobody_outside_the_ball_and_misses_some_inside)
{
    struct sim_profile *profile = sim_profile_new(SIM_PROFILE_WORLD_HOMES, 33, NULL, NULL);
    struct rig rig;
    unsigned ball = 0, reached = 0;
    uint32_t hops[400];
    rig_open(&rig, 400, 33, profile, pc_rules_of(PC_DIALECT_NET), true);
    rig_grow(&rig, 60 * SECOND, 150 * SECOND);
    rig_look(&rig);
    rig.hops = 5;
    rig_publish(&rig, 40, SECOND);
    for (uint32_t i = 0; i < rig.floods->len; i++) {
        const struct rig_flood *flood = rig_flood(&rig, i);
        distances(&rig, flood->origin, hops);
        for (uint32_t p = 0; p < rig.peers; p++) {
            cr_assert(hops[p] <= 5 || flood->first[p] == NEVER, "peer %u, %u links away, was reached with 5 hops", p, hops[p]);
            ball += hops[p] <= 5;
            reached += flood->first[p] != NEVER;
        }
    }
    cr_log_info("shadowed: %.1f %%", 100.0 * (ball - reached) / ball);
    cr_assert_lt(reached, ball, "nobody is shadowed: delays cannot be unequal");
    cr_assert_gt(reached, ball * 3 / 4, "%u of %u in the ball", reached, ball);
    rig_close(&rig);
    sim_profile_free(profile);
}

/* ---- T9: what a line can carry ---- */

enum { LEAVES = 6, UPLINK = 1000000 /* bit/s */ };

/* A star: the hub, peer 1, relays what leaf 0 publishes to the five others. Lateness of message i at the last leaf, ns. */
static void star(int64_t interval, uint32_t count, int64_t *late, int64_t *service)
{
    static const struct sim_dist up = {.kind = SIM_DIST_CONSTANT, .a = UPLINK}, infinite = {.kind = SIM_DIST_CONSTANT, .a = 0};
    static const struct rig_edge edges[LEAVES] = {{0, 1}, {2, 1}, {3, 1}, {4, 1}, {5, 1}, {6, 1}};
    struct sim_profile_changes changes = {.up = &up, .down = &infinite, .jitter = &infinite};
    struct sim_profile *profile = sim_profile_new(SIM_PROFILE_NULL, 34, &changes, NULL);
    struct pc_rules rules = *pc_rules_of(PC_DIALECT_NET);
    struct sim_host_counters before, after;
    struct rig rig;
    rules.maintenance = false;
    rig_open(&rig, LEAVES + 1, 34, profile, &rules, false);
    rig_dial(&rig, edges, LEAVES);
    rig.one_origin = true;
    struct sim_world *world = scn_net_world(rig.net);
    uint32_t hub = scn_net_peer_at(rig.net, 1)->host;
    rig_publish(&rig, 1, SECOND); /* session strings are known from now on */
    sim_host_counters(world, hub, &before);
    rig_publish(&rig, 1, SECOND);
    sim_host_counters(world, hub, &after);
    *service = (int64_t)(after.wire_sent - before.wire_sent) * 8 * SECOND / UPLINK; /* of LEAVES - 1 copies */
    rig_publish(&rig, count, interval ? interval : *service * 4 / 5);
    for (uint32_t i = 0; i < count; i++) {
        const struct rig_flood *flood = rig_flood(&rig, i + 2);
        late[i] = 0;
        for (uint32_t p = 2; p <= LEAVES; p++) {
            cr_assert_neq(flood->first[p], NEVER, "message %u never reached leaf %u", i, p);
            late[i] = MAX(late[i], flood->first[p] - flood->published);
        }
    }
    rig_close(&rig);
    sim_profile_free(profile);
}

Test(theory, t9_below_the_rate_that_the_slowest_line_carries_nothing_piles_up)
{
    int64_t late[80], service;
    star(0, 1, late, &service);
    star(service * 5 / 4, 80, late, &service); /* 0.8 of it */
    for (unsigned i = 0; i < 80; i++)
        cr_assert_leq(late[i], late[0] + service / 10, "message %u came %ld ns late, the first one %ld", i, late[i], late[0]);
}

Test(theory, t9_above_it_the_backlog_grows_by_what_the_line_cannot_carry)
{
    int64_t late[80], service;
    star(0, 80, late, &service); /* 1.25 of it: each message waits a fifth of its service longer than the one before */
    double growth = (double)(late[79] - late[9]) / 70, due = (double)service / 5;
    cr_assert_leq(fabs(growth - due), 0.05 * due, "each message came %.0f ns later than the one before; %.0f are due", growth, due);
}
