/* Recorded presence: the reader, the repetition, and a run that follows it. */
#include "scenarios/engine/presence_trace.h"
#include "tests/unit/script/helper.h"

#include <criterion/criterion.h>
#include <string.h>

#define SECOND INT64_C(1000000000)

static const char text[] = "# node from to how\n"
                           "a 0 100 clean\n"
                           "b\t50\t2min silent\n"
                           "\n"
                           "a 150.5 200\n"
                           "c 20 30 reset\n"
                           "c 30 40 clean\n"
                           "d 0 200\n";

static struct scn_trace *trace_of(const char *from)
{
    GError *error = NULL;
    struct scn_trace *trace = scn_trace_read(from, strlen(from), "p.tsv", &error);

    cr_assert_not_null(trace, "%s", error ? error->message : "");
    return trace;
}

Test(presence, a_trace_repeats_and_sessions_that_touch_are_one)
{
    static const struct {
        uint32_t node;
        double at, next; /* s; next 0: never */
        bool there;
        enum scn_trace_how how;
    } rows[] = {
        {0, 0, 100, true, SCN_TRACE_CLEAN},     {0, 99.5, 100, true, SCN_TRACE_CLEAN}, {0, 100, 150.5, false, 0},
        {0, 160, 300, true, SCN_TRACE_CLEAN}, /* over the end into the next repetition */
        {0, 300, 350.5, false, 0},              {1, 0, 50, false, 0},                  {1, 60, 120, true, SCN_TRACE_SILENT},
        {1, 120, 250, false, 0},                {1, 1060, 1120, true, SCN_TRACE_SILENT},
        {2, 25, 40, true, SCN_TRACE_CLEAN},     {3, 77, 0, true, 0},
    };
    struct scn_trace *trace = trace_of(text);

    cr_assert_eq(scn_trace_nodes(trace), 4);
    cr_assert_eq(scn_trace_length(trace), 200 * SECOND);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        enum scn_trace_how how = SCN_TRACE_DRAWN;
        int64_t next;
        bool there = scn_trace_at(trace, rows[i].node, (int64_t)(rows[i].at * 10) * SECOND / 10, &next, &how);

        cr_expect_eq(there, rows[i].there, "row %zu", i);
        cr_expect_eq(next, rows[i].next > 0 ? (int64_t)(rows[i].next * 10) * SECOND / 10 : INT64_MAX, "row %zu: %ld", i, next);
        cr_expect(!there || how == rows[i].how, "row %zu", i);
    }
    scn_trace_free(trace);
}

Test(presence, says_file_line_and_what_to_write)
{
    static const char *const rows[][2] = {
        {"", "p.tsv:0: no session; write NODE FROM TO, one a line"},
        {"# x\n", "p.tsv:1: no session"},
        {"a 0\n", "p.tsv:1: 2 words; write NODE FROM TO, and perhaps clean, reset or silent"},
        {"a 0 5 clean now\n", "p.tsv:1: 5 words"},
        {"a 0 5m\n", "p.tsv:1: '5m' is no time; write seconds, 5400.5, or a time with its unit, 90min"},
        {"a 0 5B\n", "p.tsv:1: '5B' is no time"},
        {"a -1 5\n", "p.tsv:1: '-1' is no time"},
        {"a 0 5 kindly\n", "p.tsv:1: 'kindly' is no way to leave"},
        {"\na 5 5\n", "p.tsv:2: the session ends at 5, not after 5, where it begins"},
        {"a 10 20\nb 0 5\na 5 11\n", "p.tsv:3: this node is present then already, by line 1"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        GError *error = NULL;

        cr_expect_null(scn_trace_read(rows[i][0], strlen(rows[i][0]), "p.tsv", &error));
        cr_expect(g_str_has_prefix(error->message, rows[i][1]), "%s\n  says     %s\n  expected %s", rows[i][0], error->message, rows[i][1]);
        g_error_free(error);
    }
}

#define SCRIPT "scenario { title = 'T' }\nnetwork 'null'\npeers('a', 2, { mesh = mesh 'm', churn = 'file p.tsv' }) finish '1h'"

Test(presence, the_script_names_the_file_and_the_plan_its_digest)
{
    GError *error = NULL;
    struct scn_plan *plan = load_text(SCRIPT, &(struct options){.module = "p.tsv", .module_text = text}, &error);

    cr_assert_not_null(plan, "%s", error ? error->message : "");
    g_autofree char *tsv = scn_plan_tsv(plan), *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
    g_autofree char *expected = g_strdup_printf("churn=\"file p.tsv\" digest=%s", digest);
    cr_expect_not_null(strstr(tsv, expected), "%s", tsv);
    scn_plan_free(plan);

    g_autofree char *bad = refusal(SCRIPT, &(struct options){.module = "p.tsv", .module_text = "a 1 0\n"});
    cr_expect(g_str_has_prefix(bad, "t.lua:3: peers: churn = p.tsv:1: the session ends at 0, not after 1"), "%s", bad);
    g_autofree char *gone = refusal(SCRIPT, NULL);
    cr_expect(g_str_has_prefix(gone, "t.lua:3: peers: churn = p.tsv: No such file or directory"), "%s", gone);
}
