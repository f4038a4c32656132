/* Values: metric, theory, over, and what is computed from them. scenario-api, 7. */
#include "scenarios/engine/inventory.h"
#include "scenarios/engine/lua_table.h"
#include "scenarios/engine/suggest.h"

#include <string.h>

/* --- nodes ---------------------------------------------------------------------------------------------- */

static int store_value(lua_State *L, const struct scn_value *prototype, const char *text)
{
    struct scn_plan *plan = scn_script_of(L)->plan;

    scn_bound(L, plan->values, SCN_MOST_NODES, "values");
    if (prototype->weight > SCN_MOST_WEIGHT || strlen(text) > SCN_MOST_TEXT)
        luaL_error(L, "this value is made of more than %d others.", SCN_MOST_WEIGHT);
    scn_charge_memory(L, strlen(text));
    struct scn_value *v = g_memdup2(prototype, sizeof *prototype);
    v->text = g_strdup(text);
    v->aggregate = g_strdup(prototype->aggregate);
    v->lacks = g_strdup(prototype->lacks);
    g_ptr_array_add(plan->values, v);
    return (int)plan->values->len - 1;
}

int scn_push_value(lua_State *L, const struct scn_value *prototype, const char *text)
{
    scn_push_box(L, SCN_BOX_VALUE, store_value(L, prototype, text), 0);
    return 1;
}

struct scn_value scn_blank_value(enum scn_value_kind kind)
{
    return (struct scn_value){.kind = kind, .left = -1, .right = -1, .query = -1, .weight = 1};
}

int scn_value_number(lua_State *L, struct scn_quantity number)
{
    struct scn_value v = scn_blank_value(SCN_VALUE_NUMBER);
    char *text = scn_quantity_text(number);

    lua_pushstring(L, text);
    g_free(text);
    v.known = true;
    v.unit = number.kind;
    v.number = number;
    int index = store_value(L, &v, lua_tostring(L, -1));
    lua_pop(L, 1);
    return index;
}

int scn_check_value(lua_State *L, int at, const char *verb, const char *what)
{
    const struct scn_box *box = scn_to_box(L, at);
    struct scn_quantity q;

    if (box != NULL && box->tag == SCN_BOX_VALUE)
        return box->index;
    if (box != NULL && box->tag == SCN_BOX_QUANTITY)
        return scn_value_number(L, box->quantity);
    if (lua_isinteger(L, at))
        return scn_value_number(L, (struct scn_quantity){SCN_COUNT, lua_tointeger(L, at)});
    if (lua_type(L, at) == LUA_TNUMBER) {
        const char *wrong =
            scn_quantity_scale((struct scn_quantity){SCN_RATIO, SCN_WHOLE}, lua_tonumber(L, at), &q);
        if (wrong != NULL)
            luaL_error(L, "%s: %s: %s.", verb, what, wrong);
        return scn_value_number(L, q);
    }
    if (lua_type(L, at) != LUA_TSTRING)
        luaL_error(L, "%s: %s is a value such as metric.latency.p99, or a quantity, not %s.", verb, what,
                   scn_what(L, at));
    const char *text = lua_tostring(L, at);
    if (strcmp(text, "never") == 0)
        return scn_value_number(L, (struct scn_quantity){SCN_TIME, SCN_NEVER});
    if (strcmp(text, "stored") == 0) {
        struct scn_value v = scn_blank_value(SCN_VALUE_TEXT);
        return store_value(L, &v, "stored");
    }
    enum scn_parse parse = scn_quantity_parse(text, &q);
    if (parse == SCN_PARSE_RANGE)
        luaL_error(L, "%s: %s: \"%s\" is too large, or finer than the smallest unit.", verb, what, text);
    if (parse == SCN_PARSE_BAD)
        luaL_error(L, "%s: %s: \"%s\" is no quantity; write \"200ms\", \"20%%\", \"never\" …", verb, what,
                   text);
    return scn_value_number(L, q);
}

