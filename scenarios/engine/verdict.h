/* The verdict: registers what the checks of a plan ask before the run, judges afterwards, prints the table.
 * scenario-api 8, 13. Queries go through question.h (moments, selections and windows are the run's). */
#ifndef SCN_VERDICT_H
#define SCN_VERDICT_H

#include "scenarios/engine/run.h"

#include <stdio.h>

struct scn_verdict;

/* Before the run. NULL and an error (file:line first) if a check makes no sense; what is not built yet is
 * judged "not available". */
struct scn_verdict *scn_verdict_register(struct scn_run *run, GError **error);

/* After it. Prints the table of scenario-api 13 from "Verdict" to "N failed, N passed, N not judged."
 * (located failures included, always-on line from an_invariants too), writes FOLDER/verdict.tsv (folder may
 * be NULL). Returns how many checks failed. */
int scn_verdict_judge(struct scn_verdict *verdict, const char *folder, const char *command, FILE *out);

/* Rows of numbers.tsv, appended: what sweeps are made of. "check", sentence, sort, outcome, kind, value, limit, room, samples, and
 * "plot", its name, label of the series, "", kind, value, "", "", 0 for plots over a parameter. Numbers are in the unit of their
 * kind (ns, octets, bit/s, nHz, ppm, millionths). After judging. */
void scn_verdict_numbers(const struct scn_verdict *verdict, GString *out);

/* A JSON array for run.json: sentence, sort, value, op, limit, outcome. Valid after judging; owned by the
 * verdict. */
const char *scn_verdict_json(const struct scn_verdict *verdict);
void scn_verdict_free(struct scn_verdict *verdict);

#endif
