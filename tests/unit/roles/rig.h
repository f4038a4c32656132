/* Runs a script with roles in Lua, without a run folder: what its checks said, or how a role went wrong. */
#ifndef TEST_ROLES_RIG_H
#define TEST_ROLES_RIG_H

#include "scenarios/engine/run.h"

struct told {
    char *error;    /* of loading, building or running; NULL = none */
    char *table;    /* the verdict as it is printed; NULL if there was an error */
    int failed;     /* checks */
    enum scn_outcome outcome;
    char fingerprint[33];
    size_t memory;  /* of the Lua state at the end; 0: no roles in Lua */
    uint64_t events;
};

struct how {
    uint64_t seed;     /* 0: 1 */
    bool memo_off;
    size_t lua_memory; /* octets; 0: 2 GiB */
    const char *module; /* source of the module "m", beside the script; NULL = none */
};

/* `body` comes after: a scenario header, network "null", a mesh m, and before: finish(settled + "1min") unless it has one. */
struct told tell(const char *body, struct how how);
void told_clear(struct told *told);

/* All checks of the script hold. */
void holds(const char *body);
/* Loading or running it ends with this text in the message. */
void refuses(const char *body, const char *text);

#endif
