/* Selections: groups and what is picked, filtered, added and subtracted from them. scenario-api, 3. */
#include "scenarios/engine/lua_private.h"
#include "scenarios/engine/suggest.h"

#include <string.h>

int scn_selection_new(lua_State *L, const struct scn_plan_selection *prototype, const char *text)
{
    struct scn_plan *plan = scn_script_of(L)->plan;

    scn_bound(L, plan->selections, SCN_MOST_NODES, "selections");
    if (prototype->weight > SCN_MOST_WEIGHT || strlen(text) > SCN_MOST_TEXT)
        luaL_error(L, "this selection is made of more than %d others.", SCN_MOST_WEIGHT);
    scn_charge_memory(L, strlen(text));
    struct scn_plan_selection *s = g_memdup2(prototype, sizeof *prototype);
    s->text = g_strdup(text);
    g_ptr_array_add(plan->selections, s);
    return (int)plan->selections->len - 1;
}

static struct scn_plan_selection blank(enum scn_selection_kind kind, int of)
{
    return (struct scn_plan_selection){.kind = kind,
                                       .of = of,
                                       .left = -1,
                                       .right = -1,
                                       .online = -1,
                                       .nat = -1,
                                       .mesh = -1,
                                       .at = -1,
                                       .weight = 1};
}

bool scn_is_selection(lua_State *L, int at)
{
    const struct scn_box *box = scn_to_box(L, at);

    return box != NULL &&
           (box->tag == SCN_BOX_SELECTION || box->tag == SCN_BOX_GROUP || box->tag == SCN_BOX_MESH);
}

int scn_check_selection(lua_State *L, int at, const char *verb, const char *what)
{
    const struct scn_box *box = scn_to_box(L, at);

    if (box != NULL && (box->tag == SCN_BOX_GROUP || box->tag == SCN_BOX_MESH))
        return box->extra;
    if (box != NULL && box->tag == SCN_BOX_SELECTION)
        return box->index;
    if (box != NULL && box->tag == SCN_BOX_OPERATION) {
        struct scn_plan_selection s = blank(SCN_SELECT_OPERATION, box->index);
        return scn_selection_new(
            L, &s, lua_pushfstring(L, "(%s)", scn_plan_operations(scn_script_of(L)->plan, box->index)->key));
    }
    return luaL_error(L,
                      "%s: %s must be a group, a member of it, a selection, a mesh or an operation, not %s.",
                      verb, what, scn_what(L, at));
}

int scn_selection_arith(lua_State *L, char op, int a, int b)
{
    const struct scn_plan *plan = scn_script_of(L)->plan;

    if (op != '+' && op != '-')
        return luaL_error(L, "selections can be added and subtracted, nothing else.");
    int left = scn_check_selection(L, a, op == '+' ? "+" : "-", "each side");
    int right = scn_check_selection(L, b, op == '+' ? "+" : "-", "each side");
    struct scn_plan_selection s = blank(op == '+' ? SCN_SELECT_SUM : SCN_SELECT_DIFFERENCE, -1);
    const struct scn_plan_selection *l = scn_plan_selections(plan, left),
                                    *r = scn_plan_selections(plan, right);
    s.left = left;
    s.right = right;
    s.fixed = l->fixed && r->fixed;
    s.weight = l->weight + r->weight + 1;
    const char *text = lua_pushfstring(L, r->left >= 0 && op == '-' ? "%s%s(%s)" : "%s%s%s", l->text,
                                       op == '+' ? "+" : "-", r->text);
    scn_push_box(L, SCN_BOX_SELECTION, scn_selection_new(L, &s, text), 0);
    return 1;
}

/* --- pick ----------------------------------------------------------------------------------------------- */

static struct scn_quantity check_amount(lua_State *L, int at, const char *from)
{
    const struct scn_box *box = scn_to_tag(L, at, SCN_BOX_QUANTITY);
    struct scn_quantity q = {SCN_COUNT, -1};

    if (box != NULL)
        q = box->quantity;
    else if (lua_isinteger(L, at))
        q.value = lua_tointeger(L, at);
    else if (lua_type(L, at) == LUA_TSTRING &&
             scn_quantity_parse(lua_tostring(L, at), &q) > SCN_PARSE_NO_UNIT)
        q.value = -1;
    if (q.kind != SCN_COUNT && q.kind != SCN_SHARE)
        luaL_error(L, "%s:pick: how many? A count or a share such as \"20%%\" is needed, not %s.", from,
                   scn_kind_name(q.kind));
    if (q.value < 0)
        luaL_error(L, "%s:pick: how many? Write pick(5) or pick(\"20%%\").", from);
    if (q.kind == SCN_SHARE && q.value > SCN_WHOLE)
        luaL_error(L, "%s:pick: more than 100%%.", from);
    return q;
}

