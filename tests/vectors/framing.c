/* Tables of framing octets: streams of one direction, conversations, sizes. */
#include "tests/vectors/vectors.h"

#include "protocol/wire/nmf.h"

#include <stdlib.h>
#include <string.h>

/* ---- events of a stream, in the notation of the tables ---- */

static void append_text(GString *out, const char *name, const struct pc_nmf_record *record)
{
    glong characters = g_utf8_strlen((const char *)record->payload, (gssize)record->size);
    if (characters > 120)
        g_string_append_printf(out, "%s(\"%.20s...%u\")", name, (const char *)record->payload, record->size);
    else
        g_string_append_printf(out, "%s(\"%.*s\")", name, (int)record->size, (const char *)record->payload);
}

static void append_event(GString *out, const struct pc_nmf_record *record)
{
    g_string_append(out, out->len ? " " : "");
    switch (record->type) {
    case PC_NMF_VERSION:
        g_string_append_printf(out, "version(%u,%u)", record->value[0], record->value[1]);
        break;
    case PC_NMF_MODE:
        g_string_append_printf(out, "mode(%u)", record->value[0]);
        break;
    case PC_NMF_VIA:
        append_text(out, "via", record);
        break;
    case PC_NMF_KNOWN_ENCODING:
        g_string_append_printf(out, "encoding(%u)", record->value[0]);
        break;
    case PC_NMF_EXTENSIBLE_ENCODING:
        append_text(out, "encoding", record);
        break;
    case PC_NMF_UPGRADE_REQUEST:
        append_text(out, "upgrade", record);
        break;
    case PC_NMF_FAULT:
        append_text(out, "fault", record);
        break;
    case PC_NMF_SIZED_ENVELOPE:
        g_string_append_printf(out, "sized(%u)", record->size);
        break;
    case PC_NMF_CHUNK:
        g_string_append_printf(out, "chunk(%u)", record->size);
        break;
    case PC_NMF_BODY:
        g_string_append_printf(out, "body(%u)", record->size);
        break;
    default: {
        static const char *const names[] = {
            [PC_NMF_UNSIZED_ENVELOPE] = "unsized",          [PC_NMF_END] = "end",
            [PC_NMF_UPGRADE_RESPONSE] = "upgrade-response", [PC_NMF_PREAMBLE_ACK] = "ack",
            [PC_NMF_PREAMBLE_END] = "preamble-end",         [PC_NMF_ENVELOPE_END] = "envelope-end"};
        g_string_append(out, names[record->type]);
    }
    }
}

/* Consecutive octets of a Singleton-Sized body are one event, however they come. */
struct events {
    GString *text;
    uint32_t body;
};

static void take_event(struct events *events, const struct pc_nmf_record *record)
{
    if (record->type != PC_NMF_BODY) {
        append_event(events->text, record);
        return;
    }
    events->body += record->size;
}

static bool feed(struct pc_nmf_reader *reader, const uint8_t *data, size_t size, struct events *events)
{
    struct pc_nmf_record record;
    for (;;) {
        switch (pc_nmf_read(reader, &data, &size, &record)) {
        case PC_NMF_RECORD:
            take_event(events, &record);
            break;
        case PC_NMF_MORE:
            return size == 0;
        default:
            return false;
        }
    }
}

static const char *class_of(const struct pc_nmf_reader *reader, const char *events)
{
    if (reader->error)
        return pc_nmf_error_name((enum pc_nmf_error)reader->error);
    if (!pc_nmf_at_boundary(reader))
        return "INCOMPLETE";
    bool over = g_str_has_suffix(events, "end") && !g_str_has_suffix(events, "preamble-end");
    return over || strstr(events, "fault(") || strstr(events, "body(") ? "OK" : "OPEN";
}

/* What whoever reads these octets does in the end: an acceptor may answer with a fault; an initiator that
 * gets one gives the session up. Encodings above 8 are nobody's. Free it. */
