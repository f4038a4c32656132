#include "protocol/mesh/resolver.h"

#include "protocol/mesh/registry.h"
#include "protocol/mesh/session.h"

#include <string.h>

const struct pc_resolver_settings pc_resolver_defaults = {.refresh_interval = PC_SECONDS(600),
                                                          .cleanup_interval = PC_SECONDS(60),
                                                          .receive_timeout = PC_SECONDS(600),
                                                          .registrations = 4000000};

/* What a connection waits for, each with its own time-out. */
enum waits_for { FOR_PREAMBLE, FOR_REQUEST, FOR_NEXT_SESSION, WAITS };

struct client {
    struct pc_session session;
    pc_time since; /* waits since then */
    uint8_t waits; /* enum waits_for */
    GList link;    /* in pc_resolver.waiting[waits] */
};

struct pc_resolver {
    const struct pc_mesh *mesh;
    void *user;
    struct pc_resolver_settings settings;
    struct pc_io io;
    pc_time now, cleanup_at;
    bool open;
    uint32_t draws[PC_DRAW_COUNT];
    struct pc_registry *registry;
    GHashTable *by_conn; /* conn -> struct client; look-up only */
    GQueue waiting[WAITS]; /* of struct client, longest first: the time-out of a queue is one and the same */
    pc_str (*answer)(void *user, pc_str drawn);
    void *answer_user;
    pc_resolver_sample sample;
    void *sample_user;
};

struct pc_resolver *pc_resolver_new(const struct pc_mesh *mesh, void *user, const struct pc_resolver_settings *settings,
                                    const char **why)
{
    /* PC-18.3-1 */
    if (settings->refresh_interval <= 0 || settings->cleanup_interval <= 0 || settings->receive_timeout <= 0) { /* 18.3 */
        *why = "resolver: refresh interval, clean-up interval and receive time-out must be over 0";
        return NULL;
    }
    struct pc_resolver *resolver = g_new0(struct pc_resolver, 1);
    resolver->mesh = mesh;
    resolver->user = user;
    resolver->settings = *settings;
    resolver->io.mesh = mesh;
    resolver->cleanup_at = PC_TIME_NEVER;
    resolver->registry = pc_registry_new(pc_codec_strings(mesh->codec));
    resolver->by_conn = g_hash_table_new(g_direct_hash, g_direct_equal);
    return resolver;
}

void pc_resolver_free(struct pc_resolver *resolver)
{
    if (!resolver)
        return;
    for (unsigned w = 0; w < WAITS; w++)
        for (GList *link; (link = g_queue_pop_head_link(&resolver->waiting[w]));) {
            struct client *client = link->data;
            pc_session_lost(&client->session, &resolver->io);
            g_free(client);
        }
    g_hash_table_unref(resolver->by_conn);
    pc_registry_free(resolver->registry);
    g_free(resolver);
}

void pc_resolver_on_answer(struct pc_resolver *resolver, pc_str (*each)(void *user, pc_str drawn), void *user)
{
    resolver->answer = each;
    resolver->answer_user = user;
}

void pc_resolver_on_sample(struct pc_resolver *resolver, pc_resolver_sample sample, void *user)
{
    resolver->sample = sample;
    resolver->sample_user = user;
}

uint32_t pc_resolver_registrations(const struct pc_resolver *resolver, struct pc_text mesh)
{
    uint32_t count;
    if (!mesh.s)
        return pc_registry_total(resolver->registry);
    pc_registry_list(resolver->registry, mesh, &count);
    return count;
}

static uint64_t draw(struct pc_resolver *resolver, enum pc_draw purpose)
{
    return resolver->mesh->random(resolver->user, purpose, resolver->draws[purpose]++);
}

static struct pc_guid new_id(struct pc_resolver *resolver)
{
    struct pc_guid id;
    uint64_t halves[2] = {draw(resolver, PC_DRAW_REGISTRATION_ID), draw(resolver, PC_DRAW_REGISTRATION_ID)};
    for (unsigned i = 0; i < 16; i++)
        id.octets[i] = (uint8_t)(halves[i / 8] >> (8 * (i % 8)));
    id.octets[7] = (uint8_t)((id.octets[7] & 0x0F) | 0x40);
    id.octets[8] = (uint8_t)((id.octets[8] & 0x3F) | 0x80);
    return id;
}

