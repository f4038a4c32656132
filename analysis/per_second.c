/* Metrics of peers by the second, and gauges of one instant: rates, ages, neighbors, components, shape. */
#include "analysis/bits.h"
#include "analysis/graph.h"
#include "analysis/metrics.h"

void an_octets_event(struct an_metrics *m, struct an_query *q, uint32_t peer, uint64_t octets)
{
    if (!an_in_set(m, q->spec.of, peer))
        return;
    if (G_UNLIKELY(peer >= q->octets_room)) {
        uint32_t room = MAX(an_cast_count(m->cast), peer + 1);
        q->octets = g_renew(uint64_t, q->octets, room);
        memset(q->octets + q->octets_room, 0, (room - q->octets_room) * sizeof *q->octets);
        q->octets_room = room;
    }
    q->octets[peer] += octets;
}

/* A second counts if all of it lies in the window; peers that run are silent with 0. */
static void rate_samples(struct an_metrics *m, struct an_query *q, int64_t begin, bool inside)
{
    for (uint32_t i = 0; inside && i < m->topology.peers->len; i++) {
        uint64_t octets = i < q->octets_room ? q->octets[i] : 0;
        if (!octets && !an_topology_peer(&m->topology, i)->running)
            continue;
        if (!an_in_set(m, q->spec.of, i) || !an_neighbors_fit(m, q, i))
            continue;
        struct an_place place = {AN_NONE, i, AN_NONE, begin};
        an_query_sample(m, q, (int64_t)octets * 8, 1, &place, AN_NONE);
    }
    if (q->octets)
        memset(q->octets, 0, q->octets_room * sizeof *q->octets);
}

/* --- age of information (M8)
 * -------------------------------------------------------------------------------------- */

/* The age grows with time, so its area up to now is a trapezoid; kept doubled, in ns². */
static void grow_age(struct an_age *age, int64_t time)
{
    if (age->newest < 0 || time <= age->since)
        return;
    int64_t width = time - age->since;
    age->area += (__int128)(age->since - age->newest + time - age->newest) * width;
    age->covered += width;
    age->since = time;
}

void an_age_delivered(struct an_metrics *m, uint32_t peer, int64_t published, int64_t time)
{
    uint32_t known = m->ages->len;
    if (peer >= known) {
        g_array_set_size(m->ages, MAX(an_cast_count(m->cast), peer + 1));
        for (uint32_t i = known; i < m->ages->len; i++)
            g_array_index(m->ages, struct an_age, i).newest = -1;
    }
    struct an_age *age = &g_array_index(m->ages, struct an_age, peer);
    if (published <= age->newest)
        return;
    if (age->newest < 0)
        age->since = time;
    grow_age(age, time);
    age->newest = published;
}

static void age_samples(struct an_metrics *m, struct an_query *q, int64_t begin)
{
    for (uint32_t i = 0; i < m->ages->len; i++) {
        const struct an_age *age = &g_array_index(m->ages, struct an_age, i);
        if (age->covered == 0 || !an_topology_peer(&m->topology, i)->running ||
            !an_in_set(m, q->spec.of, i) || !an_neighbors_fit(m, q, i))
            continue;
        struct an_place place = {AN_NONE, i, AN_NONE, begin};
        an_query_sample(m, q, (int64_t)(age->area / 2 / age->covered), 1, &place, AN_NONE);
    }
}

/* --- gauges
 * ------------------------------------------------------------------------------------------------------- */

/* A set of peers speaks for the mesh of its first peer; without one, all meshes are meant. */
uint32_t an_query_mesh(struct an_metrics *m, const struct an_query *q)
{
    if (q->spec.of == AN_SET_ALL)
        return AN_NONE;
    for (uint32_t i = 0; i < m->topology.peers->len; i++)
        if (an_in_set(m, q->spec.of, i))
            return an_topology_peer(&m->topology, i)->mesh;
    return AN_NONE;
}

static void component_sample(struct an_metrics *m, struct an_query *q, int64_t time)
{
    an_topology_components(&m->topology);
    uint32_t only = an_query_mesh(m, q), components = 0;
    int64_t least = AN_NEVER;
    for (uint32_t i = 0; i < m->topology.meshes->len; i++) {
        const struct an_mesh_state *mesh = an_topology_mesh(&m->topology, i);
        if ((only != AN_NONE && only != i) || mesh->running == 0)
            continue;
        components += mesh->components;
        least = MIN(least, (int64_t)mesh->largest * 1000000 / mesh->running);
    }
    struct an_place place = {AN_NONE, AN_NONE, AN_NONE, time};
    if (components == 0)
        return;
    an_query_sample(m, q, q->spec.metric == AN_COMPONENTS ? components : least, 1, &place, AN_NONE);
}

