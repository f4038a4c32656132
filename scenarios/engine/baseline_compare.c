/* How a run differs from what is stored of it, in sentences. */
#include "scenarios/engine/baseline.h"

#include <math.h>
#include <string.h>

enum { FEWEST_SEEDS = 5, STANDARD_ERRORS = 4 };
static const double usual_room = 0.05; /* of the stored mean, where a check names no room */

static void say(GPtrArray *lines, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void say(GPtrArray *lines, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_add(lines, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

static const struct scn_fact *find(const struct scn_record *record, const char *sentence)
{
    for (guint i = 0; i < record->facts->len; i++) {
        const struct scn_fact *fact = record->facts->pdata[i];
        if (strcmp(fact->sentence, sentence) == 0)
            return fact;
    }
    return NULL;
}

static double number(const char *text)
{
    return strcmp(text, "never") == 0 ? HUGE_VAL : g_ascii_strtod(text, NULL);
}

/* Sums of doubles differ in their last digits between compilers. */
static bool same_number(const char *a, const char *b)
{
    if (strcmp(a, b) == 0)
        return true;
    double x = number(a), y = number(b);
    return *a && *b && isfinite(x) && isfinite(y) && fabs(x - y) <= 1e-9 * MAX(fabs(x), fabs(y));
}

static char *readable(const struct scn_fact *fact, const char *text)
{
    enum scn_kind kind = SCN_COUNT;
    if (!*text)
        return g_strdup("nothing");
    scn_kind_find(fact->kind, &kind);
    return scn_quantity_nice(kind, number(text));
}

static void say_number(GPtrArray *lines, const char *what, const struct scn_fact *stored, const char *was, const struct scn_fact *is, const char *now)
{
    g_autofree char *before = readable(stored, was), *after = readable(is, now);
    if (strcmp(before, after) == 0) /* they differ beyond what is printed for people */
        say(lines, "%s \"%s\": its %s was %s, is %s %s", is->sort, is->sentence, what, was, now, is->kind);
    else
        say(lines, "%s \"%s\": its %s was %s, is %s", is->sort, is->sentence, what, before, after);
}

static void compare_fact(const struct scn_fact *stored, const struct scn_fact *is, bool same_run, GPtrArray *lines)
{
    bool exact = strcmp(is->sort, "exact") == 0 && strcmp(stored->sort, "exact") == 0;
    if (strcmp(stored->sort, is->sort) != 0)
        say(lines, "\"%s\": was %s, is %s", is->sentence, stored->sort, is->sort);
    if (strcmp(stored->outcome, is->outcome) != 0)
        say(lines, "%s \"%s\": was %s, is %s", is->sort, is->sentence, stored->outcome, is->outcome);
    if ((exact || same_run) && !same_number(stored->value, is->value))
        say_number(lines, "value", stored, stored->value, is, is->value);
    if (same_run && !same_number(stored->limit, is->limit))
        say_number(lines, "limit", stored, stored->limit, is, is->limit);
    if (same_run && !same_number(stored->room, is->room))
        say_number(lines, "room", stored, stored->room, is, is->room);
}

/* What happened otherwise: a plan that says so, or a program. */
static void compare_fingerprints(const struct scn_record *stored, const struct scn_record *is, GPtrArray *lines)
{
    if (strcmp(stored->fingerprint, is->fingerprint) == 0)
        return;
    bool alone = lines->len == 0, same_plan = strcmp(stored->plan, is->plan) == 0;
    say(lines, "%s: was %s (plan %.8s, build %s), is %s (plan %.8s, build %s): %s",
        alone ? "the fingerprint alone has changed, verdicts and exact values are those stored" : "the fingerprint has changed",
        stored->fingerprint, stored->plan, stored->build, is->fingerprint, is->plan, is->build,
        same_plan ? "the plan is the same, so the program decides otherwise" : "the plan is another one: the script, a parameter or a module has changed");
}

bool scn_record_differs(const struct scn_record *stored, const struct scn_record *is, GPtrArray *lines)
{
    guint before = lines->len;
    bool same_run = strcmp(stored->fingerprint, is->fingerprint) == 0;
    if (strcmp(stored->outcome, is->outcome) != 0)
        say(lines, "the run was %s, is %s", stored->outcome, is->outcome);
    for (guint i = 0; i < is->facts->len; i++) {
        const struct scn_fact *fact = is->facts->pdata[i], *old = find(stored, fact->sentence);
        if (old)
            compare_fact(old, fact, same_run, lines);
        else
            say(lines, "%s \"%s\": is not stored; it is %s", fact->sort, fact->sentence, fact->outcome);
    }
    for (guint i = 0; i < stored->facts->len; i++) {
        const struct scn_fact *fact = stored->facts->pdata[i];
        if (!find(is, fact->sentence))
            say(lines, "%s \"%s\": is gone; it was %s", fact->sort, fact->sentence, fact->outcome);
    }
    compare_fingerprints(stored, is, lines);
    return lines->len > before;
}

/* ---- over seeds ---- */

struct mean {
    unsigned count;
    double mean, error;
    bool never;
};

static struct mean mean_of(const GPtrArray *records, const char *sentence)
{
    struct mean m = {0};
    double sum = 0, squares = 0;
    for (guint i = 0; i < records->len; i++) {
        const struct scn_fact *fact = find(records->pdata[i], sentence);
        if (!fact || !*fact->value)
            continue;
        double value = number(fact->value);
        m.never |= isinf(value) != 0;
        m.count++;
        sum += value;
        squares += value * value;
    }
    if (m.count > 1 && !m.never) {
        m.mean = sum / m.count;
        m.error = sqrt(fmax(squares / m.count - m.mean * m.mean, 0) / (m.count - 1));
    }
    return m;
}

static void compare_means(const struct scn_fact *fact, const GPtrArray *stored, const GPtrArray *is, GPtrArray *lines)
{
    struct mean was = mean_of(stored, fact->sentence), now = mean_of(is, fact->sentence);
    enum scn_kind kind = SCN_COUNT;
    if (was.count < FEWEST_SEEDS || now.count < FEWEST_SEEDS || was.never || now.never)
        return;
    double room = *fact->room ? number(fact->room) : 0, error = sqrt(was.error * was.error + now.error * now.error);
    if (room <= 0)
        room = usual_room * fabs(was.mean);
    double moved = fabs(now.mean - was.mean);
    if (moved <= room || moved <= STANDARD_ERRORS * error)
        return;
    scn_kind_find(fact->kind, &kind);
    g_autofree char *before = scn_quantity_nice(kind, was.mean), *after = scn_quantity_nice(kind, now.mean);
    say(lines, "stat \"%s\": was %s over %u seeds, is %s over %u: moved by more than its room and four standard errors", fact->sentence, before,
        was.count, after, now.count);
}

bool scn_records_moved(const GPtrArray *stored, const GPtrArray *is, GPtrArray *lines)
{
    guint before = lines->len;
    const struct scn_record *first = stored->len && is->len ? is->pdata[0] : NULL;
    for (guint i = 0; first && i < first->facts->len; i++) {
        const struct scn_fact *fact = first->facts->pdata[i];
        if (strcmp(fact->sort, "stat") == 0)
            compare_means(fact, stored, is, lines);
    }
    return lines->len > before;
}