/* ---- operations (18.4): true and a reply, or false: a fault ---- */

/* PC-18.4-1 */
static bool do_register(struct pc_resolver *resolver, const struct pc_message *request, struct pc_message *reply,
                        char id_text[37])
{
    if (request->body_null || request->u.registration.mesh_id.n == 0 || request->u.registration.address_null ||
        !pc_address_valid(&request->u.registration.address) ||
        pc_registry_total(resolver->registry) >= resolver->settings.registrations) /* LIM-7 */
        return false;
    struct pc_guid id = new_id(resolver);
    if (!pc_registry_add(resolver->registry, request->u.registration.mesh_id, &request->u.registration.address, &id,
                         resolver->now + resolver->settings.refresh_interval))
        return false;
    pc_guid_format(&id, id_text);
    reply->u.registered.registration_id = (struct pc_text){id_text, 36};
    reply->u.registered.lifetime_ns = resolver->settings.refresh_interval;
    return true;
}

static struct pc_registration *find(struct pc_resolver *resolver, const struct pc_message *request)
{
    struct pc_guid id;
    if (!pc_guid_parse(request->u.registration.registration_id, &id))
        return NULL;
    struct pc_text mesh = request->u.registration.mesh_id;
    return mesh.s ? pc_registry_find(resolver->registry, mesh, &id) : NULL;
}

/* PC-18.4-2 */
static bool do_update(struct pc_resolver *resolver, const struct pc_message *request, struct pc_message *reply,
                      char id_text[37])
{
    if (request->body_null || request->u.registration.mesh_id.n == 0 || request->u.registration.address_null ||
        !pc_address_valid(&request->u.registration.address))
        return false;
    struct pc_registration *known = find(resolver, request);
    if (!known)
        return do_register(resolver, request, reply, id_text);
    pc_registry_set_address(resolver->registry, known, &request->u.registration.address);
    known->expires = resolver->now + resolver->settings.refresh_interval;
    pc_guid_format(&known->id, id_text);
    reply->u.registered.registration_id = (struct pc_text){id_text, 36};
    reply->u.registered.lifetime_ns = resolver->settings.refresh_interval;
    return true;
}

static uint32_t most(const struct pc_message *request)
{
    int32_t asked = request->u.resolve.max_addresses;
    return (uint32_t)CLAMP(asked, 0, PC_RESOLVER_MAX_SAMPLE); /* LIM-6 */
}

static pc_str answer(const struct pc_resolver *resolver, const struct pc_registration *drawn)
{
    return resolver->answer ? resolver->answer(resolver->answer_user, drawn->address) : drawn->address;
}

/* PC-18.4-3 */
/* All if they are few, else random draws with replacement, repeats dropped. The caller's own is not left out. */
static uint32_t sample(struct pc_resolver *resolver, const struct pc_message *request, pc_str *out)
{
    uint32_t n, count = 0;
    struct pc_registration *const *list = pc_registry_list(resolver->registry, request->u.resolve.mesh_id, &n);
    uint32_t wanted = most(request);
    if (resolver->sample && wanted && n) {
        pc_str *all = g_new(pc_str, n);
        for (uint32_t i = 0; i < n; i++)
            all[i] = list[i]->address;
        count = resolver->sample(resolver->sample_user, request->u.resolve.client_id, all, n, out, wanted);
        g_free(all);
        if (count != UINT32_MAX)
            return count;
        count = 0;
    }
    if (n <= wanted) {
        for (uint32_t i = 0; i < n; i++)
            out[count++] = answer(resolver, list[i]);
        return count;
    }
    for (uint32_t i = 0; i < wanted; i++) {
        pc_str address = answer(resolver, list[(uint32_t)(((draw(resolver, PC_DRAW_SAMPLE) >> 32) * n) >> 32)]);
        bool repeated = false;
        for (uint32_t k = 0; k < count; k++)
            repeated |= out[k] == address;
        if (!repeated)
            out[count++] = address;
    }
    return count;
}

