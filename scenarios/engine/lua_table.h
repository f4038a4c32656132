/* Tables of scripts: ascending keys, libraries that cannot be changed. Inside of the scenario language. */
#ifndef SCN_LUA_TABLE_H
#define SCN_LUA_TABLE_H

#include "scenarios/engine/lua_private.h"

/* Pushes a list of the table's keys, ascending (numbers, then texts by octets); raises on other keys, naming
 * `word`. → how many */
int scn_sorted_keys(lua_State *L, int table, const char *word);

/* Marks the metatable on top as one of a library: its table cannot be changed, the metatable not be seen. */
void scn_lock_table(lua_State *L);

/* Replaces the table on top by an empty one through which it can be read only; unknown names raise, with "did
 * you mean". `name` is the library's, "" for the globals; static. */
void scn_seal(lua_State *L, const char *name);

#endif
