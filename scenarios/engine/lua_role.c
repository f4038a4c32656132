/* Roles: native ones with typed arguments, Lua ones as code and data. scenario-api, 4 and 6. */
#include "scenarios/engine/lua_private.h"

#include <string.h>

static char
    roles_key; /* registry: index of a role → { what, arguments }, for roles called with changed arguments */

/* --- publisher ------------------------------------------------------------------------------------------ */

/* A rate: constant, drawn, or arrivals. */
static const struct scn_dist *rate_option(const struct scn_options *o)
{
    const struct scn_dist *rate = scn_option_dist(o, "rate", SCN_RATE);

    if (rate != NULL && rate->kind == SCN_DIST_CONSTANT && rate->a <= 0)
        luaL_error(o->L, "%s: rate = \"%s\" is not more than 0.", o->verb, rate->text);
    return rate;
}

static void read_bursts(const struct scn_options *publisher, struct scn_publisher *p)
{
    static const char *const options[] = {"rate", "lasts", "at", NULL};
    lua_State *L = publisher->L;

    if (!scn_option(publisher, "bursts"))
        return;
    struct scn_options o = scn_options_open(L, lua_gettop(L), "bursts", options);
    p->burst_rate = rate_option(&o);
    p->burst_lasts = scn_option_dist(&o, "lasts", SCN_TIME);
    if (p->burst_rate == NULL || p->burst_lasts == NULL || !scn_option(&o, "at"))
        luaL_error(L, "bursts: write bursts = { rate = \"200/s\", lasts = \"5s\", at = { \"1min\", … } }.");
    int at = lua_gettop(L);
    if (lua_type(L, at) != LUA_TTABLE) {
        p->burst_at[p->bursts++] = scn_check_moment(L, at, "bursts", "at");
        return;
    }
    lua_Unsigned count = lua_rawlen(L, at);
    if (count < 1 || count > SCN_MOST_BURSTS)
        luaL_error(L, "bursts: at is a moment, or a list of 1 to %d.", SCN_MOST_BURSTS);
    for (lua_Unsigned i = 1; i <= count; i++) {
        lua_rawgeti(L, at, (lua_Integer)i);
        p->burst_at[p->bursts++] = scn_check_moment(L, lua_gettop(L), "bursts", "at");
        lua_pop(L, 1);
    }
}

static void read_topic(const struct scn_options *o, struct scn_publisher *p)
{
    lua_State *L = o->L;

    if (!scn_option(o, "topic"))
        return;
    if (lua_type(L, -1) == LUA_TSTRING && !scn_dist_is_text(lua_tostring(L, -1)))
        p->topic_name = g_strdup(scn_check_text(L, -1, o->verb, "topic", SCN_MOST_NAME));
    else
        p->topic = scn_check_dist(L, -1, o->verb, "topic", SCN_COUNT);
    lua_pop(L, 1);
}

static void read_publisher(lua_State *L, int args, struct scn_plan_role *r)
{
    static const char *const options[] = {"rate",  "size",  "kind",   "topic",  "start",
                                          "lasts", "count", "bursts", "number", NULL};
    static const char *const numbers[] = {"by message", "by clock", NULL};
    struct scn_options o = scn_options_open(L, args, "publisher", options);
    struct scn_publisher *p = &r->native.publisher;

    r->kind = SCN_ROLE_PUBLISHER;
    p->rate = rate_option(&o);
    p->count = scn_option_count(&o, "count", 1, INT64_MAX / 2, -1);
    if (p->rate == NULL && p->count != 1)
        luaL_error(L, "publisher: how often? Add rate = \"20/s\" (or count = 1).");
    p->size = scn_option_dist(&o, "size", SCN_SIZE);
    if (p->size == NULL) {
        lua_pushliteral(L, "100B");
        p->size = scn_check_dist(L, -1, "publisher", "size", SCN_SIZE);
        lua_pop(L, 1);
    }
    p->message = scn_option_text(&o, "kind");
    if (p->message == NULL)
        p->message = g_strdup("data");
    read_topic(&o, p);
    p->start = scn_option_moment(&o, "start");
    if (p->start < 0)
        p->start = scn_moment_settled(L);
    p->lasts = scn_option_dist(&o, "lasts", SCN_TIME);
    read_bursts(&o, p);
    p->by_clock = scn_option_choice(&o, "number", numbers, 0) == 1;
    if (p->by_clock)
        scn_lack(L, "publisher number = \"by clock\"");
}

/* --- the other native ones ------------------------------------------------------------------------------ */

