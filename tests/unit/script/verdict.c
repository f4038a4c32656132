/* Verdicts of small runs: what passes, what fails, what is not judged, and what is said about it.
 * scenario-api, 8 and 13. */
#include "scenarios/engine/verdict.h"
#include "tests/unit/script/helper.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORLD                                                                                                \
    "local p = scenario { title = 'T', story = 'S', params = { n = 5 } }\n"                                  \
    "network 'null'\n"                                                                                       \
    "local m = mesh 'm'\n"                                                                                   \
    "local pub = peers('pub', 1, { mesh = m, plays = role('publisher', { rate = '1/s', count = 10, size = "  \
    "'200B' }) })\n"                                                                                         \
    "local all = peers('sub', p.n, { mesh = m, join = 'uniform 0s..5s', plays = role('subscriber', { keep "  \
    "= 'newest per topic' }) })\n"                                                                           \
    "local late = { settled + '1h', settled + '2h' }\n"                                                      \
    "finish(settled + '80s')\n"

/* Runs WORLD with these checks → the printed table; *failed: how many. Free with g_free. */
static char *verdict_of(const char *checks, int *failed, char **json)
{
    g_autofree char *script = g_strconcat(WORLD, checks, NULL);
    GError *error = NULL;
    char *text = NULL;
    size_t length = 0;

    struct scn_plan *plan = load_text(script, NULL, &error);
    cr_assert_not_null(plan, "%s\n%s", checks, error != NULL ? error->message : "");
    struct scn_run *run = scn_run_new(plan, &(struct scn_run_options){.trace = SCN_TRACE_NONE}, &error);
    cr_assert_not_null(run, "%s", error != NULL ? error->message : "");
    struct scn_verdict *verdict = scn_verdict_register(run, &error);
    cr_assert_not_null(verdict, "%s\n%s", checks, error != NULL ? error->message : "");
    cr_assert(scn_run_go(run, &error), "%s", error != NULL ? error->message : "");
    FILE *out = open_memstream(&text, &length);
    *failed = scn_verdict_judge(verdict, NULL, "peermesh run t.lua --seed 0", out);
    fclose(out);
    if (json != NULL)
        *json = g_strdup(scn_verdict_json(verdict));
    scn_verdict_free(verdict);
    scn_run_free(run);
    scn_plan_free(plan);
    char *copy = g_strdup(text);
    free(text);
    return copy;
}

/* The line of the table with this sentence, blanks squeezed; "" if there is none. */
static char *line_of(const char *table, const char *sentence)
{
    g_auto(GStrv) lines = g_strsplit(table, "\n", -1);

    for (guint i = 0; lines[i] != NULL; i++) {
        if (strstr(lines[i], sentence) == NULL)
            continue;
        GString *squeezed = g_string_new(NULL);
        for (const char *c = g_strstrip(lines[i]); *c != '\0'; c++)
            if (*c != ' ' || c[1] != ' ')
                g_string_append_c(squeezed, *c);
        return g_string_free(squeezed, FALSE);
    }
    return g_strdup("");
}

struct row {
    const char *check; /* with the sentence 'S.' */
    int failed;
    const char *line; /* as it is printed, after "S." */
};

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int failed;
        g_autofree char *table = verdict_of(rows[i].check, &failed, NULL), *line = line_of(table, "S.");
        cr_expect_eq(failed, rows[i].failed, "%s\n%s", rows[i].check, table);
        cr_expect(g_str_has_prefix(line, rows[i].line), "%s\n  says     %s\n  expected %s", rows[i].check,
                  line, rows[i].line);
    }
}

