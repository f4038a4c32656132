/* One peer of a Peer Channel mesh as a function of events. Time enters with each event; nothing leaves but actions.
 * [MC-PRCH] 3.1; peer-channel.md 8-15, 18.5. The same code runs under a simulator and on real sockets. */
#ifndef PC_MESH_NODE_H
#define PC_MESH_NODE_H

#include "protocol/mesh/fsm.h"
#include "protocol/mesh/ids.h"
#include "protocol/mesh/rules.h"
#include "protocol/mesh/types.h"
#include "protocol/wire/flood.h"
#include "protocol/wire/nmf.h"

/* What a random number is for. A driver answers from a stream of its own for each purpose, or from a capture. */
enum pc_draw {
    PC_DRAW_NODE_ID,     /* non-zero 64-bit node id (asked again if 0) */
    PC_DRAW_LISTEN_GUID, /* path of the listen URI: 2 draws, version 4 is set by the node */
    PC_DRAW_MESSAGE_ID,  /* id of a flood: 2 draws */
    PC_DRAW_CLIENT_ID,   /* resolver client: 2 draws */
    PC_DRAW_CALL_ID,     /* wsa:MessageID of a resolver request: 2 draws */
    PC_DRAW_CANDIDATE,   /* which address to dial next */
    PC_DRAW_SLOW_PERIOD, /* §14 */
    PC_DRAW_REGISTRATION_ID, /* resolver service: 2 draws */
    PC_DRAW_SAMPLE,          /* resolver service: which registration */
    PC_DRAW_COUNT
};

enum pc_propagation { PC_PROPAGATE_NONE, PC_PROPAGATE_LOCAL, PC_PROPAGATE_REMOTE, PC_PROPAGATE_BOTH };

/* For drivers that give a GUID again: the draw number `index` of those that make it, two each (version and variant are the node's). */
uint64_t pc_draw_of_guid(const struct pc_guid *guid, uint32_t index);

#define PC_MAX_CHANNELS 8 /* open channels of a node */

/* What all nodes of a mesh (and process) share. The node keeps the pointer: it must outlive the node. */
struct pc_mesh {
    struct pc_codec *codec;
    struct pc_ids *ids;
    struct pc_rules rules;
    pc_str name;         /* mesh id: "ticker" */
    pc_str uri;          /* net.p2p://ticker/ */
    pc_str resolver_uri; /* net.tcp://10.0.0.1:47000/resolver; 0: no resolver, nothing is resolved or registered */
    struct pc_ip resolver_ip;
    uint16_t resolver_port;
    struct pc_nmf_limits framing; /* limits of every reader */
    /* Draw number `index` (from 0, counted by the node for each purpose) of the node whose user pointer is given. Pure. */
    uint64_t (*random)(void *user, enum pc_draw purpose, uint32_t index);
    /* Which of these addresses to dial next: its index, or `count` for a draw. NULL: always a draw. A driver that plays a recorded
     * mesh again takes the one that was taken then; it may keep track of that with the user. */
    uint32_t (*choose)(void *user, const pc_str *addresses, uint32_t count);
    /* Propagation filter (peer-channel.md 13.5), NULL: both. `local`: the message is this node's own. Pure. */
    enum pc_propagation (*filter)(void *user, const struct pc_message *message, bool local);
};

enum pc_event_kind {
    PC_EVENT_START,          /* u.start: the driver listens on this endpoint now */
    PC_EVENT_STOP,           /* leave cleanly; PC_ACTION_STOPPED follows */
    PC_EVENT_ACCEPTED,       /* conn: somebody connected */
    PC_EVENT_CONNECTED,      /* conn: answer to PC_ACTION_CONNECT */
    PC_EVENT_CONNECT_FAILED, /* conn: likewise; the number is gone */
    PC_EVENT_OCTETS,         /* conn, u.octets */
    PC_EVENT_EOF,            /* conn: the peer sends no more */
    PC_EVENT_BLOCKED,        /* conn, u.written: the driver could not hand all octets on; so far so many went out. Told
                              * before the node's next step, so that the node knows which flood is held up */
    PC_EVENT_WRITABLE,       /* conn, u.written: progress after PC_EVENT_BLOCKED; equal to all written: unblocked */
    PC_EVENT_CLOSED,         /* conn: gone (reset, time-out, or both sides finished); the number is gone */
    PC_EVENT_TIMER,          /* pc_node_deadline() has come */
    PC_EVENT_PUBLISH,        /* u.publish */
    PC_EVENT_OPEN_CHANNEL,   /* u.channel */
    PC_EVENT_CLOSE_CHANNEL,  /* u.channel */
    PC_EVENT_DIAL,           /* u.dial: make a link to this node, besides what maintenance does */
    PC_EVENT_REFRESH,        /* RefreshConnection(): peer-channel.md 11.3 */
    PC_EVENT_ADDRESS_CHANGED, /* u.start.ip: the new address, family 0: there is none now; 8.3 */
    PC_EVENT_RESUMED,        /* from sleep: 8.3 */
};

