#include "tests/unit/analysis/feed.h"

/* Four peers: 0-1 10 ms, 1-2 10 ms, 0-2 50 ms, 2-3 5 ms. Message 0 from peer 0 at 100 s, records of 500
 * octets. First copies: 1 at +10 ms from 0, 2 at +20 ms from 1, 3 at +25 ms from 2. Duplicates: 2 at +50 ms,
 * 0 at +70 ms. */
static struct feed *square(void)
{
    struct feed *feed = feed_new(4);
    feed_start_all(feed, 0);
    feed_link_up(feed, 1 * S, 0, 1, 10 * MS);
    feed_link_up(feed, 1 * S, 1, 2, 10 * MS);
    feed_link_up(feed, 2 * S, 0, 2, 50 * MS);
    feed_link_up(feed, 3 * S, 2, 3, 5 * MS);
    feed_flood(feed, 100 * S, 0, 500);
    return feed;
}

static void network(struct an_metrics *m, struct feed *feed)
{
    struct an_network net = {feed_delay, feed, 380, 380};
    an_metrics_network(m, &net);
}

static struct an_query_spec whole_run(enum an_metric metric)
{
    struct an_query_spec spec = AN_QUERY_SPEC_INIT(metric);
    spec.begin = AN_MOMENT_START;
    return spec;
}

Test(metrics, of_one_flood_computed_by_hand)
{
    struct feed *feed = square();
    struct an_metrics *m = an_metrics_new(feed->cast);
    struct an_query_spec spec = whole_run(AN_LATENCY);
    spec.distribution = true;
    int latency = feed_add(m, spec), hops = feed_query(m, AN_HOPS), copies = feed_query(m, AN_COPIES);
    int redundancy = feed_query(m, AN_REDUNDANCY), delivery = feed_query(m, AN_DELIVERY);
    int wire = feed_query(m, AN_WIRE_SIZE), leverage = feed_query(m, AN_LEVERAGE),
        lost = feed_query(m, AN_LOST_PAIRS);
    spec = whole_run(AN_TIME_TO);
    spec.share = 500000; /* two of three */
    int half = feed_add(m, spec);
    feed_play(feed, m, 200 * S);

    const struct an_result *r = an_query_result(m, latency);
    cr_assert_eq(r->count, 3);
    cr_assert_eq(r->min, 10 * MS);
    cr_assert_eq(r->min_place.peer, 1);
    cr_assert_eq(r->max, 25 * MS);
    cr_assert_eq(r->max_place.peer, 3);
    cr_assert_eq(r->max_place.message, 0);
    cr_assert_eq(r->max_place.time, 100 * S + 25 * MS);
    cr_assert_float_eq(feed_number(m, latency, AN_AGG_MEAN), 55e6 / 3, 1);
    cr_assert_eq(feed_number(m, latency, AN_AGG_P50), 20e6);
    cr_assert_eq(feed_number(m, latency, AN_AGG_P99), 25e6);
    cr_assert_eq(an_query_result(m, hops)->max, 3, "the copy that 2 processed first came over 1");
    cr_assert_eq(an_query_result(m, hops)->sum, 1 + 2 + 3);
    cr_assert_eq(an_query_result(m, copies)->max, 5, "2m - n + 1");
    cr_assert_eq(an_query_result(m, redundancy)->max, 2 * 1000000 / 3);
    cr_assert_eq(an_query_result(m, delivery)->count, 3);
    cr_assert_eq(feed_number(m, delivery, AN_AGG_MEAN), 1e6);
    cr_assert_eq(feed_number(m, delivery, AN_AGG_FIRST), 1e6);
    cr_assert_eq(an_query_result(m, wire)->count, 5);
    cr_assert_eq(feed_number(m, wire, AN_AGG_SUM), 2500);
    cr_assert_eq(feed_number(m, leverage, AN_AGG_MAX), 3e6 / 2, "three receivers, two copies");
    cr_assert_eq(an_query_result(m, half)->max, 20 * MS);
    cr_assert_eq(feed_number(m, lost, AN_AGG_COUNT), 0);
    cr_assert_eq(feed_number(m, lost, AN_AGG_SHARE), 0);
    cr_assert_eq(an_invariants(m)->pairs, 3);
    cr_assert_eq(an_invariants(m)->lost_pairs, 0);
    an_metrics_free(m);
    feed_free(feed);
}

