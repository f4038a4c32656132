/* The life of roles in Lua: one state, loading, starts and ends of peers, the queue of scenes, errors. */
#include "scenarios/engine/role_private.h"

#include "scenarios/engine/run_private.h"

#include <locale.h>
#include <string.h>

/* ---- who ---- */

struct scn_peer *scn_actor_peer(const struct scn_actor *actor)
{
    return actor->nodes[0];
}

const char *scn_actor_name(const struct scn_actor *actor)
{
    return an_cast_peer(actor->troupe->cast, actor->nodes[0]->number)->name;
}

int64_t scn_actor_now(const struct scn_actor *actor)
{
    return scn_net_now(actor->troupe->net);
}

/* ---- errors ---- */

static const char *scene_name(const struct scn_scene *scene)
{
    static const char *const names[SCN_SCENE_KINDS] = {
        [SCN_SCENE_START] = "start",      [SCN_SCENE_MESSAGE] = "\"message\"", [SCN_SCENE_ONLINE] = "\"online\"",
        [SCN_SCENE_OFFLINE] = "\"offline\"", [SCN_SCENE_TOLD] = "\"told\"",    [SCN_SCENE_STOPPING] = "\"stopping\"",
        [SCN_SCENE_TIMER] = "timer"};
    return names[scene->kind];
}

/* "lockstep.lua:58: text" → the length of "lockstep.lua:58", or 0. */
static size_t place_length(const char *text)
{
    const char *colon = strstr(text, ".lua:");
    if (!colon || (strchr(text, '\n') && strchr(text, '\n') < colon) || memchr(text, ' ', (size_t)(colon - text)))
        return 0;
    const char *end = colon + 5;
    while (g_ascii_isdigit(*end))
        end++;
    return end > colon + 5 && *end == ':' ? (size_t)(end - text) : 0;
}

/* FILE:LINE: player[3] at 12.4s, "message": … */
static void fail(struct scn_troupe *troupe, const struct scn_scene *scene, int status)
{
    lua_State *L = troupe->script.L;
    const struct scn_plan *plan = scn_run_plan(troupe->run);
    const char *said = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "an error that is no text";
    if (status == LUA_ERRMEM || troupe->script.memory_out)
        said = lua_pushfstring(L, "all roles together need more than %d MiB (--lua-memory)",
                               (int)(troupe->script.most_memory >> 20));
    size_t place = place_length(said);
    char *valid = g_utf8_make_valid(place ? said + place + 2 : said, -1);
    char *time = scn_quantity_nice(SCN_TIME, (double)scn_net_now(troupe->net));
    char *where = place ? g_strndup(said, place)
                        : g_strdup_printf("%s:%d", plan->file, scn_plan_roles(plan, scene->actor->role)->line);
    if (!troupe->error)
        g_set_error(&troupe->error, SCN_ERROR, SCN_ERROR_BAD, "%s: %s at %s, %s%s: %s", where, scn_actor_name(scene->actor),
                    time, troupe->asking ? "filter of " : "", scene_name(scene), valid);
    g_free(where);
    g_free(time);
    g_free(valid);
    sim_stop(scn_net_world(troupe->net));
}

/* ---- scenes ---- */

void scn_scene_clear(struct scn_scene *scene)
{
    scn_data_free(scene->data);
    g_free(scene->text);
}

void scn_scene_add(struct scn_troupe *troupe, struct scn_scene scene)
{
    scene.life = scene.actor->life;
    g_array_append_val(troupe->scenes, scene);
    scn_net_wake(troupe->net);
}

static bool in_time(const struct scn_scene *scene)
{
    return scene->actor->alive && scene->life == scene->actor->life;
}

static void play(struct scn_troupe *troupe, struct scn_scene *scene)
{
    lua_State *L = troupe->script.L;
    troupe->on_stage = scene->actor;
    troupe->scene = scene;
    troupe->events++;
    scn_limits_begin(&troupe->script);
    lua_pushcfunction(L, scn_scene_play);
    lua_pushlightuserdata(L, scene);
    int status = lua_pcall(L, 1, 0, 0);
    if (status != LUA_OK)
        fail(troupe, scene, status);
    lua_settop(L, 0);
    troupe->on_stage = NULL;
    troupe->scene = NULL;
}

static bool too_many(const struct scn_scene *scene)
{
    struct scn_actor *actor = scene->actor;
    int64_t now = scn_actor_now(actor);
    actor->at_once = actor->last == now ? actor->at_once + 1 : 0;
    actor->last = now;
    return actor->at_once > SCN_MOST_AT_ONCE;
}

