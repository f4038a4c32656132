/* One peer: hands each event to its part, keeps the one timer, opens and leaves. peer-channel.md 8. */
#include "protocol/mesh/node_private.h"

#include <stdio.h>
#include <string.h>

/* ---- services for the parts ---- */

uint64_t pc_node_draw(struct pc_node *node, enum pc_draw purpose)
{
    return node->mesh->random(node->user, purpose, node->draws[purpose]++);
}

uint32_t pc_node_draw_below(struct pc_node *node, enum pc_draw purpose, uint32_t limit)
{
    return (uint32_t)(((pc_node_draw(node, purpose) >> 32) * limit) >> 32);
}

uint64_t pc_draw_of_guid(const struct pc_guid *guid, uint32_t index)
{
    uint64_t half = 0;
    for (unsigned i = 0; i < 8; i++)
        half |= (uint64_t)guid->octets[8 * (index & 1) + i] << (8 * i);
    return half;
}

struct pc_guid pc_node_draw_guid(struct pc_node *node, enum pc_draw purpose)
{
    struct pc_guid guid;
    uint64_t halves[2] = {pc_node_draw(node, purpose), pc_node_draw(node, purpose)};
    for (unsigned i = 0; i < 16; i++)
        guid.octets[i] = (uint8_t)(halves[i / 8] >> (8 * (i % 8)));
    guid.octets[7] = (uint8_t)((guid.octets[7] & 0x0F) | 0x40); /* version 4: high octet of the third field */
    guid.octets[8] = (uint8_t)((guid.octets[8] & 0x3F) | 0x80);
    return guid;
}

struct pc_note *pc_node_note(struct pc_node *node, enum pc_note_kind kind, const struct pc_link *link)
{
    struct pc_action *action = pc_io_add(&node->io, PC_ACTION_NOTE, link ? link->session.conn : 0);
    memset(&action->u.note, 0, sizeof action->u.note);
    action->u.note.kind = (uint8_t)kind;
    action->u.note.initiator = link && link->session.initiator;
    return &action->u.note;
}

/* Registered, or there is nothing to register with. */
void pc_node_opened(struct pc_node *node)
{
    if (node->started || node->life != PC_LIFE_OPEN)
        return;
    node->started = true;
    node->open_until = PC_TIME_NEVER;
    node->stale = true;
    pc_io_add(&node->io, PC_ACTION_STARTED, 0);
}

void pc_node_open_fails(struct pc_node *node, const char *why)
{
    if (node->started || node->open_failure || node->life != PC_LIFE_OPEN || !pc_rules(node)->open_fails_with_resolver)
        return; /* the first reason counts */
    node->open_failure = why;
    node->stale = true;
}

void pc_node_neighbor_connected(struct pc_node *node)
{
    if (!node->online) {
        node->online = true;
        pc_io_add(&node->io, PC_ACTION_ONLINE, 0);
    }
    pc_client_register(node); /* 8.1 step 6: after the first neighbour; PC-8.1-3 */
}

/* ---- life ---- */

struct pc_node *pc_node_new(const struct pc_mesh *mesh, void *user)
{
    struct pc_node *node = g_new0(struct pc_node, 1);
    node->mesh = mesh;
    node->user = user;
    node->io.mesh = mesh;
    node->deadline = PC_TIME_NEVER;
    node->next_conn = (pc_conn)-1; /* the first dial is number 1 */
    node->address_changed_at = node->open_until = PC_TIME_NEVER;
    node->client.refresh_at = PC_TIME_NEVER;
    node->maintainer.timer = node->maintainer.deadline = node->maintainer.quiet = PC_TIME_NEVER;
    return node;
}

void pc_node_free(struct pc_node *node)
{
    if (!node)
        return;
    struct pc_actions ignored = {0};
    node->io.out = &ignored;
    node->life = PC_LIFE_STOPPED;
    node->paused = false; /* no link is to be told, as its floods are given back */
    pc_maintainer_close(node);
    for (uint32_t i = 0; i < node->link_count; i++)
        pc_link_free(node, node->links[i]);
    g_free(node->links);
    g_free(node->conns);
    node->links = NULL;
    node->link_count = 0;
    pc_client_free(node);
    pc_seen_clear(&node->seen, node->mesh->ids);
    if (node->published)
        pc_ids_unref(node->mesh->ids, node->published);
    for (uint32_t i = 0; i < node->channel_count; i++)
        pc_str_unref(pc_pool(node), node->channels[i]);
    pc_str_unref(pc_pool(node), node->address);
    pc_actions_clear(&ignored);
    g_free(node);
}