Test(metrics, narrow_by_sets_of_peers)
{
    struct feed *feed = square();
    struct an_metrics *m = an_metrics_new(feed->cast);
    uint32_t far[] = {2, 3}, origin[] = {0}, elsewhere[] = {1};
    struct an_query_spec spec = whole_run(AN_LATENCY);
    spec.of = an_set_new(m, far, 2);
    int latency = feed_add(m, spec);
    spec.from = an_set_new(m, elsewhere, 1);
    int of_others = feed_add(m, spec);
    spec = whole_run(AN_COPIES);
    spec.of = an_set_new(m, far, 2);
    int copies = feed_add(m, spec);
    spec = whole_run(AN_WIRE_SIZE);
    spec.from = an_set_new(m, origin, 1);
    int wire = feed_add(m, spec);
    spec = whole_run(AN_DELIVERY);
    spec.of = an_set_new(m, far, 2);
    int delivery = feed_add(m, spec);
    spec.of = an_set_new(m, NULL, 0);
    int late_set = spec.of, selected = feed_add(m, spec);
    an_set_fill(m, late_set, elsewhere, 1);
    feed_play(feed, m, 200 * S);
    cr_assert_eq(an_query_result(m, latency)->count, 2);
    cr_assert_eq(an_query_result(m, latency)->min, 20 * MS);
    cr_assert_eq(an_query_result(m, of_others)->count, 0, "peer 1 published nothing");
    cr_assert_eq(an_query_result(m, copies)->max, 2, "2 sends to 3 and to 0");
    cr_assert_eq(an_query_result(m, wire)->count, 2);
    cr_assert_eq(an_query_result(m, delivery)->count, 2);
    cr_assert_eq(an_query_result(m, selected)->count, 1);
    an_metrics_free(m);
    feed_free(feed);
}

Test(metrics, count_messages_of_the_window_in_which_they_were_published)
{
    struct feed *feed = square(); /* one at 100 s */
    feed_flood(feed, 110 * S, 0, 500);
    feed_flood(feed, 120 * S - 1, 0, 500); /* arrives after the end of the window, but belongs to it */
    feed_flood(feed, 130 * S, 0, 500);
    struct an_metrics *m = an_metrics_new(feed->cast);
    struct an_query_spec spec = AN_QUERY_SPEC_INIT(AN_LATENCY);
    spec.begin = an_moment_new(m);
    spec.end = an_moment_new(m);
    int inside = feed_add(m, spec);
    an_moment_reached(m, spec.begin, 110 * S);
    an_moment_reached(m, spec.end, 120 * S);
    spec.begin = an_moment_new(m); /* never told */
    int never = feed_add(m, spec);
    spec.begin = AN_MOMENT_OPEN;
    spec.end = AN_MOMENT_OPEN;
    int settled = feed_add(m, spec);
    an_moment_reached(m, AN_MOMENT_SETTLED, 120 * S);
    spec.begin = spec.end = an_moment_new(m);
    int instant = feed_add(m, spec);
    an_moment_reached(m, spec.begin, 130 * S);
    feed_play(feed, m, 300 * S);
    cr_assert_eq(an_query_result(m, inside)->count, 6);
    cr_assert_eq(an_query_result(m, inside)->min_place.message, 1);
    cr_assert_eq(an_query_result(m, never)->count, 0);
    cr_assert_eq(an_query_result(m, settled)->count, 3);
    cr_assert_eq(an_query_result(m, instant)->count, 3, "a window of one instant holds what was sent at it");
    struct an_number number;
    GError *error = NULL;
    cr_assert_not(an_query_number(m, never, AN_AGG_MAX, &number, &error));
    cr_assert_str_eq(error->message, "latency: nothing was measured");
    g_error_free(error);
    an_metrics_free(m);
    feed_free(feed);
}

Test(metrics, pair_samples_by_message_and_peer)
{
    struct feed *feed = square();
    struct an_metrics *m = an_metrics_new(feed->cast);
    network(m, feed);
    int latency = feed_query(m, AN_LATENCY), path = feed_query(m, AN_THEORY_SHORTEST_PATH);
    int copies = feed_query(m, AN_COPIES), theory = feed_query(m, AN_THEORY_COPIES);
    int hops = feed_query(m, AN_HOPS), bfs = feed_query(m, AN_THEORY_HOPS),
        underlay = feed_query(m, AN_THEORY_UNDERLAY);
    int t2 = an_query_difference(m, latency, path, NULL), t1 = an_query_difference(m, copies, theory, NULL);
    int detour = an_query_difference(m, hops, bfs, NULL),
        t3 = an_query_difference(m, latency, underlay, NULL);
    GError *error = NULL;
    cr_assert_eq(an_query_difference(m, latency, copies, &error), -1);
    cr_assert(g_error_matches(error, AN_ERROR, AN_ERROR_BAD), "seconds against a number");
    g_clear_error(&error);
    cr_assert_eq(an_query_difference(m, hops, copies, &error), -1);
    cr_assert(g_error_matches(error, AN_ERROR, AN_ERROR_NOT_AVAILABLE));
    g_clear_error(&error);
    feed_play(feed, m, 200 * S);
    const struct an_result *r = an_query_result(m, t2);
    cr_assert_eq(r->count, 3);
    cr_assert_eq(r->min, 0);
    cr_assert_eq(r->max, 0);
    cr_assert_eq(r->unpaired, 0);
    cr_assert_eq(an_query_result(m, t1)->count, 1);
    cr_assert_eq(an_query_result(m, t1)->max, 0);
    cr_assert_eq(an_query_result(m, t1)->min, 0);
    r = an_query_result(m, detour); /* 2 and 3: one hop more than needed */
    cr_assert_eq(r->sum, 2);
    cr_assert_eq(r->max, 1);
    cr_assert_eq(r->max_place.peer, 2);
    r = an_query_result(m, t3); /* direct: 10, 50 and (no link) 1 ms: 20 - 50 = -30 */
    cr_assert_eq(r->min, -30 * MS, "this network breaks the triangle, on purpose");
    cr_assert_eq(r->min_place.peer, 2);
    an_metrics_free(m);
    feed_free(feed);
}

