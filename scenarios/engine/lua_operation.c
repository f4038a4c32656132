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

int scn_word_crash(lua_State *L)
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

int scn_word_leave(lua_State *L)
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

/* What the options say; as text, pushed, too. Raises if it is nothing. */
static const char *read_changes(lua_State *L, const struct scn_options *o, struct scn_impair *out)
{
    const struct {
        const char *name;
        enum scn_kind kind;
        const struct scn_dist **to;
    } changes[] = {{"delay", SCN_TIME, &out->delay},  {"loss", SCN_SHARE, &out->loss},
                   {"stale", SCN_SHARE, &out->stale}, {"read", SCN_BANDWIDTH, &out->read},
                   {"up", SCN_BANDWIDTH, &out->up},   {"down", SCN_BANDWIDTH, &out->down},
                   {"clock", SCN_TIME, &out->clock}};
    static const char *const addresses[] = {"new", NULL}, *const how[] = {"silent", "reset", NULL};
    bool any = false;
    luaL_Buffer text;

    for (unsigned i = 0; i < G_N_ELEMENTS(changes); i++) {
        if (changes[i].to == &out->down && scn_option(o, "down")) {
            out->off = lua_type(L, -1) == LUA_TBOOLEAN; /* F5, else F9 */
            lua_pop(L, 1);
            if (out->off && !scn_option_flag(o, "down", true))
                luaL_error(L, "impair: down = false changes nothing; leave it out.");
        }
        if (!(out->off && changes[i].to == &out->down))
            *changes[i].to = scn_option_dist(o, changes[i].name, changes[i].kind);
    }
    out->asleep = scn_option_flag(o, "asleep", false);
    out->new_address = scn_option_choice(o, "address", addresses, -1) == 0;
    out->refuses = scn_option_choice(o, "how", how, 0) == 1;
    out->deaf = out->read != NULL && out->read->kind == SCN_DIST_CONSTANT && out->read->a == 0;
    luaL_buffinit(L, &text);
    for (unsigned i = 0; i < G_N_ELEMENTS(changes); i++)
        if (*changes[i].to != NULL)
            add_change(&text, &any, changes[i].name, (*changes[i].to)->text);
    if (out->off)
        add_change(&text, &any, "down", out->refuses ? "true how=reset" : "true");
    if (out->asleep)
        add_change(&text, &any, "asleep", "true");
    if (out->new_address)
        add_change(&text, &any, "address", "new");
    luaL_pushresult(&text);
    if (!any)
        luaL_error(L, "impair: how? Add one of down delay loss stale read up address asleep clock.");
    return lua_tostring(L, -1);
}

/* A share of packets or addresses, a delay, a rate: within what they can be. */
static void check_changes(lua_State *L, const struct scn_impair *how, bool resolver, bool lasts)
{
    const struct scn_dist *const shares[] = {how->loss, how->stale};

    for (unsigned i = 0; i < G_N_ELEMENTS(shares); i++)
        if (shares[i] != NULL && shares[i]->kind == SCN_DIST_CONSTANT &&
            (shares[i]->a < 0 || shares[i]->a > SCN_WHOLE))
            luaL_error(L, "impair: %s must be from 0%% to 100%%.", i == 0 ? "loss" : "stale");
    if (how->delay != NULL && how->delay->kind == SCN_DIST_CONSTANT && how->delay->a < 0)
        luaL_error(L, "impair: delay must not be negative.");
    const struct scn_dist *const rates[] = {how->up, how->down};
    for (unsigned i = 0; i < G_N_ELEMENTS(rates); i++)
        if (rates[i] != NULL && rates[i]->kind == SCN_DIST_CONSTANT && rates[i]->a <= 0)
            luaL_error(L, "impair: %s must be more than 0bit/s; down = true takes the link away.", i == 0 ? "up" : "down");
    if (how->stale != NULL && !resolver)
        luaL_error(L, "impair: stale is for a resolver: impair(mesh.resolver, { stale = … }).");
    if (how->refuses && !(how->off && resolver))
        luaL_error(L, "impair: how = \"reset\" is for a resolver that is down; crash(group, …) ends peers.");
    if (resolver && (how->asleep || how->new_address))
        luaL_error(L, "impair: a resolver can be down, deaf, slow, lossy or stale, nothing else.");
    if (how->new_address && lasts)
        luaL_error(L, "impair: address = \"new\" stays; leave lasts out.");
}

static int word_impair(lua_State *L)
{
    static const char *const options[] = {"at",   "lasts", "name",    "down",   "delay", "loss", "stale",
                                          "read", "up",    "address", "asleep", "clock", "how",  NULL};
    const struct scn_plan *plan = scn_script_of(L)->plan;
    int whom = check_whom(L, 1, "impair");
    struct scn_options o = scn_options_open(L, 2, "impair", options);
    struct scn_impair how = {0};
    const char *changes = read_changes(L, &o, &how);
    bool lasts = scn_option(&o, "lasts");

    if (lasts)
        lua_pop(L, 1);
    check_changes(L, &how, scn_plan_selects_resolver(plan, whom), lasts);
    struct scn_plan_operation *op = new_operation(L, SCN_IMPAIR);
    op->whom = whom;
    op->changes = g_strdup(changes);
    op->impair = how;
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
    struct scn_plan_operation *op = new_operation(L, SCN_TELL);
    op->whom = whom;
    op->message = g_strdup(what);
    op->body = scn_copy_data(L, 3, "what is told");
    return finish_operation(L, op, &o);
}

void scn_open_operation(lua_State *L)
{
    static const luaL_Reg words[] = {{"crash", scn_word_crash},     {"leave", scn_word_leave}, {"cut", word_cut},
                                     {"impair", word_impair},   {"send", word_send},   {"tell", word_tell},
                                     {"refresh", word_refresh}, {NULL, NULL}};

    luaL_setfuncs(L, words, 0);
}
