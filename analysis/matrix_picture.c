#include "analysis/matrix_picture.h"
#include "analysis/plot.h"
#include "analysis/plot_text.h"

#include <math.h>

enum { FIELD = 38, MARGIN = 220, WIDTH = 960 };

/* Numbers are ranked for the color, so that a scale of seconds to half an hour shows; never is beyond the last, not measured is NaN. */
static double shade(const struct an_matrix *m, guint fields, guint i)
{
    guint below = 0, all = 0;
    if (isnan(m->values[i]))
        return NAN;
    if (isinf(m->values[i]))
        return 1.2;
    for (guint k = 0; k < fields; k++) {
        bool number = !isnan(m->values[k]) && !isinf(m->values[k]);
        all += number && m->values[k] != m->values[i];
        below += number && m->values[k] < m->values[i];
    }
    return all ? (double)below / all : 0;
}

static GString *table_of(const struct an_matrix *m, guint columns, guint rows)
{
    GString *t = g_string_new("column\trow\tshade\tvalue\ttext\tcolumn_name\trow_name\n");
    for (guint r = 0; r < rows; r++)
        for (guint c = 0; c < columns; c++) {
            double value = m->values[r * columns + c], colour = shade(m, columns * rows, r * columns + c);
            g_string_append_printf(t, "%u\t%u\t", c, r);
            g_string_append_printf(t, isnan(colour) ? "NaN\t" : "%.4f\t", colour);
            g_string_append_printf(t, isnan(value) ? "\t" : isinf(value) ? "never\t" : "%.9g\t", value);
            an_plot_cell(t, m->texts[r * columns + c]);
            g_string_append_c(t, '\t');
            an_plot_cell(t, m->columns[c]);
            g_string_append_c(t, '\t');
            an_plot_cell(t, m->rows[r]);
            g_string_append_c(t, '\n');
        }
    return t;
}

static void tics(GString *script, char axis, const char *label, char *const *names)
{
    g_string_append_printf(script, "set %clabel ", axis);
    an_plot_quote(script, label);
    g_string_append_printf(script, "\nset %ctics scale 0 (", axis);
    for (guint i = 0; names[i]; i++) {
        g_string_append(script, i ? ", " : "");
        char **parts = g_strsplit(names[i], "%", -1), *name = g_strjoinv("%%", parts); /* a tic is a format */
        an_plot_quote(script, name);
        g_strfreev(parts);
        g_free(name);
        g_string_append_printf(script, " %u", i);
    }
    g_string_append(script, ")\n");
}

bool an_matrix_picture_write(const struct an_matrix *m, const char *folder, GError **error)
{
    guint columns = g_strv_length((char **)(uintptr_t)m->columns), rows = g_strv_length((char **)(uintptr_t)m->rows);
    char *slug = an_plot_slug(m->name), *tsv = g_strdup_printf("%s.tsv", slug), *gp = g_strdup_printf("plots/%s.gp", slug);
    GString *table = table_of(m, columns, rows), *script = g_string_new(NULL), *commands = g_string_new(NULL);
    an_plot_head(script, slug, m->title, m->subtitle);
    tics(script, 'x', m->x, m->columns);
    tics(script, 'y', m->y, m->rows);
    g_string_append_printf(script,
                           "unset key\nunset colorbox\nunset grid\nset xrange [-0.5:%u.5]\nset yrange [%u.5:-0.5]\nset cbrange [0:1.2]\n"
                           "set palette defined (0 '#d9f0e3', 0.5 '#f7e3a1', 1 '#ef9a6a', 1.001 '#5b5f6b', 1.2 '#5b5f6b')\n",
                           columns - 1, rows - 1);
    g_string_append_printf(commands,
                           "plot '%s' using 1:2:3 with image pixels, \\\n"
                           "     '' using 1:2:(column(3) > 1 ? '' : stringcolumn(5)) with labels font ',7' tc rgb '" AN_INK "', \\\n"
                           "     '' using 1:2:(column(3) > 1 ? stringcolumn(5) : '') with labels font ',7' tc rgb 'white'\n",
                           tsv); /* what never came stands on a dark field */
    an_plot_outputs(script, slug, WIDTH, MARGIN + FIELD * (int)rows, commands->str);
    bool ok = an_plot_store(folder, tsv, table, error) && an_plot_store(folder, gp, script, error) && an_plot_draw(folder, slug, error);
    g_string_free(table, TRUE);
    g_string_free(script, TRUE);
    g_string_free(commands, TRUE);
    g_free(slug);
    g_free(tsv);
    g_free(gp);
    return ok;
}
