/* The timeline: crash leave cut impair send tell refresh. scenario-api, 5. */
#include "scenarios/engine/lua_private.h"

#include <string.h>

/* A new operation in the plan, to be filled in. */
static struct scn_plan_operation *new_operation(lua_State *L, enum scn_verb verb)
{
    struct scn_plan *plan = scn_script_of(L)->plan;

    scn_bound(L, plan->operations, SCN_MOST_NODES, "operations");
    struct scn_plan_operation *op = g_new0(struct scn_plan_operation, 1);
    op->verb = verb;
    op->line = scn_line(L);
    op->whom = op->at = -1;
    op->hops = -1;
    g_ptr_array_add(plan->operations, op);
    return op;
}

static const char *whom_text(lua_State *L, const struct scn_plan_operation *op)
{
    const struct scn_plan *plan = scn_script_of(L)->plan;
    luaL_Buffer out;

    if (op->part_count == 0)
        return scn_plan_selections(plan, op->whom)->text;
    luaL_buffinit(L, &out);
    for (unsigned i = 0; i < op->part_count; i++) {
        luaL_addstring(&out, i > 0 ? " | " : "");
        luaL_addstring(&out, scn_plan_selections(plan, op->parts[i])->text);
    }
    luaL_pushresult(&out);
    return lua_tostring(L, -1);
}

/* Verb, whom, when; equal ones are numbered; a name replaces it. */
static void give_key(lua_State *L, struct scn_plan_operation *op, const struct scn_options *o)
{
    struct scn_script *s = scn_script_of(L);
    const char *verb = scn_verb_name(op->verb);

    if (scn_option(o, "name")) {
        const char *name = scn_check_text(L, -1, verb, "name", SCN_MOST_NAME);
        if (g_hash_table_contains(s->keys, name))
            luaL_error(L, "%s: name = \"%s\" is taken by another operation.", verb, name);
        op->key = g_strdup(name);
        g_hash_table_insert(s->keys, g_strdup(name), GINT_TO_POINTER(1));
        lua_pop(L, 1);
        return;
    }
    const char *key =
        lua_pushfstring(L, "%s %s @%s", verb, whom_text(L, op), scn_plan_moments(s->plan, op->at)->text);
    scn_charge_memory(L, 3 * strlen(key));
    int before = GPOINTER_TO_INT(g_hash_table_lookup(s->keys, key));
    op->key = before == 0 ? g_strdup(key) : g_strdup_printf("%s #%d", key, before + 1);
    g_hash_table_insert(s->keys, g_strdup(key), GINT_TO_POINTER(before + 1));
}

/* Options that all verbs have; ends with the new object on the stack. */
static int finish_operation(lua_State *L, struct scn_plan_operation *op, const struct scn_options *o)
{
    const struct scn_plan *plan = scn_script_of(L)->plan;

    op->at = scn_option_moment(o, "at");
    if (op->at < 0)
        return luaL_error(L, "%s: when? Add at = \"5min\" or at = settled + \"5min\".",
                          scn_verb_name(op->verb));
    if (op->verb != SCN_SEND && op->verb != SCN_TELL && op->verb != SCN_REFRESH)
        op->lasts = scn_option_dist(o, "lasts", SCN_TIME);
    if (op->lasts != NULL && op->lasts->kind == SCN_DIST_CONSTANT && op->lasts->a <= 0)
        return luaL_error(L, "%s: lasts must be more than 0s.", scn_verb_name(op->verb));
    give_key(L, op, o);
    scn_push_box(L, SCN_BOX_OPERATION, (int)plan->operations->len - 1, 0);
    return 1;
}

/* Whom, which must be peers (and of impair, a resolver). */
static int check_whom(lua_State *L, int at, const char *verb)
{
    const struct scn_plan *plan = scn_script_of(L)->plan;

    lua_settop(L, 4); /* what is pushed from here on is no argument */
    if (lua_isnoneornil(L, at))
        luaL_error(L, "%s: whom? Write %s(group, …).", verb, verb);
    int whom = scn_check_selection(L, at, verb, "whom");
    if (scn_plan_selections(plan, whom)->kind == SCN_SELECT_RESOLVER && strcmp(verb, "impair") != 0)
        luaL_error(L, "%s: a resolver is no peer; impair(mesh.resolver, { down = true, … }) takes it away.",
                   verb);
    return whom;
}

