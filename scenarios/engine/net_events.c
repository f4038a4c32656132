/* What the simulated network tells: to a node, events of the core; to the observer, octets and lost copies. */
#include "scenarios/engine/net_private.h"

/* ---- what the network tells a node ---- */

static void on_accepted(void *user, sim_conn conn, uint32_t address, uint16_t port)
{
    struct scn_peer *peer = user;
    (void)address;
    (void)port;
    peer->next_accept += 2;
    scn_net_conn_set_tag(peer->net, conn, peer->next_accept);
    if (peer->accepted) {
        g_array_set_size(peer->accepted, peer->next_accept / 2 + 1);
        g_array_index(peer->accepted, sim_conn, peer->next_accept / 2) = conn;
    }
    scn_net_step(peer, &(struct pc_event){.kind = PC_EVENT_ACCEPTED, .conn = peer->next_accept});
}

static void simple(void *user, sim_conn conn, enum pc_event_kind kind, uint64_t written)
{
    struct scn_peer *peer = user;
    struct pc_event event = {.kind = kind, .conn = scn_net_conn_tag(peer->net, conn)};
    event.u.written = written;
    if (peer->node || peer->resolver)
        scn_net_step(peer, &event);
}

static void on_connected(void *user, sim_conn conn)
{
    simple(user, conn, PC_EVENT_CONNECTED, 0);
}

/* The connection can be named in these two, but not used any more. */
static void gone(struct scn_peer *peer, sim_conn conn, enum pc_event_kind kind)
{
    peer->gone = scn_net_conn_tag(peer->net, conn);
    scn_net_end_is_gone(peer, peer->gone);
    simple(peer, conn, kind, 0);
    peer->gone = 0;
}

static void on_connect_failed(void *user, sim_conn conn, enum sim_connect_failure reason)
{
    (void)reason;
    gone(user, conn, PC_EVENT_CONNECT_FAILED);
}

static size_t on_octets(void *user, sim_conn conn, const uint8_t *data, size_t size, void *owner)
{
    struct scn_peer *peer = user;
    (void)owner;
    struct pc_event event = {.kind = PC_EVENT_OCTETS, .conn = scn_net_conn_tag(peer->net, conn)};
    event.u.octets.data = data;
    event.u.octets.size = size;
    if (peer->node || peer->resolver)
        scn_net_step(peer, &event);
    return size; /* a node that pauses takes what it has been handed */
}

static void on_eof(void *user, sim_conn conn)
{
    simple(user, conn, PC_EVENT_EOF, 0);
}

static void on_blocked(void *user, sim_conn conn, uint64_t handed)
{
    simple(user, conn, PC_EVENT_BLOCKED, handed);
}

static void on_writable(void *user, sim_conn conn, uint64_t handed)
{
    simple(user, conn, PC_EVENT_WRITABLE, handed);
}

static void on_closed(void *user, sim_conn conn, enum sim_close_reason reason)
{
    (void)reason;
    gone(user, conn, PC_EVENT_CLOSED);
}

static void on_timer(void *user)
{
    struct scn_peer *peer = user;
    if (peer->node || peer->resolver)
        scn_net_step(peer, &(struct pc_event){.kind = PC_EVENT_TIMER});
}

static void open_peer(struct scn_peer *peer)
{
    struct scn_net *net = peer->net;
    g_assert(!peer->node);
    peer->reopening = peer->starting = 0;
    peer->life++;
    peer->next_accept = 0;
    bool listening = scn_net_listen(peer, peer->resolver ? SCN_RESOLVER_PORT : peer->port);
    g_assert(listening);
    struct pc_event event = {.kind = PC_EVENT_START};
    event.u.start.ip = scn_net_ip(scn_net_here(net, sim_host_now_at(net->world, peer->host)));
    event.u.start.port = peer->resolver ? SCN_RESOLVER_PORT : peer->port;
    if (peer->resolver) {
        scn_net_step(peer, &event);
        return;
    }
    if (peer->recorded)
        scn_recorded_start(peer, &event);
    peer->node = pc_node_new(&peer->mesh->pc, peer);
    scn_net_tell(net, (struct an_event){.kind = AN_STARTED, .peer = peer->number, .other = AN_NONE, .link = AN_NONE,
                                .message = AN_NONE});
    struct pc_event channel = {.kind = PC_EVENT_OPEN_CHANNEL};
    channel.u.channel = peer->mesh->via;
    scn_net_step(peer, &channel);
    scn_net_step(peer, &event);
    for (unsigned i = 0; i < peer->player_count; i++)
        if (peer->players[i].ops->started)
            peer->players[i].ops->started(peer->players[i].role, peer);
}

/* Unless it has been started again, or told to leave, in the meantime. */
static void reopen(struct scn_peer *peer, uint64_t life)
{
    if (!peer->node && peer->reopening && peer->reopening == life)
        open_peer(peer);
}

static void on_called(void *user, uint16_t tag, uint64_t argument)
{
    struct scn_peer *peer = user;
    if (tag == SCN_NET_START && peer->starting == argument)
        open_peer(peer);
    else if (tag == SCN_NET_START)
        return; /* called off, or asked for twice, while the machine slept */
    else if (tag == SCN_NET_REOPEN)
        reopen(peer, argument);
    else if (peer->node && tag >= SCN_NET_ROLE && tag - SCN_NET_ROLE < peer->player_count) {
        const struct scn_player *player = &peer->players[tag - SCN_NET_ROLE];
        if (player->ops->called)
            player->ops->called(player->role, peer, argument);
    }
}