static bool alike(enum scn_kind a, enum scn_kind b)
{
    bool shares = (a == SCN_SHARE || a == SCN_POINTS) && (b == SCN_SHARE || b == SCN_POINTS);
    bool numbers = (a == SCN_COUNT || a == SCN_RATIO) && (b == SCN_COUNT || b == SCN_RATIO);
    bool parts = (a == SCN_SHARE && b == SCN_RATIO) || (a == SCN_RATIO && b == SCN_SHARE);

    return a == b || shares || numbers || parts;
}

void scn_check_kinds(lua_State *L, const char *verb, int value, int limit)
{
    const struct scn_plan *plan = scn_script_of(L)->plan;
    const struct scn_value *v = scn_plan_values(plan, value), *l = scn_plan_values(plan, limit);

    if (!v->known || !l->known || alike(v->unit, l->unit) ||
        (l->kind == SCN_VALUE_NUMBER && l->number.value == SCN_NEVER))
        return;
    const char *fix = l->kind == SCN_VALUE_NUMBER && l->unit == SCN_COUNT
                          ? lua_pushfstring(L, "; write a unit, such as %s", scn_kind_example(v->unit))
                          : "";
    luaL_error(L, "%s: %s is %s, but the limit %s is %s%s.", verb, v->text, scn_kind_name(v->unit), l->text,
               scn_kind_name(l->unit), fix);
}

/* --- arithmetic ----------------------------------------------------------------------------------------- */

static const char *wrapped(lua_State *L, const struct scn_value *v, bool always)
{
    bool sum = v->kind == SCN_VALUE_ADD || v->kind == SCN_VALUE_SUB;

    return sum || (always && (v->kind == SCN_VALUE_MUL || v->kind == SCN_VALUE_DIV))
               ? lua_pushfstring(L, "(%s)", v->text)
               : v->text;
}

int scn_value_arith(lua_State *L, char op, int a, int b)
{
    const struct scn_plan *plan = scn_script_of(L)->plan;
    enum scn_value_kind kind = op == '+'   ? SCN_VALUE_ADD
                               : op == '-' ? SCN_VALUE_SUB
                               : op == '*' ? SCN_VALUE_MUL
                                           : SCN_VALUE_DIV;
    const char sign[] = {op, '\0'};

    if (op == 'd' || op == '%')
        return luaL_error(L, "values can be added, subtracted, multiplied and divided, nothing else.");
    int left = scn_check_value(L, a, sign, "each side"), right = scn_check_value(L, b, sign, "each side");
    const struct scn_value *l = scn_plan_values(plan, left), *r = scn_plan_values(plan, right);
    struct scn_value v = scn_blank_value(kind);
    v.left = left;
    v.right = right;
    v.known = l->known && r->known;
    v.set = l->set || r->set;
    v.weight = l->weight + r->weight + 1;
    v.lacks = l->lacks != NULL ? l->lacks : r->lacks;
    if (l->kind == SCN_VALUE_TEXT || r->kind == SCN_VALUE_TEXT)
        return luaL_error(L, "\"stored\" cannot be calculated with.");
    if (v.known) {
        const char *wrong = scn_kind_combine(op, l->unit, r->unit, &v.unit);
        if (wrong != NULL)
            return luaL_error(L, "%s %c %s: %s.", l->text, op, r->text, wrong);
    }
    bool tight = kind == SCN_VALUE_MUL || kind == SCN_VALUE_DIV;
    const char *text = lua_pushfstring(L, "%s %c %s", tight ? wrapped(L, l, false) : l->text, op,
                                       tight || kind == SCN_VALUE_SUB ? wrapped(L, r, tight) : r->text);
    return scn_push_value(L, &v, text);
}

