/* One run of a plan: builds the world, lets it happen, feeds the timeline, fills the run folder. Nothing here judges: verdict.h does. */
#ifndef SCN_RUN_H
#define SCN_RUN_H

#include "analysis/query.h"
#include "analysis/trace.h"
#include "scenarios/engine/log.h"
#include "scenarios/engine/net.h"
#include "scenarios/engine/plan.h"

enum scn_trace_level { SCN_TRACE_NONE, SCN_TRACE_BUDGET, SCN_TRACE_FULL };

struct scn_run_options {
    const char *folder;  /* run folder, made if need be; NULL: nothing is written */
    enum scn_trace_level trace;
    bool pcap, memo_off;
    size_t lua_memory;   /* octets for all roles in Lua; 0: 2 GiB */
    bool progress;       /* a line on stderr while it runs */
    struct scn_log *log; /* NULL: nothing is told */
    const struct an_listener *also;     /* hears the timeline, too; NULL; borrowed */
    const struct sim_observer *octets;  /* watches the network, if nothing is captured; NULL; borrowed */
    const struct scn_live_options *live; /* real sockets, by the wall clock; NULL: simulated. Borrowed */
    const char *command; /* "peermesh run …": said in the progress line and the report */
};

struct scn_run;

/* Builds the world. Then queries may be registered (scn_run_metrics), then scn_run_go(). */
struct scn_run *scn_run_new(const struct scn_plan *plan, const struct scn_run_options *options, GError **error);
void scn_run_free(struct scn_run *run);

const struct scn_plan *scn_run_plan(const struct scn_run *run);
struct an_cast *scn_run_cast(struct scn_run *run);
struct an_cast *scn_run_take_cast(struct scn_run *run); /* the caller's from now on: before scn_run_free() */
struct an_metrics *scn_run_metrics(struct scn_run *run);
struct scn_net *scn_run_net(struct scn_run *run);
const struct sim_profile *scn_run_profile(const struct scn_run *run); /* of the scenario's network */

/* The numbers by which analysis knows the plan's moments and selections: made at first use. -1 as a moment: open. */
int scn_run_moment(struct scn_run *run, int moment);
int scn_run_ends(struct scn_run *run, int operation);
int scn_run_set(struct scn_run *run, int selection);
int scn_run_mesh_set(struct scn_run *run, int selection, int mesh); /* those of a selection that are of a mesh; -1: all, of all */
/* During the run: a further node of the peer, for a mesh of the plan. The timeline knows it as a member of its own. */
struct scn_peer *scn_run_add_member(struct scn_run *run, struct scn_peer *first, int mesh);

enum scn_outcome { SCN_ENDED, SCN_NOT_SETTLED /* exit code 3 */, SCN_NOT_REACHED /* likewise */, SCN_INTERRUPTED };

struct scn_summary {
    enum scn_outcome outcome;
    int64_t settled, ended; /* virtual ns; settled -1: never */
    double wall;            /* s, for people */
    uint64_t events, deliveries;
    char fingerprint[33];
    uint64_t sent_alone;    /* messages published without a neighbor */
    const char *not_reached; /* SCN_NOT_REACHED: the sentence of the check that did not come true in time */
    char *unsettled;        /* SCN_NOT_SETTLED: which peers kept changing; owned by the run */
    GPtrArray *never_fired; /* of char *: operations whose moment never came; owned by the run */
};

/* When the check `eventually` of this number came true; -1: it did not. */
int64_t scn_run_now(const struct scn_run *run); /* virtual time; after the run: its end */
int64_t scn_run_check_time(const struct scn_run *run, int check);

/* Runs to the end. False and an error: the world could not go on (disk full). The metrics are finished then. */
bool scn_run_go(struct scn_run *run, GError **error);
const struct scn_summary *scn_run_summary(const struct scn_run *run);

/* Draws with a distribution of the plan; `what` names the stream, `key` whose it is. A Poisson rate gives gaps, ns. */
struct scn_sampler;
struct scn_sampler *scn_sampler_new(const struct scn_run *run, const struct scn_dist *dist, const char *what, uint64_t key);
int64_t scn_sampler_next(struct scn_sampler *sampler);
void scn_sampler_free(struct scn_sampler *sampler);
struct sim_dist *scn_sampler_dist(const struct scn_dist *dist); /* prepared; for profiles */
void scn_sampler_dist_free(struct sim_dist *dist);

struct scn_log *scn_run_log(const struct scn_run *run); /* as given in the options: may be NULL */

/* roles.c: native roles. */
void *scn_role_new(struct scn_run *run, const struct scn_plan_role *role, struct scn_peer *peer, const char *peer_name,
                   unsigned turn);
void scn_role_free(void *role);
void scn_role_moment_known(void *role); /* moments that were open may be known now */
const struct scn_role_ops *scn_role_ops(void);
bool scn_run_time(const struct scn_run *run, int moment, int64_t *time); /* false: not known yet */

#endif
