#include "scenarios/engine/run_private.h"

#include <stdio.h>
#include <string.h>

static int *unset(guint count)
{
    int *numbers = g_new(int, count + 1);
    for (guint i = 0; i < count; i++)
        numbers[i] = G_MAXINT;
    return numbers;
}

struct scn_run *scn_run_new(const struct scn_plan *plan, const struct scn_run_options *options, GError **error)
{
    struct scn_run *run = g_new0(struct scn_run, 1);
    run->plan = plan;
    run->options = *options;
    run->settled = run->finish = -1;
    run->summary.settled = -1;
    run->profiles = g_ptr_array_new_with_free_func((GDestroyNotify)sim_profile_free);
    run->dists = g_ptr_array_new();
    run->roles = g_ptr_array_new();
    run->moments = unset(plan->moments->len);
    run->sets = unset(plan->selections->len);
    run->operations = g_new0(struct scn_operation, plan->operations->len + 1);
    for (guint i = 0; i < plan->operations->len; i++)
        run->operations[i].ends = -1;
    run->joins_known = g_new0(bool, plan->groups->len + 1);
    run->summary.never_fired = g_ptr_array_new_with_free_func(g_free);
    if (!scn_plan_is_built(plan, error) || !scn_run_build(run, error) || !scn_watch_new(run, error)) {
        scn_run_free(run);
        return NULL;
    }
    return run;
}

void scn_run_free(struct scn_run *run)
{
    if (!run)
        return;
    if (run->pcapng)
        sim_pcapng_close(run->pcapng, 0, true, NULL);
    if (run->trace)
        an_trace_close(run->trace, 0, NULL);
    for (guint i = 0; i < run->roles->len; i++)
        scn_role_free(run->roles->pdata[i]);
    g_ptr_array_unref(run->roles);
    scn_troupe_free(run->troupe);
    scn_watch_free(run->watch);
    scn_net_free(run->net);
    an_metrics_free(run->metrics);
    if (!run->cast_taken)
        an_cast_free(run->cast);
    g_ptr_array_unref(run->profiles);
    for (guint i = 0; i < run->dists->len; i++)
        scn_sampler_dist_free(run->dists->pdata[i]);
    g_ptr_array_unref(run->dists);
    for (guint i = 0; i < run->plan->operations->len; i++)
        if (run->operations[i].hit)
            g_array_unref(run->operations[i].hit);
    g_free(run->operations);
    scn_run_faults_free(run);
    g_free(run->joins_known);
    if (run->bearers)
        g_ptr_array_unref(run->bearers);
    scn_run_churn_free(run);
    g_free(run->meshes);
    g_free(run->moments);
    g_free(run->sets);
    if (run->mesh_sets)
        g_array_unref(run->mesh_sets);
    g_free(run->summary.unsettled);
    g_ptr_array_unref(run->summary.never_fired);
    g_clear_error(&run->error);
    g_free(run);
}

const struct scn_plan *scn_run_plan(const struct scn_run *run)
{
    return run->plan;
}

struct an_cast *scn_run_cast(struct scn_run *run)
{
    return run->cast;
}

struct an_metrics *scn_run_metrics(struct scn_run *run)
{
    return run->metrics;
}

const struct sim_profile *scn_run_profile(const struct scn_run *run)
{
    return run->profiles->pdata[0];
}

struct an_cast *scn_run_take_cast(struct scn_run *run)
{
    run->cast_taken = true;
    return run->cast;
}

struct scn_net *scn_run_net(struct scn_run *run)
{
    return run->net;
}

const struct scn_summary *scn_run_summary(const struct scn_run *run)
{
    return &run->summary;
}

struct scn_log *scn_run_log(const struct scn_run *run)
{
    return run->options.log;
}

/* ---- running ---- */

