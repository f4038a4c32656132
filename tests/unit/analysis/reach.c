/* Who could get what, by hand and against a search that knows nothing of components. */
#include "analysis/reach.h"
#include "tests/unit/analysis/feed.h"

enum { A, B, C, D };

static void at(struct an_reach *r, int64_t time, enum an_kind kind, uint32_t peer, uint32_t other, uint32_t link)
{
    an_reach_event(r, &(struct an_event){.time = time, .kind = (uint8_t)kind, .peer = peer, .other = other, .link = link});
}

static void up(struct an_reach *r, int64_t time, uint32_t a, uint32_t b, uint32_t link)
{
    at(r, time, AN_LINK_UP, a, b, link);
    at(r, time, AN_LINK_UP, b, a, link);
}

static void down(struct an_reach *r, int64_t time, uint32_t a, uint32_t b, uint32_t link)
{
    at(r, time, AN_LINK_DOWN, a, b, link);
    at(r, time, AN_LINK_DOWN, b, a, link);
}

static void has(struct an_reach *r, int64_t time, uint32_t peer, uint32_t item)
{
    at(r, time, AN_HAVE, peer, AN_NONE, item);
}

/* When each of four peers could hold item 0, in s; -1 never. */
static void expect(struct an_reach *r, int64_t gap, int64_t a, int64_t b, int64_t c, int64_t d)
{
    int64_t want[] = {a, b, c, d}, *got = an_reach_solve(r, gap * S, 1000 * S, 4);
    for (int i = 0; i < 4; i++)
        cr_expect_eq(got[i], want[i] < 0 ? AN_REACH_NOT : want[i] * S, "gap %d s, peer %d: %" PRId64 " ns", (int)gap, i, got[i]);
    g_free(got);
    an_reach_free(r);
}

Test(reach, goes_forward_in_time_only)
{
    struct an_reach *r = an_reach_new();
    has(r, 5 * S, A, 7);
    up(r, 10 * S, C, D, 0);
    down(r, 40 * S, C, D, 0);
    up(r, 50 * S, A, B, 1);
    down(r, 80 * S, A, B, 1);
    up(r, 100 * S, B, C, 2); /* D met C before */
    expect(r, 15, 5, 65, 115, -1);
}

Test(reach, needs_the_gap_without_a_break)
{
    struct an_reach *r = an_reach_new();
    has(r, 0, A, 7);
    up(r, 10 * S, A, B, 0);
    down(r, 24 * S, A, B, 0);
    up(r, 30 * S, A, B, 1);
    down(r, 44 * S, A, B, 1);
    up(r, 50 * S, A, C, 2);
    down(r, 65 * S, A, C, 2);
    expect(r, 15, 0, -1, 65, -1);
}

Test(reach, does_not_mind_by_which_links_two_are_in_one_component)
{
    struct an_reach *r = an_reach_new();
    has(r, 20 * S, A, 7);
    up(r, 10 * S, A, B, 0);
    up(r, 10 * S, B, C, 1);
    up(r, 22 * S, A, C, 2);
    down(r, 25 * S, B, C, 1);
    down(r, 26 * S, A, B, 0); /* B alone after 6 s; A and C together since 10 s */
    expect(r, 15, 20, -1, 35, -1);
}

Test(reach, an_item_that_comes_while_they_are_together_needs_the_gap_from_then_on)
{
    struct an_reach *r = an_reach_new();
    up(r, 10 * S, A, B, 0);
    has(r, 100 * S, A, 7);
    down(r, 114 * S, A, B, 0);
    expect(r, 15, 100, -1, -1, -1);
}

Test(reach, with_no_gap_a_contact_lasts_until_its_last_end_is_gone)
{
    struct an_reach *r = an_reach_new();
    at(r, 10 * S, AN_LINK_UP, A, B, 0);
    has(r, 11 * S, A, 7);
    at(r, 12 * S, AN_LINK_UP, B, A, 0);
    at(r, 12 * S, AN_LINK_DOWN, A, B, 0);
    at(r, 13 * S, AN_LINK_UP, B, C, 1);
    at(r, 20 * S, AN_LINK_DOWN, B, A, 0);
    expect(r, 0, 11, 11, 13, -1);
}

Test(reach, who_must_get_it_is_linked_at_both_ends_and_runs)
{
    struct an_reach *r = an_reach_new();
    has(r, 0, A, 7);
    at(r, 10 * S, AN_LINK_UP, A, B, 0); /* one end only */
    up(r, 10 * S, A, C, 1);
    at(r, 20 * S, AN_STOPPED, C, AN_NONE, AN_NONE);
    expect(r, 15, 0, -1, -1, -1);
}

Test(reach, a_peer_that_was_away_brings_what_it_had)
{
    struct an_reach *r = an_reach_new();
    at(r, 1 * S, AN_STARTED, A, AN_NONE, AN_NONE);
    has(r, 2 * S, A, 7);
    at(r, 3 * S, AN_STOPPED, A, AN_NONE, AN_NONE);
    at(r, 50 * S, AN_STARTED, A, AN_NONE, AN_NONE);
    up(r, 60 * S, A, D, 0);
    expect(r, 15, 2, -1, -1, 75);
}

/* Against a relation that is closed step by step over a grid of whole seconds: at each second, who has been in one component
 * with a holder for the gap holds it, too. */
