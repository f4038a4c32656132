#include "tests/bench/null.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PORT          50001
#define START_NS      ((int64_t)10000000000) /* connections are made before */
#define NEIGHBORS_MAX 16
#define GRAPH_RETRIES 200

struct null_node {
    struct null_run *run;
    sim_conn neighbors[NEIGHBORS_MAX];
    uint32_t count, dials; /* edges run->edges[first_dial …] are its own to open */
    uint32_t host, first_dial;
    uint64_t *seen;
};

struct null_run {
    const struct bench_null *config;
    struct sim_world *world;
    struct null_node *nodes;
    struct bench_edge *edges; /* sorted by a */
    uint8_t *octets;          /* message m is the `size` octets at m · 4: its number comes first */
    uint64_t deliveries, first, duplicates;
};

/* --- The protocol ------------------------------------------------------------------- */

static void add_neighbor(struct null_node *node, sim_conn conn)
{
    g_assert(node->count < NEIGHBORS_MAX);
    node->neighbors[node->count++] = conn;
}

static void flood(struct null_node *node, uint32_t message, sim_conn except)
{
    struct null_run *run = node->run;
    uint64_t bit = (uint64_t)1 << (message % 64);

    if (node->seen[message / 64] & bit) {
        run->duplicates++;
        return;
    }
    node->seen[message / 64] |= bit;
    run->first++;
    if (run->config->first)
        run->config->first(run->config->user, message, node->host,
                           sim_now(run->world) - START_NS - (int64_t)message * run->config->interval);
    for (uint32_t i = 0; i < node->count; i++) {
        if (node->neighbors[i] != except)
            sim_write(run->world, node->neighbors[i], run->octets + (size_t)message * run->config->size,
                      run->config->size, run->octets);
    }
}

static void on_accepted(void *user, sim_conn conn, uint32_t address, uint16_t port)
{
    (void)address;
    (void)port;
    add_neighbor(user, conn);
}

static void on_connected(void *user, sim_conn conn)
{
    add_neighbor(user, conn);
}

static void on_connect_failed(void *user, sim_conn conn, enum sim_connect_failure reason)
{
    (void)user;
    (void)conn;
    (void)reason;
    g_assert_not_reached();
}

static size_t on_octets(void *user, sim_conn conn, const uint8_t *data, size_t size, void *owner)
{
    struct null_node *node = user;
    uint32_t message;

    (void)owner;
    memcpy(&message, data, sizeof message);
    node->run->deliveries++;
    flood(node, message, conn);
    return size;
}

static void on_eof(void *user, sim_conn conn)
{
    (void)user;
    (void)conn;
}

static void on_handed(void *user, sim_conn conn, uint64_t handed)
{
    (void)user;
    (void)conn;
    (void)handed;
}

static void on_closed(void *user, sim_conn conn, enum sim_close_reason reason)
{
    (void)user;
    (void)conn;
    (void)reason;
}

static void on_timer(void *user)
{
    struct null_node *node = user;
    uint32_t dial = node->first_dial + node->dials++;

    sim_connect(node->run->world, node->host, sim_host_address(node->run->edges[dial].b), PORT);
    if (dial + 1 < node->run->config->edge_count && node->run->edges[dial + 1].a == node->host)
        sim_node_set_timer(node->run->world, node->host, sim_now(node->run->world) + 1000000);
}

static void on_called(void *user, uint16_t tag, uint64_t message)
{
    (void)tag;
    flood(user, (uint32_t)message, 0);
}

static void on_prefetch(void *user, unsigned level)
{
    const struct null_node *node = user;

    if (level)
        return;
    __builtin_prefetch(node->seen, 1);
    for (uint32_t i = 0; i < node->count; i++) /* in the same line as the node */
        sim_conn_prefetch(node->run->world, node->neighbors[i]);
}

static const struct sim_node_ops null_ops = {.accepted = on_accepted,
                                             .connected = on_connected,
                                             .connect_failed = on_connect_failed,
                                             .octets = on_octets,
                                             .eof = on_eof,
                                             .blocked = on_handed,
                                             .writable = on_handed,
                                             .closed = on_closed,
                                             .timer = on_timer,
                                             .called = on_called,
                                             .prefetch = on_prefetch};

/* --- A run -------------------------------------------------------------------------- */

