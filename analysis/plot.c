#include "analysis/plot.h"
#include "analysis/metrics.h"
#include "analysis/plot_text.h"
#include <math.h>

enum {
    WIDTH = 860,
    HEIGHT = 520,
    CURVE_POINTS = 2000,
    MOST_BARS = 60,
    MOST_DOTS = 20000,
};

struct xy {
    double x, y;
    double low, high; /* of a series with a band */
};

struct series {
    char *label;
    enum an_series_style style;
    bool band;
    GArray *points; /* of struct xy, base units */
};

struct an_plot {
    enum an_plot_kind kind;
    char *slug, *title, *subtitle, *x_label, *y_label;
    bool log_x, log_y, log_tail, diagonal, units_known;
    enum an_unit x_unit, y_unit;
    const char *counted; /* what y counts: "deliveries" */
    double begin, end;   /* of a raster: its frame */
    uint32_t rows;
    double bar;          /* width of a bar, base units */
    GPtrArray *series;
};

static void free_series(void *series)
{
    struct series *s = series;
    g_array_free(s->points, TRUE);
    g_free(s->label);
    g_free(s);
}

struct an_plot *an_plot_new(enum an_plot_kind kind, const char *name, const char *title, const char *subtitle)
{
    struct an_plot *p = g_new0(struct an_plot, 1);
    p->kind = kind;
    p->slug = an_plot_slug(name);
    p->title = g_strdup(title);
    p->subtitle = g_strdup(subtitle);
    p->series = g_ptr_array_new_with_free_func(free_series);
    return p;
}

void an_plot_free(struct an_plot *p)
{
    if (!p)
        return;
    g_ptr_array_free(p->series, TRUE);
    g_free(p->slug);
    g_free(p->title);
    g_free(p->subtitle);
    g_free(p->x_label);
    g_free(p->y_label);
    g_free(p);
}

const char *an_plot_file(const struct an_plot *p)
{
    return p->slug;
}

void an_plot_axes(struct an_plot *p, const char *x, const char *y)
{
    g_free(p->x_label);
    g_free(p->y_label);
    p->x_label = g_strdup(x);
    p->y_label = g_strdup(y);
}

void an_plot_log(struct an_plot *p, bool x, bool y)
{
    p->log_x = x;
    p->log_y = y;
}

void an_plot_log_tail(struct an_plot *p)
{
    p->log_tail = true;
}

void an_plot_diagonal(struct an_plot *p)
{
    p->diagonal = true;
}

void an_plot_units(struct an_plot *p, enum an_unit x, enum an_unit y)
{
    p->x_unit = x;
    p->y_unit = y;
    p->units_known = true;
}

void an_plot_series(struct an_plot *p, const char *label, enum an_series_style style)
{
    struct series *s = g_new0(struct series, 1);
    s->label = g_strdup(label);
    s->style = style;
    s->points = g_array_new(FALSE, FALSE, sizeof(struct xy));
    g_ptr_array_add(p->series, s);
}

void an_plot_point(struct an_plot *p, double x, double y)
{
    struct series *s = g_ptr_array_index(p->series, p->series->len - 1);
    struct xy xy = {x, y, y, y};
    g_array_append_val(s->points, xy);
}

void an_plot_interval(struct an_plot *p, double x, double y, double low, double high)
{
    struct series *s = g_ptr_array_index(p->series, p->series->len - 1);
    struct xy xy = {x, y, low, high};
    s->band = true;
    g_array_append_val(s->points, xy);
}

/* --- series from queries
 * ------------------------------------------------------------------------------------------ */

static bool refuse(const struct an_plot *p, GError **error, const char *label, const char *why)
{
    g_set_error(error, AN_ERROR, AN_ERROR_BAD, "plot %s: \"%s\" %s", p->slug, label, why);
    return false;
}

static bool take_units(struct an_plot *p, const char *label, enum an_unit x, enum an_unit y, GError **error)
{
    if (p->units_known && (p->x_unit != x || p->y_unit != y))
        return refuse(p, error, label, "is of another kind than the series before it");
    an_plot_units(p, x, y);
    return true;
}

static bool has_distribution(const struct an_plot *p, const char *label, const struct an_query *q,
                             GError **error)
{
    return q->samples.distribution || refuse(p, error, label, "needs a distribution, which was not kept");
}

