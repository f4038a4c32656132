/* Resolver client: register, refresh, resolve, unregister, settings. peer-channel.md 18.1, 18.5, 18.6; [MC-PRCR] 3.1.
 * Each call is a framing session of its own, on a pooled connection if there is one. */
#include "protocol/mesh/node_private.h"

#include <string.h>

#define LIFETIME_BEFORE_ANY_REPLY PC_SECONDS(3600) /* 18.5 */

static struct pc_guid client_id(struct pc_node *node)
{
    struct pc_client *client = &node->client;
    if (!client->has_id) {
        client->id = pc_node_draw_guid(node, PC_DRAW_CLIENT_ID);
        client->has_id = true;
    }
    return client->id;
}

static void clear_reply(struct pc_node *node, struct pc_call *call)
{
    for (uint32_t i = 0; i < call->address_count; i++)
        pc_str_unref(pc_pool(node), call->addresses[i]);
    g_free(call->addresses);
    pc_str_unref(pc_pool(node), call->registration);
    call->addresses = NULL;
    call->address_count = 0;
    call->registration = 0;
    call->replied = call->failed = call->found = call->share = false;
    call->lifetime = 0;
}

static void free_call(struct pc_node *node, struct pc_call *call)
{
    clear_reply(node, call);
    pc_session_lost(&call->session, &node->io);
    g_free(call);
}

static void bury(struct pc_node *node, struct pc_call *call)
{
    call->dead = true;
    node->sweep = true;
    node->stale = true;
}

void pc_client_sweep(struct pc_node *node)
{
    struct pc_client *client = &node->client;
    uint16_t kept = 0;
    for (uint16_t i = 0; i < client->count; i++) {
        if (client->calls[i]->dead)
            free_call(node, client->calls[i]);
        else
            client->calls[kept++] = client->calls[i];
    }
    client->count = kept;
    if (kept == 0) {
        g_free(client->calls);
        client->calls = NULL;
        client->capacity = 0;
    }
}

/* ---- making a call ---- PC-18.1-1 */

static struct pc_call *idle_call(struct pc_node *node)
{
    for (uint16_t i = 0; i < node->client.count; i++) {
        struct pc_call *call = node->client.calls[i];
        if (!call->dead && call->kind == PC_KIND_UNKNOWN) /* any other session would have been buried with its call */
            return call;
    }
    return NULL;
}

static struct pc_call *new_call(struct pc_node *node)
{
    struct pc_client *client = &node->client;
    if (client->count == client->capacity) {
        client->capacity = (uint16_t)(client->capacity ? client->capacity * 2 : 2);
        client->calls = g_renew(struct pc_call *, client->calls, client->capacity);
    }
    struct pc_call *call = g_new0(struct pc_call, 1);
    client->calls[client->count++] = call;
    return call;
}

static void dial(struct pc_node *node, struct pc_call *call)
{
    node->next_conn += 2;
    pc_session_dial(&call->session, &node->io, node->next_conn, &node->mesh->resolver_ip, node->mesh->resolver_port);
}

static void call_ended(struct pc_node *node, struct pc_call *call);

void pc_client_call(struct pc_node *node, enum pc_kind kind, pc_conn for_link)
{
    bool off = node->client.off || !node->mesh->resolver_uri;
    struct pc_call *call = off ? NULL : idle_call(node);
    bool reuse = call != NULL;
    if (!call)
        call = new_call(node);
    call->kind = (uint8_t)kind;
    call->for_link = for_link;
    call->reused = reuse;
    if (off) { /* a client that is off answers at once, with nothing */
        call->session.phase = PC_SESSION_GONE;
        call->replied = true;
        call_ended(node, call);
        return;
    }
    call->deadline = node->now + pc_rules(node)->call_timeout;
    if (kind == PC_KIND_RESOLVE && pc_rules(node)->resolve_within_cycle) /* PC-18.5-6 */
        call->deadline = node->maintainer.deadline;
    node->stale = true;
    if (reuse)
        pc_session_start(&call->session, &node->io, pc_str_text(pc_pool(node), node->mesh->resolver_uri));
    else
        dial(node, call);
}

