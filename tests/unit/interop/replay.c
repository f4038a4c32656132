#include "tests/unit/interop/replay_private.h"

#include "protocol/mesh/address.h"
#include "tests/unit/live/rig.h"

#include <string.h>

/* ---- our side ---- */

static uint64_t draw(void *user, enum pc_draw purpose, uint32_t index)
{
    struct replay *r = user;
    if (purpose == PC_DRAW_NODE_ID && r->node_id)
        return r->node_id;
    if (purpose == PC_DRAW_LISTEN_GUID)
        return pc_draw_of_guid(&r->guid, index);
    return pc_live_random(1, purpose, index);
}

static void on_action(void *user, const struct pc_action *action)
{
    struct replay *r = user;
    if (action->kind == PC_ACTION_DELIVER && !action->u.deliver.own) {
        g_hash_table_add(r->delivered, g_memdup2(&action->u.deliver.message->u.flood.id, sizeof(struct pc_guid)));
        r->result.delivered = g_hash_table_size(r->delivered);
    }
    r->stopped |= action->kind == PC_ACTION_STOPPED;
    cr_assert_neq(action->kind, PC_ACTION_OPEN_FAILED);
}

static const struct pc_live_ops live_ops = {on_action};

static pc_str intern(struct pc_codec *codec, const char *text)
{
    return pc_str_intern(pc_codec_strings(codec), text, strlen(text));
}

static void start_ours(struct replay *r)
{
    struct pc_ip ip = rig_loopback(4);
    GError *error = NULL;
    if (r->ours == RESOLVER)
        r->live = pc_live_resolver(r->sockets, &r->mesh, &ip, 0, &pc_resolver_defaults, &live_ops, r, &error);
    else
        r->live = pc_live_node(r->sockets, &r->mesh, &ip, 0, &live_ops, r, &error);
    cr_assert(r->live, "%s", error ? error->message : "");
    r->live_port = pc_live_port(r->live);
    if (r->ours != RESOLVER) {
        struct pc_event event = {.kind = PC_EVENT_OPEN_CHANNEL};
        event.u.channel = intern(r->mesh.codec, r->via);
        pc_live_event(r->live, &event);
    }
    pc_live_start(r->live, (struct pc_text){0});
}

static void leave(struct replay *r)
{
    if (r->left)
        return;
    r->left = true;
    pc_live_event(r->live, &(struct pc_event){.kind = PC_EVENT_STOP});
}

static void write_body(struct pc_body_writer *writer, const void *body)
{
    pc_body_start(writer, PC_TEXT("Say"), PC_TEXT("http://example.org/replay"));
    pc_body_start(writer, PC_TEXT("text"), (struct pc_text){0});
    pc_body_text(writer, (struct pc_text){body, (uint32_t)strlen(body)});
    pc_body_end(writer);
    pc_body_end(writer);
}

/* Did the recorded node publish it? Then its first copy came from there. */
static bool ours_first(const struct replay *r, const struct recorded *flood)
{
    for (guint i = 0;; i++) {
        const struct recorded *at = r->records->pdata[i];
        if (at->kind == PC_KIND_FLOOD && memcmp(&at->id, &flood->id, sizeof flood->id) == 0)
            return at->from == r->ours;
    }
}

static bool connected(const struct replay *r)
{
    struct pc_node_view view;
    pc_node_view(pc_live_core(r->live), &view);
    return view.connected > 0;
}

/* What the recorded node published, our node publishes under the same id; it must come out on one of the wires. */
static void publish(struct replay *r, const struct recorded *recorded)
{
    if (g_hash_table_contains(r->floods, &recorded->id))
        return; /* seen on another connection, or relayed */
    if (!ours_first(r, recorded))
        return; /* a relay of somebody else's */
    rig_until(connected(r));
    struct pc_text via = {r->via, (uint32_t)strlen(r->via)};
    struct pc_outgoing message = {.action = PC_TEXT("http://example.org/replay/Say"), .via = via, .peer_to = via, .id = recorded->id,
                                  .write_body = write_body, .body = "as recorded"};
    struct pc_event event = {.kind = PC_EVENT_PUBLISH};
    event.u.publish.message = &message;
    event.u.publish.has_id = true;
    pc_live_event(r->live, &event);
    rig_until(g_hash_table_contains(r->floods, &recorded->id));
    r->result.published++;
}

/* ---- playing ---- */

static struct wire *wire_of(struct replay *r, uint32_t stream)
{
    if (stream >= r->wires->len)
        g_ptr_array_set_size(r->wires, (gint)stream + 1);
    return r->wires->pdata[stream];
}

