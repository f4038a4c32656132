/* Octets of an enemy: every recorded frame cut and changed at every place, and documents made to hurt. What is read is passed
 * on as a node would, since a message that reads well must also be fit to be written. */
#include "protocol/wire/codec_private.h"
#include "protocol/wire/flood.h"
#include "protocol/wire/nbfx_reader.h"
#include "tests/unit/wire/support.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define ALL "PEERMESH_ALL_MUTATIONS" /* in the environment: every value of every octet, not only the telling ones */

/* What comes of a payload: an error that names its place, or a message that can be passed on and read again. */
static void try_payload(struct pc_codec *codec, struct pc_table *table, const uint8_t *payload, size_t size,
                        const char *what)
{
    struct pc_message m;
    GError *error = NULL;
    struct pc_table *in = pc_table_ref(table);
    if (!pc_message_read(codec, &in, payload, size, &m, &error)) {
        cr_assert(error && error->domain == PC_WIRE_ERROR && strstr(error->message, ": offset "), "%s: %s", what,
                  error ? error->message : "no error");
        unsigned long offset = strtoul(strstr(error->message, ": offset ") + 9, NULL, 10);
        cr_assert_leq(offset, size, "%s: %s", what, error->message);
        g_error_free(error);
    } else if (m.kind == PC_KIND_FLOOD) {
        struct pc_table *out = pc_table_empty(codec), *back = pc_table_empty(codec);
        struct pc_image *image = pc_image_relay(codec, &m, 3, size % 2 ? PC_RELAY_LITERAL : PC_RELAY_COMPACT);
        struct pc_buf *record = pc_image_encode(codec, image, &out, 0);
        cr_assert_lt(record->size, 3 * size + 2048, "%s: a relay must not make much of little", what);
        struct pc_message again;
        cr_assert(read_record(codec, &back, record, &again, &error), "%s: what we wrote: %s", what,
                  error ? error->message : "");
        cr_assert_eq(again.kind, PC_KIND_FLOOD, "%s", what);
        pc_buf_unref(record);
        pc_image_free(codec, image);
        pc_table_unref(codec, out);
        pc_table_unref(codec, back);
    }
    pc_table_unref(codec, in);
}

static void cut_everywhere(struct pc_codec *codec, struct pc_table *table, const uint8_t *payload, size_t size,
                           const char *name)
{
    for (size_t n = 0; n < size; n++) {
        char what[80];
        uint8_t *copy = g_memdup2(payload, n + 1); /* of its own, so that a sanitizer sees reads beyond it */
        g_snprintf(what, sizeof what, "%s cut to %zu octets", name, n);
        copy = g_realloc(copy, n ? n : 1);
        struct pc_message m;
        struct pc_table *in = pc_table_ref(table);
        cr_assert_not(pc_message_read(codec, &in, copy, n, &m, NULL), "%s", what);
        pc_table_unref(codec, in);
        try_payload(codec, table, copy, n, what);
        g_free(copy);
    }
}

static void change_everywhere(struct pc_codec *codec, struct pc_table *table, const uint8_t *payload, size_t size,
                              const char *name)
{
    static const uint8_t telling[] = {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF, 0x7F, 0x81, 0x03};
    unsigned values = g_getenv(ALL) ? 255 : G_N_ELEMENTS(telling);
    uint8_t *copy = g_memdup2(payload, size);
    for (size_t at = 0; at < size; at++)
        for (unsigned v = 0; v < values; v++) {
            char what[80];
            copy[at] = (uint8_t)(payload[at] ^ (values == 255 ? v + 1 : telling[v]));
            g_snprintf(what, sizeof what, "%s, octet %zu as %02X", name, at, copy[at]);
            try_payload(codec, table, copy, size, what);
            copy[at] = payload[at];
        }
    g_free(copy);
}

/* Each frame under the table that its session has by then. */
static void each_frame(void (*attack)(struct pc_codec *, struct pc_table *, const uint8_t *, size_t, const char *))
{
    GPtrArray *samples = samples_load();
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_table *table = pc_table_empty(codec);
    unsigned frames = 0;
    for (unsigned i = 0; i < samples->len; i++) {
        const struct sample *sample = g_ptr_array_index(samples, i);
        const struct sample *last = i ? g_ptr_array_index(samples, i - 1) : NULL;
        if (!last || strcmp(last->session, sample->session) != 0) {
            pc_table_unref(codec, table);
            table = pc_table_empty(codec);
        }
        size_t size;
        const uint8_t *payload = payload_of(sample->octets->data, sample->octets->len, &size);
        if (!payload)
            continue;
        pc_codec_set_memo(codec, frames++ % 2);
        attack(codec, table, payload, size, sample->name);
        struct pc_message m;
        GError *error = NULL;
        cr_assert(pc_message_read(codec, &table, payload, size, &m, &error), "%s: %s", sample->name,
                  error ? error->message : "");
    }
    cr_assert_geq(frames, 25u);
    pc_table_unref(codec, table);
    pc_codec_free(codec);
    g_ptr_array_unref(samples);
}

