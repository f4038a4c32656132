/* The inventories of the scenario language that analysis answers for: names of metrics, theory values, kinds
 * of message, causes and reasons. A name is unknown, known but not built, or built. */
#ifndef AN_NAMES_H
#define AN_NAMES_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum an_metric {
    AN_DELIVERY,     /* message × eligible receiver: 0 % or 100 % (M1) */
    AN_RAW_DELIVERY, /* message × every peer running at publication */
    AN_MISSED,       /* peer: sequence numbers that it missed between its first and its last (M9) */
    AN_LOST_PAIRS,   /* "lost": message × peer running at publication that never got it; value 1 */
    AN_LATENCY,      /* delivery: ns since publication (M2) */
    AN_TIME_TO,      /* message: ns until spec.share of the reachable peers had it, or AN_NEVER */
    AN_HOPS,         /* first copy: length of its path (M3) */
    AN_COPIES,       /* message: copies sent (M4) */
    AN_REDUNDANCY,   /* message: duplicates for each first copy (M5) */
    AN_WIRE_SIZE,    /* copy: octets of its framing record */
    AN_UPLOAD,       /* peer × whole second of the window: bit/s (M6) */
    AN_DOWNLOAD,
    AN_LEVERAGE,    /* the run: flood octets a server would send for each that the publishers sent (M7) */
    AN_CONTROL,     /* control record sent: its octets; .share of all record octets (M14) */
    AN_STALENESS,   /* peer × second: mean age of the newest message it holds (M8) */
    AN_FIRST_VALUE, /* start of a peer: ns until its first delivery, or AN_NEVER */
    AN_DISORDER, /* delivery: by how many messages of the same origin it came too late; 0 = in order (M10) */
    AN_DEGREE,   /* peer × second; least and greatest of every instant (M13) */
    AN_COMPONENTS,            /* second: components of the peers that run */
    AN_LARGEST_COMPONENT,     /* second: share of the running peers in it */
    AN_SHAPE,                 /* name says which measure of the graph, at the end of the window */
    AN_ONLINE,                /* second: peers with a neighbor */
    AN_RESOLVER_REQUESTS,     /* request: 1 (M15) */
    AN_REFUSED,               /* refusal sent: 1 */
    AN_CLOSED,                /* link closed: 1; .share of the links that there were */
    AN_PENDING_FLOODS,        /* "pending": look at a slow neighbor: floods pending on its link */
    AN_SAMPLE_NAMED,          /* "sample": what a role measured */
    AN_SENT_MESSAGES,         /* "sent": message published: 1 */
    AN_STATE_NAMED,           /* "state": what a role said of its state */
    AN_HAVE_NAMED,            /* "have": second: share of the peers that hold the item */
    AN_DIVERGED,              /* second: peers online whose state is not that of most of them (M16) */
    AN_CONVERGED,             /* time for which states differed, see replicas.c; or AN_NEVER */
    AN_DISAGREEMENT,          /* key of which a state was said: 1 if two peers said different things of it */
    AN_SHOWN,                 /* message handed to an application, each time: 1 */
    AN_RECONNECTS,            /* link that comes up at a peer to one that it was linked to before: 1 */
    AN_MERGE_TIME,            /* the run: from the window's beginning until there was one component, or AN_NEVER */
    AN_HOLDINGS,              /* "have" without a name: item × peer: 100 % if the peer said that it holds it */
    AN_FAILED_OPEN,           /* open that failed: ns from its start until the node said so */
    AN_HEAL,                  /* the run: likewise until every running peer had its least number of neighbors (M12) */
    AN_RECOVERY,              /* peer: from the window's beginning until the first message from which on it got all (M12) */
    AN_STRANDED,              /* second: peers outside of the greatest component in parts where nobody looks for a neighbor (X3) */
    AN_DRAINED,               /* the run: from the window's beginning until the last copy of what was published before arrived */
    AN_PRUNED_LINKS,          /* "pruned": link closed as least useful: copies that came over it since its last first copy */
    AN_GHOST,                 /* link that lost its other end: for how long this end stood, to the second */
    AN_JOIN_TIME,             /* start of a peer: ns until its first neighbor, or AN_NEVER (M11) */
    AN_THEORY_COPIES,         /* message: 2m − n + 1 of the origin's component at publication (T1) */
    AN_THEORY_SHORTEST_PATH,  /* message × reachable peer: ns (T2) */
    AN_THEORY_UNDERLAY,       /* message × running peer: one way, origin to peer (T3) */
    AN_THEORY_HOPS,           /* message × reachable peer: BFS distance */
    AN_THEORY_LEVERAGE,       /* the run: least n / neighbors of the publisher over its messages */
    AN_THEORY_SERVER_LATENCY, /* message × running peer: a star with its server at the publisher */
    AN_THEORY_SERVER_UPLOAD,  /* second: bit/s that this server sends */
    AN_THEORY_REACHABLE,      /* item × peer: 100 % if it could get it (reach.h) */
    AN_THEORY_STALLS,         /* turn that a player of a lockstep game began too late: by how much (stalls.h) */
    AN_THEORY_INPUT_DELAY,    /* input × player: from the beginning of the turn it was given in to its execution */
    AN_THEORY_FILE_TIME,      /* the run: least time for a file from one peer to others (T11) */
    AN_THEORY_SURVIVORS,      /* the graph at an instant: share of the survivors in the greatest component (T7) */
    AN_METRIC_COUNT
};

