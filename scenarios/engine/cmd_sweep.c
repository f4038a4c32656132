/* peermesh sweep, and peermesh run --seeds. */
#include "scenarios/engine/cmd.h"
#include "scenarios/engine/sweep.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct arguments {
    char *variant, *tier, *study, *seeds, *out;
    char **sets, **withouts, **varied, **files;
    int jobs;
    gboolean fresh, trace;
};

static bool parse(int *argc, char ***argv, struct arguments *a, GError **error)
{
    const GOptionEntry entries[] = {
        {"study", 0, 0, G_OPTION_ARG_STRING, &a->study, "a study of the scenario", "NAME"},
        {"vary", 0, 0, G_OPTION_ARG_STRING_ARRAY, &a->varied, "one cell for each value of a parameter", "NAME=A,B,C"},
        {"seeds", 0, 0, G_OPTION_ARG_STRING, &a->seeds, "seeds of each cell (default: the tier's number, or 1)", "A..B"},
        {"tier", 0, 0, G_OPTION_ARG_STRING, &a->tier, "smoke, standard or large", "T"},
        {"variant", 0, 0, G_OPTION_ARG_STRING, &a->variant, "a variant of the scenario", "V"},
        {"set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &a->sets, "change a parameter", "NAME=VALUE"},
        {"without", 0, 0, G_OPTION_ARG_STRING_ARRAY, &a->withouts, "leave one thing out, by its key", "KEY"},
        {"jobs", 'j', 0, G_OPTION_ARG_INT, &a->jobs, "runs at a time (default: one for each processor)", "N"},
        {"fresh", 0, 0, G_OPTION_ARG_NONE, &a->fresh, "run again what has been run before", NULL},
        {"trace", 0, 0, G_OPTION_ARG_NONE, &a->trace, "keep trace.bin of each run", NULL},
        {"out", 0, 0, G_OPTION_ARG_FILENAME, &a->out, "folder (default runs/NAME-STUDY)", "DIR"},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &a->files, NULL, NULL},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};
    GOptionContext *context = g_option_context_new("SCENARIO.lua");
    g_option_context_add_main_entries(context, entries, NULL);
    bool ok = g_option_context_parse(context, argc, argv, error);
    g_option_context_free(context);
    if (ok && (!a->files || !a->files[0] || a->files[1])) {
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "sweep: one scenario is due (peermesh sweep SCENARIO.lua)");
        ok = false;
    }
    if (ok && a->jobs < 0) {
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "--jobs %d: a number from 1 is due", a->jobs);
        ok = false;
    }
    return ok;
}

static void clear(struct arguments *a)
{
    char *texts[] = {a->variant, a->tier, a->study, a->seeds, a->out};
    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_strfreev(a->sets);
    g_strfreev(a->withouts);
    g_strfreev(a->varied);
    g_strfreev(a->files);
}

bool scn_seeds_parse(const char *text, uint64_t *first, uint64_t *last, GError **error)
{
    const char *dots = text ? strstr(text, "..") : NULL;
    char *from = text ? g_strndup(text, dots ? (gsize)(dots - text) : strlen(text)) : NULL;
    *first = 1;
    *last = 0;
    bool ok = !text || (g_ascii_string_to_unsigned(from, 10, 0, G_MAXUINT64, first, NULL) &&
                        g_ascii_string_to_unsigned(dots ? dots + 2 : from, 10, 0, G_MAXUINT64, last, NULL) && *first <= *last);
    g_free(from);
    if (!ok)
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "--seeds %s: one seed or a range such as 1..20 is due", text);
    return ok;
}

int scn_sweep_command(const struct scn_sweep_options *options, GError **error)
{
    GPtrArray *notes = g_ptr_array_new_with_free_func(g_free);
    struct scn_sweep *sweep = scn_sweep_new(options, error);
    int code = SCN_EXIT_USAGE;
    unsigned there = 0, unfinished = 0;
    if (!sweep)
        goto out;
    printf("%s: %s\n  %u cell%s, %u seed%s each: %u runs in %s\n", sweep->plan->title, sweep->plan->story, sweep->cells->len,
           sweep->cells->len == 1 ? "" : "s", sweep->seeds, sweep->seeds == 1 ? "" : "s", sweep->runs->len, sweep->folder);
    fflush(stdout);
    if (!scn_sweep_go(sweep, error))
        goto out;
    for (guint i = 0; i < sweep->runs->len; i++) {
        const struct scn_sweep_run *run = sweep->runs->pdata[i];
        there += run->there;
        unfinished += run->code == SCN_EXIT_UNFINISHED;
    }
    if (there)
        printf("  %u of them were there already (--fresh runs them again)\n", there);
    int failed = scn_sweep_judge(sweep, stdout);
    if (!scn_sweep_write(sweep, notes, error))
        goto out;
    for (guint i = 0; i < notes->len; i++)
        printf("  note: %s\n", (const char *)notes->pdata[i]);
    printf("%d failed. Tables %s/sweep.tsv, metrics.tsv%s\n", failed, sweep->folder, sweep->axes->len ? "; plots in plots/" : "");
    code = unfinished ? SCN_EXIT_UNFINISHED : failed ? SCN_EXIT_FAILED : SCN_EXIT_OK;
out:
    scn_sweep_free(sweep);
    g_ptr_array_unref(notes);
    return code;
}

int scn_cmd_sweep(int argc, char **argv)
{
    struct arguments a = {0};
    GError *error = NULL;
    int code = SCN_EXIT_USAGE;
    struct scn_sweep_options options = {.library = scn_library(), .progress = isatty(STDERR_FILENO)};
    if (parse(&argc, &argv, &a, &error) && scn_seeds_parse(a.seeds, &options.first_seed, &options.last_seed, &error)) {
        options.script = a.files[0];
        options.variant = a.variant;
        options.tier = a.tier;
        options.study = a.study;
        options.sets = (const char *const *)a.sets;
        options.withouts = (const char *const *)a.withouts;
        options.varied = (const char *const *)a.varied;
        options.folder = a.out;
        options.jobs = (unsigned)a.jobs;
        options.fresh = a.fresh;
        options.trace = a.trace;
        code = scn_sweep_command(&options, &error);
    }
    if (error)
        code = scn_cmd_fail(error);
    clear(&a);
    return code;
}
