/* Documents as the reader takes and refuses them, record by record: binary-xml.md 3-7. */
#include "protocol/wire/nbfx_reader.h"
#include "tests/unit/wire/support.h"

#include <criterion/criterion.h>
#include <string.h>

/* What the reader says of a document: nodes, text, and an error with its class and offset. */
static char *told(const char *hex)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    GByteArray *document = g_byte_array_new();
    struct pc_nbfx_reader r;
    GString *out = g_string_new(NULL);
    add_octets(document, hex);
    pc_nbfx_reader_init(&r, codec, NULL, document->data, document->len);
    while (pc_nbfx_next(&r) > PC_NBFX_EOF)
        switch (r.node) {
        case PC_NBFX_START:
            g_string_append_printf(out, "<%.*s>", (int)r.name.text.n, r.name.text.s);
            break;
        case PC_NBFX_END:
            g_string_append(out, "</>");
            break;
        case PC_NBFX_COMMENT:
            g_string_append_printf(out, "<!--%.*s-->", (int)r.name.text.n, r.name.text.s);
            break;
        default:
            pc_nbfx_append_text(&r, &r.value, out);
        }
    if (r.node == PC_NBFX_ERROR) {
        cr_assert_eq(pc_nbfx_next(&r), PC_NBFX_ERROR, "it stays failed");
        g_string_append_printf(out, " error %d at %u", r.error, r.offset);
    }
    pc_nbfx_reader_clear(&r);
    g_byte_array_unref(document);
    pc_codec_free(codec);
    return g_string_free(out, FALSE);
}

static void tells(const char *hex, const char *due)
{
    char *text = told(hex);
    cr_assert_str_eq(text, due, "%s", hex);
    g_free(text);
}

static void refuses(const char *hex, int code, unsigned offset)
{
    char *text = told(hex), *due = g_strdup_printf(" error %d at %u", code, offset);
    cr_assert(g_str_has_suffix(text, due), "%s: \"%s\" instead of \"%s\"", hex, text, due);
    g_free(due);
    g_free(text);
}

Test(reader, names_the_record_in_which_a_document_ends)
{
    refuses("40 01 61 BC", PC_WIRE_TRUNCATED, 3);             /* a QName without prefix */
    refuses("40 01 61 BC 02", PC_WIRE_TRUNCATED, 3);          /* without name */
    refuses("40 01 61 96 00 00 00 00 00 00 00", PC_WIRE_TRUNCATED, 3); /* a DateTime of seven octets */
    refuses("40 01 61 B4", PC_WIRE_TRUNCATED, 3);             /* a Bool without its octet */
    refuses("40 01 61 98 00 B4", PC_WIRE_TRUNCATED, 5);
    refuses("40 01 61 A4", PC_WIRE_TRUNCATED, 3);             /* a list without items or end */
    refuses("40 01 61 A4 8A 01", PC_WIRE_TRUNCATED, 3);       /* an item without its second octet */
    refuses("40 01 61 04 01 62", PC_WIRE_TRUNCATED, 0);       /* an attribute without value */
    refuses("40 01 64 03 40 01 61 01 8B", PC_WIRE_TRUNCATED, 3); /* an array without a count */
    refuses("40 01 64 03 40 01 61 01 8B 80", PC_WIRE_TRUNCATED, 3);
    refuses("40 01 61 02 05 63", PC_WIRE_TRUNCATED, 3);       /* a comment */
}

Test(reader, refuses_values_out_of_their_range)
{
    refuses("40 01 61 94 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01", PC_WIRE_BAD_VALUE, 3); /* reserved */
    refuses("40 01 61 94 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01", PC_WIRE_BAD_VALUE, 3);
    refuses("40 01 61 94 00 00 1D 00 00 00 00 00 00 00 00 00 00 00 00 00 01", PC_WIRE_BAD_VALUE, 3); /* scale 29 */
    refuses("40 01 61 94 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 01", PC_WIRE_BAD_VALUE, 3); /* sign 1 */
    tells("40 01 61 94 00 00 01 80 00 00 00 00 0F 00 00 00 00 00 00 00 01", "<a>-1.5</>");
    refuses("40 01 61 96 00 40 07 78 F4 CA 2B FF 01", PC_WIRE_BAD_VALUE, 3);
    refuses("40 01 61 9C 01 00 00 80 61 01", PC_WIRE_BAD_LENGTH, 3);
    refuses("40 01 61 B6 03 61 00 62 01", PC_WIRE_BAD_LENGTH, 3);
    refuses("40 01 61 B6 02 00 D8 01", PC_WIRE_BAD_UTF8, 3);
    refuses("40 01 61 BC 1A 02 01", PC_WIRE_BAD_VALUE, 3);
    refuses("40 01 61 AA 03 01", PC_WIRE_BAD_DICT_ID, 3);
    refuses("40 01 61 AA FE 7F 01", PC_WIRE_BAD_DICT_ID, 3);
}

