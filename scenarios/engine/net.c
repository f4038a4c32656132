#include "scenarios/engine/net_private.h"

#include "protocol/mesh/address.h"

#include <string.h>

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
    net->dialers = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    net->host_peers = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    net->message_of_id = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    net->blocked = g_array_new(FALSE, FALSE, sizeof(pc_conn));
    net->ghosts = g_array_new(FALSE, FALSE, sizeof(pc_str));
    net->observer = scn_net_observer_calls;
    net->observer.user = net;
    net->observer.hops = options->hops;
    struct sim_config config = options->sim;
    config.seed = options->seed;
    config.octets = (struct sim_octets_ops){scn_net_retain, scn_net_release};
    config.observer = &net->observer;
    config.director = director;
    config.user = net;
    net->world = sim_world_new(&config);
    if (options->live)
        net->live = scn_live_new(net, options->live);
    return net;
}

static void free_peer(struct scn_peer *peer)
{
    pc_node_free(peer->node);
    pc_resolver_free(peer->resolver);
    scn_recorded_free(peer->recorded);
    g_free(peer->links);
    g_free(peer->players);
    if (peer->beside)
        g_ptr_array_unref(peer->beside);
    if (peer->accepted)
        g_array_unref(peer->accepted);
    g_free(peer);
}

void scn_net_free(struct scn_net *net)
{
    if (!net)
        return;
    scn_live_free(net->live);
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
    for (guint i = 0; i < net->ghosts->len; i++)
        pc_str_unref(pool, g_array_index(net->ghosts, pc_str, i));
    g_array_unref(net->ghosts);
    for (guint i = 0; i < net->meshes->len; i++) {
        struct scn_mesh *mesh = net->meshes->pdata[i];
        pc_str_unref(pool, mesh->pc.name);
        pc_str_unref(pool, mesh->pc.uri);
        pc_str_unref(pool, mesh->pc.resolver_uri);
        for (unsigned c = 0; c < mesh->channel_count; c++) {
            pc_str_unref(pool, mesh->vias[c]);
            g_free(mesh->channels[c]);
        }
        g_free(mesh);
    }
    scn_body_memo_free(net);
    g_ptr_array_unref(net->meshes);
    g_ptr_array_unref(net->peers);
    g_array_unref(net->dialers);
    g_array_unref(net->host_peers);
    g_array_unref(net->message_of_id);
    g_array_unref(net->blocked);
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
    if (purpose == PC_DRAW_NODE_ID && peer->identity) /* F16: somebody else may have the same */
        return peer->identity;
    uint64_t then;
    if (peer->recorded && scn_recorded_draw(peer, purpose, index, &then))
        return then;
    return sim_draw(peer->net->options.seed, (uint64_t)SIM_PURPOSE_USER + purpose, peer->key, peer->life, index);
}

static pc_str intern(struct scn_net *net, const char *text)
{
    return pc_str_intern(pc_codec_strings(net->codec), text, strlen(text));
}

static void point_at_resolver(struct scn_net *net, struct scn_mesh *mesh)
{
    struct pc_ip ip = scn_net_ip(scn_net_here(net, sim_host_address(net->resolver->host)));
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
    char *uri = g_strdup_printf("net.p2p://%s/", lower);
    mesh->pc = (struct pc_mesh){.codec = net->codec, .ids = net->ids, .rules = *rules, .random = draw};
    mesh->reopen_after = INT64_C(5000000000); /* scenarios.md S1.2 */
    mesh->pc.framing.envelope = rules->message_octets;
    mesh->pc.name = intern(net, lower);
    mesh->pc.uri = intern(net, uri);
    mesh->number = net->meshes->len;
    g_ptr_array_add(net->meshes, mesh);
    scn_net_channel(mesh, channel);
    mesh->via = mesh->vias[0];
    if (net->resolver)
        point_at_resolver(net, mesh);
    g_free(lower);
    g_free(uri);
    return mesh;
}

int scn_net_channel(struct scn_mesh *mesh, const char *channel)
{
    for (unsigned i = 0; i < mesh->channel_count; i++)
        if (strcmp(mesh->channels[i], channel) == 0)
            return (int)i;
    if (mesh->channel_count == PC_MAX_CHANNELS)
        return -1;
    struct pc_strings *pool = pc_codec_strings(mesh->pc.codec);
    struct pc_text uri = pc_str_text(pool, mesh->pc.uri);
    char *via = g_strdup_printf("%.*s%s", (int)uri.n, uri.s, channel);
    mesh->vias[mesh->channel_count] = pc_str_intern(pool, via, strlen(via));
    mesh->channels[mesh->channel_count] = g_strdup(channel);
    g_free(via);
    return (int)mesh->channel_count++;
}

