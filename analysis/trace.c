#include "analysis/trace.h"
#include "analysis/query.h"
#include "analysis/trace_format.h"
#include <errno.h>
#include <stdio.h>

struct an_trace {
    FILE *stream;
    char *file;
    const struct an_cast *cast;
    struct an_trace_options options;
    int failed; /* errno of the first error */
    uint64_t written, events;
    uint32_t names;     /* of samples that are in the file */
    uint32_t peers;     /* of the cast, likewise */
    uint64_t *unchosen; /* bit per message; grows */
    uint32_t messages;  /* room of it */
    uint32_t count;
    uint8_t block[AN_TRACE_BLOCK * AN_TRACE_EVENT_OCTETS];
};

/* Multiply and fold, eight octets at a time: finds damage, not malice. */
uint64_t an_trace_check(const void *octets, size_t size)
{
    const uint8_t *p = octets;
    uint64_t hash = UINT64_C(0x9E3779B97F4A7C15) ^ size;
    for (; size >= 8; size -= 8, p += 8) {
        hash = (hash ^ an_get64(p)) * UINT64_C(0xFF51AFD7ED558CCD);
        hash ^= hash >> 29;
    }
    for (; size > 0; size--, p++)
        hash = (hash ^ *p) * UINT64_C(0x100000001B3);
    return hash ^ hash >> 32;
}

static void write_octets(struct an_trace *t, const void *octets, size_t size)
{
    if (t->failed)
        return;
    errno = 0;
    if (fwrite(octets, 1, size, t->stream) != size)
        t->failed = errno ? errno : EIO;
    t->written += size;
}

static void write_block(struct an_trace *t, uint32_t mark, uint32_t count, const uint8_t *octets, size_t size)
{
    uint8_t header[AN_TRACE_BLOCK_HEADER];
    an_put64(an_put32(an_put32(header, mark), count), an_trace_check(octets, size));
    write_octets(t, header, sizeof header);
    write_octets(t, octets, size);
}

static void flush_events(struct an_trace *t)
{
    if (t->count)
        write_block(t, AN_MARK_EVNT, t->count, t->block, (size_t)t->count * AN_TRACE_EVENT_OCTETS);
    t->count = 0;
}

/* --- the head
 * ----------------------------------------------------------------------------------------------------- */

static void append32(GByteArray *bytes, uint32_t value)
{
    uint8_t octets[4];
    an_put32(octets, value);
    g_byte_array_append(bytes, octets, sizeof octets);
}

static void append_text(GByteArray *bytes, const char *text)
{
    append32(bytes, (uint32_t)strlen(text));
    g_byte_array_append(bytes, (const guint8 *)text, (guint)strlen(text));
}

static void append_peer(GByteArray *bytes, const struct an_peer *peer)
{
    append_text(bytes, peer->name);
    append_text(bytes, peer->address);
    append32(bytes, peer->group);
    append32(bytes, peer->mesh);
    append32(bytes, peer->region);
    append32(bytes, peer->up);
    append32(bytes, peer->down);
}

static void write_cast(struct an_trace *t)
{
    GByteArray *bytes = g_byte_array_new();
    append32(bytes, t->cast->groups->len);
    for (uint32_t i = 0; i < t->cast->groups->len; i++)
        append_text(bytes, g_ptr_array_index(t->cast->groups, i));
    append32(bytes, an_cast_count(t->cast));
    for (; t->peers < an_cast_count(t->cast); t->peers++)
        append_peer(bytes, an_cast_peer(t->cast, t->peers));
    write_block(t, AN_MARK_CAST, bytes->len, bytes->data, bytes->len);
    g_byte_array_free(bytes, TRUE);
}

struct an_trace *an_trace_create(const char *file, const struct an_cast *cast,
                                 const struct an_trace_options *options, GError **error)
{
    FILE *stream = fopen(file, "wb");
    if (!stream) {
        g_set_error(error, AN_ERROR, AN_ERROR_BAD, "%s: cannot be written: %s", file, g_strerror(errno));
        return NULL;
    }
    struct an_trace *t = g_new0(struct an_trace, 1);
    t->stream = stream;
    t->file = g_strdup(file);
    t->cast = cast;
    t->options = *options;
    if (!t->options.budget)
        t->options.budget = AN_TRACE_BUDGET;
    uint8_t header[AN_TRACE_HEADER] = AN_TRACE_MAGIC;
    uint8_t *p = an_put32(header + 16, AN_TRACE_VERSION);
    p = an_put32(p, t->options.full ? AN_TRACE_FULL : 0);
    an_put64(an_put64(p, t->options.seed), t->options.budget);
    write_octets(t, header, sizeof header);
    write_cast(t);
    return t;
}

/* --- choosing
 * ----------------------------------------------------------------------------------------------------- */

/* A draw of this message alone: 64 uniform bits (finaliser of MurmurHash3). */
static uint64_t draw(uint64_t seed, uint32_t message)
{
    uint64_t h = seed ^ (UINT64_C(0x9E3779B97F4A7C15) * (message + UINT64_C(1)));
    h = (h ^ h >> 33) * UINT64_C(0xFF51AFD7ED558CCD);
    h = (h ^ h >> 33) * UINT64_C(0xC4CEB9FE1A85EC53);
    return h ^ h >> 33;
}

