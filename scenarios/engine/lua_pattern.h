/* Lua patterns (reference manual 6.4.1) with a bound on their work: backtracking is counted as instructions,
 * and letters are those of the C locale. Inside of the scenario language. */
#ifndef SCN_LUA_PATTERN_H
#define SCN_LUA_PATTERN_H

#include "scenarios/engine/lua_private.h"

enum { SCN_PATTERN_CAPTURES = 32, SCN_PATTERN_DEPTH = 200, SCN_CAPTURE_OPEN = -1, SCN_CAPTURE_POSITION = -2 };

struct scn_match {
    lua_State *L;
    const char *source, *source_end, *pattern_end;
    int level; /* captures so far */
    int depth;
    int64_t steps; /* since the last charge */
    struct {
        const char *at;
        ptrdiff_t length; /* or SCN_CAPTURE_… */
    } capture[SCN_PATTERN_CAPTURES];
};

/* Matches the pattern (without a leading ^) at `at`: the end of the match, or NULL. Raises on malformed
 * patterns. */
const char *scn_match_at(struct scn_match *m, const char *at, const char *pattern);

/* Pushes capture i, the whole match [at, end) if there are none; all of them. */
void scn_push_capture(struct scn_match *m, int i, const char *at, const char *end);
int scn_push_captures(struct scn_match *m, const char *at, const char *end);

#endif
