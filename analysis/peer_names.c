/* Who is who in a capture: peers are numbered in the order in which their listening addresses first appear.
 */
#include "analysis/peer_names.h"

#include <stdlib.h>
#include <string.h>

#define PEERS (1u << 20) /* further ones go by their addresses */

struct peer {
    struct an_endpoint endpoint; /* where it listens */
    uint32_t number;             /* among all, resolvers included */
    bool resolver;
    char name[24];
};

struct opener { /* who opened a connection: what is known of it */
    struct peer *peer;
    char *client_id, *registration_id; /* of resolver traffic, NULL: none seen */
};

struct an_peer_names {
    GHashTable *by_endpoint; /* struct an_endpoint → struct peer */
    GHashTable *by_host;     /* struct an_endpoint with port 0 → the only peer there, or `many` */
    GHashTable *by_id;       /* client or registration id → struct peer */
    GPtrArray *peers;        /* of struct peer, in order of numbers */
    GPtrArray *openers;      /* of struct opener, by stream; NULL: nothing known */
    struct peer many;
    uint32_t nodes, resolvers;
    char text[AN_ENDPOINT_TEXT * 2];
};

static guint endpoint_hash(gconstpointer key)
{
    guint hash = 5381;
    for (size_t i = 0; i < sizeof(struct an_endpoint); i++)
        hash = hash * 33 + ((const uint8_t *)key)[i];
    return hash;
}

static gboolean endpoint_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(struct an_endpoint)) == 0;
}

static void free_opener(gpointer data)
{
    struct opener *opener = data;
    if (!opener)
        return;
    g_free(opener->client_id);
    g_free(opener->registration_id);
    g_free(opener);
}

struct an_peer_names *an_peer_names_new(void)
{
    struct an_peer_names *n = g_new0(struct an_peer_names, 1);
    n->by_endpoint = g_hash_table_new_full(endpoint_hash, endpoint_equal, g_free, NULL);
    n->by_host = g_hash_table_new_full(endpoint_hash, endpoint_equal, g_free, NULL);
    n->by_id = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    n->peers = g_ptr_array_new_with_free_func(g_free);
    n->openers = g_ptr_array_new_with_free_func(free_opener);
    return n;
}

void an_peer_names_free(struct an_peer_names *n)
{
    if (!n)
        return;
    g_hash_table_unref(n->by_endpoint);
    g_hash_table_unref(n->by_host);
    g_hash_table_unref(n->by_id);
    g_ptr_array_unref(n->peers);
    g_ptr_array_unref(n->openers);
    g_free(n);
}

static void place(struct an_peer_names *n, struct peer *peer, const struct an_endpoint *endpoint)
{
    struct an_endpoint host = *endpoint;
    host.port = 0;
    if (!g_hash_table_contains(n->by_endpoint, endpoint))
        g_hash_table_insert(n->by_endpoint, g_memdup2(endpoint, sizeof *endpoint), peer);
    struct peer *there = g_hash_table_lookup(n->by_host, &host);
    if (!there)
        g_hash_table_insert(n->by_host, g_memdup2(&host, sizeof host), peer);
    else if (there != peer)
        g_hash_table_insert(n->by_host, g_memdup2(&host, sizeof host), &n->many);
}

static struct peer *peer_at(struct an_peer_names *n, const struct an_endpoint *endpoint, bool resolver)
{
    struct peer *peer = g_hash_table_lookup(n->by_endpoint, endpoint);
    if (peer || n->peers->len == PEERS)
        return peer;
    peer = g_new0(struct peer, 1);
    peer->endpoint = *endpoint;
    peer->resolver = resolver;
    peer->number = n->peers->len;
    if (!resolver)
        g_snprintf(peer->name, sizeof peer->name, "N%u", ++n->nodes);
    else if (++n->resolvers == 1)
        g_strlcpy(peer->name, "resolver", sizeof peer->name);
    else
        g_snprintf(peer->name, sizeof peer->name, "resolver%u", n->resolvers);
    g_ptr_array_add(n->peers, peer);
    place(n, peer, endpoint);
    return peer;
}