bool an_plot_cdf(struct an_plot *p, const char *label, enum an_series_style style, const struct an_metrics *m,
                 int query, GError **error)
{
    const struct an_query *q = an_query_at(m, (uint32_t)query);
    if (!has_distribution(p, label, q, error) || !take_units(p, label, q->unit, AN_UNIT_SHARE, error))
        return false;
    an_plot_series(p, label, style);
    GArray *points = an_query_distribution(m, query, CURVE_POINTS);
    double all = (double)q->samples.count, before = 0;
    for (uint32_t i = 0; i < points->len; i++) {
        const struct an_point *point = &g_array_index(points, struct an_point, i);
        if (point->value == AN_NEVER)
            break;
        double share = 1e6 * (double)point->below / all;
        if (i == 0) /* the curve begins on the axis */
            an_plot_point(p, (double)point->value, p->log_tail ? 1e6 : 0);
        if (!p->log_tail)
            an_plot_point(p, (double)point->value, share);
        else /* the share at or beyond this value: the last sample is still seen */
            an_plot_point(p, (double)point->value, 1e6 - before);
        before = share;
    }
    g_array_free(points, TRUE);
    return true;
}

/* One bar for each whole number if they are few, else equal classes from the least to the greatest. */
static double bar_width(const struct an_query *q)
{
    double span = (double)q->result.max - (double)q->result.min;
    if ((q->unit == AN_UNIT_COUNT && span < MOST_BARS) || span <= 0)
        return q->unit == AN_UNIT_COUNT || span <= 0 ? 1 : span / 30;
    double width = span / 30;
    if (q->unit == AN_UNIT_COUNT)
        width = ceil(width);
    return width;
}

bool an_plot_histogram(struct an_plot *p, const char *label, const struct an_metrics *m, int query,
                       GError **error)
{
    const struct an_query *q = an_query_at(m, (uint32_t)query);
    if (!has_distribution(p, label, q, error) || !take_units(p, label, q->unit, AN_UNIT_SHARE, error))
        return false;
    an_plot_series(p, label, AN_SERIES_PLAIN);
    if (q->samples.count == 0)
        return true;
    if (p->bar <= 0)
        p->bar = bar_width(q);
    GArray *points = an_query_distribution(m, query, 100000);
    double low = p->bar == 1 ? (double)q->result.min : floor((double)q->result.min / p->bar) * p->bar;
    uint64_t done = 0, seen = 0;
    uint32_t i = 0;
    for (double at = low; i < points->len; at += p->bar) {
        for (; i < points->len && (double)g_array_index(points, struct an_point, i).value < at + p->bar; i++)
            seen = g_array_index(points, struct an_point, i).below;
        if (i < points->len && g_array_index(points, struct an_point, i).value == AN_NEVER)
            i = points->len;
        an_plot_point(p, p->bar == 1 ? at : at + p->bar / 2,
                      1e6 * (double)(seen - done) / (double)q->samples.count);
        done = seen;
    }
    g_array_free(points, TRUE);
    return true;
}

static double group_value(const struct an_group *g, enum an_of_group what)
{
    if (what == AN_GROUP_COUNT)
        return (double)g->count;
    return what == AN_GROUP_SUM ? g->sum : g->sum / (double)g->count;
}

bool an_plot_time(struct an_plot *p, const char *label, enum an_series_style style,
                  const struct an_metrics *m, int query, enum an_of_group what, GError **error)
{
    const struct an_query *q = an_query_at(m, (uint32_t)query);
    if (q->spec.per != AN_PER_SECOND && q->spec.per != AN_PER_MINUTE)
        return refuse(p, error, label, "is not measured by the second or minute");
    enum an_unit unit = what == AN_GROUP_COUNT ? AN_UNIT_COUNT : q->unit;
    if (!take_units(p, label, AN_UNIT_TIME, unit, error))
        return false;
    double step = q->spec.per == AN_PER_SECOND ? 1e9 : 60e9;
    an_plot_series(p, label, style);
    GArray *groups = an_query_groups(m, query);
    for (uint32_t i = 0; i < groups->len; i++) {
        const struct an_group *g = &g_array_index(groups, struct an_group, i);
        if (what == AN_GROUP_COUNT && i > 0) /* seconds without a sample counted none */
            for (uint64_t gap = g_array_index(groups, struct an_group, i - 1).key + 1; gap < g->key; gap++)
                an_plot_point(p, (double)gap * step, 0);
        an_plot_point(p, (double)g->key * step, group_value(g, what));
    }
    g_array_free(groups, TRUE);
    return true;
}

