/* Floods: at their origin, at relays, on links of all sorts. */
#include "protocol/wire/codec_private.h"
#include "protocol/wire/flood.h"
#include "protocol/wire/names.h"
#include "protocol/wire/nbfx_reader.h"
#include "tests/unit/wire/support.h"

#include <criterion/criterion.h>
#include <string.h>

#define ACTION NAMESPACE "/weather"

Test(flood, what_an_origin_writes_reads_back)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    pc_str to = mesh_uri(codec);
    for (unsigned round = 0; round < 4; round++) {
        struct pc_table *out = pc_table_empty(codec), *in = pc_table_empty(codec);
        bool has_hops = round & 1, connector = round & 2;
        for (unsigned n = 1; n <= 3; n++) {
            struct pc_image *image = some_flood(codec, ACTION, n, has_hops, 5 + n);
            struct pc_buf *record = pc_image_encode(codec, image, &out, connector ? to : 0);
            struct pc_message m;
            must_read(codec, &in, record, &m);
            cr_assert_eq(m.kind, PC_KIND_FLOOD);
            cr_assert_eq(in, out, "both ends have the same table");
            cr_assert(pc_text_equal(m.action, PC_TEXT(ACTION)));
            cr_assert(pc_text_equal(m.to, connector ? PC_TEXT(MESH) : PC_TEXT(PC_ANONYMOUS)));
            cr_assert(m.u.flood.has_id && m.u.flood.id.octets[0] == n);
            cr_assert(m.u.flood.has_hops == has_hops && (!has_hops || m.u.flood.hops == 5 + n));
            cr_assert(pc_text_equal(m.u.flood.via, PC_TEXT(CHAT)) && pc_text_equal(m.u.flood.peer_to, PC_TEXT(CHAT)));
            cr_assert_eq(m.u.flood.header_duplicates, 0u);
            cr_assert_leq(record->size, pc_image_size(image));
            char *body = body_of(codec, &m), *due = g_strdup_printf("2 seq=%u\n2 topic=weather\n", n);
            cr_assert_not_null(strstr(body, due), "%s", body);
            g_free(body);
            g_free(due);
            pc_buf_unref(record);
            pc_image_free(codec, image);
        }
        pc_table_unref(codec, in);
        pc_table_unref(codec, out);
    }
    pc_str_unref(pc_codec_strings(codec), to);
    pc_codec_free(codec);
}

/* soap-envelope.md 8: .NET's relayed form is 271 octets larger; a relay of a relay changes nothing more. */
/* PC-13.3-9 */
Test(flood, a_relay_adds_271_octets_and_the_next_relay_none)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_table *tables[3] = {pc_table_empty(codec), pc_table_empty(codec), pc_table_empty(codec)};
    struct pc_table *in[3] = {pc_table_empty(codec), pc_table_empty(codec), pc_table_empty(codec)};
    for (unsigned n = 1; n <= 2; n++) { /* the second one on established links */
        struct pc_image *image = some_flood(codec, ACTION, n, false, 0);
        struct pc_buf *records[3] = {pc_image_encode(codec, image, &tables[0], 0)};
        pc_image_free(codec, image);
        struct pc_message m;
        for (unsigned hop = 1; hop < 3; hop++) {
            must_read(codec, &in[hop - 1], records[hop - 1], &m);
            records[hop] = pass_on(codec, &m, 0, PC_RELAY_LITERAL, &tables[hop], 0);
        }
        cr_assert_eq(records[1]->size, records[0]->size + 271);
        cr_assert_eq(records[2]->size, records[1]->size);
        cr_assert_eq(memcmp(records[2]->data, records[1]->data, records[1]->size), 0);
        must_read(codec, &in[2], records[2], &m);
        cr_assert(m.kind == PC_KIND_FLOOD && m.u.flood.id.octets[0] == n);
        for (unsigned hop = 0; hop < 3; hop++)
            pc_buf_unref(records[hop]);
    }
    for (unsigned i = 0; i < 3; i++) {
        pc_table_unref(codec, tables[i]);
        pc_table_unref(codec, in[i]);
    }
    pc_codec_free(codec);
}

