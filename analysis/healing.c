/* How a mesh comes together again, and what it costs: heal, recovery, stranded, drained (M12, X3, X4, S1.1), links pruned (X13), links that
 * are there at one end only (X11), and what percolation leaves of the graph (T7). */
#include "analysis/graph.h"
#include "analysis/metrics.h"
#include "analysis/percolation.h"

enum { LEAST = 2, IDEAL = 3, DRAWS = 200 };

static struct an_aims aims_of(const struct an_metrics *m, uint32_t mesh)
{
    struct an_aims aims = mesh < m->aims->len ? g_array_index(m->aims, struct an_aims, mesh) : (struct an_aims){0, 0};
    return (struct an_aims){aims.least ? aims.least : LEAST, aims.ideal ? aims.ideal : IDEAL};
}

/* Neighbors that are there: a link whose other end is gone already does not count. */
static uint32_t whole_links(const struct an_presence *p)
{
    const struct an_end *ends = an_topology_ends(p);
    uint32_t whole = 0;
    for (uint32_t k = 0; k < p->degree; k++)
        whole += ends[k].mutual;
    return whole;
}

/* ---- heal: looked at every second; the last change of a link made it true ---- */

void an_heal_look(struct an_metrics *m, struct an_query *q, int64_t time)
{
    struct an_place place = {AN_NONE, AN_NONE, AN_NONE, time};
    bool any = false;
    if (q->whole)
        return;
    for (uint32_t i = 0; i < m->topology.peers->len; i++) {
        const struct an_presence *p = an_topology_peer(&m->topology, i);
        if (!p->running || !an_in_set(m, q->spec.of, i))
            continue;
        if (whole_links(p) < aims_of(m, p->mesh).least)
            return;
        any = true;
    }
    if (!any)
        return;
    q->whole = 1;
    an_query_sample(m, q, MAX(0, m->topology.last_change - an_query_begin(m, q)), 1, &place, AN_NONE);
}

/* ---- recovery: floods end in order of publication ---- */

void an_recovery_begins(struct an_metrics *m, struct an_query *q)
{
    q->fits_room = m->topology.peers->len;
    q->fits = g_new0(uint64_t, an_bits_words(q->fits_room) + 1);
    for (uint32_t i = 0; i < q->fits_room; i++) {
        const struct an_presence *p = an_topology_peer(&m->topology, i);
        if (p->running && an_compare_holds(&q->spec.neighbors, whole_links(p)))
            an_bit_set(q->fits, i);
    }
}

static bool recovery_fits(const struct an_query *q, uint32_t peer)
{
    return q->spec.neighbors.op == AN_OP_NONE || (peer < q->fits_room && an_bit(q->fits, peer));
}

void an_recovery_over(struct an_metrics *m, struct an_query *q, const struct an_flood *f)
{
    if (!q->times)
        q->times = g_array_new(FALSE, FALSE, sizeof(int64_t));
    if (q->missed_room < an_cast_count(m->cast))
        an_query_missed_room(q, an_cast_count(m->cast));
    g_array_append_val(q->times, f->time);
    for (uint32_t w = 0; w < an_bits_words(MIN(f->members->peers, q->missed_room)); w++) {
        q->heard[w] |= f->members->bits[w];
        for (uint64_t rest = f->members->bits[w] & ~f->delivered[w]; rest; rest &= rest - 1) {
            uint32_t peer = w * 64 + (uint32_t)__builtin_ctzll(rest);
            if (peer != f->origin)
                q->missed[peer] = q->times->len;
        }
    }
}

/* missed: how many messages there were when it missed its last one, so also the index of the first that it got again. */
static void recovery_samples(struct an_metrics *m, struct an_query *q)
{
    int64_t begin = an_query_begin(m, q);
    for (uint32_t i = 0; q->times && i < q->missed_room; i++) {
        const struct an_presence *p = an_topology_peer(&m->topology, i);
        if (!an_bit(q->heard, i) || !p->running || p->started > begin || !an_in_set(m, q->spec.of, i) || !recovery_fits(q, i))
            continue;
        uint64_t again = q->missed[i];
        struct an_place place = {AN_NONE, i, AN_NONE, again && again < q->times->len ? g_array_index(q->times, int64_t, again) : begin};
        an_query_sample(m, q, again == 0 ? 0 : again == q->times->len ? AN_NEVER : place.time - begin, 1, &place, AN_NONE);
    }
}

/* ---- stranded ---- */

void an_stranded_sample(struct an_metrics *m, struct an_query *q, int64_t time)
{
    struct an_topology *t = &m->topology;
    uint32_t only = an_query_mesh(m, q), count = t->peers->len;
    struct part {
        uint32_t size, looking; /* members; of them, who has fewer neighbors than it wants */
    } *parts = g_new0(struct part, MAX(count, 1));
    int64_t stranded = 0;
    an_topology_components(t);
    for (uint32_t i = 0; i < count; i++) {
        const struct an_presence *p = an_topology_peer(t, i);
        if (t->labels[i] == AN_NONE || (only != AN_NONE && p->mesh != only))
            continue;
        parts[t->labels[i]].size++;
        parts[t->labels[i]].looking += p->degree < aims_of(m, p->mesh).ideal;
    }
    for (uint32_t i = 0; i < count; i++) /* a label is the smallest peer of its part */
        if (parts[i].size && !parts[i].looking && parts[i].size < an_topology_mesh(t, an_topology_peer(t, i)->mesh)->largest)
            stranded += parts[i].size;
    struct an_place place = {AN_NONE, AN_NONE, AN_NONE, time};
    an_query_sample(m, q, stranded, 1, &place, AN_NONE);
    g_free(parts);
}

