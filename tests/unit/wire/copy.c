/* Documents that a relay writes anew. binary-xml.md 10.2. */
#include "protocol/wire/nbfx_reader.h"
#include "protocol/wire/nbfx_writer.h"
#include "tests/unit/wire/support.h"

#include <criterion/criterion.h>
#include <string.h>

/* The copy of a document without dictionary strings; `verbatim`: as an image is written anew for a link. */
static struct pc_octets copy_of(const GByteArray *document, bool verbatim)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_nbfx_reader reader;
    struct pc_nbfx_writer writer;
    struct pc_octets out = {0};
    enum pc_nbfx_node node;
    pc_nbfx_reader_init(&reader, codec, NULL, document->data, document->len);
    pc_nbfx_writer_init(&writer, &out, NULL);
    writer.verbatim = verbatim;
    while ((node = pc_nbfx_next(&reader)) != PC_NBFX_EOF) {
        cr_assert_neq(node, PC_NBFX_ERROR, "%s", reader.why);
        pc_nbfx_copy(&writer, &reader);
    }
    pc_nbfx_writer_clear(&writer);
    pc_nbfx_reader_clear(&reader);
    pc_codec_free(codec);
    return out;
}

/* Frees the document. */
static void copies_to_itself(GByteArray *document, const char *what)
{
    struct pc_octets copy = copy_of(document, false);
    cr_assert_eq(copy.len, document->len, "%s: %zu octets instead of %u", what, (size_t)copy.len, document->len);
    cr_assert_eq(memcmp(copy.data, document->data, copy.len), 0, "%s", what);
    pc_octets_free(&copy);
    g_byte_array_unref(document);
}

/* <x b="…"/>: `head` is type and length of a Bytes record, `size` octets follow. */
static void copies_attribute(const char *head, uint32_t size)
{
    GByteArray *document = g_byte_array_new();
    add_octets(document, "40 01 78 04 01 62");
    add_octets(document, head);
    for (uint32_t i = 0; i < size; i++)
        g_byte_array_append(document, &(const uint8_t){(uint8_t)i}, 1);
    add_octets(document, "01");
    copies_to_itself(document, head);
}

Test(copy, gives_an_attribute_one_record_of_octets_however_few_or_many)
{
    copies_attribute("9E 00", 0);
    copies_attribute("9E 01", 1);
    copies_attribute("A0 90 01", 400); /* in an element's text these are two pieces */
    copies_attribute("A0 10 27", 10000);
}

/* `hex` and then `count` times `unit`, and then `end`: copied octet for octet. */
static void copies(const char *hex, const char *unit, unsigned count, const char *end, const char *what)
{
    GByteArray *document = g_byte_array_new();
    add_octets(document, hex);
    for (unsigned i = 0; i < count; i++)
        add_octets(document, unit);
    add_octets(document, end);
    copies_to_itself(document, what);
}

/* Two records in one attribute are no document any more. */
Test(copy, gives_an_attribute_one_record_of_text_however_long)
{
    copies("40 01 78 04 01 62 9A 2C 01", "61", 300, "01", "300 letters"); /* in an element's text two pieces */
    copies("40 01 78 04 01 62 A4 9A 2C 01", "61", 300, "98 01 62 A6 01", "a list of two texts");
}

/* Each item is one record: cut in two, or grown together, the list would be another. */
Test(copy, keeps_the_items_of_a_list_apart)
{
    copies("40 01 78 A4 9A 2C 01", "61", 300, "98 01 62 A6 01", "texts of 300 and 1");
    copies("40 01 78 A4 A0 90 01", "61", 400, "9E 01 62 A6 01", "octets, 400 and 1");
    copies("40 01 78 A4 9E 00 9E 01 61 9E 02 62 63", "", 0, "9E 01 64 98 02 65 66 A8 86 A6 01", "few octets, text, nothing, true");
    copies("40 01 78 A4 A6 01", "", 0, "", "no items");
    copies("40 01 78 9E 01 61", "", 0, "A4 9E 02 62 63 A6 9F 01 64", "octets before and behind it");
}

static void becomes(const char *hex, bool verbatim, const char *due)
{
    GByteArray *document = g_byte_array_new(), *expected = g_byte_array_new();
    add_octets(document, hex);
    add_octets(expected, due);
    struct pc_octets copy = copy_of(document, verbatim);
    cr_assert_eq(copy.len, expected->len, "%s: %zu octets instead of %u", hex, (size_t)copy.len, expected->len);
    cr_assert_eq(memcmp(copy.data, expected->data, copy.len), 0, "%s", hex);
    pc_octets_free(&copy);
    g_byte_array_unref(document);
    g_byte_array_unref(expected);
}

