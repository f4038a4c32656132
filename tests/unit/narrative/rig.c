#include "tests/unit/narrative/rig_private.h"

#include "protocol/mesh/node_private.h"

#include <stdio.h>
#include <string.h>

void rig_fail(struct rig *rig, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_string_append_vprintf(rig->failure, format, args);
    g_string_append_c(rig->failure, '\n');
    va_end(args);
}

/* ---- the list of happenings ---- */

void rig_schedule(struct rig *rig, pc_time delay, struct item item)
{
    item.at = rig->now + delay;
    item.order = rig->order++;
    guint i = rig->happenings->len;
    while (i > 0 && g_array_index(rig->happenings, struct item, i - 1).at > item.at)
        i--;
    g_array_insert_val(rig->happenings, i, item);
}

void rig_at(struct rig *rig, pc_time at, rig_command command, void *data)
{
    rig_schedule(rig, at - rig->now, (struct item){.kind = ITEM_COMMAND, .command = command, .data = data});
}

/* ---- carrying out what a peer wants ---- */

static void carry_out(struct rig_peer *peer, const struct pc_action *action)
{
    struct rig_end *end = rig_end_of(peer, action->conn);
    switch (action->kind) {
    case PC_ACTION_CONNECT:
        if (end)
            rig_fail(peer->rig, "%s uses connection number %u twice", peer->name, action->conn);
        rig_dial(peer, action->conn, &action->u.connect.ip, action->u.connect.port);
        return;
    case PC_ACTION_WRITE:
        if (!end || !end->open)
            rig_fail(peer->rig, "%s writes to connection %u, which is closed", peer->name, action->conn);
        else {
            rig_read_back(peer, end, action->u.write->data, action->u.write->size);
            rig_put(end, action->u.write->data, action->u.write->size);
        }
        pc_buf_unref(action->u.write);
        return;
    case PC_ACTION_PAUSE:
    case PC_ACTION_RESUME:
        if (!end || !end->open) {
            rig_fail(peer->rig, "%s pauses or resumes connection %u, which is closed", peer->name, action->conn);
            return;
        }
        end->paused = action->kind == PC_ACTION_PAUSE;
        if (!end->paused)
            rig_schedule(peer->rig, 0, (struct item){.kind = ITEM_DRAIN, .end = end});
        return;
    case PC_ACTION_CLOSE:
    case PC_ACTION_ABORT:
        if (!end || !end->open)
            rig_fail(peer->rig, "%s closes connection %u, which is closed", peer->name, action->conn);
        else
            rig_shut(end, action->kind == PC_ACTION_ABORT);
        return;
    case PC_ACTION_STOPPED:
    case PC_ACTION_OPEN_FAILED:
        peer->alive = false;
        return;
    default:
        return;
    }
}

/* The cached deadline of a node must be what its parts say. */
static void check_deadline(struct rig_peer *peer)
{
    const struct pc_node *node = peer->node;
    pc_time first = MIN(pc_maintainer_deadline(node), pc_client_deadline(node));
    uint32_t connected = 0;
    first = MIN(MIN(first, node->address_changed_at), node->open_until);
    for (uint32_t i = 0; i < node->link_count; i++) {
        const struct pc_link *link = node->links[i];
        if (link->dead)
            continue;
        first = MIN(MIN(first, link->deadline), MIN(link->report_at, link->watch_at));
        connected += link->state == PC_LINK_CONNECTED;
    }
    if (first != pc_node_deadline(node))
        rig_fail(peer->rig, "%s: deadline %" G_GINT64_FORMAT " ns where its parts say %" G_GINT64_FORMAT, peer->name,
                 pc_node_deadline(node), first);
    if (connected != node->connected)
        rig_fail(peer->rig, "%s: %u Connected links where it counts %u", peer->name, connected, node->connected);
}

static void step(struct rig_peer *peer, struct pc_event *event);