bool an_plot_scatter(struct an_plot *p, const char *label, const struct an_metrics *m, int x, int y,
                     GError **error)
{
    const struct an_query *qx = an_query_at(m, (uint32_t)x), *qy = an_query_at(m, (uint32_t)y);
    if (qx->spec.per != qy->spec.per || (qx->spec.per != AN_PER_MESSAGE && qx->spec.per != AN_PER_PEER))
        return refuse(p, error, label, "needs both sides for each message, or for each peer");
    if (!take_units(p, label, qx->unit, qy->unit, error))
        return false;
    an_plot_series(p, label, AN_SERIES_PLAIN);
    GArray *xs = an_query_groups(m, x), *ys = an_query_groups(m, y);
    uint32_t step = MAX(xs->len, ys->len) / MOST_DOTS + 1, shown = 0;
    for (uint32_t i = 0, k = 0; i < xs->len && k < ys->len;) {
        const struct an_group *gx = &g_array_index(xs, struct an_group, i),
                              *gy = &g_array_index(ys, struct an_group, k);
        if (gx->key == gy->key && shown++ % step == 0)
            an_plot_point(p, group_value(gx, AN_GROUP_MEAN), group_value(gy, AN_GROUP_MEAN));
        i += gx->key <= gy->key;
        k += gy->key <= gx->key;
    }
    g_array_free(xs, TRUE);
    g_array_free(ys, TRUE);
    return true;
}

bool an_plot_raster(struct an_plot *p, const char *label, const struct an_metrics *m, int query, GError **error)
{
    const struct an_query *q = an_query_at(m, (uint32_t)query);
    if (!q->places)
        return refuse(p, error, label, "was not asked for its places");
    if (!take_units(p, label, AN_UNIT_TIME, AN_UNIT_COUNT, error))
        return false;
    an_plot_series(p, label, AN_SERIES_PLAIN);
    uint32_t step = q->places->len / MOST_DOTS + 1;
    for (uint32_t i = 0; i < q->places->len; i += step) {
        const struct an_place *place = &g_array_index(q->places, struct an_place, i);
        if (place->peer != AN_NONE && place->time >= 0)
            an_plot_point(p, (double)place->time, (double)place->peer + 1);
    }
    return true;
}

static int by_peer_and_time(const void *a, const void *b)
{
    const struct an_place *x = a, *y = b;
    if (x->peer != y->peer)
        return x->peer < y->peer ? -1 : 1;
    return (x->time > y->time) - (x->time < y->time);
}

bool an_plot_gantt(struct an_plot *p, const char *label, const struct an_metrics *m, int query, GError **error)
{
    const struct an_query *q = an_query_at(m, (uint32_t)query);
    if (!q->places || q->spec.metric != AN_ONLINE)
        return refuse(p, error, label, "bars are drawn of metric.online only");
    if (!take_units(p, label, AN_UNIT_TIME, AN_UNIT_COUNT, error))
        return false;
    an_plot_series(p, label, AN_SERIES_PLAIN);
    GArray *places = g_array_sized_new(FALSE, FALSE, sizeof(struct an_place), q->places->len);
    g_array_append_vals(places, q->places->data, q->places->len);
    qsort(places->data, places->len, sizeof(struct an_place), by_peer_and_time);
    double pixel = (p->end - p->begin) / WIDTH;
    for (guint i = 0; i < places->len;) {
        const struct an_place *from = &g_array_index(places, struct an_place, i), *of = from;
        double to = p->end; /* there when the run ended, unless it left before */
        for (i++; i < places->len && of[1].peer == from->peer; i += 2, of += 2) {
            bool returns = i + 1 < places->len && of[2].peer == from->peer;
            to = (double)of[1].time;
            if (!returns || (double)of[2].time - to >= pixel) {
                i++;
                break;
            }
            to = p->end; /* gone for less than can be seen */
        }
        an_plot_interval(p, (double)from->time, (double)from->peer + 1, (double)from->time, MAX(to, (double)from->time + pixel));
    }
    g_array_unref(places);
    return true;
}

