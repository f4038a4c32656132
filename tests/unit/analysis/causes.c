#include "tests/unit/analysis/feed.h"

/* A line 0-1-2-3-4, 10 ms a link, running from 0 s, linked at 1 s. */
static struct feed *line(void)
{
    struct feed *feed = feed_new(5);
    feed_start_all(feed, 0);
    for (uint32_t i = 0; i < 4; i++)
        feed_link_up(feed, 1 * S, i, i + 1, 10 * MS);
    return feed;
}

static void publish(struct feed *feed, int64_t time)
{
    feed_event(feed,
               (struct an_event){
                   .time = time, .kind = AN_PUBLISHED, .peer = 0, .message = feed->messages++, .size = 100});
}

static void copy(struct feed *feed, int64_t time, uint32_t from, uint32_t to)
{
    uint32_t link = MIN(from, to), message = feed->messages - 1;
    feed_event(feed, (struct an_event){.time = time,
                                       .kind = AN_SENT,
                                       .peer = from,
                                       .other = to,
                                       .link = link,
                                       .message = message,
                                       .size = 500});
}

static void arrive(struct feed *feed, int64_t time, uint32_t from, uint32_t to)
{
    uint32_t link = MIN(from, to), message = feed->messages - 1;
    feed_event(feed, (struct an_event){.time = time,
                                       .kind = AN_FIRST,
                                       .peer = to,
                                       .other = from,
                                       .link = link,
                                       .message = message,
                                       .size = 500});
    feed_event(feed, (struct an_event){.time = time, .kind = AN_DELIVERED, .peer = to, .message = message});
}

static void die(struct feed *feed, int64_t time, uint32_t from, uint32_t to, uint8_t cause)
{
    feed_event(feed, (struct an_event){.time = time,
                                       .kind = AN_LOST,
                                       .peer = from,
                                       .other = to,
                                       .what = cause,
                                       .message = feed->messages - 1});
}

struct row {
    const char *name;
    void (*events)(struct feed *feed);
    int64_t end;
    uint64_t lost[AN_CAUSE_COUNT];
    uint64_t eligible;
};

static void rejected_at_2(struct feed *f)
{
    publish(f, 10 * S);
    copy(f, 10 * S, 0, 1);
    arrive(f, 10 * S + 10 * MS, 0, 1);
    copy(f, 10 * S + 10 * MS, 1, 2);
    die(f, 10 * S + 20 * MS, 1, 2, AN_CAUSE_QUEUE_ABORT);
    copy(f, 10 * S + 30 * MS, 1, 2);
    die(f, 10 * S + 40 * MS, 1, 2, AN_CAUSE_REJECTED);
}

static void peer_3_crashes(struct feed *f)
{
    publish(f, 10 * S);
    copy(f, 10 * S, 0, 1);
    arrive(f, 10 * S + 10 * MS, 0, 1);
    feed_event(f, (struct an_event){
                      .time = 10 * S + 15 * MS, .kind = AN_STOPPED, .peer = 3, .what = AN_STOP_SILENT});
    copy(f, 10 * S + 10 * MS, 1, 2);
    arrive(f, 10 * S + 20 * MS, 1, 2);
}

static void link_to_2_closes_before(struct feed *f)
{
    feed_link_down(f, 5 * S, 1);
    publish(f, 10 * S);
    copy(f, 10 * S, 0, 1);
    arrive(f, 10 * S + 10 * MS, 0, 1);
}

static void link_to_2_closes_on_the_way(struct feed *f)
{
    publish(f, 10 * S);
    copy(f, 10 * S, 0, 1);
    feed_link_down(f, 10 * S + 5 * MS, 1);
    arrive(f, 10 * S + 10 * MS, 0, 1);
}

static void nobody_forwards(struct feed *f)
{
    publish(f, 10 * S);
    copy(f, 10 * S, 0, 1);
    arrive(f, 10 * S + 10 * MS, 0, 1);
}

static void the_run_ends_on_the_way(struct feed *f)
{
    publish(f, 10 * S);
    copy(f, 10 * S, 0, 1);
}

/* 1 gives up its link to 2, which does not hear of it and goes on believing in it. */
static void link_to_2_is_half_open(struct feed *f)
{
    publish(f, 10 * S);
    copy(f, 10 * S, 0, 1);
    die(f, 10 * S + 5 * MS, 0, 1, AN_CAUSE_QUEUE_ABORT);
    feed_event(f, (struct an_event){.time = 10 * S + 6 * MS, .kind = AN_LINK_DOWN, .peer = 1, .other = 2, .link = 1});
}

static const struct row rows[] = {
    {"the last copy that died counts, also for those behind",
     rejected_at_2,
     100 * S,
     {[AN_CAUSE_REJECTED] = 3},
     4},
    {"a peer that stopped has left; the one behind it lost its link",
     peer_3_crashes,
     100 * S,
     {[AN_CAUSE_RECEIVER_LEFT] = 1, [AN_CAUSE_LINK_CLOSED] = 1},
     2},
    {"who is in another component is not connected",
     link_to_2_closes_before,
     100 * S,
     {[AN_CAUSE_NOT_CONNECTED] = 3},
     1},
    {"a link closed before the message came over it",
     link_to_2_closes_on_the_way,
     100 * S,
     {[AN_CAUSE_LINK_CLOSED] = 3},
     1},
    {"behind a link that only one end has given up: what kept it from that end",
     link_to_2_is_half_open,
     100 * S,
     {[AN_CAUSE_QUEUE_ABORT] = 4},
     1},
    {"no copy was sent and nothing changed: a defect of ours",
     nobody_forwards,
     100 * S,
     {[AN_CAUSE_UNKNOWN] = 3},
     4},
    {"copies are on their way at the end",
     the_run_ends_on_the_way,
     10 * S + 5 * MS,
     {[AN_CAUSE_IN_FLIGHT] = 4},
     4},
};

