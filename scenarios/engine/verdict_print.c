/* The verdict in print: the table, verdict.tsv, JSON for run.json. scenario-api, 13. */
#include "scenarios/engine/folder.h"
#include "scenarios/engine/verdict_private.h"

#include <math.h>
#include <string.h>

static const char *const marks[] = {[SCN_PASSED] = "ok",
                                    [SCN_FAILED] = "FAIL",
                                    [SCN_PRINTED] = "....",
                                    [SCN_NOT_JUDGED] = "--",
                                    [SCN_REPORTED] = ""};
static const char *const outcomes[] = {[SCN_PASSED] = "ok",
                                       [SCN_FAILED] = "failed",
                                       [SCN_PRINTED] = "not judged: 1 seed",
                                       [SCN_NOT_JUDGED] = "not judged",
                                       [SCN_REPORTED] = "report"};

/* --- places --------------------------------------------------------------------------------------------- */

/* "9:04.117": minutes of virtual time. */
static char *clock_text(int64_t time)
{
    int64_t ms = time / 1000000;

    return g_strdup_printf("%" G_GINT64_FORMAT ":%02d.%03d", ms / 60000, (int)(ms / 1000 % 60),
                           (int)(ms % 1000));
}

char *scn_place_text(const struct scn_verdict *v, const struct an_place *place)
{
    const struct an_cast *cast = scn_run_cast(v->run);
    GString *text = g_string_new(NULL);

    if (place->message != AN_NONE)
        g_string_append_printf(text, "message %u", place->message + 1);
    if (place->peer != AN_NONE && place->peer < an_cast_count(cast))
        g_string_append_printf(text, "%speer %s", text->len > 0 ? ", " : "",
                               an_cast_peer(cast, place->peer)->name);
    if (place->other != AN_NONE && place->other < an_cast_count(cast))
        g_string_append_printf(text, "%s%s", text->len > 0 ? " and " : "peer ",
                               an_cast_peer(cast, place->other)->name);
    if (place->time >= 0) {
        g_autofree char *clock = clock_text(place->time);
        g_string_append_printf(text, "%sat %s", text->len > 0 ? ", " : "", clock);
    }
    return g_string_free(text, text->len == 0);
}

/* --- what is checked in every run ----------------------------------------------------------------------- */

static void broken(const struct scn_verdict *v, GString *located, const char *what,
                   const struct an_place *place)
{
    g_autofree char *where = scn_place_text(v, place);

    g_string_append_printf(located, "%s%s%s%s", located->len > 0 ? "; " : "", where != NULL ? where : "",
                           where != NULL ? ": " : "", what);
}

bool scn_verdict_always_on(const struct scn_verdict *v, GString *line, GString *located)
{
    const struct an_invariants *i = an_invariants(scn_run_metrics(v->run));
    uint64_t unknown = i->lost[AN_CAUSE_UNKNOWN];

    g_string_append_printf(line, "causes named (%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT ")",
                           i->lost_pairs - unknown, i->lost_pairs);
    if (i->degree_max > 0)
        g_string_append_printf(line, ", degree %u..%u", i->degree_min, i->degree_max);
    g_string_append(line, ", conservation T18, nothing delivered twice, no link to oneself");
    if (i->looked_at > 0)
        g_string_append(line, i->swallows ? ", one link a pair" : ", links whole and one a pair");
    if (i->pruned > 0)
        g_string_append_printf(line, ", %" G_GUINT64_FORMAT " pruned least useful", i->pruned);
    if (unknown > 0)
        broken(v, located, "not delivered, and no cause is known", &i->unknown_place);
    if (i->degree_violations > 0)
        broken(v, located, "more neighbors than the rules allow", &i->degree_violation_place);
    if (i->octets_unsent > 0)
        broken(v, located, "octets arrived that were never sent", &i->octets_place);
    if (i->copies_unsent > 0)
        broken(v, located, "a copy arrived that was never sent", &i->copies_place);
    if (i->delivered_twice > 0)
        broken(v, located, "delivered twice", &i->twice_place);
    if (i->self_links > 0)
        broken(v, located, "a link to itself (I5)", &i->self_place);
    if (i->double_links > 0)
        broken(v, located, "two links for two minutes (I4)", &i->double_place);
    if (i->one_sided > 0)
        broken(v, located, "a link that the other end gave up two minutes ago (I3)", &i->one_sided_place);
    if (i->pruned_wrongly > 0)
        broken(v, located, "closed as not useful, and was not the least useful one (I19)", &i->pruned_place);
    return located->len == 0;
}

/* --- the table ------------------------------------------------------------------------------------------ */

enum { MOST_SENTENCE = 70, MOST_VALUE = 24, MOST_LIMIT = 26 }; /* longer ones push the rest of their line */

struct widths {
    glong sentence, value, limit;
};

