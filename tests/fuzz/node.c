/* A whole node, or a resolver service, in any state: a program of events made from the input is stepped through it. Octets arrive
 * as they are, in any pieces, beside messages that a correct peer would send. Checked: actions name connections that are open,
 * work is bounded, and at the end nothing is left. */
#include "protocol/mesh/address.h"
#include "protocol/mesh/resolver.h"

#include <string.h>

#define CONNS        24
#define STEP_ACTIONS 20000 /* of one step: 64 sessions, 51 referrals, 8 channels are far below */

struct input {
    const uint8_t *data;
    size_t size;
};

struct conn {
    pc_conn number; /* 0: free */
    bool dialled, connected, eof, paused, preamble_sent;
    uint64_t written, out;
    struct pc_table *table; /* of what the peer writes */
};

struct world {
    struct pc_codec *codec, *peers; /* the node's; the other side's */
    struct pc_ids *ids;
    struct pc_mesh mesh;
    struct pc_node *node;
    struct pc_resolver *resolver;
    struct pc_actions actions;
    struct conn conns[CONNS];
    pc_time now;
    pc_conn next_accepted;
    uint64_t node_id;
    uint64_t fed; /* octets */
};

static uint8_t byte(struct input *in)
{
    if (in->size == 0)
        return 0;
    in->size--;
    return *in->data++;
}

static uint32_t pair(struct input *in)
{
    uint32_t high = byte(in);
    return high << 8 | byte(in);
}

static uint64_t random_of(void *user, enum pc_draw purpose, uint32_t index)
{
    (void)user;
    uint64_t h = ((uint64_t)purpose << 32 | index) * UINT64_C(0x9e3779b97f4a7c15) + 1;
    return (h ^ (h >> 29)) * UINT64_C(0xbf58476d1ce4e5b9);
}

static struct conn *find(struct world *w, pc_conn number)
{
    for (unsigned i = 0; i < CONNS; i++)
        if (w->conns[i].number == number)
            return &w->conns[i];
    return NULL;
}

static void forget(struct world *w, struct conn *conn)
{
    pc_table_unref(w->peers, conn->table);
    *conn = (struct conn){0};
}

static struct conn *add(struct world *w, pc_conn number, bool dialled)
{
    struct conn *conn = find(w, 0);
    if (conn)
        *conn = (struct conn){.number = number, .dialled = dialled, .table = pc_table_empty(w->peers)};
    return conn;
}

/* ---- steps ---- */

static void step(struct world *w, struct pc_event event);

static void carry_out(struct world *w, const struct pc_action *action, GArray *failed)
{
    struct conn *conn = action->conn ? find(w, action->conn) : NULL;
    switch (action->kind) {
    case PC_ACTION_CONNECT:
        g_assert(!conn);
        if (!add(w, action->conn, true))
            g_array_append_val(failed, action->conn);
        break;
    case PC_ACTION_WRITE:
        g_assert(conn);
        conn->written += action->u.write->size;
        pc_buf_unref(action->u.write);
        break;
    case PC_ACTION_PAUSE:
    case PC_ACTION_RESUME:
        g_assert(conn);
        conn->paused = action->kind == PC_ACTION_PAUSE;
        break;
    case PC_ACTION_CLOSE:
    case PC_ACTION_ABORT:
        g_assert(conn);
        forget(w, conn);
        break;
    case PC_ACTION_DELIVER:
        g_assert(action->u.deliver.channel && (action->u.deliver.message || action->u.deliver.own));
        break;
    default:
        break;
    }
}

