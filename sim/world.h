/* The simulated network: hosts with access lines, nodes on hosts, connections as ordered byte streams, and
 * the loop that runs them. It drives any sim_node_ops and knows no protocol: octets are opaque. README.md
 * says what the model covers.
 *
 * Rule: a host touches only its own state; whatever passes between hosts is an event with a positive delay.
 * Therefore the calls below that name a node or a connection are made from a callback of a node on the same
 * host, from the director, or while the world does not run (g_assert). No callback is made from within a
 * call: answers come as later events, at the same time at the earliest. */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "sim/observer.h"
#include "sim/profile.h"
#include "sim/queue.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_NONE        UINT32_MAX           /* no host, no node */
#define SIM_HOSTS_MAX   ((uint32_t)0xFFFFFD) /* 10.0.0.1 … 10.255.255.253 */
#define SIM_TRAIN_MAX   65536                /* octets; a longer write is cut into several segment trains */
#define SIM_MSS         1460                 /* octets of payload in a packet */
#define SIM_HEADERS     40                   /* octets of TCP and IP headers of a packet */
#define SIM_PREFETCH_LEVELS 3
#define SIM_LOOPBACK_NS 10000                /* one-way delay between two nodes of one host */

/* One end of a connection, 0: none. The number is the world's and is used again after the end is gone;
 * sim_link() is not. */
typedef uint32_t sim_conn;

enum sim_connect_failure {
    SIM_CONNECT_REFUSED = 1, /* nobody listens on that port: after a round trip */
    SIM_CONNECT_UNREACHABLE, /* the address is not of 10.0.0.0/8 */
    SIM_CONNECT_TIMEOUT      /* nobody answered */
};

enum sim_close_reason {
    SIM_CLOSED_FINISHED = 1, /* both sides have finished */
    SIM_CLOSED_RESET,        /* the peer aborted, or its host knows nothing of the connection */
    SIM_CLOSED_TIMEOUT,      /* the peer does not acknowledge */
    SIM_CLOSED_LOCAL         /* for observers: this end was closed or killed here */
};

/* What a node is told. All are needed, except prefetch. `user` is the node's. */
struct sim_node_ops {
    void (*accepted)(void *user, sim_conn conn, uint32_t address, uint16_t port);
    void (*connected)(void *user, sim_conn conn);
    void (*connect_failed)(void *user, sim_conn conn,
                           enum sim_connect_failure reason); /* conn is gone afterwards */
    /* Returns how many of the octets it took: all, unless it paused or closed the connection meanwhile. What
     * it did not take comes again after sim_resume(). `data` is borrowed; who keeps it retains `owner`. */
    size_t (*octets)(void *user, sim_conn conn, const uint8_t *data, size_t size, void *owner);
    void (*eof)(void *user, sim_conn conn); /* the peer finished */
    /* The send buffer is full: `handed` of the octets written are out of the node's hands (departed, or in
     * the send buffer). */
    void (*blocked)(void *user, sim_conn conn, uint64_t handed);
    void (*writable)(void *user, sim_conn conn,
                     uint64_t handed); /* progress after it; all written: no longer blocked */
    void (*closed)(void *user, sim_conn conn, enum sim_close_reason reason); /* conn is gone afterwards */
    void (*timer)(void *user);
    void (*called)(void *user, uint16_t tag, uint64_t argument); /* sim_call_at() */
    /* Will be called in a few events: level 0 comes first, when the first line of *user is fetched, each
     * further level (below SIM_PREFETCH_LEVELS) some events later, when what the one before asked for is
     * there. Changes nothing. May be NULL. */
    void (*prefetch)(void *user, unsigned level);
};

/* Written octets belong to an owner that is shared by reference: the world retains it while it needs them and
 * never copies. They do not change after the write. Owner NULL: the octets are static, neither callback is
 * used. */
struct sim_octets_ops {
    void (*retain)(void *owner);
    void (*release)(void *owner);
};

