/* The plots of a plan: questions before the run, tables and pictures after it; and those that every run has. */
#ifndef SCN_PLOTS_H
#define SCN_PLOTS_H

#include "scenarios/engine/run.h"

struct scn_plots;

struct scn_plots *scn_plots_register(struct scn_run *run);

/* Draws into the run folder. Notes (one line each, "plot backlog: not available yet") are added to `notes`. False and an
 * error if the folder cannot be written; a missing gnuplot is a note, since the tables are there. */
bool scn_plots_write(struct scn_plots *plots, const char *folder, GPtrArray *notes, GError **error);
void scn_plots_free(struct scn_plots *plots);

#endif
