/* Metrics and theory values of floods: samples at publication, at deliveries, at copies, and when a flood is
 * over. */
#include "analysis/metrics.h"
#include "protocol/wire/message.h"

#include <string.h>

void an_tally_add(struct an_tally *t, int64_t value, uint32_t peer, int64_t time)
{
    if (t->count == 0 || value < t->min) {
        t->min = value;
        t->min_peer = peer;
        t->min_time = time;
    }
    if (t->count == 0 || value > t->max) {
        t->max = value;
        t->max_peer = peer;
        t->max_time = time;
    }
    t->count++;
    t->sum += value;
    t->other += value != 0;
}

/* A sample of message × peer. What counts only if the flood turns out to have been calm waits in the flood's
 * tally. */
static void flood_sample(struct an_metrics *m, struct an_query *q, struct an_flood *f, int64_t value,
                         uint32_t peer, int64_t time)
{
    if (q->tally >= 0) {
        if (an_compare_holds(&q->spec.value, value))
            an_tally_add(&f->tallies[q->tally], value, peer, time);
        return;
    }
    struct an_place place = {f->message, peer, f->origin, time};
    an_query_sample(m, q, value, 1, &place, AN_NONE);
}

void an_tally_merge(struct an_query *q, const struct an_flood *f)
{
    const struct an_tally *t = &f->tallies[q->tally];
    struct an_samples *s = &q->samples;
    if (t->unpaired) {
        if (q->unpaired == 0)
            q->unpaired_place = (struct an_place){f->message, t->unpaired_peer, f->origin, f->time};
        q->unpaired += t->unpaired;
    }
    if (t->count == 0)
        return;
    struct an_place place = {f->message, t->min_peer, f->origin, t->min_time};
    if (s->count == 0)
        s->first = t->min;
    an_samples_extreme(s, t->min, &place);
    place.peer = t->max_peer;
    place.time = t->max_time;
    an_samples_extreme(s, t->max, &place);
    s->last = t->max;
    s->count += t->count;
    s->nonzero += t->other;
    s->sum += t->sum;
}

/* --- publication
 * -------------------------------------------------------------------------------------------------- */

static uint32_t receivers(struct an_metrics *m, const struct an_query *q, const struct an_flood *f,
                          const struct an_shared_bits *among)
{
    if (q->spec.of == AN_SET_ALL)
        return among->count - (an_shared_bit(among, f->origin) ? 1 : 0);
    uint32_t count = 0;
    for (uint32_t w = 0; w < an_bits_words(among->peers); w++)
        for (uint64_t rest = among->bits[w]; rest; rest &= rest - 1) {
            uint32_t peer = w * 64 + (uint32_t)__builtin_ctzll(rest);
            count += peer != f->origin && an_in_set(m, q->spec.of, peer);
        }
    return count;
}

enum { PATHS, HOPS, UNDERLAY };

int an_column_of(enum an_metric metric)
{
    switch (metric) {
    case AN_THEORY_SHORTEST_PATH:
        return PATHS;
    case AN_THEORY_HOPS:
        return HOPS;
    case AN_THEORY_UNDERLAY:
    case AN_THEORY_SERVER_LATENCY:
        return UNDERLAY;
    default:
        return -1;
    }
}

static const struct an_column *need_column(struct an_metrics *m, struct an_flood *f, int which)
{
    if (f->columns[which])
        return f->columns[which];
    if (which == PATHS)
        f->columns[which] = an_theory_paths(&m->theory, f->origin, f->size);
    else if (which == HOPS)
        f->columns[which] = an_theory_hops(&m->theory, f->origin);
    else
        f->columns[which] = an_theory_underlay(&m->theory, f->origin, f->size);
    return f->columns[which];
}

static int64_t serialised(uint64_t octets, int64_t up)
{
    return (int64_t)((unsigned __int128)octets * 8 * AN_SECOND / (uint64_t)up);
}