static void step(struct world *w, struct pc_event event)
{
    GArray *failed = g_array_new(FALSE, FALSE, sizeof(pc_conn));
    event.now = w->now;
    do {
        size_t before = event.u.octets.size;
        w->actions.count = 0;
        if (w->node)
            pc_node_step(w->node, &event, &w->actions);
        else
            pc_resolver_step(w->resolver, &event, &w->actions);
        g_assert(w->actions.count < STEP_ACTIONS);
        for (uint32_t i = 0; i < w->actions.count; i++)
            carry_out(w, &w->actions.items[i], failed);
        if (event.kind == PC_EVENT_OCTETS && (!find(w, event.conn) || event.u.octets.size == 0))
            break;
        g_assert(event.kind != PC_EVENT_OCTETS || event.u.octets.size < before); /* else it would go on for ever */
    } while (event.kind == PC_EVENT_OCTETS);
    for (guint i = 0; i < failed->len; i++)
        step(w, (struct pc_event){.kind = PC_EVENT_CONNECT_FAILED, .conn = g_array_index(failed, pc_conn, i)});
    g_array_unref(failed);
}

static void feed(struct world *w, struct conn *conn, const uint8_t *data, size_t size)
{
    struct pc_event event = {.kind = PC_EVENT_OCTETS, .conn = conn->number};
    if (conn->dialled && !conn->connected)
        return;
    w->fed += size;
    event.u.octets.data = data;
    event.u.octets.size = size;
    if (size && !conn->eof && !conn->paused)
        step(w, event);
}

static void pass_time(struct world *w, pc_time time)
{
    pc_time end = w->now + time;
    for (unsigned fired = 0;; fired++) {
        pc_time due = w->node ? pc_node_deadline(w->node) : pc_resolver_deadline(w->resolver);
        if (due > end)
            break;
        g_assert(fired < 100000); /* a timer that is never re-armed later spins */
        w->now = MAX(due, w->now);
        step(w, (struct pc_event){.kind = PC_EVENT_TIMER});
    }
    w->now = end;
}

/* ---- what a correct peer sends ---- */

static struct pc_ip ip_of(unsigned number)
{
    return (struct pc_ip){.family = 4, .octets = {10, 0, (uint8_t)(number >> 8), (uint8_t)number}};
}

static void put_buf(struct world *w, struct conn *conn, struct pc_buf *buf)
{
    feed(w, conn, buf->data, buf->size);
    pc_buf_unref(buf);
}

static void put_preamble(struct world *w, struct conn *conn)
{
    char via[PC_VIA_MAX];
    struct pc_node_view view = {0};
    if (w->node)
        pc_node_view(w->node, &view);
    struct pc_ip ip = ip_of(1);
    uint32_t n = view.listen_uri ? pc_via_for(pc_address_uri(pc_codec_strings(w->codec), view.listen_uri), &ip, via)
                                 : (uint32_t)g_snprintf(via, sizeof via, "net.tcp://10.0.0.1:47000/resolver");
    if (conn->dialled)
        put_buf(w, conn, pc_nmf_octet(PC_NMF_PREAMBLE_ACK));
    else
        put_buf(w, conn, pc_nmf_preamble((struct pc_text){via, n}));
}

