#include "scenarios/engine/recorded.h"

#include "protocol/mesh/address.h"
#include "scenarios/engine/net_private.h"

#include <string.h>

struct scn_recorded {
    const struct cf_capture *capture;
    const struct cf_captured_node *node;
    guint dialled, answered, published; /* so many of node->dials, ->answers, ->publications were used */
};

static bool is_uri(const struct pc_strings *pool, pc_str address, const char *uri)
{
    struct pc_text own = pc_address_uri(pool, address);
    return own.n == strlen(uri) && memcmp(own.s, uri, own.n) == 0;
}

/* ---- the draws ---- */

bool scn_recorded_draw(const struct scn_peer *peer, enum pc_draw purpose, uint32_t index, uint64_t *value)
{
    const struct cf_captured_node *node = peer->recorded->node;
    switch (purpose) {
    case PC_DRAW_NODE_ID:
        *value = node->node_id;
        return node->node_id != 0;
    case PC_DRAW_LISTEN_GUID:
        *value = pc_draw_of_guid(&node->guid, index);
        return node->has_guid;
    case PC_DRAW_CLIENT_ID:
        *value = pc_draw_of_guid(&node->client_id, index);
        return node->has_client_id;
    default:
        return false;
    }
}

/* The node dialled addresses in an order: the first of those to come that is a candidate now. */
static uint32_t choose(void *user, const pc_str *addresses, uint32_t count)
{
    const struct scn_peer *peer = user;
    struct scn_recorded *r = peer->recorded;
    const struct pc_strings *pool = pc_codec_strings(peer->net->codec);
    if (!r)
        return count;
    for (guint k = r->dialled; k < r->node->dials->len; k++)
        for (uint32_t i = 0; i < count; i++)
            if (is_uri(pool, addresses[i], r->node->dials->pdata[k])) {
                r->dialled = k + 1;
                return i;
            }
    return count;
}

static struct scn_peer *client_of(const struct scn_net *net, struct pc_text id)
{
    struct pc_guid guid;
    if (!pc_guid_parse(id, &guid))
        return NULL;
    for (guint i = 0; i < net->peers->len; i++) {
        struct scn_peer *peer = net->peers->pdata[i];
        if (peer->recorded && peer->recorded->node->has_client_id && memcmp(&peer->recorded->node->client_id, &guid, sizeof guid) == 0)
            return peer;
    }
    return NULL;
}

/* The service answers a node's n-th Resolve as it did then, with those of the addresses that are registered now. */
static uint32_t answer(void *user, struct pc_text client_id, const pc_str *registered, uint32_t count, pc_str *out, uint32_t most)
{
    struct scn_net *net = user;
    const struct pc_strings *pool = pc_codec_strings(net->codec);
    struct scn_peer *peer = client_of(net, client_id);
    struct scn_recorded *r = peer ? peer->recorded : NULL;
    if (!r || r->answered >= r->node->answers->len)
        return UINT32_MAX;
    const struct cf_referrals *then = r->node->answers->pdata[r->answered++];
    uint32_t given = 0;
    for (guint k = 0; k < then->uris->len && given < most; k++)
        for (uint32_t i = 0; i < count; i++)
            if (is_uri(pool, registered[i], then->uris->pdata[k])) {
                out[given++] = registered[i];
                break;
            }
    return given;
}

/* ---- addresses ---- */

static uint32_t ipv4_at(const struct an_endpoint *endpoint)
{
    uint32_t address = 0;
    for (int i = 0; i < 4; i++)
        address = address << 8 | endpoint->octets[i];
    return endpoint->family == 4 ? address : 0;
}

void scn_recorded_start(const struct scn_peer *peer, struct pc_event *start)
{
    const struct cf_captured_node *node = peer->recorded->node;
    if (node->ips->len)
        start->u.start.ip = g_array_index(node->ips, struct pc_ip, 0);
    start->u.start.host = (struct pc_text){node->host, node->host ? (uint32_t)strlen(node->host) : 0};
}

void scn_recorded_address(const struct scn_peer *peer, uint32_t *address, uint16_t *port)
{
    const struct scn_net *net = peer->net;
    const struct an_endpoint *resolver = &peer->recorded->node->resolver;
    if (*port == resolver->port && *address == ipv4_at(resolver)) {
        *address = sim_host_address(net->resolver->host);
        *port = SCN_RESOLVER_PORT;
        return;
    }
    for (guint i = 0; i < net->peers->len; i++) {
        const struct scn_peer *other = net->peers->pdata[i];
        if (other->recorded && other->port == *port && ipv4_at(&other->recorded->node->endpoint) == *address) {
            *address = sim_host_address(other->host);
            return;
        }
    }
}

/* ---- what its application did ---- */

static void schedule(struct scn_peer *peer)
{
    struct scn_recorded *r = peer->recorded;
    if (r->published >= r->node->publications->len)
        return;
    const struct cf_publication *next = r->node->publications->pdata[r->published];
    scn_peer_call_at(peer, r, MAX(next->time - r->capture->start, scn_net_now(peer->net)), r->published);
}

static void started(void *role, struct scn_peer *peer)
{
    (void)role;
    schedule(peer);
}

static void called(void *role, struct scn_peer *peer, uint64_t number)
{
    struct scn_recorded *r = role;
    const struct cf_publication *p = r->node->publications->pdata[number];
    r->published = (guint)number + 1;
    scn_peer_publish_as_it_is(peer, &p->message, number + 1);
    schedule(peer);
}

static const struct scn_role_ops ops = {.started = started, .called = called};

/* ---- a peer becomes a node of the capture ---- */

static pc_str intern(const struct scn_net *net, const char *text)
{
    return pc_str_intern(pc_codec_strings(net->codec), text, strlen(text));
}

/* The mesh calls its resolver what the node called it. */
static void point_at_resolver(const struct scn_peer *peer)
{
    const struct cf_captured_node *node = peer->recorded->node;
    struct pc_mesh *mesh = &peer->mesh->pc;
    if (!node->resolver_uri)
        return;
    pc_str_unref(pc_codec_strings(peer->net->codec), mesh->resolver_uri);
    mesh->resolver_uri = intern(peer->net, node->resolver_uri);
    mesh->resolver_ip = scn_net_ip(ipv4_at(&node->resolver));
    mesh->resolver_port = node->resolver.port;
}

void scn_recorded_play(struct scn_peer *peer, const struct cf_capture *capture, const struct cf_captured_node *node)
{
    peer->recorded = g_new0(struct scn_recorded, 1);
    peer->recorded->capture = capture;
    peer->recorded->node = node;
    peer->port = node->endpoint.port;
    peer->mesh->pc.choose = choose;
    scn_peer_play(peer, &ops, peer->recorded);
}

void scn_recorded_service(struct scn_net *net)
{
    for (guint i = 0; i < net->peers->len; i++) {
        const struct scn_peer *peer = net->peers->pdata[i];
        if (!peer->recorded)
            continue;
        point_at_resolver(peer);
        pc_resolver_on_sample(net->resolver->resolver, answer, net);
    }
}

void scn_recorded_free(struct scn_recorded *recorded)
{
    g_free(recorded);
}
