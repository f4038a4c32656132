/* What a sweep leaves: one tidy table of all numbers, one of all metrics, and a picture for each number over the parameters. */
#include "analysis/plot.h"
#include "analysis/query.h"
#include "scenarios/engine/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void append_head(const struct scn_sweep *sweep, GString *out, const char *rest)
{
    for (guint a = 0; a < sweep->axes->len; a++)
        g_string_append_printf(out, "%s\t", ((const struct scn_axis *)sweep->axes->pdata[a])->param);
    g_string_append_printf(out, "seed\t%s\n", rest);
}

static void append_key(const struct scn_sweep_run *run, GString *out)
{
    for (char **value = run->cell->values; *value; value++)
        g_string_append_printf(out, "%s\t", strchr(*value, '=') + 1);
    g_string_append_printf(out, "%" G_GUINT64_FORMAT, run->seed);
}

static bool store(const struct scn_sweep *sweep, const char *name, GString *text, GError **error)
{
    char *path = g_build_filename(sweep->folder, name, NULL);
    bool ok = g_file_set_contents(path, text->str, (gssize)text->len, error);
    g_free(path);
    g_string_free(text, TRUE);
    return ok;
}

static bool write_numbers(const struct scn_sweep *sweep, GError **error)
{
    GString *out = g_string_new(NULL);
    append_head(sweep, out, "of\tname\tsort\toutcome\tkind\tvalue\tlimit\troom\tsamples");
    for (guint i = 0; i < sweep->runs->len; i++) {
        const struct scn_sweep_run *run = sweep->runs->pdata[i];
        for (guint r = 0; run->rows && r < run->rows->len; r++) {
            append_key(run, out);
            for (const char *const *field = run->rows->pdata[r]; *field; field++)
                g_string_append_printf(out, "\t%s", *field);
            g_string_append_c(out, '\n');
        }
    }
    return store(sweep, "sweep.tsv", out, error);
}

/* metrics.tsv of every run, each line with its cell and seed in front. */
static bool write_metrics(const struct scn_sweep *sweep, GError **error)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < sweep->runs->len; i++) {
        const struct scn_sweep_run *run = sweep->runs->pdata[i];
        char *path = g_build_filename(run->folder, "metrics.tsv", NULL), *text = NULL;
        if (g_file_get_contents(path, &text, NULL, NULL)) {
            char **lines = g_strsplit(text, "\n", -1);
            if (out->len == 0 && *lines)
                append_head(sweep, out, *lines);
            for (char **line = *lines ? lines + 1 : lines; *line; line++)
                if (**line) {
                    append_key(run, out);
                    g_string_append_printf(out, "\t%s\n", *line);
                }
            g_strfreev(lines);
        }
        g_free(text);
        g_free(path);
    }
    return store(sweep, "metrics.tsv", out, error);
}

/* ---- pictures ---- */

static enum an_unit unit_of(enum scn_kind kind)
{
    static const enum an_unit units[] = {[SCN_COUNT] = AN_UNIT_COUNT, [SCN_TIME] = AN_UNIT_TIME, [SCN_SIZE] = AN_UNIT_SIZE,
                                         [SCN_BANDWIDTH] = AN_UNIT_BANDWIDTH, [SCN_RATE] = AN_UNIT_RATE, [SCN_SHARE] = AN_UNIT_SHARE,
                                         [SCN_POINTS] = AN_UNIT_SHARE, [SCN_RATIO] = AN_UNIT_RATIO};
    return units[kind];
}

