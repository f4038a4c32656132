#include "analysis/result.h"
#include "analysis/metrics.h"
#include <math.h>

static const char *const aggregates[AN_AGG_KINDS] = {
    [AN_AGG_COUNT] = "count", [AN_AGG_MIN] = "min",
    [AN_AGG_MAX] = "max",     [AN_AGG_MEAN] = "mean",
    [AN_AGG_SUM] = "sum",     [AN_AGG_P50] = "p50",
    [AN_AGG_P90] = "p90",     [AN_AGG_P95] = "p95",
    [AN_AGG_P99] = "p99",     [AN_AGG_P999] = "p999",
    [AN_AGG_SHARE] = "share", [AN_AGG_FIRST] = "first",
    [AN_AGG_LAST] = "last",   [AN_AGG_DUPLICATES] = "duplicates",
    [AN_AGG_FAIRNESS] = "fairness",
};

static const uint32_t ranks[AN_AGG_KINDS] = {
    [AN_AGG_P50] = 500000, [AN_AGG_P90] = 900000,  [AN_AGG_P95] = 950000,
    [AN_AGG_P99] = 990000, [AN_AGG_P999] = 999000,
};

bool an_aggregate_find(const char *name, enum an_aggregate *aggregate)
{
    for (unsigned i = 0; i < AN_AGG_KINDS; i++)
        if (strcmp(aggregates[i], name) == 0) {
            *aggregate = (enum an_aggregate)i;
            return true;
        }
    return false;
}

static bool is_counted(enum an_metric metric)
{
    return metric == AN_LOST_PAIRS || metric == AN_REFUSED || metric == AN_CLOSED ||
           metric == AN_RESOLVER_REQUESTS || metric == AN_CONTROL || metric == AN_SENT_MESSAGES ||
           metric == AN_SHOWN || metric == AN_RECONNECTS;
}

static void close_groups(struct an_query *q)
{
    static const int64_t length[] = {[AN_PER_SECOND] = AN_SECOND, [AN_PER_MINUTE] = 60 * AN_SECOND};
    for (uint32_t i = 0; i < q->groups->len; i++) {
        const struct an_group *g = &g_array_index(q->groups, struct an_group, i);
        if (g->count == 0)
            continue;
        struct an_place place = {AN_NONE, AN_NONE, AN_NONE, -1};
        if (q->spec.per == AN_PER_MESSAGE)
            place.message = i;
        else if (q->spec.per == AN_PER_PEER)
            place.peer = i;
        else if (q->spec.per == AN_PER_SECOND || q->spec.per == AN_PER_MINUTE)
            place.time = length[q->spec.per] * i;
        bool sum = is_counted(q->spec.metric) || (q->spec.per == AN_PER_KEY && q->unit == AN_UNIT_COUNT);
        double value = sum ? g->sum : g->sum / (double)g->count;
        int64_t whole = (int64_t)(value < 0 ? value - 0.5 : value + 0.5);
        q->asked++;
        if (an_compare_holds(&q->spec.value, whole)) /* of the one sample that these make */
            an_samples_add(&q->samples, whole, 1, &place);
    }
}

static void fill_result(struct an_query *q)
{
    const struct an_samples *s = &q->samples;
    struct an_result *r = &q->result;
    *r = (struct an_result){.unit = q->unit,
                            .count = s->count,
                            .min = s->min,
                            .max = s->max,
                            .min_place = s->min_place,
                            .max_place = s->max_place,
                            .never = s->never,
                            .sum = (double)s->sum,
                            .unpaired = q->unpaired,
                            .unpaired_place = q->unpaired_place,
                            .floods = q->floods,
                            .judged = q->judged,
                            .not_available = q->not_available};
    if (s->count > s->never)
        r->mean = (double)s->sum / (double)(s->count - s->never);
}

void an_query_close(struct an_query *q)
{
    if (q->groups)
        close_groups(q);
    an_samples_close(&q->samples);
    fill_result(q);
}

const struct an_result *an_query_result(const struct an_metrics *m, int query)
{
    g_assert(m->finished);
    return &an_query_at(m, (uint32_t)query)->result;
}

