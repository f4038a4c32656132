#include "protocol/wire/nmf.h"
#include "tests/unit/wire/support.h"

#include <criterion/criterion.h>
#include <string.h>

static void append(GByteArray *out, struct pc_buf *buf)
{
    g_byte_array_append(out, buf->data, buf->size);
    pc_buf_unref(buf);
}

static void append_sized(GByteArray *out, uint8_t type, uint32_t announced, uint32_t given)
{
    uint8_t head[6] = {type};
    g_byte_array_append(out, head, 1 + (guint)pc_mb31_write(head + 1, announced));
    for (uint32_t i = 0; i < given; i++)
        g_byte_array_append(out, (const uint8_t *)"x", 1);
}

/* Two sessions on one connection, with envelopes of all lengths of size field. */
static GByteArray *conversation(void)
{
    GByteArray *out = g_byte_array_new();
    for (unsigned session = 0; session < 2; session++) {
        append(out, pc_nmf_preamble(PC_TEXT("net.tcp://10.0.0.1:50001/PeerChannelEndpoints/x")));
        static const uint32_t sizes[] = {0, 1, 127, 128, 300, 16384};
        for (unsigned i = 0; i < G_N_ELEMENTS(sizes); i++)
            append_sized(out, PC_NMF_SIZED_ENVELOPE, sizes[i], sizes[i]);
        append(out, pc_nmf_octet(PC_NMF_END));
    }
    return out;
}

/* Reads in steps and writes down what came: type, place, size and a sum of the payload. */
static char *read_in_steps(const GByteArray *octets, size_t step)
{
    struct pc_nmf_reader reader;
    GString *log = g_string_new(NULL);
    pc_nmf_reader_init(&reader, true, NULL);
    for (size_t at = 0; at < octets->len; at += step) {
        const uint8_t *data = octets->data + at;
        size_t size = octets->len - at < step ? octets->len - at : step;
        struct pc_nmf_record record;
        while (pc_nmf_read(&reader, &data, &size, &record) == PC_NMF_RECORD) {
            uint32_t sum = 0;
            for (uint32_t i = 0; i < record.size; i++)
                sum = sum * 31 + record.payload[i];
            g_string_append_printf(log, "%s@%" G_GUINT64_FORMAT "+%u %u/%08x %u.%u\n", pc_nmf_type_name(record.type),
                                   record.offset, record.octets, record.size, sum, record.value[0], record.value[1]);
        }
        cr_assert_eq(reader.error, PC_NMF_OK, "step %zu at %zu", step, at);
        cr_assert_eq(size, 0u, "all octets are taken");
    }
    cr_assert(pc_nmf_at_boundary(&reader));
    pc_nmf_reader_clear(&reader);
    return g_string_free(log, FALSE);
}

Test(nmf, octets_one_by_one_give_the_records_of_one_piece)
{
    GByteArray *octets = conversation();
    char *whole = read_in_steps(octets, octets->len);
    unsigned lines = 0;
    for (const char *c = whole; *c; c++)
        lines += *c == '\n';
    cr_assert_eq(lines, 2u * (5 + 6 + 1));
    static const size_t steps[] = {1, 2, 3, 5, 7, 64, 129, 1000, 16390};
    for (unsigned i = 0; i < G_N_ELEMENTS(steps); i++) {
        char *parts = read_in_steps(octets, steps[i]);
        cr_assert_str_eq(parts, whole, "step %zu", steps[i]);
        g_free(parts);
    }
    g_free(whole);
    g_byte_array_unref(octets);
}

