/* What a node says and does: its notes become the timeline, its actions calls of the simulated network. */
#include "scenarios/engine/net_private.h"

#include <string.h>

/* ---- the timeline ---- */

void scn_net_tell(struct scn_net *net, struct an_event event)
{
    event.time = sim_now(net->world);
    net->options.listener.event(net->options.listener.user, &event);
}

uint32_t scn_net_peer_of_host(const struct scn_net *net, uint32_t host)
{
    return scn_net_peer_on_host(net, host);
}

uint32_t scn_net_peer_on_host(const struct scn_net *net, uint32_t host)
{
    return host < net->host_peers->len ? g_array_index(net->host_peers, uint32_t, host) : AN_NONE;
}

uint32_t scn_net_peer_of(const struct scn_net *net, uint32_t host, uint16_t port, uint32_t link, bool dialled)
{
    uint32_t number = scn_net_peer_on_host(net, host);
    const struct scn_peer *peer = number == AN_NONE ? NULL : net->peers->pdata[number];
    if (!peer || !peer->beside)
        return number;
    if (dialled) {
        uint32_t dialer = link < net->dialers->len ? g_array_index(net->dialers, uint32_t, link) : 0;
        return dialer ? dialer - 1 : number;
    }
    uint32_t place = port > SCN_PORT ? (uint32_t)(port - SCN_PORT) : 0;
    return place == 0 || place > peer->beside->len ? number : ((const struct scn_peer *)peer->beside->pdata[place - 1])->number;
}

static uint32_t message_of(const struct scn_net *net, uint32_t id)
{
    uint32_t number = id < net->message_of_id->len ? g_array_index(net->message_of_id, uint32_t, id) : 0;
    return number ? number - 1 : AN_NONE;
}

static void forget_link(struct scn_peer *peer, pc_conn conn)
{
    for (uint32_t i = 0; i < peer->link_count; i++)
        if (peer->links[i].conn == conn)
            peer->links[i] = peer->links[--peer->link_count];
}

static struct scn_link *link_of(struct scn_peer *peer, pc_conn conn)
{
    for (uint32_t i = 0; i < peer->link_count; i++)
        if (peer->links[i].conn == conn)
            return &peer->links[i];
    sim_conn end = conn == peer->gone ? 0 : scn_net_conn_find(peer, conn);
    if (!end)
        return NULL;
    struct sim_conn_view view;
    scn_net_conn_view(peer->net, end, &view);
    if (peer->link_count == peer->link_capacity) {
        g_assert(peer->link_capacity < 128);
        peer->link_capacity = (uint8_t)(peer->link_capacity ? peer->link_capacity * 2 : 4);
        peer->links = g_renew(struct scn_link, peer->links, peer->link_capacity);
    }
    struct scn_link *link = &peer->links[peer->link_count++];
    *link = (struct scn_link){conn, end, scn_net_peer_of(peer->net, view.remote_host, view.remote_port, view.link, !view.initiator), view.link};
    return link;
}

/* The world's end of a connection, 0: none any more. */
static sim_conn end_of(struct scn_peer *peer, pc_conn conn)
{
    if (peer->accepted) /* the service: it never dials, and has too many for a walk */
        return conn / 2 < peer->accepted->len ? g_array_index(peer->accepted, sim_conn, conn / 2) : 0;
    for (uint32_t i = 0; i < peer->link_count; i++)
        if (peer->links[i].conn == conn)
            return peer->links[i].end;
    return conn == peer->gone ? 0 : scn_net_conn_find(peer, conn);
}

void scn_net_end_is_gone(struct scn_peer *peer, pc_conn conn)
{
    if (peer->accepted && conn / 2 < peer->accepted->len)
        g_array_index(peer->accepted, sim_conn, conn / 2) = 0;
    for (uint32_t i = 0; i < peer->link_count; i++)
        if (peer->links[i].conn == conn)
            peer->links[i].end = 0;
}

static void state_noted(struct scn_peer *peer, const struct pc_action *action, struct an_event event)
{
    const struct pc_note *note = &action->u.note;
    if (note->b == PC_LINK_CONNECTED || note->a == PC_LINK_CONNECTED) {
        event.kind = note->b == PC_LINK_CONNECTED ? AN_LINK_UP : AN_LINK_DOWN;
        event.what = peer->slow_link && event.link + 1 == peer->slow_link ? AN_REASON_TOO_SLOW : note->reason;
        scn_net_tell(peer->net, event);
    }
    if (note->b == PC_LINK_CLOSED)
        forget_link(peer, action->conn);
}