/* scenarios.md 3: copies leave one after the other through the server's uplink, after those of earlier
 * messages. */
static void server_samples(struct an_metrics *m, struct an_query *q, struct an_flood *f)
{
    const struct an_column *way = need_column(m, f, UNDERLAY);
    uint64_t octets = (uint64_t)f->size + m->theory.network.origin_envelope, sent = 0;
    int64_t wait = MAX(0, q->busy_until - f->time);
    for (uint32_t i = 0; i < way->peers; i++) {
        if (way->values[i] == AN_COLUMN_NONE)
            continue;
        sent++;
        int64_t value = way->values[i];
        if (q->spec.up > 0)
            value += wait + serialised(sent * octets, q->spec.up);
        if (an_in_set(m, q->spec.of, i))
            flood_sample(m, q, f, value, i, f->time);
    }
    if (q->spec.up > 0)
        q->busy_until = f->time + wait + serialised(sent * octets, q->spec.up);
}

static void theory_samples(struct an_metrics *m, struct an_query *q, struct an_flood *f)
{
    int which = an_column_of(q->spec.metric);
    const struct an_column *column = need_column(m, f, which);
    for (uint32_t i = 0; i < column->peers; i++)
        if (column->values[i] != AN_COLUMN_NONE && an_in_set(m, q->spec.of, i))
            flood_sample(m, q, f, column->values[i], i, f->time);
}

static void theory_leverage(struct an_metrics *m, struct an_query *q, const struct an_flood *f)
{
    if (f->origin_degree == 0)
        return;
    int64_t value = (int64_t)receivers(m, q, f, f->members) * 1000000 / f->origin_degree;
    if (q->leverage >= 0 && q->leverage <= value)
        return;
    q->leverage = value;
    q->leverage_place = (struct an_place){f->message, f->origin, AN_NONE, f->time};
}

static void published(struct an_metrics *m, struct an_query *q, struct an_flood *f)
{
    switch (q->spec.metric) {
    case AN_TIME_TO: {
        uint64_t all = receivers(m, q, f, f->reach);
        f->tallies[q->tally].other = (all * (uint64_t)q->spec.share + 999999) / 1000000;
        f->tallies[q->tally].max = AN_NEVER;
        break;
    }
    case AN_THEORY_SHORTEST_PATH:
    case AN_THEORY_HOPS:
    case AN_THEORY_UNDERLAY:
        theory_samples(m, q, f);
        break;
    case AN_THEORY_SERVER_LATENCY:
        server_samples(m, q, f);
        break;
    case AN_THEORY_SERVER_UPLOAD:
        q->second_octets +=
            (uint64_t)receivers(m, q, f, f->members) * (f->size + m->theory.network.origin_envelope);
        break;
    case AN_THEORY_LEVERAGE:
        theory_leverage(m, q, f);
        break;
    default:
        break;
    }
}

void an_flood_published(struct an_metrics *m, struct an_flood *f)
{
    for (uint32_t i = 0; i < m->of_flood->len; i++) {
        struct an_query *q = g_ptr_array_index(m->of_flood, i);
        bool by_origin = q->spec.metric != AN_WIRE_SIZE; /* there, "from" is who sends the copy */
        if (q->left < 0 &&
            (!an_query_open(m, q, f->time) || (by_origin && !an_in_set(m, q->spec.from, f->origin)) ||
             (q->label && q->label_number != f->label) || (q->spec.channel >= 0 && q->spec.channel != f->channel)))
            continue;
        an_bit_set(f->windows, q->number);
        if (q->left < 0)
            published(m, q, f);
    }
    for (uint32_t i = 0; i < m->of_flood->len; i++) { /* pairs of theory values: both columns are there now */
        struct an_query *q = g_ptr_array_index(m->of_flood, i);
        if (q->left < 0 || an_metric_class(an_query_at(m, (uint32_t)q->left)->spec.metric) != AN_OF_THEORY ||
            an_metric_class(an_query_at(m, (uint32_t)q->right)->spec.metric) != AN_OF_THEORY)
            continue;
        for (uint32_t peer = 0; peer < f->peers; peer++)
            if (peer != f->origin)
                an_pair_sample(m, q, f, peer, f->time);
    }
    if (!m->pairs_columns)
        an_flood_drop_columns(f);
}

