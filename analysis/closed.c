#include "analysis/closed.h"

#include <math.h>
#include <string.h>

enum { MOST_QUORUM = 16, MOST_ANSWERS = 400 };

/* Wrong answers are equal: a race between `right` and `wrong` to the quorum. */
static void race(unsigned quorum, double p, struct an_votes *out)
{
    double state[MOST_QUORUM + 1][MOST_QUORUM + 1] = {{0}};
    state[0][0] = 1;
    *out = (struct an_votes){0, 0};
    for (unsigned right = 0; right < quorum; right++)
        for (unsigned wrong = 0; wrong < quorum; wrong++) {
            double here = state[right][wrong];
            out->executions += here; /* one answer is due in each undecided state */
            state[right][wrong + 1] += here * p;
            state[right + 1][wrong] += here * (1 - p);
            out->error += wrong + 1 == quorum ? here * p : 0;
        }
}

/* Wrong answers are drawn from `values`: states are (right, wrong values seen once, seen twice). */
static void scatter(unsigned quorum, double p, unsigned values, struct an_votes *out)
{
    static double now[3][64][64], next[3][64][64];
    memset(now, 0, sizeof now);
    now[0][0][0] = 1;
    *out = (struct an_votes){0, 0};
    for (unsigned answers = 0; answers < MOST_ANSWERS; answers++) {
        memset(next, 0, sizeof next);
        for (unsigned right = 0; right < quorum; right++)
            for (unsigned once = 0; once < 63; once++)
                for (unsigned twice = 0; twice < 63; twice++) {
                    double here = now[right][once][twice];
                    if (here <= 1e-30)
                        continue;
                    double hit_once = p * once / values, hit_twice = p * twice / values;
                    out->executions += here;
                    if (right + 1 < quorum)
                        next[right + 1][once][twice] += here * (1 - p);
                    next[right][once + 1][twice] += here * (p - hit_once - hit_twice);
                    if (quorum == 2) {
                        out->error += here * hit_once;
                    } else {
                        if (once)
                            next[right][once - 1][twice + 1] += here * hit_once;
                        out->error += here * hit_twice;
                    }
                }
        memcpy(now, next, sizeof now);
    }
}

bool an_closed_votes(unsigned quorum, double wrong, bool equal, unsigned values, struct an_votes *out)
{
    if (quorum < 1 || quorum > MOST_QUORUM || wrong < 0 || wrong > 1 || (!equal && (quorum > 3 || values < 1)))
        return false;
    if (equal || quorum == 1)
        race(quorum, wrong, out);
    else
        scatter(quorum, wrong, values, out);
    return true;
}

double an_closed_restarts(double work, double mean, double checkpoint)
{
    if (checkpoint <= 0 || checkpoint >= work)
        return exp(work / mean);
    /* Each stretch is begun anew until a life lasts it out; a life goes on from one stretch to the next. */
    double stretches = floor(work / checkpoint), rest = work - stretches * checkpoint;
    return 1 + stretches * expm1(checkpoint / mean) + expm1(rest / mean);
}

double an_closed_extra_claims(double workers, double delay, double back_off)
{
    return workers * delay / back_off;
}

double an_closed_nat_capacity(double least, double most, double opens)
{
    double room = most - 2 * opens; /* its own links, and those of others that end at it */
    return room <= 0 ? 0 : room / (room + least);
}

double an_closed_nat_served(double nat, double least, double most, double opens)
{
    double room = fmax(0, most - 2 * opens);
    return fmin(1, (1 - nat) * (1 + room / least));
}

struct an_stale an_closed_stale_resolve(double stale, unsigned asked, double entries)
{
    double none = pow(stale, asked);
    if (entries <= 0) /* exactly one of the draws is live */
        return (struct an_stale){none, none + asked * (1 - stale) * pow(stale, asked - 1.0)};
    /* One live entry and none of the others: all draws are it or stale, and one of them is it. */
    double one = entries * (1 - stale) * (pow(stale + 1 / entries, asked) - none);
    return (struct an_stale){none, none + one};
}

double an_closed_merge_time(double joins, double share)
{
    return 1 / (joins * 2 * share * (1 - share));
}

double an_closed_backlog(double rate, double lasts, double octets, double copies, double up)
{
    return fmax(0, (rate - up / (octets * copies)) * lasts);
}
