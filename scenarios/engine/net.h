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
struct scn_data;

/* Live runs: the same nodes, director and roles over real sockets of loopback. The world's calendar goes by the wall clock; its network is
 * not used. Each host has an address of its own in 127.NET.0.0/16. */
struct scn_live_options {
    uint8_t net;   /* 64..191 */
    int64_t delay; /* one way, ns; -1: the base delays of the pairs, as the scenario's network has them */
};

/* One mesh. Fill pc.rules before the first peer; the rest is set by scn_net_mesh(). */
struct scn_mesh {
    struct pc_mesh pc;
    uint32_t number;
    pc_str via; /* of the first channel: net.p2p://NAME/CHANNEL */
    int64_t reopen_after; /* ns from a failed open to the next one: 5 s; negative: it stays closed */
    pc_str vias[PC_MAX_CHANNELS]; /* of all channels, in the order of scn_net_channel() */
    char *channels[PC_MAX_CHANNELS];
    unsigned channel_count;
};

/* A connection as the timeline sees it. */
struct scn_link {
    pc_conn conn;
    sim_conn end;   /* of the world; 0: gone already */
    uint32_t other; /* peer number, AN_NONE: the resolver */
    uint32_t link;
};

/* Somebody who runs on a peer: a role. All callbacks may be NULL. Those marked * come while the node takes a step: they may
 * look, and ask for scn_net_wake(), but neither publish nor dial. */
struct scn_role_ops {
    void (*started)(void *role, struct scn_peer *peer); /* the node begins to open */
    void (*opened)(void *role, struct scn_peer *peer);  /* * it is open: channels can send now */
    void (*stopping)(void *role, struct scn_peer *peer); /* before a clean leave: last words may be said */
    void (*stopped)(void *role, struct scn_peer *peer); /* after any end */
    void (*delivered)(void *role, struct scn_peer *peer, const struct pc_action *action); /* * */
    void (*online)(void *role, struct scn_peer *peer, bool online);                       /* * */
    void (*called)(void *role, struct scn_peer *peer, uint64_t argument); /* scn_peer_call_at() */
    void (*told)(void *role, struct scn_peer *peer, const char *what, const struct scn_data *data); /* by the director */
    /* * Where may this message go? `message` is NULL for the one that this peer publishes just now. Only asked after
     * scn_mesh_filter(). */
    enum pc_propagation (*filter)(void *role, struct scn_peer *peer, const struct pc_message *message, unsigned channel);
};

/* One of the roles of a peer. */
struct scn_player {
    const struct scn_role_ops *ops;
    void *role;
};

enum { SCN_MOST_PLAYERS = 16 }; /* roles of one peer */

struct scn_peer {
    struct scn_net *net;
    struct scn_mesh *mesh;
    struct pc_node *node;         /* while it runs */
    struct pc_resolver *resolver; /* of the resolver service; then node is NULL */
    const struct sim_profile *profile; /* borrowed */
    GPtrArray *beside;            /* further nodes of the same host and application; NULL: none. What happens to the first happens to all */
    struct scn_peer *first;       /* of a node beside another: that one */
    struct scn_player *players;
    struct scn_link *links;
    GArray *accepted;             /* sim_conn by half the number: of the resolver service only, else NULL */
    uint64_t key;       /* hash of its name: whose draws these are */
    uint64_t identity;  /* its node id; 0: drawn */
    struct scn_recorded *recorded; /* a node of a capture that it plays again (recorded.h); NULL: none */
    uint32_t number;    /* in the cast; AN_NONE: the resolver */
    uint32_t sim_node, host;
    uint32_t life;      /* counts starts: a peer that returns draws afresh */
    uint32_t reopening; /* the life whose open failed, if it will be opened again by itself */
    uint32_t starting;  /* the life that it has been told to begin, and has not begun yet (its machine may sleep); 0: none */
    bool open_failed;   /* during a step */
    pc_conn next_accept;
    pc_conn gone;       /* during an event that ends a connection: that one */
    uint32_t slow_link;     /* + 1: the one that it drops as too slow now */
    uint32_t pending_flood; /* message + 1 of the record that the next write holds */
    uint8_t link_count, link_capacity;
    uint16_t port;
    uint8_t player_count;
    bool stopping, in_step, open;
    bool on_demand;       /* beside another, and opened by a role during the run: it does not start with the first */
    bool called_for;      /* that, and the role wants it open */
    uint32_t undelivered; /* message + 1 that was processed in this step and not handed to the application so far */
};

struct scn_net_options {
    uint64_t seed;
    struct sim_config sim; /* octets, director and observer are filled in here */
    void (*director)(void *user, uint16_t tag, uint64_t argument);
    struct an_listener listener; /* gets the timeline */
    void (*logged)(void *user, const struct scn_peer *peer, const struct pc_action *note); /* every note, or NULL */
    void (*online)(void *user, struct scn_peer *peer, bool online);
    uint32_t (*label)(void *user, const char *kind); /* of the timeline, for the last part of an action; NULL: none */
    void (*woken)(void *user); /* scn_net_wake() was called, and no node is within a step */
    const struct scn_live_options *live; /* real sockets instead of the simulated network; NULL: not */
    bool hops;   /* who observes further wants to know where the time of each train went */
    bool octets; /* AN_OCTETS_SENT and _RECEIVED are wanted */
    void *user;
};