static glong letters(const char *text)
{
    return text != NULL ? g_utf8_strlen(text, -1) : 0;
}

static struct widths measure(const struct scn_verdict *v)
{
    struct widths w = {0, 0, 0};

    for (guint i = 0; i < v->checks->len; i++) {
        const struct scn_judged *j = g_ptr_array_index(v->checks, i);
        w.sentence = MAX(w.sentence, MIN(letters(j->check->sentence), MOST_SENTENCE));
        w.value = MAX(w.value, MIN(letters(j->shown), MOST_VALUE));
        w.limit = MAX(w.limit, MIN(letters(j->limit), MOST_LIMIT));
    }
    return w;
}

/* Text in a column of letters, not octets. */
static void column(GString *line, const char *text, glong width)
{
    g_string_append_printf(line, "%s%*s  ", text != NULL ? text : "", (int)MAX(width - letters(text), 0), "");
}

static void print_line(FILE *out, const struct scn_judged *j, int number, struct widths w)
{
    const struct scn_check *c = j->check;
    g_autoptr(GString) line = g_string_new(NULL);

    g_string_append_printf(line, "  %-5s %-6s ", marks[j->outcome], scn_check_sort_name(c->sort));
    column(line, c->sentence, w.sentence);
    if (j->why != NULL) {
        g_string_append(line, j->why);
    } else {
        column(line, j->shown, w.value);
        column(line, j->limit, w.limit);
        if (number > 0)
            g_string_append_printf(line, "#%d  ", number);
        g_string_append(line, j->note != NULL ? j->note : "");
    }
    fprintf(out, "%s\n", g_strchomp(line->str));
}

/* How to look closer at one delivery. */
static void print_why(FILE *out, const struct scn_verdict *v, const struct an_place *place, const char *folder)
{
    if (folder == NULL || place->message == AN_NONE || place->peer == AN_NONE)
        return;
    const char *name = an_cast_peer(scn_run_cast(v->run), place->peer)->name;
    g_autofree char *peer = strpbrk(name, "[ ") ? g_shell_quote(name) : g_strdup(name);
    fprintf(out, "     peermesh why %s %u %s\n", folder, place->message + 1, peer);
}

static void print_located(FILE *out, const struct scn_verdict *v, const char *always, const char *command, const char *folder)
{
    int number = 0;

    for (guint i = 0; i < v->checks->len; i++) {
        const struct scn_judged *j = g_ptr_array_index(v->checks, i);
        if (j->outcome == SCN_FAILED && j->located != NULL)
            fprintf(out, " #%d  %s\n", ++number, j->located);
        if (j->outcome == SCN_FAILED && j->located != NULL)
            print_why(out, v, &j->place, folder);
    }
    if (*always != '\0')
        fprintf(out, " #%d  %s\n", ++number, always);
    if (number > 0 && command != NULL)
        fprintf(out, "     %s\n", command);
}

/* --- files ---------------------------------------------------------------------------------------------- */

static const char *text_or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static char *table_text(const struct scn_verdict *v, bool always, const char *line)
{
    GString *out = g_string_new("outcome\tsort\tsentence\tvalue\tlimit\tnote\tlocated\n");

    for (guint i = 0; i < v->checks->len; i++) {
        const struct scn_judged *j = g_ptr_array_index(v->checks, i);
        g_string_append_printf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", outcomes[j->outcome],
                               scn_check_sort_name(j->check->sort), j->check->sentence,
                               text_or_empty(j->shown), text_or_empty(j->limit),
                               j->why != NULL ? j->why : text_or_empty(j->note), text_or_empty(j->located));
    }
    g_string_append_printf(out, "%s\talways-on\t%s\t\t\t\t\n", always ? "ok" : "failed", line);
    return g_string_free(out, FALSE);
}

static void json_field(GString *out, const char *name, const char *text)
{
    g_string_append_printf(out, ",\"%s\":", name);
    if (text != NULL)
        scn_json_string(out, text);
    else
        g_string_append(out, "null");
}

static char *json_text(const struct scn_verdict *v, bool always, const char *line)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    GString *out = g_string_new("[");

    for (guint i = 0; i < v->checks->len; i++) {
        const struct scn_judged *j = g_ptr_array_index(v->checks, i);
        const struct scn_check *c = j->check;
        g_string_append(out, i > 0 ? ",\n{\"sentence\":" : "{\"sentence\":");
        scn_json_string(out, c->sentence);
        json_field(out, "sort", scn_check_sort_name(c->sort));
        json_field(out, "outcome", outcomes[j->outcome]);
        bool number_is = j->has_value && isfinite(j->value);
        g_string_append_printf(out, ",\"value\":%s",
                               number_is ? g_ascii_dtostr(number, sizeof number, j->value) : "null");
        json_field(out, "shown", j->shown);
        json_field(out, "op", c->limit >= 0 ? scn_op_text(c->op) : NULL);
        json_field(out, "limit", j->limit);
        json_field(out, "note", j->why != NULL ? j->why : j->note);
        g_string_append_c(out, '}');
    }
    g_string_append(out, v->checks->len > 0 ? ",\n{\"sentence\":" : "{\"sentence\":");
    scn_json_string(out, line);
    g_string_append_printf(out, ",\"sort\":\"always-on\",\"outcome\":\"%s\"}]", always ? "ok" : "failed");
    return g_string_free(out, FALSE);
}

