/* The runs of a sweep: a child process each, as many at once as there are processors. */
#include "scenarios/engine/cmd.h"
#include "scenarios/engine/sweep.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COLUMNS = 9 }; /* of numbers.tsv */

/* Does the run folder hold the end of a run with this plan? */
static bool is_there(const struct scn_sweep_run *run, int64_t not_before)
{
    char *path = g_build_filename(run->folder, "run.json", NULL), *text = NULL;
    char *plan = g_strdup_printf("\"plan\": \"%s\"", run->plan);
    GStatBuf file;
    bool there = g_stat(path, &file) == 0 && file.st_mtime >= not_before && g_file_get_contents(path, &text, NULL, NULL) && strstr(text, plan);
    g_free(plan);
    g_free(text);
    g_free(path);
    return there;
}

static char **command_of(const struct scn_sweep *sweep, const struct scn_sweep_run *run)
{
    const struct scn_sweep_options *o = sweep->options;
    GPtrArray *argv = g_ptr_array_new();
    char *self = g_file_read_link("/proc/self/exe", NULL);
    g_ptr_array_add(argv, self ? self : g_strdup("peermesh"));
    g_ptr_array_add(argv, g_strdup("run"));
    g_ptr_array_add(argv, g_strdup(o->script));
    g_ptr_array_add(argv, g_strdup_printf("--seed=%" G_GUINT64_FORMAT, run->seed));
    g_ptr_array_add(argv, g_strdup_printf("--out=%s", run->folder));
    if (!o->plots)
        g_ptr_array_add(argv, g_strdup("--no-plots"));
    if (!o->trace)
        g_ptr_array_add(argv, g_strdup("--trace=none"));
    if (o->variant)
        g_ptr_array_add(argv, g_strdup_printf("--variant=%s", o->variant));
    if (o->tier)
        g_ptr_array_add(argv, g_strdup_printf("--tier=%s", o->tier));
    for (char **value = run->cell->values; *value; value++)
        g_ptr_array_add(argv, g_strdup_printf("--cell=%s", *value));
    for (const char *const *set = o->sets; set && *set; set++)
        g_ptr_array_add(argv, g_strdup_printf("--set=%s", *set));
    for (const char *const *key = o->withouts; key && *key; key++)
        g_ptr_array_add(argv, g_strdup_printf("--without=%s", *key));
    g_ptr_array_add(argv, NULL);
    return (char **)g_ptr_array_free(argv, FALSE);
}

/* The child's words go to console.txt. */
static pid_t start(const struct scn_sweep *sweep, const struct scn_sweep_run *run, GError **error)
{
    if (g_mkdir_with_parents(run->folder, 0777) != 0) {
        g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(errno), "%s: %s", run->folder, g_strerror(errno));
        return -1;
    }
    char **argv = command_of(sweep, run), *path = g_build_filename(run->folder, "console.txt", NULL);
    FILE *console = fopen(path, "w");
    pid_t child = console ? fork() : -1;
    if (child == 0) {
        dup2(fileno(console), STDOUT_FILENO);
        dup2(fileno(console), STDERR_FILENO);
        execv(argv[0], argv);
        _exit(SCN_EXIT_INTERNAL);
    }
    if (child < 0)
        g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(errno), "%s: %s", path, g_strerror(errno));
    if (console)
        fclose(console);
    g_free(path);
    g_strfreev(argv);
    return child;
}

static bool read_rows(struct scn_sweep_run *run, GError **error)
{
    char *path = g_build_filename(run->folder, "numbers.tsv", NULL), *text = NULL;
    bool ok = g_file_get_contents(path, &text, NULL, error);
    char **lines = g_strsplit(ok ? text : "", "\n", -1);
    run->rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    for (char **line = *lines ? lines + 1 : lines; *line; line++) {
        char **fields = g_strsplit(*line, "\t", -1);
        if (g_strv_length(fields) == COLUMNS)
            g_ptr_array_add(run->rows, fields);
        else
            g_strfreev(fields);
    }
    g_strfreev(lines);
    g_free(text);
    g_free(path);
    return ok;
}

