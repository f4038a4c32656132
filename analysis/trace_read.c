#include "analysis/query.h"
#include "analysis/trace.h"
#include "analysis/trace_format.h"
#include <errno.h>
#include <stdio.h>

struct an_trace_file {
    FILE *stream;
    char *file;
    uint64_t offset; /* of what is read next */
    uint32_t flags;
    struct an_cast *cast;
    bool cast_taken;
    GArray *names; /* of uint32_t: numbers in the file → numbers in the cast */
    uint64_t events;
    int64_t time; /* of the last event */
};

static bool bad(const struct an_trace_file *t, GError **error, uint64_t offset, const char *what)
{
    g_set_error(error, AN_ERROR, AN_ERROR_BAD, "%s: offset %" G_GUINT64_FORMAT ": %s", t->file, offset, what);
    return false;
}

static bool read_octets(struct an_trace_file *t, void *octets, size_t size, GError **error)
{
    errno = 0;
    size_t got = fread(octets, 1, size, t->stream);
    t->offset += got;
    if (got == size)
        return true;
    if (ferror(t->stream))
        return bad(t, error, t->offset, errno ? g_strerror(errno) : "cannot be read");
    return bad(t, error, t->offset, "the file ends here: it is truncated, its run may have been broken off");
}

struct block {
    uint32_t mark, count;
    uint64_t check, at;
};

static bool read_block_header(struct an_trace_file *t, struct block *b, GError **error)
{
    uint8_t header[AN_TRACE_BLOCK_HEADER];
    b->at = t->offset;
    if (!read_octets(t, header, sizeof header, error))
        return false;
    b->mark = an_get32(header);
    b->count = an_get32(header + 4);
    b->check = an_get64(header + 8);
    return true;
}

static bool read_block(struct an_trace_file *t, const struct block *b, uint8_t *octets, size_t size,
                       GError **error)
{
    if (!read_octets(t, octets, size, error))
        return false;
    if (an_trace_check(octets, size) != b->check)
        return bad(t, error, b->at, "this block is damaged (its check does not fit)");
    return true;
}

/* --- cast
 * ---------------------------------------------------------------------------------------------------------
 */

struct cursor {
    const uint8_t *at, *end;
    bool failed; /* sticky */
};

static uint32_t next32(struct cursor *c)
{
    if (c->failed || c->end - c->at < 4) {
        c->failed = true;
        return 0;
    }
    c->at += 4;
    return an_get32(c->at - 4);
}

static char *next_text(struct cursor *c)
{
    uint32_t length = next32(c);
    if (c->failed || length > AN_TRACE_LONGEST_NAME || (size_t)(c->end - c->at) < length ||
        memchr(c->at, 0, length)) {
        c->failed = true;
        return g_strdup("");
    }
    c->at += length;
    return g_strndup((const char *)c->at - length, length);
}

static void parse_peer(struct an_trace_file *t, struct cursor *c)
{
    char *name = next_text(c), *address = next_text(c);
    struct an_peer peer = {.name = name, .address = address};
    peer.group = next32(c);
    peer.mesh = next32(c);
    uint32_t region = next32(c);
    peer.region = (uint16_t)region;
    peer.up = next32(c);
    peer.down = next32(c);
    if (peer.group >= t->cast->groups->len || peer.mesh > UINT16_MAX || region > UINT16_MAX)
        c->failed = true;
    else if (!c->failed)
        an_cast_add_peer(t->cast, &peer);
    g_free(name);
    g_free(address);
}

static bool parse_cast(struct an_trace_file *t, const uint8_t *octets, size_t size)
{
    struct cursor c = {octets, octets + size, false};
    uint32_t groups = next32(&c);
    for (uint32_t i = 0; i < groups && !c.failed; i++) {
        char *name = next_text(&c);
        an_cast_add_group(t->cast, name);
        g_free(name);
    }
    uint32_t peers = next32(&c);
    for (uint32_t i = 0; i < peers && !c.failed; i++)
        parse_peer(t, &c);
    return !c.failed && c.at == c.end;
}

static bool read_cast(struct an_trace_file *t, GError **error)
{
    struct block b;
    if (!read_block_header(t, &b, error))
        return false;
    if (b.mark != AN_MARK_CAST || b.count > AN_TRACE_LONGEST_CAST)
        return bad(t, error, b.at, "the list of the peers should stand here");
    uint8_t *octets = g_try_malloc(b.count + 1U);
    if (!octets)
        return bad(t, error, b.at, "the list of the peers is too long for this machine");
    bool ok = read_block(t, &b, octets, b.count, error);
    if (ok && !parse_cast(t, octets, b.count))
        ok = bad(t, error, b.at, "the list of the peers cannot be read");
    g_free(octets);
    return ok;
}

