#include "tests/unit/dissect/rig.h"

/* The frames of net-pair again, with something else around their IP datagrams. */
#define ETHERNET 14u

typedef void (*wrap)(GByteArray *to, const uint8_t *datagram, uint32_t size);

static void bare(GByteArray *to, const uint8_t *datagram, uint32_t size)
{
    g_byte_array_append(to, datagram, size);
}

static void vlan(GByteArray *to, const uint8_t *datagram, uint32_t size)
{
    static const uint8_t head[22] = {[12] = 0x88, 0xA8, 0, 7, 0x81, 0, 0, 9, 0x08, 0x00};
    g_byte_array_append(to, head, sizeof head);
    g_byte_array_append(to, datagram, size);
}

static void padded(GByteArray *to, const uint8_t *datagram, uint32_t size)
{
    static const uint8_t head[14] = {[12] = 0x08, 0x00}, padding[46] = {6, 6, 6};
    g_byte_array_append(to, head, sizeof head);
    g_byte_array_append(to, datagram, size);
    g_byte_array_append(to, padding, sizeof padding);
}

static void cooked(GByteArray *to, const uint8_t *datagram, uint32_t size)
{
    static const uint8_t head[16] = {[14] = 0x08, 0x00};
    g_byte_array_append(to, head, sizeof head);
    g_byte_array_append(to, datagram, size);
}

static void cooked2(GByteArray *to, const uint8_t *datagram, uint32_t size)
{
    static const uint8_t head[20] = {0x08, 0x00};
    g_byte_array_append(to, head, sizeof head);
    g_byte_array_append(to, datagram, size);
}

static void loopback(GByteArray *to, const uint8_t *datagram, uint32_t size)
{
    static const uint8_t head[4] = {2};
    g_byte_array_append(to, head, sizeof head);
    g_byte_array_append(to, datagram, size);
}

/* With an option of 8 octets in the IP header. */
static void options(GByteArray *to, const uint8_t *datagram, uint32_t size)
{
    static const uint8_t option[8] = {1, 1, 1, 1, 1, 1, 1, 0};
    guint at = to->len;
    uint32_t total = size + 8;
    g_byte_array_append(to, datagram, 20);
    g_byte_array_append(to, option, sizeof option);
    g_byte_array_append(to, datagram + 20, size - 20);
    to->data[at] = 0x47;
    to->data[at + 2] = (uint8_t)(total >> 8);
    to->data[at + 3] = (uint8_t)total;
}

/* As IPv6 from ::1 to ::1, with a hop-by-hop header. */
static void version6(GByteArray *to, const uint8_t *datagram, uint32_t size)
{
    uint8_t head[48] = {
        [0] = 0x60, [6] = 0, [7] = 64, [23] = 1, [39] = 1, [40] = 6, [41] = 0, [42] = 1, [43] = 4};
    uint32_t payload = size - 20 + 8;
    head[4] = (uint8_t)(payload >> 8);
    head[5] = (uint8_t)payload;
    g_byte_array_append(to, head, sizeof head);
    g_byte_array_append(to, datagram + 20, size - 20);
}

static GByteArray *wrapped(uint32_t link_type, wrap with)
{
    size_t size, at = 0;
    char *file = rig_file(DATA "net-pair.pcap", &size);
    struct rig_frame frame;
    GByteArray *pcap = rig_pcap(link_type), *octets = g_byte_array_new();
    while (rig_next_frame(file, size, &at, &frame)) {
        g_byte_array_set_size(octets, 0);
        with(octets, frame.octets + ETHERNET, frame.size - ETHERNET);
        frame.octets = octets->data;
        frame.size = frame.wire_size = octets->len;
        rig_pcap_add(pcap, &frame);
    }
    g_byte_array_unref(octets);
    g_free(file);
    return pcap;
}

static char *replaced(const char *text, const char *from, const char *to)
{
    char **parts = g_strsplit(text, from, -1), *joined = g_strjoinv(to, parts);
    g_strfreev(parts);
    return joined;
}

static void expect_table(const char *what, const GByteArray *octets, const char *table)
{
    char *path = rig_write(octets->data, octets->len);
    struct rig_result r = rig_dissect(path, AN_DISSECT_TSV);
    char *difference = rig_difference(r.text, table);
    cr_expect_null(difference, "%s: %s", what, difference);
    cr_expect_eq(r.result, 0, "%s: %s", what, r.error);
    g_free(difference);
    rig_result_free(&r);
    rig_remove(path);
}

