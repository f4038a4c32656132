/* Objects of the script: creation, type tests, tostring, comparison; and the limits that every word keeps. */
#include "scenarios/engine/lua_private.h"

#include <string.h>

static char metatable_keys[SCN_BOX_COUNT]; /* their addresses are keys of the registry */

struct scn_box *scn_push_box(lua_State *L, enum scn_tag tag, int index, int extra)
{
    struct scn_box *box = lua_newuserdatauv(L, sizeof *box, 0);

    *box = (struct scn_box){.tag = tag, .index = index, .extra = extra};
    lua_rawgetp(L, LUA_REGISTRYINDEX, &metatable_keys[tag]);
    lua_setmetatable(L, -2);
    return box;
}

void scn_push_quantity(lua_State *L, struct scn_quantity quantity)
{
    if (quantity.kind == SCN_COUNT)
        lua_pushinteger(L, quantity.value);
    else
        scn_push_box(L, SCN_BOX_QUANTITY, 0, 0)->quantity = quantity;
}

struct scn_box *scn_to_box(lua_State *L, int at)
{
    /* Scripts meet no other full userdata. */
    return lua_type(L, at) == LUA_TUSERDATA ? lua_touserdata(L, at) : NULL;
}

struct scn_box *scn_to_tag(lua_State *L, int at, enum scn_tag tag)
{
    struct scn_box *box = scn_to_box(L, at);

    return box != NULL && box->tag == tag ? box : NULL;
}

const char *scn_what(lua_State *L, int at)
{
    static const char *const names[SCN_BOX_COUNT] = {
        [SCN_BOX_MOMENT] = "a moment",       [SCN_BOX_OPERATION] = "an operation",
        [SCN_BOX_SELECTION] = "a selection", [SCN_BOX_GROUP] = "a group",
        [SCN_BOX_MESH] = "a mesh",           [SCN_BOX_ROLE] = "a role",
        [SCN_BOX_VALUE] = "a value",         [SCN_BOX_METRICS] = "the word metric",
        [SCN_BOX_SERVER] = "theory.server",  [SCN_BOX_PARAMS] = "the parameters",
        [SCN_BOX_ME] = "me",                 [SCN_BOX_CHANNEL] = "a channel",
        [SCN_BOX_TIMER] = "a timer",
    };
    const struct scn_box *box = scn_to_box(L, at);

    if (box != NULL)
        return box->tag == SCN_BOX_QUANTITY                     ? scn_kind_name(box->quantity.kind)
               : box->tag == SCN_BOX_METRICS && box->index == 1 ? "the word theory"
                                                                : names[box->tag];
    switch (lua_type(L, at)) {
    case LUA_TNONE:
    case LUA_TNIL:
        return "nil";
    case LUA_TBOOLEAN:
        return lua_toboolean(L, at) ? "true" : "false";
    case LUA_TNUMBER:
        return "a number";
    case LUA_TSTRING:
        return "a text";
    case LUA_TTABLE:
        return "a table";
    case LUA_TFUNCTION:
        return "a function";
    default:
        return "a coroutine";
    }
}

/* --- errors, limits ------------------------------------------------------------------------------------- */

void scn_throw(lua_State *L, const char *prefix, GError *error)
{
    luaL_where(L, 1);
    lua_pushfstring(L, "%s%s", prefix, error->message);
    g_error_free(error);
    lua_concat(L, 2);
    lua_error(L);
    g_assert_not_reached();
}

void scn_charge_memory(lua_State *L, size_t n)
{
    struct scn_script *s = scn_script_of(L);

    if (n > s->most_memory || s->used + n > s->most_memory) {
        s->memory_out = true;
        luaL_error(L, "the script needs more than %d MiB", (int)(s->most_memory >> 20));
    }
    s->used += n;
}

void scn_charge_steps(lua_State *L, int64_t n)
{
    struct scn_script *s = scn_script_of(L);

    s->instructions -= MIN(n, s->most_instructions + 1);
    if (s->instructions < 0) {
        s->exhausted = true;
        luaL_error(L, "more than %d million instructions %s; the loop here does not end?",
                   (int)(s->most_instructions / 1000000), s->span);
    }
}

void scn_bound(lua_State *L, const GPtrArray *array, unsigned most, const char *what)
{
    if (array->len >= most)
        luaL_error(L, "more than %d %s", (int)most, what);
    scn_charge_memory(L, 256); /* about what one takes */
}

int scn_line(lua_State *L)
{
    lua_Debug about;

    for (int level = 0; lua_getstack(L, level, &about); level++) {
        lua_getinfo(L, "Sl", &about);
        if (about.currentline > 0)
            return about.currentline;
    }
    return 0;
}

