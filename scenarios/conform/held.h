/* In which order a captured node looked at what came to it over different connections, where what it did shows that: its
 * threads may take up a record before another that came earlier. */
#ifndef CF_HELD_H
#define CF_HELD_H

#include "scenarios/conform/captured_node.h"

struct cf_held;

/* From the capture alone: a flood that came over two links and was forwarded over one of them came first, for the node, over
 * the other; of what brought two links up, that was looked at first whose link stands first among the node's referrals. */
struct cf_held *cf_held_new(const struct cf_capture *capture, const struct cf_captured_node *node);
void cf_held_free(struct cf_held *held);

/* What came: a record that another node sent (struct cf_record), or the end of a call of the service (struct cf_call). */
struct cf_came {
    const void *what;
    int64_t time; /* when it came */
};
struct cf_came cf_came_record(const struct cf_record *record);
struct cf_came cf_came_call(const struct cf_call *call);

/* When the node looked at it: the time it came, or later. */
int64_t cf_held_until(const struct cf_held *held, struct cf_came came);

/* It did not look at it before that time. False: that is known already. */
bool cf_held_hold(struct cf_held *held, struct cf_came came, int64_t until);
void cf_held_reset(struct cf_held *held, struct cf_came came, int64_t until); /* takes a hold back, to what it was */
int64_t cf_held_longest(const struct cf_held *held);                          /* from coming to looking, ns */

#endif
