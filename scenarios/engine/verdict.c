#include "scenarios/engine/verdict.h"

#include "scenarios/engine/inventory.h"
#include "scenarios/engine/question.h"
#include "scenarios/engine/verdict_private.h"

#include <math.h>
#include <string.h>

/* --- before the run ------------------------------------------------------------------------------------- */

/* Registers the queries of a value; false and an error. */
static bool ask(struct scn_verdict *v, int index, bool calm, GError **error)
{
    const struct scn_value *value = scn_plan_values(v->plan, index);
    enum an_aggregate aggregate;

    if (value->left >= 0 && !ask(v, value->left, calm, error))
        return false;
    if (value->right >= 0 && !ask(v, value->right, calm, error))
        return false;
    if (value->kind != SCN_VALUE_QUERY)
        return true;
    bool distribution =
        value->aggregate != NULL && an_aggregate_find(value->aggregate, &aggregate) &&
        ((aggregate >= AN_AGG_P50 && aggregate <= AN_AGG_P999) || aggregate == AN_AGG_FAIRNESS);
    bool duplicates = value->aggregate != NULL && strcmp(value->aggregate, "duplicates") == 0;
    v->queries[index] = scn_question_add(v->run, value->query, distribution, duplicates, calm, error);
    return v->queries[index] >= 0;
}

/* The first part of a tree that a single run cannot judge, as a sentence; NULL: there is none. */
static char *not_in_one_run(const struct scn_verdict *v, int index)
{
    const struct scn_value *value = scn_plan_values(v->plan, index);
    char *why = NULL;

    if (value->kind == SCN_VALUE_OVER) {
        const char *from = strchr(value->text, '"') + 1;
        return g_strdup_printf("not judged: needs sweep --vary %.*s", (int)strcspn(from, "\""), from);
    }
    if (value->kind == SCN_VALUE_TEXT)
        return g_strdup("not available: there is no stored baseline yet");
    if (value->left >= 0)
        why = not_in_one_run(v, value->left);
    if (why == NULL && value->right >= 0)
        why = not_in_one_run(v, value->right);
    return why;
}

static const struct scn_query *query_of(const struct scn_verdict *v, int value)
{
    const struct scn_value *x = scn_plan_values(v->plan, value);

    return x->kind == SCN_VALUE_QUERY ? scn_plan_queries(v->plan, x->query) : NULL;
}

static bool is_named(const struct scn_query *q, bool theory, const char *const *names)
{
    return q != NULL && q->theory == theory && g_strv_contains(names, q->metric);
}

/* Decisions 10: T1, and "everybody hears it", are exact for floods during which no link opened or closed.
 * What theory says of a graph holds for such floods only, too. */
static bool needs_calm(const struct scn_verdict *v, const struct scn_check *c)
{
    const struct scn_value *value = scn_plan_values(v->plan, c->value);
    static const char *const exact[] = {"copies", "delivery", NULL};
    static const char *const of_graph[] = {"copies", "shortest_path", "hops", NULL};

    return (c->sort == SCN_EXACT && is_named(query_of(v, c->value), false, exact)) ||
           is_named(query_of(v, c->limit), true, of_graph) ||
           (value->kind == SCN_VALUE_SUB && is_named(query_of(v, value->right), true, of_graph));
}

/* The two sets whose samples are paired: value and limit, or both sides of a difference that is compared with
 * a number. */
static bool paired_sides(const struct scn_verdict *v, const struct scn_check *c, int *left, int *right)
{
    const struct scn_value *value = scn_plan_values(v->plan, c->value);

    *left = c->value;
    *right = c->limit;
    if (value->kind == SCN_VALUE_SUB && value->set && !scn_plan_values(v->plan, c->limit)->set) {
        *left = value->left;
        *right = value->right;
    }
    const struct scn_value *l = scn_plan_values(v->plan, *left), *r = scn_plan_values(v->plan, *right);
    return l->kind == SCN_VALUE_QUERY && l->set && r->kind == SCN_VALUE_QUERY && r->set;
}

