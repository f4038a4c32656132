/* Moments: settled, when, finish, and arithmetic with times and draws. scenario-api, 3 and 5. */
#include "scenarios/engine/lua_private.h"

#include <string.h>

static const char *describe(lua_State *L, const struct scn_plan *plan, const struct scn_plan_moment *m)
{
    char *offset = scn_quantity_text((struct scn_quantity){SCN_TIME, m->offset < 0 ? -m->offset : m->offset});
    const char *time = lua_pushstring(L, offset);
    const char *base = "";

    g_free(offset);
    if (m->base == SCN_AT_SETTLED)
        base = "settled";
    else if (m->base == SCN_AT_OPERATION)
        base = lua_pushfstring(L, "(%s)", scn_plan_operations(plan, m->of)->key);
    else if (m->base == SCN_AT_ENDS)
        base = lua_pushfstring(L, "(%s).ends", scn_plan_operations(plan, m->of)->key);
    else if (m->base == SCN_AT_WHEN)
        base = scn_plan_conditions(plan, m->of)->text;
    else if (m->base == SCN_AT_CHECK)
        base = lua_pushfstring(L, "eventually(\"%s\")", scn_plan_checks(plan, m->of)->sentence);
    if (*base == '\0' && m->offset == 0 && m->draw_count > 0 && !m->draws[0].minus)
        base = "";
    else if (*base == '\0')
        base = lua_pushfstring(L, "%s%s", m->offset < 0 ? "-" : "", time);
    else if (m->offset != 0)
        base = lua_pushfstring(L, "%s%s%s", base, m->offset < 0 ? "-" : "+", time);
    for (unsigned i = 0; i < m->draw_count; i++)
        base = lua_pushfstring(L, "%s%s%s", base,
                               m->draws[i].minus ? "-"
                               : *base == '\0'   ? ""
                                                 : "+",
                               m->draws[i].dist->text);
    return base;
}

/* Adds a copy to the plan, with its text. */
static int store(lua_State *L, const struct scn_plan_moment *prototype)
{
    struct scn_script *s = scn_script_of(L);
    int top = lua_gettop(L);

    scn_bound(L, s->plan->moments, SCN_MOST_NODES, "moments");
    luaL_checkstack(L, 16, "moments");
    const char *text = describe(L, s->plan, prototype);
    if (strlen(text) > SCN_MOST_TEXT)
        luaL_error(L, "this moment hangs on too many others.");
    scn_charge_memory(L, strlen(text));
    struct scn_plan_moment *m = g_memdup2(prototype, sizeof *prototype);
    m->text = g_strdup(text);
    g_ptr_array_add(s->plan->moments, m);
    lua_settop(L, top);
    return (int)s->plan->moments->len - 1;
}

int scn_moment_new(lua_State *L, enum scn_moment_base base, int of)
{
    return store(L, &(struct scn_plan_moment){.base = base, .of = of});
}

int scn_moment_settled(lua_State *L)
{
    struct scn_script *s = scn_script_of(L);

    if (s->settled < 0)
        s->settled = scn_moment_new(L, SCN_AT_SETTLED, -1);
    return s->settled;
}

static bool is_fixed(const struct scn_plan_moment *m)
{
    return m->base == SCN_AT_START || m->base == SCN_AT_SETTLED;
}

static void shift(lua_State *L, struct scn_plan_moment *m, int64_t ns)
{
    struct scn_quantity sum;

    if (scn_quantity_add((struct scn_quantity){SCN_TIME, m->offset}, (struct scn_quantity){SCN_TIME, ns},
                         &sum) != NULL)
        luaL_error(L, "this moment is too far away.");
    m->offset = sum.value;
}

int scn_moment_shift(lua_State *L, int moment, int64_t ns)
{
    struct scn_plan_moment m = *scn_plan_moments(scn_script_of(L)->plan, moment);

    shift(L, &m, ns);
    return store(L, &m);
}

/* Where its time is fixed by the plan, an operation's moment does not hang on the operation: it keeps its
 * time when that is left out. The start of an operation is its moment without the draws, which belong to the
 * peers. */
int scn_moment_of_operation(lua_State *L, int operation, bool ends)
{
    const struct scn_plan *plan = scn_script_of(L)->plan;
    const struct scn_plan_operation *o = scn_plan_operations(plan, operation);
    struct scn_plan_moment m = *scn_plan_moments(plan, o->at);

    if (ends && o->lasts == NULL)
        luaL_error(L, "%s has no end: give it lasts = \"1min\".", o->key);
    bool drawn = ends && (m.draw_count > 0 || o->lasts->kind != SCN_DIST_CONSTANT);
    m.text = NULL;
    m.draw_count = 0;
    if (is_fixed(&m) && !drawn) {
        if (ends)
            shift(L, &m, o->lasts->a);
        return store(L, &m);
    }
    return scn_moment_new(L, ends ? SCN_AT_ENDS : SCN_AT_OPERATION, operation);
}

