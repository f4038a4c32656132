#include "analysis/flood.h"
#include "analysis/theory.h"

enum {
    FIRST_ROOM = 256,
    MOST_GAP = 1 << 22, /* unrecorded messages in a row */
    UNDECIDED = 255,    /* in the search for causes */
    HAS_IT = 254,
};

void an_floods_init(struct an_floods *floods, struct an_topology *topology, struct an_invariants *invariants)
{
    *floods = (struct an_floods){.topology = topology, .invariants = invariants, .room = FIRST_ROOM};
    floods->ring = g_new0(struct an_flood *, FIRST_ROOM);
    floods->ordinals = g_array_new(FALSE, TRUE, sizeof(uint32_t));
}

void an_flood_drop_columns(struct an_flood *f)
{
    for (uint32_t i = 0; i < AN_COLUMNS; i++) {
        an_column_unref(f->columns[i]);
        f->columns[i] = NULL;
    }
}

static void free_flood(struct an_flood *f)
{
    if (!f)
        return;
    an_flood_drop_columns(f);
    an_shared_bits_unref(f->members);
    an_shared_bits_unref(f->reach);
    if (f->losses)
        g_array_free(f->losses, TRUE);
    if (f->former)
        g_array_free(f->former, TRUE);
    g_free(f->delivered);
    g_free(f->eligible);
    g_free(f->hops);
    g_free(f->windows);
    g_free(f->tallies);
    g_free(f);
}

void an_flood_release(struct an_floods *floods)
{
    g_assert(floods->oldest < floods->next);
    struct an_flood **slot = &floods->ring[floods->oldest & (floods->room - 1)];
    free_flood(*slot);
    *slot = NULL;
    floods->oldest++;
}

void an_floods_clear(struct an_floods *floods)
{
    while (floods->oldest < floods->next)
        an_flood_release(floods);
    an_shared_bits_unref(floods->last_reach);
    an_shared_bits_unref(floods->last_members);
    g_array_free(floods->ordinals, TRUE);
    g_free(floods->ring);
    g_free(floods->scratch);
    g_free(floods->cause);
}

static void grow_ring(struct an_floods *floods)
{
    struct an_flood **ring = g_new0(struct an_flood *, floods->room * 2);
    for (uint32_t i = floods->oldest; i != floods->next; i++)
        ring[i & (floods->room * 2 - 1)] = floods->ring[i & (floods->room - 1)];
    g_free(floods->ring);
    floods->ring = ring;
    floods->room *= 2;
}

/* Who could be reached, who runs: the same sets for all messages between two changes. */
static void take_sets(struct an_floods *floods, struct an_flood *f)
{
    struct an_topology *t = floods->topology;
    if (!floods->last_reach || floods->reach_epoch != t->epoch ||
        !an_shared_bit(floods->last_reach, f->origin)) {
        an_shared_bits_unref(floods->last_reach);
        floods->last_reach = an_topology_component(t, f->origin);
        floods->reach_epoch = t->epoch;
    }
    if (!floods->last_members || floods->members_epoch != t->members_epoch ||
        floods->members_mesh != f->mesh) {
        an_shared_bits_unref(floods->last_members);
        floods->last_members = an_topology_members(t, f->mesh);
        floods->members_epoch = t->members_epoch;
        floods->members_mesh = f->mesh;
    }
    f->reach = an_shared_bits_ref(floods->last_reach);
    f->members = an_shared_bits_ref(floods->last_members);
}

static uint32_t next_ordinal(struct an_floods *floods, uint32_t origin)
{
    if (origin >= floods->ordinals->len)
        g_array_set_size(floods->ordinals, origin + 1);
    return ++g_array_index(floods->ordinals, uint32_t, origin);
}

/* T1: the origin sends to all its neighbors, every other peer to all but one. Links that one side alone
 * believes in carry copies too. */