/* PC-18.4-4 */
static bool do_refresh(struct pc_resolver *resolver, const struct pc_message *request, struct pc_message *reply)
{
    struct pc_guid id;
    static const struct pc_guid zero;
    if (request->body_null || request->u.registration.mesh_id.n == 0 ||
        !pc_guid_parse(request->u.registration.registration_id, &id) || memcmp(&id, &zero, sizeof id) == 0)
        return false;
    struct pc_registration *known = find(resolver, request);
    if (known)
        known->expires = resolver->now + resolver->settings.refresh_interval;
    reply->u.registered.found = known != NULL;
    reply->u.registered.lifetime_ns = resolver->settings.refresh_interval;
    return true;
}

static bool do_unregister(struct pc_resolver *resolver, const struct pc_message *request) /* PC-18.4-5 */
{
    struct pc_registration *known = request->body_null ? NULL : find(resolver, request);
    struct pc_guid id;
    if (!known && resolver->mesh->rules.foreign_forms && request->u.registration.mesh_id.n == 0 && /* 21.2: the id alone */
        pc_guid_parse(request->u.registration.registration_id, &id))
        known = pc_registry_find(resolver->registry, (struct pc_text){0}, &id);
    if (!known)
        return false;
    pc_registry_remove(resolver->registry, known);
    return true;
}

/* ---- sessions ---- */

static void note(struct pc_resolver *resolver, pc_conn conn, enum pc_note_kind kind, enum pc_kind message_kind,
                 uint32_t size)
{
    struct pc_action *action = pc_io_add(&resolver->io, PC_ACTION_NOTE, conn);
    memset(&action->u.note, 0, sizeof action->u.note);
    action->u.note.kind = (uint8_t)kind;
    action->u.note.message_kind = (uint8_t)message_kind;
    action->u.note.size = size;
}

static void send(struct pc_resolver *resolver, struct client *client, const struct pc_message *request,
                 struct pc_message *reply)
{
    reply->relates_to = request->message_id;
    struct pc_buf *record = pc_message_write(resolver->mesh->codec, &client->session.out, 0, reply);
    note(resolver, client->session.conn, PC_NOTE_SENT, reply->kind, record->size);
    pc_session_write(&client->session, &resolver->io, record);
}

static void send_resolved(struct pc_resolver *resolver, struct client *client, const struct pc_message *request)
{
    uint32_t room = MIN(most(request), pc_registry_total(resolver->registry));
    pc_str *handles = g_new(pc_str, room + 1);
    uint32_t count = sample(resolver, request, handles);
    struct pc_address *storage = g_new(struct pc_address, count + 1);
    struct pc_node_address *addresses = g_new(struct pc_node_address, count + 1);
    for (uint32_t i = 0; i < count; i++)
        addresses[i] = pc_address_view(pc_codec_strings(resolver->mesh->codec), handles[i], &storage[i]);
    struct pc_message reply = {.kind = PC_KIND_RESOLVE_RESPONSE};
    reply.u.resolved.addresses = addresses;
    reply.u.resolved.count = count;
    send(resolver, client, request, &reply);
    g_free(addresses);
    g_free(storage);
    g_free(handles);
}

static void send_fault(struct pc_resolver *resolver, struct client *client, const struct pc_message *request)
{
    struct pc_message reply = {.kind = PC_KIND_FAULT};
    reply.action =
        PC_TEXT("http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher/fault");
    reply.u.fault.code = PC_TEXT("InternalServiceFault"); /* PC-18.4-8 */
    reply.u.fault.reason = PC_TEXT("The service could not process the request.");
    send(resolver, client, request, &reply);
}

/* An action that is no operation of the contract: soap-envelope.md 7. */
static void send_not_supported(struct pc_resolver *resolver, struct client *client, const struct pc_message *request)
{
    struct pc_message reply = {.kind = PC_KIND_FAULT};
    reply.action = PC_TEXT("http://www.w3.org/2005/08/addressing/fault");
    reply.u.fault.of_sender = true;
    reply.u.fault.code = PC_TEXT("ActionNotSupported"); /* PC-18.4-9 */
    reply.u.fault.reason = PC_TEXT("The action is no operation of a peer resolver.");
    send(resolver, client, request, &reply);
}

