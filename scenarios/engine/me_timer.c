/* Timers of roles. A timer is an event of the network that holds a number here; one that was stopped is forgotten at once, and
 * its event finds another generation when it comes. */
#include "scenarios/engine/role_private.h"

#include <string.h>

static struct scn_timer *timer_at(struct scn_troupe *troupe, uint32_t number)
{
    return &g_array_index(troupe->timers, struct scn_timer, number);
}

static void end_timer(struct scn_actor *actor, uint32_t number)
{
    struct scn_troupe *troupe = actor->troupe;
    struct scn_timer *t = timer_at(troupe, number);

    luaL_unref(troupe->script.L, LUA_REGISTRYINDEX, t->function);
    if (t->previous)
        timer_at(troupe, t->previous)->next = t->next;
    else
        actor->timers = t->next;
    if (t->next)
        timer_at(troupe, t->next)->previous = t->previous;
    t->generation++; /* even: ended */
    t->next = troupe->free_timer;
    troupe->free_timer = number;
    actor->timer_count--;
}

void scn_timers_end(struct scn_actor *actor)
{
    while (actor->timers)
        end_timer(actor, actor->timers);
}

static void call_at(struct scn_actor *actor, uint32_t number, int64_t time)
{
    uint64_t generation = timer_at(actor->troupe, number)->generation;

    scn_peer_call_at(scn_actor_peer(actor), actor, time, generation << 32 | number);
}

/* Makes a timer of the function at index 3 and pushes it. */
static int new_timer(lua_State *L, struct scn_actor *actor, int64_t first, int64_t period)
{
    struct scn_troupe *troupe = actor->troupe;

    if (lua_type(L, 3) != LUA_TFUNCTION)
        return luaL_error(L, "me:%s: the second argument is a function, not %s.", period ? "every" : "after",
                          scn_what(L, 3));
    if (actor->timer_count >= SCN_MOST_TIMERS)
        return luaL_error(L, "me:%s: more than %d timers of one peer are running.", period ? "every" : "after",
                          SCN_MOST_TIMERS);
    struct scn_box *box = scn_push_box(L, SCN_BOX_TIMER, (int)actor->number, (int)actor->life);
    lua_pushvalue(L, 3);
    int function = luaL_ref(L, LUA_REGISTRYINDEX);
    uint32_t number = troupe->free_timer;
    if (number) {
        troupe->free_timer = timer_at(troupe, number)->next;
    } else {
        number = troupe->timers->len;
        g_array_set_size(troupe->timers, number + 1);
    }
    struct scn_timer *t = timer_at(troupe, number);
    *t = (struct scn_timer){.generation = t->generation + 1,
                            .next = actor->timers,
                            .function = function,
                            .actor = actor->number,
                            .period = period};
    if (actor->timers)
        timer_at(troupe, actor->timers)->previous = number;
    actor->timers = number;
    actor->timer_count++;
    box->quantity.value = (int64_t)((uint64_t)t->generation << 32 | number);
    call_at(actor, number, first);
    return 1;
}

static int64_t check_time(lua_State *L, const char *verb, int64_t least)
{
    int64_t time = scn_check_quantity(L, 2, verb, "time", SCN_TIME).value;

    if (time > INT64_MAX / 4)
        luaL_error(L, "%s: this time is too long.", verb);
    if (time < least && least > 0)
        luaL_error(L, "%s: the time must be more than 0s.", verb);
    return MAX(time, least);
}

int scn_me_after(lua_State *L)
{
    struct scn_actor *actor = scn_check_actor(L, 1, SCN_BOX_ME);

    return new_timer(L, actor, scn_actor_now(actor) + check_time(L, "me:after", 0), 0);
}

/* The first call comes after a random part of the period, so that peers are out of step with each other. */
int scn_me_every(lua_State *L)
{
    struct scn_actor *actor = scn_check_actor(L, 1, SCN_BOX_ME);
    int64_t period = check_time(L, "me:every", 1);
    char purpose[48];

    g_snprintf(purpose, sizeof purpose, "role %u every", actor->turn);
    uint64_t u = sim_draw(scn_run_plan(actor->troupe->run)->seed, sim_purpose_text(purpose, strlen(purpose)),
                          scn_actor_peer(actor)->key, actor->life, actor->everies++);
    int64_t phase = (int64_t)(((unsigned __int128)u * (uint64_t)period) >> 64);
    return new_timer(L, actor, scn_actor_now(actor) + phase, period);
}

int scn_timer_stop(lua_State *L)
{
    struct scn_actor *actor = scn_check_actor(L, 1, SCN_BOX_TIMER);
    uint64_t value = (uint64_t)scn_to_box(L, 1)->quantity.value;
    uint32_t number = (uint32_t)value;

    if (timer_at(actor->troupe, number)->generation == (uint32_t)(value >> 32))
        end_timer(actor, number);
    return 0;
}

int scn_timer_play(lua_State *L, struct scn_actor *actor, const struct scn_scene *scene)
{
    struct scn_timer *t = timer_at(actor->troupe, scene->number);

    if (t->generation != scene->generation || t->actor != actor->number)
        return 0; /* stopped meanwhile */
    lua_rawgeti(L, LUA_REGISTRYINDEX, t->function);
    if (t->period)
        call_at(actor, scene->number, scn_actor_now(actor) + t->period);
    else
        end_timer(actor, scene->number);
    lua_call(L, 0, 0);
    return 0;
}
