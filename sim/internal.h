/* The inside of the world, shared by its files: world.c (hosts, nodes, loop), line.c (access lines), recall.c (what waits for
 * them, taken back), stream.c (what a node does to a connection), arrival.c (what the network does to it), fault.c (what goes
 * wrong), passage.c (what TCP makes of that). */
#ifndef SIM_INTERNAL_H
#define SIM_INTERNAL_H

#include "sim/tcp.h"
#include "sim/world.h"

#include <glib.h>

enum event_kind {
    EVENT_SEGMENT = 1, /* arg: struct segment *; its last bit is at the host, unless its line is busy */
    EVENT_QUEUED,      /* the same, after it waited for the host's line */
    EVENT_GIVE_UP,     /* arg: ref; nobody acknowledged what this end sent */
    EVENT_UNREACHABLE, /* arg: ref */
    EVENT_BLOCKED,     /* arg: ref; tell the node */
    EVENT_PROGRESS,    /* arg: ref; octets of a blocked connection departed */
    EVENT_DRAIN,       /* arg: ref; hand out what waited while the node did not read */
    EVENT_READ,        /* arg: ref, tag: series; a slow reader has read a train that waited */
    EVENT_FINISHED,    /* arg: ref; both sides did */
    EVENT_WINDOW,      /* arg: ref; octets were acknowledged: what the congestion window held may go */
    EVENT_PROBE,       /* arg: ref, tag: which series; what nobody acknowledged is tried again */
    EVENT_TIMER,       /* arg: node */
    EVENT_CALL,        /* arg: struct call * */
    EVENT_DIRECTOR     /* arg: argument of the call */
};

/* Kinds of segments beyond those that observers see. */
enum { SEGMENT_REFUSE = SIM_SEGMENT_RST + 1, SEGMENT_STOP, SEGMENT_GO };

/* A connection end in an event: index and generation, so that a reused end is not mistaken for its
 * predecessor. */
typedef uint64_t end_ref;

/* One train on its way, or waiting in a list of its receiver or sender. One cache line. */
struct segment {
    union {
        struct segment *next; /* in a list */
        int64_t departure;    /* on its way */
    } u;
    const uint8_t *data;
    void *owner;
    uint64_t hash;    /* of the octets. SYN: the acceptor's jitter lane */
    end_ref to, from; /* SYN: `to` is 0 */
    uint32_t size;
    uint32_t link;
    uint8_t kind;
    bool from_initiator;
    bool voided; /* its sender's end was gone before it departed */
    bool in_line; /* counted in the receiver's waiting.in_line */
    uint16_t src_port, dst_port;
};

/* Follows each segment of a world whose observer asks for hops. hop.c */
struct trace {
    struct sim_hop hop;
    int64_t since;          /* it is held, or unread, since then; -1: it is not */
    int64_t clock;          /* of its end's stalls, at that time */
    int64_t given;          /* when it was given to the line … */
    int64_t queued, stalled; /* … and these parts then */
    int64_t due;            /* when it arrives, if nothing comes between */
};

struct segment_list {
    struct segment *head, *tail;
    uint64_t octets;
};

/* What an end has only when something waits, or has to be known about its congestion window. */
struct waiting {
    struct sim_tcp tcp;         /* of what this end sends; window 0: nothing is known */
    struct segment_list unread; /* arrived, the node does not read */
    struct segment_list held;   /* written, the peer does not read or is not connected yet */
    uint64_t in_line;           /* octets in the queue of this host's own line, for the receive window */
    uint64_t reported;          /* last progress told to the node */
    uint32_t reads;             /* EVENT_READ that are under way, of … */
    uint16_t series;            /* … this series */
    int64_t stalled_since, stalled; /* the time that this end was stalled, in all, before */
};

enum end_state { END_FREE, END_SYN_SENT, END_SYN_RECEIVED, END_OPEN, END_DEAD };

