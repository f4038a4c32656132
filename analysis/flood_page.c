#include "analysis/flood_page.h"

#include "analysis/metrics.h"
#include "analysis/plot.h"
#include "analysis/run_info.h"
#include "analysis/trace.h"

#include <string.h>

enum { FIRST, AGAIN, DIED, UNDER_WAY }; /* what became of a copy; the page's script knows these numbers */

struct copy {
    uint32_t from, to;
    int64_t sent, ended; /* ended: -1 while it is under way */
    uint8_t fate;
};

struct flood_page {
    uint32_t message;
    struct an_cast *cast;
    struct an_metrics *metrics; /* until the publication: for its topology */
    struct an_graph *graph;     /* the mesh of the origin then */
    uint32_t origin;
    int64_t published;
    uint32_t size, label;
    GArray *copies;       /* of struct copy */
    GHashTable *on_their_way; /* link and sender → number of the copy + 1; look-up only */
    uint64_t dropped;     /* copies beyond the bound */
};

/* ---- which message ---- */

struct candidates {
    GArray *reached; /* uint32_t: first copies of each message; UINT32_MAX: the trace does not hold them */
};

static void count(void *user, const struct an_event *event)
{
    struct candidates *c = user;
    if (event->message == AN_NONE || (event->kind != AN_PUBLISHED && event->kind != AN_FIRST))
        return;
    if (event->message >= c->reached->len)
        g_array_set_size(c->reached, event->message + 1);
    uint32_t *reached = &g_array_index(c->reached, uint32_t, event->message);
    if (event->kind == AN_PUBLISHED)
        *reached = event->what & AN_UNRECORDED ? UINT32_MAX : 0;
    else if (*reached != UINT32_MAX)
        ++*reached;
}

static bool choose(const struct candidates *c, const char *path, uint32_t *message, GError **error)
{
    uint32_t best = AN_NONE, asked = *message;
    for (uint32_t i = 0; i < c->reached->len; i++) {
        uint32_t reached = g_array_index(c->reached, uint32_t, i);
        if (reached != UINT32_MAX && reached > 0 && (best == AN_NONE || reached > g_array_index(c->reached, uint32_t, best)))
            best = i;
    }
    if (best == AN_NONE) {
        g_set_error(error, AN_ERROR, AN_ERROR_NOT_AVAILABLE, "%s holds no message with its copies", path);
        return false;
    }
    *message = asked == AN_NONE ? best : asked;
    if (asked == AN_NONE || (asked < c->reached->len && g_array_index(c->reached, uint32_t, asked) != UINT32_MAX))
        return true;
    g_set_error(error, AN_ERROR, AN_ERROR_NOT_AVAILABLE, "%s does not hold the copies of message %u, but of message %u for instance (a run with --trace full holds all)",
                path, asked + 1, best + 1);
    return false;
}

static bool find_message(const char *path, uint32_t *message, GError **error)
{
    struct candidates c = {g_array_new(FALSE, TRUE, sizeof(uint32_t))};
    int64_t end;
    struct an_trace_file *trace = an_trace_open(path, error);
    bool ok = trace && an_trace_read(trace, &(struct an_listener){count, &c}, &end, error) && choose(&c, path, message, error);
    an_trace_free(trace);
    g_array_unref(c.reached);
    return ok;
}

/* ---- its copies ---- */

static gint64 key_of(uint32_t link, uint32_t sender)
{
    return (gint64)((uint64_t)link << 32 | sender);
}

static void copy_sent(struct flood_page *page, const struct an_event *e)
{
    struct copy copy = {.from = e->peer, .to = e->other, .sent = e->time, .ended = -1, .fate = UNDER_WAY};
    if (page->copies->len == AN_FLOOD_PAGE_COPIES) {
        page->dropped++;
        return;
    }
    g_array_append_val(page->copies, copy);
    gint64 *key = g_new(gint64, 1);
    *key = key_of(e->link, e->peer);
    g_hash_table_replace(page->on_their_way, key, GUINT_TO_POINTER(page->copies->len));
}

