/* The string library of scripts: Lua's own where that is harmless, ours where it could hang (patterns, rep),
 * show addresses (format) or ask the locale (upper, lower, patterns). scenario-api, 10. */
#include "scenarios/engine/lua_pattern.h"
#include "scenarios/engine/lua_table.h"

#include <string.h>

/* --- find, match, gmatch, gsub -------------------------------------------------------------------------- */

static void open_match(struct scn_match *m, lua_State *L, const char *source, size_t length,
                       const char *pattern, size_t pattern_length)
{
    *m = (struct scn_match){
        .L = L, .source = source, .source_end = source + length, .pattern_end = pattern + pattern_length};
}

/* Where to begin, from 0; false if behind the end. Negative positions count from the end. */
static bool start_position(lua_Integer init, size_t length, size_t *start)
{
    if (init < 0)
        init = -init > (lua_Integer)length || init == LUA_MININTEGER ? 1 : (lua_Integer)length + init + 1;
    if (init == 0)
        init = 1;
    if (init > (lua_Integer)length + 1)
        return false;
    *start = (size_t)init - 1;
    return true;
}

static int find_plain(lua_State *L, const char *source, size_t length, const char *what, size_t what_length,
                      size_t start)
{
    scn_charge_steps(L, (int64_t)((length - start) / 16));
    const char *found =
        what_length == 0 ? source + start : memmem(source + start, length - start, what, what_length);
    if (found == NULL) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushinteger(L, found - source + 1);
    lua_pushinteger(L, found - source + (lua_Integer)what_length);
    return 2;
}

static int find_or_match(lua_State *L, bool find)
{
    size_t length, pattern_length, start;
    const char *source = luaL_checklstring(L, 1, &length),
               *pattern = luaL_checklstring(L, 2, &pattern_length);
    struct scn_match m;

    if (!start_position(luaL_optinteger(L, 3, 1), length, &start)) {
        lua_pushnil(L);
        return 1;
    }
    bool special = false;
    for (size_t i = 0; i < pattern_length && !special; i++)
        special = pattern[i] != '\0' && strchr("^$*+?.([%-", pattern[i]) != NULL;
    if (find && (lua_toboolean(L, 4) || !special))
        return find_plain(L, source, length, pattern, pattern_length, start);
    open_match(&m, L, source, length, pattern, pattern_length);
    bool anchored = pattern_length > 0 && *pattern == '^';
    for (const char *at = source + start; at <= m.source_end; at++) {
        const char *end = scn_match_at(&m, at, pattern + anchored);
        if (end != NULL && !find)
            return scn_push_captures(&m, at, end);
        if (end != NULL) {
            lua_pushinteger(L, at - source + 1);
            lua_pushinteger(L, end - source);
            return 2 + (m.level > 0 ? scn_push_captures(&m, at, end) : 0);
        }
        if (anchored)
            break;
    }
    lua_pushnil(L);
    return 1;
}

static int string_find(lua_State *L)
{
    return find_or_match(L, true);
}

static int string_match(lua_State *L)
{
    return find_or_match(L, false);
}

/* Upvalues: source, pattern, where to begin, end of the match before (-1: none). */
static int gmatch_next(lua_State *L)
{
    size_t length, pattern_length;
    const char *source = lua_tolstring(L, lua_upvalueindex(1), &length);
    const char *pattern = lua_tolstring(L, lua_upvalueindex(2), &pattern_length);
    lua_Integer start = lua_tointeger(L, lua_upvalueindex(3)), last = lua_tointeger(L, lua_upvalueindex(4));
    struct scn_match m;

    open_match(&m, L, source, length, pattern, pattern_length);
    for (; start <= (lua_Integer)length; start++) {
        const char *end = scn_match_at(&m, source + start, pattern);
        if (end == NULL || end - source == last)
            continue;
        lua_pushinteger(L, end - source);
        lua_copy(L, -1, lua_upvalueindex(3));
        lua_replace(L, lua_upvalueindex(4));
        return scn_push_captures(&m, source + start, end);
    }
    return 0;
}

static int string_gmatch(lua_State *L)
{
    size_t length, start;

    luaL_checklstring(L, 1, &length);
    luaL_checkstring(L, 2);
    if (!start_position(luaL_optinteger(L, 3, 1), length, &start))
        start = length + 1;
    lua_settop(L, 2);
    lua_pushinteger(L, (lua_Integer)start);
    lua_pushinteger(L, -1);
    lua_pushcclosure(L, gmatch_next, 4);
    return 1;
}

/* What stands for one match: text with %0 … %9, table or function at argument 3. Adds it to the buffer. */
static void add_replacement(struct scn_match *m, luaL_Buffer *out, const char *at, const char *end)
{
    lua_State *L = m->L;
    int type = lua_type(L, 3);

    if (type == LUA_TFUNCTION) {
        lua_pushvalue(L, 3);
        lua_call(L, scn_push_captures(m, at, end), 1);
    } else if (type == LUA_TTABLE) {
        scn_push_capture(m, 0, at, end);
        lua_gettable(L, 3);
    } else {
        size_t length;
        const char *text = lua_tolstring(L, 3, &length);
        scn_charge_steps(L, (int64_t)length / 16);
        for (size_t i = 0; i < length; i++) {
            if (text[i] != '%') {
                luaL_addchar(out, text[i]);
                continue;
            }
            i++;
            if (i < length && text[i] == '%') {
                luaL_addchar(out, '%');
            } else if (i < length && text[i] == '0') {
                luaL_addlstring(out, at, (size_t)(end - at));
            } else if (i < length && g_ascii_isdigit(text[i])) {
                scn_push_capture(m, text[i] - '1', at, end);
                luaL_tolstring(L, -1, NULL);
                lua_remove(L, -2);
                luaL_addvalue(out);
            } else {
                luaL_error(L, "invalid use of '%%' in replacement string");
            }
        }
        return;
    }
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        luaL_addlstring(out, at, (size_t)(end - at));
    } else if (lua_type(L, -1) != LUA_TSTRING && lua_type(L, -1) != LUA_TNUMBER) {
        luaL_error(L, "invalid replacement value (%s)", scn_what(L, -1));
    } else {
        luaL_addvalue(out);
    }
}

