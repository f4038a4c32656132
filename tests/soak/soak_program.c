/* Fault soak: many seeds of one scenario, one after the other in one process, so that what a run leaves behind is seen.
 * usage: soak SCRIPT FIRST..LAST [VARIANT…]      the variants take turns
 * Fails: a check or an always-on invariant (printed with the command that shows it again), a run that does not end, and memory
 * that grows. A crash of the program ends it, which fails, too; the seed is printed before it is run. */
#include "scenarios/engine/script.h"
#include "scenarios/engine/verdict.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Resident now, KiB: what is kept, since nothing of a run is alive between two runs. */
static long resident(void)
{
    long pages = 0, all;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%ld %ld", &all, &pages) != 2)
        fprintf(stderr, "soak: /proc/self/statm cannot be read\n");
    if (file)
        fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* How many checks failed; -1: it could not be run. */
static int run_once(const char *script, const char *variant, uint64_t seed, uint64_t *deliveries)
{
    struct scn_script_options options = {.path = script, .seed = seed, .variant = variant};
    struct scn_run_options how = {.folder = NULL};
    GError *error = NULL;
    int failed = -1;
    struct scn_run *run = NULL;
    struct scn_verdict *verdict = NULL;
    struct scn_plan *plan = scn_script_load(&options, &error);
    g_autofree char *command = g_strdup_printf("peermesh run %s%s%s --seed %" G_GUINT64_FORMAT, script, variant ? " --variant " : "",
                                               variant ? variant : "", seed);
    if (plan && (run = scn_run_new(plan, &how, &error)) && (verdict = scn_verdict_register(run, &error)) && scn_run_go(run, &error)) {
        char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        failed = scn_verdict_judge(verdict, NULL, command, out);
        fclose(out);
        if (scn_run_summary(run)->outcome != SCN_ENDED)
            failed++;
        if (failed)
            printf("\n%s\n%s", command, text);
        free(text);
        *deliveries += scn_run_summary(run)->deliveries;
    }
    if (error)
        printf("\n%s: %s\n", command, error->message);
    g_clear_error(&error);
    scn_verdict_free(verdict);
    scn_run_free(run);
    scn_plan_free(plan);
    return failed;
}

static long most(const long *values, uint64_t from, uint64_t to)
{
    long most = 0;
    for (uint64_t i = from; i < to; i++)
        most = MAX(most, values[i]);
    return most;
}

/* The last fifth of the runs leaves no more behind than the first did; 3 % are the allocator's. */
static bool is_steady(const long *kept, uint64_t runs)
{
    uint64_t fifth = runs / 5;
#ifdef __SANITIZE_ADDRESS__
    fifth = 0; /* it keeps what is freed; and finds what leaks by itself */
#endif
    if (fifth < 3)
        return true;
    long first = most(kept, 0, fifth), last = most(kept, runs - fifth, runs);
    printf("memory kept: %ld KiB at most after the first %" G_GUINT64_FORMAT " runs, %ld KiB after the last\n", first, fifth, last);
    return last <= first + first * 3 / 100;
}

int main(int argc, char **argv)
{
    char **range = argc > 2 ? g_strsplit(argv[2], "..", 2) : NULL;
    uint64_t first, last, failures = 0, deliveries = 0;
    if (!range || g_strv_length(range) != 2 || !g_ascii_string_to_unsigned(range[0], 10, 0, G_MAXUINT32, &first, NULL) ||
        !g_ascii_string_to_unsigned(range[1], 10, first, G_MAXUINT32, &last, NULL)) {
        fprintf(stderr, "usage: soak SCRIPT FIRST..LAST [VARIANT…]\n");
        return 2;
    }
    g_strfreev(range);
    uint64_t runs = last - first + 1;
    long *kept = g_new0(long, runs);
    for (uint64_t i = 0; i < runs; i++) {
        const char *variant = argc > 3 ? argv[3 + (int)(i % (uint64_t)(argc - 3))] : NULL;
        printf("\r  seed %" G_GUINT64_FORMAT " %s        ", first + i, variant ? variant : "");
        fflush(stdout);
        failures += run_once(argv[1], variant, first + i, &deliveries) != 0;
        kept[i] = resident();
    }
    printf("\n%" G_GUINT64_FORMAT " runs, %" G_GUINT64_FORMAT " link deliveries, %" G_GUINT64_FORMAT " failed\n", runs, deliveries, failures);
    bool steady = is_steady(kept, runs);
    if (!steady)
        puts("memory grows from run to run");
    g_free(kept);
    return failures || !steady;
}
