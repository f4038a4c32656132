/* The inside of a node, for the files of this folder only. */
#ifndef PC_MESH_NODE_PRIVATE_H
#define PC_MESH_NODE_PRIVATE_H

#include "protocol/mesh/address.h"
#include "protocol/mesh/node.h"
#include "protocol/mesh/seen.h"
#include "protocol/mesh/session.h"

/* A flood received and being forwarded while some link is blocked (peer-channel.md 14). */
struct pc_forward {
    uint32_t links; /* that still hold it */
    bool received;  /* counts against the forwarding limit */
};

struct pc_pending { /* floods queued on a blocked link, oldest first */
    struct pc_queued {
        uint64_t end; /* position of its last octet on the connection */
        struct pc_forward *forward;
    } * items;
    uint32_t count, capacity;
};

/* A handshake message that waits for the resolver's word on referrals (18.6). */
struct pc_parked {
    enum pc_kind kind; /* Connect, Welcome, Refuse or Disconnect received */
    enum pc_kind terminal; /* the Connect or Welcome is turned down with this, for `reason`; PC_KIND_UNKNOWN: it is not */
    enum pc_reason reason;
    bool invalid;      /* its referrals do not pass 5.6 */
    uint32_t received, count; /* in the message; kept here, no more than the cache could take */
    pc_str *referrals;
};

struct pc_link {
    struct pc_session session;
    uint8_t state;     /* enum pc_link_state; changed by pc_link_set_state() only */
    uint8_t reason;    /* enum pc_reason of its end */
    uint16_t may_go;   /* bit set: where the table lets the last event lead */
    uint8_t ip_index;  /* which address of the candidate is being dialled */
    bool of_cycle;     /* pending in the running connect algorithm */
    bool handshake_armed; /* the connect timer runs */
    bool crossed;      /* both ends sent Disconnect: the connection is not pooled (observed.md 2.2) */
    bool dead;         /* to be freed at the beginning of the next step */
    uint8_t updates;   /* utility updates, saturates at the window: then it is accurate */
    uint8_t received, useful; /* since the last LinkUtility sent */
    uint16_t utility;  /* 0…4096 */
    uint32_t unacknowledged; /* floods sent and not yet covered by a LinkUtility received */
    uint32_t order;    /* of becoming Connected */
    pc_str address;    /* of the other node; 0 until known */
    uint64_t remote_id; /* 0 until known */
    pc_time deadline;  /* open, connect or close time-out; end of an idle connection */
    pc_time connected_at;
    pc_time report_at; /* next LinkUtility tick that has something to report */
    struct pc_parked *parked;
    struct pc_pending *pending;
    pc_time watch_at;  /* slow neighbour: end of the period; PC_TIME_NEVER if not watched */
    uint32_t watch_pending, watch_expected;
    bool watch_stuck; /* spared as the last neighbor: counts as watched from now on */
    uint64_t flood_end; /* position of the last octet of the flood written last */
};

/* A call to the resolver service: one framing session each, the connection pooled (18.1). */
struct pc_call {
    struct pc_session session;
    uint8_t kind; /* enum pc_kind of the request; PC_KIND_UNKNOWN: idle connection */
    bool reused, replied, dead;
    struct pc_guid id;
    pc_conn for_link;  /* settings: who waits; 0 nobody */
    pc_time deadline;
    /* The reply, acted on when the session has ended. */
    bool failed, found, share;
    pc_str *addresses;
    uint32_t address_count;
    pc_str registration; /* RegistrationId text */
    int64_t lifetime;
};

enum pc_life { PC_LIFE_CLOSED, PC_LIFE_OPEN, PC_LIFE_CLOSING, PC_LIFE_STOPPED };
enum pc_cycle { PC_CYCLE_NONE, PC_CYCLE_INITIAL, PC_CYCLE_MAINTENANCE, PC_CYCLE_REFRESH };
enum pc_sharing { PC_SHARING_UNKNOWN, PC_SHARING_ON, PC_SHARING_OFF };

struct pc_maintainer {
    uint8_t cycle; /* enum pc_cycle */
    bool resolving;
    bool go;
    uint8_t wanted, resolves_left;
    pc_time timer, deadline, quiet; /* next cycle; end of this cycle's budget; 60 s without event */
    pc_str *candidates;
    uint32_t candidate_count, tried_count, candidate_capacity;
    pc_str *cache; /* referrals */
    uint8_t cache_count, cache_capacity;
};

