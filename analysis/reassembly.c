#include "analysis/reassembly.h"

#include <string.h>

struct segment { /* waits for octets before it */
    uint32_t seq, size;
    uint8_t octets[];
};

struct direction {
    bool known; /* next is */
    bool acked_known, fin_known, ended;
    uint32_t next;  /* sequence number of the next octet to give out */
    uint32_t acked; /* up to here the other side has it all */
    uint32_t fin;   /* sequence number of FIN */
    uint32_t isn;   /* of the SYN, valid if the stream's start was seen in this direction */
    bool isn_known;
    uint64_t given; /* octets given out or named as missing: the position of `next` */
    uint32_t waiting_octets;
    GPtrArray *waiting; /* of struct segment, in order of seq; NULL: none yet */
};

struct connection {
    struct an_stream stream; /* first, so that one pointer is both */
    struct direction directions[2];
    bool closed;
};

struct pair { /* key of a connection: lower end first */
    struct an_endpoint low, high;
};

struct an_reassembly {
    const struct an_reassembly_ops *ops;
    void *user;
    GHashTable *by_pair;    /* struct pair → struct connection: the newest of these ends */
    GHashTable *listeners;  /* struct an_endpoint: seen to accept a connection */
    GPtrArray *connections; /* by number; NULL: closed and freed */
    uint64_t passed_over;
    struct an_packet last; /* without its octets */
};

/* Sequence numbers wrap: RFC 9293 3.4. */
static int32_t distance(uint32_t from, uint32_t to)
{
    return (int32_t)(to - from);
}

static guint hash_octets(const void *key, size_t size)
{
    guint hash = 5381;
    for (size_t i = 0; i < size; i++)
        hash = hash * 33 + ((const uint8_t *)key)[i];
    return hash;
}

static guint pair_hash(gconstpointer key)
{
    return hash_octets(key, sizeof(struct pair));
}

static gboolean pair_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(struct pair)) == 0;
}

static guint endpoint_hash(gconstpointer key)
{
    return hash_octets(key, sizeof(struct an_endpoint));
}

static gboolean endpoint_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(struct an_endpoint)) == 0;
}

struct an_reassembly *an_reassembly_new(const struct an_reassembly_ops *ops, void *user)
{
    struct an_reassembly *r = g_new0(struct an_reassembly, 1);
    r->ops = ops;
    r->user = user;
    r->by_pair = g_hash_table_new_full(pair_hash, pair_equal, g_free, NULL);
    r->listeners = g_hash_table_new_full(endpoint_hash, endpoint_equal, g_free, NULL);
    r->connections = g_ptr_array_new();
    return r;
}

static void free_connection(struct connection *c)
{
    for (int d = 0; d < 2; d++)
        if (c->directions[d].waiting)
            g_ptr_array_unref(c->directions[d].waiting);
    g_free(c);
}

void an_reassembly_free(struct an_reassembly *r)
{
    if (!r)
        return;
    for (guint i = 0; i < r->connections->len; i++)
        if (r->connections->pdata[i])
            free_connection(r->connections->pdata[i]);
    g_ptr_array_unref(r->connections);
    g_hash_table_unref(r->by_pair);
    g_hash_table_unref(r->listeners);
    g_free(r);
}

uint64_t an_reassembly_passed_over(const struct an_reassembly *r)
{
    return r->passed_over;
}

/* ---- giving out ---- */

static void end_direction(struct an_reassembly *r, struct connection *c, bool from_initiator,
                          const struct an_packet *packet)
{
    struct direction *d = &c->directions[from_initiator];
    if (d->ended)
        return;
    d->ended = true;
    r->ops->ended(r->user, &c->stream, from_initiator, packet);
}

static void give(struct an_reassembly *r, struct connection *c, bool from_initiator, uint32_t seq,
                 const uint8_t *octets, uint32_t size, const struct an_packet *packet)
{
    struct direction *d = &c->directions[from_initiator];
    uint32_t known = (uint32_t)distance(seq, d->next); /* not negative: the caller has seen to it */
    if (known >= size)
        return;
    d->next += size - known;
    d->given += size - known;
    r->ops->octets(r->user, &c->stream, from_initiator, octets + known, size - known, packet);
}

static void remove_first(struct direction *d)
{
    struct segment *s = d->waiting->pdata[0];
    d->waiting_octets -= s->size;
    g_ptr_array_remove_index(d->waiting, 0);
}

static void name_gap(struct an_reassembly *r, struct connection *c, bool from_initiator, uint32_t upto,
                     const struct an_packet *packet)
{
    struct direction *d = &c->directions[from_initiator];
    uint32_t missing = upto - d->next;
    d->next = upto;
    d->given += missing;
    r->ops->gap(r->user, &c->stream, from_initiator, missing, packet);
}

