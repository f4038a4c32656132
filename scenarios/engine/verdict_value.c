/* Value trees of a plan, evaluated from the answers of analysis. */
#include "scenarios/engine/inventory.h"
#include "scenarios/engine/verdict_private.h"

#include <math.h>
#include <string.h>

/* The size of a kind's unit in SI (s, octets, octets/s, Hz, 1). */
static double unit_of(enum scn_kind kind)
{
    static const double units[SCN_KIND_COUNT] = {
        [SCN_COUNT] = 1,   [SCN_TIME] = 1e-9,  [SCN_SIZE] = 1,      [SCN_BANDWIDTH] = 0.125,
        [SCN_RATE] = 1e-9, [SCN_SHARE] = 1e-6, [SCN_POINTS] = 1e-6, [SCN_RATIO] = 1e-6,
    };

    return units[kind];
}

struct scn_number scn_number_whole(enum scn_kind kind, int64_t whole)
{
    bool never = whole == SCN_NEVER;

    return (struct scn_number){.known = true,
                               .kind = kind,
                               .value = never ? HUGE_VAL : (double)whole,
                               .exact = !never,
                               .whole = whole,
                               .place = {AN_NONE, AN_NONE, AN_NONE, -1}};
}

static bool of_query(const struct scn_verdict *v, const struct scn_value *value, int query,
                     struct scn_number *out, char **wrong)
{
    enum an_aggregate aggregate = AN_AGG_MEAN; /* of a set where one number is due */
    struct an_number n;
    g_autoptr(GError) error = NULL;

    if (value->aggregate != NULL && !an_aggregate_find(value->aggregate, &aggregate)) {
        *wrong = g_strdup_printf("%s is not available yet", value->text);
        return false;
    }
    if (v->live) {
        if (value->aggregate == NULL)
            aggregate = v->of_set;
        if (!an_now_number(scn_run_metrics(v->run), query, (int)aggregate, v->now, &n))
            return false;
    } else if (!an_query_number(scn_run_metrics(v->run), query, aggregate, &n, &error)) {
        *wrong = g_strdup(error->message);
        return false;
    }
    *out = (struct scn_number){.known = true,
                               .kind = scn_kind_of_unit(n.unit),
                               .value = n.never ? HUGE_VAL : n.value,
                               .exact = n.exact && !n.never,
                               .whole = n.whole,
                               .place = n.place};
    if (n.unit == AN_UNIT_RATE) { /* mHz there */
        out->value *= 1e6;
        out->exact = false;
    }
    return true;
}

static bool combine(const struct scn_value *value, const struct scn_number *a, const struct scn_number *b,
                    struct scn_number *out, char **wrong)
{
    static const char signs[] = {
        [SCN_VALUE_ADD] = '+', [SCN_VALUE_SUB] = '-', [SCN_VALUE_MUL] = '*', [SCN_VALUE_DIV] = '/'};
    char op = signs[value->kind];
    const char *complaint = scn_kind_combine(op, a->kind, b->kind, &out->kind);

    if (complaint != NULL) {
        *wrong = g_strdup_printf("%s: %s", value->text, complaint);
        return false;
    }
    double x = a->value * unit_of(a->kind), y = b->value * unit_of(b->kind);
    double result = op == '+' ? x + y : op == '-' ? x - y : op == '*' ? x * y : x / y;
    out->known = true;
    out->place = a->place.time >= 0 ? a->place : b->place;
    out->value = result / unit_of(out->kind);
    if (isnan(out->value)) {
        *wrong = g_strdup_printf("%s: 0 divided by 0", value->text);
        return false;
    }
    /* Sums of like whole numbers stay whole. */
    if ((op == '+' || op == '-') && a->exact && b->exact && a->kind == b->kind) {
        out->exact = !(op == '+' ? __builtin_add_overflow(a->whole, b->whole, &out->whole)
                                 : __builtin_sub_overflow(a->whole, b->whole, &out->whole));
        if (out->exact)
            out->value = (double)out->whole;
    }
    return true;
}

