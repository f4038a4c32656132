#include "analysis/calibrate.h"

#include "analysis/capture_timeline.h"
#include "analysis/doubles.h"
#include "protocol/wire/message.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HEADERS   40u   /* octets of TCP and IP in front of a payload */
#define FULL      1000u /* a packet of so much payload tells of its line what it can carry */
#define BUSY      8u    /* packets back to back, at least, before a line counts as measured */
#define CLOSENESS 0.01  /* they agree on the rate to this */

/* ---- packets that wait for their acknowledgement ---- */

struct sent {
    uint32_t end; /* sequence number behind it */
    int64_t time;
};

struct direction {
    GQueue waiting; /* of struct sent */
};

struct connection {
    struct direction directions[2]; /* by sender: [0] whose endpoint is the smaller one */
    int64_t syn;                    /* time of the SYN; -1: none, or the handshake is over */
    bool opener;                    /* which direction it came from */
};

struct delay { /* one measurement */
    uint32_t pair;
    int64_t time;
    double value;
};

struct gap { /* between two packets that a host sent one after the other, the second a full one */
    uint32_t host;
    double rate;
};

struct measuring {
    const struct an_calibrate_options *options;
    struct an_calibration *out;
    GHashTable *connections; /* both endpoints → struct connection; look-up only */
    GHashTable *pairs, *hosts; /* both hosts, a host → number + 1; look-up only */
    GArray *host_ends;       /* of struct an_endpoint, by number */
    GArray *last;            /* of int64_t: time of a host's last packet, by number */
    GArray *delays;          /* of struct delay */
    GArray *gaps;            /* of struct gap */
};

struct key {
    struct an_endpoint ends[2];
};

static guint key_hash(gconstpointer key)
{
    guint hash = 5381;
    for (size_t i = 0; i < sizeof(struct key); i++)
        hash = hash * 33 + ((const uint8_t *)key)[i];
    return hash;
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(struct key)) == 0;
}

/* The smaller endpoint first; which one is the packet's source: *from. */
static struct key key_of(const struct an_packet *packet, bool ports, bool *from)
{
    struct key key = {{packet->src, packet->dst}};
    for (int i = 0; i < 2 && !ports; i++)
        key.ends[i].port = 0;
    bool swap = memcmp(&packet->src, &packet->dst, sizeof packet->src) > 0;
    if (memcmp(&key.ends[0], &key.ends[1], sizeof key.ends[0]) > 0 || (!ports && swap)) {
        struct an_endpoint first = key.ends[0];
        key.ends[0] = key.ends[1];
        key.ends[1] = first;
    }
    *from = swap;
    return key;
}

static struct connection *connection_of(struct measuring *m, const struct an_packet *packet, bool *from)
{
    struct key key = key_of(packet, true, from);
    struct connection *c = g_hash_table_lookup(m->connections, &key);
    if (!c) {
        c = g_new0(struct connection, 1);
        c->syn = -1;
        g_queue_init(&c->directions[0].waiting);
        g_queue_init(&c->directions[1].waiting);
        g_hash_table_insert(m->connections, g_memdup2(&key, sizeof key), c);
    }
    return c;
}

static void free_connection(gpointer data)
{
    struct connection *c = data;
    for (int i = 0; i < 2; i++)
        g_queue_clear_full(&c->directions[i].waiting, g_free);
    g_free(c);
}

static uint32_t pair_of(struct measuring *m, const struct an_packet *packet)
{
    bool from;
    struct key key = key_of(packet, false, &from);
    uint32_t number = GPOINTER_TO_UINT(g_hash_table_lookup(m->pairs, &key));
    if (!number) {
        struct an_pair_delay pair = {.ends = {key.ends[0], key.ends[1]}};
        g_array_append_val(m->out->pairs, pair);
        number = m->out->pairs->len;
        g_hash_table_insert(m->pairs, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(number));
    }
    return number - 1;
}