static unsigned channel_of(const struct scn_mesh *mesh, struct pc_text via)
{
    for (unsigned i = 0; i < mesh->channel_count; i++) {
        struct pc_text own = pc_str_text(pc_codec_strings(mesh->pc.codec), mesh->vias[i]);
        if (own.n == via.n && memcmp(own.s, via.s, own.n) == 0)
            return i;
    }
    return 0;
}

/* Several roles: a message goes where all of them let it. */
static enum pc_propagation ask_roles(void *user, const struct pc_message *message, bool local)
{
    struct scn_peer *peer = user;
    enum pc_propagation answer = PC_PROPAGATE_BOTH;
    unsigned channel = channel_of(peer->mesh, message->u.flood.via);
    for (unsigned i = 0; i < peer->player_count; i++)
        if (peer->players[i].ops->filter)
            answer &= peer->players[i].ops->filter(peer->players[i].role, peer, local ? NULL : message, channel);
    return answer;
}

void scn_mesh_filter(struct scn_mesh *mesh)
{
    mesh->pc.filter = ask_roles;
}

static struct scn_peer *new_peer(struct scn_net *net, struct scn_mesh *mesh, const struct sim_profile *profile,
                                 const char *name, uint32_t number, uint8_t region)
{
    struct scn_peer *peer = g_new0(struct scn_peer, 1);
    peer->net = net;
    peer->mesh = mesh;
    peer->number = number;
    peer->key = sim_purpose_text(name, strlen(name));
    peer->host = sim_host_new(net->world, profile, peer->key, region);
    peer->profile = profile;
    peer->port = SCN_PORT;
    peer->sim_node = sim_node_new(net->world, peer->host, &scn_net_node_ops, peer);
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
    struct scn_peer *peer = new_peer(net, own, profile, "resolver", AN_NONE, SIM_REGION_DRAWN);
    const char *why = NULL;
    peer->accepted = g_array_new(FALSE, TRUE, sizeof(sim_conn));
    peer->resolver = pc_resolver_new(&own->pc, peer, settings, &why);
    net->resolver = peer;
    net->resolver_settings = *settings;
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
                              const char *name, uint32_t number, uint8_t region)
{
    struct scn_peer *peer = new_peer(net, mesh, profile, name, number, region);
    if (number >= net->peers->len)
        g_ptr_array_set_size(net->peers, (gint)number + 1);
    net->peers->pdata[number] = peer;
    return peer;
}

struct scn_peer *scn_net_beside(struct scn_peer *first, struct scn_mesh *mesh, const char *name, uint32_t number)
{
    struct scn_net *net = first->net;
    struct scn_peer *peer = g_new0(struct scn_peer, 1);
    if (!first->beside)
        first->beside = g_ptr_array_new();
    g_ptr_array_add(first->beside, peer);
    peer->net = net;
    peer->mesh = mesh;
    peer->number = number;
    peer->first = first;
    peer->key = sim_purpose_text(name, strlen(name));
    peer->host = first->host;
    peer->profile = first->profile;
    peer->port = (uint16_t)(SCN_PORT + first->beside->len);
    peer->sim_node = sim_node_new(net->world, peer->host, &scn_net_node_ops, peer);
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
    for (guint i = 0; peer->beside && i < peer->beside->len; i++) {
        struct scn_peer *node = peer->beside->pdata[i];
        if (!node->on_demand)
            scn_peer_start(node);
    }
    if (!sim_node_alive(peer->net->world, peer->sim_node))
        sim_revive_node(peer->net->world, peer->sim_node);
    peer->starting = peer->life + 1;
    sim_call_at(peer->net->world, peer->sim_node, sim_now(peer->net->world), SCN_NET_START, peer->starting);
}