/* Asks for what a check needs, and says how it will be judged. */
static bool ask_check(struct scn_verdict *v, struct scn_judged *j, GError **error)
{
    static const char *const delivery[] = {"delivery", NULL};
    const struct scn_check *c = j->check;
    const struct scn_value *value = scn_plan_values(v->plan, c->value);
    bool limit_set = c->limit >= 0 && scn_plan_values(v->plan, c->limit)->set;
    int left, right;

    j->calm = c->limit >= 0 && (value->set || limit_set) && needs_calm(v, c);
    if (!ask(v, c->value, j->calm, error) || (c->limit >= 0 && !ask(v, c->limit, j->calm, error)))
        return false;
    if (c->sort == SCN_REPORT || (!value->set && !limit_set)) {
        j->mode = SCN_BY_NUMBER;
    } else if (paired_sides(v, c, &left, &right)) {
        j->mode = SCN_BY_PAIR;
        j->query = an_query_difference(scn_run_metrics(v->run), v->queries[left], v->queries[right], error);
        return j->query >= 0;
    } else if (value->kind == SCN_VALUE_QUERY && !limit_set) {
        j->mode = SCN_BY_SAMPLE;
        j->query = v->queries[c->value];
        if (!j->calm || !is_named(query_of(v, c->value), false, delivery))
            return true;
        j->everybody = scn_question_add(v->run, value->query, false, false, false, error);
        return j->everybody >= 0;
    } else {
        g_set_error(error, AN_ERROR, AN_ERROR_NOT_AVAILABLE, "arithmetic with every sample of a set");
        return false;
    }
    return true;
}

static void free_judged(gpointer data)
{
    struct scn_judged *j = data;

    g_free(j->why);
    g_free(j->shown);
    g_free(j->limit);
    g_free(j->note);
    g_free(j->located);
    g_free(j);
}

static bool register_check(struct scn_verdict *v, const struct scn_check *c, GError **error)
{
    struct scn_judged *j = g_new0(struct scn_judged, 1);
    const struct scn_value *value = scn_plan_values(v->plan, c->value);
    const char *lacks = value->lacks;
    GError *failure = NULL;

    g_ptr_array_add(v->checks, j);
    j->check = c;
    j->query = j->everybody = -1;
    j->place.message = j->place.peer = AN_NONE;
    if (lacks == NULL && c->limit >= 0)
        lacks = scn_plan_values(v->plan, c->limit)->lacks;
    if (lacks != NULL)
        j->why = g_strdup_printf("not available: %s", lacks);
    else if ((j->why = not_in_one_run(v, c->value)) == NULL && c->limit >= 0)
        j->why = not_in_one_run(v, c->limit);
    if (j->why == NULL && c->sort == SCN_EVENTUALLY) {
        j->mode = SCN_BY_TIME;
        return true;
    }
    if (value->kind == SCN_VALUE_OVER && value->lacks == NULL) {
        j->of_curve = ask(v, value->left, false, &failure);
        g_clear_error(&failure);
    }
    if (j->why == NULL && !ask_check(v, j, &failure)) {
        if (!g_error_matches(failure, AN_ERROR, AN_ERROR_NOT_AVAILABLE)) {
            g_propagate_error(error, failure);
            g_prefix_error(error, "%s:%d: %s: ", v->plan->file, c->line, scn_check_sort_name(c->sort));
            return false;
        }
        j->why = g_strdup_printf("not available: %s", failure->message);
        g_error_free(failure);
    }
    if (j->why != NULL)
        j->mode = SCN_NOT_NOW;
    return true;
}

/* A plot over a parameter: this run has one point of each series. What cannot be asked is not there. */
static void register_points(struct scn_verdict *v, const struct scn_plot *plot)
{
    for (unsigned i = 0; plot->x != NULL && !plot->left_out && i < plot->count; i++) {
        const struct scn_value *value = scn_plan_values(v->plan, plot->series[i].value);
        GError *failure = NULL;
        if (value->lacks == NULL && !value->set && value->kind != SCN_VALUE_OVER &&
            !ask(v, plot->series[i].value, false, &failure))
            g_clear_error(&failure);
    }
}

struct scn_verdict *scn_verdict_register(struct scn_run *run, GError **error)
{
    struct scn_verdict *v = g_new0(struct scn_verdict, 1);
    const struct an_cast *cast = scn_run_cast(run);

    v->run = run;
    v->plan = scn_run_plan(run);
    v->checks = g_ptr_array_new_with_free_func(free_judged);
    v->queries = g_new(int, v->plan->values->len + 1);
    for (guint i = 0; i < v->plan->values->len; i++)
        v->queries[i] = -1;
    v->declared = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < cast->samples->len; i++) /* before a question adds its own names */
        g_hash_table_add(v->declared, g_strdup(g_ptr_array_index(cast->samples, i)));
    for (guint i = 0; i < v->plan->checks->len; i++) {
        const struct scn_check *c = scn_plan_checks(v->plan, (int)i);
        if (!c->left_out && !register_check(v, c, error)) {
            scn_verdict_free(v);
            return NULL;
        }
    }
    for (guint i = 0; i < v->plan->plots->len; i++)
        register_points(v, scn_plan_plots(v->plan, (int)i));
    return v;
}