static int64_t copies_to_come(struct an_topology *t, const struct an_shared_bits *reach)
{
    int64_t ends = 0;
    for (uint32_t w = 0; w < an_bits_words(reach->peers); w++)
        for (uint64_t rest = reach->bits[w]; rest; rest &= rest - 1)
            ends += an_topology_peer(t, w * 64 + (uint32_t)__builtin_ctzll(rest))->degree;
    return ends - (int64_t)(reach->count - 1);
}

struct an_flood *an_flood_publish(struct an_floods *floods, const struct an_event *event)
{
    if (event->message < floods->next || /* a number used twice, or far away: not of this run */
        event->message - floods->next > MOST_GAP)
        return NULL;
    if (floods->oldest == floods->next)
        floods->oldest = floods->unjudged = floods->next = event->message;
    while (event->message - floods->oldest >= floods->room)
        grow_ring(floods);
    struct an_topology *t = floods->topology;
    struct an_presence *origin = an_topology_peer(t, event->peer);
    struct an_flood *f = g_new0(struct an_flood, 1);
    f->time = event->time;
    f->message = event->message;
    f->origin = event->peer;
    f->mesh = origin->mesh;
    f->size = event->size;
    f->label = event->other;
    f->channel = event->channel;
    f->ordinal = next_ordinal(floods, event->peer);
    f->sequence = event->what & AN_NUMBERED ? (int64_t)event->value : f->ordinal;
    struct an_mesh_state *mesh = an_topology_mesh(t, f->mesh);
    f->epoch = mesh->epoch;
    f->disturbed = mesh->half_open > 0;
    f->origin_degree = origin->degree;
    take_sets(floods, f);
    f->peers = MAX(f->members->peers, f->reach->peers);
    f->theory_copies = copies_to_come(t, f->reach);
    f->delivered = g_new0(uint64_t, an_bits_words(f->peers));
    if (floods->keep_hops)
        f->hops = g_new0(uint8_t, f->peers);
    f->windows = g_new0(uint64_t, an_bits_words(floods->queries));
    f->tallies = g_new0(struct an_tally, floods->tallies);
    floods->ring[f->message & (floods->room - 1)] = f;
    floods->next = event->message + 1;
    return f;
}

/* A cast grows while a capture is read. */
static void grow_flood(struct an_flood *f, uint32_t peer)
{
    uint32_t words = an_bits_words(f->peers), more = an_bits_words(peer + 1);
    if (more > words) {
        f->delivered = g_renew(uint64_t, f->delivered, more);
        memset(f->delivered + words, 0, (more - words) * sizeof *f->delivered);
        if (f->eligible) {
            f->eligible = g_renew(uint64_t, f->eligible, more);
            memset(f->eligible + words, 0, (more - words) * sizeof *f->eligible);
        }
    }
    if (f->hops) {
        f->hops = g_renew(uint8_t, f->hops, peer + 1);
        memset(f->hops + f->peers, 0, peer + 1 - f->peers);
    }
    f->peers = peer + 1;
}

/* What a peer has seen it forgets when it stops. */
void an_flood_life_ended(struct an_floods *floods, uint32_t peer)
{
    for (uint32_t i = floods->oldest; i != floods->next; i++) {
        struct an_flood *f = floods->ring[i & (floods->room - 1)];
        if (!f || peer >= f->peers || !an_bit(f->delivered, peer))
            continue;
        if (!f->former)
            f->former = g_array_new(FALSE, FALSE, sizeof peer);
        g_array_append_val(f->former, peer);
    }
}

/* Each earlier life with the message excuses one more delivery: a second within a life is left over. */
static bool is_first_of_life(struct an_flood *f, uint32_t peer)
{
    for (uint32_t i = 0; f->former && i < f->former->len; i++)
        if (g_array_index(f->former, uint32_t, i) == peer) {
            g_array_remove_index_fast(f->former, i);
            return true;
        }
    return false;
}

bool an_flood_deliver(struct an_floods *floods, struct an_flood *f, uint32_t peer, int64_t time)
{
    if (G_UNLIKELY(peer >= f->peers))
        grow_flood(f, peer);
    if (G_UNLIKELY(an_bit(f->delivered, peer))) {
        struct an_invariants *v = floods->invariants;
        if (!is_first_of_life(f, peer) && v->delivered_twice++ == 0)
            v->twice_place = (struct an_place){f->message, peer, AN_NONE, time};
        return false;
    }
    an_bit_set(f->delivered, peer);
    f->delivered_count++;
    return true;
}

