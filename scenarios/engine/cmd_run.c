#include "scenarios/engine/cmd.h"
#include "scenarios/engine/folder.h"
#include "scenarios/engine/live_capture.h"
#include "scenarios/engine/live_plan.h"
#include "scenarios/engine/plots.h"
#include "scenarios/engine/script.h"
#include "scenarios/engine/sweep.h"
#include "scenarios/engine/verdict.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct arguments {
    char *variant, *tier, *seed, *seeds, *out, *trace, *lua_memory;
    char **sets, **cells, **withouts, **files;
    char *delay; /* of `peermesh live` */
    bool live;
    gboolean dry_run, pcap, no_memo, no_plots;
};

static bool parse(int *argc, char ***argv, struct arguments *a, GError **error)
{
    const GOptionEntry entries[] = {
        {"seed", 0, 0, G_OPTION_ARG_STRING, &a->seed, "seed of all random streams (default 1)", "N"},
        {"seeds", 0, 0, G_OPTION_ARG_STRING, &a->seeds, "one run for each of them, judged together", "A..B"},
        {"tier", 0, 0, G_OPTION_ARG_STRING, &a->tier, "smoke, standard or large", "T"},
        {"variant", 0, 0, G_OPTION_ARG_STRING, &a->variant, "a variant of the scenario", "V"},
        {"set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &a->sets, "change a parameter", "NAME=VALUE"},
        {"without", 0, 0, G_OPTION_ARG_STRING_ARRAY, &a->withouts, "leave one thing out, by its key", "KEY"},
        {"dry-run", 0, 0, G_OPTION_ARG_NONE, &a->dry_run, "print the plan instead of running it", NULL},
        {"pcap", 0, 0, G_OPTION_ARG_NONE, &a->pcap, "record run.pcapng", NULL},
        {"trace", 0, 0, G_OPTION_ARG_STRING, &a->trace, "budget (default, 256 MB), full or none", "LEVEL"},
        {"lua-memory", 0, 0, G_OPTION_ARG_STRING, &a->lua_memory, "of all roles in Lua (default 2GiB)", "SIZE"},
        {"no-memo", 0, 0, G_OPTION_ARG_NONE, &a->no_memo, "encode and decode everything anew (same results)", NULL},
        {"no-plots", 0, 0, G_OPTION_ARG_NONE, &a->no_plots, "draw nothing (peermesh report does it later)", NULL},
        {"delay", 0, a->live ? 0 : G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &a->delay,
         "live: octets and connects are held back: \"20ms\" each way, or profile: each pair's base delay", "TIME"},
        {"cell", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING_ARRAY, &a->cells, "of a sweep", "NAME=VALUE"},
        {"out", 0, 0, G_OPTION_ARG_FILENAME, &a->out, "run folder (default runs/NAME-SEED)", "DIR"},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &a->files, NULL, NULL},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};
    GOptionContext *context = g_option_context_new("SCENARIO.lua");
    g_option_context_add_main_entries(context, entries, NULL);
    bool ok = g_option_context_parse(context, argc, argv, error);
    g_option_context_free(context);
    if (ok && (!a->files || !a->files[0] || a->files[1])) {
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "%s: one scenario is due (peermesh %s SCENARIO.lua)", a->live ? "live" : "run", a->live ? "live" : "run");
        ok = false;
    } else if (ok && a->delay && !a->live) {
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "run: --delay is of peermesh live");
        ok = false;
    } else if (ok && a->live && (a->pcap || a->seeds)) {
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "live: %s", a->pcap ? "every live run is captured" : "one run at a time: --seed N");
        ok = false;
    }
    return ok;
}

static void clear(struct arguments *a)
{
    g_free(a->variant);
    g_free(a->tier);
    g_free(a->seed);
    g_free(a->seeds);
    g_strfreev(a->cells);
    g_free(a->out);
    g_free(a->trace);
    g_free(a->delay);
    g_free(a->lua_memory);
    g_strfreev(a->sets);
    g_strfreev(a->withouts);
    g_strfreev(a->files);
}

static void printed(void *log, const char *line)
{
    scn_log_say(log, SCN_LOG_BEFORE, "script", "%s", line);
}

