/* peermesh.h for a node: settings become a mesh, calls become events, actions become what the owner is told. */
#include "protocol/live/place.h"
#include "protocol/live/told.h"
#include "protocol/mesh/address.h"

#include <string.h>

#define APPLICATION "http://example.org/peermesh" /* of texts: the same body as the messages of simulated applications */
#define SECOND_NS   1000000000

struct peermesh_node {
    struct pc_mesh mesh;
    struct peermesh_handlers handlers;
    void *user;
    struct pc_sockets *sockets;
    struct pc_live *live;
    struct pc_told_queue *told;
    char **channels;   /* as the user named them */
    pc_str vias[PC_MAX_CHANNELS];
    unsigned channel_count;
    char *host;
    char *address;     /* lent out last */
    uint64_t seed, texts; /* texts published so far */
    const struct outgoing *publishing; /* during a publish */
    const char *refused;
    bool opened;
};

GQuark peermesh_error_quark(void)
{
    return g_quark_from_static_string("peermesh-error");
}

static bool complain(GError **error, enum peermesh_error code, const char *format, ...) G_GNUC_PRINTF(3, 4);
static bool complain(GError **error, enum peermesh_error code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error_literal(error, PEERMESH_ERROR, (gint)code, text);
    g_free(text);
    return false;
}

/* ---- what it tells ---- */

struct outgoing {
    const char *element, *ns;
    const struct peermesh_field *fields;
    size_t count;
    bool text; /* seq, topic and t are numbers */
};

static char *text_of(struct pc_text text)
{
    return g_strndup(text.s ? text.s : "", text.n);
}

static const char *channel_name(const struct peermesh_node *node, pc_str via)
{
    for (unsigned i = 0; i < node->channel_count; i++)
        if (node->vias[i] == via)
            return node->channels[i];
    return "";
}

static void delivered(struct peermesh_node *node, const struct pc_action *action)
{
    const struct outgoing *own = action->u.deliver.own ? node->publishing : NULL;
    struct peermesh_message *out = &pc_told_add(node->told, PC_TOLD_MESSAGE)->message;
    char id[37];
    pc_guid_format(pc_ids_get(node->mesh.ids, action->u.deliver.id), id);
    out->id = g_strdup(id);
    out->channel = g_strdup(channel_name(node, action->u.deliver.channel));
    out->hops = action->u.deliver.hops;
    out->own = own != NULL;
    if (!own) {
        out->action = text_of(action->u.deliver.message->action);
        pc_told_body(node->mesh.codec, action->u.deliver.message, out);
        return;
    }
    struct peermesh_value *values = g_new0(struct peermesh_value, own->count + 1);
    values[0] = (struct peermesh_value){1, own->element, ""};
    for (size_t i = 0; i < own->count; i++)
        values[i + 1] = (struct peermesh_value){2, own->fields[i].name, own->fields[i].value};
    out->action = text_of(action->u.deliver.own->action);
    pc_told_values(values, own->count + 1, out);
    g_free(values);
}

static void on_action(void *user, const struct pc_action *action)
{
    struct peermesh_node *node = user;
    struct peermesh_event event;
    switch (action->kind) {
    case PC_ACTION_NOTE:
        if (node->handlers.event && pc_told_note(node->live, &node->mesh, action, &event))
            pc_told_add(node->told, PC_TOLD_EVENT)->event = event;
        return;
    case PC_ACTION_DELIVER:
        if (node->handlers.message)
            delivered(node, action);
        return;
    case PC_ACTION_PUBLISHED:
        node->refused = action->u.published.refused;
        return;
    case PC_ACTION_STARTED:
        node->opened = true;
        pc_told_add(node->told, PC_TOLD_OPENED);
        return;
    case PC_ACTION_OPEN_FAILED:
        pc_told_add(node->told, PC_TOLD_FAILED)->text = g_strdup(action->u.open_failed);
        return;
    case PC_ACTION_STOPPED:
        pc_told_add(node->told, PC_TOLD_CLOSED);
        return;
    case PC_ACTION_ONLINE:
    case PC_ACTION_OFFLINE:
        pc_told_add(node->told, action->kind == PC_ACTION_ONLINE ? PC_TOLD_ONLINE : PC_TOLD_OFFLINE);
        return;
    default:
        g_assert_not_reached();
    }
}

