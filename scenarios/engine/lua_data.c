/* Plain data from Lua to the plan: bodies of messages, arguments of roles. */
#include "scenarios/engine/lua_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_DEPTH = 32 };

/* Raises where something is no plain data; allocates nothing. Returns the octets it will take. */
static size_t check(lua_State *L, int at, const char *what, int depth)
{
    const struct scn_box *box = scn_to_box(L, at);
    size_t octets = sizeof(struct scn_data);

    if (depth > MOST_DEPTH)
        luaL_error(L, "%s: tables stand more than %d deep in each other, or one holds itself.", what,
                   MOST_DEPTH);
    switch (lua_type(L, at)) {
    case LUA_TNIL:
    case LUA_TBOOLEAN:
        return octets;
    case LUA_TNUMBER:
        if (isnan(lua_tonumber(L, at)))
            luaL_error(L, "%s: there is a number that is none (0/0).", what);
        return octets;
    case LUA_TSTRING:
        return octets + lua_rawlen(L, at);
    case LUA_TTABLE:
        break;
    default:
        if (box != NULL && box->tag == SCN_BOX_QUANTITY)
            return octets;
        luaL_error(L, "%s cannot be %s; give data%s.", what, scn_what(L, at),
                   lua_isfunction(L, at) ? ", or write the function in the role" : "");
    }
    luaL_checkstack(L, 4, what);
    lua_pushnil(L);
    while (lua_next(L, at) != 0) {
        if (lua_type(L, -2) != LUA_TSTRING && !lua_isinteger(L, -2))
            luaL_error(L, "%s: a key is %s; keys are texts and whole numbers.", what, scn_what(L, -2));
        octets += 4 * sizeof(void *) + check(L, lua_gettop(L) - 1, what, depth + 1) +
                  check(L, lua_gettop(L), what, depth + 1);
        if (octets > SCN_MOST_DATA)
            luaL_error(L, "%s: more than %d octets.", what, SCN_MOST_DATA);
        lua_pop(L, 1);
    }
    return octets;
}

static int by_key(const void *a, const void *b)
{
    const struct scn_data *x = *(struct scn_data *const *)a, *y = *(struct scn_data *const *)b;

    if (x->kind != y->kind)
        return x->kind == SCN_DATA_INTEGER ? -1 : 1;
    if (x->kind == SCN_DATA_INTEGER)
        return x->integer < y->integer ? -1 : x->integer > y->integer;
    int c = memcmp(x->text, y->text, MIN(x->length, y->length));
    return c != 0 ? c : x->length < y->length ? -1 : x->length > y->length;
}

static struct scn_data *copy(lua_State *L, int at);

/* Keys and values are sorted together: a value travels in the key's `values` until all are in place. */
static void copy_table(lua_State *L, int at, struct scn_data *data)
{
    GPtrArray *keys = g_ptr_array_new();

    lua_pushnil(L);
    while (lua_next(L, at) != 0) {
        struct scn_data *key = copy(L, lua_gettop(L) - 1);
        key->values = g_new(struct scn_data *, 1);
        key->values[0] = copy(L, lua_gettop(L));
        g_ptr_array_add(keys, key);
        lua_pop(L, 1);
    }
    data->count = keys->len;
    if (keys->len > 0)
        qsort(keys->pdata, keys->len, sizeof(void *), by_key);
    data->values = g_new(struct scn_data *, data->count);
    data->keys = (struct scn_data **)g_ptr_array_free(keys, FALSE);
    for (uint32_t i = 0; i < data->count; i++) {
        data->values[i] = data->keys[i]->values[0];
        g_clear_pointer(&data->keys[i]->values, g_free);
    }
}

/* After check(): raises nothing. */
static struct scn_data *copy(lua_State *L, int at)
{
    struct scn_data *data = g_new0(struct scn_data, 1);
    size_t length;