Test(verdict, judges_every_sample_of_a_set)
{
    static const struct row rows[] = {
        {"exact('S.', metric.delivery, '==', '100%')", 0, "ok exact S. 100%, all 50 == 100%"},
        {"exact('S.', metric.delivery, '<', '100%')", 1, "FAIL exact S. 100% < 100% #1"},
        {"exact('S.', metric.copies, '==', theory.copies)", 0, "ok exact S. all 10 == theory.copies"},
        {"exact('S.', metric.copies, '<', theory.copies)", 1, "FAIL exact S. off by 0 < theory.copies #1"},
        {"bound('S.', metric.latency, '>=', theory.shortest_path)", 0,
         "ok bound S. all 50 >= theory.shortest_path"},
        {"bound('S.', metric.latency, '>=', '10ms')", 0, "ok bound S. 10"},
        {"bound('S.', metric.latency, '<=', '1ms')", 1, "FAIL bound S. "},
        {"bound('S.', metric.latency - theory.shortest_path, '<=', '1h')", 0, "ok bound S. "},
        {"exact('S.', metric.latency{ of = all[2] }, '>', '0s')", 0, "ok exact S. 10"},
    };
    check_rows(rows, G_N_ELEMENTS(rows));
}

Test(verdict, judges_numbers_and_what_is_computed_from_them)
{
    static const struct row rows[] = {
        {"exact('S.', metric.delivery.count, '==', 50)", 0, "ok exact S. 50 == 50"},
        {"exact('S.', metric.delivery.count, '==', 51)", 1, "FAIL exact S. 50 == 51"},
        {"exact('S.', metric.latency.max, '>=', metric.latency.min)", 0, "ok exact S. "},
        {"exact('S.', metric.latency.max - metric.latency.min, '>=', '0s')", 0, "ok exact S. "},
        {"exact('S.', 2 * metric.delivery.count + 1, '==', 101)", 0, "ok exact S. 101 == 101"},
        {"exact('S.', metric.delivery.count / metric.copies.count, '==', 5)", 0, "ok exact S. 5 == 5"},
        {"bound('S.', metric.upload{ of = pub, kind = 'message' }.max, '<=', metric.degree{ of = pub }.max * "
         "metric.wire_size{ from = pub }.max * '1/s')",
         0, "ok bound S. "},
        {"exact('S.', metric.sample{ 'stale overwrite', of = all }.count, '==', 0)", 0, "ok exact S. 0 == 0"},
    };
    check_rows(rows, G_N_ELEMENTS(rows));
}

Test(verdict, fails_where_nothing_was_measured)
{
    static const struct row rows[] = {
        {"exact('S.', metric.delivery{ during = late }, '==', '100%')", 1, "FAIL exact S. "},
        {"bound('S.', metric.latency{ during = late }.p99, '<=', '1s')", 1,
         "FAIL bound S. latency: nothing was measured"},
        {"stat('S.', metric.latency{ during = late }.p99, '<=', '1s')", 1,
         "FAIL stat S. latency: nothing was measured"},
        {"exact('S.', metric.sample{ 'stal' }.count, '==', 0)", 1,
         "FAIL exact S. no sample of 'stal' (names measured in this run: stale overwrite)"},
        {"report('S.', metric.latency{ during = late }.p99)", 0,
         "-- report S. latency: nothing was measured"},
    };
    check_rows(rows, G_N_ELEMENTS(rows));
}