const struct an_invariants *an_invariants(const struct an_metrics *m)
{
    return &m->invariants;
}

bool an_sample_seen(const struct an_metrics *m, const char *name)
{
    gpointer number;
    if (!g_hash_table_lookup_extended(m->cast->labels, name, NULL, &number))
        return false;
    uint32_t i = GPOINTER_TO_UINT(number);
    return i < m->seen->len && g_array_index(m->seen, bool, i);
}

static bool cannot(GError **error, enum an_error code, const struct an_query *q, const char *what)
{
    g_set_error(error, AN_ERROR, (gint)code, "%s%s%s: %s", an_metric_name(q->spec.metric), q->name ? " " : "",
                q->name ? q->name : "", what);
    return false;
}

static void put_whole(struct an_number *n, int64_t value)
{
    n->exact = true;
    n->whole = value;
    n->never = value == AN_NEVER && n->unit == AN_UNIT_TIME;
    n->value = n->never ? HUGE_VAL : (double)value;
}

static void put_real(struct an_number *n, double value)
{
    n->value = value;
    n->exact = value > -9e15 && value < 9e15 && floor(value) == value;
    n->whole = n->exact ? (int64_t)value : 0;
}

static bool share(const struct an_query *q, struct an_number *n, GError **error)
{
    n->unit = AN_UNIT_SHARE;
    enum an_metric metric = q->spec.metric;
    bool said = metric == AN_SAMPLE_NAMED || metric == AN_STATE_NAMED;
    bool of_whole = metric == AN_CLOSED || metric == AN_LOST_PAIRS || metric == AN_CONTROL ||
                    (said && q->spec.value.op != AN_OP_NONE && !q->groups);
    bool of_asked = !of_whole && q->spec.value.op != AN_OP_NONE;
    if (of_whole ? q->whole == 0 : of_asked ? q->asked == 0 : q->samples.count == 0)
        return cannot(error, AN_ERROR_BAD, q, "nothing was measured");
    n->among = of_whole ? q->whole : of_asked ? q->asked : q->samples.count;
    put_real(n, of_whole ? 1e6 * (double)q->share_sum / (double)q->whole
                : of_asked ? 1e6 * (double)q->samples.count / (double)q->asked
                         : 1e6 * (double)q->samples.nonzero / (double)q->samples.count);
    return true;
}

static bool end_value(const struct an_query *q, bool first, struct an_number *n)
{
    if (q->first_mean >= 0)
        put_real(n, first ? q->first_mean : q->last_mean);
    else
        put_whole(n, first ? q->samples.first : q->samples.last);
    return true;
}

static bool from_distribution(const struct an_query *q, enum an_aggregate aggregate, struct an_number *n,
                              GError **error)
{
    uint64_t duplicates;
    if (!q->samples.distribution)
        return cannot(error, AN_ERROR_NOT_AVAILABLE, q, "its distribution was not kept");
    if (aggregate == AN_AGG_FAIRNESS) {
        double fairness = an_samples_fairness(&q->samples);
        n->unit = AN_UNIT_RATIO;
        if (fairness < 0)
            return cannot(error, AN_ERROR_NOT_AVAILABLE, q, "the fairness of more than 10 million samples, or of never, is not known");
        put_real(n, fairness * 1e6); /* a ratio is counted in millionths */
        return true;
    }
    if (aggregate != AN_AGG_DUPLICATES) {
        put_whole(n, an_samples_percentile(&q->samples, ranks[aggregate]));
        return true;
    }
    n->unit = AN_UNIT_COUNT;
    if (!an_samples_duplicates(&q->samples, &duplicates))
        return cannot(error, AN_ERROR_NOT_AVAILABLE, q,
                      "duplicates among more than 10 million samples are not counted");
    put_whole(n, (int64_t)duplicates);
    return true;
}