static struct scn_plan *load(const struct arguments *a, struct scn_log *log, GError **error)
{
    uint64_t seed = 1;
    if (a->seed && !g_ascii_string_to_unsigned(a->seed, 10, 0, G_MAXUINT64, &seed, NULL)) {
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "--seed %s: a whole number from 0 is due", a->seed);
        return NULL;
    }
    struct scn_script_options options = {.path = a->files[0],
                                         .library = scn_library(),
                                         .seed = seed,
                                         .variant = a->variant,
                                         .tier = a->tier,
                                         .cell = (const char *const *)a->cells,
                                         .sets = (const char *const *)a->sets,
                                         .withouts = (const char *const *)a->withouts,
                                         .print = printed,
                                         .user = log};
    return scn_script_load(&options, error);
}

/* The command that does the same again; the run folder is no part of it. */
static char *replay_command(const struct arguments *a)
{
    GString *out = g_string_new(a->live ? "peermesh live " : "peermesh run ");
    g_string_append(out, a->files[0]);
    if (a->delay)
        g_string_append_printf(out, " --delay %s", a->delay);
    if (a->variant)
        g_string_append_printf(out, " --variant %s", a->variant);
    if (a->tier)
        g_string_append_printf(out, " --tier %s", a->tier);
    for (char **cell = a->cells; cell && *cell; cell++) { /* before --set, which may change them again */
        char *quoted = g_shell_quote(*cell);
        g_string_append_printf(out, " --set %s", quoted);
        g_free(quoted);
    }
    for (char **set = a->sets; set && *set; set++) {
        char *quoted = strpbrk(*set, " '\"$&|;<>()*?") ? g_shell_quote(*set) : g_strdup(*set);
        g_string_append_printf(out, " --set %s", quoted);
        g_free(quoted);
    }
    for (char **key = a->withouts; key && *key; key++) {
        char *quoted = g_shell_quote(*key);
        g_string_append_printf(out, " --without %s", quoted);
        g_free(quoted);
    }
    g_string_append_printf(out, " --seed %s", a->seed ? a->seed : "1");
    return g_string_free(out, FALSE);
}

struct scn_plan *scn_cmd_run_plan(const char *command, GError **error)
{
    int count;
    char **words;
    struct arguments a = {0};
    struct scn_plan *plan = NULL;
    if (!g_shell_parse_argv(command, &count, &words, error))
        return NULL;
    int argc = count - 1; /* without "peermesh" */
    char **argv = g_memdup2(words + 1, (gsize)count * sizeof *words), **rest = argv; /* parsing takes options out of it */
    if (argc < 1 || (strcmp(argv[0], "run") != 0 && strcmp(argv[0], "live") != 0))
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "\"%s\" is no command of a run", command);
    else if ((a.live = strcmp(argv[0], "live") == 0, parse(&argc, &rest, &a, error)))
        plan = load(&a, NULL, error);
    clear(&a);
    g_free(argv);
    g_strfreev(words);
    return plan;
}

static void print_header(const struct scn_plan *plan)
{
    bool any = false;
    printf("%s: %s\n ", plan->title, plan->story);
    for (guint i = 0; i < plan->params->len; i++) {
        const struct scn_param *param = scn_plan_params(plan, (int)i);
        printf(" %s %s%s ", param->name, param->value, param->changed ? "*" : "");
        any |= param->changed;
    }
    puts(any ? "     (* changed)" : "");
}

static bool trace_level(const char *text, enum scn_trace_level *level, GError **error)
{
    static const char *const names[] = {"none", "budget", "full"};
    *level = SCN_TRACE_BUDGET;
    for (unsigned i = 0; text && i < G_N_ELEMENTS(names); i++)
        if (strcmp(text, names[i]) == 0) {
            *level = (enum scn_trace_level)i;
            return true;
        }
    if (!text)
        return true;
    g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "--trace %s: none, budget or full is due", text);
    return false;
}

/* 0 if it was not given. */
static bool memory_of(const char *text, size_t *octets, GError **error)
{
    struct scn_quantity size = {SCN_SIZE, 0};
    *octets = 0;
    if (!text)
        return true;
    if (scn_quantity_parse(text, &size) != SCN_PARSE_OK || size.kind != SCN_SIZE || size.value < 1 << 20) {
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "--lua-memory %s: a size of at least 1MiB is due, such as 512MiB", text);
        return false;
    }
    *octets = (size_t)size.value;
    return true;
}

