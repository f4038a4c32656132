#include "scenarios/engine/net.h"

#include "protocol/mesh/address.h"

#include <stdio.h>
#include <string.h>

enum { TAG_START = 1, TAG_ROLE };

#define COMING 3 /* peers that the world has announced: see on_prefetch() */

struct scn_net {
    struct scn_net_options options;
    struct sim_world *world;
    struct sim_observer observer;
    const struct sim_observer *further;
    struct pc_codec *codec;
    struct pc_ids *ids;
    struct pc_actions actions;
    GPtrArray *meshes;
    GPtrArray *peers;       /* by number in the cast */
    struct scn_peer *resolver;
    GArray *host_peers;     /* uint32_t: peer number by host */
    GArray *message_of_id;  /* uint32_t: number of a flood + 1 by pc_ids number */
    uint32_t messages;
    struct scn_peer *coming[COMING];
    uint32_t coming_at;
    const struct scn_body *publishing; /* during scn_peer_publish() */
    bool numbered;
    const char *refused;
};

/* ---- the timeline ---- */

static void tell(struct scn_net *net, struct an_event event)
{
    event.time = sim_now(net->world);
    net->options.listener.event(net->options.listener.user, &event);
}

static uint32_t peer_on_host(const struct scn_net *net, uint32_t host)
{
    return host < net->host_peers->len ? g_array_index(net->host_peers, uint32_t, host) : AN_NONE;
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
    sim_conn end = conn == peer->gone ? 0 : sim_conn_find(peer->net->world, peer->sim_node, conn);
    if (!end)
        return NULL;
    struct sim_conn_view view;
    sim_conn_view(peer->net->world, end, &view);
    if (peer->link_count == peer->link_capacity) {
        g_assert(peer->link_capacity < 128);
        peer->link_capacity = (uint8_t)(peer->link_capacity ? peer->link_capacity * 2 : 4);
        peer->links = g_renew(struct scn_link, peer->links, peer->link_capacity);
    }
    struct scn_link *link = &peer->links[peer->link_count++];
    *link = (struct scn_link){conn, end, peer_on_host(peer->net, view.remote_host), view.link};
    return link;
}

/* The world's end of a connection, 0: none any more. */
static sim_conn end_of(struct scn_peer *peer, pc_conn conn)
{
    for (uint32_t i = 0; i < peer->link_count; i++)
        if (peer->links[i].conn == conn)
            return peer->links[i].end;
    return conn == peer->gone ? 0 : sim_conn_find(peer->net->world, peer->sim_node, conn);
}

static void end_is_gone(struct scn_peer *peer, pc_conn conn)
{
    for (uint32_t i = 0; i < peer->link_count; i++)
        if (peer->links[i].conn == conn)
            peer->links[i].end = 0;
}

static void state_noted(struct scn_peer *peer, const struct pc_action *action, struct an_event event)
{
    const struct pc_note *note = &action->u.note;
    if (note->b == PC_LINK_CONNECTED || note->a == PC_LINK_CONNECTED) {
        event.kind = note->b == PC_LINK_CONNECTED ? AN_LINK_UP : AN_LINK_DOWN;
        event.what = note->reason;
        tell(peer->net, event);
    }
    if (note->b == PC_LINK_CLOSED)
        forget_link(peer, action->conn);
}

static void noted(struct scn_peer *peer, const struct pc_action *action)
{
    struct scn_net *net = peer->net;
    const struct pc_note *note = &action->u.note;
    if (net->options.logged)
        net->options.logged(net->options.user, peer, action);
    if (peer->number == AN_NONE)
        return;
    const struct scn_link *link = action->conn ? link_of(peer, action->conn) : NULL;
    struct an_event event = {.peer = peer->number,
                             .other = link ? link->other : AN_NONE,
                             .link = link ? link->link : AN_NONE,
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
        break;
    case PC_NOTE_DUPLICATE:
        event.kind = AN_DUPLICATE;
        event.message = message_of(net, note->id);
        break;
    case PC_NOTE_HOPS_ENDED:
    case PC_NOTE_FILTERED:
        if (!link)
            return;
        event.kind = AN_LOST;
        event.what = note->kind == PC_NOTE_FILTERED ? AN_CAUSE_FILTERED : AN_CAUSE_HOP_LIMIT;
        event.message = message_of(net, note->id);
        break;
    case PC_NOTE_SENT:
    case PC_NOTE_RECEIVED:
        event.kind = note->kind == PC_NOTE_SENT ? AN_CONTROL_SENT : AN_CONTROL_RECEIVED;
        event.what = note->message_kind;
        break;
    case PC_NOTE_STATE:
        state_noted(peer, action, event);
        return;
    default:
        return;
    }
    tell(net, event);
}