bool an_now_number(struct an_metrics *m, int query, int aggregate, int64_t time, struct an_number *n)
{
    struct an_query *q = an_query_at(m, (uint32_t)query);
    *n = (struct an_number){.unit = q->unit, .place = {AN_NONE, AN_NONE, AN_NONE, -1}};
    if (an_query_begin(m, q) > time)
        return false;
    struct an_samples kept = q->samples;
    if (an_is_gauge(q->spec.metric) && !q->groups) {
        an_samples_init(&q->samples, false);
        an_gauge(m, q, time);
    }
    const struct an_samples now = q->samples;
    q->samples = kept;
    if (q->spec.metric == AN_DISAGREEMENT) {
        put_whole(n, q->share_sum);
        return true;
    }
    if (aggregate == AN_AGG_COUNT || aggregate == AN_AGG_SUM) {
        n->unit = aggregate == AN_AGG_COUNT ? AN_UNIT_COUNT : q->unit;
        put_whole(n, aggregate == AN_AGG_COUNT ? (int64_t)now.count : (int64_t)now.sum);
        return true;
    }
    if (now.count == 0)
        return false;
    if (aggregate == AN_AGG_SHARE)
        n->unit = AN_UNIT_SHARE;
    if (aggregate == AN_AGG_MIN || aggregate == AN_AGG_MAX)
        put_whole(n, aggregate == AN_AGG_MIN ? now.min : now.max);
    else if (aggregate == AN_AGG_FIRST || aggregate == AN_AGG_LAST)
        put_whole(n, aggregate == AN_AGG_FIRST ? now.first : now.last);
    else if (aggregate == AN_AGG_SHARE)
        put_real(n, 1e6 * (double)now.nonzero / (double)now.count);
    else if (now.count > now.never)
        put_real(n, (double)now.sum / (double)(now.count - now.never));
    else
        return false;
    return aggregate != AN_AGG_DUPLICATES && (aggregate < AN_AGG_P50 || aggregate > AN_AGG_P999);
}

bool an_query_number(const struct an_metrics *m, int query, enum an_aggregate aggregate, struct an_number *n,
                     GError **error)
{
    g_assert(m->finished);
    const struct an_query *q = an_query_at(m, (uint32_t)query);
    *n = (struct an_number){.unit = q->unit, .place = {AN_NONE, AN_NONE, AN_NONE, -1}};
    if (q->not_available)
        return cannot(error, AN_ERROR_NOT_AVAILABLE, q, q->not_available);
    if (aggregate == AN_AGG_COUNT) {
        n->unit = AN_UNIT_COUNT;
        put_whole(n, (int64_t)q->samples.count);
        return true;
    }
    if (aggregate == AN_AGG_SHARE)
        return share(q, n, error);
    if (q->samples.count == 0 && aggregate != AN_AGG_SUM)
        return cannot(error, AN_ERROR_BAD, q, "nothing was measured");
    switch (aggregate) {
    case AN_AGG_MIN:
        n->place = q->result.min_place;
        put_whole(n, q->result.min);
        return true;
    case AN_AGG_MAX:
        n->place = q->result.max_place;
        put_whole(n, q->result.max);
        return true;
    case AN_AGG_MEAN:
        if (q->samples.never)
            put_whole(n, AN_NEVER); /* never comes after every number: so does the mean */
        else
            put_real(n, q->result.mean);
        return true;
    case AN_AGG_SUM:
        put_real(n, q->result.sum);
        return true;
    case AN_AGG_FIRST:
    case AN_AGG_LAST:
        return end_value(q, aggregate == AN_AGG_FIRST, n);
    default:
        return from_distribution(q, aggregate, n, error);
    }
}

GArray *an_query_distribution(const struct an_metrics *m, int query, uint32_t most)
{
    g_assert(m->finished);
    GArray *points = g_array_new(FALSE, FALSE, sizeof(struct an_point));
    an_samples_points(&an_query_at(m, (uint32_t)query)->samples, most, points);
    return points;
}

GArray *an_query_groups(const struct an_metrics *m, int query)
{
    const struct an_query *q = an_query_at(m, (uint32_t)query);
    g_assert(m->finished && q->groups);
    GArray *groups = g_array_new(FALSE, FALSE, sizeof(struct an_group));
    for (uint32_t i = 0; i < q->groups->len; i++) {
        const struct an_group *g = &g_array_index(q->groups, struct an_group, i);
        if (g->count)
            g_array_append_val(groups, *g);
    }
    return groups;
}