/* A driver knows at once that a connection takes no more octets. */
static void tell_blocked(struct rig *rig)
{
    while (rig->blocked) {
        rig->blocked = false;
        for (guint i = 0; i < rig->conns->len * 2; i++) {
            struct rig_end *end = &((struct rig_conn *)rig->conns->pdata[i / 2])->ends[i % 2];
            if (!end->open || !end->stopped || end->told_blocked || !end->unsent->len)
                continue;
            end->told_blocked = true;
            if (end->peer->kind == RIG_NODE)
                rig_event(end->peer,
                          (struct pc_event){.kind = PC_EVENT_BLOCKED, .conn = end->number, .u.written = end->written});
        }
    }
}

static void step(struct rig_peer *peer, struct pc_event *event)
{
    struct rig *rig = peer->rig;
    event->now = rig->now;
    rig->actions.count = 0;
    if (++rig->steps == RIG_STEPS)
        rig_fail(rig, "the story does not come to rest");
    if (peer->node)
        pc_node_step(peer->node, event, &rig->actions);
    else if (peer->resolver)
        pc_resolver_step(peer->resolver, event, &rig->actions);
    for (uint32_t i = 0; i < rig->actions.count; i++) {
        rig_tell_action(peer, &rig->actions.items[i]);
        carry_out(peer, &rig->actions.items[i]);
    }
    if (peer->node)
        check_deadline(peer);
    tell_blocked(rig);
}

void rig_event(struct rig_peer *peer, struct pc_event event)
{
    step(peer, &event);
}

/* ---- what arrives ---- */

static void octets_arrive(struct rig_end *end, struct item *item)
{
    gsize size;
    const uint8_t *data = g_bytes_get_data(item->octets, &size);
    struct pc_event event = {.kind = PC_EVENT_OCTETS, .conn = end->number};
    event.u.octets.data = data;
    event.u.octets.size = size;
    while (event.u.octets.size && end->open && !end->paused)
        step(end->peer, &event);
    size_t left = end->open ? event.u.octets.size : 0;
    if (left) { /* paused in the middle */
        struct item *rest = g_memdup2(item, sizeof *item);
        rest->octets = g_bytes_new(event.u.octets.data, left);
        g_queue_push_head(end->inbox, rest);
    }
}

static void drain(struct rig_end *end)
{
    while (end->inbox && end->inbox->length && end->open && !end->paused) {
        struct item *item = g_queue_pop_head(end->inbox);
        if (end->peer->kind == RIG_PUPPET) {
            if (item->kind == ITEM_EOF)
                rig_tell(end->peer->rig, RIG_TCP, end->peer, ": the connection from %s has ended",
                         rig_other_end(end)->peer->name);
        } else if (item->kind == ITEM_OCTETS) {
            octets_arrive(end, item);
        } else {
            rig_event(end->peer, (struct pc_event){.kind = PC_EVENT_EOF, .conn = end->number});
        }
        if (item->octets)
            g_bytes_unref(item->octets);
        g_free(item);
    }
}

static void reset_arrives(struct rig_end *end)
{
    if (!end->open)
        return;
    end->open = false;
    if (end->peer->kind != RIG_PUPPET)
        rig_event(end->peer, (struct pc_event){.kind = PC_EVENT_CLOSED, .conn = end->number});
    else
        rig_tell(end->peer->rig, RIG_TCP, end->peer, ": the connection from %s is reset", rig_other_end(end)->peer->name);
}

static void accepted(struct rig_end *end)
{
    struct rig_peer *peer = end->peer;
    if (!peer->alive) { /* gone since */
        end->open = true;
        rig_shut(end, true);
        return;
    }
    peer->next_accepted += 2;
    end->number = peer->next_accepted;
    end->open = true;
    if (peer->kind != RIG_PUPPET)
        rig_event(peer, (struct pc_event){.kind = PC_EVENT_ACCEPTED, .conn = end->number});
}

static void made(struct rig_end *end, enum pc_event_kind kind)
{
    if (!end->open)
        return;
    if (kind == PC_EVENT_CONNECT_FAILED)
        end->open = false;
    if (end->peer->kind != RIG_PUPPET)
        rig_event(end->peer, (struct pc_event){.kind = kind, .conn = end->number});
}