/* While less than half of the budget is used all messages are chosen, then one in two until half of the rest
 * is used, one in four, and so on: the file nears its budget and a long run has messages in it from all of
 * its length. The last octets belong to messages that are on their way. */
static bool chosen(const struct an_trace *t, uint32_t message)
{
    uint64_t used = t->written + (uint64_t)t->count * AN_TRACE_EVENT_OCTETS;
    uint64_t left = used < t->options.budget ? t->options.budget - used : 0;
    unsigned halvings = 0;
    for (uint64_t step = t->options.budget / 2; left < step && halvings < 40; step /= 2)
        halvings++;
    return left > 0 && (halvings == 0 || draw(t->options.seed, message) >> (64 - halvings) == 0);
}

static void leave_out(struct an_trace *t, uint32_t message)
{
    if (message >= t->messages) {
        uint32_t room = MAX(1024, (message / 64 + 1) * 128);
        t->unchosen = g_renew(uint64_t, t->unchosen, room / 64);
        memset(t->unchosen + t->messages / 64, 0, (room - t->messages) / 8);
        t->messages = room;
    }
    t->unchosen[message / 64] |= UINT64_C(1) << (message % 64);
}

static bool is_left_out(const struct an_trace *t, uint32_t message)
{
    return message < t->messages && t->unchosen[message / 64] >> (message % 64) & 1;
}

/* What of an event goes into the file. Octets on access links belong to no message, so without `full` they
 * stay out. */
static bool wanted(struct an_trace *t, const struct an_event *event, uint8_t *what)
{
    *what = event->what;
    if (t->options.full)
        return true;
    switch (event->kind) {
    case AN_PUBLISHED:
        if (!chosen(t, event->message)) {
            leave_out(t, event->message);
            *what |= AN_UNRECORDED;
        }
        return true;
    case AN_SENT:
    case AN_FIRST:
    case AN_DUPLICATE:
    case AN_DELIVERED:
        return !is_left_out(t, event->message);
    case AN_OCTETS_SENT:
    case AN_OCTETS_RECEIVED:
        return false;
    default:
        return true;
    }
}

/* --- events
 * ------------------------------------------------------------------------------------------------------- */

/* Those who came during the run. */
static void write_peers(struct an_trace *t)
{
    flush_events(t);
    for (; t->peers < an_cast_count(t->cast); t->peers++) {
        GByteArray *bytes = g_byte_array_new();
        append_peer(bytes, an_cast_peer(t->cast, t->peers));
        write_block(t, AN_MARK_PEER, bytes->len, bytes->data, bytes->len);
        g_byte_array_free(bytes, TRUE);
    }
}

static void write_names(struct an_trace *t)
{
    flush_events(t);
    for (; t->names < t->cast->samples->len; t->names++) {
        GByteArray *bytes = g_byte_array_new();
        append_text(bytes, g_ptr_array_index(t->cast->samples, t->names));
        write_block(t, AN_MARK_NAME, bytes->len, bytes->data, bytes->len);
        g_byte_array_free(bytes, TRUE);
    }
}

void an_trace_event(struct an_trace *t, const struct an_event *event)
{
    uint8_t what;
    if (!wanted(t, event, &what))
        return;
    if (t->peers < an_cast_count(t->cast)) /* so do peers */
        write_peers(t);
    if (t->names < t->cast->samples->len) /* labels come before what uses them */
        write_names(t);
    uint8_t *p = t->block + (size_t)t->count * AN_TRACE_EVENT_OCTETS;
    p = an_put64(p, (uint64_t)event->time);
    *p++ = event->kind;
    *p++ = what;
    *p++ = (uint8_t)event->channel;
    *p++ = (uint8_t)(event->channel >> 8);
    p = an_put32(an_put32(p, event->peer), event->other);
    p = an_put32(an_put32(p, event->link), event->message);
    an_put64(an_put32(p, event->size), event->value);
    t->events++;
    if (++t->count == AN_TRACE_BLOCK)
        flush_events(t);
}

static void listen(void *trace, const struct an_event *event)
{
    an_trace_event(trace, event);
}

struct an_listener an_trace_listener(struct an_trace *trace)
{
    return (struct an_listener){listen, trace};
}

bool an_trace_failed(const struct an_trace *trace)
{
    return trace->failed != 0;
}

bool an_trace_close(struct an_trace *t, int64_t end, GError **error)
{
    uint8_t last[16];
    flush_events(t);
    an_put64(an_put64(last, t->events), (uint64_t)end);
    write_block(t, AN_MARK_LAST, sizeof last, last, sizeof last);
    errno = 0;
    if (fclose(t->stream) != 0 && !t->failed)
        t->failed = errno ? errno : EIO;
    bool ok = !t->failed;
    if (!ok)
        g_set_error(error, AN_ERROR, AN_ERROR_BAD, "%s: cannot be written: %s", t->file,
                    g_strerror(t->failed));
    g_free(t->unchosen);
    g_free(t->file);
    g_free(t);
    return ok;
}