/* net.tcp://host:port/PeerChannelEndpoints/guid, new for each open (1.2). */
static void make_address(struct pc_node *node, const struct pc_text *host)
{
    char literal[PC_IP_TEXT], guid_text[37], uri[512];
    struct pc_guid guid = pc_node_draw_guid(node, PC_DRAW_LISTEN_GUID);
    pc_guid_format(&guid, guid_text);
    uint32_t n = pc_ip_format(&node->ip, literal);
    struct pc_text name = host->s && host->n < 256 ? *host : (struct pc_text){literal, n};
    /* PC-8.1-2 */
    int length = snprintf(uri, sizeof uri, "net.tcp://%.*s:%u/PeerChannelEndpoints/%s", (int)name.n, name.s, node->port,
                          guid_text);
    struct pc_node_address address = {{uri, (uint32_t)length}, &node->ip, 1};
    pc_str_unref(pc_pool(node), node->address);
    node->address = pc_address_intern(pc_pool(node), &address);
}

static void start(struct pc_node *node, const struct pc_event *event)
{
    if (node->life != PC_LIFE_CLOSED)
        return;
    node->life = PC_LIFE_OPEN;
    node->ip = event->u.start.ip;
    node->port = event->u.start.port;
    do
        node->id = pc_node_draw(node, PC_DRAW_NODE_ID);
    while (node->id == 0); /* PC-8.1-1 */
    make_address(node, &event->u.start.host);
    pc_seen_init(&node->seen, node->now, pc_rules(node)->seen_period, pc_rules(node)->seen_buckets);
    switch (pc_rules(node)->referral_policy) {
    case PC_REFERRALS_SHARE: /* PC-18.6-2 */
        node->client.sharing = PC_SHARING_ON;
        break;
    case PC_REFERRALS_DO_NOT_SHARE:
        node->client.sharing = PC_SHARING_OFF;
        break;
    default:
        node->client.sharing = node->mesh->resolver_uri ? PC_SHARING_UNKNOWN : PC_SHARING_ON;
    }
    if (pc_rules(node)->open_fails_with_resolver && node->mesh->resolver_uri)
        node->open_until = node->now + pc_rules(node)->node_open_timeout;
    if (pc_rules(node)->settings_at_open && node->client.sharing == PC_SHARING_UNKNOWN) /* PC-10.7-2 */
        pc_client_call(node, PC_KIND_GET_SERVICE_SETTINGS, 0);
    pc_maintainer_open(node);
}

/* 8.2 step 3, after Unregister: own links get End, accepted ones are dropped with the listener. */
static void close_links(struct pc_node *node)
{
    node->links_closed = true;
    pc_client_close_idle(node);
    for (uint32_t i = 0; i < node->link_count; i++)
        pc_link_leave(node, node->links[i]);
    pc_node_may_have_stopped(node);
}

void pc_node_may_have_stopped(struct pc_node *node)
{
    if (node->life != PC_LIFE_CLOSING || pc_client_busy(node))
        return;
    if (!node->links_closed) {
        close_links(node);
        return;
    }
    for (uint32_t i = 0; i < node->link_count; i++)
        if (!node->links[i]->dead)
            return;
    node->life = PC_LIFE_STOPPED;
    node->stale = true;
    pc_io_add(&node->io, PC_ACTION_STOPPED, 0);
}

static void stop(struct pc_node *node)
{
    if (node->life != PC_LIFE_OPEN)
        return;
    node->life = PC_LIFE_CLOSING;
    node->open_until = PC_TIME_NEVER;
    node->client.refresh_at = PC_TIME_NEVER;
    node->stale = true;
    pc_maintainer_close(node);
    pc_client_stop_asking(node);
    if (node->client.registration && !node->client.off) /* PC-8.2-1 */
        pc_client_call(node, PC_KIND_UNREGISTER, 0);
    else
        pc_node_may_have_stopped(node);
}

/* 8.2 abort: no message, every connection dropped. The node was not registered, so there is nothing to take back. */
static void abort_open(struct pc_node *node) /* PC-8.2-5 */
{
    const char *why = node->open_failure;
    node->open_failure = NULL;
    node->open_until = node->address_changed_at = PC_TIME_NEVER;
    node->life = PC_LIFE_STOPPED;
    pc_maintainer_close(node);
    for (uint32_t i = 0; i < node->link_count; i++)
        if (!node->links[i]->dead && pc_link_ask(node, node->links[i], PC_LINK_OPEN_FAILS) == PC_VERDICT_ABORT)
            pc_link_abort(node, node->links[i], NULL);
    pc_client_abort(node);
    if (node->online)
        pc_io_add(&node->io, PC_ACTION_OFFLINE, 0);
    node->online = false;
    pc_io_add(&node->io, PC_ACTION_OPEN_FAILED, 0)->u.open_failed = why;
}

static void ping_all(struct pc_node *node) /* PC-8.3-3 */
{
    struct pc_message ping = {.kind = PC_KIND_PING};
    for (uint32_t i = 0; i < node->link_count; i++)
        if (node->links[i]->state == PC_LINK_CONNECTED)
            pc_link_write(node, node->links[i], &ping);
}