static bool loose_to(struct replay *r, uint16_t peer, guint *at)
{
    for (*at = 0; *at < r->loose->len; ++*at)
        if (((struct wire *)r->loose->pdata[*at])->peer == peer)
            return true;
    return false;
}

/* The connection of a recorded stream: dialled by the played side, or the next one that our node has dialled. */
static struct wire *open_wire(struct replay *r, const struct recorded *recorded)
{
    struct wire *wire = wire_of(r, recorded->stream);
    guint at;
    if (wire)
        return wire;
    bool we_initiate = (recorded->from == r->ours) == recorded->from_initiator;
    uint16_t peer = recorded->from == r->ours ? recorded->to : recorded->from;
    if (!we_initiate) {
        struct pc_ip ip = rig_loopback(4);
        wire = replay_new_wire(r, peer, true);
        wire->socket = pc_socket_connect(r->sockets, &ip, r->live_port, &replay_wire_ops, wire);
        rig_until(wire->open);
    } else {
        gint64 end = g_get_monotonic_time() + NOT_DIALLED_MS * 1000;
        while (!loose_to(r, peer, &at) && g_get_monotonic_time() < end)
            rig_turn(5);
        if (loose_to(r, peer, &at))
            wire = g_ptr_array_steal_index(r->loose, at);
        else
            wire = replay_new_wire(r, peer, false);
        wire->skipped = !wire->open;
        r->result.skipped += wire->skipped;
    }
    r->wires->pdata[recorded->stream] = wire;
    return wire;
}

static void finish(struct wire *wire)
{
    if (wire->socket)
        pc_socket_close(wire->socket);
    wire->socket = NULL;
}

/* A FIN is one direction's: what our side still says on the connection is to be read. */
static bool more_of_ours(const struct replay *r, const struct recorded *after)
{
    guint i = 0;
    while (r->records->pdata[i] != after)
        i++;
    for (i++; i < r->records->len; i++) {
        const struct recorded *at = r->records->pdata[i];
        if (at->stream == after->stream && at->from == r->ours && !at->fin)
            return true;
    }
    return false;
}

static void played(struct wire *wire, const struct recorded *recorded)
{
    if (recorded->fin) {
        wire->played_fin = true;
        wire->fin_due = more_of_ours(wire->replay, recorded);
        if (!wire->fin_due)
            finish(wire);
        else if (wire->accepted) /* our side hears of it, and goes on to speak */
            g_socket_shutdown(wire->accepted, FALSE, TRUE, NULL);
    } else if (recorded->type == PC_NMF_SIZED_ENVELOPE) {
        replay_send_envelope(wire, recorded, NULL);
        if (recorded->kind == PC_KIND_FLOOD && !ours_first(wire->replay, recorded))
            rig_until(g_hash_table_contains(wire->replay->delivered, &recorded->id));
    } else {
        replay_send_framing(wire, recorded);
    }
}

/* Our service must say what the recorded one said. */
static void compare_answer(struct replay *r, struct wire *wire, const struct recorded *recorded)
{
    guint own_may_come = r->own_left_out;
    const struct recorded *last = &wire->last[recorded->kind];
    if (recorded->kind == PC_KIND_RESOLVE_RESPONSE) { /* .NET's service, and ours, do not leave the caller's own address out */
        cr_assert_geq(last->addresses, recorded->addresses, "Resolve: %u addresses where %u were recorded", last->addresses, recorded->addresses);
        cr_assert_leq(last->addresses, recorded->addresses + own_may_come, "Resolve: %u addresses where %u were recorded", last->addresses, recorded->addresses);
    }
    if (recorded->kind == PC_KIND_REFRESH_RESPONSE)
        cr_assert_eq(last->found, recorded->found);
    if (!recorded->registration)
        return;
    struct guid_change change;
    cr_assert(pc_guid_parse((struct pc_text){recorded->registration, (uint32_t)strlen(recorded->registration)}, &change.from));
    cr_assert(pc_guid_parse((struct pc_text){last->registration, (uint32_t)strlen(last->registration)}, &change.to));
    g_array_append_val(r->changes, change);
}

