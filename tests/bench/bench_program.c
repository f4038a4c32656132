/* make bench: speed and memory of the real protocol, beside a null protocol over the same queue and network in the same process.
 * Rates are medians of interleaved rounds; compare ratios, the machine's speed drifts. Nothing here is asserted. */
#include "scenarios/engine/net.h"
#include "tests/bench/null.h"
#include "tests/bench/wire_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SECOND  INT64_C(1000000000)
#define JOIN    (60 * SECOND)  /* all peers come within a minute */
#define SETTLED (200 * SECOND) /* then quiet until here */

static FILE *table;

static void row(const char *name, uint32_t size, double value, const char *unit, double ratio)
{
    char digits[32] = "";
    if (ratio > 0)
        snprintf(digits, sizeof digits, "%.3f", ratio);
    printf("%-36s %8u  %14.1f %-16s %s\n", name, size, value, unit, digits);
    fflush(stdout);
    fprintf(table, "%s\t%u\t%.3f\t%s\t%s\n", name, size, value, unit, digits);
}

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double resident(void)
{
    long pages = 0, skip;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f || fscanf(f, "%ld %ld", &skip, &pages) != 2)
        pages = 0;
    if (f)
        fclose(f);
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static void ignore(void *user, const struct an_event *event)
{
    (void)user;
    (void)event;
}

enum { TAG_JOIN = 1, TAG_PUBLISH };

static struct scn_net *net;

static void director(void *user, uint16_t tag, uint64_t argument)
{
    (void)user;
    if (tag == TAG_JOIN) {
        scn_peer_start(scn_net_peer_at(net, (uint32_t)argument));
        return;
    }
    struct scn_body body = {.seq = argument + 1, .topic = 1, .time = scn_net_now(net), .size = 120};
    scn_peer_publish(scn_net_peer_at(net, 0), "quote", &body, true, false, 0);
}

struct measured {
    double rate;   /* link deliveries a second */
    double memory; /* octets a peer, settled */
};

/* A mesh of `peers` real nodes that have joined through the resolver and settled, then `messages` floods. */
static struct measured mesh_on(enum sim_profile_id id, bool full, uint32_t peers, uint32_t messages, bool memo)
{
    double before = resident();
    struct scn_net_options options = {.seed = 1, .director = director, .listener = {ignore, NULL}};
    struct sim_profile_changes changes = {.tcp_full = full};
    struct sim_profile *profile = sim_profile_new(id, 1, &changes, NULL);
    struct sim_counters at_rest, at_end;
    net = scn_net_new(&options);
    pc_codec_set_memo(scn_net_codec(net), memo);
    struct sim_world *world = scn_net_world(net);
    struct scn_mesh *chat = scn_net_mesh(net, "bench", "data", pc_rules_of(PC_DIALECT_NET));
    scn_net_resolver(net, profile, &pc_resolver_defaults, NULL);
    for (uint32_t i = 0; i < peers; i++) {
        char name[32];
        snprintf(name, sizeof name, "peer[%u]", i + 1);
        scn_net_peer(net, chat, profile, name, i, SIM_REGION_DRAWN);
        sim_call_at(world, SIM_NONE, SECOND + JOIN * i / peers, TAG_JOIN, i);
    }
    sim_run_until(world, SETTLED, NULL);
    struct measured out = {.memory = (resident() - before) / peers};
    for (uint32_t i = 0; i < messages; i++)
        sim_call_at(world, SIM_NONE, SETTLED + SECOND + SECOND / 20 * i, TAG_PUBLISH, i);
    sim_world_counters(world, &at_rest);
    double start = cpu_seconds();
    sim_run_until(world, SETTLED + 10 * SECOND + SECOND / 20 * messages, NULL);
    double seconds = cpu_seconds() - start;
    sim_world_counters(world, &at_end);
    out.rate = (double)(at_end.deliveries - at_rest.deliveries) / seconds;
    scn_net_free(net);
    sim_profile_free(profile);
    return out;
}

static struct measured mesh(uint32_t peers, uint32_t messages, bool memo)
{
    return mesh_on(SIM_PROFILE_NULL, false, peers, messages, memo);
}