/* ---- carrying out actions ---- */

static uint32_t ipv4_of(const struct pc_ip *ip)
{
    if (ip->family != 4)
        return 0;
    return (uint32_t)ip->octets[0] << 24 | (uint32_t)ip->octets[1] << 16 | (uint32_t)ip->octets[2] << 8 | ip->octets[3];
}

static struct pc_ip ip_of(uint32_t address)
{
    return (struct pc_ip){.family = 4,
                          .octets = {(uint8_t)(address >> 24), (uint8_t)(address >> 16), (uint8_t)(address >> 8),
                                     (uint8_t)address}};
}

static void write_octets(struct scn_peer *peer, sim_conn end, struct pc_buf *octets)
{
    if (peer->pending_flood) {
        octets->tag = peer->pending_flood; /* so that a lost copy can be named */
        peer->pending_flood = 0;
    }
    if (end)
        sim_write(peer->net->world, end, octets->data, octets->size, octets);
    pc_buf_unref(octets);
}

static void published(struct scn_peer *peer, const struct pc_action *action)
{
    struct scn_net *net = peer->net;
    net->refused = action->u.published.refused;
    if (net->refused)
        return;
    uint32_t id = action->u.published.id, number = net->messages++;
    if (id >= net->message_of_id->len)
        g_array_set_size(net->message_of_id, id + 1);
    g_array_index(net->message_of_id, uint32_t, id) = number + 1;
    tell(net, (struct an_event){.kind = AN_PUBLISHED,
                                .what = net->numbered,
                                .peer = peer->number,
                                .other = AN_NONE,
                                .link = (uint32_t)net->publishing->topic,
                                .message = number,
                                .size = net->publishing->size,
                                .value = net->publishing->seq});
}

static void stopped(struct scn_peer *peer)
{
    peer->stopping = false;
    if (peer->role_ops && peer->role_ops->stopped)
        peer->role_ops->stopped(peer->role, peer);
    sim_unlisten(peer->net->world, peer->sim_node);
    pc_node_free(peer->node);
    peer->node = NULL;
    tell(peer->net, (struct an_event){.kind = AN_STOPPED, .what = AN_STOP_CLEAN, .peer = peer->number,
                                      .other = AN_NONE, .link = AN_NONE, .message = AN_NONE});
}

static void delivered(struct scn_peer *peer, const struct pc_action *action)
{
    if (!action->u.deliver.own)
        tell(peer->net, (struct an_event){.kind = AN_DELIVERED,
                                          .peer = peer->number,
                                          .other = AN_NONE,
                                          .link = AN_NONE,
                                          .message = message_of(peer->net, action->u.deliver.id),
                                          .value = action->u.deliver.hops});
    if (peer->role_ops && peer->role_ops->delivered)
        peer->role_ops->delivered(peer->role, peer, action);
}

static void carry_out(struct scn_peer *peer, const struct pc_action *action)
{
    struct scn_net *net = peer->net;
    struct sim_world *world = net->world;
    switch (action->kind) {
    case PC_ACTION_NOTE:
        noted(peer, action);
        return;
    case PC_ACTION_CONNECT: {
        uint32_t address = ipv4_of(&action->u.connect.ip);
        sim_conn end = sim_connect(world, peer->sim_node, address, action->u.connect.port);
        sim_conn_set_tag(world, end, action->conn);
        return;
    }
    case PC_ACTION_DELIVER:
        delivered(peer, action);
        return;
    case PC_ACTION_PUBLISHED:
        published(peer, action);
        return;
    case PC_ACTION_STARTED:
        return;
    case PC_ACTION_STOPPED:
        if (peer->node)
            peer->stopping = true; /* freed when the step's actions are done */
        return;
    case PC_ACTION_ONLINE:
    case PC_ACTION_OFFLINE:
        if (net->options.online)
            net->options.online(net->options.user, peer, action->kind == PC_ACTION_ONLINE);
        return;
    default:
        break;
    }
    sim_conn end = end_of(peer, action->conn);
    switch (action->kind) {
    case PC_ACTION_WRITE:
        write_octets(peer, end, action->u.write);
        return;
    case PC_ACTION_PAUSE:
        if (end)
            sim_pause(world, end);
        return;
    case PC_ACTION_RESUME:
        if (end)
            sim_resume(world, end);
        return;
    case PC_ACTION_CLOSE:
        end_is_gone(peer, action->conn);
        if (end)
            sim_close(world, end);
        return;
    case PC_ACTION_ABORT:
        end_is_gone(peer, action->conn);
        if (end)
            sim_abort(world, end);
        return;
    default:
        g_assert_not_reached();
    }
}