static const struct pc_live_ops live_ops = {on_action};

static void play(void *user, const struct pc_told *told)
{
    struct peermesh_node *node = user;
    const struct peermesh_handlers *h = &node->handlers;
    switch (told->kind) {
    case PC_TOLD_OPENED:
        if (h->opened)
            h->opened(node->user);
        return;
    case PC_TOLD_FAILED:
        if (h->failed)
            h->failed(node->user, told->text);
        return;
    case PC_TOLD_CLOSED:
        if (h->closed)
            h->closed(node->user);
        return;
    case PC_TOLD_ONLINE:
    case PC_TOLD_OFFLINE:
        if (h->online)
            h->online(node->user, told->kind == PC_TOLD_ONLINE);
        return;
    case PC_TOLD_MESSAGE:
        h->message(node->user, &told->message);
        return;
    case PC_TOLD_EVENT:
        h->event(node->user, &told->event);
        return;
    }
}

/* ---- settings ---- */

static uint64_t draw(void *user, enum pc_draw purpose, uint32_t index)
{
    return pc_live_random(((struct peermesh_node *)user)->seed, purpose, index);
}

static bool rules_of(const struct peermesh_settings *s, struct pc_rules *rules, GError **error)
{
    if (!pc_place_dialect(s->dialect, rules, error))
        return false;
    const struct {
        int given;
        uint8_t *rule;
        const char *name;
    } counts[] = {{s->min, &rules->min_neighbors, "min"},
                  {s->ideal, &rules->ideal_neighbors, "ideal"},
                  {s->max, &rules->max_neighbors, "max"}};
    for (unsigned i = 0; i < G_N_ELEMENTS(counts); i++) {
        if (counts[i].given > 255)
            return complain(error, PEERMESH_ERROR_ARGUMENT, "%s %d: up to 60 neighbors", counts[i].name, counts[i].given);
        if (counts[i].given > 0)
            *counts[i].rule = (uint8_t)counts[i].given;
    }
    if (s->message_size > INT32_MAX)
        return complain(error, PEERMESH_ERROR_ARGUMENT, "message_size %u: under 2 GiB", s->message_size);
    if (s->message_size)
        rules->message_octets = s->message_size;
    const char *problem = pc_rules_problem(rules);
    return !problem || complain(error, PEERMESH_ERROR_ARGUMENT, "%s", problem);
}

/* "net.p2p://Chat/" or "Chat" → "chat": .NET's Uri lower-cases hosts (peer-channel.md 1.2). */
static char *mesh_name(const char *text, GError **error)
{
    static const char scheme[] = "net.p2p://";
    const char *given = text ? text : "";
    if (text && g_ascii_strncasecmp(text, scheme, sizeof scheme - 1) == 0)
        text += sizeof scheme - 1;
    size_t size = text ? strcspn(text, "/") : 0;
    bool ok = size && size < 256 && (!text[size] || !text[size + 1]);
    for (size_t i = 0; ok && i < size; i++)
        ok = (unsigned char)text[i] > ' ' && !strchr("[]{}()|@#*:?\"\\<>^`%", text[i]);
    if (!ok) {
        complain(error, PEERMESH_ERROR_ARGUMENT, "mesh \"%s\": a name is due, as in net.p2p://chat; paths are channels", given);
        return NULL;
    }
    return g_ascii_strdown(text, (gssize)size);
}

static pc_str intern(struct peermesh_node *node, char *text)
{
    pc_str handle = pc_str_intern(pc_codec_strings(node->mesh.codec), text, strlen(text));
    g_free(text);
    return handle;
}

static bool set_channels(struct peermesh_node *node, const char *name, const char *const *channels, GError **error)
{
    static const char *const only[] = {"", NULL};
    for (channels = channels && channels[0] ? channels : only; channels[node->channel_count]; node->channel_count++) {
        if (node->channel_count == PC_MAX_CHANNELS)
            return complain(error, PEERMESH_ERROR_ARGUMENT, "more than %d channels", PC_MAX_CHANNELS);
        const char *channel = channels[node->channel_count];
        if (!g_utf8_validate(channel, -1, NULL) || strlen(channel) > 255)
            return complain(error, PEERMESH_ERROR_ARGUMENT, "channel \"%s\": up to 255 octets of UTF-8", channel);
        node->vias[node->channel_count] = intern(node, g_strdup_printf("net.p2p://%s/%s", name, channel));
    }
    node->channels = g_strdupv((char **)channels);
    return true;
}