static void append_number(GString *out, bool is, double value)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append_c(out, '\t');
    if (is)
        g_string_append(out, isfinite(value) ? g_ascii_dtostr(number, sizeof number, value) : "never");
}

static void append_points(const struct scn_verdict *v, const struct scn_plot *plot, GString *out)
{
    for (unsigned i = 0; plot->x != NULL && !plot->left_out && i < plot->count; i++) {
        struct scn_number number = {.kind = SCN_COUNT};
        char *wrong = NULL;
        const struct scn_value *value = scn_plan_values(v->plan, plot->series[i].value);
        bool is = value->lacks == NULL && !value->set && value->kind != SCN_VALUE_OVER &&
                  scn_number_of(v, plot->series[i].value, &number, &wrong);
        g_free(wrong);
        g_string_append_printf(out, "plot\t%s\t%s\t\t%s", plot->name, plot->series[i].label, scn_kind_word(number.kind));
        append_number(out, is, number.value);
        g_string_append(out, "\t\t\t0\n");
    }
}

void scn_verdict_numbers(const struct scn_verdict *v, GString *out)
{
    for (guint i = 0; i < v->plan->plots->len; i++)
        append_points(v, scn_plan_plots(v->plan, (int)i), out);
    for (guint i = 0; i < v->checks->len; i++) {
        const struct scn_judged *j = g_ptr_array_index(v->checks, i);
        g_string_append_printf(out, "check\t%s\t%s\t%s\t%s", j->check->sentence, scn_check_sort_name(j->check->sort),
                               outcomes[j->outcome], scn_kind_word(j->kind));
        append_number(out, j->has_value, j->value);
        append_number(out, j->has_limit, j->limit_value);
        append_number(out, j->has_limit, j->room);
        g_string_append_printf(out, "\t%" G_GUINT64_FORMAT "\n", j->samples);
    }
    g_string_append_printf(out, "check\talways-on\talways-on\t%s\tcount\t\t\t\t0\n", v->always ? "ok" : "failed");
}

/* --- all of it ------------------------------------------------------------------------------------------ */

static int count(const struct scn_verdict *v, enum scn_judgement outcome)
{
    int n = 0;

    for (guint i = 0; i < v->checks->len; i++)
        n += ((const struct scn_judged *)g_ptr_array_index(v->checks, i))->outcome == outcome;
    return n;
}

int scn_verdict_judge(struct scn_verdict *v, const char *folder, const char *command, FILE *out)
{
    g_autoptr(GString) line = g_string_new(NULL);
    g_autoptr(GString) broken_where = g_string_new(NULL);
    int number = 0;

    scn_verdict_judge_all(v);
    bool always = v->always = scn_verdict_always_on(v, line, broken_where);
    struct widths widths = measure(v);
    fputs("Verdict\n", out);
    for (guint i = 0; i < v->checks->len; i++) {
        const struct scn_judged *j = g_ptr_array_index(v->checks, i);
        print_line(out, j, j->outcome == SCN_FAILED && j->located != NULL ? ++number : 0, widths);
    }
    fprintf(out, "  %-5s always-on: %s", always ? "ok" : "FAIL", line->str);
    if (!always)
        fprintf(out, "  #%d", number + 1);
    fputc('\n', out);
    print_located(out, v, broken_where->str, command, folder);
    int failed = count(v, SCN_FAILED) + !always, passed = count(v, SCN_PASSED) + always;
    fprintf(out, "%d failed, %d passed, %d not judged.\n", failed, passed,
            count(v, SCN_PRINTED) + count(v, SCN_NOT_JUDGED));
    g_free(v->json);
    v->json = json_text(v, always, line->str);
    if (folder != NULL) {
        g_autofree char *path = g_build_filename(folder, "verdict.tsv", NULL),
                        *table = table_text(v, always, line->str);
        g_autoptr(GError) error = NULL;
        if (!g_file_set_contents(path, table, -1, &error)) {
            fprintf(out, "  verdict.tsv could not be written: %s\n", error->message);
            failed++; /* a verdict that is lost must not look like a pass */
        }
    }
    return failed;
}

const char *scn_verdict_json(const struct scn_verdict *v)
{
    return v->json != NULL ? v->json : "[]";
}
