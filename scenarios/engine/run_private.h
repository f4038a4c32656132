/* The inside of a run, for run*.c only. */
#ifndef SCN_RUN_PRIVATE_H
#define SCN_RUN_PRIVATE_H

#include "scenarios/engine/recorded.h"
#include "scenarios/engine/role_lua.h"
#include "scenarios/engine/run.h"
#include "sim/pcapng.h"

#include <stdio.h>

struct scn_mesh_set { /* those of a selection (-1: everybody) that are of a mesh */
    int selection, mesh, set;
};

struct scn_operation {
    GArray *hit;      /* uint32_t: whom it hit; NULL: has not fired */
    int ends;         /* analysis: its end */
    bool scheduled;
};

struct scn_run {
    const struct scn_plan *plan;
    struct scn_run_options options;
    struct an_cast *cast;
    bool cast_taken;
    struct an_metrics *metrics;
    struct an_trace *trace;
    struct sim_pcapng *pcapng;
    struct scn_net *net;
    struct scn_mesh **meshes;
    GPtrArray *profiles, *dists; /* of the networks and groups */
    GPtrArray *roles;            /* native ones */
    struct scn_troupe *troupe;   /* roles in Lua; NULL: none */
    struct scn_watch *watch;     /* run_watch.c */
    struct scn_operation *operations;
    bool *joins_known;           /* by group */
    GPtrArray *bearers;          /* run_bearer.c; NULL: nobody is mobile */
    struct scn_presence *presence; /* by peer; NULL: nobody comes and goes by itself */
    GPtrArray *churners;
    GHashTable *faults;          /* by operation and peer: what is to be undone; look-up only */
    GArray *stale;               /* uint32_t: shares by which the resolver is wrong now */
    GArray *mesh_sets;           /* of struct scn_mesh_set: sets of analysis that mean a mesh */
    int *moments, *sets;         /* analysis numbers by plan index; INT_MAX: not made yet */
    int64_t settled, last_join, finish;
    struct scn_summary summary;
    gint64 started, said;
    bool finished;
    GError *error;
};

/* run_moments.c */
bool scn_run_lasts(const struct scn_run *run, int operation, int64_t *lasts); /* true: known from the plan */
/* What the draws of a moment add, from the streams of `whose` (an operation's key) for this key of a peer. */
int64_t scn_run_draws(struct scn_run *run, const struct scn_plan_moment *m, const char *whose, uint64_t key);
GArray *scn_run_select(struct scn_run *run, int selection); /* as it is now; free with g_array_unref */
void scn_run_fill_sets(struct scn_run *run);
void scn_run_member_sets(struct scn_run *run, const struct scn_peer *first, const struct scn_peer *node); /* who means the peer means its new node */

/* run_churn.c */
void scn_run_churn_build(struct scn_run *run);
bool scn_run_churns(const struct scn_run *run);
/* When a peer joins: false if it is away then; may move the time. Schedules what follows. */
bool scn_run_churn_begin(struct scn_run *run, struct scn_peer *peer, int64_t *time);
void scn_run_churn(struct scn_run *run, uint32_t peer);
void scn_run_churn_finish(struct scn_run *run, int64_t finish); /* the end is known */
void scn_run_churn_free(struct scn_run *run);

/* run_bearer.c */
void scn_run_bearers_begin(struct scn_run *run);
void scn_run_bearer(struct scn_run *run, uint32_t number);

/* run_fault.c */
void scn_run_impair(struct scn_run *run, int operation, struct scn_peer *peer);
GArray *scn_run_cut(struct scn_run *run, int operation); /* whom it names, ascending: free with g_array_unref */
void scn_run_repair(struct scn_run *run, int operation, uint32_t peer); /* AN_NONE: the cut, or the resolver */
void scn_run_faults_free(struct scn_run *run);

/* run_director.c */
#define SCN_TAG_CHURN 65 /* beside the director's own */
#define SCN_TAG_BEARER 66
#define SCN_GRID SCN_SECOND /* how often the director looks */
void scn_run_director(void *run, uint16_t tag, uint64_t argument);
void scn_run_begin(struct scn_run *run); /* joins, what is known at time 0, the first look */

void scn_run_moments_known(struct scn_run *run); /* something has become known: tells all who wait for it */
enum { SCN_TAG_WATCH = 64 };                     /* of the director's calls: what is watched; the others are run_director.c's */

/* run_watch.c */
#define SCN_WATCH_CHECK (UINT64_C(1) << 32)
bool scn_watch_new(struct scn_run *run, GError **error); /* registers what is watched with analysis */
void scn_watch_free(struct scn_watch *watch);
void scn_watch_begin(struct scn_run *run);
void scn_watch_look(struct scn_run *run, uint64_t argument);
int64_t scn_watch_condition(const struct scn_run *run, int condition); /* when it holds; -1: not yet */

/* run_build.c */
bool scn_run_build(struct scn_run *run, GError **error);

#endif
