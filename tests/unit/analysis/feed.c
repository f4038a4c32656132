#include "tests/unit/analysis/feed.h"

struct feed *feed_new(uint32_t peers)
{
    struct feed *feed = g_new0(struct feed, 1);
    feed->cast = an_cast_new();
    feed->events = g_array_new(FALSE, FALSE, sizeof(struct an_event));
    feed->links = g_array_new(FALSE, FALSE, sizeof(struct feed_link));
    uint32_t group = an_cast_add_group(feed->cast, "peer");
    for (uint32_t i = 0; i < peers; i++) {
        char *name = g_strdup_printf("peer[%u]", i);
        struct an_peer peer = {
            .name = name, .address = "10.0.0.1:50001", .group = group, .region = (uint16_t)(i % 5)};
        an_cast_add_peer(feed->cast, &peer);
        g_free(name);
    }
    return feed;
}

void feed_free(struct feed *feed)
{
    an_cast_free(feed->cast);
    g_array_free(feed->events, TRUE);
    g_array_free(feed->links, TRUE);
    g_free(feed);
}

void feed_event(struct feed *feed, struct an_event event)
{
    g_array_append_val(feed->events, event);
}

void feed_start_all(struct feed *feed, int64_t time)
{
    for (uint32_t i = 0; i < feed->cast->peers->len; i++)
        feed_event(feed, (struct an_event){.time = time, .kind = AN_STARTED, .peer = i});
}

uint32_t feed_link_up(struct feed *feed, int64_t time, uint32_t a, uint32_t b, int64_t delay)
{
    struct feed_link link = {a, b, delay};
    uint32_t number = feed->links->len;
    g_array_append_val(feed->links, link);
    feed_event(feed,
               (struct an_event){.time = time, .kind = AN_LINK_UP, .peer = a, .other = b, .link = number});
    feed_event(feed,
               (struct an_event){.time = time, .kind = AN_LINK_UP, .peer = b, .other = a, .link = number});
    return number;
}

void feed_link_down(struct feed *feed, int64_t time, uint32_t link)
{
    struct feed_link l = g_array_index(feed->links, struct feed_link, link);
    feed_event(
        feed, (struct an_event){.time = time, .kind = AN_LINK_DOWN, .peer = l.a, .other = l.b, .link = link});
    feed_event(
        feed, (struct an_event){.time = time, .kind = AN_LINK_DOWN, .peer = l.b, .other = l.a, .link = link});
}

struct copy {
    int64_t time;
    uint32_t from, to, link;
};

static void send_all(struct feed *feed, GArray *copies, uint32_t message, int64_t time, uint32_t peer,
                     uint32_t except, uint32_t octets)
{
    for (uint32_t i = 0; i < feed->links->len; i++) {
        struct feed_link l = g_array_index(feed->links, struct feed_link, i);
        if ((l.a != peer && l.b != peer) || i == except)
            continue;
        struct copy copy = {time + l.delay, peer, l.a == peer ? l.b : l.a, i};
        g_array_append_val(copies, copy);
        feed_event(feed, (struct an_event){.time = time,
                                           .kind = AN_SENT,
                                           .peer = peer,
                                           .other = copy.to,
                                           .link = i,
                                           .message = message,
                                           .size = octets});
    }
}

uint32_t feed_flood(struct feed *feed, int64_t time, uint32_t origin, uint32_t octets)
{
    uint32_t message = feed->messages++;
    bool *has = g_new0(bool, feed->cast->peers->len);
    GArray *copies = g_array_new(FALSE, FALSE, sizeof(struct copy));
    feed_event(feed, (struct an_event){.time = time,
                                       .kind = AN_PUBLISHED,
                                       .other = AN_NONE,
                                       .peer = origin,
                                       .message = message,
                                       .size = 120,
                                       .what = AN_NUMBERED,
                                       .value = message});
    has[origin] = true;
    send_all(feed, copies, message, time, origin, AN_NONE, octets);
    while (copies->len) {
        uint32_t next = 0;
        for (uint32_t i = 1; i < copies->len; i++)
            if (g_array_index(copies, struct copy, i).time < g_array_index(copies, struct copy, next).time)
                next = i;
        struct copy copy = g_array_index(copies, struct copy, next);
        g_array_remove_index(copies, next);
        bool first = !has[copy.to];
        has[copy.to] = true;
        feed_event(feed, (struct an_event){.time = copy.time,
                                           .kind = first ? AN_FIRST : AN_DUPLICATE,
                                           .peer = copy.to,
                                           .other = copy.from,
                                           .link = copy.link,
                                           .message = message,
                                           .size = octets});
        if (!first)
            continue;
        feed_event(feed, (struct an_event){
                             .time = copy.time, .kind = AN_DELIVERED, .peer = copy.to, .message = message});
        send_all(feed, copies, message, copy.time, copy.to, copy.link, octets);
    }
    g_array_free(copies, TRUE);
    g_free(has);
    return message;
}

void feed_random_mesh(struct feed *feed, uint32_t chords, uint32_t seed)
{
    uint32_t n = feed->cast->peers->len, state = seed * 2654435761U + 1;
    feed_start_all(feed, 0);
    for (uint32_t i = 0; i < n + chords; i++) {
        state = state * 1664525U + 1013904223U;
        uint32_t a = i < n ? i : state / 7 % n,
                 b = i < n ? (i + 1) % n : (a + 2 + state / 65536 % (n - 3)) % n;
        feed_link_up(feed, 1 * S, a, b, (int64_t)(state / 4096 % 100000 + 1000) * 1000);
    }
}

static gint in_time(gconstpointer a, gconstpointer b)
{
    const struct an_event *x = a, *y = b;
    return x->time < y->time ? -1 : x->time > y->time;
}

void feed_sort(struct feed *feed)
{
    g_array_sort(feed->events, in_time); /* GLib's is stable */
}

void feed_play(struct feed *feed, struct an_metrics *metrics, int64_t end)
{
    feed_sort(feed);
    for (uint32_t i = 0; i < feed->events->len; i++)
        an_metrics_event(metrics, &g_array_index(feed->events, struct an_event, i));
    an_metrics_finish(metrics, end);
}

int64_t feed_delay(void *user, uint32_t from, uint32_t to, uint32_t octets)
{
    struct feed *feed = user;
    (void)octets;
    int64_t best = INT64_MAX; /* two links may join the same two */
    for (uint32_t i = 0; i < feed->links->len; i++) {
        struct feed_link l = g_array_index(feed->links, struct feed_link, i);
        if ((l.a == from && l.b == to) || (l.b == from && l.a == to))
            best = MIN(best, l.delay);
    }
    return best == INT64_MAX ? 1 * MS : best;
}

int feed_add(struct an_metrics *metrics, struct an_query_spec spec)
{
    GError *error = NULL;
    int query = an_query_add(metrics, &spec, &error);
    cr_assert(query >= 0, "%s", error ? error->message : "no error was set");
    return query;
}

int feed_query(struct an_metrics *metrics, enum an_metric metric)
{
    struct an_query_spec spec = AN_QUERY_SPEC_INIT(metric);
    spec.begin = AN_MOMENT_START;
    return feed_add(metrics, spec);
}

double feed_number(struct an_metrics *metrics, int query, enum an_aggregate aggregate)
{
    struct an_number number;
    GError *error = NULL;
    bool ok = an_query_number(metrics, query, aggregate, &number, &error);
    cr_assert(ok, "%s", error ? error->message : "no error was set");
    return number.value;
}