struct pc_event {
    enum pc_event_kind kind;
    pc_conn conn;
    pc_time now;
    union {
        struct {
            struct pc_ip ip;
            uint16_t port;
            struct pc_text host; /* for the listen URI; absent: the IP literal */
        } start;
        struct {
            const uint8_t *data; /* advanced by the step, see below */
            size_t size;
        } octets;
        uint64_t written; /* octets of this connection that went out, since it was made */
        struct {
            const struct pc_outgoing *message; /* .id is filled in by the node unless has_id is set */
            bool has_id;
        } publish;
        pc_str channel; /* via URI; the node takes its own reference */
        const struct pc_node_address *dial;
    } u;
};

enum pc_action_kind {
    PC_ACTION_CONNECT, /* conn, u.connect: open a TCP connection */
    PC_ACTION_WRITE,   /* conn, u.write: the driver owns the reference from now on */
    PC_ACTION_PAUSE,   /* conn: do not deliver octets until PC_ACTION_RESUME */
    PC_ACTION_RESUME,
    PC_ACTION_CLOSE, /* conn: close after the octets written (FIN); no further event; the number is gone */
    PC_ACTION_ABORT, /* conn: reset, drop what is unsent; no further event; the number is gone */
    PC_ACTION_DELIVER,   /* u.deliver: to the application */
    PC_ACTION_STARTED,   /* the open is complete (registered, if there is a resolver) */
    PC_ACTION_OPEN_FAILED, /* u.open_failed: the node will not open, all its connections are reset; free it (8.1, 18.5) */
    PC_ACTION_STOPPED,   /* the leave is complete: no connection is left */
    PC_ACTION_PUBLISHED, /* u.published: answer to PC_EVENT_PUBLISH */
    PC_ACTION_ONLINE,    /* first neighbour: peer-channel.md 19 */
    PC_ACTION_OFFLINE,
    PC_ACTION_NOTE, /* conn (or 0), u.note: something worth telling happened */
};

/* Semantic facts, for trace, log and tests. */
enum pc_note_kind {
    PC_NOTE_STATE,        /* a = old, b = new enum pc_link_state; reason; value = bit set of states that the table allows */
    PC_NOTE_SENT,         /* message.kind, size = octets of the record; not for floods */
    PC_NOTE_RECEIVED,     /* likewise */
    PC_NOTE_FLOOD_SENT,   /* id, size */
    PC_NOTE_FLOOD_FIRST,  /* id, size: processed, first copy; value = hops left, a = 1 if it had a count */
    PC_NOTE_DUPLICATE,    /* id, size */
    PC_NOTE_HOPS_ENDED,   /* id: not forwarded on this link, the hop count is used up */
    PC_NOTE_FILTERED,     /* id: the filter kept it from this link, or (no conn) from the application */
    PC_NOTE_VIOLATION,    /* the peer broke a rule; text says which */
    PC_NOTE_DIAL,         /* address */
    PC_NOTE_DIAL_FAILED,  /* address */
    PC_NOTE_RESOLVED,     /* a = addresses received, b = usable ones */
    PC_NOTE_REFERRALS,    /* a = received, b = new in the cache */
    PC_NOTE_CYCLE,        /* a = enum pc_cycle begun, b = connected now */
    PC_NOTE_CYCLE_ENDED,  /* a = enum pc_cycle, b = connected now */
    PC_NOTE_PRUNED,       /* value = its utility */
    PC_NOTE_SLOW,         /* a = pending floods, b = 1 when closed for it */
    PC_NOTE_REGISTERED,   /* value = lifetime in ns */
    PC_NOTE_CALL_FAILED,  /* a resolver call: kind */
};