/* Children have smaller indices and a tree has at most SCN_MOST_WEIGHT nodes: the recursion ends. */
bool scn_number_of(const struct scn_verdict *v, int index, struct scn_number *out, char **wrong)
{
    const struct scn_value *value = scn_plan_values(v->plan, index);
    struct scn_number a, b;

    *out = (struct scn_number){.place = {AN_NONE, AN_NONE, AN_NONE, -1}};
    switch (value->kind) {
    case SCN_VALUE_NUMBER:
        *out = scn_number_whole(value->number.kind, value->number.value);
        return true;
    case SCN_VALUE_QUERY:
        if (v->queries[index] < 0) { /* a check that is not judged here did not ask */
            *wrong = g_strdup_printf("%s is not available yet", value->text);
            return false;
        }
        return of_query(v, value, v->queries[index], out, wrong);
    case SCN_VALUE_ADD:
    case SCN_VALUE_SUB:
    case SCN_VALUE_MUL:
    case SCN_VALUE_DIV:
        return scn_number_of(v, value->left, &a, wrong) && scn_number_of(v, value->right, &b, wrong) &&
               combine(value, &a, &b, out, wrong);
    default:
        *wrong = g_strdup_printf("%s is not available yet", value->text);
        return false;
    }
}

/* Sums and products of measured numbers carry rounding of their last digits. */
static bool same(double a, double b)
{
    const double rounding = 1e-12;

    if (isinf(a) || isinf(b)) /* never is equal to never alone */
        return a == b;
    return a == b || fabs(a - b) <= rounding * fmax(fabs(a), fabs(b));
}

static bool comparable(const struct scn_number *a, const struct scn_number *b)
{
    return a->exact && b->exact && (a->kind == b->kind || unit_of(a->kind) == unit_of(b->kind));
}

bool scn_number_holds(const struct scn_number *a, enum scn_op op, const struct scn_number *b)
{
    bool equal, less;

    if (comparable(a, b)) {
        equal = a->whole == b->whole;
        less = a->whole < b->whole;
    } else {
        double x = a->value * unit_of(a->kind), y = b->value * unit_of(b->kind);
        equal = same(x, y);
        less = !equal && x < y;
    }
    switch (op) {
    case SCN_OP_EQ:
        return equal;
    case SCN_OP_LE:
        return less || equal;
    case SCN_OP_GE:
        return !less;
    case SCN_OP_LT:
        return less;
    case SCN_OP_GT:
        return !less && !equal;
    default:
        return false;
    }
}

char *scn_number_nice(const struct scn_number *n)
{
    return scn_quantity_nice(n->kind, n->value);
}

static char *missing_in(const struct scn_verdict *v, const struct scn_query *q)
{
    const struct an_cast *cast = scn_run_cast(v->run);
    struct an_metrics *metrics = scn_run_metrics(v->run);

    enum an_metric metric;
    if (q->theory || q->name == NULL || an_metric_find(q->metric, &metric) != AN_FOUND || !an_metric_is_said(metric) || g_hash_table_contains(v->declared, q->name) ||
        an_sample_seen(metrics, q->name))
        return NULL;
    GString *text = g_string_new(NULL);
    unsigned named = 0;
    g_string_printf(text, "no %s of '%s' (names measured in this run: ",
                    strcmp(q->metric, "sample") == 0 ? "sample" : strcmp(q->metric, "have") == 0 ? "item" : "state", q->name);
    for (guint i = 0; i < cast->samples->len; i++) {
        const char *name = g_ptr_array_index(cast->samples, i);
        if (g_hash_table_contains(v->declared, name) || an_sample_seen(metrics, name))
            g_string_append_printf(text, "%s%s", named++ > 0 ? ", " : "", name);
    }
    g_string_append(text, named > 0 ? ")" : "none)");
    return g_string_free(text, FALSE);
}

char *scn_missing_sample(const struct scn_verdict *v, int index)
{
    const struct scn_value *value = scn_plan_values(v->plan, index);
    char *missing = NULL;

    if (value->kind == SCN_VALUE_QUERY)
        return missing_in(v, scn_plan_queries(v->plan, value->query));
    if (value->left >= 0)
        missing = scn_missing_sample(v, value->left);
    if (missing == NULL && value->right >= 0)
        missing = scn_missing_sample(v, value->right);
    return missing;
}
