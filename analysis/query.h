/* What a run is asked. Queries are registered before its first event, because a run makes 10^8 to 10^9
 * deliveries and nothing but accumulators is kept. Names of metrics: analysis/names.h. Answers:
 * analysis/result.h. */
#ifndef AN_QUERY_H
#define AN_QUERY_H

#include "analysis/names.h"
#include "analysis/timeline.h"

#define AN_SECOND INT64_C(1000000000)

struct an_metrics;

/* The cast must outlive the metrics. A cast that grows (capture) may grow until an_metrics_finish. */
struct an_metrics *an_metrics_new(const struct an_cast *cast);
void an_metrics_free(struct an_metrics *m);

/* Moments: numbers that stand for times not known before the run. Tell a time no later than it comes; telling
 * it ahead is welcome. A moment that is never told never happens: a window that begins there stays empty, one
 * that ends there stays open. */
enum {
    AN_MOMENT_OPEN = -1,   /* as a beginning: settled (0 for join metrics); as an end: the end of the run */
    AN_MOMENT_START = 0,   /* time 0, told already */
    AN_MOMENT_SETTLED = 1, /* the engine tells it */
};
int an_moment_new(struct an_metrics *m);
void an_moment_reached(struct an_metrics *m, int moment, int64_t time);

/* Sets of peers, by number, for the filters below. A selection that is looked up while the run goes on is
 * made empty (count 0) and filled when its operation fires. */
enum { AN_SET_ALL = -1 };
int an_set_new(struct an_metrics *m, const uint32_t *peers, uint32_t count);
void an_set_fill(struct an_metrics *m, int set, const uint32_t *peers, uint32_t count);
bool an_set_has(const struct an_metrics *m, int set, uint32_t peer);
void an_set_add(struct an_metrics *m, int set, uint32_t peer); /* also during a run: somebody new */

enum an_per { AN_PER_SAMPLE, AN_PER_MESSAGE, AN_PER_PEER, AN_PER_LINK, AN_PER_SECOND, AN_PER_MINUTE, AN_PER_KEY };
enum an_op { AN_OP_NONE, AN_OP_EQ, AN_OP_LE, AN_OP_GE, AN_OP_LT, AN_OP_GT };

struct an_compare {
    enum an_op op; /* AN_OP_NONE: no condition */
    int64_t value;
};

/* One set of samples. Begin with AN_QUERY_SPEC_INIT. What of, from, to mean for each metric: README.md,
 * "metrics". */
struct an_query_spec {
    enum an_metric metric;
    const char *name;            /* sample{"stall"}, shape{"diameter"}; copied; else NULL */
    const char *label;           /* messages of this kind only (last part of the action); copied; NULL = all */
    int channel;                 /* number within the mesh; -1 = all */
    bool by_peer;                /* samples of different peers are never duplicates of each other */
    int of, from, to;            /* sets */
    uint32_t kinds;              /* bits 1 << enum pc_kind, AN_KINDS_HEADERS; 0 = all (an_kinds_find) */
    uint32_t reasons;            /* bits 1 << enum an_cause (lost) or 1 << enum pc_reason (closed); 0 = all */
    struct an_compare neighbors; /* of the peer that holds the sample, at that instant */
    struct an_compare value;     /* keeps the samples that fulfil it (of groups: whose one sample does); .share: how many do */
    int begin, end;              /* moments; both ends belong to the window */
    enum an_per per; /* one sample for each …: the mean of its samples; the sum where things are counted */
    bool distribution; /* percentiles, .duplicates or a plot of the distribution will be asked for */
    bool calm;         /* decisions: exact T1 and delivery count only floods during which no link changed;
                          no effect on metrics that are not about floods; rules a distribution out for
                          samples taken at deliveries (latency, hops and what is paired with them) */
    int64_t share;     /* time_to: ppm of the peers that the origin could reach; theory.survivors: ppm that vanish */
    int64_t up;        /* theory.server: bit/s of its uplink, 0 = infinite */
    int64_t gap;       /* theory.reachable: ns for which two must be in one component (reach.h) */
    int64_t size;      /* theory.file_time: octets */
    int64_t turn;      /* theory.stalls, theory.input_delay: ns; `label` is the kind of the inputs */
    uint32_t ahead;    /* likewise: turns between giving and executing a command */
    const char *last;  /* likewise: kind of the message by which a player ends its part; copied; NULL = none */
    bool places;       /* a raster will be drawn: times and peers of the samples that are not 0 are kept */
};
#define AN_QUERY_SPEC_INIT(which)                                                                            \
    (struct an_query_spec)                                                                                   \
    {                                                                                                        \
        .metric = (which), .of = AN_SET_ALL, .from = AN_SET_ALL, .to = AN_SET_ALL, .begin = AN_MOMENT_OPEN,  \
        .end = AN_MOMENT_OPEN, .channel = -1                                                                             \
    }

