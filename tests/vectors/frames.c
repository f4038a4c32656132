/* Whole records of Peer Channel links: read, then written again by our own message writers from the values
 * read. */
#include "tests/vectors/vectors.h"

#include "protocol/wire/flood.h"
#include "protocol/wire/nmf.h"

#include <string.h>

/* What one direction of one link needs; or, under the name of a flood's id, the origin's copy of that flood.
 */
struct session {
    struct pc_codec *codec; /* the file's: what one session brings, another relays */
    struct pc_nmf_reader reader;
    struct pc_table *in, *out, *text; /* `text`: of the reading that only makes the canonical text */
    GByteArray *flood;                /* payload without new strings: `in` has them */
};

static void forget(gpointer data)
{
    struct session *s = data;
    pc_nmf_reader_clear(&s->reader);
    pc_table_unref(s->codec, s->in);
    pc_table_unref(s->codec, s->out);
    pc_table_unref(s->codec, s->text);
    if (s->flood)
        g_byte_array_unref(s->flood);
    g_free(s);
}

static struct session *session_of(struct vec_run *run, const struct vec_row *row)
{
    char *name = g_strndup(row->name, strcspn(row->name, "/"));
    struct session *s = g_hash_table_lookup(run->sessions, name);
    if (s) {
        g_free(name);
        return s;
    }
    s = g_new0(struct session, 1);
    s->codec = run->codec;
    s->in = pc_table_empty(s->codec);
    s->out = pc_table_empty(s->codec);
    s->text = pc_table_empty(s->codec);
    g_hash_table_insert(run->sessions, name, s);
    return s;
}

static void keep_origin(struct vec_run *run, const struct pc_message *m)
{
    struct session *s = g_new0(struct session, 1);
    s->codec = run->codec;
    s->in = pc_table_ref(m->table);
    s->flood = g_byte_array_append(g_byte_array_new(), (const uint8_t *)"", 1); /* an empty string list */
    g_byte_array_append(s->flood, m->document, m->document_size);
    g_hash_table_replace(run->sessions, g_strndup(m->u.flood.id_text.s, m->u.flood.id_text.n), s);
}

/* The image that a relay makes: of the origin's copy if that has been seen, else of the relayed copy itself,
 * which relaying again does not change. */
static struct pc_image *relay(struct vec_run *run, struct session *s, const struct pc_message *m)
{
    char *id = g_strndup(m->u.flood.id_text.s, m->u.flood.id_text.n);
    struct session *origin = g_hash_table_lookup(run->sessions, id);
    struct pc_message first;
    uint64_t hops = m->u.flood.hops;
    g_free(id);
    if (origin &&
        pc_message_read(s->codec, &origin->in, origin->flood->data, origin->flood->len, &first, NULL))
        m = &first;
    return pc_image_relay(s->codec, m, hops, PC_RELAY_LITERAL);
}

static void check_xml(struct vec_run *run, struct session *s, const struct vec_row *row,
                      const uint8_t *payload, size_t size)
{
    size_t document;
    GError *error = NULL;
    GString *xml = g_string_new(NULL);
    if (pc_table_read(s->codec, &s->text, payload, size, &document, &error)) {
        struct pc_nbfx_reader reader;
        pc_nbfx_reader_init(&reader, s->codec, s->text, payload + document, size - document);
        vec_xml(&reader, xml, &error);
        pc_nbfx_reader_clear(&reader);
    }
    if (error)
        vec_judge(run, "ACCEPT", error);
    else if (strcmp(row->field[3], "-") != 0)
        vec_same_xml(run, xml->str, row->field[3]);
    g_string_free(xml, TRUE);
}

/* The body of a flood as the application's serializer wrote it, from what was read of it. */
static void replay_body(struct pc_body_writer *writer, const void *data)
{
    struct pc_nbfx_reader *r = (struct pc_nbfx_reader *)data;
    struct pc_text parent[16] = {{0}};
    while (!(r->node == PC_NBFX_START && r->depth == 2 && pc_text_equal(r->name.text, PC_TEXT("Body"))))
        if (pc_nbfx_next(r) <= PC_NBFX_EOF)
            return;
    while (pc_nbfx_next(r) > PC_NBFX_EOF && r->depth > 2 && r->depth < G_N_ELEMENTS(parent)) {
        if (r->node == PC_NBFX_START) {
            parent[r->depth] = r->ns.text;
            bool inherited = r->depth > 3 && pc_text_equal(parent[r->depth - 1], r->ns.text);
            pc_body_start(writer, r->name.text, inherited ? (struct pc_text){0} : r->ns.text);
        } else if (r->node == PC_NBFX_END) {
            pc_body_end(writer);
        } else if (r->node == PC_NBFX_TEXT && r->value.type <= 0x8E) {
            pc_body_int(writer, r->value.number);
        } else if (r->node == PC_NBFX_TEXT) {
            pc_body_text(writer, r->value.string.text);
        }
    }
}

