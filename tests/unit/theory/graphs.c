#include "tests/unit/theory/graphs.h"

#include "sim/random.h"

#include <criterion/criterion.h>

#define PURPOSE (SIM_PURPOSE_USER + 500)

static bool linked(const struct rig_edge *edges, size_t count, uint32_t a, uint32_t b)
{
    for (size_t i = 0; i < count; i++)
        if ((edges[i].a == a && edges[i].b == b) || (edges[i].a == b && edges[i].b == a))
            return true;
    return false;
}

/* Exchanges the second ends of two edges, if that makes neither a loop nor a double link. */
static bool exchange(struct rig_edge *edges, size_t count, size_t i, size_t j)
{
    struct rig_edge x = {edges[i].a, edges[j].b}, y = {edges[j].a, edges[i].b};
    bool same = (x.a == y.a && x.b == y.b) || (x.a == y.b && x.b == y.a);
    if (x.a == x.b || y.a == y.b || same || linked(edges, count, x.a, x.b) || linked(edges, count, y.a, y.b))
        return false;
    edges[i] = x;
    edges[j] = y;
    return true;
}

struct rig_edge *graph_regular(uint32_t n, uint32_t k, uint64_t seed, size_t *count)
{
    struct sim_stream stream;
    uint32_t stubs = n * k, *owner = g_new(uint32_t, stubs);
    sim_stream_init(&stream, seed, PURPOSE, n, k);
    for (uint32_t i = 0; i < stubs; i++) {
        uint32_t j = (uint32_t)sim_below(&stream, i + 1);
        owner[i] = owner[j];
        owner[j] = i / k;
    }
    *count = stubs / 2;
    struct rig_edge *edges = g_new(struct rig_edge, *count);
    for (size_t i = 0; i < *count; i++)
        edges[i] = (struct rig_edge){owner[2 * i], owner[2 * i + 1]};
    g_free(owner);
    /* The few loops and double links that a random pairing has are exchanged with random other edges. */
    for (size_t i = 0; i < *count; i++)
        while (edges[i].a == edges[i].b || linked(edges, i, edges[i].a, edges[i].b))
            exchange(edges, *count, i, (size_t)sim_below(&stream, *count));
    return edges;
}

struct growth {
    struct rig_edge *edges;
    size_t count;
    uint32_t *degree;
    struct sim_stream stream;
};

/* Links node to a random one of the first `members` that has room and is no neighbour yet. */
static void link_to_anybody(struct growth *g, uint32_t node, uint32_t members)
{
    for (;;) {
        uint32_t other = (uint32_t)sim_below(&g->stream, members);
        if (other == node || g->degree[other] >= 7 || linked(g->edges, g->count, node, other))
            continue;
        g->edges[g->count++] = (struct rig_edge){node, other};
        g->degree[node]++;
        g->degree[other]++;
        return;
    }
}

struct rig_edge *graph_grown(uint32_t n, uint64_t seed, size_t *count)
{
    struct growth g = {.edges = g_new(struct rig_edge, (size_t)n * 7 / 2 + 1), .degree = g_new0(uint32_t, n)};
    sim_stream_init(&g.stream, seed, PURPOSE + 1, n, 0);
    for (uint32_t i = 1; i < n; i++)
        for (uint32_t k = 0; k < MIN(i, 2); k++)
            link_to_anybody(&g, i, i);
    for (uint32_t i = 0; i < n; i++)
        while (g.degree[i] < 3)
            link_to_anybody(&g, i, n);
    g_free(g.degree);
    *count = g.count;
    return g.edges;
}
