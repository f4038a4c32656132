/* Judging and showing: exact bound stat eventually report plot. scenario-api, 7 and 8. */
#include "scenarios/engine/lua_private.h"

#include <string.h>

static const char *const sorts[] = {"exact", "bound", "stat", "eventually", "report"};

const char *scn_check_sort_name(enum scn_check_sort sort)
{
    return sorts[sort];
}

static const char *const plot_kinds[] = {"cdf",  "time",  "histogram", "scatter", "line", "matrix",
                                         "heat", "gantt", "raster",    "mesh",    NULL};

const char *scn_plot_kind_name(enum scn_plot_kind kind)
{
    return plot_kinds[kind];
}

/* --- checks --------------------------------------------------------------------------------------------- */

/* within: a share of the limit, points, or a quantity of the value's kind. */
static void read_within(const struct scn_options *o, const struct scn_value *value, struct scn_check *c)
{
    lua_State *L = o->L;
    const struct scn_box *box;

    c->within = (struct scn_quantity){SCN_SHARE, -1};
    if (!scn_option(o, "within"))
        return;
    box = scn_to_tag(L, -1, SCN_BOX_QUANTITY);
    if (box != NULL)
        c->within = box->quantity;
    else if (lua_isinteger(L, -1))
        c->within = (struct scn_quantity){SCN_COUNT, lua_tointeger(L, -1)};
    else if (lua_type(L, -1) != LUA_TSTRING ||
             scn_quantity_parse(lua_tostring(L, -1), &c->within) > SCN_PARSE_NO_UNIT)
        luaL_error(L, "%s: within is a share, points or a quantity: within = \"5%%\" or \"1pt\".", o->verb);
    if (c->within.value < 0)
        luaL_error(L, "%s: within must not be negative.", o->verb);
    bool own = c->within.kind == SCN_SHARE || c->within.kind == SCN_POINTS || !value->known ||
               value->unit == c->within.kind;
    if (!own || (c->within.kind == SCN_POINTS && value->known && value->unit != SCN_SHARE))
        luaL_error(L, "%s: within is %s, but %s is %s.", o->verb, scn_kind_name(c->within.kind), value->text,
                   scn_kind_name(value->unit));
    lua_pop(L, 1);
}

static void read_ci(const struct scn_options *o, struct scn_check *c)
{
    struct scn_quantity q;

    if (!scn_option_quantity(o, "ci", SCN_SHARE, &q))
        return;
    if (q.value < SCN_WHOLE / 2 || q.value >= SCN_WHOLE)
        luaL_error(o->L, "%s: ci is from 50%% to below 100%%, such as \"99%%\".", o->verb);
    c->ci = q.value;
}

/* A new check with its sentence. */
static struct scn_check *new_check(lua_State *L, enum scn_check_sort sort)
{
    struct scn_plan *plan = scn_script_of(L)->plan;
    const char *sentence = scn_check_text(L, 1, sorts[sort], "the sentence", SCN_MOST_SENTENCE);

    for (guint i = 0; i < plan->checks->len; i++)
        if (strcmp(scn_plan_checks(plan, (int)i)->sentence, sentence) == 0)
            luaL_error(L, "%s: \"%s\" stands in line %d already; the sentence is the key of the baseline.",
                       sorts[sort], sentence, scn_plan_checks(plan, (int)i)->line);
    scn_bound(L, plan->checks, SCN_MOST_CHECKS, "checks");
    scn_charge_steps(L, plan->checks->len);
    struct scn_check *c = g_new0(struct scn_check, 1);
    c->sort = sort;
    c->line = scn_line(L);
    c->sentence = g_strdup(sentence);
    c->value = c->limit = c->by = -1;
    c->within = (struct scn_quantity){SCN_SHARE, -1};
    g_ptr_array_add(plan->checks, c);
    return c;
}

