/* What a live node and a live resolver service endure from whoever can reach their port: others go on, memory is bounded, nothing leaks
 * (make asan runs this, too). */
#include "protocol/mesh/address.h"
#include "protocol/wire/nmf.h"
#include "tests/unit/live/member.h"
#include "tests/unit/live/rig.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

/* ---- the attacker's side ---- */

struct attacker {
    struct pc_sockets *sockets;
    struct rig_end *ends;
    unsigned count;
};

static struct attacker attack(unsigned count, uint16_t port)
{
    struct pc_ip ip = rig_loopback(4);
    struct attacker a = {pc_sockets_new(NULL), g_new0(struct rig_end, count), count};
    for (unsigned i = 0; i < count; i++) {
        a.ends[i].got = g_byte_array_new();
        a.ends[i].socket = pc_socket_connect(a.sockets, &ip, port, &rig_ops, &a.ends[i]);
    }
    return a;
}

static void give_up(struct attacker *a)
{
    for (unsigned i = 0; i < a->count; i++) {
        if (a->ends[i].socket)
            pc_socket_abort(a->ends[i].socket);
        g_byte_array_unref(a->ends[i].got);
    }
    g_free(a->ends);
    pc_sockets_free(a->sockets);
}

static unsigned count_gone(const struct attacker *a)
{
    unsigned gone = 0;
    for (unsigned i = 0; i < a->count; i++)
        gone += a->ends[i].closed || a->ends[i].failed || a->ends[i].eof;
    return gone;
}

static void send_octets(struct rig_end *end, const void *octets, size_t size)
{
    struct pc_buf *buf = pc_buf_new(size);
    pc_buf_append(&buf, octets, size);
    if (!end->socket) {
        pc_buf_unref(buf);
        return;
    }
    pc_socket_write(end->socket, buf);
    pc_socket_flush(end->socket);
}

static struct pc_buf *preamble_for(const struct member *member)
{
    char via[PC_VIA_MAX];
    struct pc_ip ip = rig_loopback(4);
    const struct pc_node *node = pc_live_core(member->live);
    struct pc_node_view view;
    if (!node)
        return pc_nmf_preamble(PC_TEXT("net.tcp://127.0.0.1/resolver"));
    pc_node_view(node, &view);
    uint32_t n = pc_via_for(pc_address_uri(pc_codec_strings(member->mesh.codec), view.listen_uri), &ip, via);
    return pc_nmf_preamble((struct pc_text){via, n});
}

static size_t resident(void)
{
    unsigned long size = 0, pages = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    cr_assert(statm && fscanf(statm, "%lu %lu", &size, &pages) == 2);
    fclose(statm);
    return pages * 4096;
}

/* ---- the corpus: every hexadecimal field of the vector tables ---- */

static void add_row(GPtrArray *corpus, const char *row)
{
    char **fields = g_strsplit(row, "\t", -1);
    for (char **field = fields; *field; field++) {
        size_t n = strlen(*field);
        if (n < 4 || n % 2 || strspn(*field, "0123456789abcdefABCDEF") != n)
            continue;
        GByteArray *octets = g_byte_array_new();
        for (size_t i = 0; i < n; i += 2) {
            guint8 octet = (guint8)(g_ascii_xdigit_value((*field)[i]) << 4 | g_ascii_xdigit_value((*field)[i + 1]));
            g_byte_array_append(octets, &octet, 1);
        }
        g_ptr_array_add(corpus, octets);
    }
    g_strfreev(fields);
}

static GPtrArray *load_corpus(void)
{
    GPtrArray *corpus = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
    GDir *folder = g_dir_open("tests/data/vectors", 0, NULL);
    cr_assert(folder);
    for (const char *name; (name = g_dir_read_name(folder));) {
        char *path = g_build_filename("tests/data/vectors", name, NULL), *text = NULL;
        if (g_str_has_suffix(name, ".tsv") && g_file_get_contents(path, &text, NULL, NULL)) {
            char **rows = g_strsplit(text, "\n", -1);
            for (char **row = rows; *row; row++)
                add_row(corpus, *row);
            g_strfreev(rows);
        }
        g_free(text);
        g_free(path);
    }
    g_dir_close(folder);
    cr_assert_gt(corpus->len, 900u);
    return corpus;
}

/* The four ways in which an input comes: as a stream; behind a preamble; as an envelope behind a preamble; there with one octet changed. */
static void send_input(struct rig_end *end, const struct member *target, const GByteArray *input, unsigned way)
{
    uint8_t size[6] = {PC_NMF_SIZED_ENVELOPE};
    GByteArray *out = g_byte_array_new();
    if (way) {
        struct pc_buf *preamble = preamble_for(target);
        g_byte_array_append(out, preamble->data, preamble->size);
        pc_buf_unref(preamble);
    }
    if (way >= 2)
        g_byte_array_append(out, size, 1 + (guint)pc_mb31_write(size + 1, input->len));
    g_byte_array_append(out, input->data, input->len);
    if (way == 3)
        out->data[out->len - 1 - input->len * 7 % MIN(input->len, 40)] ^= (uint8_t)(1 + input->len % 255);
    send_octets(end, out->data, out->len);
    g_byte_array_unref(out);
}

