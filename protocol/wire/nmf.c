#include "protocol/wire/nmf.h"

#include <glib.h>
#include <string.h>

#define FAULT_PREFIX "http://schemas.microsoft.com/ws/2006/05/framing/faults/"

enum state { /* framing.md 10, 11: what may come next */
    /* octets of an initiator */
    AT_VERSION,
    AT_MODE,
    AT_VIA,
    AT_ENCODING,
    AT_PREAMBLE_END,
    AT_ENVELOPE,
    AT_CHUNK,
    AT_BODY,
    /* octets of an acceptor */
    AT_ANSWER,
    AT_REPLY,
    AT_FAULT_END,
    STATES
};

enum { DUPLEX = 2, SINGLETON_UNSIZED = 1, SIMPLEX = 3, SINGLETON_SIZED = 4 };

static const struct pc_nmf_limits defaults = {.via = 2048, .name = 256, .envelope = 65536}; /* FR-12-1 */

static uint32_t limit_or(uint32_t set, uint32_t otherwise)
{
    return set ? set : otherwise;
}

int pc_mb31_read(const uint8_t *data, size_t size, uint32_t *value) /* FR-2-1 */
{
    uint32_t v = 0;
    for (unsigned i = 0;; i++) { /* the fifth octet is the last, whatever it is */
        if (i >= size)
            return 0;
        if (i == 4 && (data[4] & 0xF8))
            return -1;
        v |= (uint32_t)(data[i] & 0x7F) << (7 * i);
        if (!(data[i] & 0x80)) {
            *value = v;
            return (int)i + 1;
        }
    }
}

int pc_mb31_write(uint8_t out[5], uint32_t value)
{
    int n = 0;
    for (; value >= 0x80; value >>= 7)
        out[n++] = (uint8_t)(value | 0x80);
    out[n++] = (uint8_t)value;
    return n;
}

void pc_nmf_reader_init(struct pc_nmf_reader *reader, bool from_initiator, const struct pc_nmf_limits *limits)
{
    *reader = (struct pc_nmf_reader){.from_initiator = from_initiator,
                                     .limits = limits ? limits : &defaults,
                                     .state = from_initiator ? AT_VERSION : AT_ANSWER};
}

void pc_nmf_reader_clear(struct pc_nmf_reader *reader)
{
    pc_buf_unref(reader->partial);
    reader->partial = NULL;
}

/* Which records a state takes; a bit for each type. Chunks and the body have no type octet, and are not looked up. */
static uint32_t allowed(const struct pc_nmf_reader *reader)
{
#define T(type) (1u << PC_NMF_##type)
    static const uint32_t types[STATES] = {
        [AT_VERSION] = T(VERSION),
        [AT_MODE] = T(MODE),
        [AT_VIA] = T(VIA),
        [AT_ENCODING] = T(KNOWN_ENCODING) | T(EXTENSIBLE_ENCODING),
        [AT_PREAMBLE_END] = T(UPGRADE_REQUEST) | T(PREAMBLE_END),
        [AT_ENVELOPE] = T(SIZED_ENVELOPE) | T(END),
        [AT_ANSWER] = T(UPGRADE_RESPONSE) | T(PREAMBLE_ACK) | T(FAULT),
        [AT_REPLY] = T(SIZED_ENVELOPE) | T(END) | T(FAULT),
        [AT_FAULT_END] = T(END),
    };
    bool unsized = reader->state == AT_ENVELOPE && reader->mode == SINGLETON_UNSIZED;
    return unsized ? T(UNSIZED_ENVELOPE) | T(END) : types[reader->state];
#undef T
}

struct head { /* what the first octets of a record say */
    uint32_t octets; /* type, size and fixed fields */
    uint32_t size;   /* of the payload */
    enum pc_nmf_type type;
};

enum parse { PARSE_OK, PARSE_MORE, PARSE_BAD };

static enum parse fail(struct pc_nmf_reader *reader, enum pc_nmf_error error)
{
    reader->error = (uint8_t)error;
    return PARSE_BAD;
}

static enum parse parse_size(struct pc_nmf_reader *reader, const uint8_t *p, size_t n, uint32_t limit,
                             enum pc_nmf_error over, struct head *head)
{
    int used = pc_mb31_read(p + 1, n - 1, &head->size);
    if (used < 0)
        return fail(reader, PC_NMF_BAD_SIZE);
    if (used == 0)
        return PARSE_MORE;
    if (head->size > limit)
        return fail(reader, over);
    head->octets = 1 + (uint32_t)used;
    return PARSE_OK;
}

