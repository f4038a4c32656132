/* Array records: one start tag, many values. binary-xml.md 6. */
#include "protocol/wire/nbfx_reader.h"
#include "tests/unit/wire/support.h"

#include <criterion/criterion.h>
#include <string.h>

static const char element[] = "40 01 61"; /* <a> */

/* An Array of `count` booleans whose element has `attributes` attributes x000, x001, …, within <d>. */
static GByteArray *booleans(unsigned attributes, unsigned count)
{
    GByteArray *out = g_byte_array_new();
    add_octets(out, "40 01 64 03");
    add_octets(out, element);
    for (unsigned i = 0; i < attributes; i++) {
        char name[8];
        g_snprintf(name, sizeof name, "x%03u", i);
        add_octets(out, "04");
        add_string(out, name);
        add_octets(out, "80");
    }
    uint8_t size[5];
    add_octets(out, "01 B5");
    g_byte_array_append(out, size, (guint)pc_mb31_write(size, count));
    for (unsigned i = 0; i < count; i++)
        add_octets(out, i % 2 ? "01" : "00");
    add_octets(out, "01");
    return out;
}

Test(arrays, give_an_element_with_name_and_attributes_for_each_value)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    GByteArray *document = g_byte_array_new();
    struct pc_nbfx_reader r;
    /* <d> [p:a xmlns:p="u" p:k="1"] × 3, then <p:b> with a p of its own */
    add_octets(document, "40 01 64 03 6D 01 61 09 01 70 01 75 35 01 6B 82 01 8B 03 0100 FFFF 0300");
    add_octets(document, "40 01 62 01 01");
    pc_nbfx_reader_init(&r, codec, NULL, document->data, document->len);
    cr_assert_eq(pc_nbfx_next(&r), PC_NBFX_START);
    static const int64_t values[] = {1, -1, 3};
    for (unsigned i = 0; i < 3; i++) {
        cr_assert_eq(pc_nbfx_next(&r), PC_NBFX_START, "element %u: %s", i, r.why);
        cr_assert_eq(r.depth, 2u);
        cr_assert(pc_text_equal(r.name.text, PC_TEXT("a")) && pc_text_equal(r.ns.text, PC_TEXT("u")), "element %u", i);
        cr_assert_eq(r.attribute_count, 2u);
        cr_assert(pc_text_equal(r.attributes[1].ns.text, PC_TEXT("u")), "element %u", i);
        cr_assert_eq(pc_nbfx_next(&r), PC_NBFX_TEXT);
        cr_assert_eq(r.value.number, values[i]);
        struct pc_nbfx_name ns;
        cr_assert(pc_nbfx_lookup(&r, PC_TEXT("p"), &ns), "the prefix holds within element %u", i);
        cr_assert_eq(pc_nbfx_next(&r), PC_NBFX_END);
    }
    cr_assert_eq(pc_nbfx_next(&r), PC_NBFX_START);
    struct pc_nbfx_name ns;
    cr_assert_not(pc_nbfx_lookup(&r, PC_TEXT("p"), &ns), "its prefix does not outlive the array");
    cr_assert_eq(pc_nbfx_next(&r), PC_NBFX_END);
    cr_assert_eq(pc_nbfx_next(&r), PC_NBFX_END);
    cr_assert_eq(pc_nbfx_next(&r), PC_NBFX_EOF);
    pc_nbfx_reader_clear(&r);
    g_byte_array_unref(document);
    pc_codec_free(codec);
}

/* Reading the start tag again for each value made 64 KiB cost half a minute. */
Test(arrays, of_many_values_and_many_attributes_are_read_in_time, .timeout = 2)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    GByteArray *document = booleans(500, 60000);
    struct pc_nbfx_reader r;
    pc_nbfx_reader_init(&r, codec, NULL, document->data, document->len);
    unsigned elements = 0;
    while (pc_nbfx_next(&r) > PC_NBFX_EOF)
        elements += r.node == PC_NBFX_START;
    cr_assert_eq(r.error, 0, "%s", r.why);
    cr_assert_eq(elements, 60001u);
    pc_nbfx_reader_clear(&r);
    g_byte_array_unref(document);
    pc_codec_free(codec);
}

static struct pc_buf *relayed(struct pc_codec *codec, const GByteArray *payload, struct pc_table **out)
{
    struct pc_table *in = pc_table_empty(codec);
    struct pc_message message;
    GError *error = NULL;
    cr_assert(pc_message_read(codec, &in, payload->data, payload->len, &message, &error), "%s",
              error ? error->message : "");
    cr_assert_eq(message.kind, PC_KIND_FLOOD);
    struct pc_image *image = pc_image_relay(codec, &message, 0, PC_RELAY_LITERAL);
    struct pc_buf *record = pc_image_encode(codec, image, out, 0);
    pc_image_free(codec, image);
    pc_table_unref(codec, in);
    return record;
}

/* Written as elements, a record of 64 KiB became one of 150 MiB. */
Test(arrays, stay_arrays_when_a_message_is_passed_on, .timeout = 5)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    GByteArray *headers = g_byte_array_new(), *body = booleans(500, 50000);
    add_flood_headers(headers);
    GByteArray *payload = hand_made(headers, body);
    struct pc_table *out = pc_table_empty(codec);
    struct pc_buf *record = relayed(codec, payload, &out);
    cr_assert_lt(record->size, payload->len + 1024);
    const uint8_t *found = memmem(record->data, record->size, body->data, body->len);
    cr_assert_not_null(found, "the body is the same, octet for octet");
    pc_buf_unref(record);
    pc_table_unref(codec, out);
    g_byte_array_unref(payload);
    g_byte_array_unref(headers);
    g_byte_array_unref(body);
    pc_codec_free(codec);
}

/* Ids of two octets make the document be written anew for the link: same body as with short ids. */
Test(arrays, are_the_same_on_a_link_whose_ids_take_two_octets)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    GByteArray *headers = g_byte_array_new(), *body = booleans(1, 3);
    add_flood_headers(headers);
    GByteArray *payload = hand_made(headers, body);
    struct pc_table *full = pc_table_empty(codec);
    for (unsigned i = 0; i < 70; i++) {
        char action[24];
        g_snprintf(action, sizeof action, "urn:%u", i);
        struct pc_image *image = some_flood(codec, action, i, false, 0);
        pc_buf_unref(pc_image_encode(codec, image, &full, 0));
        pc_image_free(codec, image);
    }
    cr_assert_gt(full->count, 64u);
    /* A mesh URI that is new to the link gets an id above 127. */
    pc_str to = pc_str_intern(pc_codec_strings(codec), MESH, strlen(MESH));
    struct pc_table *in = pc_table_empty(codec);
    struct pc_message message;
    cr_assert(pc_message_read(codec, &in, payload->data, payload->len, &message, NULL));
    struct pc_image *image = pc_image_relay(codec, &message, 0, PC_RELAY_LITERAL);
    struct pc_buf *record = pc_image_encode(codec, image, &full, to);
    cr_assert_not_null(memmem(record->data, record->size, body->data, body->len));
    pc_buf_unref(record);
    pc_image_free(codec, image);
    pc_str_unref(pc_codec_strings(codec), to);
    pc_table_unref(codec, in);
    pc_table_unref(codec, full);
    g_byte_array_unref(payload);
    g_byte_array_unref(headers);
    g_byte_array_unref(body);
    pc_codec_free(codec);
}
