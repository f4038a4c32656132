#include "analysis/compare.h"

#include "analysis/doubles.h"
#include "analysis/plot.h"
#include "analysis/query.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_OBSERVATIONS 5000u /* of a side and variable, evenly taken: the bootstrap sorts them again and again */

static const char *const statistics[AN_STATISTICS] = {"mean", "p50", "p90", "each", "none"};
static const char *const verdicts[] = {"equivalent", "DIFFERENT", "undecided", "too few", "nothing"};

const char *an_statistic_name(enum an_statistic statistic)
{
    return statistics[statistic];
}

const char *an_verdict_name(enum an_verdict verdict)
{
    return verdicts[verdict];
}

double an_unit_shown(enum an_unit unit, const char **name)
{
    static const char *unnamed;
    name = name ? name : &unnamed;
    switch (unit) {
    case AN_UNIT_TIME:
        *name = "ms";
        return 1e6;
    case AN_UNIT_SHARE:
        *name = "%";
        return 1e4;
    case AN_UNIT_SIZE:
        *name = "B";
        return 1;
    default:
        *name = "";
        return unit == AN_UNIT_RATIO ? 1e6 : 1;
    }
}

/* ---- one side's observations, by clusters ---- */

struct sample {
    double *values;   /* sorted by cluster */
    uint32_t *starts; /* of each cluster, and the end */
    uint32_t count, clusters;
    double *scratch; /* a resample: clusters are of unequal size, so it may need more room than `count` */
};

static int by_cluster(const void *a, const void *b)
{
    const struct an_observation *p = a, *q = b;
    if (p->cluster != q->cluster)
        return p->cluster < q->cluster ? -1 : 1;
    return p->value < q->value ? -1 : p->value > q->value;
}

static struct sample sample_of(const struct an_variable *v)
{
    uint32_t n = v->observations->len, step = n / MOST_OBSERVATIONS + 1, largest = 0;
    struct an_observation *sorted = g_memdup2(v->observations->data, n * sizeof *sorted);
    struct sample s = {.values = g_new(double, n + 1), .starts = g_new(uint32_t, n + 1)};
    if (n)
        qsort(sorted, n, sizeof *sorted, by_cluster);
    for (uint32_t i = 0; i < n; i += step) {
        if (i == 0 || sorted[i].cluster != sorted[i - step].cluster)
            s.starts[s.clusters++] = s.count;
        s.values[s.count++] = sorted[i].value;
    }
    s.starts[s.clusters] = s.count;
    for (uint32_t i = 0; i < s.clusters; i++)
        largest = MAX(largest, s.starts[i + 1] - s.starts[i]);
    s.scratch = g_new(double, (size_t)s.clusters * largest + 1);
    g_free(sorted);
    return s;
}

static void free_sample(struct sample *s)
{
    g_free(s->values);
    g_free(s->starts);
    g_free(s->scratch);
}

/* Of n values; sorts them if it has to. */
static double statistic_of(double *values, uint32_t n, enum an_statistic statistic)
{
    if (n == 0)
        return 0;
    if (statistic == AN_STAT_MEAN || statistic == AN_STAT_EACH) {
        double sum = 0;
        for (uint32_t i = 0; i < n; i++)
            sum += values[i];
        return sum / n;
    }
    an_sort_doubles(values, n);
    uint32_t percent = statistic == AN_STAT_P50 ? 50 : 90;
    uint32_t rank = (uint32_t)(((uint64_t)n * percent + 99) / 100);
    return values[rank ? rank - 1 : 0];
}

static double resampled(struct sample *s, enum an_statistic statistic, GRand *chance)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->clusters; i++) {
        uint32_t c = (uint32_t)g_rand_int_range(chance, 0, (gint32)s->clusters), size = s->starts[c + 1] - s->starts[c];
        memcpy(s->scratch + n, s->values + s->starts[c], size * sizeof *s->scratch);
        n += size;
    }
    return statistic_of(s->scratch, n, statistic);
}

/* ---- the two distributions ---- */

