#include "analysis/capture_timeline.h"

#include "analysis/bits.h"
#include "analysis/dissect_private.h"
#include "protocol/wire/flood.h"

#include <stdlib.h>
#include <string.h>

#define MSS          1460u /* octets of payload and of TCP and IP headers in a packet of the simulator */
#define HEADERS      40u
#define SIMULATED_NS "http://example.org/peermesh" /* bodies of the simulator's own messages */

struct copy {     /* a record on its way */
    uint64_t end; /* its last octet's position + 1 */
    uint8_t kind; /* enum pc_kind */
    uint8_t reason;
    uint32_t message, size;
    uint64_t hops;
};

struct connection {
    uint32_t peers[2];    /* number in the cast; [1]: who opened it; AN_NONE: nobody known, or the resolver */
    bool resolver;        /* is the acceptor */
    bool up[2];           /* that end is a link that is Connected */
    bool ended[2];        /* FIN or RST of that end was seen */
    bool counted;         /* in the books of open connections */
    GQueue travelling[2]; /* of struct copy, by direction (from_initiator), in order of positions */
};

struct book {      /* of one peer */
    uint32_t open; /* connections */
    bool started, unregistered, reset;
    int64_t last; /* time of its last segment of note */
};

struct message {
    uint32_t origin;
    uint64_t *holders; /* set of peers */
};

struct an_capture_timeline {
    struct an_cast *cast;
    GArray *events; /* of struct an_event, in order of time once read */
    int64_t end;
    bool simulated, overflow;
    /* While reading: */
    struct an_peer_names *names;
    GArray *cast_number;    /* of uint32_t: number in the names → number in the cast */
    GPtrArray *connections; /* of struct connection, by stream */
    GArray *books;          /* of struct book, by peer */
    GHashTable *by_id;      /* id of a flood → its number + 1 */
    GArray *messages;       /* of struct message */
    int64_t start;
};

/* ---- events ---- */

static void tell(struct an_capture_timeline *t, int64_t time, struct an_event event)
{
    if (event.peer == AN_NONE)
        return;
    if (t->events->len == AN_CAPTURE_EVENTS) {
        t->overflow = true;
        return;
    }
    event.time = time;
    g_array_append_val(t->events, event);
}

static struct an_event event_of(enum an_kind kind, uint32_t peer, uint32_t other, uint32_t link)
{
    return (struct an_event){
        .kind = (uint8_t)kind, .peer = peer, .other = other, .link = link, .message = AN_NONE};
}

static int64_t time_of(const struct an_capture_timeline *t, int64_t captured)
{
    return t->simulated ? captured : captured - t->start;
}

/* When the sender wrote what its line had sent by then. The simulator records a packet when its last bit
 * leaves; what the octets waited behind others in the line is not known and counts as before the writing. */
static int64_t written(const struct an_capture_timeline *t, uint32_t peer, uint64_t octets, int64_t time)
{
    uint64_t rate = t->simulated && peer != AN_NONE ? an_cast_peer(t->cast, peer)->up : 0;
    uint64_t wire = octets + HEADERS * MAX((octets + MSS - 1) / MSS, 1);
    return rate ? time - (int64_t)((wire * 8000000000u + rate - 1) / rate) : time;
}

/* ---- connections and peers ---- */

static uint32_t peer_of(struct an_capture_timeline *t, const struct an_record *record, bool sender)
{
    uint32_t number = an_peer_number(t->names, record, sender);
    return number == AN_NO_PEER ? AN_NONE : g_array_index(t->cast_number, uint32_t, number);
}

static bool is_resolver(struct an_capture_timeline *t, const struct an_record *record)
{
    uint32_t number = an_peer_number(t->names, record, !record->from_initiator);
    bool resolver = false;
    if (number != AN_NO_PEER)
        an_peer_endpoint(t->names, number, &resolver);
    return resolver;
}