static void happen(struct rig *rig, struct item *item)
{
    struct rig_end *end = item->end;
    if (end && end->peer->vanished && item->kind != ITEM_COMMAND) {
        if (item->octets)
            g_bytes_unref(item->octets);
        return;
    }
    switch (item->kind) {
    case ITEM_COMMAND:
        item->command(rig, item->data);
        return;
    case ITEM_OCTETS:
    case ITEM_EOF:
        if (!end->open && item->octets) { /* to a closed end: the kernel answers with a reset */
            g_bytes_unref(item->octets);
            rig_shut(end, true);
            return;
        }
        g_queue_push_tail(end->inbox, g_memdup2(item, sizeof *item));
        drain(end);
        return;
    case ITEM_DRAIN:
        drain(end);
        return;
    case ITEM_RESET:
        reset_arrives(end);
        return;
    case ITEM_ACCEPT:
        accepted(end);
        return;
    case ITEM_MADE:
        made(end, PC_EVENT_CONNECTED);
        return;
    case ITEM_FAILED:
        made(end, PC_EVENT_CONNECT_FAILED);
        return;
    }
}

/* ---- time ---- */

static pc_time deadline_of(const struct rig_peer *peer)
{
    if (peer->vanished)
        return PC_TIME_NEVER;
    if (peer->node)
        return pc_node_deadline(peer->node);
    return peer->resolver ? pc_resolver_deadline(peer->resolver) : PC_TIME_NEVER;
}

static struct rig_peer *next_timer(struct rig *rig, pc_time *at)
{
    struct rig_peer *first = NULL;
    *at = PC_TIME_NEVER;
    for (uint32_t i = 0; i < rig->peer_count; i++)
        if (deadline_of(&rig->peers[i]) < *at) {
            first = &rig->peers[i];
            *at = deadline_of(first);
        }
    return first;
}

void rig_run(struct rig *rig, pc_time until)
{
    while (rig->failure->len == 0) {
        pc_time at;
        struct rig_peer *peer = next_timer(rig, &at);
        if (rig->happenings->len && g_array_index(rig->happenings, struct item, 0).at <= at) {
            struct item item = g_array_index(rig->happenings, struct item, 0);
            if (item.at > until)
                break;
            g_array_remove_index(rig->happenings, 0);
            rig->now = item.at;
            happen(rig, &item);
            continue;
        }
        if (!peer || at > until)
            break;
        rig->now = MAX(rig->now, at);
        rig_event(peer, (struct pc_event){.kind = PC_EVENT_TIMER});
        if (deadline_of(peer) <= at)
            rig_fail(rig, "%s: its timer is due again at once", peer->name);
    }
}

/* ---- peers ---- */

struct pc_ip rig_ip(uint32_t number)
{
    return (struct pc_ip){.family = 4, .octets = {10, 0, 0, (uint8_t)number}};
}

/* Scripted values first; then numbers that depend on peer, purpose and place alone. */
static uint64_t draw(void *user, enum pc_draw purpose, uint32_t index)
{
    const struct rig_peer *peer = user;
    if (index < peer->draws[purpose].count)
        return peer->draws[purpose].values[index];
    if (purpose == PC_DRAW_NODE_ID)
        return peer->id;
    if (purpose == PC_DRAW_CANDIDATE || purpose == PC_DRAW_SLOW_PERIOD)
        return 0;
    uint64_t x = ((uint64_t)peer->number << 40 | (uint64_t)peer->born << 32 | (uint64_t)purpose << 24 | index) + 1;
    x *= UINT64_C(0x9e3779b97f4a7c15);
    x ^= x >> 29;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    return x ^ x >> 32;
}

static enum pc_propagation filter(void *user, const struct pc_message *message, bool local)
{
    const struct rig_peer *peer = user;
    (void)message;
    (void)local;
    return peer->has_filter ? peer->filter : PC_PROPAGATE_BOTH;
}