Test(metrics, count_what_has_no_partner)
{
    struct feed *feed = square();
    for (uint32_t i = 0; i < feed->events->len; i++) { /* peer 3 never gets it */
        struct an_event *e = &g_array_index(feed->events, struct an_event, i);
        if (e->kind == AN_DELIVERED && e->peer == 3)
            g_array_remove_index(feed->events, i);
    }
    struct an_metrics *m = an_metrics_new(feed->cast);
    network(m, feed);
    uint32_t all[] = {0, 1, 2, 3}, two[] = {1, 3};
    struct an_query_spec spec = whole_run(AN_LATENCY);
    spec.of = an_set_new(m, all, 4);
    int latency = feed_add(m, spec);
    int diff = an_query_difference(m, latency, feed_query(m, AN_THEORY_SHORTEST_PATH), NULL);
    struct an_query_spec narrow = whole_run(AN_THEORY_SHORTEST_PATH);
    narrow.of = an_set_new(m, two, 2);
    int other = an_query_difference(m, latency, feed_add(m, narrow), NULL);
    feed_play(feed, m, 200 * S);
    const struct an_result *r = an_query_result(m, diff);
    cr_assert_eq(r->count, 2);
    cr_assert_eq(r->unpaired, 1);
    cr_assert_eq(r->unpaired_place.peer, 3);
    cr_assert_eq(an_query_result(m, other)->count, 1);
    cr_assert_eq(an_query_result(m, other)->unpaired, 2, "2 on the left, 3 on the right");
    an_metrics_free(m);
    feed_free(feed);
}

Test(metrics, judge_only_floods_during_which_no_link_changed)
{
    struct feed *feed = square();
    feed_flood(feed, 110 * S, 0, 500);
    feed_flood(feed, 120 * S, 0, 500);
    feed_link_down(feed, 110 * S + 40 * MS,
                   3); /* while message 1 has a copy on the way; no copy over it dies here */
    struct an_metrics *m = an_metrics_new(feed->cast);
    struct an_query_spec spec = whole_run(AN_COPIES);
    int every = feed_add(m, spec);
    spec.calm = true;
    int calm = feed_add(m, spec);
    struct an_query_spec theory = whole_run(AN_THEORY_COPIES);
    theory.calm = true;
    int diff = an_query_difference(m, calm, feed_add(m, theory), NULL);
    spec = whole_run(AN_LATENCY);
    spec.calm = true;
    int latency = feed_add(m, spec);
    feed_play(feed, m, 300 * S);
    cr_assert_eq(an_query_result(m, every)->count, 3);
    const struct an_result *r = an_query_result(m, calm);
    cr_assert_eq(r->count, 2);
    cr_assert_eq(r->floods, 3);
    cr_assert_eq(r->judged, 2);
    cr_assert_eq(an_query_result(m, latency)->count, 6);
    r = an_query_result(m, diff);
    cr_assert_eq(r->judged, 2);
    cr_assert_eq(r->min, 0);
    cr_assert_eq(r->max, 1, "the hand-made message 2 went over a link that is down: the check sees it");
    cr_assert_eq(r->max_place.message, 2);
    an_metrics_free(m);
    feed_free(feed);
}

