/* String tables: limits, sharing, life. */
#include "protocol/wire/codec.h"
#include "protocol/wire/codec_private.h"
#include "protocol/wire/nbfs.h"
#include "protocol/wire/nbfx_reader.h"
#include "tests/unit/wire/support.h"

#include <criterion/criterion.h>
#include <string.h>

/* A payload whose table has exactly `octets` octets, in strings that begin with `first`. */
static GByteArray *payload_with_table(unsigned octets, char first)
{
    GByteArray *out = g_byte_array_new();
    uint8_t size[5];
    g_byte_array_append(out, size, (guint)pc_mb31_write(size, octets));
    while (octets) {
        unsigned n = octets > 110 ? 100 : octets; /* never a rest of nothing */
        char text[128];
        memset(text, 'a' + (int)(octets % 26), n - 1);
        text[0] = first;
        text[n - 1] = '\0';
        add_string(out, n == 1 ? "" : text);
        octets -= n;
    }
    add_octets(out, "40 01 61 01");
    return out;
}

static bool read_table(struct pc_codec *codec, struct pc_table **table, unsigned octets, char first, GError **error)
{
    GByteArray *payload = payload_with_table(octets, first);
    size_t document;
    bool ok = pc_table_read(codec, table, payload->data, payload->len, &document, error);
    cr_assert(!ok || document == payload->len - 4);
    g_byte_array_unref(payload);
    return ok;
}

static void refused(struct pc_codec *codec, struct pc_table **table, unsigned octets, int code)
{
    GError *error = NULL;
    cr_assert_not(read_table(codec, table, octets, 'z', &error));
    cr_assert(g_error_matches(error, PC_WIRE_ERROR, code), "%s", error->message);
    cr_assert(g_str_has_prefix(error->message, "nbfse: offset "), "%s", error->message);
    g_error_free(error);
}

/* FR-12-4 */
Test(codec, a_table_of_2048_octets_is_read_and_one_octet_more_kills_the_direction)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    size_t before = pc_strings_count(pc_codec_strings(codec));
    struct pc_table *table = pc_table_empty(codec);
    cr_assert(read_table(codec, &table, 2048, 'a', NULL));
    cr_assert_eq(table->octets, 2048u);
    refused(codec, &table, 1, PC_WIRE_QUOTA);
    cr_assert_null(table);
    refused(codec, &table, 0, PC_WIRE_SESSION_INVALID);
    cr_assert_null(table);
    table = pc_table_empty(codec);
    refused(codec, &table, 2049, PC_WIRE_QUOTA);
    table = pc_table_empty(codec); /* the limit is for all messages of a direction together */
    cr_assert(read_table(codec, &table, 1000, 'a', NULL));
    cr_assert(read_table(codec, &table, 1048, 'b', NULL));
    refused(codec, &table, 1, PC_WIRE_QUOTA);
    cr_assert_eq(pc_strings_count(pc_codec_strings(codec)), before, "strings go with their sessions");
    pc_codec_free(codec);
}

Test(codec, tables_of_equal_content_are_one_table)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    size_t before = pc_strings_count(pc_codec_strings(codec));
    struct pc_table *one = pc_table_empty(codec), *two = pc_table_empty(codec), *other = pc_table_empty(codec);
    cr_assert_eq(one, two);
    cr_assert(read_table(codec, &one, 300, 'a', NULL) && read_table(codec, &one, 50, 'b', NULL));
    cr_assert(read_table(codec, &two, 300, 'a', NULL));
    cr_assert_neq(one, two);
    cr_assert(read_table(codec, &two, 50, 'b', NULL));
    cr_assert_eq(one, two);
    cr_assert(read_table(codec, &other, 50, 'b', NULL) && read_table(codec, &other, 300, 'a', NULL));
    cr_assert_neq(one, other, "the order counts");
    pc_table_unref(codec, one);
    cr_assert_eq(two->octets, 350u, "one reference is left");
    pc_table_unref(codec, two);
    pc_table_unref(codec, other);
    cr_assert_eq(pc_strings_count(pc_codec_strings(codec)), before);
    pc_codec_free(codec);
}

Test(codec, a_thousand_tables_come_and_go)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_strings *pool = pc_codec_strings(codec);
    size_t before = pc_strings_count(pool);
    struct pc_table *tables[1000];
    for (unsigned i = 0; i < G_N_ELEMENTS(tables); i++) {
        char text[16];
        int n = g_snprintf(text, sizeof text, "urn:%u", i);
        pc_str string = pc_str_intern(pool, text, (size_t)n);
        tables[i] = pc_table_extend(codec, pc_table_empty(codec), &string, 1, 1 + (uint32_t)n, false);
        pc_str_unref(pool, string);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(tables); i++) { /* in an order of no sort */
        unsigned k = i * 381 % G_N_ELEMENTS(tables);
        char text[16];
        g_snprintf(text, sizeof text, "urn:%u", k);
        cr_assert_str_eq(pc_str_text(pool, tables[k]->strings[0]).s, text);
        pc_table_unref(codec, tables[k]);
    }
    cr_assert_eq(pc_strings_count(pool), before);
    pc_codec_free(codec);
}

