#include "analysis/theory.h"

enum { PATHS = 1, HOPS, UNDERLAY };

struct an_heap_entry {
    int64_t distance;
    uint32_t peer;
};

void an_theory_init(struct an_theory *theory, struct an_topology *topology)
{
    *theory = (struct an_theory){.topology = topology};
}

void an_column_unref(struct an_column *column)
{
    if (column && --column->references == 0)
        g_free(column);
}

void an_theory_clear(struct an_theory *theory)
{
    for (uint32_t i = 0; i < AN_THEORY_CACHE; i++)
        an_column_unref(theory->cache[i].column);
    g_free(theory->heap);
}

static struct an_column *column_new(const struct an_topology *t)
{
    uint32_t peers = t->peers->len;
    struct an_column *column = g_malloc(sizeof *column + peers * sizeof column->values[0]);
    column->references = 1;
    column->peers = peers;
    for (uint32_t i = 0; i < peers; i++)
        column->values[i] = AN_COLUMN_NONE;
    return column;
}

static struct an_column *cached(struct an_theory *theory, const struct an_theory_key *key)
{
    for (uint32_t i = 0; i < AN_THEORY_CACHE; i++) {
        const struct an_theory_key *k = &theory->cache[i].key;
        if (k->what == key->what && k->origin == key->origin && k->octets == key->octets &&
            k->epoch == key->epoch) {
            theory->cache[i].column->references++;
            return theory->cache[i].column;
        }
    }
    return NULL;
}

static struct an_column *remember(struct an_theory *theory, const struct an_theory_key *key,
                                  struct an_column *column)
{
    uint32_t slot = theory->oldest++ % AN_THEORY_CACHE;
    an_column_unref(theory->cache[slot].column);
    theory->cache[slot].key = *key;
    theory->cache[slot].column = column;
    column->references++;
    return column;
}

/* --- Dijkstra with a binary heap; an entry that was overtaken is skipped when it comes up
 * -------------------------- */

static bool before(const struct an_heap_entry *a, const struct an_heap_entry *b)
{
    return a->distance != b->distance ? a->distance < b->distance : a->peer < b->peer;
}

static void heap_push(struct an_theory *theory, uint32_t *count, struct an_heap_entry entry)
{
    if (*count == theory->heap_room) {
        theory->heap_room = MAX(1024, theory->heap_room * 2);
        theory->heap = g_renew(struct an_heap_entry, theory->heap, theory->heap_room);
    }
    uint32_t i = (*count)++;
    while (i > 0 && before(&entry, &theory->heap[(i - 1) / 2])) {
        theory->heap[i] = theory->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    theory->heap[i] = entry;
}

static struct an_heap_entry heap_pop(struct an_theory *theory, uint32_t *count)
{
    struct an_heap_entry *heap = theory->heap, top = heap[0], last = heap[--*count];
    uint32_t i = 0;
    for (;;) {
        uint32_t child = 2 * i + 1;
        if (child >= *count)
            break;
        if (child + 1 < *count && before(&heap[child + 1], &heap[child]))
            child++;
        if (!before(&heap[child], &last))
            break;
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = last;
    return top;
}

static void search(struct an_theory *theory, struct an_column *column, uint32_t origin, uint32_t size)
{
    const struct an_network *net = &theory->network;
    uint32_t count = 0;
    column->values[origin] = 0;
    heap_push(theory, &count, (struct an_heap_entry){0, origin});
    while (count > 0) {
        struct an_heap_entry entry = heap_pop(theory, &count);
        if (entry.distance > column->values[entry.peer])
            continue;
        uint32_t octets = size + (entry.peer == origin ? net->origin_envelope : net->relay_envelope);
        const struct an_presence *p = an_topology_peer(theory->topology, entry.peer);
        const struct an_end *ends = an_topology_ends(p);
        for (uint32_t i = 0; i < p->degree; i++) {
            if (!ends[i].mutual)
                continue;
            uint32_t other = ends[i].other;
            int64_t distance = entry.distance + net->delay(net->user, entry.peer, other, octets);
            if (distance < column->values[other]) {
                column->values[other] = distance;
                heap_push(theory, &count, (struct an_heap_entry){distance, other});
            }
        }
    }
    column->values[origin] = AN_COLUMN_NONE;
}

struct an_column *an_theory_paths(struct an_theory *theory, uint32_t origin, uint32_t size)
{
    g_assert(theory->has_network);
    struct an_theory_key key = {PATHS, origin, size, theory->topology->epoch};
    struct an_column *column = cached(theory, &key);
    if (column)
        return column;
    column = column_new(theory->topology);
    search(theory, column, origin, size);
    return remember(theory, &key, column);
}

struct an_column *an_theory_hops(struct an_theory *theory, uint32_t origin)
{
    struct an_theory_key key = {HOPS, origin, 0, theory->topology->epoch};
    struct an_column *column = cached(theory, &key);
    if (column)
        return column;
    column = column_new(theory->topology);
    uint32_t *queue = g_new(uint32_t, column->peers);
    uint32_t head = 0, tail = 0;
    queue[tail++] = origin;
    column->values[origin] = 0;
    while (head < tail) {
        uint32_t peer = queue[head++];
        const struct an_presence *p = an_topology_peer(theory->topology, peer);
        const struct an_end *ends = an_topology_ends(p);
        for (uint32_t i = 0; i < p->degree; i++)
            if (ends[i].mutual && column->values[ends[i].other] == AN_COLUMN_NONE) {
                column->values[ends[i].other] = column->values[peer] + 1;
                queue[tail++] = ends[i].other;
            }
    }
    column->values[origin] = AN_COLUMN_NONE;
    g_free(queue);
    return remember(theory, &key, column);
}

struct an_column *an_theory_underlay(struct an_theory *theory, uint32_t origin, uint32_t size)
{
    g_assert(theory->has_network);
    const struct an_network *net = &theory->network;
    struct an_theory_key key = {UNDERLAY, origin, size, theory->topology->members_epoch};
    struct an_column *column = cached(theory, &key);
    if (column)
        return column;
    column = column_new(theory->topology);
    uint32_t mesh = an_topology_peer(theory->topology, origin)->mesh;
    for (uint32_t i = 0; i < column->peers; i++) {
        const struct an_presence *p = an_topology_peer(theory->topology, i);
        if (i != origin && p->running && p->mesh == mesh)
            column->values[i] = net->delay(net->user, origin, i, size + net->origin_envelope);
    }
    return remember(theory, &key, column);
}