Test(causes, every_undelivered_pair_has_exactly_one)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct feed *feed = line();
        rows[i].events(feed);
        struct an_metrics *m = an_metrics_new(feed->cast);
        int raw = feed_query(m, AN_RAW_DELIVERY), lost = feed_query(m, AN_LOST_PAIRS),
            m1 = feed_query(m, AN_DELIVERY);
        if (i == 1) /* peer 4 is told that its link is gone */
            feed_event(feed, (struct an_event){
                                 .time = 11 * S, .kind = AN_LINK_DOWN, .peer = 4, .other = 3, .link = 3});
        feed_play(feed, m, rows[i].end);
        const struct an_invariants *v = an_invariants(m);
        uint64_t sum = 0;
        for (unsigned c = 0; c < AN_CAUSE_COUNT; c++) {
            cr_assert_eq(v->lost[c], rows[i].lost[c], "%s: %s %" PRIu64, rows[i].name, an_cause_name(c),
                         v->lost[c]);
            sum += v->lost[c];
        }
        cr_assert_eq(v->lost_pairs, sum);
        cr_assert_eq(v->pairs, 4);
        cr_assert_eq(an_query_result(m, lost)->count, sum);
        cr_assert_eq(feed_number(m, lost, AN_AGG_SHARE), 1e6 * (double)sum / 4);
        cr_assert_eq(feed_number(m, raw, AN_AGG_MEAN), 1e6 * (double)(4 - sum) / 4);
        cr_assert_eq(an_query_result(m, m1)->count, rows[i].eligible, "%s: %" PRIu64 " eligible",
                     rows[i].name, an_query_result(m, m1)->count);
        if (v->lost[AN_CAUSE_UNKNOWN])
            cr_assert_eq(v->unknown_place.peer, 2);
        an_metrics_free(m);
        feed_free(feed);
    }
}

Test(causes, narrow_the_lost_pairs)
{
    struct feed *feed = line();
    rejected_at_2(feed);
    struct an_metrics *m = an_metrics_new(feed->cast);
    struct an_query_spec spec = AN_QUERY_SPEC_INIT(AN_LOST_PAIRS);
    spec.begin = AN_MOMENT_START;
    cr_assert_eq(an_causes_find("rejected", &spec.reasons), AN_FOUND);
    int rejected = feed_add(m, spec);
    cr_assert_eq(an_causes_find("queue-abort", &spec.reasons), AN_FOUND);
    int aborted = feed_add(m, spec);
    feed_play(feed, m, 100 * S);
    cr_assert_eq(an_query_result(m, rejected)->count, 3);
    cr_assert_eq(an_query_result(m, aborted)->count, 0);
    an_metrics_free(m);
    feed_free(feed);
}

Test(causes, who_went_offline_or_came_later_is_not_eligible)
{
    struct feed *feed = line();
    feed_link_down(feed, 40 * S, 3); /* 4 loses its only link 30 s after, though it got the message */
    uint32_t again = feed_link_up(feed, 41 * S, 3, 4, 10 * MS);
    feed_flood(feed, 10 * S, 0, 500);
    (void)again;
    struct an_metrics *m = an_metrics_new(feed->cast);
    int delivery = feed_query(m, AN_DELIVERY);
    feed_play(feed, m, 200 * S);
    cr_assert_eq(an_query_result(m, delivery)->count, 3);
    an_metrics_free(m);
    feed_free(feed);
}

Test(invariants, see_what_must_never_be)
{
    struct feed *feed = line();
    publish(feed, 10 * S);
    copy(feed, 10 * S, 0, 1);
    arrive(feed, 10 * S + 10 * MS, 0, 1);
    arrive(feed, 10 * S + 11 * MS, 0, 1); /* delivered again, and by a copy that nobody sent */
    struct an_event octets = {
        .time = 20 * S, .kind = AN_OCTETS_SENT, .peer = 0, .other = 1, .link = 0, .size = 100};
    feed_event(feed, octets);
    octets = (struct an_event){
        .time = 21 * S, .kind = AN_OCTETS_RECEIVED, .peer = 1, .other = 0, .link = 0, .size = 130};
    feed_event(feed, octets);
    struct an_metrics *m = an_metrics_new(feed->cast);
    an_metrics_degree_limit(m, 0, 1);
    feed_play(feed, m, 100 * S);
    const struct an_invariants *v = an_invariants(m);
    cr_assert_eq(v->delivered_twice, 1);
    cr_assert_eq(v->twice_place.peer, 1);
    cr_assert_eq(v->copies_unsent, 1);
    cr_assert_eq(v->octets_unsent, 30);
    cr_assert_eq(v->octets_place.peer, 1);
    cr_assert_eq(v->degree_violations, 3, "1, 2 and 3 have two neighbors");
    cr_assert_eq(v->degree_max, 2);
    an_metrics_free(m);
    feed_free(feed);
}