/* The error of a stream that ends in a record of that type whose size is as announced. */
static enum pc_nmf_error judge(uint8_t type, uint32_t announced, uint32_t given, const struct pc_nmf_limits *limits,
                               bool *whole)
{
    GByteArray *out = g_byte_array_new();
    bool from_initiator = type != PC_NMF_FAULT;
    if (from_initiator)
        add_octets(out, "00 01 00 01 02");
    if (from_initiator && type != PC_NMF_VIA)
        add_octets(out, "02 05 75 72 6E 3A 78");
    if (type == PC_NMF_SIZED_ENVELOPE || type == PC_NMF_UPGRADE_REQUEST)
        add_octets(out, type == PC_NMF_UPGRADE_REQUEST ? "03 08" : "03 08 0C");
    size_t start = out->len;
    append_sized(out, type, announced, given);
    if (type == PC_NMF_VIA && given >= 2) /* "x:xxx…" is absolute */
        out->data[out->len - given + 1] = ':';
    struct pc_nmf_reader reader;
    struct pc_nmf_record record;
    const uint8_t *data = out->data;
    size_t size = out->len;
    pc_nmf_reader_init(&reader, from_initiator, limits);
    *whole = false;
    while (pc_nmf_read(&reader, &data, &size, &record) == PC_NMF_RECORD)
        *whole = record.type == (enum pc_nmf_type)type;
    enum pc_nmf_error error = (enum pc_nmf_error)reader.error;
    cr_assert(error == PC_NMF_OK || reader.offset == start, "%s: the place of the failing record",
              pc_nmf_error_name(error));
    pc_nmf_reader_clear(&reader);
    g_byte_array_unref(out);
    return error;
}

/* FR-12-1 */
Test(nmf, limits_hold_at_the_limit_and_are_tested_before_the_payload_comes)
{
    static const struct pc_nmf_limits small = {.via = 10, .name = 11, .envelope = 12};
    static const struct {
        uint8_t type;
        uint32_t limit;
        const struct pc_nmf_limits *limits;
        enum pc_nmf_error over;
    } rows[] = {
        {PC_NMF_VIA, 2048, NULL, PC_NMF_VIA_TOO_LONG},
        {PC_NMF_EXTENSIBLE_ENCODING, 256, NULL, PC_NMF_CONTENT_TYPE_TOO_LONG},
        {PC_NMF_UPGRADE_REQUEST, 256, NULL, PC_NMF_CONTENT_TYPE_TOO_LONG},
        {PC_NMF_FAULT, 256, NULL, PC_NMF_FAULT_TOO_LONG},
        {PC_NMF_SIZED_ENVELOPE, 65536, NULL, PC_NMF_TOO_BIG},
        {PC_NMF_VIA, 10, &small, PC_NMF_VIA_TOO_LONG},
        {PC_NMF_EXTENSIBLE_ENCODING, 11, &small, PC_NMF_CONTENT_TYPE_TOO_LONG},
        {PC_NMF_SIZED_ENVELOPE, 12, &small, PC_NMF_TOO_BIG},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        bool whole;
        cr_assert_eq(judge(rows[i].type, rows[i].limit, rows[i].limit, rows[i].limits, &whole), PC_NMF_OK, "row %u", i);
        cr_assert(whole, "row %u: the record is taken", i);
        cr_assert_eq(judge(rows[i].type, rows[i].limit + 1, 0, rows[i].limits, &whole), rows[i].over, "row %u", i);
    }
}

/* FR-13-3 */
Test(nmf, a_reader_that_has_failed_stays_failed)
{
    struct pc_nmf_reader reader;
    struct pc_nmf_record record;
    const uint8_t bad[] = {0x0D}, good[] = {0, 1, 0};
    const uint8_t *data = bad;
    size_t size = sizeof bad;
    pc_nmf_reader_init(&reader, true, NULL);
    cr_assert_eq(pc_nmf_read(&reader, &data, &size, &record), PC_NMF_FAILED);
    data = good;
    size = sizeof good;
    cr_assert_eq(pc_nmf_read(&reader, &data, &size, &record), PC_NMF_FAILED);
    cr_assert_eq(reader.error, PC_NMF_BAD_ORDER);
    cr_assert_not(pc_nmf_at_boundary(&reader));
    pc_nmf_reader_clear(&reader);
}