static uint32_t host_of(struct measuring *m, const struct an_endpoint *end)
{
    struct key key = {.ends = {*end}};
    key.ends[0].port = 0;
    uint32_t number = GPOINTER_TO_UINT(g_hash_table_lookup(m->hosts, &key));
    if (!number) {
        int64_t never = -1;
        g_array_append_val(m->host_ends, key.ends[0]);
        g_array_append_val(m->last, never);
        number = m->host_ends->len;
        g_hash_table_insert(m->hosts, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(number));
    }
    return number - 1;
}

static void measured(struct measuring *m, const struct an_packet *packet, double value)
{
    struct delay delay = {pair_of(m, packet), packet->time, value};
    if (value > 0)
        g_array_append_val(m->delays, delay);
}

/* The round trip of a handshake, seen at whichever end: SYN to the opener's first ACK. */
static void handshake(struct measuring *m, struct connection *c, const struct an_packet *packet, bool from)
{
    bool syn = packet->flags & AN_TCP_SYN, ack = packet->flags & AN_TCP_ACK;
    if (syn && !ack) {
        c->syn = packet->time;
        c->opener = from;
    } else if (!syn && ack && c->syn >= 0 && from == c->opener) {
        measured(m, packet, (double)(packet->time - c->syn) / 2);
        c->syn = -1;
    }
}

/* An acknowledgement without data is recorded when what it covers has come. */
static void acknowledged(struct measuring *m, struct direction *direction, const struct an_packet *packet)
{
    struct sent *sent;
    while ((sent = g_queue_peek_head(&direction->waiting)) && (int32_t)(packet->ack - sent->end) >= 0) {
        if (sent->end == packet->ack)
            measured(m, packet, (double)(packet->time - sent->time));
        g_free(g_queue_pop_head(&direction->waiting));
    }
}

static void departed(struct measuring *m, struct direction *direction, const struct an_packet *packet)
{
    struct sent sent = {packet->seq + packet->wire_size, packet->time};
    g_queue_push_tail(&direction->waiting, g_memdup2(&sent, sizeof sent));
    uint32_t host = host_of(m, &packet->src);
    int64_t *last = &g_array_index(m->last, int64_t, host);
    if (packet->wire_size >= FULL && *last >= 0 && packet->time > *last) {
        struct gap gap = {host, (packet->wire_size + HEADERS) * 8e9 / (double)(packet->time - *last)};
        g_array_append_val(m->gaps, gap);
    }
    *last = packet->time;
}

static void on_packet(struct measuring *m, const struct an_packet *packet)
{
    bool from;
    struct connection *c = connection_of(m, packet, &from);
    m->out->packets++;
    if (!m->options->simulated) {
        handshake(m, c, packet, from);
        return;
    }
    bool flags = packet->flags & (AN_TCP_SYN | AN_TCP_FIN | AN_TCP_RST);
    if (packet->wire_size)
        departed(m, &c->directions[from], packet);
    else if (!flags && (packet->flags & AN_TCP_ACK))
        acknowledged(m, &c->directions[!from], packet);
}

static bool measure(struct measuring *m, const char *path, GError **error)
{
    struct an_capture *capture = an_capture_open(path, error);
    if (!capture)
        return false;
    struct an_packet packet;
    enum an_capture_status status;
    while ((status = an_capture_next(capture, &packet, error)) == AN_CAPTURE_PACKET)
        on_packet(m, &packet);
    an_capture_close(capture);
    return status == AN_CAPTURE_END;
}

/* ---- estimates ---- */

static int by_pair(const void *a, const void *b)
{
    const struct delay *p = a, *q = b;
    if (p->pair != q->pair)
        return p->pair < q->pair ? -1 : 1;
    return p->value < q->value ? -1 : p->value > q->value;
}

/* The least of what was measured; the true least value lies below it by a multiple of the distance to the next one (Robson and
 * Whitlock 1964: 90 % with 9 times). */
