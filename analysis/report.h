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

#endif