struct sim_config {
    uint64_t seed;
    struct sim_octets_ops octets;
    const struct sim_observer *observer;                           /* NULL: nobody watches. Borrowed */
    void (*director)(void *user, uint16_t tag, uint64_t argument); /* calls with node SIM_NONE */
    void *user;
    int64_t connect_timeout; /* ns; 0: 21 s. A connect that nobody answers */
    int64_t give_up;         /* ns; 0: 15 s. Data that nobody acknowledges (scenarios.md 4.1) */
    uint32_t send_buffer;    /* octets; 0: 65,536. Not yet departed: beyond it a connection is blocked */
    uint32_t receive_buffer; /* octets; 0: 65,536. Not yet read: beyond it the peer is told to stop */
};

struct sim_world;

struct sim_world *sim_world_new(const struct sim_config *config);
void sim_world_free(struct sim_world *world);

/* --- Hosts and nodes ---------------------------------------------------------------- */

/* A host, numbered from 0; its address is 10.0.0.1 + number. The profile (borrowed) decides where it lives;
 * `key` names it in random draws. Hosts of different profiles: half the way is of each. */
uint32_t sim_host_new(struct sim_world *world, const struct sim_profile *profile, uint64_t key,
                      uint8_t region);
uint32_t sim_host_address(uint32_t host); /* the first one: IPv4, 0x0A000001 for host 0 */
uint32_t sim_host_now_at(const struct sim_world *world, uint32_t host); /* where it is now: sim_host_move() */
uint32_t sim_host_of_address(const struct sim_world *world, uint32_t address); /* SIM_NONE if there is none */
/* As the profile made it, whatever is wrong with the host now. */
const struct sim_place *sim_host_place(const struct sim_world *world, uint32_t host);

/* The pair's fixed one-way delay, ns: what theory uses. */
int64_t sim_base_delay(const struct sim_world *world, uint32_t host_a, uint32_t host_b);

/* A node, numbered from 0. It does not listen yet. */
uint32_t sim_node_new(struct sim_world *world, uint32_t host, const struct sim_node_ops *ops, void *user);
uint32_t sim_node_host(const struct sim_world *world, uint32_t node);
void *sim_node_user(const struct sim_world *world, uint32_t node);

/* Accepts connections on that port; false if the port is taken on this host. */
bool sim_listen(struct sim_world *world, uint32_t node, uint16_t port);
void sim_unlisten(struct sim_world *world, uint32_t node);

/* Calls ops->timer at `time` (SIM_TIME_NEVER: not at all), once; replaces the time set before. Moving it
 * later costs nothing. */
void sim_node_set_timer(struct sim_world *world, uint32_t node, int64_t time);

/* --- Connections -------------------------------------------------------------------- */

/* Begins to connect; `connected` or `connect_failed` follows. */
sim_conn sim_connect(struct sim_world *world, uint32_t node, uint32_t address, uint16_t port);

/* Appends octets to the stream (before `connected`, too). After sim_finish(): g_assert. */
void sim_write(struct sim_world *world, sim_conn conn, const uint8_t *data, size_t size, void *owner);

void sim_finish(struct sim_world *world,
                sim_conn conn); /* FIN after the octets written; `closed` follows when both did */
void sim_close(struct sim_world *world,
               sim_conn conn); /* the same, but the number is gone now, nothing more is read */
void sim_abort(struct sim_world *world,
               sim_conn conn); /* RST, drops what is unsent; the number is gone now */
void sim_pause(struct sim_world *world, sim_conn conn); /* no octets or eof until … */
void sim_resume(struct sim_world *world, sim_conn conn);

/* A number of the node's own for a connection, 0 at first; and the connection of this node that has it (a
 * short walk), 0 if none. */
void sim_conn_set_tag(struct sim_world *world, sim_conn conn, uint32_t tag);
uint32_t sim_conn_tag(const struct sim_world *world, sim_conn conn);
sim_conn sim_conn_find(const struct sim_world *world, uint32_t node, uint32_t tag);

/* Fetches what sim_write() touches: for a node's prefetch callback. */
void sim_conn_prefetch(const struct sim_world *world, sim_conn conn);