static void fill(struct pc_message *m, struct input *in, struct pc_referral *referrals, struct pc_ip *ips, char (*uris)[128])
{
    static const enum pc_kind kinds[] = {PC_KIND_CONNECT, PC_KIND_WELCOME, PC_KIND_REFUSE, PC_KIND_DISCONNECT, PC_KIND_LINK_UTILITY,
                                         PC_KIND_PING, PC_KIND_REGISTER, PC_KIND_REGISTER_RESPONSE, PC_KIND_UPDATE, PC_KIND_RESOLVE,
                                         PC_KIND_RESOLVE_RESPONSE, PC_KIND_REFRESH, PC_KIND_REFRESH_RESPONSE, PC_KIND_UNREGISTER,
                                         PC_KIND_GET_SERVICE_SETTINGS, PC_KIND_GET_SERVICE_SETTINGS_RESPONSE};
    static const enum pc_reason reasons[] = {PC_REASON_LEAVING_MESH, PC_REASON_NOT_USEFUL_NEIGHBOR, PC_REASON_DUPLICATE_NEIGHBOR,
                                             PC_REASON_NODE_BUSY, PC_REASON_DUPLICATE_NODE_ID, PC_REASON_INTERNAL_FAILURE};
    m->kind = kinds[byte(in) % G_N_ELEMENTS(kinds)];
    unsigned a = byte(in), count = a % 8;
    for (unsigned i = 0; i < 8; i++) {
        ips[i] = ip_of(2 + i + a);
        int n = g_snprintf(uris[i], 128, "net.tcp://10.0.0.%u:50001/PeerChannelEndpoints/%08x", 2 + i + a, i + a);
        referrals[i] = (struct pc_referral){.node_id = 100 + i + a};
        referrals[i].address = (struct pc_node_address){{uris[i], (uint32_t)n}, &ips[i], 1};
    }
    static const struct pc_text guid = {"3f0f4c5e-6f3b-4a57-9a35-3f3f4b1e9d10", 36}, mesh = {"mesh1", 5};
    static struct pc_node_address addresses[8];
    for (unsigned i = 0; i < 8; i++)
        addresses[i] = referrals[i].address;
    switch (m->kind) {
    case PC_KIND_CONNECT:
        m->u.connect.address = addresses[0];
        m->u.connect.node_id = 1 + a;
        break;
    case PC_KIND_WELCOME:
        m->u.welcome.node_id = 1 + a;
        m->u.welcome.referrals = (struct pc_referrals){referrals, count, false};
        break;
    case PC_KIND_REFUSE:
    case PC_KIND_DISCONNECT:
        m->u.refuse.reason = reasons[m->kind == PC_KIND_REFUSE ? 2 + a % 3 : a % 6];
        m->u.refuse.referrals = (struct pc_referrals){referrals, count, false};
        break;
    case PC_KIND_LINK_UTILITY:
        m->u.link_utility.total = a % 40;
        m->u.link_utility.useful = a % 33;
        break;
    case PC_KIND_REGISTER:
    case PC_KIND_UPDATE:
    case PC_KIND_REFRESH:
    case PC_KIND_UNREGISTER:
        m->u.registration.client_id = m->u.registration.registration_id = guid;
        m->u.registration.mesh_id = mesh;
        m->u.registration.address = addresses[0];
        break;
    case PC_KIND_REGISTER_RESPONSE:
    case PC_KIND_REFRESH_RESPONSE:
        m->u.registered.registration_id = guid;
        m->u.registered.lifetime_ns = (int64_t)a * 1000000000;
        m->u.registered.found = a & 1;
        break;
    case PC_KIND_RESOLVE:
        m->u.resolve.client_id = guid;
        m->u.resolve.mesh_id = mesh;
        m->u.resolve.max_addresses = (int32_t)a - 2;
        break;
    case PC_KIND_RESOLVE_RESPONSE:
        m->u.resolved.addresses = addresses;
        m->u.resolved.count = count;
        break;
    default:
        m->u.settings.control_mesh_shape = a & 1;
    }
}

static void put_message(struct world *w, struct conn *conn, struct input *in)
{
    struct pc_message message = {0};
    struct pc_referral referrals[8];
    struct pc_ip ips[8];
    char uris[8][128];
    fill(&message, in, referrals, ips, uris);
    /* The id of a resolver call: what the node drew. */
    uint32_t call = byte(in) % 4;
    uint64_t id[2] = {random_of(NULL, PC_DRAW_CALL_ID, 2 * call), random_of(NULL, PC_DRAW_CALL_ID, 2 * call + 1)};
    memcpy(&message.relates_to.guid, id, sizeof id);
    message.relates_to.guid.octets[7] = (uint8_t)((message.relates_to.guid.octets[7] & 0x0F) | 0x40);
    message.relates_to.guid.octets[8] = (uint8_t)((message.relates_to.guid.octets[8] & 0x3F) | 0x80);
    message.relates_to.present = message.relates_to.is_guid = conn->dialled;
    message.message_id = message.relates_to;
    message.message_id.present = message.message_id.is_guid = !conn->dialled && message.kind >= PC_KIND_REGISTER;
    if (conn->table)
        put_buf(w, conn, pc_message_write(w->peers, &conn->table, 0, &message));
}