static enum parse parse_head(struct pc_nmf_reader *reader, const uint8_t *p, size_t n, struct head *head)
{
    const struct pc_nmf_limits *limits = reader->limits;
    if (p[0] > PC_NMF_PREAMBLE_END || !(allowed(reader) & 1u << p[0]))
        return fail(reader, PC_NMF_BAD_ORDER);
    *head = (struct head){.octets = 1, .type = (enum pc_nmf_type)p[0]};
    uint32_t names = limit_or(limits->name, defaults.name);
    switch (head->type) {
    case PC_NMF_VERSION:
        head->octets = 3;
        if (n > 1 && p[1] != 1)
            return fail(reader, PC_NMF_BAD_VERSION);
        break;
    case PC_NMF_MODE:
        head->octets = 2;
        if (n > 1 && (p[1] < 1 || p[1] > 4))
            return fail(reader, PC_NMF_BAD_MODE);
        break;
    case PC_NMF_KNOWN_ENCODING:
        head->octets = 2;
        break;
    case PC_NMF_VIA:
        return parse_size(reader, p, n, limit_or(limits->via, defaults.via), PC_NMF_VIA_TOO_LONG, head);
    case PC_NMF_EXTENSIBLE_ENCODING:
    case PC_NMF_UPGRADE_REQUEST:
        return parse_size(reader, p, n, names, PC_NMF_CONTENT_TYPE_TOO_LONG, head);
    case PC_NMF_FAULT: /* FR-9-4 */
        return parse_size(reader, p, n, names, PC_NMF_FAULT_TOO_LONG, head);
    case PC_NMF_SIZED_ENVELOPE:
        return parse_size(reader, p, n, limit_or(limits->envelope, defaults.envelope), PC_NMF_TOO_BIG, head);
    default:
        break;
    }
    return n < head->octets ? PARSE_MORE : PARSE_OK;
}

/* A chunk has a size, but no type octet; size 0 ends the envelope. */
static enum parse parse_chunk(struct pc_nmf_reader *reader, const uint8_t *p, size_t n, struct head *head)
{
    int used = pc_mb31_read(p, n, &head->size);
    if (used < 0)
        return fail(reader, PC_NMF_BAD_SIZE);
    if (used == 0)
        return PARSE_MORE;
    if (head->size > limit_or(reader->limits->envelope, defaults.envelope))
        return fail(reader, PC_NMF_TOO_BIG);
    head->octets = (uint32_t)used;
    head->type = head->size ? PC_NMF_CHUNK : PC_NMF_ENVELOPE_END;
    return PARSE_OK;
}

static bool is_absolute_uri(const uint8_t *s, uint32_t n)
{
    uint32_t i = 0;
    while (i < n && (g_ascii_isalnum((char)s[i]) || s[i] == '+' || s[i] == '-' || s[i] == '.'))
        i++;
    return i > 0 && g_ascii_isalpha((char)s[0]) && i + 1 < n && s[i] == ':';
}

static enum state next_state(struct pc_nmf_reader *reader, const struct pc_nmf_record *record)
{
    switch (record->type) {
    case PC_NMF_VERSION:
        return AT_MODE;
    case PC_NMF_MODE:
        reader->mode = record->value[0];
        return AT_VIA;
    case PC_NMF_VIA:
        return AT_ENCODING;
    case PC_NMF_KNOWN_ENCODING:
    case PC_NMF_EXTENSIBLE_ENCODING:
        return reader->mode == SINGLETON_SIZED ? AT_BODY : AT_PREAMBLE_END;
    case PC_NMF_PREAMBLE_END:
        return AT_ENVELOPE;
    case PC_NMF_UNSIZED_ENVELOPE:
        return AT_CHUNK;
    case PC_NMF_ENVELOPE_END:
        return AT_ENVELOPE;
    case PC_NMF_PREAMBLE_ACK:
        return AT_REPLY;
    case PC_NMF_FAULT:
        return AT_FAULT_END;
    case PC_NMF_END:
        return reader->from_initiator ? AT_VERSION : AT_ANSWER; /* another session may follow: framing.md 8 */
    default:
        return (enum state)reader->state;
    }
}

/* One record at p, if it is there whole. */
static enum parse parse(struct pc_nmf_reader *reader, const uint8_t *p, size_t n, struct pc_nmf_record *record)
{
    struct head head = {0};
    enum parse result = PARSE_OK;
    if (n == 0)
        return PARSE_MORE;
    if (reader->state == AT_BODY)
        head = (struct head){.size = (uint32_t)n, .type = PC_NMF_BODY};
    else if (reader->state == AT_CHUNK)
        result = parse_chunk(reader, p, n, &head);
    else
        result = parse_head(reader, p, n, &head);
    if (result != PARSE_OK)
        return result;
    if (n - head.octets < head.size)
        return PARSE_MORE;
    *record = (struct pc_nmf_record){.type = head.type,
                                     .octets = head.octets + head.size,
                                     .offset = reader->offset,
                                     .payload = p + head.octets,
                                     .size = head.size};
    for (uint32_t i = 1; head.size == 0 && i < head.octets && i <= 2; i++)
        record->value[i - 1] = p[i];
    if (record->type == PC_NMF_VIA && !is_absolute_uri(record->payload, record->size))
        return fail(reader, PC_NMF_BAD_VIA); /* FR-13-2 */
    return PARSE_OK;
}

static enum pc_nmf_status done(struct pc_nmf_reader *reader, const struct pc_nmf_record *record)
{
    reader->state = (uint8_t)next_state(reader, record);
    reader->offset += record->octets;
    return PC_NMF_RECORD;
}