static double null_rate(uint32_t peers, uint32_t messages)
{
    struct sim_profile *profile = sim_profile_new(SIM_PROFILE_NULL, 1, NULL, NULL);
    struct bench_null config = {
        .hosts = peers, .messages = messages, .interval = SECOND / 20, .size = 620, .profile = profile, .seed = 1};
    struct bench_null_result result;
    struct bench_edge *edges = bench_random_graph(peers, 4, 1, &config.edge_count);
    config.edges = edges;
    bench_null_run(&config, &result);
    g_free(edges);
    sim_profile_free(profile);
    return (double)result.deliveries / result.seconds;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double median(double *values, unsigned count)
{
    qsort(values, count, sizeof *values, ascending);
    return values[count / 2];
}

/* ns a delivery: with the memory of encodings, and with everything decoded anew. */
struct cost {
    double memo, anew;
};

static struct cost size_rows(uint32_t peers, uint32_t messages, unsigned rounds)
{
    double real[16], plain[16], null[16], memory = 0;
    for (unsigned i = 0; i < rounds; i++) {
        struct measured m = mesh(peers, messages, true);
        real[i] = m.rate;
        memory = i ? memory : m.memory; /* the first: later ones reuse what the process has */
        plain[i] = mesh(peers, messages, false).rate;
        null[i] = null_rate(peers, messages);
    }
    double base = median(null, rounds), rate = median(real, rounds);
    row("null protocol", peers, base, "deliveries/s", 1);
    row("mesh, memory of encodings", peers, rate, "deliveries/s", rate / base);
    double anew = median(plain, rounds);
    row("mesh, everything decoded anew", peers, anew, "deliveries/s", anew / base);
    if (memory > 0)
        row("resident memory, idle peer", peers, memory, "octets", 0);
    return (struct cost){1e9 / rate, 1e9 / anew};
}

/* N2 with plain streams and with the full connection model: what a delivery costs. Issue 4: at most 1.5 times. */
static void model_rows(uint32_t peers, uint32_t messages, unsigned rounds)
{
    double stream[16], full[16];
    for (unsigned i = 0; i < rounds; i++) {
        stream[i] = mesh_on(SIM_PROFILE_WORLD_HOMES, false, peers, messages, true).rate;
        full[i] = mesh_on(SIM_PROFILE_WORLD_HOMES, true, peers, messages, true).rate;
    }
    double base = median(stream, rounds), rate = median(full, rounds);
    row("N2, plain streams", peers, base, "deliveries/s", 0);
    row("N2, full model", peers, rate, "deliveries/s", 0);
    row("cost, full model : plain streams", peers, base / rate, "times", 0);
}

int main(int argc, char **argv)
{
    unsigned rounds = argc > 2 ? (unsigned)atoi(argv[2]) : 7;
    rounds = rounds < 1 ? 1 : rounds > 16 ? 16 : rounds;
    table = fopen(argc > 1 ? argv[1] : "build/bench.tsv", "w");
    if (!table) {
        perror(argc > 1 ? argv[1] : "build/bench.tsv");
        return 2;
    }
    fputs("benchmark\tsize\tvalue\tunit\tratio_to_null\n", table);
    printf("%-36s %8s  %14s %-16s %s\n", "benchmark", "size", "value", "unit", "ratio to null");
    if (argc > 3 && strcmp(argv[3], "models") == 0) { /* the two connection models alone */
        model_rows(10000, 40, rounds);
        return fclose(table) == 0 ? 0 : 2;
    }
    if (argc > 3) { /* one mesh alone, for a profiler */
        uint32_t peers = (uint32_t)atoi(argv[3]), messages = (uint32_t)atoi(argv[2]);
        row(argc > 4 ? "mesh, everything decoded anew" : "mesh, memory of encodings", peers,
            mesh(peers, messages, argc <= 4).rate, "deliveries/s", 0);
        return fclose(table) == 0 ? 0 : 2;
    }
    struct cost large = size_rows(10000, 40, rounds); /* first: its memory is measured in a fresh process */
    struct cost small = size_rows(1000, 300, rounds);
    struct cost huge = size_rows(100000, 40, rounds > 3 ? 3 : rounds);
    row("cost at 100,000 : 1,000, decoded anew", 100000, huge.anew / small.anew, "times", 0);
    row("cost at 100,000 : 1,000, memory", 100000, huge.memo / small.memo, "times", 0);
    row("cost at 10,000 : 1,000, decoded anew", 10000, large.anew / small.anew, "times", 0);
    model_rows(10000, 40, rounds);
    row("queue, hold model", 100000, bench_queue_hold(100000, 3000000, 1), "ns", 0);
    bench_wire_run(stdout);
    return fclose(table) == 0 ? 0 : 2;
}
