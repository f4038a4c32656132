/* Slow neighbours and back-pressure: peer-channel.md 14, [MC-PRCH] 3.1.5.9.1.1. Nothing here costs anything while no
 * link is blocked. */
#include "protocol/mesh/node_private.h"

#include <string.h>

uint32_t pc_throttle_pending(const struct pc_link *link)
{
    return link->pending ? link->pending->count : 0;
}

/* A link holds the newest flood: made known when the first does. */
static void hold_newest(struct pc_node *node, struct pc_link *link)
{
    if (!node->newest) {
        node->newest = g_new0(struct pc_forward, 1);
        node->newest->received = node->newest_received;
        if (node->newest_received) {
            node->forwarding++;
            node->outgoing++;
        }
    }
    node->newest->links++;
    if (!link->pending)
        link->pending = g_new0(struct pc_pending, 1);
    struct pc_pending *pending = link->pending;
    if (pending->count == pending->capacity) {
        pending->capacity = pending->capacity ? pending->capacity * 2 : 16;
        pending->items = g_renew(struct pc_queued, pending->items, pending->capacity);
    }
    pending->items[pending->count++] = (struct pc_queued){link->flood_end, node->newest};
}

void pc_throttle_begin(struct pc_node *node, bool received)
{
    node->newest = NULL;
    node->newest_received = received;
}

void pc_throttle_sent(struct pc_node *node, struct pc_link *link)
{
    link->flood_end = link->session.queued;
    if (link->session.blocked)
        hold_newest(node, link);
}

/* Does the end of a local flood count? In .NET it lowers a counter that never held it (14, defects of rs). */
static bool counts_down(const struct pc_node *node, bool received) /* PC-14-6 */
{
    return !received && pc_rules(node)->local_floods_count_down;
}

void pc_throttle_pause(struct pc_node *node, struct pc_link *link)
{
    link->session.paused = true;
    pc_io_add(&node->io, PC_ACTION_PAUSE, link->session.conn);
}

static void set_paused(struct pc_node *node, bool paused)
{
    if (node->paused == paused)
        return;
    node->paused = paused;
    for (uint32_t i = 0; i < node->link_count; i++) {
        struct pc_session *session = &node->links[i]->session;
        bool change = paused ? session->phase == PC_SESSION_OPEN : session->paused && session->phase != PC_SESSION_GONE;
        if (!change)
            continue;
        session->paused = paused;
        pc_io_add(&node->io, paused ? PC_ACTION_PAUSE : PC_ACTION_RESUME, session->conn);
    }
}

static pc_time slow_period(struct pc_node *node)
{
    if (!node->slow_period) { /* one value for all links of a process; PC-14-2 */
        uint32_t spread_ms = (uint32_t)(pc_rules(node)->slow_spread / 1000000);
        node->slow_period =
            pc_rules(node)->slow_period +
            (pc_time)pc_node_draw_below(node, PC_DRAW_SLOW_PERIOD, spread_ms ? spread_ms : 1) * 1000000;
    }
    return node->slow_period;
}

/* 14 step 1: at the limit, start watching the link with most pending floods if it has too many. PC-14-1 */
static void watch_slowest(struct pc_node *node)
{
    const struct pc_rules *rules = pc_rules(node);
    struct pc_link *slowest = NULL;
    for (uint32_t i = 0; i < node->link_count; i++)
        if (pc_throttle_pending(node->links[i]) > (slowest ? pc_throttle_pending(slowest) : rules->slow_pending))
            slowest = node->links[i];
    if (slowest && slowest->watch_at == PC_TIME_NEVER && !slowest->watch_stuck) {
        slowest->watch_pending = pc_throttle_pending(slowest);
        slowest->watch_expected = slowest->watch_pending / 2;
        slowest->watch_at = node->now + slow_period(node);
        struct pc_note *note = pc_node_note(node, PC_NOTE_SLOW, slowest);
        note->a = slowest->watch_pending;
        node->stale = true;
    }
}

