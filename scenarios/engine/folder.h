/* The run folder: decisions 9. A run that did not end leaves no run.json. */
#ifndef SCN_FOLDER_H
#define SCN_FOLDER_H

#include "scenarios/engine/run.h"

/* "runs/stock_ticker-7". Free with g_free. */
char *scn_folder_name(const struct scn_plan *plan, const char *given);

/* Makes the folder and writes what is known before the run: scenario.lua, plan.tsv. An old run.json is removed first. */
bool scn_folder_begin(const char *folder, const struct scn_plan *plan, GError **error);

/* The measures that every run folder has, registered before the run. */
struct scn_measures;
struct scn_measures *scn_measures_register(struct scn_run *run);
void scn_measures_free(struct scn_measures *measures);

/* addresses.tsv, metrics.tsv, mesh.graphml, and last of all run.json. `verdicts`: a JSON array, or NULL. */
bool scn_folder_end(const char *folder, struct scn_run *run, const struct scn_measures *measures, const char *verdicts,
                    const char *command, int failed, GError **error);

/* Text as a JSON string with its quotes, appended. */
void scn_json_string(GString *out, const char *text);

#endif
