/* The scenario library: which scripts there are, what they are about, what can be set. */
#ifndef SCN_LIBRARY_H
#define SCN_LIBRARY_H

#include "scenarios/engine/plan.h"

struct scn_library_entry {
    char *path; /* as it can be given to `peermesh run` */
    char *name; /* "pubsub/stock_ticker" */
    struct scn_plan
        *plan;   /* loaded with its defaults: title, story, params with help, variants, tiers; NULL: error */
    char *error; /* why it could not be loaded; else NULL */
};

enum { SCN_LIBRARY_MOST = 10000 }; /* scripts; further ones are not listed */

/* The scripts in the folders of `directory` (FAMILY/NAME.lua; lib and engine are no families), by name. A
 * script that does not load is listed with its error. NULL and an error if the folder cannot be read. Free
 * with g_ptr_array_unref. */
GPtrArray *scn_library_list(const char *directory, GError **error);

/* The list as text: name, title, variants, parameters with defaults and help. Free with g_free. */
char *scn_library_text(const GPtrArray *entries);

#endif
