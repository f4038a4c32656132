#include "analysis/metrics.h"
#include "analysis/topology.h"
#include "protocol/wire/message.h"

G_DEFINE_QUARK(an - error - quark, an_error)

static void free_query(void *query)
{
    struct an_query *q = query;
    an_samples_clear(&q->samples);
    if (q->groups)
        g_array_free(q->groups, TRUE);
    if (q->last_sequence)
        g_ptr_array_free(q->last_sequence, TRUE);
    if (q->times)
        g_array_free(q->times, TRUE);
    g_free(q->octets);
    g_free(q->missed);
    g_free(q->heard);
    g_free(q->fits);
    an_replicas_clear(q);
    g_free(q->label);
    g_free(q->last);
    if (q->places)
        g_array_unref(q->places);
    g_free(q->name);
    g_free(q);
}

struct an_metrics *an_metrics_new(const struct an_cast *cast)
{
    struct an_metrics *m = g_new0(struct an_metrics, 1);
    m->cast = cast;
    an_topology_init(&m->topology, cast);
    an_floods_init(&m->floods, &m->topology, &m->invariants);
    an_theory_init(&m->theory, &m->topology);
    m->queries = g_ptr_array_new_with_free_func(free_query);
    m->moments = g_array_new(FALSE, FALSE, sizeof(int64_t));
    m->sets = g_array_new(FALSE, TRUE, sizeof(struct an_set));
    m->snapshots = g_array_new(FALSE, FALSE, sizeof(struct an_snapshot));
    m->degree_limits = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    m->aims = g_array_new(FALSE, TRUE, sizeof(struct an_aims));
    m->seen = g_array_new(FALSE, TRUE, sizeof(bool));
    m->balances = g_array_new(FALSE, TRUE, 2 * sizeof(int64_t));
    m->at_delivery = g_ptr_array_new();
    m->of_flood = g_ptr_array_new();
    m->of_second = g_ptr_array_new();
    m->replicated = g_ptr_array_new();
    m->order = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < AN_KIND_COUNT; i++)
        m->routes[i].queries = g_ptr_array_new();
    m->next_second = AN_SECOND;
    m->next_due = AN_SECOND;
    m->first_publication = -1;
    m->invariants.degree_min = UINT32_MAX;
    int start = an_moment_new(m), settled = an_moment_new(m);
    g_assert(start == AN_MOMENT_START && settled == AN_MOMENT_SETTLED);
    an_moment_reached(m, AN_MOMENT_START, 0);
    return m;
}

void an_metrics_free(struct an_metrics *m)
{
    if (m)
        an_reach_free(m->reach);
    if (m && m->games)
        g_ptr_array_unref(m->games);
    if (!m)
        return;
    an_floods_clear(&m->floods);
    an_theory_clear(&m->theory);
    an_topology_clear(&m->topology);
    g_ptr_array_free(m->queries, TRUE);
    if (m->pairs)
        g_hash_table_unref(m->pairs);
    for (uint32_t i = 0; i < m->sets->len; i++)
        g_free(g_array_index(m->sets, struct an_set, i).bits);
    GArray *const arrays[] = {m->moments,  m->sets, m->snapshots, m->degree_limits,
                              m->balances, m->ages, m->seen, m->aims, m->idle};
    for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++)
        if (arrays[i])
            g_array_free(arrays[i], TRUE);
    GPtrArray *const lists[] = {m->at_delivery, m->of_flood, m->of_second, m->replicated, m->order};
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        g_ptr_array_free(lists[i], TRUE);
    for (unsigned i = 0; i < AN_KIND_COUNT; i++)
        g_ptr_array_free(m->routes[i].queries, TRUE);
    g_free(m);
}

void an_metrics_network(struct an_metrics *m, const struct an_network *network)
{
    m->theory.network = *network;
    m->theory.has_network = true;
}

void an_metrics_degree_limit(struct an_metrics *m, uint32_t mesh, uint32_t limit)
{
    if (mesh >= m->degree_limits->len)
        g_array_set_size(m->degree_limits, mesh + 1);
    g_array_index(m->degree_limits, uint32_t, mesh) = limit;
}

void an_metrics_aims(struct an_metrics *m, uint32_t mesh, uint32_t least, uint32_t ideal)
{
    if (mesh >= m->aims->len)
        g_array_set_size(m->aims, mesh + 1);
    g_array_index(m->aims, struct an_aims, mesh) = (struct an_aims){least, ideal};
}

/* --- samples
 * ------------------------------------------------------------------------------------------------------ */