static void say(struct scn_run *run, int64_t now, uint64_t events)
{
    gint64 wall = g_get_monotonic_time();
    if (wall - run->said < 500000)
        return;
    run->said = wall;
    double seconds = (double)(wall - run->started) / 1e6;
    int64_t end = run->finish >= 0 ? run->finish : -1;
    fprintf(stderr, "\r  %d:%02d", (int)(now / SCN_SECOND / 60), (int)(now / SCN_SECOND % 60));
    if (end > 0)
        fprintf(stderr, " of %d:%02d virtual", (int)(end / SCN_SECOND / 60), (int)(end / SCN_SECOND % 60));
    else
        fprintf(stderr, " virtual, settling");
    fprintf(stderr, "   %.0f k events/s", (double)events / seconds / 1000);
    if (end > 0 && now > 0)
        fprintf(stderr, "   done in about %d s", (int)(seconds * (double)(end - now) / (double)now));
    fputs("        ", stderr);
}

static bool progress(void *user, int64_t now, uint64_t events)
{
    struct scn_run *run = user;
    if (run->options.progress)
        say(run, now, events);
    if (run->trace && an_trace_failed(run->trace))
        return false;
    return !run->pcapng || sim_pcapng_check(run->pcapng, &run->error);
}

static bool open_trace(struct scn_run *run, GError **error)
{
    if (!run->options.folder || run->options.trace == SCN_TRACE_NONE)
        return true;
    char *path = g_build_filename(run->options.folder, "trace.bin", NULL);
    struct an_trace_options options = {.seed = run->plan->seed, .full = run->options.trace == SCN_TRACE_FULL};
    run->trace = an_trace_create(path, run->cast, &options, error);
    g_free(path);
    return run->trace != NULL;
}

static bool close_files(struct scn_run *run, GError **error)
{
    int64_t now = scn_net_now(run->net);
    bool ok = true;
    if (run->trace) {
        ok = an_trace_close(run->trace, now, error);
        run->trace = NULL;
    }
    if (run->pcapng) {
        ok = sim_pcapng_close(run->pcapng, now, !ok, ok ? error : NULL) && ok;
        run->pcapng = NULL;
    }
    return ok;
}

static void summarise(struct scn_run *run)
{
    struct sim_world *world = scn_net_world(run->net);
    struct sim_counters counters;
    struct sim_fingerprint fingerprint = sim_world_fingerprint(world);
    sim_world_counters(world, &counters);
    run->summary.ended = scn_net_now(run->net);
    run->summary.wall = (double)(g_get_monotonic_time() - run->started) / 1e6;
    run->summary.events = counters.events;
    run->summary.deliveries = counters.deliveries;
    g_snprintf(run->summary.fingerprint, sizeof run->summary.fingerprint, "%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x",
               fingerprint.high, fingerprint.low);
    if (run->options.live) /* nothing of it happens twice in the same way */
        g_strlcpy(run->summary.fingerprint, "live", sizeof run->summary.fingerprint);
    for (guint i = 0; i < run->plan->operations->len; i++)
        if (!run->operations[i].hit)
            g_ptr_array_add(run->summary.never_fired, g_strdup(scn_plan_operations(run->plan, (int)i)->key));
}

bool scn_run_go(struct scn_run *run, GError **error)
{
    struct sim_progress ask = {.progress = progress, .user = run, .every = 20000};
    if (!open_trace(run, error))
        return false;
    scn_run_begin(run);
    run->started = run->said = g_get_monotonic_time();
    scn_net_run(run->net, &ask);
    if (run->options.progress)
        fputs("\r                                                                              \r", stderr);
    if (!run->finished && run->summary.outcome == SCN_ENDED)
        run->summary.outcome = SCN_INTERRUPTED;
    summarise(run);
    an_metrics_finish(run->metrics, run->summary.ended);
    if (!run->error)
        run->error = scn_troupe_error(run->troupe);
    if (run->error) {
        g_propagate_error(error, g_steal_pointer(&run->error));
        close_files(run, NULL);
        return false;
    }
    return close_files(run, error);
}

int64_t scn_run_now(const struct scn_run *run)
{
    return scn_net_now(run->net);
}
