/* The null protocol: an abstract flood over the same queue and network as the real one. Ids only: a copy
 * costs what the simulator costs. The measure that the real protocol's speed is given in ("ratio to null").
 * Also used as an independent model by tests. */
#ifndef BENCH_NULL_H
#define BENCH_NULL_H

#include "sim/world.h"

struct bench_edge {
    uint32_t a, b; /* hosts; a opens the connection */
};

/* A random graph in which each host has `degree` neighbours, a few perhaps one less (no loops, no double
 * edges). hosts > degree. Free it with g_free. */
struct bench_edge *bench_random_graph(uint32_t hosts, uint32_t degree, uint64_t seed, size_t *edges);

struct bench_null {
    uint32_t hosts; /* with at most 16 neighbours each */
    const struct bench_edge *edges;
    size_t edge_count;
    uint32_t messages; /* floods; number m starts at host draw(m) at time 10 s + m · interval */
    int64_t interval;  /* ns */
    uint32_t size;     /* octets of a copy, ≥ 4 */
    const struct sim_profile *profile;
    uint64_t seed;
    const struct sim_observer *observer;
    /* A host has message m for the first time, `after` ns after it was published. May be NULL. */
    void (*first)(void *user, uint32_t message, uint32_t host, int64_t after);
    void *user;
};

struct bench_null_result {
    uint64_t deliveries, first, duplicates;
    uint64_t events;
    double seconds;       /* of processor time, of the floods alone */
    double octets_a_host; /* resident memory that the settled network takes, by host (0: unknown) */
    struct sim_fingerprint fingerprint;
    struct sim_counters counters;
};

/* Runs it to the end. */
void bench_null_run(const struct bench_null *config, struct bench_null_result *result);

/* The source of message m. */
uint32_t bench_null_source(const struct bench_null *config, uint32_t message);

/* The hold model of the queue alone: keeps `size` events, pops one and pushes one (exponential-like gaps of
 * mean 50 ms), `operations` times. Returns ns for a pop and a push together. */
double bench_queue_hold(size_t size, uint64_t operations, uint64_t seed);

#endif
