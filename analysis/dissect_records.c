/* From TCP streams to [MC-NMF] records and messages: one reader and one string table for each direction. */
#include "analysis/dissect.h"
#include "analysis/reassembly.h"

#include <string.h>

/* A capture is read with wider limits than a node has: it may hold what a node refused. */
#define VIA_OCTETS   (64u << 10)
#define NAME_OCTETS  (64u << 10)
#define TABLE_OCTETS (64u << 10)
#define DEPTH        1024

enum { ENCODING_BINARY_SESSION = 8 }; /* [MC-NMF] 2.2.3.4.1 */

static const struct pc_nmf_limits nmf_limits = {
    .via = VIA_OCTETS, .name = NAME_OCTETS, .envelope = AN_ENVELOPE_OCTETS};

struct flow { /* one direction of a connection */
    struct pc_nmf_reader reader;
    struct pc_table *table; /* NULL: broken, or unknown since a gap */
    bool lost;              /* no record boundary is known: wait for a segment that begins like a record */
    bool table_lost;        /* by a gap: table is NULL because strings may be missing */
    uint8_t encoding;
    uint64_t octets; /* given out so far, known gaps included */
    uint64_t last_packet;
    int64_t last_time;
};

struct session {
    struct flow flows[2]; /* [1]: from the initiator */
};

struct reading {
    const struct an_watch *watch;
    struct pc_codec *codec;
    int64_t start;
    bool started;
};

/* ---- telling ---- */

static void tell(const struct reading *reading, const struct an_record *record)
{
    if (reading->watch->record)
        reading->watch->record(reading->watch->user, record);
}

static struct an_record record_at(const struct reading *reading, const struct an_stream *stream,
                                  bool from_initiator, int64_t time, uint64_t packet)
{
    return (struct an_record){.from_initiator = from_initiator,
                              .stream = stream->number,
                              .time = time,
                              .start = reading->start,
                              .packet = packet,
                              .src = &stream->ends[from_initiator],
                              .dst = &stream->ends[!from_initiator],
                              .encoding = ENCODING_BINARY_SESSION,
                              .codec = reading->codec};
}

/* Neither record boundaries nor the strings of the session are known any more. */
static void lose(struct reading *reading, struct flow *flow)
{
    flow->lost = flow->table_lost = true;
    pc_table_unref(reading->codec, flow->table);
    flow->table = NULL;
}

static void tell_undecodable(struct reading *reading, const struct an_stream *stream, bool from_initiator,
                             const struct an_packet *packet)
{
    struct session *session = stream->user;
    struct flow *flow = &session->flows[from_initiator];
    struct an_record record = record_at(reading, stream, from_initiator, packet->time, packet->number);
    record.kind = AN_RECORD_UNDECODABLE;
    record.offset = flow->reader.offset;
    const char *name = pc_nmf_error_name((enum pc_nmf_error)flow->reader.error);
    char *why = g_strdup_printf("nmf: offset %" G_GUINT64_FORMAT ": %s", flow->reader.offset, name);
    record.why = why;
    tell(reading, &record);
    g_free(why);
    lose(reading, flow);
}

/* ---- envelopes ---- */

static void decode_envelope(struct reading *reading, struct flow *flow, struct an_record *record)
{
    struct pc_message message;
    GError *error = NULL;
    char *why = NULL;
    record->encoding = flow->encoding;
    if (flow->encoding != ENCODING_BINARY_SESSION) {
        record->why = "not decoded: an encoding other than binary with a session's string table";
    } else if (flow->table_lost) {
        record->why =
            "not decoded: octets before it are missing or undecodable, so strings of the session are unknown";
    } else {
        record->new_strings = flow->table ? flow->table->count : 0;
        bool ok = pc_message_read(reading->codec, &flow->table, record->nmf->payload, record->nmf->size,
                                  &message, &error);
        record->document = message.document;
        record->document_size = message.document_size;
        record->table = flow->table;
        record->message = ok ? &message : NULL;
        if (error)
            record->why = why = g_strdup(error->message);
        g_clear_error(&error);
    }
    tell(reading, record);
    g_free(why);
}

/* Each direction of each framing session begins with an empty table: binary-xml.md 9. */
static void begin_session(struct reading *reading, struct flow *flow)
{
    pc_table_unref(reading->codec, flow->table);
    flow->table = pc_table_empty(reading->codec);
    flow->table_lost = false;
}

