/* peermesh check: the regression suite. */
#include "scenarios/engine/cmd.h"
#include "scenarios/engine/suite.h"

#include <string.h>
#include <unistd.h>

struct arguments {
    char *tier, *seeds, *update, *junit, *out;
    char **names;
    int jobs;
    gboolean resume, keep;
};

static bool is_fine(const struct arguments *a, GError **error)
{
    static const char *const tiers[] = {"smoke", "standard", "large", NULL};
    if (a->tier && !g_strv_contains(tiers, a->tier))
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "--tier %s: smoke, standard or large is due", a->tier);
    else if (a->update && strspn(a->update, " \t\n") == strlen(a->update))
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "--update: say why what is stored is to change, such as --update 'prunes earlier: issue 4'");
    else if (a->jobs < 0)
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "--jobs %d: a number from 1 is due", a->jobs);
    else
        return true;
    return false;
}

static bool parse(int *argc, char ***argv, struct arguments *a, GError **error)
{
    const GOptionEntry entries[] = {
        {"tier", 0, 0, G_OPTION_ARG_STRING, &a->tier, "smoke (default), standard or large", "T"},
        {"seeds", 0, 0, G_OPTION_ARG_STRING, &a->seeds, "seeds of each variant (default: as the tier says)", "A..B"},
        {"update", 0, 0, G_OPTION_ARG_STRING, &a->update, "store anew what differs, and why", "REASON"},
        {"junit", 0, 0, G_OPTION_ARG_FILENAME, &a->junit, "the result also as JUnit's XML", "FILE"},
        {"jobs", 'j', 0, G_OPTION_ARG_INT, &a->jobs, "runs at a time (default: one for each processor)", "N"},
        {"resume", 0, 0, G_OPTION_ARG_NONE, &a->resume, "take runs that ended since the program was built", NULL},
        {"keep", 0, 0, G_OPTION_ARG_NONE, &a->keep, "keep trace and plots of each run, for peermesh report", NULL},
        {"out", 0, 0, G_OPTION_ARG_FILENAME, &a->out, "folder of the runs (default runs/check-TIER)", "DIR"},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &a->names, NULL, NULL},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};
    GOptionContext *context = g_option_context_new("[SCENARIO[:VARIANT]]…");
    g_option_context_set_summary(context, "Runs a tier of the scenario library (or the scenarios and families named) and compares verdicts, exact values\n"
                                          "and fingerprints with what is stored in baselines/NAME.TIER.tsv beside each script. TAP on stdout.");
    g_option_context_add_main_entries(context, entries, NULL);
    bool ok = g_option_context_parse(context, argc, argv, error);
    g_option_context_free(context);
    return ok && is_fine(a, error);
}

int scn_cmd_check(int argc, char **argv)
{
    struct arguments a = {0};
    GError *error = NULL;
    int code = SCN_EXIT_USAGE;
    struct scn_suite_options options = {.library = scn_library(), .build = scn_build(), .progress = isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO)};
    if (parse(&argc, &argv, &a, &error) && scn_seeds_parse(a.seeds, &options.first_seed, &options.last_seed, &error)) {
        options.tier = a.tier ? a.tier : "smoke";
        options.scenarios = (const char *const *)a.names;
        options.reason = a.update;
        options.junit = a.junit;
        options.folder = a.out;
        options.jobs = (unsigned)a.jobs;
        options.resume = a.resume;
        options.keep = a.keep;
        struct scn_suite *suite = scn_suite_new(&options, &error);
        if (suite)
            code = scn_suite_run(suite, &error);
        scn_suite_free(suite);
    }
    if (error) {
        int said = scn_cmd_fail(error);
        code = code == SCN_EXIT_INTERNAL ? code : said;
    }
    char *texts[] = {a.tier, a.seeds, a.update, a.junit, a.out};
    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_strfreev(a.names);
    return code;
}
