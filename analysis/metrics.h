/* Inside of the metrics: one struct for each query, and who is asked at which event. Not for use outside
 * analysis/. */
#ifndef AN_METRICS_H
#define AN_METRICS_H

#include "analysis/flood.h"
#include "analysis/query.h"
#include "analysis/reach.h"
#include "analysis/result.h"
#include "analysis/samples.h"
#include "analysis/stalls.h"
#include "analysis/theory.h"

enum {
    AN_MOST_QUERIES = 1024,
    AN_MOST_ORIGINS_OCTETS =
        64 << 20, /* per query: what disorder and missed may keep for (origin, peer) pairs */
};

enum an_class {                 /* what identifies a sample, and when it is taken */
                AN_AT_DELIVERY, /* message × peer, as it arrives */
                AN_AT_RELEASE,  /* message × peer, judged when the flood is over */
                AN_OF_MESSAGE,  /* message, when the flood is over */
                AN_OF_RUN,      /* one number */
                AN_OF_TURN,     /* turn × player, when the run is over */
                AN_OF_ITEM,     /* item × peer, when the run is over */
                AN_OF_THEORY,   /* message × peer, known at publication */
                AN_OF_EVENT,    /* a copy, record, link, start, measurement */
                AN_OF_SECOND,   /* peer × second, or second */
};
enum an_class an_metric_class(enum an_metric metric);

struct an_set {
    bool all;
    uint32_t peers;
    uint64_t *bits;
};

struct an_query {
    struct an_query_spec spec;
    char *name;
    uint32_t number;
    uint32_t sample; /* number of the name, for AN_SAMPLE_NAMED */
    enum an_shape shape;
    enum an_unit unit;
    int left, right; /* of a difference; -1 else */
    int tally;       /* index into a flood's tallies; -1 = none */
    struct an_samples samples;
    GArray *groups; /* of struct an_group; index = key; NULL = each sample for itself */
    uint64_t floods, judged;
    uint64_t unpaired;
    struct an_place unpaired_place;
    uint64_t asked;    /* samples before the condition on their value: .share is of these */
    uint64_t whole;    /* of which share is a part, where that is not the samples */
    int64_t share_sum; /* what is divided by it */
    const char *not_available;
    double first_mean, last_mean; /* of a message's receivers */
    uint64_t *octets;             /* upload, download: of each peer in this second */
    uint32_t octets_room;
    uint64_t server_octets, origin_octets; /* leverage */
    int64_t leverage;                      /* theory.leverage; -1 = none yet */
    struct an_place leverage_place;
    int64_t busy_until; /* theory.server: its uplink */
    uint64_t second_octets;
    GPtrArray *last_sequence; /* missed: by origin, int64_t of each peer, or NULL */
    uint64_t last_sequence_octets;
    uint64_t *missed;
    uint32_t missed_room;
    char *label;     /* own copy of spec.label */
    char *last;      /* of spec.last */
    uint32_t last_number;
    GArray *places;  /* of struct an_place, of samples that are not 0; NULL = not wanted */
    uint32_t label_number;
    struct an_replicas *replicas; /* replicas.c */
    GArray *sayings;
    uint64_t *heard; /* peers that got a message in the window */
    GArray *times;   /* recovery: publications in the window */
    uint64_t *fits;  /* recovery: peers that had the right number of neighbors when it began */
    uint32_t fits_room;
    struct an_result result;
};

/* Queries that want an event of one kind, in order of registration. */
struct an_route {
    GPtrArray *queries;
};

struct an_aims { /* 0: as .NET has it */
    uint32_t least, ideal;
};

struct an_snapshot {
    int64_t time;
    uint32_t query;
};

struct an_age {     /* of the newest message that a peer holds */
    int64_t newest; /* its publication; -1 = holds none */
    int64_t since;  /* up to here it is in the area */
    int64_t covered;
    __int128 area; /* ns · ns, doubled */
};

