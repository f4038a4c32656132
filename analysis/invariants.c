/* Invariants of links that are looked at in every run: peer-channel.md 22, I3, I4, I5 and I19. (I1 is in per_second.c, deliveries
 * and copies in flood.c, octets in metrics.c.) */
#include "analysis/metrics.h"

/* Longer than a send and the wait for an answer may take (60 s each): what was on its way between two peers has arrived, or has
 * broken their link. */
#define QUIET (125 * AN_SECOND)

void an_metrics_swallows(struct an_metrics *m)
{
    m->invariants.swallows = true;
}

void an_invariants_link(struct an_metrics *m, const struct an_event *event)
{
    struct an_invariants *v = &m->invariants;
    if (event->kind == AN_LINK_UP && event->peer == event->other && v->self_links++ == 0)
        v->self_place = (struct an_place){AN_NONE, event->peer, AN_NONE, event->time};
}

/* The driver tells of what stays when the pass is over; links pruned before in the same pass must not have been more useful. */
void an_invariants_pruned(struct an_metrics *m, const struct an_event *event)
{
    struct an_invariants *v = &m->invariants;
    const struct an_last_pruned *last = &m->last_pruned;
    bool in_order = last->peer != event->peer || last->time != event->time || last->utility <= event->value;
    bool least = event->size == AN_NONE || event->value <= event->size;
    bool due = event->what == (AN_PRUNE_ACCURATE | AN_PRUNE_OVER);
    v->pruned++;
    if (!(in_order && least && due) && v->pruned_wrongly++ == 0)
        v->pruned_place = (struct an_place){AN_NONE, event->peer, event->other, event->time};
    m->last_pruned = (struct an_last_pruned){event->time, event->value, event->peer};
}

/* ---- links that have been as they are for long enough ---- */

static bool settled(const struct an_end *end, int64_t now)
{
    return now - (int64_t)end->since * AN_SECOND >= QUIET;
}

/* Did the other peer stop since? An idle link to somebody who is dead lives for ever. */
static bool excused(struct an_metrics *m, const struct an_end *end)
{
    return end->stale || m->invariants.swallows ||
           an_topology_peer(&m->topology, end->other)->stopped >= (int64_t)end->since * AN_SECOND;
}

static void look_at_ends(struct an_metrics *m, uint32_t peer, int64_t now)
{
    const struct an_presence *p = an_topology_peer(&m->topology, peer);
    const struct an_end *ends = an_topology_ends(p);
    struct an_invariants *v = &m->invariants;
    for (uint32_t i = 0; i < p->degree; i++) {
        if (!settled(&ends[i], now))
            continue;
        v->looked_at++;
        if (!ends[i].mutual && !excused(m, &ends[i]) && v->one_sided++ == 0)
            v->one_sided_place = (struct an_place){AN_NONE, peer, ends[i].other, now};
        for (uint32_t k = i + 1; k < p->degree && ends[i].mutual && peer < ends[i].other; k++)
            if (ends[k].mutual && ends[k].other == ends[i].other && settled(&ends[k], now) && v->double_links++ == 0)
                v->double_place = (struct an_place){AN_NONE, peer, ends[i].other, now};
    }
}

void an_invariants_look(struct an_metrics *m, int64_t now)
{
    for (uint32_t i = 0; i < m->topology.peers->len; i++)
        look_at_ends(m, i, now);
}

/* Every half minute, so that nothing that is wrong for two minutes escapes. */
void an_invariants_second(struct an_metrics *m, int64_t end)
{
    if (end / AN_SECOND % 30 == 0)
        an_invariants_look(m, end);
}
