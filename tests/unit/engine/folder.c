/* What a run leaves behind: decisions 9. */
#include "tests/unit/engine/folder_rig.h"

#include "scenarios/engine/folder.h"
#include "scenarios/engine/plots.h"
#include "scenarios/engine/verdict.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void run_to_the_end(struct folder_rig *rig, int expected_failures)
{
    GError *error = NULL;
    folder_prepare(rig, (struct scn_run_options){.trace = SCN_TRACE_BUDGET});
    struct scn_verdict *verdict = scn_verdict_register(rig->run, &error);
    cr_assert_not_null(verdict, "%s", error ? error->message : "");
    struct scn_measures *measures = scn_measures_register(rig->run);
    cr_assert(scn_run_go(rig->run, &error), "%s", error ? error->message : "");
    cr_assert_eq(scn_run_summary(rig->run)->outcome, SCN_ENDED);
    cr_assert(!folder_has(rig, "run.json"), "run.json is there before the run was judged");
    char *table = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&table, &size);
    int failed = scn_verdict_judge(verdict, rig->run_folder, "peermesh run story.lua", out);
    fclose(out);
    cr_assert_eq(failed, expected_failures, "%d checks failed:\n%s", failed, table);
    cr_assert(scn_folder_end(rig->run_folder, rig->run, measures, scn_verdict_json(verdict), "peermesh run story.lua", failed, &error),
              "%s", error ? error->message : "");
    free(table);
    scn_measures_free(measures);
    scn_verdict_free(verdict);
}

static void assert_complete(const struct folder_rig *rig)
{
    static const char *const files[] = {"scenario.lua", "plan.tsv",  "run.json",  "verdict.tsv",
                                        "metrics.tsv",  "addresses.tsv", "trace.bin", "mesh.graphml"};
    for (unsigned i = 0; i < G_N_ELEMENTS(files); i++)
        cr_assert(folder_has(rig, files[i]), "the run folder lacks %s", files[i]);
}

Test(run_folder, hello_passes_and_leaves_a_complete_folder)
{
    static const char *const places[] = {"place=lan", "place=null", "place=world-homes"};
    for (unsigned i = 0; i < G_N_ELEMENTS(places); i++) {
        const char *const sets[] = {places[i], NULL};
        struct folder_rig rig;
        folder_open_file(&rig, "scenarios/mesh/hello.lua", sets, 1 + i);
        run_to_the_end(&rig, 0);
        assert_complete(&rig);
        folder_close(&rig);
    }
}

Test(run_folder, disaster_warning_passes_with_200_homes)
{
    static const char *const sets[] = {"homes=200", NULL};
    struct folder_rig rig;
    folder_open_file(&rig, "scenarios/tutorial/disaster_warning.lua", sets, 1);
    run_to_the_end(&rig, 0);
    assert_complete(&rig);
    folder_close(&rig);
}

static const char lonely[] = "local p = scenario { title = \"T\", story = \"S.\" }\n"
                             "network \"null\"\n"
                             "local m = mesh \"m\"\n"
                             "local a = peers(\"a\", 3, { mesh = m })\n"
                             "local hello = send(a[1], \"hello\", { at = settled + \"1s\" })\n"
                             "finish(hello + \"70s\")\n"
                             "exact(\"nobody hears it\", metric.delivery, \"==\", \"0%\")\n"
                             "exact(\"everybody hears it\", metric.delivery, \"==\", \"100%\")\n";

Test(run_folder, a_false_check_fails_and_is_written_down)
{
    struct folder_rig rig;
    char *path, *text;
    folder_open(&rig, lonely, 1);
    run_to_the_end(&rig, 1);
    path = folder_file(&rig, "run.json");
    cr_assert(g_file_get_contents(path, &text, NULL, NULL));
    cr_assert_not_null(strstr(text, "\"checks_failed\": 1"), "%s", text);
    cr_assert_not_null(strstr(text, scn_run_summary(rig.run)->fingerprint), "run.json has another fingerprint");
    g_free(text);
    g_free(path);
    folder_close(&rig);
}

Test(run_folder, beginning_a_run_removes_run_json_of_the_one_before)
{
    GError *error = NULL;
    struct folder_rig rig;
    folder_open(&rig, lonely, 1);
    run_to_the_end(&rig, 1);
    cr_assert(folder_has(&rig, "run.json"));
    scn_run_free(rig.run);
    rig.run = NULL;
    folder_prepare(&rig, (struct scn_run_options){.trace = SCN_TRACE_NONE});
    cr_assert(!folder_has(&rig, "run.json"), "a run that has only begun looks complete");
    /* and one that is given up leaves none */
    scn_run_free(rig.run);
    rig.run = NULL;
    cr_assert(!folder_has(&rig, "run.json"));
    g_clear_error(&error);
    folder_close(&rig);
}

static char *text_of(const struct folder_rig *rig, const char *name)
{
    g_autofree char *path = folder_file(rig, name);
    char *text = NULL;

    cr_assert(g_file_get_contents(path, &text, NULL, NULL), "%s", path);
    return text;
}

/* Each peer's beat is a dot at its time, in the row of its number: the publisher is 1. */
Test(run_folder, a_raster_has_a_dot_for_each_sample_in_the_row_of_its_peer)
{
    struct folder_rig rig;

    folder_open(&rig,
                "scenario { title = 'T', story = 'S' }\nnetwork 'null'\nlocal m = mesh 'm'\npeers('pub', 1, { mesh = m })\n"
                "local tick = role(function (me) me:after(unit '20s' + me.index * unit '1s', function () me:sample('beat', 1) end) end)\n"
                "peers('sub', 3, { mesh = m, plays = tick, join = '1s' })\nfinish '100s'\n"
                "report('beats', metric.sample{ 'beat' }.count)\n"
                "plot('beats', { kind = 'raster', { 'beats', metric.sample{ 'beat', after = '0s' } } })\n",
                1);
    folder_prepare(&rig, (struct scn_run_options){.trace = SCN_TRACE_NONE});
    struct scn_plots *plots = scn_plots_register(rig.run);
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    GError *error = NULL;

    cr_assert(scn_run_go(rig.run, &error), "%s", error ? error->message : "");
    cr_assert(scn_plots_write(plots, rig.run_folder, notes, &error), "%s", error ? error->message : "");
    scn_plots_free(plots);
    g_autofree char *table = text_of(&rig, "beats.tsv"), *script = text_of(&rig, "plots/beats.gp");
    g_auto(GStrv) lines = g_strsplit(table, "\n", -1);

    cr_assert_eq(g_strv_length(lines), 5, "a heading and three dots:\n%s", table);
    cr_assert_str_eq(lines[0], "series\tlabel\tx_s\ty_count");
    for (guint i = 1; i <= 3; i++) {
        g_auto(GStrv) fields = g_strsplit(lines[i], "\t", -1);
        double time = g_ascii_strtod(fields[2], NULL);

        cr_assert(time > 21 + i - 1 && time < 22.5 + i - 1, "%s", lines[i]);
        cr_assert_eq(atoi(fields[3]), (int)i + 1, "%s", lines[i]);
    }
    cr_assert(strstr(script, "set xrange [0:100]") && strstr(script, "set yrange [0.5:4.5]"), "%s", script);
    folder_close(&rig);
}
