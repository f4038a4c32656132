/* The table library of scripts: every function works on the table itself (no metamethods), costs steps for
 * what it does, and gives the same order everywhere: sort is a stable merge sort, pairs goes by ascending
 * keys. scenario-api, 10. */
#include "scenarios/engine/lua_table.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static char lock_key; /* its address marks metatables of libraries */

void scn_lock_table(lua_State *L)
{
    lua_pushboolean(L, 1);
    lua_rawsetp(L, -2, &lock_key);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
}

static void check_table(lua_State *L, int at, bool writes)
{
    luaL_checktype(L, at, LUA_TTABLE);
    if (!writes || !lua_getmetatable(L, at))
        return;
    lua_rawgetp(L, -1, &lock_key);
    if (lua_toboolean(L, -1))
        luaL_error(L, "libraries cannot be changed.");
    lua_pop(L, 2);
}

static lua_Integer length(lua_State *L, int at)
{
    return (lua_Integer)lua_rawlen(L, at);
}

static int table_insert(lua_State *L)
{
    check_table(L, 1, true);
    lua_Integer end = length(L, 1) + 1;

    switch (lua_gettop(L)) {
    case 2:
        lua_rawseti(L, 1, end);
        return 0;
    case 3: {
        lua_Integer at = luaL_checkinteger(L, 2);
        luaL_argcheck(L, at >= 1 && at <= end, 2, "position out of bounds");
        scn_charge_steps(L, (end - at) / 8);
        for (lua_Integer i = end; i > at; i--) {
            lua_rawgeti(L, 1, i - 1);
            lua_rawseti(L, 1, i);
        }
        lua_rawseti(L, 1, at);
        return 0;
    }
    default:
        return luaL_error(L, "table.insert takes (table, value) or (table, position, value).");
    }
}

static int table_remove(lua_State *L)
{
    check_table(L, 1, true);
    lua_Integer end = length(L, 1), at = luaL_optinteger(L, 2, end);

    if (!lua_isnoneornil(L, 2))
        luaL_argcheck(L, (at >= 1 && at <= end + 1) || (end == 0 && at == 0), 2, "position out of bounds");
    lua_rawgeti(L, 1, at);
    scn_charge_steps(L, (end - at) / 8);
    for (; at < end; at++) {
        lua_rawgeti(L, 1, at + 1);
        lua_rawseti(L, 1, at);
    }
    if (at >= 1) {
        lua_pushnil(L);
        lua_rawseti(L, 1, at);
    }
    return 1;
}

static int table_concat(lua_State *L)
{
    size_t separator_length;
    luaL_Buffer out;

    check_table(L, 1, false);
    const char *separator = luaL_optlstring(L, 2, "", &separator_length);
    lua_Integer from = luaL_optinteger(L, 3, 1), to = luaL_optinteger(L, 4, length(L, 1));
    luaL_buffinit(L, &out);
    for (lua_Integer i = from; i <= to; i++) {
        int type = lua_rawgeti(L, 1, i);
        if (type != LUA_TSTRING && type != LUA_TNUMBER)
            return luaL_error(L, "table.concat: entry %I is %s, no text.", (LUAI_UACINT)i, scn_what(L, -1));
        luaL_addvalue(&out);
        if (i != to)
            luaL_addlstring(&out, separator, separator_length);
        if (i == LUA_MAXINTEGER)
            break;
    }
    luaL_pushresult(&out);
    scn_charge_steps(L, to >= from ? to - from : 0);
    return 1;
}

static int table_pack(lua_State *L)
{
    int n = lua_gettop(L);

    lua_createtable(L, n, 1);
    lua_insert(L, 1);
    for (int i = n; i >= 1; i--)
        lua_rawseti(L, 1, i);
    lua_pushinteger(L, n);
    lua_setfield(L, 1, "n");
    return 1;
}

static int table_unpack(lua_State *L)
{
    check_table(L, 1, false);
    lua_Integer from = luaL_optinteger(L, 2, 1), to = luaL_optinteger(L, 3, length(L, 1));

    if (from > to)
        return 0;
    lua_Unsigned n = (lua_Unsigned)to - (lua_Unsigned)from;
    if (n >= INT_MAX || !lua_checkstack(L, (int)++n))
        return luaL_error(L, "table.unpack: too many results.");
    for (lua_Unsigned i = 0; i < n; i++)
        lua_rawgeti(L, 1, from + (lua_Integer)i);
    scn_charge_steps(L, (int64_t)n / 8);
    return (int)n;
}