int scn_metrics_index(lua_State *L)
{
    const struct scn_box *box = scn_to_tag(L, 1, SCN_BOX_METRICS);
    struct scn_inventory about;

    if (box == NULL || lua_type(L, 2) != LUA_TSTRING)
        return luaL_error(L, "metric: write metric.NAME.");
    bool theory = box->index == 1;
    const char *name = lua_tostring(L, 2), *word = theory ? "theory" : "metric";
    if (theory && strcmp(name, "server") == 0) {
        struct scn_query q = scn_blank_query(true, NULL);
        scn_new_query(L, &q);
        scn_push_box(L, SCN_BOX_SERVER, (int)scn_script_of(L)->plan->queries->len - 1, 0);
        return 1;
    }
    if (!scn_inventory_find(theory, name, &about)) {
        const char *near = scn_inventory_suggest(theory, name);
        return luaL_error(L, near != NULL ? "%s: no value '%s'; did you mean '%s'?" : "%s: no value '%s'.",
                          word, name, near);
    }
    if (theory && scn_push_closed(L, name))
        return 1;
    char copy[64];
    g_strlcpy(copy, name, sizeof copy);
    struct scn_query q = scn_blank_query(theory, copy);
    return scn_push_query(L, scn_new_query(L, &q), NULL);
}

/* theory.server{ up = "1Gbit/s" }.latency */
int scn_server_index(lua_State *L)
{
    const struct scn_box *box = scn_to_tag(L, 1, SCN_BOX_SERVER);
    struct scn_inventory about;

    if (box == NULL || lua_type(L, 2) != LUA_TSTRING)
        return luaL_error(L, "theory.server: write theory.server{}.latency.");
    char name[64];
    g_snprintf(name, sizeof name, "server.%s", lua_tostring(L, 2));
    if (!scn_inventory_find(true, name, &about) && !scn_inventory_find(false, lua_tostring(L, 2), &about))
        return luaL_error(L, "theory.server: no value '%s'; a server has latency and upload.",
                          lua_tostring(L, 2));
    struct scn_query q = *scn_plan_queries(scn_script_of(L)->plan, box->index);
    q.metric = name;
    return scn_push_query(L, scn_new_query(L, &q), NULL);
}

/* --- narrowing ------------------------------------------------------------------------------------------ */

static void read_window(lua_State *L, const struct scn_options *o, struct scn_query *q)
{
    const struct scn_plan *plan = scn_script_of(L)->plan;

    if (scn_option(o, "after")) {
        q->begin = scn_check_moment(L, lua_gettop(L), o->verb, "after");
        q->during = q->end = -1;
        lua_pop(L, 1);
    }
    if (scn_option(o, "at")) {
        q->at = q->begin = q->end = scn_check_moment(L, lua_gettop(L), o->verb, "at");
        lua_pop(L, 1);
    }
    if (!scn_option(o, "during"))
        return;
    int at = lua_gettop(L);
    const struct scn_box *box = scn_to_tag(L, at, SCN_BOX_OPERATION);
    if (box != NULL) {
        /* Its span: what lasts ends with its undo, what stays with the run; the rest is one instant. */
        const struct scn_plan_operation *op = scn_plan_operations(plan, box->index);
        bool instant = op->verb == SCN_SEND || op->verb == SCN_TELL || op->verb == SCN_REFRESH;
        bool drawn = scn_plan_moments(plan, op->at)->draw_count > 0;
        q->during = box->index;
        q->begin = scn_moment_of_operation(L, box->index, false);
        q->end = op->lasts != NULL ? scn_moment_of_operation(L, box->index, true)
                 : !instant        ? -1
                 : drawn           ? scn_moment_new(L, SCN_AT_ENDS, box->index)
                                   : q->begin;
    } else if (lua_type(L, at) == LUA_TTABLE && lua_rawlen(L, at) == 2) {
        lua_rawgeti(L, at, 1);
        lua_rawgeti(L, at, 2);
        q->during = -1;
        q->begin = scn_check_moment(L, at + 1, o->verb, "during");
        q->end = scn_check_moment(L, at + 2, o->verb, "during");
    } else {
        luaL_error(L, "%s: during is an operation or two moments: during = { settled, settled + \"5min\" }.",
                   o->verb);
    }
    lua_settop(L, at - 1);
}

