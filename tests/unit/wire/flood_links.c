/* Floods on many links: what is remembered of one is used for the next, and gives the same octets. */
#include "protocol/wire/codec_private.h"
#include "protocol/wire/flood.h"
#include "protocol/wire/names.h"
#include "protocol/wire/nbfx_reader.h"
#include "tests/unit/wire/support.h"

#include <criterion/criterion.h>
#include <string.h>

#define ACTION NAMESPACE "/weather"

/* One run of a small mesh: an origin, relays and links in all states of their tables. Every record goes into `log`. */
static void run_links(bool memo, GByteArray *log)
{
    enum { LINKS = 8, MESSAGES = 90 };
    struct pc_codec *codec = pc_codec_new(NULL);
    size_t before;
    pc_codec_set_memo(codec, memo);
    pc_str to = mesh_uri(codec);
    before = pc_strings_count(pc_codec_strings(codec));
    struct pc_table *out[LINKS], *in[LINKS];
    for (unsigned l = 0; l < LINKS; l++) {
        out[l] = pc_table_empty(codec);
        in[l] = pc_table_empty(codec);
    }
    for (unsigned n = 0; n < MESSAGES; n++) {
        char action[64]; /* new ones until ids take two octets and the tables are full */
        g_snprintf(action, sizeof action, "urn:x:%u", n % 3 ? n : 1);
        struct pc_image *image = some_flood(codec, action, n, n % 2, n);
        for (unsigned l = 0; l < LINKS; l++) {
            if (l > n % (LINKS + 3)) /* the links are not all in the same state */
                continue;
            pc_str link_to = l % 2 ? to : 0;
            struct pc_buf *record = pc_image_encode(codec, image, &out[l], link_to);
            g_byte_array_append(log, record->data, record->size);
            struct pc_message m;
            must_read(codec, &in[l], record, &m);
            cr_assert(m.kind == PC_KIND_FLOOD && m.u.flood.id.octets[0] == n, "message %u on link %u", n, l);
            cr_assert(pc_text_equal(m.action, (struct pc_text){action, (uint32_t)strlen(action)}));
            cr_assert(pc_text_equal(m.to, link_to ? PC_TEXT(MESH) : PC_TEXT(PC_ANONYMOUS)));
            if (l + 1 < LINKS && n % 4 == 0) { /* the node at its end passes it on */
                unsigned next = l + 1;
                struct pc_buf *relayed = pass_on(codec, &m, n, n % 8 ? PC_RELAY_COMPACT : PC_RELAY_LITERAL, &out[next],
                                                 next % 2 ? to : 0);
                g_byte_array_append(log, relayed->data, relayed->size);
                must_read(codec, &in[next], relayed, &m);
                cr_assert(m.kind == PC_KIND_FLOOD && m.u.flood.id.octets[0] == n, "message %u relayed to %u", n, next);
                char *body = body_of(codec, &m), *due = g_strdup_printf("seq=%u\n", n);
                cr_assert_not_null(strstr(body, due), "message %u relayed to %u: %s", n, next, body);
                g_free(body);
                g_free(due);
                pc_buf_unref(relayed);
            }
            pc_buf_unref(record);
        }
        pc_image_free(codec, image);
    }
    cr_assert_gt(out[0]->count, 64u, "ids of two octets were in use");
    for (unsigned l = 0; l < LINKS; l++) {
        pc_table_unref(codec, out[l]);
        pc_table_unref(codec, in[l]);
    }
    pc_codec_set_memo(codec, false); /* gives back what it remembers */
    cr_assert_eq(pc_strings_count(pc_codec_strings(codec)), before, "strings go with their sessions");
    pc_str_unref(pc_codec_strings(codec), to);
    pc_codec_free(codec);
}

Test(flood, memo_on_and_off_give_the_same_octets)
{
    GByteArray *on = g_byte_array_new(), *off = g_byte_array_new();
    run_links(true, on);
    run_links(false, off);
    cr_assert_gt(on->len, 100000u);
    cr_assert_eq(on->len, off->len);
    cr_assert_eq(memcmp(on->data, off->data, on->len), 0);
    g_byte_array_unref(on);
    g_byte_array_unref(off);
}