static struct opener *opener_of(struct an_peer_names *n, uint32_t stream)
{
    if (stream >= n->openers->len)
        g_ptr_array_set_size(n->openers, (gint)stream + 1);
    if (!n->openers->pdata[stream])
        n->openers->pdata[stream] = g_new0(struct opener, 1);
    return n->openers->pdata[stream];
}

/* The port of "net.tcp://host:port/path"; 0 if there is none. */
static uint16_t port_of(struct pc_text uri)
{
    char *text = g_strndup(uri.s, uri.n);
    const char *host = strstr(text, "://");
    char *end = host ? strchr(host + 3, '/') : NULL;
    if (end)
        *end = '\0';
    const char *colon = host ? strrchr(host + 3, ':') : NULL;
    unsigned long port = colon ? strtoul(colon + 1, NULL, 10) : 0;
    g_free(text);
    return port <= UINT16_MAX ? (uint16_t)port : 0;
}

static struct an_endpoint endpoint_of(const struct pc_ip *ip, uint16_t port)
{
    struct an_endpoint endpoint = {.family = ip->family, .port = port};
    memcpy(endpoint.octets, ip->octets, ip->family == 4 ? 4 : 16);
    return endpoint;
}

/* A peer gave its own address: it listens there, and on the host from which it speaks. */
static void own_address(struct an_peer_names *n, const struct an_record *record,
                        const struct pc_node_address *address)
{
    uint16_t port = address->uri.s ? port_of(address->uri) : 0;
    if (!port)
        return;
    struct an_endpoint here = *record->src;
    here.port = port;
    struct peer *peer = g_hash_table_lookup(n->by_endpoint, &here);
    for (uint32_t i = 0; !peer && i < address->ip_count; i++) {
        struct an_endpoint endpoint = endpoint_of(&address->ips[i], port);
        peer = g_hash_table_lookup(n->by_endpoint, &endpoint);
    }
    if (!peer)
        peer = peer_at(n, &here, false);
    if (!peer)
        return;
    place(n, peer, &here);
    struct opener *opener = opener_of(n, record->stream);
    if (!opener->peer)
        opener->peer = peer;
}

static void remember(char **id, struct pc_text text)
{
    if (!*id && text.s && text.n)
        *id = g_strndup(text.s, text.n);
}

static struct peer *listener_of(struct an_peer_names *n, const struct pc_node_address *address,
                                const struct an_record *record)
{
    struct an_endpoint here = *record->src;
    here.port = address->uri.s ? port_of(address->uri) : 0;
    return g_hash_table_lookup(n->by_endpoint, &here);
}

static void bind_id(struct an_peer_names *n, struct pc_text id, struct peer *peer)
{
    if (peer && id.s && id.n)
        g_hash_table_replace(n->by_id, g_strndup(id.s, id.n), peer);
}

/* Register or Update. A client that was known before has moved. */
static void learn_registration(struct an_peer_names *n, const struct an_record *record,
                               const struct pc_message *m)
{
    const struct pc_node_address *address = &m->u.registration.address;
    struct opener *opener = opener_of(n, record->stream);
    peer_at(n, record->dst, true);
    remember(&opener->client_id, m->u.registration.client_id);
    if (m->kind == PC_KIND_UPDATE && opener->client_id) {
        struct peer *peer = g_hash_table_lookup(n->by_id, opener->client_id);
        struct an_endpoint here = *record->src;
        here.port = address->uri.s ? port_of(address->uri) : 0;
        if (peer && here.port)
            place(n, peer, &here);
    }
    own_address(n, record, address);
    bind_id(n, m->u.registration.client_id, listener_of(n, address, record));
}