/* The first unnamed entry: a name. */
static void read_query_name(lua_State *L, int table, const char *verb, struct scn_query *q)
{
    if (lua_rawgeti(L, table, 1) == LUA_TSTRING) {
        const char *name = scn_check_text(L, -1, verb, "the name", SCN_MOST_NAME);
        g_free(q->name);
        q->name = g_strdup(name);
    } else if (scn_to_tag(L, -1, SCN_BOX_VALUE) != NULL) {
        g_free(q->rest);
        q->rest = g_strdup(scn_plan_values(scn_script_of(L)->plan, scn_to_box(L, -1)->index)->text);
    } else if (!lua_isnil(L, -1)) {
        luaL_error(L,
                   "%s: the entry without a name is a text, the name given in sample, state or have, not %s.",
                   verb, scn_what(L, -1));
    }
    lua_pop(L, 1);
}

/* A copy of the table with its named entries only; options that only this unbuilt name knows go to q->rest.
 * Pushed. */
static void named_entries(lua_State *L, int table, const char *const *known, bool any, struct scn_query *q)
{
    scn_sorted_keys(L, table, "metric");
    int keys = lua_gettop(L);
    lua_newtable(L);
    for (lua_Integer i = 1; lua_rawgeti(L, keys, i) != LUA_TNIL; i++) {
        const char *name = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
        lua_pushvalue(L, -1);
        lua_rawget(L, table);
        bool own = name != NULL && any && !g_strv_contains(known, name);
        if (own) {
            scn_push_text(L, -1);
            const char *entry = lua_pushfstring(L, "%s%s%s=%s", q->rest != NULL ? q->rest : "",
                                                q->rest != NULL ? ", " : "", name, lua_tostring(L, -1));
            if (strlen(entry) > SCN_MOST_SENTENCE)
                luaL_error(L, "theory: these options are too long.");
            g_free(q->rest);
            q->rest = g_strdup(entry);
            lua_pop(L, 4);
        } else if (name == NULL) {
            if (lua_tointeger(L, -2) != 1)
                luaL_error(L, "metric: options are written name = value; only the first entry may stand "
                              "without a name.");
            lua_pop(L, 2);
        } else {
            lua_rawset(L, keys + 1);
        }
    }
    lua_pop(L, 1);
    lua_remove(L, keys);
}

static void read_texts(const struct scn_options *o, struct scn_query *q)
{
    static const char *const names[] = {"channel", "kind", "reason", "last"};
    char **const into[] = {&q->channel, &q->message, &q->reason, &q->last};

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        char *text = scn_option_text(o, names[i]);
        if (text != NULL) {
            g_free(*into[i]);
            *into[i] = text;
        }
    }
}

static void read_filters(lua_State *L, const struct scn_options *o, struct scn_query *q)
{
    static const char *const names[] = {"of", "from", "to"};
    int *const into[] = {&q->of, &q->from, &q->to};

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        if (scn_option(o, names[i])) {
            *into[i] = scn_check_selection(L, lua_gettop(L), o->verb, names[i]);
            lua_pop(L, 1);
        }
    if (scn_option(o, "mesh")) {
        const struct scn_box *mesh = scn_to_tag(L, -1, SCN_BOX_MESH);
        if (mesh == NULL)
            luaL_error(L, "%s: mesh must be a mesh, not %s.", o->verb, scn_what(L, -1));
        q->mesh = mesh->index;
        lua_pop(L, 1);
    }
    read_texts(o, q);
    if (scn_option(o, "neighbors")) {
        q->neighbors = scn_check_condition(L, -1, o->verb, "neighbors");
        lua_pop(L, 1);
    }
    if (scn_option(o, "value")) {
        q->value = scn_check_condition(L, -1, o->verb, "value");
        lua_pop(L, 1);
    }
    q->per = (enum scn_per)scn_option_choice(o, "per", scn_pers, (int)q->per);
    scn_option_quantity(o, "share", SCN_SHARE, &q->share);
    if (q->theory && g_strcmp0(q->metric, "survivors") == 0 && scn_option(o, "crashed")) {
        const struct scn_box *box = scn_to_tag(L, -1, SCN_BOX_VALUE);
        if (box != NULL) { /* a share that is known after the run only */
            g_free(q->rest);
            q->rest = g_strdup_printf("crashed=%s", scn_plan_values(scn_script_of(L)->plan, box->index)->text);
        }
        lua_pop(L, 1);
        if (box == NULL)
            scn_option_quantity(o, "crashed", SCN_SHARE, &q->share);
    }
    scn_option_quantity(o, "up", SCN_BANDWIDTH, &q->up);
    scn_option_quantity(o, "gap", SCN_TIME, &q->gap);
    scn_option_quantity(o, "size", SCN_SIZE, &q->size);
    scn_option_quantity(o, "turn", SCN_TIME, &q->turn);
    q->ahead = scn_option_count(o, "ahead", 1, 1000, q->ahead);
    read_window(L, o, q);
}