    switch (lua_type(L, at)) {
    case LUA_TBOOLEAN:
        data->kind = SCN_DATA_BOOLEAN;
        data->boolean = lua_toboolean(L, at) != 0;
        break;
    case LUA_TNUMBER:
        data->kind = lua_isinteger(L, at) ? SCN_DATA_INTEGER : SCN_DATA_NUMBER;
        data->integer = lua_isinteger(L, at) ? lua_tointeger(L, at) : 0;
        data->number = lua_tonumber(L, at);
        break;
    case LUA_TSTRING:
        data->kind = SCN_DATA_TEXT;
        data->text = g_memdup2(lua_tolstring(L, at, &length), lua_rawlen(L, at) + 1);
        data->length = length;
        break;
    case LUA_TTABLE:
        data->kind = SCN_DATA_TABLE;
        copy_table(L, at, data);
        break;
    default:
        data->kind = SCN_DATA_QUANTITY;
        data->quantity = scn_to_box(L, at)->quantity;
    }
    return data;
}

struct scn_data *scn_copy_data(lua_State *L, int at, const char *what)
{
    struct scn_script *s = scn_script_of(L);

    if (lua_isnoneornil(L, at))
        return NULL;
    at = lua_absindex(L, at);
    size_t octets = check(L, at, what, 0);
    if (s->role) {
        scn_charge_steps(L, (int64_t)octets / 64);
        return copy(L, at);
    }
    if (s->data_octets + (int64_t)octets > SCN_MOST_DATA)
        luaL_error(L, "%s: more than %d octets of data in all.", what, SCN_MOST_DATA);
    scn_charge_memory(L, octets);
    scn_charge_steps(L, (int64_t)octets / 16);
    s->data_octets += (int64_t)octets;
    return copy(L, at);
}

/* --- text ----------------------------------------------------------------------------------------------- */

static void add_text(GString *out, const char *text, size_t length)
{
    g_string_append_c(out, '"');
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\')
            g_string_append_c(out, '\\');
        if (c < ' ' || c == 127)
            g_string_append_printf(out, "\\%03d", c);
        else
            g_string_append_c(out, (char)c);
    }
    g_string_append_c(out, '"');
}

static bool is_identifier(const struct scn_data *key)
{
    for (size_t i = 0; i < key->length; i++)
        if (!g_ascii_isalpha(key->text[i]) && key->text[i] != '_' &&
            (i == 0 || !g_ascii_isdigit(key->text[i])))
            return false;
    return key->length > 0;
}

static void add_data(GString *out, const struct scn_data *d)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];

    switch (d->kind) {
    case SCN_DATA_BOOLEAN:
        g_string_append(out, d->boolean ? "true" : "false");
        break;
    case SCN_DATA_INTEGER:
        g_string_append_printf(out, "%" G_GINT64_FORMAT, d->integer);
        break;
    case SCN_DATA_NUMBER:
        g_string_append(out, g_ascii_dtostr(number, sizeof number, d->number));
        break;
    case SCN_DATA_TEXT:
        add_text(out, d->text, d->length);
        break;
    case SCN_DATA_QUANTITY: {
        g_autofree char *text = scn_quantity_text(d->quantity);
        g_string_append(out, text);
        break;
    }
    case SCN_DATA_TABLE:
        g_string_append_c(out, '{');
        for (uint32_t i = 0; i < d->count; i++) {
            const struct scn_data *key = d->keys[i];
            g_string_append(out, i > 0 ? ", " : "");
            if (key->kind == SCN_DATA_TEXT && is_identifier(key))
                g_string_append_printf(out, "%s=", key->text);
            else if (key->kind == SCN_DATA_TEXT) {
                g_string_append_c(out, '[');
                add_text(out, key->text, key->length);
                g_string_append(out, "]=");
            } else if (key->integer != (int64_t)i + 1)
                g_string_append_printf(out, "[%" G_GINT64_FORMAT "]=", key->integer);
            add_data(out, d->values[i]);
        }
        g_string_append_c(out, '}');
        break;
    }
}

char *scn_data_text(const struct scn_data *data)
{
    GString *out = g_string_new(NULL);

    if (data != NULL)
        add_data(out, data);
    return g_string_free(out, FALSE);
}
