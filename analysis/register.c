/* Registers queries: what each metric can be asked, and at which events it listens. */
#include "analysis/metrics.h"
#include "protocol/wire/message.h"

enum an_class an_metric_class(enum an_metric metric)
{
    switch (metric) {
    case AN_LATENCY:
    case AN_HOPS:
    case AN_DISORDER:
        return AN_AT_DELIVERY;
    case AN_DELIVERY:
    case AN_RAW_DELIVERY:
    case AN_LOST_PAIRS:
        return AN_AT_RELEASE;
    case AN_COPIES:
    case AN_REDUNDANCY:
    case AN_TIME_TO:
    case AN_THEORY_COPIES:
        return AN_OF_MESSAGE;
    case AN_LEVERAGE:
    case AN_THEORY_LEVERAGE:
    case AN_THEORY_FILE_TIME:
        return AN_OF_RUN;
    case AN_THEORY_STALLS:
    case AN_THEORY_INPUT_DELAY:
        return AN_OF_TURN;
    case AN_HOLDINGS:
    case AN_THEORY_REACHABLE:
        return AN_OF_ITEM;
    case AN_THEORY_SHORTEST_PATH:
    case AN_THEORY_UNDERLAY:
    case AN_THEORY_HOPS:
    case AN_THEORY_SERVER_LATENCY:
        return AN_OF_THEORY;
    case AN_UPLOAD:
    case AN_DOWNLOAD:
    case AN_STALENESS:
    case AN_DEGREE:
    case AN_COMPONENTS:
    case AN_LARGEST_COMPONENT:
    case AN_ONLINE:
    case AN_HAVE_NAMED:
    case AN_DIVERGED:
    case AN_MERGE_TIME:
    case AN_HEAL:
    case AN_STRANDED:
    case AN_THEORY_SERVER_UPLOAD:
        return AN_OF_SECOND;
    default:
        return AN_OF_EVENT;
    }
}

static int refuse(GError **error, enum an_error code, enum an_metric metric, const char *why)
{
    g_set_error(error, AN_ERROR, (gint)code, "%s: %s", an_metric_name(metric), why);
    return -1;
}

#define PER(x) (1U << AN_PER_##x)

/* By what the samples of a metric can be grouped. */
static unsigned groupings(enum an_metric metric)
{
    unsigned times = PER(SAMPLE) | PER(SECOND) | PER(MINUTE);
    switch (an_metric_class(metric)) {
    case AN_AT_DELIVERY:
    case AN_AT_RELEASE:
    case AN_OF_THEORY:
        return times | PER(MESSAGE) | PER(PEER);
    case AN_OF_MESSAGE:
        return times | PER(MESSAGE);
    case AN_OF_TURN:
        return times | PER(PEER);
    case AN_OF_RUN:
    case AN_OF_ITEM:
        return PER(SAMPLE);
    case AN_OF_SECOND:
        if (metric == AN_MERGE_TIME || metric == AN_HEAL)
            return PER(SAMPLE);
        if (metric == AN_THEORY_SERVER_UPLOAD || (an_is_gauge(metric) && metric != AN_DEGREE))
            return times;
        return times | PER(PEER);
    case AN_OF_EVENT:
    default:
        break;
    }
    if (metric == AN_WIRE_SIZE)
        return times | PER(MESSAGE) | PER(PEER) | PER(LINK);
    if (metric == AN_CLOSED || metric == AN_CONTROL || metric == AN_RESOLVER_REQUESTS || metric == AN_REFUSED ||
        metric == AN_PENDING_FLOODS)
        return times | PER(PEER) | PER(LINK);
    if (metric == AN_SHAPE || metric == AN_CONVERGED || metric == AN_DISAGREEMENT || metric == AN_DRAINED || metric == AN_THEORY_SURVIVORS)
        return PER(SAMPLE);
    if (metric == AN_SAMPLE_NAMED || metric == AN_STATE_NAMED)
        return times | PER(PEER) | PER(KEY);
    if (metric == AN_MISSED || metric == AN_RECOVERY)
        return PER(SAMPLE) | PER(PEER);
    if (metric == AN_PRUNED_LINKS || metric == AN_GHOST)
        return times | PER(PEER) | PER(LINK);
    return times | PER(PEER);
}