struct pc_client {
    struct pc_guid id;
    bool has_id, off, register_wanted, update_failed;
    bool withdrawn; /* unregistered because no address was left: 8.3 */
    uint8_t sharing; /* enum pc_sharing */
    pc_str registration;
    int64_t lifetime;
    pc_time refresh_at;
    struct pc_call **calls;
    uint16_t count, capacity;
};

struct pc_node {
    const struct pc_mesh *mesh;
    void *user;
    struct pc_io io;
    pc_time now;
    pc_time deadline; /* cached; valid unless `stale` */
    bool stale;
    uint8_t life; /* enum pc_life */
    bool online, started, links_closed, sweep;
    uint16_t port;
    uint64_t id;
    struct pc_ip ip;
    pc_str address; /* own, interned */
    struct pc_link **links;
    pc_conn *conns; /* of the links, side by side: found without touching them */
    uint16_t link_count, link_capacity, connected;
    pc_conn next_conn;
    uint32_t next_order;
    uint32_t draws[PC_DRAW_COUNT];
    pc_str channels[PC_MAX_CHANNELS];
    uint8_t channel_count;
    uint32_t forwarding; /* received floods with a send pending: call slots in use */
    int32_t outgoing;    /* the same, but for .NET's drift (14): compared with the forwarding limit */
    struct pc_forward *newest; /* of the flood sent last, if a link holds it; it may be told as blocked until the next step */
    bool newest_received;
    bool paused;
    pc_time slow_period; /* drawn once: one value for all links of a process (14); 0: not yet */
    pc_time address_changed_at; /* debounced; PC_TIME_NEVER */
    pc_time open_until;         /* the open fails then; PC_TIME_NEVER: it is complete, or cannot fail */
    const char *open_failure;   /* NULL, or why: acted on at the end of the step */
    struct pc_seen seen;
    uint32_t published; /* id of the latest flood of this node, kept for the driver until the next one; 0: none */
    struct pc_maintainer maintainer;
    struct pc_client client;
};

static inline struct pc_strings *pc_pool(const struct pc_node *node)
{
    return pc_codec_strings(node->mesh->codec);
}

static inline const struct pc_rules *pc_rules(const struct pc_node *node)
{
    return &node->mesh->rules;
}

uint64_t pc_node_draw(struct pc_node *node, enum pc_draw purpose);
uint32_t pc_node_draw_below(struct pc_node *node, enum pc_draw purpose, uint32_t limit); /* uniform in 0…limit-1 */
struct pc_guid pc_node_draw_guid(struct pc_node *node, enum pc_draw purpose);            /* version 4 */
struct pc_note *pc_node_note(struct pc_node *node, enum pc_note_kind kind, const struct pc_link *link);
void pc_node_may_have_stopped(struct pc_node *node);
void pc_node_opened(struct pc_node *node);
void pc_node_open_fails(struct pc_node *node, const char *why); /* if it is still opening and the rules say so */
void pc_node_neighbor_connected(struct pc_node *node); /* first one: Online, Register */

/* link.c: neighbour manager (9) */
struct pc_link *pc_link_dial(struct pc_node *node, pc_str address, bool of_cycle, pc_time deadline);
void pc_link_accept(struct pc_node *node, pc_conn conn);
void pc_link_connected_event(struct pc_node *node, struct pc_link *link);
void pc_link_dial_failed(struct pc_node *node, struct pc_link *link);
void pc_link_octets(struct pc_node *node, struct pc_link *link, struct pc_event *event);
void pc_link_eof(struct pc_node *node, struct pc_link *link);
void pc_link_gone(struct pc_node *node, struct pc_link *link);
void pc_link_timer(struct pc_node *node, struct pc_link *link);
/* What the table says to an event of this link, which from now on may change the state as its row allows. */
enum pc_verdict pc_link_ask(struct pc_node *node, struct pc_link *link, enum pc_link_event event);
void pc_link_set_state(struct pc_node *node, struct pc_link *link, enum pc_link_state state);
void pc_link_abort(struct pc_node *node, struct pc_link *link, const char *why); /* why: NULL, or the rule that was broken */
/* 9.5 close(reason); `terminal`: PC_KIND_REFUSE or _DISCONNECT to be sent first, PC_KIND_UNKNOWN: none. */
void pc_link_close(struct pc_node *node, struct pc_link *link, enum pc_reason reason, enum pc_kind terminal);
void pc_link_leave(struct pc_node *node, struct pc_link *link);
void pc_link_end(struct pc_node *node, struct pc_link *link);
void pc_link_welcome(struct pc_node *node, struct pc_link *link);
void pc_link_write(struct pc_node *node, struct pc_link *link, struct pc_message *message);
struct pc_link *pc_link_find(struct pc_node *node, pc_conn conn);
bool pc_link_live_with(const struct pc_node *node, pc_str address); /* state < Disconnecting, same node */
void pc_link_free(struct pc_node *node, struct pc_link *link);
static inline pc_str pc_link_to(const struct pc_node *node, const struct pc_link *link)
{
    return link->session.initiator ? node->mesh->uri : 0;
}

