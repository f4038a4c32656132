/* Inside the player: what it knows, and its connections. */
#ifndef TEST_INTEROP_REPLAY_PRIVATE_H
#define TEST_INTEROP_REPLAY_PRIVATE_H

#include "protocol/live/driver.h"
#include "tests/unit/interop/recorded.h"
#include "tests/unit/interop/replay.h"

#define RESOLVER   47000
#define NOT_DIALLED_MS 1500 /* within which our node dials if it dials at all */

/* A connection between our side and a played one. */
struct wire {
    struct replay *replay;
    bool known, dialled;     /* dialled: by the played side */
    uint16_t peer;           /* listening port, in the capture, of the played one */
    struct pc_socket *socket;
    GSocket *accepted; /* the same, if our node has dialled: for its half */
    struct pc_nmf_reader reader;
    struct pc_table *table;  /* of what comes in */
    const GPtrArray *strings; /* of the recorded session that is played out now */
    guint strings_sent;
    unsigned seen[PC_KIND_COUNT], wanted[PC_KIND_COUNT]; /* envelopes of our side: come, and recorded so far */
    unsigned acks, acks_wanted, ends, ends_wanted, played_ends;
    bool open, eof, closed, skipped, refused;
    bool played_fin; /* the played side has sent its FIN */
    bool fin_due; /* the played side has ended, ours has something to say still */
    struct recorded last[PC_KIND_COUNT]; /* the last envelope of each kind that came: texts owned */
};

struct party { /* a played one that listens */
    struct replay *replay;
    uint16_t port, live;
    struct pc_listener *listener;
};

struct guid_change {
    struct pc_guid from, to;
};

struct replay {
    GPtrArray *records, *spare; /* spare: whose answers serve calls that the recorded node never made */
    uint16_t ours, live_port;
    struct pc_codec *codec; /* of the played side */
    struct pc_sockets *sockets;
    GPtrArray *wires, *loose; /* by stream; connections of our node that are not assigned, in order */
    GArray *parties;          /* struct party */
    GArray *changes;          /* struct guid_change: registration ids */
    guint answers[PC_KIND_COUNT]; /* of the played resolver: where to look for the next one */
    GHashTable *floods;       /* ids that came over any wire: look-up only */
    /* Our side. */
    struct pc_mesh mesh;
    struct pc_live *live;
    struct pc_guid guid;
    uint64_t node_id;
    char *name, *via;
    GHashTable *delivered;
    bool left, stopped, own_left_out;
    struct replay_result result;
};

/* replay_wire.c: octets of the played side that go out as the wire requires, and what comes in from ours. */
void replay_send_envelope(struct wire *wire, const struct recorded *recorded, const struct guid_change *relates);
void replay_send_framing(struct wire *wire, const struct recorded *recorded);
struct wire *replay_new_wire(struct replay *r, uint16_t peer, bool dialled);
void replay_on_accepted(void *user, GSocket *accepted);
extern const struct pc_socket_ops replay_wire_ops;

#endif
