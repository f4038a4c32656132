#include "analysis/side.h"

#include "analysis/capture_timeline.h"
#include "analysis/query.h"
#include "analysis/run_info.h"
#include "analysis/trace.h"
#include "protocol/wire/message.h"

#include <string.h>

#define ON_ITS_WAY INT64_C(2000000000) /* ns: a message published later is not counted, it may not have arrived everywhere */

enum { LATENCY, COPIES, DUPLICATES, DELIVERY, DEGREE, JOIN, RECORD_SIZE, REPORT_INTERVAL, CONTROL };

static const struct {
    const char *name;
    enum an_unit unit;
} variables[CONTROL] = {
    {"latency", AN_UNIT_TIME},   {"copies", AN_UNIT_COUNT},   {"duplicates", AN_UNIT_COUNT}, {"delivery", AN_UNIT_SHARE},
    {"degree", AN_UNIT_RATIO},   {"join", AN_UNIT_TIME},      {"record size", AN_UNIT_SIZE}, {"report interval", AN_UNIT_TIME},
};

/* Kinds of messages that are counted for each peer. */
static const enum pc_kind counted[] = {PC_KIND_CONNECT, PC_KIND_WELCOME,  PC_KIND_REFUSE,   PC_KIND_DISCONNECT,          PC_KIND_LINK_UTILITY,
                                       PC_KIND_PING,    PC_KIND_RESOLVE,  PC_KIND_REGISTER, PC_KIND_REFRESH, PC_KIND_UNREGISTER,
                                       PC_KIND_GET_SERVICE_SETTINGS};

struct message {
    int64_t published;
    uint32_t copies, duplicates, delivered, running, origin;
    uint64_t octets;
};

struct peer {
    int64_t started, linked, stopped, counted_to;
    double links_time; /* links × ns */
    uint32_t links, number; /* number: in the order of starts */
    uint32_t control[PC_KIND_COUNT];
};

struct reading {
    struct an_side *side;
    GArray *messages;      /* of struct message, by number */
    GArray *peers;         /* of struct peer, by number in the cast */
    GHashTable *reports;   /* link and end → time of the last LinkUtility; look-up only */
    GHashTable *talks;     /* link → struct an_talk; look-up only */
    GHashTable *meetings;  /* "1>2" → how many connections so far; look-up only */
    uint32_t running, starts;
    int64_t end;
};

static struct an_variable *variable(struct an_side *side, unsigned number)
{
    return side->variables->pdata[number];
}

static void observe(struct an_side *side, unsigned number, double value, uint32_t cluster)
{
    struct an_observation observation = {value, cluster};
    g_array_append_val(variable(side, number)->observations, observation);
}

static struct message *message_at(struct reading *r, uint32_t number)
{
    if (number >= r->messages->len)
        g_array_set_size(r->messages, number + 1);
    return &g_array_index(r->messages, struct message, number);
}

static struct peer *peer_at(struct reading *r, uint32_t number)
{
    while (number >= r->peers->len) {
        struct peer peer = {.started = -1, .linked = -1, .stopped = -1};
        g_array_append_val(r->peers, peer);
    }
    return &g_array_index(r->peers, struct peer, number);
}

/* ---- links ---- */

static void count_links(struct peer *peer, int64_t time)
{
    peer->links_time += (double)peer->links * (double)(time - peer->counted_to);
    peer->counted_to = time;
}

static void link_changed(struct reading *r, const struct an_event *e, bool up)
{
    struct peer *peer = peer_at(r, e->peer);
    count_links(peer, e->time);
    peer->links += up ? 1 : peer->links ? (uint32_t)-1 : 0;
}

