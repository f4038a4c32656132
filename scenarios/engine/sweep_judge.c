/* Checks over seeds: scenario-api 8. exact and bound must hold in every seed; stat fails when it is off by more than its limit and
 * by more than four standard errors; reports and curves are shown. */
#include "scenarios/engine/cmd.h"
#include "scenarios/engine/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FEWEST_SEEDS = 5, STANDARD_ERRORS = 4 };

struct seeds { /* the runs of one cell */
    struct scn_sweep_run **runs;
    unsigned count;
};

struct line {
    const char *mark;
    char *value, *limit, *note;
};

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

struct spread {
    unsigned count, never;
    double mean, error, median;
    enum scn_kind kind;
};

/* Of value, or of value minus limit (pairs of one seed). */
static struct spread spread_of(const struct seeds *seeds, const char *sentence, bool less_limit)
{
    struct spread s = {.kind = SCN_COUNT};
    GArray *values = g_array_new(FALSE, FALSE, sizeof(double));
    double sum = 0, squares = 0;
    for (unsigned i = 0; i < seeds->count; i++) {
        const char *const *row = scn_sweep_row(seeds->runs[i], "check", sentence, NULL);
        double value, limit = 0;
        if (!row || !scn_sweep_number(seeds->runs[i], "check", sentence, NULL, SCN_NUMBER_VALUE, &value))
            continue;
        scn_kind_find(row[SCN_NUMBER_KIND], &s.kind);
        if (less_limit && !scn_sweep_number(seeds->runs[i], "check", sentence, NULL, SCN_NUMBER_LIMIT, &limit))
            continue;
        value = isinf(value) && isinf(limit) ? 0 : value - (less_limit ? limit : 0);
        s.never += isinf(value) != 0;
        g_array_append_val(values, value);
        sum += value;
    }
    s.count = values->len;
    if (s.count) {
        qsort(values->data, s.count, sizeof(double), ascending);
        s.median = g_array_index(values, double, s.count / 2);
        s.mean = sum / s.count;
        for (unsigned i = 0; i < s.count && !s.never; i++)
            squares += pow(g_array_index(values, double, i) - s.mean, 2);
        s.error = s.count > 1 ? sqrt(squares / (s.count - 1) / s.count) : 0;
    }
    g_array_unref(values);
    return s;
}

static char *spread_text(const struct spread *s)
{
    if (s->count == 0)
        return g_strdup("no value");
    g_autofree char *middle = scn_quantity_nice(s->kind, s->never ? s->median : s->mean);
    g_autofree char *error = scn_quantity_nice(s->kind == SCN_SHARE ? SCN_POINTS : s->kind, s->error);
    if (s->never)
        return g_strdup_printf("median %s (%u never)", middle, s->never);
    return g_strdup_printf("%s ± %s", middle, error);
}

/* The mean limit; `number`: of a ratio or slope, whatever the values are. */
static char *limit_text(const struct seeds *seeds, const struct scn_check *c, bool number)
{
    double limit, sum = 0;
    unsigned count = 0;
    enum scn_kind kind = SCN_COUNT;
    for (unsigned i = 0; i < seeds->count; i++)
        if (scn_sweep_number(seeds->runs[i], "check", c->sentence, NULL, SCN_NUMBER_LIMIT, &limit)) {
            scn_kind_find(scn_sweep_row(seeds->runs[i], "check", c->sentence, NULL)[SCN_NUMBER_KIND], &kind);
            sum += limit;
            count++;
        }
    if (count == 0)
        return g_strdup("");
    g_autofree char *text = scn_quantity_nice(number ? SCN_RATIO : kind, sum / count), *within = c->within.value >= 0 ? scn_quantity_text(c->within) : NULL;
    return g_strdup_printf("%s %s%s%s", scn_op_text(c->op), text, within ? " ±" : "", within ? within : "");
}

/* Quantile of the normal distribution for the usual levels; others are interpolated between them. */
static double sigmas(int64_t ci)
{
    static const double levels[][2] = {{0.5, 0.6745}, {0.8, 1.2816}, {0.9, 1.6449}, {0.95, 1.96}, {0.99, 2.5758}, {0.999, 3.2905}, {0.9999, 3.8906}};
    double level = (double)ci / (double)SCN_WHOLE;
    unsigned i = 1;
    while (i + 1 < G_N_ELEMENTS(levels) && level > levels[i][0])
        i++;
    double part = (level - levels[i - 1][0]) / (levels[i][0] - levels[i - 1][0]);
    return levels[i - 1][1] + part * (levels[i][1] - levels[i - 1][1]);
}