/* Cliff's delta: through both in ascending order, how often B's value is greater, how often less. */
static double effect_of(const double *a, uint32_t count_a, const double *b, uint32_t count_b)
{
    uint32_t i = 0, k = 0;
    double greater = 0, less = 0;
    while (i < count_a && k < count_b) {
        double value = MIN(a[i], b[k]);
        uint32_t of_a = i, of_b = k;
        while (i < count_a && a[i] == value)
            i++;
        while (k < count_b && b[k] == value)
            k++;
        greater += (double)(i - of_a) * (count_b - k);
        less += (double)(k - of_b) * (count_a - i);
    }
    return (greater - less) / ((double)count_a * count_b);
}

static void distributions(const struct sample *a, const struct sample *b, struct an_comparison *c)
{
    double *x = g_memdup2(a->values, a->count * sizeof *x), *y = g_memdup2(b->values, b->count * sizeof *y);
    an_sort_doubles(x, a->count);
    an_sort_doubles(y, b->count);
    c->effect = effect_of(x, a->count, y, b->count);
    c->distance = an_sorted_distance(x, a->count, y, b->count);
    g_free(x);
    g_free(y);
}

/* The very same observations (a run and itself, a run and its capture) need no resampling. */
static bool are_the_same(const struct sample *a, const struct sample *b)
{
    return a->count == b->count && memcmp(a->values, b->values, a->count * sizeof *a->values) == 0;
}

static enum an_verdict judge(const struct an_comparison *c)
{
    if (c->low >= -c->tolerance && c->high <= c->tolerance)
        return AN_EQUIVALENT;
    return c->low > c->tolerance || c->high < -c->tolerance ? AN_DIFFERENT : AN_UNDECIDED;
}

/* Both in ascending order, one by one. */
static void compare_each(const struct an_tolerance *t, const struct sample *a, const struct sample *b, struct an_comparison *c)
{
    double *x = g_memdup2(a->values, a->count * sizeof *x), *y = g_memdup2(b->values, b->count * sizeof *y);
    an_sort_doubles(x, a->count);
    an_sort_doubles(y, b->count);
    bool within = a->count == b->count;
    for (uint32_t i = 0; i < MIN(a->count, b->count); i++) {
        double difference = y[i] - x[i];
        within &= fabs(difference) <= MAX(t->relative * fabs(x[i]), t->absolute * an_unit_shown(c->a->unit, NULL));
        c->low = MIN(c->low, difference);
        c->high = MAX(c->high, difference);
    }
    c->verdict = within ? AN_EQUIVALENT : AN_DIFFERENT;
    g_free(x);
    g_free(y);
}

static struct an_comparison compare_one(const struct an_variable *a, const struct an_variable *b, const struct an_tolerance *t)
{
    struct an_comparison c = {.a = a, .b = b, .statistic = t->statistic};
    struct sample x = sample_of(a), y = sample_of(b);
    double differences[AN_RESAMPLES];
    double *all_a = g_memdup2(x.values, x.count * sizeof *all_a), *all_b = g_memdup2(y.values, y.count * sizeof *all_b);
    c.value_a = statistic_of(all_a, x.count, t->statistic);
    c.value_b = statistic_of(all_b, y.count, t->statistic);
    c.tolerance = MAX(t->relative * fabs(c.value_a), t->absolute * an_unit_shown(a->unit, NULL));
    if (!x.count && !y.count) {
        c.verdict = AN_NOTHING;
    } else if (are_the_same(&x, &y)) {
        c.verdict = AN_EQUIVALENT;
    } else if (t->statistic == AN_STAT_EACH) {
        compare_each(t, &x, &y, &c);
        distributions(&x, &y, &c);
    } else if (x.clusters < AN_LEAST_CLUSTERS || y.clusters < AN_LEAST_CLUSTERS) {
        c.verdict = AN_TOO_FEW;
    } else {
        GRand *chance = g_rand_new_with_seed(20061); /* the same interval each time */
        for (unsigned i = 0; i < AN_RESAMPLES; i++)
            differences[i] = resampled(&y, t->statistic, chance) - resampled(&x, t->statistic, chance);
        g_rand_free(chance);
        an_sort_doubles(differences, AN_RESAMPLES);
        c.low = differences[AN_RESAMPLES / 20];
        c.high = differences[AN_RESAMPLES - 1 - AN_RESAMPLES / 20];
        distributions(&x, &y, &c);
        c.verdict = judge(&c);
    }
    g_free(all_a);
    g_free(all_b);
    free_sample(&x);
    free_sample(&y);
    return c;
}