/* The number of the connection to the service that a call takes. */
static uint32_t link_of_call(struct scn_peer *peer, pc_conn conn)
{
    sim_conn end = conn == peer->gone ? 0 : scn_net_conn_find(peer, conn);
    return end ? scn_net_link(peer->net, end) : AN_NONE;
}

/* What stays, and whether the link was ripe for it, as the pass leaves them: for invariant I19. */
static void pruned(struct scn_peer *peer, const struct pc_action *action, struct an_event *event)
{
    struct pc_link_view link;
    uint32_t stay = 0;
    event->kind = AN_PRUNED;
    event->value = action->u.note.value;
    event->size = AN_NONE;
    for (uint32_t i = 0; pc_node_link(peer->node, i, &link); i++) {
        if (link.conn == action->conn && link.accurate)
            event->what |= AN_PRUNE_ACCURATE;
        if (link.conn == action->conn || link.state != PC_LINK_CONNECTED)
            continue;
        stay++;
        if (link.accurate)
            event->size = MIN(event->size, link.utility);
    }
    if (stay >= peer->mesh->pc.rules.ideal_neighbors)
        event->what |= AN_PRUNE_OVER;
}

static void noted(struct scn_peer *peer, const struct pc_action *action)
{
    struct scn_net *net = peer->net;
    const struct pc_note *note = &action->u.note;
    if (net->options.logged)
        net->options.logged(net->options.user, peer, action);
    if (peer->number == AN_NONE)
        return;
    const struct scn_link *link = action->conn && !note->call ? link_of(peer, action->conn) : NULL;
    struct an_event event = {.peer = peer->number,
                             .other = link ? link->other : AN_NONE,
                             .link = link ? link->link : note->call ? link_of_call(peer, action->conn) : AN_NONE,
                             .message = AN_NONE,
                             .size = note->size};
    switch (note->kind) {
    case PC_NOTE_FLOOD_SENT:
        event.kind = AN_SENT;
        event.message = message_of(net, note->id);
        peer->pending_flood = event.message + 1;
        break;
    case PC_NOTE_FLOOD_FIRST:
        event.kind = AN_FIRST;
        event.message = message_of(net, note->id);
        event.value = note->value;
        peer->undelivered = event.message + 1;
        break;
    case PC_NOTE_DUPLICATE:
        event.kind = AN_DUPLICATE;
        event.message = message_of(net, note->id);
        break;
    case PC_NOTE_HOPS_ENDED:
    case PC_NOTE_FILTERED:
        if (!link)
            return; /* kept from the application: tell_undelivered() */
        event.kind = AN_LOST;
        event.what = note->kind == PC_NOTE_FILTERED ? AN_CAUSE_FILTERED : AN_CAUSE_HOP_LIMIT;
        event.message = message_of(net, note->id);
        break;
    case PC_NOTE_SENT:
    case PC_NOTE_RECEIVED:
        event.kind = note->kind == PC_NOTE_SENT ? AN_CONTROL_SENT : AN_CONTROL_RECEIVED;
        event.what = note->message_kind;
        break;
    case PC_NOTE_PRUNED:
        pruned(peer, action, &event);
        break;
    case PC_NOTE_SLOW:
        if (note->b)
            peer->slow_link = event.link + 1;
        event.kind = AN_SLOW;
        event.what = note->b != 0;
        event.value = note->a;
        break;
    case PC_NOTE_STATE:
        state_noted(peer, action, event);
        return;
    default:
        return;
    }
    scn_net_tell(net, event);
}

/* ---- carrying out actions ---- */

static uint32_t ipv4_of(const struct pc_ip *ip)
{
    if (ip->family != 4)
        return 0;
    return (uint32_t)ip->octets[0] << 24 | (uint32_t)ip->octets[1] << 16 | (uint32_t)ip->octets[2] << 8 | ip->octets[3];
}

struct pc_ip scn_net_ip(uint32_t address)
{
    return (struct pc_ip){.family = 4,
                          .octets = {(uint8_t)(address >> 24), (uint8_t)(address >> 16), (uint8_t)(address >> 8),
                                     (uint8_t)address}};
}

