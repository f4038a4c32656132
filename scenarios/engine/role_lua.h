/* Roles written in Lua: all of a run in one Lua state, each peer's its own world. scenario-api 6, 10, 14. */
#ifndef SCN_ROLE_LUA_H
#define SCN_ROLE_LUA_H

#include "scenarios/engine/run.h"

struct scn_troupe;

#define SCN_ROLE_MEMORY       ((size_t)2 << 30) /* of all roles of a process */
#define SCN_ROLE_INSTRUCTIONS INT64_C(10000000) /* in one event */

/* Reads all roles in Lua that the plan has; NULL without an error: it has none. `memory`: octets, 0 = SCN_ROLE_MEMORY. */
struct scn_troupe *scn_troupe_new(struct scn_run *run, size_t memory, GError **error);
void scn_troupe_free(struct scn_troupe *troupe);

/* Lets this peer play the role. `nodes`: one for each of its meshes, the first is its own; `index` counts from 1 in its group;
 * `turn` is the number of the role among those of the peer. What is handed over lives as long as the run. */
void scn_troupe_cast(struct scn_troupe *troupe, int role, struct scn_peer *const *nodes, unsigned node_count, uint32_t index,
                     unsigned turn);

/* Carries out what the network has told roles, in that order: scn_net_options.woken. */
void scn_troupe_woken(struct scn_troupe *troupe);

/* A role went wrong: the whole sentence, FILE:LINE first; NULL: none did. Moves to the caller. The run has been stopped. */
GError *scn_troupe_error(struct scn_troupe *troupe);

/* For measurements: octets of the Lua state, events carried out. */
size_t scn_troupe_memory(const struct scn_troupe *troupe);
uint64_t scn_troupe_events(const struct scn_troupe *troupe);

#endif