void scn_troupe_woken(struct scn_troupe *troupe)
{
    while (troupe->played < troupe->scenes->len) {
        /* Playing may add scenes, which may move the array: a copy is played. */
        struct scn_scene scene = g_array_index(troupe->scenes, struct scn_scene, troupe->played++);
        if (!troupe->error && in_time(&scene)) {
            if (too_many(&scene)) {
                lua_pushliteral(troupe->script.L, "more than 20,000 events at one instant; does this role answer itself?");
                fail(troupe, &scene, LUA_OK);
            } else {
                play(troupe, &scene);
            }
        }
        scn_scene_clear(&scene);
        if (troupe->played == troupe->scenes->len) {
            g_array_set_size(troupe->scenes, 0);
            troupe->played = 0;
        }
    }
}

/* ---- what the network tells ---- */

static void start(struct scn_actor *actor)
{
    actor->life++;
    actor->alive = true;
    scn_scene_add(actor->troupe, (struct scn_scene){.kind = SCN_SCENE_START, .actor = actor});
}

static unsigned node_of(const struct scn_actor *actor, const struct scn_peer *peer)
{
    unsigned i = 0;
    while (actor->nodes[i] != peer)
        i++;
    return i;
}

/* The application begins when all of its nodes are open, but those that it will open itself. */
static void on_opened(void *user, struct scn_peer *peer)
{
    struct scn_actor *actor = user;
    struct pc_node_view view;
    if (!peer->on_demand) {
        if (++actor->opened == actor->fixed_count)
            start(actor);
        return;
    }
    pc_node_view(peer->node, &view);
    if (actor->alive && view.online) /* it had neighbors before it could send */
        scn_scene_add(actor->troupe, (struct scn_scene){.kind = SCN_SCENE_ONLINE, .actor = actor, .number = node_of(actor, peer)});
}

static void on_stopped(void *user, struct scn_peer *peer)
{
    struct scn_actor *actor = user;
    lua_State *L = actor->troupe->script.L;
    if (peer->on_demand) /* left, or not to be opened just now: the application goes on */
        return;
    actor->opened = 0;
    if (!actor->alive)
        return;
    actor->alive = false;
    for (unsigned i = actor->fixed_count; i < actor->node_count; i++)
        actor->nodes[i]->called_for = false;
    scn_timers_end(actor);
    luaL_unref(L, LUA_REGISTRYINDEX, actor->self);
    actor->self = LUA_NOREF;
    g_clear_pointer(&actor->handlers, g_free);
    actor->handler_count = actor->handler_room = actor->filters = 0;
}

static void on_stopping(void *user, struct scn_peer *peer)
{
    struct scn_actor *actor = user;
    if (actor->alive && peer == actor->nodes[0])
        scn_scene_add(actor->troupe, (struct scn_scene){.kind = SCN_SCENE_STOPPING, .actor = actor});
}

static void on_online(void *user, struct scn_peer *peer, bool online)
{
    struct scn_actor *actor = user;
    if (actor->alive && (!peer->on_demand || peer->open))
        scn_scene_add(actor->troupe, (struct scn_scene){.kind = online ? SCN_SCENE_ONLINE : SCN_SCENE_OFFLINE,
                                                        .actor = actor,
                                                        .number = node_of(actor, peer)});
}

static void on_called(void *user, struct scn_peer *peer, uint64_t argument)
{
    struct scn_actor *actor = user;
    (void)peer;
    if (actor->alive)
        scn_scene_add(actor->troupe, (struct scn_scene){.kind = SCN_SCENE_TIMER,
                                                        .actor = actor,
                                                        .number = (uint32_t)argument,
                                                        .generation = (uint32_t)(argument >> 32)});
}

static void on_told(void *user, struct scn_peer *peer, const char *what, const struct scn_data *data)
{
    struct scn_actor *actor = user;
    if (actor->alive && peer == actor->nodes[0])
        scn_scene_add(actor->troupe, (struct scn_scene){.kind = SCN_SCENE_TOLD,
                                                        .actor = actor,
                                                        .text = g_strdup(what),
                                                        .data = scn_data_copy(data)});
}

static char *kind_of(struct pc_text action)
{
    const char *slash = action.s ? memrchr(action.s, '/', action.n) : NULL;
    const char *from = slash ? slash + 1 : action.s;
    return from ? g_strndup(from, (size_t)(action.s + action.n - from)) : g_strdup("");
}

/* The message as its application will see it; false: nobody here listens, or it is none of ours. */
static bool read_message(struct scn_actor *actor, const struct pc_message *message, const struct pc_outgoing *own,
                         struct scn_scene *scene)
{
    struct scn_net *net = actor->troupe->net;
    const struct scn_body *publishing = scn_net_publishing(net);
    if (own) {
        scene->own = true;
        scene->data = publishing ? scn_body_copy(publishing) : NULL;
        scene->size = publishing ? publishing->size : 0;
        scene->text = kind_of(own->action);
        scene->has_hops = own->has_hops;
        scene->hops = own->hops;
    } else {
        scene->data = scn_body_read(net, message, &scene->size);
        scene->text = kind_of(message->action);
        scene->has_hops = message->u.flood.has_hops;
        scene->id = message->u.flood.id;
    }
    return scene->data != NULL;
}