static void write_octets(struct scn_peer *peer, pc_conn conn, sim_conn end, struct pc_buf *octets)
{
    if (peer->pending_flood) {
        octets->tag = peer->pending_flood; /* so that a lost copy can be named */
        peer->pending_flood = 0;
    }
    if (end) {
        if (scn_net_write(peer->net, end, octets))
            g_array_append_val(peer->net->blocked, conn);
    }
    pc_buf_unref(octets);
}

static void published(struct scn_peer *peer, const struct pc_action *action)
{
    struct scn_net *net = peer->net;
    net->refused = action->u.published.refused;
    if (net->refused) {
        net->refused_octets = action->u.published.size; /* 0: for another reason */
        return;
    }
    if (net->repeating)
        return;
    uint32_t id = action->u.published.id, number = net->messages++;
    if (id >= net->message_of_id->len)
        g_array_set_size(net->message_of_id, id + 1);
    g_array_index(net->message_of_id, uint32_t, id) = number + 1;
    pc_ids_ref(net->ids, id); /* for the run: its sender may crash before anybody else remembers it */
    scn_net_tell(net, (struct an_event){.kind = AN_PUBLISHED,
                                .what = net->numbered,
                                .channel = (uint16_t)net->publishing->channel,
                                .peer = peer->number,
                                .other = net->options.label ? net->options.label(net->options.user, net->kind) : AN_NONE,
                                .link = (uint32_t)net->publishing->topic,
                                .message = number,
                                .size = net->publishing->size,
                                .value = net->publishing->seq});
}

void scn_net_role_stopped(struct scn_peer *peer)
{
    peer->open = false;
    for (unsigned i = 0; i < peer->player_count; i++)
        if (peer->players[i].ops->stopped)
            peer->players[i].ops->stopped(peer->players[i].role, peer);
}

/* Processed, perhaps forwarded, but not shown: a filter kept it from the application, or the channel is not open here. */
static void tell_undelivered(struct scn_peer *peer)
{
    scn_net_tell(peer->net, (struct an_event){.kind = AN_LOST, .what = AN_CAUSE_FILTERED, .peer = peer->number,
                                      .other = peer->number, .link = AN_NONE, .message = peer->undelivered - 1});
    peer->undelivered = 0;
}

static void stopped(struct scn_peer *peer)
{
    peer->stopping = false;
    scn_net_role_stopped(peer);
    scn_net_unlisten(peer);
    pc_node_free(peer->node);
    peer->node = NULL;
    bool failed = peer->open_failed;
    peer->open_failed = false;
    scn_net_tell(peer->net, (struct an_event){.kind = AN_STOPPED, .what = failed ? AN_STOP_OPEN_FAILED : AN_STOP_CLEAN,
                                      .peer = peer->number, .other = AN_NONE, .link = AN_NONE, .message = AN_NONE});
    if (!failed || peer->mesh->reopen_after < 0)
        return;
    /* scenarios.md S1.2: a node whose open failed is opened again by its application. */
    peer->reopening = peer->life;
    sim_call_at(peer->net->world, peer->sim_node, sim_now(peer->net->world) + peer->mesh->reopen_after, SCN_NET_REOPEN,
                peer->life);
}

static void delivered(struct scn_peer *peer, const struct pc_action *action)
{
    if (!action->u.deliver.own)
        scn_net_tell(peer->net, (struct an_event){.kind = AN_DELIVERED,
                                          .peer = peer->number,
                                          .other = AN_NONE,
                                          .link = AN_NONE,
                                          .message = message_of(peer->net, action->u.deliver.id),
                                          .value = action->u.deliver.hops});
    peer->undelivered = 0;
    for (unsigned i = 0; i < peer->player_count; i++)
        if (peer->players[i].ops->delivered)
            peer->players[i].ops->delivered(peer->players[i].role, peer, action);
}

