/* Choices of the writer that the vectors do not reach: many prefixes, long texts, QNames. binary-xml.md 10. */
#include "protocol/wire/nbfx_reader.h"
#include "protocol/wire/nbfx_writer.h"
#include "tests/unit/wire/support.h"

#include <criterion/criterion.h>
#include <string.h>

#define PLAIN(s) pc_plain(PC_TEXT(s))

static void is(const struct pc_octets *out, const char *hex)
{
    GByteArray *due = g_byte_array_new();
    add_octets(due, hex);
    cr_assert(out->len == due->len && memcmp(out->data, due->data, due->len) == 0, "%u octets, not %s", (unsigned)out->len, hex);
    g_byte_array_unref(due);
}

/* Each attribute of a new namespace gets a prefix: 26 letters (c is taken), then d<depth>p<k> (d1p1 is taken), all of them good
 * until the element ends, also while the room for them grows. */
Test(writer, makes_as_many_prefixes_as_there_are_namespaces)
{
    enum { COUNT = 60 };
    struct pc_octets out = {0};
    struct pc_nbfx_writer w;
    char namespaces[COUNT][8];
    pc_nbfx_writer_init(&w, &out, NULL);
    pc_nbfx_start(&w, PLAIN("c"), PLAIN("x"), PLAIN("urn:c"));
    pc_nbfx_xmlns(&w, PLAIN("d1p1"), PLAIN("urn:d"));
    for (unsigned i = 0; i < COUNT; i++) {
        int n = g_snprintf(namespaces[i], sizeof namespaces[i], "urn:%u", i);
        pc_nbfx_attribute_start(&w, PC_NBFX_NONE, PLAIN("k"), pc_plain((struct pc_text){namespaces[i], (uint32_t)n}));
        pc_nbfx_int(&w, i);
        pc_nbfx_attribute_end(&w);
    }
    pc_nbfx_end(&w);
    pc_nbfx_writer_clear(&w);

    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_nbfx_reader r;
    pc_nbfx_reader_init(&r, codec, NULL, out.data, out.len);
    cr_assert_eq(pc_nbfx_next(&r), PC_NBFX_START, "%s", r.why);
    cr_assert_eq(r.attribute_count, 2u + 2 * COUNT);
    unsigned seen = 0;
    for (unsigned i = 0; i < r.attribute_count; i++) {
        const struct pc_nbfx_attribute *a = &r.attributes[i];
        if (a->declaration)
            continue;
        char prefix[8], name[8];
        unsigned letter = seen < 2 ? 'a' + seen : 'b' + seen; /* without c */
        unsigned k = seen - 25 < 1 ? 0 : seen - 24;           /* without d1p1 */
        if (letter <= 'z')
            g_snprintf(prefix, sizeof prefix, "%c", letter);
        else
            g_snprintf(prefix, sizeof prefix, "d1p%u", k);
        g_snprintf(name, sizeof name, "urn:%u", seen);
        cr_assert(pc_text_equal(a->prefix, (struct pc_text){prefix, (uint32_t)strlen(prefix)}), "attribute %u: %.*s, not %s", seen,
                  (int)a->prefix.n, a->prefix.s, prefix);
        cr_assert(pc_text_equal(a->ns.text, (struct pc_text){name, (uint32_t)strlen(name)}), "attribute %u", seen);
        cr_assert_eq(a->value.number, seen);
        seen++;
    }
    cr_assert_eq(seen, (unsigned)COUNT);
    pc_nbfx_reader_clear(&r);
    pc_codec_free(codec);
    pc_octets_free(&out);
}

/* More levels of namespaces than the writer has room for at first, twice over. */
Test(writer, keeps_the_namespaces_of_all_levels)
{
    enum { LEVELS = 100 };
    struct pc_octets out = {0};
    struct pc_nbfx_writer w;
    char namespaces[LEVELS][8];
    pc_nbfx_writer_init(&w, &out, NULL);
    for (unsigned i = 0; i < LEVELS; i++) {
        struct pc_text ns = {namespaces[i], (uint32_t)g_snprintf(namespaces[i], sizeof namespaces[i], "urn:%u", i)};
        pc_nbfx_start(&w, PC_NBFX_NONE, PLAIN("x"), pc_plain(ns));
        pc_nbfx_xmlns(&w, PC_NBFX_NONE, pc_plain(ns)); /* it is bound: no second declaration */
    }
    for (unsigned i = 0; i < LEVELS; i++)
        pc_nbfx_end(&w);
    pc_nbfx_writer_clear(&w);
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_nbfx_reader r;
    pc_nbfx_reader_init(&r, codec, NULL, out.data, out.len);
    for (unsigned i = 0; i < LEVELS; i++) {
        cr_assert_eq(pc_nbfx_next(&r), PC_NBFX_START, "%s", r.why);
        cr_assert_eq(r.attribute_count, 1u);
        cr_assert(pc_text_equal(r.ns.text, (struct pc_text){namespaces[i], (uint32_t)strlen(namespaces[i])}), "level %u", i);
    }
    pc_nbfx_reader_clear(&r);
    pc_codec_free(codec);
    pc_octets_free(&out);
}

