/* Real peers in a simulated network, and judges of what they do that share no code with the simulator or the metrics:
 * counts by message and peer, the graph as the nodes themselves tell it, Dijkstra's distances. scenarios.md 5. */
#ifndef TEST_THEORY_RIG_H
#define TEST_THEORY_RIG_H

#include "scenarios/engine/net.h"

#define MS     INT64_C(1000000)
#define SECOND INT64_C(1000000000)
#define NEVER  INT64_C(-1)

struct rig_edge {
    uint32_t a, b; /* peers; a dials */
};

struct rig_flood {
    uint32_t origin;
    int64_t published, last; /* times of the publication and of the last thing heard of it */
    int64_t *first;          /* by peer: when its first copy was processed, or NEVER; of the origin: published */
    uint32_t *hops;          /* by peer: links that its first copy came over */
    uint32_t *sent, *copies; /* by peer: copies it sent; copies it received */
    uint32_t *addressed;     /* by peer: copies sent to it */
    uint32_t *delivered;     /* by peer: times it was handed to the application; not at the origin */
    uint32_t *lost;          /* by peer: copies addressed to it that died */
};

struct rig {
    struct scn_net *net;
    struct sim_profile *profile;
    struct scn_mesh *mesh;
    uint32_t peers;
    const struct rig_edge *edges; /* to dial */
    GPtrArray *floods;            /* of struct rig_flood, by number */
    GArray *origins;              /* of uint32_t: who publishes next */
    GArray *changes;              /* of int64_t: times at which a link opened or closed */
    GArray **neighbors;           /* by peer, of uint32_t: rig_look() */
    uint32_t links;
    uint64_t hops;   /* of what is published; 0: no count */
    bool one_origin; /* peer 0 publishes everything */
};

/* n peers that do not run yet. `resolver`: there is a resolver service. */
void rig_open(struct rig *rig, uint32_t n, uint64_t seed, const struct sim_profile *profile, const struct pc_rules *rules,
              bool resolver);
void rig_close(struct rig *rig);

/* All peers come within `period`, find each other through the resolver, and settle: now is `until` then. */
void rig_grow(struct rig *rig, int64_t period, int64_t until);

/* All peers start; then exactly these links are dialled. The edges must live as long as the rig. */
void rig_dial(struct rig *rig, const struct rig_edge *edges, size_t count);

/* `count` messages of 100 octets, one every `interval` from now on, origins one after the other; runs until the last is over. */
void rig_publish(struct rig *rig, uint32_t count, int64_t interval);
/* While rig_publish() runs: this peer goes. Who is gone does not publish when it is its turn. */
enum rig_end { RIG_LEAVES, RIG_RESETS, RIG_FALLS_SILENT };
void rig_end_at(struct rig *rig, int64_t time, uint32_t peer, enum rig_end how);
struct rig_flood *rig_flood(const struct rig *rig, uint32_t number);

/* Asks the nodes for their Connected links; both ends must agree. */
void rig_look(struct rig *rig);
bool rig_calm(const struct rig *rig, const struct rig_flood *flood);

/* Dijkstra over the links of rig_look() with the network's fixed delays, ns; NEVER: not connected. Free with g_free. */
int64_t *rig_distances(const struct rig *rig, uint32_t origin);

/* The profile without what T2 excludes: jitter none, infinite rates; borrowed changes must live on. */
struct sim_profile *rig_unloaded(enum sim_profile_id id, uint64_t seed);

#endif
