/* Link utility: how much a link is worth, kept alike at both ends. peer-channel.md 12, [MC-PRCH] 3.1.5.6. */
#include "protocol/mesh/node_private.h"

#define INCREMENT 128 /* 12.2 */

static void update(struct pc_node *node, struct pc_link *link, bool useful)
{
    link->utility = (uint16_t)(link->utility * 31u / 32u + (useful ? INCREMENT : 0)); /* PC-12.2-1 */
    if (link->updates < pc_rules(node)->utility_window)
        link->updates++;
}

bool pc_utility_accurate(const struct pc_node *node, const struct pc_link *link) /* PC-12.2-2 */
{
    return link->updates >= pc_rules(node)->utility_window;
}

void pc_utility_reset(struct pc_node *node, struct pc_link *link)
{
    link->utility = 0;
    link->updates = link->received = link->useful = 0;
    link->unacknowledged = 0;
    link->connected_at = node->now;
    link->report_at = PC_TIME_NEVER;
}

static void send_report(struct pc_node *node, struct pc_link *link)
{
    struct pc_message message = {.kind = PC_KIND_LINK_UTILITY};
    message.u.link_utility.total = link->received;
    message.u.link_utility.useful = link->useful;
    link->received = link->useful = 0;
    link->report_at = PC_TIME_NEVER;
    node->stale = true;
    pc_link_write(node, link, &message);
}

void pc_utility_received(struct pc_node *node, struct pc_link *link, bool useful) /* PC-12.3-1 */
{
    if (link->state != PC_LINK_CONNECTED)
        return;
    update(node, link, useful);
    link->received++;
    link->useful = (uint8_t)(link->useful + useful);
    if (link->received >= pc_rules(node)->utility_window) { /* PC-12.4-1 */
        send_report(node, link);
    } else if (link->report_at == PC_TIME_NEVER) {
        /* PC-12.4-2 */
        /* Ticks are multiples of the interval from Connected; only the next one with something to say matters. */
        pc_time interval = pc_rules(node)->utility_interval;
        link->report_at = link->connected_at + ((node->now - link->connected_at) / interval + 1) * interval;
        node->stale = true;
    }
}

void pc_utility_timer(struct pc_node *node, struct pc_link *link)
{
    g_assert(link->state == PC_LINK_CONNECTED && link->received); /* else there is no tick: see its report_at */
    send_report(node, link);
}

/* 12.5: what a duplicate costs that comes long after its first copy. PC-12.5-1 */
void pc_utility_late(struct pc_node *node, struct pc_link *link, uint32_t age_periods)
{
    uint32_t steps = 0;
    if (pc_rules(node)->late_duplicates_by_age && age_periods > 2)
        steps = age_periods;
    if (pc_rules(node)->legacy_late_duplicates) /* .NET yields the number of the active bucket, whatever the age */
        steps = node->seen.turn % node->seen.buckets > 2 ? node->seen.turn % node->seen.buckets : 0;
    while (steps--)
        update(node, link, false);
}

void pc_utility_report(struct pc_node *node, struct pc_link *link, const struct pc_message *message)
{
    uint32_t total = message->u.link_utility.total, useful = message->u.link_utility.useful;
    if (total > pc_rules(node)->utility_window || useful > total || total > link->unacknowledged) {
        /* 12.4: a report that cannot be true. PC-12.4-3 */
        if (pc_rules(node)->abort_on_bad_utility)
            pc_link_abort(node, link, "LinkUtility: totals that cannot be");
        else
            pc_link_close(node, link, PC_REASON_INTERNAL_FAILURE, PC_KIND_DISCONNECT);
        return;
    }
    for (uint32_t i = 0; i < total; i++)
        update(node, link, i < useful);
    link->unacknowledged -= total; /* PC-12.3-2 */
}