Test(flood, links_in_the_same_state_share_a_record)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_table *tables[2] = {pc_table_empty(codec), pc_table_empty(codec)};
    for (unsigned n = 0; n < 2; n++) {
        struct pc_image *image = some_flood(codec, ACTION, n, false, 0);
        struct pc_buf *one = pc_image_encode(codec, image, &tables[0], 0);
        struct pc_buf *two = pc_image_encode(codec, image, &tables[1], 0);
        cr_assert_eq(one->size, two->size);
        cr_assert_eq(tables[0], tables[1]);
        cr_assert(n == 0 || one == two, "on established links it is one buffer");
        pc_buf_unref(one);
        pc_buf_unref(two);
        pc_image_free(codec, image);
    }
    pc_table_unref(codec, tables[0]);
    pc_table_unref(codec, tables[1]);
    pc_codec_free(codec);
}

/* Each node of a mesh reads the same flood and delivers its body: what that takes must not add up. */
Test(flood, delivering_a_remembered_flood_again_and_again_takes_no_more_memory)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_table *out = pc_table_empty(codec), *in = pc_table_empty(codec);
    for (unsigned n = 0; n < 2; n++) { /* only what brings no strings is remembered */
        struct pc_image *image = some_flood(codec, ACTION, n, false, 0);
        struct pc_buf *record = pc_image_encode(codec, image, &out, 0);
        for (unsigned i = 0; i < (n ? 1000 : 1); i++) {
            struct pc_message m;
            must_read(codec, &in, record, &m);
            g_free(body_of(codec, &m));
        }
        pc_buf_unref(record);
        pc_image_free(codec, image);
    }
    size_t taken = 0;
    for (const struct pc_scratch_block *block = codec->scratch; block; block = block->next)
        taken += block->size;
    cr_assert_lt(taken, (size_t)64 * 1024, "%zu octets", taken);
    pc_table_unref(codec, in);
    pc_table_unref(codec, out);
    pc_codec_free(codec);
}

/* Two nodes that count differently pass on the same octets: each with its own count, from one memory. */
Test(flood, a_remembered_relay_is_made_again_for_another_hop_count)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_table *in = pc_table_empty(codec);
    GByteArray *headers = g_byte_array_new();
    add_flood_headers(headers);
    add_header(headers, "Hops", PC_HOP_COUNT, "9");
    GByteArray *payload = hand_made(headers, NULL);
    static const uint64_t counts[] = {8, 9, 9, 8};
    for (unsigned i = 0; i < G_N_ELEMENTS(counts); i++) {
        struct pc_message m;
        struct pc_table *back = pc_table_empty(codec);
        read_hand_made(codec, &in, payload, &m);
        cr_assert_eq(m.u.flood.hops, 9u);
        cr_assert_not_null(m.memo);
        struct pc_table *link = pc_table_empty(codec);
        struct pc_buf *record = pass_on(codec, &m, counts[i], PC_RELAY_LITERAL, &link, 0);
        must_read(codec, &back, record, &m);
        cr_assert_eq(m.u.flood.hops, counts[i], "relay %u", i);
        pc_buf_unref(record);
        pc_table_unref(codec, link);
        pc_table_unref(codec, back);
    }
    g_byte_array_unref(payload);
    g_byte_array_unref(headers);
    pc_table_unref(codec, in);
    pc_codec_free(codec);
}