static struct connection *connection_of(struct an_capture_timeline *t, const struct an_record *record)
{
    if (record->stream >= t->connections->len)
        g_ptr_array_set_size(t->connections, (gint)record->stream + 1);
    struct connection *c = t->connections->pdata[record->stream];
    if (c)
        return c;
    c = g_new0(struct connection, 1);
    c->peers[record->from_initiator] = peer_of(t, record, true);
    c->peers[!record->from_initiator] = peer_of(t, record, false);
    c->resolver = is_resolver(t, record);
    g_queue_init(&c->travelling[0]);
    g_queue_init(&c->travelling[1]);
    t->connections->pdata[record->stream] = c;
    return c;
}

static void free_connection(gpointer data)
{
    struct connection *c = data;
    if (!c)
        return;
    g_queue_clear_full(&c->travelling[0], g_free);
    g_queue_clear_full(&c->travelling[1], g_free);
    g_free(c);
}

static struct book *book_of(struct an_capture_timeline *t, uint32_t peer)
{
    return peer == AN_NONE ? NULL : &g_array_index(t->books, struct book, peer);
}

static void active(struct an_capture_timeline *t, uint32_t peer, int64_t time)
{
    struct book *book = book_of(t, peer);
    if (!book)
        return;
    if (!book->started)
        tell(t, time, event_of(AN_STARTED, peer, AN_NONE, AN_NONE));
    book->started = true;
    book->last = time;
}

static void link_up(struct an_capture_timeline *t, struct connection *c, uint32_t link, bool end,
                    int64_t time)
{
    if (c->up[end] || c->ended[end])
        return;
    c->up[end] = true;
    tell(t, time, event_of(AN_LINK_UP, c->peers[end], c->peers[!end], link));
}

static void link_down(struct an_capture_timeline *t, struct connection *c, uint32_t link, bool end,
                      int64_t time, uint8_t reason)
{
    if (!c->up[end])
        return;
    c->up[end] = false;
    struct an_event event = event_of(AN_LINK_DOWN, c->peers[end], c->peers[!end], link);
    event.what = reason;
    tell(t, time, event);
}

/* ---- floods ---- */

struct body { /* of a message of the simulator */
    bool ours, timed;
    uint64_t seq, topic, time, size;
};

static uint64_t digits(struct pc_text text)
{
    char *copy = g_strndup(text.s, text.n);
    uint64_t value = g_ascii_strtoull(copy, NULL, 10);
    g_free(copy);
    return value;
}

static void visit_body(void *user, int depth, struct pc_text name, struct pc_text value)
{
    struct body *body = user;
    if (depth != 2 || name.n == 0)
        return;
    if (name.n == 3 && memcmp(name.s, "seq", 3) == 0)
        body->seq = digits(value);
    else if (name.n == 5 && memcmp(name.s, "topic", 5) == 0)
        body->topic = digits(value);
    else if (name.n == 1 && *name.s == 't') {
        body->time = digits(value);
        body->timed = true;
    } else if (name.n == 4 && memcmp(name.s, "data", 4) == 0)
        body->size = value.n;
}

static struct body read_body(const struct an_record *record)
{
    const struct pc_message *m = record->message;
    struct body body = {.size = m->body_size};
    if (m->action.n < sizeof SIMULATED_NS - 1 ||
        memcmp(m->action.s, SIMULATED_NS, sizeof SIMULATED_NS - 1) != 0)
        return body;
    body.ours = pc_body_read(record->codec, m, visit_body, &body, NULL);
    return body;
}

/* The number of a flood; a new one was published by whoever is first seen to send it. AN_NONE: it has no id.
 */
static uint32_t message_of(struct an_capture_timeline *t, const struct an_record *record, uint32_t sender,
                           int64_t time)
{
    const struct pc_message *m = record->message;
    struct pc_text id = m->u.flood.id_text.n ? m->u.flood.id_text : m->message_id.text;
    if (id.n == 0 || (m->u.flood.id_text.n == 0 && !m->message_id.present))
        return AN_NONE;
    char *key = g_strndup(id.s, id.n);
    uint32_t number = GPOINTER_TO_UINT(g_hash_table_lookup(t->by_id, key));
    if (number || sender == AN_NONE) {
        g_free(key);
        return number ? number - 1 : AN_NONE;
    }
    number = t->messages->len;
    g_hash_table_insert(t->by_id, key, GUINT_TO_POINTER(number + 1));
    struct message message = {sender, g_new0(uint64_t, an_bits_words(an_cast_count(t->cast)))};
    an_bit_set(message.holders, sender);
    g_array_append_val(t->messages, message);
    struct body body = read_body(record);
    struct an_event event = event_of(AN_PUBLISHED, sender, AN_NONE, (uint32_t)body.topic);
    event.what = body.seq ? AN_NUMBERED : 0; /* publishers count from 1 */
    event.message = number;
    event.size = (uint32_t)MIN(body.size, UINT32_MAX);
    event.value = body.seq;
    bool said = t->simulated && body.ours && body.timed && body.time <= (uint64_t)time;
    tell(t, said ? (int64_t)body.time : time, event);
    return number;
}