/* A run that passed or failed has its numbers; one that did not get there has not, and fails for itself; anything else is no run. */
static bool ended(struct scn_sweep_run *run, int status, GError **error)
{
    run->code = WIFEXITED(status) ? WEXITSTATUS(status) : SCN_EXIT_INTERNAL;
    if (run->code == SCN_EXIT_UNFINISHED)
        return true;
    if (run->code != SCN_EXIT_OK && run->code != SCN_EXIT_FAILED) {
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "%s%s%sseed %" G_GUINT64_FORMAT ": the run ended with %s %d; its words are in %s/console.txt",
                    *run->cell->name ? "cell " : "", run->cell->name, *run->cell->name ? ", " : "", run->seed,
                    WIFEXITED(status) ? "exit code" : "signal", WIFEXITED(status) ? run->code : WTERMSIG(status), run->folder);
        return false;
    }
    return read_rows(run, error);
}

/* ---- all of them ---- */

struct job {
    pid_t child;
    struct scn_sweep_run *run;
    gint64 started;
};

struct party {
    struct job jobs[SCN_MOST_JOBS];
    unsigned running, most;
    guint due, done;
    bool progress, all; /* all: a run that could not be made does not end it */
    gint64 started;
    void (*after)(void *user);
    void *user;
};

static void tell(struct party *p)
{
    double seconds = (double)(g_get_monotonic_time() - p->started) / 1e6;
    if (p->after)
        p->after(p->user);
    if (!p->progress || p->due == 0)
        return;
    fprintf(stderr, "\r  %u of %u runs", p->done, p->due);
    if (p->done > 0 && p->done < p->due)
        fprintf(stderr, ", done in about %.0f s   ", seconds * (p->due - p->done) / p->done);
    fputs(p->done == p->due ? "                         \n" : "    ", stderr);
}

/* Waits for one child. */
static bool reap(struct party *p, GError **error)
{
    int status;
    pid_t child = waitpid(-1, &status, 0);
    for (unsigned i = 0; i < p->running; i++)
        if (p->jobs[i].child == child) {
            struct scn_sweep_run *run = p->jobs[i].run;
            run->seconds = (double)(g_get_monotonic_time() - p->jobs[i].started) / 1e6;
            p->jobs[i] = p->jobs[--p->running];
            p->done++;
            bool ok = ended(run, status, p->all ? NULL : error);
            tell(p);
            return ok || p->all;
        }
    return child >= 0 || errno == EINTR;
}

static bool launch(struct party *p, const struct scn_sweep *sweep, struct scn_sweep_run *run, GError **error)
{
    if (p->running == p->most && !reap(p, error))
        return false;
    pid_t child = start(sweep, run, error);
    if (child >= 0)
        p->jobs[p->running++] = (struct job){child, run, g_get_monotonic_time()};
    return child >= 0;
}

static void look_what_is_there(struct party *p, const struct scn_sweep *sweep)
{
    for (guint i = 0; i < sweep->runs->len; i++) {
        struct scn_sweep_run *run = sweep->runs->pdata[i];
        run->there = !sweep->options->fresh && is_there(run, sweep->options->not_before) && read_rows(run, NULL);
        run->code = run->there ? SCN_EXIT_OK : -1;
        p->due += !run->there;
    }
}

static bool go(struct party *p, struct scn_sweep *const *sweeps, guint count, GError **error)
{
    bool ok = true;
    p->most = count && sweeps[0]->options->jobs ? sweeps[0]->options->jobs : g_get_num_processors();
    p->most = MIN(p->most, SCN_MOST_JOBS);
    p->progress = count && sweeps[0]->options->progress;
    p->started = g_get_monotonic_time();
    for (guint i = 0; i < count; i++)
        look_what_is_there(p, sweeps[i]);
    for (guint i = 0; i < count; i++)
        for (guint k = 0; k < sweeps[i]->runs->len && ok; k++) {
            struct scn_sweep_run *run = sweeps[i]->runs->pdata[k];
            ok = run->there || launch(p, sweeps[i], run, error);
        }
    while (p->running > 0) /* also after an error: nobody is left behind */
        ok &= reap(p, ok ? error : NULL);
    if (ok && p->due == 0)
        tell(p);
    return ok;
}

bool scn_sweep_go(struct scn_sweep *sweep, GError **error)
{
    struct party p = {.all = false};
    return go(&p, &sweep, 1, error);
}

bool scn_sweeps_go(const GPtrArray *sweeps, void (*after)(void *user), void *user, GError **error)
{
    struct party p = {.all = true, .after = after, .user = user};
    return go(&p, (struct scn_sweep *const *)sweeps->pdata, sweeps->len, error);
}