void scn_lack(lua_State *L, const char *format, ...)
{
    struct scn_script *s = scn_script_of(L);
    int line = scn_line(L);
    va_list args;

    scn_bound(L, s->plan->lacks, SCN_MOST_NODES, "things that are not built");
    struct scn_lack *lack = g_new(struct scn_lack, 1);
    va_start(args, format);
    *lack = (struct scn_lack){line, g_strdup_vprintf(format, args)};
    va_end(args);
    for (guint i = 0; i < s->plan->lacks->len; i++) {
        const struct scn_lack *other = scn_plan_lacks(s->plan, (int)i);
        if (strcmp(other->what, lack->what) == 0 || i == 99) { /* the first hundred are enough to know */
            g_free(lack->what);
            g_free(lack);
            return;
        }
    }
    g_ptr_array_add(s->plan->lacks, lack);
}

const char *scn_check_text(lua_State *L, int at, const char *verb, const char *what, size_t most)
{
    size_t length;

    if (lua_type(L, at) != LUA_TSTRING)
        luaL_error(L, "%s: %s must be a text, not %s.", verb, what, scn_what(L, at));
    const char *text = lua_tolstring(L, at, &length);
    if (length == 0 || length > most)
        luaL_error(L, "%s: %s must have 1 to %d octets, not %d.", verb, what, (int)most,
                   (int)MIN(length, 1U << 30));
    if (!g_utf8_validate(text, (gssize)length, NULL))
        luaL_error(L, "%s: %s is no valid UTF-8.", verb, what);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 127)
            luaL_error(L, "%s: %s has a control character in it.", verb, what);
    return text;
}

/* --- metamethods ---------------------------------------------------------------------------------------- */

static int box_tostring(lua_State *L)
{
    const struct scn_box *box = scn_to_box(L, 1);
    const struct scn_plan *plan = scn_script_of(L)->plan;

    if (box == NULL)
        return luaL_error(L, "tostring: not an object");
    switch (box->tag) {
    case SCN_BOX_QUANTITY: {
        char *text = scn_quantity_text(box->quantity);
        lua_pushfstring(L, "%s", text);
        g_free(text);
        break;
    }
    case SCN_BOX_MOMENT:
        lua_pushstring(L, scn_plan_moments(plan, box->index)->text);
        break;
    case SCN_BOX_OPERATION:
        lua_pushstring(L, scn_plan_operations(plan, box->index)->key);
        break;
    case SCN_BOX_SELECTION:
        lua_pushstring(L, scn_plan_selections(plan, box->index)->text);
        break;
    case SCN_BOX_GROUP:
        lua_pushstring(L, scn_plan_groups(plan, box->index)->name);
        break;
    case SCN_BOX_MESH:
        lua_pushstring(L, scn_plan_meshes(plan, box->index)->name);
        break;
    case SCN_BOX_VALUE:
        lua_pushstring(L, scn_plan_values(plan, box->index)->text);
        break;
    default:
        lua_pushstring(L, scn_what(L, 1));
    }
    return 1;
}

static int box_concat(lua_State *L)
{
    for (int i = 1; i <= 2; i++) {
        const struct scn_box *box = scn_to_box(L, i);
        bool text = lua_type(L, i) == LUA_TSTRING || lua_type(L, i) == LUA_TNUMBER;
        if (box != NULL && box->tag == SCN_BOX_VALUE)
            return luaL_error(
                L, "%s has no value yet: the script runs before the run. Use report(…) to print it.",
                scn_plan_values(scn_script_of(L)->plan, box->index)->text);
        if (!text && (box == NULL || box->tag != SCN_BOX_QUANTITY))
            return luaL_error(L, "..: %s is no text; use tostring.", scn_what(L, i));
    }
    luaL_tolstring(L, 1, NULL);
    luaL_tolstring(L, 2, NULL);
    lua_concat(L, 2);
    return 1;
}

static int box_equal(lua_State *L)
{
    const struct scn_box *a = scn_to_box(L, 1), *b = scn_to_box(L, 2);
    bool equal = a != NULL && b != NULL && a->tag == b->tag && a->index == b->index;

    if (equal && a->tag == SCN_BOX_QUANTITY)
        equal = a->quantity.kind == b->quantity.kind && a->quantity.value == b->quantity.value;
    lua_pushboolean(L, equal);
    return 1;
}