static void step(struct scn_peer *peer, struct pc_event *event)
{
    struct pc_actions *actions = &peer->net->actions;
    g_assert(!peer->in_step);
    peer->in_step = true;
    event->now = sim_now(peer->net->world);
    do {
        if (peer->resolver)
            pc_resolver_step(peer->resolver, event, actions);
        else
            pc_node_step(peer->node, event, actions);
        for (uint32_t i = 0; i < actions->count; i++)
            carry_out(peer, &actions->items[i]);
        actions->count = 0;
    } while (event->kind == PC_EVENT_OCTETS && event->u.octets.size > 0);
    peer->in_step = false;
    if (peer->stopping) {
        stopped(peer);
        return;
    }
    sim_node_set_timer(peer->net->world, peer->sim_node,
                       peer->resolver ? pc_resolver_deadline(peer->resolver) : pc_node_deadline(peer->node));
}

/* ---- what the network tells a node ---- */

static void on_accepted(void *user, sim_conn conn, uint32_t address, uint16_t port)
{
    struct scn_peer *peer = user;
    (void)address;
    (void)port;
    peer->next_accept += 2;
    sim_conn_set_tag(peer->net->world, conn, peer->next_accept);
    step(peer, &(struct pc_event){.kind = PC_EVENT_ACCEPTED, .conn = peer->next_accept});
}

static void simple(void *user, sim_conn conn, enum pc_event_kind kind, uint64_t written)
{
    struct scn_peer *peer = user;
    struct pc_event event = {.kind = kind, .conn = sim_conn_tag(peer->net->world, conn)};
    event.u.written = written;
    if (peer->node || peer->resolver)
        step(peer, &event);
}

static void on_connected(void *user, sim_conn conn)
{
    simple(user, conn, PC_EVENT_CONNECTED, 0);
}

/* The connection can be named in these two, but not used any more. */
static void gone(struct scn_peer *peer, sim_conn conn, enum pc_event_kind kind)
{
    peer->gone = sim_conn_tag(peer->net->world, conn);
    end_is_gone(peer, peer->gone);
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
    struct pc_event event = {.kind = PC_EVENT_OCTETS, .conn = sim_conn_tag(peer->net->world, conn)};
    event.u.octets.data = data;
    event.u.octets.size = size;
    if (peer->node || peer->resolver)
        step(peer, &event);
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
        step(peer, &(struct pc_event){.kind = PC_EVENT_TIMER});
}

static void open_peer(struct scn_peer *peer)
{
    struct scn_net *net = peer->net;
    peer->life++;
    peer->next_accept = 0;
    bool listening = sim_listen(net->world, peer->sim_node, peer->resolver ? SCN_RESOLVER_PORT : SCN_PORT);
    g_assert(listening);
    struct pc_event event = {.kind = PC_EVENT_START};
    event.u.start.ip = ip_of(sim_host_address(peer->host));
    event.u.start.port = peer->resolver ? SCN_RESOLVER_PORT : SCN_PORT;
    if (peer->resolver) {
        step(peer, &event);
        return;
    }
    peer->node = pc_node_new(&peer->mesh->pc, peer);
    tell(net, (struct an_event){.kind = AN_STARTED, .peer = peer->number, .other = AN_NONE, .link = AN_NONE,
                                .message = AN_NONE});
    struct pc_event channel = {.kind = PC_EVENT_OPEN_CHANNEL};
    channel.u.channel = peer->mesh->via;
    step(peer, &channel);
    step(peer, &event);
    if (peer->role_ops && peer->role_ops->started)
        peer->role_ops->started(peer->role, peer);
}