static bool names(const struct an_tolerance *t, const char *variable)
{
    size_t n = strlen(t->variable);
    return n && t->variable[n - 1] == '*' ? strncmp(t->variable, variable, n - 1) == 0 : strcmp(t->variable, variable) == 0;
}

/* A table's last line about a variable and statistic counts: one's own lines stand behind the built-in ones. `each` and `none` speak of
 * the variable as a whole: such a line replaces all before it, and any line behind it replaces it. */
static bool is_last(const GPtrArray *tolerances, guint number, const char *variable)
{
    const struct an_tolerance *this = tolerances->pdata[number];
    for (guint i = number + 1; i < tolerances->len; i++) {
        const struct an_tolerance *later = tolerances->pdata[i];
        bool whole = later->statistic >= AN_STAT_EACH || this->statistic >= AN_STAT_EACH;
        if ((whole || later->statistic == this->statistic) && names(later, variable))
            return false;
    }
    return true;
}

GArray *an_compare(const struct an_side *a, const struct an_side *b, const GPtrArray *tolerances)
{
    GArray *comparisons = g_array_new(FALSE, FALSE, sizeof(struct an_comparison));
    for (guint v = 0; v < a->variables->len; v++) {
        const struct an_variable *variable = a->variables->pdata[v];
        for (guint i = 0; i < tolerances->len; i++) {
            const struct an_tolerance *t = tolerances->pdata[i];
            if (t->statistic == AN_STAT_NONE || !names(t, variable->name) || !is_last(tolerances, i, variable->name))
                continue;
            struct an_comparison c = compare_one(variable, b->variables->pdata[v], t);
            g_array_append_val(comparisons, c);
        }
    }
    return comparisons;
}

/* ---- tolerances ---- */

static const char built_in[] = "# variable\tstatistic\trelative\tabsolute\n"
                               "latency\tmean\t0.10\t2\n"
                               "latency\tp90\t0.15\t3\n"
                               "copies\tmean\t0.05\t0\n"
                               "duplicates\tmean\t0.10\t0.2\n"
                               "delivery\tmean\t0\t0.5\n"
                               "degree\tmean\t0.15\t0\n"
                               "join\tp50\t0.25\t100\n"
                               "record size\tmean\t0.05\t0\n"
                               "report interval\tp50\t0.10\t250\n"
                               "control *\tmean\t0.25\t0.5\n";

static void free_tolerance(gpointer data)
{
    struct an_tolerance *t = data;
    g_free(t->variable);
    g_free(t);
}

static bool number_of(const char *text, double *value)
{
    char *end;
    *value = g_ascii_strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*value) && *value >= 0;
}

static const char *add_tolerance(GPtrArray *tolerances, const char *line)
{
    char **fields = g_strsplit(line, "\t", -1);
    struct an_tolerance t = {.statistic = AN_STATISTICS};
    const char *why = g_strv_length(fields) != 4 ? "four columns with tabs between them are due: variable, statistic, relative, absolute" : NULL;
    for (unsigned i = 0; !why && i < AN_STATISTICS; i++)
        if (strcmp(fields[1], statistics[i]) == 0)
            t.statistic = (enum an_statistic)i;
    if (!why && t.statistic == AN_STATISTICS)
        why = "the statistic is mean, p50, p90, each or none";
    if (!why && (!number_of(fields[2], &t.relative) || !number_of(fields[3], &t.absolute)))
        why = "relative and absolute are numbers from 0 on";
    if (!why) {
        t.variable = g_strdup(fields[0]);
        g_ptr_array_add(tolerances, g_memdup2(&t, sizeof t));
    }
    g_strfreev(fields);
    return why;
}

static bool add_table(GPtrArray *tolerances, const char *text, const char *path, GError **error)
{
    char **lines = g_strsplit(text, "\n", -1);
    const char *why = NULL;
    unsigned i = 0;
    for (; lines[i] && !why; i++)
        if (*lines[i] && *lines[i] != '#')
            why = add_tolerance(tolerances, lines[i]);
    g_strfreev(lines);
    if (why)
        g_set_error(error, AN_ERROR, AN_ERROR_BAD, "%s:%u: %s", path, i, why);
    return !why;
}

