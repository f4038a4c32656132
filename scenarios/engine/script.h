/* From a scenario file to a plan: runs the script once, in a sandbox, before time 0. scenario-api, 1, 10, 17.
 */
#ifndef SCN_SCRIPT_H
#define SCN_SCRIPT_H

#include "scenarios/engine/plan.h"

struct scn_script_options {
    const char *path;
    const char *library; /* folder of the scenario library, for roles and modules; NULL = none */
    uint64_t seed;
    const char *variant, *tier;  /* NULL = none */
    const char *const *cell;     /* "name=value" of a cell of a study, NULL at the end; or NULL */
    const char *const *sets;     /* --set, likewise */
    const char *const *withouts; /* --without KEY, likewise */
    void (*print)(void *user, const char *line); /* what print() of the script says; NULL = stderr */
    void *user;
    int64_t most_instructions; /* 0: SCN_PLAN_INSTRUCTIONS */
};

/* → a new plan, or NULL and the whole sentence, file and line first: exit code 2. Never reads the clock, the
 * environment or any file but the script, its modules and roles, and its data files. */
struct scn_plan *scn_script_load(const struct scn_script_options *options, GError **error);

/* Limits of the run that writes the plan. */
#define SCN_PLAN_INSTRUCTIONS INT64_C(100000000)
#define SCN_PLAN_SECONDS      20 /* of computing: a guard for what instructions do not count */
#define SCN_PLAN_MEMORY       ((size_t)256 << 20)
#define SCN_SCRIPT_OCTETS     ((size_t)4 << 20) /* of one file */

#endif