struct pc_note {
    uint8_t kind;         /* enum pc_note_kind */
    uint8_t message_kind; /* enum pc_kind */
    uint8_t reason;       /* enum pc_reason or 0 */
    bool initiator;       /* this node opened the connection */
    bool call;            /* PC_NOTE_SENT, PC_NOTE_RECEIVED: a call of the resolver service, on the action's conn */
    uint32_t a, b;
    uint32_t size;
    uint32_t id;          /* pc_ids number of a flood */
    uint64_t value;
    const char *text;     /* static */
    pc_str address;       /* of a node (address.h); valid until the next step */
};

struct pc_action {
    enum pc_action_kind kind;
    pc_conn conn;
    union {
        struct {
            struct pc_ip ip;
            uint16_t port;
        } connect;
        struct pc_buf *write;
        struct {
            const struct pc_message *message; /* its flood headers and body; NULL for the node's own message */
            const struct pc_outgoing *own;
            pc_str channel;
            uint32_t id;
            uint64_t hops; /* left, if the message counts */
        } deliver;
        struct {
            uint32_t id;      /* pc_ids number; valid during this step's actions */
            uint32_t size;    /* octets of the largest record it can make */
            const char *refused; /* NULL: accepted; else why not (static text) */
        } published;
        const char *open_failed; /* why: static text */
        struct pc_note note;
    } u;
};

/* A list that the driver owns, empties and reuses. */
struct pc_actions {
    struct pc_action *items;
    uint32_t count, capacity;
    struct pc_message message; /* the received one that a PC_ACTION_DELIVER of this step refers to */
};
void pc_actions_clear(struct pc_actions *actions); /* frees the list; actions must have been carried out */

struct pc_node;

/* `user` goes to the callbacks of `mesh`. The node is closed until PC_EVENT_START. */
struct pc_node *pc_node_new(const struct pc_mesh *mesh, void *user);

/* At any time (a crash, or after PC_ACTION_STOPPED). The driver drops the connections itself. */
void pc_node_free(struct pc_node *node);

/* One event. Appends to *out. For PC_EVENT_OCTETS a step takes octets up to the end of one record and advances
 * event->u.octets: the driver carries out the actions and steps again while any are left (an action's pointers are valid until
 * the next step), unless an action of the step closed the connection. Actions of a step are carried out in order. */
void pc_node_step(struct pc_node *node, struct pc_event *event, struct pc_actions *out);

/* The one timer: when PC_EVENT_TIMER is due; PC_TIME_NEVER if not. Ask after each step (or batch of them). */
pc_time pc_node_deadline(const struct pc_node *node);

/* For drivers of many nodes: fetches into the cache what a step will touch. Level 0 needs nothing, each further level what the
 * one before has fetched: call them a few events apart. Changes nothing. */
void pc_node_prefetch(const struct pc_node *node, unsigned level);

/* Looking in, for checks and reports. */
struct pc_node_view {
    uint64_t node_id;
    pc_str listen_uri; /* borrowed; 0 before the start */
    uint32_t connected, links;
    uint32_t cached_referrals;
    uint32_t forwarding; /* received floods with a send pending: call slots in use */
    int32_t outgoing;    /* what the forwarding limit is compared with: .NET's drifts, 14 */
    bool online, registered, closing;
};
void pc_node_view(const struct pc_node *node, struct pc_node_view *out);

struct pc_link_view {
    pc_conn conn;
    enum pc_link_state state;
    bool initiator, accurate;
    uint64_t remote_id;
    pc_str remote_uri; /* borrowed; 0 if not known */
    uint16_t utility;
    uint32_t pending; /* floods not yet handed to the network */
};
/* Link number i, in order of creation; false past the last. */
bool pc_node_link(const struct pc_node *node, uint32_t i, struct pc_link_view *out);

#endif
