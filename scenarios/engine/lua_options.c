/* Reading arguments and option tables, with messages that say what to write. */
#include "scenarios/engine/lua_private.h"
#include "sim/profile.h"
#include "scenarios/engine/suggest.h"

#include <string.h>

/* --- option tables -------------------------------------------------------------------------------------- */

static int unknown_option(lua_State *L, const char *verb, const char *option, const char *const *names)
{
    luaL_Buffer all;
    const char *near = scn_suggest(option, names);

    luaL_buffinit(L, &all);
    for (unsigned i = 0; names[i] != NULL; i++) {
        luaL_addstring(&all, i > 0 ? " " : "");
        luaL_addstring(&all, names[i]);
    }
    luaL_pushresult(&all);
    if (near != NULL)
        return luaL_error(L, "%s: no option '%s'; did you mean '%s'? (options: %s)", verb, option, near,
                          lua_tostring(L, -1));
    return luaL_error(L, "%s: no option '%s' (options: %s)", verb, option, lua_tostring(L, -1));
}

/* The smallest text key that is not among the names, so that the message does not depend on the order of a
 * hash. */
void scn_options_names(lua_State *L, int at, const char *verb, const char *const *names)
{
    const char *wrong = NULL;

    lua_pushnil(L);
    while (lua_next(L, at) != 0) {
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING) {
            luaL_error(L, "%s: options are written name = value; there is an entry without a name.", verb);
        }
        const char *name = lua_tostring(L, -1);
        bool known = false;
        for (unsigned i = 0; names[i] != NULL && !known; i++)
            known = strcmp(names[i], name) == 0;
        if (!known && (wrong == NULL || strcmp(name, wrong) < 0))
            wrong = name;
    }
    if (wrong != NULL)
        unknown_option(L, verb, wrong, names);
}

struct scn_options scn_options_open(lua_State *L, int at, const char *verb, const char *const *names)
{
    if (lua_isnoneornil(L, at))
        return (struct scn_options){L, 0, verb};
    if (lua_type(L, at) != LUA_TTABLE)
        luaL_error(L, "%s: options are a table { name = value, … }, not %s.", verb, scn_what(L, at));
    scn_options_names(L, at, verb, names);
    return (struct scn_options){L, at, verb};
}

bool scn_option(const struct scn_options *o, const char *name)
{
    if (o->table == 0)
        return false;
    lua_pushstring(o->L, name);
    if (lua_rawget(o->L, o->table) != LUA_TNIL)
        return true;
    lua_pop(o->L, 1);
    return false;
}

/* --- quantities ----------------------------------------------------------------------------------------- */

static const char *usual_unit(enum scn_kind kind)
{
    static const char *const units[SCN_KIND_COUNT] = {
        [SCN_COUNT] = "",  [SCN_TIME] = "s",  [SCN_SIZE] = "B",    [SCN_BANDWIDTH] = "Mbit/s",
        [SCN_RATE] = "/s", [SCN_SHARE] = "%", [SCN_POINTS] = "pt", [SCN_RATIO] = "",
    };

    return units[kind];
}

static int no_unit(lua_State *L, const char *verb, const char *name, const char *number, enum scn_kind kind)
{
    return luaL_error(L, "%s: %s = %s has no unit; write %s = \"%s%s\".", verb, name, number, name, number,
                      usual_unit(kind));
}

static int wrong_kind(lua_State *L, const char *verb, const char *name, const char *text, enum scn_kind is,
                      enum scn_kind needed)
{
    return luaL_error(L, "%s: %s = \"%s\" is %s; %s is needed, such as %s.", verb, name, text,
                      scn_kind_name(is), scn_kind_name(needed), scn_kind_example(needed));
}

/* The text form of a quantity; false if `at` is neither text nor quantity nor (for counts) a number. */
static void quantity_of_number(lua_State *L, int at, const char *verb, const char *name, enum scn_kind kind,
                               struct scn_quantity *out)
{
    if (kind != SCN_COUNT) {
        lua_pushvalue(L, at);
        no_unit(L, verb, name, lua_tostring(L, -1), kind);
    }
    if (!lua_isinteger(L, at)) {
        int whole;
        lua_Integer n = lua_tointegerx(L, at, &whole);
        if (!whole)
            luaL_error(L, "%s: %s must be a whole number.", verb, name);
        *out = (struct scn_quantity){SCN_COUNT, n};
        return;
    }
    *out = (struct scn_quantity){SCN_COUNT, lua_tointeger(L, at)};
}

