/* Floods on their way: who could get each message, who got it, what became of its copies, and why a peer
 * never got it (scenarios.md 0, decisions 7). A flood is judged 60 s after publication and released 5 s
 * later, so memory stays bounded. */
#ifndef AN_FLOOD_H
#define AN_FLOOD_H

#include "analysis/bits.h"
#include "analysis/result.h"
#include "analysis/topology.h"

#define AN_JUDGED_AFTER   (INT64_C(60) * 1000000000)
#define AN_RELEASED_AFTER (INT64_C(65) * 1000000000)

struct an_died { /* a copy that was addressed to this peer */
    uint32_t receiver;
    uint8_t cause;
};

struct an_column; /* analysis/theory.h */

/* What one query keeps for one message, until the flood is over and known to have been calm or not. */
struct an_tally {
    uint64_t count, other;
    int64_t sum, min, max;
    uint32_t min_peer, max_peer;
    int64_t min_time, max_time;
    uint64_t unpaired;
    uint32_t unpaired_peer;
};

enum { AN_COLUMNS = 3 }; /* theory values of one message × peer: path, hops, underlay */

struct an_flood {
    int64_t time;
    uint32_t message, origin, mesh;
    uint32_t size;    /* octets of its data */
    uint32_t label;   /* of its kind */
    uint16_t channel; /* within its mesh */
    uint32_t peers;   /* room of the sets below */
    int64_t sequence; /* as its sender numbers it, else its place among the origin's messages, from 1 */
    uint32_t ordinal; /* that place */
    bool disturbed;   /* links changed while it was on its way, or were half open when it began */
    uint64_t epoch;   /* of the mesh at publication */
    uint32_t origin_degree;
    uint32_t sent, first, duplicates, died, delivered_count; /* died: of those sent */
    uint32_t origin_sent;
    uint64_t origin_octets;
    int64_t theory_copies;
    uint64_t *delivered;
    uint64_t *eligible;             /* once judged */
    struct an_shared_bits *members; /* running at publication */
    struct an_shared_bits *reach;   /* in the origin's component then */
    uint8_t *hops;                  /* of each peer's first copy; only if asked for; 0 = has none */
    GArray *former;                 /* of uint32_t: peers that had it and stopped since; their next life may get it, too. NULL = none */
    GArray *losses;                 /* of struct an_died, in order; NULL = none */
    struct an_column *columns[AN_COLUMNS];
    uint64_t *windows; /* bit for each query whose window holds it */
    struct an_tally *tallies;
};

struct an_floods {
    struct an_topology *topology;
    struct an_flood **ring; /* message & mask; a contiguous range of numbers is alive */
    uint32_t room;          /* power of two */
    uint32_t oldest, unjudged, next;
    bool keep_hops;
    uint32_t queries, tallies;                        /* sizes of windows and tallies in each flood */
    struct an_shared_bits *last_reach, *last_members; /* of the last publication */
    uint64_t reach_epoch, members_epoch;
    uint32_t members_mesh;
    uint32_t *scratch; /* for the search upstream */
    uint8_t *cause;
    uint32_t scratch_room;
    GArray *ordinals; /* of uint32_t: messages that each peer has published */
    struct an_invariants *invariants;
};

void an_floods_init(struct an_floods *floods, struct an_topology *topology, struct an_invariants *invariants);
void an_floods_clear(struct an_floods *floods);

/* A message begins. Numbers come in order; a gap is messages that are not recorded. */
struct an_flood *an_flood_publish(struct an_floods *floods, const struct an_event *event);
void an_flood_release(struct an_floods *floods); /* frees the oldest */

static inline struct an_flood *an_flood_find(const struct an_floods *floods, uint32_t message)
{
    if (message - floods->oldest >= floods->next - floods->oldest)
        return NULL;
    return floods->ring[message & (floods->room - 1)];
}

bool an_flood_deliver(struct an_floods *floods, struct an_flood *f, uint32_t peer,
                      int64_t time); /* false: it had it; to one life twice is a violation */
void an_flood_life_ended(struct an_floods *floods, uint32_t peer);
void an_flood_hop(struct an_flood *f, uint32_t peer, uint32_t from);
void an_flood_drop_columns(struct an_flood *f); /* of theory: they are large */
void an_flood_died(struct an_flood *f, uint32_t receiver, uint8_t cause);

/* Fixes who was eligible (M1). */
void an_flood_judge(struct an_floods *floods, struct an_flood *f);

/* Calls each for every peer that ran at publication and never got the message. */
void an_flood_losses(struct an_floods *floods, struct an_flood *f,
                     void (*each)(void *user, struct an_flood *f, uint32_t peer, enum an_cause cause),
                     void *user);

#endif