/* 8.3: a change is acted on when 5 s have passed without another: Update, Unregister if no address is left, Register if
 * there is one again. */
static void address_settled(struct pc_node *node)
{
    node->stale = true;
    if (node->ip.family == 0) {
        if (node->client.registration)
            pc_client_call(node, PC_KIND_UNREGISTER, 0);
        ping_all(node);
        return;
    }
    struct pc_address old;
    pc_address_get(pc_pool(node), node->address, &old);
    struct pc_node_address changed = {old.uri, &node->ip, 1};
    pc_str fresh = pc_address_intern(pc_pool(node), &changed); /* the path stays: it is the same node */
    pc_str_unref(pc_pool(node), node->address);
    node->address = fresh;
    if (node->client.registration)
        pc_client_call(node, PC_KIND_UPDATE, 0); /* PC-8.3-2 */
    else if (node->client.withdrawn)
        pc_client_call(node, PC_KIND_REGISTER, 0);
    ping_all(node);
}

static void resumed(struct pc_node *node) /* PC-8.3-4 */
{
    ping_all(node);
    if (node->connected < pc_rules(node)->ideal_neighbors)
        pc_maintainer_begin(node, PC_CYCLE_MAINTENANCE);
}

static void open_channel(struct pc_node *node, pc_str via, bool open)
{
    for (uint32_t i = 0; i < node->channel_count; i++) {
        if (node->channels[i] != via)
            continue;
        if (!open) {
            pc_str_unref(pc_pool(node), via);
            node->channels[i] = node->channels[--node->channel_count];
        }
        return;
    }
    if (open && node->channel_count < PC_MAX_CHANNELS) /* LIM-4 */
        node->channels[node->channel_count++] = pc_str_ref(pc_pool(node), via);
}

/* ---- time ---- */

static void timer(struct pc_node *node)
{
    if (node->life == PC_LIFE_OPEN)
        pc_maintainer_timer(node);
    pc_client_timer(node);
    for (uint32_t i = 0; i < node->link_count; i++) {
        struct pc_link *link = node->links[i];
        if (!link->dead && node->now >= link->report_at)
            pc_utility_timer(node, link);
        if (!link->dead && node->now >= link->watch_at)
            pc_throttle_timer(node, link);
        if (!link->dead && node->now >= link->deadline)
            pc_link_timer(node, link);
    }
    if (node->now >= node->address_changed_at) {
        node->address_changed_at = PC_TIME_NEVER; /* also of a node that is no longer open */
        if (node->life == PC_LIFE_OPEN)
            address_settled(node);
    }
    if (node->now >= node->open_until)
        pc_node_open_fails(node, "the open timed out"); /* PC-8.1-6 */
    node->stale = true;
}

static pc_time earliest(const struct pc_node *node)
{
    pc_time first = pc_maintainer_deadline(node), other = pc_client_deadline(node);
    if (other < first)
        first = other;
    if (node->address_changed_at < first)
        first = node->address_changed_at;
    if (node->open_until < first)
        first = node->open_until;
    for (uint32_t i = 0; i < node->link_count; i++) {
        const struct pc_link *link = node->links[i];
        if (link->dead)
            continue;
        if (link->deadline < first)
            first = link->deadline;
        if (link->report_at < first)
            first = link->report_at;
        if (link->watch_at < first)
            first = link->watch_at;
    }
    return first;
}

pc_time pc_node_deadline(const struct pc_node *node)
{
    return node->deadline;
}

/* ---- events ---- */

static void sweep(struct pc_node *node)
{
    uint16_t kept = 0;
    for (uint16_t i = 0; i < node->link_count; i++) {
        if (node->links[i]->dead) {
            pc_link_free(node, node->links[i]);
            continue;
        }
        node->conns[kept] = node->conns[i];
        node->links[kept++] = node->links[i];
    }
    node->link_count = kept;
    pc_client_sweep(node);
    node->sweep = false;
}

static void connection_event(struct pc_node *node, struct pc_event *event)
{
    struct pc_link *link = pc_link_find(node, event->conn);
    if (!link) {
        if (!pc_client_event(node, event) && event->kind == PC_EVENT_OCTETS)
            event->u.octets.size = 0; /* of a connection that this node has let go */
        return;
    }
    switch (event->kind) {
    case PC_EVENT_OCTETS:
        pc_link_octets(node, link, event);
        if (link->dead)
            event->u.octets.size = 0;
        return;
    case PC_EVENT_CONNECTED:
        pc_link_connected_event(node, link);
        return;
    case PC_EVENT_CONNECT_FAILED:
        pc_link_dial_failed(node, link);
        return;
    case PC_EVENT_EOF:
        pc_link_eof(node, link);
        return;
    case PC_EVENT_CLOSED:
        pc_link_gone(node, link);
        return;
    case PC_EVENT_BLOCKED:
        pc_throttle_blocked(node, link, event->u.written);
        return;
    default:
        pc_throttle_progress(node, link, event->u.written);
    }
}

