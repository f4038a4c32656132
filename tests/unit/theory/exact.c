/* T1, T2 and T18 hold exactly, whatever the mesh looks like: scenarios.md 5, decisions 10. */
#include "tests/unit/theory/rig.h"

#include <criterion/criterion.h>

enum { PEERS = 300, MESSAGES = 60 };

/* A mesh that has grown through the resolver and settled, then messages from everywhere in turn. */
static void grown(struct rig *rig, const struct sim_profile *profile, uint64_t seed)
{
    rig_open(rig, PEERS, seed, profile, pc_rules_of(PC_DIALECT_NET), true);
    rig_grow(rig, 60 * SECOND, 150 * SECOND);
    rig_look(rig);
    rig_publish(rig, MESSAGES, SECOND);
    cr_assert_eq(rig->floods->len, MESSAGES);
}

static uint32_t degree(const struct rig *rig, uint32_t peer)
{
    return rig->neighbors[peer]->len;
}

/* The links of rig_look() must have been the same since: looks again. */
static void assert_unchanged(struct rig *rig)
{
    uint32_t before = rig->links;
    rig_look(rig);
    cr_assert_eq(rig->links, before, "links opened or closed: %u, then %u", before, rig->links);
}

static void check_copies(const struct rig *rig, const struct rig_flood *flood, uint32_t number)
{
    uint64_t total = 0, received = 0;
    for (uint32_t p = 0; p < rig->peers; p++) {
        uint32_t due = degree(rig, p) - (p == flood->origin ? 0 : 1);
        cr_assert_eq(flood->sent[p], due, "message %u: peer %u of degree %u sent %u copies", number, p, degree(rig, p),
                     flood->sent[p]);
        cr_assert_eq(flood->copies[p], flood->addressed[p], "message %u: %u copies sent to peer %u, %u came", number,
                     flood->addressed[p], p, flood->copies[p]);
        cr_assert_eq(flood->delivered[p], p == flood->origin ? 0 : 1, "message %u: peer %u got it %u times", number, p,
                     flood->delivered[p]);
        total += flood->sent[p];
        received += flood->copies[p];
    }
    cr_assert_eq(total, 2 * (uint64_t)rig->links - rig->peers + 1, "message %u: T = %lu, m = %u", number, total, rig->links);
    cr_assert_eq(received - (rig->peers - 1), 2 * (uint64_t)rig->links - 2 * ((uint64_t)rig->peers - 1),
                 "message %u: %lu copies received", number, received);
}

static void check_all_copies(enum sim_profile_id id, uint64_t seed)
{
    struct sim_profile *profile = sim_profile_new(id, seed, NULL, NULL);
    struct rig rig;
    unsigned judged = 0;
    grown(&rig, profile, seed);
    assert_unchanged(&rig);
    for (uint32_t i = 0; i < MESSAGES; i++)
        if (rig_calm(&rig, rig_flood(&rig, i))) {
            check_copies(&rig, rig_flood(&rig, i), i);
            judged++;
        }
    cr_assert_geq(judged, MESSAGES * 9 / 10, "only %u of %u floods were calm", judged, MESSAGES);
    rig_close(&rig);
    sim_profile_free(profile);
}

/* PC-13.3-6, PC-22-1, PC-22-3 */
Test(theory, t1_copies_are_2m_minus_n_plus_1_and_each_peer_sends_its_degree_less_one)
{
    check_all_copies(SIM_PROFILE_NULL, 1);
    check_all_copies(SIM_PROFILE_LAN, 2);
    check_all_copies(SIM_PROFILE_WORLD_HOMES, 3);
}

/* Compares every first arrival with Dijkstra's distance; returns how many were later. None may be earlier. */
static unsigned later_than_distance(const struct rig *rig)
{
    unsigned later = 0;
    for (uint32_t i = 0; i < rig->floods->len; i++) {
        const struct rig_flood *flood = rig_flood(rig, i);
        int64_t *distance = rig_distances(rig, flood->origin);
        for (uint32_t p = 0; p < rig->peers; p++) {
            cr_assert_neq(distance[p], NEVER, "peer %u is not connected with peer %u", p, flood->origin);
            cr_assert_neq(flood->first[p], NEVER, "message %u never reached peer %u", i, p);
            int64_t took = flood->first[p] - flood->published;
            cr_assert_geq(took, distance[p], "message %u reached peer %u after %ld ns; the way takes %ld ns", i, p, took,
                          distance[p]);
            later += took > distance[p];
        }
        g_free(distance);
    }
    return later;
}

static void check_exact_arrival(enum sim_profile_id id, uint64_t seed)
{
    struct sim_profile *profile = rig_unloaded(id, seed);
    struct rig rig;
    grown(&rig, profile, seed);
    assert_unchanged(&rig);
    unsigned later = later_than_distance(&rig);
    cr_assert_eq(later, 0, "profile %d: %u of %u first copies came later than on the shortest path", (int)id, later,
                 MESSAGES * PEERS);
    rig_close(&rig);
    sim_profile_free(profile);
}

Test(theory, t2_the_first_copy_comes_on_the_shortest_path_to_the_nanosecond)
{
    check_exact_arrival(SIM_PROFILE_NULL, 4);
    check_exact_arrival(SIM_PROFILE_LAN, 5);
    check_exact_arrival(SIM_PROFILE_WORLD_HOMES, 6);
}

Test(theory, t2_nothing_comes_sooner_than_the_shortest_path_through_jitter_and_access_lines)
{
    struct sim_profile *profile = sim_profile_new(SIM_PROFILE_WORLD_HOMES, 7, NULL, NULL);
    struct rig rig;
    grown(&rig, profile, 7);
    assert_unchanged(&rig);
    unsigned later = later_than_distance(&rig);
    cr_assert_gt(later, MESSAGES * (PEERS - 1) / 2, "jitter and rates delay next to nothing: %u", later);
    rig_close(&rig);
    sim_profile_free(profile);
}