/* Rates are nHz here, mHz there. */
static double scaled(enum scn_kind kind, double value)
{
    return kind == SCN_RATE ? value / 1e6 : value;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* The x of a cell: the parameter's value if it is a quantity, else its number in the list. */
static double x_of(const struct scn_axis *axis, guint index, enum scn_kind *kind)
{
    struct scn_quantity q;
    enum scn_parse parsed = scn_quantity_parse(axis->values->pdata[index], &q);
    *kind = parsed == SCN_PARSE_OK ? q.kind : SCN_COUNT;
    return parsed == SCN_PARSE_OK || parsed == SCN_PARSE_NO_UNIT ? scaled(*kind, (double)q.value) : (double)index + 1;
}

/* Median of a cell's seeds with the 10 % and 90 % quantiles; false: a seed lacks the number. */
static bool cell_point(const struct scn_sweep *sweep, guint cell, const char *of, const char *name, const char *label, double out[3],
                       enum scn_kind *kind)
{
    double *values = g_new(double, sweep->seeds);
    unsigned count = 0;
    for (unsigned s = 0; s < sweep->seeds; s++) {
        const struct scn_sweep_run *run = sweep->runs->pdata[(gsize)cell * sweep->seeds + s];
        double value;
        if (!scn_sweep_number(run, of, name, label, SCN_NUMBER_VALUE, &value) || isinf(value))
            continue;
        scn_kind_find(scn_sweep_row(run, of, name, label)[SCN_NUMBER_KIND], kind);
        values[count++] = scaled(*kind, value);
    }
    qsort(values, count, sizeof *values, ascending);
    for (unsigned i = 0; i < 3 && count; i++)
        out[i] = values[(unsigned)lround((count - 1) * (i == 0 ? 0.5 : i == 1 ? 0.1 : 0.9))];
    g_free(values);
    return count > 0;
}

/* One series over the last axis for each combination of the others. */
static void add_series(const struct scn_sweep *sweep, struct an_plot *plot, guint first, const char *of, const char *name,
                       const char *label, const char *shown, enum scn_kind *kind)
{
    const struct scn_axis *axis = sweep->axes->pdata[sweep->axes->len - 1];
    enum scn_kind x_kind = SCN_COUNT;
    double point[3];
    an_plot_series(plot, shown, AN_SERIES_PLAIN);
    for (guint i = 0; i < axis->values->len; i++) {
        double x = x_of(axis, i, &x_kind);
        if (cell_point(sweep, first + i, of, name, label, point, kind))
            an_plot_interval(plot, x, point[0], point[1], point[2]);
    }
    an_plot_units(plot, unit_of(x_kind), unit_of(*kind));
}

static void add_all_series(const struct scn_sweep *sweep, struct an_plot *plot, const char *of, const char *name, const char *label)
{
    const struct scn_axis *axis = sweep->axes->pdata[sweep->axes->len - 1];
    enum scn_kind kind = SCN_COUNT;
    for (guint first = 0; first < sweep->cells->len; first += axis->values->len) {
        const struct scn_sweep_cell *cell = sweep->cells->pdata[first];
        GString *shown = g_string_new(label ? label : "");
        for (guint a = 0; a + 1 < sweep->axes->len; a++)
            g_string_append_printf(shown, "%s%s", shown->len ? " " : "", cell->values[a]);
        add_series(sweep, plot, first, of, name, label, shown->len ? shown->str : "median, 10 % to 90 % of seeds", &kind);
        g_string_free(shown, TRUE);
    }
}

static bool draw(const struct scn_sweep *sweep, struct an_plot *plot, GPtrArray *notes, GError **error)
{
    GError *failure = NULL;
    const struct scn_axis *axis = sweep->axes->pdata[sweep->axes->len - 1];
    an_plot_axes(plot, axis->param, NULL);
    bool ok = an_plot_write(plot, sweep->folder, &failure);
    if (!ok && g_error_matches(failure, AN_ERROR, AN_ERROR_NOT_AVAILABLE)) {
        g_ptr_array_add(notes, g_strdup_printf("plot %s: %s", an_plot_file(plot), failure->message));
        g_clear_error(&failure);
        ok = true;
    }
    if (failure)
        g_propagate_error(error, failure);
    an_plot_free(plot);
    return ok;
}

static bool draw_plot(const struct scn_sweep *sweep, const struct scn_plot *asked, GPtrArray *notes, GError **error)
{
    struct an_plot *plot = an_plot_new(AN_PLOT_LINE, asked->name, asked->name, sweep->plan->title);
    an_plot_log(plot, asked->log_x, asked->log_y);
    for (unsigned i = 0; i < asked->count; i++)
        add_all_series(sweep, plot, "plot", asked->name, asked->series[i].label);
    return draw(sweep, plot, notes, error);
}

static bool draw_check(const struct scn_sweep *sweep, const struct scn_check *check, GPtrArray *notes, GError **error)
{
    struct an_plot *plot = an_plot_new(AN_PLOT_LINE, check->sentence, check->sentence, sweep->plan->title);
    add_all_series(sweep, plot, "check", check->sentence, NULL);
    return draw(sweep, plot, notes, error);
}

static bool has_numbers(const struct scn_sweep *sweep, const char *of, const char *name)
{
    double value;
    for (guint i = 0; i < sweep->runs->len; i++)
        if (scn_sweep_number(sweep->runs->pdata[i], of, name, NULL, SCN_NUMBER_VALUE, &value) && !isinf(value))
            return true;
    return false;
}

/* A plot of that name is there already: what the script drew is kept. */
static bool is_drawn(const struct scn_sweep *sweep, const char *name)
{
    for (guint i = 0; i < sweep->plan->plots->len; i++) {
        const struct scn_plot *plot = scn_plan_plots(sweep->plan, (int)i);
        if (plot->x && !plot->left_out && strcmp(plot->name, name) == 0)
            return true;
    }
    return false;
}

bool scn_sweep_write(const struct scn_sweep *sweep, GPtrArray *notes, GError **error)
{
    if (!write_numbers(sweep, error) || !write_metrics(sweep, error))
        return false;
    if (sweep->axes->len == 0)
        return true;
    for (guint i = 0; i < sweep->plan->plots->len; i++) {
        const struct scn_plot *plot = scn_plan_plots(sweep->plan, (int)i);
        guint columns = ((const struct scn_axis *)sweep->axes->pdata[sweep->axes->len - 1])->values->len;
        bool fields = plot->kind == SCN_PLOT_MATRIX && columns > 1 && sweep->cells->len > columns; /* else it is a curve */
        if (plot->x && !plot->left_out && fields) {
            if (!scn_sweep_matrix(sweep, plot, notes, error))
                return false;
        } else if (plot->x && !plot->left_out && has_numbers(sweep, "plot", plot->name) && !draw_plot(sweep, plot, notes, error)) {
            return false;
        }
    }
    for (guint i = 0; i < sweep->plan->checks->len; i++) {
        const struct scn_check *check = scn_plan_checks(sweep->plan, (int)i);
        bool number = check->sort == SCN_STAT || check->sort == SCN_REPORT || check->sort == SCN_EVENTUALLY;
        if (number && !check->left_out && !is_drawn(sweep, check->sentence) && has_numbers(sweep, "check", check->sentence) && !draw_check(sweep, check, notes, error))
            return false;
    }
    return true;
}