/* The two sides of < and <=: quantities, or a quantity and a text that is read as one. */
static void sides(lua_State *L, struct scn_quantity side[2])
{
    for (int i = 0; i < 2; i++) {
        const struct scn_box *box = scn_to_box(L, i + 1);
        if (box != NULL && box->tag == SCN_BOX_VALUE)
            luaL_error(L,
                       "%s has no value yet: the script runs before the run. Use when(…) to react, "
                       "exact/bound/stat to "
                       "judge.",
                       scn_plan_values(scn_script_of(L)->plan, box->index)->text);
        if (box != NULL && box->tag != SCN_BOX_QUANTITY)
            luaL_error(L, "%s cannot be compared with < or <=: it is not known before the run.",
                       scn_what(L, i + 1));
        if (box != NULL)
            side[i] = box->quantity;
        else if (lua_isinteger(L, i + 1))
            side[i] = (struct scn_quantity){SCN_COUNT, lua_tointeger(L, i + 1)};
        else if (lua_type(L, i + 1) != LUA_TSTRING)
            luaL_error(L, "%s cannot be compared with a quantity.", scn_what(L, i + 1));
        else if (scn_quantity_parse(lua_tostring(L, i + 1), &side[i]) != SCN_PARSE_OK)
            luaL_error(L, "\"%s\" is no quantity; write \"200ms\", \"400B\", \"20/s\", \"20%%\" …",
                       lua_tostring(L, i + 1));
    }
    if (side[0].kind != side[1].kind)
        luaL_error(L, "%s cannot be compared with %s.", scn_kind_name(side[0].kind),
                   scn_kind_name(side[1].kind));
}

static int box_less(lua_State *L)
{
    struct scn_quantity side[2];

    sides(L, side);
    lua_pushboolean(L, side[0].value < side[1].value);
    return 1;
}

static int box_less_equal(lua_State *L)
{
    struct scn_quantity side[2];

    sides(L, side);
    lua_pushboolean(L, side[0].value <= side[1].value);
    return 1;
}

static int box_length(lua_State *L)
{
    const struct scn_box *box = scn_to_box(L, 1);
    const struct scn_plan *plan = scn_script_of(L)->plan;

    if (box != NULL && box->tag == SCN_BOX_GROUP)
        lua_pushinteger(L, scn_plan_groups(plan, box->index)->count);
    else if (box != NULL && box->tag == SCN_BOX_SELECTION &&
             scn_plan_selections(plan, box->index)->kind == SCN_SELECT_PEERS)
        lua_pushinteger(L, scn_plan_selections(plan, box->index)->count);
    else
        return luaL_error(L, "#: %s has no length.", scn_what(L, 1));
    return 1;
}

static int box_read_only(lua_State *L)
{
    return luaL_error(L, "%s cannot be changed.", scn_what(L, 1));
}

static int box_no_index(lua_State *L)
{
    scn_push_text(L, 2);
    return luaL_error(L, "%s has no field '%s'.", scn_what(L, 1), lua_tostring(L, -1));
}

static int box_no_call(lua_State *L)
{
    return luaL_error(L, "%s cannot be called.", scn_what(L, 1));
}

static void set_function(lua_State *L, const char *name, lua_CFunction function)
{
    lua_pushcfunction(L, function);
    lua_setfield(L, -2, name);
}

static lua_CFunction index_of(enum scn_tag tag)
{
    switch (tag) {
    case SCN_BOX_OPERATION:
    case SCN_BOX_SELECTION:
    case SCN_BOX_GROUP:
    case SCN_BOX_MESH:
        return scn_selection_index;
    case SCN_BOX_VALUE:
        return scn_value_index;
    case SCN_BOX_METRICS:
        return scn_metrics_index;
    case SCN_BOX_SERVER:
        return scn_server_index;
    case SCN_BOX_PARAMS:
        return scn_params_index;
    case SCN_BOX_ME:
    case SCN_BOX_CHANNEL:
    case SCN_BOX_TIMER:
        return scn_me_index;
    default:
        return box_no_index;
    }
}

void scn_open_objects(lua_State *L)
{
    for (int tag = 0; tag < SCN_BOX_COUNT; tag++) {
        lua_newtable(L);
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
        set_function(L, "__tostring", box_tostring);
        set_function(L, "__concat", box_concat);
        set_function(L, "__eq", box_equal);
        set_function(L, "__lt", box_less);
        set_function(L, "__le", box_less_equal);
        set_function(L, "__len", box_length);
        set_function(L, "__newindex", box_read_only);
        set_function(L, "__index", index_of((enum scn_tag)tag));
        set_function(L, "__call",
                     tag == SCN_BOX_VALUE || tag == SCN_BOX_SERVER ? scn_value_call
                     : tag == SCN_BOX_ROLE                         ? scn_role_call
                                                                   : box_no_call);
        scn_add_arithmetic(L);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &metatable_keys[tag]);
    }
}
