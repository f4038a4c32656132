/* peermesh.h for a resolver service. */
#include "protocol/live/place.h"
#include "protocol/live/told.h"

struct peermesh_resolver {
    struct pc_mesh mesh; /* codec, rules and random numbers: the service belongs to no mesh */
    struct pc_sockets *sockets;
    struct pc_live *live;
    struct pc_told_queue *told;
    void (*event)(void *user, const struct peermesh_event *event);
    void *user;
    uint64_t seed;
};

static uint64_t draw(void *user, enum pc_draw purpose, uint32_t index)
{
    return pc_live_random(((struct peermesh_resolver *)user)->seed, purpose, index);
}

static void on_action(void *user, const struct pc_action *action)
{
    struct peermesh_resolver *resolver = user;
    struct peermesh_event event;
    if (action->kind == PC_ACTION_NOTE && resolver->event && pc_told_note(resolver->live, &resolver->mesh, action, &event))
        pc_told_add(resolver->told, PC_TOLD_EVENT)->event = event;
}

static const struct pc_live_ops live_ops = {on_action};

static void play(void *user, const struct pc_told *told)
{
    struct peermesh_resolver *resolver = user;
    resolver->event(resolver->user, &told->event);
}

struct peermesh_resolver *peermesh_resolver_new(const struct peermesh_resolver_settings *s, GError **error)
{
    struct pc_ip ip;
    uint16_t port;
    struct pc_resolver_settings settings = pc_resolver_defaults;
    struct pc_rules rules;
    if (!pc_place_dialect(s->dialect, &rules, error) || !pc_place_parse(s->listen ? s->listen : "", "listen", &ip, &port, error))
        return NULL;
    if (s->lifetime_ms < 0 || s->cleanup_ms < 0 || s->lifetime_ms > G_MAXINT32 || s->cleanup_ms > G_MAXINT32) {
        g_set_error(error, PEERMESH_ERROR, PEERMESH_ERROR_ARGUMENT, "a lifetime of 1 ms to 24 days is due");
        return NULL;
    }
    if (s->lifetime_ms)
        settings.refresh_interval = s->lifetime_ms * 1000000;
    if (s->cleanup_ms)
        settings.cleanup_interval = s->cleanup_ms * 1000000;
    settings.control_shape = s->control_shape;
    struct peermesh_resolver *resolver = g_new0(struct peermesh_resolver, 1);
    GError *why = NULL;
    resolver->event = s->event;
    resolver->user = s->user;
    resolver->seed = s->seed;
    resolver->mesh = (struct pc_mesh){.codec = pc_codec_new(NULL), .ids = pc_ids_new(), .rules = rules, .random = draw};
    resolver->sockets = pc_sockets_new(s->context);
    resolver->told = pc_told_queue_new(pc_sockets_context(resolver->sockets), play, resolver);
    resolver->live = pc_live_resolver(resolver->sockets, &resolver->mesh, &ip, port, &settings, &live_ops, resolver, &why);
    if (!resolver->live) {
        g_set_error(error, PEERMESH_ERROR, PEERMESH_ERROR_LISTEN, "listen \"%s\": %s", s->listen, why->message);
        g_error_free(why);
        peermesh_resolver_free(resolver);
        return NULL;
    }
    pc_live_start(resolver->live, (struct pc_text){0});
    return resolver;
}

void peermesh_resolver_free(struct peermesh_resolver *resolver)
{
    if (!resolver)
        return;
    pc_told_queue_free(resolver->told);
    pc_live_free(resolver->live);
    pc_sockets_free(resolver->sockets);
    pc_ids_free(resolver->mesh.ids);
    pc_codec_free(resolver->mesh.codec);
    g_free(resolver);
}

uint16_t peermesh_resolver_port(const struct peermesh_resolver *resolver)
{
    return pc_live_port(resolver->live);
}

unsigned peermesh_resolver_registrations(const struct peermesh_resolver *resolver)
{
    return pc_resolver_registrations(pc_live_service(resolver->live), (struct pc_text){0});
}