static struct an_talk *talk_of(struct reading *r, const struct an_event *e)
{
    struct an_talk *talk = g_hash_table_lookup(r->talks, GUINT_TO_POINTER(e->link + 1));
    if (talk || e->what != PC_KIND_CONNECT || e->other == AN_NONE)
        return talk;
    talk = g_new0(struct an_talk, 1);
    char *pair = g_strdup_printf("%u>%u", peer_at(r, e->peer)->number, peer_at(r, e->other)->number);
    unsigned number = GPOINTER_TO_UINT(g_hash_table_lookup(r->meetings, pair)) + 1;
    g_hash_table_replace(r->meetings, g_strdup(pair), GUINT_TO_POINTER(number));
    talk->key = g_strdup_printf("%s #%u", pair, number);
    talk->said[0] = g_string_new(NULL);
    talk->said[1] = g_string_new(NULL);
    g_free(pair);
    g_hash_table_insert(r->talks, GUINT_TO_POINTER(e->link + 1), talk);
    g_ptr_array_add(r->side->talks, talk);
    return talk;
}

/* Who opened it said Connect; the other end says all that is not from that peer. */
static void said(struct reading *r, const struct an_event *e)
{
    struct an_talk *talk = e->link == AN_NONE || e->other == AN_NONE ? NULL : talk_of(r, e);
    if (!talk || e->what == PC_KIND_LINK_UTILITY)
        return;
    char *opener = g_strdup_printf("%u>", peer_at(r, e->peer)->number);
    GString *words = talk->said[g_str_has_prefix(talk->key, opener)];
    g_string_append_printf(words, "%s%s", words->len ? " " : "", pc_kind_name(e->what));
    g_free(opener);
}

static void reported(struct reading *r, const struct an_event *e)
{
    char *key = g_strdup_printf("%u %u", e->link, e->peer);
    int64_t *last = g_hash_table_lookup(r->reports, key);
    if (last)
        observe(r->side, REPORT_INTERVAL, (double)(e->time - *last), e->link);
    g_hash_table_replace(r->reports, key, g_memdup2(&e->time, sizeof e->time));
}

/* When a link is Connected at an end, no capture tells exactly; its first Welcome it shows. */
static void welcomed(struct reading *r, const struct an_event *e)
{
    struct peer *peer = peer_at(r, e->peer);
    if (e->what == PC_KIND_WELCOME && peer->linked < 0)
        peer->linked = e->time;
}

static void control_sent(struct reading *r, const struct an_event *e)
{
    welcomed(r, e);
    if (e->what < PC_KIND_COUNT)
        peer_at(r, e->peer)->control[e->what]++;
    if (e->what == PC_KIND_LINK_UTILITY && e->link != AN_NONE)
        reported(r, e);
    said(r, e);
}

/* ---- events ---- */

static void started(struct reading *r, const struct an_event *e)
{
    struct peer *peer = peer_at(r, e->peer);
    if (peer->started < 0) {
        peer->started = peer->counted_to = e->time;
        peer->number = ++r->starts;
    }
    r->running++;
}

static void stopped(struct reading *r, const struct an_event *e)
{
    struct peer *peer = peer_at(r, e->peer);
    count_links(peer, e->time);
    peer->links = 0;
    peer->stopped = e->time;
    r->running -= r->running > 0;
}

static void published(struct reading *r, const struct an_event *e)
{
    struct message *m = message_at(r, e->message);
    *m = (struct message){.published = e->time, .running = r->running, .origin = e->peer};
    r->side->messages++;
}

static void on_event(void *user, const struct an_event *e)
{
    struct reading *r = user;
    r->end = MAX(r->end, e->time);
    switch (e->kind) {
    case AN_STARTED:
        started(r, e);
        break;
    case AN_STOPPED:
        stopped(r, e);
        break;
    case AN_LINK_UP:
    case AN_LINK_DOWN:
        link_changed(r, e, e->kind == AN_LINK_UP);
        break;
    case AN_PUBLISHED:
        published(r, e);
        break;
    case AN_SENT:
        message_at(r, e->message)->copies++;
        observe(r->side, RECORD_SIZE, e->size, e->message);
        break;
    case AN_DUPLICATE:
        message_at(r, e->message)->duplicates++;
        break;
    case AN_DELIVERED:
        if (e->peer == message_at(r, e->message)->origin)
            break;
        message_at(r, e->message)->delivered++;
        observe(r->side, LATENCY, (double)(e->time - message_at(r, e->message)->published), e->message);
        break;
    case AN_CONTROL_SENT:
        control_sent(r, e);
        break;
    case AN_CONTROL_RECEIVED:
        welcomed(r, e);
        break;
    default:
        break;
    }
}