/* A prefix that an inner element has given to another namespace is not used for the outer one. */
Test(writer, chooses_no_prefix_that_is_hidden)
{
    struct pc_octets out = {0};
    struct pc_nbfx_writer w;
    pc_nbfx_writer_init(&w, &out, NULL);
    pc_nbfx_start(&w, PLAIN("p"), PLAIN("x"), PLAIN("u"));
    pc_nbfx_start(&w, PLAIN("p"), PLAIN("y"), PLAIN("v"));
    pc_nbfx_start(&w, PC_NBFX_NONE, PLAIN("z"), PLAIN("u")); /* <z xmlns="u"/>, not <p:z/> */
    pc_nbfx_end(&w);
    pc_nbfx_end(&w);
    pc_nbfx_start(&w, PC_NBFX_NONE, PLAIN("z"), PLAIN("u")); /* here it is <p:z/> */
    pc_nbfx_end(&w);
    pc_nbfx_start(&w, PC_NBFX_NONE, PLAIN("z"), PC_NBFX_NONE); /* neither given: as it stands */
    pc_nbfx_end(&w);
    pc_nbfx_end(&w);
    is(&out, "6D 01 78 09 01 70 01 75 6D 01 79 09 01 70 01 76 40 01 7A 08 01 75 01 01 6D 01 7A 01 40 01 7A 01 01");
    pc_nbfx_writer_clear(&w);
    pc_octets_free(&out);
}

/* An attribute without prefix is in no namespace: one that is in some gets a prefix, also if none was wished. */
Test(writer, gives_a_prefix_to_an_attribute_with_a_namespace)
{
    struct pc_octets out = {0};
    struct pc_nbfx_writer w;
    pc_nbfx_writer_init(&w, &out, NULL);
    pc_nbfx_start(&w, PLAIN(""), PLAIN("x"), PLAIN("u"));
    pc_nbfx_attribute_start(&w, PLAIN(""), PLAIN("k"), PLAIN("u"));
    pc_nbfx_int(&w, 1);
    pc_nbfx_attribute_end(&w);
    pc_nbfx_end(&w);
    is(&out, "40 01 78 26 01 6B 82 08 01 75 09 01 61 01 75 01");
    pc_nbfx_writer_clear(&w);
    pc_octets_free(&out);
}

/* One record goes by id if the prefix is a letter and the name in a dictionary; otherwise it is text, in an attribute one. */
Test(writer, writes_a_qname_by_id_if_it_can)
{
    struct pc_octets out = {0};
    struct pc_nbfx_writer w;
    pc_nbfx_writer_init(&w, &out, NULL);
    pc_nbfx_start(&w, PLAIN(""), PLAIN("x"), PC_NBFX_NONE);
    pc_nbfx_xmlns(&w, PLAIN("pq"), PLAIN("u"));
    pc_nbfx_xmlns(&w, PLAIN("c"), PLAIN("v"));
    pc_nbfx_attribute_start(&w, PC_NBFX_NONE, PLAIN("k"), PC_NBFX_NONE);
    pc_nbfx_qname(&w, pc_fixed(PC_NBFS_BODY), PLAIN("u")); /* 04 k = pq:Body */
    pc_nbfx_attribute_end(&w);
    pc_nbfx_attribute_start(&w, PC_NBFX_NONE, PLAIN("l"), PC_NBFX_NONE);
    pc_nbfx_qname(&w, pc_fixed(PC_NBFS_BODY), PLAIN("v")); /* c:Body */
    pc_nbfx_attribute_end(&w);
    pc_nbfx_attribute_start(&w, PC_NBFX_NONE, PLAIN("m"), PC_NBFX_NONE);
    pc_nbfx_qname(&w, PLAIN("Body"), PC_NBFX_NONE); /* no namespace: no prefix */
    pc_nbfx_attribute_end(&w);
    pc_nbfx_qname(&w, pc_fixed(PC_NBFS_BODY), PLAIN("v"));
    pc_nbfx_end(&w);
    is(&out, "40 01 78 04 01 6B 98 07 70 71 3A 42 6F 64 79 04 01 6C BC 02 0E 04 01 6D 98 04 42 6F 64 79"
             "09 02 70 71 01 75 09 01 63 01 76 BD 02 0E");
    pc_nbfx_writer_clear(&w);
    pc_octets_free(&out);
}