Test(flood, the_compact_form_keeps_the_origins_layout)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_table *a = pc_table_empty(codec), *b = pc_table_empty(codec), *in = pc_table_empty(codec);
    struct pc_table *literal = pc_table_empty(codec), *in_literal = pc_table_empty(codec), *c = pc_table_empty(codec);
    struct pc_image *image = some_flood(codec, ACTION, 1, false, 0);
    struct pc_buf *origin = pc_image_encode(codec, image, &a, 0);
    struct pc_message m;
    must_read(codec, &in, origin, &m);
    struct pc_buf *compact = pass_on(codec, &m, 0, PC_RELAY_COMPACT, &b, 0);
    cr_assert(compact->size == origin->size && memcmp(compact->data, origin->data, origin->size) == 0);
    /* … also from a message that a literal relay has passed on. */
    struct pc_buf *relayed = pass_on(codec, &m, 0, PC_RELAY_LITERAL, &literal, 0);
    must_read(codec, &in_literal, relayed, &m);
    struct pc_buf *again = pass_on(codec, &m, 0, PC_RELAY_COMPACT, &c, 0);
    cr_assert(again->size == origin->size && memcmp(again->data, origin->data, origin->size) == 0);
    pc_buf_unref(again);
    pc_buf_unref(relayed);
    pc_buf_unref(compact);
    pc_buf_unref(origin);
    pc_image_free(codec, image);
    struct pc_table *all[] = {a, b, c, in, literal, in_literal};
    for (unsigned i = 0; i < G_N_ELEMENTS(all); i++)
        pc_table_unref(codec, all[i]);
    pc_codec_free(codec);
}

/* The octets from "Hops" to the end of its value. */
static void expect_hops(const struct pc_buf *record, const char *value_hex, const char *what)
{
    GByteArray *due = g_byte_array_new();
    add_octets(due, "40");
    add_string(due, "Hops");
    add_octets(due, "08");
    add_string(due, PC_HOP_COUNT);
    add_octets(due, value_hex);
    cr_assert_not_null(memmem(record->data, record->size, due->data, due->len), "%s", what);
    g_byte_array_unref(due);
}

Test(flood, relayed_hops_are_literal_text_and_0_and_1_their_short_records)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    static const struct {
        uint64_t hops;
        const char *record;
    } rows[] = {{0, "81"}, {1, "83"}, {2, "990132"}, {41, "99023431"},
                {UINT64_MAX, "99143138343436373434303733373039353531363135"}};
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct pc_table *a = pc_table_empty(codec), *b = pc_table_empty(codec), *in = pc_table_empty(codec),
                        *again = pc_table_empty(codec);
        struct pc_image *image = some_flood(codec, ACTION, i, true, 7);
        struct pc_buf *origin = pc_image_encode(codec, image, &a, 0);
        cr_assert_not_null(memmem(origin->data, origin->size, "\x89\x07", 2), "at its origin: an integer record");
        struct pc_message m;
        must_read(codec, &in, origin, &m);
        struct pc_buf *relayed = pass_on(codec, &m, rows[i].hops, PC_RELAY_LITERAL, &b, 0);
        expect_hops(relayed, rows[i].record, rows[i].record);
        must_read(codec, &again, relayed, &m);
        cr_assert(m.u.flood.has_hops && !m.u.flood.hops_invalid && m.u.flood.hops == rows[i].hops, "row %u", i);
        pc_buf_unref(relayed);
        pc_buf_unref(origin);
        pc_image_free(codec, image);
        pc_table_unref(codec, a);
        pc_table_unref(codec, b);
        pc_table_unref(codec, in);
        pc_table_unref(codec, again);
    }
    pc_codec_free(codec);
}

Test(flood, only_a_single_hops_header_counts_and_is_replaced)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    static const char *const values[][3] = {{NULL}, {"3"}, {"3", "4"}, {"three"}, {"-1"}, {"18446744073709551616"}, {""}};
    for (unsigned i = 0; i < G_N_ELEMENTS(values); i++) {
        struct pc_table *in = pc_table_empty(codec), *out = pc_table_empty(codec);
        GByteArray *headers = g_byte_array_new();
        unsigned count = 0;
        for (; values[i][count]; count++)
            add_header(headers, "Hops", PC_HOP_COUNT, values[i][count]);
        add_flood_headers(headers);
        GByteArray *payload = hand_made(headers, NULL);
        struct pc_message m;
        read_hand_made(codec, &in, payload, &m);
        cr_assert_eq(m.u.flood.has_hops, count == 1, "row %u", i);
        cr_assert_eq(m.u.flood.hops_invalid, i >= 3, "row %u", i);
        struct pc_buf *record = pass_on(codec, &m, 2, PC_RELAY_LITERAL, &out, 0);
        if (count == 1)
            expect_hops(record, "990132", "replaced");
        for (unsigned k = 0; k < count && count > 1; k++) {
            char hex[16];
            g_snprintf(hex, sizeof hex, "9901%02x", values[i][k][0]);
            expect_hops(record, hex, "two of them are passed on as they are");
        }
        pc_buf_unref(record);
        g_byte_array_unref(payload);
        g_byte_array_unref(headers);
        pc_table_unref(codec, in);
        pc_table_unref(codec, out);
    }
    pc_codec_free(codec);
}