static bool set_up(struct peermesh_node *node, const struct peermesh_settings *s, GError **error)
{
    struct pc_ip ip;
    uint16_t port;
    struct pc_mesh *mesh = &node->mesh;
    if (!rules_of(s, &mesh->rules, error))
        return false;
    char *name = mesh_name(s->mesh, error);
    if (!name)
        return false;
    struct pc_codec_limits limits = {.envelope_octets = mesh->rules.message_octets};
    mesh->codec = pc_codec_new(&limits);
    mesh->ids = pc_ids_new();
    mesh->framing.envelope = mesh->rules.message_octets;
    mesh->random = draw;
    mesh->name = intern(node, g_strdup(name));
    mesh->uri = intern(node, g_strdup_printf("net.p2p://%s/", name));
    bool ok = set_channels(node, name, s->channels, error);
    g_free(name);
    if (!ok || !pc_place_parse(s->listen ? s->listen : "", "listen", &ip, &port, error))
        return false;
    if (s->resolver) {
        if (!pc_place_of_uri(s->resolver, "resolver", &mesh->resolver_ip, &mesh->resolver_port, error))
            return false;
        mesh->resolver_uri = intern(node, g_strdup(s->resolver));
    }
    GError *why = NULL;
    node->live = pc_live_node(node->sockets, mesh, &ip, port, &live_ops, node, &why);
    if (!node->live) {
        complain(error, PEERMESH_ERROR_LISTEN, "listen \"%s\": %s", s->listen, why->message);
        g_error_free(why);
    }
    return node->live != NULL;
}

struct peermesh_node *peermesh_node_new(const struct peermesh_settings *settings, GError **error)
{
    struct peermesh_node *node = g_new0(struct peermesh_node, 1);
    if (settings->handlers)
        node->handlers = *settings->handlers;
    node->user = settings->user;
    node->seed = settings->seed;
    node->host = g_strdup(settings->host);
    node->sockets = pc_sockets_new(settings->context);
    if (!set_up(node, settings, error)) {
        peermesh_node_free(node);
        return NULL;
    }
    node->told = pc_told_queue_new(pc_sockets_context(node->sockets), play, node);
    for (unsigned i = 0; i < node->channel_count; i++) {
        struct pc_event event = {.kind = PC_EVENT_OPEN_CHANNEL};
        event.u.channel = node->vias[i];
        pc_live_event(node->live, &event);
    }
    pc_live_start(node->live, (struct pc_text){node->host, node->host ? (uint32_t)strlen(node->host) : 0});
    return node;
}

void peermesh_node_leave(struct peermesh_node *node)
{
    pc_live_event(node->live, &(struct pc_event){.kind = PC_EVENT_STOP});
}

void peermesh_node_free(struct peermesh_node *node)
{
    if (!node)
        return;
    struct pc_mesh *mesh = &node->mesh;
    pc_told_queue_free(node->told);
    pc_live_free(node->live);
    pc_sockets_free(node->sockets);
    if (mesh->codec) {
        struct pc_strings *pool = pc_codec_strings(mesh->codec);
        pc_str_unref(pool, mesh->name);
        pc_str_unref(pool, mesh->uri);
        pc_str_unref(pool, mesh->resolver_uri);
        for (unsigned i = 0; i < node->channel_count; i++)
            pc_str_unref(pool, node->vias[i]);
        pc_ids_free(mesh->ids);
        pc_codec_free(mesh->codec);
    }
    g_strfreev(node->channels);
    g_free(node->host);
    g_free(node->address);
    g_free(node);
}

/* ---- publishing ---- */

static struct pc_text as_text(const char *text)
{
    return (struct pc_text){text, text ? (uint32_t)strlen(text) : 0};
}

