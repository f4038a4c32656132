/* One scenario over parameters and seeds: cells (one value of each parameter that is varied), each with the same seeds; every
 * (cell, seed) is a run of its own in a process of its own, all cores busy. What has been run before with the same plan is not
 * run again. Afterwards checks are judged over seeds (scenario-api 8) and curves over cells drawn. */
#ifndef SCN_SWEEP_H
#define SCN_SWEEP_H

#include "scenarios/engine/plan.h"

#include <stdio.h>

enum { SCN_MOST_RUNS = 100000, SCN_MOST_JOBS = 256 };

struct scn_sweep_options {
    const char *script, *library;
    const char *variant, *tier, *study; /* NULL = none */
    const char *const *sets;            /* "name=value", NULL at the end; or NULL */
    const char *const *withouts;        /* likewise */
    const char *const *varied;          /* "name=a,b,c", likewise */
    uint64_t first_seed, last_seed;     /* 1..0: as the tier says, or 1 */
    unsigned usual_seeds;               /* where the tier says no number; 0: 1 */
    const char *folder;                 /* NULL: runs/NAME-sweep, runs/NAME-STUDY */
    unsigned jobs;                      /* 0: as many as there are processors */
    bool fresh;                         /* run again what is there */
    int64_t not_before;                 /* … and what ended before (seconds since 1970; 0: nothing is too old) */
    bool trace;                         /* keep trace.bin of each run */
    bool plots;                         /* draw the plots of each run */
    bool progress;                      /* a line on stderr */
};

struct scn_sweep_cell {
    char **values; /* "name=value" in the order of the axes, NULL at the end */
    char *name;    /* "players=4 turn=50ms"; "" if nothing is varied */
    struct scn_plan *plan; /* with its first seed: an `if` may give a cell checks of its own */
};

/* One run, or what is left of it. */
struct scn_sweep_run {
    const struct scn_sweep_cell *cell;
    uint64_t seed;
    char *folder;
    char plan[33];
    int code;        /* exit code; -1: not run yet */
    bool there;      /* was run before */
    double seconds;  /* that it took; 0 if it was there */
    GPtrArray *rows; /* of char **: numbers.tsv without its head; NULL: none */
};

struct scn_sweep {
    const struct scn_sweep_options *options;
    struct scn_plan *plan; /* of the first cell: its plots and curves are those of all */
    GPtrArray *axes;       /* of struct scn_axis *; the longest is the last */
    GPtrArray *cells;      /* of struct scn_sweep_cell * */
    GPtrArray *runs;       /* of struct scn_sweep_run *: cell after cell, seeds ascending */
    unsigned seeds;
    char *folder;
};

/* Reads the script for each cell and seed; nothing is run. NULL and an error that names what is wrong. */
struct scn_sweep *scn_sweep_new(const struct scn_sweep_options *options, GError **error);
void scn_sweep_free(struct scn_sweep *sweep);

/* sweep_run.c: runs all that is not there. False: a run could not be made (its output is named). */
bool scn_sweep_go(struct scn_sweep *sweep, GError **error);

/* The same for several at once (of struct scn_sweep *; jobs and progress as the first one says). A run that could not be made ends
 * nothing, its exit code tells; `after` is called after each run, also for those that were there. False: no processes or folders. */
bool scn_sweeps_go(const GPtrArray *sweeps, void (*after)(void *user), void *user, GError **error);

/* sweep_judge.c: prints the verdict of each cell, and of curves over cells. Returns how many checks failed. */
int scn_sweep_judge(const struct scn_sweep *sweep, FILE *out);

/* sweep_files.c: sweep.tsv (one row for each cell, seed and number), metrics.tsv, plots. False and an error: not written. */
bool scn_sweep_write(const struct scn_sweep *sweep, GPtrArray *notes, GError **error);

/* cmd_sweep.c: all of it, with words on stdout; the exit code. And "1..20" or "7" as seeds; NULL gives 1..0: not said. */
int scn_sweep_command(const struct scn_sweep_options *options, GError **error);
bool scn_seeds_parse(const char *text, uint64_t *first, uint64_t *last, GError **error);

/* A plot of kind matrix over the cells (sweep_matrix.c). */
bool scn_sweep_matrix(const struct scn_sweep *sweep, const struct scn_plot *asked, GPtrArray *notes, GError **error);

/* A number of a run: row "check" or "plot" with this name (and label); false: it has none. NaN is never given; HUGE_VAL: never. */
bool scn_sweep_number(const struct scn_sweep_run *run, const char *of, const char *name, const char *label, unsigned column,
                      double *value);
enum { SCN_NUMBER_OUTCOME = 3, SCN_NUMBER_KIND, SCN_NUMBER_VALUE, SCN_NUMBER_LIMIT, SCN_NUMBER_ROOM, SCN_NUMBER_SAMPLES };
const char *const *scn_sweep_row(const struct scn_sweep_run *run, const char *of, const char *name, const char *label);

#endif