/* All neighbors, or those of a set. */
static uint32_t degree_of(struct an_metrics *m, const struct an_query *q, const struct an_presence *p)
{
    if (q->spec.to == AN_SET_ALL)
        return p->degree;
    const struct an_end *ends = an_topology_ends(p);
    uint32_t count = 0;
    for (uint32_t i = 0; i < p->degree; i++)
        count += an_in_set(m, q->spec.to, ends[i].other);
    return count;
}

static void degree_samples(struct an_metrics *m, struct an_query *q, int64_t time)
{
    for (uint32_t i = 0; i < m->topology.peers->len; i++) {
        const struct an_presence *p = an_topology_peer(&m->topology, i);
        struct an_place place = {AN_NONE, i, AN_NONE, time};
        if (p->running && an_in_set(m, q->spec.of, i) && an_neighbors_fit(m, q, i))
            an_query_sample(m, q, degree_of(m, q, p), 1, &place, AN_NONE);
    }
}

static void online_sample(struct an_metrics *m, struct an_query *q, int64_t time)
{
    int64_t online = 0;
    if (q->places && q->missed_room < m->topology.peers->len)
        an_query_missed_room(q, m->topology.peers->len);
    for (uint32_t i = 0; i < m->topology.peers->len; i++) {
        const struct an_presence *p = an_topology_peer(&m->topology, i);
        bool is = p->running && p->degree > 0 && an_in_set(m, q->spec.of, i);
        online += is;
        if (q->places && is != an_bit(q->heard, i)) { /* a change: an end of a bar */
            q->heard[i / 64] ^= UINT64_C(1) << (i % 64);
            an_query_place(q, &(struct an_place){AN_NONE, i, AN_NONE, time});
        }
    }
    struct an_place place = {AN_NONE, AN_NONE, AN_NONE, time};
    an_query_sample(m, q, online, 1, &place, AN_NONE);
}

/* One component again? Looked at every second; it came with the last change of a link. */
static void merge_look(struct an_metrics *m, struct an_query *q, int64_t time)
{
    int64_t begin = an_query_begin(m, q);
    uint32_t only = an_query_mesh(m, q), most = 0;
    if (q->whole)
        return;
    an_topology_components(&m->topology);
    for (uint32_t i = 0; i < m->topology.meshes->len; i++)
        if (only == AN_NONE || only == i)
            most = MAX(most, an_topology_mesh(&m->topology, i)->components);
    if (most != 1)
        return;
    struct an_place place = {AN_NONE, AN_NONE, AN_NONE, time};
    q->whole = 1;
    an_query_sample(m, q, MAX(0, m->topology.last_change - begin), 1, &place, AN_NONE);
}

void an_merge_unfinished(struct an_metrics *m, struct an_query *q, int64_t time)
{
    struct an_place place = {AN_NONE, AN_NONE, AN_NONE, time};
    if (q->whole || an_query_begin(m, q) > time)
        return;
    merge_look(m, q, time);
    if (!q->whole)
        an_query_sample(m, q, AN_NEVER, 1, &place, AN_NONE);
}

bool an_is_gauge(enum an_metric metric)
{
    return metric == AN_DEGREE || metric == AN_ONLINE || metric == AN_COMPONENTS || metric == AN_LARGEST_COMPONENT ||
           metric == AN_HAVE_NAMED || metric == AN_DIVERGED || metric == AN_STRANDED;
}

void an_gauge(struct an_metrics *m, struct an_query *q, int64_t time)
{
    struct an_place place = {AN_NONE, AN_NONE, AN_NONE, time};
    if (q->spec.metric == AN_MERGE_TIME)
        merge_look(m, q, time);
    else if (q->spec.metric == AN_HEAL)
        an_heal_look(m, q, time);
    else if (q->spec.metric == AN_STRANDED)
        an_stranded_sample(m, q, time);
    else if (q->spec.metric == AN_DEGREE)
        degree_samples(m, q, time);
    else if (q->spec.metric == AN_ONLINE)
        online_sample(m, q, time);
    else if (q->spec.metric == AN_HAVE_NAMED)
        an_query_sample(m, q, an_replicas_share(m, q), 1, &place, AN_NONE);
    else if (q->spec.metric == AN_DIVERGED)
        an_query_sample(m, q, an_replicas_diverged(q), 1, &place, AN_NONE);
    else
        component_sample(m, q, time);
}