void scn_verdict_free(struct scn_verdict *v)
{
    if (v == NULL)
        return;
    g_ptr_array_unref(v->checks);
    g_hash_table_unref(v->declared);
    g_free(v->queries);
    g_free(v->json);
    g_free(v);
}

/* --- after it ------------------------------------------------------------------------------------------- */

static void fail(struct scn_judged *j, char *note)
{
    j->outcome = SCN_FAILED;
    g_free(j->note);
    j->note = note;
}

static char *within_text(const struct scn_check *c)
{
    if (c->within.value < 0)
        return g_strdup("");
    g_autofree char *text = scn_quantity_text(c->within);
    return g_strdup_printf(" ±%s", text);
}

static double room_of(const struct scn_check *c, double limit)
{
    return c->within.kind == SCN_SHARE ? fabs(limit) * (double)c->within.value / (double)SCN_WHOLE : (double)c->within.value;
}

static void set_limit(struct scn_judged *j, const struct scn_number *limit)
{
    g_autofree char *text = scn_number_nice(limit), *within = within_text(j->check);

    j->has_limit = true;
    j->limit_value = limit->value;
    j->room = j->check->within.value >= 0 ? room_of(j->check, limit->value) : 0;

    j->limit = g_strdup_printf("%s %s%s", scn_op_text(j->check->op), text, within);
}

/* Near: within a share of the limit, or points or a quantity as they are. */
static bool is_near(const struct scn_check *c, const struct scn_number *value, const struct scn_number *limit)
{
    return fabs(value->value - limit->value) <= room_of(c, limit->value);
}

static bool fulfils(const struct scn_check *c, const struct scn_number *value, const struct scn_number *limit)
{
    return c->op == SCN_OP_NEAR ? is_near(c, value, limit) : scn_number_holds(value, c->op, limit);
}

/* How many samples a value is made of, a share of: 0 if it is not of one set. */
static uint64_t samples_of(const struct scn_verdict *v, int value)
{
    const char *aggregate = scn_plan_values(v->plan, value)->aggregate;
    struct an_number share = {.among = 0};

    if (v->queries[value] < 0)
        return 0;
    if (g_strcmp0(aggregate, "share") == 0 &&
        an_query_number(scn_run_metrics(v->run), v->queries[value], AN_AGG_SHARE, &share, NULL))
        return share.among;
    return an_query_result(scn_run_metrics(v->run), v->queries[value])->count;
}

/* A mean of counts against a pure number (theory.restarts): both in ones. */
static void in_ones(struct scn_number *a, struct scn_number *b)
{
    if (a->kind == SCN_COUNT && b->kind == SCN_RATIO && !isinf(b->value)) {
        b->kind = SCN_COUNT;
        b->value /= (double)SCN_WHOLE;
        b->exact = false;
    }
}

static void judge_number(const struct scn_verdict *v, struct scn_judged *j)
{
    const struct scn_check *c = j->check;
    struct scn_number value, limit;
    char *wrong = NULL;

    if (!scn_number_of(v, c->value, &value, &wrong)) {
        fail(j, wrong);
        return;
    }
    j->shown = scn_number_nice(&value);
    j->kind = value.kind;
    j->value = value.value;
    j->has_value = true;
    j->samples = samples_of(v, c->value);
    if (c->limit < 0)
        return;
    if (!scn_number_of(v, c->limit, &limit, &wrong)) {
        fail(j, wrong);
        return;
    }
    in_ones(&value, &limit);
    set_limit(j, &limit);
    if (fulfils(c, &value, &limit))
        return;
    fail(j, NULL);
    j->located = scn_place_text(v, &value.place);
    j->place = value.place;
}

/* The sample that decides: the greatest for "<=", the least for ">=", the one that is off for "==". */
static bool deciding_is_max(enum scn_op op, const struct scn_number *max, const struct scn_number *limit)
{
    return op == SCN_OP_LE || op == SCN_OP_LT ||
           (op == SCN_OP_EQ && !scn_number_holds(max, SCN_OP_EQ, limit));
}