/* ---- the end ---- */

static void observe_messages(struct reading *r)
{
    for (guint i = 0; i < r->messages->len; i++) {
        const struct message *m = &g_array_index(r->messages, struct message, i);
        if (m->published > r->end - ON_ITS_WAY)
            continue;
        observe(r->side, COPIES, m->copies, i);
        observe(r->side, DUPLICATES, m->duplicates, i);
        if (m->running > 1)
            observe(r->side, DELIVERY, 1e6 * m->delivered / (m->running - 1), i);
    }
}

static void observe_peers(struct reading *r)
{
    for (guint i = 0; i < r->peers->len; i++) {
        struct peer *peer = &g_array_index(r->peers, struct peer, i);
        if (peer->started < 0)
            continue;
        int64_t until = peer->stopped >= 0 ? peer->stopped : r->end;
        count_links(peer, until);
        r->side->peers++;
        if (until > peer->started)
            observe(r->side, DEGREE, 1e6 * peer->links_time / (double)(until - peer->started), i);
        if (peer->linked >= 0)
            observe(r->side, JOIN, (double)(peer->linked - peer->started), i);
        for (unsigned k = 0; k < G_N_ELEMENTS(counted); k++)
            observe(r->side, CONTROL + k, peer->control[counted[k]], i);
    }
}

static void free_variable(gpointer data)
{
    struct an_variable *v = data;
    g_free(v->name);
    g_array_unref(v->observations);
    g_free(v);
}

static void free_talk(gpointer data)
{
    struct an_talk *talk = data;
    g_free(talk->key);
    g_string_free(talk->said[0], TRUE);
    g_string_free(talk->said[1], TRUE);
    g_free(talk);
}

static struct an_side *new_side(const char *name)
{
    struct an_side *side = g_new0(struct an_side, 1);
    side->name = g_strdup(name);
    side->runs = 1;
    side->variables = g_ptr_array_new_with_free_func(free_variable);
    side->talks = g_ptr_array_new_with_free_func(free_talk);
    for (unsigned i = 0; i < CONTROL + G_N_ELEMENTS(counted); i++) {
        struct an_variable *v = g_new0(struct an_variable, 1);
        v->name = i < CONTROL ? g_strdup(variables[i].name) : g_strdup_printf("control %s", pc_kind_name(counted[i - CONTROL]));
        v->unit = i < CONTROL ? variables[i].unit : AN_UNIT_COUNT;
        v->observations = g_array_new(FALSE, FALSE, sizeof(struct an_observation));
        g_ptr_array_add(side->variables, v);
    }
    return side;
}

/* ---- where the events come from ---- */

/* A trace that holds everything; false without an error: there is none. */
static bool play_trace(const char *folder, const struct an_listener *listener, GError **error)
{
    char *path = g_build_filename(folder, "trace.bin", NULL);
    struct an_trace_file *trace = g_file_test(path, G_FILE_TEST_EXISTS) ? an_trace_open(path, error) : NULL;
    int64_t end;
    bool played = trace && an_trace_is_full(trace) && an_trace_read(trace, listener, &end, error);
    if (trace)
        an_trace_free(trace);
    g_free(path);
    return played;
}

