#include "scenarios/engine/question.h"

#include <string.h>

static enum an_op op_of(enum scn_op op)
{
    static const enum an_op ops[] = {[SCN_OP_NONE] = AN_OP_NONE, [SCN_OP_EQ] = AN_OP_EQ, [SCN_OP_LE] = AN_OP_LE,
                                     [SCN_OP_GE] = AN_OP_GE,     [SCN_OP_LT] = AN_OP_LT, [SCN_OP_GT] = AN_OP_GT,
                                     [SCN_OP_NEAR] = AN_OP_EQ};
    return ops[op];
}

static bool find_metric(const struct scn_query *query, enum an_metric *metric, GError **error)
{
    enum an_found found = query->theory ? an_theory_find(query->metric, metric) : an_metric_find(query->metric, metric);
    const char *what = query->theory ? "theory" : "metric";
    if (found == AN_FOUND && *metric == AN_HAVE_NAMED && !query->name)
        *metric = AN_HOLDINGS;
    if (found == AN_FOUND && !query->rest && query->per != SCN_PER_RETURN)
        return true;
    if (found == AN_FOUND_NOTHING) {
        const char *near = query->theory ? an_theory_suggest(query->metric) : an_metric_suggest(query->metric);
        g_set_error(error, AN_ERROR, AN_ERROR_BAD, "no %s.%s%s%s%s", what, query->metric, near ? "; did you mean " : "",
                    near ? near : "", near ? "?" : "");
    } else {
        g_set_error(error, AN_ERROR, AN_ERROR_NOT_AVAILABLE, "%s.%s%s is not available yet", what, query->metric,
                    found == AN_FOUND ? " with these options" : "");
    }
    return false;
}

/* The span of an operation: until its undo; of what happens once, that instant; of what stays, to the end. */
static void span(struct scn_run *run, int operation, struct an_query_spec *spec)
{
    const struct scn_plan_operation *op = scn_plan_operations(scn_run_plan(run), operation);
    bool instant = op->verb == SCN_SEND || op->verb == SCN_TELL || op->verb == SCN_REFRESH;
    spec->begin = scn_run_moment(run, op->at);
    spec->end = op->lasts ? scn_run_ends(run, operation) : instant ? spec->begin : AN_MOMENT_OPEN;
}

static void window(struct scn_run *run, const struct scn_query *query, struct an_query_spec *spec)
{
    if (query->at >= 0) {
        spec->begin = spec->end = scn_run_moment(run, query->at);
    } else if (query->during >= 0) {
        span(run, query->during, spec);
    } else {
        spec->begin = scn_run_moment(run, query->begin);
        spec->end = scn_run_moment(run, query->end);
    }
}

static bool reasons(const struct scn_query *query, struct an_query_spec *spec, GError **error)
{
    if (!query->reason)
        return true;
    enum an_found found = spec->metric == AN_LOST_PAIRS ? an_causes_find(query->reason, &spec->reasons)
                                                        : an_reasons_find(query->reason, &spec->reasons);
    if (found == AN_FOUND)
        return true;
    g_set_error(error, AN_ERROR, found == AN_FOUND_NOTHING ? AN_ERROR_BAD : AN_ERROR_NOT_AVAILABLE, "reason = \"%s\" %s",
                query->reason, found == AN_FOUND_NOTHING ? "is not known" : "is not available yet");
    return false;
}

/* The number of a channel is that within its mesh: it must be the same in all meshes that are meant. */
static bool find_channel(struct scn_run *run, const struct scn_query *query, int *channel, GError **error)
{
    const struct scn_plan *plan = scn_run_plan(run);
    *channel = -1;
    for (guint i = 0; query->channel && i < plan->meshes->len; i++) {
        char **names = scn_plan_meshes(plan, (int)i)->channels;
        if (query->mesh >= 0 && query->mesh != (int)i)
            continue;
        for (int c = 0; names && names[c]; c++) {
            if (strcmp(names[c], query->channel) != 0)
                continue;
            if (*channel >= 0 && *channel != c) {
                g_set_error(error, AN_ERROR, AN_ERROR_BAD, "channel \"%s\" stands at different places of several meshes; add mesh = …",
                            query->channel);
                return false;
            }
            *channel = c;
        }
    }
    if (!query->channel || *channel >= 0)
        return true;
    g_set_error(error, AN_ERROR, AN_ERROR_BAD, "there is no channel \"%s\"", query->channel);
    return false;
}

bool scn_question_spec(struct scn_run *run, int index, struct an_query_spec *spec, GError **error)
{
    const struct scn_query *query = scn_plan_queries(scn_run_plan(run), index);
    static const enum an_per pers[] = {[SCN_PER_SAMPLE] = AN_PER_SAMPLE, [SCN_PER_MESSAGE] = AN_PER_MESSAGE,
                                       [SCN_PER_PEER] = AN_PER_PEER,     [SCN_PER_LINK] = AN_PER_LINK,
                                       [SCN_PER_SECOND] = AN_PER_SECOND, [SCN_PER_MINUTE] = AN_PER_MINUTE,
                                       [SCN_PER_KEY] = AN_PER_KEY};
    enum an_metric metric;
    if (!find_metric(query, &metric, error))
        return false;
    *spec = AN_QUERY_SPEC_INIT(metric);
    spec->name = query->name;
    spec->of = scn_run_mesh_set(run, query->of, query->mesh);
    spec->from = scn_run_set(run, query->from);
    spec->to = scn_run_set(run, query->to);
    if (query->message && !(spec->kinds = an_kinds_find(query->message)))
        spec->label = query->message; /* a kind that the script has made */
    if (!find_channel(run, query, &spec->channel, error))
        return false;
    spec->neighbors = (struct an_compare){op_of(query->neighbors.op), query->neighbors.limit.value};
    spec->value = (struct an_compare){op_of(query->value.op), query->value.limit.value};
    spec->per = pers[query->per];
    spec->share = query->share.value >= 0 ? query->share.value : 0;
    spec->up = query->up.value >= 0 ? query->up.value : 0;
    spec->gap = query->gap.value >= 0 ? query->gap.value : 0;
    spec->size = query->size.value >= 0 ? query->size.value : 0;
    spec->turn = query->turn.value >= 0 ? query->turn.value : 0;
    spec->ahead = (uint32_t)query->ahead;
    spec->last = query->last;
    window(run, query, spec);
    return reasons(query, spec, error);
}

int scn_question_add(struct scn_run *run, int query, bool distribution, bool duplicates, bool calm, GError **error)
{
    struct an_query_spec spec;
    if (!scn_question_spec(run, query, &spec, error))
        return -1;
    spec.distribution = distribution || duplicates;
    if (duplicates && spec.per == AN_PER_PEER && an_metric_is_said(spec.metric)) {
        spec.per = AN_PER_SAMPLE; /* duplicates within each peer */
        spec.by_peer = true;
    }
    spec.calm = calm;
    return an_query_add(scn_run_metrics(run), &spec, error);
}