static void copy_ended(struct flood_page *page, uint32_t link, uint32_t sender, int64_t time, uint8_t fate)
{
    gint64 key = key_of(link, sender);
    guint number = GPOINTER_TO_UINT(g_hash_table_lookup(page->on_their_way, &key));
    if (number == 0)
        return;
    struct copy *copy = &g_array_index(page->copies, struct copy, number - 1);
    copy->ended = time;
    copy->fate = fate;
    g_hash_table_remove(page->on_their_way, &key);
}

static void published(struct flood_page *page, const struct an_event *e)
{
    page->origin = e->peer;
    page->published = e->time;
    page->size = e->size;
    page->label = e->other;
    page->graph = an_metrics_graph(page->metrics, an_cast_peer(page->cast, e->peer)->mesh);
}

static void follow(void *user, const struct an_event *e)
{
    struct flood_page *page = user;
    if (!page->graph)
        an_metrics_event(page->metrics, e);
    if (e->message != page->message)
        return;
    switch (e->kind) {
    case AN_PUBLISHED:
        published(page, e);
        break;
    case AN_SENT:
        copy_sent(page, e);
        break;
    case AN_FIRST:
    case AN_DUPLICATE:
        copy_ended(page, e->link, e->other, e->time, e->kind == AN_FIRST ? FIRST : AGAIN);
        break;
    case AN_LOST: /* a copy that dies names its sender; one that was processed and not shown names the peer twice */
        if (e->peer != e->other)
            copy_ended(page, e->link, e->peer, e->time, DIED);
        break;
    default:
        break;
    }
}

/* ---- as text ---- */

/* A string of JSON that may stand within a script element. */
static void append_text(GString *out, const char *text)
{
    g_string_append_c(out, '"');
    for (const unsigned char *c = (const unsigned char *)(text ? text : ""); *c; c++)
        if (*c < 0x20 || strchr("\"\\<>&", *c))
            g_string_append_printf(out, "\\u%04x", *c);
        else
            g_string_append_c(out, (gchar)*c);
    g_string_append_c(out, '"');
}

static void append_peers(GString *out, const struct flood_page *page, const uint32_t *node_of)
{
    uint32_t nodes = an_graph_nodes(page->graph);
    double *x = g_new0(double, nodes + 1), *y = g_new0(double, nodes + 1);
    an_graph_layout(page->graph, nodes <= AN_PICTURE_FORCED ? AN_LAYOUT_FORCE : AN_LAYOUT_REGIONS, x, y);
    g_string_append(out, ",\n\"names\":[");
    for (uint32_t i = 0; i < nodes; i++) {
        g_string_append(out, i ? "," : "");
        append_text(out, an_cast_peer(page->cast, an_graph_peer(page->graph, i))->name);
    }
    g_string_append(out, "],\n\"at\":[");
    for (uint32_t i = 0; i < nodes; i++)
        g_string_append_printf(out, "%s%d,%d", i ? "," : "", (int)(x[i] * 10000), (int)((1 - y[i]) * 10000));
    g_string_append(out, "],\n\"links\":[");
    for (uint32_t i = 0; i < an_graph_links(page->graph); i++) {
        uint32_t a, b;
        an_graph_ends(page->graph, i, &a, &b);
        g_string_append_printf(out, "%s%u,%u", i ? "," : "", a, b);
    }
    g_string_append_printf(out, "],\n\"origin\":%u", node_of[page->origin]);
    g_free(x);
    g_free(y);
}