/* Something that our side said: waited for, and brought about where it was the recorded node's application that wanted it. */
static void expected(struct replay *r, struct wire *wire, const struct recorded *recorded)
{
    if (recorded->fin || wire->skipped || (wire->closed && !wire->seen[PC_KIND_WELCOME]))
        return;
    if (recorded->type == PC_NMF_PREAMBLE_ACK || recorded->type == PC_NMF_PREAMBLE_END) {
        wire->acks_wanted++;
        rig_until(wire->acks >= wire->acks_wanted || wire->closed);
    } else if (recorded->type == PC_NMF_END) {
        if (wire->played_ends <= wire->ends_wanted && !wire->played_fin) /* the first to end: its application left */
            leave(r);
        wire->ends_wanted++;
        rig_until(wire->ends >= wire->ends_wanted || wire->eof || wire->closed);
        if (wire->fin_due && !more_of_ours(r, recorded))
            finish(wire);
    } else if (recorded->type == PC_NMF_SIZED_ENVELOPE) {
        switch (recorded->kind) {
        case PC_KIND_WELCOME:
            wire->wanted[PC_KIND_WELCOME]++;
            rig_until(wire->seen[PC_KIND_WELCOME] >= wire->wanted[PC_KIND_WELCOME] || wire->seen[PC_KIND_REFUSE] || wire->closed);
            if (wire->closed) {
                r->result.turned_away++;
                return;
            }
            wire->refused = wire->seen[PC_KIND_WELCOME] < wire->wanted[PC_KIND_WELCOME];
            r->result.refused += wire->refused;
            return;
        case PC_KIND_LINK_UTILITY: /* by counts and timers that are our node's own */
        case PC_KIND_PING:
        case PC_KIND_DISCONNECT:
        case PC_KIND_FLOOD: /* publish() */
            return;
        default:
            wire->wanted[recorded->kind]++;
            rig_until(wire->seen[recorded->kind] >= wire->wanted[recorded->kind]);
            if (r->ours == RESOLVER)
                compare_answer(r, wire, recorded);
        }
    }
}

static void play(struct replay *r)
{
    for (guint i = 0; i < r->records->len; i++) {
        const struct recorded *recorded = r->records->pdata[i];
        bool from_us = recorded->from == r->ours, to_us = recorded->to == r->ours;
        if (!from_us && !to_us)
            continue;
        if (!r->live)
            start_ours(r);
        if (from_us && recorded->kind == PC_KIND_FLOOD)
            publish(r, recorded);
        if (from_us && recorded->kind == PC_KIND_UNREGISTER)
            leave(r);
        if (from_us && to_us) /* a connection to oneself: deviation 1 of Mono */
            continue;
        uint16_t other = from_us ? recorded->to : recorded->from;
        if (other == RESOLVER) /* answered as our node asks */
            continue;
        if (recorded->fin && !wire_of(r, recorded->stream)) /* nothing was said on it: a port that nobody listened on any more */
            continue;
        struct wire *wire = open_wire(r, recorded);
        if (from_us)
            expected(r, wire, recorded);
        else if (!wire->skipped && !wire->refused && !wire->closed)
            played(wire, recorded);
    }
}

/* ---- putting it up ---- */

static void listen_as(struct replay *r, uint16_t port)
{
    for (guint i = 0; i < r->parties->len; i++)
        if (g_array_index(r->parties, struct party, i).port == port)
            return;
    struct party party = {.replay = r, .port = port};
    g_array_append_val(r->parties, party);
}

/* Ids and GUID of the node whose place ours takes, the mesh's name, the others' ports. */
static void learn(struct replay *r)
{
    for (guint i = 0; i < r->records->len; i++) {
        const struct recorded *recorded = r->records->pdata[i];
        if (recorded->to != r->ours)
            listen_as(r, recorded->to);
        if (recorded->from == r->ours && recorded->path && !r->guid.octets[0]) {
            const char *guid = strrchr(recorded->path, '/') + 1;
            cr_assert(pc_guid_parse((struct pc_text){guid, (uint32_t)strlen(guid)}, &r->guid));
        }
        if (recorded->from == r->ours && recorded->node_id)
            r->node_id = recorded->node_id;
        if (recorded->via && !r->via)
            r->via = g_strdup(recorded->via);
    }
}