static int table_move(lua_State *L)
{
    lua_Integer from = luaL_checkinteger(L, 2), end = luaL_checkinteger(L, 3), to = luaL_checkinteger(L, 4);
    int target = lua_isnoneornil(L, 5) ? 1 : 5;

    check_table(L, 1, false);
    check_table(L, target, true);
    if (end >= from) {
        luaL_argcheck(L, from > 0 || end < LUA_MAXINTEGER + from, 3, "too many elements");
        lua_Integer n = end - from + 1;
        luaL_argcheck(L, to <= LUA_MAXINTEGER - n + 1, 4, "destination wraps around");
        scn_charge_steps(L, n);
        bool down = to > end || to <= from || target != 1;
        for (lua_Integer k = 0; k < n; k++) {
            lua_Integer i = down ? k : n - 1 - k;
            lua_rawgeti(L, 1, from + i);
            lua_rawseti(L, target, to + i);
        }
    }
    lua_pushvalue(L, target);
    return 1;
}

/* --- order ---------------------------------------------------------------------------------------------- */

/* Is element a of the table at `values` before element b? A comparison function stands at 2, or nil. */
static bool before(lua_State *L, int values, lua_Integer a, lua_Integer b)
{
    bool less;

    if (lua_isnil(L, 2)) {
        lua_rawgeti(L, values, a);
        lua_rawgeti(L, values, b);
        less = lua_compare(L, -2, -1, LUA_OPLT) != 0;
        lua_pop(L, 2);
        return less;
    }
    lua_pushvalue(L, 2);
    lua_rawgeti(L, values, a);
    lua_rawgeti(L, values, b);
    lua_call(L, 2, 1);
    less = lua_toboolean(L, -1) != 0;
    lua_pop(L, 1);
    return less;
}

/* Merges the sorted runs [from, middle) and [middle, to) of `order` into `out`. */
static void merge_runs(lua_State *L, int values, const int *order, int *out, int from, int middle, int to)
{
    int i = from, j = middle;

    for (int k = from; k < to; k++) {
        bool right = i == middle || (j < to && before(L, values, order[j], order[i]));
        out[k] = right ? order[j++] : order[i++];
    }
}

static int table_sort(lua_State *L)
{
    check_table(L, 1, true);
    if (!lua_isnoneornil(L, 2))
        luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    lua_Integer count = length(L, 1);
    luaL_argcheck(L, count < INT_MAX / 8, 1, "too many elements");
    int n = (int)count;

    lua_createtable(L, n, 0); /* 3: the values as they were; the comparison may change the table */
    for (int i = 1; i <= n; i++) {
        lua_rawgeti(L, 1, i);
        lua_rawseti(L, 3, i);
    }
    int *order = lua_newuserdatauv(L, (size_t)(n + 1) * sizeof(int), 0), *other;
    other = lua_newuserdatauv(L, (size_t)(n + 1) * sizeof(int), 0);
    for (int i = 0; i < n; i++)
        order[i] = i + 1;
    for (int width = 1; width < n; width *= 2) {
        scn_charge_steps(L, (int64_t)n * 4);
        for (int from = 0; from < n; from += 2 * width)
            merge_runs(L, 3, order, other, from, MIN(from + width, n), MIN(from + 2 * width, n));
        int *swap = order;
        order = other;
        other = swap;
    }
    for (int i = 0; i < n; i++) {
        lua_rawgeti(L, 3, order[i]);
        lua_rawseti(L, 1, i + 1);
    }
    return 0;
}

/* A key of a table, taken out of Lua: its text is kept alive by the table. */
struct key {
    bool text, whole;
    lua_Integer integer;
    lua_Number number;
    const char *octets;
    size_t length;
};

/* The key at the top; raises if it is neither number nor text. */
static struct key read_key(lua_State *L, const char *word)
{
    struct key k = {.text = lua_type(L, -1) == LUA_TSTRING};

    if (!k.text && lua_type(L, -1) != LUA_TNUMBER)
        luaL_error(L,
                   "%s: a key of the table is %s; only numbers and texts have an order that is the same in "
                   "every run.",
                   word, scn_what(L, -1));
    if (k.text) {
        k.octets = lua_tolstring(L, -1, &k.length);
        return k;
    }
    k.whole = lua_isinteger(L, -1) != 0;
    k.integer = k.whole ? lua_tointeger(L, -1) : 0;
    k.number = lua_tonumber(L, -1);
    return k;
}

