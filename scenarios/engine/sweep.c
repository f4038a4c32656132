#include "scenarios/engine/sweep.h"

#include "scenarios/engine/script.h"

#include <math.h>
#include <string.h>

static void free_cell(gpointer data)
{
    struct scn_sweep_cell *cell = data;
    g_strfreev(cell->values);
    g_free(cell->name);
    scn_plan_free(cell->plan);
    g_free(cell);
}

static void free_run(gpointer data)
{
    struct scn_sweep_run *run = data;
    g_free(run->folder);
    if (run->rows)
        g_ptr_array_unref(run->rows);
    g_free(run);
}

void scn_sweep_free(struct scn_sweep *sweep)
{
    if (!sweep)
        return;
    g_ptr_array_unref(sweep->axes);
    g_ptr_array_unref(sweep->cells); /* and their plans */
    g_ptr_array_unref(sweep->runs);
    g_free(sweep->folder);
    g_free(sweep);
}

static void say_nothing(void *user, const char *line)
{
    (void)user;
    (void)line;
}

static struct scn_plan *load(const struct scn_sweep_options *o, const struct scn_sweep_cell *cell, uint64_t seed, GError **error)
{
    struct scn_script_options script = {.path = o->script,
                                        .library = o->library,
                                        .seed = seed,
                                        .variant = o->variant,
                                        .tier = o->tier,
                                        .cell = cell ? (const char *const *)cell->values : NULL,
                                        .sets = o->sets,
                                        .withouts = o->withouts,
                                        .print = say_nothing};
    return scn_script_load(&script, error);
}

/* ---- axes ---- */

static struct scn_axis *new_axis(struct scn_sweep *sweep, const char *param)
{
    struct scn_axis *axis = g_new0(struct scn_axis, 1);
    axis->param = g_strdup(param);
    axis->values = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(sweep->axes, axis);
    return axis;
}

static bool study_axes(struct scn_sweep *sweep, const struct scn_plan *plan, GError **error)
{
    for (guint i = 0; i < plan->axes->len; i++) {
        const struct scn_axis *of = plan->axes->pdata[i];
        if (strcmp(of->study, sweep->options->study) != 0)
            continue;
        struct scn_axis *axis = new_axis(sweep, of->param);
        for (guint k = 0; k < of->values->len; k++)
            g_ptr_array_add(axis->values, g_strdup(of->values->pdata[k]));
    }
    if (sweep->axes->len)
        return true;
    GString *known = g_string_new(NULL);
    for (guint i = 0; i < plan->studies->len; i++)
        g_string_append_printf(known, "%s%s", i ? ", " : "", (const char *)plan->studies->pdata[i]);
    g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "%s: no study '%s' (studies: %s); --vary name=a,b,c makes one", plan->file,
                sweep->options->study, known->len ? known->str : "none");
    g_string_free(known, TRUE);
    return false;
}

/* "name=a,b,c". A later one replaces the study's values of that parameter. */
static bool varied_axis(struct scn_sweep *sweep, const char *text, GError **error)
{
    const char *equals = strchr(text, '=');
    if (!equals || equals == text || !equals[1]) {
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "--vary %s: name=a,b,c is due", text);
        return false;
    }
    char *param = g_strndup(text, (gsize)(equals - text)), **values = g_strsplit(equals + 1, ",", -1);
    struct scn_axis *axis = NULL;
    for (guint i = 0; i < sweep->axes->len && !axis; i++)
        if (strcmp(((struct scn_axis *)sweep->axes->pdata[i])->param, param) == 0)
            axis = sweep->axes->pdata[i];
    if (!axis)
        axis = new_axis(sweep, param);
    g_ptr_array_set_size(axis->values, 0);
    for (char **value = values; *value; value++)
        g_ptr_array_add(axis->values, g_strdup(g_strstrip(*value)));
    g_strfreev(values);
    g_free(param);
    return true;
}

/* The longest axis comes last: it turns fastest, and is the x of the plots. */
static void longest_last(struct scn_sweep *sweep)
{
    guint longest = 0;
    for (guint a = 1; a < sweep->axes->len; a++)
        if (((struct scn_axis *)sweep->axes->pdata[a])->values->len > ((struct scn_axis *)sweep->axes->pdata[longest])->values->len)
            longest = a;
    if (sweep->axes->len > 1)
        g_ptr_array_add(sweep->axes, g_ptr_array_steal_index(sweep->axes, longest));
}

static void make_cells(struct scn_sweep *sweep)
{
    guint count = 1;
    longest_last(sweep);
    for (guint a = 0; a < sweep->axes->len; a++)
        count *= ((struct scn_axis *)sweep->axes->pdata[a])->values->len;
    for (guint i = 0; i < count; i++) {
        struct scn_sweep_cell *cell = g_new0(struct scn_sweep_cell, 1);
        guint rest = i;
        cell->values = g_new0(char *, sweep->axes->len + 1);
        for (guint a = sweep->axes->len; a-- > 0;) { /* the last axis turns fastest */
            const struct scn_axis *axis = sweep->axes->pdata[a];
            cell->values[a] = g_strdup_printf("%s=%s", axis->param, (const char *)axis->values->pdata[rest % axis->values->len]);
            rest /= axis->values->len;
        }
        cell->name = g_strjoinv(" ", cell->values);
        g_ptr_array_add(sweep->cells, cell);
    }
}