static void ignore_owner(void *owner)
{
    (void)owner;
}

uint32_t bench_null_source(const struct bench_null *config, uint32_t message)
{
    return (uint32_t)(sim_draw(config->seed, SIM_PURPOSE_USER, message, 0, 0) % config->hosts);
}

static int compare_edges(const void *x, const void *y)
{
    const struct bench_edge *a = x, *b = y;

    if (a->a != b->a)
        return a->a < b->a ? -1 : 1;
    return a->b < b->b ? -1 : a->b > b->b;
}

static long resident_pages(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long size = 0, resident = 0;

    if (file && fscanf(file, "%ld %ld", &size, &resident) != 2)
        resident = 0;
    if (file)
        fclose(file);
    return resident;
}

static double cpu_seconds(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void make_nodes(struct null_run *run)
{
    const struct bench_null *config = run->config;
    size_t words = (config->messages + 63) / 64;

    run->nodes = g_new0(struct null_node, config->hosts);
    for (uint32_t i = 0; i < config->hosts; i++) {
        run->nodes[i] = (struct null_node){.run = run, .host = i, .seen = g_new0(uint64_t, words)};
        sim_host_new(run->world, config->profile, i, SIM_REGION_DRAWN);
        sim_node_new(run->world, i, &null_ops, &run->nodes[i]);
        g_assert_true(sim_listen(run->world, i, PORT));
    }
    for (size_t i = config->edge_count; i-- > 0;) {
        struct null_node *node = &run->nodes[run->edges[i].a];

        node->first_dial = (uint32_t)i;
        sim_node_set_timer(run->world, node->host, 1000000);
    }
}

static void free_run(struct null_run *run)
{
    sim_world_free(run->world);
    for (uint32_t i = 0; i < run->config->hosts; i++) {
        g_free(run->nodes[i].seen);
    }
    g_free(run->nodes);
    g_free(run->edges);
    g_free(run->octets);
}

void bench_null_run(const struct bench_null *config, struct bench_null_result *result)
{
    struct null_run run = {.config = config};
    const struct sim_config world = {
        .seed = config->seed, .octets = {ignore_owner, ignore_owner}, .observer = config->observer};
    long pages = resident_pages();
    double start;

    g_assert(config->size >= 4);
    run.world = sim_world_new(&world);
    run.octets = g_malloc0((size_t)config->messages * config->size);
    for (uint32_t m = 0; m < config->messages; m++)
        memcpy(run.octets + (size_t)m * config->size, &m, sizeof m);
    run.edges = g_memdup2(config->edges, config->edge_count * sizeof *config->edges);
    qsort(run.edges, config->edge_count, sizeof *run.edges, compare_edges);
    make_nodes(&run);
    sim_run_until(run.world, START_NS - 1, NULL);
    pages = resident_pages() - pages;
    for (uint32_t m = 0; m < config->messages; m++)
        sim_call_at(run.world, bench_null_source(config, m), START_NS + (int64_t)m * config->interval, 0, m);
    start = cpu_seconds();
    sim_run_until(run.world, SIM_TIME_NEVER, NULL);
    *result = (struct bench_null_result){.seconds = cpu_seconds() - start,
                                         .deliveries = run.deliveries,
                                         .first = run.first,
                                         .duplicates = run.duplicates,
                                         .octets_a_host =
                                             (double)pages * (double)sysconf(_SC_PAGESIZE) / config->hosts,
                                         .fingerprint = sim_world_fingerprint(run.world)};
    sim_world_counters(run.world, &result->counters);
    result->events = result->counters.events;
    free_run(&run);
}

/* --- A random graph ----------------------------------------------------------------- */

static bool joined(const struct bench_edge *edges, const uint32_t *slots, uint32_t degree, uint32_t a,
                   uint32_t b)
{
    for (uint32_t k = 0; k < degree; k++) {
        uint32_t edge = slots[(size_t)a * degree + k];

        if (edge != UINT32_MAX &&
            ((edges[edge].a == a && edges[edge].b == b) || (edges[edge].a == b && edges[edge].b == a)))
            return true;
    }
    return false;
}

static void note_slot(uint32_t *slots, uint32_t degree, uint32_t host, uint32_t edge)
{
    uint32_t k = 0;

    while (slots[(size_t)host * degree + k] != UINT32_MAX)
        k++;
    slots[(size_t)host * degree + k] = edge;
}

/* The two stubs that are left, a and b, fit nowhere: an edge c-d drawn at random makes room and becomes a-c and
 * b-d. */
static bool switch_edge(struct bench_edge *edges, size_t *count, uint32_t *slots, uint32_t degree, uint32_t a,
                        uint32_t b, struct sim_stream *stream)
{
    uint32_t e = (uint32_t)sim_below(stream, *count), c = edges[e].a, d = edges[e].b;
    uint32_t *slot = &slots[(size_t)d * degree];

    if (c == a || c == b || d == a || d == b || joined(edges, slots, degree, a, c) ||
        joined(edges, slots, degree, b, d))
        return false;
    while (*slot != e)
        slot++;
    *slot = UINT32_MAX;
    edges[e] = (struct bench_edge){a, c};
    note_slot(slots, degree, a, e);
    note_slot(slots, degree, b, (uint32_t)*count);
    note_slot(slots, degree, d, (uint32_t)*count);
    edges[(*count)++] = (struct bench_edge){b, d};
    return true;
}

/* Pairs stubs at random; a pair that does not fit is drawn again, a bounded number of times, and then makes room
 * by a switch: every host has its degree. */
struct bench_edge *bench_random_graph(uint32_t hosts, uint32_t degree, uint64_t seed, size_t *count)
{
    size_t stubs = (size_t)hosts * degree;
    uint32_t *stub = g_new(uint32_t, stubs), *slots = g_new(uint32_t, stubs);
    struct bench_edge *edges = g_new(struct bench_edge, stubs / 2 + 1);
    struct sim_stream stream;

    sim_stream_init(&stream, seed, SIM_PURPOSE_USER + 1, hosts, degree);
    for (size_t i = 0; i < stubs; i++) {
        stub[i] = (uint32_t)(i / degree);
        slots[i] = UINT32_MAX;
    }
    *count = 0;
    while (stubs >= 2) {
        unsigned tries = 0;

        for (; tries < GRAPH_RETRIES; tries++) {
            size_t i = (size_t)sim_below(&stream, stubs - 1);
            uint32_t a = stub[stubs - 1], b = stub[i];

            if (a == b || joined(edges, slots, degree, a, b))
                continue;
            note_slot(slots, degree, a, (uint32_t)*count);
            note_slot(slots, degree, b, (uint32_t)*count);
            edges[(*count)++] = (struct bench_edge){a, b};
            stub[i] = stub[stubs - 2];
            stubs -= 2;
            break;
        }
        if (tries == GRAPH_RETRIES) {
            while (!switch_edge(edges, count, slots, degree, stub[stubs - 1], stub[stubs - 2], &stream))
                g_assert(++tries < 1000 * GRAPH_RETRIES); /* a graph too small for its degree */
            stubs -= 2;
        }
    }
    g_free(stub);
    g_free(slots);
    return edges;
}

/* --- The queue alone ---------------------------------------------------------------- */

double bench_queue_hold(size_t size, uint64_t operations, uint64_t seed)
{
    const struct sim_dist gap = {.kind = SIM_DIST_EXPONENTIAL, .a = 50000000};
    struct sim_queue *queue = sim_queue_new();
    struct sim_stream stream;
    int64_t gaps[4096]; /* drawn before, so that the clock sees the queue */
    struct sim_event event = {.src = 1};
    double start;

    sim_stream_init(&stream, seed, SIM_PURPOSE_USER + 2, 0, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(gaps); i++)
        gaps[i] = sim_dist_draw(&gap, &stream);
    for (size_t i = 0; i < size; i++) {
        event.time = gaps[i % G_N_ELEMENTS(gaps)] + (int64_t)(i / G_N_ELEMENTS(gaps));
        event.seq++;
        sim_queue_push(queue, &event);
    }
    start = cpu_seconds();
    for (uint64_t i = 0; i < operations; i++) {
        uint32_t seq = event.seq;

        g_assert_true(sim_queue_pop(queue, &event));
        event.time += gaps[(i * 7) % G_N_ELEMENTS(gaps)];
        event.seq = seq + 1;
        sim_queue_push(queue, &event);
    }
    start = cpu_seconds() - start;
    sim_queue_free(queue);
    return start * 1e9 / (double)operations;
}
