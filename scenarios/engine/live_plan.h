/* Can a plan be carried out live? */
#ifndef SCN_LIVE_PLAN_H
#define SCN_LIVE_PLAN_H

#include "scenarios/engine/plan.h"

/* False and an error that names the first thing that loopback cannot do. `delays`: a link of our own gives the connections a delay. */
bool scn_live_plan_can(const struct scn_plan *plan, bool delays, GError **error);

#endif