enum an_unit {
    AN_UNIT_COUNT,     /* whole number */
    AN_UNIT_TIME,      /* ns */
    AN_UNIT_SIZE,      /* octets */
    AN_UNIT_SHARE,     /* ppm */
    AN_UNIT_RATE,      /* mHz */
    AN_UNIT_BANDWIDTH, /* bit/s */
    AN_UNIT_RATIO,     /* pure number, in millionths */
};

#define AN_NEVER INT64_MAX /* value of a time that never came: after every number */

enum an_found { AN_FOUND_NOTHING, AN_FOUND_NOT_BUILT, AN_FOUND };

/* name as after "metric." ("latency") or "theory." ("copies", "server.latency"). */
enum an_found an_metric_find(const char *name, enum an_metric *metric);
enum an_found an_theory_find(const char *name, enum an_metric *metric);
enum an_unit
an_metric_unit(enum an_metric metric);             /* of a sample; AN_SAMPLE_NAMED, AN_SHAPE: AN_UNIT_COUNT */
bool an_metric_needs_name(enum an_metric metric);  /* sample{"…"}, state{"…"}, shape{"…"} */
bool an_metric_is_said(enum an_metric metric);      /* comes from what roles say under a name */
const char *an_metric_name(enum an_metric metric); /* "latency", "theory.copies" */

/* The nearest known name, for "did you mean"; NULL if none is near. Static text. */
const char *an_metric_suggest(const char *name);
const char *an_theory_suggest(const char *name);

/* Bits for an_query_spec.kinds: "message" (floods), "control", "resolver", "headers" (TCP and IP), or a kind
 * of [MC-PRCH]: "connect", "link utility", "resolve" …. 0 if there is no such kind. */
#define AN_KINDS_HEADERS (1U << 31)
uint32_t an_kinds_find(const char *name);
uint32_t
an_requests_to_resolver(void); /* bits of register, update, resolve, refresh, unregister, get settings */

/* Bits for an_query_spec.reasons. *reasons is 0 unless AN_FOUND. */
enum an_found an_causes_find(const char *name, uint32_t *reasons); /* lost: "hop-limit" … as scenarios.md 0 */
enum an_found an_reasons_find(const char *name,
                              uint32_t *reasons); /* closed: "not useful neighbor", "lost" … */
const char *an_cause_name(unsigned cause);

/* Measures of shape{"…"}. */
enum an_shape {
    AN_SHAPE_DIAMETER,
    AN_SHAPE_MEAN_DISTANCE,
    AN_SHAPE_CLUSTERING,   /* mean over the nodes with two or more links of the share of linked pairs of
                              neighbors */
    AN_SHAPE_TRANSITIVITY, /* the same over all pairs of neighbors */
    AN_SHAPE_ARTICULATION_POINTS,
    AN_SHAPE_MEAN_DEGREE,
    AN_SHAPE_REGION_SHARE, /* share of the links that stay in one region */
    AN_SHAPE_COUNT
};
bool an_shape_find(const char *name, enum an_shape *shape);
const char *an_shape_name(enum an_shape shape);
enum an_unit an_shape_unit(enum an_shape shape);

#endif
