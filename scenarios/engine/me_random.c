/* Random numbers of roles: streams named by (seed, peer, role, name). A peer that returns draws afresh. */
#include "scenarios/engine/role_private.h"

#include "sim/dist.h"

#include <math.h>
#include <string.h>

static char dists_key; /* registry: text of a distribution → userdata */

struct drawn {
    struct scn_dist *text;
    struct sim_dist *dist;
};

static int free_drawn(lua_State *L)
{
    struct drawn *d = lua_touserdata(L, 1);

    if (d->dist != NULL)
        scn_sampler_dist_free(d->dist);
    scn_dist_free(d->text);
    return 0;
}

/* The distribution that the text at `at` names; raises. Kept, since roles draw from few of them, often. */
static const struct drawn *check_dist(lua_State *L, int at)
{
    enum { MOST_KEPT = 1024 };
    GError *error = NULL;

    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &dists_key) == LUA_TNIL || lua_rawlen(L, -1) > MOST_KEPT) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &dists_key);
    }
    lua_pushvalue(L, at);
    if (lua_rawget(L, -2) == LUA_TUSERDATA) {
        const struct drawn *found = lua_touserdata(L, -1);
        lua_pop(L, 2);
        return found;
    }
    lua_pop(L, 1);
    struct drawn *d = lua_newuserdatauv(L, sizeof *d, 0);
    *d = (struct drawn){NULL, NULL};
    lua_newtable(L);
    lua_pushcfunction(L, free_drawn);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    d->text = scn_dist_parse(lua_tostring(L, at), NULL, &error);
    if (d->text == NULL)
        scn_throw(L, "me:random: ", error);
    d->dist = scn_sampler_dist(d->text);
    lua_pushvalue(L, at);
    lua_pushvalue(L, -2);
    lua_rawset(L, -4);
    lua_pop(L, 2);
    return d;
}

/* The stream of that name, made at first use. */
static struct sim_stream *stream_of(lua_State *L, const struct scn_actor *actor)
{
    size_t length;
    const char *name = lua_tolstring(L, 2, &length);

    scn_push_self(L, actor);
    if (lua_getfield(L, -1, "streams") == LUA_TNIL) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_setfield(L, -3, "streams");
    }
    lua_pushvalue(L, 2);
    if (lua_rawget(L, -2) != LUA_TUSERDATA) {
        lua_pop(L, 1);
        struct sim_stream *new = lua_newuserdatauv(L, sizeof *new, 0);
        const char *purpose = lua_pushfstring(L, "role %d %s", (int)actor->turn, name);
        sim_stream_init(new, scn_run_plan(actor->troupe->run)->seed, sim_purpose_text(purpose, lua_rawlen(L, -1)),
                        scn_actor_peer(actor)->key, actor->life);
        lua_pop(L, 1);
        lua_pushvalue(L, 2);
        lua_pushvalue(L, -2);
        lua_rawset(L, -4);
    }
    struct sim_stream *stream = lua_touserdata(L, -1); /* kept alive by its table */
    lua_pop(L, 3);
    return stream;
}

static int draw_integer(lua_State *L, struct sim_stream *stream)
{
    int exact_a, exact_b;
    lua_Integer a = lua_tointegerx(L, 3, &exact_a), b = lua_tointegerx(L, 4, &exact_b);

    if (!exact_a || !exact_b)
        return luaL_error(L, "me:random: me:random(name, 1, 6) takes two whole numbers, not %s and %s.",
                          scn_what(L, 3), scn_what(L, 4));
    if (a > b)
        return luaL_error(L, "me:random: there is nothing from %I to %I.", (LUAI_UACINT)a, (LUAI_UACINT)b);
    uint64_t range = (uint64_t)b - (uint64_t)a + 1;
    uint64_t drawn = range ? sim_below(stream, range) : sim_next(stream);
    lua_pushinteger(L, (lua_Integer)((uint64_t)a + drawn));
    return 1;
}

static int draw_entry(lua_State *L, struct sim_stream *stream)
{
    lua_Unsigned count = lua_rawlen(L, 3);

    if (count == 0)
        return luaL_error(L, "me:random: the list is empty.");
    lua_rawgeti(L, 3, (lua_Integer)sim_below(stream, count) + 1);
    return 1;
}

int scn_me_random(lua_State *L)
{
    const struct scn_actor *actor = scn_check_actor(L, 1, SCN_BOX_ME);
    const struct scn_box *box = scn_to_tag(L, 3, SCN_BOX_QUANTITY);

    scn_check_text(L, 2, "me:random", "the first argument, the name of the stream,", SCN_MOST_NAME);
    lua_settop(L, 4);
    struct sim_stream *stream = stream_of(L, actor);
    if (!lua_isnil(L, 4))
        return draw_integer(L, stream);
    switch (lua_type(L, 3)) {
    case LUA_TNIL:
        lua_pushnumber(L, (lua_Number)(sim_next(stream) >> 11) * 0x1p-53);
        return 1;
    case LUA_TTABLE:
        return draw_entry(L, stream);
    case LUA_TSTRING: {
        const struct drawn *d = check_dist(L, 3);
        scn_push_quantity(L, (struct scn_quantity){d->text->unit, sim_dist_draw(d->dist, stream)});
        return 1;
    }
    default:
        break;
    }
    if (box == NULL && lua_type(L, 3) != LUA_TNUMBER)
        return luaL_error(L, "me:random: from what? \"exp 8s\", a list, two whole numbers, or nothing; not %s.",
                          scn_what(L, 3));
    lua_pushvalue(L, 3); /* a plain quantity is its own draw */
    return 1;
}
