#include "scenarios/engine/lua_pattern.h"

#include <string.h>

static void step(struct scn_match *m)
{
    enum { AT_ONCE = 4096 };

    if (++m->steps >= AT_ONCE) {
        m->steps = 0;
        scn_charge_steps(m->L, AT_ONCE);
    }
}

/* --- one character -------------------------------------------------------------------------------------- */

static bool is_class(unsigned char c, char class)
{
    bool is;

    switch (g_ascii_tolower(class)) {
    case 'a':
        is = g_ascii_isalpha((char)c);
        break;
    case 'c':
        is = g_ascii_iscntrl((char)c);
        break;
    case 'd':
        is = g_ascii_isdigit((char)c);
        break;
    case 'g':
        is = g_ascii_isgraph((char)c);
        break;
    case 'l':
        is = g_ascii_islower((char)c);
        break;
    case 'p':
        is = g_ascii_ispunct((char)c);
        break;
    case 's':
        is = g_ascii_isspace((char)c) || c == '\v';
        break;
    case 'u':
        is = g_ascii_isupper((char)c);
        break;
    case 'w':
        is = g_ascii_isalnum((char)c);
        break;
    case 'x':
        is = g_ascii_isxdigit((char)c);
        break;
    default:
        return (char)c == class;
    }
    return g_ascii_isupper(class) ? !is : is;
}

/* Behind the item at p: a character, an escape, or a set. */
static const char *item_end(struct scn_match *m, const char *p)
{
    if (*p++ == '%') {
        if (p == m->pattern_end)
            luaL_error(m->L, "malformed pattern (ends with '%%')");
        return p + 1;
    }
    if (p[-1] != '[')
        return p;
    if (p < m->pattern_end && *p == '^')
        p++;
    for (bool first = true;; first = false) { /* a ] that stands first is a character */
        if (p >= m->pattern_end)
            luaL_error(m->L, "malformed pattern (missing ']')");
        if (*p == ']' && !first)
            return p + 1;
        p += *p == '%' && p + 1 < m->pattern_end ? 2 : 1;
    }
}

/* set is at '[', end behind its ']'. */
static bool in_set(unsigned char c, const char *set, const char *end)
{
    const char *p = set + 1, *last = end - 1;
    bool negated = *p == '^';

    if (negated)
        p++;
    while (p < last) {
        if (*p == '%' && p + 1 < last) {
            if (is_class(c, p[1]))
                return !negated;
            p += 2;
        } else if (p + 2 < last && p[1] == '-') {
            if ((unsigned char)*p <= c && c <= (unsigned char)p[2])
                return !negated;
            p += 3;
        } else {
            if ((unsigned char)*p == c)
                return !negated;
            p++;
        }
    }
    return negated;
}

static bool fits(struct scn_match *m, const char *s, const char *p, const char *end)
{
    step(m);
    if (s >= m->source_end)
        return false;
    unsigned char c = (unsigned char)*s;
    switch (*p) {
    case '.':
        return true;
    case '%':
        return is_class(c, p[1]);
    case '[':
        return in_set(c, p, end);
    default:
        return (unsigned char)*p == c;
    }
}

/* --- items ---------------------------------------------------------------------------------------------- */

static const char *match(struct scn_match *m, const char *s, const char *p);

static const char *repeat_most(struct scn_match *m, const char *s, const char *p, const char *end)
{
    ptrdiff_t n = 0;

    while (fits(m, s + n, p, end))
        n++;
    for (; n >= 0; n--) {
        const char *found = match(m, s + n, end + 1);
        if (found != NULL)
            return found;
    }
    return NULL;
}

static const char *repeat_least(struct scn_match *m, const char *s, const char *p, const char *end)
{
    for (;;) {
        const char *found = match(m, s, end + 1);
        if (found != NULL)
            return found;
        if (!fits(m, s, p, end))
            return NULL;
        s++;
    }
}

static const char *balanced(struct scn_match *m, const char *s, const char *p)
{
    int depth = 1;

    if (p + 1 >= m->pattern_end)
        luaL_error(m->L, "malformed pattern (missing arguments to '%%b')");
    if (s >= m->source_end || *s != *p)
        return NULL;
    while (++s < m->source_end) {
        step(m);
        if (*s == p[1] && --depth == 0)
            return s + 1;
        depth += *s == *p && p[0] != p[1];
    }
    return NULL;
}

static int open_capture(struct scn_match *m)
{
    for (int i = m->level - 1; i >= 0; i--)
        if (m->capture[i].length == SCN_CAPTURE_OPEN)
            return i;
    return luaL_error(m->L, "invalid pattern capture");
}

static const char *start_capture(struct scn_match *m, const char *s, const char *p, ptrdiff_t length)
{
    if (m->level >= SCN_PATTERN_CAPTURES)
        luaL_error(m->L, "too many captures");
    m->capture[m->level].at = s;
    m->capture[m->level].length = length;
    m->level++;
    const char *found = match(m, s, p);
    if (found == NULL)
        m->level--;
    return found;
}