static char *located(const struct scn_verdict *v, const struct an_place *place, const char *what)
{
    g_autofree char *where = scn_place_text(v, place);

    return g_strdup_printf("%s%s%s", where != NULL ? where : "", where != NULL ? ": " : "", what);
}

/* Floods that were not calm say nothing about exact theory; too few of them, and neither does the check. */
static bool enough_judged(struct scn_judged *j, const struct an_result *r)
{
    if (r->judged == r->floods)
        return true;
    double share = r->floods == 0 ? 0 : (double)r->judged / (double)r->floods;
    g_autofree char *floods = scn_quantity_nice(SCN_COUNT, (double)r->floods);
    g_autofree char *percent = scn_quantity_nice(SCN_SHARE, floor(share * 1000) * 1000);
    j->note = g_strdup_printf("judged: the %s of %s floods during which no link changed", percent, floods);
    if (r->judged * 2 >= r->floods)
        return true;
    j->outcome = SCN_FAILED;
    return false;
}

/* Every sample, or every difference, against one number. */
static void judge_set(const struct scn_verdict *v, struct scn_judged *j, const struct scn_number *limit)
{
    const struct an_result *r = an_query_result(scn_run_metrics(v->run), j->query);
    enum scn_kind kind = scn_kind_of_unit(r->unit);
    struct scn_number min = scn_number_whole(kind, r->min), max = scn_number_whole(kind, r->max);
    bool pairs = j->mode == SCN_BY_PAIR;
    g_autofree char *count = scn_quantity_nice(SCN_COUNT, (double)r->count);

    if (r->not_available != NULL) {
        j->outcome = SCN_NOT_JUDGED;
        j->note = g_strdup_printf("not available: %s", r->not_available);
        return;
    }
    if (r->count == 0 && r->unpaired == 0) {
        fail(j, r->floods > 0 && r->judged == 0
                    ? g_strdup_printf("links changed during all %" G_GUINT64_FORMAT
                                      " floods: bound(…, metric.delivery.mean, …) "
                                      "judges those",
                                      r->floods)
                    : g_strdup("nothing was measured"));
        return;
    }
    bool deciding_max = deciding_is_max(j->check->op, &max, limit);
    const struct scn_number *deciding = deciding_max ? &max : &min;
    j->kind = deciding->kind;
    j->value = deciding->value;
    j->has_value = r->count > 0;
    j->samples = r->count;
    if (!enough_judged(j, r))
        return;
    bool holds = r->unpaired == 0 && fulfils(j->check, &min, limit) && fulfils(j->check, &max, limit);
    g_autofree char *off = scn_number_nice(deciding);
    if (holds) {
        j->shown = pairs ? g_strdup_printf("all %s", count) : g_strdup_printf("%s, all %s", off, count);
        return;
    }
    j->outcome = SCN_FAILED;
    if (r->unpaired > 0) {
        j->shown = g_strdup_printf("%" G_GUINT64_FORMAT " without partner", r->unpaired);
        j->located = located(v, &r->unpaired_place, "has no partner on the other side");
        j->place = r->unpaired_place;
        return;
    }
    j->shown = g_strdup_printf(pairs ? "off by %s" : "%s", off);
    g_autofree char *what = g_strdup_printf(pairs ? "off by %s" : "%s", off);
    j->place = deciding_max ? r->max_place : r->min_place;
    j->located = located(v, &j->place, what);
}

/* Decisions 10: floods that were not calm must reach 99.9 %. */
static void judge_everybody(const struct scn_verdict *v, struct scn_judged *j)
{
    const double least = 0.999 * (double)SCN_WHOLE;
    const struct an_result *r = an_query_result(scn_run_metrics(v->run), j->everybody);

    if (r->count == 0 || r->mean >= least)
        return;
    g_autofree char *mean = scn_quantity_nice(SCN_SHARE, r->mean);
    fail(j, g_strdup_printf("all floods together: %s, less than 99.9%%", mean));
}