enum end_flags {
    END_INITIATOR = 1 << 0,
    END_PAUSED = 1 << 1,
    END_BLOCKED = 1 << 2,
    END_PROGRESS = 1 << 3,    /* EVENT_PROGRESS is under way */
    END_FIN_WRITTEN = 1 << 4, /* the node finished */
    END_FIN_SENT = 1 << 5,
    END_FIN_RECEIVED = 1 << 6, /* and told to the node */
    END_DETACHED = 1 << 7,     /* the node is done with it */
    END_PEER_STOPPED = 1 << 8, /* the peer's receive buffer is full */
    END_STOPPED = 1 << 9,      /* ours is, the peer was told */
    END_DRAINING = 1 << 10,    /* EVENT_DRAIN is under way */
    END_GIVING_UP = 1 << 11,   /* dead: the peer's EVENT_GIVE_UP is under way */
    END_FROZEN = 1 << 12,      /* the node's host reads nothing (fault) */
    END_STALLED = 1 << 13,     /* nothing passes: what is written is held */
    END_PROBING = 1 << 14,     /* EVENT_PROBE is under way */
    END_ORPHAN = 1 << 15       /* one of the hosts has another address now */
};

/* One end of a connection: two cache lines. */
struct end {
    uint32_t generation;
    uint8_t state; /* enum end_state */
    bool congested; /* the congestion window is full: what is written is held. EVENT_WINDOW is under way */
    uint16_t flags; /* enum end_flags */
    uint32_t node, tag;
    uint32_t next, previous; /* in the node's list */
    uint32_t remote_host, link;
    end_ref remote;
    uint16_t local_port, remote_port;
    uint32_t segments;        /* jitter draws so far */
    uint64_t lane;            /* of the jitter */
    int64_t base;             /* one-way delay to the peer */
    int64_t last_arrival;     /* of the last segment sent: order is kept */
    int64_t departed_arrival; /* of the last one that has departed from a line that was busy */
    uint64_t written, received;
    uint64_t unsent; /* octets in the sender's line */
    struct waiting *waiting;
    uint64_t remote_down; /* rate of the peer's line: fixed, so a sender may know it */
    uint16_t probe;       /* counts series of attempts */
    uint8_t tries;        /* attempts of this one */
    bool late;            /* last_arrival is that of a train that was stalled */
    bool window_due;      /* the peer does not know what END_STOPPED says: told when the stall ends */
    bool retimed;         /* inside of sim_line_retime() */
    uint16_t burst; /* octets under way, of one train, as long as waiting->tcp knows nothing */
};
G_STATIC_ASSERT(sizeof(struct end) == 128 && sizeof(struct segment) == 64);

/* A train that waits for its sender's line or is being sent. */
struct departure {
    int64_t departure, arrival;
    struct segment *segment;
    uint32_t end; /* 0: gone */
    uint32_t octets;
};

/* Trains of a host that have not departed, in order: a ring. */
struct line {
    struct departure *ring;
    uint32_t head, count, capacity; /* capacity: a power of two */
};

struct host {
    struct sim_place place;
    const struct sim_profile *profile;
    int64_t up_free, down_free; /* when each direction of the line is idle */
    struct line line;
    uint32_t seq; /* of the events it makes */
    uint32_t first_node;
    uint32_t connects;
    uint16_t next_port;
    bool dead, asleep;
    bool full;    /* congestion windows: profile.h, tcp_full */
    uint16_t air; /* the radio channel that it shares with others, in world->airs; 0: a line of its own */
    uint64_t print[2]; /* fingerprint */
    struct sim_host_counters counters;
};

enum { NODE_ALIVE, NODE_KILLED, NODE_SILENT };

struct node {
    const struct sim_node_ops *ops;
    void *user;
    int64_t deadline, armed; /* the timer's time; when the earliest EVENT_TIMER comes that is under way */
    uint32_t host, next_on_host;
    uint32_t ends;     /* first of its connections */
    uint32_t detached; /* first of those it is done with, and of dead ones */
    uint32_t epoch;    /* lives so far: a call to a former one is dropped */
    uint16_t port;
    uint8_t death;
    bool listening;
};

struct call {
    uint64_t argument;
    uint32_t node, epoch;
    struct call *next; /* in the free list */
};

/* A radio channel: stations of one are computed in one place, in the order of all events, so what they share is no state of
 * another host. */