static void fill_registration(struct pc_node *node, struct pc_message *message, char id_text[37],
                              struct pc_address *storage)
{
    struct pc_guid id = client_id(node);
    pc_guid_format(&id, id_text);
    message->u.registration.client_id = (struct pc_text){id_text, 36};
    message->u.registration.mesh_id = pc_str_text(pc_pool(node), node->mesh->name);
    message->u.registration.address = pc_address_view(pc_pool(node), node->address, storage);
    message->u.registration.registration_id = pc_str_text(pc_pool(node), node->client.registration);
}

static void note_message(struct pc_node *node, const struct pc_call *call, enum pc_note_kind kind, enum pc_kind message, uint32_t size)
{
    struct pc_action *action = pc_io_add(&node->io, PC_ACTION_NOTE, call->session.conn);
    action->u.note = (struct pc_note){.kind = (uint8_t)kind, .message_kind = (uint8_t)message, .size = size, .call = true, .initiator = true};
}

static void write_request(struct pc_node *node, struct pc_call *call)
{
    char id_text[37];
    struct pc_address own;
    struct pc_message message = {.kind = (enum pc_kind)call->kind, .reply_to_anonymous = true};
    call->id = pc_node_draw_guid(node, PC_DRAW_CALL_ID);
    message.message_id = (struct pc_unique_id){.present = true, .is_guid = true, .guid = call->id};
    switch (call->kind) {
    case PC_KIND_RESOLVE: {
        struct pc_guid id = client_id(node);
        pc_guid_format(&id, id_text);
        message.u.resolve.client_id = (struct pc_text){id_text, 36};
        message.u.resolve.mesh_id = pc_str_text(pc_pool(node), node->mesh->name);
        message.u.resolve.max_addresses = pc_rules(node)->addresses_per_resolve; /* PC-18.5-1 */
        break;
    }
    case PC_KIND_GET_SERVICE_SETTINGS:
        break;
    default:
        fill_registration(node, &message, id_text, &own);
    }
    struct pc_buf *record =
        pc_message_write(node->mesh->codec, &call->session.out, node->mesh->resolver_uri, &message);
    note_message(node, call, PC_NOTE_SENT, call->kind, record->size);
    pc_session_write(&call->session, &node->io, record);
}

/* ---- the reply ---- */

static void take_reply(struct pc_node *node, struct pc_call *call, const struct pc_message *reply)
{
    call->replied = true;
    switch (reply->kind) {
    case PC_KIND_RESOLVE_RESPONSE:
        call->failed = call->kind != PC_KIND_RESOLVE;
        call->addresses = g_new0(pc_str, reply->u.resolved.count + 1);
        for (uint32_t i = 0; i < reply->u.resolved.count && i < pc_rules(node)->addresses_per_resolve; i++) {
            const struct pc_node_address *address = &reply->u.resolved.addresses[i];
            if (pc_address_valid(address) && pc_address_valid_referral(address)) /* PC-18.5-7 */
                call->addresses[call->address_count++] = pc_address_intern(pc_pool(node), address);
        }
        break;
    case PC_KIND_REGISTER_RESPONSE:
    case PC_KIND_UPDATE_RESPONSE:
        call->failed = call->kind != PC_KIND_REGISTER && call->kind != PC_KIND_UPDATE;
        call->registration = pc_str_intern(pc_pool(node), reply->u.registered.registration_id.s ? reply->u.registered.registration_id.s : "",
                                           reply->u.registered.registration_id.n);
        call->lifetime = reply->u.registered.lifetime_ns;
        break;
    case PC_KIND_REFRESH_RESPONSE:
        call->failed = call->kind != PC_KIND_REFRESH;
        call->found = reply->u.registered.found;
        call->lifetime = reply->u.registered.lifetime_ns;
        break;
    case PC_KIND_GET_SERVICE_SETTINGS_RESPONSE:
        call->failed = call->kind != PC_KIND_GET_SERVICE_SETTINGS;
        call->share = !reply->u.settings.control_mesh_shape; /* true = the service wants control: 18.6; PC-18.6-1 */
        break;
    case PC_KIND_UNREGISTER_RESPONSE:
        break;
    default: /* a fault, or something that is no answer; PC-18.5-9 */
        call->failed = true;
    }
}

