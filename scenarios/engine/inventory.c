#include "scenarios/engine/inventory.h"

#include <string.h>

enum { UNKNOWN_KIND = -1 };

/* Names that analysis knows but has not built, with the kind of their samples. */
static const struct {
    const char *name;
    int unit;
} metrics_to_come[] =
    {
        {"filtered", SCN_COUNT},
        {"fairness", SCN_RATIO},
},
  theory_to_come[] = {
      {"flood_time", SCN_TIME},       {"ball", UNKNOWN_KIND},
      {"capacity", UNKNOWN_KIND},     {"backlog", SCN_COUNT},      {"age", SCN_TIME},
      {"votes", UNKNOWN_KIND},     {"restarts", SCN_RATIO},
      {"extra_claims", UNKNOWN_KIND}, {"nat_capacity", SCN_SHARE}, {"stale_resolve", SCN_SHARE},
      {"merge_time", SCN_TIME},       {"slow_closes", UNKNOWN_KIND},
      {"published", SCN_COUNT},    {"followed", SCN_COUNT},
};

enum scn_kind scn_kind_of_unit(enum an_unit unit)
{
    switch (unit) {
    case AN_UNIT_TIME:
        return SCN_TIME;
    case AN_UNIT_SIZE:
        return SCN_SIZE;
    case AN_UNIT_SHARE:
        return SCN_SHARE;
    case AN_UNIT_RATE:
        return SCN_RATE;
    case AN_UNIT_BANDWIDTH:
        return SCN_BANDWIDTH;
    case AN_UNIT_RATIO:
        return SCN_RATIO;
    default:
        return SCN_COUNT;
    }
}

static int unit_to_come(bool theory, const char *name)
{
    size_t count = theory ? G_N_ELEMENTS(theory_to_come) : G_N_ELEMENTS(metrics_to_come);

    for (size_t i = 0; i < count; i++) {
        const char *known = theory ? theory_to_come[i].name : metrics_to_come[i].name;
        if (strcmp(known, name) == 0)
            return theory ? theory_to_come[i].unit : metrics_to_come[i].unit;
    }
    return UNKNOWN_KIND;
}

bool scn_inventory_find(bool theory, const char *name, struct scn_inventory *about)
{
    enum an_metric metric;

    *about = (struct scn_inventory){0};
    switch (theory ? an_theory_find(name, &metric) : an_metric_find(name, &metric)) {
    case AN_FOUND:
        about->built = true;
        about->known = metric != AN_SAMPLE_NAMED && metric != AN_STATE_NAMED && metric != AN_SHAPE;
        about->unit = scn_kind_of_unit(an_metric_unit(metric));
        return true;
    case AN_FOUND_NOT_BUILT: {
        int unit = unit_to_come(theory, name);
        about->known = unit != UNKNOWN_KIND;
        about->unit = unit == UNKNOWN_KIND ? SCN_COUNT : (enum scn_kind)unit;
        return true;
    }
    default:
        break;
    }
    /* A server has the metrics of a mesh; those of it that are built were found above. */
    if (theory && g_str_has_prefix(name, "server.") &&
        an_metric_find(name + strlen("server."), &metric) == AN_FOUND) {
        about->known = true;
        about->unit = scn_kind_of_unit(an_metric_unit(metric));
        return true;
    }
    return false;
}

const char *scn_inventory_suggest(bool theory, const char *name)
{
    return theory ? an_theory_suggest(name) : an_metric_suggest(name);
}

bool scn_inventory_shape(const char *name, enum scn_kind *unit)
{
    enum an_shape shape;

    if (!an_shape_find(name, &shape))
        return false;
    *unit = scn_kind_of_unit(an_shape_unit(shape));
    return true;
}

bool scn_inventory_field(const struct scn_query *query, const char *field)
{
    if (!query->theory || strcmp(query->metric, "votes") != 0)
        return false;
    return strcmp(field, "error") == 0 || strcmp(field, "executions") == 0;
}

static const char *check_reason(const struct scn_query *q, const char **lacks)
{
    uint32_t bits;
    enum an_found found = strcmp(q->metric, "lost") == 0     ? an_causes_find(q->reason, &bits)
                          : strcmp(q->metric, "closed") == 0 ? an_reasons_find(q->reason, &bits)
                                                             : AN_FOUND_NOT_BUILT;

    if (found == AN_FOUND_NOTHING) {
        g_autofree char *wrong = g_strdup_printf("there is no reason '%s'.", q->reason);
        return g_intern_string(wrong);
    }
    if (found == AN_FOUND_NOT_BUILT) {
        g_autofree char *what = g_strdup_printf("metric.%s{ reason = \"%s\" }", q->metric, q->reason);
        *lacks = g_intern_string(what);
    }
    return NULL;
}

const char *scn_inventory_check(const struct scn_query *q, const char **lacks)
{
    enum an_shape shape;
    enum an_metric metric = AN_METRIC_COUNT;
    bool built =
        (q->theory ? an_theory_find(q->metric, &metric) : an_metric_find(q->metric, &metric)) == AN_FOUND;

    *lacks = NULL;
    if (!built)
        return NULL;
    if (metric == AN_SHAPE && q->name != NULL && !an_shape_find(q->name, &shape))
        return "no such measure of a graph; there are diameter, mean distance, clustering, transitivity, "
               "articulation points, mean "
               "degree, region share.";
    if (an_metric_needs_name(metric) && q->name == NULL && metric != AN_HAVE_NAMED)
        return "which? The first entry is the name: {\"name\", … }.";
    if (!an_metric_needs_name(metric) && q->name != NULL)
        return "it takes no name.";
    if (q->share.value >= 0 && metric != AN_TIME_TO && metric != AN_THEORY_SURVIVORS)
        return "share is for metric.time_to, crashed for theory.survivors.";
    if (q->up.value >= 0 && metric != AN_THEORY_SERVER_LATENCY && metric != AN_THEORY_SERVER_UPLOAD)
        return "up is for theory.server.";
    if (q->gap.value >= 0 && metric != AN_THEORY_REACHABLE)
        return "gap is for theory.reachable.";
    if (q->size.value >= 0 && metric != AN_THEORY_FILE_TIME)
        return "size is for theory.file_time.";
    bool game = metric == AN_THEORY_STALLS || metric == AN_THEORY_INPUT_DELAY;
    if (game && (q->turn.value <= 0 || q->ahead < 1 || q->message == NULL))
        return "it needs the kind of the inputs, turn and ahead: { kind = \"input\", turn = \"200ms\", ahead = 2 }.";
    if (!game && (q->turn.value >= 0 || q->ahead != 0 || q->last != NULL))
        return "turn, ahead and last are for theory.stalls and theory.input_delay.";
    if (q->reason != NULL) {
        const char *wrong = check_reason(q, lacks);
        if (wrong != NULL)
            return wrong;
    }
    if (q->per == SCN_PER_RETURN)
        *lacks = "per = \"return\"";
    return NULL;
}