void an_flood_hop(struct an_flood *f, uint32_t peer, uint32_t from)
{
    if (MAX(peer, from) >= f->peers)
        grow_flood(f, MAX(peer, from));
    uint32_t before = from == f->origin ? 0 : f->hops[from];
    f->hops[peer] = (uint8_t)MIN(before + 1, UINT8_MAX);
}

void an_flood_died(struct an_flood *f, uint32_t receiver, uint8_t cause)
{
    struct an_died died = {receiver, cause};
    if (!f->losses)
        f->losses = g_array_new(FALSE, FALSE, sizeof died);
    g_array_append_val(f->losses, died);
    bool was_sent = cause == AN_CAUSE_QUEUE_ABORT || cause == AN_CAUSE_LINK_CLOSED ||
                    cause == AN_CAUSE_RECEIVER_LEFT || cause == AN_CAUSE_REJECTED;
    f->died += was_sent; /* others were never sent, or counted as they arrived */
}

void an_flood_judge(struct an_floods *floods, struct an_flood *f)
{
    struct an_topology *t = floods->topology;
    an_topology_components(t);
    f->eligible = g_new0(uint64_t, an_bits_words(f->peers));
    uint32_t label = t->labels[f->origin];
    if (label == AN_NONE) /* the origin left: nobody stayed in its component */
        return;
    for (uint32_t w = 0; w < an_bits_words(f->reach->peers); w++)
        for (uint64_t rest = f->reach->bits[w]; rest; rest &= rest - 1) {
            uint32_t i = w * 64 + (uint32_t)__builtin_ctzll(rest);
            if (i != f->origin && t->labels[i] == label && an_topology_peer(t, i)->online_since <= f->time)
                an_bit_set(f->eligible, i);
        }
}

/* --- causes
 * ------------------------------------------------------------------------------------------------------- */

static void make_scratch(struct an_floods *floods, uint32_t peers)
{
    if (peers <= floods->scratch_room)
        return;
    floods->scratch = g_renew(uint32_t, floods->scratch, peers);
    floods->cause = g_renew(uint8_t, floods->cause, peers);
    floods->scratch_room = peers;
}

/* What is known of a peer by itself: it left, was elsewhere, or lost a link before the message came through
 * it. */
static uint8_t own_cause(struct an_topology *t, const struct an_flood *f, uint32_t peer)
{
    const struct an_presence *p = an_topology_peer(t, peer);
    if (!p->running || p->stopped >= f->time)
        return AN_CAUSE_RECEIVER_LEFT;
    if (!an_shared_bit(f->reach, peer))
        return AN_CAUSE_NOT_CONNECTED;
    if (p->last_down >= f->time)
        return AN_CAUSE_LINK_CLOSED;
    return UNDECIDED;
}

/* Fills floods->cause for all peers of the flood; → how many lack the message without a cause of their own.
 */
static uint32_t own_causes(struct an_floods *floods, struct an_flood *f)
{
    uint32_t undecided = 0;
    for (uint32_t i = 0; i < f->peers; i++) {
        floods->cause[i] = HAS_IT;
        if (i != f->origin && !an_bit(f->delivered, i) && an_shared_bit(f->members, i))
            floods->cause[i] = UNDECIDED;
    }
    for (uint32_t i = 0; f->losses && i < f->losses->len; i++) { /* the last one to die counts */
        const struct an_died *died = &g_array_index(f->losses, struct an_died, i);
        if (died->receiver < f->peers && floods->cause[died->receiver] != HAS_IT)
            floods->cause[died->receiver] = died->cause;
    }
    for (uint32_t i = 0; i < f->peers; i++)
        if (floods->cause[i] == UNDECIDED) {
            floods->cause[i] = own_cause(floods->topology, f, i);
            undecided += floods->cause[i] == UNDECIDED;
        }
    return undecided;
}