static void put_flood(struct world *w, struct conn *conn, struct input *in)
{
    struct pc_outgoing out = {.action = PC_TEXT("http://example.org/peermesh/data"),
                              .via = PC_TEXT("net.p2p://mesh1/chat"),
                              .peer_to = PC_TEXT("net.p2p://mesh1/chat")};
    unsigned a = byte(in);
    out.id.octets[0] = (uint8_t)(a & 0x0F);
    out.has_hops = a & 0x10;
    out.hops = a >> 6;
    struct pc_image *image = pc_image_origin(w->peers, &out);
    if (conn->table)
        put_buf(w, conn, pc_image_encode(w->peers, image, &conn->table, 0));
    pc_image_free(w->peers, image);
}

/* ---- the program ---- */

static void tell_gone(struct world *w, struct conn *conn, enum pc_event_kind kind)
{
    pc_conn number = conn->number;
    forget(w, conn);
    step(w, (struct pc_event){.kind = kind, .conn = number});
}

static void accept_one(struct world *w)
{
    struct conn *conn = add(w, w->next_accepted + 2, false);
    if (!conn)
        return;
    w->next_accepted += 2;
    step(w, (struct pc_event){.kind = PC_EVENT_ACCEPTED, .conn = w->next_accepted});
}

static void publish(struct world *w, struct input *in)
{
    struct pc_outgoing out = {.action = PC_TEXT("urn:a"), .via = PC_TEXT("net.p2p://mesh1/chat"), .peer_to = PC_TEXT("net.p2p://mesh1/chat")};
    struct pc_event event = {.kind = PC_EVENT_PUBLISH};
    out.has_hops = byte(in) & 1;
    event.u.publish.message = &out;
    step(w, event);
}

static void progress(struct world *w, struct conn *conn, struct input *in)
{
    uint64_t out = conn->out + (uint64_t)byte(in) * 64;
    bool blocked = byte(in) & 1;
    conn->out = MIN(out, conn->written);
    struct pc_event event = {.kind = blocked && conn->out < conn->written ? PC_EVENT_BLOCKED : PC_EVENT_WRITABLE, .conn = conn->number};
    event.u.written = conn->out;
    if (!conn->dialled || conn->connected)
        step(w, event);
}

static void node_event(struct world *w, struct input *in)
{
    struct pc_event event = {.now = w->now};
    unsigned what = byte(in) % 6;
    struct pc_strings *pool = pc_codec_strings(w->codec);
    switch (what) {
    case 0:
        event.kind = PC_EVENT_REFRESH;
        break;
    case 1:
        event.kind = PC_EVENT_RESUMED;
        break;
    case 2:
        event.kind = PC_EVENT_ADDRESS_CHANGED;
        event.u.start.ip = ip_of(byte(in));
        break;
    case 3:
    case 4:
        event.kind = what == 3 ? PC_EVENT_OPEN_CHANNEL : PC_EVENT_CLOSE_CHANNEL;
        event.u.channel = byte(in) & 1 ? pc_str_intern(pool, "net.p2p://mesh1/chat", 20) : pc_str_intern(pool, "net.p2p://mesh1/b", 17);
        step(w, event);
        pc_str_unref(pool, event.u.channel);
        return;
    default:
        event.kind = PC_EVENT_STOP;
    }
    step(w, event);
}

