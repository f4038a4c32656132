#include "tests/unit/wire/support.h"

#include "protocol/wire/message_private.h"
#include "protocol/wire/names.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static void free_sample(gpointer data)
{
    struct sample *sample = data;
    g_free(sample->name);
    g_free(sample->session);
    g_byte_array_unref(sample->octets);
    g_free(sample);
}

GPtrArray *samples_load(void)
{
    char *text = NULL;
    GError *error = NULL;
    cr_assert(g_file_get_contents("tests/data/vectors/prch-frames.tsv", &text, NULL, &error), "%s",
              error ? error->message : "");
    GPtrArray *samples = g_ptr_array_new_with_free_func(free_sample);
    char **lines = g_strsplit(text, "\n", -1);
    for (unsigned i = 1; lines[i]; i++) {
        char **field = g_strsplit(lines[i], "\t", -1);
        if (g_strv_length(field) >= 3) {
            struct sample *sample = g_new0(struct sample, 1);
            sample->name = g_strdup(field[0]);
            sample->session = g_strndup(field[0], strcspn(field[0], "/"));
            sample->from_initiator = strcmp(field[1], "c2s") == 0;
            sample->octets = g_byte_array_new();
            add_octets(sample->octets, field[2]);
            g_ptr_array_add(samples, sample);
        }
        g_strfreev(field);
    }
    g_strfreev(lines);
    g_free(text);
    cr_assert_geq(samples->len, 27u);
    return samples;
}

const uint8_t *payload_of(const uint8_t *record, size_t record_size, size_t *size)
{
    uint32_t n;
    if (record_size < 2 || record[0] != PC_NMF_SIZED_ENVELOPE)
        return NULL;
    int used = pc_mb31_read(record + 1, record_size - 1, &n);
    cr_assert(used > 0 && 1 + (size_t)used + n == record_size, "a record of another size than it says");
    *size = n;
    return record + 1 + used;
}

bool read_record(struct pc_codec *codec, struct pc_table **table, const struct pc_buf *record, struct pc_message *out,
                 GError **error)
{
    size_t size = 0;
    const uint8_t *payload = payload_of(record->data, record->size, &size);
    cr_assert_not_null(payload);
    return pc_message_read(codec, table, payload, size, out, error);
}

void add_octets(GByteArray *out, const char *hex)
{
    for (; *hex; hex += *hex == ' ' ? 1 : 2) {
        if (*hex == ' ')
            continue;
        int high = g_ascii_xdigit_value(hex[0]), low = g_ascii_xdigit_value(hex[1]);
        cr_assert(high >= 0 && low >= 0, "not hex: %s", hex);
        uint8_t octet = (uint8_t)(high << 4 | low);
        g_byte_array_append(out, &octet, 1);
    }
}

void add_string(GByteArray *out, const char *text)
{
    uint8_t length[5];
    g_byte_array_append(out, length, (guint)pc_mb31_write(length, (uint32_t)strlen(text)));
    g_byte_array_append(out, (const uint8_t *)text, (guint)strlen(text));
}

void add_header(GByteArray *out, const char *name, const char *ns, const char *value)
{
    add_octets(out, "40");
    add_string(out, name);
    add_octets(out, "08");
    add_string(out, ns);
    cr_assert_lt(strlen(value), 256u);
    add_octets(out, "99");
    uint8_t n = (uint8_t)strlen(value);
    g_byte_array_append(out, &n, 1);
    g_byte_array_append(out, (const uint8_t *)value, n);
}

void add_flood_headers(GByteArray *out)
{
    add_header(out, "MessageID", PC_PEER, "urn:uuid:271dddd4-fa44-46e2-9b86-090c0a52326c");
    add_header(out, "PeerTo", PC_PEER, CHAT);
    add_header(out, "PeerVia", PC_PEER, CHAT);
    add_header(out, "FloodMessage", PC_PEER, "PeerFlooder");
}

GByteArray *hand_made(const GByteArray *headers, const GByteArray *body)
{
    GByteArray *out = g_byte_array_new();
    add_octets(out, "00 56 02 0B 01 73 04 0B 01 61 06 56 08 44 0A 1E 00 82 99 05 75 72 6E 3A 78");
    if (headers)
        g_byte_array_append(out, headers->data, headers->len);
    add_octets(out, "01 56 0E");
    if (body)
        g_byte_array_append(out, body->data, body->len);
    add_octets(out, "01 01");
    return out;
}

