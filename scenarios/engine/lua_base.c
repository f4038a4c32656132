/* The sandbox: what a script finds besides the words of the language. scenario-api, 10. */
#include "scenarios/engine/lua_table.h"
#include "scenarios/engine/suggest.h"

#include <math.h>
#include <string.h>

/* --- reading what is not there -------------------------------------------------------------------------- */

static const struct {
    const char *name, *why;
} not_here[] = {
    {"math.random", "its numbers would depend on the order of calls. Use me:random(\"name\", 1, 6)."},
    {"math.randomseed", "numbers come from streams named by meaning. Use me:random(\"name\", 1, 6)."},
    {"math.sin", "libm differs between processors."},
    {"math.cos", "libm differs between processors."},
    {"math.tan", "libm differs between processors."},
    {"math.asin", "libm differs between processors."},
    {"math.acos", "libm differs between processors."},
    {"math.atan", "libm differs between processors."},
    {"math.exp", "libm differs between processors."},
    {"math.log", "libm differs between processors."},
    {"math.pow", "libm differs between processors; write x * x."},
    {"string.dump", "code is no data."},
    {"os", "a scenario knows only its script, its parameters and its seed."},
    {"io", "a scenario reads no files but those that it names as data (\"file rush.tsv\")."},
    {"debug", "a scenario cannot look into other functions."},
    {"load", "code is read when the script is read."},
    {"loadstring", "code is read when the script is read."},
    {"loadfile", "write require \"name\" for a module beside the script."},
    {"dofile", "write require \"name\" for a module beside the script."},
    {"package", "write require \"name\" for a module beside the script."},
    {"collectgarbage", "what a script does must not depend on memory."},
    {"rawset", "libraries are read-only."},
    {"rawget", "libraries are read-only."},
    {"_G", "globals are read-only; write local variables."},
    {"me", "it is the first argument of a role: role(function (me, args) … end)."},
};

/* Upvalues: the table with the names, the library's name. */
static int missing_name(lua_State *L)
{
    const char *library = lua_tostring(L, lua_upvalueindex(2));

    if (lua_type(L, 2) != LUA_TSTRING)
        return luaL_error(L, "%s: there is nothing at this index.", *library != '\0' ? library : "globals");
    const char *name = lua_tostring(L, 2);
    const char *full = *library != '\0' ? lua_pushfstring(L, "%s.%s", library, name) : name;
    for (size_t i = 0; i < G_N_ELEMENTS(not_here); i++)
        if (strcmp(not_here[i].name, full) == 0)
            return luaL_error(L, "%s is not here: %s", full, not_here[i].why);
    int n = scn_sorted_keys(L, lua_upvalueindex(1), "globals");
    int keys = lua_gettop(L);
    const char **names = lua_newuserdatauv(L, (size_t)(n + 1) * sizeof(char *), 0);
    for (int i = 0; i < n; i++) {
        lua_rawgeti(L, keys, i + 1);
        names[i] = lua_tostring(L, -1); /* kept alive by the list */
        lua_pop(L, 1);
    }
    names[n] = NULL;
    const char *near = scn_suggest(name, names);
    if (near != NULL)
        return luaL_error(L, "there is no '%s' here; did you mean '%s%s%s'?", full, library,
                          *library != '\0' ? "." : "", near);
    return luaL_error(L, "there is no '%s' here.", full);
}

static int write_refused(lua_State *L)
{
    const char *library = lua_tostring(L, lua_upvalueindex(1));

    if (*library != '\0' || lua_type(L, 2) != LUA_TSTRING)
        return luaL_error(L, "libraries cannot be changed.");
    const char *name = lua_tostring(L, 2);
    return luaL_error(L,
                      "assignment to the global '%s'; write local %s. Globals would be shared by all peers.",
                      name, name);
}

void scn_seal(lua_State *L, const char *name)
{
    /* names, on top, raises for what it lacks; the sealed table reads through to it without a call. */
    lua_newtable(L);
    lua_pushvalue(L, -2);
    lua_pushstring(L, name);
    lua_pushcclosure(L, missing_name, 2);
    lua_setfield(L, -2, "__index");
    scn_lock_table(L);
    lua_setmetatable(L, -2);
    lua_newtable(L);
    lua_newtable(L);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushstring(L, name);
    lua_pushcclosure(L, write_refused, 1);
    lua_setfield(L, -2, "__newindex");
    scn_lock_table(L);
    lua_setmetatable(L, -2);
    lua_remove(L, -2);
}

/* --- base functions ------------------------------------------------------------------------------------- */

void scn_push_text(lua_State *L, int at)
{
    at = lua_absindex(L, at);
    int type = lua_type(L, at);
    bool addressed =
        type == LUA_TTABLE || type == LUA_TFUNCTION || type == LUA_TTHREAD || type == LUA_TLIGHTUSERDATA;

    if (addressed && luaL_getmetafield(L, at, "__tostring") != LUA_TNIL) {
        lua_pop(L, 1);
        addressed = false;
    }
    if (addressed) /* without its address, which differs from run to run */
        lua_pushstring(L, lua_typename(L, type));
    else
        luaL_tolstring(L, at, NULL);
}

static int base_tostring(lua_State *L)
{
    luaL_checkany(L, 1);
    scn_push_text(L, 1);
    return 1;
}