static uint64_t group_key(const struct an_query *q, const struct an_place *place, uint32_t link)
{
    switch (q->spec.per) {
    case AN_PER_MESSAGE:
        return place->message;
    case AN_PER_PEER:
        return place->peer;
    case AN_PER_LINK:
    case AN_PER_KEY:
        return link;
    case AN_PER_SECOND:
        return (uint64_t)(place->time / AN_SECOND);
    case AN_PER_MINUTE:
        return (uint64_t)(place->time / (60 * AN_SECOND));
    case AN_PER_SAMPLE:
    default:
        g_assert_not_reached();
    }
}

/* A dot of a raster. Beyond the bound the earliest are kept. */
void an_query_place(struct an_query *q, const struct an_place *place)
{
    enum { MOST_PLACES = 1000000 };
    if (q->places && q->places->len < MOST_PLACES)
        g_array_append_val(q->places, *place);
}

void an_query_sample(struct an_metrics *m, struct an_query *q, int64_t value, uint64_t weight,
                     const struct an_place *place, uint32_t link)
{
    (void)m;
    if (!q->groups) {
        q->asked += weight;
        if (q->spec.value.op != AN_OP_NONE && !an_compare_holds(&q->spec.value, value))
            return;
        an_samples_add(&q->samples, value, weight, place);
        if (G_UNLIKELY(q->places) && value != 0 && q->spec.metric != AN_ONLINE)
            an_query_place(q, place);
        return;
    }
    uint64_t key = group_key(q, place, link);
    g_assert(key < UINT32_MAX);
    if (key >= q->groups->len)
        g_array_set_size(q->groups, (guint)key + 1);
    struct an_group *group = &g_array_index(q->groups, struct an_group, key);
    group->key = key;
    group->count += weight;
    if (value != AN_NEVER)
        group->sum += (double)value * (double)weight;
}

/* --- what is due between two events
 * ------------------------------------------------------------------------------- */

static void set_next_due(struct an_metrics *m)
{
    int64_t due = m->next_second;
    const struct an_floods *floods = &m->floods;
    for (uint32_t i = floods->unjudged; i != floods->next; i++)
        if (floods->ring[i & (floods->room - 1)]) {
            due = MIN(due, floods->ring[i & (floods->room - 1)]->time + AN_JUDGED_AFTER);
            break;
        }
    for (uint32_t i = floods->oldest; i != floods->next; i++)
        if (floods->ring[i & (floods->room - 1)]) {
            due = MIN(due, floods->ring[i & (floods->room - 1)]->time + AN_RELEASED_AFTER);
            break;
        }
    for (uint32_t i = 0; i < m->snapshots->len; i++)
        due = MIN(due, g_array_index(m->snapshots, struct an_snapshot, i).time + 1);
    m->next_due = due;
}

static void judge_floods(struct an_metrics *m, int64_t time)
{
    struct an_floods *floods = &m->floods;
    for (; floods->unjudged != floods->next; floods->unjudged++) {
        struct an_flood *f = floods->ring[floods->unjudged & (floods->room - 1)];
        if (f && f->time + AN_JUDGED_AFTER > time)
            return;
        if (f)
            an_flood_judge(floods, f);
    }
}

static void release_floods(struct an_metrics *m, int64_t time)
{
    struct an_floods *floods = &m->floods;
    for (; floods->oldest != floods->next; an_flood_release(floods)) {
        struct an_flood *f = floods->ring[floods->oldest & (floods->room - 1)];
        if (f && f->time + AN_RELEASED_AFTER > time)
            return;
        if (f)
            an_flood_over(m, f);
    }
}

static void take_snapshots(struct an_metrics *m, int64_t time)
{
    for (uint32_t i = 0; i < m->snapshots->len;) {
        struct an_snapshot snapshot = g_array_index(m->snapshots, struct an_snapshot, i);
        if (snapshot.time >= time) {
            i++;
            continue;
        }
        an_snapshot_take(m, an_query_at(m, snapshot.query), snapshot.time);
        g_array_remove_index(m->snapshots, i);
    }
}

/* Does all that falls due up to and at this time, in order of time; snapshots only of moments that are past.
 */
static void advance(struct an_metrics *m, int64_t time)
{
    while (m->next_due <= time) {
        int64_t due = m->next_due;
        take_snapshots(m, due);
        judge_floods(m, due);
        release_floods(m, due);
        if (m->next_second <= due) {
            an_second_over(m, m->next_second);
            m->next_second += AN_SECOND;
        }
        set_next_due(m);
    }
}

