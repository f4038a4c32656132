/* Tables of payloads that share a session's string table: read, written, forwarded, refused, in their order.
 */
#include "tests/vectors/vectors.h"

#include "protocol/wire/flood.h"
#include "protocol/wire/nmf.h"

#include <stdlib.h>
#include <string.h>

struct session {
    struct pc_codec *codec; /* of its own, since limits differ */
    struct pc_table *in, *out;
    GPtrArray *floods; /* payloads that were floods, for a session that forwards them */
    struct pc_table *replay;
    struct pc_table *relayed; /* of the link on which the floods are passed on */
    unsigned forwarded;
};

static void forget(gpointer data)
{
    struct session *s = data;
    pc_table_unref(s->codec, s->in);
    pc_table_unref(s->codec, s->out);
    pc_table_unref(s->codec, s->replay);
    pc_table_unref(s->codec, s->relayed);
    g_ptr_array_unref(s->floods);
    pc_codec_free(s->codec);
    g_free(s);
}

/* The state of the session that a row "session@LIMIT/n" belongs to. */
static struct session *session_of(struct vec_run *run, const char *row_name)
{
    char *name = g_strdup(row_name), *slash = strrchr(name, '/');
    if (slash)
        *slash = '\0';
    struct session *s = g_hash_table_lookup(run->sessions, name);
    if (s) {
        g_free(name);
        return s;
    }
    const char *at = strchr(name, '@');
    struct pc_codec_limits limits = {.table_octets = at ? (uint32_t)strtoul(at + 1, NULL, 10) : 0};
    s = g_new0(struct session, 1);
    s->codec = pc_codec_new(&limits);
    s->in = pc_table_empty(s->codec);
    s->out = pc_table_empty(s->codec);
    s->replay = pc_table_empty(s->codec);
    s->relayed = pc_table_empty(s->codec);
    s->floods = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
    g_hash_table_insert(run->sessions, name, s);
    return s;
}

static bool read_payload(struct session *s, const GByteArray *payload, GString *xml, GError **error)
{
    size_t document;
    if (!pc_table_read(s->codec, &s->in, payload->data, payload->len, &document, error))
        return false;
    struct pc_nbfx_reader reader;
    pc_nbfx_reader_init(&reader, s->codec, s->in, payload->data + document, payload->len - document);
    bool ok = vec_xml(&reader, xml, error);
    pc_nbfx_reader_clear(&reader);
    return ok;
}

static void write_payload(struct vec_run *run, struct session *s, const struct vec_row *row)
{
    struct pc_nbfx_session session = {
        .codec = s->codec, .table = s->out, .limit = s->codec->limits.table_octets, .closed = s->out->closed};
    struct pc_octets document = {0};
    GByteArray *payload = g_byte_array_new();
    struct pc_nbfx_writer writer;
    const char *why;
    uint8_t size[5];
    pc_nbfx_writer_init(&writer, &document, &session);
    bool ok = vec_calls(row->field[4], &writer, &why);
    pc_nbfx_writer_clear(&writer);
    g_byte_array_append(payload, size, (guint)pc_mb31_write(size, session.added_octets));
    for (uint32_t i = 0; i < session.added_count; i++) {
        struct pc_text text = pc_str_text(s->codec->strings, session.added[i]);
        g_byte_array_append(payload, size, (guint)pc_mb31_write(size, text.n));
        g_byte_array_append(payload, (const uint8_t *)text.s, text.n);
    }
    g_byte_array_append(payload, document.data, document.len);
    s->out = pc_table_extend(s->codec, s->out, session.added, session.added_count,
                             s->out->octets + session.added_octets, session.closed);
    pc_nbfx_session_clear(&session);
    if (ok)
        vec_same_octets(run, "writing", payload->data, payload->len, row->octets);
    else
        vec_fail(run, "writing: %s", why);
    pc_octets_free(&document);
    g_byte_array_unref(payload);
}

/* Floods are kept for a session that forwards them; the source of such a row ends with that session's name.
 */
static void keep_flood(struct session *s, const GByteArray *payload)
{
    struct pc_message message;
    if (!pc_message_read(s->codec, &s->replay, payload->data, payload->len, &message, NULL) ||
        message.kind != PC_KIND_FLOOD)
        return;
    g_ptr_array_add(s->floods, g_byte_array_append(g_byte_array_new(), payload->data, payload->len));
}

static void forward(struct vec_run *run, const struct vec_row *row, const char *from)
{
    struct session *origin = g_hash_table_lookup(run->sessions, from);
    if (!origin || origin->forwarded >= origin->floods->len) {
        vec_fail(run, "forwarding: session %s has no flood for this row", from);
        return;
    }
    /* Its table is complete by now, which does not change what the ids of an earlier payload mean; the
     * strings that this payload brought are in it already, so the payload is read without them. */
    const GByteArray *payload = g_ptr_array_index(origin->floods, origin->forwarded++);
    uint32_t list;
    int used = pc_mb31_read(payload->data, payload->len, &list);
    GByteArray *bare = g_byte_array_append(g_byte_array_new(), (const uint8_t *)"", 1);
    g_byte_array_append(bare, payload->data + used + list, payload->len - (guint)used - list);
    struct pc_message message;
    GError *error = NULL;
    if (pc_message_read(origin->codec, &origin->in, bare->data, bare->len, &message, &error)) {
        struct pc_image *image =
            pc_image_relay(origin->codec, &message, message.u.flood.has_hops ? message.u.flood.hops - 1 : 0,
                           PC_RELAY_LITERAL);
        struct pc_buf *record = pc_image_encode(origin->codec, image, &origin->relayed, 0);
        int head = pc_mb31_read(record->data + 1, record->size - 1, &list);
        vec_same_octets(run, "forwarding", record->data + 1 + head, record->size - 1 - (uint32_t)head,
                        row->octets);
        pc_buf_unref(record);
        pc_image_free(origin->codec, image);
    } else {
        vec_judge(run, "ACCEPT", error);
    }
    g_byte_array_unref(bare);
}

static void check_session(struct vec_run *run, const struct vec_row *row)
{
    struct session *s = session_of(run, row->name);
    GString *xml = g_string_new(NULL);
    GError *error = NULL;
    if (read_payload(s, row->octets, xml, &error))
        vec_same_xml(run, xml->str, row->field[2]);
    else
        vec_judge(run, "ACCEPT", error);
    g_string_free(xml, TRUE);
    keep_flood(s, row->octets);
    static const char forwards[] = "to forward session ";
    const char *from = strstr(row->field[3], forwards);
    if (row->field[4][0])
        write_payload(run, s, row);
    else if (from)
        forward(run, row, from + strlen(forwards));
}

static void check_bad_session(struct vec_run *run, const struct vec_row *row)
{
    struct session *s = session_of(run, row->name);
    GString *xml = g_string_new(NULL);
    GError *error = NULL;
    read_payload(s, row->octets, xml, &error);
    vec_judge(run, row->field[3], error);
    if (!run->row_failed &&
        strcmp(row->field[3], "ACCEPT") == 0) { /* the note begins with the document's text */
        char **note = g_strsplit(row->field[4], ";", 2);
        if (note[0] && note[0][0] == '<')
            vec_same_xml(run, xml->str, note[0]);
        g_strfreev(note);
    }
    g_string_free(xml, TRUE);
}

const struct vec_kind vec_sessions = {"session/n\thex\txml\tsource\tcalls", 1, check_session, forget};
const struct vec_kind vec_bad_sessions = {"session/n\thex\toptions\tclass\tnote", 1, check_bad_session,
                                          forget};
