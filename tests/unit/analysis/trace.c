#include "analysis/trace.h"
#include "tests/unit/analysis/feed.h"
#include <glib/gstdio.h>
#include <unistd.h>

static char *scratch_file(void)
{
    char *name = NULL;
    int fd = g_file_open_tmp("peermesh-trace-XXXXXX", &name, NULL);
    cr_assert(fd >= 0);
    close(fd);
    return name;
}

static struct feed *busy(void)
{
    struct feed *feed = feed_new(30);
    feed_random_mesh(feed, 20, 3);
    for (uint32_t i = 0; i < 40; i++)
        feed_flood(feed, (10 + i) * S, i % 7, 500);
    uint32_t stall = an_cast_sample(feed->cast, "stall");
    feed_event(feed,
               (struct an_event){.time = 20 * S, .kind = AN_SAMPLE, .peer = 4, .link = stall, .value = 17});
    feed_event(feed, (struct an_event){.time = 21 * S,
                                       .kind = AN_CONTROL_SENT,
                                       .peer = 4,
                                       .other = 5,
                                       .what = 1,
                                       .size = 300,
                                       .link = 2});
    feed_event(feed, (struct an_event){
                         .time = 22 * S, .kind = AN_LOST, .peer = 4, .other = 5, .what = 6, .message = 12});
    feed_sort(feed);
    return feed;
}

static void write_trace(const char *file, const struct feed *feed, struct an_trace_options options)
{
    GError *error = NULL;
    struct an_trace *trace = an_trace_create(file, feed->cast, &options, &error);
    cr_assert(trace, "%s", error ? error->message : "");
    for (uint32_t i = 0; i < feed->events->len; i++)
        an_trace_event(trace, &g_array_index(feed->events, struct an_event, i));
    cr_assert(an_trace_close(trace, 200 * S, &error), "%s", error ? error->message : "");
}

static void count(void *user, const struct an_event *event)
{
    ((uint32_t *)user)[event->kind]++;
}

static void into_metrics(void *user, const struct an_event *event)
{
    an_metrics_event(user, event);
}

enum { QUERIES = AN_METRIC_COUNT };

static void ask_everything(struct an_metrics *m, struct feed *feed, int query[QUERIES])
{
    struct an_network net = {feed_delay, feed, 380, 380};
    an_metrics_network(m, &net);
    uint32_t some[] = {1, 2}, source = 0;
    for (unsigned i = 0; i < AN_METRIC_COUNT; i++) {
        struct an_query_spec spec = AN_QUERY_SPEC_INIT((enum an_metric)i);
        spec.begin = AN_MOMENT_START;
        spec.distribution = true;
        spec.share = 900000;
        spec.name = an_metric_is_said((enum an_metric)i) ? "stall" : i == AN_SHAPE ? "mean distance" : NULL;
        if (i == AN_THEORY_STALLS || i == AN_THEORY_INPUT_DELAY) {
            spec.label = "input";
            spec.turn = AN_SECOND;
            spec.ahead = 2;
        }
        if (i == AN_THEORY_FILE_TIME) {
            spec.size = 1000;
            spec.from = an_set_new(m, &source, 1);
            spec.of = an_set_new(m, some, 2);
        }
        if (i == AN_THEORY_SURVIVORS) { /* of the graph at one instant */
            spec.begin = spec.end = an_moment_new(m);
            an_moment_reached(m, spec.begin, 20 * S);
        }
        query[i] = feed_add(m, spec);
    }
}

Test(trace, gives_the_same_metrics_as_the_live_timeline)
{
    char *file = scratch_file();
    struct feed *feed = busy();
    int live_query[QUERIES], read_query[QUERIES];
    struct an_metrics *live = an_metrics_new(feed->cast);
    ask_everything(live, feed, live_query);
    feed_play(feed, live, 200 * S);
    write_trace(file, feed, (struct an_trace_options){.full = true});

    GError *error = NULL;
    int64_t end = 0;
    struct an_trace_file *trace = an_trace_open(file, &error);
    cr_assert(trace, "%s", error ? error->message : "");
    cr_assert(an_trace_is_full(trace));
    cr_assert_eq(an_cast_count(an_trace_cast(trace)), 30);
    cr_assert_str_eq(an_cast_peer(an_trace_cast(trace), 7)->name, "peer[7]");
    cr_assert_eq(an_cast_peer(an_trace_cast(trace), 7)->region, 2);
    struct an_metrics *read = an_metrics_new(an_trace_cast(trace));
    ask_everything(read, feed, read_query);
    struct an_listener listener = {into_metrics, read};
    cr_assert(an_trace_read(trace, &listener, &end, &error), "%s", error ? error->message : "");
    cr_assert_eq(end, 200 * S);
    an_metrics_finish(read, end);
    for (unsigned i = 0; i < AN_METRIC_COUNT; i++) {
        const struct an_result *a = an_query_result(live, live_query[i]),
                               *b = an_query_result(read, read_query[i]);
        cr_assert(a->count == b->count && a->sum == b->sum && a->min == b->min && a->max == b->max &&
                      a->max_place.peer == b->max_place.peer && a->max_place.time == b->max_place.time,
                  "%s differs: %g and %g", an_metric_name((enum an_metric)i), a->sum, b->sum);
    }
    cr_assert_eq(an_query_result(read, read_query[AN_SAMPLE_NAMED])->max, 17);
    an_metrics_free(live);
    an_metrics_free(read);
    an_trace_free(trace);
    feed_free(feed);
    g_unlink(file);
    g_free(file);
}