Test(frames, of_every_link_layer_give_the_same_table)
{
    static const struct {
        const char *what;
        uint32_t link_type;
        wrap with;
    } rows[] = {
        {"LINKTYPE_RAW", 101, bare},
        {"LINKTYPE_IPV4", 228, bare},
        {"LINKTYPE_ETHERNET, two VLAN tags", 1, vlan},
        {"LINKTYPE_ETHERNET, padded", 1, padded},
        {"LINKTYPE_LINUX_SLL", 113, cooked},
        {"LINKTYPE_LINUX_SLL2", 276, cooked2},
        {"LINKTYPE_NULL", 0, loopback},
        {"LINKTYPE_LOOP", 108, loopback},
        {"IP options", 101, options},
    };
    char *table = rig_file(DATA "net-pair.expected.tsv", NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        GByteArray *pcap = wrapped(rows[i].link_type, rows[i].with);
        expect_table(rows[i].what, pcap, table);
        g_byte_array_unref(pcap);
    }
    g_free(table);
}

Test(frames, of_ip_version_6_give_the_same_table_with_other_addresses)
{
    char *table = rig_file(DATA "net-pair.expected.tsv", NULL);
    char *via = replaced(table, "//127.0.0.1:", "//HOST:"), *moved = replaced(via, "127.0.0.1:", "[::1]:");
    char *there = replaced(moved, "//HOST:", "//127.0.0.1:"); /* names inside of messages do not change */
    static const uint32_t types[] = {101, 229};
    for (unsigned i = 0; i < G_N_ELEMENTS(types); i++) {
        GByteArray *pcap = wrapped(types[i], version6);
        expect_table("IPv6", pcap, there);
        g_byte_array_unref(pcap);
    }
    g_free(table);
    g_free(via);
    g_free(moved);
    g_free(there);
}

Test(frames, name_endpoints_as_rfc_5952_wants_it)
{
    static const struct {
        struct an_endpoint endpoint;
        const char *text;
    } rows[] = {
        {{.family = 4, .port = 1, .octets = {10, 0, 255, 9}}, "10.0.255.9:1"},
        {{.family = 6, .port = 50001}, "[::]:50001"},
        {{.family = 6, .port = 2, .octets = {0x20, 0x01, 0x0d, 0xb8, [15] = 1}}, "[2001:db8::1]:2"},
        {{.family = 6, .port = 2, .octets = {0xfe, 0x80}}, "[fe80::]:2"},
        {{.family = 6, .port = 2, .octets = {0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 3, 0, 0, 0, 4}},
         "[1:0:2::3:0:4]:2"},
        {{.family = 6, .port = 65535, .octets = {0, 1, 0, 0, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7}},
         "[1:0:2:3:4:5:6:7]:65535"},
    };
    char text[AN_ENDPOINT_TEXT];
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        cr_expect_str_eq(an_endpoint_format(&rows[i].endpoint, text), rows[i].text);
}

/* ---- pcapng ---- */

static void add32(GByteArray *to, uint32_t value)
{
    value = GUINT32_TO_LE(value);
    g_byte_array_append(to, (const guint8 *)&value, sizeof value);
}

static void block(GByteArray *to, uint32_t type, const GByteArray *body)
{
    uint32_t padded_size = (body->len + 3) & ~3u;
    static const uint8_t zeros[3];
    add32(to, type);
    add32(to, padded_size + 12);
    g_byte_array_append(to, body->data, body->len);
    g_byte_array_append(to, zeros, padded_size - body->len);
    add32(to, padded_size + 12);
}