/* Names of topics: one, a list, or a draw from a list. */
static void read_only(const struct scn_options *o, struct scn_subscriber *s)
{
    lua_State *L = o->L;

    if (!scn_option(o, "only"))
        return;
    int at = lua_gettop(L);
    if (lua_type(L, at) == LUA_TSTRING) {
        s->only = g_new0(char *, 2);
        s->only[0] = g_strdup(scn_check_text(L, at, "subscriber", "only", SCN_MOST_NAME));
        return;
    }
    if (scn_is_draw(L, at)) {
        scn_read_draw(L, at, "only", &s->only_draw);
        at = lua_gettop(L);
    }
    unsigned count = lua_type(L, at) == LUA_TTABLE ? (unsigned)MIN(lua_rawlen(L, at), 4096) : 0;
    if (count == 0 || (s->only_draw.given && s->only_draw.n > count))
        luaL_error(L, "subscriber: only = { \"topic\", … }, or a draw of fewer than there are.");
    s->only = g_new0(char *, count + 1);
    for (unsigned i = 0; i < count; i++) {
        lua_rawgeti(L, at, (lua_Integer)i + 1);
        s->only[i] = g_strdup(scn_check_text(L, lua_gettop(L), "subscriber", "a topic of only", SCN_MOST_NAME));
        lua_pop(L, 1);
    }
}

static void read_subscriber(lua_State *L, int args, struct scn_plan_role *r)
{
    static const char *const options[] = {"keep", "ask", "only", "other", NULL};
    static const char *const keeps[] = {"all", "newest per topic", NULL};
    static const char *const asks[] = {"nobody", "neighbors", "everyone", NULL};
    static const char *const others[] = {"show", "relay", "drop", NULL};
    struct scn_options o = scn_options_open(L, args, "subscriber", options);
    struct scn_subscriber *s = &r->native.subscriber;
    int ask = scn_option_choice(&o, "ask", asks, 0), other = scn_option_choice(&o, "other", others, 0);

    r->kind = SCN_ROLE_SUBSCRIBER;
    s->newest_per_topic = scn_option_choice(&o, "keep", keeps, 0) == 1;
    s->ask = ask == 1 ? SCN_ASK_NEIGHBORS : ask == 2 ? SCN_ASK_EVERYONE : SCN_ASK_NOBODY;
    s->other = other == 1 ? SCN_OTHER_RELAY : other == 2 ? SCN_OTHER_DROP : SCN_OTHER_SHOW;
    read_only(&o, s);
}

static void read_replay(lua_State *L, int args, struct scn_plan_role *r)
{
    static const char *const options[] = {"file", NULL};

    scn_options_open(L, args, "replay", options);
    r->kind = SCN_ROLE_NOT_BUILT;
}

static void read_intruder(lua_State *L, int args, struct scn_plan_role *r)
{
    enum { FORGE, TAMPER, REPLAY };
    static const char *const options[] = {"does", "target", "after", NULL}, *const does[] = {"forge", "tamper", "replay", NULL};
    struct scn_options o = scn_options_open(L, args, "intruder", options);
    struct scn_quantity after = {.value = 6 * 60 * SCN_SECOND}; /* forgotten by then in every dialect */
    int what = scn_option_choice(&o, "does", does, FORGE);
    bool given = scn_option_quantity(&o, "after", SCN_TIME, &after);

    if (given && what != REPLAY)
        luaL_error(L, "intruder: after = is for does = \"replay\": how long it waits before it sends again what it heard.");
    if (after.value < 0)
        luaL_error(L, "intruder: after must not be negative.");
    r->kind = SCN_ROLE_INTRUDER;
    r->native.intruder.after = what == REPLAY ? after.value : -1;
    r->native.intruder.target = scn_option_text(&o, "target");
    if (r->native.intruder.target == NULL)
        r->native.intruder.target = g_strdup("data");
    if (what == TAMPER)
        scn_lack(L, "intruder with does = \"%s\"", does[what]);
}

static const struct {
    const char *name;
    void (*read)(lua_State *L, int args, struct scn_plan_role *r);
} natives[] = {{"publisher", read_publisher},
               {"subscriber", read_subscriber},
               {"replay", read_replay},
               {"intruder", read_intruder}};

/* --- roles in Lua --------------------------------------------------------------------------------------- */

/* Everything a role function may use from outside is the globals: an outer local would be one value for all
 * peers. */
static void check_upvalues(lua_State *L, int function)
{
    const struct scn_script *s = scn_script_of(L);
    lua_Debug about;

    lua_pushvalue(L, function);
    lua_getinfo(L, ">S", &about);
    if (*about.what == 'C')
        luaL_error(L,
                   "role: a function written in the script is needed; this one is a word of the language.");
    for (int i = 1;; i++) {
        const char *name = lua_getupvalue(L, function, i);
        if (name == NULL)
            break;
        lua_pop(L, 1);
        if (strcmp(name, "_ENV") == 0)
            continue;
        int line = scn_scan_local(s->scan, name, about.linedefined);
        const char *place = line > 0 ? lua_pushfstring(L, " (line %d)", line) : "";
        luaL_error(L,
                   "role: the function uses '%s', a local of the script%s. Each peer has its own world:\n    "
                   "pass it as an "
                   "argument (role(f, { %s = … }) and args.%s), move it inside, or, if it is constant, write "
                   "local %s <const>.",
                   name, place, name, name, name);
    }
}

