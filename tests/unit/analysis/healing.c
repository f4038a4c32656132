/* heal, recovery, stranded, drained, pruned, ghost; T7 on a graph (analysis/healing.c, percolation.c). */
#include "analysis/percolation.h"
#include "protocol/wire/message.h"
#include "tests/unit/analysis/feed.h"

#include <math.h>

static struct an_query_spec from(struct an_metrics *m, enum an_metric metric, int64_t time)
{
    struct an_query_spec spec = AN_QUERY_SPEC_INIT(metric);
    spec.begin = an_moment_new(m);
    spec.distribution = true;
    an_moment_reached(m, spec.begin, time);
    return spec;
}

/* A message that reaches only these peers, at once. */
static void deliver_to(struct feed *feed, int64_t time, uint32_t origin, const uint32_t *peers, uint32_t count)
{
    uint32_t message = feed->messages++;
    feed_event(feed, (struct an_event){.time = time, .kind = AN_PUBLISHED, .other = AN_NONE, .peer = origin, .message = message,
                                       .what = AN_NUMBERED, .value = message, .size = 100});
    for (uint32_t i = 0; i < count; i++)
        feed_event(feed, (struct an_event){.time = time + 10 * MS, .kind = AN_DELIVERED, .peer = peers[i], .message = message});
}

/* A message each second from 1 s to 10 s. Peer 1 misses those of 4 s and 6 s, peer 2 all from 3 s on, peer 3 none, peer 4 stops. */
Test(recovery, is_the_time_of_the_first_message_from_which_on_a_peer_got_all)
{
    struct feed *feed = feed_new(5);
    feed_start_all(feed, 0);
    for (int64_t s = 1; s <= 10; s++) {
        uint32_t who[3], count = 0;
        who[count++] = 3;
        if (s != 4 && s != 6)
            who[count++] = 1;
        if (s < 3)
            who[count++] = 2;
        deliver_to(feed, s * S, 0, who, count);
    }
    feed_event(feed, (struct an_event){.time = 9 * S, .kind = AN_STOPPED, .peer = 4});
    feed_sort(feed);
    struct an_metrics *m = an_metrics_new(feed->cast);
    struct an_query_spec spec = from(m, AN_RECOVERY, 3500 * MS);
    int all = feed_add(m, spec);
    uint32_t one = 1, three = 3;
    spec.of = an_set_new(m, &one, 1);
    int first = feed_add(m, spec);
    spec.of = an_set_new(m, &three, 1);
    int third = feed_add(m, spec);
    feed_play(feed, m, 100 * S);
    const struct an_result *r = an_query_result(m, all);
    cr_assert_eq(r->count, 4, "the publisher and three who live: %" PRIu64, r->count);
    cr_assert_eq(r->never, 1, "peer 2 never hears again");
    cr_assert_eq(an_query_result(m, first)->max, 3500 * MS, "7 s is the first from which it misses nothing");
    cr_assert_eq(an_query_result(m, third)->max, 0);
    an_metrics_free(m);
    feed_free(feed);
}

/* 0 - 1, 1 - 2, 2 - 0 and 3 - 0: 2 stops at 5 s, of which 0 and 1 learn later. */
Test(recovery, can_be_asked_of_those_whose_neighbors_are_gone_whether_they_know_it_or_not)
{
    struct feed *feed = feed_new(4);
    feed_start_all(feed, 0);
    feed_link_up(feed, 1 * S, 0, 1, MS);
    feed_link_up(feed, 1 * S, 1, 2, MS);
    feed_link_up(feed, 1 * S, 2, 0, MS);
    feed_link_up(feed, 1 * S, 3, 0, MS);
    feed_event(feed, (struct an_event){.time = 5 * S, .kind = AN_STOPPED, .peer = 2});
    for (int64_t s = 6; s < 10; s++)
        deliver_to(feed, s * S, 0, (const uint32_t[]){1, 3}, 2);
    struct an_metrics *m = an_metrics_new(feed->cast);
    struct an_query_spec spec = from(m, AN_RECOVERY, 5 * S);
    spec.neighbors = (struct an_compare){AN_OP_LT, 2};
    int few = feed_add(m, spec);
    feed_play(feed, m, 100 * S);
    cr_assert_eq(an_query_result(m, few)->count, 2, "1, which lost one of two, and 3: %" PRIu64, an_query_result(m, few)->count);
    an_metrics_free(m);
    feed_free(feed);
}

