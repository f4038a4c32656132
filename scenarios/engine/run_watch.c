/* What is watched while the run goes on: conditions of `when`, checks that must come true. Looked at on a grid of virtual time;
 * what it starts happens one tick later, so that it is the same in any partitioning. scenario-api 5, 8, 11. */
#include "scenarios/engine/run_private.h"

#include "scenarios/engine/question.h"
#include "scenarios/engine/verdict_private.h"

#define CHECK_GRID (SCN_SECOND / 10)

struct scn_watch {
    struct scn_verdict values; /* evaluates value trees, live */
    int64_t *conditions, *checks; /* when they hold; -1: not yet */
};

/* The queries of a tree, as queries of their own. */
static bool ask(struct scn_run *run, int index, GError **error)
{
    const struct scn_value *value = scn_plan_values(run->plan, index);
    if (value->left >= 0 && !ask(run, value->left, error))
        return false;
    if (value->right >= 0 && !ask(run, value->right, error))
        return false;
    if (value->kind != SCN_VALUE_QUERY)
        return true;
    run->watch->values.queries[index] = scn_question_add(run, value->query, false, false, false, error);
    return run->watch->values.queries[index] >= 0;
}

static bool ask_both(struct scn_run *run, int line, int value, int limit, GError **error)
{
    if (ask(run, value, error) && ask(run, limit, error))
        return true;
    g_prefix_error(error, "%s:%d: ", run->plan->file, line);
    return false;
}

bool scn_watch_new(struct scn_run *run, GError **error)
{
    const struct scn_plan *plan = run->plan;
    struct scn_watch *w = run->watch = g_new0(struct scn_watch, 1);
    w->values = (struct scn_verdict){.run = run, .plan = plan, .live = true};
    w->values.queries = g_new(int, plan->values->len + 1);
    for (guint i = 0; i < plan->values->len; i++)
        w->values.queries[i] = -1;
    w->conditions = g_new(int64_t, plan->conditions->len + 1);
    w->checks = g_new(int64_t, plan->checks->len + 1);
    for (guint i = 0; i < plan->conditions->len; i++) {
        const struct scn_plan_condition *c = scn_plan_conditions(plan, (int)i);
        w->conditions[i] = -1;
        if (!ask_both(run, c->line, c->value, c->limit, error))
            return false;
    }
    for (guint i = 0; i < plan->checks->len; i++) {
        const struct scn_check *c = scn_plan_checks(plan, (int)i);
        w->checks[i] = -1;
        if (c->sort == SCN_EVENTUALLY && !c->left_out && !ask_both(run, c->line, c->value, c->limit, error))
            return false;
    }
    return true;
}

void scn_watch_free(struct scn_watch *watch)
{
    if (!watch)
        return;
    g_free(watch->values.queries);
    g_free(watch->conditions);
    g_free(watch->checks);
    g_free(watch);
}

/* A set holds if all of its samples do: its least and its greatest. What was not measured yet does not hold. */
static bool holds(struct scn_run *run, int value, enum scn_op op, int limit)
{
    struct scn_verdict *v = &run->watch->values;
    static const enum an_aggregate ends[] = {AN_AGG_MIN, AN_AGG_MAX};
    v->now = scn_net_now(run->net);
    for (unsigned i = 0; i < G_N_ELEMENTS(ends); i++) {
        struct scn_number a, b;
        char *wrong = NULL;
        v->of_set = ends[i];
        bool known = scn_number_of(v, value, &a, &wrong) && scn_number_of(v, limit, &b, &wrong);
        g_free(wrong);
        if (!known || !scn_number_holds(&a, op, &b))
            return false;
    }
    return true;
}

/* ---- on the grid ---- */

static void again(struct scn_run *run, uint64_t argument, int64_t grid)
{
    sim_call_at(scn_net_world(run->net), SIM_NONE, scn_net_now(run->net) + grid, SCN_TAG_WATCH, argument);
}

void scn_watch_begin(struct scn_run *run)
{
    for (guint i = 0; i < run->plan->conditions->len; i++)
        again(run, i, scn_plan_conditions(run->plan, (int)i)->grid);
    for (guint i = 0; i < run->plan->checks->len; i++) {
        const struct scn_check *c = scn_plan_checks(run->plan, (int)i);
        if (c->sort == SCN_EVENTUALLY && !c->left_out)
            again(run, SCN_WATCH_CHECK | i, CHECK_GRID);
    }
}

static void look_at_check(struct scn_run *run, uint32_t index)
{
    const struct scn_check *c = scn_plan_checks(run->plan, (int)index);
    int64_t now = scn_net_now(run->net), by;
    if (holds(run, c->value, c->op, c->limit)) {
        run->watch->checks[index] = now + CHECK_GRID;
        scn_run_moments_known(run);
    } else if (scn_run_time(run, c->by, &by) && now >= by) {
        run->finished = true;
        run->summary.outcome = SCN_NOT_REACHED;
        run->summary.not_reached = c->sentence;
        sim_stop(scn_net_world(run->net));
    } else {
        again(run, SCN_WATCH_CHECK | index, CHECK_GRID);
    }
}

void scn_watch_look(struct scn_run *run, uint64_t argument)
{
    if (argument & SCN_WATCH_CHECK) {
        look_at_check(run, (uint32_t)argument);
        return;
    }
    const struct scn_plan_condition *c = scn_plan_conditions(run->plan, (int)argument);
    if (holds(run, c->value, c->op, c->limit)) {
        run->watch->conditions[argument] = scn_net_now(run->net) + c->grid;
        scn_run_moments_known(run);
    } else {
        again(run, argument, c->grid);
    }
}

int64_t scn_watch_condition(const struct scn_run *run, int condition)
{
    return run->watch ? run->watch->conditions[condition] : -1;
}

int64_t scn_run_check_time(const struct scn_run *run, int check)
{
    return run->watch ? run->watch->checks[check] : -1;
}