static bool read_header(struct an_trace_file *t, GError **error)
{
    uint8_t header[AN_TRACE_HEADER];
    size_t got = fread(header, 1, sizeof header, t->stream);
    if (got < sizeof AN_TRACE_MAGIC || memcmp(header, AN_TRACE_MAGIC, sizeof AN_TRACE_MAGIC) != 0)
        return bad(t, error, 0, "this is not a trace of peermesh");
    if (got < sizeof header)
        return bad(t, error, got, "the file ends here: it is truncated, its run may have been broken off");
    t->offset = sizeof header;
    if (an_get32(header + 16) != AN_TRACE_VERSION)
        return bad(t, error, 16,
                   "the trace is of another version than 1; read it with the peermesh that wrote it");
    t->flags = an_get32(header + 20);
    return true;
}

struct an_trace_file *an_trace_open(const char *file, GError **error)
{
    FILE *stream = fopen(file, "rb");
    if (!stream) {
        g_set_error(error, AN_ERROR, AN_ERROR_BAD, "%s: cannot be read: %s", file, g_strerror(errno));
        return NULL;
    }
    struct an_trace_file *t = g_new0(struct an_trace_file, 1);
    t->stream = stream;
    t->file = g_strdup(file);
    t->cast = an_cast_new();
    t->names = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    if (read_header(t, error) && read_cast(t, error))
        return t;
    an_trace_free(t);
    return NULL;
}

struct an_cast *an_trace_cast(struct an_trace_file *t)
{
    return t->cast;
}

struct an_cast *an_trace_take_cast(struct an_trace_file *t)
{
    t->cast_taken = true;
    return t->cast;
}

bool an_trace_is_full(const struct an_trace_file *t)
{
    return t->flags & AN_TRACE_FULL;
}

void an_trace_free(struct an_trace_file *t)
{
    if (!t)
        return;
    fclose(t->stream);
    if (!t->cast_taken)
        an_cast_free(t->cast);
    g_array_free(t->names, TRUE);
    g_free(t->file);
    g_free(t);
}

/* --- events
 * ------------------------------------------------------------------------------------------------------- */

/* Which of its numbers an event uses. */
static const char *wrong(struct an_trace_file *t, const struct an_event *e)
{
    uint32_t peers = an_cast_count(t->cast);
    if (e->kind >= AN_KIND_COUNT)
        return "an event of no known kind";
    if (e->time < t->time || e->time < 0)
        return "an event is earlier than the one before it";
    if (e->peer >= peers)
        return "an event names a peer that is not in the list";
    bool has_other = e->kind == AN_LINK_UP || e->kind == AN_LINK_DOWN || e->kind == AN_SENT ||
                     e->kind == AN_FIRST || e->kind == AN_DUPLICATE || e->kind == AN_LOST || e->kind == AN_SLOW ||
                     e->kind == AN_PRUNED;
    if (has_other && (e->other >= peers || (e->other == e->peer && e->kind != AN_LOST)))
        return "an event names another peer that is not in the list";
    bool measured = e->kind == AN_SAMPLE || e->kind == AN_STATE || e->kind == AN_HAVE;
    if (measured && (e->link >= t->names->len || (e->message != AN_NONE && e->message >= t->names->len) ||
                     (e->what & AN_VALUE_IS_LABEL && e->value >= t->names->len)))
        return "a sample has no name";
    if (e->kind == AN_PUBLISHED && e->other != AN_NONE && e->other >= t->names->len)
        return "a message has no kind";
    if (!measured && e->kind != AN_PUBLISHED && e->link != AN_NONE && e->link > INT32_MAX / 16)
        return "a link has an impossible number";
    return NULL;
}

static void decode(const uint8_t *p, struct an_event *e)
{
    *e = (struct an_event){
        .time = (int64_t)an_get64(p),
        .kind = p[8],
        .what = p[9],
        .channel = (uint16_t)(p[10] | p[11] << 8),
        .peer = an_get32(p + 12),
        .other = an_get32(p + 16),
        .link = an_get32(p + 20),
        .message = an_get32(p + 24),
        .size = an_get32(p + 28),
        .value = an_get64(p + 32),
    };
}

