#include "tests/unit/analysis/feed.h"

static int windowed(struct an_metrics *m, enum an_metric metric, int64_t begin, int64_t end)
{
    struct an_query_spec spec = AN_QUERY_SPEC_INIT(metric);
    spec.begin = an_moment_new(m);
    spec.end = begin == end ? spec.begin : an_moment_new(m);
    spec.distribution = true;
    int query = feed_add(m, spec);
    an_moment_reached(m, spec.begin, begin);
    if (begin != end)
        an_moment_reached(m, spec.end, end);
    return query;
}

/* Path 0-1-2 from 1 s; the link 1-2 is down from 10.2 s to 10.7 s and 0-2 is up for 100 ms at 12.3 s. */
static struct feed *changing(void)
{
    struct feed *feed = feed_new(3);
    feed_start_all(feed, 0);
    feed_link_up(feed, 1 * S, 0, 1, 10 * MS);
    uint32_t link = feed_link_up(feed, 1 * S, 1, 2, 10 * MS);
    feed_link_down(feed, 10 * S + 200 * MS, link);
    feed_link_up(feed, 10 * S + 700 * MS, 1, 2, 10 * MS);
    link = feed_link_up(feed, 12 * S + 300 * MS, 0, 2, 10 * MS);
    feed_link_down(feed, 12 * S + 400 * MS, link);
    return feed;
}

Test(pending, is_what_a_peer_saw_when_it_looked_at_a_slow_neighbor)
{
    struct feed *feed = changing();
    feed_event(feed, (struct an_event){.time = 5 * S, .kind = AN_SLOW, .peer = 1, .other = 2, .link = 1, .value = 128});
    feed_event(feed, (struct an_event){.time = 6 * S, .kind = AN_SLOW, .peer = 1, .other = 0, .link = 0, .value = 40});
    feed_event(feed, (struct an_event){.time = 7 * S, .kind = AN_SLOW, .what = 1, .peer = 1, .other = 2, .link = 1, .value = 130});
    struct an_metrics *m = an_metrics_new(feed->cast);
    struct an_query_spec spec = AN_QUERY_SPEC_INIT(AN_PENDING_FLOODS);
    uint32_t two = 2;
    spec.begin = AN_MOMENT_START;
    int all = feed_add(m, spec);
    spec.to = an_set_new(m, &two, 1);
    int slow = feed_add(m, spec);
    feed_play(feed, m, 30 * S);
    cr_assert_eq(an_query_result(m, all)->min, 40);
    cr_assert_eq(an_query_result(m, slow)->count, 2);
    cr_assert_eq(an_query_result(m, slow)->min, 128);
    cr_assert_eq(an_query_result(m, slow)->max_place.time, 7 * S);
    an_metrics_free(m);
    feed_free(feed);
}

Test(gauges, of_degree_can_count_the_neighbors_of_a_set_only)
{
    struct feed *feed = changing();
    struct an_metrics *m = an_metrics_new(feed->cast);
    struct an_query_spec spec = AN_QUERY_SPEC_INIT(AN_DEGREE);
    uint32_t zero = 0, ends[] = {0, 2};
    spec.begin = spec.end = an_moment_new(m);
    an_moment_reached(m, spec.begin, 5 * S);
    spec.to = an_set_new(m, ends, 2);
    int to_ends = feed_add(m, spec);
    spec.to = an_set_new(m, &zero, 1);
    int to_zero = feed_add(m, spec);
    feed_play(feed, m, 30 * S);
    cr_assert_eq(feed_number(m, to_ends, AN_AGG_SUM), 2, "the middle has both, the ends have only the middle");
    cr_assert_eq(feed_number(m, to_zero, AN_AGG_SUM), 1);
    cr_assert_eq(an_query_result(m, to_zero)->max_place.peer, 1);
    an_metrics_free(m);
    feed_free(feed);
}