static struct pc_buf *write_flood(struct vec_run *run, struct session *s, const struct pc_message *m,
                                  pc_str to)
{
    struct pc_image *image;
    struct pc_nbfx_reader body;
    /* An origin writes the names of the envelope by id, a .NET relay by letters. */
    bool relayed = m->document[0] != 0x56;
    if (relayed) {
        image = relay(run, s, m);
    } else {
        pc_nbfx_reader_init(&body, s->codec, m->table, m->document, m->document_size);
        struct pc_outgoing outgoing = {.action = m->action,
                                       .via = m->u.flood.via,
                                       .peer_to = m->u.flood.peer_to,
                                       .id = m->u.flood.id,
                                       .has_hops = m->u.flood.has_hops,
                                       .hops = m->u.flood.hops,
                                       .write_body = m->body_size ? replay_body : NULL,
                                       .body = &body};
        image = pc_image_origin(s->codec, &outgoing);
        pc_nbfx_reader_clear(&body);
        keep_origin(run, m);
    }
    struct pc_buf *record = pc_image_encode(s->codec, image, &s->out, to);
    pc_image_free(s->codec, image);
    return record;
}

static void check_message(struct vec_run *run, struct session *s, const struct vec_row *row,
                          const struct pc_nmf_record *envelope)
{
    struct pc_message m;
    GError *error = NULL;
    check_xml(run, s, row, envelope->payload, envelope->size);
    if (!pc_message_read(s->codec, &s->in, envelope->payload, envelope->size, &m, &error)) {
        vec_judge(run, "ACCEPT", error);
        return;
    }
    bool ends = m.kind == PC_KIND_REFUSE || m.kind == PC_KIND_DISCONNECT;
    if (m.kind == PC_KIND_UNKNOWN || (ends && !pc_reason_name(m.u.refuse.reason))) {
        vec_fail(run, "reading: a message that we could not have written");
        return;
    }
    static const char anonymous[] = "http://www.w3.org/2005/08/addressing/anonymous";
    bool c2s = strcmp(row->field[1], "c2s") == 0;
    if (pc_text_equal(m.to, PC_TEXT(anonymous)) == c2s)
        vec_fail(run, "reading: To is %.*s", (int)m.to.n, m.to.s);
    pc_str to = c2s ? pc_str_intern(s->codec->strings, m.to.s, m.to.n) : 0;
    struct pc_buf *record =
        m.kind == PC_KIND_FLOOD ? write_flood(run, s, &m, to) : pc_message_write(s->codec, &s->out, to, &m);
    vec_same_octets(run, "writing", record->data, record->size, row->octets);
    pc_buf_unref(record);
    pc_str_unref(s->codec->strings, to);
}

/* Preamble, Ack and End begin and end sessions and are rows of their own; envelopes come without a preamble
 * before them. */
static void check_frame(struct vec_run *run, const struct vec_row *row)
{
    struct session *s = session_of(run, row);
    const uint8_t *data = row->octets->data;
    size_t size = row->octets->len;
    struct pc_nmf_record record, via = {0};
    bool envelope = size && data[0] == PC_NMF_SIZED_ENVELOPE;
    pc_nmf_reader_init(&s->reader, !envelope && strcmp(row->field[1], "c2s") == 0, NULL);
    if (envelope) { /* read as an acceptor's octets behind its Ack */
        const uint8_t ack = PC_NMF_PREAMBLE_ACK, *p = &ack;
        size_t one = 1;
        pc_nmf_read(&s->reader, &p, &one, &record);
    }
    struct pc_buf *again = NULL;
    while (size && pc_nmf_read(&s->reader, &data, &size, &record) == PC_NMF_RECORD) {
        if (record.type == PC_NMF_SIZED_ENVELOPE)
            check_message(run, s, row, &record);
        else if (record.type == PC_NMF_VIA)
            via = record;
        else if (record.type == PC_NMF_PREAMBLE_END)
            again = pc_nmf_preamble((struct pc_text){(const char *)via.payload, via.size});
        else if (record.type == PC_NMF_PREAMBLE_ACK)
            again = pc_nmf_octet(PC_NMF_PREAMBLE_ACK);
    }
    if (s->reader.error || !pc_nmf_at_boundary(&s->reader))
        vec_fail(run, "reading: the record is not whole");
    if (again)
        vec_same_octets(run, "writing", again->data, again->size, row->octets);
    else if (!envelope)
        vec_fail(run, "writing: nothing was written");
    pc_buf_unref(again);
    pc_nmf_reader_clear(&s->reader);
}

const struct vec_kind vec_frames = {"session/n\tdirection\thex\txml\tsource", 2, check_frame, forget};