static void set_mesh(struct replay *r, enum pc_dialect dialect)
{
    r->mesh = (struct pc_mesh){.codec = pc_codec_new(NULL), .ids = pc_ids_new(), .rules = *pc_rules_of(dialect), .random = draw};
    if (r->ours == RESOLVER)
        return;
    cr_assert(r->via, "the capture holds no flood: the mesh has no name");
    const char *name = strstr(r->via, "://") + 3;
    r->name = g_strndup(name, strcspn(name, "/"));
    char *uri = g_strdup_printf("net.p2p://%s/", r->name);
    r->mesh.name = intern(r->mesh.codec, r->name);
    r->mesh.uri = intern(r->mesh.codec, uri);
    g_free(uri);
    r->mesh.resolver_ip = rig_loopback(4);
    for (guint i = 0; i < r->parties->len; i++) {
        struct party *party = &g_array_index(r->parties, struct party, i);
        GError *error = NULL;
        party->listener = pc_listener_new(r->sockets, &r->mesh.resolver_ip, 0, replay_on_accepted, party, &error);
        cr_assert(party->listener, "%s", error ? error->message : "");
        party->live = pc_listener_port(party->listener);
        if (party->port != RESOLVER)
            continue;
        uri = g_strdup_printf("net.tcp://127.0.0.1:%u/resolver", party->live);
        r->mesh.resolver_uri = intern(r->mesh.codec, uri);
        r->mesh.resolver_port = party->live;
        g_free(uri);
    }
}

static guint guid_hash(gconstpointer guid)
{
    guint hash;
    memcpy(&hash, guid, sizeof hash);
    return hash;
}

static gboolean guid_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(struct pc_guid)) == 0;
}

static struct replay *open_replay(const char *capture, uint16_t port, enum pc_dialect dialect)
{
    struct replay *r = g_new0(struct replay, 1);
    r->records = recorded_load(capture);
    r->spare = recorded_load("tests/data/captures/net-pair.pcap");
    r->ours = port;
    r->codec = pc_codec_new(NULL);
    r->sockets = pc_sockets_new(NULL);
    r->wires = g_ptr_array_new();
    r->loose = g_ptr_array_new();
    r->parties = g_array_new(FALSE, TRUE, sizeof(struct party));
    r->changes = g_array_new(FALSE, FALSE, sizeof(struct guid_change));
    r->floods = g_hash_table_new_full(guid_hash, guid_equal, g_free, NULL);
    r->delivered = g_hash_table_new_full(guid_hash, guid_equal, g_free, NULL);
    learn(r);
    if (port == RESOLVER)
        g_array_set_size(r->parties, 0);
    set_mesh(r, dialect);
    return r;
}

static void close_wire(struct wire *wire)
{
    if (!wire)
        return;
    if (wire->socket)
        pc_socket_abort(wire->socket);
    g_clear_object(&wire->accepted);
    pc_nmf_reader_clear(&wire->reader);
    pc_table_unref(wire->replay->codec, wire->table);
    for (unsigned k = 0; k < PC_KIND_COUNT; k++) {
        g_free(wire->last[k].path);
        g_free(wire->last[k].registration);
        g_free(wire->last[k].via);
        g_free(wire->last[k].action);
    }
    g_free(wire);
}

static struct replay_result close_replay(struct replay *r)
{
    struct replay_result result = r->result;
    pc_live_free(r->live);
    for (guint i = 0; i < r->wires->len; i++)
        close_wire(r->wires->pdata[i]);
    for (guint i = 0; i < r->loose->len; i++)
        close_wire(r->loose->pdata[i]);
    for (guint i = 0; i < r->parties->len; i++)
        pc_listener_free(g_array_index(r->parties, struct party, i).listener);
    pc_sockets_free(r->sockets);
    pc_ids_free(r->mesh.ids);
    pc_codec_free(r->mesh.codec);
    pc_codec_free(r->codec);
    g_ptr_array_unref(r->wires);
    g_ptr_array_unref(r->loose);
    g_ptr_array_unref(r->records);
    g_ptr_array_unref(r->spare);
    g_array_unref(r->parties);
    g_array_unref(r->changes);
    g_hash_table_unref(r->floods);
    g_hash_table_unref(r->delivered);
    g_free(r->name);
    g_free(r->via);
    g_free(r);
    return result;
}

struct replay_result replay_node(const char *capture, uint16_t port, enum pc_dialect dialect)
{
    struct replay *r = open_replay(capture, port, dialect);
    play(r);
    leave(r);
    rig_until(r->stopped);
    for (guint i = 0; i < r->wires->len + r->loose->len; i++) {
        const struct wire *wire = i < r->wires->len ? r->wires->pdata[i] : r->loose->pdata[i - r->wires->len];
        r->result.left |= wire && wire->peer == RESOLVER && wire->seen[PC_KIND_UNREGISTER] == 1;
    }
    return close_replay(r);
}

struct replay_result replay_resolver(const char *capture, enum pc_dialect dialect, bool own_left_out)
{
    struct replay *r = open_replay(capture, RESOLVER, dialect);
    r->own_left_out = own_left_out;
    play(r);
    return close_replay(r);
}