Test(hostile, every_frame_cut_at_every_octet_is_refused_with_its_place)
{
    each_frame(cut_everywhere);
}

Test(hostile, every_frame_with_any_octet_changed_is_refused_or_fit_to_be_passed_on)
{
    each_frame(change_everywhere);
}

/* Framing: the same, octet by octet, for a stream with a preamble. */
Test(hostile, no_change_of_a_stream_upsets_the_record_reader)
{
    struct pc_buf *preamble = pc_nmf_preamble(PC_TEXT("net.tcp://h/"));
    GByteArray *stream = g_byte_array_new();
    g_byte_array_append(stream, preamble->data, preamble->size);
    add_octets(stream, "06 03 00 40 01 06 81 00 00 07");
    for (guint at = 0; at < stream->len; at++)
        for (unsigned v = 1; v < 256; v++)
            for (unsigned step = 1; step <= stream->len; step += stream->len - 1) {
                stream->data[at] ^= (uint8_t)v;
                struct pc_nmf_reader reader;
                struct pc_nmf_record record;
                enum pc_nmf_status status = PC_NMF_MORE;
                unsigned records = 0;
                pc_nmf_reader_init(&reader, true, NULL);
                for (guint from = 0; from < stream->len && status != PC_NMF_FAILED; from += step) {
                    uint8_t *piece = g_memdup2(stream->data + from, step);
                    const uint8_t *data = piece;
                    size_t size = step;
                    while ((status = pc_nmf_read(&reader, &data, &size, &record)) == PC_NMF_RECORD)
                        records++;
                    g_free(piece);
                }
                cr_assert_leq(records, stream->len);
                cr_assert_leq(reader.offset, (uint64_t)stream->len);
                pc_nmf_reader_clear(&reader);
                stream->data[at] ^= (uint8_t)v;
            }
    g_byte_array_unref(stream);
    pc_buf_unref(preamble);
}

/* ---- documents made to hurt ---- */

static int error_of(const GByteArray *document)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_nbfx_reader r;
    pc_nbfx_reader_init(&r, codec, NULL, document->data, document->len);
    while (pc_nbfx_next(&r) > PC_NBFX_EOF)
        ;
    int error = r.error;
    pc_nbfx_reader_clear(&r);
    pc_codec_free(codec);
    return error;
}

static int error_of_repeated(const char *head, const char *piece, unsigned count, const char *tail)
{
    GByteArray *document = g_byte_array_new();
    add_octets(document, head);
    for (unsigned i = 0; i < count; i++)
        add_octets(document, piece);
    for (unsigned i = 0; *tail && i < count; i++)
        add_octets(document, tail);
    int error = error_of(document);
    g_byte_array_unref(document);
    return error;
}

/* LIM-1 */
Test(hostile, elements_nest_128_deep_and_not_129, .timeout = 2)
{
    cr_assert_eq(error_of_repeated("", "40 01 61", 128, "01"), 0);
    cr_assert_eq(error_of_repeated("", "40 01 61", 129, "01"), PC_WIRE_QUOTA);
    cr_assert_eq(error_of_repeated("", "40 01 61", 20000, ""), PC_WIRE_QUOTA);
    cr_assert_eq(error_of_repeated("", "03", 20000, ""), PC_WIRE_BAD_RECORD, "arrays do not nest");
    cr_assert_eq(error_of_repeated("40 01 61", "A4", 20000, ""), PC_WIRE_BAD_RECORD, "lists do not nest");
}

static GByteArray *with_names(const char *head, const char *record, const char *value, unsigned count)
{
    GByteArray *document = g_byte_array_new();
    add_octets(document, head);
    for (unsigned i = 0; i < count; i++) {
        char name[8];
        g_snprintf(name, sizeof name, "x%u", i);
        add_octets(document, record);
        add_string(document, name);
        add_octets(document, value);
    }
    add_octets(document, "01");
    return document;
}