static int add_octets(lua_State *L, const void *octets, size_t length, void *user)
{
    (void)L;
    g_byte_array_append(user, octets, (guint)length);
    return 0;
}

static void read_function(lua_State *L, int what, struct scn_plan_role *r)
{
    lua_Debug about;

    check_upvalues(L, what);
    lua_pushvalue(L, what);
    lua_getinfo(L, ">S", &about);
    r->kind = SCN_ROLE_LUA;
    r->name = g_strdup_printf("function at line %d", about.linedefined);
    r->chunk = g_strdup(about.source);
    GByteArray *code = g_byte_array_new();
    lua_pushvalue(L, what);
    lua_dump(L, add_octets, code, 0);
    lua_pop(L, 1);
    r->code = g_byte_array_free_to_bytes(code);
    scn_charge_memory(L, g_bytes_get_size(r->code));
    scn_read_modules(L, scn_script_of(L)->source, strlen(scn_script_of(L)->source));
}

static void read_file(lua_State *L, const char *name, struct scn_plan_role *r)
{
    scn_load_module(L, name, "role"); /* its text stays on the stack, below the chunk */
    size_t length;
    const char *text = lua_tolstring(L, -2, &length);

    r->kind = SCN_ROLE_LUA;
    r->is_file = true;
    r->code = g_bytes_new(text, length);
    r->chunk = g_strdup_printf("@%s.lua", name);
    scn_read_modules(L, text, length);
    lua_pop(L, 2);
}

/* --- the word ------------------------------------------------------------------------------------------- */

/* Reads what (absolute index) with the table of arguments (or nil) and pushes the role. */
static int make_role(lua_State *L, int what, int args)
{
    struct scn_plan *plan = scn_script_of(L)->plan;
    int type = lua_type(L, what);

    if (!lua_isnil(L, args) && lua_type(L, args) != LUA_TTABLE)
        return luaL_error(L, "role: arguments are a table { name = value, … }, not %s.", scn_what(L, args));
    scn_bound(L, plan->roles, SCN_MOST_ROLES, "roles");
    struct scn_plan_role *r = g_new0(struct scn_plan_role, 1);
    g_ptr_array_add(plan->roles, r);
    r->line = scn_line(L);
    r->kind = SCN_ROLE_NOT_BUILT;
    int index = (int)plan->roles->len - 1;
    if (type == LUA_TFUNCTION) {
        read_function(L, what, r);
    } else {
        const char *name = scn_check_text(L, what, "role", "the name (or function)", SCN_MOST_NAME);
        unsigned native = 0;
        r->name = g_strdup(name);
        while (native < G_N_ELEMENTS(natives) && strcmp(natives[native].name, name) != 0)
            native++;
        if (native < G_N_ELEMENTS(natives))
            natives[native].read(L, args, r);
        else
            read_file(L, name, r);
    }
    if (r->kind == SCN_ROLE_LUA)
        r->args = scn_copy_data(L, args, "a role argument");
    lua_rawgetp(L, LUA_REGISTRYINDEX, &roles_key);
    lua_createtable(L, 2, 0);
    lua_pushvalue(L, what);
    lua_rawseti(L, -2, 1);
    lua_pushvalue(L, args);
    lua_rawseti(L, -2, 2);
    lua_rawseti(L, -2, index);
    scn_push_box(L, SCN_BOX_ROLE, index, 0);
    return 1;
}

static int word_role(lua_State *L)
{
    lua_settop(L, 2);
    return make_role(L, 1, 2);
}

static void copy_entries(lua_State *L, int from, int to)
{
    if (lua_isnil(L, from))
        return;
    lua_pushnil(L);
    while (lua_next(L, from) != 0) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, to);
    }
}

/* worker { wrong = true }: the same role with these arguments changed. */
int scn_role_call(lua_State *L)
{
    const struct scn_box *box = scn_to_tag(L, 1, SCN_BOX_ROLE);

    if (box == NULL || lua_type(L, 2) != LUA_TTABLE)
        return luaL_error(L, "role: a role is called with the arguments to change: worker { wrong = true }.");
    lua_settop(L, 2);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &roles_key);
    lua_rawgeti(L, -1, box->index);
    lua_rawgeti(L, -1, 1); /* 5: what */
    lua_rawgeti(L, -2, 2); /* 6: its arguments */
    lua_newtable(L);       /* 7 */
    copy_entries(L, 6, 7);
    copy_entries(L, 2, 7);
    return make_role(L, 5, 7);
}

void scn_open_role(lua_State *L)
{
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &roles_key);
    lua_pushcfunction(L, word_role);
    lua_setfield(L, -2, "role");
}