static char *answer(const struct pc_nmf_reader *reader, bool c2s, const char *events)
{
    const char *fault = pc_nmf_fault_for((enum pc_nmf_error)reader->error),
               *encoding = strstr(events, "encoding(");
    if (reader->error)
        return fault && c2s ? g_strconcat("fault ", fault, NULL) : g_strdup("abort");
    if (encoding && g_ascii_isdigit(encoding[9]) && strtoul(encoding + 9, NULL, 10) > 8)
        return g_strdup("fault ContentTypeInvalid");
    return g_strdup(!c2s && strstr(events, "fault(") ? "session failed" : "-");
}

/* Octets in pieces of `step`: the events and the end must not depend on it. */
static void check_stream(struct vec_run *run, const struct vec_row *row, uint32_t step)
{
    bool c2s = strcmp(row->field[1], "c2s") == 0;
    struct pc_nmf_reader reader;
    struct events events = {.text = g_string_new(NULL)};
    pc_nmf_reader_init(&reader, c2s, NULL);
    for (uint32_t at = 0; at < row->octets->len && !reader.error; at += step)
        feed(&reader, row->octets->data + at, MIN(step, row->octets->len - at), &events);
    if (events.body)
        g_string_append_printf(events.text, " body(%u)", events.body);
    const char *made = events.text->len ? events.text->str : "-",
               *class = class_of(&reader, events.text->str);
    if (strcmp(made, row->field[3]) != 0)
        vec_fail(run, "pieces of %u: events %s instead of %s", step, made, row->field[3]);
    if (strcmp(class, row->field[4]) != 0)
        vec_fail(run, "pieces of %u: class %s instead of %s", step, class, row->field[4]);
    char *action = answer(&reader, c2s, events.text->str);
    if (strcmp(action, row->field[5]) != 0)
        vec_fail(run, "answer %s instead of %s", action, row->field[5]);
    g_free(action);
    pc_nmf_reader_clear(&reader);
    g_string_free(events.text, TRUE);
}

static void check_nmf(struct vec_run *run, const struct vec_row *row)
{
    check_stream(run, row, row->octets->len + 1);
    check_stream(run, row, 1);
    if (!run->row_failed)
        check_stream(run, row, 7);
}

/* ---- conversations ---- */

struct conversation {
    struct pc_codec *codec;
    struct pc_nmf_reader reader[2]; /* [1]: the initiator's octets */
    struct pc_table *table[2];
};

static void forget(gpointer data)
{
    struct conversation *c = data;
    for (unsigned side = 0; side < 2; side++) {
        pc_nmf_reader_clear(&c->reader[side]);
        pc_table_unref(c->codec, c->table[side]);
    }
    pc_codec_free(c->codec);
    g_free(c);
}

static struct conversation *conversation_of(struct vec_run *run, const char *name)
{
    struct conversation *c = g_hash_table_lookup(run->sessions, name);
    if (c)
        return c;
    c = g_new0(struct conversation, 1);
    c->codec = pc_codec_new(NULL);
    for (unsigned side = 0; side < 2; side++) {
        pc_nmf_reader_init(&c->reader[side], side == 1, NULL);
        c->table[side] = pc_table_empty(c->codec);
    }
    g_hash_table_insert(run->sessions, g_strdup(name), c);
    return c;
}

/* The same record again, by our writers; what they cannot write is passed over. */
static void append_record(GByteArray *out, const struct pc_nmf_record *record, const uint8_t *octets)
{
    static const char prefix[] = "http://schemas.microsoft.com/ws/2006/05/framing/faults/";
    struct pc_buf *buf = NULL;
    if (record->type == PC_NMF_END || record->type == PC_NMF_PREAMBLE_ACK ||
        record->type == PC_NMF_UPGRADE_RESPONSE || record->type == PC_NMF_PREAMBLE_END) {
        buf = pc_nmf_octet(record->type);
    } else if (record->type == PC_NMF_FAULT && record->size > sizeof prefix) {
        char *name =
            g_strndup((const char *)record->payload + sizeof prefix - 1, record->size - (sizeof prefix - 1));
        buf = pc_nmf_fault(name);
        g_free(name);
    }
    if (buf)
        g_byte_array_append(out, buf->data, buf->size);
    else
        g_byte_array_append(out, octets, record->octets);
    pc_buf_unref(buf);
}