void an_plot_frame(struct an_plot *p, double begin, double end, uint32_t rows)
{
    p->begin = begin;
    p->end = end;
    p->rows = rows;
}

/* --- axes
 * ---------------------------------------------------------------------------------------------------------
 */

struct scale {
    double by;
    const char *unit; /* as on the axis; "" = none */
    const char *column;
};

static struct scale scale_of(enum an_unit unit, double most)
{
    switch (unit) {
    case AN_UNIT_TIME:
        return most >= 600e9  ? (struct scale){60e9, "min", "min"}
               : most >= 10e9 ? (struct scale){1e9, "s", "s"}
               : most >= 10e6 ? (struct scale){1e6, "ms", "ms"}
                              : (struct scale){1e3, "µs", "us"};
    case AN_UNIT_SIZE:
        return most >= 1e7   ? (struct scale){1e6, "MB", "MB"}
               : most >= 1e4 ? (struct scale){1e3, "kB", "kB"}
                             : (struct scale){1, "B", "B"};
    case AN_UNIT_BANDWIDTH:
        return most >= 1e7   ? (struct scale){1e6, "Mbit/s", "Mbit/s"}
               : most >= 1e4 ? (struct scale){1e3, "kbit/s", "kbit/s"}
                             : (struct scale){1, "bit/s", "bit/s"};
    case AN_UNIT_SHARE:
        return (struct scale){1e4, "%", "percent"};
    case AN_UNIT_RATE:
        return (struct scale){1e3, "1/s", "per_s"};
    case AN_UNIT_RATIO:
        return (struct scale){1e6, "", "ratio"};
    case AN_UNIT_COUNT:
    default:
        return (struct scale){1, "", "count"};
    }
}

static void extent(const struct an_plot *p, struct xy *most, uint32_t *points)
{
    *most = (struct xy){0, 0, 0, 0};
    *points = 0;
    for (uint32_t i = 0; i < p->series->len; i++) {
        const struct series *s = g_ptr_array_index(p->series, i);
        *points += s->points->len;
        for (uint32_t k = 0; k < s->points->len; k++) {
            const struct xy *xy = &g_array_index(s->points, struct xy, k);
            most->x = MAX(most->x, fabs(xy->x));
            most->y = MAX(most->y, MAX(fabs(xy->y), fabs(xy->high)));
        }
    }
}

static const char *natural_label(enum an_unit unit)
{
    switch (unit) {
    case AN_UNIT_TIME:
        return "Time";
    case AN_UNIT_SIZE:
        return "Size";
    case AN_UNIT_BANDWIDTH:
    case AN_UNIT_RATE:
        return "Rate";
    case AN_UNIT_SHARE:
        return "Share";
    case AN_UNIT_RATIO:
        return "Ratio";
    default:
        return "Number";
    }
}

static const char *natural_x(const struct an_plot *p)
{
    return p->kind == AN_PLOT_TIME ? "Virtual time" : natural_label(p->x_unit);
}

static const char *natural_y(const struct an_plot *p)
{
    if (p->kind == AN_PLOT_CDF)
        return p->log_tail ? "Share of samples at or beyond" : "Share of samples up to";
    if (p->kind == AN_PLOT_HISTOGRAM)
        return "Share of samples";
    const struct series *only = p->series->len == 1 ? g_ptr_array_index(p->series, 0) : NULL;
    return only && only->label && *only->label ? only->label : natural_label(p->y_unit); /* one series has no key */
}

static void append_axis(GString *script, char axis, const char *label, const char *unit)
{
    char *text = *unit ? g_strdup_printf("%s, %s", label, unit) : g_strdup(label);
    g_string_append_printf(script, "set %clabel ", axis);
    an_plot_quote(script, text);
    g_string_append(script, "\n");
    g_free(text);
}

/* --- table and script
 * --------------------------------------------------------------------------------------------- */

static bool has_band(const struct an_plot *p)
{
    for (uint32_t i = 0; i < p->series->len; i++)
        if (((const struct series *)g_ptr_array_index(p->series, i))->band)
            return true;
    return false;
}

