#include "scenarios/conform/captured_node.h"

#include "protocol/mesh/address.h"
#include "scenarios/conform/body.h"

#include <string.h>

/* ---- first pass: who is who, what was asked of the resolver ---- */

struct sighting { /* of a flood, by one node */
    int64_t time;
    bool sent;
};

struct learning {
    struct cf_capture *capture;
    GPtrArray *nodes;
    struct cf_connection *connection;
    struct cf_captured_node *sender, *receiver; /* NULL: not a node */
    bool from_initiator;
    GHashTable *seen; /* per node: "number id" → struct sighting; look-up only */
};

static char *text_of(struct pc_text text)
{
    return g_strndup(text.s ? text.s : "", text.n);
}

static void remember(char **place, struct pc_text text)
{
    if (!*place && text.n)
        *place = text_of(text);
}

static struct cf_captured_node *node_of(const struct learning *l, uint32_t peer)
{
    for (guint i = 0; i < l->nodes->len; i++) {
        struct cf_captured_node *node = l->nodes->pdata[i];
        if (node->number == peer)
            return node;
    }
    return NULL;
}

static void learn_address(struct cf_captured_node *node, const struct pc_node_address *address)
{
    if (node->uri || !address->uri.n)
        return;
    node->uri = text_of(address->uri);
    const char *host = strstr(node->uri, "://"), *end = host ? strpbrk(host + 3, ":/") : NULL;
    node->host = end ? g_strndup(host + 3, (gsize)(end - host - 3)) : g_strdup("");
    const char *guid = strrchr(node->uri, '/');
    node->has_guid = guid && pc_guid_parse((struct pc_text){guid + 1, (uint32_t)strlen(guid + 1)}, &node->guid) &&
                     node->guid.octets[7] >> 4 == 4 && (node->guid.octets[8] & 0xC0) == 0x80; /* a random one: RFC 4122 4.4 */
    if (address->ip_count)
        g_array_append_vals(node->ips, address->ips, address->ip_count);
}

static void learn_client(struct cf_captured_node *node, struct pc_text id)
{
    if (!node->has_client_id && id.n)
        node->has_client_id = pc_guid_parse(id, &node->client_id);
}

static void learn_request(struct learning *l, const struct cf_record *record, const struct pc_message *m)
{
    struct cf_call call = {.time = record->time, .kind = m->kind, .id = m->message_id.guid, .connection = l->connection,
                           .request = l->connection->flows[1].records->len, .answer = CF_NO_ANSWER};
    if (m->message_id.present && !m->message_id.is_guid && m->message_id.text.n > 9)
        pc_guid_parse((struct pc_text){m->message_id.text.s + 9, m->message_id.text.n - 9}, &call.id); /* urn:uuid: */
    g_array_append_val(l->sender->calls, call);
    remember(&l->sender->resolver_uri, m->to);
    l->sender->resolver = l->connection->ends[0];
}

/* A flood belongs to the node that is seen to send it and has not received it before. */
static void learn_flood(struct learning *l, const struct cf_record *record, const struct pc_message *m)
{
    struct cf_captured_node *ends[2] = {l->receiver, l->sender};
    for (int sent = 0; sent < 2; sent++) {
        if (!ends[sent])
            continue;
        char *key = g_strdup_printf("%u %s", ends[sent]->number, record->name);
        struct sighting *old = g_hash_table_lookup(l->seen, key);
        if (!old || record->time < old->time) {
            struct sighting now = {record->time, sent};
            g_hash_table_replace(l->seen, key, g_memdup2(&now, sizeof now));
        } else {
            g_free(key);
        }
        char *via = text_of(m->u.flood.via);
        if (*via && !g_ptr_array_find_with_equal_func(ends[sent]->channels, via, g_str_equal, NULL))
            g_ptr_array_add(ends[sent]->channels, via);
        else
            g_free(via);
    }
}

static void free_referrals(gpointer data)
{
    struct cf_referrals *list = data;
    g_ptr_array_unref(list->uris);
    g_free(list);
}

static struct cf_referrals *add_list(GPtrArray *lists, int64_t time)
{
    struct cf_referrals *list = g_new0(struct cf_referrals, 1);
    list->time = time;
    list->uris = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(lists, list);
    return list;
}

static void learn_referrals(struct cf_captured_node *node, int64_t time, const struct pc_referrals *referrals)
{
    struct cf_referrals *list = add_list(node->referrals, time);
    for (uint32_t i = 0; i < referrals->count; i++)
        g_ptr_array_add(list->uris, text_of(referrals->items[i].address.uri));
}

