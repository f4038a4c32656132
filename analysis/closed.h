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

/* T16: a share of the peers accepts no connection, and every peer needs `least` links, at most `most`. Each of the others opens `opens`
 * links of its own, which end at others. The greatest share at which the free places of the others suffice; 0 if they have none. */
double an_closed_nat_capacity(double least, double most, double opens);

/* The share of all peers that can have `least` links when `nat` of them accept no connection: 1 up to the capacity. */
double an_closed_nat_served(double nat, double least, double most, double opens);

/* T17: the resolver draws `asked` of its `entries` registrations with replacement, repeats dropped (0: so many that none repeats); a share
 * `stale` of them is dead. Probabilities of no live address, and of fewer than two. */
struct an_stale {
    double none, fewer_than_two;
};
struct an_stale an_closed_stale_resolve(double stale, unsigned asked, double entries);

/* X3: newcomers come at `joins` (per unit of time), each with two links to random members of a mesh in two parts, `share` in one of them.
 * The mean time until one of them joins the parts: infinite if nobody can. */
double an_closed_merge_time(double joins, double share);

/* T9: messages of `octets` come at `rate` for `lasts`, each to be sent to `copies` neighbors over `up` (octets per unit of time): how many
 * wait when the burst ends. */
double an_closed_backlog(double rate, double lasts, double octets, double copies, double up);

#endif
