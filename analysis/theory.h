/* What the deliveries must agree with, from schedule, topology and network only (decisions 15): values of one
 * message for every peer, as columns. Columns of one origin are shared by the floods between two changes of
 * the mesh. */
#ifndef AN_THEORY_H
#define AN_THEORY_H

#include "analysis/query.h"
#include "analysis/topology.h"

#define AN_COLUMN_NONE INT64_MAX /* no value for this peer */

struct an_column {
    uint32_t references;
    uint32_t peers;
    int64_t values[];
};

static inline int64_t an_column_value(const struct an_column *c, uint32_t peer)
{
    return peer < c->peers ? c->values[peer] : AN_COLUMN_NONE;
}

void an_column_unref(struct an_column *column);

struct an_theory_key {
    uint8_t what;
    uint32_t origin;
    uint32_t octets;
    uint64_t epoch;
};

enum { AN_THEORY_CACHE = 16 };

struct an_theory {
    struct an_topology *topology;
    struct an_network network;
    bool has_network;
    struct {
        struct an_theory_key key;
        struct an_column *column;
    } cache[AN_THEORY_CACHE];
    uint32_t oldest;
    struct an_heap_entry *heap; /* of the search */
    uint32_t heap_room;
};

void an_theory_init(struct an_theory *theory, struct an_topology *topology);
void an_theory_clear(struct an_theory *theory);

/* New references. The origin has no value in any column. */
struct an_column *an_theory_paths(struct an_theory *theory, uint32_t origin, uint32_t size); /* T2: ns */
struct an_column *an_theory_hops(struct an_theory *theory, uint32_t origin);
struct an_column *an_theory_underlay(struct an_theory *theory, uint32_t origin,
                                     uint32_t size); /* T3: ns, all running */

#endif
