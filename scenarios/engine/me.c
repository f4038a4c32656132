/* `me` and what it hands out: objects, their fields and methods. scenario-api 6. */
#include "scenarios/engine/role_private.h"

#include "scenarios/engine/suggest.h"

#include <string.h>

static char methods_key[3]; /* registry: tables of the methods of me, channels, timers */

/* ---- who is meant ---- */

void scn_push_self(lua_State *L, const struct scn_actor *actor)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, actor->self);
}

struct scn_actor *scn_check_actor(lua_State *L, int at, enum scn_tag tag)
{
    static const char *const examples[] = {"me:after(…)", "channel:send(…)", "timer:stop()"};
    struct scn_troupe *troupe = scn_troupe_of(L);
    const struct scn_box *box = scn_to_tag(L, at, tag);

    if (box == NULL)
        luaL_error(L, "a method is called with a colon: %s", examples[tag - SCN_BOX_ME]);
    struct scn_actor *actor = troupe->actors->pdata[box->index];
    if (actor != troupe->on_stage || actor->life != (uint32_t)box->extra || !actor->alive)
        luaL_error(L, "this object belongs to another life.");
    return actor;
}

void scn_actor_listen(lua_State *L, struct scn_actor *actor, enum scn_scene_kind kind, unsigned channel, int at)
{
    if (actor->handler_count >= SCN_MOST_HANDLERS)
        luaL_error(L, "on: more than %d listeners of one peer.", SCN_MOST_HANDLERS);
    at = lua_absindex(L, at);
    scn_push_self(L, actor);
    lua_pushvalue(L, at);
    int32_t function = (int32_t)lua_rawlen(L, -2) + 1;
    lua_rawseti(L, -2, function);
    lua_pop(L, 1);
    if (actor->handler_count == actor->handler_room) {
        actor->handler_room = (uint16_t)(actor->handler_room ? actor->handler_room * 2 : 2);
        actor->handlers = g_renew(struct scn_handler, actor->handlers, actor->handler_room);
    }
    actor->handlers[actor->handler_count++] = (struct scn_handler){(uint8_t)kind, (uint16_t)channel, function};
}

static int me_on(lua_State *L)
{
    static const char *const names[] = {"told", "stopping", "dialed", NULL};
    static const enum scn_scene_kind kinds[] = {SCN_SCENE_TOLD, SCN_SCENE_STOPPING};
    struct scn_actor *actor = scn_check_actor(L, 1, SCN_BOX_ME);
    const char *name = scn_check_text(L, 2, "me:on", "the event", SCN_MOST_NAME);

    if (strcmp(name, "message") == 0 || strcmp(name, "online") == 0 || strcmp(name, "offline") == 0)
        return luaL_error(L, "me:on: \"%s\" is told by a channel: me:channel():on(\"%s\", …).", name, name);
    for (unsigned i = 0; names[i] != NULL; i++) {
        if (strcmp(names[i], name) != 0)
            continue;
        if (lua_type(L, 3) != LUA_TFUNCTION)
            return luaL_error(L, "me:on: the second argument is a function, not %s.", scn_what(L, 3));
        if (i == 2)
            return luaL_error(L, "me:on: \"dialed\" is not built yet.");
        scn_actor_listen(L, actor, kinds[i], 0, 3);
        return 0;
    }
    const char *near = scn_suggest(name, names);
    return luaL_error(L, near != NULL ? "me:on: there is no event \"%s\"; did you mean \"%s\"?"
                                      : "me:on: there is no event \"%s\" (told, stopping).",
                      name, near);
}

static int me_dial(lua_State *L)
{
    return luaL_error(L, "me:dial is not built yet: peers meet through channels.");
}

/* ---- fields ---- */

static int me_field(lua_State *L, const struct scn_actor *actor, const char *name)
{
    if (strcmp(name, "now") == 0)
        scn_push_quantity(L, (struct scn_quantity){SCN_TIME, scn_actor_now(actor)});
    else if (strcmp(name, "name") == 0)
        lua_pushstring(L, scn_actor_name(actor));
    else if (strcmp(name, "index") == 0)
        lua_pushinteger(L, actor->index);
    else
        return 0;
    return 1;
}

static int no_field(lua_State *L, int methods, const char *name)
{
    const char *names[24];
    unsigned count = 0;

    for (lua_pushnil(L); lua_next(L, methods) != 0 && count + 1 < G_N_ELEMENTS(names); lua_pop(L, 1))
        names[count++] = lua_tostring(L, -2);
    names[count] = NULL;
    const char *near = scn_suggest(name, names);
    return luaL_error(L, near != NULL ? "%s has no '%s'; did you mean '%s'?" : "%s has no '%s'.", scn_what(L, 1), name,
                      near);
}

int scn_me_index(lua_State *L)
{
    struct scn_box *box = scn_to_box(L, 1);

    if (box == NULL || box->tag < SCN_BOX_ME || lua_type(L, 2) != LUA_TSTRING)
        return luaL_error(L, "%s has no such field.", scn_what(L, 1));
    lua_rawgetp(L, LUA_REGISTRYINDEX, &methods_key[box->tag - SCN_BOX_ME]);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, -2) != LUA_TNIL)
        return 1;
    const char *name = lua_tostring(L, 2);
    struct scn_actor *actor = scn_check_actor(L, 1, box->tag);
    if (box->tag == SCN_BOX_ME && me_field(L, actor, name))
        return 1;
    if (box->tag == SCN_BOX_CHANNEL && scn_channel_field(L, actor, (unsigned)box->quantity.value, name))
        return 1;
    return no_field(L, 3, name);
}

void scn_open_me(lua_State *L)
{
    static const luaL_Reg me[] = {{"on", me_on},
                                  {"dial", me_dial},
                                  {"after", scn_me_after},
                                  {"every", scn_me_every},
                                  {"random", scn_me_random},
                                  {"channel", scn_me_channel},
                                  {"open", scn_me_open},
                                  {"disk", scn_me_disk},
                                  {"sample", scn_me_sample},
                                  {"state", scn_me_state},
                                  {"have", scn_me_have},
                                  {NULL, NULL}};
    static const luaL_Reg channel[] = {{"on", scn_channel_on},
                                       {"send", scn_channel_send_call},
                                       {"filter", scn_channel_filter},
                                       {"stop", scn_channel_stop},
                                       {NULL, NULL}};
    static const luaL_Reg timer[] = {{"stop", scn_timer_stop}, {NULL, NULL}};
    const luaL_Reg *const all[] = {me, channel, timer};

    for (unsigned i = 0; i < G_N_ELEMENTS(all); i++) {
        lua_newtable(L);
        luaL_setfuncs(L, all[i], 0);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &methods_key[i]);
    }
}
