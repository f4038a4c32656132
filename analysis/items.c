/* Items that roles hold: who has which, who could have; and the least time for a file (T11). */
#include "analysis/metrics.h"

#define HELD INT64_C(1000000) /* 100 % */

/* Who could hold what, solved once for each gap that is asked for. */
struct solved {
    int64_t gap;
    int64_t *times;
};

static const int64_t *solve(struct an_metrics *m, GArray *known, int64_t gap, int64_t end)
{
    for (uint32_t i = 0; i < known->len; i++)
        if (g_array_index(known, struct solved, i).gap == gap)
            return g_array_index(known, struct solved, i).times;
    struct solved s = {gap, an_reach_solve(m->reach, gap, end, an_cast_count(m->cast))};
    g_array_append_val(known, s);
    return s.times;
}

struct side {
    const struct an_query *query;
    const int64_t *times; /* of theory; NULL: what roles said */
};

static bool open_side(struct an_metrics *m, struct side *side, GArray *known, int64_t end)
{
    side->times = NULL;
    if (side->query->spec.metric == AN_HOLDINGS)
        return true;
    side->times = solve(m, known, side->query->spec.gap, end);
    return side->times != NULL;
}

static int64_t side_value(const struct an_metrics *m, const struct side *side, uint32_t item, uint32_t peer)
{
    bool held = side->times ? side->times[(size_t)item * an_cast_count(m->cast) + peer] != AN_REACH_NOT
                            : an_reach_held(m->reach, item, peer);
    return held ? HELD : 0;
}

/* The place of a pair that is off: the peer, and since when it could have had the item. */
static struct an_place place_of(const struct an_metrics *m, const struct side *side, uint32_t item, uint32_t peer)
{
    int64_t time = side->times ? side->times[(size_t)item * an_cast_count(m->cast) + peer] : AN_REACH_NOT;
    return (struct an_place){AN_NONE, peer, AN_NONE, time == AN_REACH_NOT ? -1 : time};
}

static void item_samples(struct an_metrics *m, struct an_query *q, GArray *known, int64_t end)
{
    struct side left = {.query = q->left >= 0 ? an_query_at(m, (uint32_t)q->left) : q};
    struct side right = {.query = q->left >= 0 ? an_query_at(m, (uint32_t)q->right) : NULL};
    if (!open_side(m, &left, known, end) || (right.query && !open_side(m, &right, known, end))) {
        q->not_available = "more peers or items than the oracle of who could get what keeps";
        return;
    }
    for (uint32_t item = 0; item < an_reach_items(m->reach); item++)
        for (uint32_t peer = 0; peer < an_cast_count(m->cast); peer++) {
            if (!an_in_set(m, left.query->spec.of, peer))
                continue;
            int64_t value = side_value(m, &left, item, peer);
            if (right.query)
                value -= side_value(m, &right, item, peer);
            struct an_place place = place_of(m, right.query ? &right : &left, item, peer);
            an_query_sample(m, q, value, 1, &place, AN_NONE);
        }
}

void an_items_finish(struct an_metrics *m, int64_t time)
{
    GArray *known = g_array_new(FALSE, FALSE, sizeof(struct solved));
    for (uint32_t i = 0; i < m->queries->len; i++) {
        struct an_query *q = an_query_at(m, i);
        const struct an_query *one = q->left >= 0 ? an_query_at(m, (uint32_t)q->left) : q;
        if (an_metric_class(one->spec.metric) == AN_OF_ITEM)
            item_samples(m, q, known, time);
    }
    for (uint32_t i = 0; i < known->len; i++)
        g_free(g_array_index(known, struct solved, i).times);
    g_array_unref(known);
}

/* --- T11 ------------------------------------------------------------------------------------------------ */

static int64_t time_for(unsigned __int128 octets, uint64_t rate)
{
    return (int64_t)(octets * 8 * (unsigned __int128)AN_SECOND / rate);
}

/* max(F/u_s, F/min d, n·F/(u_s + Σu)); the fastest source counts. Rates that are infinite bound nothing. */
bool an_file_time(struct an_metrics *m, const struct an_query *q, int64_t *value, struct an_place *place)
{
    uint64_t source = 0, least_down = UINT64_MAX, all_up = 0, receivers = 0, sources = 0;
    bool finite = true;
    for (uint32_t i = 0; i < an_cast_count(m->cast); i++) {
        const struct an_peer *peer = an_cast_peer(m->cast, i);
        bool from = an_in_set(m, q->spec.from, i);
        if (!from && !an_in_set(m, q->spec.of, i))
            continue;
        finite &= peer->up != 0;
        all_up += peer->up;
        sources += from;
        receivers += !from;
        if (from && (peer->up == 0 || peer->up > source))
            source = peer->up == 0 ? UINT64_MAX : peer->up;
        if (!from && peer->down != 0 && peer->down < least_down) {
            least_down = peer->down;
            place->peer = i;
        }
    }
    if (sources == 0 || receivers == 0)
        return false;
    unsigned __int128 size = (unsigned __int128)q->spec.size;
    *value = source == UINT64_MAX ? 0 : time_for(size, source);
    if (least_down != UINT64_MAX)
        *value = MAX(*value, time_for(size, least_down));
    if (finite)
        *value = MAX(*value, time_for(size * receivers, all_up));
    return true;
}