static GString *table_of(const struct an_plot *p, const struct scale *x, const struct scale *y)
{
    GString *table = g_string_new(NULL);
    bool band = has_band(p);
    g_string_append_printf(table, "series\tlabel\tx_%s\ty_%s", x->column, y->column);
    const struct scale *of_band = p->kind == AN_PLOT_GANTT ? x : y;
    if (band)
        g_string_append_printf(table, "\tlow_%s\thigh_%s", of_band->column, of_band->column);
    g_string_append_c(table, '\n');
    for (uint32_t i = 0; i < p->series->len; i++) {
        const struct series *s = g_ptr_array_index(p->series, i);
        for (uint32_t k = 0; k < s->points->len; k++) {
            const struct xy *xy = &g_array_index(s->points, struct xy, k);
            g_string_append_printf(table, "%u\t", i + 1);
            an_plot_cell(table, s->label);
            g_string_append_printf(table, "\t%.9g\t%.9g", xy->x / x->by, xy->y / y->by);
            if (band)
                g_string_append_printf(table, "\t%.9g\t%.9g", xy->low / of_band->by, xy->high / of_band->by);
            g_string_append_c(table, '\n');
        }
    }
    return table;
}

/* Peers upwards, the whole run to the right. */
static bool has_frame(const struct an_plot *p)
{
    return p->kind == AN_PLOT_RASTER || p->kind == AN_PLOT_GANTT;
}

static void append_style(GString *c, const struct an_plot *p, const struct series *s, uint32_t number)
{
    const char *colour = an_plot_palette[number % 8];
    bool reference = s->style == AN_SERIES_REFERENCE;
    switch (p->kind) {
    case AN_PLOT_HISTOGRAM:
        g_string_append_printf(c, "with boxes fill solid 0.85 noborder lc rgb '%s'", colour);
        break;
    case AN_PLOT_RASTER:
        g_string_append_printf(c, "with points pt 5 ps 0.5 lc rgb '%s'", colour);
        break;
    case AN_PLOT_GANTT:
        g_string_append_printf(c, "with boxxyerror fill solid 0.85 noborder lc rgb '%s'", colour);
        break;
    case AN_PLOT_SCATTER:
        g_string_append_printf(c, "with points pt 7 ps 0.9 lc rgb '#60%s'", colour + 1);
        break;
    case AN_PLOT_LINE:
        g_string_append_printf(c, "with linespoints pt 7 ps 0.6 lw 1.8 lc rgb '%s'%s", colour,
                               reference ? " dt (8,5)" : "");
        break;
    case AN_PLOT_CDF:
    case AN_PLOT_TIME:
    default:
        g_string_append_printf(c, "with lines lw %s lc rgb '%s'%s", reference ? "1.6" : "2.2", colour,
                               reference ? " dt (8,5)" : "");
    }
}

static void append_plots(GString *c, const struct an_plot *p)
{
    const char *separator = "plot ";
    if (p->diagonal) {
        g_string_append_printf(
            c, "%sx with lines lw 1.2 dt (6,5) lc rgb '" AN_SOFT "' title 'as theory says'", separator);
        separator = ", \\\n     ";
    }
    for (uint32_t i = 0; i < p->series->len; i++) { /* behind all lines */
        const struct series *s = g_ptr_array_index(p->series, i);
        if (!s->band || p->kind == AN_PLOT_GANTT)
            continue;
        g_string_append_printf(c, "%s'%s.tsv' using ($1 == %u ? $3 : NaN):5:6 with filledcurves fs transparent solid 0.15 noborder lc rgb '%s' notitle",
                               separator, p->slug, i + 1, an_plot_palette[i % 8]);
        separator = ", \\\n     ";
    }
    for (uint32_t i = 0; i < p->series->len; i++) {
        const struct series *s = g_ptr_array_index(p->series, i);
        g_string_append(c, separator);
        separator = ", \\\n     ";
        if (s->points->len == 0) {
            char *empty = g_strdup_printf(has_frame(p) ? "%s: none" : "%s (nothing measured)", s->label);
            g_string_append(c, "NaN with lines lc rgb '" AN_SOFT "' title ");
            an_plot_quote(c, empty);
            g_free(empty);
            continue;
        }
        const char *bars = p->kind == AN_PLOT_GANTT ? ":5:6:($4 - 0.35):($4 + 0.35)" : "";
        g_string_append_printf(c, "'%s.tsv' using ($1 == %u ? $3 : NaN):4%s ", p->slug, i + 1, bars);
        append_style(c, p, s, i);
        g_string_append(c, " title ");
        an_plot_quote(c, s->label);
    }
    g_string_append(c, "\n");
}