/* Counts of all seeds together: does the limit lie in Wilson's interval? */
static bool inside_interval(const struct seeds *seeds, const struct scn_check *c, char **note)
{
    double hits = 0, all = 0, limits = 0;
    unsigned used = 0;
    for (unsigned i = 0; i < seeds->count; i++) {
        double value, limit, samples;
        if (!scn_sweep_number(seeds->runs[i], "check", c->sentence, NULL, SCN_NUMBER_VALUE, &value) ||
            !scn_sweep_number(seeds->runs[i], "check", c->sentence, NULL, SCN_NUMBER_LIMIT, &limit) ||
            !scn_sweep_number(seeds->runs[i], "check", c->sentence, NULL, SCN_NUMBER_SAMPLES, &samples))
            continue;
        hits += value / (double)SCN_WHOLE * samples;
        all += samples;
        limits += limit / (double)SCN_WHOLE;
        used++;
    }
    if (all <= 0) {
        *note = g_strdup("no counts to pool");
        return false;
    }
    double z = sigmas(c->ci), p = hits / all, r = limits / used;
    double middle = (p + z * z / (2 * all)) / (1 + z * z / all);
    double half = z * sqrt(p * (1 - p) / all + z * z / (4 * all * all)) / (1 + z * z / all);
    *note = g_strdup_printf("%.0f samples, interval %.4g%%..%.4g%%", all, 100 * (middle - half), 100 * (middle + half));
    return fabs(r - middle) <= half;
}

/* Off in which direction, and by how much, in the kind's unit; ≤ 0: not off. */
static double off_by(const struct scn_check *c, const struct spread *difference, double room)
{
    double middle = difference->never ? difference->median : difference->mean;
    switch (c->op) {
    case SCN_OP_LE:
    case SCN_OP_LT:
        return middle;
    case SCN_OP_GE:
    case SCN_OP_GT:
        return -middle;
    default:
        return fabs(middle) - room;
    }
}

static void judge_stat(const struct seeds *seeds, const struct scn_check *c, struct line *line)
{
    struct spread value = spread_of(seeds, c->sentence, false), difference = spread_of(seeds, c->sentence, true);
    double room = 0;
    line->value = spread_text(&value);
    line->limit = limit_text(seeds, c, false);
    if (value.count < seeds->count || difference.count < seeds->count) {
        line->mark = "FAIL";
        line->note = g_strdup_printf("measured in %u of %u seeds", MIN(value.count, difference.count), seeds->count);
        return;
    }
    if (seeds->count < FEWEST_SEEDS) {
        line->mark = "....";
        line->note = g_strdup_printf("%u seed%s: not judged", seeds->count, seeds->count == 1 ? "" : "s");
        return;
    }
    if (c->ci > 0 && value.kind == SCN_SHARE) { /* shares are counts: pooled */
        line->mark = inside_interval(seeds, c, &line->note) ? "ok" : "FAIL";
        return;
    }
    if (c->ci > 0) { /* a mean: so many standard errors around it */
        line->mark = fabs(difference.mean) <= sigmas(c->ci) * difference.error ? "ok" : "FAIL";
        line->note = g_strdup_printf("%.1f SE off", difference.error > 0 ? fabs(difference.mean) / difference.error : 0);
        return;
    }
    scn_sweep_number(seeds->runs[0], "check", c->sentence, NULL, SCN_NUMBER_ROOM, &room);
    double off = off_by(c, &difference, room);
    bool failed = off > 0 && (difference.never || off > STANDARD_ERRORS * difference.error);
    line->mark = failed ? "FAIL" : "ok";
    if (failed && difference.error > 0 && !difference.never)
        line->note = g_strdup_printf("%.1f SE over", off / difference.error);
    else if (off > 0 && !failed)
        line->note = g_strdup("over, by less than 4 SE");
}

/* exact, bound, eventually: in every seed. */
static void judge_each(const struct seeds *seeds, const struct scn_check *c, struct line *line)
{
    unsigned passed = 0, judged = 0;
    const struct scn_sweep_run *first = NULL;
    for (unsigned i = 0; i < seeds->count; i++) {
        const char *const *row = scn_sweep_row(seeds->runs[i], "check", c->sentence, NULL);
        const char *outcome = row ? row[SCN_NUMBER_OUTCOME] : "failed";
        judged += strcmp(outcome, "ok") == 0 || strcmp(outcome, "failed") == 0;
        passed += strcmp(outcome, "ok") == 0;
        if (!first && strcmp(outcome, "failed") == 0)
            first = seeds->runs[i];
    }
    line->mark = first ? "FAIL" : judged == seeds->count ? "ok" : "--";
    line->value = g_strdup_printf("%u of %u seeds", passed, seeds->count);
    line->limit = limit_text(seeds, c, false);
    if (first)
        line->note = g_strdup_printf("first: seed %" G_GUINT64_FORMAT ", %s/verdict.tsv", first->seed, first->folder);
    else if (judged < seeds->count)
        line->note = g_strdup("not judged in all seeds");
}