struct air {
    uint32_t stations, most; /* most: 0: as many as there are */
    int64_t free; /* when nobody sends */
    struct sim_air_counters counters;
};

#define SLAB_ITEMS 256

struct slab {
    void *free;
    GPtrArray *blocks;
    size_t item; /* octets */
};

struct sim_world {
    struct sim_config config;
    struct sim_queue *queue;
    int64_t now;
    uint32_t current; /* host whose event is being carried out, SIM_NONE: the director, or nobody */
    bool stop;
    bool hops; /* each segment has a trace */
    struct host *hosts;
    struct node *nodes;
    uint32_t host_count, host_capacity, node_count, node_capacity;
    struct end **end_blocks; /* of SLAB_ITEMS; end number 0 is not used */
    uint32_t end_count, end_block_count, free_end;
    struct slab segments, calls;
    struct air *airs; /* number 0 is none */
    uint32_t air_count;
    uint32_t links;
    uint32_t seq; /* of the director */
    uint64_t jitter_key;
    uint64_t print[2];
    struct sim_counters counters;
    /* The octets hashed last: the copies of one message to several neighbours are hashed once. Holds a
     * reference. */
    const uint8_t *hashed_data;
    void *hashed_owner;
    size_t hashed_size;
    uint64_t hashed;
    /* fault.c */
    uint32_t faulty; /* faults there are: 0 spares everybody all further questions */
    uint32_t fault_count;
    struct fault **faults; /* by host; NULL: nothing ever was wrong with it */
    GPtrArray *cuts;       /* of struct sim_cut; NULL: none yet */
    GArray *moved;         /* uint32_t: host that got the last address but so many */
};

/* --- world.c ------------------------------------------------------------------------ */
void sim_push(struct sim_world *world, int64_t time, uint32_t dst, uint32_t src, enum event_kind kind,
              uint16_t tag, uint64_t arg);
void *sim_slab_new_item(struct slab *slab);
void sim_slab_free_item(struct slab *slab, void *item);
void sim_fold(uint64_t print[2], const struct sim_event *event, uint64_t hash);
uint64_t sim_hash_octets(const uint8_t *data, size_t size);

static inline struct end *sim_end(const struct sim_world *world, uint32_t index)
{
    return &world->end_blocks[index / SLAB_ITEMS][index % SLAB_ITEMS];
}

static inline end_ref sim_ref(const struct sim_world *world, uint32_t index)
{
    return (uint64_t)sim_end(world, index)->generation << 32 | index;
}

/* The end that a reference means, 0 if it is gone. */
static inline uint32_t sim_deref(const struct sim_world *world, end_ref ref)
{
    uint32_t index = (uint32_t)ref;

    return index && sim_end(world, index)->generation == (uint32_t)(ref >> 32) ? index : 0;
}

static inline struct host *sim_host_of(const struct sim_world *world, const struct end *end)
{
    return &world->hosts[world->nodes[end->node].host];
}

/* What a host sends or receives next waits until then: the end of what is on its line, or on its radio channel. */
static inline int64_t *sim_line_free(const struct sim_world *world, struct host *host, bool sends)
{
    return G_UNLIKELY(host->air) ? &world->airs[host->air].free : sends ? &host->up_free : &host->down_free;
}

/* Both sides have finished, and nothing is to be sent again. */
static inline bool sim_end_done(const struct end *end)
{
    return (end->flags & END_FIN_SENT) && (end->flags & END_FIN_RECEIVED) && !(end->flags & END_STALLED);
}

/* What a segment meets on its way beyond its line, its base delay and its jitter. */
struct sim_extra {
    int64_t delay, stall; /* ns */
    uint32_t loss_ppm;    /* full model: of the packets */
};

/* --- hop.c -------------------------------------------------------------------------- */
/* The trace of a segment; only where world->hops. */
static inline struct trace *sim_trace(struct segment *segment)
{
    return (struct trace *)(void *)(segment + 1);
}

struct sim_way {
    int64_t start, last_bit, base, jitter, natural, arrival; /* natural: had it not to wait for the train ahead */
    struct sim_extra extra;
};