static int measured(lua_State *L, enum scn_check_sort sort)
{
    if (scn_to_tag(L, 2, SCN_BOX_VALUE) == NULL)
        luaL_error(L, "%s: behind the sentence stands what is measured, such as metric.latency.p99, not %s.",
                   sorts[sort], scn_what(L, 2));
    return scn_to_box(L, 2)->index;
}

static int check(lua_State *L, enum scn_check_sort sort, const char *const *options)
{
    const struct scn_plan *plan = scn_script_of(L)->plan;
    const char *verb = sorts[sort];

    if (lua_gettop(L) < 4)
        return luaL_error(L, "%s: write %s(\"sentence\", value, \"<=\", limit).", verb, verb);
    lua_settop(L, 5);
    scn_check_text(L, 1, verb, "the sentence", SCN_MOST_SENTENCE);
    int value = measured(L, sort);
    enum scn_op op = scn_check_op(L, 3, verb);
    int limit = scn_check_value(L, 4, verb, "the limit");
    scn_check_kinds(L, verb, value, limit);
    struct scn_options o = scn_options_open(L, 5, verb, options);
    struct scn_check *c = new_check(L, sort);
    c->value = value;
    c->op = op;
    c->limit = limit;
    if (sort == SCN_STAT) {
        read_within(&o, scn_plan_values(plan, value), c);
        read_ci(&o, c);
    }
    if (op == SCN_OP_NEAR && c->within.value < 0 && c->ci == 0)
        return luaL_error(L,
                          "%s: \"~\" needs to know how near: stat(…, \"~\", limit, { within = \"5%%\" }) or "
                          "{ ci = \"99%%\" }.",
                          verb);
    if (op != SCN_OP_NEAR && (c->within.value >= 0 || c->ci != 0))
        return luaL_error(L, "%s: within and ci belong to \"~\".", verb);
    return 0;
}

static const char *const no_options[] = {NULL};

static int word_exact(lua_State *L)
{
    return check(L, SCN_EXACT, no_options);
}

static int word_bound(lua_State *L)
{
    return check(L, SCN_BOUND, no_options);
}

static int word_stat(lua_State *L)
{
    static const char *const options[] = {"within", "ci", NULL};

    return check(L, SCN_STAT, options);
}

static int word_eventually(lua_State *L)
{
    static const char *const options[] = {"by", NULL};
    const struct scn_plan *plan = scn_script_of(L)->plan;

    check(L, SCN_EVENTUALLY, options);
    struct scn_options o = scn_options_open(L, 5, "eventually", options);
    int index = (int)plan->checks->len - 1;
    struct scn_check *c = scn_plan_checks(plan, index);
    c->by = scn_option_moment(&o, "by");
    if (c->by < 0)
        return luaL_error(L, "eventually: by when? Add { by = settled + \"10min\" }.");
    scn_check_watched(L, c->value, "eventually");
    scn_push_box(L, SCN_BOX_MOMENT, scn_moment_new(L, SCN_AT_CHECK, index), 0);
    return 1;
}

static int word_report(lua_State *L)
{
    if (lua_gettop(L) != 2)
        return luaL_error(L, "report: write report(\"sentence\", value).");
    scn_check_text(L, 1, "report", "the sentence", SCN_MOST_SENTENCE);
    int value = measured(L, SCN_REPORT);
    new_check(L, SCN_REPORT)->value = value;
    return 0;
}

/* --- plots ---------------------------------------------------------------------------------------------- */