static void tell_record(struct reading *reading, const struct an_stream *stream, bool from_initiator,
                        const struct pc_nmf_record *nmf, const struct an_packet *packet)
{
    struct session *session = stream->user;
    struct flow *flow = &session->flows[from_initiator];
    struct an_record record = record_at(reading, stream, from_initiator, packet->time, packet->number);
    record.kind = AN_RECORD_FRAMING;
    record.nmf = nmf;
    record.offset = nmf->offset;
    record.size = nmf->octets;
    if (nmf->type == (from_initiator ? PC_NMF_VERSION : PC_NMF_PREAMBLE_ACK))
        begin_session(reading, flow);
    if (nmf->type == PC_NMF_KNOWN_ENCODING) /* the initiator chooses for both */
        session->flows[0].encoding = session->flows[1].encoding = nmf->value[0];
    if (nmf->type == PC_NMF_SIZED_ENVELOPE)
        decode_envelope(reading, flow, &record);
    else
        tell(reading, &record);
}

/* ---- finding records again ---- */

static bool begins_preamble(const uint8_t *p, uint32_t n)
{
    return n >= 5 && p[0] == PC_NMF_VERSION && p[1] == 1 && p[3] == PC_NMF_MODE && p[4] >= 1 && p[4] <= 4;
}

/* A size that is possible, and behind it a string table that fits and an element. */
static bool begins_envelope(const uint8_t *p, uint32_t n)
{
    uint32_t size, table;
    int used, used_table;
    if (n < 2 || p[0] != PC_NMF_SIZED_ENVELOPE || (used = pc_mb31_read(p + 1, n - 1, &size)) <= 0)
        return false;
    uint32_t at = 1 + (uint32_t)used;
    if (size > AN_ENVELOPE_OCTETS || at >= n || (used_table = pc_mb31_read(p + at, n - at, &table)) <= 0)
        return false;
    uint64_t document = (uint64_t)at + (uint32_t)used_table + table;
    if (document >= (uint64_t)at + size)
        return false;
    return document >= n || (p[document] >= 0x40 && p[document] <= 0x77); /* [MC-NBFX] element records */
}

static bool is_whole_octet(const uint8_t *p, uint32_t n, enum pc_nmf_type type)
{
    return n == 1 && p[0] == type;
}

static bool begins_record(bool from_initiator, const uint8_t *p, uint32_t n)
{
    if (begins_envelope(p, n) || is_whole_octet(p, n, PC_NMF_END))
        return true;
    return from_initiator ? begins_preamble(p, n) : is_whole_octet(p, n, PC_NMF_PREAMBLE_ACK);
}

/* A reader that stands where `p` lies: before a session, or inside one, where its preamble would have brought
 * it. */
static void stand(struct flow *flow, bool from_initiator, const uint8_t *p, uint64_t offset)
{
    pc_nmf_reader_clear(&flow->reader);
    pc_nmf_reader_init(&flow->reader, from_initiator, &nmf_limits);
    bool before = from_initiator ? *p == PC_NMF_VERSION : *p == PC_NMF_PREAMBLE_ACK;
    if (!before) {
        struct pc_buf *buf =
            from_initiator ? pc_nmf_preamble(PC_TEXT("x:y")) : pc_nmf_octet(PC_NMF_PREAMBLE_ACK);
        struct pc_nmf_record record;
        const uint8_t *octets = buf->data;
        size_t size = buf->size;
        while (pc_nmf_read(&flow->reader, &octets, &size, &record) == PC_NMF_RECORD)
            ;
        pc_buf_unref(buf);
    }
    flow->reader.offset = offset;
    flow->lost = false;
}

/* ---- what the reassembly tells ---- */

static bool sent_by_initiator(void *user, const struct an_packet *first)
{
    (void)user;
    return begins_preamble(first->payload, first->size);
}

static void on_opened(void *user, struct an_stream *stream, const struct an_packet *packet)
{
    struct reading *reading = user;
    struct session *session = g_new0(struct session, 1);
    if (!reading->started) {
        reading->started = true;
        reading->start = packet->time;
    }
    for (int d = 0; d < 2; d++) {
        pc_nmf_reader_init(&session->flows[d].reader, d, &nmf_limits);
        session->flows[d].table = pc_table_empty(reading->codec);
        session->flows[d].encoding = ENCODING_BINARY_SESSION;
    }
    stream->user = session;
}

static void on_flag(void *user, struct an_stream *stream, bool from_initiator, uint8_t flag,
                    const struct an_packet *packet)
{
    struct reading *reading = user;
    struct an_record record = record_at(reading, stream, from_initiator, packet->time, packet->number);
    record.kind = flag == AN_TCP_SYN ? AN_RECORD_SYN : flag == AN_TCP_FIN ? AN_RECORD_FIN : AN_RECORD_RST;
    tell(reading, &record);
}