static bool has_kinds(enum an_metric metric)
{
    return metric == AN_UPLOAD || metric == AN_DOWNLOAD || metric == AN_CONTROL ||
           metric == AN_RESOLVER_REQUESTS;
}

/* Whether a filter on the number of neighbors means the peer that holds the sample, at its instant. */
static bool has_neighbors(enum an_metric metric)
{
    switch (metric) {
    case AN_LATENCY:
    case AN_HOPS:
    case AN_DISORDER:
    case AN_WIRE_SIZE:
    case AN_UPLOAD:
    case AN_DOWNLOAD:
    case AN_STALENESS:
    case AN_DEGREE:
    case AN_CONTROL:
    case AN_RESOLVER_REQUESTS:
    case AN_REFUSED:
    case AN_CLOSED:
    case AN_PENDING_FLOODS:
    case AN_SAMPLE_NAMED:
    case AN_RECOVERY:
        return true;
    default:
        return false;
    }
}

static bool needs_network(enum an_metric metric)
{
    return metric == AN_THEORY_SHORTEST_PATH || metric == AN_THEORY_UNDERLAY ||
           metric == AN_THEORY_SERVER_LATENCY || metric == AN_THEORY_SERVER_UPLOAD;
}

static bool set_exists(const struct an_metrics *m, int set)
{
    return set == AN_SET_ALL || (set >= 0 && (guint)set < m->sets->len);
}

static bool moment_exists(const struct an_metrics *m, int moment)
{
    return moment == AN_MOMENT_OPEN || (moment >= 0 && (guint)moment < m->moments->len);
}

/* Whose samples belong to one message. */
static bool is_about_messages(enum an_metric metric)
{
    enum an_class class = an_metric_class(metric);
    return metric == AN_SENT_MESSAGES || metric == AN_WIRE_SIZE ||
           (class != AN_OF_SECOND && class != AN_OF_EVENT && class != AN_OF_RUN && class != AN_OF_ITEM && class != AN_OF_TURN);
}

