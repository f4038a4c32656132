#include "tests/unit/dissect/rig.h"

/* One connection, 10.0.0.1:40000 to 10.0.0.2:50001, whose octets are written by hand. */
struct writer {
    GByteArray *pcap;
    uint32_t next[2], microseconds;
};

static const uint8_t preamble[] = {0, 1, 0, 1, 2, 2, 3, 'x', ':', 'y', 3, 8, 12};
static const uint8_t ack[] = {11};

static void segment(struct writer *w, bool from_initiator, uint8_t flags, const void *octets, size_t size)
{
    struct rig_segment s = {.src = from_initiator ? 1 : 2,
                            .dst = from_initiator ? 2 : 1,
                            .src_port = from_initiator ? 40000 : 50001,
                            .dst_port = from_initiator ? 50001 : 40000,
                            .seq = w->next[from_initiator],
                            .ack = w->next[!from_initiator],
                            .flags = flags,
                            .octets = octets,
                            .size = size};
    rig_pcap_segment(w->pcap, w->microseconds += 1000, &s);
    w->next[from_initiator] += (uint32_t)size + (flags & AN_TCP_SYN ? 1 : 0);
}

static void begin(struct writer *w)
{
    *w = (struct writer){.pcap = rig_pcap(101), .next = {500, 100}};
    segment(w, true, AN_TCP_SYN, NULL, 0);
    segment(w, false, AN_TCP_SYN | AN_TCP_ACK, NULL, 0);
    segment(w, true, AN_TCP_ACK, preamble, sizeof preamble);
    segment(w, false, AN_TCP_ACK, ack, sizeof ack);
}

/* <s:Envelope xmlns:s="…"><s:Header><a:Action>…peer/Ping</…></…><s:Body/></…> from static strings, `strings`
 * in front. */
static void ping(struct writer *w, const char *string)
{
    static const char action[] = "http://schemas.microsoft.com/net/2006/05/peer/Ping";
    GByteArray *document = g_byte_array_new();
    static const uint8_t head[] = {0x56, 2, 0x0B, 1, 's',  4,  0x0B, 1,
                                   'a',  6, 0x56, 8, 0x44, 10, 0x99, sizeof action - 1};
    static const uint8_t tail[] = {1, 0x56, 14, 1, 1};
    g_byte_array_append(document, head, sizeof head);
    g_byte_array_append(document, (const guint8 *)action, sizeof action - 1);
    g_byte_array_append(document, tail, sizeof tail);
    uint8_t list = string ? (uint8_t)(strlen(string) + 1) : 0, length = (uint8_t)(list - 1);
    uint8_t octets[512] = {6, (uint8_t)(1 + list + document->len), list};
    size_t at = 3;
    if (string) {
        octets[at++] = length;
        memcpy(octets + at, string, length);
        at += length;
    }
    memcpy(octets + at, document->data, document->len);
    cr_assert_lt(1 + list + document->len, 128);
    segment(w, true, AN_TCP_ACK, octets, at + document->len);
    g_byte_array_unref(document);
}

static char *table_of(struct writer *w)
{
    char *path = rig_write(w->pcap->data, w->pcap->len);
    struct rig_result r = rig_dissect(path, AN_DISSECT_TSV);
    cr_expect_eq(r.result, 0, "%s", r.error);
    char *text = g_strdup(r.text);
    rig_result_free(&r);
    struct rig_result people = rig_dissect(path, AN_DISSECT_TEXT),
                      programs = rig_dissect(path, AN_DISSECT_JSON);
    cr_expect_eq(people.result, 0);
    cr_expect_eq(programs.result, 0);
    rig_result_free(&people);
    rig_result_free(&programs);
    rig_remove(path);
    g_byte_array_unref(w->pcap);
    return text;
}

static unsigned count(const char *text, const char *part)
{
    unsigned n = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        n++;
    return n;
}

#define PING "\thttp://schemas.microsoft.com/net/2006/05/peer/Ping\t\t\t(empty body)\t"

Test(damage, is_absent_from_a_good_session)
{
    struct writer w;
    begin(&w);
    ping(&w, "new");
    ping(&w, NULL);
    char *text = table_of(&w);
    cr_expect_eq(count(text, PING "new\n"), 1, "%s", text);
    cr_expect_eq(count(text, PING "\n"), 1, "%s", text);
    cr_expect_eq(count(text, "undecodable") + count(text, "GAP"), 0, "%s", text);
    g_free(text);
}