void scn_peer_leave(struct scn_peer *peer)
{
    peer->reopening = peer->starting = 0;
    for (unsigned i = 0; peer->node && i < peer->player_count; i++)
        if (peer->players[i].ops->stopping)
            peer->players[i].ops->stopping(peer->players[i].role, peer);
    for (guint i = 0; peer->beside && i < peer->beside->len; i++)
        scn_peer_leave(peer->beside->pdata[i]);
    if (peer->node) /* the application ends before its node: a leave takes its time, and a node that leaves sends nothing */
        scn_net_role_stopped(peer);
    if (peer->node)
        scn_net_step(peer, &(struct pc_event){.kind = PC_EVENT_STOP});
}

void scn_peer_crash(struct scn_peer *peer, enum sim_death how)
{
    for (guint i = 0; peer->beside && i < peer->beside->len; i++)
        scn_peer_crash(peer->beside->pdata[i], how);
    peer->reopening = peer->starting = 0;
    if (!peer->node)
        return;
    scn_net_role_stopped(peer);
    for (uint32_t i = 0; i < peer->link_count; i++)
        scn_net_tell(peer->net, (struct an_event){.kind = AN_LINK_DOWN, .peer = peer->number, .other = peer->links[i].other,
                                          .link = peer->links[i].link, .message = AN_NONE});
    peer->link_count = 0;
    pc_node_free(peer->node);
    peer->node = NULL;
    scn_live_kill(peer, how == SIM_DEATH_SILENT);
    sim_kill_node(peer->net->world, peer->sim_node, how);
    scn_net_tell(peer->net, (struct an_event){.kind = AN_STOPPED,
                                      .what = how == SIM_DEATH_RESET ? AN_STOP_RESET : AN_STOP_SILENT,
                                      .peer = peer->number,
                                      .other = AN_NONE,
                                      .link = AN_NONE,
                                      .message = AN_NONE});
}

void scn_peer_refresh(struct scn_peer *peer)
{
    for (guint i = 0; peer->beside && i < peer->beside->len; i++)
        scn_peer_refresh(peer->beside->pdata[i]);
    if (peer->node)
        scn_net_step(peer, &(struct pc_event){.kind = PC_EVENT_REFRESH});
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
    scn_net_step(peer, &event);
}

bool scn_peer_running(const struct scn_peer *peer)
{
    return peer->node != NULL;
}

void scn_peer_call_at(struct scn_peer *peer, const void *role, int64_t time, uint64_t argument)
{
    unsigned i = 0;
    while (peer->players[i].role != role)
        i++;
    sim_call_at(peer->net->world, peer->sim_node, time, (uint16_t)(SCN_NET_ROLE + i), argument);
}

void scn_peer_play(struct scn_peer *peer, const struct scn_role_ops *ops, void *role)
{
    g_assert(peer->player_count < SCN_MOST_PLAYERS);
    peer->players = g_renew(struct scn_player, peer->players, peer->player_count + 1u);
    peer->players[peer->player_count++] = (struct scn_player){ops, role};
}

void scn_peer_tell(struct scn_peer *peer, const char *what, const struct scn_data *data)
{
    for (unsigned i = 0; peer->node && i < peer->player_count; i++)
        if (peer->players[i].ops->told)
            peer->players[i].ops->told(peer->players[i].role, peer, what, data);
}

void scn_peer_open_channel(struct scn_peer *peer, unsigned channel, bool open)
{
    struct pc_event event = {.kind = open ? PC_EVENT_OPEN_CHANNEL : PC_EVENT_CLOSE_CHANNEL};
    event.u.channel = peer->mesh->vias[channel];
    if (peer->node)
        scn_net_step(peer, &event);
}

void scn_net_wake(struct scn_net *net)
{
    net->awake = true;
    if (!net->stepping)
        scn_net_rise(net);
}

struct pc_ids *scn_net_ids(struct scn_net *net)
{
    return net->ids;
}

const struct pc_outgoing *scn_net_outgoing(const struct scn_net *net)
{
    return net->outgoing;
}

uint32_t scn_net_refused_octets(const struct scn_net *net)
{
    return net->refused_octets;
}

void scn_peer_measured(struct scn_peer *peer, struct an_event event)
{
    event.peer = peer->number;
    scn_net_tell(peer->net, event);
}

const struct scn_body *scn_net_publishing(const struct scn_net *net)
{
    return net->publishing;
}

void scn_peer_sample(struct scn_peer *peer, uint32_t name, uint64_t value)
{
    scn_net_tell(peer->net, (struct an_event){.kind = AN_SAMPLE, .peer = peer->number, .other = AN_NONE, .link = name,
                                      .message = AN_NONE, .value = value});
}