struct scn_quantity scn_check_quantity(lua_State *L, int at, const char *verb, const char *name,
                                       enum scn_kind kind)
{
    struct scn_quantity q = {kind, 0};
    const struct scn_box *box = scn_to_box(L, at);

    at = lua_absindex(L, at);
    if (box != NULL && box->tag == SCN_BOX_QUANTITY) {
        q = box->quantity;
        if (q.kind != kind)
            wrong_kind(L, verb, name, luaL_tolstring(L, at, NULL), q.kind, kind);
    } else if (lua_type(L, at) == LUA_TNUMBER) {
        quantity_of_number(L, at, verb, name, kind, &q);
    } else if (lua_type(L, at) == LUA_TSTRING) {
        const char *text = lua_tostring(L, at);
        enum scn_parse parse = scn_quantity_parse(text, &q);
        if (parse == SCN_PARSE_NO_UNIT && kind != SCN_COUNT)
            no_unit(L, verb, name, text, kind);
        if (parse == SCN_PARSE_RANGE)
            luaL_error(L, "%s: %s = \"%s\" is too large, or finer than the smallest unit.", verb, name, text);
        if (parse == SCN_PARSE_BAD && scn_dist_is_text(text))
            luaL_error(L, "%s: %s = \"%s\" is a distribution; one value is needed, such as %s.", verb, name,
                       text, scn_kind_example(kind));
        if (parse == SCN_PARSE_BAD)
            luaL_error(L, "%s: %s = \"%s\" is no quantity; %s is needed, such as %s.", verb, name, text,
                       scn_kind_name(kind), scn_kind_example(kind));
        if (q.kind != kind)
            wrong_kind(L, verb, name, text, q.kind, kind);
    } else {
        luaL_error(L, "%s: %s is %s; %s is needed, such as %s.", verb, name, scn_what(L, at),
                   scn_kind_name(kind), scn_kind_example(kind));
    }
    return q;
}

const struct scn_dist *scn_check_dist(lua_State *L, int at, const char *verb, const char *name,
                                      enum scn_kind kind)
{
    struct scn_script *s = scn_script_of(L);
    struct scn_dist *dist = NULL;

    at = lua_absindex(L, at);
    scn_bound(L, s->plan->dists, SCN_MOST_NODES, "distributions");
    if (lua_type(L, at) == LUA_TSTRING && scn_dist_is_text(lua_tostring(L, at))) {
        const char *text = lua_tostring(L, at);
        GError *error = NULL;
        dist = scn_dist_parse(text, &(struct scn_dist_source){scn_data_directory(s)}, &error);
        if (dist == NULL)
            scn_throw(L, lua_pushfstring(L, "%s: %s = ", verb, name), error);
        g_ptr_array_add(s->plan->dists, dist);
        scn_charge_memory(L, dist->count * sizeof(int64_t) + strlen(text));
        if (dist->unit != kind)
            wrong_kind(L, verb, name, text, dist->unit, kind);
        return dist;
    }
    dist = scn_dist_constant(scn_check_quantity(L, at, verb, name, kind));
    g_ptr_array_add(s->plan->dists, dist);
    return dist;
}

/* --- options of one kind -------------------------------------------------------------------------------- */

int64_t scn_option_count(const struct scn_options *o, const char *name, int64_t least, int64_t most,
                         int64_t fallback)
{
    if (!scn_option(o, name))
        return fallback;
    int64_t n = scn_check_quantity(o->L, -1, o->verb, name, SCN_COUNT).value;
    if (n < least || n > most)
        luaL_error(o->L, "%s: %s = %I is not from %I to %I.", o->verb, name, (LUAI_UACINT)n,
                   (LUAI_UACINT)least, (LUAI_UACINT)most);
    lua_pop(o->L, 1);
    return n;
}

bool scn_option_quantity(const struct scn_options *o, const char *name, enum scn_kind kind,
                         struct scn_quantity *out)
{
    if (!scn_option(o, name))
        return false;
    *out = scn_check_quantity(o->L, -1, o->verb, name, kind);
    lua_pop(o->L, 1);
    return true;
}

const struct scn_dist *scn_option_dist(const struct scn_options *o, const char *name, enum scn_kind kind)
{
    if (!scn_option(o, name))
        return NULL;
    const struct scn_dist *dist = scn_check_dist(o->L, -1, o->verb, name, kind);
    lua_pop(o->L, 1);
    return dist;
}

int scn_option_moment(const struct scn_options *o, const char *name)
{
    if (!scn_option(o, name))
        return -1;
    int moment = scn_check_moment(o->L, lua_gettop(o->L), o->verb, name);
    lua_pop(o->L, 1);
    return moment;
}

