#include "tests/unit/dissect/rig.h"

static const char *const whole[] = {"net-pair",   "net-three",      "mono-pair",   "both-kinds",
                                    "five-leave", "resolver-calls", "typed-values", "spec-pair"};

/* Alone: no oracle beside it, and a name that says nothing. */
static char *alone(const char *name)
{
    char *from = g_strdup_printf(DATA "%s.pcap", name);
    size_t size;
    char *octets = rig_file(from, &size);
    char *path = rig_write(octets, size);
    g_free(octets);
    g_free(from);
    return path;
}

static char *oracle(const char *name, const char *form)
{
    char *path = g_strdup_printf(DATA "%s.%s", name, form);
    char *text = rig_file(path, NULL);
    g_free(path);
    return text;
}

static char *expected(const char *name)
{
    return oracle(name, "expected.tsv");
}

static void check(const char *name, enum an_dissect_form form, bool damaged)
{
    char *path = alone(name), *table = oracle(name, form == AN_DISSECT_XML ? "infoset.txt" : "expected.tsv");
    struct rig_result r = rig_dissect(path, form);
    char *difference = rig_difference(r.text, table);
    cr_expect_null(difference, "%s: %s", name, difference);
    cr_expect_eq(r.result, damaged ? -1 : 0, "%s: result %d", name, r.result);
    if (damaged)
        cr_expect(g_str_has_prefix(r.error, path) &&
                      strstr(r.error, "packet 89: the file ends inside this packet"),
                  "%s", r.error);
    g_free(difference);
    rig_result_free(&r);
    g_free(table);
    rig_remove(path);
}

Test(captures, give_the_tables_of_an_independent_decoder)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(whole); i++)
        check(whole[i], AN_DISSECT_TSV, false);
}

Test(captures, give_what_their_whole_packets_hold_when_cut_inside_one)
{
    check("cut-inside", AN_DISSECT_TSV, true);
}

Test(captures, give_the_infosets_of_an_independent_decoder_as_xml)
{
    static const char *const names[] = {"net-pair", "net-three", "mono-pair", "both-kinds", "resolver-calls", "typed-values"};
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        check(names[i], AN_DISSECT_XML, false);
    check("cut-inside", AN_DISSECT_XML, true);
}

static unsigned lines(const char *text)
{
    unsigned n = 0;
    for (; (text = strchr(text, '\n')); text++)
        n++;
    return n;
}

Test(captures, are_told_to_people_one_line_per_record)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(whole); i++) {
        char *path = alone(whole[i]), *table = expected(whole[i]);
        struct rig_result r = rig_dissect(path, AN_DISSECT_TEXT);
        unsigned legend = 0;
        for (const char *at = r.text; *at == '#'; at = strchr(at, '\n') + 1)
            legend++;
        cr_expect_eq(lines(r.text) - legend, lines(table) - 1, "%s", whole[i]);
        cr_expect_geq(legend, 3, "%s", whole[i]); /* a resolver and two peers are in each */
        rig_result_free(&r);
        g_free(table);
        rig_remove(path);
    }
}

Test(captures, name_peers_and_tell_what_matters)
{
    static const struct {
        const char *name, *line;
    } rows[] = {
        {"net-pair", "# N2 listens at 127.0.0.1:50002\n"},
        {"net-pair", "   0.119490 s0   N1 -> resolver         Resolve: mesh chatmesh, at most 3 (350 octets, "
                     "8 new strings)\n"},
        {"net-pair", "   2.652634 s2   N1 -> N2               Welcome: node 11930481967730263790, no "
                     "referrals (239 octets"},
        {"net-pair", "  10.169138 s2   N2 -> N1               End\n"},
        {"both-kinds",
         "s7   N3 -> N2               Refuse: DuplicateNeighbor, no referrals (278 octets, 5 new strings)\n"},
        {"five-leave", "Disconnect: LeavingMesh, no referrals"},
        {"five-leave", "ResolveResponse: 3 addresses"},
        {"mono-pair", "flood 84f38f9d Say: Say{"}, /* WS-Addressing's id: the peer namespace's is missing */
        {"resolver-calls", "N1 -> resolver         Update: mesh chatmesh, net.tcp://peerhost:50900/"},
        {"resolver-calls", "resolver -> N1         RefreshResponse: not found, for 0 s (158 octets)\n"},
        {"resolver-calls",
         "RegisterResponse: registration aa61c22c-cc77-4216-82c5-f852d214dd7d for 600 s (219 octets"},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *path = alone(rows[i].name);
        struct rig_result r = rig_dissect(path, AN_DISSECT_TEXT);
        cr_expect(strstr(r.text, rows[i].line), "%s lacks: %s", rows[i].name, rows[i].line);
        rig_result_free(&r);
        rig_remove(path);
    }
}

Test(captures, are_told_to_programs_as_json)
{
    char *path = alone("typed-values");
    struct rig_result r = rig_dissect(path, AN_DISSECT_JSON);
    cr_assert_eq(r.result, 0);
    static const char *const parts[] = {
        "{\"time\":0.000000,\"packet\":1,\"stream\":0,\"dir\":\"c\",",
        "{\"name\":\"unicode\",\"ns\":\"http://example.org/peerchat\",\"text\":\"Grüße 日本語 😀 <&>\"}",
        ("{\"name\":\"pref\",\"ns\":\"urn:prefixed\",\"attributes\":{\"plain\":\"v1\",\"{urn:prefixed}qual\":"
         "\"w\"}}"),
        "\"message\":\"Welcome\",\"action\":\"http://schemas.microsoft.com/net/2006/05/peer/Welcome\"",
        "\"session_strings\":[\"Disconnect\",\"Reason\"]}",
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++)
        cr_expect(strstr(r.text, parts[i]), "lacks: %s", parts[i]);
    rig_result_free(&r);
    rig_remove(path);
}

struct counts {
    unsigned kinds[PC_KIND_COUNT];
    unsigned not_understood;
    uint64_t last_packet;
};

static void count(void *user, const struct an_record *record)
{
    struct counts *counts = user;
    cr_assert_geq(record->packet, counts->last_packet);
    counts->last_packet = record->packet;
    if (record->message)
        counts->kinds[record->message->kind]++;
    else if (record->document)
        counts->not_understood++;
}

Test(captures, hold_messages_that_the_protocol_understands)
{
    static const struct {
        const char *name;
        unsigned floods, welcomes, resolves;
    } rows[] = {{"net-pair", 6, 1, 4}, {"net-three", 38, 3, 9}, {"resolver-calls", 0, 0, 6}};
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *path = alone(rows[i].name);
        struct counts counts = {0};
        cr_assert(an_capture_records(path, count, &counts, NULL));
        cr_expect_eq(counts.kinds[PC_KIND_FLOOD], rows[i].floods, "%s", rows[i].name);
        cr_expect_eq(counts.kinds[PC_KIND_WELCOME], rows[i].welcomes, "%s", rows[i].name);
        cr_expect_eq(counts.kinds[PC_KIND_RESOLVE], rows[i].resolves, "%s", rows[i].name);
        cr_expect_eq(counts.kinds[PC_KIND_UNKNOWN] + counts.not_understood, 0, "%s", rows[i].name);
        rig_remove(path);
    }
}