/* FR-13-3 */
Test(nmf, memory_grows_with_what_arrives_not_with_what_is_announced)
{
    GByteArray *out = g_byte_array_new();
    append(out, pc_nmf_preamble(PC_TEXT("net.tcp://h/")));
    append_sized(out, PC_NMF_SIZED_ENVELOPE, 65536, 10);
    struct pc_nmf_reader reader;
    struct pc_nmf_record record;
    const uint8_t *data = out->data;
    size_t size = out->len;
    pc_nmf_reader_init(&reader, true, NULL);
    while (pc_nmf_read(&reader, &data, &size, &record) == PC_NMF_RECORD)
        ;
    cr_assert_not_null(reader.partial);
    cr_assert_lt(reader.partial->capacity, 1024u);
    pc_nmf_reader_clear(&reader);
    g_byte_array_unref(out);
}

/* FR-8-4 */
Test(nmf, only_between_records_behind_the_preamble_may_a_stream_end)
{
    GByteArray *out = g_byte_array_new();
    append(out, pc_nmf_preamble(PC_TEXT("net.tcp://h/")));
    size_t preamble = out->len;
    append_sized(out, PC_NMF_SIZED_ENVELOPE, 200, 200);
    size_t envelope = out->len;
    append(out, pc_nmf_octet(PC_NMF_END));
    struct pc_nmf_reader reader;
    struct pc_nmf_record record;
    pc_nmf_reader_init(&reader, true, NULL);
    for (size_t at = 0; at <= out->len; at++) {
        bool due = at == 0 || at == preamble || at == envelope || at == out->len;
        cr_assert_eq(pc_nmf_at_boundary(&reader), due, "behind %zu octets", at);
        const uint8_t *data = out->data + at;
        size_t size = at < out->len;
        while (size && pc_nmf_read(&reader, &data, &size, &record) == PC_NMF_RECORD)
            ;
    }
    pc_nmf_reader_clear(&reader);
    g_byte_array_unref(out);
}

/* FR-2-1 */
Test(nmf, sizes_read_back_and_never_exceed_31_bits)
{
    static const uint32_t edges[] = {0, 1, 0x7F, 0x80, 0x3FFF, 0x4000, 0x1FFFFF, 0x200000, 0xFFFFFFF, 0x10000000, INT32_MAX};
    for (unsigned i = 0; i < G_N_ELEMENTS(edges); i++) {
        uint8_t octets[5];
        uint32_t value = ~edges[i];
        int n = pc_mb31_write(octets, edges[i]);
        cr_assert_eq(pc_mb31_read(octets, (size_t)n, &value), n);
        cr_assert_eq(value, edges[i]);
        for (int cut = 0; cut < n; cut++)
            cr_assert_eq(pc_mb31_read(octets, (size_t)cut, &value), 0, "%u cut to %d", edges[i], cut);
    }
    static const uint8_t over[] = {0x80, 0x80, 0x80, 0x80, 0x08};
    uint32_t value;
    cr_assert_eq(pc_mb31_read(over, sizeof over, &value), -1);
}

/* Octets of one end: what came, and how it ended. "via" stands for a Via record. */
static void reads(bool from_initiator, const char *hex, const char *due, enum pc_nmf_error error, bool boundary)
{
    static const struct pc_nmf_limits small = {.envelope = 300};
    GByteArray *octets = g_byte_array_new();
    add_octets(octets, hex);
    for (size_t step = 1; step <= octets->len; step += octets->len - 1) {
        struct pc_nmf_reader reader;
        struct pc_nmf_record record;
        GString *log = g_string_new(NULL);
        pc_nmf_reader_init(&reader, from_initiator, &small);
        for (size_t at = 0; at < octets->len; at += step) {
            const uint8_t *data = octets->data + at;
            size_t size = step;
            while (pc_nmf_read(&reader, &data, &size, &record) == PC_NMF_RECORD)
                g_string_append_printf(log, "%s%s+%u", log->len ? " " : "", pc_nmf_type_name(record.type), record.size);
        }
        cr_assert_str_eq(log->str, due, "%s, %zu at a time", hex, step);
        cr_assert_eq(reader.error, error, "%s, %zu at a time: %s", hex, step, pc_nmf_error_name((enum pc_nmf_error)reader.error));
        cr_assert_eq(pc_nmf_at_boundary(&reader), boundary, "%s, %zu at a time", hex, step);
        pc_nmf_reader_clear(&reader);
        g_string_free(log, TRUE);
    }
    g_byte_array_unref(octets);
}