/* Breadth first from the peers scratch[head … tail - 1], whose causes are known; → the new tail. */
static uint32_t spread_from(struct an_floods *floods, const struct an_flood *f, uint32_t head, uint32_t tail)
{
    while (head < tail) {
        uint32_t peer = floods->scratch[head++];
        const struct an_presence *p = an_topology_peer(floods->topology, peer);
        const struct an_end *ends = an_topology_ends(p);
        for (uint32_t i = 0; i < p->degree; i++) {
            uint32_t other = ends[i].other;
            if (other < f->peers && floods->cause[other] == UNDECIDED) {
                floods->cause[other] = floods->cause[peer];
                floods->scratch[tail++] = other;
            }
        }
    }
    return tail;
}

/* A peer whose link is half open, given up by the other end and not by its own, does not stand in the other's list: it asks. If the
 * other end has the message, or is gone, that link is the cause. */
static uint8_t cause_of_a_neighbor(const struct an_floods *floods, const struct an_flood *f, uint32_t peer)
{
    const struct an_presence *p = an_topology_peer(floods->topology, peer);
    const struct an_end *ends = an_topology_ends(p);
    bool half_open = false;
    for (uint32_t i = 0; i < p->degree; i++) {
        if (ends[i].other < f->peers && floods->cause[ends[i].other] < AN_CAUSE_COUNT)
            return floods->cause[ends[i].other];
        half_open |= !ends[i].mutual;
    }
    return half_open ? AN_CAUSE_LINK_CLOSED : UNDECIDED;
}

/* The cause of the nearest upstream peer that lacks the message: breadth first from all that have one of
 * their own. */
static void spread_causes(struct an_floods *floods, const struct an_flood *f)
{
    uint32_t tail = 0, before;
    for (uint32_t i = 0; i < f->peers; i++)
        if (floods->cause[i] < AN_CAUSE_COUNT)
            floods->scratch[tail++] = i;
    tail = spread_from(floods, f, 0, tail);
    do {
        before = tail;
        for (uint32_t i = 0; i < f->peers; i++) {
            if (floods->cause[i] != UNDECIDED || (floods->cause[i] = cause_of_a_neighbor(floods, f, i)) == UNDECIDED)
                continue;
            floods->scratch[tail] = i;
            tail = spread_from(floods, f, tail, tail + 1);
        }
    } while (tail > before);
}

static uint32_t lacking(const struct an_flood *f)
{
    uint32_t count = 0;
    for (uint32_t w = 0; w < an_bits_words(f->members->peers); w++)
        count += (uint32_t)__builtin_popcountll(f->members->bits[w] & ~f->delivered[w]);
    return count - (an_shared_bit(f->members, f->origin) && !an_bit(f->delivered, f->origin) ? 1 : 0);
}

void an_flood_losses(struct an_floods *floods, struct an_flood *f,
                     void (*each)(void *user, struct an_flood *f, uint32_t peer, enum an_cause cause),
                     void *user)
{
    uint32_t receivers = f->members->count - (an_shared_bit(f->members, f->origin) ? 1 : 0);
    floods->invariants->pairs += receivers;
    if (lacking(f) == 0)
        return;
    make_scratch(floods, f->peers);
    if (own_causes(floods, f) > 0)
        spread_causes(floods, f);
    /* Copies that are still held, or unread, after all that time. */
    bool on_its_way = f->sent > f->first + f->duplicates + f->died;
    for (uint32_t i = 0; i < f->peers; i++) {
        uint8_t cause = floods->cause[i];
        if (cause == HAS_IT)
            continue;
        if (cause == UNDECIDED)
            cause = on_its_way ? AN_CAUSE_IN_FLIGHT : AN_CAUSE_UNKNOWN;
        struct an_invariants *v = floods->invariants;
        v->lost[cause]++;
        v->lost_pairs++;
        if (cause == AN_CAUSE_UNKNOWN && v->lost[cause] == 1)
            v->unknown_place = (struct an_place){f->message, i, AN_NONE, f->time};
        each(user, f, i, (enum an_cause)cause);
    }
}