/* A list holds values without an end, and no list. */
Test(reader, refuses_in_a_list_what_may_not_stand_there)
{
    tells("40 01 61 A4 82 98 01 78 A8 86 A6 01", "<a>1 x  true</>");
    refuses("40 01 61 A4 83 A6 01", PC_WIRE_BAD_RECORD, 3);
    refuses("40 01 61 A4 A4 82 A6 A6 01", PC_WIRE_BAD_RECORD, 3);
    refuses("40 01 61 A4 40 01 62 01 A6 01", PC_WIRE_BAD_RECORD, 3);
    refuses("40 01 61 A4 BE A6 01", PC_WIRE_BAD_RECORD, 3);
    refuses("40 01 61 A4 B2 A6 01", PC_WIRE_TRUNCATED, 3);
    refuses("40 01 61 A5 A6 01", PC_WIRE_BAD_RECORD, 3);
    refuses("40 01 61 A6 01", PC_WIRE_BAD_RECORD, 3);
    refuses("40 01 61 A7", PC_WIRE_BAD_RECORD, 3);
}

Test(reader, takes_blanks_and_comments_around_the_root_and_nothing_else)
{
    tells("02 01 63 98 02 20 0A 40 01 61 01 A8 9A 01 00 09 9C 01 00 00 00 0D 02 01 63", "<!--c--> \n<a></>\t\r<!--c-->");
    refuses("98 01 78 40 01 61 01", PC_WIRE_STRUCTURE, 0);
    refuses("98 01 00 40 01 61 01", PC_WIRE_STRUCTURE, 0); /* a NUL is no blank */
    refuses("80 40 01 61 01", PC_WIRE_STRUCTURE, 0);
    refuses("40 01 61 01 99 01 20", PC_WIRE_STRUCTURE, 4); /* a blank with an end */
    refuses("40 01 61 01 40 01 62 01", PC_WIRE_STRUCTURE, 4);
    refuses("40 01 61 01 03 40 01 62 01 8B 01 00 00", PC_WIRE_STRUCTURE, 4);
    refuses("40 01 61 01 01", PC_WIRE_STRUCTURE, 4);
    refuses("02 01 63", PC_WIRE_STRUCTURE, 3);
}

/* Attributes are one if name and namespace are: not if one of them is. */
Test(reader, refuses_an_attribute_that_occurs_twice_under_two_prefixes)
{
    refuses("40 01 61 09 01 70 01 75 09 01 71 01 75 35 01 6B 80 36 01 6B 80 01", PC_WIRE_STRUCTURE, 0); /* p:k and q:k */
    tells("40 01 61 09 01 70 01 75 35 01 6B 80 04 01 6B 80 35 01 6C 80 01", "<a></>");
}

Test(reader, makes_one_character_of_a_surrogate_pair)
{
    tells("40 01 61 B6 0C 61 00 34 D8 1E DD 62 00 AC 20 FD FF 01", "<a>a\xF0\x9D\x84\x9E" "b\xE2\x82\xAC\xEF\xBF\xBD</>");
}

/* A value that is invalid within an array that is taken whole, as a relay takes it. */
Test(reader, refuses_an_array_with_an_invalid_value)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    GByteArray *document = g_byte_array_new();
    struct pc_nbfx_reader r;
    struct pc_nbfx_array array;
    add_octets(document, "40 01 64 03 40 01 61 01 97 02 0000000000000000 FFFFFFFFFFFFFF3F 01");
    pc_nbfx_reader_init(&r, codec, NULL, document->data, document->len);
    pc_nbfx_next(&r);
    cr_assert_not(pc_nbfx_take_array(&r, &array), "an element of its own is no array");
    cr_assert_eq(r.node, PC_NBFX_START);
    pc_nbfx_next(&r);
    cr_assert_not(pc_nbfx_take_array(&r, &array));
    cr_assert(r.node == PC_NBFX_ERROR && r.error == PC_WIRE_BAD_VALUE && r.offset == 3);
    cr_assert_not(pc_nbfx_take_array(&r, &array), "nor is an error");
    pc_nbfx_reader_clear(&r);
    pc_nbfx_reader_init(&r, codec, NULL, document->data, document->len);
    pc_nbfx_next(&r);
    cr_assert_eq(pc_nbfx_next(&r), PC_NBFX_START);
    cr_assert_eq(pc_nbfx_next(&r), PC_NBFX_TEXT, "the first value is good");
    cr_assert_eq(pc_nbfx_next(&r), PC_NBFX_END);
    cr_assert_eq(pc_nbfx_next(&r), PC_NBFX_START);
    cr_assert_eq(pc_nbfx_next(&r), PC_NBFX_ERROR, "the second is not");
    pc_nbfx_reader_clear(&r);
    g_byte_array_unref(document);
    pc_codec_free(codec);
}