/* `most`: the greatest value of y, as shown. */
static void append_ranges(GString *script, const struct an_plot *p, const struct scale *x, double most, uint32_t points)
{
    if (p->log_x)
        g_string_append(script, "set logscale x\n");
    if (p->log_y || (p->kind == AN_PLOT_CDF && p->log_tail))
        g_string_append(script, "set logscale y\nset format y '%g'\n");
    if (p->kind == AN_PLOT_CDF)
        g_string_append(script, p->log_tail ? "set yrange [*:100]\nset key below center horizontal\n"
                                            : "set yrange [0:100]\nset key bottom right noreverse Right\n");
    else if (!p->log_y && p->y_unit == AN_UNIT_SHARE && most > 70 && most <= 100 && p->kind != AN_PLOT_HISTOGRAM && p->kind != AN_PLOT_SCATTER && !has_frame(p))
        g_string_append(script, "set yrange [0:100]\n"); /* there is no more than the whole */
    else if (!p->log_y && p->kind != AN_PLOT_SCATTER && !has_frame(p))
        g_string_append(script, "set yrange [0:*]\nset offsets graph 0, 0, graph 0.12, 0\n");
    if (p->kind == AN_PLOT_CDF && !p->log_x)
        g_string_append(script, "set xrange [0:*]\n");
    if (p->kind == AN_PLOT_HISTOGRAM)
        g_string_append_printf(script, "set boxwidth %.9g\nset key top right noreverse Right\n",
                               0.86 * (p->bar > 0 ? p->bar : 1) / x->by);
    if (p->kind == AN_PLOT_HISTOGRAM && (p->bar == 1 || p->bar <= 0))
        g_string_append(script, "set autoscale xfix\nset offsets 0.6, 0.6, graph 0.12, 0\n");
    if (p->kind == AN_PLOT_SCATTER)
        g_string_append(script, "set offsets graph 0.08, graph 0.08, graph 0.08, graph 0.08\n");
    if (p->series->len < 2 && !p->diagonal && !has_frame(p))
        g_string_append(script, "unset key\n");
    if (has_frame(p)) {
        g_string_append_printf(script, "set xrange [%.9g:%.9g]\nset yrange [0.5:%u.5]\nset key below center horizontal\n", p->begin / x->by,
                               p->end / x->by, p->rows);
        return;
    }
    if (points == 0) /* an empty plot is drawn as one, with its legend */
        g_string_append(script, "set xrange [0:1]\nset yrange [0:1]\nunset logscale\nset key center\n");
}

bool an_plot_write(const struct an_plot *p, const char *folder, GError **error)
{
    struct xy most;
    uint32_t points;
    extent(p, &most, &points);
    if (has_frame(p))
        most.x = p->end, most.y = p->rows;
    struct scale x = scale_of(p->x_unit, most.x), y = scale_of(p->y_unit, most.y);
    GString *table = table_of(p, &x, &y), *script = g_string_new(NULL), *commands = g_string_new(NULL);
    an_plot_head(script, p->slug, p->title, p->subtitle);
    append_axis(script, 'x', p->x_label ? p->x_label : natural_x(p), x.unit);
    append_axis(script, 'y', p->y_label ? p->y_label : natural_y(p), y.unit);
    append_ranges(script, p, &x, most.y / y.by, points);
    append_plots(commands, p);
    an_plot_outputs(script, p->slug, WIDTH, HEIGHT, commands->str);
    char *tsv = g_strdup_printf("%s.tsv", p->slug), *gp = g_strdup_printf("plots/%s.gp", p->slug);
    bool ok = an_plot_store(folder, tsv, table, error) && an_plot_store(folder, gp, script, error) &&
              an_plot_draw(folder, p->slug, error);
    g_free(tsv);
    g_free(gp);
    g_string_free(table, TRUE);
    g_string_free(script, TRUE);
    g_string_free(commands, TRUE);
    return ok;
}