static void serve(struct pc_resolver *resolver, struct client *client, const struct pc_message *request)
{
    struct pc_message reply = {0};
    char id_text[37];
    bool ok;
    switch (request->kind) {
    case PC_KIND_REGISTER:
        reply.kind = PC_KIND_REGISTER_RESPONSE;
        ok = do_register(resolver, request, &reply, id_text);
        break;
    case PC_KIND_UPDATE:
        reply.kind = PC_KIND_UPDATE_RESPONSE;
        ok = do_update(resolver, request, &reply, id_text);
        break;
    case PC_KIND_REFRESH:
        reply.kind = PC_KIND_REFRESH_RESPONSE;
        ok = do_refresh(resolver, request, &reply);
        break;
    case PC_KIND_UNREGISTER:
        reply.kind = PC_KIND_UNREGISTER_RESPONSE;
        ok = do_unregister(resolver, request);
        break;
    case PC_KIND_GET_SERVICE_SETTINGS:
        reply.kind = PC_KIND_GET_SERVICE_SETTINGS_RESPONSE;
        reply.u.settings.control_mesh_shape = resolver->settings.control_shape; /* PC-18.4-6 */
        ok = true;
        break;
    case PC_KIND_RESOLVE:
        if (!request->body_null) {
            send_resolved(resolver, client, request);
            return;
        }
        ok = false;
        break;
    default:
        send_not_supported(resolver, client, request);
        return;
    }
    if (ok)
        send(resolver, client, request, &reply);
    else
        send_fault(resolver, client, request);
}

static void forget(struct pc_resolver *resolver, struct client *client)
{
    g_hash_table_remove(resolver->by_conn, GUINT_TO_POINTER(client->session.conn));
    g_queue_unlink(&resolver->waiting[client->waits], &client->link);
    pc_session_close(&client->session, &resolver->io);
    g_free(client);
}

/* Begins to wait, at the end of its queue. */
static void wait_for(struct pc_resolver *resolver, struct client *client, enum waits_for what)
{
    g_queue_unlink(&resolver->waiting[client->waits], &client->link);
    client->waits = (uint8_t)what;
    client->since = resolver->now;
    g_queue_push_tail_link(&resolver->waiting[what], &client->link);
}

/* With what has come and is not read. */
static void let_go(struct pc_resolver *resolver, struct client *client, struct pc_event *event)
{
    forget(resolver, client);
    event->u.octets.size = 0;
}

static void octets(struct pc_resolver *resolver, struct client *client, struct pc_event *event)
{
    struct pc_nmf_record record;
    switch (pc_session_octets(&client->session, &resolver->io, event, (struct pc_text){0}, 0, &record)) {
    case PC_SESSION_ENVELOPE: {
        struct pc_message request;
        GError *error = NULL;
        bool ok = pc_message_read(resolver->mesh->codec, &client->session.in, record.payload, record.size, &request,
                                  &error);
        g_clear_error(&error);
        wait_for(resolver, client, FOR_REQUEST);
        note(resolver, client->session.conn, PC_NOTE_RECEIVED, ok ? request.kind : PC_KIND_UNKNOWN, record.octets);
        if (!ok) {
            pc_session_abort(&client->session, &resolver->io);
            let_go(resolver, client, event);
        } else {
            serve(resolver, client, &request);
        }
        return;
    }
    case PC_SESSION_ENDED:
        pc_session_end(&client->session, &resolver->io, resolver->mesh->rules.pool_connections);
        if (client->session.phase != PC_SESSION_GONE)
            wait_for(resolver, client, FOR_NEXT_SESSION);
        else
            let_go(resolver, client, event);
        return;
    case PC_SESSION_BEGUN:
        if (client->waits == FOR_NEXT_SESSION) /* the first one's time runs since the connection was accepted */
            wait_for(resolver, client, FOR_PREAMBLE);
        return;
    case PC_SESSION_ESTABLISHED:
        wait_for(resolver, client, FOR_REQUEST);
        return;
    case PC_SESSION_NOTHING:
        return;
    default: /* it has failed */
        let_go(resolver, client, event);
    }
}

