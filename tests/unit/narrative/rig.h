/* A tiny world for stories: peers run the real protocol core over connections with one constant delay, in virtual time.
 * No simulator: one sorted list of happenings. What goes over a connection is read back from its octets and told as lines. */
#ifndef NARRATIVE_RIG_H
#define NARRATIVE_RIG_H

#include "protocol/mesh/node.h"
#include "protocol/mesh/resolver.h"

#include <glib.h>
#include <stdbool.h>

#define RIG_PEERS    16
#define RIG_DRAWS    16
#define RIG_MESSAGES 4096
#define RIG_STEPS    1000000 /* steps of all peers in one story: a story that needs more spins */

enum rig_kind { RIG_NODE, RIG_RESOLVER, RIG_PUPPET };

/* What a line is about; a story shows and hides classes. */
enum rig_class {
    RIG_TCP,      /* dials, resets, closes */
    RIG_FRAMING,  /* preamble, Ack */
    RIG_END,      /* End, Fault */
    RIG_MESSAGE,  /* neighbor messages */
    RIG_SERVICE,  /* resolver messages */
    RIG_FLOOD,
    RIG_STATE,    /* a link becomes Connected, or ends */
    RIG_DELIVERY, /* to the application; duplicates, filters and hop counts that kept it */
    RIG_CYCLE,    /* maintenance: cycles, what was resolved, referrals kept, prunes */
    RIG_LIFE,     /* started, stopped, online, offline, registered */
    RIG_TROUBLE,  /* violations, failed dials and calls, slow neighbors, reading paused */
    RIG_SCRIPT,   /* what the script itself does */
    RIG_CLASSES
};

struct rig;
struct rig_conn;

struct rig_peer {
    struct rig *rig;
    char name[16];
    enum rig_kind kind;
    uint32_t number; /* address 10.0.0.number */
    bool alive;      /* runs and accepts connections */
    bool vanished;   /* answers nothing, and nobody notices */
    bool no_channel;
    enum pc_propagation filter;
    bool has_filter;
    struct pc_ip ip;
    uint16_t port;
    struct pc_mesh mesh;
    struct pc_resolver_settings service;
    struct pc_node *node;
    struct pc_resolver *resolver;
    pc_conn next_accepted;
    uint64_t id; /* node id it draws first */
    struct {
        uint32_t count;
        uint64_t values[RIG_DRAWS];
    } draws[PC_DRAW_COUNT];
    uint32_t born; /* how often it was started: other GUIDs each time */
};

struct rig_end { /* of a connection */
    struct rig_peer *peer;
    pc_conn number;
    bool open;
    bool paused;  /* the node does not want to read */
    bool stopped; /* the script holds back what is written here */
    bool told_blocked;
    GQueue *inbox;     /* of struct item */
    GByteArray *unsent;
    uint64_t queued, written;
    struct pc_nmf_reader reader; /* of what this end writes */
    struct pc_table *table;
    struct pc_table *puppet_table; /* what a puppet's messages are written under */
};

struct rig_conn {
    struct rig_end ends[2]; /* 0: who dialled */
    struct pc_ip target;
    uint16_t target_port;
};

struct rig {
    pc_time now, delay, tell_from;
    uint64_t order;
    uint32_t steps;
    size_t strings_at_first; /* in the peers' pool */
    bool shows[RIG_CLASSES];
    struct pc_codec *codec, *reading; /* the peers', and the one that reads their octets */
    struct pc_ids *ids;
    struct rig_peer peers[RIG_PEERS];
    uint32_t peer_count, neighbors; /* neighbors: all but the resolver */
    GPtrArray *conns;
    GArray *happenings; /* sorted by time, then order */
    GString *told;
    GString *failure; /* why the story is wrong whatever its trace, or empty */
    struct pc_actions actions;
    uint32_t messages;
    uint32_t message_ids[RIG_MESSAGES]; /* pc_ids number of message m1, m2, … */
    struct pc_ip silent[4];
    uint32_t silent_count;
    bool blocked; /* some end has become blocked and its peer does not know yet */
};

struct rig *rig_new(void);
void rig_stop(struct rig *rig); /* once: ends all peers and looks for what they have not given back */
void rig_free(struct rig *rig);

struct rig_peer *rig_add(struct rig *rig, enum rig_kind kind, const char *name);
struct rig_peer *rig_peer(struct rig *rig, const char *name); /* NULL if unknown */

/* Something the script does, at a time: called once. */
typedef void (*rig_command)(struct rig *rig, void *data);
void rig_at(struct rig *rig, pc_time at, rig_command command, void *data);

/* Everything up to and including `until`. */
void rig_run(struct rig *rig, pc_time until);

void rig_tell(struct rig *rig, enum rig_class about, const struct rig_peer *who, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
void rig_fail(struct rig *rig, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* What a script can do to a peer. */
void rig_start(struct rig_peer *peer);
void rig_kill(struct rig_peer *peer, bool silently);
void rig_event(struct rig_peer *peer, struct pc_event event); /* .now is filled in */
void rig_cut(struct rig_peer *a, struct rig_peer *b);          /* both see their connections reset */
void rig_hold(struct rig_peer *from, struct rig_peer *to, bool hold);
void rig_let_through(struct rig_peer *from, struct rig_peer *to, uint32_t octets);
void rig_publish(struct rig_peer *peer, const struct pc_outgoing *message, uint32_t label); /* label 0: the next one */

/* Puppets: connections that the script writes. */
struct rig_end *rig_puppet_dial(struct rig_peer *puppet, struct rig_peer *to);
struct rig_end *rig_end_between(struct rig_peer *peer, struct rig_peer *other); /* its newest open one; NULL */
void rig_put(struct rig_end *end, const uint8_t *octets, size_t size);
void rig_shut(struct rig_end *end, bool reset);
struct rig_end *rig_other_end(struct rig_end *end);

/* tell.c */
void rig_tell_action(struct rig_peer *peer, const struct pc_action *action);
void rig_read_back(struct rig_peer *peer, struct rig_end *end, const uint8_t *octets, size_t size);
const char *rig_name_at(struct rig *rig, const struct pc_ip *ip, uint16_t port);
const char *rig_name_of_uri(struct rig *rig, struct pc_text uri);
struct pc_guid rig_message_guid(uint32_t label);
struct pc_ip rig_ip(uint32_t number);
struct rig_end *rig_end_of(struct rig_peer *peer, pc_conn conn);

#endif