/* The members that a pick of this selection chooses from, if they are fixed by now (a mesh may still get
 * members). */
static bool is_settled_set(const struct scn_plan *plan, const struct scn_plan_selection *s)
{
    if (s->kind == SCN_SELECT_SUM || s->kind == SCN_SELECT_DIFFERENCE)
        return is_settled_set(plan, scn_plan_selections(plan, s->left)) &&
               is_settled_set(plan, scn_plan_selections(plan, s->right));
    return s->kind == SCN_SELECT_GROUP || s->kind == SCN_SELECT_PEERS;
}

static void pick_now(lua_State *L, int from, struct scn_plan_selection *s, const char *name)
{
    struct scn_script *script = scn_script_of(L);
    enum { STEPS_PER_PEER = 20 };

    GArray *among = scn_plan_select(script->plan, from, NULL);
    int members = (int)among->len;
    int64_t count =
        s->amount.kind == SCN_COUNT ? s->amount.value : scn_plan_pick_count(s->amount, among->len);
    bool passes =
        script->instructions > (int64_t)members * STEPS_PER_PEER && script->picked + count <= SCN_MOST_PICKED;
    if (!passes || count > members) {
        g_array_unref(among);
        scn_charge_steps(L, (int64_t)members * STEPS_PER_PEER);
        if (count > members)
            luaL_error(L, "%s:pick(%I): there are %d members.", scn_plan_selections(script->plan, from)->text,
                       (LUAI_UACINT)count, members);
        luaL_error(L, "pick: more than %d peers in all picks.", SCN_MOST_PICKED);
    }
    script->instructions -= (int64_t)members * STEPS_PER_PEER;
    script->picked += count;
    GArray *picked = scn_plan_pick(script->plan, among, (uint32_t)count, name);
    g_array_unref(among);
    s->kind = SCN_SELECT_PEERS;
    s->fixed = true;
    s->left = -1;
    s->count = picked->len;
    s->peers = (uint32_t *)(void *)g_array_free(picked, FALSE);
}

static int method_pick(lua_State *L)
{
    const struct scn_plan *plan = scn_script_of(L)->plan;
    lua_settop(L, 3);
    int from = scn_check_selection(L, 1, "pick", "what to pick from");
    const struct scn_plan_selection *source = scn_plan_selections(plan, from);
    struct scn_plan_selection s = blank(SCN_SELECT_PICK, -1);

    if (source->kind == SCN_SELECT_RESOLVER)
        return luaL_error(L, "pick: a resolver has no members.");
    s.amount = check_amount(L, 2, source->text);
    const char *name =
        lua_isnoneornil(L, 3) ? source->text : scn_check_text(L, 3, "pick", "the name", SCN_MOST_NAME);
    char *amount = scn_quantity_text(s.amount);
    const char *text = lua_pushfstring(L, "%s:pick(%s%s%s)", source->text, amount,
                                       name == source->text ? "" : ", ", name == source->text ? "" : name);
    g_free(amount);
    s.left = from;
    s.fixed = source->fixed;
    s.weight = source->weight + 1;
    if (is_settled_set(plan, source)) {
        scn_charge_memory(L, 4 * (size_t)MIN(s.amount.value, SCN_MOST_PEERS));
        pick_now(L, from, &s, name);
    } else {
        s.name = g_strdup(name);
    }
    int index = scn_selection_new(L, &s, text);
    scn_push_box(L, SCN_BOX_SELECTION, index, 0);
    return 1;
}

/* --- where ---------------------------------------------------------------------------------------------- */

static void append(luaL_Buffer *out, bool *first, const char *text)
{
    luaL_addstring(out, *first ? "" : ", ");
    luaL_addstring(out, text);
    *first = false;
}

static const char *where_text(lua_State *L, const char *source, const struct scn_plan_selection *s)
{
    const struct scn_plan *plan = scn_script_of(L)->plan;
    bool first = true;
    luaL_Buffer out;

    luaL_buffinit(L, &out);
    luaL_addstring(&out, source);
    luaL_addstring(&out, ":where{");
    if (s->online >= 0)
        append(&out, &first, s->online ? "online" : "offline");
    if (s->nat >= 0)
        append(&out, &first, s->nat ? "nat" : "no nat");
    if (s->region != NULL) {
        append(&out, &first, "region=");
        luaL_addstring(&out, s->region);
    }
    if (s->neighbors.op != SCN_OP_NONE) {
        char *limit = scn_quantity_text(s->neighbors.limit);
        append(&out, &first, "neighbors");
        luaL_addstring(&out, scn_op_text(s->neighbors.op));
        luaL_addstring(&out, limit);
        g_free(limit);
    }
    if (s->mesh >= 0) {
        append(&out, &first, "mesh=");
        luaL_addstring(&out, scn_plan_meshes(plan, s->mesh)->name);
    }
    if (s->at >= 0) {
        append(&out, &first, "at=");
        luaL_addstring(&out, scn_plan_moments(plan, s->at)->text);
    }
    luaL_addchar(&out, '}');
    luaL_pushresult(&out);
    return lua_tostring(L, -1);
}