static bool play_capture(const char *path, const struct an_capture_options *options, const struct an_listener *listener, GError **error)
{
    struct an_capture_timeline *timeline = an_capture_timeline_read(path, options, error);
    if (!timeline)
        return false;
    an_capture_timeline_play(timeline, listener);
    an_capture_timeline_free(timeline);
    return true;
}

static bool play_folder(struct an_side *side, const char *folder, const struct an_listener *listener, GError **error)
{
    GError *why = NULL;
    if (play_trace(folder, listener, &why)) {
        side->clock = "the run's own";
        return true;
    }
    if (why) {
        g_propagate_error(error, why);
        return false;
    }
    char *capture = g_build_filename(folder, "run.pcapng", NULL), *addresses = g_build_filename(folder, "addresses.tsv", NULL);
    bool there = g_file_test(capture, G_FILE_TEST_EXISTS), good = false;
    bool live = an_run_is_live(folder);
    side->clock = live ? "wall clock of the run's capture" : "virtual, from the run's capture";
    if (there)
        good = play_capture(capture, &(struct an_capture_options){.simulated = !live, .addresses = addresses}, listener, error);
    else
        g_set_error(error, AN_ERROR, AN_ERROR_BAD,
                    "%s: neither a trace of everything (run it with --trace full) nor a capture (--pcap) is in this folder", folder);
    g_free(capture);
    g_free(addresses);
    return good;
}

static struct an_side *read_one(const char *path, GError **error)
{
    struct reading r = {.side = new_side(path),
                        .messages = g_array_new(FALSE, TRUE, sizeof(struct message)),
                        .peers = g_array_new(FALSE, FALSE, sizeof(struct peer)),
                        .reports = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
                        .talks = g_hash_table_new(NULL, NULL),
                        .meetings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
    struct an_listener listener = {on_event, &r};
    bool good;
    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
        good = play_folder(r.side, path, &listener, error);
    } else {
        r.side->clock = "wall clock of the capture";
        good = play_capture(path, &(struct an_capture_options){0}, &listener, error);
    }
    if (good) {
        observe_messages(&r);
        observe_peers(&r);
    }
    g_array_unref(r.messages);
    g_array_unref(r.peers);
    g_hash_table_unref(r.reports);
    g_hash_table_unref(r.talks);
    g_hash_table_unref(r.meetings);
    if (good)
        return r.side;
    an_side_free(r.side);
    return NULL;
}

/* `other` becomes a further run of `side`, and is freed. */
static void add_run(struct an_side *side, struct an_side *other)
{
    for (guint v = 0; v < side->variables->len; v++) {
        GArray *to = variable(side, v)->observations, *from = variable(other, v)->observations;
        for (guint i = 0; side->runs == 1 && i < to->len; i++)
            g_array_index(to, struct an_observation, i).cluster = 0;
        for (guint i = 0; i < from->len; i++)
            g_array_index(from, struct an_observation, i).cluster = side->runs;
        g_array_append_vals(to, from->data, from->len);
    }
    g_ptr_array_set_size(side->talks, 0);
    side->runs++;
    side->peers += other->peers;
    side->messages += other->messages;
    an_side_free(other);
}

struct an_side *an_side_read(const char *paths, GError **error)
{
    if (g_file_test(paths, G_FILE_TEST_EXISTS))
        return read_one(paths, error);
    char **list = g_strsplit(paths, ",", -1);
    struct an_side *side = NULL;
    for (unsigned i = 0; list[i]; i++) {
        struct an_side *one = read_one(list[i], error);
        if (!one) {
            g_clear_pointer(&side, an_side_free);
            break;
        }
        if (side)
            add_run(side, one);
        else
            side = one;
    }
    if (side) {
        g_free(side->name);
        side->name = g_strdup(paths);
    }
    g_strfreev(list);
    return side;
}

void an_side_free(struct an_side *side)
{
    if (!side)
        return;
    g_free(side->name);
    g_ptr_array_unref(side->variables);
    g_ptr_array_unref(side->talks);
    g_free(side);
}
