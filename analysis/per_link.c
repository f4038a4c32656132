/* Samples at starts, stops, link ups and link downs. */
#include "analysis/metrics.h"

/* A start that ended in success (value) or never. start: its time; the window holds starts. */
void an_join_sample(struct an_metrics *m, enum an_metric metric, uint32_t peer, int64_t start,
                        int64_t value)
{
    GPtrArray *queries = m->routes[AN_STARTED].queries;
    struct an_place place = {AN_NONE, peer, AN_NONE, start};
    for (uint32_t i = 0; i < queries->len; i++) {
        struct an_query *q = g_ptr_array_index(queries, i);
        if (q->spec.metric == metric && an_query_open(m, q, start) && an_in_set(m, q->spec.of, peer))
            an_query_sample(m, q, value, 1, &place, AN_NONE);
    }
}

void an_start_ended(struct an_metrics *m, uint32_t peer)
{
    const struct an_presence *p = an_topology_peer(&m->topology, peer);
    if (!p->joined)
        an_join_sample(m, AN_JOIN_TIME, peer, p->started, AN_NEVER);
    if (!p->valued && m->first_publication >= 0)
        an_join_sample(m, AN_FIRST_VALUE, peer, p->started, AN_NEVER);
}

static void closed_sample(struct an_metrics *m, const struct an_event *event)
{
    GPtrArray *queries = m->routes[AN_LINK_DOWN].queries;
    struct an_place place = {AN_NONE, event->peer, event->other, event->time};
    for (uint32_t i = 0; i < queries->len; i++) {
        struct an_query *q = g_ptr_array_index(queries, i);
        if ((q->spec.reasons && !(q->spec.reasons >> MIN(event->what, 31) & 1)) ||
            !an_query_open(m, q, event->time) || !an_in_set(m, q->spec.of, event->peer) ||
            !an_in_set(m, q->spec.from, event->peer) || !an_in_set(m, q->spec.to, event->other) ||
            !an_compare_holds(&q->spec.neighbors, (int64_t)an_topology_peer(&m->topology, event->peer)->degree + 1))
            continue; /* neighbors: with the one that goes */
        q->share_sum++;
        an_query_sample(m, q, 1, 1, &place, event->link);
    }
}

void an_slow_event(struct an_metrics *m, const struct an_event *event)
{
    GPtrArray *queries = m->routes[AN_SLOW].queries;
    struct an_place place = {AN_NONE, event->peer, event->other, event->time};
    for (uint32_t i = 0; i < queries->len; i++) {
        struct an_query *q = g_ptr_array_index(queries, i);
        if (an_query_open(m, q, event->time) && an_in_set(m, q->spec.of, event->peer) &&
            an_in_set(m, q->spec.from, event->peer) && an_in_set(m, q->spec.to, event->other) &&
            an_neighbors_fit(m, q, event->peer))
            an_query_sample(m, q, (int64_t)event->value, 1, &place, event->link);
    }
}

/* The whole of which the closed ones are a share: links that were up at both ends. */
static void count_link(struct an_metrics *m, const struct an_presence *p, int64_t time)
{
    if (!an_topology_ends(p)[p->degree - 1].mutual) /* the other end is yet to come */
        return;
    GPtrArray *queries = m->routes[AN_LINK_DOWN].queries;
    for (uint32_t i = 0; i < queries->len; i++) {
        struct an_query *q = g_ptr_array_index(queries, i);
        q->whole += time <= an_query_end(m, q);
    }
}

/* A link is up at this end: was there one between the two before? */
static void reconnect_sample(struct an_metrics *m, const struct an_event *event)
{
    gint64 key = (gint64)event->peer << 32 | event->other;
    if (g_hash_table_add(m->pairs, g_memdup2(&key, sizeof key)))
        return;
    GPtrArray *queries = m->routes[AN_LINK_UP].queries;
    struct an_place place = {AN_NONE, event->peer, event->other, event->time};
    for (uint32_t i = 0; i < queries->len; i++) {
        struct an_query *q = g_ptr_array_index(queries, i);
        if (q->spec.metric == AN_RECONNECTS && an_query_open(m, q, event->time) &&
            an_in_set(m, q->spec.of, event->peer) && an_in_set(m, q->spec.to, event->other))
            an_query_sample(m, q, 1, 1, &place, event->link);
    }
}

void an_links_event(struct an_metrics *m, const struct an_event *event)
{
    if (event->kind == AN_STOPPED && an_topology_peer(&m->topology, event->peer)->running) {
        if (event->what == AN_STOP_OPEN_FAILED) {
            int64_t start = an_topology_peer(&m->topology, event->peer)->started;
            an_join_sample(m, AN_FAILED_OPEN, event->peer, start, event->time - start);
        }
        an_start_ended(m, event->peer);
        an_flood_life_ended(&m->floods, event->peer);
    }
    an_invariants_link(m, event);
    int64_t alone = -1;
    if (event->kind == AN_LINK_DOWN && m->routes[AN_STOPPED].queries->len)
        alone = an_topology_alone(&m->topology, event->peer, event->link);
    enum an_change change = an_topology_event(&m->topology, event);
    struct an_presence *p = an_topology_peer(&m->topology, event->peer);
    if (change == AN_CHANGE_UP && !p->joined) {
        p->joined = true;
        an_join_sample(m, AN_JOIN_TIME, event->peer, p->started, event->time - p->started);
    }
    if (change == AN_CHANGE_UP)
        count_link(m, p, event->time);
    if (change == AN_CHANGE_UP && m->pairs)
        reconnect_sample(m, event);
    if (change == AN_CHANGE_CLOSED)
        closed_sample(m, event);
    if (alone >= 0)
        an_ghost_down(m, event, alone);
    if (m->replicated->len)
        an_replicas_presence(m, event->peer, event->time);
    if (change == AN_CHANGE_UP || change == AN_CHANGE_DOWN || change == AN_CHANGE_CLOSED)
        an_degree_changed(m, event->peer, event->time);
}
