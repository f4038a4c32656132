/* Draws the plots of a run folder again from what lies in it. */
#ifndef AN_REPORT_H
#define AN_REPORT_H

#include <glib.h>
#include <stdbool.h>

/* FOLDER is that of a run that ended (it has run.json), or at least one with a script in plots. Draws each
 * script; makes the plots that every run has from trace.bin where their scripts are missing (deliveries,
 * neighbors, mesh). → how many pictures were drawn; -1 and an error if it is no run folder, or anything
 * cannot be read or drawn. */
int an_report(const char *folder, GError **error);

/* report_html.c. FOLDER/report.html from run.json, verdict.tsv, metrics.tsv and plots/: one page that needs nothing else. False and an
 * error: it is no folder of a run that ended, or cannot be written. */
bool an_report_page(const char *folder, GError **error);

/* A page at `path` that lists these run folders (NULL at the end) with links to their pages. */
bool an_report_index(const char *path, const char *const *folders, GError **error);

#endif