/* A triangle 0 1 2, a triangle 3 4 5, and 6 alone; everybody wants two. At 20 s 6 finds 0. */
static struct feed *parts(void)
{
    static const uint32_t links[][2] = {{0, 1}, {1, 2}, {0, 2}, {3, 4}, {4, 5}, {3, 5}};
    struct feed *feed = feed_new(7);
    feed_start_all(feed, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(links); i++)
        feed_link_up(feed, 1 * S, links[i][0], links[i][1], MS);
    feed_link_up(feed, 20 * S, 6, 0, MS);
    feed_link_up(feed, 30 * S, 6, 1, MS);
    return feed;
}

Test(stranded, counts_parts_in_which_nobody_looks_for_a_neighbor)
{
    struct feed *feed = parts();
    struct an_metrics *m = an_metrics_new(feed->cast);
    an_metrics_aims(m, 0, 2, 2);
    int query[2];
    for (int i = 0; i < 2; i++) {
        struct an_query_spec spec = from(m, AN_STRANDED, i ? 40 * S : 10 * S);
        spec.end = spec.begin;
        query[i] = feed_add(m, spec);
    }
    struct an_query_spec third = AN_QUERY_SPEC_INIT(AN_STRANDED);
    third.begin = third.end = an_moment_new(m);
    int at_25 = feed_add(m, third);
    an_moment_reached(m, third.begin, 25 * S);
    feed_play(feed, m, 60 * S);
    cr_assert_eq(an_query_result(m, query[0])->max, 0, "two triangles of one size: neither is the smaller part");
    cr_assert_eq(an_query_result(m, at_25)->max, 3, "the second triangle, now that the first has a fourth member");
    cr_assert_eq(an_query_result(m, query[1])->max, 3);
    an_metrics_free(m);
    feed_free(feed);
}

Test(stranded, does_not_count_a_part_in_which_somebody_looks)
{
    struct feed *feed = parts();
    struct an_metrics *m = an_metrics_new(feed->cast);
    an_metrics_aims(m, 0, 2, 3);
    struct an_query_spec spec = from(m, AN_STRANDED, 40 * S);
    spec.end = spec.begin;
    int query = feed_add(m, spec);
    feed_play(feed, m, 60 * S);
    cr_assert_eq(an_query_result(m, query)->max, 0);
    an_metrics_free(m);
    feed_free(feed);
}

Test(heal, is_when_everybody_who_runs_has_its_least_number_of_neighbors)
{
    struct feed *feed = parts();
    feed_event(feed, (struct an_event){.time = 50 * S, .kind = AN_LINK_DOWN, .peer = 6, .other = 0, .link = 6});
    feed_event(feed, (struct an_event){.time = 50 * S, .kind = AN_LINK_DOWN, .peer = 0, .other = 6, .link = 6});
    struct an_metrics *m = an_metrics_new(feed->cast);
    an_metrics_aims(m, 0, 2, 3);
    int early = feed_add(m, from(m, AN_HEAL, 5 * S)), late = feed_add(m, from(m, AN_HEAL, 55 * S));
    int later = feed_add(m, from(m, AN_HEAL, 35 * S));
    feed_play(feed, m, 90 * S);
    cr_assert_eq(an_query_result(m, early)->max, 25 * S);
    cr_assert_eq(an_query_result(m, later)->max, 0);
    cr_assert_eq(an_query_result(m, late)->never, 1);
    an_metrics_free(m);
    feed_free(feed);
}

/* 6 stops at 40 s and nobody is told: 0 and 1, with two more each, have theirs. 3 stops at 41 s: 4 and 5 hold links to it until 60 s, when they
 * find each other a second neighbor in 0 and 1. */
Test(heal, does_not_count_links_to_peers_that_are_gone)
{
    struct feed *feed = parts();
    feed_event(feed, (struct an_event){.time = 40 * S, .kind = AN_STOPPED, .peer = 6});
    feed_event(feed, (struct an_event){.time = 41 * S, .kind = AN_STOPPED, .peer = 3});
    feed_link_up(feed, 60 * S, 4, 0, MS);
    feed_link_up(feed, 61 * S, 5, 1, MS);
    feed_sort(feed);
    struct an_metrics *m = an_metrics_new(feed->cast);
    an_metrics_aims(m, 0, 2, 3);
    int first = feed_add(m, from(m, AN_HEAL, 40 * S)), second = feed_add(m, from(m, AN_HEAL, 42 * S));
    feed_play(feed, m, 90 * S);
    cr_assert_eq(an_query_result(m, first)->max, 0, "0 and 1 have each other and 2");
    cr_assert_eq(an_query_result(m, second)->max, 19 * S, "not before 61 s: %" PRId64, an_query_result(m, second)->max);
    an_metrics_free(m);
    feed_free(feed);
}