static void register_again(struct pc_node *node)
{
    pc_client_call(node, PC_KIND_REGISTER, 0);
}

static pc_time refresh_time(const struct pc_node *node) /* PC-18.5-2 */
{
    int64_t lifetime = node->client.lifetime > 0 ? node->client.lifetime : LIFETIME_BEFORE_ANY_REPLY;
    return node->now + lifetime / 100 * pc_rules(node)->refresh_percent;
}

static void registered(struct pc_node *node, struct pc_call *call)
{
    struct pc_client *client = &node->client;
    bool update = call->kind == PC_KIND_UPDATE;
    if (client->off) {
        client->refresh_at = PC_TIME_NEVER;
    } else if (call->failed || !call->replied) {
        client->update_failed = update;
        /* Not registered: try again as after a first cycle that found nobody. */
        client->refresh_at = client->registration ? refresh_time(node) : node->now + pc_rules(node)->first_retry;
    } else {
        pc_str_unref(pc_pool(node), client->registration);
        client->registration = call->registration;
        call->registration = 0;
        client->lifetime = call->lifetime;
        client->update_failed = false;
        client->refresh_at = refresh_time(node);
        pc_node_note(node, PC_NOTE_REGISTERED, NULL)->value = (uint64_t)call->lifetime;
        if (node->life == PC_LIFE_CLOSING && !update) /* it has left in the meantime: the registration is taken back */
            pc_client_call(node, PC_KIND_UNREGISTER, 0);
    }
    if (client->off || call->failed || !call->replied)
        pc_node_open_fails(node, "the resolver could not register the node"); /* PC-8.1-5 */
    if (!node->open_failure)
        pc_node_opened(node);
}

static void refreshed(struct pc_node *node, struct pc_call *call)
{
    if (call->replied && !call->failed && !call->found) {
        register_again(node); /* PC-18.5-3 */
        return;
    }
    if (call->replied && call->found && pc_rules(node)->restart_refresh_with_reply && call->lifetime > 0)
        node->client.lifetime = call->lifetime;
    node->client.refresh_at = refresh_time(node); /* after an error, too: 18.5 */
}

/* The session of a call is over, or the call failed: act on the result. */
static void call_ended(struct pc_node *node, struct pc_call *call)
{
    struct pc_client *client = &node->client;
    enum pc_kind kind = (enum pc_kind)call->kind;
    bool failed = call->failed || !call->replied;
    struct pc_call copy = *call; /* the call may be reused while its result is acted on */
    call->addresses = NULL;
    call->address_count = 0;
    call->registration = 0;
    clear_reply(node, call);
    call->kind = PC_KIND_UNKNOWN;
    call->deadline = node->now + pc_rules(node)->pool_idle;
    node->stale = true;
    if (call->session.phase != PC_SESSION_IDLE)
        bury(node, call);
    if (failed)
        pc_node_note(node, PC_NOTE_CALL_FAILED, NULL)->message_kind = (uint8_t)kind;
    switch (kind) {
    case PC_KIND_RESOLVE: /* a communication error counts as an empty list: 18.5; PC-18.5-4 */
        pc_maintainer_resolved(node, copy.addresses, failed ? 0 : copy.address_count, false);
        break;
    case PC_KIND_REGISTER:
    case PC_KIND_UPDATE:
        registered(node, &copy);
        break;
    case PC_KIND_REFRESH:
        refreshed(node, &copy);
        break;
    case PC_KIND_GET_SERVICE_SETTINGS: {
        if (!failed)
            client->sharing = client->off || !copy.share ? PC_SHARING_OFF : PC_SHARING_ON;
        struct pc_link *link = copy.for_link ? pc_link_find(node, copy.for_link) : NULL;
        if (link)
            pc_connector_settings(node, link, !failed);
        break;
    }
    default: /* Unregister: the leave goes on whatever came back; PC-18.5-8 */
        if (node->life == PC_LIFE_OPEN) { /* no address is left: 8.3 */
            pc_str_unref(pc_pool(node), client->registration);
            client->registration = 0;
            client->refresh_at = PC_TIME_NEVER;
            client->withdrawn = true;
        }
    }
    clear_reply(node, &copy);
    pc_node_may_have_stopped(node); /* a node that leaves waits for its calls */
}