/* --- events
 * ------------------------------------------------------------------------------------------------------- */

static struct an_flood *flood_of(struct an_metrics *m, const struct an_event *event)
{
    struct an_flood *f = an_flood_find(&m->floods, event->message);
    if (G_UNLIKELY(!f)) {
        m->invariants.late += event->message < m->floods.oldest;
        return NULL;
    }
    if (!f->disturbed && g_array_index(m->topology.meshes, struct an_mesh_state, f->mesh).epoch != f->epoch) {
        f->disturbed = true;
        if (m->pairs_columns_calm)
            an_flood_drop_columns(f);
    }
    return f;
}

static void copy_event(struct an_metrics *m, const struct an_event *event)
{
    struct an_flood *f = flood_of(m, event);
    if (!f)
        return;
    if (event->kind == AN_SENT) {
        f->sent++;
        if (event->peer == f->origin) {
            f->origin_sent++;
            f->origin_octets += event->size;
        }
    } else {
        if (event->kind == AN_FIRST) {
            f->first++;
            if (f->hops)
                an_flood_hop(f, event->peer, event->other);
        } else {
            f->duplicates++;
        }
        if (G_UNLIKELY(f->first + f->duplicates > f->sent) && m->invariants.copies_unsent++ == 0)
            m->invariants.copies_place =
                (struct an_place){event->message, event->peer, event->other, event->time};
    }
    if (G_UNLIKELY(m->idle) && event->kind != AN_SENT)
        an_idle_copy(m, event);
    if (m->routes[event->kind].queries->len)
        an_flood_copy(m, f, event);
}

static void sent_event(struct an_metrics *m, const struct an_event *event)
{
    GPtrArray *queries = m->routes[AN_PUBLISHED].queries;
    struct an_place place = {event->message, event->peer, AN_NONE, event->time};
    for (uint32_t i = 0; i < queries->len; i++) {
        struct an_query *q = g_ptr_array_index(queries, i);
        if (an_query_open(m, q, event->time) && an_in_set(m, q->spec.of, event->peer) &&
            an_in_set(m, q->spec.from, event->peer) && (!q->label || q->label_number == event->other) &&
            (q->spec.channel < 0 || q->spec.channel == event->channel))
            an_query_sample(m, q, 1, 1, &place, AN_NONE);
    }
}

static void publish_event(struct an_metrics *m, const struct an_event *event)
{
    if (m->first_publication < 0)
        m->first_publication = event->time;
    sent_event(m, event);
    if (event->what & AN_UNRECORDED)
        return;
    an_topology_peer(&m->topology, event->peer);
    struct an_flood *f = an_flood_publish(&m->floods, event);
    if (!f)
        return;
    m->invariants.messages++;
    m->next_due = MIN(m->next_due, event->time + AN_JUDGED_AFTER);
    an_flood_published(m, f);
}

static void octets_event(struct an_metrics *m, const struct an_event *event)
{
    bool sent = event->kind == AN_OCTETS_SENT;
    struct an_invariants *v = &m->invariants;
    /* What passes between a peer and the resolver is seen at one end only, so it is no part of the balance. */
    bool balanced = event->link != AN_NONE && event->other != AN_NONE && event->other != event->peer;
    if (event->other != AN_NONE)
        *(sent ? &v->octets_sent : &v->octets_received) += event->size;
    if (balanced) {
        if (event->link >= m->balances->len)
            g_array_set_size(m->balances, event->link + 1);
        int64_t *both = &((int64_t *)(void *)m->balances->data)[2 * (size_t)event->link];
        bool upward = (event->peer < event->other) == sent;
        int64_t *balance = &both[upward];
        *balance += sent ? (int64_t)event->size : -(int64_t)event->size;
        if (*balance < 0 && v->octets_unsent == 0)
            v->octets_place = (struct an_place){AN_NONE, event->peer, event->other, event->time};
        if (*balance < 0) {
            v->octets_unsent += (uint64_t) - *balance;
            *balance = 0;
        }
    }
    GPtrArray *queries = m->routes[event->kind].queries;
    for (uint32_t i = 0; i < queries->len; i++) {
        struct an_query *q = g_ptr_array_index(queries, i);
        if (an_in_set(m, sent ? q->spec.to : q->spec.from, event->other))
            an_octets_event(m, q, event->peer,
                            event->value + (q->spec.kinds & AN_KINDS_HEADERS ? 0 : event->size));
    }
}

