/* From scenes to calls of Lua: everything here runs in protected mode. */
#include "scenarios/engine/role_private.h"

#include <string.h>

/* ---- data ---- */

void scn_push_data(lua_State *L, const struct scn_data *data)
{
    if (data == NULL) {
        lua_pushnil(L);
        return;
    }
    switch (data->kind) {
    case SCN_DATA_BOOLEAN:
        lua_pushboolean(L, data->boolean);
        break;
    case SCN_DATA_INTEGER:
        lua_pushinteger(L, data->integer);
        break;
    case SCN_DATA_NUMBER:
        lua_pushnumber(L, data->number);
        break;
    case SCN_DATA_TEXT:
        lua_pushlstring(L, data->text, data->length);
        break;
    case SCN_DATA_QUANTITY:
        scn_push_quantity(L, data->quantity);
        break;
    case SCN_DATA_TABLE:
        luaL_checkstack(L, 4, "data");
        lua_createtable(L, data->count > 0 && data->keys[0]->kind == SCN_DATA_INTEGER ? (int)data->count : 0,
                        data->count > 0 && data->keys[0]->kind != SCN_DATA_INTEGER ? (int)data->count : 0);
        for (uint32_t i = 0; i < data->count; i++) {
            scn_push_data(L, data->keys[i]);
            scn_push_data(L, data->values[i]);
            lua_rawset(L, -3);
        }
        break;
    }
}

/* ---- starting ---- */

/* The function of a role: of a file, what its chunk returns; the chunk is called for each peer, so that its locals are the
 * peer's own, too. */
static void push_function(lua_State *L, const struct scn_actor *actor)
{
    const struct scn_plan_role *role = scn_plan_roles(scn_run_plan(actor->troupe->run), actor->role);

    lua_rawgeti(L, LUA_REGISTRYINDEX, actor->troupe->codes[actor->role]);
    if (!role->is_file)
        return;
    lua_call(L, 0, 1);
    if (lua_type(L, -1) != LUA_TFUNCTION)
        luaL_error(L, "the role does not return a function; end it with: return function (me, args) … end");
}

static void start(lua_State *L, struct scn_actor *actor)
{
    const struct scn_plan_role *role = scn_plan_roles(scn_run_plan(actor->troupe->run), actor->role);

    lua_createtable(L, 4, 0);
    actor->self = luaL_ref(L, LUA_REGISTRYINDEX);
    actor->everies = 0;
    push_function(L, actor);
    scn_push_box(L, SCN_BOX_ME, (int)actor->number, (int)actor->life);
    scn_draw_lists(L, actor, role->args);
    lua_call(L, 2, 0);
    /* Who registers for "online" now learns of neighbors that came while the node opened. */
    for (unsigned i = 0; i < actor->fixed_count; i++) {
        struct pc_node_view view;
        pc_node_view(actor->nodes[i]->node, &view);
        if (view.online)
            scn_scene_add(actor->troupe,
                          (struct scn_scene){.kind = SCN_SCENE_ONLINE, .actor = actor, .number = i});
    }
}

/* ---- messages ---- */

static void push_id(lua_State *L, const struct pc_guid *id)
{
    static const struct pc_guid none;
    char text[37];

    if (memcmp(id, &none, sizeof none) == 0) {
        lua_pushnil(L);
        return;
    }
    pc_guid_format(id, text);
    lua_pushlstring(L, text, 36);
}

/* A fresh table of this receiver's own. */
static void push_message(lua_State *L, const struct scn_scene *scene)
{
    lua_createtable(L, 0, 6);
    scn_push_data(L, scene->data);
    lua_setfield(L, -2, "body");
    lua_pushboolean(L, scene->own);
    lua_setfield(L, -2, "own");
    push_id(L, &scene->id);
    lua_setfield(L, -2, "id");
    lua_pushinteger(L, scene->size);
    lua_setfield(L, -2, "size");
    lua_pushstring(L, scene->text);
    lua_setfield(L, -2, "kind");
    if (scene->has_hops) {
        lua_pushinteger(L, (lua_Integer)MIN(scene->hops, INT64_MAX));
        lua_setfield(L, -2, "hops");
    }
}

/* ---- playing ---- */

static bool is_for(const struct scn_handler *handler, const struct scn_scene *scene)
{
    if (handler->kind != scene->kind)
        return false;
    switch (scene->kind) {
    case SCN_SCENE_MESSAGE:
    case SCN_SCENE_ONLINE:
    case SCN_SCENE_OFFLINE:
        return handler->channel == scene->number;
    default:
        return true;
    }
}

/* Calls every listener with the `count` arguments on the stack. Those that register meanwhile hear the next event. */
static void call_listeners(lua_State *L, struct scn_actor *actor, const struct scn_scene *scene, int count)
{
    int first = lua_gettop(L) - count + 1;
    unsigned listeners = actor->handler_count;

    scn_push_self(L, actor);
    int self = lua_gettop(L);
    for (unsigned i = 0; i < listeners && i < actor->handler_count; i++) {
        if (!is_for(&actor->handlers[i], scene))
            continue;
        lua_rawgeti(L, self, actor->handlers[i].function);
        for (int k = 0; k < count; k++)
            lua_pushvalue(L, first + k);
        lua_call(L, count, 0);
    }
}

int scn_scene_play(lua_State *L)
{
    const struct scn_scene *scene = lua_touserdata(L, 1);
    struct scn_actor *actor = scene->actor;

    switch (scene->kind) {
    case SCN_SCENE_START:
        start(L, actor);
        return 0;
    case SCN_SCENE_TIMER:
        return scn_timer_play(L, actor, scene);
    case SCN_SCENE_MESSAGE:
        push_message(L, scene);
        call_listeners(L, actor, scene, 1);
        return 0;
    case SCN_SCENE_TOLD:
        lua_pushstring(L, scene->text);
        scn_push_data(L, scene->data);
        call_listeners(L, actor, scene, 2);
        return 0;
    default:
        call_listeners(L, actor, scene, 0);
        return 0;
    }
}

/* ---- filters ---- */

static enum pc_propagation read_answer(lua_State *L)
{
    static const char *const names[] = {
        [PC_PROPAGATE_NONE] = "none", [PC_PROPAGATE_LOCAL] = "local", [PC_PROPAGATE_REMOTE] = "remote",
        [PC_PROPAGATE_BOTH] = "both"};
    const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(text, names[i]) == 0)
            return (enum pc_propagation)i;
    return (enum pc_propagation)luaL_error(
        L, "filter: it returned %s; return \"both\", \"local\", \"remote\" or \"none\".", scn_what(L, -1));
}

int scn_filter_play(lua_State *L)
{
    const struct scn_scene *scene = lua_touserdata(L, 1);
    struct scn_actor *actor = scene->actor;
    enum pc_propagation answer = PC_PROPAGATE_BOTH;

    scn_push_self(L, actor);
    for (unsigned i = 0; i < actor->handler_count; i++) {
        const struct scn_handler *h = &actor->handlers[i];
        if (h->kind != SCN_SCENE_KINDS || h->channel != scene->number)
            continue;
        lua_rawgeti(L, 2, h->function);
        push_message(L, scene);
        lua_pushstring(L, scene->own ? "local" : "remote");
        lua_call(L, 2, 1);
        answer = (enum pc_propagation)(answer & read_answer(L));
        lua_pop(L, 1);
    }
    lua_pushinteger(L, (lua_Integer)answer);
    return 1;
}