bool scn_is_moment(lua_State *L, int at)
{
    return scn_to_tag(L, at, SCN_BOX_MOMENT) != NULL || scn_to_tag(L, at, SCN_BOX_OPERATION) != NULL;
}

/* Adds or subtracts what is at `at`: a time, or a draw. */
static void add_time(lua_State *L, struct scn_plan_moment *m, char op, int at)
{
    if (lua_type(L, at) == LUA_TNUMBER) {
        lua_pushvalue(L, at);
        luaL_error(L, "a moment %c %s: the time has no unit; write \"%ss\" or \"%smin\".", op,
                   lua_tostring(L, -1), lua_tostring(L, -1), lua_tostring(L, -1));
    }
    if (lua_type(L, at) == LUA_TSTRING && scn_dist_is_text(lua_tostring(L, at))) {
        bool arrivals = g_str_has_prefix(lua_tostring(L, at), "poisson ");
        const struct scn_dist *dist = scn_check_dist(L, at, "moment", "time", arrivals ? SCN_RATE : SCN_TIME);
        if (m->draw_count == SCN_MOST_DRAWS)
            luaL_error(L, "a moment has at most %d draws.", SCN_MOST_DRAWS);
        m->draws[m->draw_count].dist = dist;
        m->draws[m->draw_count++].minus = op == '-';
        return;
    }
    int64_t ns = scn_check_quantity(L, at, "moment", "time", SCN_TIME).value;
    shift(L, m, op == '-' ? -ns : ns);
}

/* The moment at `at` as a prototype: a moment, an operation, or a time since the start. */
static struct scn_plan_moment prototype(lua_State *L, int at)
{
    const struct scn_plan *plan = scn_script_of(L)->plan;
    struct scn_plan_moment m = {.base = SCN_AT_START, .of = -1};
    const struct scn_box *box = scn_to_box(L, at);

    if (box != NULL && box->tag == SCN_BOX_MOMENT)
        m = *scn_plan_moments(plan, box->index);
    else if (box != NULL && box->tag == SCN_BOX_OPERATION)
        m = *scn_plan_moments(plan, scn_moment_of_operation(L, box->index, false));
    else
        add_time(L, &m, '+', at);
    m.text = NULL;
    return m;
}

int scn_moment_arith(lua_State *L, char op, int a, int b)
{
    if (op != '+' && op != '-')
        return luaL_error(L, "a moment can only be moved: + or - a time.");
    if (scn_is_moment(L, a) && scn_is_moment(L, b))
        return luaL_error(L, "two moments cannot be %s; what lies between them is not known before the run.",
                          op == '+' ? "added" : "subtracted");
    if (scn_is_moment(L, b) && op == '-')
        return luaL_error(L, "a moment cannot be subtracted from a time.");
    if (scn_is_moment(L, b) || (!scn_is_moment(L, a) && lua_type(L, a) == LUA_TSTRING)) {
        int swap = a;
        a = b;
        b = swap;
    }
    struct scn_plan_moment m = prototype(L, a);
    add_time(L, &m, op, b);
    scn_push_box(L, SCN_BOX_MOMENT, store(L, &m), 0);
    return 1;
}

int scn_check_moment(lua_State *L, int at, const char *verb, const char *name)
{
    const struct scn_box *box = scn_to_box(L, at);

    if (box != NULL && box->tag == SCN_BOX_MOMENT)
        return box->index;
    if (box != NULL && box->tag == SCN_BOX_OPERATION)
        return scn_moment_of_operation(L, box->index, false);
    bool text = lua_type(L, at) == LUA_TSTRING;
    if (text && strcmp(lua_tostring(L, at), "settled") == 0)
        luaL_error(L, "%s: %s = \"settled\" is a text; write %s = settled.", verb, name, name);
    if (!text && (box == NULL || box->tag != SCN_BOX_QUANTITY) && lua_type(L, at) != LUA_TNUMBER)
        luaL_error(L, "%s: %s is %s; a moment is needed, such as \"5min\" or settled + \"5min\".", verb, name,
                   scn_what(L, at));
    if (!text || !scn_dist_is_text(lua_tostring(L, at))) { /* for a message that names the verb */
        struct scn_plan_moment m = {.base = SCN_AT_START, .of = -1};
        m.offset = scn_check_quantity(L, at, verb, name, SCN_TIME).value;
        return store(L, &m);
    }
    struct scn_plan_moment m = prototype(L, at);
    return store(L, &m);
}