enum an_error {
    AN_ERROR_BAD,           /* the query makes no sense; the message says why */
    AN_ERROR_NOT_AVAILABLE, /* it does, but is not built yet: checks and plots print "not available" */
};
GQuark an_error_quark(void);
#define AN_ERROR an_error_quark()

/* Registers a query → its number, from 0; -1 and an error otherwise. An equal query gives the same number
 * (distribution is or-ed). Only before the first event. */
int an_query_add(struct an_metrics *m, const struct an_query_spec *spec, GError **error);

/* left − right, paired by identity (message; message and peer; the run as a whole). Its result counts what
 * had no partner, so that "every sample of the set == that of the other" reads: unpaired == 0, min == 0, max
 * == 0, judged ≥ 50 %. */
int an_query_difference(struct an_metrics *m, int left, int right, GError **error);

enum an_unit an_query_unit(const struct an_metrics *m, int query);

/* The network as theory sees it: never what became of messages. Without one, theory.shortest_path, underlay
 * and server are not available: set it before adding them. */
struct an_network {
    int64_t (*delay)(void *user, uint32_t from, uint32_t to, uint32_t octets); /* ns, no jitter, no queue */
    void *user;
    uint32_t origin_envelope, relay_envelope; /* octets of a flood record beyond its data */
};
void an_metrics_network(struct an_metrics *m, const struct an_network *network);

/* Most neighbors a peer may ever have (invariant I1; depends on mesh and dialect); 0 = no check. For peers of
 * one mesh. */
void an_metrics_degree_limit(struct an_metrics *m, uint32_t mesh, uint32_t limit);

/* How many neighbors a peer of this mesh has at least, and wants: for heal and stranded (else 2 and 3). */
void an_metrics_aims(struct an_metrics *m, uint32_t mesh, uint32_t least, uint32_t ideal);

/* Somewhere octets may vanish without a word to either end (a cut, a host asleep, an address that is gone). An end that was closed
 * there is then unknown to the other for ever, as in the real thing, and invariant I3 is not judged. */
void an_metrics_swallows(struct an_metrics *m);

/* Feeds one event; times never go back. ns where it matters: see bench in README.md. */
void an_metrics_event(struct an_metrics *m, const struct an_event *event);

/* The run ended at this time. Judges what is still open; then results may be read, and nothing more fed. */
void an_metrics_finish(struct an_metrics *m, int64_t time);

/* As it is now: for "settled" and for watched values. */
/* A query as it is now, for watched values: metrics that are counted so far, gauges of this instant. False: nothing to judge
 * yet. Whoever watches asks a query of its own. */
struct an_number;
bool an_now_number(struct an_metrics *m, int query, int aggregate /* enum an_aggregate */, int64_t time,
                   struct an_number *number);

uint32_t an_now_components(struct an_metrics *m,
                           uint32_t mesh); /* of the peers that run; a peer alone is one */
uint32_t an_now_degree(const struct an_metrics *m, uint32_t peer);
int64_t an_now_last_change(const struct an_metrics *m); /* time of the last link up or down, or 0 */

/* Told each undelivered (message, receiver) pair with its cause, when the flood is judged. */
void an_metrics_on_lost(struct an_metrics *metrics, void (*lost)(void *user, uint32_t message, uint32_t peer, enum an_cause cause),
                        void *user);

#endif
