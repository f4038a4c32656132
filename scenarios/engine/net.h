/* The protocol core inside the simulated network: every peer a pc_node (or the resolver service) on a simulated host.
 * Events of the network become steps of the core; its actions become calls of the network; what it says becomes the
 * timeline. Knows nothing of scripts. */
#ifndef SCN_NET_H
#define SCN_NET_H

#include "analysis/timeline.h"
#include "protocol/mesh/node.h"
#include "protocol/mesh/resolver.h"
#include "sim/world.h"

#define SCN_PORT          50001 /* of every peer: decisions 2 */
#define SCN_RESOLVER_PORT 47000

struct scn_net;
struct scn_peer;

/* One mesh. Fill pc.rules before the first peer; the rest is set by scn_net_mesh(). */
struct scn_mesh {
    struct pc_mesh pc;
    uint32_t number;
    pc_str via; /* of the first channel: net.p2p://NAME/CHANNEL */
    int64_t reopen_after; /* ns from a failed open to the next one: 5 s; negative: it stays closed */
};

/* A connection as the timeline sees it. */
struct scn_link {
    pc_conn conn;
    sim_conn end;   /* of the world; 0: gone already */
    uint32_t other; /* peer number, AN_NONE: the resolver */
    uint32_t link;
};

/* Somebody who runs on a peer: a native role. All callbacks may be NULL. */
struct scn_role_ops {
    void (*started)(void *role, struct scn_peer *peer);
    void (*stopped)(void *role, struct scn_peer *peer);
    void (*delivered)(void *role, struct scn_peer *peer, const struct pc_action *action);
    void (*called)(void *role, struct scn_peer *peer, uint64_t argument); /* scn_peer_call_at() */
};

struct scn_peer {
    struct scn_net *net;
    struct scn_mesh *mesh;
    struct pc_node *node;         /* while it runs */
    struct pc_resolver *resolver; /* of the resolver service; then node is NULL */
    const struct scn_role_ops *role_ops;
    void *role;
    const struct sim_profile *profile; /* borrowed */
    struct scn_link *links;
    GArray *accepted;             /* sim_conn by half the number: of the resolver service only, else NULL */
    uint64_t key;       /* hash of its name: whose draws these are */
    uint32_t number;    /* in the cast; AN_NONE: the resolver */
    uint32_t sim_node, host;
    uint32_t life;      /* counts starts: a peer that returns draws afresh */
    uint32_t reopening; /* the life whose open failed, if it will be opened again by itself */
    bool open_failed;   /* during a step */
    pc_conn next_accept;
    pc_conn gone;       /* during an event that ends a connection: that one */
    uint32_t pending_flood; /* message + 1 of the record that the next write holds */
    uint8_t link_count, link_capacity;
    bool stopping, in_step;
};

struct scn_net_options {
    uint64_t seed;
    struct sim_config sim; /* octets, director and observer are filled in here */
    void (*director)(void *user, uint16_t tag, uint64_t argument);
    struct an_listener listener; /* gets the timeline */
    void (*logged)(void *user, const struct scn_peer *peer, const struct pc_action *note); /* every note, or NULL */
    void (*online)(void *user, struct scn_peer *peer, bool online);
    bool octets; /* AN_OCTETS_SENT and _RECEIVED are wanted */
    void *user;
};

struct scn_net *scn_net_new(const struct scn_net_options *options);
void scn_net_free(struct scn_net *net);
struct sim_world *scn_net_world(struct scn_net *net);
struct pc_codec *scn_net_codec(struct scn_net *net);
int64_t scn_net_now(const struct scn_net *net);
void scn_net_observe(struct scn_net *net, const struct sim_observer *further); /* a capture writer; borrowed */
void scn_net_retain(void *octets); /* sim_octets_ops: octets are struct pc_buf */
void scn_net_release(void *octets);

/* A mesh named so; `channel` is the path of its first channel. NULL resolver settings: no resolver (nobody is found). */
struct scn_mesh *scn_net_mesh(struct scn_net *net, const char *name, const char *channel, const struct pc_rules *rules);

/* The resolver service on a host of its own; all meshes made before and later use it. */
struct scn_peer *scn_net_resolver(struct scn_net *net, const struct sim_profile *profile,
                                  const struct pc_resolver_settings *settings, GError **error);

/* A peer that does not run yet. `number` is its number in the cast. */
struct scn_peer *scn_net_peer(struct scn_net *net, struct scn_mesh *mesh, const struct sim_profile *profile,
                              const char *name, uint32_t number, uint8_t region); /* SIM_REGION_DRAWN */
struct scn_peer *scn_net_peer_at(struct scn_net *net, uint32_t number);
uint32_t scn_net_peers(const struct scn_net *net);

/* From the director. */
void scn_peer_start(struct scn_peer *peer);
void scn_peer_leave(struct scn_peer *peer); /* cleanly */
void scn_peer_crash(struct scn_peer *peer, enum sim_death how);
void scn_peer_refresh(struct scn_peer *peer);
void scn_peer_dial(struct scn_peer *peer, struct scn_peer *other);
bool scn_peer_running(const struct scn_peer *peer);

/* net_fault.c: faults beyond those of sim/fault.h. From the director. */
void scn_peer_resumed(struct scn_peer *peer); /* its host woke: the node is told */
void scn_peer_moved(struct scn_peer *peer);   /* its host gets another address, and the node is told */
struct scn_peer *scn_net_resolver_peer(struct scn_net *net);
void scn_net_resolver_crash(struct scn_net *net); /* its connections are reset, its port refuses */
void scn_net_resolver_restart(struct scn_net *net); /* without a registration */
void scn_net_resolver_stale(struct scn_net *net, uint32_t ppm); /* so many of its answers are of peers that are gone */

/* From a role, or the director. */
struct scn_body {
    uint64_t seq;
    uint64_t topic;
    int64_t time;
    uint32_t size; /* octets of <data> */
    const char *text; /* begins the data, padded to size; or NULL */
};
/* Publishes {peermesh}m: decisions 2. Returns NULL, or why the node refused. */
const char *scn_peer_publish(struct scn_peer *peer, const char *kind, const struct scn_body *body, bool numbered,
                             bool has_hops, uint64_t hops);
void scn_peer_call_at(struct scn_peer *peer, int64_t time, uint64_t argument);
void scn_peer_sample(struct scn_peer *peer, uint32_t name, uint64_t value); /* AN_SAMPLE */

/* Octets that a flood record has beyond its data at least, at origin and relay: for theory, whose bounds must not be beaten. */
void scn_net_envelopes(struct scn_net *net, struct scn_mesh *mesh, uint32_t *origin, uint32_t *relay);

#endif