static void session_over(struct pc_node *node, struct pc_call *call)
{
    if (call->kind == PC_KIND_UNKNOWN)
        bury(node, call);
    else
        call_ended(node, call);
}

static void connection_lost(struct pc_node *node, struct pc_call *call)
{
    bool again = call->reused && call->session.phase == PC_SESSION_WAIT_ACK;
    pc_session_lost(&call->session, &node->io);
    if (again) { /* the service had let the pooled connection go; PC-18.1-2 */
        call->reused = false;
        dial(node, call);
        return;
    }
    session_over(node, call);
}

static void octets(struct pc_node *node, struct pc_call *call, struct pc_event *event)
{
    struct pc_nmf_record record;
    switch (pc_session_octets(&call->session, &node->io, event, (struct pc_text){0}, 0, &record)) {
    case PC_SESSION_NOTHING:
    case PC_SESSION_BEGUN:
        return;
    case PC_SESSION_ESTABLISHED:
        write_request(node, call);
        return;
    case PC_SESSION_ENVELOPE: {
        struct pc_message reply;
        GError *error = NULL;
        bool ok = pc_message_read(node->mesh->codec, &call->session.in, record.payload, record.size, &reply, &error);
        g_clear_error(&error);
        note_message(node, call, PC_NOTE_RECEIVED, ok ? reply.kind : PC_KIND_UNKNOWN, record.octets);
        if (!ok || call->replied) {
            call->failed = true;
            pc_session_abort(&call->session, &node->io);
            session_over(node, call);
            return;
        }
        take_reply(node, call, &reply);
        pc_session_end(&call->session, &node->io, pc_rules(node)->pool_connections);
        return;
    }
    case PC_SESSION_ENDED:
        pc_session_end(&call->session, &node->io, pc_rules(node)->pool_connections);
        if (!pc_rules(node)->pool_connections || !call->replied)
            pc_session_close(&call->session, &node->io);
        session_over(node, call);
        return;
    case PC_SESSION_FAULTED:
        pc_session_fault(&call->session, &node->io);
        session_over(node, call);
        return;
    case PC_SESSION_FAILED:
        session_over(node, call);
        return;
    }
}

bool pc_client_event(struct pc_node *node, struct pc_event *event)
{
    struct pc_call *call = NULL;
    for (uint16_t i = 0; i < node->client.count && !call; i++)
        if (node->client.calls[i]->session.conn == event->conn)
            call = node->client.calls[i];
    if (!call)
        return false;
    switch (event->kind) {
    case PC_EVENT_CONNECTED:
        pc_session_start(&call->session, &node->io, pc_str_text(pc_pool(node), node->mesh->resolver_uri));
        break;
    case PC_EVENT_OCTETS:
        octets(node, call, event);
        break;
    case PC_EVENT_EOF:
        pc_io_add(&node->io, PC_ACTION_CLOSE, event->conn);
        connection_lost(node, call);
        break;
    case PC_EVENT_CLOSED:
    case PC_EVENT_CONNECT_FAILED:
        connection_lost(node, call);
        break;
    default:
        break;
    }
    return true;
}

/* ---- time, open and close ---- */

void pc_client_register(struct pc_node *node)
{
    if (node->client.register_wanted)
        return;
    node->client.register_wanted = true;
    if (node->mesh->resolver_uri) {
        register_again(node);
    } else {
        pc_node_opened(node);
    }
}

