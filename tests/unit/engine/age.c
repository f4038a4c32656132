/* T10: the age of what a subscriber holds is D + P/2 if updates come every P, and D + 1/rate if they come at random. */
#include "tests/unit/engine/folder_rig.h"

#include "scenarios/engine/verdict.h"

#include <criterion/criterion.h>

/* A star of 30 on N0 would not have one delay; two peers have: 10 ms. */
static void check_age(const char *rate, const char *least, const char *most)
{
    g_autofree char *script = g_strdup_printf("local p = scenario { title = \"Age\", story = \"How old is what one holds?\" }\n"
                                              "network \"null\"\n"
                                              "local m = mesh \"m\"\n"
                                              "local a = peers(\"a\", 1, { mesh = m, plays = role(\"publisher\", { rate = \"%s\", size = \"100B\", start = \"0s\" }) })\n"
                                              "local b = peers(\"b\", 1, { mesh = m, plays = role \"subscriber\" })\n"
                                              "finish(settled + \"3h\")\n"
                                              "bound(\"not younger\", metric.staleness.mean, \">=\", \"%s\")\n"
                                              "bound(\"not older\", metric.staleness.mean, \"<=\", \"%s\")\n",
                                              rate, least, most);
    struct folder_rig rig;
    GError *error = NULL;
    char *table = NULL;
    size_t size;
    FILE *out = open_memstream(&table, &size);
    folder_open(&rig, script, 1);
    folder_prepare(&rig, (struct scn_run_options){.trace = SCN_TRACE_NONE});
    struct scn_verdict *verdict = scn_verdict_register(rig.run, &error);
    cr_assert_not_null(verdict, "%s", error ? error->message : "");
    cr_assert(scn_run_go(rig.run, &error), "%s", error ? error->message : "");
    int failed = scn_verdict_judge(verdict, NULL, NULL, out);
    fclose(out);
    cr_expect_eq(failed, 0, "%s: %s", rate, table);
    free(table);
    scn_verdict_free(verdict);
    folder_close(&rig);
}

Test(theory, t10_the_age_of_periodic_updates_is_the_delay_and_half_a_period)
{
    check_age("1/10s", "4.91s", "5.11s"); /* 10 ms + 5 s, 2 % */
    check_age("1/2s", "990ms", "1030ms");
}

Test(theory, t10_the_age_of_random_updates_is_the_delay_and_a_whole_mean_gap)
{
    check_age("poisson 1/5s", "4.9s", "5.12s");
}