static void closed_by_grid(uint32_t seed, int64_t gap)
{
    enum { PEERS = 7, LINKS = 9, SECONDS = 300 };
    struct an_reach *r = an_reach_new();
    static bool on[LINKS][SECONDS + 1];
    uint32_t ends[LINKS][2], holds_since[PEERS], together[PEERS][PEERS] = {{0}};
    GRand *random = g_rand_new_with_seed(seed);
    has(r, 0, 0, 7);
    for (uint32_t l = 0; l < LINKS; l++) {
        ends[l][0] = (uint32_t)g_rand_int_range(random, 0, PEERS - 1);
        ends[l][1] = (uint32_t)g_rand_int_range(random, (gint32)ends[l][0] + 1, PEERS);
        for (int s = 0, state = 0; s <= SECONDS; s++) {
            state ^= s > 0 && g_rand_int_range(random, 0, 25) == 0;
            on[l][s] = state;
        }
    }
    for (int s = 1; s <= SECONDS; s++)
        for (uint32_t l = 0; l < LINKS; l++)
            if (on[l][s] != on[l][s - 1])
                (on[l][s] ? up : down)(r, s * S, ends[l][0], ends[l][1], l);
    for (uint32_t p = 0; p < PEERS; p++)
        holds_since[p] = p ? UINT32_MAX : 0;
    for (uint32_t s = 1; s <= SECONDS; s++) { /* the second from s - 1 to s, whose links are those of s - 1 */
        uint32_t label[PEERS];
        for (uint32_t p = 0; p < PEERS; p++)
            label[p] = p;
        for (uint32_t round = 0; round < PEERS; round++)
            for (uint32_t l = 0; l < LINKS; l++)
                if (on[l][s - 1])
                    label[ends[l][0]] = label[ends[l][1]] = MIN(label[ends[l][0]], label[ends[l][1]]);
        for (uint32_t a = 0; a < PEERS; a++)
            for (uint32_t b = 0; b < PEERS; b++)
                together[a][b] = label[a] == label[b] ? together[a][b] + 1 : 0;
        for (uint32_t b = 0; b < PEERS; b++)
            for (uint32_t a = 0; a < PEERS && holds_since[b] == UINT32_MAX; a++)
                if (holds_since[a] != UINT32_MAX && holds_since[a] + gap <= s && together[a][b] >= gap)
                    holds_since[b] = s;
    }
    int64_t *got = an_reach_solve(r, gap * S, SECONDS * S, PEERS);
    for (uint32_t p = 0; p < PEERS; p++)
        cr_expect_eq(got[p], holds_since[p] == UINT32_MAX ? AN_REACH_NOT : holds_since[p] * S, "seed %u, peer %u: %" PRId64, seed, p, got[p]);
    g_free(got);
    g_rand_free(random);
    an_reach_free(r);
}

Test(reach, is_what_a_search_second_by_second_finds)
{
    for (uint32_t seed = 1; seed <= 200; seed++)
        closed_by_grid(seed, 1 + seed % 20);
}

/* Decisions 15: the oracle does not look at what the run delivered. */
Test(items, of_theory_are_the_same_without_any_delivery)
{
    uint64_t sums[2];
    for (int deliver = 0; deliver < 2; deliver++) {
        struct feed *feed = feed_new(4);
        feed_start_all(feed, 0);
        feed_link_up(feed, 1 * S, A, B, MS);
        uint32_t link = feed_link_up(feed, 1 * S, B, C, MS);
        feed_link_down(feed, 5 * S, link);
        feed_event(feed, (struct an_event){.time = 2 * S, .kind = AN_HAVE, .peer = A, .link = an_cast_sample(feed->cast, "x")});
        if (deliver)
            feed_event(feed, (struct an_event){.time = 3 * S, .kind = AN_HAVE, .peer = B, .link = an_cast_sample(feed->cast, "x")});
        struct an_metrics *m = an_metrics_new(feed->cast);
        struct an_query_spec spec = AN_QUERY_SPEC_INIT(AN_THEORY_REACHABLE);
        spec.gap = 2 * S;
        int must = feed_add(m, spec), have = feed_query(m, AN_HOLDINGS), off = an_query_difference(m, have, must, NULL);
        feed_play(feed, m, 30 * S);
        sums[deliver] = (uint64_t)an_query_result(m, must)->sum;
        cr_expect_eq(an_query_result(m, off)->min, -1000000, "C must get it and has not");
        cr_expect_eq(an_query_result(m, off)->min_place.peer, deliver ? C : B);
        cr_expect_eq(an_query_result(m, off)->count, 4);
        an_metrics_free(m);
        feed_free(feed);
    }
    cr_expect_eq(sums[0], sums[1]);
    cr_expect_eq(sums[0], 3000000);
}

Test(items, the_time_for_a_file_is_bound_by_source_sink_or_all_together)
{
    static const struct {
        uint32_t source, up, down;
        int64_t seconds;
    } rows[] = {{1000000, 10000000, 100000000, 8}, {100000000, 100000000, 500000, 16}, {4000000, 100000, 100000000, 5}};
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct feed *feed = feed_new(4);
        for (uint32_t p = 0; p < 4; p++) {
            g_array_index(feed->cast->peers, struct an_peer, p).up = p ? rows[i].up : rows[i].source;
            g_array_index(feed->cast->peers, struct an_peer, p).down = p == 3 ? rows[i].down : 1000000000;
        }
        struct an_metrics *m = an_metrics_new(feed->cast);
        struct an_query_spec spec = AN_QUERY_SPEC_INIT(AN_THEORY_FILE_TIME);
        uint32_t source = A, rest[] = {B, C, D};
        spec.size = 1000000;
        spec.from = an_set_new(m, &source, 1);
        spec.of = an_set_new(m, rest, 3);
        int query = feed_add(m, spec);
        feed_start_all(feed, 0);
        feed_play(feed, m, 2 * S);
        cr_expect_eq(an_query_result(m, query)->max / S, rows[i].seconds, "row %u: %" PRId64, i, an_query_result(m, query)->max);
        an_metrics_free(m);
        feed_free(feed);
    }
}