Test(metrics, of_a_random_mesh_agree_with_theory_to_the_last_ns)
{
    for (uint32_t seed = 1; seed <= 10; seed++) {
        struct feed *feed = feed_new(60);
        feed_random_mesh(feed, 80, seed);
        for (uint32_t i = 0; i < 20; i++)
            feed_flood(feed, (10 + i) * S, i * 3, 620);
        struct an_metrics *m = an_metrics_new(feed->cast);
        network(m, feed);
        int copies = an_query_difference(m, feed_query(m, AN_COPIES), feed_query(m, AN_THEORY_COPIES), NULL);
        int path =
            an_query_difference(m, feed_query(m, AN_LATENCY), feed_query(m, AN_THEORY_SHORTEST_PATH), NULL);
        int hops = an_query_difference(m, feed_query(m, AN_HOPS), feed_query(m, AN_THEORY_HOPS), NULL);
        int leverage =
            an_query_difference(m, feed_query(m, AN_LEVERAGE), feed_query(m, AN_THEORY_LEVERAGE), NULL);
        feed_play(feed, m, 100 * S);
        int exact[] = {copies, path};
        for (size_t i = 0; i < G_N_ELEMENTS(exact); i++) {
            const struct an_result *r = an_query_result(m, exact[i]);
            cr_assert(r->count >= 20 && r->min == 0 && r->max == 0 && r->unpaired == 0,
                      "seed %u, check %zu: %" PRId64 " to %" PRId64, seed, i, r->min, r->max);
        }
        cr_assert_geq(an_query_result(m, hops)->min, 0, "nobody is nearer than by the fewest links");
        cr_assert_gt(an_query_result(m, hops)->max, 0, "delays differ, so somebody is heard over a detour");
        cr_assert_geq(an_query_result(m, leverage)->min, 0);
        an_metrics_free(m);
        feed_free(feed);
    }
}

/* decisions 15. */
Test(metrics, of_theory_do_not_change_when_every_delivery_is_taken_away)
{
    double means[2][6];
    for (int without = 0; without < 2; without++) {
        struct feed *feed = feed_new(40);
        feed_random_mesh(feed, 40, 7);
        for (uint32_t i = 0; i < 10; i++)
            feed_flood(feed, (10 + i) * S, i, 620);
        for (uint32_t i = feed->events->len; without && i-- > 0;) {
            uint8_t kind = g_array_index(feed->events, struct an_event, i).kind;
            if (kind == AN_SENT || kind == AN_FIRST || kind == AN_DUPLICATE || kind == AN_DELIVERED)
                g_array_remove_index(feed->events, i);
        }
        struct an_metrics *m = an_metrics_new(feed->cast);
        network(m, feed);
        static const enum an_metric asked[] = {AN_THEORY_COPIES,   AN_THEORY_SHORTEST_PATH,
                                               AN_THEORY_HOPS,     AN_THEORY_UNDERLAY,
                                               AN_THEORY_LEVERAGE, AN_THEORY_SERVER_LATENCY};
        int query[6];
        for (size_t i = 0; i < 6; i++)
            query[i] = feed_query(m, asked[i]);
        feed_play(feed, m, 100 * S);
        for (size_t i = 0; i < 6; i++)
            means[without][i] = feed_number(m, query[i], AN_AGG_MEAN);
        an_metrics_free(m);
        feed_free(feed);
    }
    for (size_t i = 0; i < 6; i++)
        cr_assert(means[0][i] > 0 && means[0][i] == means[1][i], "value %zu: %g and %g", i, means[0][i],
                  means[1][i]);
}

/* Two receivers, 500 octets a copy, 1 Mbit/s: 4 ms a copy; one way 10 and 50 ms. The second message comes 5
 * ms later and waits 3 ms for the uplink. */
Test(metrics, of_the_server_queue_copies_behind_one_another)
{
    struct feed *feed = feed_new(3);
    feed_start_all(feed, 0);
    feed_link_up(feed, 1 * S, 0, 1, 10 * MS);
    feed_link_up(feed, 1 * S, 0, 2, 50 * MS);
    feed_flood(feed, 10 * S, 0, 500);
    feed_flood(feed, 10 * S + 5 * MS, 0, 500);
    struct an_metrics *m = an_metrics_new(feed->cast);
    network(m, feed); /* 120 octets of data and 380 around them */
    struct an_query_spec spec = whole_run(AN_THEORY_SERVER_LATENCY);
    int ideal = feed_add(m, spec);
    spec.up = 1000000;
    int finite = feed_add(m, spec), upload = feed_query(m, AN_THEORY_SERVER_UPLOAD);
    feed_play(feed, m, 100 * S);
    cr_assert_eq(feed_number(m, ideal, AN_AGG_SUM), 2 * (10 + 50) * 1e6);
    cr_assert_eq(feed_number(m, finite, AN_AGG_SUM), (14 + 58 + 17 + 61) * 1e6);
    cr_assert_eq(an_query_result(m, upload)->max, 4 * 500 * 8);
    cr_assert_eq(an_query_result(m, upload)->max_place.time, 10 * S);
    an_metrics_free(m);
    feed_free(feed);
}