/* What a step will touch lies behind pointers behind pointers: each level fetches what the one before has found. */
static void on_prefetch(void *user, unsigned level)
{
    const struct scn_peer *peer = user;
    if (!peer->node)
        return;
    pc_node_prefetch(peer->node, level);
    if (level == 0)
        __builtin_prefetch(peer->links);
    if (level < SIM_PREFETCH_LEVELS - 1)
        return;
    for (uint32_t i = 0; i < peer->link_count; i++)
        if (peer->links[i].end)
            sim_conn_prefetch(peer->net->world, peer->links[i].end);
}

const struct sim_node_ops scn_net_node_ops = {
    .accepted = on_accepted,
    .connected = on_connected,
    .connect_failed = on_connect_failed,
    .octets = on_octets,
    .eof = on_eof,
    .blocked = on_blocked,
    .writable = on_writable,
    .closed = on_closed,
    .timer = on_timer,
    .called = on_called,
    .prefetch = on_prefetch,
};

/* ---- what the network tells an observer ---- */

static void octets_event(struct scn_net *net, const struct sim_packet *packet, bool sent)
{
    if (!net->options.octets)
        return;
    uint32_t from = scn_net_peer_of(net, packet->src, packet->src_port, packet->link, packet->from_initiator);
    uint32_t to = scn_net_peer_of(net, packet->dst, packet->dst_port, packet->link, !packet->from_initiator);
    uint32_t peer = sent ? from : to;
    if (peer == AN_NONE)
        return;
    scn_net_tell(net, (struct an_event){.kind = sent ? AN_OCTETS_SENT : AN_OCTETS_RECEIVED,
                                .peer = peer,
                                .other = sent ? to : from,
                                .link = packet->link,
                                .message = AN_NONE,
                                .size = packet->size,
                                .value = packet->wire_size - packet->size});
}

static void watch_opened(void *user, int64_t now, uint32_t link, uint32_t initiator, uint32_t acceptor)
{
    const struct sim_observer *further = ((struct scn_net *)user)->further;
    if (further && further->opened)
        further->opened(further->user, now, link, initiator, acceptor);
}

static void watch_closed(void *user, int64_t now, uint32_t link, bool initiator, int reason,
                         const struct sim_leftover *left)
{
    const struct sim_observer *further = ((struct scn_net *)user)->further;
    if (further && further->closed)
        further->closed(further->user, now, link, initiator, reason, left);
}

static void watch_sent(void *user, int64_t now, const struct sim_packet *packet)
{
    struct scn_net *net = user;
    octets_event(net, packet, true);
    const struct sim_observer *further = net->further;
    if (further && further->sent)
        further->sent(further->user, now, packet);
}

static void watch_arrived(void *user, int64_t now, const struct sim_packet *packet)
{
    struct scn_net *net = user;
    octets_event(net, packet, false);
    const struct sim_observer *further = net->further;
    if (further && further->arrived)
        further->arrived(further->user, now, packet);
}

static void copy_died(struct scn_net *net, const struct sim_packet *packet, bool in_hand)
{
    const struct pc_buf *octets = packet->owner;
    uint32_t from = scn_net_peer_of(net, packet->src, packet->src_port, packet->link, packet->from_initiator);
    uint32_t to = scn_net_peer_of(net, packet->dst, packet->dst_port, packet->link, !packet->from_initiator);
    if (octets && octets->tag && to != AN_NONE) {
        bool left = !scn_peer_running(net->peers->pdata[to]);
        const struct scn_peer *sender = from != AN_NONE ? net->peers->pdata[from] : NULL;
        bool slow = in_hand && sender && sender->slow_link == packet->link + 1;
        scn_net_tell(net, (struct an_event){.kind = AN_LOST,
                                    .what = slow   ? AN_CAUSE_QUEUE_ABORT
                                            : left ? AN_CAUSE_RECEIVER_LEFT
                                                   : AN_CAUSE_LINK_CLOSED,
                                    .peer = from,
                                    .other = to,
                                    .link = packet->link,
                                    .message = octets->tag - 1,
                                    .size = packet->size});
    }
}

static void watch_lost(void *user, int64_t now, const struct sim_packet *packet)
{
    struct scn_net *net = user;
    copy_died(net, packet, false);
    const struct sim_observer *further = net->further;
    if (further && further->lost)
        further->lost(further->user, now, packet);
}

static void watch_dropped(void *user, int64_t now, const struct sim_packet *packet)
{
    struct scn_net *net = user;
    copy_died(net, packet, true);
    const struct sim_observer *further = net->further;
    if (further && further->dropped)
        further->dropped(further->user, now, packet);
}

static void watch_recalled(void *user, int64_t now, uint32_t link, bool initiator, uint64_t octets, int64_t since)
{
    const struct sim_observer *further = ((struct scn_net *)user)->further;
    if (further && further->recalled)
        further->recalled(further->user, now, link, initiator, octets, since);
}

const struct sim_observer scn_net_observer_calls = {
    .dropped = watch_dropped, .recalled = watch_recalled, .opened = watch_opened, .closed = watch_closed, .sent = watch_sent, .arrived = watch_arrived, .lost = watch_lost};