static void learn_message(struct an_peer_names *n, const struct an_record *record, const struct pc_message *m)
{
    struct opener *opener = opener_of(n, record->stream);
    switch (m->kind) {
    case PC_KIND_CONNECT:
        own_address(n, record, &m->u.connect.address);
        break;
    case PC_KIND_REGISTER:
    case PC_KIND_UPDATE:
        learn_registration(n, record, m);
        break;
    case PC_KIND_RESOLVE:
        peer_at(n, record->dst, true);
        remember(&opener->client_id, m->u.resolve.client_id);
        break;
    case PC_KIND_REFRESH:
    case PC_KIND_UNREGISTER:
        peer_at(n, record->dst, true);
        remember(&opener->registration_id, m->u.registration.registration_id);
        break;
    case PC_KIND_GET_SERVICE_SETTINGS:
        peer_at(n, record->dst, true);
        break;
    case PC_KIND_REGISTER_RESPONSE:
        bind_id(n, m->u.registered.registration_id, opener->peer);
        break;
    default:
        break;
    }
}

void an_peer_names_learn(struct an_peer_names *n, const struct an_record *record)
{
    if (record->message)
        learn_message(n, record, record->message);
    if (!record->nmf || record->nmf->type != PC_NMF_VIA)
        return;
    static const char mark[] = "/PeerChannelEndpoints/";
    if (memmem(record->nmf->payload, record->nmf->size, mark, sizeof mark - 1))
        peer_at(n, record->dst, false);
}

static const struct peer *find_opener(struct an_peer_names *n, uint32_t stream,
                                      const struct an_endpoint *from)
{
    struct opener *opener = stream < n->openers->len ? n->openers->pdata[stream] : NULL;
    if (opener && !opener->peer && opener->client_id)
        opener->peer = g_hash_table_lookup(n->by_id, opener->client_id);
    if (opener && !opener->peer && opener->registration_id)
        opener->peer = g_hash_table_lookup(n->by_id, opener->registration_id);
    if (opener && opener->peer)
        return opener->peer;
    struct an_endpoint host = *from;
    host.port = 0;
    const struct peer *peer = g_hash_table_lookup(n->by_host, &host);
    return peer && !peer->resolver && peer != &n->many ? peer : NULL;
}

static const struct peer *find_peer(struct an_peer_names *n, const struct an_record *record, bool sender)
{
    const struct an_endpoint *endpoint = sender ? record->src : record->dst;
    bool opened = sender == record->from_initiator;
    return opened ? find_opener(n, record->stream, endpoint) : g_hash_table_lookup(n->by_endpoint, endpoint);
}

const char *an_peer_name(struct an_peer_names *n, const struct an_record *record, bool sender)
{
    const struct peer *peer = find_peer(n, record, sender);
    if (peer)
        return peer->name;
    return an_endpoint_format(sender ? record->src : record->dst, n->text + (sender ? 0 : AN_ENDPOINT_TEXT));
}

uint32_t an_peer_number(struct an_peer_names *n, const struct an_record *record, bool sender)
{
    const struct peer *peer = find_peer(n, record, sender);
    return peer ? peer->number : AN_NO_PEER;
}

uint32_t an_peer_count(const struct an_peer_names *n)
{
    return n->peers->len;
}

const struct an_endpoint *an_peer_endpoint(const struct an_peer_names *n, uint32_t number, bool *resolver)
{
    const struct peer *peer = n->peers->pdata[number];
    *resolver = peer->resolver;
    return &peer->endpoint;
}

const char *an_peer_called(const struct an_peer_names *n, uint32_t number)
{
    const struct peer *peer = n->peers->pdata[number];
    return peer->name;
}

void an_peer_names_legend(const struct an_peer_names *n, GString *out)
{
    char text[AN_ENDPOINT_TEXT];
    for (guint i = 0; i < n->peers->len; i++) {
        const struct peer *peer = n->peers->pdata[i];
        g_string_append_printf(out, "# %s listens at %s\n", peer->name,
                               an_endpoint_format(&peer->endpoint, text));
    }
}