static int word_crash(lua_State *L)
{
    static const char *const options[] = {"at", "lasts", "name", "how", NULL};
    static const char *const how[] = {"reset", "silent", NULL};
    int whom = check_whom(L, 1, "crash");
    struct scn_options o = scn_options_open(L, 2, "crash", options);
    struct scn_plan_operation *op = new_operation(L, SCN_CRASH);

    op->whom = whom;
    op->silent = scn_option_choice(&o, "how", how, 0) == 1;
    return finish_operation(L, op, &o);
}

static int word_leave(lua_State *L)
{
    static const char *const options[] = {"at", "lasts", "name", NULL};
    int whom = check_whom(L, 1, "leave");
    struct scn_options o = scn_options_open(L, 2, "leave", options);
    struct scn_plan_operation *op = new_operation(L, SCN_LEAVE);

    op->whom = whom;
    return finish_operation(L, op, &o);
}

static int word_refresh(lua_State *L)
{
    static const char *const options[] = {"at", "name", NULL};
    int whom = check_whom(L, 1, "refresh");
    struct scn_options o = scn_options_open(L, 2, "refresh", options);
    struct scn_plan_operation *op = new_operation(L, SCN_REFRESH);

    op->whom = whom;
    return finish_operation(L, op, &o);
}

/* --- cut ------------------------------------------------------------------------------------------------ */

/* One side: a selection, or "rest". */
static int check_part(lua_State *L, int at)
{
    if (lua_type(L, at) != LUA_TSTRING)
        return scn_check_selection(L, at, "cut", "each part");
    if (strcmp(lua_tostring(L, at), "rest") != 0)
        luaL_error(L, "cut: a part is a selection or \"rest\", not \"%s\".", lua_tostring(L, at));
    struct scn_plan_selection rest = {.kind = SCN_SELECT_REST,
                                      .of = -1,
                                      .left = -1,
                                      .right = -1,
                                      .online = -1,
                                      .nat = -1,
                                      .mesh = -1,
                                      .at = -1,
                                      .weight = 1};
    return scn_selection_new(L, &rest, "rest");
}

static int word_cut(lua_State *L)
{
    static const char *const options[] = {"at", "lasts", "name", "oneway", NULL};
    int parts[SCN_MOST_PARTS];

    lua_settop(L, 2);
    if (lua_type(L, 1) != LUA_TTABLE)
        return luaL_error(L, "cut: between what? Write cut({ group, \"rest\" }, …).");
    unsigned count = (unsigned)MIN(lua_rawlen(L, 1), SCN_MOST_PARTS + 1);
    if (count < 2 || count > SCN_MOST_PARTS)
        return luaL_error(L, "cut: 2 to %d parts are needed: cut({ group, \"rest\" }, …).", SCN_MOST_PARTS);
    for (unsigned i = 0; i < count; i++) {
        lua_rawgeti(L, 1, (lua_Integer)i + 1);
        parts[i] = check_part(L, lua_gettop(L));
        lua_pop(L, 1);
    }
    struct scn_options o = scn_options_open(L, 2, "cut", options);
    bool oneway = scn_option_flag(&o, "oneway", false);
    scn_lack(L, "cut");
    struct scn_plan_operation *op = new_operation(L, SCN_CUT);
    op->parts = g_memdup2(parts, count * sizeof(int));
    op->part_count = count;
    op->whom = parts[0];
    op->oneway = oneway;
    return finish_operation(L, op, &o);
}

/* --- impair --------------------------------------------------------------------------------------------- */

static void add_change(luaL_Buffer *out, bool *any, const char *name, const char *text)
{
    luaL_addstring(out, *any ? " " : "");
    luaL_addstring(out, name);
    luaL_addchar(out, '=');
    luaL_addstring(out, text);
    *any = true;
}