/* Octets of earlier calls wait in `partial`; it grows with what arrives, never by a size that is only announced. */
static enum pc_nmf_status read_partial(struct pc_nmf_reader *reader, const uint8_t **data, size_t *size,
                                       struct pc_nmf_record *record)
{
    uint32_t before = reader->partial->size;
    pc_buf_append(&reader->partial, *data, *size);
    switch (parse(reader, reader->partial->data, reader->partial->size, record)) {
    case PARSE_MORE:
        *data += *size;
        *size = 0;
        return PC_NMF_MORE;
    case PARSE_BAD:
        return PC_NMF_FAILED;
    default: {
        size_t taken = record->octets - before;
        *data += taken;
        *size -= taken;
        reader->partial->size = 0; /* the octets stay where they are until the next call */
        return done(reader, record);
    }
    }
}

enum pc_nmf_status pc_nmf_read(struct pc_nmf_reader *reader, const uint8_t **data, size_t *size, /* FR-13-3 */
                               struct pc_nmf_record *record)
{
    if (reader->error)
        return PC_NMF_FAILED;
    if (reader->partial && reader->partial->size > 0)
        return read_partial(reader, data, size, record);
    if (reader->partial)
        pc_nmf_reader_clear(reader);
    switch (parse(reader, *data, *size, record)) {
    case PARSE_OK:
        *data += record->octets;
        *size -= record->octets;
        return done(reader, record);
    case PARSE_BAD:
        return PC_NMF_FAILED;
    default:
        if (*size) {
            reader->partial = pc_buf_new(*size + 256);
            pc_buf_append(&reader->partial, *data, *size);
            *data += *size;
            *size = 0;
        }
        return PC_NMF_MORE;
    }
}

bool pc_nmf_at_boundary(const struct pc_nmf_reader *reader) /* FR-8-4 */
{
    bool inside = reader->partial && reader->partial->size > 0;
    bool chunk = reader->state == AT_CHUNK;
    bool preamble = reader->from_initiator && reader->state > AT_VERSION && reader->state < AT_ENVELOPE;
    return !reader->error && !inside && !chunk && !preamble;
}

const char *pc_nmf_type_name(enum pc_nmf_type type)
{
    static const char *const names[] = {
        "Version", "Mode",          "Via",   "KnownEncoding",  "ExtensibleEncoding", "UnsizedEnvelope",
        "SizedEnvelope", "End",     "Fault", "UpgradeRequest", "UpgradeResponse",    "PreambleAck",
        "PreambleEnd",   "Chunk",   "EnvelopeEnd", "Body"};
    return names[type];
}

const char *pc_nmf_error_name(enum pc_nmf_error error)
{
    static const char *const names[] = {"OK",           "BAD_ORDER", "BAD_VERSION",           "BAD_MODE",       "BAD_SIZE",
                                        "VIA_TOO_LONG", "BAD_VIA",   "CONTENT_TYPE_TOO_LONG", "FAULT_TOO_LONG", "TOO_BIG"};
    return names[error];
}

const char *pc_nmf_fault_for(enum pc_nmf_error error) /* FR-9-2 */
{
    switch (error) { /* WCF answers no other error with a fault: framing.md 9 */
    case PC_NMF_BAD_VERSION:
        return "UnsupportedVersion";
    case PC_NMF_BAD_MODE:
        return "UnsupportedMode";
    case PC_NMF_TOO_BIG:
        return "MaxMessageSizeExceededFault";
    default:
        return NULL;
    }
}

static void append_string(struct pc_buf **buf, enum pc_nmf_type type, const char *s, size_t n)
{
    uint8_t head[6] = {(uint8_t)type};
    pc_buf_append(buf, head, 1 + (size_t)pc_mb31_write(head + 1, (uint32_t)n));
    pc_buf_append(buf, s, n);
}

struct pc_buf *pc_nmf_preamble(struct pc_text via) /* FR-5-1 */
{
    static const uint8_t start[] = {PC_NMF_VERSION, 1, 0, PC_NMF_MODE, DUPLEX};
    static const uint8_t end[] = {PC_NMF_KNOWN_ENCODING, 8, PC_NMF_PREAMBLE_END};
    struct pc_buf *buf = pc_buf_new(sizeof start + 6 + via.n + sizeof end);
    pc_buf_append(&buf, start, sizeof start);
    append_string(&buf, PC_NMF_VIA, via.s, via.n);
    pc_buf_append(&buf, end, sizeof end);
    return buf;
}

struct pc_buf *pc_nmf_octet(enum pc_nmf_type type)
{
    struct pc_buf *buf = pc_buf_new(1);
    uint8_t octet = (uint8_t)type;
    pc_buf_append(&buf, &octet, 1);
    return buf;
}

struct pc_buf *pc_nmf_fault(const char *name)
{
    char uri[sizeof FAULT_PREFIX + 64];
    size_t n = g_strlcpy(uri, FAULT_PREFIX, sizeof uri);
    n += g_strlcpy(uri + n, name, sizeof uri - n);
    struct pc_buf *buf = pc_buf_new(6 + n);
    append_string(&buf, PC_NMF_FAULT, uri, n);
    return buf;
}