struct an_metrics {
    const struct an_cast *cast;
    void (*on_lost)(void *user, uint32_t message, uint32_t peer, enum an_cause cause); /* or NULL */
    void *on_lost_user;
    struct an_topology topology;
    struct an_floods floods;
    struct an_theory theory;
    struct an_invariants invariants;
    GPtrArray *queries; /* of struct an_query */
    GArray *moments;    /* of int64_t; AN_NEVER = not yet */
    GArray *sets;       /* of struct an_set */
    struct an_route routes[AN_KIND_COUNT];
    GPtrArray *at_delivery; /* queries that take samples of deliveries */
    GPtrArray *of_flood;    /* queries whose window a flood falls into or not */
    GPtrArray *of_second;
    GPtrArray *replicated; /* queries that compare states of those who are online */
    GArray *snapshots;     /* of struct an_snapshot, not yet taken */
    GArray *degree_limits; /* of uint32_t, by mesh */
    GArray *aims; /* of struct an_aims, by mesh */
    GArray *idle; /* by link: uint32_t[2], copies since the last first one, at the smaller and the greater peer; NULL = nobody asks */
    GArray *
        balances; /* of int64_t[2], by link: payload on its way, from the smaller peer and from the greater */
    GArray *seen; /* of bool, by number of the sample's name */
    GHashTable *pairs; /* peers that were linked once: key of both; NULL = nobody asks. Look-up only */
    GPtrArray *games; /* of struct an_stalls; NULL = nobody asks */
    struct an_reach *reach; /* NULL = nobody asks who could get what */
    GArray *ages; /* of struct an_age, by peer; NULL = nobody asks for staleness */
    GPtrArray *order; /* by origin: uint32_t ordinal + 1 of the latest message of each peer */
    uint64_t order_octets;
    bool wants_order, started, finished;
    bool pairs_columns;      /* differences look theory values up at deliveries */
    bool pairs_columns_calm; /* and need them of calm floods only */
    int64_t now, next_due, next_second;
    int64_t first_publication;
    struct an_last_pruned {
        int64_t time;
        uint64_t utility;
        uint32_t peer;
    } last_pruned;
};

static inline struct an_query *an_query_at(const struct an_metrics *m, uint32_t i)
{
    return g_ptr_array_index(m->queries, i);
}

static inline int64_t an_moment_time(const struct an_metrics *m, int moment)
{
    return g_array_index(m->moments, int64_t, moment);
}

int64_t an_query_begin(const struct an_metrics *m, const struct an_query *q); /* AN_NEVER: not yet */
int64_t an_query_end(const struct an_metrics *m, const struct an_query *q);

static inline bool an_query_open(const struct an_metrics *m, const struct an_query *q, int64_t time)
{
    return an_query_begin(m, q) <= time && time <= an_query_end(m, q);
}

static inline bool an_in_set(const struct an_metrics *m, int set, uint32_t peer)
{
    if (set == AN_SET_ALL)
        return true;
    const struct an_set *s = &g_array_index(m->sets, struct an_set, set);
    return peer < s->peers && an_bit(s->bits, peer);
}

bool an_compare_holds(const struct an_compare *c, int64_t value);

static inline bool an_neighbors_fit(struct an_metrics *m, const struct an_query *q, uint32_t peer)
{
    return q->spec.neighbors.op == AN_OP_NONE ||
           an_compare_holds(&q->spec.neighbors, an_topology_peer(&m->topology, peer)->degree);
}

/* One sample (or weight equal ones) for a query whose filters it passed, except that on its value. link: for
 * per = link. */
void an_query_sample(struct an_metrics *m, struct an_query *q, int64_t value, uint64_t weight,
                     const struct an_place *place, uint32_t link);

void an_query_close(struct an_query *q); /* result.c: no more samples will come */
void an_query_place(struct an_query *q, const struct an_place *place); /* if places are wanted */

/* per_flood.c */
void an_flood_published(struct an_metrics *m, struct an_flood *f);
void an_flood_delivered(struct an_metrics *m, struct an_flood *f, const struct an_event *event);
void an_flood_copy(struct an_metrics *m, struct an_flood *f,
                   const struct an_event *event); /* sent, first, duplicate */
void an_flood_over(struct an_metrics *m, struct an_flood *f);
void an_flood_finish(struct an_metrics *m);
void an_tally_add(struct an_tally *t, int64_t value, uint32_t peer, int64_t time);

static inline bool an_in_window(const struct an_flood *f, const struct an_query *q)
{
    return an_bit(f->windows, q->number);
}