static void print_line(FILE *out, const struct line *line, const char *sort, const char *sentence, glong width)
{
    glong letters = g_utf8_strlen(sentence, -1);
    fprintf(out, "  %-5s %-6s %s%*s  %s  %s  %s\n", line->mark, sort, sentence, (int)MAX(width - letters, 0), "",
            line->value ? line->value : "", line->limit ? line->limit : "", line->note ? line->note : "");
}

static void clear(struct line *line)
{
    g_free(line->value);
    g_free(line->limit);
    g_free(line->note);
}

static glong widest(const struct scn_plan *plan)
{
    glong width = 0;
    for (guint i = 0; i < plan->checks->len; i++)
        width = MAX(width, g_utf8_strlen(scn_plan_checks(plan, (int)i)->sentence, -1));
    return MIN(width, 70);
}

/* ---- curves: over("parameter", value) ---- */

struct curve {
    const struct scn_axis *axis;
    double x[256], y[256];
    unsigned count;
    enum scn_kind kind;
};

static double number_of(const char *text, unsigned index)
{
    struct scn_quantity q;
    enum scn_parse parsed = scn_quantity_parse(text, &q);
    return parsed == SCN_PARSE_OK || parsed == SCN_PARSE_NO_UNIT ? (double)q.value : index;
}

/* The means of the cells along an axis, all other axes at their first value. */
static bool curve_of(const struct scn_sweep *sweep, const char *param, const char *sentence, struct curve *curve)
{
    guint stride = 1;
    *curve = (struct curve){.kind = SCN_COUNT};
    for (guint a = sweep->axes->len; a-- > 0 && !curve->axis;) {
        const struct scn_axis *axis = sweep->axes->pdata[a];
        if (strcmp(axis->param, param) == 0)
            curve->axis = axis;
        else
            stride *= axis->values->len;
    }
    for (guint i = 0; curve->axis && i < curve->axis->values->len && i < G_N_ELEMENTS(curve->x); i++) {
        struct seeds seeds = {(struct scn_sweep_run **)sweep->runs->pdata + (gsize)i * stride * sweep->seeds, sweep->seeds};
        struct spread s = spread_of(&seeds, sentence, false);
        if (s.count == 0)
            return false;
        curve->x[i] = number_of(curve->axis->values->pdata[i], i);
        curve->y[i] = s.never ? s.median : s.mean;
        curve->kind = s.kind;
        curve->count++;
    }
    return curve->count >= 2;
}

/* Relative change per tenfold x: the slope of the regression against log10 x, over the mean. */
static double slope(const struct curve *c)
{
    double mx = 0, my = 0, xy = 0, xx = 0;
    for (unsigned i = 0; i < c->count; i++) {
        mx += log10(c->x[i]) / c->count;
        my += c->y[i] / c->count;
    }
    for (unsigned i = 0; i < c->count; i++) {
        xy += (log10(c->x[i]) - mx) * (c->y[i] - my);
        xx += (log10(c->x[i]) - mx) * (log10(c->x[i]) - mx);
    }
    return my != 0 ? xy / xx / my : xy / xx;
}

static bool holds(enum scn_op op, double value, double limit, double room)
{
    switch (op) {
    case SCN_OP_LE:
        return value <= limit;
    case SCN_OP_LT:
        return value < limit;
    case SCN_OP_GE:
        return value >= limit;
    case SCN_OP_GT:
        return value > limit;
    case SCN_OP_NEAR:
        return fabs(value - limit) <= room;
    default:
        return value == limit;
    }
}