static void accept_client(struct pc_resolver *resolver, pc_conn conn)
{
    if (!resolver->open) {
        pc_io_add(&resolver->io, PC_ACTION_ABORT, conn);
        return;
    }
    struct client *client = g_new0(struct client, 1);
    client->since = resolver->now;
    client->link.data = client;
    pc_session_accept(&client->session, &resolver->io, conn);
    g_hash_table_insert(resolver->by_conn, GUINT_TO_POINTER(conn), client);
    g_queue_push_tail_link(&resolver->waiting[FOR_PREAMBLE], &client->link);
}

static pc_time patience(const struct pc_resolver *resolver, unsigned waits)
{
    switch (waits) {
    case FOR_PREAMBLE:
        return resolver->mesh->rules.accept_timeout;
    case FOR_REQUEST:
        return resolver->settings.receive_timeout;
    default:
        return resolver->mesh->rules.pool_idle; /* observed.md 2.2: 120 s, at both ends; PC-18.1-3 */
    }
}

static pc_time next_drop(const struct pc_resolver *resolver, unsigned waits)
{
    const struct client *first = g_queue_peek_head((GQueue *)&resolver->waiting[waits]);
    return first ? first->since + patience(resolver, waits) : PC_TIME_NEVER;
}

static void drop_all(struct pc_resolver *resolver)
{
    for (unsigned w = 0; w < WAITS; w++)
        while (resolver->waiting[w].head)
            forget(resolver, resolver->waiting[w].head->data);
}

static void timer(struct pc_resolver *resolver)
{
    if (resolver->now >= resolver->cleanup_at) {
        resolver->cleanup_at += resolver->settings.cleanup_interval;
        pc_registry_clean(resolver->registry, resolver->now);
    }
    for (unsigned w = 0; w < WAITS; w++)
        while (resolver->now >= next_drop(resolver, w)) {
            struct client *client = resolver->waiting[w].head->data;
            if (w != FOR_NEXT_SESSION)
                pc_session_abort(&client->session, &resolver->io);
            forget(resolver, client);
        }
}

void pc_resolver_step(struct pc_resolver *resolver, struct pc_event *event, struct pc_actions *out)
{
    resolver->io.out = out;
    resolver->now = event->now;
    struct client *client =
        event->conn ? g_hash_table_lookup(resolver->by_conn, GUINT_TO_POINTER(event->conn)) : NULL;
    switch (event->kind) {
    case PC_EVENT_START:
        resolver->open = true;
        resolver->cleanup_at = event->now + resolver->settings.cleanup_interval;
        pc_io_add(&resolver->io, PC_ACTION_STARTED, 0);
        break;
    case PC_EVENT_STOP:
        resolver->open = false;
        resolver->cleanup_at = PC_TIME_NEVER;
        drop_all(resolver);
        pc_io_add(&resolver->io, PC_ACTION_STOPPED, 0);
        break;
    case PC_EVENT_ACCEPTED:
        accept_client(resolver, event->conn);
        break;
    case PC_EVENT_OCTETS:
        if (client)
            octets(resolver, client, event);
        else
            event->u.octets.size = 0;
        break;
    case PC_EVENT_EOF:
        if (client)
            forget(resolver, client);
        break;
    case PC_EVENT_CLOSED:
        if (client) {
            pc_session_lost(&client->session, &resolver->io);
            forget(resolver, client);
        }
        break;
    case PC_EVENT_TIMER:
        timer(resolver);
        break;
    default:
        break;
    }
    resolver->io.out = NULL;
}

pc_time pc_resolver_deadline(const struct pc_resolver *resolver)
{
    pc_time first = resolver->cleanup_at;
    for (unsigned w = 0; w < WAITS; w++) {
        pc_time drop = next_drop(resolver, w);
        first = drop < first ? drop : first;
    }
    return first;
}