static void estimate_bases(struct measuring *m)
{
    GArray *delays = m->delays;
    qsort(delays->data, delays->len, sizeof(struct delay), by_pair);
    for (guint i = 0; i < delays->len;) {
        const struct delay *first = &g_array_index(delays, struct delay, i);
        guint end = i;
        while (end < delays->len && g_array_index(delays, struct delay, end).pair == first->pair)
            end++;
        double second = end > i + 1 ? g_array_index(delays, struct delay, i + 1).value : first->value;
        struct an_pair_delay *pair = &g_array_index(m->out->pairs, struct an_pair_delay, first->pair);
        pair->base = (struct an_estimate){first->value, MAX(first->value - 9 * (second - first->value), 0), first->value, end - i};
        i = end;
    }
}

static int by_time(const void *a, const void *b)
{
    const struct delay *p = a, *q = b;
    return p->time < q->time ? -1 : p->time > q->time;
}

static void estimate_jitter(struct measuring *m)
{
    GArray *delays = m->delays, *jitter = m->out->jitter;
    double sum = 0, squares = 0, below = 0; /* below: how far the true bases may lie below the ones measured */
    qsort(delays->data, delays->len, sizeof(struct delay), by_time);
    for (guint i = 0; i < delays->len; i++) {
        const struct delay *delay = &g_array_index(delays, struct delay, i);
        const struct an_estimate *base = &g_array_index(m->out->pairs, struct an_pair_delay, delay->pair).base;
        double over = delay->value - base->value;
        g_array_append_val(jitter, over);
        sum += over;
        squares += over * over;
        below += base->value - base->low;
    }
    guint n = jitter->len, half = n / 2;
    if (!n)
        return;
    double mean = sum / n, error = sqrt(MAX(squares / n - mean * mean, 0) / n);
    m->out->jitter_mean = (struct an_estimate){mean, mean - 1.645 * error, mean + 1.645 * error + below / n, n};
    double *values = (double *)(void *)jitter->data;
    an_sort_doubles(values, half);
    an_sort_doubles(values + half, n - half);
    m->out->drift = an_sorted_distance(values, half, values + half, n - half);
    an_sort_doubles_in(jitter);
}

/* The fastest rate that many packets back to back agree on. */
static void estimate_lines(struct measuring *m)
{
    for (uint32_t host = 0; host < m->host_ends->len; host++) {
        GArray *rates = g_array_new(FALSE, FALSE, sizeof(double));
        for (guint i = 0; i < m->gaps->len; i++) {
            const struct gap *gap = &g_array_index(m->gaps, struct gap, i);
            if (gap->host == host)
                g_array_append_val(rates, gap->rate);
        }
        an_sort_doubles_in(rates);
        for (guint end = rates->len; end >= BUSY; end--) { /* from the fastest on: a group that agrees */
            double most = g_array_index(rates, double, end - 1), least = g_array_index(rates, double, end - BUSY);
            if (least < most * (1 - CLOSENESS))
                continue;
            guint begin = end;
            while (begin > 0 && g_array_index(rates, double, begin - 1) >= most * (1 - CLOSENESS))
                begin--;
            struct an_line_rate line = {.host = g_array_index(m->host_ends, struct an_endpoint, host)};
            line.up = (struct an_estimate){g_array_index(rates, double, (begin + end) / 2), g_array_index(rates, double, begin), most, end - begin};
            g_array_append_val(m->out->lines, line);
            break;
        }
        g_array_unref(rates);
    }
}

/* ---- think times: from the timeline ---- */

struct thinking {
    struct an_calibration *out;
    GHashTable *first;   /* "peer message" → time of the first copy; look-up only */
    GHashTable *connect; /* "peer link" → time of the Connect; look-up only */
};

static void remember(GHashTable *table, uint32_t peer, uint32_t what, int64_t time)
{
    g_hash_table_replace(table, g_strdup_printf("%u %u", peer, what), g_memdup2(&time, sizeof time));
}