/* LIM-2 */
Test(hostile, attributes_and_declarations_are_bounded, .timeout = 2)
{
    static const struct {
        unsigned count;
        int attributes, declarations;
    } rows[] = {{512, 0, 0}, {513, PC_WIRE_QUOTA, PC_WIRE_QUOTA}, {8000, PC_WIRE_QUOTA, PC_WIRE_QUOTA}};
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        GByteArray *document = with_names("40 01 61", "04", "80", rows[i].count);
        cr_assert_eq(error_of(document), rows[i].attributes, "%u attributes", rows[i].count);
        g_byte_array_unref(document);
        document = with_names("40 01 61", "09", "01 75", rows[i].count);
        cr_assert_eq(error_of(document), rows[i].declarations, "%u declarations", rows[i].count);
        g_byte_array_unref(document);
    }
}

/* 1024 declarations in force are looked through for each of many elements; one more is refused. */
/* LIM-2 */
Test(hostile, declarations_of_nested_elements_are_bounded_together, .timeout = 2)
{
    for (unsigned inner = 512; inner <= 513; inner++) {
        GByteArray *document = with_names("40 01 61", "09", "01 75", 512), *more = with_names("40 01 61", "09", "01 75", 511);
        g_byte_array_set_size(document, document->len - 1); /* stays open */
        g_byte_array_append(document, more->data, more->len - 1);
        if (inner == 513)
            add_octets(document, "40 01 62 09 01 79 01 75 09 01 7A 01 75 01");
        for (unsigned i = 0; i < 10000; i++)
            add_octets(document, "41 02 78 30 01 62 01"); /* <x0:b/>, bound farthest out */
        add_octets(document, "01 01");
        cr_assert_eq(error_of(document), inner == 512 ? 0 : PC_WIRE_QUOTA, "%u", inner);
        g_byte_array_unref(document);
        g_byte_array_unref(more);
    }
}

Test(hostile, announced_sizes_beyond_the_document_are_refused_before_anything_is_made, .timeout = 2)
{
    static const struct {
        const char *document;
        int error;
    } rows[] = {
        {"40 FF FF FF FF 07", PC_WIRE_TRUNCATED},                      /* a name of 2 GiB */
        {"40 01 61 9C FF FF FF 7F", PC_WIRE_TRUNCATED},                /* text */
        {"40 01 61 A2 FF FF FF 7F 00", PC_WIRE_TRUNCATED},             /* octets */
        {"40 01 61 BA FE FF FF 7F 00", PC_WIRE_TRUNCATED},             /* UTF-16 */
        {"40 01 61 9C FF FF FF FF", PC_WIRE_BAD_LENGTH},               /* less than nothing */
        {"03 40 01 61 01 8F FF FF FF FF 07 00", PC_WIRE_TRUNCATED},    /* an array: 2^31 times 8 octets */
        {"03 40 01 61 01 B1 80 80 80 80 01 00", PC_WIRE_TRUNCATED},    /* 2^28 times 16: 0 in 32 bits */
        {"03 40 01 61 01 95 80 80 80 80 01 00", PC_WIRE_TRUNCATED},
        {"40 01 61 AB FF FF FF FF 07", PC_WIRE_BAD_DICT_ID},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        GByteArray *document = g_byte_array_new();
        add_octets(document, rows[i].document);
        cr_assert_eq(error_of(document), rows[i].error, "%s", rows[i].document);
        g_byte_array_unref(document);
    }
}

/* Joined by copying all of it each time, it took 220 MiB. */
Test(hostile, text_in_many_records_is_joined_in_little_memory, .timeout = 3)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_table *in = pc_table_empty(codec);
    GByteArray *headers = g_byte_array_new();
    add_octets(headers, "44 0C"); /* To */
    for (unsigned i = 0; i < 21000; i++)
        add_octets(headers, "98 01 78");
    add_octets(headers, "01");
    add_flood_headers(headers);
    GByteArray *payload = hand_made(headers, NULL);
    struct pc_message m;
    GError *error = NULL;
    cr_assert(pc_message_read(codec, &in, payload->data, payload->len, &m, &error), "%s", error ? error->message : "");
    cr_assert_eq(m.to.n, 21000u);
    for (uint32_t i = 0; i < m.to.n; i++)
        cr_assert_eq(m.to.s[i], 'x');
    size_t taken = 0;
    for (const struct pc_scratch_block *block = codec->scratch; block; block = block->next)
        taken += block->size;
    cr_assert_lt(taken, (size_t)256 * 1024, "%zu octets", taken);
    g_byte_array_unref(payload);
    g_byte_array_unref(headers);
    pc_table_unref(codec, in);
    pc_codec_free(codec);
}