static int check(const struct an_metrics *m, const struct an_query_spec *s, GError **error)
{
    enum an_metric metric = s->metric;
    g_assert((unsigned)metric < AN_METRIC_COUNT && !m->started);
    g_assert(set_exists(m, s->of) && set_exists(m, s->from) && set_exists(m, s->to));
    g_assert(moment_exists(m, s->begin) && moment_exists(m, s->end));
    enum an_shape shape;
    if (an_metric_needs_name(metric) != (s->name != NULL))
        return refuse(error, AN_ERROR_BAD, metric, s->name ? "takes no name" : "needs a name");
    if (metric == AN_SHAPE && !an_shape_find(s->name, &shape))
        return refuse(
            error, AN_ERROR_BAD, metric,
            "the measures are diameter, mean distance, clustering, transitivity, articulation points, "
            "mean degree, region share");
    if (s->kinds && !has_kinds(metric))
        return refuse(error, AN_ERROR_NOT_AVAILABLE, metric, "cannot be narrowed by kind");
    if (s->kinds & AN_KINDS_HEADERS && (s->kinds != AN_KINDS_HEADERS || metric == AN_CONTROL))
        return refuse(error, AN_ERROR_BAD, metric, "headers of TCP and IP belong to no kind of message");
    if ((s->label || s->channel >= 0) && !is_about_messages(metric) && an_metric_class(metric) != AN_OF_TURN)
        return refuse(error, AN_ERROR_NOT_AVAILABLE, metric, "cannot be narrowed by the kind or channel of a message");
    if (s->reasons && metric != AN_LOST_PAIRS && metric != AN_CLOSED)
        return refuse(error, AN_ERROR_BAD, metric, "has no reason");
    if (s->neighbors.op != AN_OP_NONE && !has_neighbors(metric))
        return refuse(error, AN_ERROR_NOT_AVAILABLE, metric, "cannot be narrowed by number of neighbors");
    if (metric == AN_TIME_TO && (s->share <= 0 || s->share > 1000000))
        return refuse(error, AN_ERROR_BAD, metric, "needs a share above 0% and up to 100%");
    if (metric == AN_THEORY_FILE_TIME && (s->from == AN_SET_ALL || s->of == AN_SET_ALL || s->size <= 0))
        return refuse(error, AN_ERROR_BAD, metric, "needs size, from (who has the file) and of (who gets it)");
    if (metric == AN_THEORY_SURVIVORS && (s->share <= 0 || s->share >= 1000000))
        return refuse(error, AN_ERROR_BAD, metric, "needs crashed = a share between 0% and 100%");
    if (metric == AN_THEORY_SURVIVORS && (s->end == AN_MOMENT_OPEN || s->begin != s->end))
        return refuse(error, AN_ERROR_BAD, metric, "needs at = the moment whose graph is meant, such as at = blow - \"1ms\"");
    if (an_metric_class(metric) == AN_OF_TURN && (s->turn <= 0 || s->ahead < 1 || !s->label))
        return refuse(error, AN_ERROR_BAD, metric, "needs kind (of the inputs), turn and ahead");
    if (s->places && s->per != AN_PER_SAMPLE)
        return refuse(error, AN_ERROR_BAD, metric, "a raster shows single samples, not groups of them");
    if (needs_network(metric) && !m->theory.has_network)
        return refuse(error, AN_ERROR_NOT_AVAILABLE, metric,
                      "needs the delays of the network, which are not known here");
    if (!(groupings(metric) >> s->per & 1))
        return refuse(error, AN_ERROR_NOT_AVAILABLE, metric, "cannot be grouped in this way");
    if (m->queries->len >= AN_MOST_QUERIES)
        return refuse(error, AN_ERROR_BAD, metric, "more than 1024 values are asked of one run");
    return 0;
}

/* --- who listens to what
 * ------------------------------------------------------------------------------------------ */

static void listen_to(struct an_metrics *m, struct an_query *q, enum an_kind kind)
{
    g_ptr_array_add(m->routes[kind].queries, q);
}

static void listen_to_rates(struct an_metrics *m, struct an_query *q)
{
    bool up = q->spec.metric == AN_UPLOAD;
    uint32_t kinds = q->spec.kinds;
    if (kinds == 0 || kinds == AN_KINDS_HEADERS) {
        listen_to(m, q, up ? AN_OCTETS_SENT : AN_OCTETS_RECEIVED);
        return;
    }
    if (kinds & 1U << PC_KIND_FLOOD) {
        listen_to(m, q, up ? AN_SENT : AN_FIRST);
        if (!up)
            listen_to(m, q, AN_DUPLICATE);
    }
    if (kinds & ~(1U << PC_KIND_FLOOD))
        listen_to(m, q, up ? AN_CONTROL_SENT : AN_CONTROL_RECEIVED);
}

static int new_tally(struct an_metrics *m)
{
    return (int)m->floods.tallies++;
}

static void listen_to_floods(struct an_metrics *m, struct an_query *q)
{
    bool narrowed = q->spec.of != AN_SET_ALL || q->spec.to != AN_SET_ALL;
    switch (q->spec.metric) {
    case AN_HOPS:
        m->floods.keep_hops = true;
        break;
    case AN_DISORDER:
        m->wants_order = true;
        break;
    case AN_COPIES:
        if (narrowed) {
            q->tally = new_tally(m);
            listen_to(m, q, AN_SENT);
        }
        break;
    case AN_REDUNDANCY:
        if (narrowed) {
            q->tally = new_tally(m);
            listen_to(m, q, AN_FIRST);
            listen_to(m, q, AN_DUPLICATE);
        }
        break;
    case AN_TIME_TO:
        q->tally = new_tally(m);
        g_ptr_array_add(m->at_delivery, q);
        break;
    case AN_WIRE_SIZE:
        listen_to(m, q, AN_SENT);
        break;
    case AN_MISSED:
        q->last_sequence = g_ptr_array_new_with_free_func(g_free);
        break;
    default:
        break;
    }
}