Test(damage, of_one_document_is_told_and_the_next_one_read)
{
    static const uint8_t broken[] = {6, 4, 0, 0x56, 2, 0xFF};
    struct writer w;
    begin(&w);
    segment(&w, true, AN_TCP_ACK, broken, sizeof broken);
    ping(&w, NULL);
    char *text = table_of(&w);
    cr_expect_eq(count(text, "SizedEnvelope\t6\t4 undecodable: nbfx: offset 0: "), 1, "%s", text);
    cr_expect_eq(count(text, PING), 1, "%s", text);
    g_free(text);
}

Test(damage, of_a_string_table_spoils_the_session_and_not_the_next)
{
    static const uint8_t broken[] = {6, 4, 2, 9, 'x', 0x56}, end[] = {7};
    struct writer w;
    begin(&w);
    segment(&w, true, AN_TCP_ACK, broken, sizeof broken);
    ping(&w, NULL);
    segment(&w, true, AN_TCP_ACK, end, 1);
    segment(&w, true, AN_TCP_ACK, preamble, sizeof preamble);
    ping(&w, NULL);
    char *text = table_of(&w);
    cr_expect_eq(count(text, " undecodable: nbfse: offset "), 2, "%s", text);
    cr_expect_eq(count(text, PING), 1, "%s", text);
    g_free(text);
}

Test(damage, of_the_framing_is_told_once_until_a_session_begins)
{
    struct writer w;
    begin(&w);
    segment(&w, true, AN_TCP_ACK, "GET / HTTP/1.1\r\n", 16);
    segment(&w, true, AN_TCP_ACK, "Host: x\r\n\r\n", 11);
    segment(&w, true, AN_TCP_ACK, preamble, sizeof preamble);
    ping(&w, NULL);
    char *text = table_of(&w);
    cr_expect_eq(count(text, "UNDECODABLE\t0\tnmf: offset 13: BAD_ORDER\t"), 1, "%s", text);
    cr_expect_eq(count(text, "UNDECODABLE"), 1, "%s", text);
    cr_expect_eq(count(text, PING), 1, "%s", text);
    g_free(text);
}

Test(damage, by_missing_octets_is_told_and_no_string_is_guessed)
{
    static const uint8_t end[] = {7};
    struct writer w;
    begin(&w);
    w.next[true] += 300; /* never captured */
    ping(&w, NULL);
    segment(&w, false, AN_TCP_ACK, NULL, 0); /* acknowledges it all */
    ping(&w, NULL);
    segment(&w, true, AN_TCP_ACK, end, 1);
    segment(&w, true, AN_TCP_ACK, preamble, sizeof preamble);
    ping(&w, "new");
    char *text = table_of(&w);
    cr_expect_eq(count(text, "GAP\t300\ttcp: offset 13: 300 octets are not in the capture\t"), 1, "%s", text);
    cr_expect_eq(count(text, " undecodable: not decoded: octets before it are missing"), 2, "%s", text);
    cr_expect_eq(count(text, "\tVersion\t"), 2, "%s", text);
    cr_expect_eq(count(text, PING "new\n"), 1, "%s", text);
    g_free(text);
}

Test(damage, of_texts_does_not_break_the_table)
{
    struct writer w;
    begin(&w);
    ping(&w, "tab\tline\nback\\slash");
    char *text = table_of(&w);
    cr_expect_eq(count(text, PING "tab\\tline\\nback\\\\slash\n"), 1, "%s", text);
    g_free(text);
}

Test(damage, of_a_capture_octet_by_octet_never_ends_the_program)
{
    size_t size;
    char *file = rig_file(DATA "resolver-calls.pcap", &size);
    uint32_t state = 1;
    for (unsigned i = 0; i < 150; i++) {
        char *copy = g_memdup2(file, size);
        for (unsigned k = 0; k < 1 + i % 20; k++) {
            state = state * 1664525u + 1013904223u;
            copy[24 + (state >> 8) % (size - 24)] ^= (char)(1u << (state & 7));
        }
        char *path = rig_write(copy, size);
        for (int form = AN_DISSECT_TEXT; form <= AN_DISSECT_JSON; form++) {
            struct rig_result r = rig_dissect(path, (enum an_dissect_form)form);
            cr_expect(r.result == 0 || g_str_has_prefix(r.error, path), "%s", r.error);
            rig_result_free(&r);
        }
        rig_remove(path);
        g_free(copy);
    }
    g_free(file);
}
