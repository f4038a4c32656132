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

static const struct scn_data *field(const struct scn_data *table, const char *name)
{
    for (uint32_t i = 0; i < table->count; i++)
        if (table->keys[i]->kind == SCN_DATA_TEXT && strcmp(table->keys[i]->text, name) == 0)
            return table->values[i];
    return NULL;
}

/* { n, of = list, by = …, as = … } among the arguments: the list of what is drawn for this peer; false: it is no draw. */
static bool push_drawn(lua_State *L, const struct scn_actor *actor, const char *name, const struct scn_data *table)
{
    const struct scn_data *of = table->kind == SCN_DATA_TABLE ? field(table, "of") : NULL, *by = of ? field(table, "by") : NULL,
                          *as = of ? field(table, "as") : NULL;
    const struct scn_peer *peer = scn_actor_peer(actor);
    uint32_t places[SCN_MOST_DRAWN];
    struct scn_draw draw = {.given = true, .n = 1};

    if (of == NULL || of->kind != SCN_DATA_TABLE)
        return false;
    if (table->keys[0]->kind == SCN_DATA_INTEGER && table->values[0]->kind == SCN_DATA_INTEGER)
        draw.n = (uint32_t)CLAMP(table->values[0]->integer, 0, UINT32_MAX);
    draw.as = (char *)(uintptr_t)(as != NULL && as->kind == SCN_DATA_TEXT ? as->text : name);
    if (by != NULL && by->kind == SCN_DATA_TEXT && strcmp(by->text, "turns") == 0) {
        draw.by = SCN_DRAW_TURNS;
    } else if (by != NULL && by->kind == SCN_DATA_TEXT && g_str_has_prefix(by->text, "zipf ")) {
        double exponent = g_ascii_strtod(by->text + 5, NULL);
        draw.by = SCN_DRAW_ZIPF;
        draw.exponent_ppm = exponent >= 0 && exponent <= 10 ? (uint32_t)(exponent * 1e6 + 0.5) : 1000000;
    }
    if (draw.n == 0 || draw.n > SCN_MOST_DRAWN || draw.n > of->count)
        luaL_error(L, "argument %s: %d different entries of a list of %d cannot be.", name, (int)draw.n, (int)of->count);
    scn_draw_places(&draw, scn_run_plan(actor->troupe->run)->seed, peer->key, actor->index - 1, of->count, places);
    lua_createtable(L, (int)draw.n, 0);
    for (uint32_t i = 0; i < draw.n; i++) {
        scn_push_data(L, of->values[places[i]]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return true;
}

int scn_draw_lists(lua_State *L, const struct scn_actor *actor, const struct scn_data *args)
{
    lua_newtable(L);
    for (uint32_t i = 0; args != NULL && i < args->count; i++) {
        const struct scn_data *key = args->keys[i];
        scn_push_data(L, key);
        if (!push_drawn(L, actor, key->kind == SCN_DATA_TEXT ? key->text : "", args->values[i]))
            scn_push_data(L, args->values[i]);
        lua_rawset(L, -3);
    }
    return 1;
}