Test(copy, writes_what_a_record_says_in_the_form_of_the_writer)
{
    becomes("02 01 63 40 01 78 02 01 64 01 02 01 65", false, "02 01 63 40 01 78 02 01 64 01 02 01 65"); /* comments */
    becomes("40 01 78 A9", false, "40 01 78 01"); /* an EmptyText with its end */
    becomes("40 01 78 BC 02 16 01", false, "40 01 78 99 05 63 3A 55 52 49"); /* a QName: c:URI as text */
    becomes("40 01 78 B6 04 61 00 62 00 01", false, "40 01 78 99 02 61 62"); /* UTF-16 that is shorter as UTF-8 */
    becomes("40 01 78 B6 04 61 00 62 00 01", true, "40 01 78 B7 04 61 00 62 00");
    becomes("40 01 78 90 00 00 C0 3F 01", false, "40 01 78 91 00 00 C0 3F"); /* a Float stays one */
    becomes("41 01 7B 01 78 09 01 7B 01 75 01", false, "41 01 7B 01 78 09 01 7B 01 75 01"); /* a prefix behind the letters */
    /* € twice and a surrogate pair: shorter as UTF-16 */
    becomes("40 01 78 98 0A E2 82 AC E2 82 AC F0 9D 84 9E 01", false, "40 01 78 B7 08 AC 20 AC 20 34 D8 1E DD");
    becomes("40 01 78 B6 08 AC 20 AC 20 34 D8 1E DD 01", false, "40 01 78 B7 08 AC 20 AC 20 34 D8 1E DD");
}

/* A piece has 256 units and never ends within a pair: 255 letters and a pair of two units. */
Test(copy, cuts_text_into_pieces_beside_surrogate_pairs)
{
    GByteArray *due = g_byte_array_new();
    add_octets(due, "40 01 78 98 FF");
    for (unsigned i = 0; i < 255; i++)
        add_octets(due, "61");
    add_octets(due, "99 06 F0 9D 84 9E C3 A9");
    GByteArray *document = g_byte_array_new();
    add_octets(document, "40 01 78 9A 05 01");
    for (unsigned i = 0; i < 255; i++)
        add_octets(document, "61");
    add_octets(document, "F0 9D 84 9E C3 A9 01");
    struct pc_octets copy = copy_of(document, false);
    cr_assert_eq(copy.len, due->len, "%zu octets instead of %u", (size_t)copy.len, due->len);
    cr_assert_eq(memcmp(copy.data, due->data, copy.len), 0);
    pc_octets_free(&copy);
    g_byte_array_unref(document);
    g_byte_array_unref(due);
}

/* Pieces are counted in units, whatever their octets. */
Test(copy, cuts_text_after_256_units_however_many_octets)
{
    static const struct {
        const char *octets, *head;
        glong pieces[3]; /* characters of each */
    } units[] = {{"C3 A9", "9A 58 02", {256, 44}}, {"E2 82 AC", "9A 84 03", {256, 44}}, {"F0 9D 84 9E", "9A B0 04", {128, 128, 44}}};
    for (unsigned i = 0; i < G_N_ELEMENTS(units); i++) {
        struct pc_codec *codec = pc_codec_new(NULL);
        GByteArray *document = g_byte_array_new();
        struct pc_nbfx_reader r;
        add_octets(document, "40 01 78");
        add_octets(document, units[i].head);
        for (unsigned k = 0; k < 300; k++)
            add_octets(document, units[i].octets);
        add_octets(document, "01");
        struct pc_octets copy = copy_of(document, false);
        pc_nbfx_reader_init(&r, codec, NULL, copy.data, copy.len);
        pc_nbfx_next(&r);
        for (unsigned piece = 0; piece < 3 && units[i].pieces[piece]; piece++) {
            GString *text = g_string_new(NULL);
            cr_assert_eq(pc_nbfx_next(&r), PC_NBFX_TEXT, "%s", r.why);
            pc_nbfx_append_text(&r, &r.value, text);
            cr_assert_eq(g_utf8_strlen(text->str, -1), units[i].pieces[piece], "%s", units[i].octets);
            g_string_free(text, TRUE);
        }
        cr_assert_eq(pc_nbfx_next(&r), PC_NBFX_END);
        pc_octets_free(&copy);
        g_byte_array_unref(document);
        pc_codec_free(codec);
    }
}

/* Where the reader fails, copying stops, and the reader says why. */
Test(copy, stops_where_the_reader_fails)
{
    static const char *const documents[] = {
        "40 01 64 40 01 61 98 05 61",                                                 /* cut off */
        "40 01 64 03 40 01 61 01 97 02 0000000000000000 FFFFFFFFFFFFFF3F 01",         /* a bad value in an array */
        "40 01 64 40 01 61",
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(documents); i++) {
        struct pc_codec *codec = pc_codec_new(NULL);
        GByteArray *document = g_byte_array_new();
        struct pc_nbfx_reader r;
        struct pc_nbfx_writer w;
        struct pc_octets out = {0};
        add_octets(document, documents[i]);
        pc_nbfx_reader_init(&r, codec, NULL, document->data, document->len);
        pc_nbfx_writer_init(&w, &out, NULL);
        pc_nbfx_next(&r);
        pc_nbfx_copy(&w, &r);
        cr_assert(r.node == PC_NBFX_ERROR && r.error == (i == 1 ? PC_WIRE_BAD_VALUE : PC_WIRE_TRUNCATED), "document %u", i);
        pc_nbfx_writer_clear(&w);
        pc_octets_free(&out);
        g_byte_array_unref(document);
        pc_codec_free(codec);
    }
}
