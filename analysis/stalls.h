/* The oracle of S4.2: when each player of a lockstep game could begin each turn, from the times at which inputs were published and
 * delivered and from nothing that a role said.
 *
 * Each player publishes its j-th input (j from 0) at the end of turn j + 1; it is executed by everybody at the beginning of turn
 * j + 1 + ahead. A player is due to begin that turn one turn after it began the one before; it begins when it is due and has the j-th
 * input of every player, and the difference is a stall. Of a player that has published a message of the kind `last`, no further
 * input is waited for once that message is there. The first input of each player, published one turn after its start, gives the start. */
#ifndef AN_STALLS_H
#define AN_STALLS_H

#include "analysis/timeline.h"

struct an_stalls;

/* Labels of the kinds of messages; last = AN_NONE: nobody leaves. */
struct an_stalls *an_stalls_new(uint32_t input, uint32_t last);
void an_stalls_free(struct an_stalls *s);
bool an_stalls_is(const struct an_stalls *s, uint32_t input, uint32_t last);

void an_stalls_event(struct an_stalls *s, const struct an_event *event); /* AN_PUBLISHED and AN_DELIVERED */

/* Calls `begun` for each turn that a player began by `end`, players in order of their first input, turns ascending: when it was due,
 * when it began. Then, if given, `counted` for each input of that turn: who gave it, and when it was published. */
struct an_stalls_ops {
    void (*begun)(void *user, uint32_t player, int64_t due, int64_t time);
    void (*counted)(void *user, uint32_t player, uint32_t giver, int64_t published, int64_t time);
    void *user;
};
void an_stalls_solve(const struct an_stalls *s, int64_t turn, uint32_t ahead, int64_t end, const struct an_stalls_ops *ops);

#endif
