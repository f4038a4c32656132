/* theory.votes{…}, restarts, extra_claims, nat_capacity, stale_resolve, merge_time, backlog: numbers that follow from parameters alone. scenario-api 7, scenarios.md 5. */
#include "analysis/closed.h"
#include "scenarios/engine/lua_private.h"

#include <math.h>
#include <string.h>

enum { VALUES = 1000 }; /* wrong answers to choose from, as in T12's table */

static struct scn_quantity needed(lua_State *L, const struct scn_options *o, const char *name, enum scn_kind kind)
{
    struct scn_quantity q = {.kind = kind, .value = -1};
    if (!scn_option_quantity(o, name, kind, &q) || q.value < 0)
        luaL_error(L, "%s: %s is needed, such as %s.", o->verb, name, scn_kind_example(kind));
    return q;
}

static void push_number(lua_State *L, enum scn_kind kind, double value)
{
    struct scn_quantity q = {.kind = kind, .value = value < 9e12 ? (int64_t)llround(value * (double)SCN_WHOLE) : SCN_NEVER};
    scn_push_box(L, SCN_BOX_VALUE, scn_value_number(L, q), 0);
}

static int votes(lua_State *L)
{
    static const char *const names[] = {"quorum", "wrong", "equal", NULL};
    struct scn_options o = scn_options_open(L, 1, "theory.votes", names);
    int64_t quorum = scn_option_count(&o, "quorum", 1, 16, -1);
    struct scn_quantity wrong = needed(L, &o, "wrong", SCN_SHARE);
    bool equal = scn_option_flag(&o, "equal", true);
    struct an_votes out;
    if (quorum < 1)
        luaL_error(L, "theory.votes: quorum is needed: how many equal answers are accepted.");
    if (!an_closed_votes((unsigned)quorum, (double)wrong.value / (double)SCN_WHOLE, equal, VALUES, &out))
        luaL_error(L, "theory.votes: wrong answers that differ are calculated for a quorum of 1 to 3.");
    lua_newtable(L);
    push_number(L, SCN_SHARE, out.error);
    lua_setfield(L, -2, "error");
    push_number(L, SCN_RATIO, out.executions);
    lua_setfield(L, -2, "executions");
    return 1;
}

static int restarts(lua_State *L)
{
    static const char *const names[] = {"work", "mean", "checkpoint", NULL};
    struct scn_options o = scn_options_open(L, 1, "theory.restarts", names);
    struct scn_quantity work = needed(L, &o, "work", SCN_TIME), mean = needed(L, &o, "mean", SCN_TIME), each = {.kind = SCN_TIME};
    if (scn_option(&o, "checkpoint")) {
        const char *text = lua_tostring(L, -1);
        bool none = text != NULL && strcmp(text, "none") == 0; /* a choice, as the scenario has it */
        lua_pop(L, 1);
        if (!none)
            scn_option_quantity(&o, "checkpoint", SCN_TIME, &each);
    }
    if (mean.value == 0)
        luaL_error(L, "theory.restarts: mean must be over 0.");
    push_number(L, SCN_RATIO, an_closed_restarts((double)work.value, (double)mean.value, (double)each.value));
    return 1;
}

static int extra_claims(lua_State *L)
{
    static const char *const names[] = {"workers", "delay", "back_off", NULL};
    struct scn_options o = scn_options_open(L, 1, "theory.extra_claims", names);
    int64_t workers = scn_option_count(&o, "workers", 1, SCN_MOST_PEERS, -1);
    struct scn_quantity delay = needed(L, &o, "delay", SCN_TIME), back_off = needed(L, &o, "back_off", SCN_TIME);
    if (workers < 1 || back_off.value == 0)
        luaL_error(L, "theory.extra_claims: workers and back_off must be over 0.");
    push_number(L, SCN_RATIO, an_closed_extra_claims((double)workers, (double)delay.value, (double)back_off.value));
    return 1;
}

static struct scn_quantity optional(const struct scn_options *o, const char *name, enum scn_kind kind, int64_t otherwise)
{
    struct scn_quantity q = {.kind = kind, .value = otherwise};
    scn_option_quantity(o, name, kind, &q);
    return q;
}