/* 0 - 1 at 10 ms, 0 - 2 at 3 s: the message of 10 s has drained at 13 s; that of 12 s came after the moment. */
Test(drained, is_when_the_last_copy_of_what_was_sent_before_has_arrived)
{
    struct feed *feed = feed_new(3);
    feed_start_all(feed, 0);
    feed_link_up(feed, 1 * S, 0, 1, 10 * MS);
    feed_link_up(feed, 1 * S, 0, 2, 3 * S);
    feed_flood(feed, 10 * S, 0, 500);
    feed_flood(feed, 12 * S, 0, 500);
    struct an_metrics *m = an_metrics_new(feed->cast);
    int early = feed_add(m, from(m, AN_DRAINED, 11 * S)), late = feed_add(m, from(m, AN_DRAINED, 40 * S));
    feed_play(feed, m, 100 * S);
    cr_assert_eq(an_query_result(m, early)->max, 2 * S);
    cr_assert_eq(an_query_result(m, late)->max, 0);
    an_metrics_free(m);
    feed_free(feed);
}

/* A ring of three: 0 sends, 2 hears it from 0 first (1 ms) and again over 1 (20 ms). */
Test(pruned, says_how_many_copies_came_since_the_last_first_one)
{
    struct feed *feed = feed_new(3);
    feed_start_all(feed, 0);
    feed_link_up(feed, 1 * S, 0, 1, 10 * MS);
    feed_link_up(feed, 1 * S, 1, 2, 10 * MS);
    feed_link_up(feed, 1 * S, 0, 2, 1 * MS);
    for (int i = 0; i < 5; i++)
        feed_flood(feed, (10 + i) * S, 0, 500);
    feed_event(feed, (struct an_event){.time = 20 * S, .kind = AN_PRUNED, .what = 3, .peer = 2, .other = 1, .link = 1, .size = 5});
    feed_event(feed, (struct an_event){.time = 21 * S, .kind = AN_PRUNED, .what = 3, .peer = 2, .other = 0, .link = 2, .size = 5, .value = 5});
    struct an_metrics *m = an_metrics_new(feed->cast);
    struct an_query_spec spec = from(m, AN_PRUNED_LINKS, 0);
    int all = feed_add(m, spec);
    spec.value = (struct an_compare){AN_OP_LE, 32};
    int useful = feed_add(m, spec);
    feed_play(feed, m, 100 * S);
    cr_assert_eq(an_query_result(m, all)->count, 2);
    cr_assert_eq(an_query_result(m, all)->min, 0, "0 brought every message first");
    cr_assert_eq(an_query_result(m, all)->max, AN_NEVER, "1 never brought one first");
    cr_assert_eq(feed_number(m, useful, AN_AGG_SHARE), 500000);
    an_metrics_free(m);
    feed_free(feed);
}

Test(ghost, is_an_end_that_outlives_the_other)
{
    struct feed *feed = feed_new(3);
    feed_start_all(feed, 0);
    feed_link_up(feed, 1 * S, 0, 1, MS);
    feed_link_up(feed, 1 * S, 1, 2, MS);
    feed_link_up(feed, 1 * S, 0, 2, MS);
    feed_event(feed, (struct an_event){.time = 10 * S, .kind = AN_LINK_DOWN, .peer = 0, .other = 1, .link = 0});
    feed_event(feed, (struct an_event){.time = 17 * S, .kind = AN_LINK_DOWN, .peer = 1, .other = 0, .link = 0});
    feed_event(feed, (struct an_event){.time = 20 * S, .kind = AN_STOPPED, .peer = 2});
    feed_event(feed, (struct an_event){.time = 24 * S, .kind = AN_LINK_DOWN, .peer = 1, .other = 2, .link = 1});
    struct an_metrics *m = an_metrics_new(feed->cast);
    int all = feed_add(m, from(m, AN_GHOST, 0)), late = feed_add(m, from(m, AN_GHOST, 15 * S));
    feed_play(feed, m, 50 * S);
    cr_assert_eq(an_query_result(m, all)->count, 3);
    cr_assert_eq(an_query_result(m, all)->min, 4 * S);
    cr_assert_eq(an_query_result(m, all)->max, 30 * S, "0 never learns that 2 stopped: as old as it is at the end");
    cr_assert_eq(an_query_result(m, late)->count, 2, "those that began in the window");
    an_metrics_free(m);
    feed_free(feed);
}