/* From numbers of the file to those of the cast. */
static void use_labels(const struct an_trace_file *t, struct an_event *e)
{
    if (e->kind == AN_SAMPLE || e->kind == AN_STATE || e->kind == AN_HAVE) {
        e->link = g_array_index(t->names, uint32_t, e->link);
        if (e->message != AN_NONE)
            e->message = g_array_index(t->names, uint32_t, e->message);
        if (e->what & AN_VALUE_IS_LABEL)
            e->value = g_array_index(t->names, uint32_t, e->value);
    } else if (e->kind == AN_PUBLISHED && e->other != AN_NONE) {
        e->other = g_array_index(t->names, uint32_t, e->other);
    }
}

static bool read_events(struct an_trace_file *t, const struct block *b, uint8_t *octets,
                        const struct an_listener *l, GError **error)
{
    if (b->count == 0 || b->count > AN_TRACE_BLOCK)
        return bad(t, error, b->at, "a block of events with an impossible number of them");
    if (!read_block(t, b, octets, (size_t)b->count * AN_TRACE_EVENT_OCTETS, error))
        return false;
    for (uint32_t i = 0; i < b->count; i++) {
        struct an_event event;
        decode(octets + (size_t)i * AN_TRACE_EVENT_OCTETS, &event);
        const char *why = wrong(t, &event);
        if (why)
            return bad(t, error, b->at + AN_TRACE_BLOCK_HEADER + (uint64_t)i * AN_TRACE_EVENT_OCTETS, why);
        use_labels(t, &event);
        t->time = event.time;
        t->events++;
        l->event(l->user, &event);
    }
    return true;
}

static bool read_name(struct an_trace_file *t, const struct block *b, GError **error)
{
    uint8_t octets[AN_TRACE_LONGEST_NAME + 4];
    if (b->count > sizeof octets)
        return bad(t, error, b->at, "a name that is too long");
    if (!read_block(t, b, octets, b->count, error))
        return false;
    struct cursor c = {octets, octets + b->count, false};
    char *name = next_text(&c);
    uint32_t number = c.failed ? 0 : an_cast_sample(t->cast, name);
    g_free(name);
    if (c.failed || c.at != c.end)
        return bad(t, error, b->at, "a name that cannot be read");
    g_array_append_val(t->names, number);
    return true;
}

static bool read_peer(struct an_trace_file *t, const struct block *b, GError **error)
{
    if (b->count > AN_TRACE_LONGEST_CAST)
        return bad(t, error, b->at, "a peer with too long a name");
    uint8_t *octets = g_try_malloc(b->count + 1U);
    if (!octets)
        return bad(t, error, b->at, "a peer that is too long for this machine");
    struct cursor c = {octets, octets + b->count, false};
    bool ok = read_block(t, b, octets, b->count, error);
    if (ok)
        parse_peer(t, &c);
    if (ok && (c.failed || c.at != c.end))
        ok = bad(t, error, b->at, "a peer that cannot be read");
    g_free(octets);
    return ok;
}

static bool read_last(struct an_trace_file *t, const struct block *b, int64_t *end, GError **error)
{
    uint8_t last[16];
    if (b->count != sizeof last)
        return bad(t, error, b->at, "the end of the file cannot be read");
    if (!read_block(t, b, last, sizeof last, error))
        return false;
    *end = (int64_t)an_get64(last + 8);
    if (an_get64(last) != t->events || *end < t->time)
        return bad(t, error, b->at, "events are missing: the file does not hold as many as it says");
    if (fgetc(t->stream) != EOF)
        return bad(t, error, t->offset, "something follows the end of the trace");
    return true;
}

bool an_trace_read(struct an_trace_file *t, const struct an_listener *listener, int64_t *end, GError **error)
{
    uint8_t *octets = g_malloc((size_t)AN_TRACE_BLOCK * AN_TRACE_EVENT_OCTETS);
    bool ok = true, more = true;
    while (ok && more) {
        struct block b;
        ok = read_block_header(t, &b, error);
        if (!ok)
            break;
        if (b.mark == AN_MARK_EVNT) {
            ok = read_events(t, &b, octets, listener, error);
        } else if (b.mark == AN_MARK_PEER) {
            ok = read_peer(t, &b, error);
        } else if (b.mark == AN_MARK_NAME) {
            ok = read_name(t, &b, error);
        } else if (b.mark == AN_MARK_LAST) {
            ok = read_last(t, &b, end, error);
            more = false;
        } else {
            ok = bad(t, error, b.at, "no block begins here: the file is damaged");
        }
    }
    g_free(octets);
    return ok;
}