static void flood_arrived(struct an_capture_timeline *t, const struct connection *c, uint32_t link,
                          bool from_initiator, const struct copy *copy, int64_t time)
{
    uint32_t peer = c->peers[!from_initiator];
    if (peer == AN_NONE || copy->message == AN_NONE)
        return;
    uint64_t *holders = g_array_index(t->messages, struct message, copy->message).holders;
    bool first = !an_bit(holders, peer);
    struct an_event event = event_of(first ? AN_FIRST : AN_DUPLICATE, peer, c->peers[from_initiator], link);
    event.message = copy->message;
    event.size = copy->size;
    event.value = first ? copy->hops : 0;
    tell(t, time, event);
    if (!first)
        return;
    an_bit_set(holders, peer);
    struct an_event delivered = event_of(AN_DELIVERED, peer, AN_NONE, AN_NONE);
    delivered.message = copy->message;
    delivered.value = copy->hops;
    tell(t, time, delivered);
}

/* ---- records ---- */

static void arrived(struct an_capture_timeline *t, struct connection *c, uint32_t link, bool from_initiator,
                    const struct copy *copy, int64_t time)
{
    bool end = !from_initiator;
    if (copy->kind == PC_KIND_FLOOD) {
        flood_arrived(t, c, link, from_initiator, copy, time);
        return;
    }
    if (copy->kind != PC_KIND_COUNT) {
        struct an_event event = event_of(AN_CONTROL_RECEIVED, c->peers[end], c->peers[from_initiator], link);
        event.what = copy->kind;
        event.size = copy->size;
        tell(t, time, event);
    }
    if (copy->kind == PC_KIND_WELCOME)
        link_up(t, c, link, end, time);
    else if (copy->kind == PC_KIND_DISCONNECT || copy->kind == PC_KIND_COUNT)
        link_down(t, c, link, end, time, copy->reason);
}

/* PC_KIND_COUNT stands for End, which has no message. */
static struct copy copy_of(const struct an_record *record, uint32_t message)
{
    const struct pc_message *m = record->message;
    struct copy copy = {.end = record->offset + record->size,
                        .kind = (uint8_t)(m ? m->kind : PC_KIND_COUNT),
                        .message = message,
                        .size = (uint32_t)record->size};
    if (m && m->kind == PC_KIND_DISCONNECT)
        copy.reason = (uint8_t)m->u.disconnect.reason;
    if (m && m->kind == PC_KIND_FLOOD && m->u.flood.has_hops && !m->u.flood.hops_invalid)
        copy.hops = m->u.flood.hops;
    return copy;
}

static void departed(struct an_capture_timeline *t, struct connection *c, const struct an_record *record,
                     int64_t captured)
{
    bool from = record->from_initiator;
    uint32_t sender = c->peers[from], message = AN_NONE;
    int64_t time = written(t, sender, record->size, captured);
    bool flood = record->message && record->message->kind == PC_KIND_FLOOD;
    if (flood)
        message = message_of(t, record, sender, time);
    struct copy copy = copy_of(record, message);
    struct an_event event =
        event_of(flood ? AN_SENT : AN_CONTROL_SENT, sender, c->peers[!from], record->stream);
    event.what = flood ? 0 : copy.kind;
    event.message = message;
    event.size = copy.size;
    if (copy.kind != PC_KIND_COUNT && (!flood || message != AN_NONE))
        tell(t, time, event);
    if (copy.kind == PC_KIND_WELCOME)
        link_up(t, c, record->stream, from, time);
    else if (copy.kind == PC_KIND_DISCONNECT || copy.kind == PC_KIND_COUNT)
        link_down(t, c, record->stream, from, time, copy.reason);
    else if (copy.kind == PC_KIND_UNREGISTER && sender != AN_NONE)
        book_of(t, sender)->unregistered = true;
    if (t->simulated)
        g_queue_push_tail(&c->travelling[from], g_memdup2(&copy, sizeof copy));
    else
        arrived(t, c, record->stream, from, &copy, captured);
}

