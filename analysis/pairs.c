/* Differences of two queries, sample by sample: those of one message and peer, or of one message. */
#include "analysis/metrics.h"

static bool side_value(struct an_metrics *m, const struct an_query *q, const struct an_flood *f,
                       uint32_t peer, int64_t time, int64_t *value)
{
    if (!an_in_window(f, q) || !an_in_set(m, q->spec.of, peer) || !an_neighbors_fit(m, q, peer))
        return false;
    int column = an_column_of(q->spec.metric);
    if (column >= 0)
        *value = f->columns[column] ? an_column_value(f->columns[column], peer) : AN_COLUMN_NONE;
    else if (q->spec.metric == AN_LATENCY)
        *value = time - f->time;
    else
        *value = f->hops[peer] ? f->hops[peer] : AN_COLUMN_NONE;
    return *value != AN_COLUMN_NONE && an_compare_holds(&q->spec.value, *value);
}

static void unpaired(struct an_tally *t, uint32_t peer)
{
    if (t->unpaired++ == 0)
        t->unpaired_peer = peer;
}

void an_pair_sample(struct an_metrics *m, struct an_query *q, struct an_flood *f, uint32_t peer, int64_t time)
{
    int64_t left, right;
    bool has_left = side_value(m, an_query_at(m, (uint32_t)q->left), f, peer, time, &left);
    bool has_right = side_value(m, an_query_at(m, (uint32_t)q->right), f, peer, time, &right);
    struct an_tally *t = &f->tallies[q->tally];
    if (has_left && has_right)
        an_tally_add(t, left - right, peer, time);
    else if (has_left || has_right)
        unpaired(t, peer);
}

static void theory_without_partner(struct an_metrics *m, struct an_query *q, struct an_flood *f)
{
    for (int side = 0; side < 2; side++) {
        const struct an_query *theory = an_query_at(m, (uint32_t)(side ? q->right : q->left));
        const struct an_query *other = an_query_at(m, (uint32_t)(side ? q->left : q->right));
        if (an_metric_class(theory->spec.metric) != AN_OF_THEORY ||
            an_metric_class(other->spec.metric) == AN_OF_THEORY || !an_in_window(f, theory))
            continue;
        const struct an_column *column = f->columns[an_column_of(theory->spec.metric)];
        for (uint32_t i = 0; column && i < column->peers; i++)
            if (column->values[i] != AN_COLUMN_NONE && an_in_set(m, theory->spec.of, i) &&
                !(i < f->peers && an_bit(f->delivered, i)))
                unpaired(&f->tallies[q->tally], i);
    }
}

void an_pair_over(struct an_metrics *m, struct an_query *q, struct an_flood *f)
{
    struct an_query *left = an_query_at(m, (uint32_t)q->left), *right = an_query_at(m, (uint32_t)q->right);
    if (an_metric_class(left->spec.metric) != AN_OF_MESSAGE) {
        theory_without_partner(m, q, f);
        an_tally_merge(q, f);
        return;
    }
    struct an_place place = {f->message, f->origin, AN_NONE, f->time};
    int64_t l, r;
    bool has_left =
        an_in_window(f, left) && an_message_value(left, f, &l) && an_compare_holds(&left->spec.value, l);
    bool has_right =
        an_in_window(f, right) && an_message_value(right, f, &r) && an_compare_holds(&right->spec.value, r);
    if (has_left && has_right) {
        int64_t value = l == AN_NEVER || r == AN_NEVER ? (l == r          ? 0
                                                          : l == AN_NEVER ? AN_NEVER
                                                                          : -AN_NEVER)
                                                       : l - r;
        an_query_sample(m, q, value, 1, &place, AN_NONE);
    } else if (has_left || has_right) {
        if (q->unpaired++ == 0)
            q->unpaired_place = place;
    }
}