static void listen_to_events(struct an_metrics *m, struct an_query *q)
{
    switch (q->spec.metric) {
    case AN_UPLOAD:
    case AN_DOWNLOAD:
        listen_to_rates(m, q);
        break;
    case AN_CONTROL:
        listen_to(m, q, AN_SENT); /* for its share of all octets */
        listen_to(m, q, AN_CONTROL_SENT);
        break;
    case AN_RESOLVER_REQUESTS:
    case AN_REFUSED:
        listen_to(m, q, AN_CONTROL_SENT);
        break;
    case AN_CLOSED:
        listen_to(m, q, AN_LINK_DOWN);
        break;
    case AN_PENDING_FLOODS:
        listen_to(m, q, AN_SLOW);
        break;
    case AN_SHOWN:
        listen_to(m, q, AN_DELIVERED);
        break;
    case AN_DRAINED:
        listen_to(m, q, AN_FIRST);
        listen_to(m, q, AN_DUPLICATE);
        break;
    case AN_PRUNED_LINKS:
        listen_to(m, q, AN_PRUNED);
        if (!m->idle)
            m->idle = g_array_new(FALSE, TRUE, 2 * sizeof(uint32_t));
        break;
    case AN_GHOST:
        listen_to(m, q, AN_STOPPED); /* who asks at all; told at link downs and at the end */
        break;
    case AN_RECONNECTS:
        listen_to(m, q, AN_LINK_UP);
        if (!m->pairs)
            m->pairs = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
        break;
    case AN_DEGREE:
        listen_to(m, q, AN_LINK_UP);
        break;
    case AN_STALENESS:
        if (!m->ages)
            m->ages = g_array_new(FALSE, TRUE, sizeof(struct an_age));
        break;
    case AN_JOIN_TIME:
    case AN_FIRST_VALUE:
    case AN_FAILED_OPEN:
        listen_to(m, q, AN_STARTED);
        break;
    case AN_SAMPLE_NAMED:
        listen_to(m, q, AN_SAMPLE);
        break;
    case AN_SENT_MESSAGES:
        listen_to(m, q, AN_PUBLISHED);
        break;
    case AN_HAVE_NAMED:
        listen_to(m, q, AN_HAVE);
        break;
    case AN_STATE_NAMED:
    case AN_DIVERGED:
    case AN_CONVERGED:
    case AN_DISAGREEMENT:
        listen_to(m, q, AN_STATE);
        break;
    default:
        break;
    }
}

static bool same(const struct an_query *q, const struct an_query_spec *s)
{
    const struct an_query_spec *o = &q->spec;
    return q->left < 0 && o->metric == s->metric && g_strcmp0(q->name, s->name) == 0 &&
           g_strcmp0(q->label, s->label) == 0 && o->channel == s->channel && o->by_peer == s->by_peer && o->of == s->of &&
           o->from == s->from && o->to == s->to && o->kinds == s->kinds && o->reasons == s->reasons &&
           o->neighbors.op == s->neighbors.op && o->neighbors.value == s->neighbors.value &&
           o->value.op == s->value.op && o->value.value == s->value.value && o->begin == s->begin &&
           o->end == s->end && o->per == s->per && o->calm == s->calm && o->share == s->share &&
           o->up == s->up && o->gap == s->gap && o->size == s->size &&
           o->turn == s->turn && o->ahead == s->ahead && g_strcmp0(q->last, s->last) == 0;
}