/* metric.fairness{ metric.upload }: the same as metric.upload.fairness. */
static bool is_fairness(lua_State *L, const struct scn_query *q)
{
    if (q->theory || strcmp(q->metric, "fairness") != 0)
        return false;
    if (lua_rawgeti(L, 2, 1) == LUA_TNIL || scn_to_tag(L, -1, SCN_BOX_VALUE) == NULL)
        luaL_error(L, "metric.fairness: of what? metric.fairness{ metric.upload } takes a metric.");
    lua_replace(L, 1);
    lua_pushliteral(L, "fairness");
    lua_replace(L, 2);
    return true;
}

/* metric.latency{ … }, also of a value that is narrowed already. */
int scn_value_call(lua_State *L)
{
    static const char *const options[] = {"of",     "from",      "to",    "mesh",   "channel", "kind",
                                          "reason", "neighbors", "value", "during", "after",   "at",
                                          "per",    "share",     "up",    "gap",    "size",    "crashed",
                                          "turn",   "ahead",     "last",  NULL};
    const struct scn_plan *plan = scn_script_of(L)->plan;
    const struct scn_box *box = scn_to_box(L, 1);
    struct scn_inventory about = {0};
    int index;

    if (box == NULL || lua_type(L, 2) != LUA_TTABLE)
        return luaL_error(L, "a value is narrowed by a table: metric.latency{ of = … }.");
    bool server = box->tag == SCN_BOX_SERVER;
    const struct scn_value *v = server ? NULL : scn_plan_values(plan, box->index);
    if (!server && (v->kind != SCN_VALUE_QUERY || v->aggregate != NULL))
        return luaL_error(L, "%s cannot be narrowed; narrow the metric first: metric.NAME{ … }.p99.",
                          v->text);
    index = server ? box->index : v->query;
    lua_settop(L, 2);
    if (!server && is_fairness(L, scn_plan_queries(plan, index)))
        return scn_value_index(L);
    struct scn_query *q = scn_new_query(L, scn_plan_queries(plan, index));
    const char *verb =
        server ? "theory.server" : lua_pushfstring(L, "%s.%s", q->theory ? "theory" : "metric", q->metric);
    if (!server)
        g_assert(scn_inventory_find(q->theory, q->metric, &about));
    read_query_name(L, 2, verb, q);
    named_entries(L, 2, options, !server && !about.built && q->theory, q);
    struct scn_options o = scn_options_open(L, lua_gettop(L), verb, options);
    read_filters(L, &o, q);
    if (server) {
        scn_push_box(L, SCN_BOX_SERVER, (int)plan->queries->len - 1, 0);
        return 1;
    }
    const char *lacks = NULL, *wrong = scn_inventory_check(q, &lacks);
    if (wrong != NULL)
        return luaL_error(L, "%s: %s", verb, wrong);
    return scn_push_query(L, q, lacks);
}

/* --- aggregates ----------------------------------------------------------------------------------------- */

static const char *const aggregates[] = {"p50",   "p90",   "p95",  "p99",        "p999",
                                         "min",   "max",   "mean", "sum",        "count",
                                         "share", "first", "last", "duplicates", "fairness", NULL};