/* Known when the script runs: scripts may calculate and compare with it. */
static void push_known(lua_State *L, enum scn_kind kind, double value)
{
    struct scn_quantity q = {.kind = kind, .value = value < 9e18 ? (int64_t)llround(value) : SCN_NEVER};
    scn_push_box(L, SCN_BOX_QUANTITY, 0, 0)->quantity = q;
}

static int nat_capacity(lua_State *L)
{
    static const char *const names[] = {"min", "max", "opens", "nat", NULL};
    struct scn_options o = scn_options_open(L, 1, "theory.nat_capacity", names);
    double least = (double)scn_option_count(&o, "min", 1, 1000, 2), most = (double)scn_option_count(&o, "max", 1, 1000, 7);
    double opens = (double)scn_option_count(&o, "opens", 0, 1000, 1);
    struct scn_quantity nat = optional(&o, "nat", SCN_SHARE, -1);
    double share = nat.value < 0 ? an_closed_nat_capacity(least, most, opens)
                                 : an_closed_nat_served((double)nat.value / (double)SCN_WHOLE, least, most, opens);
    push_known(L, SCN_SHARE, share * (double)SCN_WHOLE);
    return 1;
}

static int stale_resolve(lua_State *L)
{
    static const char *const names[] = {"stale", "asked", "entries", NULL};
    struct scn_options o = scn_options_open(L, 1, "theory.stale_resolve", names);
    struct scn_quantity stale = needed(L, &o, "stale", SCN_SHARE);
    unsigned asked = (unsigned)scn_option_count(&o, "asked", 1, 1000, 3);
    struct an_stale out = an_closed_stale_resolve((double)stale.value / (double)SCN_WHOLE, asked,
                                                  (double)scn_option_count(&o, "entries", 0, SCN_MOST_PEERS, 0));
    lua_newtable(L);
    push_known(L, SCN_SHARE, out.none * (double)SCN_WHOLE);
    lua_setfield(L, -2, "none");
    push_known(L, SCN_SHARE, out.fewer_than_two * (double)SCN_WHOLE);
    lua_setfield(L, -2, "fewer_than_two");
    return 1;
}

static int merge_time(lua_State *L)
{
    static const char *const names[] = {"joins", "share", NULL};
    struct scn_options o = scn_options_open(L, 1, "theory.merge_time", names);
    struct scn_quantity joins = needed(L, &o, "joins", SCN_RATE), share = needed(L, &o, "share", SCN_SHARE);
    double seconds = an_closed_merge_time((double)joins.value / 1e9, (double)share.value / (double)SCN_WHOLE);
    push_known(L, SCN_TIME, seconds * 1e9);
    return 1;
}

static int backlog(lua_State *L)
{
    static const char *const names[] = {"rate", "lasts", "size", "up", "copies", NULL};
    struct scn_options o = scn_options_open(L, 1, "theory.backlog", names);
    struct scn_quantity rate = needed(L, &o, "rate", SCN_RATE), lasts = needed(L, &o, "lasts", SCN_TIME);
    struct scn_quantity size = needed(L, &o, "size", SCN_SIZE), up = needed(L, &o, "up", SCN_BANDWIDTH);
    int64_t copies = scn_option_count(&o, "copies", 1, 1000, -1);
    if (copies < 1 || size.value == 0)
        luaL_error(L, "theory.backlog: copies (neighbors that each message is sent on to) and size must be over 0.");
    push_number(L, SCN_RATIO, an_closed_backlog((double)rate.value / 1e9, (double)lasts.value / 1e9, (double)size.value, (double)copies,
                                                (double)up.value / 8));
    return 1;
}

bool scn_push_closed(lua_State *L, const char *name)
{
    static const struct {
        const char *name;
        lua_CFunction of;
    } known[] = {{"votes", votes}, {"restarts", restarts}, {"extra_claims", extra_claims},
                 {"nat_capacity", nat_capacity}, {"stale_resolve", stale_resolve}, {"merge_time", merge_time}, {"backlog", backlog}};
    for (unsigned i = 0; i < G_N_ELEMENTS(known); i++)
        if (strcmp(known[i].name, name) == 0) {
            lua_pushcfunction(L, known[i].of);
            return true;
        }
    return false;
}