static void on_called(void *user, uint16_t tag, uint64_t argument)
{
    struct scn_peer *peer = user;
    if (tag == TAG_START)
        open_peer(peer);
    else if (peer->node && peer->role_ops && peer->role_ops->called)
        peer->role_ops->called(peer->role, peer, argument);
}

/* What a step will touch lies behind pointers behind pointers: each call fetches one level more of the peers announced
 * before, so that none of the loads has to be waited for. */
static void on_prefetch(void *user)
{
    struct scn_peer *peer = user;
    struct scn_net *net = peer->net;
    struct scn_peer *older = net->coming[(net->coming_at + 1) % COMING], *oldest = net->coming[(net->coming_at + 2) % COMING];
    net->coming[net->coming_at % COMING] = peer;
    net->coming_at += COMING - 1;
    __builtin_prefetch(peer->links);
    if (peer->node)
        pc_node_prefetch(peer->node, 0);
    if (older && older->node)
        pc_node_prefetch(older->node, 1);
    if (!oldest || !oldest->node)
        return;
    pc_node_prefetch(oldest->node, 2);
    for (uint32_t i = 0; i < oldest->link_count; i++)
        if (oldest->links[i].end)
            sim_conn_prefetch(net->world, oldest->links[i].end);
}

static const struct sim_node_ops node_ops = {
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
    uint32_t from = peer_on_host(net, packet->src), to = peer_on_host(net, packet->dst);
    uint32_t peer = sent ? from : to;
    if (peer == AN_NONE || !net->options.octets)
        return;
    tell(net, (struct an_event){.kind = sent ? AN_OCTETS_SENT : AN_OCTETS_RECEIVED,
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

static void watch_lost(void *user, int64_t now, const struct sim_packet *packet)
{
    struct scn_net *net = user;
    const struct pc_buf *octets = packet->owner;
    uint32_t from = peer_on_host(net, packet->src), to = peer_on_host(net, packet->dst);
    if (octets && octets->tag && to != AN_NONE) {
        bool left = !scn_peer_running(net->peers->pdata[to]);
        tell(net, (struct an_event){.kind = AN_LOST,
                                    .what = left ? AN_CAUSE_RECEIVER_LEFT : AN_CAUSE_LINK_CLOSED,
                                    .peer = from,
                                    .other = to,
                                    .link = packet->link,
                                    .message = octets->tag - 1,
                                    .size = packet->size});
    }
    const struct sim_observer *further = net->further;
    if (further && further->lost)
        further->lost(further->user, now, packet);
}

/* ---- making it ---- */

void scn_net_retain(void *octets)
{
    pc_buf_ref(octets);
}

void scn_net_release(void *octets)
{
    pc_buf_unref(octets);
}

void scn_net_observe(struct scn_net *net, const struct sim_observer *further)
{
    net->further = further;
}

static void director(void *user, uint16_t tag, uint64_t argument)
{
    struct scn_net *net = user;
    if (net->options.director)
        net->options.director(net->options.user, tag, argument);
}

struct scn_net *scn_net_new(const struct scn_net_options *options)
{
    struct scn_net *net = g_new0(struct scn_net, 1);
    net->options = *options;
    net->codec = pc_codec_new(NULL);
    net->ids = pc_ids_new();
    net->meshes = g_ptr_array_new();
    net->peers = g_ptr_array_new();
    net->host_peers = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    net->message_of_id = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    net->observer = (struct sim_observer){.user = net,
                                          .opened = watch_opened,
                                          .closed = watch_closed,
                                          .sent = watch_sent,
                                          .arrived = watch_arrived,
                                          .lost = watch_lost};
    struct sim_config config = options->sim;
    config.seed = options->seed;
    config.octets = (struct sim_octets_ops){scn_net_retain, scn_net_release};
    config.observer = &net->observer;
    config.director = director;
    config.user = net;
    net->world = sim_world_new(&config);
    return net;
}

static void free_peer(struct scn_peer *peer)
{
    pc_node_free(peer->node);
    pc_resolver_free(peer->resolver);
    g_free(peer->links);
    g_free(peer);
}

void scn_net_free(struct scn_net *net)
{
    if (!net)
        return;
    sim_world_free(net->world);
    for (guint i = 0; i < net->peers->len; i++)
        if (net->peers->pdata[i])
            free_peer(net->peers->pdata[i]);
    if (net->resolver) {
        struct scn_mesh *mesh = net->resolver->mesh;
        free_peer(net->resolver);
        g_free(mesh);
    }
    struct pc_strings *pool = pc_codec_strings(net->codec);
    for (guint i = 0; i < net->meshes->len; i++) {
        struct scn_mesh *mesh = net->meshes->pdata[i];
        pc_str_unref(pool, mesh->pc.name);
        pc_str_unref(pool, mesh->pc.uri);
        pc_str_unref(pool, mesh->pc.resolver_uri);
        pc_str_unref(pool, mesh->via);
        g_free(mesh);
    }
    g_ptr_array_unref(net->meshes);
    g_ptr_array_unref(net->peers);
    g_array_unref(net->host_peers);
    g_array_unref(net->message_of_id);
    pc_actions_clear(&net->actions);
    pc_ids_free(net->ids);
    pc_codec_free(net->codec);
    g_free(net);
}

struct sim_world *scn_net_world(struct scn_net *net)
{
    return net->world;
}

struct pc_codec *scn_net_codec(struct scn_net *net)
{
    return net->codec;
}

int64_t scn_net_now(const struct scn_net *net)
{
    return sim_now(net->world);
}

/* A node's draws: a stream for each purpose, peer and life. */
static uint64_t draw(void *user, enum pc_draw purpose, uint32_t index)
{
    const struct scn_peer *peer = user;
    return sim_draw(peer->net->options.seed, (uint64_t)SIM_PURPOSE_USER + purpose, peer->key, peer->life, index);
}

static pc_str intern(struct scn_net *net, const char *text)
{
    return pc_str_intern(pc_codec_strings(net->codec), text, strlen(text));
}

static void point_at_resolver(struct scn_net *net, struct scn_mesh *mesh)
{
    struct pc_ip ip = ip_of(sim_host_address(net->resolver->host));
    char *uri = g_strdup_printf("net.tcp://%u.%u.%u.%u:%u/resolver", ip.octets[0], ip.octets[1], ip.octets[2],
                                ip.octets[3], SCN_RESOLVER_PORT);
    mesh->pc.resolver_uri = intern(net, uri);
    mesh->pc.resolver_ip = ip;
    mesh->pc.resolver_port = SCN_RESOLVER_PORT;
    g_free(uri);
}

struct scn_mesh *scn_net_mesh(struct scn_net *net, const char *name, const char *channel, const struct pc_rules *rules)
{
    struct scn_mesh *mesh = g_new0(struct scn_mesh, 1);
    char *lower = g_ascii_strdown(name, -1); /* .NET's Uri lower-cases hosts: peer-channel.md 1.2 */
    char *uri = g_strdup_printf("net.p2p://%s/", lower), *via = g_strdup_printf("%s%s", uri, channel);
    mesh->pc = (struct pc_mesh){.codec = net->codec, .ids = net->ids, .rules = *rules, .random = draw};
    mesh->pc.framing.envelope = rules->message_octets;
    mesh->pc.name = intern(net, lower);
    mesh->pc.uri = intern(net, uri);
    mesh->via = intern(net, via);
    mesh->number = net->meshes->len;
    g_ptr_array_add(net->meshes, mesh);
    if (net->resolver)
        point_at_resolver(net, mesh);
    g_free(lower);
    g_free(uri);
    g_free(via);
    return mesh;
}

static struct scn_peer *new_peer(struct scn_net *net, struct scn_mesh *mesh, const struct sim_profile *profile,
                                 const char *name, uint32_t number)
{
    struct scn_peer *peer = g_new0(struct scn_peer, 1);
    peer->net = net;
    peer->mesh = mesh;
    peer->number = number;
    peer->key = sim_purpose_text(name, strlen(name));
    peer->host = sim_host_new(net->world, profile, peer->key, SIM_REGION_DRAWN);
    peer->sim_node = sim_node_new(net->world, peer->host, &node_ops, peer);
    if (peer->host >= net->host_peers->len)
        g_array_set_size(net->host_peers, peer->host + 1);
    g_array_index(net->host_peers, uint32_t, peer->host) = number;
    return peer;
}

struct scn_peer *scn_net_resolver(struct scn_net *net, const struct sim_profile *profile,
                                  const struct pc_resolver_settings *settings, GError **error)
{
    g_assert(!net->resolver);
    struct scn_mesh *own = g_new0(struct scn_mesh, 1);
    own->pc = (struct pc_mesh){
        .codec = net->codec, .ids = net->ids, .rules = *pc_rules_of(PC_DIALECT_NET), .random = draw};
    struct scn_peer *peer = new_peer(net, own, profile, "resolver", AN_NONE);
    const char *why = NULL;
    peer->resolver = pc_resolver_new(&own->pc, peer, settings, &why);
    net->resolver = peer;
    if (!peer->resolver) {
        g_set_error_literal(error, PC_WIRE_ERROR, PC_WIRE_BAD_VALUE, why);
        return NULL;
    }
    for (guint i = 0; i < net->meshes->len; i++)
        point_at_resolver(net, net->meshes->pdata[i]);
    scn_peer_start(peer);
    return peer;
}

struct scn_peer *scn_net_peer(struct scn_net *net, struct scn_mesh *mesh, const struct sim_profile *profile,
                              const char *name, uint32_t number)
{
    struct scn_peer *peer = new_peer(net, mesh, profile, name, number);
    if (number >= net->peers->len)
        g_ptr_array_set_size(net->peers, (gint)number + 1);
    net->peers->pdata[number] = peer;
    return peer;
}

struct scn_peer *scn_net_peer_at(struct scn_net *net, uint32_t number)
{
    return net->peers->pdata[number];
}

uint32_t scn_net_peers(const struct scn_net *net)
{
    return net->peers->len;
}

/* ---- from director and roles ---- */

void scn_peer_start(struct scn_peer *peer)
{
    if (!sim_node_alive(peer->net->world, peer->sim_node))
        sim_revive_node(peer->net->world, peer->sim_node);
    sim_call_at(peer->net->world, peer->sim_node, sim_now(peer->net->world), TAG_START, 0);
}

void scn_peer_leave(struct scn_peer *peer)
{
    if (peer->node)
        step(peer, &(struct pc_event){.kind = PC_EVENT_STOP});
}

void scn_peer_crash(struct scn_peer *peer, enum sim_death how)
{
    if (!peer->node)
        return;
    if (peer->role_ops && peer->role_ops->stopped)
        peer->role_ops->stopped(peer->role, peer);
    for (uint32_t i = 0; i < peer->link_count; i++)
        tell(peer->net, (struct an_event){.kind = AN_LINK_DOWN, .peer = peer->number, .other = peer->links[i].other,
                                          .link = peer->links[i].link, .message = AN_NONE});
    peer->link_count = 0;
    pc_node_free(peer->node);
    peer->node = NULL;
    sim_kill_node(peer->net->world, peer->sim_node, how);
    tell(peer->net, (struct an_event){.kind = AN_STOPPED,
                                      .what = how == SIM_DEATH_RESET ? AN_STOP_RESET : AN_STOP_SILENT,
                                      .peer = peer->number,
                                      .other = AN_NONE,
                                      .link = AN_NONE,
                                      .message = AN_NONE});
}

void scn_peer_refresh(struct scn_peer *peer)
{
    if (peer->node)
        step(peer, &(struct pc_event){.kind = PC_EVENT_REFRESH});
}

void scn_peer_dial(struct scn_peer *peer, struct scn_peer *other)
{
    struct pc_node_view view;
    if (!peer->node || !other->node)
        return;
    pc_node_view(other->node, &view);
    struct pc_address storage;
    struct pc_node_address address = pc_address_view(pc_codec_strings(peer->net->codec), view.listen_uri, &storage);
    struct pc_event event = {.kind = PC_EVENT_DIAL};
    event.u.dial = &address;
    step(peer, &event);
}

bool scn_peer_running(const struct scn_peer *peer)
{
    return peer->node != NULL;
}

void scn_peer_call_at(struct scn_peer *peer, int64_t time, uint64_t argument)
{
    sim_call_at(peer->net->world, peer->sim_node, time, TAG_ROLE, argument);
}

void scn_peer_sample(struct scn_peer *peer, uint32_t name, uint64_t value)
{
    tell(peer->net, (struct an_event){.kind = AN_SAMPLE, .peer = peer->number, .other = AN_NONE, .link = name,
                                      .message = AN_NONE, .value = value});
}

/* ---- messages of simulated applications (decisions 2) ---- */

#define APPLICATION "http://example.org/peermesh"

static void write_data(struct pc_body_writer *writer, const struct scn_body *body)
{
    char on_stack[2048], *data = body->size <= sizeof on_stack ? on_stack : g_malloc(body->size);
    size_t text = body->text ? strlen(body->text) : 0;
    if (text > body->size)
        text = body->size;
    memcpy(data, body->text ? body->text : "", text);
    for (size_t i = text; i < body->size; i++)
        data[i] = (char)('a' + (body->seq + i) % 26);
    pc_body_text(writer, (struct pc_text){data, body->size});
    if (data != on_stack)
        g_free(data);
}

static void write_body(struct pc_body_writer *writer, const void *data)
{
    const struct scn_body *body = data;
    pc_body_start(writer, PC_TEXT("m"), PC_TEXT(APPLICATION));
    pc_body_start(writer, PC_TEXT("seq"), (struct pc_text){0});
    pc_body_int(writer, (int64_t)body->seq);
    pc_body_end(writer);
    pc_body_start(writer, PC_TEXT("topic"), (struct pc_text){0});
    pc_body_int(writer, (int64_t)body->topic);
    pc_body_end(writer);
    pc_body_start(writer, PC_TEXT("t"), (struct pc_text){0});
    pc_body_int(writer, body->time);
    pc_body_end(writer);
    pc_body_start(writer, PC_TEXT("data"), (struct pc_text){0});
    write_data(writer, body);
    pc_body_end(writer);
    pc_body_end(writer);
}

static struct pc_outgoing compose(const struct scn_mesh *mesh, struct pc_codec *codec, const char *action,
                                  const struct scn_body *body)
{
    struct pc_text via = pc_str_text(pc_codec_strings(codec), mesh->via);
    return (struct pc_outgoing){.action = {action, (uint32_t)strlen(action)},
                                .via = via,
                                .peer_to = via,
                                .write_body = write_body,
                                .body = body};
}

const char *scn_peer_publish(struct scn_peer *peer, const char *kind, const struct scn_body *body, bool numbered,
                             bool has_hops, uint64_t hops)
{
    struct scn_net *net = peer->net;
    if (!peer->node)
        return "the peer is not running";
    char action[256];
    snprintf(action, sizeof action, APPLICATION "/%s", kind);
    struct pc_outgoing message = compose(peer->mesh, net->codec, action, body);
    message.has_hops = has_hops;
    message.hops = hops;
    struct pc_event event = {.kind = PC_EVENT_PUBLISH};
    event.u.publish.message = &message;
    net->publishing = body;
    net->numbered = numbered;
    net->refused = NULL;
    step(peer, &event);
    net->publishing = NULL;
    return net->refused;
}

void scn_net_envelopes(struct scn_net *net, struct scn_mesh *mesh, uint32_t *origin, uint32_t *relay)
{
    struct scn_body body = {.size = 100};
    struct pc_outgoing message = compose(mesh, net->codec, APPLICATION "/quote", &body);
    struct pc_table *table = pc_table_empty(net->codec), *back = pc_table_empty(net->codec);
    struct pc_image *image = pc_image_origin(net->codec, &message);
    pc_buf_unref(pc_image_encode(net->codec, image, &table, mesh->pc.uri)); /* brings the strings into the table */
    struct pc_table *known = pc_table_ref(table);
    struct pc_buf *record = pc_image_encode(net->codec, image, &table, mesh->pc.uri);
    *origin = record->size - body.size;
    *relay = *origin;
    struct pc_message read;
    int used = 1 + pc_mb31_read(record->data + 1, record->size - 1, &(uint32_t){0});
    if (pc_message_read(net->codec, &known, record->data + used, record->size - (size_t)used, &read, NULL)) {
        struct pc_image *copy = pc_image_relay(net->codec, &read, 0, mesh->pc.rules.relay_form);
        pc_buf_unref(pc_image_encode(net->codec, copy, &back, mesh->pc.uri));
        struct pc_buf *relayed = pc_image_encode(net->codec, copy, &back, mesh->pc.uri);
        *relay = relayed->size - body.size;
        pc_buf_unref(relayed);
        pc_image_free(net->codec, copy);
    }
    pc_buf_unref(record);
    pc_image_free(net->codec, image);
    pc_table_unref(net->codec, table);
    pc_table_unref(net->codec, known);
    pc_table_unref(net->codec, back);
}