GPtrArray *an_tolerances_read(const char *path, GError **error)
{
    GPtrArray *tolerances = g_ptr_array_new_with_free_func(free_tolerance);
    char **paths = g_strsplit(path ? path : "", ",", -1);
    bool good = add_table(tolerances, built_in, "built in", error);
    for (char **p = paths; *p && good; p++) {
        char *text = NULL;
        good = g_file_get_contents(*p, &text, NULL, error) && add_table(tolerances, text, *p, error);
        g_free(text);
    }
    g_strfreev(paths);
    if (good)
        return tolerances;
    g_ptr_array_unref(tolerances);
    return NULL;
}

/* ---- what was said ---- */

static const struct an_talk *talk_like(const struct an_side *side, const char *key)
{
    for (guint i = 0; i < side->talks->len; i++) {
        const struct an_talk *talk = side->talks->pdata[i];
        if (strcmp(talk->key, key) == 0)
            return talk;
    }
    return NULL;
}

bool an_talks_differ(const struct an_talk_comparison *talks, const GPtrArray *tolerances)
{
    const struct an_tolerance *line = NULL;
    for (guint i = 0; i < tolerances->len; i++)
        if (strcmp(((const struct an_tolerance *)tolerances->pdata[i])->variable, "connections") == 0)
            line = tolerances->pdata[i];
    if (!line)
        return talks->different > 0;
    return line->statistic == AN_STAT_EACH && talks->different + talks->only_a + talks->only_b > line->absolute;
}

struct an_talk_comparison an_compare_talks(const struct an_side *a, const struct an_side *b)
{
    struct an_talk_comparison c = {0};
    for (guint i = 0; i < a->talks->len; i++) {
        const struct an_talk *mine = a->talks->pdata[i], *theirs = talk_like(b, mine->key);
        if (!theirs) {
            c.only_a++;
            continue;
        }
        c.common++;
        for (int end = 1; end >= 0; end--) {
            if (strcmp(mine->said[end]->str, theirs->said[end]->str) == 0)
                continue;
            c.different++;
            if (!c.first)
                c.first = g_strdup_printf("%s, its %s: %s; in the other: %s", mine->key, end ? "opener" : "acceptor",
                                          mine->said[end]->str, theirs->said[end]->str);
            break;
        }
    }
    c.only_b = b->talks->len - c.common;
    return c;
}

/* ---- plots ---- */

static void add_curve(struct an_plot *plot, const char *label, enum an_series_style style, const struct an_variable *v)
{
    struct sample s = sample_of(v);
    an_sort_doubles(s.values, s.count);
    an_plot_series(plot, label, style);
    double share = 0; /* up to the value before: steps, not slopes */
    for (uint32_t i = 0; i < s.count; i++) {
        if (i + 1 < s.count && s.values[i + 1] == s.values[i])
            continue;
        an_plot_point(plot, s.values[i], share);
        share = 1e6 * (i + 1) / s.count;
        an_plot_point(plot, s.values[i], share);
    }
    free_sample(&s);
}

bool an_compare_plots(const GArray *comparisons, const char *folder, const char *name_a, const char *name_b, GError **error)
{
    const struct an_variable *last = NULL;
    for (guint i = 0; i < comparisons->len; i++) {
        const struct an_comparison *c = &g_array_index(comparisons, struct an_comparison, i);
        if (c->a == last || c->verdict == AN_NOTHING)
            continue;
        last = c->a;
        char *name = g_strdup_printf("compare %s", c->a->name);
        struct an_plot *plot = an_plot_new(AN_PLOT_LINE, name, name, an_verdict_name(c->verdict));
        an_plot_units(plot, c->a->unit, AN_UNIT_SHARE);
        an_plot_axes(plot, NULL, "Share up to");
        add_curve(plot, name_a, AN_SERIES_PLAIN, c->a);
        add_curve(plot, name_b, AN_SERIES_REFERENCE, c->b);
        bool good = an_plot_write(plot, folder, error);
        an_plot_free(plot);
        g_free(name);
        if (!good)
            return false;
    }
    return true;
}
