/* Who could get what: the oracle of scenarios.md section 7. From who ran when, which links were up when, and who had an item first;
 * from no message. An item passes from one peer to another when both are in one component for `gap` without a break, the first of
 * them holding it. Linked to the timeline by metrics.c; pure, so that tests can compare it with a search by hand. */
#ifndef AN_REACH_H
#define AN_REACH_H

#include "analysis/timeline.h"

enum { AN_REACH_MOST_PEERS = 512, AN_REACH_MOST_CELLS = 1 << 25 };

struct an_reach;
struct an_reach *an_reach_new(void);
void an_reach_free(struct an_reach *reach);

/* Starts, stops, links up and down, items; others are not looked at. In order of time. */
void an_reach_event(struct an_reach *reach, const struct an_event *event);

uint32_t an_reach_items(const struct an_reach *reach);
uint32_t an_reach_label(const struct an_reach *reach, uint32_t item); /* of its name; items are numbered as they first appeared */

/* Did this peer say that it holds it? */
bool an_reach_held(const struct an_reach *reach, uint32_t item, uint32_t peer);

/* Who could hold what at `end`: times since which, items × peers, AN_REACH_NOT for never; free with g_free. NULL: more peers, or
 * items times peers, than the bounds above.
 * gap > 0: contacts are links that are up at both ends, while both peers run: who must have got it.
 * gap = 0: a contact lasts from the first end up to the last end down, so that what is on its way counts: nobody else can have it. */
#define AN_REACH_NOT INT64_MAX
int64_t *an_reach_solve(const struct an_reach *reach, int64_t gap, int64_t end, uint32_t peers);

#endif