Test(trace, says_where_a_file_is_truncated_or_damaged)
{
    char *file = scratch_file();
    struct feed *feed = busy();
    write_trace(file, feed, (struct an_trace_options){.full = true});
    gchar *octets;
    gsize size;
    cr_assert(g_file_get_contents(file, &octets, &size, NULL));
    for (gsize i = 0; i < size; i += i < 3000 ? 37 : 4001) {
        for (int damaged = 0; damaged < 2; damaged++) {
            gchar *copy = g_memdup2(octets, size);
            copy[i] = (gchar)(copy[i] ^ 0x41);
            cr_assert(g_file_set_contents(file, damaged ? copy : octets, (gssize)(damaged ? size : i), NULL));
            g_free(copy);
            uint32_t kinds[AN_KIND_COUNT] = {0};
            struct an_listener listener = {count, kinds};
            int64_t end;
            GError *error = NULL;
            struct an_trace_file *trace = an_trace_open(file, &error);
            bool ok = trace && an_trace_read(trace, &listener, &end, &error);
            an_trace_free(trace);
            bool in_header = damaged && i >= 20 && i < 40; /* flags, seed, budget: for people */
            cr_assert(ok == in_header, "%s octet %zu was taken for good", damaged ? "changed" : "cut at", i);
            cr_assert(ok || strstr(error->message, ": offset "), "no position: %s", ok ? "" : error->message);
            g_clear_error(&error);
        }
    }
    g_free(octets);
    feed_free(feed);
    g_unlink(file);
    g_free(file);
}

Test(trace, within_a_budget_holds_whole_messages_and_all_else)
{
    char *file = scratch_file();
    struct feed *feed = busy();
    uint32_t all[AN_KIND_COUNT] = {0}, kept[AN_KIND_COUNT] = {0}, again[AN_KIND_COUNT] = {0};
    for (uint32_t i = 0; i < feed->events->len; i++)
        count(all, &g_array_index(feed->events, struct an_event, i));
    for (int round = 0; round < 2; round++) {
        write_trace(file, feed, (struct an_trace_options){.seed = 5, .budget = 60000});
        GError *error = NULL;
        int64_t end;
        struct an_trace_file *trace = an_trace_open(file, &error);
        struct an_listener listener = {count, round ? again : kept};
        cr_assert(trace && an_trace_read(trace, &listener, &end, &error), "%s", error ? error->message : "");
        an_trace_free(trace);
    }
    GStatBuf status;
    cr_assert_eq(g_stat(file, &status), 0);
    cr_assert_leq(status.st_size, 60000 * 13 / 10);
    cr_assert_arr_eq(kept, again, sizeof kept, "the choice is the same every time");
    enum an_kind always[] = {AN_STARTED, AN_LINK_UP, AN_PUBLISHED, AN_CONTROL_SENT, AN_LOST, AN_SAMPLE};
    for (size_t i = 0; i < G_N_ELEMENTS(always); i++)
        cr_assert_eq(kept[always[i]], all[always[i]], "kind %d", always[i]);
    cr_assert(kept[AN_DELIVERED] > 0 && kept[AN_DELIVERED] < all[AN_DELIVERED]);
    cr_assert_eq(kept[AN_DELIVERED] % 29, 0, "whole messages: 29 receivers each");
    feed_free(feed);
    g_unlink(file);
    g_free(file);
}

Test(trace, judges_only_the_messages_that_it_holds)
{
    char *file = scratch_file();
    struct feed *feed = busy();
    write_trace(file, feed, (struct an_trace_options){.seed = 5, .budget = 60000});
    GError *error = NULL;
    struct an_trace_file *trace = an_trace_open(file, &error);
    cr_assert(trace, "%s", error ? error->message : "");
    struct an_metrics *m = an_metrics_new(an_trace_cast(trace));
    int delivery = feed_query(m, AN_DELIVERY);
    int copies = an_query_difference(m, feed_query(m, AN_COPIES), feed_query(m, AN_THEORY_COPIES), NULL);
    struct an_listener listener = {into_metrics, m};
    int64_t end;
    cr_assert(an_trace_read(trace, &listener, &end, &error), "%s", error ? error->message : "");
    an_metrics_finish(m, end);
    cr_assert(an_query_result(m, delivery)->count > 0 && an_query_result(m, delivery)->min == 1000000);
    cr_assert(an_query_result(m, copies)->min == 0 && an_query_result(m, copies)->max == 0);
    an_metrics_free(m);
    an_trace_free(trace);
    feed_free(feed);
    g_unlink(file);
    g_free(file);
}

Test(trace, tells_a_full_disk)
{
    struct feed *feed = busy();
    GError *error = NULL;
    struct an_trace_options options = {.full = true};
    struct an_trace *trace = an_trace_create("/dev/full", feed->cast, &options, &error);
    cr_assert(trace, "%s", error ? error->message : "");
    for (uint32_t i = 0; i < feed->events->len; i++)
        an_trace_event(trace, &g_array_index(feed->events, struct an_event, i));
    cr_assert_not(an_trace_close(trace, 200 * S, &error));
    cr_assert(g_str_has_prefix(error->message, "/dev/full: cannot be written: "), "%s", error->message);
    g_error_free(error);
    feed_free(feed);
}
