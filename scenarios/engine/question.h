/* Queries of a plan as queries of analysis: who asks what of the timeline. For verdicts and plots alike. */
#ifndef SCN_QUESTION_H
#define SCN_QUESTION_H

#include "scenarios/engine/run.h"

/* Fills in what analysis is asked. Before the run. False and an error: unknown (SCN_ERROR_BAD, with the line of nothing: the caller
 * knows it) or not built yet (AN_ERROR_NOT_AVAILABLE). */
bool scn_question_spec(struct scn_run *run, int query, struct an_query_spec *spec, GError **error);

/* The same, registered; its number with analysis, or -1. `calm`: decisions 10; `distribution`: percentiles or a plot. */
int scn_question_add(struct scn_run *run, int query, bool distribution, bool duplicates, bool calm, GError **error);

#endif