/* Copies that were on their way when their connection ended. */
static void lost(struct an_capture_timeline *t, struct connection *c, uint32_t link, bool from, int64_t time)
{
    struct copy *copy;
    while ((copy = g_queue_pop_head(&c->travelling[from]))) {
        if (copy->kind == PC_KIND_FLOOD && copy->message != AN_NONE) {
            struct an_event event = event_of(AN_LOST, c->peers[from], c->peers[!from], link);
            event.what = AN_CAUSE_LINK_CLOSED;
            event.message = copy->message;
            event.size = copy->size;
            tell(t, time, event);
        }
        g_free(copy);
    }
}

static void closed(struct an_capture_timeline *t, struct connection *c, const struct an_record *record,
                   int64_t time)
{
    bool reset = record->kind == AN_RECORD_RST;
    uint32_t sender = c->peers[record->from_initiator];
    c->ended[record->from_initiator] = true;
    if (reset) {
        c->ended[0] = c->ended[1] = true;
        if (sender != AN_NONE)
            book_of(t, sender)->reset = true;
    }
    link_down(t, c, record->stream, record->from_initiator, time, 0);
    if (reset || !t->simulated)
        link_down(t, c, record->stream, !record->from_initiator, time, 0);
    for (int end = 0; reset && end < 2; end++)
        lost(t, c, record->stream, end, time);
    if (!c->counted || !c->ended[0] || !c->ended[1])
        return;
    c->counted = false;
    for (int end = 0; end < 2; end++) {
        struct book *book = book_of(t, c->peers[end]);
        if (book) {
            book->open--;
            book->last = time;
        }
    }
}

static void opened(struct an_capture_timeline *t, struct connection *c)
{
    if (c->counted || c->ended[0] || c->ended[1])
        return;
    c->counted = true;
    for (int end = 0; end < 2; end++) {
        struct book *book = book_of(t, c->peers[end]);
        if (book)
            book->open++;
    }
}

static void on_record(void *user, const struct an_record *record)
{
    struct an_capture_timeline *t = user;
    t->start = record->start;
    int64_t time = time_of(t, record->time);
    struct connection *c = connection_of(t, record);
    t->end = MAX(t->end, time);
    uint32_t sender = c->peers[record->from_initiator];
    active(t, sender, record->kind == AN_RECORD_SYN ? written(t, sender, 0, time) : time);
    opened(t, c);
    switch (record->kind) {
    case AN_RECORD_FRAMING:
        if (record->message || (record->nmf->type == PC_NMF_END && !c->resolver))
            departed(t, c, record, time);
        break;
    case AN_RECORD_FIN:
    case AN_RECORD_RST:
        closed(t, c, record, time);
        break;
    default:
        break;
    }
}

static void on_acknowledged(void *user, uint32_t stream, bool from_initiator, uint64_t upto, int64_t captured)
{
    struct an_capture_timeline *t = user;
    struct connection *c = stream < t->connections->len ? t->connections->pdata[stream] : NULL;
    int64_t time = time_of(t, captured);
    if (!c)
        return;
    const struct copy *first;
    while ((first = g_queue_peek_head(&c->travelling[from_initiator])) && first->end <= upto) {
        struct copy *copy = g_queue_pop_head(&c->travelling[from_initiator]);
        t->end = MAX(t->end, time);
        arrived(t, c, stream, from_initiator, copy, time);
        g_free(copy);
    }
}

/* ---- all of it ---- */

static void learn(void *user, const struct an_record *record)
{
    an_peer_names_learn(user, record);
}

static gint by_time(gconstpointer a, gconstpointer b)
{
    const struct an_event *x = a, *y = b;
    return x->time < y->time ? -1 : x->time > y->time;
}