/* --- deliveries
 * --------------------------------------------------------------------------------------------------- */

/* Its octets before the entries: how many there are. */
enum { ROW_HEAD = 16 };

/* An array of one entry for each peer, for each origin; longer when the cast has grown. False beyond the bound. */
static bool origin_row(struct an_metrics *m, GPtrArray *rows, uint64_t *octets, uint32_t origin, size_t entry,
                       void **row)
{
    if (origin >= rows->len)
        g_ptr_array_set_size(rows, (gint)origin + 1);
    uint8_t *start = g_ptr_array_index(rows, origin);
    uint64_t had = start ? *(const uint64_t *)(const void *)start : 0, peers = an_cast_count(m->cast);
    if (G_UNLIKELY(had < peers)) {
        if (*octets + (peers - had) * entry > AN_MOST_ORIGINS_OCTETS)
            return false;
        *octets += (peers - had) * entry;
        start = g_ptr_array_index(rows, origin) = g_realloc(start, ROW_HEAD + peers * entry);
        memset(start + ROW_HEAD + had * entry, 0, (peers - had) * entry);
        *(uint64_t *)(void *)start = peers;
    }
    *row = start + ROW_HEAD;
    return true;
}

/* By how many messages of its origin this one came after a later one; −1 = not known (bound passed). */
static int64_t disorder(struct an_metrics *m, const struct an_flood *f, uint32_t peer)
{
    void *row;
    if (!origin_row(m, m->order, &m->order_octets, f->origin, sizeof(uint32_t), &row))
        return -1;
    uint32_t *latest = &((uint32_t *)row)[peer];
    if (f->ordinal < *latest)
        return *latest - f->ordinal;
    *latest = f->ordinal;
    return 0;
}

static const char too_many_origins[] = "more publishers × peers than 64 MiB of memory can follow";

void an_flood_delivered(struct an_metrics *m, struct an_flood *f, const struct an_event *event)
{
    uint32_t peer = event->peer;
    int64_t late = m->wants_order ? disorder(m, f, peer) : 0;
    for (uint32_t i = 0; i < m->at_delivery->len; i++) {
        struct an_query *q = g_ptr_array_index(m->at_delivery, i);
        if (!an_in_window(f, q))
            continue;
        if (q->left >= 0) {
            an_pair_sample(m, q, f, peer, event->time);
            continue;
        }
        if (!an_in_set(m, q->spec.of, peer) || !an_neighbors_fit(m, q, peer))
            continue;
        switch (q->spec.metric) {
        case AN_LATENCY:
            flood_sample(m, q, f, event->time - f->time, peer, event->time);
            break;
        case AN_HOPS:
            if (peer < f->peers && f->hops[peer])
                flood_sample(m, q, f, f->hops[peer], peer, event->time);
            break;
        case AN_DISORDER:
            if (late < 0)
                q->not_available = too_many_origins;
            else
                flood_sample(m, q, f, late, peer, event->time);
            break;
        case AN_TIME_TO: {
            struct an_tally *t = &f->tallies[q->tally];
            if (an_shared_bit(f->reach, peer) && ++t->count == t->other)
                t->max = event->time - f->time;
            break;
        }
        default:
            g_assert_not_reached();
        }
    }
}

/* --- copies
 * ------------------------------------------------------------------------------------------------------- */