static int method_where(lua_State *L)
{
    static const char *const options[] = {"online", "region", "neighbors", "nat", "mesh", "at", NULL};
    const struct scn_plan *plan = scn_script_of(L)->plan;
    lua_settop(L, 2);
    int from = scn_check_selection(L, 1, "where", "what to look in");
    struct scn_plan_selection s = blank(SCN_SELECT_WHERE, -1);
    struct scn_options o = scn_options_open(L, 2, "where", options);

    if (o.table == 0)
        return luaL_error(L, "where: which? Write where{ online = true }.");
    if (scn_option(&o, "online"))
        s.online = scn_option_flag(&o, "online", false);
    if (scn_option(&o, "nat")) {
        s.nat = scn_option_flag(&o, "nat", false);
    }
    if (scn_option(&o, "neighbors"))
        s.neighbors = scn_check_condition(L, -1, "where", "neighbors");
    if (s.neighbors.op != SCN_OP_NONE && s.neighbors.limit.kind != SCN_COUNT)
        return luaL_error(L, "where: neighbors are counted; write neighbors = \"< 2\".");
    if (scn_option(&o, "mesh")) {
        const struct scn_box *mesh = scn_to_tag(L, -1, SCN_BOX_MESH);
        if (mesh == NULL)
            return luaL_error(L, "where: mesh must be a mesh, not %s.", scn_what(L, -1));
        s.mesh = mesh->index;
    }
    s.at = scn_option_moment(&o, "at");
    s.left = from;
    s.weight = scn_plan_selections(plan, from)->weight + 1;
    s.region = scn_option_region(&o);
    const char *text = where_text(L, scn_plan_selections(plan, from)->text, &s);
    scn_push_box(L, SCN_BOX_SELECTION, scn_selection_new(L, &s, text), 0);
    return 1;
}

/* --- fields --------------------------------------------------------------------------------------------- */

int scn_selection_peer(lua_State *L, int group, lua_Integer index)
{
    const struct scn_plan_group *g = scn_plan_groups(scn_script_of(L)->plan, group);
    struct scn_plan_selection s = blank(SCN_SELECT_PEERS, -1);

    if (index < 1 || index > g->count)
        luaL_error(L, "%s[%I]: there are %d members.", g->name, (LUAI_UACINT)index, (int)g->count);
    const char *text = g->count == 1 ? g->name : lua_pushfstring(L, "%s[%I]", g->name, (LUAI_UACINT)index);
    uint32_t peer = g->first + (uint32_t)index - 1;
    s.fixed = true;
    s.count = 1;
    s.peers = g_memdup2(&peer, sizeof peer);
    return scn_selection_new(L, &s, text);
}

static int mesh_resolver(lua_State *L, int mesh)
{
    struct scn_plan_selection s = blank(SCN_SELECT_RESOLVER, mesh);
    const char *text = lua_pushfstring(L, "%s.resolver", scn_plan_meshes(scn_script_of(L)->plan, mesh)->name);

    s.fixed = true;
    scn_push_box(L, SCN_BOX_SELECTION, scn_selection_new(L, &s, text), 0);
    return 1;
}

int scn_selection_index(lua_State *L)
{
    static const char *const fields[] = {"pick", "where", "resolver", "ends", NULL};
    const struct scn_box *box = scn_to_box(L, 1);

    if (box == NULL)
        return luaL_error(L, "no selection");
    if (lua_isinteger(L, 2) && box->tag == SCN_BOX_GROUP) {
        scn_push_box(L, SCN_BOX_SELECTION, scn_selection_peer(L, box->index, lua_tointeger(L, 2)), 0);
        return 1;
    }
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
    if (strcmp(name, "pick") == 0)
        lua_pushcfunction(L, method_pick);
    else if (strcmp(name, "where") == 0)
        lua_pushcfunction(L, method_where);
    else if (strcmp(name, "resolver") == 0 && box->tag == SCN_BOX_MESH)
        return mesh_resolver(L, box->index);
    else if (strcmp(name, "ends") == 0 && box->tag == SCN_BOX_OPERATION)
        scn_push_box(L, SCN_BOX_MOMENT, scn_moment_of_operation(L, box->index, true), 0);
    else {
        const char *near = scn_suggest(name, fields);
        scn_push_text(L, 2);
        return luaL_error(L,
                          near != NULL ? "%s has no field '%s'; did you mean '%s'?" : "%s has no field '%s'.",
                          scn_what(L, 1), lua_tostring(L, -1), near);
    }
    return 1;
}