static void write_body(struct pc_body_writer *writer, const void *data)
{
    const struct outgoing *out = data;
    pc_body_start(writer, as_text(out->element), as_text(out->ns));
    for (size_t i = 0; i < out->count; i++) {
        pc_body_start(writer, as_text(out->fields[i].name), (struct pc_text){0});
        if (out->text && i + 1 < out->count)
            pc_body_int(writer, g_ascii_strtoll(out->fields[i].value, NULL, 10));
        else
            pc_body_text(writer, as_text(out->fields[i].value));
        pc_body_end(writer);
    }
    pc_body_end(writer);
}

static bool publish(struct peermesh_node *node, const char *channel, const char *action, const struct outgoing *out, uint64_t hops,
                    GError **error)
{
    pc_str via = 0;
    for (unsigned i = 0; i < node->channel_count; i++)
        if (strcmp(node->channels[i], channel ? channel : node->channels[0]) == 0)
            via = node->vias[i];
    if (!via)
        return complain(error, PEERMESH_ERROR_REFUSED, "there is no channel \"%s\"", channel);
    for (size_t i = 0; i < out->count; i++)
        if (!g_utf8_validate(out->fields[i].value, -1, NULL))
            return complain(error, PEERMESH_ERROR_REFUSED, "the text of \"%s\" is not UTF-8", out->fields[i].name);
    struct pc_text to = pc_str_text(pc_codec_strings(node->mesh.codec), via);
    struct pc_outgoing message = {.action = as_text(action), .via = to, .peer_to = to, .has_hops = hops != 0, .hops = hops,
                                  .write_body = write_body, .body = out};
    struct pc_event event = {.kind = PC_EVENT_PUBLISH};
    event.u.publish.message = &message;
    node->publishing = out;
    node->refused = NULL;
    pc_live_event(node->live, &event);
    node->publishing = NULL;
    return !node->refused || complain(error, PEERMESH_ERROR_REFUSED, "%s", node->refused);
}

bool peermesh_publish(struct peermesh_node *node, const char *channel, const char *action, const char *element, const char *ns,
                      const struct peermesh_field *fields, size_t field_count, uint64_t hops, GError **error)
{
    struct outgoing out = {.element = element, .ns = ns, .fields = fields, .count = field_count};
    return publish(node, channel, action, &out, hops, error);
}

bool peermesh_publish_text(struct peermesh_node *node, const char *channel, const char *text, uint64_t hops, GError **error)
{
    char seq[24], t[24];
    g_snprintf(seq, sizeof seq, "%" G_GUINT64_FORMAT, node->texts++);
    g_snprintf(t, sizeof t, "%" G_GINT64_FORMAT, pc_clock_now());
    const struct peermesh_field fields[] = {{"seq", seq}, {"topic", "0"}, {"t", t}, {"data", text}};
    struct outgoing out = {.element = "m", .ns = APPLICATION, .fields = fields, .count = G_N_ELEMENTS(fields), .text = true};
    return publish(node, channel, APPLICATION "/line", &out, hops, error);
}

/* ---- looking in ---- */

uint16_t peermesh_node_port(const struct peermesh_node *node)
{
    return pc_live_port(node->live);
}

unsigned peermesh_node_neighbors(const struct peermesh_node *node)
{
    struct pc_node_view view;
    pc_node_view(pc_live_core(node->live), &view);
    return view.connected;
}

uint64_t peermesh_node_unsent(const struct peermesh_node *node)
{
    return pc_live_unsent(node->live) + pc_sockets_lingering(node->sockets);
}

bool peermesh_node_dial(struct peermesh_node *node, const char *address, GError **error)
{
    struct pc_ip ip;
    uint16_t port;
    if (!pc_place_of_uri(address, "dial", &ip, &port, error))
        return false;
    struct pc_node_address whom = {as_text(address), &ip, 1};
    struct pc_event event = {.kind = PC_EVENT_DIAL};
    event.u.dial = &whom;
    pc_live_event(node->live, &event);
    return true;
}

const char *peermesh_node_address(const struct peermesh_node *node)
{
    struct pc_node_view view;
    pc_node_view(pc_live_core(node->live), &view);
    struct peermesh_node *mutable = (struct peermesh_node *)node;
    g_free(mutable->address);
    struct pc_text uri = view.listen_uri ? pc_address_uri(pc_codec_strings(node->mesh.codec), view.listen_uri) : (struct pc_text){0};
    return mutable->address = g_strndup(uri.s ? uri.s : "", uri.n);
}