static void since(GHashTable *table, uint32_t peer, uint32_t what, int64_t time, GArray *times)
{
    char *key = g_strdup_printf("%u %u", peer, what);
    const int64_t *then = g_hash_table_lookup(table, key);
    if (then) {
        double passed = (double)(time - *then);
        g_array_append_val(times, passed);
        g_hash_table_remove(table, key); /* the first copy, the first Welcome */
    }
    g_free(key);
}

static void on_event(void *user, const struct an_event *e)
{
    struct thinking *t = user;
    if (e->kind == AN_FIRST)
        remember(t->first, e->peer, e->message, e->time);
    else if (e->kind == AN_SENT)
        since(t->first, e->peer, e->message, e->time, t->out->relay);
    else if (e->kind == AN_CONTROL_RECEIVED && e->what == PC_KIND_CONNECT)
        remember(t->connect, e->peer, e->link, e->time);
    else if (e->kind == AN_CONTROL_SENT && e->what == PC_KIND_WELCOME)
        since(t->connect, e->peer, e->link, e->time, t->out->welcome);
}

static bool think(struct an_calibration *out, const char *path, const struct an_calibrate_options *options, GError **error)
{
    const struct an_capture_options reading = {.simulated = options->simulated, .addresses = options->addresses};
    struct an_capture_timeline *timeline = an_capture_timeline_read(path, &reading, error);
    if (!timeline)
        return false;
    struct thinking t = {out, g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
                         g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
    an_capture_timeline_play(timeline, &(struct an_listener){on_event, &t});
    an_capture_timeline_free(timeline);
    g_hash_table_unref(t.first);
    g_hash_table_unref(t.connect);
    an_sort_doubles_in(out->relay);
    an_sort_doubles_in(out->welcome);
    return true;
}

/* ---- all of it ---- */

static struct an_calibration *new_calibration(void)
{
    struct an_calibration *c = g_new0(struct an_calibration, 1);
    c->pairs = g_array_new(FALSE, FALSE, sizeof(struct an_pair_delay));
    c->lines = g_array_new(FALSE, FALSE, sizeof(struct an_line_rate));
    c->jitter = g_array_new(FALSE, FALSE, sizeof(double));
    c->relay = g_array_new(FALSE, FALSE, sizeof(double));
    c->welcome = g_array_new(FALSE, FALSE, sizeof(double));
    return c;
}

struct an_calibration *an_calibrate(const char *path, const struct an_calibrate_options *options, GError **error)
{
    struct an_calibration *out = new_calibration();
    struct measuring m = {.options = options, .out = out,
                          .connections = g_hash_table_new_full(key_hash, key_equal, g_free, free_connection),
                          .pairs = g_hash_table_new_full(key_hash, key_equal, g_free, NULL),
                          .hosts = g_hash_table_new_full(key_hash, key_equal, g_free, NULL),
                          .host_ends = g_array_new(FALSE, FALSE, sizeof(struct an_endpoint)),
                          .last = g_array_new(FALSE, FALSE, sizeof(int64_t)),
                          .delays = g_array_new(FALSE, FALSE, sizeof(struct delay)),
                          .gaps = g_array_new(FALSE, FALSE, sizeof(struct gap))};
    bool good = measure(&m, path, error) && think(out, path, options, error);
    if (good) {
        estimate_bases(&m);
        estimate_jitter(&m);
        estimate_lines(&m);
    }
    g_hash_table_unref(m.connections);
    g_hash_table_unref(m.pairs);
    g_hash_table_unref(m.hosts);
    g_array_unref(m.host_ends);
    g_array_unref(m.last);
    g_array_unref(m.delays);
    g_array_unref(m.gaps);
    if (good)
        return out;
    an_calibration_free(out);
    return NULL;
}

void an_calibration_free(struct an_calibration *c)
{
    if (!c)
        return;
    GArray *arrays[] = {c->pairs, c->lines, c->jitter, c->relay, c->welcome};
    for (unsigned i = 0; i < G_N_ELEMENTS(arrays); i++)
        g_array_unref(arrays[i]);
    g_free(c);
}
