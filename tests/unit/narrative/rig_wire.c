/* The connections of the tiny world: dialled, written, held back, cut. */
#include "tests/unit/narrative/rig_private.h"

#include <string.h>

struct rig_end *rig_other_end(struct rig_end *end)
{
    struct rig *rig = end->peer->rig;
    for (guint i = 0; i < rig->conns->len; i++) {
        struct rig_conn *conn = rig->conns->pdata[i];
        if (end == &conn->ends[0])
            return &conn->ends[1];
        if (end == &conn->ends[1])
            return &conn->ends[0];
    }
    return NULL;
}

struct rig_end *rig_end_of(struct rig_peer *peer, pc_conn number)
{
    for (guint i = peer->rig->conns->len; number && i-- > 0;) {
        struct rig_conn *conn = peer->rig->conns->pdata[i];
        for (unsigned side = 0; side < 2; side++)
            if (conn->ends[side].peer == peer && conn->ends[side].number == number)
                return &conn->ends[side];
    }
    return NULL;
}

struct rig_end *rig_end_between(struct rig_peer *peer, struct rig_peer *other)
{
    for (guint i = peer->rig->conns->len; i-- > 0;) {
        struct rig_conn *conn = peer->rig->conns->pdata[i];
        for (unsigned side = 0; side < 2; side++)
            if (conn->ends[side].peer == peer && conn->ends[1 - side].peer == other && conn->ends[side].open)
                return &conn->ends[side];
    }
    return NULL;
}

static void open_end(struct rig_end *end, struct rig_peer *peer, pc_conn number, bool initiator)
{
    *end = (struct rig_end){.peer = peer, .number = number, .open = true, .inbox = g_queue_new(),
                            .unsent = g_byte_array_new()};
    pc_nmf_reader_init(&end->reader, initiator, NULL);
    end->table = pc_table_empty(peer->rig->reading);
    end->puppet_table = pc_table_empty(peer->rig->reading);
}

void rig_clear_end(struct rig *rig, struct rig_end *end)
{
    if (!end->inbox)
        return;
    struct item *item;
    while ((item = g_queue_pop_head(end->inbox))) {
        if (item->octets)
            g_bytes_unref(item->octets);
        g_free(item);
    }
    g_queue_free(end->inbox);
    g_byte_array_unref(end->unsent);
    pc_nmf_reader_clear(&end->reader);
    pc_table_unref(rig->reading, end->table);
    pc_table_unref(rig->reading, end->puppet_table);
}

/* Who listens there; NULL: nobody. */
static struct rig_peer *listener(struct rig *rig, const struct pc_ip *ip, uint16_t port)
{
    for (uint32_t i = 0; i < rig->peer_count; i++) {
        struct rig_peer *peer = &rig->peers[i];
        if (peer->alive && peer->port == port && memcmp(peer->ip.octets, ip->octets, 16) == 0)
            return peer;
    }
    return NULL;
}

static bool is_silent(const struct rig *rig, const struct pc_ip *ip)
{
    for (uint32_t i = 0; i < rig->silent_count; i++)
        if (memcmp(rig->silent[i].octets, ip->octets, 16) == 0)
            return true;
    return false;
}

struct rig_conn *rig_dial(struct rig_peer *peer, pc_conn number, const struct pc_ip *ip, uint16_t port)
{
    struct rig *rig = peer->rig;
    struct rig_conn *conn = g_new0(struct rig_conn, 1);
    g_ptr_array_add(rig->conns, conn);
    open_end(&conn->ends[0], peer, number, true);
    conn->target = *ip;
    conn->target_port = port;
    struct rig_peer *to = listener(rig, ip, port);
    if (is_silent(rig, ip) || (to && to->vanished))
        return conn;
    if (!to) {
        rig_schedule(rig, 2 * rig->delay, (struct item){.kind = ITEM_FAILED, .end = &conn->ends[0]});
        return conn;
    }
    open_end(&conn->ends[1], to, 0, false);
    conn->ends[1].open = false;
    rig_schedule(rig, rig->delay, (struct item){.kind = ITEM_ACCEPT, .end = &conn->ends[1]});
    rig_schedule(rig, 2 * rig->delay, (struct item){.kind = ITEM_MADE, .end = &conn->ends[0]});
    return conn;
}

static void pass(struct rig_end *end, GBytes *octets)
{
    struct rig_end *other = rig_other_end(end);
    if (other && other->peer)
        rig_schedule(end->peer->rig, end->peer->rig->delay,
                 (struct item){.kind = ITEM_OCTETS, .end = other, .octets = octets});
    else
        g_bytes_unref(octets);
}

void rig_put(struct rig_end *end, const uint8_t *octets, size_t size)
{
    end->queued += size;
    if (end->stopped) {
        g_byte_array_append(end->unsent, octets, (guint)size);
        end->peer->rig->blocked |= !end->told_blocked;
        return;
    }
    end->written += size;
    pass(end, g_bytes_new(octets, size));
}

void rig_shut(struct rig_end *end, bool reset)
{
    end->open = false;
    struct rig_end *other = rig_other_end(end);
    if (other && other->peer)
        rig_schedule(end->peer->rig, end->peer->rig->delay,
                 (struct item){.kind = reset ? ITEM_RESET : ITEM_EOF, .end = other});
}

struct rig_end *rig_puppet_dial(struct rig_peer *puppet, struct rig_peer *to)
{
    puppet->next_accepted += 2;
    return &rig_dial(puppet, puppet->next_accepted + 1, &to->ip, to->port)->ends[0];
}

static void let_through(struct rig_end *end, uint32_t octets)
{
    uint32_t n = MIN(octets, end->unsent->len);
    if (n) {
        end->written += n;
        pass(end, g_bytes_new(end->unsent->data, n));
        g_byte_array_remove_range(end->unsent, 0, n);
    }
    if (end->told_blocked && end->open) {
        end->told_blocked = end->unsent->len > 0;
        rig_event(end->peer, (struct pc_event){.kind = PC_EVENT_WRITABLE, .conn = end->number, .u.written = end->written});
    }
}

void rig_hold(struct rig_peer *from, struct rig_peer *to, bool hold)
{
    struct rig_end *end = rig_end_between(from, to);
    if (!end) {
        rig_fail(from->rig, "%s has no connection to %s to hold", from->name, to->name);
        return;
    }
    end->stopped = hold;
    if (!hold)
        let_through(end, UINT32_MAX);
}

void rig_let_through(struct rig_peer *from, struct rig_peer *to, uint32_t octets)
{
    struct rig_end *end = rig_end_between(from, to);
    if (end)
        let_through(end, octets);
}

void rig_cut(struct rig_peer *a, struct rig_peer *b)
{
    for (guint i = 0; i < a->rig->conns->len; i++) {
        struct rig_conn *conn = a->rig->conns->pdata[i];
        struct rig_end *ends = conn->ends;
        if ((ends[0].peer == a && ends[1].peer == b) || (ends[0].peer == b && ends[1].peer == a))
            for (unsigned side = 0; side < 2; side++)
                rig_schedule(a->rig, 0, (struct item){.kind = ITEM_RESET, .end = &ends[side]});
    }
}