/* ---- T7 ---- */

/* Greatest part among the survivors of one choice, by flooding over a matrix. */
static unsigned greatest(unsigned nodes, unsigned links, const uint32_t *ends, unsigned alive)
{
    unsigned most = 0;
    for (unsigned start = 0; start < nodes; start++) {
        unsigned part = alive & 1U << start, before = 0;
        while (part != before) {
            before = part;
            for (unsigned i = 0; i < links; i++) {
                unsigned a = 1U << ends[2 * i], b = 1U << ends[2 * i + 1];
                if (alive & a && alive & b && part & (a | b))
                    part |= a | b;
            }
        }
        most = MAX(most, (unsigned)__builtin_popcount(part));
    }
    return most;
}

Test(percolation, is_the_mean_over_all_choices_of_survivors)
{
    static const uint32_t ends[] = {0, 1, 1, 2, 2, 3, 3, 0, 3, 4, 4, 5, 5, 6, 6, 7, 7, 4, 7, 8};
    const struct an_percolation graph = {.nodes = 9, .links = 10, .ends = ends};
    for (unsigned survivors = 1; survivors <= 9; survivors++) {
        double sum = 0;
        unsigned choices = 0;
        for (unsigned alive = 0; alive < 1U << 9; alive++)
            if ((unsigned)__builtin_popcount(alive) == survivors) {
                sum += greatest(9, 10, ends, alive);
                choices++;
            }
        double due = sum / choices / survivors, is = (double)an_percolation_share(&graph, survivors, 20000) / 1e6;
        cr_assert_lt(fabs(is - due), 0.006, "%u survivors: %g instead of %g", survivors, is, due);
    }
    cr_assert_eq(an_percolation_share(&graph, 0, 10), 1000000);
    cr_assert_eq(an_percolation_share(&graph, 4, 100), an_percolation_share(&graph, 4, 100), "no draw is left to chance");
}

/* scenarios.md 5, T7: a random 3-regular and a random 4-regular graph of 20,000 nodes (stubs paired at random). */
Test(percolation, of_random_regular_graphs_is_the_formula)
{
    static const double table[2][4] = {{.9986, .9844, .9213, .7037}, {.9999, .9982, .9890, .9562}};
    enum { NODES = 20000 };
    for (uint32_t k = 3; k <= 4; k++) {
        uint32_t stubs = NODES * k, *ends = g_new(uint32_t, stubs);
        GRand *rand = g_rand_new_with_seed(k);
        for (uint32_t i = 0; i < stubs; i++)
            ends[i] = i / k;
        for (uint32_t i = stubs - 1; i > 0; i--) {
            uint32_t j = (uint32_t)g_rand_int_range(rand, 0, (gint32)i + 1), kept = ends[i];
            ends[i] = ends[j];
            ends[j] = kept;
        }
        const struct an_percolation graph = {.nodes = NODES, .links = stubs / 2, .ends = ends};
        for (uint32_t tenth = 1; tenth <= 4; tenth++) {
            double is = (double)an_percolation_share(&graph, NODES / 10 * (10 - tenth), 10) / 1e6;
            cr_assert_lt(fabs(is - table[k - 3][tenth - 1]), 0.01, "k = %u, %u0 %% gone: %g instead of %g", k, tenth, is, table[k - 3][tenth - 1]);
        }
        g_rand_free(rand);
        g_free(ends);
    }
}

Test(percolation, is_asked_of_the_graph_at_a_moment)
{
    struct feed *feed = parts();
    struct an_metrics *m = an_metrics_new(feed->cast);
    int query[2];
    for (int i = 0; i < 2; i++) {
        struct an_query_spec spec = from(m, AN_THEORY_SURVIVORS, i ? 40 * S : 10 * S);
        spec.end = spec.begin;
        spec.share = 1; /* nearly nobody: rounded, nobody */
        query[i] = feed_add(m, spec);
    }
    struct an_query_spec open = AN_QUERY_SPEC_INIT(AN_THEORY_SURVIVORS);
    open.share = 200000;
    GError *error = NULL;
    cr_assert_eq(an_query_add(m, &open, &error), -1, "without a moment there is no graph");
    cr_assert_eq(error->code, (gint)AN_ERROR_BAD);
    g_error_free(error);
    feed_play(feed, m, 60 * S);
    cr_assert_eq(an_query_result(m, query[0])->max, 3000000 / 7);
    cr_assert_eq(an_query_result(m, query[1])->max, 4000000 / 7);
    an_metrics_free(m);
    feed_free(feed);
}