/* Each connector writes another To: of finished records the newest are kept, and each is right. */
Test(flood, links_with_many_destinations_get_each_its_own)
{
    enum { LINKS = 12 };
    struct pc_codec *codec = pc_codec_new(NULL);
    pc_str to[LINKS];
    struct pc_table *out[LINKS], *in[LINKS];
    for (unsigned l = 0; l < LINKS; l++) {
        char uri[32];
        to[l] = pc_str_intern(pc_codec_strings(codec), uri, (size_t)g_snprintf(uri, sizeof uri, "net.p2p://m%u/", l));
        out[l] = pc_table_empty(codec);
        in[l] = pc_table_empty(codec);
    }
    for (unsigned n = 0; n < 3; n++) {
        struct pc_image *image = some_flood(codec, ACTION, n, false, 0);
        for (unsigned l = 0; l < 3 * LINKS; l++) {
            unsigned link = l % LINKS;
            struct pc_buf *record = pc_image_encode(codec, image, &out[link], to[link]);
            struct pc_message m;
            must_read(codec, &in[link], record, &m);
            cr_assert(pc_text_equal(m.to, pc_str_text(pc_codec_strings(codec), to[link])), "link %u", link);
            cr_assert_eq(m.u.flood.id.octets[0], n);
            pc_buf_unref(record);
        }
        pc_image_free(codec, image);
    }
    for (unsigned l = 0; l < LINKS; l++) {
        pc_str_unref(pc_codec_strings(codec), to[l]);
        pc_table_unref(codec, out[l]);
        pc_table_unref(codec, in[l]);
    }
    pc_codec_free(codec);
}

/* More session strings than ids of one octet: the document is written for the link record by record. */
Test(flood, a_body_of_eighty_session_strings_is_passed_on)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_table *in = pc_table_empty(codec), *out = pc_table_empty(codec), *back = pc_table_empty(codec);
    GByteArray *headers = g_byte_array_new(), *body = g_byte_array_new(), *strings = g_byte_array_new(), *all = g_byte_array_new();
    GString *due = g_string_new("1 m=\n");
    uint8_t octets[5];
    add_flood_headers(headers);
    add_octets(body, "40 01 6D");
    for (unsigned i = 0; i < 80; i++) {
        char name[8];
        g_snprintf(name, sizeof name, "n%u", i);
        add_string(strings, name);
        add_octets(body, "42");
        g_byte_array_append(body, octets, (guint)pc_mb31_write(octets, 2 * i + 1));
        add_octets(body, "89");
        g_byte_array_append(body, &(const uint8_t){(uint8_t)(i + 2)}, 1);
        g_string_append_printf(due, "2 %s=%u\n", name, i + 2);
    }
    add_octets(body, "01");
    GByteArray *payload = hand_made(headers, body);
    g_byte_array_append(all, octets, (guint)pc_mb31_write(octets, strings->len));
    g_byte_array_append(all, strings->data, strings->len);
    g_byte_array_append(all, payload->data + 1, payload->len - 1);
    struct pc_message m;
    read_hand_made(codec, &in, all, &m);
    struct pc_buf *record = pass_on(codec, &m, 0, PC_RELAY_LITERAL, &out, 0);
    cr_assert_gt(out->count, 64u, "they went into the link's table");
    must_read(codec, &back, record, &m);
    char *text = body_of(codec, &m);
    cr_assert_str_eq(text, due->str);
    g_free(text);
    g_string_free(due, TRUE);
    pc_buf_unref(record);
    g_byte_array_unref(all);
    g_byte_array_unref(payload);
    g_byte_array_unref(strings);
    g_byte_array_unref(body);
    g_byte_array_unref(headers);
    pc_table_unref(codec, in);
    pc_table_unref(codec, out);
    pc_table_unref(codec, back);
    pc_codec_free(codec);
}

/* A table that knows both: what was finished for one destination is not for the other. */
Test(flood, two_destinations_under_one_table_are_two_records)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_table *out = pc_table_empty(codec), *in = pc_table_empty(codec);
    pc_str to[2] = {mesh_uri(codec), pc_str_intern(pc_codec_strings(codec), "net.p2p://other/", 16)};
    struct pc_image *image = some_flood(codec, ACTION, 1, false, 0);
    for (unsigned i = 0; i < 6; i++) { /* from the third on, nothing is new to the table */
        struct pc_buf *record = pc_image_encode(codec, image, &out, to[i % 2]);
        struct pc_message m;
        must_read(codec, &in, record, &m);
        cr_assert(pc_text_equal(m.to, pc_str_text(pc_codec_strings(codec), to[i % 2])), "round %u", i);
        pc_buf_unref(record);
    }
    pc_image_free(codec, image);
    pc_str_unref(pc_codec_strings(codec), to[0]);
    pc_str_unref(pc_codec_strings(codec), to[1]);
    pc_table_unref(codec, in);
    pc_table_unref(codec, out);
    pc_codec_free(codec);
}