static void control_event(struct an_metrics *m, const struct an_event *event)
{
    GPtrArray *queries = m->routes[event->kind].queries;
    struct an_place place = {AN_NONE, event->peer, event->other, event->time};
    for (uint32_t i = 0; i < queries->len; i++) {
        struct an_query *q = g_ptr_array_index(queries, i);
        bool of_kind = !q->spec.kinds || q->spec.kinds >> MIN(event->what, 31) & 1;
        if (q->spec.metric == AN_UPLOAD || q->spec.metric == AN_DOWNLOAD) {
            if (of_kind &&
                an_in_set(m, q->spec.metric == AN_UPLOAD ? q->spec.to : q->spec.from, event->other))
                an_octets_event(m, q, event->peer, event->size);
            continue;
        }
        if (!an_query_open(m, q, event->time) || !an_in_set(m, q->spec.of, event->peer) ||
            !an_in_set(m, q->spec.from, event->peer) || !an_in_set(m, q->spec.to, event->other) ||
            !an_neighbors_fit(m, q, event->peer))
            continue;
        if (q->spec.metric == AN_CONTROL)
            q->whole += event->size;
        if (!of_kind || (q->spec.per == AN_PER_LINK && event->link == AN_NONE)) /* no connection is known any more */
            continue;
        q->share_sum += q->spec.metric == AN_CONTROL ? (int64_t)event->size : 1;
        an_query_sample(m, q, q->spec.metric == AN_CONTROL ? (int64_t)event->size : 1, 1, &place,
                        event->link);
    }
}

/* Text values are numbers of labels; told apart by peer if duplicates are to be found within each peer. */
static int64_t said_value(const struct an_query *q, const struct an_event *event)
{
    int64_t value = (int64_t)event->value;
    return q->spec.by_peer && event->what & AN_VALUE_IS_LABEL ? (int64_t)((uint64_t)event->peer << 32 | event->value) : value;
}

static void said_event(struct an_metrics *m, const struct an_event *event)
{
    GPtrArray *queries = m->routes[event->kind].queries;
    struct an_place place = {AN_NONE, event->peer, AN_NONE, event->time};
    if (event->link >= m->seen->len)
        g_array_set_size(m->seen, event->link + 1);
    g_array_index(m->seen, bool, event->link) = true;
    for (uint32_t i = 0; i < queries->len; i++) {
        struct an_query *q = g_ptr_array_index(queries, i);
        if (q->sample != event->link)
            continue;
        if (q->replicas || q->sayings) {
            an_replicas_event(m, q, event);
            continue;
        }
        if (!an_query_open(m, q, event->time) || !an_in_set(m, q->spec.of, event->peer) ||
            !an_neighbors_fit(m, q, event->peer) || (q->spec.per == AN_PER_KEY && event->message == AN_NONE))
            continue;
        if (q->whole++ == 0)
            q->unit = (enum an_unit)(event->what & 0x3F);
        q->share_sum += q->spec.value.op != AN_OP_NONE && an_compare_holds(&q->spec.value, (int64_t)event->value);
        an_query_sample(m, q, said_value(q, event), 1, &place, event->message);
    }
}

static void shown_sample(struct an_metrics *m, const struct an_event *event)
{
    GPtrArray *queries = m->routes[AN_DELIVERED].queries;
    struct an_place place = {event->message, event->peer, AN_NONE, event->time};
    for (uint32_t i = 0; i < queries->len; i++) {
        struct an_query *q = g_ptr_array_index(queries, i);
        if (an_query_open(m, q, event->time) && an_in_set(m, q->spec.of, event->peer))
            an_query_sample(m, q, 1, 1, &place, AN_NONE);
    }
}

static void delivered_event(struct an_metrics *m, const struct an_event *event)
{
    struct an_flood *f = flood_of(m, event);
    if (m->routes[AN_DELIVERED].queries->len)
        shown_sample(m, event);
    if (!f ||
        event->peer == f->origin) /* a sender hears its own message, as in .NET: no delivery over the mesh */
        return;
    if (!an_flood_deliver(&m->floods, f, event->peer, event->time))
        return;
    struct an_presence *p = an_topology_peer(&m->topology, event->peer);
    if (G_UNLIKELY(!p->valued) && p->started >= 0) {
        p->valued = true;
        int64_t since = MAX(p->started, m->first_publication);
        an_join_sample(m, AN_FIRST_VALUE, event->peer, p->started, event->time - since);
    }
    if (m->ages)
        an_age_delivered(m, event->peer, f->time, event->time);
    an_flood_delivered(m, f, event);
}