static void sent_copy(struct an_metrics *m, struct an_query *q, struct an_flood *f,
                      const struct an_event *event)
{
    struct an_place place = {f->message, event->peer, event->other, event->time};
    switch (q->spec.metric) {
    case AN_WIRE_SIZE:
        if (an_in_window(f, q) && an_in_set(m, q->spec.of, event->peer) &&
            an_in_set(m, q->spec.from, event->peer) && an_in_set(m, q->spec.to, event->other) &&
            an_neighbors_fit(m, q, event->peer))
            an_query_sample(m, q, event->size, 1, &place, event->link);
        break;
    case AN_COPIES:
        if (an_in_set(m, q->spec.of, event->peer) && an_in_set(m, q->spec.to, event->other))
            f->tallies[q->tally].count++;
        break;
    case AN_CONTROL:
        if (an_query_open(m, q, event->time) && an_in_set(m, q->spec.of, event->peer))
            q->whole += event->size;
        break;
    case AN_UPLOAD:
        if (an_in_set(m, q->spec.to, event->other))
            an_octets_event(m, q, event->peer, event->size);
        break;
    default:
        g_assert_not_reached();
    }
}

void an_flood_copy(struct an_metrics *m, struct an_flood *f, const struct an_event *event)
{
    GPtrArray *queries = m->routes[event->kind].queries;
    for (uint32_t i = 0; i < queries->len; i++) {
        struct an_query *q = g_ptr_array_index(queries, i);
        if (event->kind == AN_SENT)
            sent_copy(m, q, f, event);
        else if (q->spec.metric == AN_DOWNLOAD) {
            if (an_in_set(m, q->spec.from, event->other))
                an_octets_event(m, q, event->peer, event->size);
        } else if (q->spec.metric == AN_DRAINED) {
            an_drained_copy(m, q, f, event);
        } else if (an_in_set(m, q->spec.of, event->peer)) { /* redundancy */
            struct an_tally *t = &f->tallies[q->tally];
            *(event->kind == AN_FIRST ? &t->count : &t->other) += 1;
        }
    }
}

/* --- when a flood is over
 * ----------------------------------------------------------------------------------------- */

bool an_message_value(struct an_query *q, const struct an_flood *f, int64_t *value)
{
    uint64_t first, again;
    switch (q->spec.metric) {
    case AN_COPIES:
        *value = q->tally >= 0 ? (int64_t)f->tallies[q->tally].count : f->sent;
        return true;
    case AN_REDUNDANCY:
        first = q->tally >= 0 ? f->tallies[q->tally].count : f->first;
        again = q->tally >= 0 ? f->tallies[q->tally].other : f->duplicates;
        *value = first ? (int64_t)(again * 1000000 / first) : 0;
        return first > 0;
    case AN_TIME_TO:
        *value = f->tallies[q->tally].max;
        return f->tallies[q->tally].other > 0;
    case AN_THEORY_COPIES:
        *value = f->theory_copies;
        return true;
    default:
        g_assert_not_reached();
    }
}

/* Delivered and undelivered receivers of one message: delivered ones all at once, the others each with its
 * place. */
static void delivery_samples(struct an_metrics *m, struct an_query *q, const struct an_flood *f)
{
    bool raw = q->spec.metric == AN_RAW_DELIVERY;
    uint32_t words = an_bits_words(raw ? f->members->peers : f->peers);
    uint64_t got = 0, missed = 0;
    struct an_place place = {f->message, AN_NONE, f->origin, f->time};
    for (uint32_t w = 0; w < words; w++) {
        uint64_t rest = raw ? f->members->bits[w] : f->eligible[w];
        if (f->origin / 64 == w)
            rest &= ~(UINT64_C(1) << f->origin % 64);
        if (q->spec.of == AN_SET_ALL && q->spec.per != AN_PER_PEER) {
            got += (uint64_t)__builtin_popcountll(rest & f->delivered[w]);
            rest &= ~f->delivered[w];
        }
        for (; rest; rest &= rest - 1) {
            place.peer = w * 64 + (uint32_t)__builtin_ctzll(rest);
            if (!an_in_set(m, q->spec.of, place.peer))
                continue;
            bool has = an_bit(f->delivered, place.peer);
            if (has && q->spec.per != AN_PER_PEER) {
                got++;
                continue;
            }
            an_query_sample(m, q, has ? 1000000 : 0, 1, &place, AN_NONE);
            missed += !has;
            got += has;
        }
    }
    place.peer = AN_NONE;
    if (got && q->spec.per != AN_PER_PEER)
        an_query_sample(m, q, 1000000, got, &place, AN_NONE);
    if (got + missed == 0)
        return;
    q->last_mean = 1e6 * (double)got / (double)(got + missed);
    if (q->first_mean < 0)
        q->first_mean = q->last_mean;
}