static bool over_limit(const struct direction *d)
{
    return d->waiting_octets > AN_WAITING_OCTETS || d->waiting->len > AN_WAITING_SEGMENTS;
}

/* Gives out what waited as far as it is contiguous. What is missing counts as lost when the other side has
 * acknowledged it (so it was there, and the capture lacks it), when too much waits, or when there is no hope
 * (`force`). */
static void release(struct an_reassembly *r, struct connection *c, bool from_initiator,
                    const struct an_packet *packet, bool force)
{
    struct direction *d = &c->directions[from_initiator];
    while (d->waiting && d->waiting->len && !d->ended) {
        const struct segment *s = d->waiting->pdata[0];
        if (distance(d->next, s->seq) > 0) {
            bool there = d->acked_known && distance(s->seq, d->acked) >= 0;
            if (!there && !force && !over_limit(d))
                return;
            name_gap(r, c, from_initiator, s->seq, packet);
        }
        give(r, c, from_initiator, s->seq, s->octets, s->size, packet);
        remove_first(d);
    }
    if (!d->known || !d->fin_known || d->ended)
        return;
    bool there = d->acked_known && distance(d->fin, d->acked) >= 0;
    if (distance(d->next, d->fin) > 0 && (there || force))
        name_gap(r, c, from_initiator, d->fin, packet);
    if (distance(d->fin, d->next) >= 0)
        end_direction(r, c, from_initiator, packet);
}

static void keep(struct direction *d, uint32_t seq, const uint8_t *octets, uint32_t size)
{
    if (!d->waiting)
        d->waiting = g_ptr_array_new_with_free_func(g_free);
    guint at = d->waiting->len;
    for (; at > 0; at--) {
        const struct segment *before = d->waiting->pdata[at - 1];
        if (distance(before->seq, seq) >= 0) {
            if (distance(before->seq, seq) + (int64_t)size <= before->size)
                return; /* all of it waits already */
            break;
        }
    }
    struct segment *s = g_malloc(sizeof *s + size);
    *s = (struct segment){.seq = seq, .size = size};
    memcpy(s->octets, octets, size);
    g_ptr_array_insert(d->waiting, (gint)at, s);
    d->waiting_octets += size;
}

/* ---- connections ---- */

static bool guess_initiator(struct an_reassembly *r, const struct an_packet *packet)
{
    if (g_hash_table_contains(r->listeners, &packet->dst))
        return true;
    if (g_hash_table_contains(r->listeners, &packet->src))
        return false;
    if (r->ops->from_initiator && r->ops->from_initiator(r->user, packet))
        return true;
    return packet->src.port >= packet->dst.port; /* ports of clients are usually the higher ones */
}

static struct connection *open_connection(struct an_reassembly *r, const struct pair *pair,
                                          const struct an_packet *packet)
{
    bool syn = packet->flags & AN_TCP_SYN;
    bool from_initiator = syn ? !(packet->flags & AN_TCP_ACK) : guess_initiator(r, packet);
    struct connection *c = g_new0(struct connection, 1);
    c->stream = (struct an_stream){.number = r->connections->len, .start_seen = syn, .roles_guessed = !syn};
    c->stream.ends[from_initiator] = packet->src;
    c->stream.ends[!from_initiator] = packet->dst;
    g_ptr_array_add(r->connections, c);
    g_hash_table_replace(r->by_pair, g_memdup2(pair, sizeof *pair), c);
    if (syn)
        g_hash_table_add(r->listeners, g_memdup2(&c->stream.ends[0], sizeof c->stream.ends[0]));
    if (r->ops->opened)
        r->ops->opened(r->user, &c->stream, packet);
    return c;
}

static void close_connection(struct an_reassembly *r, struct connection *c, const struct an_packet *packet)
{
    for (int d = 1; d >= 0; d--) {
        release(r, c, d, packet, true);
        end_direction(r, c, d, packet);
    }
    if (r->ops->closed)
        r->ops->closed(r->user, &c->stream);
    r->connections->pdata[c->stream.number] = NULL;
    free_connection(c);
}

/* A SYN with another initial sequence number begins another connection between the same ends. */
static bool begins_anew(const struct connection *c, const struct an_packet *packet)
{
    if (!(packet->flags & AN_TCP_SYN) || (packet->flags & AN_TCP_ACK))
        return false;
    bool from_initiator = endpoint_equal(&c->stream.ends[1], &packet->src);
    const struct direction *d = &c->directions[from_initiator];
    return !from_initiator || !d->isn_known || d->isn != packet->seq;
}