/* What the service told it. */
static void learn_answer(struct cf_captured_node *node, int64_t time, const struct pc_message *m)
{
    struct cf_referrals *list;
    switch (m->kind) {
    case PC_KIND_RESOLVE_RESPONSE:
        list = add_list(node->answers, time);
        for (uint32_t i = 0; i < m->u.resolved.count; i++)
            g_ptr_array_add(list->uris, text_of(m->u.resolved.addresses[i].uri));
        break;
    case PC_KIND_REGISTER_RESPONSE:
        node->lifetime = m->u.registered.lifetime_ns;
        break;
    case PC_KIND_GET_SERVICE_SETTINGS_RESPONSE:
        node->was_told = true;
        node->shares = !m->u.settings.control_mesh_shape;
        break;
    default:
        break;
    }
}

static void begins_to_leave(struct cf_captured_node *node, int64_t time)
{
    if (node->stop < 0 || time < node->stop)
        node->stop = time;
}

static void learn(void *user, const struct cf_record *record, const struct pc_message *m)
{
    struct learning *l = user;
    struct cf_captured_node *node = l->sender;
    if (node)
        node->largest = MAX(node->largest, m->size);
    if (l->receiver)
        l->receiver->largest = MAX(l->receiver->largest, m->size);
    if (m->kind == PC_KIND_FLOOD)
        learn_flood(l, record, m);
    if (l->receiver && !node)
        learn_answer(l->receiver, record->time, m);
    if (!node)
        return;
    if (l->from_initiator && m->to.n > 10 && memcmp(m->to.s, "net.p2p://", 10) == 0)
        remember(&node->mesh_uri, m->to);
    switch (m->kind) {
    case PC_KIND_CONNECT:
        node->node_id = m->u.connect.node_id;
        learn_address(node, &m->u.connect.address);
        break;
    case PC_KIND_WELCOME:
        node->node_id = m->u.welcome.node_id;
        learn_referrals(node, record->time, &m->u.welcome.referrals);
        break;
    case PC_KIND_REFUSE:
    case PC_KIND_DISCONNECT:
        if (m->u.disconnect.reason == PC_REASON_LEAVING_MESH)
            begins_to_leave(node, record->time);
        learn_referrals(node, record->time, &m->u.refuse.referrals);
        break;
    case PC_KIND_REGISTER:
    case PC_KIND_UPDATE:
        learn_address(node, &m->u.registration.address);
        remember(&node->mesh, m->u.registration.mesh_id);
        learn_client(node, m->u.registration.client_id);
        learn_request(l, record, m);
        break;
    case PC_KIND_RESOLVE:
        node->max_addresses = m->u.resolve.max_addresses;
        remember(&node->mesh, m->u.resolve.mesh_id);
        learn_client(node, m->u.resolve.client_id);
        learn_request(l, record, m);
        break;
    case PC_KIND_UNREGISTER:
        begins_to_leave(node, record->time);
        learn_request(l, record, m);
        break;
    case PC_KIND_REFRESH:
    case PC_KIND_GET_SERVICE_SETTINGS:
        learn_request(l, record, m);
        break;
    default:
        break;
    }
}

/* ---- second pass: what its application published ---- */

static void keep_publication(struct cf_captured_node *node, struct pc_codec *codec, int64_t time, const struct pc_message *m)
{
    struct cf_publication *p = g_new0(struct cf_publication, 1);
    const struct pc_flood *flood = &m->u.flood;
    char *action = text_of(m->action), *via = text_of(flood->via), *to = text_of(flood->peer_to);
    p->time = time;
    p->message = (struct pc_outgoing){.action = {action, m->action.n},
                                      .via = {via, flood->via.n},
                                      .peer_to = {to, flood->peer_to.n},
                                      .id = flood->id,
                                      .has_hops = flood->has_hops && !flood->hops_invalid,
                                      .hops = flood->hops};
    if (m->body_size && !m->body_null) {
        p->message.body = cf_body_keep(codec, m);
        p->message.write_body = p->message.body ? cf_body_write : NULL;
    }
    g_ptr_array_add(node->publications, p);
}

static void collect(void *user, const struct cf_record *record, const struct pc_message *m)
{
    struct learning *l = user;
    if (m->kind != PC_KIND_FLOOD || !l->sender || !m->u.flood.has_id)
        return;
    char *key = g_strdup_printf("%u %s", l->sender->number, record->name);
    struct sighting *first = g_hash_table_lookup(l->seen, key);
    g_free(key);
    if (!first || !first->sent || first->time != record->time)
        return;
    keep_publication(l->sender, l->capture->codec, record->time, m);
    first->sent = false; /* once, though copies may have left together */
}