/* The flood has been written to `copies` links. */
void pc_throttle_end(struct pc_node *node, uint32_t copies)
{
    int32_t limit = pc_rules(node)->forwarding_limit;
    if (!node->newest && copies && counts_down(node, node->newest_received))
        node->outgoing--; /* complete at once */
    if (node->newest_received && node->outgoing + !node->newest >= limit)
        watch_slowest(node);
    if (node->forwarding >= (uint32_t)limit)
        set_paused(node, true); /* all call slots are taken: the node stops reading from all its sessions; PC-14-5 */
}

/* 14 step 2: the end of a watching period. PC-14-3 */
void pc_throttle_timer(struct pc_node *node, struct pc_link *link)
{
    const struct pc_rules *rules = pc_rules(node);
    uint32_t pending = pc_throttle_pending(link);
    link->watch_at = PC_TIME_NEVER;
    node->stale = true;
    if (pending <= rules->recovered_pending)
        return;
    if (pending + link->watch_expected >= link->watch_pending) {
        if (node->connected <= 1) { /* never the last neighbour; PC-14-4 */
            link->watch_stuck = !rules->watch_last_again;
            return;
        }
        struct pc_note *note = pc_node_note(node, PC_NOTE_SLOW, link);
        note->a = pending;
        note->b = 1;
        if (pc_link_ask(node, link, PC_LINK_TIMER) == PC_VERDICT_ABORT)
            pc_link_abort(node, link, NULL);
        return;
    }
    link->watch_pending = pending;
    link->watch_expected /= 2;
    link->watch_at = node->now + slow_period(node);
}

static void release(struct pc_node *node, struct pc_forward *forward)
{
    if (--forward->links)
        return;
    if (forward->received)
        node->forwarding--;
    if (forward->received || counts_down(node, false))
        node->outgoing--;
    if (node->newest == forward)
        node->newest = NULL;
    g_free(forward);
    if (node->forwarding < pc_rules(node)->forwarding_limit)
        set_paused(node, false);
}

void pc_throttle_blocked(struct pc_node *node, struct pc_link *link, uint64_t written)
{
    if (!link->session.blocked) {
        link->session.blocked = true;
        if (link->state == PC_LINK_CONNECTED)
            link->deadline = node->now + pc_rules(node)->send_timeout; /* 13.3 step 9 */
        node->stale = true;
        /* Written before this was told: the flood that did not fit counts, too. PC-14-7 */
        if (link->flood_end > written) {
            if (!node->newest && counts_down(node, node->newest_received))
                node->outgoing++; /* it was not complete after all */
            hold_newest(node, link);
            if (node->forwarding >= pc_rules(node)->forwarding_limit)
                set_paused(node, true);
        }
    }
    link->session.written = written;
}

void pc_throttle_progress(struct pc_node *node, struct pc_link *link, uint64_t written)
{
    link->session.written = written;
    link->session.blocked = written < link->session.queued;
    if (link->state == PC_LINK_CONNECTED)
        link->deadline = link->session.blocked ? node->now + pc_rules(node)->send_timeout : PC_TIME_NEVER;
    node->stale = true;
    struct pc_pending *pending = link->pending;
    if (!pending)
        return;
    uint32_t done = 0;
    while (done < pending->count && pending->items[done].end <= written)
        release(node, pending->items[done++].forward);
    pending->count -= done;
    if (pending->count)
        memmove(pending->items, pending->items + done, pending->count * sizeof *pending->items);
}

void pc_throttle_drop(struct pc_node *node, struct pc_link *link)
{
    struct pc_pending *pending = link->pending;
    if (!pending)
        return;
    link->pending = NULL;
    for (uint32_t i = 0; i < pending->count; i++)
        release(node, pending->items[i].forward);
    g_free(pending->items);
    g_free(pending);
}
