/* The inside of the simulated network of nodes, for net*.c only. */
#ifndef SCN_NET_PRIVATE_H
#define SCN_NET_PRIVATE_H

#include "scenarios/engine/net.h"
#include "scenarios/engine/net_live.h"
#include "scenarios/engine/recorded.h"

enum { SCN_NET_START = 1, SCN_NET_REOPEN, SCN_NET_ROLE /* + number of the role */ }; /* tags of sim_call_at() */

/* Purposes of draws, beyond those of the core. */
enum { SCN_PURPOSE_STALE = SIM_PURPOSE_USER + 4096, SCN_PURPOSE_NAT, SCN_PURPOSE_CHURN };

struct scn_net {
    struct scn_net_options options;
    struct sim_world *world;
    struct scn_live *live; /* NULL: the network is simulated */
    struct sim_observer observer;
    const struct sim_observer *further;
    struct pc_codec *codec;
    struct pc_ids *ids;
    struct pc_actions actions;
    GPtrArray *meshes;
    GPtrArray *peers;       /* by number in the cast */
    struct scn_peer *resolver;
    GArray *dialers;        /* uint32_t by link: peer + 1 that dialled it, if its host has several nodes */
    GArray *host_peers;     /* uint32_t: peer number by host */
    GArray *message_of_id;  /* uint32_t: number of a flood + 1 by pc_ids number */
    uint32_t messages;
    const struct scn_body *publishing; /* during scn_peer_publish() */
    const char *kind; /* likewise */
    const struct pc_outgoing *outgoing; /* likewise */
    bool repeating;                     /* during scn_peer_repeat() */
    bool numbered;
    uint32_t refused_octets;
    const char *refused;
    GArray *blocked; /* pc_conn: of the peer in step, connections that did not take all that was written */
    struct pc_resolver_settings resolver_settings;
    uint32_t stale;   /* ppm of the service's answers */
    uint64_t answers; /* asked about so far */
    GArray *ghosts;   /* pc_str: addresses made up for them */
    struct scn_body_memo *bodies; /* net_data.c */
    bool awake, stepping, waking; /* woken() is due; a node is within a step; woken() runs */
};

extern const struct sim_node_ops scn_net_node_ops;       /* net_events.c */
extern const struct sim_observer scn_net_observer_calls; /* net_events.c; .user is filled in */

/* net_actions.c */
void scn_net_tell(struct scn_net *net, struct an_event event); /* to the timeline, with the time of now */
/* Whose end of a connection: several nodes may share a host. */
uint32_t scn_net_peer_of(const struct scn_net *net, uint32_t host, uint16_t port, uint32_t link, bool dialled);
uint32_t scn_net_peer_on_host(const struct scn_net *net, uint32_t host);
void scn_net_end_is_gone(struct scn_peer *peer, pc_conn conn);
void scn_net_step(struct scn_peer *peer, struct pc_event *event); /* one event, and all that follows from it */
void scn_net_rise(struct scn_net *net); /* calls woken() for as long as it is due */
void scn_net_role_stopped(struct scn_peer *peer);
struct pc_ip scn_net_ip(uint32_t address);

/* net_border.c: what is asked of the network, simulated or real. */
sim_conn scn_net_connect(struct scn_peer *peer, uint32_t address, uint16_t port);
bool scn_net_listen(struct scn_peer *peer, uint16_t port);
void scn_net_unlisten(struct scn_peer *peer);
bool scn_net_write(struct scn_net *net, sim_conn end, struct pc_buf *octets); /* true: the connection is blocked now */
void scn_net_pause(struct scn_net *net, sim_conn end);
void scn_net_resume(struct scn_net *net, sim_conn end);
void scn_net_close(struct scn_net *net, sim_conn end);
void scn_net_abort(struct scn_net *net, sim_conn end);
sim_conn scn_net_conn_find(struct scn_peer *peer, pc_conn conn);
void scn_net_conn_set_tag(struct scn_net *net, sim_conn end, pc_conn conn);
pc_conn scn_net_conn_tag(const struct scn_net *net, sim_conn end);
void scn_net_conn_view(struct scn_net *net, sim_conn end, struct sim_conn_view *view);
uint32_t scn_net_link(const struct scn_net *net, sim_conn end);

/* net_data.c */
void scn_body_memo_free(struct scn_net *net);
void scn_data_write(struct pc_body_writer *writer, const struct scn_data *data);

#endif