static unsigned occurrences(const uint8_t *octets, size_t size, const char *text)
{
    unsigned count = 0;
    for (size_t i = 0, n = strlen(text); i + n <= size; i++)
        count += memcmp(octets + i, text, n) == 0;
    return count;
}

/* The writer's side of the limit: binary-xml.md 9.5. */
Test(codec, behind_a_full_table_new_strings_are_literals_and_old_ones_keep_their_ids)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_table *out = pc_table_empty(codec), *in = pc_table_empty(codec);
    pc_str to = pc_str_intern(pc_codec_strings(codec), MESH, strlen(MESH));
    unsigned closed_at = 0;
    for (unsigned i = 0; i < 60; i++) {
        char action[120];
        /* Long ones first; behind the first that does not fit, short ones that would. */
        g_snprintf(action, sizeof action, closed_at ? "u:%u" : "urn:a rather long action to fill the table of a direction soon, %030u", i);
        struct pc_image *image = some_flood(codec, action, i, false, 0);
        struct pc_table *before = out;
        struct pc_buf *record = pc_image_encode(codec, image, &out, to);
        size_t size;
        const uint8_t *payload = payload_of(record->data, record->size, &size);
        if (closed_at) {
            cr_assert_eq(out, before, "message %u: the table is full for good", i);
            cr_assert_eq(payload[0], 0, "message %u brings no strings", i);
            cr_assert_not_null(memmem(payload, size, action, strlen(action)), "message %u: a literal", i);
            cr_assert_eq(occurrences(payload, size, MESH), 2u, "message %u: in PeerTo and PeerVia, To has an id", i);
        }
        closed_at = out->closed && !closed_at ? i : closed_at;
        struct pc_message message;
        GError *error = NULL;
        cr_assert(read_record(codec, &in, record, &message, &error), "message %u: %s", i, error ? error->message : "");
        cr_assert(pc_text_equal(message.action, (struct pc_text){action, (uint32_t)strlen(action)}), "message %u", i);
        cr_assert(pc_text_equal(message.to, PC_TEXT(MESH)), "message %u", i);
        cr_assert_leq(out->octets, 2048u);
        cr_assert_eq(in->octets, out->octets, "message %u: both ends agree", i);
        pc_buf_unref(record);
        pc_image_free(codec, image);
    }
    cr_assert(closed_at > 5 && closed_at < 40);
    pc_str_unref(pc_codec_strings(codec), to);
    pc_table_unref(codec, in);
    pc_table_unref(codec, out);
    pc_codec_free(codec);
}

/* As many strings as octets let in: a string of one octet takes two. */
Test(codec, a_table_of_1024_strings_is_read)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    size_t before = pc_strings_count(pc_codec_strings(codec)), document;
    struct pc_table *table = pc_table_empty(codec);
    GByteArray *payload = g_byte_array_new();
    GError *error = NULL;
    add_octets(payload, "80 10"); /* 2048 */
    for (unsigned i = 0; i < 1024; i++) {
        const char text[2] = {(char)('A' + i % 50), '\0'};
        add_string(payload, text);
    }
    cr_assert(pc_table_read(codec, &table, payload->data, payload->len, &document, &error), "%s", error ? error->message : "");
    cr_assert_eq(table->count, 1024u);
    for (unsigned i = 0; i < 1024; i++)
        cr_assert_eq(pc_str_text(pc_codec_strings(codec), table->strings[i]).s[0], (char)('A' + i % 50), "string %u", i);
    pc_table_unref(codec, table);
    cr_assert_eq(pc_strings_count(pc_codec_strings(codec)), before);
    g_byte_array_unref(payload);
    pc_codec_free(codec);
}

Test(codec, freeing_nothing_is_nothing)
{
    pc_codec_free(NULL);
    pc_strings_free(NULL);
}

Test(codec, the_static_dictionary_is_found_by_its_texts)
{
    for (uint32_t id = 0; id < PC_NBFS_IDS; id += 2)
        cr_assert(pc_nbfs_find(pc_nbfs_text(id)) >= 0 && pc_text_equal(pc_nbfs_text((uint32_t)pc_nbfs_find(pc_nbfs_text(id))), pc_nbfs_text(id)),
                  "id %u", id);
    cr_assert_eq(pc_nbfs_find(PC_TEXT("Envelope")), 2);
    cr_assert_eq(pc_nbfs_find(PC_TEXT("no such string")), -1);
    cr_assert_null(pc_nbfs_text(1).s, "odd ids are a session's");
    cr_assert_null(pc_nbfs_text(PC_NBFS_IDS).s);
}
