/* The inside of a run, for run*.c only. */
#ifndef SCN_RUN_PRIVATE_H
#define SCN_RUN_PRIVATE_H

#include "scenarios/engine/run.h"
#include "sim/pcapng.h"

struct scn_operation {
    GArray *hit;      /* uint32_t: whom it hit; NULL: has not fired */
    int ends;         /* analysis: its end */
    bool scheduled;
};

struct scn_run {
    const struct scn_plan *plan;
    struct scn_run_options options;
    struct an_cast *cast;
    struct an_metrics *metrics;
    struct an_trace *trace;
    struct sim_pcapng *pcapng;
    struct scn_net *net;
    struct scn_mesh **meshes;
    GPtrArray *profiles, *dists; /* of the networks and groups */
    void **roles;                /* by peer; NULL: plain member */
    struct scn_operation *operations;
    GHashTable *faults;          /* by operation and peer: what is to be undone; look-up only */
    GArray *stale;               /* uint32_t: shares by which the resolver is wrong now */
    int *moments, *sets;         /* analysis numbers by plan index; INT_MAX: not made yet */
    int64_t settled, last_join, finish;
    struct scn_summary summary;
    gint64 started, said;
    bool finished;
    GError *error;
};

/* run_moments.c */
bool scn_run_lasts(const struct scn_run *run, int operation, int64_t *lasts); /* true: known from the plan */
int64_t scn_run_draws(struct scn_run *run, const struct scn_plan_moment *m, const struct scn_peer *peer);
GArray *scn_run_select(struct scn_run *run, int selection); /* as it is now; free with g_array_unref */
void scn_run_fill_sets(struct scn_run *run);

/* run_fault.c */
void scn_run_impair(struct scn_run *run, int operation, struct scn_peer *peer);
GArray *scn_run_cut(struct scn_run *run, int operation); /* whom it names, ascending: free with g_array_unref */
void scn_run_repair(struct scn_run *run, int operation, uint32_t peer); /* AN_NONE: the cut, or the resolver */
void scn_run_faults_free(struct scn_run *run);

/* run_director.c */
#define SCN_GRID SCN_SECOND /* how often the director looks */
void scn_run_director(void *run, uint16_t tag, uint64_t argument);
void scn_run_begin(struct scn_run *run); /* joins, what is known at time 0, the first look */

/* run_build.c */
bool scn_run_build(struct scn_run *run, GError **error);

#endif