static void on_octets(void *user, struct an_stream *stream, bool from_initiator, const uint8_t *octets,
                      uint32_t size, const struct an_packet *packet)
{
    struct reading *reading = user;
    struct session *session = stream->user;
    struct flow *flow = &session->flows[from_initiator];
    uint64_t offset = flow->octets;
    flow->octets += size;
    flow->last_packet = packet->number;
    flow->last_time = packet->time;
    if (flow->lost) {
        if (!begins_record(from_initiator, octets, size))
            return;
        stand(flow, from_initiator, octets, offset);
    }
    struct pc_nmf_record record;
    size_t left = size;
    enum pc_nmf_status status;
    while ((status = pc_nmf_read(&flow->reader, &octets, &left, &record)) == PC_NMF_RECORD)
        tell_record(reading, stream, from_initiator, &record, packet);
    if (status == PC_NMF_FAILED)
        tell_undecodable(reading, stream, from_initiator, packet);
}

static void on_gap(void *user, struct an_stream *stream, bool from_initiator, uint32_t missing,
                   const struct an_packet *packet)
{
    struct reading *reading = user;
    struct session *session = stream->user;
    struct flow *flow = &session->flows[from_initiator];
    struct an_record record = record_at(reading, stream, from_initiator, packet->time, packet->number);
    record.kind = AN_RECORD_GAP;
    record.offset = flow->octets;
    record.size = missing;
    char *why = missing
                    ? g_strdup_printf("tcp: offset %" G_GUINT64_FORMAT ": %u octets are not in the capture",
                                      flow->octets, missing)
                    : g_strdup("tcp: the capture begins in the middle of this connection");
    record.why = why;
    tell(reading, &record);
    g_free(why);
    flow->octets += missing;
    lose(reading, flow);
}

static void on_ended(void *user, struct an_stream *stream, bool from_initiator,
                     const struct an_packet *packet)
{
    struct reading *reading = user;
    struct session *session = stream->user;
    struct flow *flow = &session->flows[from_initiator];
    (void)packet; /* the record was cut at the last octet that came */
    if (flow->lost || flow->reader.error || !flow->reader.partial || flow->reader.partial->size == 0)
        return;
    struct an_record record = record_at(reading, stream, from_initiator, flow->last_time, flow->last_packet);
    record.kind = AN_RECORD_TRUNCATED;
    record.offset = flow->reader.offset;
    record.size = flow->reader.partial->size;
    record.why = "the connection or the capture ends inside this record";
    tell(reading, &record);
}

static void on_acknowledged(void *user, struct an_stream *stream, bool from_initiator, uint64_t upto,
                            const struct an_packet *packet)
{
    const struct an_watch *watch = ((struct reading *)user)->watch;
    if (watch->acknowledged)
        watch->acknowledged(watch->user, stream->number, from_initiator, upto, packet->time);
}

static void on_closed(void *user, struct an_stream *stream)
{
    struct reading *reading = user;
    struct session *session = stream->user;
    for (int d = 0; d < 2; d++) {
        pc_nmf_reader_clear(&session->flows[d].reader);
        pc_table_unref(reading->codec, session->flows[d].table);
    }
    g_free(session);
    stream->user = NULL;
}

static const struct an_reassembly_ops listener = {
    .from_initiator = sent_by_initiator,
    .opened = on_opened,
    .flag = on_flag,
    .octets = on_octets,
    .gap = on_gap,
    .ended = on_ended,
    .acknowledged = on_acknowledged,
    .closed = on_closed,
};

bool an_capture_records(const char *path, an_record_visit visit, void *user, GError **error)
{
    return an_capture_watch(path, &(struct an_watch){.record = visit, .user = user}, error);
}

bool an_capture_watch(const char *path, const struct an_watch *watch, GError **error)
{
    struct an_capture *capture = an_capture_open(path, error);
    if (!capture)
        return false;
    static const struct pc_codec_limits limits = {AN_ENVELOPE_OCTETS, TABLE_OCTETS, DEPTH};
    struct reading reading = {.watch = watch, .codec = pc_codec_new(&limits)};
    struct an_reassembly *reassembly = an_reassembly_new(&listener, &reading);
    struct an_packet packet;
    enum an_capture_status status;
    while ((status = an_capture_next(capture, &packet, error)) == AN_CAPTURE_PACKET)
        an_reassembly_packet(reassembly, &packet);
    an_reassembly_finish(reassembly);
    an_reassembly_free(reassembly);
    pc_codec_free(reading.codec);
    an_capture_close(capture);
    return status == AN_CAPTURE_END;
}