Test(flood, without_action_is_passed_on_without_action)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    GByteArray *headers = g_byte_array_new(), *payload = g_byte_array_new();
    add_flood_headers(headers);
    add_octets(payload, "00 56 02 0B 01 73 04 0B 01 61 06 56 08");
    g_byte_array_append(payload, headers->data, headers->len);
    add_octets(payload, "01 56 0E 01 01");
    for (enum pc_relay_form form = PC_RELAY_LITERAL; form <= PC_RELAY_COMPACT; form++) {
        struct pc_table *in = pc_table_empty(codec), *out = pc_table_empty(codec), *again = pc_table_empty(codec);
        struct pc_message m;
        read_hand_made(codec, &in, payload, &m);
        cr_assert_null(m.action.s);
        struct pc_buf *record = pass_on(codec, &m, 0, form, &out, 0);
        must_read(codec, &again, record, &m);
        cr_assert(m.kind == PC_KIND_FLOOD && !m.action.s, "form %d", (int)form);
        cr_assert(pc_text_equal(m.to, PC_TEXT(PC_ANONYMOUS)), "form %d", (int)form);
        pc_buf_unref(record);
        pc_table_unref(codec, in);
        pc_table_unref(codec, out);
        pc_table_unref(codec, again);
    }
    g_byte_array_unref(payload);
    g_byte_array_unref(headers);
    pc_codec_free(codec);
}

/* A relay cuts text into pieces of 256 characters and octets into 384 and what is left over: binary-xml.md 10.6. */
static void write_long_body(struct pc_body_writer *writer, const void *data)
{
    pc_body_start(writer, PC_TEXT("m"), PC_TEXT(NAMESPACE));
    pc_body_start(writer, PC_TEXT("t"), (struct pc_text){0});
    pc_body_text(writer, (struct pc_text){data, 1000});
    pc_body_end(writer);
    pc_body_start(writer, PC_TEXT("data"), (struct pc_text){0});
    pc_body_bytes(writer, data, 1000);
    pc_body_end(writer);
    pc_body_end(writer);
}

Test(flood, values_in_many_pieces_are_delivered_whole)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    char text[1001];
    for (unsigned i = 0; i < 1000; i++)
        text[i] = (char)('a' + i % 26);
    text[1000] = '\0';
    struct pc_outgoing outgoing = {.action = PC_TEXT(ACTION), .via = PC_TEXT(CHAT), .peer_to = PC_TEXT(CHAT),
                                   .write_body = write_long_body, .body = text};
    struct pc_table *a = pc_table_empty(codec), *b = pc_table_empty(codec);
    struct pc_table *in_a = pc_table_empty(codec), *in_b = pc_table_empty(codec);
    struct pc_image *image = pc_image_origin(codec, &outgoing);
    struct pc_buf *origin = pc_image_encode(codec, image, &a, 0);
    struct pc_message m;
    must_read(codec, &in_a, origin, &m);
    struct pc_buf *relayed = pass_on(codec, &m, 0, PC_RELAY_LITERAL, &b, 0);
    must_read(codec, &in_b, relayed, &m);
    char *octets = g_base64_encode((const guchar *)text, 1000);
    char *due = g_strdup_printf("2 t=%s\n2 data=%s\n", text, octets), *body = body_of(codec, &m);
    cr_assert_not_null(strstr(body, due), "%s", body);
    g_free(body);
    g_free(due);
    g_free(octets);
    pc_buf_unref(relayed);
    pc_buf_unref(origin);
    pc_image_free(codec, image);
    struct pc_table *all[] = {a, b, in_a, in_b};
    for (unsigned i = 0; i < G_N_ELEMENTS(all); i++)
        pc_table_unref(codec, all[i]);
    pc_codec_free(codec);
}