static void print_notes(const GPtrArray *notes, const struct scn_summary *summary)
{
    for (guint i = 0; i < notes->len; i++)
        printf("  note: %s\n", (const char *)notes->pdata[i]);
    for (guint i = 0; i < summary->never_fired->len; i++)
        printf("  never fired: %s\n", (const char *)summary->never_fired->pdata[i]);
    if (summary->sent_alone)
        printf("  %" G_GUINT64_FORMAT " messages were sent by a peer that had no neighbor\n", summary->sent_alone);
}

static void list_plots(const char *folder)
{
    char *plots = g_build_filename(folder, "plots", NULL);
    GDir *dir = g_dir_open(plots, 0, NULL);
    const char *name;
    unsigned count = 0;
    while (dir && (name = g_dir_read_name(dir)))
        count += g_str_has_suffix(name, ".png") != 0;
    if (dir)
        g_dir_close(dir);
    if (count)
        printf("%u plots in %s (SVG and PNG, each with the .gp that draws it); peermesh report %s makes a page of them\n", count, plots,
               folder);
    g_free(plots);
}

/* numbers.tsv: what sweeps are made of. */
static bool write_numbers(const struct scn_verdict *verdict, const char *folder, GError **error)
{
    GString *text = g_string_new("of\tname\tsort\toutcome\tkind\tvalue\tlimit\troom\tsamples\n");
    char *path = g_build_filename(folder, "numbers.tsv", NULL);
    scn_verdict_numbers(verdict, text);
    bool ok = g_file_set_contents(path, text->str, (gssize)text->len, error);
    g_free(path);
    g_string_free(text, TRUE);
    return ok;
}

/* ---- live ---- */

static bool live_options(const struct arguments *a, const struct scn_plan *plan, struct scn_live_options *live, GError **error)
{
    struct scn_quantity delay = {SCN_TIME, 0};
    bool profile = a->delay && strcmp(a->delay, "profile") == 0;
    if (a->delay && !profile && (scn_quantity_parse(a->delay, &delay) != SCN_PARSE_OK || delay.kind != SCN_TIME || delay.value < 0 ||
                                 delay.value > 10 * SCN_SECOND)) {
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "--delay %s: a time up to 10s is due, or profile", a->delay);
        return false;
    }
    live->delay = profile ? -1 : delay.value;
    live->net = (uint8_t)(64 + getpid() % 128); /* two runs at once do not meet */
    return scn_live_plan_can(plan, a->delay != NULL, error);
}

static int64_t run_time(void *run)
{
    return scn_net_elapsed(scn_run_net(run));
}

static struct scn_live_capture *begin_capture(struct scn_run *run, const char *folder, const struct scn_live_options *live)
{
    GError *error = NULL;
    char *path = g_build_filename(folder, "run.pcapng", NULL);
    struct scn_live_capture *capture = scn_live_capture_new(path, live->net, run_time, run, &error);
    if (!capture) {
        fprintf(stderr, "peermesh live: %s: the run is not captured\n", error->message);
        g_error_free(error);
    }
    g_free(path);
    return capture;
}

static bool end_capture(struct scn_live_capture *capture, GError **error)
{
    uint64_t packets, dropped;
    if (!capture)
        return true;
    bool ok = scn_live_capture_close(capture, &packets, &dropped, error);
    if (ok)
        printf("  captured: run.pcapng, %" G_GUINT64_FORMAT " packets%s\n", packets, dropped ? "" : ", none lost");
    if (ok && dropped)
        printf("  the system lost %" G_GUINT64_FORMAT " packets of the capture\n", dropped);
    return ok;
}