/* One number (slope), or one for each cell beyond the first (ratio); a curve alone is drawn, not judged. */
static void judge_curve(const struct scn_sweep *sweep, const struct scn_check *c, struct line *line)
{
    const struct scn_value *value = scn_plan_values(sweep->plan, c->value);
    const char *quote = strchr(value->text, '"');
    g_autofree char *param = quote ? g_strndup(quote + 1, strcspn(quote + 1, "\"")) : g_strdup(value->text);
    struct curve curve;
    double limit = 0, room = 0, worst = 0;
    line->mark = "--";
    if (!curve_of(sweep, param, c->sentence, &curve)) {
        line->note = curve.axis ? g_strdup("not measured in every cell") : g_strdup_printf("not judged: needs --vary %s", param);
        return;
    }
    bool ratio = g_strcmp0(value->aggregate, "ratio") == 0, good = true;
    bool judged = value->aggregate && scn_sweep_number(sweep->runs->pdata[0], "check", c->sentence, NULL, SCN_NUMBER_LIMIT, &limit);
    scn_sweep_number(sweep->runs->pdata[0], "check", c->sentence, NULL, SCN_NUMBER_ROOM, &room);
    line->limit = judged ? limit_text(&(struct seeds){(struct scn_sweep_run **)sweep->runs->pdata, 1}, c, true) : g_strdup("");
    if (!value->aggregate) {
        line->note = g_strdup("a curve: see the plot");
        return;
    }
    for (unsigned i = 1; i < (ratio ? curve.count : 2); i++) {
        double is = (ratio ? curve.y[i] / curve.y[0] : slope(&curve)) * (double)SCN_WHOLE;
        bool fine = holds(c->op, is, limit, room);
        worst = i == 1 || (good && !fine) ? is : worst;
        good &= fine;
    }
    line->value = g_strdup_printf("%.4g%s", worst / (double)SCN_WHOLE, ratio ? "" : " per tenfold");
    line->mark = !judged ? "" : good ? "ok" : "FAIL";
}

/* ---- all ---- */

static bool is_curve(const struct scn_plan *plan, const struct scn_check *c)
{
    return scn_plan_values(plan, c->value)->kind == SCN_VALUE_OVER;
}

static int count_failure(const struct line *line)
{
    return strcmp(line->mark, "FAIL") == 0;
}

static int judge_cell(const struct scn_sweep *sweep, guint index, FILE *out)
{
    const struct scn_sweep_cell *cell = sweep->cells->pdata[index];
    struct seeds seeds = {(struct scn_sweep_run **)sweep->runs->pdata + (gsize)index * sweep->seeds, sweep->seeds};
    const struct scn_plan *plan = cell->plan;
    int failed = 0;
    fprintf(out, "Verdict%s%s (%u seed%s)\n", *cell->name ? " " : "", cell->name, seeds.count, seeds.count == 1 ? "" : "s");
    for (guint i = 0; i < plan->checks->len; i++) {
        const struct scn_check *c = scn_plan_checks(plan, (int)i);
        struct line line = {.mark = ""};
        if (c->left_out || is_curve(plan, c))
            continue;
        if (c->sort == SCN_STAT) {
            judge_stat(&seeds, c, &line);
        } else if (c->sort == SCN_REPORT) {
            struct spread s = spread_of(&seeds, c->sentence, false);
            line.value = spread_text(&s);
        } else {
            judge_each(&seeds, c, &line);
        }
        print_line(out, &line, scn_check_sort_name(c->sort), c->sentence, widest(plan));
        failed += count_failure(&line);
        clear(&line);
    }
    struct scn_check always = {.sentence = (char *)"always-on"};
    struct line line = {.mark = ""};
    judge_each(&seeds, &always, &line);
    print_line(out, &line, "", "always-on: causes, degrees, conservation", widest(plan));
    failed += count_failure(&line);
    clear(&line);
    for (unsigned i = 0; i < seeds.count; i++)
        if (seeds.runs[i]->code == SCN_EXIT_UNFINISHED)
            fprintf(out, "  seed %" G_GUINT64_FORMAT " did not get there: %s/console.txt\n", seeds.runs[i]->seed, seeds.runs[i]->folder);
    return failed;
}

int scn_sweep_judge(const struct scn_sweep *sweep, FILE *out)
{
    int failed = 0;
    for (guint i = 0; i < sweep->cells->len; i++)
        failed += judge_cell(sweep, i, out);
    for (guint i = 0; i < sweep->plan->checks->len; i++) {
        const struct scn_check *c = scn_plan_checks(sweep->plan, (int)i);
        struct line line = {.mark = ""};
        if (c->left_out || !is_curve(sweep->plan, c))
            continue;
        judge_curve(sweep, c, &line);
        print_line(out, &line, scn_check_sort_name(c->sort), c->sentence, widest(sweep->plan));
        failed += count_failure(&line);
        clear(&line);
    }
    return failed;
}