static void games_event(struct an_metrics *m, const struct an_event *event)
{
    for (uint32_t i = 0; i < m->games->len; i++)
        an_stalls_event(g_ptr_array_index(m->games, i), event);
}

void an_metrics_event(struct an_metrics *m, const struct an_event *event)
{
    if (event->time >= m->next_due)
        advance(m, event->time);
    m->now = event->time;
    m->started = true;
    switch (event->kind) {
    case AN_SENT:
    case AN_FIRST:
    case AN_DUPLICATE:
        copy_event(m, event);
        break;
    case AN_DELIVERED:
        delivered_event(m, event);
        if (G_UNLIKELY(m->games))
            games_event(m, event);
        break;
    case AN_OCTETS_SENT:
    case AN_OCTETS_RECEIVED:
        octets_event(m, event);
        break;
    case AN_PUBLISHED:
        publish_event(m, event);
        if (m->games)
            games_event(m, event);
        break;
    case AN_LOST: {
        struct an_flood *f = flood_of(m, event);
        if (f)
            an_flood_died(f, event->other, (uint8_t)MIN(event->what, AN_CAUSE_COUNT - 1));
        break;
    }
    case AN_CONTROL_SENT:
    case AN_CONTROL_RECEIVED:
        control_event(m, event);
        break;
    case AN_STARTED:
    case AN_STOPPED:
    case AN_LINK_UP:
    case AN_LINK_DOWN:
        an_links_event(m, event);
        if (m->reach)
            an_reach_event(m->reach, event);
        break;
    case AN_PRUNED:
        an_invariants_pruned(m, event);
        an_pruned_event(m, event);
        break;
    case AN_SLOW:
        an_slow_event(m, event);
        break;
    case AN_SAMPLE:
    case AN_STATE:
    case AN_HAVE:
        said_event(m, event);
        if (m->reach)
            an_reach_event(m->reach, event);
        break;
    default:
        g_assert_not_reached();
    }
}

uint32_t an_now_components(struct an_metrics *m, uint32_t mesh)
{
    an_topology_components(&m->topology);
    return mesh < m->topology.meshes->len ? an_topology_mesh(&m->topology, mesh)->components : 0;
}

uint32_t an_now_degree(const struct an_metrics *m, uint32_t peer)
{
    return peer < m->topology.peers->len ? g_array_index(m->topology.peers, struct an_presence, peer).degree
                                         : 0;
}

int64_t an_now_last_change(const struct an_metrics *m)
{
    return m->topology.last_change;
}

/* --- the end
 * ------------------------------------------------------------------------------------------------------ */

/* Gauges of one instant that lies in the future of the run are not taken; a shape without an end is that of
 * the end. */
static void last_snapshots(struct an_metrics *m, int64_t time)
{
    take_snapshots(m, time + 1);
    for (uint32_t i = 0; i < m->queries->len; i++) {
        struct an_query *q = an_query_at(m, i);
        if (q->spec.metric == AN_SHAPE && q->left < 0 && an_query_end(m, q) > time)
            an_snapshot_take(m, q, time);
    }
}

void an_metrics_finish(struct an_metrics *m, int64_t time)
{
    g_assert(!m->finished && time >= m->now);
    advance(m, time);
    struct an_floods *floods = &m->floods;
    for (; floods->unjudged != floods->next; floods->unjudged++) {
        struct an_flood *f = floods->ring[floods->unjudged & (floods->room - 1)];
        if (f)
            an_flood_judge(floods, f);
    }
    for (; floods->oldest != floods->next; an_flood_release(floods)) {
        struct an_flood *f = floods->ring[floods->oldest & (floods->room - 1)];
        if (f)
            an_flood_over(m, f);
    }
    last_snapshots(m, time);
    an_invariants_look(m, time);
    for (uint32_t i = 0; i < m->topology.peers->len; i++)
        if (an_topology_peer(&m->topology, i)->running)
            an_start_ended(m, i);
    an_flood_finish(m);
    if (m->games)
        an_turns_finish(m, time);
    if (m->reach)
        an_items_finish(m, time);
    for (uint32_t i = 0; i < m->queries->len; i++) {
        struct an_query *q = an_query_at(m, i);
        if (q->replicas || q->sayings)
            an_replicas_finish(m, q, time);
        if (q->spec.metric == AN_MERGE_TIME && q->left < 0)
            an_merge_unfinished(m, q, time);
        if (q->left < 0)
            an_heal_finish(m, q, time);
        an_query_close(q);
    }
    if (m->invariants.degree_min == UINT32_MAX)
        m->invariants.degree_min = 0;
    m->finished = true;
}
