/* Limits of a Lua state: instructions, memory, computing time; of the run that writes the plan, and of each event of a role.
 * scenario-api, 10. */
#include "scenarios/engine/lua_private.h"

#include <time.h>

enum {
    HOOK_EVERY = 1000, /* instructions */
    OCTETS_A_STEP = 64,
    MOST_REFUSALS = 40, /* of memory */
};

static void *allocate(void *user, void *old, size_t old_size, size_t size)
{
    struct scn_script *s = user;
    size_t before = old != NULL ? old_size : 0; /* without old, old_size is the kind of the new object */

    if (size == 0) {
        s->used -= before;
        g_free(old);
        return NULL;
    }
    if (size > before && s->used + (size - before) > s->most_memory) {
        /* Lua collects garbage and asks again. A script that lives at the limit would do that for ever. */
        if (++s->refusals > MOST_REFUSALS) {
            s->memory_out = true;
            s->instructions = -1;
        }
        return NULL;
    }
    void *new = g_try_realloc(old, size);
    if (new == NULL)
        return NULL;
    s->used = s->used - before + size;
    /* One instruction can fill megabytes (s .. s): what it writes counts like the instructions that would
     * write it. */
    if (size > before)
        s->instructions -= (int64_t)((size - before) / OCTETS_A_STEP);
    return new;
}

/* Computing time of this thread, s. For a guard that no script can see: what single instructions do without
 * new memory (comparing long texts) is not counted otherwise. */
static int64_t computed(void)
{
    struct timespec now;

    return clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0 ? now.tv_sec : 0;
}

static bool over_time(struct scn_script *s)
{
    enum { LOOK_EVERY = 16 };

    if (++s->hooks % LOOK_EVERY != 0)
        return false;
    if (s->began == 0)
        s->began = computed() + 1;
    return computed() + 1 - s->began > SCN_PLAN_SECONDS;
}

static void count_instructions(lua_State *L, lua_Debug *at)
{
    struct scn_script *s = scn_script_of(L);

    s->instructions -= HOOK_EVERY;
    bool late = over_time(s);
    if (s->instructions >= 0 && !s->exhausted && !late)
        return;
    /* Raised again with every further instruction, so that pcall cannot swallow it. */
    s->exhausted = true;
    lua_sethook(L, count_instructions, LUA_MASKCOUNT, 1);
    lua_getinfo(L, "Sl", at);
    if (late)
        s->instructions = -1;
    lua_pushfstring(L, "%s:%d: more than %d million instructions %s; the loop here does not end?", at->short_src,
                    at->currentline, (int)(s->most_instructions / 1000000), s->span);
    lua_error(L);
}

void scn_limits_open(struct scn_script *s)
{
    s->L = lua_newstate(allocate, s);
    g_assert(s->L != NULL);
    *(struct scn_script **)lua_getextraspace(s->L) = s;
    scn_limits_begin(s);
}

void scn_limits_begin(struct scn_script *s)
{
    s->instructions = s->most_instructions;
    s->refusals = 0;
    if (s->exhausted || s->hooks == 0) {
        s->exhausted = false;
        lua_sethook(s->L, count_instructions, LUA_MASKCOUNT, HOOK_EVERY);
    }
    s->hooks = 1; /* the time is looked at when there were many */
    s->began = 0;
}