void an_metrics_on_lost(struct an_metrics *m, void (*lost)(void *user, uint32_t message, uint32_t peer, enum an_cause cause),
                        void *user)
{
    m->on_lost = lost;
    m->on_lost_user = user;
}

static void lost_pair(void *user, struct an_flood *f, uint32_t peer, enum an_cause cause)
{
    struct an_metrics *m = user;
    struct an_place place = {f->message, peer, f->origin, f->time};
    if (m->on_lost)
        m->on_lost(m->on_lost_user, f->message, peer, cause);
    for (uint32_t i = 0; i < m->of_flood->len; i++) {
        struct an_query *q = g_ptr_array_index(m->of_flood, i);
        if (q->spec.metric != AN_LOST_PAIRS || q->left >= 0 || !an_in_window(f, q) ||
            (q->spec.calm && f->disturbed) || (q->spec.reasons && !(q->spec.reasons >> cause & 1)) ||
            !an_in_set(m, q->spec.of, peer))
            continue;
        q->share_sum++;
        an_query_sample(m, q, 1, 1, &place, AN_NONE);
    }
}

void an_query_missed_room(struct an_query *q, uint32_t peers)
{
    uint32_t had = an_bits_words(q->missed_room), words = an_bits_words(peers);
    q->missed = g_renew(uint64_t, q->missed, peers);
    memset(q->missed + q->missed_room, 0, (peers - q->missed_room) * sizeof *q->missed);
    q->heard = g_renew(uint64_t, q->heard, words);
    memset(q->heard + had, 0, (words - had) * sizeof *q->heard);
    q->missed_room = peers;
}

/* Gaps between the sequence numbers that a peer got (M9). Floods end in order of publication, so that a
 * message which was overtaken is no gap. */
static void missed_numbers(struct an_metrics *m, struct an_query *q, const struct an_flood *f)
{
    void *row;
    uint32_t peers = an_cast_count(m->cast);
    if (!origin_row(m, q->last_sequence, &q->last_sequence_octets, f->origin, sizeof(int64_t), &row)) {
        q->not_available = too_many_origins;
        return;
    }
    if (q->missed_room < peers)
        an_query_missed_room(q, peers);
    int64_t *last = row;
    for (uint32_t w = 0; w < an_bits_words(MIN(f->peers, q->missed_room)); w++)
        for (uint64_t rest = f->delivered[w]; rest; rest &= rest - 1) {
            uint32_t peer = w * 64 + (uint32_t)__builtin_ctzll(rest);
            if (peer >= q->missed_room || !an_in_set(m, q->spec.of, peer))
                continue;
            if (last[peer] > 0 && f->sequence > last[peer]) /* last: the next number due; 0 = none yet */
                q->missed[peer] += (uint64_t)(f->sequence - last[peer]);
            last[peer] = MAX(last[peer], f->sequence + 1);
            an_bit_set(q->heard, peer);
        }
}