struct scn_net *scn_net_new(const struct scn_net_options *options);
void scn_net_free(struct scn_net *net);
struct sim_world *scn_net_world(struct scn_net *net);
uint32_t scn_net_here(const struct scn_net *net, uint32_t address); /* where the host of 10.0.0.0/8 really is */
/* As sim_run_until() without an end, and of a live run, by the wall clock. */
int64_t scn_net_elapsed(const struct scn_net *net); /* of a live run: ns since its time 0, by the clock */
void scn_net_faults_changed(struct scn_net *net); /* of the world, by whoever cut or impaired, healed or repaired */
void scn_net_run(struct scn_net *net, const struct sim_progress *progress);
struct pc_codec *scn_net_codec(struct scn_net *net);
int64_t scn_net_now(const struct scn_net *net);
void scn_net_observe(struct scn_net *net, const struct sim_observer *further); /* a capture writer; borrowed */
void scn_net_retain(void *octets); /* sim_octets_ops: octets are struct pc_buf */
void scn_net_release(void *octets);

/* A mesh named so; `channel` is the path of its first channel. NULL resolver settings: no resolver (nobody is found). */
struct scn_mesh *scn_net_mesh(struct scn_net *net, const char *name, const char *channel, const struct pc_rules *rules);

/* A further channel of the mesh → its number; the first one is 0. The number of one that there is already, if it is named so.
 * -1: a mesh has no room for more than PC_MAX_CHANNELS. */
int scn_net_channel(struct scn_mesh *mesh, const char *channel);
void scn_mesh_filter(struct scn_mesh *mesh); /* from now on the roles of its peers are asked where messages may go */

/* The resolver service on a host of its own; all meshes made before and later use it. */
struct scn_peer *scn_net_resolver(struct scn_net *net, const struct sim_profile *profile,
                                  const struct pc_resolver_settings *settings, GError **error);

/* A peer that does not run yet. `number` is its number in the cast. */
struct scn_peer *scn_net_peer(struct scn_net *net, struct scn_mesh *mesh, const struct sim_profile *profile,
                              const char *name, uint32_t number, uint8_t region); /* SIM_REGION_DRAWN */
/* One node more on the peer's host, for another mesh; `name` is for its draws. */
struct scn_peer *scn_net_beside(struct scn_peer *first, struct scn_mesh *mesh, const char *name, uint32_t number);
struct scn_peer *scn_net_peer_at(struct scn_net *net, uint32_t number);
uint32_t scn_net_peer_of_host(const struct scn_net *net, uint32_t host); /* AN_NONE: the resolver's */
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
    uint32_t size; /* octets of <data>; with `tree`, of all that the application says, padding included */
    const char *text; /* begins the data, padded to size; or NULL */
    const struct scn_data *tree; /* instead of text: a value, written with its types; what it lacks to size is <pad> */
    unsigned channel;
};
/* Publishes {peermesh}m: decisions 2. Returns NULL, or why the node refused. */
const char *scn_peer_publish(struct scn_peer *peer, const char *kind, const struct scn_body *body, bool numbered,
                             bool has_hops, uint64_t hops);
/* A message that is written already: what a captured application sent. */
const char *scn_peer_publish_as_it_is(struct scn_peer *peer, const struct pc_outgoing *message, uint64_t seq);
/* The same message once more, as somebody does who has recorded it: the id is not drawn but given. It keeps its number in the
 * timeline, and nobody counts it as published. */
const char *scn_peer_repeat(struct scn_peer *peer, const char *kind, const struct scn_body *body, const struct pc_guid *id);
void scn_peer_call_at(struct scn_peer *peer, const void *role, int64_t time, uint64_t argument);
void scn_peer_sample(struct scn_peer *peer, uint32_t name, uint64_t value); /* AN_SAMPLE */
void scn_peer_play(struct scn_peer *peer, const struct scn_role_ops *ops, void *role); /* one role more; before its start */
void scn_peer_tell(struct scn_peer *peer, const char *what, const struct scn_data *data);
void scn_peer_open_channel(struct scn_peer *peer, unsigned channel, bool open); /* not within a step */
void scn_net_wake(struct scn_net *net); /* options.woken is called as soon as no node is within a step: at once if none is */
struct pc_ids *scn_net_ids(struct scn_net *net);
const struct pc_outgoing *scn_net_outgoing(const struct scn_net *net); /* likewise */
uint32_t scn_net_refused_octets(const struct scn_net *net); /* of the last message refused for its size; else 0 */
void scn_peer_measured(struct scn_peer *peer, struct an_event event); /* a role's AN_SAMPLE, AN_STATE, AN_HAVE; fills in peer */
const struct scn_body *scn_net_publishing(const struct scn_net *net); /* during scn_peer_publish(); else NULL */

/* A body as the application at a receiver gets it (net_data.c): NULL if it is none of ours. Free with scn_data_free. *size:
 * octets that the sender counted. */
struct scn_data *scn_body_read(struct scn_net *net, const struct pc_message *message, uint32_t *size);
/* The same value as it reads it from scn_body. */
struct scn_data *scn_body_copy(const struct scn_body *body);
uint32_t scn_data_octets(const struct scn_data *data); /* numbers count 8, booleans 1, texts their length; NULL 0 */
uint64_t scn_data_hash(const struct scn_data *data);   /* equal data, equal hash */
unsigned scn_data_depth(const struct scn_data *data);  /* of elements that it takes in XML */
enum { SCN_MOST_DATA_DEPTH = 29 };

/* Octets that a flood record has beyond its data at least, at origin and relay: for theory, whose bounds must not be beaten. */
void scn_net_envelopes(struct scn_net *net, struct scn_mesh *mesh, uint32_t *origin, uint32_t *relay);

#endif