/* Ascending: numbers, then texts by octets. Two keys are never equal; a float that is equal to an integer,
 * rounded, is beyond it. */
static int by_key(const void *a, const void *b)
{
    const struct key *x = a, *y = b;

    if (x->text != y->text)
        return x->text ? 1 : -1;
    if (x->text) {
        int c = memcmp(x->octets, y->octets, MIN(x->length, y->length));
        return c != 0 ? c : x->length < y->length ? -1 : x->length > y->length;
    }
    if (x->whole && y->whole)
        return x->integer < y->integer ? -1 : x->integer > y->integer;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return x->whole ? -1 : 1;
}

static void push_key(lua_State *L, const struct key *k)
{
    if (k->text)
        lua_pushlstring(L, k->octets, k->length);
    else if (k->whole)
        lua_pushinteger(L, k->integer);
    else
        lua_pushnumber(L, k->number);
}

enum { STEPS_PER_KEY = 20 }; /* what taking out and sorting one costs, in instructions */

int scn_sorted_keys(lua_State *L, int table, const char *word)
{
    int n = 0, i = 0;
    bool ascending = true;

    table = lua_absindex(L, table);
    for (lua_pushnil(L); lua_next(L, table) != 0; n++)
        lua_pop(L, 1);
    scn_charge_steps(L, (int64_t)n * STEPS_PER_KEY);
    lua_createtable(L, n, 0);
    int list = lua_gettop(L);
    struct key *keys = lua_newuserdatauv(L, (size_t)(n + 1) * sizeof *keys, 0);
    for (lua_pushnil(L); lua_next(L, table) != 0; i++) {
        lua_pop(L, 1);
        keys[i] = read_key(L, word);
        ascending = ascending && (i == 0 || by_key(&keys[i - 1], &keys[i]) < 0);
    }
    if (!ascending)
        qsort(keys, (size_t)n, sizeof *keys, by_key);
    for (i = 0; i < n; i++) {
        push_key(L, &keys[i]);
        lua_rawseti(L, list, i + 1);
    }
    lua_settop(L, list);
    return n;
}

/* Iterator: upvalues are the sorted keys and the position. Keys that are gone by now are skipped. */
static int pairs_next(lua_State *L)
{
    lua_Integer i = lua_tointeger(L, lua_upvalueindex(2));

    luaL_checktype(L, 1, LUA_TTABLE);
    for (;;) {
        lua_pushinteger(L, ++i);
        lua_replace(L, lua_upvalueindex(2));
        if (lua_rawgeti(L, lua_upvalueindex(1), i) == LUA_TNIL)
            return 1;
        lua_pushvalue(L, -1);
        if (lua_rawget(L, 1) != LUA_TNIL)
            return 2;
        lua_pop(L, 2);
    }
}

static int base_pairs(lua_State *L)
{
    if (lua_type(L, 1) != LUA_TTABLE)
        return luaL_error(L, "pairs: a table is needed, not %s.", scn_what(L, 1));
    scn_sorted_keys(L, 1, "pairs");
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, pairs_next, 2);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

static int base_next(lua_State *L)
{
    if (lua_type(L, 1) != LUA_TTABLE)
        return luaL_error(L, "next: a table is needed, not %s.", scn_what(L, 1));
    if (!lua_isnoneornil(L, 2))
        return luaL_error(
            L, "next(t, key) is not here: the order would depend on addresses. Use pairs; next(t) gives the "
               "first key.");
    struct key first = {0};
    int n = 0;
    for (lua_pushnil(L); lua_next(L, 1) != 0; n++) {
        lua_pop(L, 1);
        struct key k = read_key(L, "next");
        if (n == 0 || by_key(&k, &first) < 0)
            first = k;
    }
    scn_charge_steps(L, (int64_t)n * STEPS_PER_KEY / 2);
    if (n == 0) {
        lua_pushnil(L);
        return 1;
    }
    push_key(L, &first);
    lua_pushvalue(L, -1);
    lua_rawget(L, 1);
    return 2;
}

void scn_open_table(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"insert", table_insert}, {"remove", table_remove}, {"concat", table_concat}, {"pack", table_pack},
        {"unpack", table_unpack}, {"move", table_move},     {"sort", table_sort},     {NULL, NULL},
    };

    lua_pushcfunction(L, base_pairs);
    lua_setfield(L, -2, "pairs");
    lua_pushcfunction(L, base_next);
    lua_setfield(L, -2, "next");
    luaL_newlib(L, functions);
    scn_seal(L, "table");
    lua_setfield(L, -2, "table");
}
