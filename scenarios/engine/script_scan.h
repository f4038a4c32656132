/* A look at the source of a script that needs no run: tokens, comments, and what is refused when it is read.
 * scenario-api, 17. */
#ifndef SCN_SCRIPT_SCAN_H
#define SCN_SCRIPT_SCAN_H

#include <glib.h>
#include <stdbool.h>

struct scn_plan;
struct scn_scan;

/* The source must outlive the scan. */
struct scn_scan *scn_scan_new(const char *source, gsize length);
void scn_scan_free(struct scn_scan *scan);

/* The line of the first '^' outside of strings and comments, or 0. */
int scn_scan_power(const struct scn_scan *scan);

/* The line on which the name stands as a name of its own; 0 if none. For what no script may name: _ENV. */
int scn_scan_name(const struct scn_scan *scan, const char *name);

/* The literal texts that stand first in calls of that name (`require "x"`, `me:sample("x", …)`), in order: free with
 * g_strfreev. */
char **scn_scan_calls(const struct scn_scan *scan, const char *function);

/* The comment at the end of the line on which `NAME =` stands inside of `params = { … }`; NULL if there is
 * none. Free with g_free. */
char *scn_scan_help(const struct scn_scan *scan, const char *param);

/* The line on which `NAME =` stands inside of `params = { … }`; 0 if none. */
int scn_scan_param_line(const struct scn_scan *scan, const char *param);

/* The line of the last `local NAME` (or `local function NAME`, or a parameter list or loop that names it)
 * before `line`; 0 if none. */
int scn_scan_local(const struct scn_scan *scan, const char *name, int line);

/* Looks for `p.NAME == "text"` (or ~=, or turned around), where p is the variable that scenario{} is assigned
 * to. `is_quantity` says whether a parameter never equals a text. Returns the line, 0 if there is none; *what
 * is then "p.NAME == \"text\"" and *fix how to write it. Free both with g_free. */
int scn_scan_equal_text(const struct scn_scan *scan,
                        bool (*is_quantity)(const struct scn_plan *plan, const char *param),
                        const struct scn_plan *plan, char **what, char **fix);

/* The first comment line of the file, without the dashes; NULL if it does not begin with one. Free with
 * g_free. */
char *scn_scan_headline(const struct scn_scan *scan);

#endif
