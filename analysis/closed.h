/* Theory in closed form, or by a small exact calculation: functions of parameters alone (scenarios.md 5). Shares are 0…1. */
#ifndef AN_CLOSED_H
#define AN_CLOSED_H

#include <stdbool.h>

/* T12: an answer is accepted when `quorum` equal ones are there; a share `wrong` of the answers is wrong, all of those equal
 * (`equal`), or each drawn from `values` wrong ones. Quorum 1…16; of wrong answers that differ 1…3: else false. */
struct an_votes {
    double error;      /* probability that a wrong answer is accepted */
    double executions; /* mean number of answers until then */
};
bool an_closed_votes(unsigned quorum, double wrong, bool equal, unsigned values, struct an_votes *out);

/* T13: attempts per task when workers die at random, mean life `mean`, and a task takes `work` from its last checkpoint on, which
 * are `checkpoint` apart (0: none). All in the same unit. */
double an_closed_restarts(double work, double mean, double checkpoint);

/* T14: extra claims when `workers` wait at random up to `back_off` and hear of a claim after `delay`. */
double an_closed_extra_claims(double workers, double delay, double back_off);

#endif