Test(gauges, of_degree_are_taken_by_the_second_and_see_every_extreme)
{
    struct feed *feed = changing();
    struct an_metrics *m = an_metrics_new(feed->cast);
    int calm = windowed(m, AN_DEGREE, 5 * S, 9 * S), all = windowed(m, AN_DEGREE, 5 * S, 20 * S);
    int instant = windowed(m, AN_DEGREE, 10 * S + 500 * MS, 10 * S + 500 * MS);
    int just = windowed(m, AN_DEGREE, 10 * S + 200 * MS, 10 * S + 200 * MS);
    int components = windowed(m, AN_COMPONENTS, 10 * S + 300 * MS, 10 * S + 300 * MS);
    int largest = windowed(m, AN_LARGEST_COMPONENT, 10 * S + 300 * MS, 10 * S + 300 * MS);
    int online = windowed(m, AN_ONLINE, 10 * S + 300 * MS, 10 * S + 300 * MS);
    int whole = windowed(m, AN_COMPONENTS, 5 * S, 20 * S), closed = windowed(m, AN_CLOSED, 5 * S, 20 * S);
    feed_play(feed, m, 30 * S);
    cr_assert_eq(an_query_result(m, calm)->count, 3 * 5, "three peers at 5, 6, 7, 8, 9 s");
    cr_assert_eq(an_query_result(m, calm)->min, 1);
    cr_assert_eq(an_query_result(m, calm)->max, 2);
    cr_assert_eq(an_query_result(m, all)->min, 0, "for half a second, between two samples");
    cr_assert_eq(an_query_result(m, all)->min_place.peer, 2);
    cr_assert_eq(an_query_result(m, all)->min_place.time, 10 * S + 200 * MS);
    cr_assert_eq(an_query_result(m, all)->max, 2);
    cr_assert_eq(feed_number(m, instant, AN_AGG_SUM), 2);
    cr_assert_eq(feed_number(m, just, AN_AGG_SUM), 2, "as it stands just after the moment");
    cr_assert_eq(an_query_result(m, components)->max, 2);
    cr_assert_eq(an_query_result(m, largest)->max, 2000000 / 3);
    cr_assert_eq(an_query_result(m, online)->max, 2);
    cr_assert_eq(an_query_result(m, whole)->max, 1, "whole seconds see one component");
    cr_assert_eq(an_query_result(m, closed)->count, 2, "each link once, not once for each end");
    cr_assert_eq(feed_number(m, closed, AN_AGG_SHARE), 5e5, "2 of 4 links");
    an_metrics_free(m);
    feed_free(feed);
}

Test(gauges, of_rate_count_whole_seconds_and_silent_ones)
{
    struct feed *feed = feed_new(3);
    feed_start_all(feed, 0);
    feed_link_up(feed, 0, 0, 1, 10 * MS);
    struct an_event sent = {
        .kind = AN_OCTETS_SENT, .peer = 0, .other = 1, .link = 0, .size = 960, .value = 40};
    int64_t times[] = {1 * S, 2 * S - 1, 2 * S, 4 * S + 500 * MS};
    for (size_t i = 0; i < 4; i++) {
        sent.time = times[i];
        feed_event(feed, sent);
    }
    struct an_metrics *m = an_metrics_new(feed->cast);
    uint32_t zero = 0;
    struct an_query_spec spec = AN_QUERY_SPEC_INIT(AN_UPLOAD);
    spec.begin = an_moment_new(m);
    spec.end = an_moment_new(m);
    spec.of = an_set_new(m, &zero, 1);
    int upload = feed_add(m, spec);
    spec.kinds = AN_KINDS_HEADERS;
    int headers = feed_add(m, spec);
    spec.kinds = 0;
    spec.per = AN_PER_PEER;
    spec.of = AN_SET_ALL;
    int each = feed_add(m, spec);
    an_moment_reached(m, spec.begin, 500 * MS);       /* the second from 0 s is not whole */
    an_moment_reached(m, spec.end, 4 * S + 600 * MS); /* nor is that from 4 s */
    feed_play(feed, m, 10 * S);
    const struct an_result *r = an_query_result(m, upload);
    cr_assert_eq(r->count, 3, "1 to 2, 2 to 3, 3 to 4 s");
    cr_assert_eq(r->sum, (2 + 1 + 0) * 8000);
    cr_assert_eq(r->max_place.time, 1 * S);
    cr_assert_eq(r->min, 0);
    cr_assert_eq(an_query_result(m, headers)->sum, 3 * 320);
    cr_assert_eq(an_query_result(m, each)->count, 3, "three peers, two of them silent");
    cr_assert_eq(an_query_result(m, each)->max, 8000);
    an_metrics_free(m);
    feed_free(feed);
}

/* T10: every second a message, fixed delay of 250 ms: the age runs from 0.25 to 1.25 s, its mean is 0.75 s.
 */
Test(gauges, of_age_agree_with_T10)
{
    struct feed *feed = feed_new(2);
    feed_start_all(feed, 0);
    feed_link_up(feed, 0, 0, 1, 250 * MS);
    for (int i = 0; i < 60; i++)
        feed_flood(feed, 1 * S + i * S, 0, 500);
    struct an_metrics *m = an_metrics_new(feed->cast);
    int age = windowed(m, AN_STALENESS, 10 * S, 50 * S);
    feed_play(feed, m, 70 * S);
    cr_assert_eq(an_query_result(m, age)->count, 40);
    cr_assert_eq(feed_number(m, age, AN_AGG_MEAN), 750e6);
    an_metrics_free(m);
    feed_free(feed);
}

