#include "analysis/capture_timeline.h"
#include "analysis/query.h"
#include "analysis/result.h"
#include "tests/unit/dissect/rig.h"

#include <unistd.h>

#define MINUTE INT64_C(60000000000)

struct tally {
    unsigned kinds[AN_KIND_COUNT];
    int64_t last;
    uint32_t peers;
    GArray *events;
};

static void count(void *user, const struct an_event *event)
{
    struct tally *tally = user;
    cr_assert_geq(event->time, tally->last, "times never go back");
    cr_assert_lt(event->peer, tally->peers);
    tally->last = event->time;
    tally->kinds[event->kind]++;
    g_array_append_val(tally->events, *event);
}

static struct tally tally_of(const char *name, bool simulated, const char *addresses)
{
    char *path = g_strdup_printf(DATA "%s.pcap", name);
    GError *error = NULL;
    struct an_capture_options options = {simulated, addresses};
    struct an_capture_timeline *timeline = an_capture_timeline_read(path, &options, &error);
    cr_assert_not_null(timeline, "%s", error ? error->message : "");
    struct tally tally = {.events = g_array_new(FALSE, FALSE, sizeof(struct an_event)), .last = INT64_MIN};
    tally.peers = an_cast_count(an_capture_timeline_cast(timeline));
    an_capture_timeline_play(timeline, &(struct an_listener){count, &tally});
    an_capture_timeline_free(timeline);
    g_free(path);
    return tally;
}

/* Rows of the oracle's table that have all these parts. */
static unsigned rows(const char *name, const char *part, const char *further)
{
    char *path = g_strdup_printf(DATA "%s.expected.tsv", name), *table = rig_file(path, NULL);
    char **lines = g_strsplit(table, "\n", -1);
    unsigned n = 0;
    for (char **line = lines; *line; line++)
        n += strstr(*line, part) && strstr(*line, further);
    g_strfreev(lines);
    g_free(table);
    g_free(path);
    return n;
}

Test(timeline, agrees_with_the_tables_of_an_independent_decoder)
{
    static const char *const names[] = {"net-pair", "net-three", "five-leave", "both-kinds", "mono-pair"};
    static const unsigned peers[] = {2, 3, 5, 3, 2};
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        struct tally t = tally_of(names[i], false, NULL);
        unsigned envelopes = rows(names[i], "\tSizedEnvelope\t", "");
        unsigned floods = rows(names[i], "\tSizedEnvelope\t", "\thttp://example.org/");
        unsigned answers = rows(names[i], "\t127.0.0.1:47000\t127", "\tSizedEnvelope\t");
        cr_expect_eq(t.peers, peers[i], "%s", names[i]);
        cr_expect_eq(t.kinds[AN_STARTED], peers[i], "%s", names[i]);
        cr_expect_gt(floods, 5, "%s", names[i]);
        cr_expect_eq(t.kinds[AN_SENT], floods, "%s: %u of %u", names[i], t.kinds[AN_SENT], floods);
        cr_expect_eq(t.kinds[AN_FIRST] + t.kinds[AN_DUPLICATE], floods, "%s", names[i]);
        cr_expect_eq(t.kinds[AN_DELIVERED], t.kinds[AN_FIRST], "%s", names[i]);
        cr_expect_eq(t.kinds[AN_LINK_UP], 2 * rows(names[i], "\tSizedEnvelope\t", "/peer/Welcome\t"), "%s",
                     names[i]);
        cr_expect_eq(t.kinds[AN_LINK_DOWN], t.kinds[AN_LINK_UP], "%s: the captures go on to the end",
                     names[i]);
        /* The resolver is nobody's peer: what it sends and receives is told at the other end only. */
        cr_expect_eq(t.kinds[AN_CONTROL_SENT], envelopes - floods - answers, "%s", names[i]);
        g_array_unref(t.events);
    }
}

Test(timeline, knows_who_published_and_who_left)
{
    struct tally t = tally_of("net-pair", false, NULL);
    cr_expect_eq(t.kinds[AN_PUBLISHED], 6);
    cr_expect_eq(t.kinds[AN_FIRST], 6);
    unsigned published = 0, stopped = 0;
    for (guint i = 0; i < t.events->len; i++) {
        const struct an_event *e = &g_array_index(t.events, struct an_event, i);
        if (e->kind == AN_PUBLISHED) /* A and B in turn */
            cr_expect_eq(e->peer, published++ % 2);
        if (e->kind == AN_STOPPED)
            stopped += e->what == AN_STOP_CLEAN;
    }
    cr_expect_eq(stopped, 2);
    g_array_unref(t.events);
}

