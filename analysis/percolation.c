#include "analysis/percolation.h"

#include <glib.h>

/* SplitMix64: a sequence for each draw. */
static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static uint32_t root(uint32_t *parent, uint32_t node)
{
    while (parent[node] != node) {
        parent[node] = parent[parent[node]];
        node = parent[node];
    }
    return node;
}

/* The first `survivors` entries of order become a random choice; size says who they are. */
static void choose(uint32_t *order, uint32_t nodes, uint32_t survivors, uint64_t draw, uint32_t *parent, uint32_t *size)
{
    uint64_t state = (draw + 1) * UINT64_C(0xD1342543DE82EF95);
    for (uint32_t i = 0; i < nodes; i++)
        size[i] = 0;
    for (uint32_t i = 0; i < survivors; i++) {
        uint32_t other = i + (uint32_t)((unsigned __int128)next(&state) * (nodes - i) >> 64), node = order[other];
        order[other] = order[i];
        order[i] = node;
        parent[node] = node;
        size[node] = 1;
    }
}

static uint32_t greatest(const struct an_percolation *graph, uint32_t *parent, uint32_t *size)
{
    uint32_t most = 1;
    for (uint32_t i = 0; i < graph->links; i++) {
        uint32_t a = graph->ends[2 * i], b = graph->ends[2 * i + 1];
        if (!size[a] || !size[b]) /* one of them is gone */
            continue;
        a = root(parent, a);
        b = root(parent, b);
        if (a == b)
            continue;
        if (size[a] < size[b]) {
            uint32_t smaller = a;
            a = b;
            b = smaller;
        }
        parent[b] = a;
        size[a] += size[b];
        most = MAX(most, size[a]);
    }
    return most;
}

int64_t an_percolation_share(const struct an_percolation *graph, uint32_t survivors, uint32_t draws)
{
    g_assert(survivors <= graph->nodes && draws > 0);
    if (survivors == 0)
        return 1000000;
    uint32_t *order = g_new(uint32_t, 3 * (size_t)graph->nodes), *parent = order + graph->nodes, *size = parent + graph->nodes;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < graph->nodes; i++)
        order[i] = i;
    for (uint32_t draw = 0; draw < draws; draw++) {
        choose(order, graph->nodes, survivors, draw, parent, size);
        sum += greatest(graph, parent, size);
    }
    g_free(order);
    return (int64_t)((unsigned __int128)sum * 1000000 / ((uint64_t)draws * survivors));
}