static void check_envelope(struct vec_run *run, struct conversation *c, unsigned side,
                           const struct pc_nmf_record *record)
{
    size_t document;
    GError *error = NULL;
    GString *xml = g_string_new(NULL);
    if (pc_table_read(c->codec, &c->table[side], record->payload, record->size, &document, &error)) {
        struct pc_nbfx_reader reader;
        pc_nbfx_reader_init(&reader, c->codec, c->table[side], record->payload + document,
                            record->size - document);
        vec_xml(&reader, xml, &error);
        pc_nbfx_reader_clear(&reader);
    }
    vec_judge(run, "ACCEPT", error);
    if (!run->row_failed && !g_str_has_prefix(xml->str, "<s:Envelope"))
        vec_fail(run, "reading: an envelope that begins with %.40s", xml->str);
    g_string_free(xml, TRUE);
}

static void check_exchange(struct vec_run *run, const struct vec_row *row)
{
    struct conversation *c = conversation_of(run, row->field[0]);
    unsigned side = strcmp(row->field[2], "c2s") == 0;
    const uint8_t *data = row->octets->data;
    size_t size = row->octets->len;
    GByteArray *again = g_byte_array_new();
    struct pc_nmf_record record, via = {0};
    bool whole_preamble = false;
    while (size) {
        const uint8_t *start = data;
        enum pc_nmf_status status = pc_nmf_read(&c->reader[side], &data, &size, &record);
        if (status != PC_NMF_RECORD)
            break;
        if (record.type == PC_NMF_SIZED_ENVELOPE)
            check_envelope(run, c, side, &record);
        if (record.type == PC_NMF_VIA)
            via = record;
        whole_preamble |= record.type == PC_NMF_PREAMBLE_END;
        append_record(again, &record, start);
    }
    const char *fault = pc_nmf_fault_for((enum pc_nmf_error)c->reader[side].error);
    if (c->reader[side].error && !fault)
        vec_fail(run, "reading: %s", pc_nmf_error_name((enum pc_nmf_error)c->reader[side].error));
    if (!c->reader[side].error)
        vec_same_octets(run, "writing", again->data, again->len, row->octets);
    if (whole_preamble) {
        struct pc_buf *preamble = pc_nmf_preamble((struct pc_text){(const char *)via.payload, via.size});
        vec_same_octets(run, "writing the preamble", preamble->data, preamble->size, row->octets);
        pc_buf_unref(preamble);
    }
    g_byte_array_unref(again);
}

/* ---- sizes ---- */

static void check_mb31(struct vec_run *run, const struct vec_row *row)
{
    const char *use = row->field[2];
    uint32_t value = 0, wanted = (uint32_t)strtoul(row->field[0], NULL, 10);
    int used = pc_mb31_read(row->octets->data, row->octets->len, &value);
    if (g_str_has_prefix(use, "TRUNCATED")) {
        if (used != 0)
            vec_fail(run, "refusing: %d instead of 0 (more octets needed)", used);
        return;
    }
    if (g_str_has_prefix(use, "BAD_LENGTH")) {
        if (used != -1)
            vec_fail(run, "refusing: %d instead of -1 (too large)", used);
        return;
    }
    if (used != (int)row->octets->len || value != wanted)
        vec_fail(run, "reading: %u of %d octets instead of %u", value, used, wanted);
    uint8_t made[5];
    int n = pc_mb31_write(made, wanted);
    if (strcmp(use, "canonical") == 0)
        vec_same_octets(run, "writing", made, (size_t)n, row->octets);
}

const struct vec_kind vec_nmf = {"name\tdirection\thex\tevents\tclass\taction\tsource", 2, check_nmf, NULL};
const struct vec_kind vec_exchange = {"exchange\tstep\tdirection\thex\tnote\tsource", 3, check_exchange,
                                      forget};
const struct vec_kind vec_mb31 = {"value\thex\tuse\tsource", 1, check_mb31, NULL};