static void judge_sets(const struct scn_verdict *v, struct scn_judged *j)
{
    const struct scn_check *c = j->check;
    struct scn_number limit = scn_number_whole(SCN_COUNT, 0);
    char *wrong = NULL;

    if (j->mode == SCN_BY_PAIR && scn_plan_values(v->plan, c->limit)->set) {
        g_autofree char *within = within_text(c);
        j->limit =
            g_strdup_printf("%s %s%s", scn_op_text(c->op), scn_plan_values(v->plan, c->limit)->text, within);
        limit.kind = scn_kind_of_unit(an_query_unit(scn_run_metrics(v->run), j->query));
    } else {
        if (!scn_number_of(v, c->limit, &limit, &wrong)) {
            fail(j, wrong);
            return;
        }
        set_limit(j, &limit);
    }
    judge_set(v, j, &limit);
    if (j->everybody >= 0 && j->outcome == SCN_PASSED)
        judge_everybody(v, j);
}

/* A set where a number is shown: how its samples are. */
static void show_set(const struct scn_verdict *v, struct scn_judged *j)
{
    const struct an_result *r = an_query_result(scn_run_metrics(v->run), j->query);

    if (r->count == 0) {
        fail(j, g_strdup("nothing was measured"));
        return;
    }
    j->kind = scn_kind_of_unit(r->unit);
    j->value = r->never > 0 ? HUGE_VAL : r->mean;
    j->has_value = true;
    j->samples = r->count;
    g_autofree char *mean = scn_quantity_nice(j->kind, j->value);
    j->shown = g_strdup_printf("mean %s", mean);
}

/* A check that was watched: when it came true, and by when it had to. */
static void judge_time(const struct scn_verdict *v, struct scn_judged *j)
{
    int index = 0;

    while (scn_plan_checks(v->plan, index) != j->check)
        index++;
    int64_t time = scn_run_check_time(v->run, index), by;
    g_autofree char *limit = scn_run_time(v->run, j->check->by, &by) ? scn_quantity_nice(SCN_TIME, (double)by)
                                                                     : g_strdup("?");
    j->limit = g_strdup_printf("by %s", limit);
    j->shown = time < 0 ? g_strdup("never") : scn_quantity_nice(SCN_TIME, (double)time);
    j->kind = SCN_TIME;
    j->value = (double)time;
    j->has_value = time >= 0;
    j->outcome = time >= 0 ? SCN_PASSED : SCN_FAILED;
}

/* over(…): this run's part of the curve. */
static void number_for_sweep(const struct scn_verdict *v, struct scn_judged *j)
{
    const struct scn_value *value = scn_plan_values(v->plan, j->check->value);
    struct scn_number number;
    char *wrong = NULL;

    if (value->kind != SCN_VALUE_OVER || !j->of_curve)
        return;
    j->has_value = scn_number_of(v, value->left, &number, &wrong);
    g_clear_pointer(&wrong, g_free);
    j->kind = number.kind;
    j->value = number.value;
    if (j->has_value && j->check->limit >= 0 && scn_number_of(v, j->check->limit, &number, &wrong)) {
        j->has_limit = true;
        j->limit_value = number.value;
        j->room = j->check->within.value >= 0 ? room_of(j->check, number.value) : 0;
    }
    g_free(wrong);
}

static void judge_check(const struct scn_verdict *v, struct scn_judged *j)
{
    const struct scn_check *c = j->check;

    if (j->mode == SCN_NOT_NOW) {
        j->outcome = SCN_NOT_JUDGED;
        number_for_sweep(v, j);
        return;
    }
    if (j->mode == SCN_BY_TIME) {
        judge_time(v, j);
        return;
    }
    char *missing = scn_missing_sample(v, c->value);
    if (missing == NULL && c->limit >= 0)
        missing = scn_missing_sample(v, c->limit);
    if (missing != NULL) {
        fail(j, missing);
        return;
    }
    j->outcome = SCN_PASSED;
    if (j->mode == SCN_BY_NUMBER)
        judge_number(v, j);
    else if (c->sort == SCN_STAT && c->op == SCN_OP_NEAR)
        show_set(v, j);
    else
        judge_sets(v, j);
    if (c->sort == SCN_REPORT) {
        j->outcome = j->shown != NULL ? SCN_REPORTED : SCN_NOT_JUDGED;
    } else if (c->sort == SCN_STAT && j->shown != NULL) {
        /* One seed is no statistic. What was never measured fails all the same. */
        j->outcome = SCN_PRINTED;
        g_free(j->note);
        j->note = g_strdup("1 seed: not judged");
        g_clear_pointer(&j->located, g_free);
    }
}

void scn_verdict_judge_all(struct scn_verdict *v)
{
    for (guint i = 0; i < v->checks->len; i++)
        judge_check(v, g_ptr_array_index(v->checks, i));
}
