/* Answers to the queries of analysis/query.h, after an_metrics_finish. */
#ifndef AN_RESULT_H
#define AN_RESULT_H

#include "analysis/query.h"

/* Where a sample was taken; AN_NONE and -1 where that says nothing. */
struct an_place {
    uint32_t message, peer, other;
    int64_t time;
};

struct an_result {
    enum an_unit unit;
    uint64_t count;   /* samples; 0: nothing was measured, which fails every check */
    int64_t min, max; /* AN_NEVER may be the greatest. "Every sample op limit" is decided by these two */
    struct an_place min_place, max_place; /* the earliest of equal ones */
    double mean;                          /* 0 if count is 0; samples that are AN_NEVER are left out */
    double sum;                           /* same */
    uint64_t never;                       /* how many samples are AN_NEVER */
    uint64_t unpaired;                    /* differences: samples of either side without a partner */
    struct an_place unpaired_place;       /* the first of them */
    uint64_t floods, judged;   /* floods in the window, and those that were calm (equal unless spec.calm) */
    const char *not_available; /* a sentence, if a named bound was passed and the numbers are not complete;
                                  else NULL */
};
const struct an_result *an_query_result(const struct an_metrics *m, int query);

enum an_aggregate {
    AN_AGG_COUNT,
    AN_AGG_MIN,
    AN_AGG_MAX,
    AN_AGG_MEAN,
    AN_AGG_SUM,
    AN_AGG_P50,
    AN_AGG_P90,
    AN_AGG_P95,
    AN_AGG_P99,
    AN_AGG_P999,
    AN_AGG_SHARE, /* of the samples, those that are not 0; of closed, lost, control: see analysis/names.h */
    AN_AGG_FIRST, /* of delivery and raw_delivery: the mean over the first message's receivers */
    AN_AGG_LAST,
    AN_AGG_DUPLICATES, /* samples whose value another one had before */
    AN_AGG_FAIRNESS,   /* Jain's index (M19): (Σx)² / (n Σx²); 1 where all are equal, 1/n where one has all */
    AN_AGG_KINDS
};
bool an_aggregate_find(const char *name, enum an_aggregate *aggregate); /* "p99" */

struct an_number {
    enum an_unit unit;
    double value; /* in the unit above; HUGE_VAL for never */
    bool never;
    bool exact; /* whole holds the same value as an integer */
    int64_t whole;
    struct an_place place;
    uint64_t among; /* a share: of so many; else 0 */
};
/* false and an error if nothing was measured (but .count and .sum of nothing are 0, and so is a share of
 * links, pairs or octets that there were), or the aggregate cannot be had of this query. Percentiles are
 * nearest-rank: exact up to 10^7 samples, beyond them within 1 %. */
bool an_query_number(const struct an_metrics *m, int query, enum an_aggregate aggregate,
                     struct an_number *number, GError **error);

/* Whether any peer took a sample of this name: "nothing measured" and "counted, never happened" look the same
 * else. */
bool an_sample_seen(const struct an_metrics *m, const char *name);

/* The distribution, for plots: ascending values, each with the number of samples ≤ it. At most `most` points,
 * dense in the upper tail. Needs spec.distribution. Free with g_array_unref. */
struct an_point {
    int64_t value;
    uint64_t below; /* samples ≤ value */
};
GArray *an_query_distribution(const struct an_metrics *m, int query, uint32_t most);

/* One entry for each message, peer, link, second or minute: needs spec.per. Ascending keys; empty groups are
 * left out. Free with g_array_unref. */
struct an_group {
    uint64_t key; /* number of the message, peer, link; second or minute since 0 */
    uint64_t count;
    double sum;
};
GArray *an_query_groups(const struct an_metrics *m, int query);

/* What is checked in every run, unasked; the numbers are those of peer-channel.md 22. Violations are counted; a place is the first. */
struct an_invariants {
    uint64_t lost[16];   /* by enum an_cause: undelivered (message, peer running at publication) pairs */
    uint64_t lost_pairs; /* their sum; lost[AN_CAUSE_UNKNOWN] > 0 fails */
    struct an_place unknown_place;
    uint32_t degree_min, degree_max; /* of peers that were online, settled to the end */
    struct an_place degree_place;    /* the greatest */
    uint64_t degree_violations;      /* rises above the limit (an_metrics_degree_limit) */
    struct an_place degree_violation_place;
    uint64_t octets_sent, octets_received; /* payload of TCP; the rest was lost at closes or is in flight */
    uint64_t octets_unsent;                /* T18: arrived without having been sent; > 0 fails */
    struct an_place octets_place;
    uint64_t copies_unsent; /* T18: copies of a message that arrived beyond those sent; > 0 fails */
    struct an_place copies_place;
    uint64_t delivered_twice; /* to one life of a peer; > 0 fails */
    struct an_place twice_place;
    uint64_t self_links; /* I5: links to oneself; > 0 fails */
    struct an_place self_place;
    uint64_t looked_at;     /* ends of links that had been as they were for two minutes, each half minute */
    uint64_t double_links;  /* I4: second whole links between two peers among them; > 0 fails */
    struct an_place double_place;
    bool swallows;          /* an_metrics_swallows was said: then I3 is not judged */
    uint64_t one_sided;     /* I3: links that one end gave up two minutes ago and the other, running, has not; > 0 fails */
    struct an_place one_sided_place;
    uint64_t pruned, pruned_wrongly; /* I19: not accurate, not the least useful, or none too many; wrongly > 0 fails */
    struct an_place pruned_place;
    uint64_t late; /* copies that came more than 65 s after publication: no longer measured */
    uint64_t messages,
        pairs; /* floods and their (message, peer running at publication) pairs, all of the run */
};
const struct an_invariants *an_invariants(const struct an_metrics *m);

#endif