void sim_hop_begin(const struct sim_world *world, struct segment *segment);
void sim_hop_copy(struct segment *copy, struct segment *segment);
void sim_hop_held(const struct sim_world *world, const struct end *end, struct segment *segment);
void sim_hop_sent(const struct sim_world *world, const struct end *end, struct segment *segment, const struct sim_way *way);
void sim_hop_recalled(const struct sim_world *world, struct segment *segment);
/* It departs at another time; `waits`: so much longer for the train ahead of it. */
void sim_hop_retimed(const struct end *end, struct segment *segment, int64_t start, int64_t last_bit, int64_t waits);
void sim_hop_reached(const struct sim_world *world, struct segment *segment);
void sim_hop_queued(const struct sim_world *world, struct segment *segment, int64_t until);
void sim_hop_handed(struct sim_world *world, uint32_t index, struct segment *segment);
/* A stall of the end begins, ends; may be called again. */
void sim_stall_begin(struct sim_world *world, struct end *end);
void sim_stall_end(struct sim_world *world, struct end *end);
void sim_congestion_begin(struct sim_world *world, struct end *end);
void sim_congestion_end(struct sim_world *world, struct end *end);

/* --- congestion.c ------------------------------------------------------------------- */
/* A train on its way through the window. */
struct sim_passage {
    struct sim_tcp *tcp; /* NULL: nothing can matter to it */
    struct sim_tcp_train train;
    struct sim_tcp_fate fate;
};
/* Full model, between two hosts. False: the train waits, or nothing of it ever passes; it is taken care of. It may be cut: the rest
 * waits. Else it leaves, and … */
bool sim_window_enter(struct sim_world *world, uint32_t index, struct segment *segment, struct sim_extra *extra,
                      struct sim_passage *passage);
/* … has left; `natural`: its arrival, if nothing were lost. */
void sim_window_left(struct sim_world *world, uint32_t index, const struct sim_passage *passage, int64_t natural);
void sim_window_open(struct sim_world *world, uint32_t index); /* EVENT_WINDOW */

/* --- line.c ------------------------------------------------------------------------- */
/* Sends a segment of an end that is connected or connecting: takes the line, draws the jitter, makes the
 * event. */
void sim_send(struct sim_world *world, uint32_t index, struct segment *segment);
/* An answer of a host that has no end for it: RST or refusal. */
void sim_answer(struct sim_world *world, uint32_t host, uint32_t to_host, const struct segment *question,
                int kind);
/* Forgets the trains of the host that have departed by now. */
void sim_line_prune(struct sim_world *world, struct host *host);
/* The end is going: its trains that have not departed never will (void), or go on without it. Returns the
 * octets voided. */
uint64_t sim_line_forget(struct sim_world *world, uint32_t index, bool void_them);
/* When the next train of this end departs, SIM_TIME_NEVER if none waits. */
int64_t sim_line_next(struct sim_world *world, uint32_t index);
/* A segment with `size` octets reaches the host's line: false if it must wait (it comes again as
 * EVENT_QUEUED). */
bool sim_line_receive(struct sim_world *world, const struct sim_event *event, uint32_t size);
uint32_t sim_wire_size(uint32_t size);

/* Time on a line of that rate, rounded up. */
static inline int64_t sim_on_line(uint32_t wire, uint64_t rate)
{
    const uint64_t ns_bits = (uint64_t)8000000000; /* ns a second, times bits an octet */

    return (int64_t)((wire * ns_bits + rate - 1) / rate);
}

/* When the last bit is there, if the receiver's line is idle: a train is as slow as the slower of the two
 * lines. */
static inline int64_t sim_last_bit(uint64_t down, int64_t departure, int64_t start, uint32_t wire)
{
    return down ? MAX(departure, start + sim_on_line(wire, down)) : departure;
}

static inline struct departure *sim_departure(const struct line *line, uint32_t i)
{
    return &line->ring[(line->head + i) & (line->capacity - 1)];
}

/* For observers. */
void sim_observe_sent(struct sim_world *world, const struct segment *segment, uint32_t src, uint32_t dst, int64_t start);
void sim_packet_fill(const struct sim_world *world, const struct segment *segment, uint32_t src, uint32_t dst,
                     struct sim_packet *packet);