#define AT_ONCE 32 /* connections; a node takes 64 sessions */

static void pour(const GPtrArray *corpus, const struct member *target, struct member *speaker, unsigned *said)
{
    unsigned way = 0;
    for (guint at = 0; at < corpus->len; way == 3 ? (at += AT_ONCE) : at, way = (way + 1) % 4) {
        struct attacker a = attack(MIN(AT_ONCE, corpus->len - at), pc_live_port(target->live));
        for (unsigned i = 0; i < a.count; i++)
            rig_until(a.ends[i].connected);
        for (unsigned i = 0; i < a.count; i++)
            send_input(&a.ends[i], target, corpus->pdata[at + i], way);
        member_say(speaker, 100); /* among friends, meanwhile */
        ++*said;
        rig_turn(2);
        for (unsigned i = 0; i < a.count; i += 2) /* half of them end in order */
            if (a.ends[i].socket) {
                pc_socket_close(a.ends[i].socket);
                a.ends[i].socket = NULL;
            }
        rig_turn(1);
        give_up(&a);
    }
}

Test(hostile, the_corpus_of_bad_octets_disturbs_nobody)
{
    struct member service, anna, bert;
    GPtrArray *corpus = load_corpus();
    unsigned said = 0;
    member_serve(&service, NULL);
    member_open(&anna, NULL, pc_live_port(service.live));
    rig_until(anna.started);
    member_open(&bert, NULL, pc_live_port(service.live));
    rig_until(bert.started && member_neighbors(&anna) == 1 && member_neighbors(&bert) == 1);
    size_t before = resident();
    pour(corpus, &anna, &bert, &said);
    rig_until(anna.delivered == said);
    pour(corpus, &service, &anna, &said);
    rig_until(anna.delivered + bert.delivered == said);
    cr_assert_gt(said, 200u);
    cr_assert_gt(anna.violations, 100u, "the octets have reached the core");
    cr_assert_eq(member_neighbors(&anna), 1);
    rig_until(pc_live_connections(anna.live) <= 3);
    struct member carl; /* and the service serves */
    member_open(&carl, NULL, pc_live_port(service.live));
    rig_until(carl.started && member_neighbors(&carl) >= 1);
#ifndef __SANITIZE_ADDRESS__
    cr_assert_lt(resident(), before + (32u << 20));
#endif
    (void)before;
    member_close(&carl);
    member_close(&bert);
    member_close(&anna);
    member_close(&service);
    g_ptr_array_unref(corpus);
}

/* ---- many, and idle ---- */

static bool descriptors(rlim_t wanted)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = MIN(limit.rlim_max, wanted);
    return setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == wanted;
}

Test(hostile, a_thousand_idle_connections_to_each_leave_the_others_alone_and_are_dropped)
{
    struct member service, anna, bert, carl;
    struct pc_rules rules = *pc_rules_of(PC_DIALECT_NET);
    if (!descriptors(8192))
        cr_skip("this user may not have 8,192 descriptors");
    rules.accept_timeout = PC_SECONDS(2);
    member_serve(&service, &rules);
    member_open(&anna, &rules, pc_live_port(service.live));
    rig_until(anna.started);
    member_open(&bert, &rules, pc_live_port(service.live));
    rig_until(bert.started && member_neighbors(&anna) == 1);
    size_t before = resident();
    struct attacker on_node = attack(1000, pc_live_port(anna.live)), on_service = attack(1000, pc_live_port(service.live));
    rig_until(count_gone(&on_node) >= 1000 - 64 && pc_live_connections(service.live) >= 1000);
    for (unsigned i = 0; i < 100; i++)
        member_say(&bert, 1000);
    rig_until(anna.delivered == 100);
    cr_assert_leq(pc_live_connections(anna.live), 64u + 2u, "the core takes 64 sessions");
    member_open(&carl, &rules, pc_live_port(service.live)); /* a call among a thousand that say nothing */
    rig_until(carl.started);
#ifndef __SANITIZE_ADDRESS__
    cr_assert_lt(resident(), before + (64u << 20), "2,000 connections at both ends");
#endif
    (void)before;
    rig_until(count_gone(&on_node) == 1000 && count_gone(&on_service) == 1000); /* whoever says nothing in time */
    rig_until(pc_live_connections(service.live) <= 3 && pc_live_connections(anna.live) <= 4);
    give_up(&on_node);
    give_up(&on_service);
    member_close(&carl);
    member_close(&bert);
    member_close(&anna);
    member_close(&service);
}