static bool listens(const struct scn_actor *actor, unsigned channel)
{
    for (unsigned i = 0; i < actor->handler_count; i++)
        if (actor->handlers[i].kind == SCN_SCENE_MESSAGE && actor->handlers[i].channel == channel)
            return true;
    return false;
}

static unsigned channel_number(const struct scn_actor *actor, const struct scn_peer *peer, pc_str via)
{
    unsigned node = node_of(actor, peer), i = 0;
    while (i + 1 < peer->mesh->channel_count && peer->mesh->vias[i] != via)
        i++;
    return node * PC_MAX_CHANNELS + i;
}

static void on_delivered(void *user, struct scn_peer *peer, const struct pc_action *action)
{
    struct scn_actor *actor = user;
    unsigned channel = channel_number(actor, peer, action->u.deliver.channel);
    struct scn_scene scene = {.kind = SCN_SCENE_MESSAGE, .actor = actor, .number = channel, .hops = action->u.deliver.hops};
    if (!actor->alive || !listens(actor, channel))
        return;
    if (read_message(actor, action->u.deliver.message, action->u.deliver.own, &scene)) {
        if (action->u.deliver.own)
            scene.id = *pc_ids_get(actor->troupe->net_ids, action->u.deliver.id);
        scn_scene_add(actor->troupe, scene);
    } else {
        scn_scene_clear(&scene);
    }
}

static enum pc_propagation on_filter(void *user, struct scn_peer *peer, const struct pc_message *message, unsigned channel)
{
    struct scn_actor *actor = user;
    if (!actor->alive || !actor->filters)
        return PC_PROPAGATE_BOTH;
    return scn_actor_filter(actor, message, node_of(actor, peer) * PC_MAX_CHANNELS + channel);
}

enum pc_propagation scn_actor_filter(struct scn_actor *actor, const struct pc_message *message, unsigned channel)
{
    struct scn_troupe *troupe = actor->troupe;
    lua_State *L = troupe->script.L;
    struct scn_scene scene = {.kind = SCN_SCENE_MESSAGE, .actor = actor, .number = channel, .life = actor->life};
    struct scn_actor *before = troupe->on_stage; /* its own send asks the filter, too */
    const struct scn_scene *scene_before = troupe->scene;
    const struct pc_outgoing *own = message ? NULL : scn_net_outgoing(troupe->net);
    enum pc_propagation answer = PC_PROPAGATE_BOTH;
    if (!troupe->error && read_message(actor, message, own, &scene)) {
        int top = lua_gettop(L);
        if (!before)
            scn_limits_begin(&troupe->script);
        troupe->on_stage = actor;
        troupe->scene = &scene;
        troupe->asking = true;
        /* A C call from within a C call of the same state: room for it is what lua_checkstack() is for. */
        int status = lua_checkstack(L, 8) ? LUA_OK : LUA_ERRMEM;
        if (status == LUA_OK) {
            lua_pushcfunction(L, scn_filter_play);
            lua_pushlightuserdata(L, &scene);
            status = lua_pcall(L, 1, 1, 0);
        }
        if (status == LUA_OK)
            answer = (enum pc_propagation)lua_tointeger(L, -1);
        else
            fail(troupe, &scene, status);
        lua_settop(L, top);
        troupe->asking = false;
        troupe->on_stage = before;
        troupe->scene = scene_before;
    }
    scn_scene_clear(&scene);
    return answer;
}

static const struct scn_role_ops ops = {.opened = on_opened,
                                        .stopping = on_stopping,
                                        .stopped = on_stopped,
                                        .delivered = on_delivered,
                                        .online = on_online,
                                        .called = on_called,
                                        .told = on_told,
                                        .filter = on_filter};

void scn_troupe_cast(struct scn_troupe *troupe, int role, struct scn_peer *const *nodes, unsigned node_count, uint32_t index,
                     unsigned turn)
{
    struct scn_actor *actor = g_new0(struct scn_actor, 1);
    actor->troupe = troupe;
    actor->role = role;
    actor->number = troupe->actors->len;
    actor->index = index;
    actor->turn = (uint16_t)turn;
    actor->self = LUA_NOREF;
    actor->node_count = actor->fixed_count = (uint8_t)node_count;
    actor->nodes = g_memdup2(nodes, node_count * sizeof nodes[0]);
    g_ptr_array_add(troupe->actors, actor);
    for (unsigned i = 0; i < node_count; i++)
        scn_peer_play(nodes[i], &ops, actor);
}