#define UNSIZED "00 01 00 01 01 02 03 78 3A 79 03 08 0C "
#define CAME    "Version+0 Mode+0 Via+3 KnownEncoding+0 PreambleEnd+0"

/* framing.md 5: an envelope in chunks. */
Test(nmf, chunks_are_counted_up_to_their_end_and_bounded_each)
{
    reads(true, UNSIZED, CAME, PC_NMF_OK, true);
    reads(true, UNSIZED "05 01 61 82 00 62 63 00 07", CAME " UnsizedEnvelope+0 Chunk+1 Chunk+2 EnvelopeEnd+0 End+0", PC_NMF_OK, true);
    reads(true, UNSIZED "05 01 61", CAME " UnsizedEnvelope+0 Chunk+1", PC_NMF_OK, false);
    reads(true, UNSIZED "05 80", CAME " UnsizedEnvelope+0", PC_NMF_OK, false);
    reads(true, UNSIZED "05 80 80 80 80 08", CAME " UnsizedEnvelope+0", PC_NMF_BAD_SIZE, false);
    reads(true, UNSIZED "05 AC 02", CAME " UnsizedEnvelope+0", PC_NMF_OK, false);      /* 300: its octets are due */
    reads(true, UNSIZED "05 AD 02", CAME " UnsizedEnvelope+0", PC_NMF_TOO_BIG, false); /* 301 */
    reads(true, UNSIZED "06 00", CAME, PC_NMF_BAD_ORDER, false);                       /* a sized one in this mode */
}

/* FR-9-1 */
Test(nmf, behind_a_fault_only_an_end_may_come)
{
    reads(false, "08 01 78 07", "Fault+1 End+0", PC_NMF_OK, true);
    reads(false, "0B 06 01 78 08 01 78 07", "PreambleAck+0 SizedEnvelope+1 Fault+1 End+0", PC_NMF_OK, true);
    reads(false, "08 01 78 06 00", "Fault+1", PC_NMF_BAD_ORDER, false);
    reads(false, "08 01 78 08 01 78", "Fault+1", PC_NMF_BAD_ORDER, false);
    reads(false, "0B 05", "PreambleAck+0", PC_NMF_BAD_ORDER, false); /* an acceptor's chunks: no mode of ours has them */
}

/* FR-2-1 */
Test(nmf, a_size_may_take_more_octets_than_it_needs)
{
    reads(false, "0B 06 80 80 80 00 06 81 80 00 61 07", "PreambleAck+0 SizedEnvelope+0 SizedEnvelope+1 End+0", PC_NMF_OK, true);
}

Test(nmf, no_octets_change_nothing_in_the_middle_of_a_record)
{
    struct pc_nmf_reader reader;
    struct pc_nmf_record record;
    const uint8_t octets[] = {0x00, 0x01, 0x00}, *data = octets;
    size_t size = 2;
    pc_nmf_reader_init(&reader, true, NULL);
    cr_assert_eq(pc_nmf_read(&reader, &data, &size, &record), PC_NMF_MORE);
    cr_assert_eq(pc_nmf_read(&reader, &data, &size, &record), PC_NMF_MORE, "size is 0 now");
    size = 1;
    cr_assert_eq(pc_nmf_read(&reader, &data, &size, &record), PC_NMF_RECORD);
    cr_assert(record.type == PC_NMF_VERSION && record.octets == 3 && size == 0);
    pc_nmf_reader_clear(&reader);
}