static void read_series(lua_State *L, int table, struct scn_plot *p)
{
    lua_Unsigned count = lua_rawlen(L, table);

    if (count > SCN_PLOT_MOST_SERIES)
        luaL_error(L, "plot: at most %d series.", SCN_PLOT_MOST_SERIES);
    for (lua_Unsigned i = 1; i <= count; i++) {
        if (lua_rawgeti(L, table, (lua_Integer)i) != LUA_TTABLE || lua_rawlen(L, -1) != 2)
            luaL_error(L, "plot: entry %d is not { \"label\", value }.", (int)i);
        lua_rawgeti(L, -1, 2);
        int value = scn_check_value(L, lua_gettop(L), "plot", "the value of a series");
        lua_rawgeti(L, -2, 1);
        const char *label = scn_check_text(L, -1, "plot", "the label of a series", SCN_MOST_NAME);
        p->series[p->count].value = value;
        p->series[p->count++].label = g_strdup(label);
        lua_pop(L, 3);
    }
}

/* A parameter's name, or a list of them: "lasts", "traffic,referrals". */
static char *read_params(const struct scn_options *o, const char *name)
{
    enum { MOST_NAMES = 4 };
    lua_State *L = o->L;

    if (!scn_option(o, name))
        return NULL;
    int at = lua_gettop(L);
    if (lua_type(L, at) == LUA_TSTRING) {
        scn_check_param(L, "plot", lua_tostring(L, at));
        char *one = g_strdup(lua_tostring(L, at));
        lua_pop(L, 1);
        return one;
    }
    if (lua_type(L, at) != LUA_TTABLE || lua_rawlen(L, at) < 1 || lua_rawlen(L, at) > MOST_NAMES)
        luaL_error(L, "plot: %s is the name of a parameter, or a list of 1 to %d.", name, MOST_NAMES);
    luaL_Buffer all;
    luaL_buffinit(L, &all);
    int count = (int)lua_rawlen(L, at);
    for (int i = 1; i <= count; i++) {
        lua_rawgeti(L, at, i);
        if (lua_type(L, -1) != LUA_TSTRING)
            luaL_error(L, "plot: %s is the name of a parameter, or a list of them.", name);
        scn_check_param(L, "plot", lua_tostring(L, -1));
        luaL_addstring(&all, i > 1 ? "," : "");
        luaL_addvalue(&all);
    }
    luaL_pushresult(&all);
    char *joined = g_strdup(lua_tostring(L, -1));
    lua_settop(L, at - 1);
    return joined;
}

static void read_axes(const struct scn_options *o, struct scn_plot *p)
{
    static const char *const logs[] = {"x", "y", "xy", NULL}, *const tails[] = {"log", NULL};
    lua_State *L = o->L;

    p->x_value = -1;
    if (scn_option(o, "x")) {
        if (scn_to_tag(L, -1, SCN_BOX_VALUE) != NULL)
            p->x_value = scn_to_box(L, -1)->index;
        lua_pop(L, 1);
    }
    if (p->x_value < 0)
        p->x = read_params(o, "x");
    p->y = read_params(o, "y");
    p->by = read_params(o, "by");
    int log = scn_option_choice(o, "log", logs, -1);
    p->log_x = log == 0 || log == 2;
    p->log_y = log == 1 || log == 2;
    p->log_tail = scn_option_choice(o, "tail", tails, -1) == 0;
    if (scn_option_quantity(o, "every", SCN_TIME, &p->every) && p->every.value <= 0)
        luaL_error(L, "plot: every must be more than 0s.");
}

