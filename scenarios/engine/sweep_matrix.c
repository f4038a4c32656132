/* kind = "matrix": a field for each cell of a study, with the median over its seeds; "never" comes after every number. */
#include "analysis/matrix_picture.h"
#include "analysis/query.h"
#include "scenarios/engine/sweep.h"

#include <math.h>
#include <string.h>

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* The lower median; *never: how many seeds say so. NAN: no seed has the number. */
static double median(const struct scn_sweep *sweep, guint cell, const char *plot, const char *label, enum scn_kind *kind, unsigned *never,
                     unsigned *count)
{
    double *values = g_new(double, sweep->seeds), found = NAN;
    *count = *never = 0;
    for (unsigned s = 0; s < sweep->seeds; s++) {
        const struct scn_sweep_run *run = sweep->runs->pdata[(gsize)cell * sweep->seeds + s];
        double value;
        if (!scn_sweep_number(run, "plot", plot, label, SCN_NUMBER_VALUE, &value))
            continue;
        scn_kind_find(scn_sweep_row(run, "plot", plot, label)[SCN_NUMBER_KIND], kind);
        *never += isinf(value) ? 1 : 0;
        values[(*count)++] = value;
    }
    qsort(values, *count, sizeof *values, ascending);
    if (*count)
        found = values[(*count - 1) / 2];
    g_free(values);
    return found;
}

static char *text_of(double value, enum scn_kind kind, unsigned never, unsigned count)
{
    if (isnan(value))
        return g_strdup("");
    char *number = isinf(value) ? g_strdup("never") : scn_quantity_nice(kind, value);
    if (never == 0 || never == count)
        return number;
    char *both = g_strdup_printf("%s (%u/%u never)", number, never, count);
    g_free(number);
    return both;
}

bool scn_sweep_matrix(const struct scn_sweep *sweep, const struct scn_plot *asked, GPtrArray *notes, GError **error)
{
    const struct scn_axis *axis = sweep->axes->pdata[sweep->axes->len - 1];
    guint columns = axis->values->len, fields = sweep->cells->len;
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free), *rows = g_ptr_array_new_with_free_func(g_free),
              *texts = g_ptr_array_new_with_free_func(g_free);
    GString *varied = g_string_new(NULL);
    double *values = g_new(double, fields);
    GError *failure = NULL;

    for (guint i = 0; i < columns; i++)
        g_ptr_array_add(names, g_strdup(axis->values->pdata[i]));
    for (guint a = 0; a + 1 < sweep->axes->len; a++)
        g_string_append_printf(varied, "%s%s", a ? ", " : "", ((const struct scn_axis *)sweep->axes->pdata[a])->param);
    for (guint i = 0; i < fields; i++) {
        const struct scn_sweep_cell *cell = sweep->cells->pdata[i];
        enum scn_kind kind = SCN_COUNT;
        unsigned never, count;
        values[i] = median(sweep, i, asked->name, asked->series[0].label, &kind, &never, &count);
        g_ptr_array_add(texts, text_of(values[i], kind, never, count));
        if (i % columns)
            continue;
        GString *row = g_string_new(NULL);
        for (guint a = 0; a + 1 < sweep->axes->len; a++)
            g_string_append_printf(row, "%s%s", a ? ", " : "", strchr(cell->values[a], '=') + 1);
        g_ptr_array_add(rows, g_string_free(row, FALSE));
    }
    g_ptr_array_add(names, NULL);
    g_ptr_array_add(rows, NULL);
    char *title = g_strdup_printf("%s: %s, median of %u seeds", asked->name, asked->series[0].label, sweep->seeds);
    const struct an_matrix matrix = {.name = asked->name, .title = title, .subtitle = sweep->plan->title, .x = axis->param, .y = varied->str,
                                     .columns = (char *const *)names->pdata, .rows = (char *const *)rows->pdata, .values = values,
                                     .texts = (const char *const *)texts->pdata};
    bool ok = an_matrix_picture_write(&matrix, sweep->folder, &failure);
    if (!ok && g_error_matches(failure, AN_ERROR, AN_ERROR_NOT_AVAILABLE)) {
        g_ptr_array_add(notes, g_strdup_printf("plot %s: %s", asked->name, failure->message));
        g_clear_error(&failure);
        ok = true;
    }
    if (failure)
        g_propagate_error(error, failure);
    g_free(title);
    g_free(values);
    g_string_free(varied, TRUE);
    g_ptr_array_unref(names);
    g_ptr_array_unref(rows);
    g_ptr_array_unref(texts);
    return ok;
}