/* One run from a plan to its folder; the exit code. Closes the log, if it was opened, before run.json is written. */
static int run_plan(const struct scn_plan *plan, const struct arguments *a, const char *folder, const char *command,
                    struct scn_log **log, GError **error)
{
    struct scn_run_options options = {
        .folder = folder, .pcap = a->pcap, .memo_off = a->no_memo, .progress = isatty(STDERR_FILENO), .log = *log, .command = command};
    int code = SCN_EXIT_USAGE;
    struct scn_verdict *verdict = NULL;
    struct scn_plots *plots = NULL;
    struct scn_measures *measures = NULL;
    GPtrArray *notes = g_ptr_array_new_with_free_func(g_free);
    struct scn_run *run = NULL;
    struct scn_live_options live;
    struct scn_live_capture *capture = NULL;
    options.live = a->live ? &live : NULL;
    if (!scn_plan_is_built(plan, error) || (a->live && !live_options(a, plan, &live, error)))
        goto out;
    if (!trace_level(a->trace, &options.trace, error) || !memory_of(a->lua_memory, &options.lua_memory, error) || !scn_plan_is_built(plan, error) ||
        !scn_folder_begin(folder, plan, error) || !scn_log_open(*log, folder, error) || !(run = scn_run_new(plan, &options, error)) ||
        !(verdict = scn_verdict_register(run, error)))
        goto out;
    plots = scn_plots_register(run);
    measures = scn_measures_register(run);
    print_header(plan);
    fflush(stdout);
    if (a->live)
        capture = begin_capture(run, folder, &live);
    bool went = scn_run_go(run, error);
    if (!end_capture(capture, error && *error ? NULL : error) || !went)
        goto out;
    const struct scn_summary *summary = scn_run_summary(run);
    printf("  %.1f virtual min in %.1f s, %" G_GUINT64_FORMAT " link deliveries, %.0f k events/s\n",
           (double)summary->ended / 6e10, summary->wall, summary->deliveries, (double)summary->events / summary->wall / 1000);
    if (summary->outcome == SCN_NOT_SETTLED) {
        printf("Not settled after 30 minutes: %s\nAgain: %s\n", summary->unsettled, command);
        code = SCN_EXIT_UNFINISHED;
        goto out;
    }
    int failed = scn_verdict_judge(verdict, folder, command, stdout);
    if ((!a->no_plots && !scn_plots_write(plots, folder, notes, error)) || !write_numbers(verdict, folder, error) || !scn_log_close(g_steal_pointer(log), error) ||
        !scn_folder_end(folder, run, measures, scn_verdict_json(verdict), command, failed, error))
        goto out;
    print_notes(notes, summary);
    printf("Fingerprint %s. Run folder %s\n", summary->fingerprint, folder);
    list_plots(folder);
    printf("Again: %s\n", command);
    if (summary->outcome == SCN_NOT_REACHED)
        printf("Not reached in time: %s\n", summary->not_reached);
    code = summary->outcome == SCN_NOT_REACHED ? SCN_EXIT_UNFINISHED : failed ? SCN_EXIT_FAILED : SCN_EXIT_OK;
out:
    scn_verdict_free(verdict);
    scn_plots_free(plots);
    scn_measures_free(measures);
    scn_run_free(run);
    g_ptr_array_unref(notes);
    return code;
}

/* --seeds: a sweep of one cell. */
static int run_seeds(const struct arguments *a, GError **error)
{
    struct scn_sweep_options options = {.script = a->files[0],
                                        .library = scn_library(),
                                        .variant = a->variant,
                                        .tier = a->tier,
                                        .sets = (const char *const *)a->sets,
                                        .withouts = (const char *const *)a->withouts,
                                        .folder = a->out,
                                        .trace = a->trace && strcmp(a->trace, "none") != 0,
                                        .progress = isatty(STDERR_FILENO)};
    if (a->seed || a->dry_run || a->pcap) {
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "--seeds goes with neither --seed nor --dry-run nor --pcap");
        return SCN_EXIT_USAGE;
    }
    if (!scn_seeds_parse(a->seeds, &options.first_seed, &options.last_seed, error))
        return SCN_EXIT_USAGE;
    return scn_sweep_command(&options, error);
}

static int command(int argc, char **argv, bool live)
{
    struct arguments a = {.live = live};
    GError *error = NULL;
    int code = SCN_EXIT_USAGE;
    struct scn_plan *plan = NULL;
    struct scn_log *log = scn_log_new();
    bool parsed = parse(&argc, &argv, &a, &error);
    if (parsed && a.seeds) {
        code = run_seeds(&a, &error);
    } else if (parsed && (plan = load(&a, log, &error))) {
        char *folder = scn_folder_name(plan, a.out), *again = replay_command(&a);
        if (a.dry_run) {
            char *text = scn_plan_dry_run(plan);
            fputs(text, stdout);
            g_free(text);
            code = SCN_EXIT_OK;
        } else {
            code = run_plan(plan, &a, folder, again, &log, &error);
        }
        g_free(folder);
        g_free(again);
    }
    scn_log_close(log, error ? NULL : &error);
    if (error)
        code = scn_cmd_fail(error);
    scn_plan_free(plan);
    clear(&a);
    return code;
}

int scn_cmd_run(int argc, char **argv)
{
    return command(argc, argv, false);
}

int scn_cmd_live(int argc, char **argv)
{
    return command(argc, argv, true);
}
