/* The meshes as they are now, from the timeline's starts, stops, link ups and link downs: neighbors,
 * components, and who has been online since when. */
#ifndef AN_TOPOLOGY_H
#define AN_TOPOLOGY_H

#include "analysis/bits.h"
#include "analysis/timeline.h"

/* One end of a link, as its peer sees it. The other end may not be up yet, or not know yet that this one is
 * gone. */
struct an_end {
    uint32_t link, other;
    uint32_t since; /* second in which it was made, became whole, or lost its other end */
    bool mutual; /* both ends are up */
    bool stale;  /* the other peer stopped since both were up */
    bool alone;  /* both were up, and the other end is gone, however */
};

enum { AN_FEW_ENDS = 8 }; /* kept inside the peer; more (up to I1's 10, or a hub of a test) on the heap */

struct an_presence {
    bool running;
    bool joined;       /* had a neighbor since its start */
    bool valued;       /* got a message since its start */
    uint16_t capacity; /* of more; 0 = in few */
    uint32_t degree;
    uint32_t mesh;
    int64_t started;      /* last start; -1 = never */
    int64_t stopped;      /* last stop; -1 = never */
    int64_t online_since; /* first neighbor after having had none; AN_OFFLINE now */
    int64_t last_down;    /* last link that went down here; -1 = none */
    union {
        struct an_end few[AN_FEW_ENDS];
        struct an_end *more;
    };
};
#define AN_OFFLINE INT64_MAX

struct an_mesh_state {
    uint64_t epoch;      /* counts link ups and downs */
    uint32_t half_open;  /* ends whose other end should be up and is not */
    uint32_t components; /* of the running peers; see an_topology_components */
    uint32_t largest, running, online;
};

struct an_topology {
    const struct an_cast *cast;
    GArray *peers;          /* of struct an_presence */
    GArray *meshes;         /* of struct an_mesh_state */
    uint64_t epoch;         /* counts every change of links or of who runs */
    uint64_t members_epoch; /* counts starts and stops */
    int64_t last_change;    /* of a link */
    uint64_t labelled;      /* epoch of the labels */
    uint32_t *labels;       /* component of each peer: its smallest peer; AN_NONE if not running */
    uint32_t *queue;
    uint32_t room; /* peers that labels and queue have room for */
};

void an_topology_init(struct an_topology *t, const struct an_cast *cast);
void an_topology_clear(struct an_topology *t);

/* What an event changed: a link that was up at both ends counts as closed once, with its first end. */
enum an_change {
    AN_CHANGE_NONE,
    AN_CHANGE_STARTED,
    AN_CHANGE_STOPPED,
    AN_CHANGE_UP,
    AN_CHANGE_DOWN,
    AN_CHANGE_CLOSED
};
enum an_change an_topology_event(struct an_topology *t, const struct an_event *event);

/* Since when this end of a link has been without its other end, ns (to the second); -1: it is not, or there is no such end. */
int64_t an_topology_alone(struct an_topology *t, uint32_t peer, uint32_t link);

struct an_presence *an_topology_peer(struct an_topology *t, uint32_t peer); /* grows with the cast */
const struct an_end *an_topology_ends(const struct an_presence *p);
struct an_mesh_state *an_topology_mesh(struct an_topology *t, uint32_t mesh);

/* Brings labels and the counts of each mesh up to date; cheap if nothing changed. A link joins if it is up at
 * both ends. */
void an_topology_components(struct an_topology *t);

/* All running peers of a mesh; the peers in one component with this peer (itself among them). New references.
 */
struct an_shared_bits *an_topology_members(struct an_topology *t, uint32_t mesh);
struct an_shared_bits *an_topology_component(struct an_topology *t, uint32_t peer);

#endif