/* The changes as text; pushed. Raises if there is none. */
static const char *read_changes(lua_State *L, const struct scn_options *o)
{
    static const struct {
        const char *name;
        enum scn_kind kind;
    } changes[] = {{"delay", SCN_TIME},     {"loss", SCN_SHARE},   {"stale", SCN_SHARE},
                   {"read", SCN_BANDWIDTH}, {"up", SCN_BANDWIDTH}, {"down", SCN_BANDWIDTH},
                   {"clock", SCN_TIME}};
    static const char *const addresses[] = {"new", NULL};
    const struct scn_dist *dist[G_N_ELEMENTS(changes)] = {NULL};
    bool any = false, off = false;
    luaL_Buffer out;

    for (unsigned i = 0; i < G_N_ELEMENTS(changes); i++) {
        if (strcmp(changes[i].name, "down") == 0 && scn_option(o, "down")) {
            off = lua_type(L, -1) == LUA_TBOOLEAN; /* F5, else F9 */
            lua_pop(L, 1);
            if (off && !scn_option_flag(o, "down", true))
                luaL_error(L, "impair: down = false changes nothing; leave it out.");
        }
        if (!(off && strcmp(changes[i].name, "down") == 0))
            dist[i] = scn_option_dist(o, changes[i].name, changes[i].kind);
    }
    bool asleep = scn_option_flag(o, "asleep", false);
    bool address = scn_option_choice(o, "address", addresses, -1) == 0;
    luaL_buffinit(L, &out);
    for (unsigned i = 0; i < G_N_ELEMENTS(changes); i++)
        if (dist[i] != NULL)
            add_change(&out, &any, changes[i].name, dist[i]->text);
    if (off)
        add_change(&out, &any, "down", "true");
    if (asleep)
        add_change(&out, &any, "asleep", "true");
    if (address)
        add_change(&out, &any, "address", "new");
    luaL_pushresult(&out);
    if (!any)
        luaL_error(L, "impair: how? Add one of down delay loss stale read up address asleep clock.");
    return lua_tostring(L, -1);
}

static int word_impair(lua_State *L)
{
    static const char *const options[] = {"at",   "lasts", "name",    "down",   "delay", "loss", "stale",
                                          "read", "up",    "address", "asleep", "clock", NULL};
    int whom = check_whom(L, 1, "impair");
    struct scn_options o = scn_options_open(L, 2, "impair", options);
    const char *changes = read_changes(L, &o);

    scn_lack(L, "impair");
    struct scn_plan_operation *op = new_operation(L, SCN_IMPAIR);
    op->whom = whom;
    op->changes = g_strdup(changes);
    return finish_operation(L, op, &o);
}

/* --- send, tell ----------------------------------------------------------------------------------------- */

static int word_send(lua_State *L)
{
    static const char *const options[] = {"at", "name", "kind", "size", "hops", "channel", NULL};
    int whom = check_whom(L, 1, "send"), type = lua_type(L, 2);

    if (type != LUA_TSTRING && type != LUA_TTABLE)
        return luaL_error(L, "send: what? The body is a text or a table of data, not %s.", scn_what(L, 2));
    struct scn_options o = scn_options_open(L, 3, "send", options);
    struct scn_plan_operation *op = new_operation(L, SCN_SEND);
    op->whom = whom;
    op->message = scn_option_text(&o, "kind");
    if (op->message == NULL)
        op->message = g_strdup("data");
    op->channel = scn_option_text(&o, "channel");
    if (op->channel != NULL)
        scn_lack(L, "channel in send");
    if (type == LUA_TTABLE)
        scn_lack(L, "send of a table");
    op->size = scn_option_dist(&o, "size", SCN_SIZE);
    op->hops = scn_option_count(&o, "hops", 0, UINT32_MAX, -1);
    op->body = scn_copy_data(L, 2, "a body");
    return finish_operation(L, op, &o);
}

static int word_tell(lua_State *L)
{
    static const char *const options[] = {"at", "name", NULL};
    int whom = check_whom(L, 1, "tell");
    const char *what = scn_check_text(L, 2, "tell", "what", SCN_MOST_NAME);

    if (lua_isnil(L, 4) && lua_type(L, 3) == LUA_TTABLE && lua_getfield(L, 3, "at") != LUA_TNIL)
        return luaL_error(
            L, "tell: when? Options are the fourth argument: tell(group, \"%s\", nil, { at = … }).", what);
    lua_settop(L, 4);
    struct scn_options o = scn_options_open(L, 4, "tell", options);
    scn_lack(L, "tell");
    struct scn_plan_operation *op = new_operation(L, SCN_TELL);
    op->whom = whom;
    op->message = g_strdup(what);
    op->body = scn_copy_data(L, 3, "what is told");
    return finish_operation(L, op, &o);
}

void scn_open_operation(lua_State *L)
{
    static const luaL_Reg words[] = {{"crash", word_crash},     {"leave", word_leave}, {"cut", word_cut},
                                     {"impair", word_impair},   {"send", word_send},   {"tell", word_tell},
                                     {"refresh", word_refresh}, {NULL, NULL}};

    luaL_setfuncs(L, words, 0);
}