static int index_over(lua_State *L, const struct scn_value *over, const char *name)
{
    if (over->aggregate != NULL || (strcmp(name, "slope") != 0 && strcmp(name, "ratio") != 0))
        return luaL_error(L, "%s has no '%s'; across a study there are .slope and .ratio.", over->text, name);
    struct scn_value v = *over;
    char copy[8];
    g_strlcpy(copy, name, sizeof copy);
    v.aggregate = copy;
    v.known = true;
    v.unit = SCN_RATIO;
    v.set = false;
    v.weight++;
    return scn_push_value(L, &v, lua_pushfstring(L, "%s.%s", over->text, name));
}

int scn_value_index(lua_State *L)
{
    const struct scn_box *box = scn_to_tag(L, 1, SCN_BOX_VALUE);
    const struct scn_plan *plan = scn_script_of(L)->plan;

    if (box == NULL || lua_type(L, 2) != LUA_TSTRING)
        return luaL_error(L, "a value has aggregates such as .p99, nothing else.");
    const struct scn_value *of = scn_plan_values(plan, box->index);
    char name[64];
    g_strlcpy(name, lua_tostring(L, 2), sizeof name);
    if (of->kind == SCN_VALUE_OVER)
        return index_over(L, of, name);
    if (of->kind != SCN_VALUE_QUERY || of->aggregate != NULL)
        return luaL_error(L, "%s is one number; it has no '%s'.", of->text, name);
    const struct scn_query *q = scn_plan_queries(plan, of->query);
    bool own = scn_inventory_field(q, name);
    if (!own && !g_strv_contains(aggregates, name)) {
        const char *near = scn_suggest(name, aggregates);
        return luaL_error(
            L,
            near != NULL
                ? "%s has no '%s'; did you mean '%s'?"
                : "%s has no '%s' (there are: p50 p90 p95 p99 p999 min max mean sum count share first "
                  "last duplicates fairness).",
            of->text, name, near);
    }
    struct scn_value v = *of;
    v.aggregate = name;
    v.set = false;
    v.weight++;
    if (strcmp(name, "count") == 0 || strcmp(name, "duplicates") == 0) {
        v.known = true;
        v.unit = SCN_COUNT;
    } else if (strcmp(name, "share") == 0 || strcmp(name, "fairness") == 0) {
        v.known = true;
        v.unit = *name == 's' ? SCN_SHARE : SCN_RATIO;
    } else if (own) {
        v.known = false;
    }
    return scn_push_value(L, &v, lua_pushfstring(L, "%s.%s", of->text, name));
}

static int word_over(lua_State *L)
{
    const struct scn_plan *plan = scn_script_of(L)->plan;
    lua_settop(L, 2);
    const char *param = scn_check_text(L, 1, "over", "the parameter", SCN_MOST_NAME);

    scn_check_param(L, "over", param);
    if (scn_to_tag(L, 2, SCN_BOX_VALUE) == NULL)
        return luaL_error(L, "over: a value is needed, such as metric.latency.p99, not %s.", scn_what(L, 2));
    int of = scn_check_value(L, 2, "over", "the value");
    const struct scn_value *inner = scn_plan_values(plan, of);
    struct scn_value v = scn_blank_value(SCN_VALUE_OVER);
    v.left = of;
    v.known = inner->known;
    v.unit = inner->unit;
    v.set = true;
    v.weight = inner->weight + 1;
    v.lacks = inner->lacks;
    return scn_push_value(L, &v, lua_pushfstring(L, "over(\"%s\", %s)", param, inner->text));
}

void scn_open_value(lua_State *L)
{
    scn_push_box(L, SCN_BOX_METRICS, 0, 0);
    lua_setfield(L, -2, "metric");
    scn_push_box(L, SCN_BOX_METRICS, 1, 0);
    lua_setfield(L, -2, "theory");
    lua_pushcfunction(L, word_over);
    lua_setfield(L, -2, "over");
}