struct sim_conn_view {
    uint32_t link; /* number of the connection, the same at both ends, from 1, never used again */
    uint32_t node; /* whose end this is */
    uint32_t remote_host;
    uint16_t local_port, remote_port;
    bool initiator, paused, blocked;
    uint64_t written, handed, received; /* octets */
};
void sim_conn_view(struct sim_world *world, sim_conn conn, struct sim_conn_view *view);
bool sim_conn_blocked(const struct sim_world *world, sim_conn conn); /* ops->blocked has been told, or will be now */
uint32_t sim_link(const struct sim_world *world, sim_conn conn);

/* --- Running ------------------------------------------------------------------------ */

/* Calls ops->called of a node, or config.director for SIM_NONE, at `time` ≥ now. Director calls come after
 * all other events of their time and may touch every host. From a node's callback only that host's nodes and
 * the director can be called. */
void sim_call_at(struct sim_world *world, uint32_t node, int64_t time, uint16_t tag, uint64_t argument);

enum sim_death {
    SIM_DEATH_RESET, /* the process ends: connections are reset, its port refuses */
    SIM_DEATH_SILENT /* power or cable: nothing more is heard of it */
};
/* From the director, or while the world does not run. The node gets no callback any more; its timer and calls
 * are dropped. */
void sim_kill_node(struct sim_world *world, uint32_t node, enum sim_death how);
void sim_kill_host(struct sim_world *world, uint32_t host, enum sim_death how);

/* Back from the dead, without connections and timers, not listening. */
void sim_revive_node(struct sim_world *world, uint32_t node);
bool sim_node_alive(const struct sim_world *world, uint32_t node);

int64_t sim_now(const struct sim_world *world);

/* Asked every `every` events while running; false stops the run. */
struct sim_progress {
    bool (*progress)(void *user, int64_t now, uint64_t events);
    void *user;
    uint64_t every;
};

enum sim_stop { SIM_STOP_TIME, SIM_STOP_EMPTY, SIM_STOP_ASKED };

/* Carries out all events up to and including `time`; then now is `time`, unless stopped earlier. `progress`
 * may be NULL. */
enum sim_stop sim_run_until(struct sim_world *world, int64_t time, const struct sim_progress *progress);
void sim_stop(struct sim_world *world); /* from a callback: stop after this event */

/* --- What happened ------------------------------------------------------------------ */

/* 128 bits over all that the nodes could see: time, source, number, kind, octets. Independent of trace,
 * observers, partitioning. */
struct sim_fingerprint {
    uint64_t high, low;
};
struct sim_fingerprint sim_world_fingerprint(const struct sim_world *world);

struct sim_counters {
    uint64_t events;     /* carried out */
    uint64_t deliveries; /* trains of octets that reached an open connection */
    /* Payload octets; at rest (nothing in flight, held or unread) written = received + lost. */
    uint64_t written;  /* by nodes */
    uint64_t arrived;  /* at open connections */
    uint64_t received; /* taken by nodes */
    uint64_t lost;     /* will never be taken */
    uint64_t wire;     /* octets given to lines, with headers */
    uint64_t connects, accepts, failures, resets, timeouts;
};
void sim_world_counters(const struct sim_world *world, struct sim_counters *counters);

struct sim_host_counters {
    uint64_t sent, received;           /* payload octets */
    uint64_t wire_sent, wire_received; /* with headers */
};
void sim_host_counters(const struct sim_world *world, uint32_t host, struct sim_host_counters *counters);

/* The radio channel of a host, 0 if it has a line; what was sent over each of them. */
uint32_t sim_host_air(const struct sim_world *world, uint32_t host);
struct sim_air_counters {
    uint64_t trains, octets; /* octets: with headers */
    int64_t busy;            /* ns that somebody sent */
};
void sim_air_counters(const struct sim_world *world, uint32_t air, struct sim_air_counters *counters);

uint32_t sim_world_hosts(const struct sim_world *world);
uint32_t sim_world_nodes(const struct sim_world *world);
void sim_world_queue(const struct sim_world *world, struct sim_queue_view *view);

#endif
