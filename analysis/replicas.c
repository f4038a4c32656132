/* What roles say they hold: states that are compared between peers (M16), items, disagreement on a key. */
#include "analysis/metrics.h"

/* The state of a name as one query sees it: of its peers, those that are online count. Values are numbered by content, so that
 * comparing is counting. */
struct an_replicas {
    GHashTable *numbers;  /* hash of a value -> its number, from 1; look-up only */
    GArray *counts;       /* uint32_t: online peers by number of their value; [0]: those that never said one */
    GArray *held;         /* uint32_t by peer: number of its value */
    uint64_t *online;     /* bit by peer */
    uint32_t room, present, distinct;
    int64_t apart_since;  /* converged: when they began to differ; -1: they do not */
    bool known;           /* somebody has said a value */
    bool over;            /* converged after a moment: its one sample is taken */
};

/* disagreement: what was said of a key first, and whether somebody has contradicted. */
struct an_saying {
    uint64_t value;
    uint32_t peer, against;
    int64_t time; /* of the contradiction; -1 = none */
};

static uint32_t count_of(const struct an_replicas *r, uint32_t number)
{
    return g_array_index(r->counts, uint32_t, number);
}

static void make_room(struct an_metrics *m, struct an_replicas *r, uint32_t peer)
{
    if (peer < r->room)
        return;
    uint32_t room = MAX(an_cast_count(m->cast), peer + 1);
    g_array_set_size(r->held, room);
    r->online = g_renew(uint64_t, r->online, an_bits_words(room));
    memset(r->online + an_bits_words(r->room), 0, (an_bits_words(room) - an_bits_words(r->room)) * sizeof *r->online);
    r->room = room;
}

static void count(struct an_replicas *r, uint32_t number, int change)
{
    uint32_t *n = &g_array_index(r->counts, uint32_t, number);
    r->distinct -= *n > 0;
    *n += (uint32_t)change;
    r->distinct += *n > 0;
    r->present += (uint32_t)change;
}

static uint32_t number_of(struct an_replicas *r, uint64_t value)
{
    gpointer found = g_hash_table_lookup(r->numbers, &value);
    if (found)
        return GPOINTER_TO_UINT(found);
    uint32_t number = r->counts->len, none = 0;
    g_array_append_val(r->counts, none);
    uint64_t *key = g_new(uint64_t, 1);
    *key = value;
    g_hash_table_insert(r->numbers, key, GUINT_TO_POINTER(number));
    return number;
}

/* Values of different kinds are different: 1, "1" and 1 s. */
static uint64_t content(const struct an_event *event)
{
    uint64_t h = event->value ^ (uint64_t)event->what << 56;
    h = (h ^ h >> 33) * UINT64_C(0xFF51AFD7ED558CCD);
    return h ^ h >> 33 ^ event->what;
}

/* --- convergence ---------------------------------------------------------------------------------------- */

static void converged_now(struct an_metrics *m, struct an_query *q, int64_t since, int64_t time)
{
    struct an_place place = {AN_NONE, AN_NONE, AN_NONE, time};
    an_query_sample(m, q, time - since, 1, &place, AN_NONE);
}

/* After every change: do they differ now, and since when? With a moment to begin at there is one sample, the time from it to
 * the first instant at which all are equal; without, one for each time that they differed, as long as they did. */
static void look(struct an_metrics *m, struct an_query *q, int64_t time)
{
    struct an_replicas *r = q->replicas;
    if (q->spec.metric != AN_CONVERGED || !r->known || r->over)
        return;
    int64_t begin = an_query_begin(m, q);
    bool equal = r->distinct <= 1;
    if (q->spec.begin != AN_MOMENT_OPEN) {
        if (begin <= time && equal && time <= an_query_end(m, q)) {
            converged_now(m, q, begin, time);
            r->over = true;
        }
        return;
    }
    if (!equal && r->apart_since < 0)
        r->apart_since = time;
    if (equal && r->apart_since >= 0) {
        if (begin <= r->apart_since && time <= an_query_end(m, q))
            converged_now(m, q, r->apart_since, time);
        r->apart_since = -1;
    }
}

void an_replicas_presence(struct an_metrics *m, uint32_t peer, int64_t time)
{
    const struct an_presence *p = an_topology_peer(&m->topology, peer);
    bool online = p->running && p->degree > 0;
    for (uint32_t i = 0; i < m->replicated->len; i++) {
        struct an_query *q = g_ptr_array_index(m->replicated, i);
        struct an_replicas *r = q->replicas;
        if (!an_in_set(m, q->spec.of, peer))
            continue;
        make_room(m, r, peer);
        if (an_bit(r->online, peer) == online)
            continue;
        r->online[peer / 64] ^= UINT64_C(1) << (peer % 64);
        count(r, g_array_index(r->held, uint32_t, peer), online ? 1 : -1);
        look(m, q, time);
    }
}

/* Moments that begin between two events. */
void an_replicas_second(struct an_metrics *m, int64_t time)
{
    for (uint32_t i = 0; i < m->replicated->len; i++)
        look(m, g_ptr_array_index(m->replicated, i), time);
}