/* --- when, finish --------------------------------------------------------------------------------------- */

static const char *const watched[] = {"components",
                                      "largest_component",
                                      "degree",
                                      "online",
                                      "resolver_requests",
                                      "refused",
                                      "closed",
                                      "pending",
                                      "sent",
                                      "sample",
                                      "state",
                                      "have",
                                      "lost",
                                      "diverged",
                                      "disagreement",
                                      NULL};

/* Every query in a watched value must have an incremental evaluator. */
void scn_check_watched(lua_State *L, int value, const char *verb)
{
    const struct scn_plan *plan = scn_script_of(L)->plan;
    const struct scn_value *v = scn_plan_values(plan, value);

    if (v->left >= 0)
        scn_check_watched(L, v->left, verb);
    if (v->right >= 0)
        scn_check_watched(L, v->right, verb);
    if (v->kind != SCN_VALUE_QUERY)
        return;
    const struct scn_query *q = scn_plan_queries(plan, v->query);
    if (q->theory)
        luaL_error(L, "%s: theory.%s is known only after the run.", verb, q->metric);
    for (unsigned i = 0; watched[i] != NULL; i++)
        if (strcmp(watched[i], q->metric) == 0)
            return;
    char *all = g_strjoinv(" ", (char **)watched);
    lua_pushstring(L, all);
    g_free(all);
    luaL_error(L, "%s: metric.%s is known only after the run; can be watched: %s", verb, q->metric,
               lua_tostring(L, -1));
}

static int word_when(lua_State *L)
{
    static const char *const options[] = {"grid", NULL};
    struct scn_script *s = scn_script_of(L);
    const struct scn_plan *plan = s->plan;

    if (lua_gettop(L) < 3)
        return luaL_error(L, "when: write when(value, \">=\", limit).");
    lua_settop(L, 4);
    if (scn_to_tag(L, 1, SCN_BOX_VALUE) == NULL)
        return luaL_error(L, "when: a value is needed, such as metric.online.mean, not %s.", scn_what(L, 1));
    struct scn_options o = scn_options_open(L, 4, "when", options);
    enum scn_op op = scn_check_op(L, 2, "when");
    if (op == SCN_OP_NEAR)
        return luaL_error(L, "when: \"~\" judges; a condition is one of \"==\" \"<=\" \">=\" \"<\" \">\".");
    int value = scn_check_value(L, 1, "when", "the value"),
        limit = scn_check_value(L, 3, "when", "the limit");
    scn_check_kinds(L, "when", value, limit);
    scn_check_watched(L, value, "when");
    struct scn_quantity grid = {SCN_TIME, SCN_SECOND / 10};
    scn_option_quantity(&o, "grid", SCN_TIME, &grid);
    if (grid.value < SCN_SECOND / 1000)
        return luaL_error(L, "when: grid must be at least 1ms.");
    scn_bound(L, plan->conditions, SCN_MOST_NODES, "conditions");
    struct scn_plan_condition *c = g_new(struct scn_plan_condition, 1);
    *c = (struct scn_plan_condition){
        .line = scn_line(L), .value = value, .limit = limit, .op = op, .grid = grid.value};
    c->text = g_strdup_printf("when(%s %s %s)", scn_plan_values(plan, value)->text, scn_op_text(op),
                              scn_plan_values(plan, limit)->text);
    g_ptr_array_add(plan->conditions, c);
    scn_push_box(L, SCN_BOX_MOMENT, scn_moment_new(L, SCN_AT_WHEN, (int)plan->conditions->len - 1), 0);
    return 1;
}

static int word_finish(lua_State *L)
{
    struct scn_script *s = scn_script_of(L);

    lua_settop(L, 1);
    if (s->plan->finish >= 0)
        return luaL_error(L, "finish: once; it stands in line %d already.", s->finish_line);
    if (lua_isnoneornil(L, 1))
        return luaL_error(L, "finish: when? Write finish(settled + \"10min\").");
    int moment = scn_check_moment(L, 1, "finish", "moment");
    if (scn_plan_moments(s->plan, moment)->draw_count > 0)
        return luaL_error(L, "finish: the end is one moment; a draw is for peers.");
    s->plan->finish = moment;
    s->finish_line = scn_line(L);
    return 0;
}

void scn_open_moment(lua_State *L)
{
    static const luaL_Reg words[] = {{"when", word_when}, {"finish", word_finish}, {NULL, NULL}};

    luaL_setfuncs(L, words, 0);
    scn_push_box(L, SCN_BOX_MOMENT, scn_moment_settled(L), 0);
    lua_setfield(L, -2, "settled");
}
