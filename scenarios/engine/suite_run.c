/* The suite's runs: all processors busy, points printed in their order as soon as they are known. */
#include "scenarios/engine/cmd.h"
#include "scenarios/engine/suite.h"

#include <stdio.h>
#include <string.h>

static const struct scn_record *stored_of(const struct scn_suite_point *point, uint64_t seed)
{
    return scn_baseline_find(point->item->script->baseline, point->item->variant, seed);
}

/* Is what it needs there: its run, or all runs of its item? */
static bool is_ready(const struct scn_suite *suite, const struct scn_suite_point *point)
{
    if (!point->item->sweep)
        return true;
    if (!point->stats)
        return point->run->code >= 0;
    return point == suite->points->pdata[point->item->first + point->item->sweep->runs->len]; /* printed in order: all before are */
}

static void compare_means(const struct scn_suite *suite, struct scn_suite_point *point)
{
    g_autoptr(GPtrArray) stored = g_ptr_array_new(), is = g_ptr_array_new();
    for (guint i = 0; i < point->item->sweep->runs->len; i++) {
        const struct scn_suite_point *one = suite->points->pdata[point->item->first + i];
        const struct scn_record *old = stored_of(point, one->run->seed);
        g_ptr_array_add(is, one->record);
        if (old)
            g_ptr_array_add(stored, (void *)(intptr_t)old);
    }
    scn_records_moved(stored, is, point->lines);
}

/* A crash is never stored: it is no behaviour to come back to. */
static void store(const struct scn_suite *suite, struct scn_suite_point *point)
{
    if (strcmp(point->record->outcome, "crashed") == 0)
        return;
    struct scn_record *copy = point->run ? scn_record_of_run(point->run, point->item->variant, suite->options->build)
                                         : scn_record_refused(point->item->variant, point->record->seed, point->item->refused, suite->options->build);
    copy->reason = g_strdelimit(g_strdup(suite->options->reason), "\t\n\r", ' ');
    scn_baseline_put(point->item->script->baseline, copy);
    point->stored = true;
}

static void judge(const struct scn_suite *suite, struct scn_suite_point *point)
{
    const struct scn_suite_options *o = suite->options;
    if (point->stats) {
        compare_means(suite, point);
        return;
    }
    uint64_t first = o->first_seed > o->last_seed ? 1 : o->first_seed;
    point->record = point->run ? scn_record_of_run(point->run, point->item->variant, o->build)
                               : scn_record_refused(point->item->variant, first, point->item->refused, o->build);
    const struct scn_record *stored = stored_of(point, point->record->seed);
    if (!stored)
        g_ptr_array_add(point->lines, g_strdup_printf("nothing is stored of it (it was %s): --update REASON stores it", point->record->outcome));
    bool differs = !stored || scn_record_differs(stored, point->record, point->lines);
    if (strcmp(point->record->outcome, "crashed") == 0 && !differs)
        g_ptr_array_add(point->lines, g_strdup("the run crashed"));
    if (o->reason && (differs || strcmp(stored->plan, point->record->plan) != 0))
        store(suite, point);
}

static void ended(void *user)
{
    struct scn_suite *suite = user;
    while (suite->printed < suite->points->len && is_ready(suite, suite->points->pdata[suite->printed])) {
        judge(suite, suite->points->pdata[suite->printed]);
        scn_suite_print(suite, suite->printed++);
    }
    fflush(stdout);
}

/* The worst of what happened. */
static int code_of(const struct scn_suite *suite)
{
    static const struct {
        const char *outcome;
        int code;
    } order[] = {{"crashed", SCN_EXIT_INTERNAL}, {"refused", SCN_EXIT_USAGE}, {"unfinished", SCN_EXIT_UNFINISHED}};
    guint bad = 0;
    int worst = SCN_EXIT_FAILED;
    guint rank = G_N_ELEMENTS(order);
    for (guint i = 0; i < suite->points->len; i++) {
        const struct scn_suite_point *point = suite->points->pdata[i];
        if (point->lines->len == 0 || point->stored)
            continue;
        bad++;
        for (guint k = 0; point->record && k < rank; k++)
            if (strcmp(point->record->outcome, order[k].outcome) == 0) {
                rank = k;
                worst = order[k].code;
            }
    }
    return bad ? worst : SCN_EXIT_OK;
}

int scn_suite_run(struct scn_suite *suite, GError **error)
{
    g_autoptr(GPtrArray) sweeps = g_ptr_array_new();
    for (guint i = 0; i < suite->items->len; i++) {
        const struct scn_suite_item *item = suite->items->pdata[i];
        if (item->sweep)
            g_ptr_array_add(sweeps, item->sweep);
    }
    printf("TAP version 13\n1..%u\n", suite->points->len);
    fflush(stdout);
    if (!scn_sweeps_go(sweeps, ended, suite, error))
        return SCN_EXIT_INTERNAL;
    ended(suite);
    for (guint i = 0; suite->options->reason && i < suite->scripts->len; i++) {
        const struct scn_suite_script *script = suite->scripts->pdata[i];
        if (script->baseline->records->len > 0 && !scn_baseline_write(script->baseline, error))
            return SCN_EXIT_INTERNAL;
    }
    scn_suite_print_end(suite);
    if (suite->options->junit && !scn_suite_junit(suite, error))
        return SCN_EXIT_USAGE;
    return code_of(suite);
}