Test(hostile, a_process_without_descriptors_goes_on_and_accepts_again)
{
    struct member anna, bert;
    member_open(&anna, NULL, 0);
    member_open(&bert, NULL, 0);
    member_dial(&anna, &bert);
    rig_until(member_neighbors(&anna) == 1 && member_neighbors(&bert) == 1);
    struct attacker first = attack(20, pc_live_port(anna.live));
    rig_turn(50);
    int lowest = dup(0);
    close(lowest);
    cr_assert(descriptors((rlim_t)lowest + 4)); /* two connections' ends in this process */
    struct attacker a = attack(4, pc_live_port(anna.live));
    gint64 end = g_get_monotonic_time() + 300000;
    unsigned turns = 0;
    while (g_get_monotonic_time() < end) { /* nobody is there but the loop: it must not spin */
        g_main_context_iteration(NULL, TRUE);
        if (turns++ == 0)
            member_say(&bert, 100);
    }
    cr_assert_lt(turns, 200u, "the loop turned %u times in 0.3 s", turns);
    rig_until(anna.delivered == 1);
    cr_assert(descriptors(1024));
    give_up(&first);
    give_up(&a);
    struct member carl;
    member_open(&carl, NULL, 0);
    member_dial(&carl, &anna);
    rig_until(member_neighbors(&carl) == 1);
    member_close(&carl);
    member_close(&bert);
    member_close(&anna);
}

/* ---- a neighbor that reads nothing ---- */

/* A correct handshake, then silence. */
static void make_deaf_neighbor(struct attacker *a, struct member *member)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_table *table = pc_table_empty(codec);
    struct pc_ip ip = rig_loopback(4);
    struct pc_message connect = {.kind = PC_KIND_CONNECT};
    connect.u.connect.node_id = 4711;
    connect.u.connect.address = (struct pc_node_address){PC_TEXT("net.tcp://127.0.0.1:9/PeerChannelEndpoints/271dddd4-fa44-46e2-9b86-090c0a52326c"), &ip, 1};
    unsigned before = member_neighbors(member);
    *a = attack(1, pc_live_port(member->live));
    rig_until(a->ends[0].connected);
    struct pc_buf *preamble = preamble_for(member);
    send_octets(&a->ends[0], preamble->data, preamble->size);
    pc_buf_unref(preamble);
    pc_str uri = pc_str_intern(pc_codec_strings(codec), "net.p2p://chat/", 15);
    struct pc_buf *record = pc_message_write(codec, &table, uri, &connect);
    send_octets(&a->ends[0], record->data, record->size);
    pc_buf_unref(record);
    rig_until(member_neighbors(member) == before + 1);
    pc_socket_pause(a->ends[0].socket);
    pc_str_unref(pc_codec_strings(codec), uri);
    pc_table_unref(codec, table);
    pc_codec_free(codec);
}

Test(hostile, a_neighbor_that_reads_nothing_costs_a_bounded_memory_and_is_dropped)
{
    struct member anna, bert;
    struct attacker deaf;
    member_open(&anna, NULL, 0);
    member_open(&bert, NULL, 0);
    member_dial(&anna, &bert);
    rig_until(member_neighbors(&anna) == 1 && member_neighbors(&bert) == 1);
    make_deaf_neighbor(&deaf, &anna);
    size_t before = resident();
    uint64_t most = 0;
    for (unsigned i = 0; i < 4000; i++) { /* 80 MB */
        member_say(&anna, 20000);
        most = MAX(most, pc_live_unsent(anna.live));
        rig_until(bert.delivered + 20 > i);
    }
    rig_until(bert.delivered == 4000);
    rig_until(member_neighbors(&anna) == 1);
    cr_assert_lt(most, (uint64_t)PC_SOCKET_UNSENT + (2u << 20), "%" G_GUINT64_FORMAT " octets waited", most);
#ifndef __SANITIZE_ADDRESS__
    cr_assert_lt(resident(), before + (64u << 20));
#endif
    (void)before;
    give_up(&deaf);
    member_close(&bert);
    member_close(&anna);
}

Test(hostile, a_relay_drops_a_neighbor_that_reads_nothing_as_too_slow_and_the_others_get_everything)
{
    struct member anna, bert, carl;
    struct attacker deaf;
    struct pc_rules rules = *pc_rules_of(PC_DIALECT_NET);
    rules.slow_period = PC_SECONDS(1) / 5;
    rules.slow_spread = 0;
    rules.maintenance = false;
    member_open(&anna, &rules, 0);
    member_open(&bert, &rules, 0);
    member_open(&carl, &rules, 0);
    member_dial(&bert, &anna);
    member_dial(&carl, &anna);
    rig_until(member_neighbors(&anna) == 2 && member_neighbors(&bert) == 1 && member_neighbors(&carl) == 1);
    make_deaf_neighbor(&deaf, &anna);
    for (unsigned i = 0; i < 1500; i++)
        member_say(&bert, 8000); /* over anna to carl: 12 MB, of which the deaf one takes what fits into the system's buffers */
    rig_until(carl.delivered == 1500);
    cr_assert_eq(anna.slow, 1u);
    cr_assert_eq(member_neighbors(&anna), 2);
    give_up(&deaf);
    member_close(&carl);
    member_close(&bert);
    member_close(&anna);
}