struct rig *rig_new(void)
{
    struct rig *rig = g_new0(struct rig, 1);
    rig->delay = PC_SECONDS(1) / 100;
    static const enum rig_class shown[] = {RIG_END,   RIG_MESSAGE, RIG_SERVICE, RIG_FLOOD,   RIG_STATE,
                                           RIG_DELIVERY, RIG_CYCLE,   RIG_LIFE,    RIG_TROUBLE, RIG_SCRIPT};
    for (unsigned i = 0; i < G_N_ELEMENTS(shown); i++)
        rig->shows[shown[i]] = true;
    rig->codec = pc_codec_new(NULL);
    rig->strings_at_first = pc_strings_count(pc_codec_strings(rig->codec));
    rig->reading = pc_codec_new(NULL);
    rig->ids = pc_ids_new();
    rig->conns = g_ptr_array_new();
    rig->happenings = g_array_new(FALSE, FALSE, sizeof(struct item));
    rig->told = g_string_new(NULL);
    rig->failure = g_string_new(NULL);
    return rig;
}

struct rig_peer *rig_add(struct rig *rig, enum rig_kind kind, const char *name)
{
    g_assert(rig->peer_count < RIG_PEERS);
    struct rig_peer *peer = &rig->peers[rig->peer_count++];
    struct pc_strings *pool = pc_codec_strings(rig->codec);
    *peer = (struct rig_peer){.rig = rig, .kind = kind, .port = 50000, .filter = PC_PROPAGATE_BOTH};
    g_strlcpy(peer->name, name, sizeof peer->name);
    peer->number = strcmp(name, "resolver") == 0 ? 100 : ++rig->neighbors;
    peer->ip = rig_ip(peer->number);
    peer->id = peer->number * 100;
    peer->alive = kind == RIG_PUPPET;
    peer->service = pc_resolver_defaults;
    peer->mesh = (struct pc_mesh){.codec = rig->codec, .ids = rig->ids, .random = draw, .filter = filter};
    peer->mesh.rules = *pc_rules_of(PC_DIALECT_NET);
    peer->mesh.name = pc_str_intern(pool, "mesh", 4);
    peer->mesh.uri = pc_str_intern(pool, "net.p2p://mesh/", 15);
    return peer;
}

struct rig_peer *rig_peer(struct rig *rig, const char *name)
{
    for (uint32_t i = 0; i < rig->peer_count; i++)
        if (strcmp(rig->peers[i].name, name) == 0)
            return &rig->peers[i];
    return NULL;
}

static void know_resolver(struct rig_peer *peer)
{
    for (uint32_t i = 0; i < peer->rig->peer_count; i++) {
        const struct rig_peer *service = &peer->rig->peers[i];
        if (service->kind != RIG_RESOLVER && !(service->kind == RIG_PUPPET && strcmp(service->name, "resolver") == 0))
            continue;
        char uri[64];
        int n = snprintf(uri, sizeof uri, "net.tcp://10.0.0.%u:%u/resolver", service->number, service->port);
        pc_str_unref(pc_codec_strings(peer->rig->codec), peer->mesh.resolver_uri);
        peer->mesh.resolver_uri = pc_str_intern(pc_codec_strings(peer->rig->codec), uri, (size_t)n);
        peer->mesh.resolver_ip = service->ip;
        peer->mesh.resolver_port = service->port;
    }
}

/* A peer that starts again counts its connections from the beginning. */
static void forget_connections(struct rig_peer *peer)
{
    for (guint i = 0; i < peer->rig->conns->len; i++) {
        struct rig_conn *conn = peer->rig->conns->pdata[i];
        for (unsigned side = 0; side < 2; side++)
            if (conn->ends[side].peer == peer && !conn->ends[side].open)
                conn->ends[side].number = 0;
    }
}