Test(writer, declares_a_prefix_for_the_namespace_of_a_qname)
{
    struct pc_octets out = {0};
    struct pc_nbfx_writer w;
    pc_nbfx_writer_init(&w, &out, NULL);
    pc_nbfx_start(&w, PLAIN(""), PLAIN("x"), PC_NBFX_NONE);
    pc_nbfx_attribute_start(&w, PC_NBFX_NONE, PLAIN("k"), PC_NBFX_NONE);
    pc_nbfx_qname(&w, PLAIN("y"), PLAIN("u"));
    pc_nbfx_attribute_end(&w);
    pc_nbfx_end(&w);
    is(&out, "40 01 78 04 01 6B 98 03 61 3A 79 09 01 61 01 75 01"); /* a:y, xmlns:a="u" */
    pc_nbfx_writer_clear(&w);
    pc_octets_free(&out);
}

/* Text goes through the original's buffer in chunks of 170 units that end between characters. */
static void round_trip(const char *unit, unsigned units, unsigned before)
{
    struct pc_octets out = {0};
    struct pc_nbfx_writer w;
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; i < before; i++)
        g_string_append_c(text, 'x');
    for (unsigned i = 0; i < units; i++)
        g_string_append(text, unit);
    struct pc_text all = {text->str, (uint32_t)text->len};
    pc_nbfx_writer_init(&w, &out, NULL);
    pc_nbfx_start(&w, PLAIN(""), pc_plain(all), PC_NBFX_NONE); /* names may be long, too */
    pc_nbfx_text(&w, pc_plain(all));
    pc_nbfx_end(&w);
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_nbfx_reader r;
    pc_nbfx_reader_init(&r, codec, NULL, out.data, out.len);
    cr_assert_eq(pc_nbfx_next(&r), PC_NBFX_START, "%s", r.why);
    cr_assert(pc_text_equal(r.name.text, all), "%u letters and %u times %s, as a name", before, units, unit);
    cr_assert_eq(pc_nbfx_next(&r), PC_NBFX_TEXT, "%s", r.why);
    GString *back = g_string_new(NULL);
    pc_nbfx_append_text(&r, &r.value, back);
    cr_assert_str_eq(back->str, text->str, "%u letters and %u times %s", before, units, unit);
    g_string_free(back, TRUE);
    pc_nbfx_reader_clear(&r);
    pc_codec_free(codec);
    pc_nbfx_writer_clear(&w);
    pc_octets_free(&out);
    g_string_free(text, TRUE);
}

Test(writer, cuts_long_text_between_characters)
{
    static const char *const units[] = {"y", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9D\x84\x9E", "\xE2\x82\xAC\xF0\x9D\x84\x9E\xC3\xA9z",
                                        "\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xC3\xA9z"};
    for (unsigned i = 0; i < G_N_ELEMENTS(units); i++)
        for (unsigned before = 168; before < 172; before++) {
            round_trip(units[i], 10, before);
            round_trip(units[i], 400, before);
        }
    for (unsigned i = 0; i < G_N_ELEMENTS(units); i++)
        round_trip(units[i], 90, 0);
}

/* An id whose string is new goes into the table only as long as there is room; sizes of sizes count. */
Test(writer, closes_the_table_at_a_string_that_does_not_fit)
{
    struct pc_codec_limits limits = {.table_octets = 20000};
    struct pc_codec *codec = pc_codec_new(&limits);
    struct pc_table *table = pc_table_empty(codec);
    struct pc_nbfx_session session = {.codec = codec, .table = table, .limit = 20000};
    static const struct {
        unsigned size; /* its length takes one octet below 128, two below 16,384, three from there */
        bool fits;
    } rows[] = {{127, true}, {128, true}, {16384, true}, {20000 - 128 - 130 - 16387 - 2, true}, {0, false}};
    char text[20000];
    memset(text, 'x', sizeof text);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        pc_str string = pc_str_intern(pc_codec_strings(codec), text, rows[i].size);
        cr_assert_eq(pc_nbfx_session_id(&session, string), rows[i].fits ? 2 * i + 1 : 0, "row %u", i);
        pc_str_unref(pc_codec_strings(codec), string);
    }
    cr_assert(session.closed && session.added_octets == 20000);
    pc_nbfx_session_clear(&session);
    pc_table_unref(codec, table);
    pc_codec_free(codec);
}