/* connector.c (10) */
void pc_connector_established(struct pc_node *node, struct pc_link *link);
void pc_connector_message(struct pc_node *node, struct pc_link *link, const struct pc_message *message);
void pc_connector_settings(struct pc_node *node, struct pc_link *link, bool known);
void pc_connector_unpark(struct pc_node *node, struct pc_link *link);

/* maintainer.c (11) */
void pc_maintainer_open(struct pc_node *node);
void pc_maintainer_begin(struct pc_node *node, enum pc_cycle cycle);
void pc_maintainer_resolved(struct pc_node *node, const pc_str *addresses, uint32_t count, bool failed);
void pc_maintainer_link_event(struct pc_node *node); /* an open ended, a link became Connected or Closed */
void pc_maintainer_link_closed(struct pc_node *node, bool had_opened);
void pc_maintainer_referrals(struct pc_node *node, const struct pc_parked *parked);
void pc_maintainer_timer(struct pc_node *node);
pc_time pc_maintainer_deadline(const struct pc_node *node);
void pc_maintainer_close(struct pc_node *node);

/* utility.c (12) */
void pc_utility_reset(struct pc_node *node, struct pc_link *link);
void pc_utility_received(struct pc_node *node, struct pc_link *link, bool useful);
void pc_utility_late(struct pc_node *node, struct pc_link *link, uint32_t age_periods);
void pc_utility_report(struct pc_node *node, struct pc_link *link, const struct pc_message *message);
void pc_utility_timer(struct pc_node *node, struct pc_link *link);
bool pc_utility_accurate(const struct pc_node *node, const struct pc_link *link);

/* flooder.c (13), throttle.c (14) */
void pc_flooder_received(struct pc_node *node, struct pc_link *link, struct pc_message *message, uint32_t size);
void pc_flooder_publish(struct pc_node *node, struct pc_event *event);
void pc_throttle_begin(struct pc_node *node, bool received); /* a flood is about to be written to links */
void pc_throttle_sent(struct pc_node *node, struct pc_link *link);
void pc_throttle_end(struct pc_node *node, uint32_t copies);
void pc_throttle_blocked(struct pc_node *node, struct pc_link *link, uint64_t written);
void pc_throttle_progress(struct pc_node *node, struct pc_link *link, uint64_t written);
void pc_throttle_pause(struct pc_node *node, struct pc_link *link); /* a link that opens while nothing is read */
void pc_throttle_drop(struct pc_node *node, struct pc_link *link);
void pc_throttle_timer(struct pc_node *node, struct pc_link *link);
uint32_t pc_throttle_pending(const struct pc_link *link);

/* client.c: resolver client (18.5) */
void pc_client_call(struct pc_node *node, enum pc_kind kind, pc_conn for_link);
void pc_client_register(struct pc_node *node);
bool pc_client_event(struct pc_node *node, struct pc_event *event); /* true: it was for a call */
void pc_client_timer(struct pc_node *node);
pc_time pc_client_deadline(const struct pc_node *node);
void pc_client_stop_asking(struct pc_node *node); /* the node leaves: Resolve and GetServiceSettings are dropped */
void pc_client_abort(struct pc_node *node);
void pc_client_close_idle(struct pc_node *node);
bool pc_client_busy(const struct pc_node *node);
void pc_client_sweep(struct pc_node *node);
void pc_client_free(struct pc_node *node);

#endif