static void carry_out(struct scn_peer *peer, const struct pc_action *action)
{
    struct scn_net *net = peer->net;
    switch (action->kind) {
    case PC_ACTION_NOTE:
        noted(peer, action);
        return;
    case PC_ACTION_CONNECT: {
        uint32_t address = ipv4_of(&action->u.connect.ip);
        uint16_t port = action->u.connect.port;
        if (peer->recorded)
            scn_recorded_address(peer, &address, &port);
        sim_conn end = scn_net_connect(peer, address, port);
        scn_net_conn_set_tag(net, end, action->conn);
        if (peer->beside || peer->first) {
            uint32_t link = scn_net_link(net, end);
            if (link >= net->dialers->len)
                g_array_set_size(net->dialers, link + 1);
            g_array_index(net->dialers, uint32_t, link) = peer->number + 1;
        }
        return;
    }
    case PC_ACTION_DELIVER:
        delivered(peer, action);
        return;
    case PC_ACTION_PUBLISHED:
        published(peer, action);
        return;
    case PC_ACTION_STARTED:
        peer->open = true;
        for (unsigned i = 0; i < peer->player_count; i++)
            if (peer->players[i].ops->opened)
                peer->players[i].ops->opened(peer->players[i].role, peer);
        return;
    case PC_ACTION_OPEN_FAILED:
    case PC_ACTION_STOPPED:
        peer->open_failed = action->kind == PC_ACTION_OPEN_FAILED;
        if (peer->node)
            peer->stopping = true; /* freed when the step's actions are done */
        return;
    case PC_ACTION_ONLINE:
    case PC_ACTION_OFFLINE:
        if (net->options.online)
            net->options.online(net->options.user, peer, action->kind == PC_ACTION_ONLINE);
        for (unsigned i = 0; i < peer->player_count; i++)
            if (peer->players[i].ops->online)
                peer->players[i].ops->online(peer->players[i].role, peer, action->kind == PC_ACTION_ONLINE);
        return;
    default:
        break;
    }
    sim_conn end = end_of(peer, action->conn);
    switch (action->kind) {
    case PC_ACTION_WRITE:
        write_octets(peer, action->conn, end, action->u.write);
        return;
    case PC_ACTION_PAUSE:
        if (end)
            scn_net_pause(net, end);
        return;
    case PC_ACTION_RESUME:
        if (end)
            scn_net_resume(net, end);
        return;
    case PC_ACTION_CLOSE:
        scn_net_end_is_gone(peer, action->conn);
        if (end)
            scn_net_close(net, end);
        return;
    case PC_ACTION_ABORT:
        scn_net_end_is_gone(peer, action->conn);
        if (end)
            scn_net_abort(net, end);
        return;
    default:
        g_assert_not_reached();
    }
}

/* The node hears of a connection that is full before its next step (node.h): which flood is held up is known then. */
static void tell_blocked(struct scn_peer *peer)
{
    struct scn_net *net = peer->net;
    for (guint i = 0; i < net->blocked->len && peer->node; i++) {
        pc_conn conn = g_array_index(net->blocked, pc_conn, i);
        sim_conn end = end_of(peer, conn);
        struct sim_conn_view view;
        if (!end)
            continue;
        scn_net_conn_view(net, end, &view);
        struct pc_event event = {.kind = PC_EVENT_BLOCKED, .conn = conn, .now = sim_now(net->world)};
        event.u.written = view.handed;
        pc_node_step(peer->node, &event, &net->actions);
        for (uint32_t k = 0; k < net->actions.count; k++)
            carry_out(peer, &net->actions.items[k]);
        net->actions.count = 0;
    }
    g_array_set_size(net->blocked, 0);
}

void scn_net_step(struct scn_peer *peer, struct pc_event *event)
{
    struct pc_actions *actions = &peer->net->actions;
    g_assert(!peer->in_step && !peer->net->stepping);
    peer->in_step = peer->net->stepping = true;
    event->now = sim_now(peer->net->world);
    do {
        if (peer->resolver)
            pc_resolver_step(peer->resolver, event, actions);
        else
            pc_node_step(peer->node, event, actions);
        for (uint32_t i = 0; i < actions->count; i++)
            carry_out(peer, &actions->items[i]);
        actions->count = 0;
        if (peer->undelivered)
            tell_undelivered(peer);
        tell_blocked(peer);
    } while (event->kind == PC_EVENT_OCTETS && event->u.octets.size > 0);
    peer->in_step = peer->net->stepping = false;
    if (peer->stopping)
        stopped(peer);
    else
        sim_node_set_timer(peer->net->world, peer->sim_node,
                           peer->resolver ? pc_resolver_deadline(peer->resolver) : pc_node_deadline(peer->node));
    if (peer->net->awake)
        scn_net_rise(peer->net);
}

/* What roles do when they are woken takes steps of its own, which may wake them again: one after the other, not one within
 * the other. */
void scn_net_rise(struct scn_net *net)
{
    if (net->waking)
        return;
    net->waking = true;
    while (net->awake) {
        net->awake = false;
        if (net->options.woken)
            net->options.woken(net->options.user);
    }
    net->waking = false;
}