static void shape_sample(struct an_metrics *m, struct an_query *q, int64_t time)
{
    struct an_graph *graph = an_graph_of_topology(&m->topology, an_query_mesh(m, q));
    int64_t value;
    struct an_place place = {AN_NONE, AN_NONE, AN_NONE, time};
    if (an_graph_measure(graph, q->shape, &value))
        an_query_sample(m, q, value, 1, &place, AN_NONE);
    an_graph_free(graph);
}

void an_snapshot_take(struct an_metrics *m, struct an_query *q, int64_t time)
{
    if (q->spec.metric == AN_SHAPE)
        shape_sample(m, q, time);
    else if (q->spec.metric == AN_RECOVERY)
        an_recovery_begins(m, q);
    else if (q->spec.metric == AN_THEORY_SURVIVORS)
        an_survivors_sample(m, q, time);
    else
        an_gauge(m, q, time);
}

/* --- every second
 * ------------------------------------------------------------------------------------------------- */

static void degree_least(struct an_metrics *m)
{
    uint32_t least = m->invariants.degree_min;
    for (uint32_t i = 0; i < m->topology.peers->len; i++) {
        const struct an_presence *p = an_topology_peer(&m->topology, i);
        if (p->running && p->degree > 0)
            least = MIN(least, p->degree);
    }
    m->invariants.degree_min = least;
}

void an_second_over(struct an_metrics *m, int64_t end)
{
    int64_t begin = end - AN_SECOND;
    an_replicas_second(m, end);
    for (uint32_t i = 0; m->ages && i < m->ages->len; i++)
        grow_age(&g_array_index(m->ages, struct an_age, i), end);
    for (uint32_t i = 0; i < m->of_second->len; i++) {
        struct an_query *q = g_ptr_array_index(m->of_second, i);
        bool inside = an_query_begin(m, q) <= begin && end <= an_query_end(m, q);
        if (q->spec.metric == AN_UPLOAD || q->spec.metric == AN_DOWNLOAD) {
            rate_samples(m, q, begin, inside);
        } else if (q->spec.metric == AN_STALENESS) {
            if (inside)
                age_samples(m, q, begin);
        } else if (q->spec.metric == AN_THEORY_SERVER_UPLOAD) {
            struct an_place place = {AN_NONE, AN_NONE, AN_NONE, begin};
            if (inside)
                an_query_sample(m, q, (int64_t)q->second_octets * 8, 1, &place, AN_NONE);
            q->second_octets = 0;
        } else if (an_query_open(m, q, end) && an_query_begin(m, q) != an_query_end(m, q)) {
            an_gauge(m, q, end);
        }
    }
    for (uint32_t i = 0; m->ages && i < m->ages->len; i++) {
        struct an_age *age = &g_array_index(m->ages, struct an_age, i);
        age->area = 0;
        age->covered = 0;
    }
    if (an_moment_time(m, AN_MOMENT_SETTLED) <= end)
        degree_least(m);
    an_invariants_second(m, end);
}

/* Extremes of the gauge and the limit I1 see every change, also those within a second. */
void an_degree_changed(struct an_metrics *m, uint32_t peer, int64_t time)
{
    const struct an_presence *p = an_topology_peer(&m->topology, peer);
    struct an_place place = {AN_NONE, peer, AN_NONE, time};
    struct an_invariants *v = &m->invariants;
    if (p->degree > v->degree_max) {
        v->degree_max = p->degree;
        v->degree_place = place;
    }
    uint32_t limit = p->mesh < m->degree_limits->len ? g_array_index(m->degree_limits, uint32_t, p->mesh) : 0;
    if (limit && p->degree > limit && v->degree_violations++ == 0)
        v->degree_violation_place = place;
    GPtrArray *queries = m->routes[AN_LINK_UP].queries;
    for (uint32_t i = 0; i < queries->len; i++) {
        struct an_query *q = g_ptr_array_index(queries, i);
        if (q->spec.metric == AN_DEGREE && !q->groups && an_query_open(m, q, time) && an_query_begin(m, q) != an_query_end(m, q) &&
            an_in_set(m, q->spec.of, peer) && an_neighbors_fit(m, q, peer) &&
            an_compare_holds(&q->spec.value, degree_of(m, q, p)))
            an_samples_extreme(&q->samples, degree_of(m, q, p), &place);
    }
}