/* ---- both passes ---- */

static void read_flow(struct learning *l, struct cf_connection *c, int from, cf_message_visit visit)
{
    l->connection = c;
    l->from_initiator = from;
    l->sender = node_of(l, c->peers[from]);
    l->receiver = node_of(l, c->peers[!from]);
    cf_flow_read(&c->flows[from], l->capture->codec, visit, l);
}

static void forget_records(struct cf_flow *flow, struct pc_codec *codec)
{
    for (guint i = 0; i < flow->records->len; i++)
        pc_table_unref(codec, ((struct cf_record *)flow->records->pdata[i])->table);
    g_ptr_array_set_size(flow->records, 0);
}

static void read_all(struct learning *l, cf_message_visit visit)
{
    for (guint i = 0; i < l->capture->connections->len; i++) {
        struct cf_connection *c = l->capture->connections->pdata[i];
        for (int from = 1; from >= 0; from--) {
            forget_records(&c->flows[from], l->capture->codec);
            read_flow(l, c, from, visit);
        }
    }
}

static gint by_time(gconstpointer a, gconstpointer b)
{
    const struct cf_publication *p = *(const struct cf_publication *const *)a, *q = *(const struct cf_publication *const *)b;
    return p->time < q->time ? -1 : p->time > q->time;
}

/* Some have several calls in one session, and end it much later. */
static bool ends_session(const struct cf_call *call, const GPtrArray *requests)
{
    return call->request + 1 < requests->len &&
           ((const struct cf_record *)requests->pdata[call->request + 1])->type == PC_NMF_END;
}

/* Which record answers a request: the service answers those of a connection in order. */
static void find_answer(struct cf_call *call)
{
    const GPtrArray *requests = call->connection->flows[1].records, *answers = call->connection->flows[0].records;
    unsigned before = 0;
    for (uint32_t i = 0; i < call->request && i < requests->len; i++)
        before += ((const struct cf_record *)requests->pdata[i])->type == PC_NMF_SIZED_ENVELOPE;
    for (guint i = 0; i < answers->len; i++) {
        const struct cf_record *record = answers->pdata[i];
        if (record->type == PC_NMF_SIZED_ENVELOPE && call->answer == CF_NO_ANSWER && before-- == 0) {
            call->answer = i;
            call->over = record->time;
        } else if (call->answer != CF_NO_ANSWER) {
            if (record->type == PC_NMF_END && ends_session(call, requests))
                call->over = record->time;
            return;
        }
    }
}

static gint by_call_time(gconstpointer a, gconstpointer b)
{
    const struct cf_call *p = a, *q = b;
    return p->time < q->time ? -1 : p->time > q->time;
}

/* The beginning of the session that record i came with, if it is the first message of it. */
static const struct cf_record *session_of(const struct cf_flow *flow, guint i)
{
    while (i-- > 0) {
        const struct cf_record *record = flow->records->pdata[i];
        if (record->type == PC_NMF_VERSION)
            return record;
        if (record->type == PC_NMF_SIZED_ENVELOPE)
            return NULL;
    }
    return NULL;
}

/* Requests in the order in which they were made, over all connections; when it began and ended to be there. */
static void follow(struct learning *l, struct cf_captured_node *node)
{
    int64_t last_octets = -1, stop = node->stop;
    for (guint i = 0; i < l->capture->connections->len; i++) {
        struct cf_connection *c = l->capture->connections->pdata[i];
        for (int from = 0; from < 2; from++) {
            if (c->peers[from] != node->number)
                continue;
            const struct cf_flow *flow = &c->flows[from];
            int64_t first = ((const struct cf_item *)(const void *)c->items->data)->time;
            node->start = node->start < 0 || first < node->start ? first : node->start;
            if (flow->marks->len)
                last_octets = MAX(last_octets, g_array_index(flow->marks, struct cf_mark, flow->marks->len - 1).time);
            for (guint k = 0; stop >= 0 && from && k < flow->records->len; k++) {
                const struct cf_record *record = flow->records->pdata[k];
                const struct cf_record *begun = record->kind == PC_KIND_UNREGISTER ? session_of(flow, k) : NULL;
                if (begun && record->time == stop)
                    node->stop = begun->time;
            }
        }
    }
    for (guint i = 0; node->stop < 0 && i < l->capture->connections->len; i++) {
        const struct cf_connection *c = l->capture->connections->pdata[i];
        for (int from = 0; from < 2; from++) {
            int64_t closed = c->peers[from] == node->number ? c->flows[from].closed : -1;
            if (closed > last_octets && (node->gone < 0 || closed < node->gone))
                node->gone = closed;
        }
    }
}