static void state_of(struct an_metrics *m, struct an_query *q, const struct an_event *event)
{
    struct an_replicas *r = q->replicas;
    if (event->message != AN_NONE) /* of a key: no state of now */
        return;
    make_room(m, r, event->peer);
    uint32_t *held = &g_array_index(r->held, uint32_t, event->peer), number = number_of(r, content(event));
    r->known = true;
    if (*held == number)
        return;
    if (an_bit(r->online, event->peer)) {
        count(r, *held, -1);
        count(r, number, 1);
    }
    *held = number;
    look(m, q, event->time);
}

/* Peers that are online and do not hold what most of them hold. */
int64_t an_replicas_diverged(const struct an_query *q)
{
    const struct an_replicas *r = q->replicas;
    uint32_t most = 0;
    if (!r->known)
        return 0;
    for (uint32_t i = 0; i < r->counts->len; i++)
        most = MAX(most, count_of(r, i));
    return (int64_t)r->present - most;
}

/* --- keys ----------------------------------------------------------------------------------------------- */

static void say(struct an_query *q, const struct an_event *event)
{
    if (event->message == AN_NONE)
        return;
    uint32_t key = event->message;
    uint64_t value = content(event);
    if (key >= q->sayings->len)
        g_array_set_size(q->sayings, key + 1);
    struct an_saying *s = &g_array_index(q->sayings, struct an_saying, key);
    if (s->time == 0) {
        *s = (struct an_saying){value, event->peer, AN_NONE, -1};
        q->whole++;
    } else if (s->value != value) {
        an_query_place(q, &(struct an_place){AN_NONE, event->peer, s->peer, event->time});
        if (s->time > 0)
            return;
        s->time = MAX(event->time, 1);
        s->against = event->peer;
        q->share_sum++;
    }
}

static void close_sayings(struct an_metrics *m, struct an_query *q)
{
    for (uint32_t key = 0; key < q->sayings->len; key++) {
        const struct an_saying *s = &g_array_index(q->sayings, struct an_saying, key);
        if (s->time == 0)
            continue;
        struct an_place place = {AN_NONE, s->time > 0 ? s->against : s->peer, s->time > 0 ? s->peer : AN_NONE, s->time};
        GArray *dots = q->places; /* each contradiction is one already */
        q->places = NULL;
        an_query_sample(m, q, s->time > 0, 1, &place, AN_NONE);
        q->places = dots;
    }
}

/* --- items ---------------------------------------------------------------------------------------------- */

static void hold(struct an_metrics *m, struct an_query *q, uint32_t peer)
{
    struct an_replicas *r = q->replicas;
    make_room(m, r, peer);
    if (g_array_index(r->held, uint32_t, peer))
        return;
    g_array_index(r->held, uint32_t, peer) = 1;
    r->present++;
}

/* The share of the query's peers that hold it. */
int64_t an_replicas_share(const struct an_metrics *m, const struct an_query *q)
{
    uint64_t all = 0;
    if (q->spec.of == AN_SET_ALL)
        all = an_cast_count(m->cast);
    else
        for (uint32_t i = 0; i < an_cast_count(m->cast); i++)
            all += an_in_set(m, q->spec.of, i);
    return all ? (int64_t)((uint64_t)q->replicas->present * 1000000 / all) : 0;
}

/* --- all of it ------------------------------------------------------------------------------------------ */

static void free_number(gpointer key)
{
    g_free(key);
}

void an_replicas_init(struct an_metrics *m, struct an_query *q)
{
    if (q->spec.metric == AN_DISAGREEMENT) {
        q->sayings = g_array_new(FALSE, TRUE, sizeof(struct an_saying));
        return;
    }
    struct an_replicas *r = q->replicas = g_new0(struct an_replicas, 1);
    uint32_t none = 0;
    r->numbers = g_hash_table_new_full(g_int64_hash, g_int64_equal, free_number, NULL);
    r->counts = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    r->held = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    r->apart_since = -1;
    g_array_append_val(r->counts, none);
    if (q->spec.metric != AN_HAVE_NAMED)
        g_ptr_array_add(m->replicated, q);
}

void an_replicas_clear(struct an_query *q)
{
    if (q->sayings)
        g_array_unref(q->sayings);
    if (!q->replicas)
        return;
    g_hash_table_unref(q->replicas->numbers);
    g_array_unref(q->replicas->counts);
    g_array_unref(q->replicas->held);
    g_free(q->replicas->online);
    g_free(q->replicas);
}

void an_replicas_event(struct an_metrics *m, struct an_query *q, const struct an_event *event)
{
    if (!an_in_set(m, q->spec.of, event->peer))
        return;
    if (q->spec.metric == AN_HAVE_NAMED)
        hold(m, q, event->peer);
    else if (q->spec.metric != AN_DISAGREEMENT)
        state_of(m, q, event);
    else if (an_query_open(m, q, event->time))
        say(q, event);
}

void an_replicas_finish(struct an_metrics *m, struct an_query *q, int64_t time)
{
    if (q->sayings)
        close_sayings(m, q);
    if (q->spec.metric != AN_CONVERGED || !q->replicas->known || q->replicas->over)
        return;
    struct an_place place = {AN_NONE, AN_NONE, AN_NONE, time};
    bool waits = q->spec.begin != AN_MOMENT_OPEN ? an_query_begin(m, q) <= time : q->replicas->apart_since >= 0;
    if (waits)
        an_query_sample(m, q, AN_NEVER, 1, &place, AN_NONE);
}