/* Numbers 0 1 2 3 4 5 published every second; peer 1 gets 1, 3, 2, 5. */
Test(gauges, of_order_and_gaps)
{
    struct feed *feed = feed_new(2);
    feed_start_all(feed, 0);
    feed_link_up(feed, 0, 0, 1, 10 * MS);
    for (uint32_t i = 0; i < 6; i++)
        feed_event(feed, (struct an_event){.time = (1 + i) * S,
                                           .kind = AN_PUBLISHED,
                                           .message = i,
                                           .what = AN_NUMBERED,
                                           .value = i,
                                           .size = 100});
    uint32_t order[] = {1, 3, 2, 5};
    for (uint32_t i = 0; i < 4; i++)
        feed_event(feed, (struct an_event){
                             .time = (10 + i) * S, .kind = AN_DELIVERED, .peer = 1, .message = order[i]});
    struct an_metrics *m = an_metrics_new(feed->cast);
    int disorder = feed_query(m, AN_DISORDER), missed = feed_query(m, AN_MISSED);
    int first = feed_query(m, AN_FIRST_VALUE), join = feed_query(m, AN_JOIN_TIME);
    feed_play(feed, m, 100 * S);
    cr_assert_eq(feed_number(m, disorder, AN_AGG_SHARE), 25e4);
    cr_assert_eq(an_query_result(m, disorder)->max, 1);
    cr_assert_eq(an_query_result(m, disorder)->max_place.message, 2);
    cr_assert_eq(an_query_result(m, missed)->count, 1);
    cr_assert_eq(an_query_result(m, missed)->max, 1,
                 "4; what was overtaken is not missed, 0 was before its first");
    cr_assert_eq(an_query_result(m, first)->min, 9 * S, "from the first publication on");
    cr_assert_eq(an_query_result(m, first)->max, AN_NEVER, "the publisher itself");
    cr_assert_eq(an_query_result(m, join)->max, 0);
    an_metrics_free(m);
    feed_free(feed);
}

Test(gauges, of_control_messages)
{
    struct feed *feed = feed_new(2);
    feed_start_all(feed, 0);
    feed_link_up(feed, 0, 0, 1, 10 * MS);
    feed_flood(feed, 5 * S, 0, 900);
    struct an_event control = {
        .time = 6 * S, .kind = AN_CONTROL_SENT, .peer = 0, .other = 1, .link = 0, .size = 100};
    uint32_t connect = an_kinds_find("connect"), resolve = an_kinds_find("resolve"),
             refuse = an_kinds_find("refuse");
    uint32_t kinds[] = {connect, resolve, resolve, refuse, an_kinds_find("resolve response")};
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        control.what = (uint8_t)__builtin_ctz(kinds[i]);
        control.other = kinds[i] == resolve ? AN_NONE : 1;
        feed_event(feed, control);
    }
    struct an_metrics *m = an_metrics_new(feed->cast);
    int all = feed_query(m, AN_CONTROL), requests = feed_query(m, AN_RESOLVER_REQUESTS),
        refused = feed_query(m, AN_REFUSED);
    struct an_query_spec spec = AN_QUERY_SPEC_INIT(AN_CONTROL);
    spec.begin = AN_MOMENT_START;
    spec.kinds = connect;
    int one = feed_add(m, spec);
    spec.kinds = 0;
    spec.per = AN_PER_LINK;
    int lines = feed_add(m, spec);
    feed_play(feed, m, 10 * S);
    cr_assert_eq(an_query_result(m, lines)->count, 1, "five records on one connection");
    cr_assert_eq(an_query_result(m, lines)->max, 500);
    cr_assert_eq(feed_number(m, all, AN_AGG_SUM), 500);
    cr_assert_float_eq(feed_number(m, all, AN_AGG_SHARE), 1e6 * 500 / 1400, 1e-6);
    cr_assert_float_eq(feed_number(m, one, AN_AGG_SHARE), 1e6 * 100 / 1400, 1e-6);
    cr_assert_eq(an_query_result(m, requests)->count, 2);
    cr_assert_eq(an_query_result(m, refused)->count, 1);
    an_metrics_free(m);
    feed_free(feed);
}

Test(starts, that_failed_say_how_long_they_took)
{
    struct feed *feed = feed_new(3);
    feed_event(feed, (struct an_event){.time = 1 * S, .kind = AN_STARTED, .peer = 0, .other = AN_NONE});
    feed_event(feed, (struct an_event){.time = 4 * S, .kind = AN_STOPPED, .peer = 0, .what = AN_STOP_OPEN_FAILED, .other = AN_NONE});
    feed_event(feed, (struct an_event){.time = 9 * S, .kind = AN_STARTED, .peer = 0, .other = AN_NONE});
    feed_event(feed, (struct an_event){.time = 20 * S, .kind = AN_STOPPED, .peer = 0, .what = AN_STOP_CLEAN, .other = AN_NONE});
    struct an_metrics *m = an_metrics_new(feed->cast);
    int failed = feed_query(m, AN_FAILED_OPEN);
    feed_play(feed, m, 30 * S);
    cr_expect_eq(an_query_result(m, failed)->count, 1);
    cr_expect_eq(an_query_result(m, failed)->max, 3 * S);
    an_metrics_free(m);
    feed_free(feed);
}