struct dial {
    int64_t time;
    const char *uri;
};

static gint by_dial_time(gconstpointer a, gconstpointer b)
{
    const struct dial *p = a, *q = b;
    return p->time < q->time ? -1 : p->time > q->time;
}

/* Whom it opened sessions to. A connection may carry several, one after the other. */
static void follow_dials(const struct learning *l, struct cf_captured_node *node)
{
    GArray *dials = g_array_new(FALSE, FALSE, sizeof(struct dial));
    for (guint i = 0; i < l->capture->connections->len; i++) {
        const struct cf_connection *c = l->capture->connections->pdata[i];
        const struct cf_captured_node *other = c->peers[1] == node->number && c->peers[0] != node->number ? node_of(l, c->peers[0]) : NULL;
        for (guint k = 0; other && other->uri && k < c->flows[1].records->len; k++) {
            const struct cf_record *record = c->flows[1].records->pdata[k];
            struct dial dial = {record->time, other->uri};
            if (record->type == PC_NMF_VERSION)
                g_array_append_val(dials, dial);
        }
    }
    g_array_sort(dials, by_dial_time);
    for (guint i = 0; i < dials->len; i++)
        g_ptr_array_add(node->dials, g_strdup(g_array_index(dials, struct dial, i).uri));
    g_array_unref(dials);
}

static void free_publication(gpointer data)
{
    struct cf_publication *p = data;
    g_free((char *)(gpointer)p->message.action.s);
    g_free((char *)(gpointer)p->message.via.s);
    g_free((char *)(gpointer)p->message.peer_to.s);
    cf_body_free((struct cf_body *)(gpointer)p->message.body);
    g_free(p);
}

static void free_node(gpointer data)
{
    struct cf_captured_node *node = data;
    g_free(node->uri);
    g_free(node->host);
    g_free(node->mesh);
    g_free(node->mesh_uri);
    g_free(node->resolver_uri);
    g_array_unref(node->ips);
    g_array_unref(node->calls);
    g_ptr_array_unref(node->channels);
    g_ptr_array_unref(node->publications);
    g_ptr_array_unref(node->referrals);
    g_ptr_array_unref(node->answers);
    g_ptr_array_unref(node->dials);
    g_free(node);
}

static struct cf_captured_node *new_node(struct cf_capture *capture, uint32_t number)
{
    struct cf_captured_node *node = g_new0(struct cf_captured_node, 1);
    bool resolver;
    node->number = number;
    node->name = an_peer_called(capture->names, number);
    node->endpoint = *an_peer_endpoint(capture->names, number, &resolver);
    node->ips = g_array_new(FALSE, FALSE, sizeof(struct pc_ip));
    node->calls = g_array_new(FALSE, FALSE, sizeof(struct cf_call));
    node->channels = g_ptr_array_new_with_free_func(g_free);
    node->referrals = g_ptr_array_new_with_free_func(free_referrals);
    node->answers = g_ptr_array_new_with_free_func(free_referrals);
    node->dials = g_ptr_array_new_with_free_func(g_free);
    node->publications = g_ptr_array_new_with_free_func(free_publication);
    node->start = node->stop = node->gone = -1;
    return node;
}

const struct cf_captured_node *cf_captured_node_at(const struct cf_capture *capture, uint32_t number)
{
    for (guint i = 0; capture->nodes && i < capture->nodes->len; i++) {
        const struct cf_captured_node *node = capture->nodes->pdata[i];
        if (node->number == number)
            return node;
    }
    return NULL;
}

const GPtrArray *cf_captured_nodes(struct cf_capture *capture)
{
    struct learning l = {.capture = capture, .nodes = g_ptr_array_new_with_free_func(free_node),
                         .seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
    for (uint32_t i = 0; i < an_peer_count(capture->names); i++) {
        bool resolver;
        an_peer_endpoint(capture->names, i, &resolver);
        if (!resolver)
            g_ptr_array_add(l.nodes, new_node(capture, i));
    }
    read_all(&l, learn);
    read_all(&l, collect);
    for (guint i = 0; i < l.nodes->len; i++) {
        struct cf_captured_node *node = l.nodes->pdata[i];
        follow(&l, node);
        follow_dials(&l, node);
        g_ptr_array_sort(node->publications, by_time);
        g_array_sort(node->calls, by_call_time);
        for (guint k = 0; k < node->calls->len; k++)
            find_answer(&g_array_index(node->calls, struct cf_call, k));
    }
    g_hash_table_unref(l.seen);
    capture->nodes = l.nodes;
    return l.nodes;
}
