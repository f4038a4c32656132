/* What roles measure and what they keep: sample, state, have, disk. */
#include "scenarios/engine/role_private.h"

#include <math.h>
#include <string.h>

static char disks_key; /* registry: number of the actor → name → table */

/* --- measuring ------------------------------------------------------------------------------------------ */

/* A name or key as a label: texts as they are, numbers as text. AN_NONE: nothing was given. */
static uint32_t label(lua_State *L, const struct scn_actor *actor, int at, const char *verb, const char *what)
{
    if (lua_isnoneornil(L, at))
        return AN_NONE;
    if (lua_type(L, at) == LUA_TSTRING)
        return an_cast_sample(actor->troupe->cast, scn_check_text(L, at, verb, what, SCN_MOST_SENTENCE));
    const struct scn_box *box = scn_to_tag(L, at, SCN_BOX_QUANTITY);
    if (lua_type(L, at) != LUA_TNUMBER && box == NULL)
        luaL_error(L, "%s: %s is a text or a number, not %s.", verb, what, scn_what(L, at));
    luaL_tolstring(L, at, NULL);
    uint32_t number = an_cast_sample(actor->troupe->cast, lua_tostring(L, -1));
    lua_pop(L, 1);
    return number;
}

static enum an_unit unit_of(enum scn_kind kind)
{
    static const enum an_unit units[SCN_KIND_COUNT] = {
        [SCN_COUNT] = AN_UNIT_COUNT,         [SCN_TIME] = AN_UNIT_TIME,   [SCN_SIZE] = AN_UNIT_SIZE,
        [SCN_BANDWIDTH] = AN_UNIT_BANDWIDTH, [SCN_RATE] = AN_UNIT_RATE,   [SCN_SHARE] = AN_UNIT_SHARE,
        [SCN_POINTS] = AN_UNIT_SHARE,        [SCN_RATIO] = AN_UNIT_RATIO,
    };
    return units[kind];
}

/* Fills in value and what; of a table or text the hash, so that equal ones are equal. */
static void measure(lua_State *L, const struct scn_actor *actor, int at, const char *verb, struct an_event *event)
{
    const struct scn_box *box = scn_to_tag(L, at, SCN_BOX_QUANTITY);

    event->what = AN_UNIT_COUNT;
    if (lua_isnoneornil(L, at)) {
        event->value = 1;
    } else if (box != NULL) {
        event->what = (uint8_t)unit_of(box->quantity.kind);
        event->value = (uint64_t)(box->quantity.kind == SCN_RATE ? box->quantity.value / 1000000 : box->quantity.value);
    } else if (lua_isinteger(L, at)) {
        event->value = (uint64_t)lua_tointeger(L, at);
    } else if (lua_type(L, at) == LUA_TNUMBER) {
        double v = lua_tonumber(L, at) * 1e6;
        if (!(fabs(v) < 9e18))
            luaL_error(L, "%s: this number is too large, or none.", verb);
        event->what = AN_UNIT_RATIO;
        event->value = (uint64_t)(int64_t)(v < 0 ? v - 0.5 : v + 0.5);
    } else if (lua_type(L, at) == LUA_TBOOLEAN) {
        event->value = lua_toboolean(L, at) != 0;
    } else if (lua_type(L, at) == LUA_TSTRING) {
        event->what = AN_UNIT_COUNT | AN_VALUE_IS_LABEL;
        event->value = label(L, actor, at, verb, "the value");
    } else if (event->kind == AN_STATE && lua_type(L, at) == LUA_TTABLE) {
        struct scn_data *data = scn_copy_data(L, at, verb);
        event->what = AN_UNIT_COUNT | AN_VALUE_IS_HASH;
        event->value = scn_data_hash(data);
        scn_data_free(data);
    } else {
        luaL_error(L, "%s: the value is a number, a quantity or a text, not %s.", verb, scn_what(L, at));
    }
}

static int tell(lua_State *L, enum an_kind kind, const char *verb)
{
    struct scn_actor *actor = scn_check_actor(L, 1, SCN_BOX_ME);
    struct an_event event = {.kind = (uint8_t)kind, .other = AN_NONE, .message = AN_NONE};

    lua_settop(L, 4);
    if (lua_isnil(L, 2))
        return luaL_error(L, "%s: of what? The first argument is its name.", verb);
    event.link = label(L, actor, 2, verb, "the name");
    if (kind != AN_HAVE)
        measure(L, actor, 3, verb, &event);
    if (kind != AN_HAVE)
        event.message = label(L, actor, 4, verb, "the key");
    scn_peer_measured(scn_actor_peer(actor), event);
    return 0;
}

int scn_me_sample(lua_State *L)
{
    return tell(L, AN_SAMPLE, "me:sample");
}

int scn_me_state(lua_State *L)
{
    if (lua_isnoneornil(L, 3))
        return luaL_error(L, "me:state: which state? Write me:state(\"board\", value).");
    return tell(L, AN_STATE, "me:state");
}

int scn_me_have(lua_State *L)
{
    return tell(L, AN_HAVE, "me:have");
}

/* --- disk ----------------------------------------------------------------------------------------------- */

/* Pushes the field of the table on top, made if need be, and removes the table. */
static void sub_table(lua_State *L, int key)
{
    key = lua_absindex(L, key);
    lua_pushvalue(L, key);
    if (lua_rawget(L, -2) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, key);
        lua_pushvalue(L, -2);
        lua_rawset(L, -4);
    }
    lua_remove(L, -2);
}

/* A disk holds plain data. What the life before has left there is copied when this one looks at it first, so that nothing of
 * that life comes with it. */
int scn_me_disk(lua_State *L)
{
    const struct scn_actor *actor = scn_check_actor(L, 1, SCN_BOX_ME);
    const char *name = scn_check_text(L, 2, "me:disk", "the name", SCN_MOST_NAME);

    lua_settop(L, 2);
    scn_push_self(L, actor);
    const char *mine = lua_pushfstring(L, "disk %s", name);
    if (lua_getfield(L, 3, mine) != LUA_TNIL)
        return 1;
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &disks_key) == LUA_TNIL) {
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &disks_key);
        lua_remove(L, -2);
    }
    lua_pushinteger(L, actor->number);
    lua_insert(L, -2);
    sub_table(L, -2); /* of the actor */
    int disks = lua_gettop(L);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, disks) == LUA_TNIL) {
        lua_newtable(L);
    } else {
        struct scn_data *data = scn_copy_data(L, -1, mine); /* if pushing raises, memory is out and the run ends */
        scn_push_data(L, data);
        scn_data_free(data);
    }
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -2);
    lua_rawset(L, disks);
    lua_pushvalue(L, -1);
    lua_setfield(L, 3, mine);
    return 1;
}