static int base_print(lua_State *L)
{
    const struct scn_script *s = scn_script_of(L);
    luaL_Buffer out;
    int n = lua_gettop(L);

    luaL_buffinit(L, &out);
    for (int i = 1; i <= n; i++) {
        if (i > 1)
            luaL_addchar(&out, '\t');
        scn_push_text(L, i);
        luaL_addvalue(&out);
    }
    luaL_pushresult(&out);
    if (s->options->print != NULL)
        s->options->print(s->options->user, lua_tostring(L, -1));
    else
        g_printerr("%s\n", lua_tostring(L, -1));
    return 0;
}

static int base_setmetatable(lua_State *L)
{
    static const char *const refused[] = {"__gc", "__mode"};

    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, lua_isnil(L, 2) || lua_istable(L, 2), 2, "nil or table");
    for (size_t i = 0; i < G_N_ELEMENTS(refused) && lua_istable(L, 2); i++) {
        lua_pushstring(L, refused[i]);
        if (lua_rawget(L, 2) != LUA_TNIL)
            return luaL_error(L, "%s is not here: what a script does must not depend on memory.", refused[i]);
        lua_pop(L, 1);
    }
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
        return luaL_error(L, "this metatable is locked.");
    lua_settop(L, 2);
    lua_setmetatable(L, 1);
    return 1;
}

/* Upvalue: the handler of the script. While a hook raises, Lua calls no further hook: a handler must not run
 * then. */
static int handle_error(lua_State *L)
{
    if (scn_script_of(L)->exhausted)
        return 1;
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 1, LUA_MULTRET);
    return lua_gettop(L);
}

/* Upvalue: Lua's own xpcall. */
static int base_xpcall(lua_State *L)
{
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, handle_error, 1);
    lua_replace(L, 2);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

/* --- modules -------------------------------------------------------------------------------------------- */

static char modules_key;

static int base_require(lua_State *L)
{
    const char *name = scn_check_text(L, 1, "require", "the name", SCN_MOST_NAME);

    lua_rawgetp(L, LUA_REGISTRYINDEX, &modules_key);
    int modules = lua_gettop(L);
    lua_getfield(L, modules, name);
    if (lua_type(L, -1) == LUA_TBOOLEAN && !lua_toboolean(L, -1))
        return luaL_error(L, "require: module '%s' requires itself.", name);
    if (!lua_isnil(L, -1))
        return 1;
    scn_load_module(L, name, "require");
    lua_pushboolean(L, 0);
    lua_setfield(L, modules, name);
    lua_call(L, 0, 1);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_pushboolean(L, 1);
    }
    lua_pushvalue(L, -1);
    lua_setfield(L, modules, name);
    return 1;
}

/* --- coroutines ----------------------------------------------------------------------------------------- */

/* A coroutine counts its own instructions, a thousand at a time: making one costs as much. Upvalue: the
 * library's function. */
static int coroutine_make(lua_State *L)
{
    scn_charge_steps(L, 1000);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

static void open_coroutine(lua_State *L)
{
    lua_pushcfunction(L, luaopen_coroutine);
    lua_call(L, 0, 1);
    for (int i = 0; i < 2; i++) {
        const char *name = i == 0 ? "create" : "wrap";
        lua_getfield(L, -1, name);
        lua_pushcclosure(L, coroutine_make, 1);
        lua_setfield(L, -2, name);
    }
    scn_seal(L, "coroutine");
    lua_setfield(L, -2, "coroutine");
}

/* --- all of it ------------------------------------------------------------------------------------------ */

/* Copies named fields of the table at `from` into a new one, and pushes it. */
static void copy_fields(lua_State *L, int from, const char *const *names, int into)
{
    for (; *names != NULL; names++) {
        lua_getfield(L, from, *names);
        lua_setfield(L, into, *names);
    }
}

void scn_open_base(lua_State *L)
{
    static const char *const base[] = {"assert", "error",  "getmetatable", "ipairs", "pcall", "rawequal",
                                       "rawlen", "select", "tonumber",     "type",   NULL};
    static const char *const math[] = {"abs",  "ceil",       "floor",      "max", "min",
                                       "fmod", "tointeger",  "type",       "ult", "sqrt",
                                       "huge", "maxinteger", "mininteger", "pi",  NULL};
    static const luaL_Reg own[] = {
        {"tostring", base_tostring}, {"print", base_print}, {"setmetatable", base_setmetatable},
        {"require", base_require},   {NULL, NULL},
    };
    int words = lua_gettop(L);

    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &modules_key);
    lua_pushcfunction(L, luaopen_base);
    lua_call(L, 0, 1);
    copy_fields(L, words + 1, base, words);
    lua_getfield(L, words + 1, "xpcall");
    lua_pushcclosure(L, base_xpcall, 1);
    lua_setfield(L, words, "xpcall");
    lua_settop(L, words);
    luaL_setfuncs(L, own, 0);
    lua_pushcfunction(L, luaopen_math);
    lua_call(L, 0, 1);
    lua_newtable(L);
    copy_fields(L, words + 1, math, words + 2);
    scn_seal(L, "math");
    lua_setfield(L, words, "math");
    lua_settop(L, words);
    lua_pushcfunction(L, luaopen_utf8);
    lua_call(L, 0, 1);
    scn_seal(L, "utf8");
    lua_setfield(L, words, "utf8");
    open_coroutine(L);
    scn_open_string(L);
    scn_open_table(L);
    g_assert(lua_gettop(L) == words);
}