static struct an_query *query_new(struct an_metrics *m, const struct an_query_spec *spec)
{
    struct an_query *q = g_new0(struct an_query, 1);
    q->spec = *spec;
    q->name = g_strdup(spec->name);
    q->spec.name = q->name;
    q->label = g_strdup(spec->label);
    q->spec.label = q->label;
    q->label_number = q->label ? an_cast_sample((struct an_cast *)(uintptr_t)m->cast, q->label) : AN_NONE;
    q->last = g_strdup(spec->last);
    q->spec.last = q->last;
    q->last_number = q->last ? an_cast_sample((struct an_cast *)(uintptr_t)m->cast, q->last) : AN_NONE;
    if (spec->places)
        q->places = g_array_new(FALSE, FALSE, sizeof(struct an_place));
    q->number = m->queries->len;
    q->unit = an_metric_unit(spec->metric);
    q->left = q->right = q->tally = -1;
    q->leverage = -1;
    q->first_mean = q->last_mean = -1;
    q->unpaired_place = (struct an_place){AN_NONE, AN_NONE, AN_NONE, -1};
    an_samples_init(&q->samples, spec->distribution);
    if (spec->per != AN_PER_SAMPLE)
        q->groups = g_array_new(FALSE, TRUE, sizeof(struct an_group));
    g_ptr_array_add(m->queries, q);
    m->floods.queries = m->queries->len;
    return q;
}

int an_query_add(struct an_metrics *m, const struct an_query_spec *spec, GError **error)
{
    if (check(m, spec, error) < 0)
        return -1;
    enum an_class class = an_metric_class(spec->metric);
    bool of_flood = class != AN_OF_SECOND && class != AN_OF_ITEM && class != AN_OF_TURN && spec->metric != AN_THEORY_FILE_TIME &&
                    (class != AN_OF_EVENT || spec->metric == AN_WIRE_SIZE || spec->metric == AN_MISSED ||
                     spec->metric == AN_RECOVERY);
    bool waits = class == AN_AT_DELIVERY || class == AN_OF_THEORY;
    struct an_query_spec s = *spec;
    s.calm = spec->calm && of_flood && spec->metric != AN_WIRE_SIZE;
    if (s.metric == AN_REFUSED)
        s.kinds = 1U << PC_KIND_REFUSE;
    if (s.metric == AN_RESOLVER_REQUESTS)
        s.kinds = (s.kinds ? s.kinds : UINT32_MAX) & an_requests_to_resolver();
    if (s.metric == AN_RESOLVER_REQUESTS && s.kinds == 0)
        return refuse(error, AN_ERROR_BAD, s.metric, "no request to the resolver is of that kind");
    if (s.calm && waits && (s.distribution || s.per != AN_PER_SAMPLE))
        return refuse(error, AN_ERROR_NOT_AVAILABLE, s.metric,
                      "has no distribution over the calm floods alone");
    for (uint32_t i = 0; i < m->queries->len; i++)
        if (same(an_query_at(m, i), &s)) {
            struct an_query *old = an_query_at(m, i);
            if (s.distribution && !old->samples.distribution)
                an_samples_init(&old->samples, true);
            if (s.places && !old->places)
                old->places = g_array_new(FALSE, FALSE, sizeof(struct an_place));
            return (int)i;
        }
    struct an_query *q = query_new(m, &s);
    if (an_metric_is_said(q->spec.metric))
        q->sample = an_cast_sample((struct an_cast *)(uintptr_t)m->cast, q->name);
    if (q->spec.metric == AN_SHAPE && an_shape_find(q->name, &q->shape))
        q->unit = an_shape_unit(q->shape);
    if (of_flood || q->spec.metric == AN_THEORY_SERVER_UPLOAD)
        g_ptr_array_add(m->of_flood, q);
    if (class == AN_AT_DELIVERY)
        g_ptr_array_add(m->at_delivery, q);
    if (class == AN_OF_SECOND)
        g_ptr_array_add(m->of_second, q);
    if (an_metric_is_said(s.metric) && s.metric != AN_SAMPLE_NAMED && s.metric != AN_STATE_NAMED)
        an_replicas_init(m, q);
    if (class == AN_OF_TURN)
        an_turns_add(m, q);
    if (class == AN_OF_ITEM && !m->reach)
        m->reach = an_reach_new();
    listen_to_floods(m, q);
    listen_to_events(m, q);
    if (s.calm && waits)
        q->tally = new_tally(m);
    an_moment_snapshot(m, q);
    return (int)q->number;
}