/* --- recall.c ----------------------------------------------------------------------- */
/* What has not departed of this end never will as it is: back to the front of what is held, in order. False: there
 * was nothing. */
bool sim_line_recall(struct sim_world *world, uint32_t index);
/* The host's line had another rate until now. The train that is on it goes on at the old one; those behind it depart as the new one says. */
void sim_line_retime(struct sim_world *world, uint32_t host, uint64_t was);

/* --- stream.c ----------------------------------------------------------------------- */
uint32_t sim_end_new(struct sim_world *world, uint32_t node, uint32_t remote_host, enum end_state state);
void sim_end_free(struct sim_world *world, uint32_t index);
struct segment *sim_segment_new(struct sim_world *world, const struct end *end, int kind);
void sim_segment_free(struct sim_world *world, struct segment *segment);
void sim_list_prepend(struct segment_list *list, struct segment *segment);
void sim_list_append(struct segment_list *list, struct segment *segment);
struct segment *sim_list_take(struct segment_list *list);
struct waiting *sim_waiting(struct end *end);
/* Sends what was held, as far as the peer reads. */
void sim_flush(struct sim_world *world, uint32_t index);
void sim_self_event(struct sim_world *world, uint32_t index, int64_t time, enum event_kind kind);
/* The receive buffer is full: tells the peer, once. It is not any more: tells it. */
void sim_close_window(struct sim_world *world, uint32_t index);
void sim_open_window(struct sim_world *world, uint32_t index);
void sim_reopen_window(struct sim_world *world, uint32_t index); /* if there is room for half of it */
/* Tells the observer, counts and drops what waits. void_unsent: what has not departed never will. Then the
 * same, and frees it. */
void sim_end_leave(struct sim_world *world, uint32_t index, enum sim_close_reason reason, bool void_unsent);
void sim_end_close(struct sim_world *world, uint32_t index, enum sim_close_reason reason, bool void_unsent);
void sim_end_reset(struct sim_world *world, uint32_t index); /* RST, then gone */
uint64_t sim_handed(struct sim_world *world, uint32_t index);
void sim_end_dies(struct sim_world *world, uint32_t index); /* silently */

/* --- passage.c ---------------------------------------------------------------------- */
/* Asked for every segment while anything is wrong. False: it is taken care of, else `extra` is added to its way. */
bool sim_fault_send(struct sim_world *world, uint32_t index, struct segment *segment, struct sim_extra *extra);
/* Every transmission of it was lost: the sender gives up. A RST is only gone. */
void sim_fault_all_lost(struct sim_world *world, uint32_t index, struct segment *segment);
/* EVENT_PROBE; false: the sender gives up. */
bool sim_fault_probe(struct sim_world *world, uint32_t index, uint16_t number);

/* --- fault.c ------------------------------------------------------------------------ */
void sim_fault_defer(struct sim_world *world, const struct sim_event *event); /* of a host that is asleep */
void sim_fault_new_end(const struct sim_world *world, uint32_t host, struct end *end);
/* How a host reads: nothing at once (deaf, NULL), or so fast. */
struct sim_reader {
    uint64_t rate;   /* bit/s; 0: it is no slow reader */
    int64_t busy;    /* until then it reads what arrived */
    uint16_t series; /* counts changes of the rate */
};
struct sim_reader *sim_fault_reader(const struct sim_world *world, uint32_t host); /* NULL: not slow, or deaf */
const struct sim_place *sim_fault_place(const struct sim_world *world, uint32_t host);
void sim_fault_clear(struct sim_world *world);

/* --- slow_reader.c ------------------------------------------------------------------ */
void sim_reader_arrived(struct sim_world *world, uint32_t index); /* something waits at an end that is frozen */
bool sim_reader_due(struct sim_world *world, uint32_t index, uint16_t series); /* EVENT_READ: hand out one train? */

/* --- arrival.c ---------------------------------------------------------------------- */
/* If the node waits for octets to depart, it is told when the next do. */
void sim_line_watch(struct sim_world *world, uint32_t index);
void sim_dispatch(struct sim_world *world, const struct sim_event *event);

#endif
