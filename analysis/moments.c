/* Moments, windows and sets of peers: what queries refer to by number. */
#include "analysis/bits.h"
#include "analysis/metrics.h"

#include <string.h>

int an_moment_new(struct an_metrics *m)
{
    int64_t never = AN_NEVER;
    g_array_append_val(m->moments, never);
    return (int)m->moments->len - 1;
}

/* Gauges of one instant, and the shape of the graph at the end of a window, are taken when their moment is
 * past. */
static bool takes_snapshot(const struct an_query *q, int moment)
{
    if (q->spec.metric == AN_RECOVERY) /* who had how many neighbors when it began */
        return q->spec.begin == moment && q->spec.neighbors.op != AN_OP_NONE;
    if (q->spec.end != moment)
        return false;
    if (q->spec.metric == AN_SHAPE || q->spec.metric == AN_THEORY_SURVIVORS)
        return true;
    return an_is_gauge(q->spec.metric) && q->spec.begin == moment;
}

/* For a query that is made when its moment is known already. */
void an_moment_snapshot(struct an_metrics *m, const struct an_query *q)
{
    int moment = q->spec.metric == AN_RECOVERY ? q->spec.begin : q->spec.end;
    if (moment < 0 || !takes_snapshot(q, moment) || an_moment_time(m, moment) == AN_NEVER)
        return;
    struct an_snapshot snapshot = {an_moment_time(m, moment), q->number};
    g_array_append_val(m->snapshots, snapshot);
    m->next_due = MIN(m->next_due, snapshot.time + 1);
}

void an_moment_reached(struct an_metrics *m, int moment, int64_t time)
{
    g_assert(moment >= 0 && (guint)moment < m->moments->len && time >= 0);
    int64_t *known = &g_array_index(m->moments, int64_t, moment);
    if (*known != AN_NEVER)
        return;
    *known = time;
    for (uint32_t i = 0; i < m->queries->len; i++)
        if (takes_snapshot(an_query_at(m, i), moment)) {
            struct an_snapshot snapshot = {time, i};
            g_array_append_val(m->snapshots, snapshot);
            m->next_due = MIN(m->next_due, time + 1);
        }
}

int64_t an_query_begin(const struct an_metrics *m, const struct an_query *q)
{
    if (q->spec.begin != AN_MOMENT_OPEN)
        return an_moment_time(m, q->spec.begin);
    if (q->spec.metric == AN_JOIN_TIME || q->spec.metric == AN_FAILED_OPEN || q->spec.metric == AN_FIRST_VALUE)
        return 0;
    return an_moment_time(m, AN_MOMENT_SETTLED);
}

int64_t an_query_end(const struct an_metrics *m, const struct an_query *q)
{
    return q->spec.end == AN_MOMENT_OPEN ? AN_NEVER : an_moment_time(m, q->spec.end);
}

int an_set_new(struct an_metrics *m, const uint32_t *peers, uint32_t count)
{
    struct an_set set = {0};
    g_array_append_val(m->sets, set);
    an_set_fill(m, (int)m->sets->len - 1, peers, count);
    return (int)m->sets->len - 1;
}

void an_set_fill(struct an_metrics *m, int set, const uint32_t *peers, uint32_t count)
{
    g_assert(set >= 0 && (guint)set < m->sets->len);
    struct an_set *s = &g_array_index(m->sets, struct an_set, set);
    uint32_t most = 0;
    for (uint32_t i = 0; i < count; i++)
        most = MAX(most, peers[i] + 1);
    g_free(s->bits);
    s->peers = most;
    s->bits = g_new0(uint64_t, an_bits_words(most) + 1);
    for (uint32_t i = 0; i < count; i++)
        an_bit_set(s->bits, peers[i]);
}

bool an_set_has(const struct an_metrics *m, int set, uint32_t peer)
{
    const struct an_set *s = &g_array_index(m->sets, struct an_set, set);
    return peer < s->peers && an_bit(s->bits, peer);
}

void an_set_add(struct an_metrics *m, int set, uint32_t peer)
{
    struct an_set *s = &g_array_index(m->sets, struct an_set, set);
    if (peer >= s->peers) {
        size_t old = an_bits_words(s->peers) + 1, now = an_bits_words(peer + 1) + 1;
        s->bits = g_renew(uint64_t, s->bits, now);
        memset(s->bits + old, 0, (now - old) * sizeof *s->bits);
        s->peers = peer + 1;
    }
    an_bit_set(s->bits, peer);
}

bool an_compare_holds(const struct an_compare *c, int64_t value)
{
    switch (c->op) {
    case AN_OP_EQ:
        return value == c->value;
    case AN_OP_LE:
        return value <= c->value;
    case AN_OP_GE:
        return value >= c->value;
    case AN_OP_LT:
        return value < c->value;
    case AN_OP_GT:
        return value > c->value;
    case AN_OP_NONE:
    default:
        return true;
    }
}