/* Peers that closed all their connections and were never heard of again. */
static void tell_stops(struct an_capture_timeline *t)
{
    for (uint32_t i = 0; i < t->books->len; i++) {
        const struct book *book = &g_array_index(t->books, struct book, i);
        if (!book->started || book->open || (!book->unregistered && !book->reset))
            continue;
        struct an_event event = event_of(AN_STOPPED, i, AN_NONE, AN_NONE);
        event.what = book->unregistered ? AN_STOP_CLEAN : AN_STOP_RESET;
        tell(t, book->last, event);
    }
}

static void forget_reading(struct an_capture_timeline *t)
{
    for (guint i = 0; i < t->messages->len; i++)
        g_free(g_array_index(t->messages, struct message, i).holders);
    an_peer_names_free(t->names);
    g_array_unref(t->cast_number);
    g_ptr_array_unref(t->connections);
    g_array_unref(t->books);
    g_hash_table_unref(t->by_id);
    g_array_unref(t->messages);
}

/* Messages have been numbered as they were first seen to depart. Where lines are busy that is another order than that of
 * publication, which numbers a timeline. */
static void number_messages(struct an_capture_timeline *t)
{
    uint32_t *numbers = g_new(uint32_t, t->messages->len + 1), count = 0;
    for (guint i = 0; i < t->messages->len; i++)
        numbers[i] = AN_NONE;
    for (guint i = 0; i < t->events->len; i++) {
        struct an_event *event = &g_array_index(t->events, struct an_event, i);
        if (event->kind == AN_PUBLISHED)
            numbers[event->message] = count++;
        if (event->message != AN_NONE)
            event->message = numbers[event->message];
    }
    g_free(numbers);
}

static bool read_capture(struct an_capture_timeline *t, const char *path, const char *addresses,
                         GError **error)
{
    const struct an_watch watch = {
        .record = on_record, .acknowledged = t->simulated ? on_acknowledged : NULL, .user = t};
    if (!an_capture_records(path, learn, t->names, error) ||
        !an_capture_cast(t->names, addresses, t->cast, t->cast_number, error))
        return false;
    g_array_set_size(t->books, an_cast_count(t->cast));
    if (!an_capture_watch(path, &watch, error))
        return false;
    tell_stops(t);
    if (t->overflow) {
        g_set_error(error, AN_CAPTURE_ERROR, AN_CAPTURE_NOT_ONE, "%s: more than %u events", path,
                    AN_CAPTURE_EVENTS);
        return false;
    }
    g_array_sort(t->events, by_time); /* stable */
    number_messages(t);
    return true;
}

struct an_capture_timeline *an_capture_timeline_read(const char *path,
                                                     const struct an_capture_options *options, GError **error)
{
    struct an_capture_timeline *t = g_new0(struct an_capture_timeline, 1);
    t->cast = an_cast_new();
    t->events = g_array_new(FALSE, FALSE, sizeof(struct an_event));
    t->simulated = options->simulated;
    t->names = an_peer_names_new();
    t->cast_number = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    t->connections = g_ptr_array_new_with_free_func(free_connection);
    t->books = g_array_new(FALSE, TRUE, sizeof(struct book));
    t->by_id = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    t->messages = g_array_new(FALSE, FALSE, sizeof(struct message));
    bool good = read_capture(t, path, options->addresses, error);
    forget_reading(t);
    if (good)
        return t;
    an_capture_timeline_free(t);
    return NULL;
}

void an_capture_timeline_free(struct an_capture_timeline *t)
{
    if (!t)
        return;
    an_cast_free(t->cast);
    g_array_unref(t->events);
    g_free(t);
}

struct an_cast *an_capture_timeline_cast(struct an_capture_timeline *t)
{
    return t->cast;
}

int64_t an_capture_timeline_end(const struct an_capture_timeline *t)
{
    return t->end;
}

void an_capture_timeline_play(const struct an_capture_timeline *t, const struct an_listener *listener)
{
    for (guint i = 0; i < t->events->len; i++)
        listener->event(listener->user, &g_array_index(t->events, struct an_event, i));
}