static void read_moments(const struct scn_options *o, struct scn_plot *p)
{
    lua_State *L = o->L;

    if (!scn_option(o, "at"))
        return;
    int at = lua_gettop(L);
    if (lua_type(L, at) != LUA_TTABLE) {
        p->at[p->at_count++] = scn_check_moment(L, at, "plot", "at");
        lua_pop(L, 1);
        return;
    }
    lua_Unsigned count = lua_rawlen(L, at);
    if (count < 1 || count > SCN_PLOT_MOST_MOMENTS)
        luaL_error(L, "plot: at is a moment, or a list of 1 to %d.", SCN_PLOT_MOST_MOMENTS);
    for (lua_Unsigned i = 1; i <= count; i++) {
        lua_rawgeti(L, at, (lua_Integer)i);
        p->at[p->at_count++] = scn_check_moment(L, at + 1, "plot", "at");
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static void read_band(const struct scn_options *o, struct scn_plot *p)
{
    lua_State *L = o->L;

    if (!scn_option(o, "band"))
        return;
    int at = lua_gettop(L);
    if (lua_type(L, at) != LUA_TTABLE || lua_rawlen(L, at) != 2)
        luaL_error(L, "plot: band is two quantities: band = { \"60%%\", \"71%%\" }.");
    for (int i = 0; i < 2; i++) {
        lua_rawgeti(L, at, i + 1);
        const struct scn_plan *plan = scn_script_of(L)->plan;
        const struct scn_value *v = scn_plan_values(plan, scn_check_value(L, at + 1, "plot", "band"));
        if (v->kind != SCN_VALUE_NUMBER)
            luaL_error(L, "plot: band is two quantities: band = { \"60%%\", \"71%%\" }.");
        p->band[i] = v->number;
        lua_pop(L, 1);
    }
    p->has_band = true;
    lua_pop(L, 1);
}

/* The table without its list part, pushed: what remains are options. */
static void without_list(lua_State *L, int table)
{
    lua_newtable(L);
    int copy = lua_gettop(L);
    lua_pushnil(L);
    while (lua_next(L, table) != 0) {
        if (lua_isinteger(L, -2) && lua_tointeger(L, -2) >= 1 &&
            (lua_Unsigned)lua_tointeger(L, -2) <= lua_rawlen(L, table)) {
            lua_pop(L, 1);
            continue;
        }
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, copy);
    }
}

static int word_plot(lua_State *L)
{
    static const char *const options[] = {"kind", "x", "y", "by", "log", "tail", "every", "at", "band", NULL};
    struct scn_plan *plan = scn_script_of(L)->plan;
    const char *name = scn_check_text(L, 1, "plot", "the name", SCN_MOST_NAME);

    if (lua_type(L, 2) != LUA_TTABLE)
        return luaL_error(L, "plot: write plot(\"name\", { kind = \"cdf\", { \"label\", value } }).");
    if (strchr(name, '/') != NULL || *name == '.')
        return luaL_error(
            L, "plot: '%s' becomes the name of a file; it must not have a / in it, nor begin with a dot.",
            name);
    for (guint i = 0; i < plan->plots->len; i++)
        if (strcmp(scn_plan_plots(plan, (int)i)->name, name) == 0)
            return luaL_error(L, "plot: there is a plot '%s' in line %d already.", name,
                              scn_plan_plots(plan, (int)i)->line);
    lua_settop(L, 2);
    without_list(L, 2);
    struct scn_options o = scn_options_open(L, 3, "plot", options);
    int kind = scn_option_choice(&o, "kind", plot_kinds, -1);
    if (kind < 0)
        return luaL_error(L, "plot: what kind? Add kind = \"cdf\" (or time histogram scatter line matrix "
                             "heat gantt raster mesh).");
    scn_bound(L, plan->plots, SCN_MOST_CHECKS, "plots");
    struct scn_plot *p = g_new0(struct scn_plot, 1);
    g_ptr_array_add(plan->plots, p);
    p->kind = (enum scn_plot_kind)kind;
    p->line = scn_line(L);
    p->name = g_strdup(name);
    read_series(L, 2, p);
    read_axes(&o, p);
    read_moments(&o, p);
    read_band(&o, p);
    if (p->count == 0 && p->kind != SCN_PLOT_MESH)
        return luaL_error(L, "plot: of what? Add { \"label\", value }.");
    return 0;
}

void scn_open_judge(lua_State *L)
{
    static const luaL_Reg words[] = {
        {"exact", word_exact},   {"bound", word_bound}, {"stat", word_stat}, {"eventually", word_eventually},
        {"report", word_report}, {"plot", word_plot},   {NULL, NULL}};

    luaL_setfuncs(L, words, 0);
}
