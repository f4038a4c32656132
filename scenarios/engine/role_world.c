/* What roles find around them: the sandbox of scripts with `unit` as its only word, and modules that are called once for each
 * peer. And what is drawn for a peer from lists among its role's arguments. */
#include "scenarios/engine/lua_table.h"
#include "scenarios/engine/role_private.h"

#include <string.h>

/* ---- modules ---- */

static char chunks_key; /* registry: name of a module → its chunk */

static const struct scn_plan_module *find_module(const struct scn_plan *plan, const char *name)
{
    for (guint i = 0; i < plan->modules->len; i++) {
        const struct scn_plan_module *m = g_ptr_array_index(plan->modules, i);
        if (strcmp(m->name, name) == 0)
            return m;
    }
    return NULL;
}

static void push_chunk(lua_State *L, const struct scn_plan_module *m)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &chunks_key);
    if (lua_getfield(L, -1, m->name) == LUA_TNIL) {
        lua_pop(L, 1);
        if (luaL_loadbufferx(L, m->text, strlen(m->text), lua_pushfstring(L, "@%s.lua", m->name), "t") != LUA_OK)
            lua_error(L);
        lua_remove(L, -2);
        lua_pushvalue(L, -1);
        lua_setfield(L, -3, m->name);
    }
    lua_remove(L, -2);
}

/* The module's main function is called once for each peer: what it makes is that peer's own. */
static int role_require(lua_State *L)
{
    struct scn_troupe *troupe = scn_troupe_of(L);
    const char *name = scn_check_text(L, 1, "require", "the name", SCN_MOST_NAME);
    const struct scn_plan_module *m = find_module(scn_run_plan(troupe->run), name);

    if (m == NULL)
        return luaL_error(L, "require: module '%s' was not read with the script: write its name as a text, "
                             "require \"%s\".", name, name);
    scn_push_self(L, troupe->on_stage);
    if (lua_getfield(L, -1, "modules") == LUA_TNIL) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_setfield(L, -3, "modules");
    }
    int modules = lua_gettop(L);
    lua_getfield(L, modules, name);
    if (lua_type(L, -1) == LUA_TBOOLEAN && !lua_toboolean(L, -1))
        return luaL_error(L, "require: module '%s' requires itself.", name);
    if (!lua_isnil(L, -1))
        return 1;
    lua_pushboolean(L, 0);
    lua_setfield(L, modules, name);
    push_chunk(L, m);
    lua_call(L, 0, 1);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_pushboolean(L, 1);
    }
    lua_pushvalue(L, -1);
    lua_setfield(L, modules, name);
    return 1;
}

/* ---- globals ---- */

/* A word of the language in a role: named, with what to do instead. Upvalue: the word. */
static int word_of_script(lua_State *L)
{
    const char *word = lua_tostring(L, lua_upvalueindex(1));

    return luaL_error(L, "%s is a word of the script, not of roles: it belongs to the plan, which is written "
                         "before time 0.", word);
}

void scn_open_stage(struct scn_troupe *troupe)
{
    static const char *const words[] = {"scenario", "network", "mesh",    "peers",   "role",       "when",
                                        "finish",   "crash",   "leave",   "cut",     "impair",     "send",
                                        "tell",     "refresh", "over",    "exact",   "bound",      "stat",
                                        "eventually", "report", "plot",   NULL};
    lua_State *L = troupe->script.L;

    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &chunks_key);
    scn_open_objects(L);
    scn_open_me(L);
    lua_newtable(L);
    scn_open_base(L);
    for (unsigned i = 0; words[i] != NULL; i++) {
        lua_pushstring(L, words[i]);
        lua_pushcclosure(L, word_of_script, 1);
        lua_setfield(L, -2, words[i]);
    }
    lua_pushcfunction(L, scn_word_unit);
    lua_setfield(L, -2, "unit");
    lua_pushcfunction(L, role_require);
    lua_setfield(L, -2, "require");
    scn_seal(L, "");
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS); /* of all chunks that are loaded from now on */
}

/* ---- arguments ---- */

int scn_draw_lists(lua_State *L, const struct scn_actor *actor, const struct scn_data *args)
{
    (void)actor;
    if (args == NULL)
        lua_newtable(L);
    else
        scn_push_data(L, args);
    return 1;
}