/* --- pairs
 * -------------------------------------------------------------------------------------------------------- */

/* A theory value without filters of its own speaks of what it is compared with. */
static int narrowed_like(struct an_metrics *m, int theory, int other, GError **error)
{
    struct an_query_spec t = an_query_at(m, (uint32_t)theory)->spec;
    const struct an_query_spec *o = &an_query_at(m, (uint32_t)other)->spec;
    if (an_metric_class(t.metric) != AN_OF_THEORY && t.metric != AN_THEORY_COPIES &&
        t.metric != AN_THEORY_LEVERAGE && t.metric != AN_THEORY_REACHABLE)
        return theory;
    if (t.of != AN_SET_ALL || t.from != AN_SET_ALL || t.begin != AN_MOMENT_OPEN || t.end != AN_MOMENT_OPEN)
        return theory;
    t.of = t.metric == AN_THEORY_COPIES ? AN_SET_ALL : o->of;
    t.from = o->from;
    t.label = o->label;
    t.channel = o->channel;
    t.begin = o->begin;
    t.end = o->end;
    return an_query_add(m, &t, error);
}

static bool pairable(enum an_metric left, enum an_metric right)
{
    enum an_class l = an_metric_class(left), r = an_metric_class(right);
    if (left == AN_DISORDER || right == AN_DISORDER)
        return false;
    bool deliveries =
        (l == AN_AT_DELIVERY || l == AN_OF_THEORY) && (r == AN_AT_DELIVERY || r == AN_OF_THEORY);
    return deliveries || (l == r && (l == AN_OF_MESSAGE || l == AN_OF_RUN || l == AN_OF_ITEM));
}

int an_query_difference(struct an_metrics *m, int left, int right, GError **error)
{
    g_assert(left >= 0 && (guint)left < m->queries->len && right >= 0 && (guint)right < m->queries->len);
    const struct an_query *l = an_query_at(m, (uint32_t)left), *r = an_query_at(m, (uint32_t)right);
    if (l->unit != r->unit)
        return refuse(error, AN_ERROR_BAD, l->spec.metric,
                      "is of another kind than what it is compared with");
    if (l->left >= 0 || r->left >= 0 || l->groups || r->groups || !pairable(l->spec.metric, r->spec.metric))
        return refuse(error, AN_ERROR_NOT_AVAILABLE, l->spec.metric,
                      "its samples cannot be paired with those of the other side");
    right = narrowed_like(m, right, left, error);
    if (right >= 0)
        left = narrowed_like(m, left, right, error);
    if (right < 0 || left < 0)
        return -1;
    for (uint32_t i = 0; i < m->queries->len; i++)
        if (an_query_at(m, i)->left == left && an_query_at(m, i)->right == right)
            return (int)i;
    l = an_query_at(m, (uint32_t)left);
    r = an_query_at(m, (uint32_t)right);
    struct an_query_spec spec = AN_QUERY_SPEC_INIT(l->spec.metric);
    spec.calm = l->spec.calm || r->spec.calm;
    struct an_query *q = query_new(m, &spec);
    q->unit = l->unit;
    q->left = left;
    q->right = right;
    enum an_class class = an_metric_class(l->spec.metric), other = an_metric_class(r->spec.metric);
    if (class == AN_OF_RUN || class == AN_OF_ITEM)
        return (int)q->number;
    g_ptr_array_add(m->of_flood, q);
    if (class == AN_OF_MESSAGE)
        return (int)q->number;
    q->tally = new_tally(m);
    if (class == AN_AT_DELIVERY || other == AN_AT_DELIVERY)
        g_ptr_array_add(m->at_delivery, q);
    if (class == AN_OF_THEORY || other == AN_OF_THEORY) {
        m->pairs_columns_calm = spec.calm && (!m->pairs_columns || m->pairs_columns_calm);
        m->pairs_columns = true;
    }
    return (int)q->number;
}

enum an_unit an_query_unit(const struct an_metrics *m, int query)
{
    return an_query_at(m, (uint32_t)query)->unit;
}
