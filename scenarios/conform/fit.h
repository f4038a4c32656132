/* Is there an order of looking at what came, with no record put off for longer than CF_WINDOW, in which our core sends what the
 * node sent? A node's threads are free to take such an order; the search begins with the order of arrival. */
#ifndef CF_FIT_H
#define CF_FIT_H

#include "scenarios/conform/verdict.h"

#define CF_WINDOW INT64_C(250000000) /* ns */

struct cf_fit {
    struct cf_replay *replay; /* the best */
    struct cf_verdict *verdict;
    int64_t longest;          /* how long a record was put off, ns */
    uint32_t tries;           /* orders that were played */
};

/* NULL with a reason (free it) if the capture does not tell enough of the node: its address, which must end in a random GUID, or its id. */
struct cf_fit *cf_fit_new(struct cf_capture *capture, const struct cf_captured_node *node, const struct pc_rules *rules,
                          const struct cf_known *known, char **why);
void cf_fit_free(struct cf_fit *fit, struct pc_codec *codec);

#endif
