/* What goes wrong with peers and with the resolver service, beyond what the network does by itself. */
#include "scenarios/engine/net_private.h"

#include "protocol/mesh/address.h"
#include "sim/fault.h"

#include <string.h>

void scn_peer_resumed(struct scn_peer *peer)
{
    for (guint i = 0; peer->beside && i < peer->beside->len; i++)
        scn_peer_resumed(peer->beside->pdata[i]);
    if (peer->node)
        scn_net_step(peer, &(struct pc_event){.kind = PC_EVENT_RESUMED});
}

void scn_peer_moved(struct scn_peer *peer)
{
    struct pc_event event = {.kind = PC_EVENT_ADDRESS_CHANGED};
    event.u.start.ip = scn_net_ip(sim_host_move(peer->net->world, peer->host));
    event.u.start.port = peer->port;
    if (peer->node)
        scn_net_step(peer, &event);
    for (guint i = 0; peer->beside && i < peer->beside->len; i++) {
        struct scn_peer *node = peer->beside->pdata[i];
        event.u.start.port = node->port;
        if (node->node)
            scn_net_step(node, &event);
    }
}

struct scn_peer *scn_net_resolver_peer(struct scn_net *net)
{
    return net->resolver;
}

/* ---- the service ends, and begins again without its table ---- */

void scn_net_resolver_crash(struct scn_net *net)
{
    struct scn_peer *service = net->resolver;
    if (!service->resolver)
        return;
    pc_resolver_free(service->resolver);
    service->resolver = NULL;
    service->link_count = 0;
    g_array_set_size(service->accepted, 0);
    sim_kill_node(net->world, service->sim_node, SIM_DEATH_RESET);
}

/* An address that belonged to somebody who is gone: nobody answers there. */
static pc_str ghost(struct scn_net *net, uint64_t number)
{
    char uri[128];
    struct pc_ip ip = scn_net_ip(0x0AFE0000 + (uint32_t)(number & 0xFFFF)); /* 10.254.0.0/16: no host comes so far */
    g_snprintf(uri, sizeof uri, "net.tcp://%u.%u.%u.%u:%u/PeerChannelEndpoints/%08x-0000-4000-8000-%012" G_GINT64_MODIFIER "x",
               ip.octets[0], ip.octets[1], ip.octets[2], ip.octets[3], SCN_PORT, (unsigned)(number >> 48),
               (guint64)(number & UINT64_C(0xFFFFFFFFFFFF)));
    struct pc_node_address address = {.uri = {uri, (uint32_t)strlen(uri)}, .ips = &ip, .ip_count = 1};
    return pc_address_intern(pc_codec_strings(net->codec), &address);
}

/* In place of a registration that was drawn. */
static pc_str answer(void *user, pc_str drawn)
{
    struct scn_peer *service = user;
    struct scn_net *net = service->net;
    uint64_t u = sim_draw(net->options.seed, SCN_PURPOSE_STALE, service->key, 0, net->answers++);
    if ((uint64_t)(((unsigned __int128)u * 1000000) >> 64) >= net->stale)
        return drawn;
    pc_str gone = ghost(net, sim_draw(net->options.seed, SCN_PURPOSE_STALE, service->key, 1, net->answers));
    g_array_append_val(net->ghosts, gone);
    return gone;
}

void scn_net_resolver_restart(struct scn_net *net)
{
    struct scn_peer *service = net->resolver;
    const char *why = NULL;
    if (service->resolver)
        return;
    service->resolver = pc_resolver_new(&service->mesh->pc, service, &net->resolver_settings, &why);
    g_assert(service->resolver);
    scn_net_resolver_stale(net, net->stale);
    scn_peer_start(service);
}

void scn_net_resolver_stale(struct scn_net *net, uint32_t ppm)
{
    net->stale = ppm;
    if (net->resolver->resolver)
        pc_resolver_on_answer(net->resolver->resolver, ppm ? answer : NULL, net->resolver);
}