static struct connection *find_connection(struct an_reassembly *r, const struct an_packet *packet)
{
    struct pair pair = {packet->src, packet->dst};
    if (memcmp(&packet->src, &packet->dst, sizeof packet->src) > 0)
        pair = (struct pair){packet->dst, packet->src};
    struct connection *c = g_hash_table_lookup(r->by_pair, &pair);
    if (c && !begins_anew(c, packet))
        return c;
    if (c) {
        g_hash_table_remove(r->by_pair, &pair);
        close_connection(r, c, packet);
    }
    return r->connections->len < AN_STREAMS ? open_connection(r, &pair, packet) : NULL;
}

/* ---- packets ---- */

/* Where a direction begins: behind its SYN, or, in the middle, wherever the capture does. */
static void begin(struct an_reassembly *r, struct connection *c, bool from_initiator, uint32_t next,
                  const struct an_packet *packet, bool whole)
{
    struct direction *d = &c->directions[from_initiator];
    if (d->known)
        return;
    d->known = true;
    d->next = next;
    if (!whole)
        r->ops->gap(r->user, &c->stream, from_initiator, 0, packet);
}

static void take_syn(struct connection *c, struct an_reassembly *r, bool from_initiator,
                     const struct an_packet *packet)
{
    struct direction *d = &c->directions[from_initiator];
    if (!d->isn_known) {
        d->isn_known = true;
        d->isn = packet->seq;
    }
    begin(r, c, from_initiator, packet->seq + 1, packet, true);
}

static void take_ack(struct an_reassembly *r, struct connection *c, bool from_initiator,
                     const struct an_packet *packet)
{
    struct direction *d = &c->directions[!from_initiator]; /* whose octets it acknowledges */
    if (!d->known || !d->acked_known || distance(d->acked, packet->ack) > 0) {
        d->acked_known = true;
        d->acked = packet->ack;
    }
    if (!d->known)
        return;
    release(r, c, !from_initiator, packet, false);
    int64_t upto = (int64_t)d->given + distance(d->next, packet->ack);
    if (r->ops->acknowledged && upto > 0)
        r->ops->acknowledged(r->user, &c->stream, !from_initiator, (uint64_t)upto, packet);
}

static void take_octets(struct an_reassembly *r, struct connection *c, bool from_initiator, uint32_t seq,
                        const struct an_packet *packet)
{
    struct direction *d = &c->directions[from_initiator];
    if (packet->size == 0 || d->ended)
        return;
    begin(r, c, from_initiator, seq, packet, false);
    if (distance(seq, d->next) >= 0)
        give(r, c, from_initiator, seq, packet->payload, packet->size, packet);
    else
        keep(d, seq, packet->payload, packet->size);
    release(r, c, from_initiator, packet, false);
}

static void take_end(struct an_reassembly *r, struct connection *c, bool from_initiator, uint32_t seq,
                     const struct an_packet *packet)
{
    struct direction *d = &c->directions[from_initiator];
    if (packet->flags & AN_TCP_FIN && !d->fin_known) {
        d->fin_known = true;
        d->fin = seq + packet->wire_size;
        begin(r, c, from_initiator, d->fin, packet, c->stream.start_seen);
    }
    if (packet->flags & AN_TCP_RST) {
        for (int k = 1; k >= 0; k--) {
            release(r, c, k, packet, true);
            end_direction(r, c, k, packet);
        }
    } else if (d->fin_known) {
        release(r, c, from_initiator, packet, false);
    }
}

void an_reassembly_packet(struct an_reassembly *r, const struct an_packet *packet)
{
    r->last = *packet;
    r->last.payload = NULL;
    r->last.size = 0;
    struct connection *c = find_connection(r, packet);
    if (!c) {
        r->passed_over++;
        return;
    }
    bool from_initiator = memcmp(&c->stream.ends[1], &packet->src, sizeof packet->src) == 0;
    bool syn = packet->flags & AN_TCP_SYN;
    uint32_t seq = packet->seq + (syn ? 1 : 0);
    if (syn) {
        take_syn(c, r, from_initiator, packet);
        r->ops->flag(r->user, &c->stream, from_initiator, AN_TCP_SYN, packet);
    }
    if (packet->flags & AN_TCP_ACK)
        take_ack(r, c, from_initiator, packet);
    take_octets(r, c, from_initiator, seq, packet);
    static const uint8_t ends[] = {AN_TCP_FIN, AN_TCP_RST};
    for (unsigned i = 0; i < G_N_ELEMENTS(ends); i++)
        if (packet->flags & ends[i])
            r->ops->flag(r->user, &c->stream, from_initiator, ends[i], packet);
    take_end(r, c, from_initiator, seq, packet);
}

void an_reassembly_finish(struct an_reassembly *r)
{
    for (guint i = 0; i < r->connections->len; i++)
        if (r->connections->pdata[i])
            close_connection(r, r->connections->pdata[i], &r->last);
    g_hash_table_remove_all(r->by_pair);
}