Test(verdict, does_not_judge_what_one_run_cannot_tell)
{
    static const struct row rows[] = {
        {"stat('S.', metric.latency.max, '<=', '1ns')", 0, ".... stat S. "},
        {"stat('S.', metric.delivery.mean, '~', '50%', { within = '1pt' })", 0,
         ".... stat S. 100% ~ 50% ±1pt 1 seed: not judged"},
        {"stat('S.', metric.delivery.mean, '~', '50%', { ci = '99%' })", 0,
         ".... stat S. 100% ~ 50% 1 seed: not judged"},
        {"stat('S.', over('n', metric.latency.p99).slope, '~', 0, { within = '1%' })", 0,
         "-- stat S. not judged: needs sweep --vary n"},
        {"exact('S.', metric.latency.max, '<=', 'stored')", 0,
         "-- exact S. not available: there is no stored baseline yet"},
        {"exact('S.', metric.filtered.max, '<=', 1)", 0, "-- exact S. not available: metric.filtered"},
        {"exact('S.', metric.latency.max, '<=', theory.flood_time.max)", 0,
         "-- exact S. not available: theory.flood_time"},
        {"exact('S.', metric.upload{ kind = 'goal' }.mean, '<=', '1Gbit/s')", 0, "-- exact S. not available: "},
        {"exact('S.', metric.delivery{ kind = 'goal' }.mean, '<=', '1%')", 1, "FAIL exact S. delivery: nothing was measured"},
        {"exact('S.', metric.delivery{ kind = 'data' }.mean, '==', '100%')", 0, "ok exact S. 100% == 100%"},
        {"exact('S.', 2 * metric.latency, '<=', '1h')", 0,
         "-- exact S. not available: arithmetic with every sample of a set"},
        {"report('S.', metric.delivery.mean)", 0, "report S. 100%"},
    };
    check_rows(rows, G_N_ELEMENTS(rows));
}

Test(verdict, prints_a_table_with_places_and_the_command)
{
    int failed;
    char *json;
    g_autofree char *table =
        verdict_of("exact('everybody hears it', metric.delivery, '==', '100%')\n"
                   "bound('faster than light', metric.latency{ of = all[3] }, '<=', '1ms')\n"
                   "stat('soon', metric.latency.p99, '<=', '1s')\n"
                   "report('how many', metric.delivery.count)\n",
                   &failed, &json);

    cr_expect_eq(failed, 1);
    cr_expect(g_str_has_prefix(table, "Verdict\n"));
    cr_expect_not_null(strstr(table, "  ok    always-on: causes named (0 of 0), degree "), "%s", table);
    cr_expect_not_null(strstr(table, " #1  message "), "%s", table);
    cr_expect_not_null(strstr(table, ", peer sub[3]"), "%s", table);
    cr_expect_not_null(strstr(table, "\n     peermesh run t.lua --seed 0\n"), "%s", table);
    cr_expect(g_str_has_suffix(table, "\n1 failed, 2 passed, 1 not judged.\n"), "%s", table);
    cr_expect(
        g_str_has_prefix(
            json,
            "[{\"sentence\":\"everybody hears it\",\"sort\":\"exact\",\"outcome\":\"ok\",\"value\":1000000,"),
        "%s", json);
    cr_expect_not_null(
        strstr(json, "\"sentence\":\"how many\",\"sort\":\"report\",\"outcome\":\"report\",\"value\":50,"),
        "%s", json);
    cr_expect(g_str_has_suffix(json, "\"sort\":\"always-on\",\"outcome\":\"ok\"}]"), "%s", json);
    g_free(json);
}

/* The crash falls into the flood of 3 s. What theory says of a graph holds while it stands still, also where it is one side of a difference. */
Test(verdict, a_difference_with_theory_of_the_graph_looks_at_calm_floods_only)
{
    int failed;
    g_autofree char *table = verdict_of("crash(all[2], { at = settled + '3005ms', how = 'reset' })\n"
                                        "exact('as fast as can be', metric.latency - theory.shortest_path, '==', '0s')\n"
                                        "exact('measured', metric.latency, '>', '0s')\n",
                                        &failed, NULL),
                    *fast = line_of(table, "as fast as can be"), *measured = line_of(table, "measured");

    cr_assert_eq(failed, 0, "%s", table);
    cr_expect(strstr(fast, "judged: the 90% of 10 floods"), "%s", fast);
    cr_expect(strstr(measured, "judged: the") == NULL, "what was measured does not depend on links that stay: %s", measured);
}

Test(verdict, says_the_same_each_time)
{
    int failed;
    static const char checks[] = "report('a', metric.latency.max) report('b', metric.upload{ per = 'peer' "
                                 "}.mean) report('c', metric.join_time.max)";
    g_autofree char *first = verdict_of(checks, &failed, NULL), *second = verdict_of(checks, &failed, NULL);

    cr_expect_str_eq(first, second);
}