/* .NET reads a QName whose prefix is not declared. Passed on with a namespace made up for it, it was no document any more. */
Test(flood, a_qname_without_namespace_is_passed_on_as_text)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_table *in = pc_table_empty(codec), *out = pc_table_empty(codec), *again = pc_table_empty(codec);
    GByteArray *headers = g_byte_array_new(), *body = g_byte_array_new();
    add_flood_headers(headers);
    add_octets(body, "40 01 71 BD 09 0A"); /* <q>j:Action</q> */
    GByteArray *payload = hand_made(headers, body);
    struct pc_message m;
    read_hand_made(codec, &in, payload, &m);
    struct pc_buf *record = pass_on(codec, &m, 0, PC_RELAY_LITERAL, &out, 0);
    must_read(codec, &again, record, &m);
    char *text = body_of(codec, &m);
    cr_assert_str_eq(text, "1 q=j:Action\n");
    g_free(text);
    pc_buf_unref(record);
    g_byte_array_unref(payload);
    g_byte_array_unref(body);
    g_byte_array_unref(headers);
    pc_table_unref(codec, in);
    pc_table_unref(codec, out);
    pc_table_unref(codec, again);
    pc_codec_free(codec);
}

Test(flood, headers_that_occur_twice_or_must_be_understood_are_reported)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_table *in = pc_table_empty(codec);
    GByteArray *headers = g_byte_array_new();
    add_flood_headers(headers);
    add_header(headers, "PeerVia", PC_PEER, CHAT);
    GByteArray *payload = hand_made(headers, NULL);
    struct pc_message m;
    read_hand_made(codec, &in, payload, &m);
    cr_assert_eq(m.u.flood.header_duplicates, 1u);
    cr_assert_not(m.u.flood.must_understand_unknown);
    g_byte_array_unref(payload);
    add_octets(headers, "40 01 6F 1E 00 82 08 03 75 3A 6F 01"); /* <o xmlns="u:o" s:mustUnderstand="1"/> */
    payload = hand_made(headers, NULL);
    read_hand_made(codec, &in, payload, &m);
    cr_assert(m.u.flood.must_understand_unknown);
    g_byte_array_unref(payload);
    g_byte_array_unref(headers);
    pc_table_unref(codec, in);
    pc_codec_free(codec);
}

static void write_values(struct pc_body_writer *writer, const void *data)
{
    (void)data;
    pc_body_start(writer, PC_TEXT("m"), PC_TEXT(NAMESPACE));
    pc_body_start(writer, PC_TEXT("yes"), (struct pc_text){0});
    pc_body_bool(writer, true);
    pc_body_end(writer);
    pc_body_start(writer, PC_TEXT("half"), (struct pc_text){0});
    pc_body_double(writer, 0.5);
    pc_body_end(writer);
    pc_body_end(writer);
}

Test(flood, values_have_the_types_that_the_origin_gave_them)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_table *out = pc_table_empty(codec), *in = pc_table_empty(codec);
    const struct pc_outgoing outgoing = {.action = PC_TEXT(ACTION), .via = PC_TEXT(CHAT), .peer_to = PC_TEXT(CHAT), .write_body = write_values};
    struct pc_image *image = pc_image_origin(codec, &outgoing);
    struct pc_buf *record = pc_image_encode(codec, image, &out, 0);
    struct pc_nbfx_reader r;
    struct pc_message m;
    must_read(codec, &in, record, &m);
    char *body = body_of(codec, &m);
    cr_assert_str_eq(body, "1 m=\n2 yes=true\n2 half=0.5\n");
    static const uint8_t types[] = {0x86, 0x90};
    unsigned values = 0;
    cr_assert(pc_body_open(codec, &m, &r));
    cr_assert(r.depth == 2 && pc_text_equal(r.name.text, PC_TEXT("Body")));
    while (pc_nbfx_next(&r) > PC_NBFX_EOF && r.depth > 2)
        if (r.node == PC_NBFX_TEXT)
            cr_assert_eq(r.value.type, types[values++]);
    cr_assert_eq(values, 2u);
    pc_nbfx_reader_clear(&r);
    g_free(body);
    pc_buf_unref(record);
    pc_image_free(codec, image);
    pc_table_unref(codec, in);
    pc_table_unref(codec, out);
    pc_codec_free(codec);
}