static const char *end_capture(struct scn_match *m, const char *s, const char *p)
{
    int i = open_capture(m);

    m->capture[i].length = s - m->capture[i].at;
    const char *found = match(m, s, p);
    if (found == NULL)
        m->capture[i].length = SCN_CAPTURE_OPEN;
    return found;
}

static const char *back_reference(struct scn_match *m, const char *s, char digit)
{
    int i = digit - '1';

    if (i < 0 || i >= m->level || m->capture[i].length == SCN_CAPTURE_OPEN)
        luaL_error(m->L, "invalid capture index %%%d", i + 1);
    ptrdiff_t length = MAX(m->capture[i].length, 0); /* a position matches nothing */
    m->steps += length / 8;
    step(m);
    if (m->source_end - s < length || memcmp(m->capture[i].at, s, (size_t)length) != 0)
        return NULL;
    return s + length;
}

/* %f[set]: between a character outside of the set and one in it; beyond both ends stands a zero. */
static bool frontier(struct scn_match *m, const char *s, const char *set, const char *end)
{
    unsigned char before = s == m->source ? 0 : (unsigned char)s[-1];
    unsigned char here = s == m->source_end ? 0 : (unsigned char)*s;

    step(m);
    return !in_set(before, set, end) && in_set(here, set, end);
}

/* The special items that begin with %; *p moves behind them. NULL: no match. *plain: it was no special one.
 */
static const char *escape(struct scn_match *m, const char *s, const char **p, bool *plain)
{
    const char *at = *p;

    *plain = false;
    if (at + 1 < m->pattern_end && at[1] == 'b') {
        *p = at + 4;
        return balanced(m, s, at + 2);
    }
    if (at + 1 < m->pattern_end && at[1] == 'f') {
        if (at + 2 >= m->pattern_end || at[2] != '[')
            luaL_error(m->L, "missing '[' after '%%f' in pattern");
        *p = item_end(m, at + 2);
        return frontier(m, s, at + 2, *p) ? s : NULL;
    }
    if (at + 1 < m->pattern_end && g_ascii_isdigit(at[1])) {
        *p = at + 2;
        return back_reference(m, s, at[1]);
    }
    *plain = true;
    return s;
}

static const char *match_items(struct scn_match *m, const char *s, const char *p)
{
    while (p < m->pattern_end) {
        bool plain = true;
        step(m);
        if (*p == '(')
            return p + 1 < m->pattern_end && p[1] == ')' ? start_capture(m, s, p + 2, SCN_CAPTURE_POSITION)
                                                         : start_capture(m, s, p + 1, SCN_CAPTURE_OPEN);
        if (*p == ')')
            return end_capture(m, s, p + 1);
        if (*p == '$' && p + 1 == m->pattern_end)
            return s == m->source_end ? s : NULL;
        if (*p == '%') {
            s = escape(m, s, &p, &plain);
            if (s == NULL)
                return NULL;
            if (!plain)
                continue;
        }
        const char *end = item_end(m, p);
        char after = end < m->pattern_end ? *end : '\0';
        if (after == '*')
            return repeat_most(m, s, p, end);
        if (after == '-')
            return repeat_least(m, s, p, end);
        bool here = fits(m, s, p, end);
        if (after == '+')
            return here ? repeat_most(m, s + 1, p, end) : NULL;
        if (after == '?') {
            const char *found = here ? match(m, s + 1, end + 1) : NULL;
            if (found != NULL)
                return found;
            p = end + 1;
            continue;
        }
        if (!here)
            return NULL;
        s++;
        p = end;
    }
    return s;
}

static const char *match(struct scn_match *m, const char *s, const char *p)
{
    if (++m->depth > SCN_PATTERN_DEPTH)
        luaL_error(m->L, "pattern too complex");
    const char *found = match_items(m, s, p);
    m->depth--;
    return found;
}

const char *scn_match_at(struct scn_match *m, const char *at, const char *pattern)
{
    m->level = 0;
    m->depth = 0;
    return match(m, at, pattern);
}

void scn_push_capture(struct scn_match *m, int i, const char *at, const char *end)
{
    if (i >= m->level) {
        if (i != 0)
            luaL_error(m->L, "invalid capture index %%%d", i + 1);
        lua_pushlstring(m->L, at, (size_t)(end - at));
    } else if (m->capture[i].length == SCN_CAPTURE_POSITION) {
        lua_pushinteger(m->L, m->capture[i].at - m->source + 1);
    } else if (m->capture[i].length == SCN_CAPTURE_OPEN) {
        luaL_error(m->L, "unfinished capture");
    } else {
        lua_pushlstring(m->L, m->capture[i].at, (size_t)m->capture[i].length);
    }
}

int scn_push_captures(struct scn_match *m, const char *at, const char *end)
{
    int n = MAX(m->level, 1);

    luaL_checkstack(m->L, n, "too many captures");
    for (int i = 0; i < n; i++)
        scn_push_capture(m, i, at, end);
    return n;
}