static void dial(struct pc_node *node, const struct pc_node_address *address) /* PC-10.1-3 */
{
    if (node->life != PC_LIFE_OPEN || !pc_address_valid(address))
        return;
    pc_str handle = pc_address_intern(pc_pool(node), address);
    if (!pc_address_same_node(pc_pool(node), handle, node->address) && !pc_link_live_with(node, handle))
        pc_link_dial(node, handle, false, PC_TIME_NEVER);
    pc_str_unref(pc_pool(node), handle);
}

static void dispatch(struct pc_node *node, struct pc_event *event)
{
    switch (event->kind) {
    case PC_EVENT_START:
        start(node, event);
        return;
    case PC_EVENT_STOP:
        stop(node);
        return;
    case PC_EVENT_ACCEPTED:
        pc_link_accept(node, event->conn);
        return;
    case PC_EVENT_TIMER:
        if (node->now >= node->deadline)
            timer(node);
        return;
    case PC_EVENT_PUBLISH:
        pc_flooder_publish(node, event);
        return;
    case PC_EVENT_OPEN_CHANNEL:
    case PC_EVENT_CLOSE_CHANNEL:
        open_channel(node, event->u.channel, event->kind == PC_EVENT_OPEN_CHANNEL);
        return;
    case PC_EVENT_DIAL:
        dial(node, event->u.dial);
        return;
    case PC_EVENT_REFRESH:
        pc_maintainer_begin(node, PC_CYCLE_REFRESH);
        return;
    case PC_EVENT_ADDRESS_CHANGED:
        node->ip = event->u.start.ip;
        node->address_changed_at = node->now + pc_rules(node)->address_debounce; /* PC-8.3-1 */
        node->stale = true;
        return;
    case PC_EVENT_RESUMED:
        resumed(node);
        return;
    default:
        connection_event(node, event);
    }
}

void pc_node_step(struct pc_node *node, struct pc_event *event, struct pc_actions *out)
{
    node->io.out = out;
    node->now = event->now;
    if (node->sweep) /* only now: the last step's notes may have named what these links held */
        sweep(node);
    dispatch(node, event);
    if (node->stale) {
        if (node->open_failure)
            abort_open(node);
        node->deadline = earliest(node);
        node->stale = false;
    }
    node->io.out = NULL;
}

static void fetch(const void *at, size_t size)
{
    for (size_t i = 0; i < size; i += 64)
        __builtin_prefetch((const char *)at + i, 1);
}

#define FETCHED_SLOTS 64 /* of a larger memory of ids only one line will be touched, and nobody knows which */

void pc_node_prefetch(const struct pc_node *node, unsigned level)
{
    switch (level) {
    case 0:
        fetch(node, sizeof *node);
        break;
    case 1:
        fetch(node->links, node->link_count * sizeof node->links[0]);
        fetch(node->conns, node->link_count * sizeof node->conns[0]);
        break;
    default:
        for (uint32_t i = 0; i < node->link_count; i++)
            fetch(node->links[i], sizeof *node->links[0]);
        fetch(node->seen.slots, MIN(node->seen.capacity, FETCHED_SLOTS) * sizeof node->seen.slots[0]);
    }
}

/* ---- looking in ---- */

void pc_node_view(const struct pc_node *node, struct pc_node_view *out)
{
    uint32_t links = 0;
    for (uint32_t i = 0; i < node->link_count; i++)
        links += !node->links[i]->dead;
    *out = (struct pc_node_view){
        .node_id = node->id,
        .listen_uri = node->address,
        .connected = node->connected,
        .links = links,
        .cached_referrals = node->maintainer.cache_count,
        .forwarding = node->forwarding,
        .outgoing = node->outgoing,
        .online = node->online,
        .registered = node->client.registration != 0,
        .closing = node->life >= PC_LIFE_CLOSING,
    };
}

bool pc_node_link(const struct pc_node *node, uint32_t i, struct pc_link_view *out)
{
    const struct pc_link *link = NULL;
    for (uint32_t k = 0; k < node->link_count && !link; k++)
        if (!node->links[k]->dead && i-- == 0)
            link = node->links[k];
    if (!link)
        return false;
    *out = (struct pc_link_view){
        .conn = link->session.conn,
        .state = (enum pc_link_state)link->state,
        .initiator = link->session.initiator,
        .accurate = pc_utility_accurate(node, link),
        .remote_id = link->remote_id,
        .remote_uri = link->address,
        .utility = link->utility,
        .pending = pc_throttle_pending(link),
    };
    return true;
}