/* Blanks and comments around elements are not what a body says; blanks in a leaf are. */
Test(flood, a_body_with_blanks_and_comments_is_delivered_whole)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_table *in = pc_table_empty(codec);
    GByteArray *headers = g_byte_array_new(), *body = g_byte_array_new();
    struct pc_message m;
    add_flood_headers(headers);
    add_octets(body, "98 01 20 02 01 63 40 01 6D 98 01 0A 40 01 61 98 01 20 02 01 63 A0 03 00 61 62 63 A2 01 00 00 00 64 01"
                     "98 01 0A 40 01 62 83 02 01 63 01 98 01 20");
    GByteArray *payload = hand_made(headers, body);
    read_hand_made(codec, &in, payload, &m);
    char *text = body_of(codec, &m);
    cr_assert_str_eq(text, "1 m=\n2 a= YWJjZA==\n2 b=1\n");
    g_free(text);
    g_byte_array_unref(payload);
    g_byte_array_unref(body);
    g_byte_array_unref(headers);
    pc_table_unref(codec, in);
    pc_codec_free(codec);
}

/* peer-channel.md 13.3: step 2 */
Test(flood, addresses_are_absolute_or_bad)
{
    static const struct {
        const char *uri;
        bool bad;
    } rows[] = {{"net.p2p://mesh1/", false}, {"a:b", false}, {"A1+-.:b", false}, {"", true},   {"mesh1", true}, {":b", true},
                {"a:", true},                {"1a:b", true}, {"-a:b", true},     {"a_b:c", true}, {"a b:c", true}};
    struct pc_codec *codec = pc_codec_new(NULL);
    for (unsigned i = 0; i < 2 * G_N_ELEMENTS(rows); i++) {
        const char *uri = rows[i / 2].uri;
        struct pc_table *in = pc_table_empty(codec);
        GByteArray *headers = g_byte_array_new();
        struct pc_message m;
        add_header(headers, "PeerTo", PC_PEER, i % 2 ? CHAT : uri);
        add_header(headers, "PeerVia", PC_PEER, i % 2 ? uri : CHAT);
        add_header(headers, "FloodMessage", PC_PEER, "PeerFlooder");
        GByteArray *payload = hand_made(headers, NULL);
        read_hand_made(codec, &in, payload, &m);
        cr_assert_eq(m.u.flood.bad_uri, rows[i / 2].bad, "%s '%s'", i % 2 ? "PeerVia" : "PeerTo", uri);
        g_byte_array_unref(payload);
        g_byte_array_unref(headers);
        pc_table_unref(codec, in);
    }
    pc_codec_free(codec);
}

/* What stands between the parts of the envelope is not passed on. */
Test(flood, a_relay_leaves_out_comments_between_the_parts)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    GByteArray *headers = g_byte_array_new(), *payload, *with = g_byte_array_new();
    add_flood_headers(headers);
    payload = hand_made(headers, NULL);
    g_byte_array_append(with, payload->data, payload->len - 5); /* up to the end of Header: 56 0E 01 01 is left */
    cr_assert_eq(memcmp(payload->data + payload->len - 5, "\x01\x56\x0E\x01\x01", 5), 0);
    add_octets(with, "02 01 68 01 98 01 20 02 01 63 56 0E 01 A8 01");
    for (unsigned form = PC_RELAY_LITERAL; form <= PC_RELAY_COMPACT; form++) {
        struct pc_buf *records[2];
        for (unsigned i = 0; i < 2; i++) {
            struct pc_table *in = pc_table_empty(codec), *out = pc_table_empty(codec);
            struct pc_message m;
            read_hand_made(codec, &in, i ? with : payload, &m);
            records[i] = pass_on(codec, &m, 0, (enum pc_relay_form)form, &out, 0);
            pc_table_unref(codec, in);
            pc_table_unref(codec, out);
        }
        cr_assert(records[0]->size == records[1]->size && memcmp(records[0]->data, records[1]->data, records[0]->size) == 0, "form %u", form);
        pc_buf_unref(records[0]);
        pc_buf_unref(records[1]);
    }
    g_byte_array_unref(with);
    g_byte_array_unref(payload);
    g_byte_array_unref(headers);
    pc_codec_free(codec);
}