static void query_over(struct an_metrics *m, struct an_query *q, struct an_flood *f)
{
    int64_t value;
    struct an_place place = {f->message, f->origin, AN_NONE, f->time};
    if (q->left >= 0) {
        an_pair_over(m, q, f);
        return;
    }
    switch (q->spec.metric) {
    case AN_DELIVERY:
    case AN_RAW_DELIVERY:
        delivery_samples(m, q, f);
        break;
    case AN_LOST_PAIRS:
        q->whole += receivers(m, q, f, f->members);
        break;
    case AN_COPIES:
    case AN_REDUNDANCY:
    case AN_TIME_TO:
    case AN_THEORY_COPIES:
        if (an_message_value(q, f, &value))
            an_query_sample(m, q, value, 1, &place, AN_NONE);
        break;
    case AN_LEVERAGE:
        if (f->origin_sent) {
            q->server_octets += receivers(m, q, f, f->members) * (f->origin_octets / f->origin_sent);
            q->origin_octets += f->origin_octets;
        }
        break;
    case AN_MISSED:
        missed_numbers(m, q, f);
        break;
    case AN_RECOVERY:
        an_recovery_over(m, q, f);
        break;
    default:
        if (q->tally >= 0)
            an_tally_merge(q, f);
        break;
    }
}

void an_flood_over(struct an_metrics *m, struct an_flood *f)
{
    an_flood_losses(&m->floods, f, lost_pair, m);
    for (uint32_t i = 0; i < m->of_flood->len; i++) {
        struct an_query *q = g_ptr_array_index(m->of_flood, i);
        if (!an_in_window(f, q))
            continue;
        if (q->left >= 0 && !an_in_window(f, an_query_at(m, (uint32_t)q->left)) &&
            !an_in_window(f, an_query_at(m, (uint32_t)q->right)))
            continue;
        q->floods++;
        if (q->spec.calm && f->disturbed)
            continue;
        q->judged++;
        query_over(m, q, f);
    }
}

/* --- the end
 * ------------------------------------------------------------------------------------------------------ */

static bool run_value(struct an_metrics *m, const struct an_query *q, int64_t *value, struct an_place *place)
{
    *place = (struct an_place){AN_NONE, AN_NONE, AN_NONE, -1};
    if (q->spec.metric == AN_THEORY_FILE_TIME)
        return an_file_time(m, q, value, place);
    if (q->spec.metric == AN_THEORY_LEVERAGE) {
        *value = q->leverage;
        *place = q->leverage_place;
        return q->leverage >= 0;
    }
    if (q->origin_octets == 0)
        return false;
    *value = (int64_t)((unsigned __int128)q->server_octets * 1000000 / q->origin_octets);
    return true;
}

static void missed_samples(struct an_metrics *m, struct an_query *q)
{
    for (uint32_t i = 0; i < q->missed_room; i++)
        if (an_bit(q->heard, i)) {
            struct an_place place = {AN_NONE, i, AN_NONE, -1};
            an_query_sample(m, q, (int64_t)q->missed[i], 1, &place, AN_NONE);
        }
}

void an_flood_finish(struct an_metrics *m)
{
    for (uint32_t i = 0; i < m->queries->len; i++) {
        struct an_query *q = an_query_at(m, i);
        struct an_place place, place_right;
        int64_t value, right;
        if (q->left >= 0) {
            const struct an_query *l = an_query_at(m, (uint32_t)q->left),
                                  *r = an_query_at(m, (uint32_t)q->right);
            if (an_metric_class(l->spec.metric) == AN_OF_RUN && run_value(m, l, &value, &place) &&
                run_value(m, r, &right, &place_right))
                an_query_sample(m, q, value - right, 1, &place_right, AN_NONE);
        } else if (an_metric_class(q->spec.metric) == AN_OF_RUN) {
            if (run_value(m, q, &value, &place))
                an_query_sample(m, q, value, 1, &place, AN_NONE);
        } else if (q->spec.metric == AN_MISSED) {
            missed_samples(m, q);
        }
    }
}