/* ---- runs ---- */

static char *safe_name(const char *name)
{
    char *safe = g_strdup(name);
    for (char *p = safe; *p; p++)
        if (!g_ascii_isalnum(*p) && !strchr("=.-_+", *p))
            *p = '_';
    return safe;
}

static void add_run(struct scn_sweep *sweep, const struct scn_sweep_cell *cell, uint64_t seed, const struct scn_plan *plan)
{
    struct scn_sweep_run *run = g_new0(struct scn_sweep_run, 1);
    char *name = safe_name(cell->name), *leaf = g_strdup_printf("seed-%" G_GUINT64_FORMAT, seed);
    run->cell = cell;
    run->seed = seed;
    run->code = -1;
    run->folder = g_build_filename(sweep->folder, *name ? name : ".", leaf, NULL);
    g_strlcpy(run->plan, plan->hash, sizeof run->plan);
    g_ptr_array_add(sweep->runs, run);
    g_free(leaf);
    g_free(name);
}

static bool plan_runs(struct scn_sweep *sweep, uint64_t first, uint64_t last, GError **error)
{
    sweep->seeds = (unsigned)(last - first + 1);
    if (last - first >= SCN_MOST_RUNS || sweep->cells->len > SCN_MOST_RUNS / sweep->seeds) {
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "%u cells with %u seeds each are more than %d runs", sweep->cells->len,
                    sweep->seeds, SCN_MOST_RUNS);
        return false;
    }
    for (guint i = 0; i < sweep->cells->len; i++) {
        struct scn_sweep_cell *cell = sweep->cells->pdata[i];
        for (uint64_t seed = first; seed <= last; seed++) {
            struct scn_plan *plan = load(sweep->options, cell, seed, error);
            if (!plan || !scn_plan_is_built(plan, error)) {
                if (*cell->name)
                    g_prefix_error(error, "cell %s: ", cell->name);
                scn_plan_free(plan);
                return false;
            }
            add_run(sweep, cell, seed, plan);
            if (cell->plan)
                scn_plan_free(plan);
            else
                cell->plan = plan;
        }
    }
    sweep->plan = ((struct scn_sweep_cell *)sweep->cells->pdata[0])->plan;
    return true;
}

static char *folder_of(const struct scn_sweep_options *o, const struct scn_plan *plan)
{
    if (o->folder)
        return g_strdup(o->folder);
    char *base = g_strdup(plan->file), *dot = strrchr(base, '.');
    if (dot)
        *dot = '\0';
    char *folder = g_strdup_printf("runs/%s-%s", base, o->study ? o->study : "sweep");
    g_free(base);
    return folder;
}

struct scn_sweep *scn_sweep_new(const struct scn_sweep_options *options, GError **error)
{
    struct scn_plan *plan = load(options, NULL, 1, error);
    if (!plan)
        return NULL;
    struct scn_sweep *sweep = g_new0(struct scn_sweep, 1);
    sweep->options = options;
    sweep->axes = g_ptr_array_new_with_free_func(scn_axis_free);
    sweep->cells = g_ptr_array_new_with_free_func(free_cell);
    sweep->runs = g_ptr_array_new_with_free_func(free_run);
    sweep->folder = folder_of(options, plan);
    bool ok = !options->study || study_axes(sweep, plan, error);
    for (const char *const *v = options->varied; ok && v && *v; v++)
        ok = varied_axis(sweep, *v, error);
    uint64_t first = options->first_seed, last = options->last_seed;
    if (first > last) {
        first = 1;
        last = plan->seeds > 0 ? (uint64_t)plan->seeds : MAX(options->usual_seeds, 1);
    }
    if (ok) {
        make_cells(sweep);
        ok = plan_runs(sweep, first, last, error);
    }
    scn_plan_free(plan);
    if (ok)
        return sweep;
    scn_sweep_free(sweep);
    return NULL;
}

/* ---- numbers ---- */

const char *const *scn_sweep_row(const struct scn_sweep_run *run, const char *of, const char *name, const char *label)
{
    for (guint i = 0; run->rows && i < run->rows->len; i++) {
        const char *const *row = run->rows->pdata[i];
        if (strcmp(row[0], of) == 0 && strcmp(row[1], name) == 0 && (!label || strcmp(row[2], label) == 0))
            return row;
    }
    return NULL;
}

bool scn_sweep_number(const struct scn_sweep_run *run, const char *of, const char *name, const char *label, unsigned column,
                      double *value)
{
    const char *const *row = scn_sweep_row(run, of, name, label);
    if (!row || !row[column][0])
        return false;
    *value = strcmp(row[column], "never") == 0 ? HUGE_VAL : g_ascii_strtod(row[column], NULL);
    return true;
}
