/* Slow neighbours and back-pressure: peer-channel.md 14, [MC-PRCH] 3.1.5.9.1.1. Nothing here costs anything while no
 * link is blocked. */
#include "protocol/mesh/node_private.h"

#include <string.h>

uint32_t pc_throttle_pending(const struct pc_link *link)
{
    return link->pending ? link->pending->count : 0;
}

/* Notes that a flood was written to a link; *forward is made when the first blocked link takes it. */
void pc_throttle_sent(struct pc_node *node, struct pc_link *link, struct pc_forward **forward, bool received)
{
    if (!link->session.blocked)
        return;
    if (!*forward) {
        *forward = g_new0(struct pc_forward, 1);
        (*forward)->received = received;
        if (received)
            node->forwarding++;
    }
    (*forward)->links++;
    if (!link->pending)
        link->pending = g_new0(struct pc_pending, 1);
    struct pc_pending *pending = link->pending;
    if (pending->count == pending->capacity) {
        pending->capacity = pending->capacity ? pending->capacity * 2 : 16;
        pending->items = g_renew(struct pc_queued, pending->items, pending->capacity);
    }
    pending->items[pending->count++] = (struct pc_queued){link->session.queued, *forward};
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

/* 14 step 1: at the limit, start watching the link with most pending floods if it has too many. */
void pc_throttle_forwarded(struct pc_node *node, struct pc_forward *forward)
{
    const struct pc_rules *rules = pc_rules(node);
    if (!forward || node->forwarding < rules->forwarding_limit)
        return;
    struct pc_link *slowest = NULL;
    for (uint32_t i = 0; i < node->link_count; i++)
        if (pc_throttle_pending(node->links[i]) > (slowest ? pc_throttle_pending(slowest) : rules->slow_pending))
            slowest = node->links[i];
    if (slowest && slowest->watch_at == PC_TIME_NEVER) {
        uint32_t spread_ms = (uint32_t)(rules->slow_spread / 1000000);
        slowest->watch_pending = pc_throttle_pending(slowest);
        slowest->watch_expected = slowest->watch_pending / 2;
        slowest->watch_at = node->now + rules->slow_period +
                            (pc_time)pc_node_draw_below(node, PC_DRAW_SLOW_PERIOD, spread_ms ? spread_ms : 1) * 1000000;
        struct pc_note *note = pc_node_note(node, PC_NOTE_SLOW, slowest);
        note->a = slowest->watch_pending;
        node->stale = true;
    }
    set_paused(node, true); /* all call slots are taken: the node stops reading from all its sessions */
}

/* 14 step 2: the end of a watching period. */
void pc_throttle_timer(struct pc_node *node, struct pc_link *link)
{
    const struct pc_rules *rules = pc_rules(node);
    uint32_t pending = pc_throttle_pending(link);
    link->watch_at = PC_TIME_NEVER;
    node->stale = true;
    if (pending <= rules->recovered_pending)
        return;
    if (pending + link->watch_expected >= link->watch_pending) {
        if (node->connected <= 1)
            return; /* never the last neighbour */
        struct pc_note *note = pc_node_note(node, PC_NOTE_SLOW, link);
        note->a = pending;
        note->b = 1;
        pc_link_abort(node, link, NULL);
        return;
    }
    link->watch_pending = pending;
    link->watch_expected /= 2;
    link->watch_at = node->now + rules->slow_period;
}

static void release(struct pc_node *node, struct pc_forward *forward)
{
    if (--forward->links)
        return;
    if (forward->received)
        node->forwarding--;
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
