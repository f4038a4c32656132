/* One timeline of what happened in a mesh. The simulator feeds it live, a trace or a capture feeds it afterwards; all
 * metrics, theory values and plots come from it and from nothing else, so that they agree. */
#ifndef AN_TIMELINE_H
#define AN_TIMELINE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define AN_NONE UINT32_MAX /* no peer, no link, no message */

enum an_kind {
    AN_STARTED,          /* peer opens its node */
    AN_STOPPED,          /* peer's node ended; what = enum an_stop */
    AN_LINK_UP,          /* the link is Connected at peer's end; other, link */
    AN_LINK_DOWN,        /* it no longer is; what = enum pc_reason (protocol/wire/message.h), AN_REASON_TOO_SLOW or 0 */
    AN_PUBLISHED,        /* peer's application sends message; size = octets of its data, value = sequence number,
                            topic in link, what = AN_NUMBERED when the sender numbers its messages; other = label of its kind
                            (last part of the action) or AN_NONE; channel */
    AN_SENT,             /* one copy of message leaves peer for other on link; size = octets of the framing record */
    AN_FIRST,            /* the copy from other on link that peer processed first; size as in AN_SENT */
    AN_DUPLICATE,        /* a further copy at peer from other on link */
    AN_DELIVERED,        /* message handed to the application at peer; value = remaining hops or 0 */
    AN_LOST,             /* a copy addressed to other died; what = enum an_cause */
    AN_CONTROL_SENT,     /* what = enum pc_kind; size = octets of the record. Resolver traffic: other = AN_NONE */
    AN_CONTROL_RECEIVED, /* same */
    AN_OCTETS_SENT,      /* octets peer's access link sent to other: size = payload of TCP, value = TCP and IP headers */
    AN_OCTETS_RECEIVED,  /* same, arrived from other */
    AN_SAMPLE,           /* a role measured: link = label of the sample's name, value = the measurement, message = label of
                            its key or AN_NONE; what = enum an_unit, with AN_VALUE_IS_LABEL */
    AN_STATE,            /* a role's state is this now: as in AN_SAMPLE, also with AN_VALUE_IS_HASH */
    AN_HAVE,             /* a role holds an item: link = its label */
    AN_SLOW,             /* peer looked at its neighbor other, which takes too little: value = floods pending on link; what = 0:
                            it is watched from now on, 1: it is closed for it */
    AN_PRUNED,           /* peer closes link to other as its least useful; value = its utility, what = bits of enum an_prune;
                            size = the least accurate utility of the neighbors that stay, AN_NONE: none has one */
    AN_KIND_COUNT
};

/* Bits of what in AN_PUBLISHED. A trace that does not hold the deliveries of a message says so here. */
enum { AN_NUMBERED = 1, AN_UNRECORDED = 0x80 };

/* Bits of what in AN_SAMPLE and AN_STATE: the value is the number of a label; or a hash, good for comparing only. */
enum { AN_VALUE_IS_LABEL = 0x40, AN_VALUE_IS_HASH = 0x80 };
enum { AN_REASON_TOO_SLOW = 30 }; /* of AN_LINK_DOWN: dropped as a slow neighbor, which no octet says */

/* Bits of what in AN_PRUNED: its utility was accurate; there were more neighbors than the ideal number. */
enum an_prune { AN_PRUNE_ACCURATE = 1, AN_PRUNE_OVER = 2 };

enum an_stop { AN_STOP_CLEAN, AN_STOP_RESET, AN_STOP_SILENT, AN_STOP_OPEN_FAILED };

/* Why a message never reached a peer: scenarios.md section 0, decisions 7. */
enum an_cause {
    AN_CAUSE_UNKNOWN,
    AN_CAUSE_NOT_CONNECTED,
    AN_CAUSE_HOP_LIMIT,
    AN_CAUSE_FILTERED,
    AN_CAUSE_DEDUP_SHADOW,
    AN_CAUSE_QUEUE_ABORT,
    AN_CAUSE_LINK_CLOSED,
    AN_CAUSE_RECEIVER_LEFT,
    AN_CAUSE_REJECTED,
    AN_CAUSE_IN_FLIGHT,
    AN_CAUSE_COUNT
};

struct an_event {
    int64_t time;     /* ns since the start of the run or of the capture */
    uint8_t kind;     /* enum an_kind */
    uint8_t what;
    uint16_t channel; /* AN_PUBLISHED: number within its mesh */
    uint32_t peer;    /* numbers of the cast (below), from 0 */
    uint32_t other;
    uint32_t link;    /* one number for both ends of a connection, never used again */
    uint32_t message; /* number of a flood, from 0 in order of publication */
    uint32_t size;
    uint64_t value;
};

/* Who takes part. Fixed before the first event of a run; grows while a capture is read. */
struct an_peer {
    const char *name;    /* "subscriber[17]" */
    const char *address; /* "10.0.0.17:50001" */
    uint32_t group;      /* index into an_cast.groups */
    uint32_t mesh;
    uint16_t region;     /* of the network profile, 0 if it has none */
    uint32_t up, down;   /* access rates, bit/s; 0 = infinite */
};

struct an_cast {
    GPtrArray *groups; /* of char * */
    GArray *peers;     /* of struct an_peer; strings owned by names */
    GPtrArray *samples; /* of char *: labels: names, keys, items, kinds of messages, in order of first use */
    GHashTable *labels; /* their numbers; look-up only */
    GStringChunk *names;
};

struct an_cast *an_cast_new(void);
uint32_t an_cast_add_group(struct an_cast *cast, const char *name);
uint32_t an_cast_add_peer(struct an_cast *cast, const struct an_peer *peer); /* strings are copied */
uint32_t an_cast_sample(struct an_cast *cast, const char *name); /* the number of this name; given at first use */
void an_cast_free(struct an_cast *cast);

static inline uint32_t an_cast_count(const struct an_cast *cast)
{
    return cast->peers->len;
}

static inline const struct an_peer *an_cast_peer(const struct an_cast *cast, uint32_t peer)
{
    return &((const struct an_peer *)(const void *)cast->peers->data)[peer];
}

/* Somebody who listens to the timeline: metrics, the trace file, tests. Called for every event in order of time. */
struct an_listener {
    void (*event)(void *user, const struct an_event *event);
    void *user;
};

#endif