void rig_start(struct rig_peer *peer)
{
    const char *why = NULL;
    struct pc_event event = {.kind = PC_EVENT_START};
    event.u.start.ip = peer->ip;
    event.u.start.port = peer->port;
    forget_connections(peer);
    peer->next_accepted = 0;
    if (peer->kind == RIG_RESOLVER) {
        peer->resolver = pc_resolver_new(&peer->mesh, peer, &peer->service, &why);
        if (!peer->resolver) {
            rig_fail(peer->rig, "%s: %s", peer->name, why);
            return;
        }
    } else {
        peer->born++;
        know_resolver(peer);
        pc_node_free(peer->node);
        peer->node = pc_node_new(&peer->mesh, peer);
        if (!peer->no_channel) {
            pc_str via = pc_str_intern(pc_codec_strings(peer->rig->codec), "net.p2p://mesh/chat", 19);
            rig_event(peer, (struct pc_event){.kind = PC_EVENT_OPEN_CHANNEL, .u.channel = via});
            pc_str_unref(pc_codec_strings(peer->rig->codec), via);
        }
    }
    peer->alive = true;
    peer->vanished = false;
    step(peer, &event);
}

/* The process is gone: the kernel ends its connections, or not even that. */
void rig_kill(struct rig_peer *peer, bool silently)
{
    if (silently) {
        peer->vanished = true;
        return;
    }
    peer->alive = false;
    pc_node_free(peer->node);
    pc_resolver_free(peer->resolver);
    peer->node = NULL;
    peer->resolver = NULL;
    for (guint i = 0; i < peer->rig->conns->len; i++) {
        struct rig_conn *conn = peer->rig->conns->pdata[i];
        for (unsigned side = 0; side < 2; side++)
            if (conn->ends[side].peer == peer && conn->ends[side].open)
                rig_shut(&conn->ends[side], false);
    }
}

void rig_publish(struct rig_peer *peer, const struct pc_outgoing *message, uint32_t label)
{
    struct rig *rig = peer->rig;
    struct pc_outgoing own = *message;
    if (!label)
        label = ++rig->messages;
    own.id = rig_message_guid(label);
    if (!rig->message_ids[label])
        rig->message_ids[label] = pc_ids_intern(rig->ids, &own.id);
    struct pc_event event = {.kind = PC_EVENT_PUBLISH};
    event.u.publish.message = &own;
    event.u.publish.has_id = true;
    step(peer, &event);
}

/* Ends all peers: whatever they held in the shared pools must have been given back. */
void rig_stop(struct rig *rig)
{
    struct pc_strings *pool = pc_codec_strings(rig->codec);
    for (uint32_t i = 0; i < rig->peer_count; i++) {
        struct rig_peer *peer = &rig->peers[i];
        pc_node_free(peer->node);
        pc_resolver_free(peer->resolver);
        pc_str_unref(pool, peer->mesh.name);
        pc_str_unref(pool, peer->mesh.uri);
        pc_str_unref(pool, peer->mesh.resolver_uri);
    }
    rig->peer_count = 0;
    pc_codec_set_memo(rig->codec, false);
    if (pc_strings_count(pool) != rig->strings_at_first)
        rig_fail(rig, "%zu strings are still held after all peers have gone", pc_strings_count(pool) - rig->strings_at_first);
}

void rig_free(struct rig *rig)
{
    rig_stop(rig);
    for (guint i = 0; i < rig->happenings->len; i++)
        if (g_array_index(rig->happenings, struct item, i).octets)
            g_bytes_unref(g_array_index(rig->happenings, struct item, i).octets);
    for (guint i = 0; i < rig->conns->len; i++) {
        struct rig_conn *conn = rig->conns->pdata[i];
        rig_clear_end(rig, &conn->ends[0]);
        rig_clear_end(rig, &conn->ends[1]);
        g_free(conn);
    }
    g_ptr_array_unref(rig->conns);
    g_array_unref(rig->happenings);
    g_string_free(rig->told, TRUE);
    g_string_free(rig->failure, TRUE);
    pc_actions_clear(&rig->actions);
    pc_ids_free(rig->ids);
    pc_codec_free(rig->reading);
    pc_codec_free(rig->codec);
    g_free(rig);
}