/* ---- drained ---- */

void an_drained_copy(struct an_metrics *m, struct an_query *q, const struct an_flood *f, const struct an_event *event)
{
    int64_t begin = an_query_begin(m, q);
    if (f->time <= begin && event->time > begin && an_in_set(m, q->spec.of, event->peer))
        q->whole = (uint64_t)(event->time - begin);
}

/* ---- pruned: copies since the last first one, per end of a link ---- */

enum { NEVER_FIRST = UINT32_MAX };

static uint32_t *idle_of(struct an_metrics *m, const struct an_event *event)
{
    uint32_t known = m->idle->len;
    if (event->link >= known) {
        g_array_set_size(m->idle, event->link + 1);
        memset(m->idle->data + (size_t)known * 2 * sizeof(uint32_t), 0xFF, (size_t)(m->idle->len - known) * 2 * sizeof(uint32_t));
    }
    return &((uint32_t *)(void *)m->idle->data)[2 * (size_t)event->link + (event->peer > event->other)];
}

void an_idle_copy(struct an_metrics *m, const struct an_event *event)
{
    if (event->link == AN_NONE)
        return;
    uint32_t *idle = idle_of(m, event);
    if (event->kind == AN_FIRST)
        *idle = 0;
    else if (*idle < NEVER_FIRST - 1)
        ++*idle;
}

void an_pruned_event(struct an_metrics *m, const struct an_event *event)
{
    GPtrArray *queries = m->routes[AN_PRUNED].queries;
    struct an_place place = {AN_NONE, event->peer, event->other, event->time};
    for (uint32_t i = 0; i < queries->len; i++) {
        struct an_query *q = g_ptr_array_index(queries, i);
        if (!an_query_open(m, q, event->time) || !an_in_set(m, q->spec.of, event->peer) || !an_in_set(m, q->spec.to, event->other) ||
            event->link == AN_NONE)
            continue;
        uint32_t idle = *idle_of(m, event);
        an_query_sample(m, q, idle == NEVER_FIRST ? AN_NEVER : idle, 1, &place, event->link);
    }
}

/* ---- ghosts: ends of links whose other end is gone ---- */

static void ghost_sample(struct an_metrics *m, struct an_query *q, const struct an_place *place, uint32_t link, int64_t since)
{
    if (an_query_open(m, q, since) && an_in_set(m, q->spec.of, place->peer) && an_in_set(m, q->spec.to, place->other))
        an_query_sample(m, q, place->time / AN_SECOND * AN_SECOND - since, 1, place, link);
}

void an_ghost_down(struct an_metrics *m, const struct an_event *event, int64_t since)
{
    GPtrArray *queries = m->routes[AN_STOPPED].queries;
    struct an_place place = {AN_NONE, event->peer, event->other, event->time};
    for (uint32_t i = 0; i < queries->len; i++)
        ghost_sample(m, g_ptr_array_index(queries, i), &place, event->link, since);
}

/* Those that the run leaves standing: as old as they are. */
void an_ghosts_left(struct an_metrics *m, struct an_query *q, int64_t time)
{
    for (uint32_t i = 0; i < m->topology.peers->len; i++) {
        const struct an_presence *p = an_topology_peer(&m->topology, i);
        const struct an_end *ends = an_topology_ends(p);
        for (uint32_t k = 0; k < p->degree; k++) {
            struct an_place place = {AN_NONE, i, ends[k].other, time};
            if (ends[k].alone)
                ghost_sample(m, q, &place, ends[k].link, (int64_t)ends[k].since * AN_SECOND);
        }
    }
}

/* ---- the end ---- */

void an_heal_finish(struct an_metrics *m, struct an_query *q, int64_t time)
{
    struct an_place place = {AN_NONE, AN_NONE, AN_NONE, time};
    switch (q->spec.metric) {
    case AN_HEAL:
        if (q->whole || an_query_begin(m, q) > time)
            break;
        an_heal_look(m, q, time);
        if (!q->whole)
            an_query_sample(m, q, AN_NEVER, 1, &place, AN_NONE);
        break;
    case AN_RECOVERY:
        recovery_samples(m, q);
        break;
    case AN_DRAINED:
        if (an_query_begin(m, q) <= time)
            an_query_sample(m, q, (int64_t)q->whole, 1, &place, AN_NONE);
        break;
    case AN_GHOST:
        an_ghosts_left(m, q, time);
        break;
    default:
        break;
    }
}

/* ---- T7 on the run's own graph ---- */

void an_survivors_sample(struct an_metrics *m, struct an_query *q, int64_t time)
{
    struct an_graph *graph = an_graph_of_topology(&m->topology, an_query_mesh(m, q));
    uint32_t links = an_graph_links(graph), nodes = an_graph_nodes(graph);
    uint32_t *ends = g_new(uint32_t, 2 * (size_t)MAX(links, 1));
    struct an_percolation p = {.nodes = nodes, .links = links, .ends = ends};
    struct an_place place = {AN_NONE, AN_NONE, AN_NONE, time};
    for (uint32_t i = 0; i < links; i++)
        an_graph_ends(graph, i, &ends[2 * i], &ends[2 * i + 1]);
    /* Who is crashed is a whole number of peers, rounded as the language does. */
    uint32_t crashed = (uint32_t)(((uint64_t)nodes * (uint64_t)q->spec.share + 500000) / 1000000);
    if (nodes > crashed)
        an_query_sample(m, q, an_percolation_share(&p, nodes - crashed, DRAWS), 1, &place, AN_NONE);
    g_free(ends);
    an_graph_free(graph);
}