static void run(struct world *w, struct input *in)
{
    while (in->size) {
        unsigned op = byte(in);
        struct conn *conn = &w->conns[(op >> 4) % CONNS];
        size_t n;
        bool none = conn->number == 0;
        switch (op & 0x0F) {
        case 0:
            accept_one(w);
            continue;
        case 1:
            pass_time(w, (pc_time)pair(in) * 50000000);
            continue;
        case 2:
            if (w->node)
                publish(w, in);
            continue;
        case 3:
            if (w->node)
                node_event(w, in);
            continue;
        default:
            break;
        }
        if (none)
            continue;
        switch (op & 0x0F) {
        case 4:
            if (conn->dialled && !conn->connected) {
                conn->connected = true;
                step(w, (struct pc_event){.kind = PC_EVENT_CONNECTED, .conn = conn->number});
            }
            break;
        case 5:
            tell_gone(w, conn, conn->dialled && !conn->connected ? PC_EVENT_CONNECT_FAILED : PC_EVENT_CLOSED);
            break;
        case 6:
            if (!conn->eof && (!conn->dialled || conn->connected)) {
                conn->eof = true;
                step(w, (struct pc_event){.kind = PC_EVENT_EOF, .conn = conn->number});
            }
            break;
        case 7:
            progress(w, conn, in);
            break;
        case 8:
            put_preamble(w, conn);
            break;
        case 9:
        case 10:
            put_message(w, conn, in);
            break;
        case 11:
            put_flood(w, conn, in);
            break;
        case 12:
            put_buf(w, conn, pc_nmf_octet(PC_NMF_END));
            break;
        case 13: /* in single octets */
            n = byte(in);
            n = MIN(n, in->size);
            for (pc_conn number = conn->number; n && conn->number == number; n--) {
                in->size--;
                feed(w, conn, in->data++, 1);
            }
            break;
        default:
            n = pair(in);
            n = MIN(n, in->size);
            feed(w, conn, in->data, n);
            in->data += n;
            in->size -= n;
        }
    }
}

static void open_node(struct world *w, unsigned flags)
{
    struct pc_strings *pool = pc_codec_strings(w->codec);
    w->mesh = (struct pc_mesh){.codec = w->codec,
                               .ids = w->ids,
                               .rules = *pc_rules_of((enum pc_dialect)(flags % PC_DIALECT_COUNT)),
                               .name = pc_str_intern(pool, "mesh1", 5),
                               .uri = pc_str_intern(pool, "net.p2p://mesh1/", 16),
                               .random = random_of};
    if (flags & 0x10) {
        w->mesh.resolver_uri = pc_str_intern(pool, "net.tcp://10.0.0.9:47000/resolver", 33);
        w->mesh.resolver_ip = ip_of(9);
        w->mesh.resolver_port = 47000;
    }
    if (flags & 0x20) {
        w->resolver = pc_resolver_new(&w->mesh, w, &pc_resolver_defaults, NULL);
    } else {
        w->node = pc_node_new(&w->mesh, w);
        struct pc_event channel = {.kind = PC_EVENT_OPEN_CHANNEL};
        channel.u.channel = pc_str_intern(pool, "net.p2p://mesh1/chat", 20);
        step(w, channel);
        pc_str_unref(pool, channel.u.channel);
    }
    struct pc_event start = {.kind = PC_EVENT_START};
    start.u.start.ip = ip_of(1);
    start.u.start.port = 50001;
    step(w, start);
}

/* Connects an acceptor's link, so that most inputs begin where the protocol does. */
static void begin_connected(struct world *w)
{
    static const uint8_t connect[] = {9, 0, 4, 0};
    struct input in = {connect + 1, sizeof connect - 1};
    accept_one(w);
    struct conn *conn = find(w, w->next_accepted);
    if (conn)
        put_preamble(w, conn);
    if (conn && conn->number)
        put_message(w, conn, &in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct input in = {data + 1, size - 1};
    struct world w = {.codec = pc_codec_new(NULL), .peers = pc_codec_new(NULL), .ids = pc_ids_new(), .now = 1};
    open_node(&w, data[0]);
    if (data[0] & 0x40)
        begin_connected(&w);
    run(&w, &in);
    for (unsigned i = 0; i < CONNS; i++)
        if (w.conns[i].number)
            forget(&w, &w.conns[i]);
    if (w.node)
        pc_node_free(w.node);
    if (w.resolver)
        pc_resolver_free(w.resolver);
    struct pc_strings *pool = pc_codec_strings(w.codec);
    pc_str_unref(pool, w.mesh.name);
    pc_str_unref(pool, w.mesh.uri);
    if (w.mesh.resolver_uri)
        pc_str_unref(pool, w.mesh.resolver_uri);
    pc_actions_clear(&w.actions);
    pc_ids_free(w.ids);
    pc_codec_free(w.codec);
    pc_codec_free(w.peers);
    return 0;
}