void add_member(GByteArray *out, const char *name, const char *value)
{
    add_octets(out, "40");
    add_string(out, name);
    add_octets(out, "99");
    add_string(out, value); /* Chars8 has the same length field below 128 */
}

bool read_body_of(struct pc_codec *codec, enum pc_kind kind, const GByteArray *members, struct pc_message *m, GError **error)
{
    struct pc_table *in = pc_table_empty(codec);
    static GByteArray *payload; /* of the last call: texts of *m point into it */
    g_clear_pointer(&payload, g_byte_array_unref);
    payload = g_byte_array_new();
    char *action = g_strndup(pc_kind_action(kind).s, pc_kind_action(kind).n);
    add_octets(payload, "00 56 02 0B 01 73 04 0B 01 61 06 56 08 44 0A 99");
    add_string(payload, action);
    add_octets(payload, "01 56 0E 40");
    add_string(payload, pc_kind_name(kind));
    add_octets(payload, "08");
    add_string(payload, PC_PEER);
    g_byte_array_append(payload, members->data, members->len);
    add_octets(payload, "01 01 01");
    bool ok = pc_message_read(codec, &in, payload->data, payload->len, m, error);
    pc_table_unref(codec, in);
    g_free(action);
    return ok;
}

static void write_body(struct pc_body_writer *writer, const void *data)
{
    unsigned n = *(const unsigned *)data;
    uint8_t octets[100];
    for (unsigned i = 0; i < sizeof octets; i++)
        octets[i] = (uint8_t)(n + i);
    pc_body_start(writer, PC_TEXT("m"), PC_TEXT(NAMESPACE));
    pc_body_start(writer, PC_TEXT("seq"), (struct pc_text){0});
    pc_body_int(writer, n);
    pc_body_end(writer);
    pc_body_start(writer, PC_TEXT("topic"), (struct pc_text){0});
    pc_body_text(writer, PC_TEXT("weather"));
    pc_body_end(writer);
    pc_body_start(writer, PC_TEXT("data"), (struct pc_text){0});
    pc_body_bytes(writer, octets, sizeof octets);
    pc_body_end(writer);
    pc_body_end(writer);
}

struct pc_image *some_flood(struct pc_codec *codec, const char *action, unsigned n, bool has_hops, uint64_t hops)
{
    struct pc_outgoing outgoing = {.action = {action, (uint32_t)strlen(action)},
                                   .via = PC_TEXT(CHAT),
                                   .peer_to = PC_TEXT(CHAT),
                                   .has_hops = has_hops,
                                   .hops = hops,
                                   .write_body = write_body,
                                   .body = &n};
    outgoing.id.octets[0] = (uint8_t)n;
    outgoing.id.octets[1] = (uint8_t)(n >> 8);
    return pc_image_origin(codec, &outgoing);
}

pc_str mesh_uri(struct pc_codec *codec)
{
    return pc_str_intern(pc_codec_strings(codec), MESH, strlen(MESH));
}

void must_read(struct pc_codec *codec, struct pc_table **table, const struct pc_buf *record,
                      struct pc_message *out)
{
    GError *error = NULL;
    cr_assert(read_record(codec, table, record, out, &error), "%s", error ? error->message : "");
}

/* Writes down what a body contains. */
static void note(void *user, int depth, struct pc_text name, struct pc_text value)
{
    g_string_append_printf(user, "%d %.*s=%.*s\n", depth, (int)name.n, name.s, (int)value.n, value.s);
}

char *body_of(struct pc_codec *codec, const struct pc_message *message)
{
    GString *text = g_string_new(NULL);
    GError *error = NULL;
    cr_assert(pc_body_read(codec, message, note, text, &error), "%s", error ? error->message : "");
    return g_string_free(text, FALSE);
}

/* `message` passed on over a link of its own whose tables begin empty. */
struct pc_buf *pass_on(struct pc_codec *codec, const struct pc_message *message, uint64_t hops,
                              enum pc_relay_form form, struct pc_table **table, pc_str to)
{
    struct pc_image *image = pc_image_relay(codec, message, hops, form);
    struct pc_buf *record = pc_image_encode(codec, image, table, to);
    cr_assert_leq(record->size, pc_image_size(image));
    pc_image_free(codec, image);
    return record;
}

void read_hand_made(struct pc_codec *codec, struct pc_table **in, GByteArray *payload, struct pc_message *m)
{
    GError *error = NULL;
    cr_assert(pc_message_read(codec, in, payload->data, payload->len, m, &error), "%s", error ? error->message : "");
    cr_assert_eq(m->kind, PC_KIND_FLOOD);
}