bool scn_option_flag(const struct scn_options *o, const char *name, bool fallback)
{
    if (!scn_option(o, name))
        return fallback;
    if (lua_type(o->L, -1) != LUA_TBOOLEAN)
        luaL_error(o->L, "%s: %s is true or false, not %s.", o->verb, name, scn_what(o->L, -1));
    bool flag = lua_toboolean(o->L, -1) != 0;
    lua_pop(o->L, 1);
    return flag;
}

char *scn_option_text(const struct scn_options *o, const char *name)
{
    if (!scn_option(o, name))
        return NULL;
    char *text = g_strdup(scn_check_text(o->L, -1, o->verb, name, SCN_MOST_NAME));
    lua_pop(o->L, 1);
    return text;
}

int scn_option_choice(const struct scn_options *o, const char *name, const char *const *choices, int fallback)
{
    if (!scn_option(o, name))
        return fallback;
    const char *text = scn_check_text(o->L, -1, o->verb, name, SCN_MOST_NAME);
    luaL_Buffer all;
    for (int i = 0; choices[i] != NULL; i++)
        if (strcmp(choices[i], text) == 0) {
            lua_pop(o->L, 1);
            return i;
        }
    luaL_buffinit(o->L, &all);
    for (int i = 0; choices[i] != NULL; i++) {
        luaL_addstring(&all, i > 0 ? " | " : "");
        luaL_addstring(&all, choices[i]);
    }
    luaL_pushresult(&all);
    return luaL_error(o->L, "%s: %s = \"%s\" is not one of %s.", o->verb, name, text, lua_tostring(o->L, -1));
}

/* --- comparisons ---------------------------------------------------------------------------------------- */

static const char *const op_texts[] = {"", "==", "<=", ">=", "<", ">", "~"};

const char *scn_op_text(enum scn_op op)
{
    return op_texts[op];
}

enum scn_op scn_check_op(lua_State *L, int at, const char *verb)
{
    const char *text = lua_type(L, at) == LUA_TSTRING ? lua_tostring(L, at) : NULL;

    for (unsigned i = 1; text != NULL && i < G_N_ELEMENTS(op_texts); i++)
        if (strcmp(op_texts[i], text) == 0)
            return (enum scn_op)i;
    if (text != NULL && strcmp(text, "=") == 0)
        luaL_error(L, "%s: the comparison \"=\" is written \"==\".", verb);
    luaL_error(L, "%s: the comparison must be one of \"==\" \"<=\" \">=\" \"<\" \">\" \"~\", not %s.", verb,
               text != NULL ? lua_pushfstring(L, "\"%s\"", text) : scn_what(L, at));
    return SCN_OP_NONE;
}

struct scn_condition scn_check_condition(lua_State *L, int at, const char *verb, const char *name)
{
    struct scn_condition c = {0};

    if (lua_isinteger(L, at)) {
        c.op = SCN_OP_EQ;
        c.limit = (struct scn_quantity){SCN_COUNT, lua_tointeger(L, at)};
        return c;
    }
    const char *text = scn_check_text(L, at, verb, name, SCN_MOST_NAME);
    for (unsigned i = 1; i < SCN_OP_NEAR; i++) { /* longer ones stand first */
        if (!g_str_has_prefix(text, op_texts[i]))
            continue;
        c.op = (enum scn_op)i;
        const char *rest = text + strlen(op_texts[i]);
        while (*rest == ' ')
            rest++;
        enum scn_parse parse = scn_quantity_parse(rest, &c.limit);
        if (parse == SCN_PARSE_OK || parse == SCN_PARSE_NO_UNIT)
            return c;
        break;
    }
    luaL_error(L, "%s: %s = \"%s\" is no comparison; write %s = \"< 2\".", verb, name, text, name);
    return c;
}

char *scn_option_region(const struct scn_options *o)
{
    if (!scn_option(o, "region"))
        return NULL;
    const char *text = scn_check_text(o->L, -1, o->verb, "region", SCN_MOST_NAME);
    int region = sim_region_find(text);
    if (region < 0) {
        char *all = g_strjoinv(" ", (char **)sim_region_names());
        lua_pushstring(o->L, all);
        g_free(all);
        luaL_error(o->L, "%s: no region '%s' (regions: %s, or AU EU EA WA NE NW SA ZA)", o->verb, text,
                   lua_tostring(o->L, -1));
    }
    lua_pop(o->L, 1);
    return g_strdup(sim_region_names()[region]);
}
