/* What a run of the regression suite is compared with: for each scenario and tier a text file beside the script,
 * baselines/NAME.TIER.tsv, which holds a record for each variant and seed: how the run ended, its fingerprint, plan and the build
 * that made it, why it was stored, and a line for each check with its outcome and numbers. `peermesh check --update` writes it. */
#ifndef SCN_BASELINE_H
#define SCN_BASELINE_H

#include "scenarios/engine/sweep.h"

/* One check of a run, as numbers.tsv says it. */
struct scn_fact {
    char *outcome, *sort, *value, *limit, *room, *kind, *sentence;
};

struct scn_record {
    char *variant; /* "-": the script's defaults */
    uint64_t seed;
    char *outcome;           /* passed, failed, unfinished, refused, crashed */
    char *fingerprint, *plan; /* "-": there is none */
    char *build, *reason;
    GPtrArray *facts; /* of struct scn_fact * */
};

struct scn_baseline {
    char *path;
    GPtrArray *records; /* of struct scn_record *, by variant and seed once written */
};

/* "scenarios/pubsub/baselines/load.smoke.tsv". Free with g_free. */
char *scn_baseline_path(const char *script, const char *tier);

/* An empty one if there is no file; NULL and an error that names the line if it is no baseline. */
struct scn_baseline *scn_baseline_read(const char *path, GError **error);
bool scn_baseline_write(struct scn_baseline *baseline, GError **error);
void scn_baseline_free(struct scn_baseline *baseline);

struct scn_record *scn_baseline_find(const struct scn_baseline *baseline, const char *variant, uint64_t seed);
/* Takes the record; one of the same variant and seed goes. */
void scn_baseline_put(struct scn_baseline *baseline, struct scn_record *record);

/* The record that a run makes; of one that could not even be planned, what was refused. */
struct scn_record *scn_record_of_run(const struct scn_sweep_run *run, const char *variant, const char *build);
struct scn_record *scn_record_refused(const char *variant, uint64_t seed, const char *why, const char *build);
void scn_record_free(gpointer record);

/* Sentences that say how a run differs from what is stored, each a line, appended; false: it does not. A fingerprint alone is
 * named as such, with the plans and builds of both. Values of exact checks must be the same; all values, where the fingerprint is. */
bool scn_record_differs(const struct scn_record *stored, const struct scn_record *is, GPtrArray *lines);

/* The same for a stat over seeds: off by more than the check's room (5 % if it has none) and by more than four standard errors.
 * Both arrays are of struct scn_record *, of one variant. Fewer than five seeds are not compared. */
bool scn_records_moved(const GPtrArray *stored, const GPtrArray *is, GPtrArray *lines);

#endif