struct scn_peer *scn_actor_add_node(struct scn_actor *actor, int mesh)
{
    struct scn_peer *node = scn_run_add_member(actor->troupe->run, actor->nodes[0], mesh);
    actor->nodes = g_renew(struct scn_peer *, actor->nodes, actor->node_count + 1u);
    actor->nodes[actor->node_count++] = node;
    scn_peer_play(node, &ops, actor);
    return node;
}

/* ---- the state ---- */

static void print_line(void *user, const char *line)
{
    struct scn_troupe *troupe = user;
    scn_log_say(scn_run_log(troupe->run), scn_net_now(troupe->net), troupe->on_stage ? scn_actor_name(troupe->on_stage) : "roles",
                "%s", line);
}

/* Loads the code of each role once; in protected mode. */
static int load_all(lua_State *L)
{
    struct scn_troupe *troupe = scn_troupe_of(L);
    const struct scn_plan *plan = scn_run_plan(troupe->run);
    scn_open_stage(troupe);
    for (guint i = 0; i < plan->roles->len; i++) {
        const struct scn_plan_role *role = scn_plan_roles(plan, (int)i);
        if (role->kind != SCN_ROLE_LUA)
            continue;
        gsize size;
        const char *code = g_bytes_get_data(role->code, &size);
        if (luaL_loadbufferx(L, code, size, role->chunk, role->is_file ? "t" : "b") != LUA_OK)
            lua_error(L);
        troupe->codes[i] = luaL_ref(L, LUA_REGISTRYINDEX);
    }
    return 0;
}

static bool has_roles(const struct scn_plan *plan)
{
    for (guint i = 0; i < plan->roles->len; i++)
        if (scn_plan_roles(plan, (int)i)->kind == SCN_ROLE_LUA)
            return true;
    return false;
}

struct scn_troupe *scn_troupe_new(struct scn_run *run, size_t memory, GError **error)
{
    const struct scn_plan *plan = scn_run_plan(run);
    if (!has_roles(plan))
        return NULL;
    struct scn_troupe *troupe = g_new0(struct scn_troupe, 1);
    troupe->run = run;
    troupe->net = scn_run_net(run);
    troupe->net_ids = scn_net_ids(troupe->net);
    troupe->cast = scn_run_cast(run);
    for (guint i = 0; i < plan->said->len; i++)
        an_cast_sample(troupe->cast, g_ptr_array_index(plan->said, i));
    troupe->actors = g_ptr_array_new();
    troupe->scenes = g_array_new(FALSE, FALSE, sizeof(struct scn_scene));
    troupe->timers = g_array_new(FALSE, TRUE, sizeof(struct scn_timer));
    g_array_set_size(troupe->timers, 1);
    troupe->options = (struct scn_script_options){.path = plan->path, .print = print_line, .user = troupe};
    troupe->script = (struct scn_script){.options = &troupe->options,
                                         .plan = (struct scn_plan *)(uintptr_t)plan, /* read only */
                                         .most_memory = memory ? memory : SCN_ROLE_MEMORY,
                                         .most_instructions = SCN_ROLE_INSTRUCTIONS,
                                         .span = "in one event",
                                         .role = true};
    troupe->codes = g_new(int, plan->roles->len + 1);
    for (guint i = 0; i < plan->roles->len; i++)
        troupe->codes[i] = LUA_NOREF;
    scn_limits_open(&troupe->script);
    lua_State *L = troupe->script.L;
    lua_pushcfunction(L, load_all);
    if (lua_pcall(L, 0, 0, 0) == LUA_OK)
        return troupe;
    g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "%s: %s", plan->file,
                lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "roles cannot be loaded");
    scn_troupe_free(troupe);
    return NULL;
}

void scn_troupe_free(struct scn_troupe *troupe)
{
    if (!troupe)
        return;
    for (guint i = troupe->played; i < troupe->scenes->len; i++)
        scn_scene_clear(&g_array_index(troupe->scenes, struct scn_scene, i));
    lua_close(troupe->script.L);
    for (guint i = 0; i < troupe->actors->len; i++) {
        struct scn_actor *actor = troupe->actors->pdata[i];
        g_free(actor->handlers);
        g_free(actor->nodes);
        g_free(actor);
    }
    g_ptr_array_unref(troupe->actors);
    g_array_unref(troupe->scenes);
    g_array_unref(troupe->timers);
    g_free(troupe->codes);
    g_clear_error(&troupe->error);
    g_free(troupe);
}

GError *scn_troupe_error(struct scn_troupe *troupe)
{
    return troupe ? g_steal_pointer(&troupe->error) : NULL;
}

size_t scn_troupe_memory(const struct scn_troupe *troupe)
{
    return troupe->script.used;
}

uint64_t scn_troupe_events(const struct scn_troupe *troupe)
{
    return troupe->events;
}
