#include "tests/unit/dissect/rig.h"

/* Every row of `got` is the next row of `table` that `got` has not passed: but for records cut off by the
 * end. */
static char *first_alien(const char *got, const char *table, unsigned *rows)
{
    char **a = g_strsplit(got, "\n", -1), **b = g_strsplit(table, "\n", -1);
    char *alien = NULL;
    *rows = 0;
    for (unsigned i = 0, k = 0; a[i] && !alien; i++) {
        if (strstr(a[i], "\tTRUNCATED\t"))
            continue;
        if (!b[k] || (strcmp(a[i], b[k]) != 0 && a[i][0] != '\0'))
            alien = g_strdup(a[i]);
        k++;
        (*rows)++;
    }
    g_strfreev(a);
    g_strfreev(b);
    return alien;
}

Test(cut, anywhere_gives_the_first_rows_and_then_says_so)
{
    size_t size;
    char *file = rig_file(DATA "net-three.pcap", &size),
         *table = rig_file(DATA "net-three.expected.tsv", NULL);
    unsigned before = 0;
    for (size_t at = 24; at < size; at += 977) {
        size_t end = 0, boundary = 24;
        struct rig_frame frame;
        while (rig_next_frame(file, at, &end, &frame))
            boundary = end;
        char *path = rig_write(file, at);
        struct rig_result r = rig_dissect(path, AN_DISSECT_TSV);
        unsigned rows;
        char *alien = first_alien(r.text, table, &rows);
        cr_expect_null(alien, "cut after %zu octets: %s", at, alien);
        cr_expect_geq(rows, before, "cut after %zu octets: fewer rows than from a shorter piece", at);
        cr_expect_eq(r.result, boundary == at ? 0 : -1, "cut after %zu octets", at);
        before = rows;
        g_free(alien);
        rig_result_free(&r);
        rig_remove(path);
    }
    cr_expect_gt(before, 200);
    g_free(file);
    g_free(table);
}

/* A preamble, then an envelope in two segments, the second of which is missing. */
static GByteArray *half_envelope(uint8_t last_flags)
{
    static const uint8_t preamble[] = {0, 1, 0, 1, 2, 2, 3, 'x', ':', 'y', 3, 8, 12};
    static const uint8_t half[] = {6, 100, 0, 0x56, 2};
    GByteArray *pcap = rig_pcap(101);
    struct rig_segment s = {
        .src = 1, .dst = 2, .src_port = 40000, .dst_port = 50001, .flags = AN_TCP_SYN, .seq = 99};
    rig_pcap_segment(pcap, 0, &s);
    s.flags = AN_TCP_ACK;
    s.seq = 100;
    s.octets = preamble;
    s.size = sizeof preamble;
    rig_pcap_segment(pcap, 1000, &s);
    s.seq += (uint32_t)s.size;
    s.octets = half;
    s.size = sizeof half;
    rig_pcap_segment(pcap, 2000, &s);
    s.seq += (uint32_t)s.size;
    s.size = 0;
    s.flags = last_flags;
    rig_pcap_segment(pcap, 3000, &s);
    return pcap;
}

Test(cut, records_stand_where_their_last_octets_came)
{
    static const uint8_t ends[] = {AN_TCP_ACK, AN_TCP_ACK | AN_TCP_FIN, AN_TCP_RST};
    for (unsigned i = 0; i < G_N_ELEMENTS(ends); i++) {
        GByteArray *pcap = half_envelope(ends[i]);
        char *path = rig_write(pcap->data, pcap->len);
        struct rig_result r = rig_dissect(path, AN_DISSECT_TSV);
        const char *row = strstr(r.text, "TRUNCATED");
        cr_assert(row, "%s", r.text);
        cr_expect(
            strstr(r.text, "0.002000\t3\t0\tc\t10.0.0.1:40000\t10.0.0.2:50001\tTRUNCATED\t5\t\t\t\t\t\t\n"),
            "%s", r.text);
        const char *flag = strstr(r.text, i == 1 ? "tcp-FIN" : "tcp-RST");
        cr_expect(i == 0 || (flag && flag > row), "in order of time: %s", r.text);
        rig_result_free(&r);
        rig_remove(path);
        g_byte_array_unref(pcap);
    }
}

Test(cut, files_that_are_no_captures_are_refused_with_a_sentence)
{
    static const struct {
        const char *octets;
        size_t size;
        const char *sentence;
    } rows[] = {
        {"", 0, ": the file is empty, not a packet capture"},
        {"local x = 1\n", 12, ": not a packet capture: "},
        {"\xd4\xc3\xb2\xa1\x02\x00\x04", 7, ": not a packet capture: "},
        {"\xd4\xc3\xb2\xa1\x02\x00\x04\x00\0\0\0\0\0\0\0\0\0\0\4\0\x93\0\0\0", 24, ": link type 147 ("},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *path = rig_write(rows[i].octets, rows[i].size);
        for (int form = AN_DISSECT_TEXT; form <= AN_DISSECT_JSON; form++) {
            struct rig_result r = rig_dissect(path, (enum an_dissect_form)form);
            cr_expect_eq(r.result, -1, "row %u", i);
            cr_expect(g_str_has_prefix(r.error, path) &&
                          g_str_has_prefix(r.error + strlen(path), rows[i].sentence),
                      "row %u: %s", i, r.error);
            cr_expect_str_empty(r.text, "row %u: nothing is printed", i);
            rig_result_free(&r);
        }
        rig_remove(path);
    }
    static const char *const paths[][2] = {{"/nowhere/at/all.pcap", ": cannot be opened: No such file"},
                                           {"/", ": not a regular file"}};
    for (unsigned i = 0; i < G_N_ELEMENTS(paths); i++) {
        struct rig_result r = rig_dissect(paths[i][0], AN_DISSECT_TEXT);
        cr_expect(r.error && strstr(r.error, paths[i][1]), "%s", r.error);
        rig_result_free(&r);
    }
}
