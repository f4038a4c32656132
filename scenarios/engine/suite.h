/* The regression suite: a tier of scenarios is run, each run compared with what is stored of it, TAP printed. What a tier runs:
 * smoke: every scenario once (seed 1, its defaults), and each variant that has a record; standard: all variants, the tier's seeds;
 * large: the same of those that have the tier. A scenario that does not name a tier is run with its defaults. decisions 19. */
#ifndef SCN_SUITE_H
#define SCN_SUITE_H

#include "scenarios/engine/baseline.h"

struct scn_suite_options {
    const char *library;
    const char *tier;               /* smoke, standard, large */
    const char *const *scenarios;   /* FILE.lua, NAME or FAMILY of the library, each may end with ":VARIANT"; NULL: all */
    uint64_t first_seed, last_seed; /* 1..0: as the tier says */
    const char *reason;             /* store anew what differs; NULL: compare */
    const char *build;              /* who runs: goes into records */
    const char *folder;             /* of the runs; NULL: runs/check-TIER */
    const char *junit;              /* FILE.xml; NULL: none */
    unsigned jobs;
    bool resume; /* runs that ended after the program was built count */
    bool keep;   /* plots and trace of each run, for `peermesh report` */
    bool progress;
};

struct scn_suite_script; /* a script, its baseline */

/* One script in one variant. */
struct scn_suite_item {
    struct scn_suite_script *script;
    char *name;                      /* "mesh/halves", "mesh/halves:profile" */
    const char *variant;             /* "-": the defaults; the script's or the baseline's */
    struct scn_sweep_options sweep_options;
    char *folder;
    struct scn_sweep *sweep; /* NULL: refused */
    char *refused;
    guint first; /* its first point; its runs follow each other */
};

/* One line of TAP. */
struct scn_suite_point {
    struct scn_suite_item *item;
    struct scn_sweep_run *run; /* NULL: refused, or `stats` */
    bool stats;                /* the means of all seeds */
    struct scn_record *record; /* NULL: not judged yet */
    GPtrArray *lines;          /* how it differs; empty: it does not */
    bool stored;               /* it was stored anew */
};

struct scn_suite {
    const struct scn_suite_options *options;
    GPtrArray *scripts; /* of struct scn_suite_script * */
    GPtrArray *items;   /* of struct scn_suite_item * */
    GPtrArray *points;  /* of struct scn_suite_point * */
    guint printed;      /* points that are on paper */
};

struct scn_suite_script {
    char *path, *name; /* "mesh/halves" */
    GPtrArray *kept;   /* of char *: names of variants that items point to */
    struct scn_plan *plan;
    struct scn_baseline *baseline;
};

/* suite.c: finds scripts and baselines and plans all runs. NULL and an error: no such scenario, a script or baseline that does not load. */
struct scn_suite *scn_suite_new(const struct scn_suite_options *options, GError **error);
void scn_suite_free(struct scn_suite *suite);

/* suite_run.c: runs, compares, prints and stores; the exit code: the worst of 1 differs, 3 did not get there, 2 refused, 5 crashed. */
int scn_suite_run(struct scn_suite *suite, GError **error);

/* suite_print.c */
void scn_suite_print(const struct scn_suite *suite, guint point);
void scn_suite_print_end(const struct scn_suite *suite);
bool scn_suite_junit(const struct scn_suite *suite, GError **error);
char *scn_suite_point_name(const struct scn_suite_point *point); /* free with g_free */

#endif