Test(timeline, takes_acknowledgements_for_arrivals_where_that_is_said)
{
    struct tally t = tally_of("net-three", true, NULL);
    GHashTable *departures = g_hash_table_new(g_direct_hash, g_direct_equal); /* link and message → time */
    unsigned later = 0;
    cr_expect_eq(t.kinds[AN_SENT], 38);
    cr_expect_eq(t.kinds[AN_FIRST] + t.kinds[AN_DUPLICATE] + t.kinds[AN_LOST], 38);
    for (guint i = 0; i < t.events->len; i++) {
        struct an_event *e = &g_array_index(t.events, struct an_event, i);
        gpointer key =
            GUINT_TO_POINTER((e->link * 1000 + e->message) * 8 + (e->kind == AN_SENT ? e->other : e->peer));
        if (e->kind == AN_SENT)
            g_hash_table_insert(departures, key, e);
        if (e->kind != AN_FIRST && e->kind != AN_DUPLICATE)
            continue;
        const struct an_event *sent = g_hash_table_lookup(departures, key);
        cr_assert_not_null(sent);
        cr_expect_geq(e->time, sent->time);
        later += e->time > sent->time;
    }
    cr_expect_gt(later, 30, "an acknowledgement comes after what it acknowledges");
    g_hash_table_unref(departures);
    g_array_unref(t.events);
}

static void feed(void *user, const struct an_event *event)
{
    an_metrics_event(user, event);
}

Test(timeline, feeds_metrics)
{
    struct an_capture_options options = {0};
    struct an_capture_timeline *timeline = an_capture_timeline_read(DATA "net-pair.pcap", &options, NULL);
    struct an_metrics *metrics = an_metrics_new(an_capture_timeline_cast(timeline));
    struct an_query_spec copies = AN_QUERY_SPEC_INIT(AN_COPIES),
                         delivery = AN_QUERY_SPEC_INIT(AN_RAW_DELIVERY);
    copies.begin = delivery.begin = AN_MOMENT_START;
    int copies_query = an_query_add(metrics, &copies, NULL),
        delivery_query = an_query_add(metrics, &delivery, NULL);
    cr_assert(copies_query >= 0 && delivery_query >= 0);
    an_capture_timeline_play(timeline, &(struct an_listener){feed, metrics});
    an_metrics_finish(metrics, an_capture_timeline_end(timeline) + MINUTE); /* a flood is judged after it */
    const struct an_result *sent = an_query_result(metrics, copies_query);
    cr_expect_eq(sent->count, 6);
    cr_expect_eq(sent->min, 1, "two nodes: one copy crosses the link");
    cr_expect_eq(sent->max, 1);
    const struct an_result *delivered = an_query_result(metrics, delivery_query);
    cr_expect_eq(delivered->count, 6);
    cr_expect_eq(delivered->min, 1000000, "in ppm");
    an_metrics_free(metrics);
    an_capture_timeline_free(timeline);
}

Test(timeline, names_peers_as_the_run_folder_does)
{
    static const char text[] = "address\tname\tregion\tup_bit_s\tdown_bit_s\n"
                               "127.0.0.1:50002\tsubscriber[1]\teurope\t1000000\t2000000\n"
                               "127.0.0.1:50001\tpublisher\teurope\t0\t0\n";
    char *addresses = rig_write(text, sizeof text - 1);
    struct an_capture_options options = {.addresses = addresses};
    struct an_capture_timeline *timeline = an_capture_timeline_read(DATA "net-three.pcap", &options, NULL);
    const struct an_cast *cast = an_capture_timeline_cast(timeline);
    cr_assert_eq(an_cast_count(cast), 3);
    cr_expect_str_eq(an_cast_peer(cast, 0)->name, "subscriber[1]");
    cr_expect_eq(an_cast_peer(cast, 0)->up, 1000000);
    cr_expect_str_eq(cast->groups->pdata[an_cast_peer(cast, 0)->group], "subscriber");
    cr_expect_str_eq(an_cast_peer(cast, 1)->name, "publisher");
    cr_expect_str_eq(an_cast_peer(cast, 2)->address, "127.0.0.1:50003", "in the capture only");
    an_capture_timeline_free(timeline);
    rig_remove(addresses);
}

Test(timeline, refuses_bad_files_with_their_names)
{
    struct an_capture_options options = {0};
    GError *error = NULL;
    cr_expect_null(an_capture_timeline_read(DATA "cut-inside.pcap", &options, &error));
    cr_expect(error && strstr(error->message, "cut-inside.pcap: packet 89: "));
    g_clear_error(&error);
    char *addresses = rig_write("address\tname\n10.0.0.1:1\n", 24);
    options.addresses = addresses;
    cr_expect_null(an_capture_timeline_read(DATA "net-pair.pcap", &options, &error));
    cr_expect(error && g_str_has_prefix(error->message, addresses) &&
                  strstr(error->message, ": line 2: columns"),
              "%s", error ? error->message : "");
    g_clear_error(&error);
    rig_remove(addresses);
}
