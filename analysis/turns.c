/* What theory says of a lockstep game: when turns could begin, when inputs count. */
#include "analysis/metrics.h"

void an_turns_add(struct an_metrics *m, const struct an_query *q)
{
    if (!m->games)
        m->games = g_ptr_array_new_with_free_func((GDestroyNotify)an_stalls_free);
    for (uint32_t i = 0; i < m->games->len; i++)
        if (an_stalls_is(g_ptr_array_index(m->games, i), q->label_number, q->last_number))
            return;
    g_ptr_array_add(m->games, an_stalls_new(q->label_number, q->last_number));
}

struct asker {
    struct an_metrics *m;
    struct an_query *query;
};

static void sample(const struct asker *asker, uint32_t player, uint32_t other, int64_t value, int64_t time)
{
    struct an_query *q = asker->query;
    struct an_place place = {AN_NONE, player, other, time};
    if (an_query_open(asker->m, q, time) && an_in_set(asker->m, q->spec.of, player))
        an_query_sample(asker->m, q, value, 1, &place, AN_NONE);
}

static void begun(void *user, uint32_t player, int64_t due, int64_t time)
{
    const struct asker *asker = user;
    if (asker->query->spec.metric == AN_THEORY_STALLS && time > due)
        sample(asker, player, AN_NONE, time - due, time);
}

static void counted(void *user, uint32_t player, uint32_t giver, int64_t published, int64_t time)
{
    const struct asker *asker = user;
    if (an_in_set(asker->m, asker->query->spec.from, giver))
        sample(asker, player, giver, time - published + asker->query->spec.turn, time);
}

void an_turns_finish(struct an_metrics *m, int64_t time)
{
    for (uint32_t i = 0; i < m->queries->len; i++) {
        struct an_query *q = an_query_at(m, i);
        if (q->left >= 0 || an_metric_class(q->spec.metric) != AN_OF_TURN)
            continue;
        struct asker asker = {m, q};
        const struct an_stalls_ops ops = {begun, q->spec.metric == AN_THEORY_INPUT_DELAY ? counted : NULL, &asker};
        for (uint32_t g = 0; g < m->games->len; g++)
            if (an_stalls_is(g_ptr_array_index(m->games, g), q->label_number, q->last_number))
                an_stalls_solve(g_ptr_array_index(m->games, g), q->spec.turn, q->spec.ahead, time, &ops);
    }
}