/* Sender, receiver, sent, ended (µs since the publication; -1: under way at the end), fate. Of peers that came later there is no place. */
static void append_copies(GString *out, const struct flood_page *page, const uint32_t *node_of)
{
    const char *separator = "";
    g_string_append(out, ",\n\"copies\":[");
    for (guint i = 0; i < page->copies->len; i++) {
        const struct copy *c = &g_array_index(page->copies, struct copy, i);
        if (node_of[c->from] == AN_NONE || node_of[c->to] == AN_NONE)
            continue;
        g_string_append_printf(out, "%s%u,%u,%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",%u", separator, node_of[c->from], node_of[c->to],
                               (c->sent - page->published) / 1000, c->ended < 0 ? -1 : (c->ended - page->published) / 1000, c->fate);
        separator = ",";
    }
    g_string_append_c(out, ']');
}

static const char before[] =
#include "analysis/flood_page.html.inc"
    ;
static const char after[] =
#include "analysis/flood_page.js.inc"
    ;

static char *page_text(const struct flood_page *page, const struct an_run_info *info, const char *folder)
{
    uint32_t peers = an_cast_count(page->cast), *node_of = g_new(uint32_t, peers + 1);
    GString *out = g_string_new(before);
    for (uint32_t i = 0; i < peers; i++)
        node_of[i] = AN_NONE;
    for (uint32_t i = 0; i < an_graph_nodes(page->graph); i++)
        node_of[an_graph_peer(page->graph, i)] = i;
    g_string_append(out, "{\"title\":");
    append_text(out, info->title);
    g_string_append(out, ",\"story\":");
    append_text(out, info->story);
    g_string_append(out, ",\"run\":");
    append_text(out, folder);
    g_string_append(out, ",\"kind\":");
    append_text(out, page->label == AN_NONE ? "" : g_ptr_array_index(page->cast->samples, page->label));
    g_string_append_printf(out, ",\"message\":%u,\"octets\":%u,\"published\":%" G_GINT64_FORMAT, page->message + 1, page->size, page->published / 1000000);
    append_peers(out, page, node_of);
    append_copies(out, page, node_of);
    g_string_append_printf(out, "}%s", after);
    g_free(node_of);
    return g_string_free(out, FALSE);
}

/* ---- all of it ---- */

static bool write_page(struct flood_page *page, const char *folder, const char *path, GError **error)
{
    if (!page->graph || an_graph_nodes(page->graph) > AN_FLOOD_PAGE_PEERS || page->dropped) {
        g_set_error(error, AN_ERROR, AN_ERROR_NOT_AVAILABLE, "%s: a flood of more than %d peers or %d copies makes no picture", folder, AN_FLOOD_PAGE_PEERS,
                    AN_FLOOD_PAGE_COPIES);
        return false;
    }
    struct an_run_info *info = an_run_info_read(folder, error);
    if (!info)
        return false;
    char *text = page_text(page, info, folder), *own = g_build_filename(folder, "flood.html", NULL);
    bool ok = g_file_set_contents(path ? path : own, text, -1, error);
    g_free(text);
    g_free(own);
    an_run_info_free(info);
    return ok;
}

bool an_flood_page(const char *folder, uint32_t message, const char *path, GError **error)
{
    g_autofree char *trace_path = g_build_filename(folder, "trace.bin", NULL);
    if (!g_file_test(trace_path, G_FILE_TEST_EXISTS)) {
        g_set_error(error, AN_ERROR, AN_ERROR_NOT_AVAILABLE, "%s: there is no trace.bin; run it without --trace none", folder);
        return false;
    }
    struct flood_page page = {.message = message};
    if (!find_message(trace_path, &page.message, error))
        return false;
    struct an_trace_file *trace = an_trace_open(trace_path, error);
    if (!trace)
        return false;
    int64_t end;
    page.cast = an_trace_cast(trace);
    page.metrics = an_metrics_new(page.cast);
    page.copies = g_array_new(FALSE, FALSE, sizeof(struct copy));
    page.on_their_way = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    bool ok = an_trace_read(trace, &(struct an_listener){follow, &page}, &end, error) && write_page(&page, folder, path, error);
    if (page.graph)
        an_graph_free(page.graph);
    g_hash_table_unref(page.on_their_way);
    g_array_unref(page.copies);
    an_metrics_free(page.metrics);
    an_trace_free(trace);
    return ok;
}