/* Two interfaces, times in nanoseconds, as the simulator writes it. */
static GByteArray *as_pcapng(void)
{
    size_t size, at = 0;
    char *file = rig_file(DATA "net-pair.pcap", &size);
    GByteArray *out = g_byte_array_new(), *body = g_byte_array_new();
    static const uint8_t section[] = {0x4D, 0x3C, 0x2B, 0x1A, 1,   0,   0,   0,
                                      255,  255,  255,  255,  255, 255, 255, 255};
    static const uint8_t interface[] = {228, 0, 0, 0, 0, 0, 4, 0, 9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0};
    g_byte_array_append(body, section, sizeof section);
    block(out, 0x0A0D0D0A, body);
    g_byte_array_set_size(body, 0);
    g_byte_array_append(body, interface, sizeof interface);
    block(out, 1, body);
    block(out, 1, body);
    struct rig_frame frame;
    for (uint32_t i = 0; rig_next_frame(file, size, &at, &frame); i++) {
        uint64_t ns = frame.seconds * UINT64_C(1000000000) + frame.microseconds * UINT64_C(1000);
        g_byte_array_set_size(body, 0);
        add32(body, i % 2);
        add32(body, (uint32_t)(ns >> 32));
        add32(body, (uint32_t)ns);
        add32(body, frame.size - ETHERNET);
        add32(body, frame.wire_size - ETHERNET);
        g_byte_array_append(body, frame.octets + ETHERNET, frame.size - ETHERNET);
        block(out, 6, body);
    }
    g_byte_array_unref(body);
    g_free(file);
    return out;
}

Test(frames, of_pcapng_files_with_several_interfaces_give_the_same_table)
{
    char *table = rig_file(DATA "net-pair.expected.tsv", NULL);
    GByteArray *pcapng = as_pcapng();
    expect_table("pcapng", pcapng, table);
    g_byte_array_unref(pcapng);
    g_free(table);
}

/* ---- what is not there ---- */

struct told {
    unsigned gaps, envelopes, understood;
};

static void tell(void *user, const struct an_record *record)
{
    struct told *told = user;
    told->gaps += record->kind == AN_RECORD_GAP;
    if (record->nmf && record->nmf->type == PC_NMF_SIZED_ENVELOPE) {
        told->envelopes++;
        told->understood += record->message != NULL;
    }
}

Test(frames, cut_by_a_snap_length_are_told_as_gaps)
{
    size_t size, at = 0;
    char *file = rig_file(DATA "net-pair.pcap", &size);
    GByteArray *pcap = rig_pcap(1);
    struct rig_frame frame;
    while (rig_next_frame(file, size, &at, &frame)) {
        frame.size = MIN(frame.size, 400);
        rig_pcap_add(pcap, &frame);
    }
    char *path = rig_write(pcap->data, pcap->len);
    struct told told = {0};
    cr_assert(an_capture_records(path, tell, &told, NULL));
    cr_expect_geq(told.gaps, 4, "%u gaps",
                  told.gaps); /* Connect, Register and what carries addresses are longer */
    cr_expect_geq(told.understood, 8, "sessions without a gap are read to their end");
    cr_expect_leq(told.understood, told.envelopes);
    rig_remove(path);
    g_byte_array_unref(pcap);
    g_free(file);
}

Test(frames, that_cannot_be_read_are_counted)
{
    GByteArray *pcap = rig_pcap(101);
    static const uint8_t fragment[40] = {0x45, 0, 0, 40, 0, 1, 0x20, 0, 64, 6};
    static const uint8_t short_header[30] = {0x45, 0, 0, 40, 0, 1, 0, 0, 64, 6};
    static const uint8_t udp[28] = {0x45, 0, 0, 28, 0, 1, 0, 0, 64, 17};
    const struct rig_frame frames[] = {{0, 0, sizeof fragment, sizeof fragment, fragment},
                                       {0, 1, sizeof short_header, 40, short_header},
                                       {0, 2, sizeof udp, sizeof udp, udp}};
    for (unsigned i = 0; i < G_N_ELEMENTS(frames); i++)
        rig_pcap_add(pcap, &frames[i]);
    rig_pcap_segment(pcap, 3, &(struct rig_segment){.src = 1, .dst = 2, .flags = AN_TCP_SYN});
    char *path = rig_write(pcap->data, pcap->len);
    struct an_capture *capture = an_capture_open(path, NULL);
    struct an_packet packet;
    cr_assert_eq(an_capture_next(capture, &packet, NULL), AN_CAPTURE_PACKET);
    cr_expect_eq(packet.number, 4);
    cr_expect_eq(an_capture_next(capture, &packet, NULL), AN_CAPTURE_END);
    cr_expect_eq(an_capture_skipped(capture), 2, "a UDP datagram is none of our business");
    an_capture_close(capture);
    rig_remove(path);
    g_byte_array_unref(pcap);
}