static void refresh(struct pc_node *node)
{
    struct pc_client *client = &node->client;
    client->refresh_at = PC_TIME_NEVER;
    node->stale = true;
    if (!client->registration)
        register_again(node);
    else
        pc_client_call(node, client->update_failed ? PC_KIND_UPDATE : PC_KIND_REFRESH, 0);
}

void pc_client_timer(struct pc_node *node)
{
    struct pc_client *client = &node->client;
    if (node->now >= client->refresh_at)
        refresh(node);
    for (uint16_t i = 0; i < client->count; i++) {
        struct pc_call *call = client->calls[i];
        if (call->dead || node->now < call->deadline)
            continue;
        if (call->kind == PC_KIND_UNKNOWN) { /* idle for two minutes (observed.md 2.2) */
            pc_session_close(&call->session, &node->io);
            bury(node, call);
            continue;
        }
        bool resolve = call->kind == PC_KIND_RESOLVE;
        pc_session_abort(&call->session, &node->io);
        if (resolve && !pc_rules(node)->client_survives_timeout) {
            client->off = true; /* a time-out is no communication error in .NET: 18.5; PC-18.5-5 */
            client->refresh_at = PC_TIME_NEVER;
            bury(node, call);
            pc_node_note(node, PC_NOTE_CALL_FAILED, NULL)->message_kind = PC_KIND_RESOLVE;
            if (!client->register_wanted) /* the initial cycle, and nobody has connected: the open waits for it (8.1) */
                pc_node_open_fails(node, "the resolver did not answer in time"); /* PC-8.1-7 */
            pc_maintainer_resolved(node, NULL, 0, true);
        } else {
            session_over(node, call);
        }
    }
}

pc_time pc_client_deadline(const struct pc_node *node)
{
    pc_time first = node->life == PC_LIFE_OPEN ? node->client.refresh_at : PC_TIME_NEVER;
    for (uint16_t i = 0; i < node->client.count; i++)
        if (!node->client.calls[i]->dead && node->client.calls[i]->deadline < first)
            first = node->client.calls[i]->deadline;
    return first;
}

bool pc_client_busy(const struct pc_node *node)
{
    for (uint16_t i = 0; i < node->client.count; i++)
        if (!node->client.calls[i]->dead && node->client.calls[i]->kind != PC_KIND_UNKNOWN)
            return true;
    return false;
}

/* What was asked for the neighbors' sake, when there are to be none any more. Register is waited for, to take it back. */
void pc_client_stop_asking(struct pc_node *node)
{
    for (uint16_t i = 0; i < node->client.count; i++) {
        struct pc_call *call = node->client.calls[i];
        if (call->kind != PC_KIND_RESOLVE && call->kind != PC_KIND_GET_SERVICE_SETTINGS)
            continue;
        pc_session_abort(&call->session, &node->io);
        bury(node, call);
    }
}

void pc_client_abort(struct pc_node *node)
{
    for (uint16_t i = 0; i < node->client.count; i++) {
        struct pc_call *call = node->client.calls[i];
        if (call->dead)
            continue;
        pc_session_abort(&call->session, &node->io);
        bury(node, call);
    }
    node->client.refresh_at = PC_TIME_NEVER;
}

void pc_client_close_idle(struct pc_node *node)
{
    for (uint16_t i = 0; i < node->client.count; i++) {
        struct pc_call *call = node->client.calls[i];
        if (call->dead) /* the others are idle: see pc_client_busy() */
            continue;
        pc_session_close(&call->session, &node->io);
        bury(node, call);
    }
}

void pc_client_free(struct pc_node *node)
{
    for (uint16_t i = 0; i < node->client.count; i++)
        free_call(node, node->client.calls[i]);
    g_free(node->client.calls);
    pc_str_unref(pc_pool(node), node->client.registration);
    node->client.calls = NULL;
    node->client.count = 0;
    node->client.registration = 0;
}
