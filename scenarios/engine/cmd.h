/* The commands of the program: one function each; peermesh_main.c holds the table. Exit codes: 0 pass, 1 a check failed, 2 usage
 * or bad input, 3 not finished, 4 not deterministic, 5 internal error. */
#ifndef SCN_CMD_H
#define SCN_CMD_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { SCN_EXIT_OK, SCN_EXIT_FAILED, SCN_EXIT_USAGE, SCN_EXIT_UNFINISHED, SCN_EXIT_NOT_DETERMINISTIC, SCN_EXIT_INTERNAL };

/* argv[0] is the command's own name. */
int scn_cmd_run(int argc, char **argv);
int scn_cmd_why(int argc, char **argv);
int scn_cmd_sweep(int argc, char **argv);
int scn_cmd_check(int argc, char **argv);
int scn_cmd_list(int argc, char **argv);
int scn_cmd_report(int argc, char **argv);
int scn_cmd_flood(int argc, char **argv);
int scn_cmd_dissect(int argc, char **argv);
int scn_cmd_calibrate(int argc, char **argv);
int scn_cmd_compare(int argc, char **argv);
int scn_cmd_conform(int argc, char **argv);
int scn_cmd_fsm(int argc, char **argv);
int scn_cmd_live(int argc, char **argv);
int scn_cmd_node(int argc, char **argv);
int scn_cmd_resolver(int argc, char **argv);

/* The plan of a run from the command that made it ("peermesh run …", as runs say it). NULL and an error. */
struct scn_plan;
struct scn_plan *scn_cmd_run_plan(const char *command, GError **error);

/* Says "peermesh: <message>" on stderr, frees the error and returns SCN_EXIT_USAGE. */
int scn_cmd_fail(GError *error);

/* Where the scenario library lies: beside the program (source tree), or in PREFIX/share/peermesh. Static. */
const char *scn_library(void);

/* Version and commit of this program: "0.1 6881803", with "-dirty" behind it where the source had been changed. */
const char *scn_build(void);

#endif