static int string_gsub(lua_State *L)
{
    size_t length, pattern_length;
    const char *source = luaL_checklstring(L, 1, &length),
               *pattern = luaL_checklstring(L, 2, &pattern_length);
    int type = lua_type(L, 3);
    lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)length + 1), count = 0;
    struct scn_match m;
    luaL_Buffer out;

    if (type == LUA_TNUMBER)
        lua_tostring(L, 3);
    else
        luaL_argexpected(L, type == LUA_TSTRING || type == LUA_TTABLE || type == LUA_TFUNCTION, 3,
                         "string, function or table");
    bool anchored = pattern_length > 0 && *pattern == '^';
    open_match(&m, L, source, length, pattern, pattern_length);
    luaL_buffinit(L, &out);
    const char *at = source, *last = NULL;
    while (count < most) {
        const char *end = scn_match_at(&m, at, pattern + anchored);
        if (end != NULL && end != last) {
            count++;
            add_replacement(&m, &out, at, end);
            at = last = end;
        } else if (at < m.source_end) {
            luaL_addchar(&out, *at);
            at++;
        } else {
            break;
        }
        if (anchored)
            break;
    }
    luaL_addlstring(&out, at, (size_t)(m.source_end - at));
    luaL_pushresult(&out);
    lua_pushinteger(L, count);
    return 2;
}

/* --- the others ----------------------------------------------------------------------------------------- */

static int string_rep(lua_State *L)
{
    size_t length, separator_length;
    const char *text = luaL_checklstring(L, 1, &length),
               *separator = luaL_optlstring(L, 3, "", &separator_length);
    lua_Integer n = luaL_checkinteger(L, 2);
    luaL_Buffer out;

    if (n <= 0 || length + separator_length == 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    if (length + separator_length > SCN_PLAN_MEMORY / (lua_Unsigned)n)
        return luaL_error(L, "string.rep: the text would be too long.");
    size_t total = (size_t)n * length + (size_t)(n - 1) * separator_length;
    char *to = luaL_buffinitsize(L, &out, total);
    memcpy(to, text, length);
    size_t have = length;
    if (n > 1) {
        memcpy(to + have, separator, separator_length);
        have += separator_length;
    }
    for (size_t more; have < total; have += more) { /* what is there, once more */
        more = MIN(have, total - have);
        memcpy(to + have, to, more);
    }
    luaL_pushresultsize(&out, total);
    return 1;
}

static int change_case(lua_State *L, char (*change)(char))
{
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    luaL_Buffer out;
    char *to = luaL_buffinitsize(L, &out, length);

    for (size_t i = 0; i < length; i++)
        to[i] = change(text[i]);
    luaL_pushresultsize(&out, length);
    return 1;
}

static int string_upper(lua_State *L)
{
    return change_case(L, g_ascii_toupper);
}

static int string_lower(lua_State *L)
{
    return change_case(L, g_ascii_tolower);
}

/* Upvalue: Lua's own format. */
static int string_format(lua_State *L)
{
    enum { STEPS = 50 };
    int arg = 1, top = lua_gettop(L);

    scn_charge_steps(L, STEPS);
    const char *at = luaL_checkstring(L, 1);

    for (at = strchr(at, '%'); at != NULL; at = strchr(at, '%')) {
        at++;
        if (*at == '%') {
            at++;
            continue;
        }
        while (*at != '\0' && strchr("-+ #0123456789.", *at) != NULL)
            at++;
        arg++;
        if (*at == 'p')
            return luaL_error(L, "string.format: %%p is not here: addresses differ from run to run.");
        bool text = *at == 's' && arg <= top && lua_type(L, arg) != LUA_TSTRING;
        if (text) {
            scn_push_text(L, arg);
            lua_replace(L, arg);
        }
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, top, 1);
    return 1;
}

void scn_open_string(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"find", string_find}, {"match", string_match}, {"gmatch", string_gmatch}, {"gsub", string_gsub},
        {"rep", string_rep},   {"upper", string_upper}, {"lower", string_lower},   {NULL, NULL},
    };

    lua_pushcfunction(L, luaopen_string);
    lua_call(L, 0, 1);
    lua_pushnil(L);
    lua_setfield(L, -2, "dump");
    lua_getfield(L, -1, "format");
    lua_pushcclosure(L, string_format, 1);
    lua_setfield(L, -2, "format");
    luaL_setfuncs(L, functions, 0);
    scn_seal(L, "string");
    /* Methods of texts; no arithmetic on them: "20" * 2 is most often a unit forgotten. */
    lua_pushliteral(L, "");
    lua_newtable(L);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
    lua_setfield(L, -2, "string");
}
