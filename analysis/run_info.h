/* What run.json of a run folder says about the run, as texts. Reads what this program writes (decisions 9); no general JSON. */
#ifndef AN_RUN_INFO_H
#define AN_RUN_INFO_H

#include <glib.h>
#include <stdbool.h>

struct an_run_info {
    char *title, *story, *scenario, *command, *seed, *variant, *tier, *plan, *fingerprint, *outcome; /* NULL: not there */
    GPtrArray *parameters; /* of char *: name, value, name, value … */
    gint64 ended_ns, link_deliveries, checks_failed; /* -1: not there */
};

/* NULL and an error that begins with the folder: it is none of a run that ended. */
struct an_run_info *an_run_info_read(const char *folder, GError **error);
/* Was it made by live nodes, by the wall clock? False also if it is no run. */
bool an_run_is_live(const char *folder);
void an_run_info_free(struct an_run_info *info);

#endif