void an_tally_merge(struct an_query *q, const struct an_flood *f);
int an_column_of(enum an_metric metric); /* index of the theory column; -1 = none */
bool an_message_value(struct an_query *q, const struct an_flood *f, int64_t *value);

/* items.c */
void an_items_finish(struct an_metrics *m, int64_t time);
bool an_file_time(struct an_metrics *m, const struct an_query *q, int64_t *value, struct an_place *place);

/* turns.c */
void an_turns_add(struct an_metrics *m, const struct an_query *q);
void an_turns_finish(struct an_metrics *m, int64_t time);

/* pairs.c */
void an_pair_sample(struct an_metrics *m, struct an_query *q, struct an_flood *f, uint32_t peer,
                    int64_t time);
void an_pair_over(struct an_metrics *m, struct an_query *q, struct an_flood *f);

/* per_link.c */
void an_links_event(struct an_metrics *m, const struct an_event *event); /* starts, stops, link ups and downs */
void an_slow_event(struct an_metrics *m, const struct an_event *event);
void an_join_sample(struct an_metrics *m, enum an_metric metric, uint32_t peer, int64_t start, int64_t value);
void an_start_ended(struct an_metrics *m, uint32_t peer);

/* healing.c */
void an_heal_look(struct an_metrics *m, struct an_query *q, int64_t time);
void an_heal_finish(struct an_metrics *m, struct an_query *q, int64_t time);
void an_stranded_sample(struct an_metrics *m, struct an_query *q, int64_t time);
void an_recovery_begins(struct an_metrics *m, struct an_query *q);
void an_query_missed_room(struct an_query *q, uint32_t peers); /* makes missed and heard longer (per_flood.c) */
void an_recovery_over(struct an_metrics *m, struct an_query *q, const struct an_flood *f);
void an_drained_copy(struct an_metrics *m, struct an_query *q, const struct an_flood *f, const struct an_event *event);
void an_idle_copy(struct an_metrics *m, const struct an_event *event);
void an_pruned_event(struct an_metrics *m, const struct an_event *event);
void an_ghost_down(struct an_metrics *m, const struct an_event *event, int64_t since);
void an_ghosts_left(struct an_metrics *m, struct an_query *q, int64_t time);
void an_survivors_sample(struct an_metrics *m, struct an_query *q, int64_t time);
uint32_t an_query_mesh(struct an_metrics *m, const struct an_query *q); /* of its set; AN_NONE: all */

/* invariants.c */
void an_invariants_link(struct an_metrics *m, const struct an_event *event); /* before the topology has it */
void an_invariants_pruned(struct an_metrics *m, const struct an_event *event);
void an_invariants_second(struct an_metrics *m, int64_t end);
void an_invariants_look(struct an_metrics *m, int64_t now);

/* replicas.c */
void an_replicas_init(struct an_metrics *m, struct an_query *q);
void an_replicas_clear(struct an_query *q);
void an_replicas_event(struct an_metrics *m, struct an_query *q, const struct an_event *event);
void an_replicas_presence(struct an_metrics *m, uint32_t peer, int64_t time);
void an_replicas_second(struct an_metrics *m, int64_t time);
void an_replicas_finish(struct an_metrics *m, struct an_query *q, int64_t time);
int64_t an_replicas_diverged(const struct an_query *q);
int64_t an_replicas_share(const struct an_metrics *m, const struct an_query *q);

/* per_second.c */
void an_gauge(struct an_metrics *m, struct an_query *q, int64_t time);
bool an_is_gauge(enum an_metric metric);
void an_second_over(struct an_metrics *m, int64_t end);
void an_octets_event(struct an_metrics *m, struct an_query *q, uint32_t peer, uint64_t octets);
void an_moment_snapshot(struct an_metrics *m, const struct an_query *q); /* moments.c */
void an_snapshot_take(struct an_metrics *m, struct an_query *q, int64_t time);
void an_merge_unfinished(struct an_metrics *m, struct an_query *q, int64_t time);
void an_degree_changed(struct an_metrics *m, uint32_t peer, int64_t time);
void an_age_delivered(struct an_metrics *m, uint32_t peer, int64_t published, int64_t time);

#endif
