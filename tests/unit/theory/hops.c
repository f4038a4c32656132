/* T4: hop counts on random k-regular graphs, n = 1000. igraph is the judge of the graphs; real peers' floods are judged by it. */
#include "tests/unit/theory/graphs.h"

#include <criterion/criterion.h>
#include <igraph/igraph.h>
#include <math.h>

enum { NODES = 1000, GRAPHS = 20, FLOODS = 8 };

static void to_igraph(igraph_t *graph, const struct rig_edge *edges, size_t count)
{
    igraph_vector_int_t ends;
    igraph_vector_int_init(&ends, (igraph_integer_t)(2 * count));
    for (size_t i = 0; i < count; i++) {
        VECTOR(ends)[2 * i] = edges[i].a;
        VECTOR(ends)[2 * i + 1] = edges[i].b;
    }
    cr_assert_eq(igraph_create(graph, &ends, NODES, IGRAPH_UNDIRECTED), IGRAPH_SUCCESS);
    igraph_vector_int_destroy(&ends);
}

static void assert_regular(const igraph_t *graph, uint32_t k)
{
    igraph_vector_int_t degrees;
    igraph_bool_t simple;
    igraph_vector_int_init(&degrees, 0);
    igraph_degree(graph, &degrees, igraph_vss_all(), IGRAPH_ALL, IGRAPH_LOOPS);
    igraph_is_simple(graph, &simple);
    cr_assert(simple, "the graph has loops or double links");
    cr_assert_eq(igraph_vector_int_min(&degrees), (igraph_integer_t)k);
    cr_assert_eq(igraph_vector_int_max(&degrees), (igraph_integer_t)k);
    igraph_vector_int_destroy(&degrees);
}

static double mean_eccentricity(const igraph_t *graph)
{
    igraph_vector_t all;
    igraph_vector_init(&all, 0);
    igraph_eccentricity(graph, &all, igraph_vss_all(), IGRAPH_ALL);
    double mean = (double)igraph_vector_sum(&all) / NODES;
    igraph_vector_destroy(&all);
    return mean;
}

/* Flooding with equal delays on all links is breadth-first search: each first copy came over igraph's distance. */
static void check_floods(const igraph_t *graph, const struct rig_edge *edges, size_t count, uint64_t seed)
{
    struct sim_profile *profile = sim_profile_new(SIM_PROFILE_NULL, seed, NULL, NULL);
    struct pc_rules rules = *pc_rules_of(PC_DIALECT_NET);
    igraph_matrix_t distance;
    struct rig rig;
    rules.maintenance = false;
    rig_open(&rig, NODES, seed, profile, &rules, false);
    rig_dial(&rig, edges, count);
    rig_publish(&rig, FLOODS, SECOND);
    igraph_matrix_init(&distance, 0, 0);
    for (uint32_t i = 0; i < FLOODS; i++) {
        const struct rig_flood *flood = rig_flood(&rig, i);
        igraph_distances(graph, &distance, igraph_vss_1(flood->origin), igraph_vss_all(), IGRAPH_ALL);
        for (uint32_t p = 0; p < NODES; p++) {
            cr_assert_neq(flood->first[p], NEVER, "message %u never reached peer %u", i, p);
            cr_assert_eq(flood->hops[p], (uint32_t)MATRIX(distance, 0, p), "message %u reached peer %u over %u links, igraph says %u",
                         i, p, flood->hops[p], (uint32_t)MATRIX(distance, 0, p));
        }
    }
    igraph_matrix_destroy(&distance);
    rig_close(&rig);
    sim_profile_free(profile);
}

static void check_degree(uint32_t k, double mean_due, double eccentricity_due)
{
    double mean = 0, eccentricity = 0;
    for (uint64_t seed = 1; seed <= GRAPHS; seed++) {
        size_t count;
        igraph_t graph;
        igraph_real_t length;
        struct rig_edge *edges = graph_regular(NODES, k, seed, &count);
        to_igraph(&graph, edges, count);
        assert_regular(&graph, k);
        igraph_average_path_length(&graph, &length, NULL, IGRAPH_UNDIRECTED, true);
        mean += (double)length / GRAPHS;
        eccentricity += mean_eccentricity(&graph) / GRAPHS;
        if (seed <= 3)
            check_floods(&graph, edges, count, seed);
        igraph_destroy(&graph);
        g_free(edges);
    }
    cr_log_info("k = %u: mean %.3f, eccentricity %.2f", k, mean, eccentricity);
    cr_assert_lt(fabs(mean - mean_due), 0.02 * mean_due, "k = %u: mean distance %.3f, the table says %.1f", k, mean, mean_due);
    cr_assert_lt(fabs(eccentricity - eccentricity_due), 0.5, "k = %u: eccentricity %.2f, the table says %.1f", k, eccentricity,
                 eccentricity_due);
}

Test(theory, t4_hops_on_3_regular_graphs)
{
    check_degree(3, 8.1, 11.8);
}

Test(theory, t4_hops_on_4_regular_graphs)
{
    check_degree(4, 5.6, 8.0);
}
