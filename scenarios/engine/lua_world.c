/* The world: mesh, peers, unit. scenario-api, 4. */
#include "scenarios/engine/lua_private.h"

#include <string.h>

#define NOT_IN_NAMES "[]{}()|@#*:\""

static bool is_name(const char *name)
{
    return strpbrk(name, NOT_IN_NAMES) == NULL;
}

/* --- mesh ----------------------------------------------------------------------------------------------- */

static int64_t time_option(const struct scn_options *o, const char *name)
{
    struct scn_quantity q;

    if (!scn_option_quantity(o, name, SCN_TIME, &q))
        return -1;
    if (q.value <= 0)
        luaL_error(o->L, "mesh: %s must be more than 0s.", name);
    return q.value;
}

static char **read_channels(const struct scn_options *o)
{
    enum { MOST_CHANNELS = 64 };
    lua_State *L = o->L;

    if (!scn_option(o, "channels"))
        return NULL;
    if (lua_type(L, -1) != LUA_TTABLE)
        luaL_error(L, "mesh: channels is a list of names, { \"chat\", \"notes\" }, not %s.", scn_what(L, -1));
    int list = lua_gettop(L), count = (int)lua_rawlen(L, list);
    if (count < 1 || count > MOST_CHANNELS)
        luaL_error(L, "mesh: 1 to %d channels, not %d.", MOST_CHANNELS, count);
    for (int i = 1; i <= count; i++) { /* all are looked at before anything is kept */
        lua_rawgeti(L, list, i);
        scn_check_text(L, -1, "mesh", "the name of a channel", SCN_MOST_NAME);
        lua_pop(L, 1);
    }
    char **channels = g_new0(char *, (gsize)count + 1);
    for (int i = 1; i <= count; i++) {
        lua_rawgeti(L, list, i);
        channels[i - 1] = g_strdup(lua_tostring(L, -1));
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return channels;
}

/* The resolver: a name, or another mesh's. */
static void read_resolver(const struct scn_options *o, struct scn_plan_mesh *m)
{
    static const char *const kinds[] = {"service", "ideal", "pnrp", NULL};
    lua_State *L = o->L;

    if (scn_option(o, "resolver") && lua_type(L, -1) != LUA_TSTRING) {
        const struct scn_box *box = scn_to_tag(L, -1, SCN_BOX_SELECTION);
        const struct scn_plan *plan = scn_script_of(L)->plan;
        if (box == NULL || scn_plan_selections(plan, box->index)->kind != SCN_SELECT_RESOLVER)
            luaL_error(
                L, "mesh: resolver is \"service\", \"ideal\", \"pnrp\" or another mesh's resolver, not %s.",
                scn_what(L, -1));
        m->resolver = g_strdup("service"); /* all meshes share one unless told */
        lua_pop(L, 1);
        return;
    }
    int kind = scn_option_choice(o, "resolver", kinds, 0);
    m->resolver = g_strdup(kinds[kind]);
    if (kind != 0)
        scn_lack(L, "resolver \"%s\"", kinds[kind]);
}

static void check_neighbors(lua_State *L, const struct scn_plan_mesh *m)
{
    int64_t min = m->min < 0 ? 2 : m->min, ideal = m->ideal < 0 ? 3 : m->ideal, max = m->max < 0 ? 7 : m->max;

    if (min > max)
        luaL_error(L, "mesh: min = %I is more than max = %I.", (LUAI_UACINT)min, (LUAI_UACINT)max);
    if (ideal < min || ideal > max)
        luaL_error(L, "mesh: ideal = %I is not from min = %I to max = %I.", (LUAI_UACINT)ideal,
                   (LUAI_UACINT)min, (LUAI_UACINT)max);
}

static void read_mesh(lua_State *L, struct scn_plan_mesh *m, const struct scn_options *o)
{
    static const char *const dialects[] = {"net", "spec", "profile", NULL};
    static const char *const not_built[] = {"password", "links", "action", "body", "host", NULL};
    enum { MOST_NEIGHBORS = 64, MOST_REFERRALS = 255, MOST_OCTETS = 16 << 20 };
    struct scn_quantity size;

    m->min = scn_option_count(o, "min", 0, MOST_NEIGHBORS, -1);
    m->ideal = scn_option_count(o, "ideal", 1, MOST_NEIGHBORS, -1);
    m->max = scn_option_count(o, "max", 1, MOST_NEIGHBORS, -1);
    check_neighbors(L, m);
    m->referrals = scn_option_count(o, "referrals", 0, MOST_REFERRALS, -1);
    m->maintenance = time_option(o, "maintenance");
    m->remember = time_option(o, "remember");
    m->message_size = -1;
    if (scn_option_quantity(o, "message_size", SCN_SIZE, &size)) {
        if (size.value < 1024 || size.value > MOST_OCTETS)
            luaL_error(L, "mesh: message_size must be from 1KiB to 16MiB.");
        m->message_size = size.value;
    }
    m->dialect = g_strdup(dialects[scn_option_choice(o, "dialect", dialects, 0)]);
    read_resolver(o, m);
    m->security = scn_option_text(o, "security");
    if (m->security != NULL && strcmp(m->security, "none") != 0)
        scn_lack(L, "security \"%s\"", m->security);
    m->password = scn_option_text(o, "password");
    m->links = scn_option_text(o, "links");
    m->wire_name = scn_option_text(o, "wire_name");
    if (m->wire_name != NULL && !is_name(m->wire_name))
        luaL_error(L, "mesh: wire_name '%s' must not have any of " NOT_IN_NAMES " in it.", m->wire_name);
    m->channels = read_channels(o);
    for (unsigned i = 0; not_built[i] != NULL; i++)
        if (scn_option(o, not_built[i]))
            scn_lack(L, "%s in mesh", not_built[i]);
}

/* A name for a group or a mesh, used once. */
static const char *new_name(lua_State *L, const char *verb)
{
    struct scn_script *s = scn_script_of(L);
    const char *name = scn_check_text(L, 1, verb, "the name", SCN_MOST_NAME);

    if (!is_name(name))
        luaL_error(L, "%s: the name '%s' must not have any of " NOT_IN_NAMES " in it.", verb, name);
    const char *key = lua_pushfstring(L, "%s %s", verb, name);
    if (g_hash_table_contains(s->names, key))
        luaL_error(L, "%s: there is a %s '%s' already.", verb, strcmp(verb, "mesh") == 0 ? "mesh" : "group",
                   name);
    g_hash_table_add(s->names, g_strdup(key));
    return name;
}

/* Everybody of a mesh or group, as a selection. */
static int select_all(lua_State *L, enum scn_selection_kind kind, int of, const char *name)
{
    struct scn_plan_selection all = {.kind = kind,
                                     .of = of,
                                     .left = -1,
                                     .right = -1,
                                     .online = -1,
                                     .nat = -1,
                                     .mesh = -1,
                                     .at = -1,
                                     .fixed = true,
                                     .weight = 1};
    return scn_selection_new(L, &all, name);
}

int scn_word_mesh(lua_State *L)
{
    static const char *const options[] = {"min",      "ideal",        "max",      "referrals", "maintenance",
                                          "remember", "message_size", "resolver", "security",  "password",
                                          "channels", "links",        "dialect",  "wire_name", "action",
                                          "body",     "host",         NULL};
    struct scn_plan *plan = scn_script_of(L)->plan;
    lua_settop(L, 2);
    const char *name = new_name(L, "mesh");
    struct scn_options o = scn_options_open(L, 2, "mesh", options);

    scn_bound(L, plan->meshes, SCN_MOST_MESHES, "meshes");
    struct scn_plan_mesh *m = g_new0(struct scn_plan_mesh, 1);
    g_ptr_array_add(plan->meshes, m);
    m->name = g_strdup(name);
    m->line = scn_line(L);
    int index = (int)plan->meshes->len - 1;
    read_mesh(L, m, &o);
    int selection = select_all(L, SCN_SELECT_MESH, index, m->name);
    scn_push_box(L, SCN_BOX_MESH, index, selection);
    return 1;
}

/* --- peers ---------------------------------------------------------------------------------------------- */

enum { MOST_LIST = 64 };

/* Objects of one tag: one, or a list of them → indices in new memory of Lua, left on the stack; count. */
static unsigned read_list(lua_State *L, int at, enum scn_tag tag, const char *what, int out[MOST_LIST])
{
    const struct scn_box *box = scn_to_tag(L, at, tag);

    if (box != NULL) {
        out[0] = box->index;
        return 1;
    }
    if (lua_type(L, at) != LUA_TTABLE)
        luaL_error(L, "peers: %s, or a list of them, not %s.", what, scn_what(L, at));
    unsigned count = (unsigned)MIN(lua_rawlen(L, at), MOST_LIST + 1);
    if (count == 0 || count > MOST_LIST)
        luaL_error(L, "peers: %s, or a list of 1 to %d of them.", what, MOST_LIST);
    for (unsigned i = 0; i < count; i++) {
        lua_rawgeti(L, at, (lua_Integer)i + 1);
        box = scn_to_tag(L, -1, tag);
        if (box == NULL)
            luaL_error(L, "peers: %s; entry %d of the list is %s.", what, (int)i + 1, scn_what(L, -1));
        out[i] = box->index;
        lua_pop(L, 1);
    }
    return count;
}

/* { n, of = list, by = …, as = … } */
bool scn_is_draw(lua_State *L, int at)
{
    if (lua_type(L, at) != LUA_TTABLE)
        return false;
    lua_pushliteral(L, "of");
    bool draw = lua_rawget(L, at) != LUA_TNIL;
    lua_pop(L, 1);
    return draw;
}

/* Reads everything but the list, which is pushed. */
void scn_read_draw(lua_State *L, int at, const char *what, struct scn_draw *draw)
{
    static const char *const fields[] = {"of", "by", "as", NULL};
    GError *error = NULL;

    lua_newtable(L); /* its names, without the count at [1] */
    lua_pushnil(L);
    while (lua_next(L, at) != 0) {
        if (lua_type(L, -2) == LUA_TSTRING) {
            lua_pushvalue(L, -2);
            lua_insert(L, -2);
            lua_rawset(L, -4);
        } else {
            lua_pop(L, 1);
        }
    }
    struct scn_options o = scn_options_open(L, lua_gettop(L), what, fields);
    draw->given = true;
    draw->n = 1;
    if (lua_rawgeti(L, at, 1) != LUA_TNIL) {
        int64_t n = scn_check_quantity(L, lua_gettop(L), what, "the number of entries", SCN_COUNT).value;
        if (n < 1 || n > SCN_MOST_DRAWN)
            luaL_error(L, "%s: a draw takes 1 to %d entries.", what, SCN_MOST_DRAWN);
        draw->n = (uint32_t)n;
    }
    lua_pop(L, 1);
    g_autofree char *by = scn_option_text(&o, "by");
    if (by == NULL || strcmp(by, "even") == 0) {
        draw->by = SCN_DRAW_EVEN;
    } else if (strcmp(by, "turns") == 0) {
        draw->by = SCN_DRAW_TURNS;
    } else {
        char *full = g_str_has_prefix(by, "zipf ") ? g_strdup_printf("%s of 2", by) : g_strdup(by);
        struct scn_dist *zipf = scn_dist_parse(full, NULL, &error);
        g_free(full);
        bool is = zipf != NULL && zipf->kind == SCN_DIST_ZIPF;
        draw->by = SCN_DRAW_ZIPF;
        draw->exponent_ppm = is ? zipf->shape_ppm : 0;
        scn_dist_free(zipf);
        g_clear_error(&error);
        if (!is)
            luaL_error(L, "%s: by = \"zipf 1.0\", \"turns\" or \"even\".", what);
    }
    draw->as = scn_option_text(&o, "as");
    if (draw->as == NULL)
        draw->as = g_strdup(what);
    lua_pop(L, 1);
    lua_pushliteral(L, "of");
    lua_rawget(L, at);
}

static void check_room(lua_State *L, const struct scn_draw *draw, unsigned count, const char *what)
{
    if (draw->given && draw->n > count)
        luaL_error(L, "%s: %d different entries of a list of %d cannot be.", what, (int)draw->n, (int)count);
}

static void read_meshes(lua_State *L, struct scn_plan_group *g, const struct scn_options *o)
{
    int list[MOST_LIST];

    if (!scn_option(o, "mesh"))
        luaL_error(L, "peers: in which mesh? Add mesh = ….");
    int at = lua_gettop(L);
    if (scn_is_draw(L, at)) {
        scn_read_draw(L, at, "mesh", &g->mesh_draw);
        at = lua_gettop(L);
    }
    unsigned count = read_list(L, at, SCN_BOX_MESH, "mesh is a mesh", list);
    check_room(L, &g->mesh_draw, count, "mesh");
    g->meshes = g_memdup2(list, count * sizeof(int));
    g->mesh_count = count;
}

static void read_roles(lua_State *L, struct scn_plan_group *g, const struct scn_options *o)
{
    const struct scn_plan *plan = scn_script_of(L)->plan;
    int list[MOST_LIST];

    if (!scn_option(o, "plays"))
        return;
    if (lua_type(L, -1) == LUA_TSTRING)
        luaL_error(L, "peers: plays = \"%s\" is a text; write plays = role(\"%s\").", lua_tostring(L, -1),
                   lua_tostring(L, -1));
    unsigned count = read_list(L, lua_gettop(L), SCN_BOX_ROLE, "plays is a role", list);
    for (unsigned i = 0; i < count; i++) {
        const struct scn_plan_role *r = scn_plan_roles(plan, list[i]);
        if (r->kind == SCN_ROLE_NOT_BUILT)
            scn_lack(L, "role '%s'", r->name);
    }
    g->roles = g_memdup2(list, count * sizeof(int));
    g->role_count = count;
}

/* "file presence.tsv" at the top of the stack. */
static void read_presence(lua_State *L, struct scn_plan_group *g)
{
    enum { MOST_OCTETS = 256 << 20 };
    GError *error = NULL;
    gsize length;

    g->churn_text = g_strdup(scn_check_text(L, -1, "peers", "churn", SCN_MOST_NAME));
    const char *name = g->churn_text + strlen("file ");
    char *text = scn_read_data(L, "peers", "churn", name, MOST_OCTETS, &length, &g->churn_digest);
    g->churn_trace = scn_trace_read(text, length, name, &error);
    g_free(text);
    if (g->churn_trace == NULL)
        scn_throw(L, "peers: churn = ", error);
    g->churn = SCN_CHURN_TRACE;
}

static void read_churn(lua_State *L, struct scn_plan_group *g, const struct scn_options *o)
{
    static const char *const names[] = {"none",  "memoryless", "file-sharing", "two-class", "office-hours",
                                        "flash", NULL};
    static const char *const fields[] = {"on", "off", "how", NULL};

    if (!scn_option(o, "churn")) {
        g->churn_text = g_strdup("none");
        return;
    }
    if (lua_type(L, -1) == LUA_TTABLE) {
        struct scn_options c = scn_options_open(L, lua_gettop(L), "churn", fields);
        static const char *const how[] = {"clean", "reset", "silent", NULL};
        const struct scn_dist *on = scn_option_dist(&c, "on", SCN_TIME),
                              *off = scn_option_dist(&c, "off", SCN_TIME);
        if (on == NULL || off == NULL)
            luaL_error(L, "churn: write churn = { on = \"exp 30min\", off = \"1min\", how = \"silent\" }.");
        int leaving = scn_option_choice(&c, "how", how, 0);
        g->churn = SCN_CHURN_OWN;
        g->churn_on = on;
        g->churn_off = off;
        g->churn_how = (enum scn_leaves)leaving;
        g->churn_text = g_strdup_printf("{on=%s, off=%s, how=%s}", on->text, off->text, how[leaving]);
    } else if (lua_type(L, -1) == LUA_TSTRING && g_str_has_prefix(lua_tostring(L, -1), "file ")) {
        read_presence(L, g);
    } else {
        int churn = scn_option_choice(o, "churn", names, 0);
        g->churn = (enum scn_churn)churn;
        g->churn_text = g_strdup(names[churn]);
    }
}

static void read_own_network(lua_State *L, struct scn_plan_group *g, const struct scn_options *o)
{
    g->network = -1;
    if (!scn_option(o, "network"))
        return;
    int at = lua_gettop(L);
    if (scn_is_draw(L, at)) {
        int networks[MOST_LIST];
        scn_read_draw(L, at, "network", &g->network_draw);
        int list = lua_gettop(L);
        unsigned count = lua_type(L, list) == LUA_TTABLE ? (unsigned)MIN(lua_rawlen(L, list), MOST_LIST) : 0;
        if (count == 0 || g->network_draw.n != 1)
            luaL_error(L, "network: one of a list of networks: { 1, of = { \"lan\", \"world-homes\" } }.");
        for (unsigned i = 0; i < count; i++) {
            struct scn_plan_network *n = scn_new_network(L);
            networks[i] = (int)scn_script_of(L)->plan->networks->len - 1;
            lua_rawgeti(L, list, (lua_Integer)i + 1);
            scn_read_profile(L, lua_gettop(L), "peers", n);
            lua_pop(L, 1);
        }
        g->networks = g_memdup2(networks, count * sizeof(int));
        g->network_count = count;
        return;
    }
    struct scn_plan_network *n = scn_new_network(L);
    g->network = (int)scn_script_of(L)->plan->networks->len - 1;
    scn_read_profile(L, at, "peers", n);
}

static void read_group(lua_State *L, struct scn_plan_group *g, const struct scn_options *o)
{
    static const char *const not_built[] = {"password", "security", NULL};

    read_meshes(L, g, o);
    read_roles(L, g, o);
    read_churn(L, g, o);
    read_own_network(L, g, o);
    g->join = scn_option_moment(o, "join");
    if (g->join < 0)
        g->join = scn_moment_new(L, SCN_AT_START, -1);
    g->zone = scn_option_dist(o, "zone", SCN_TIME);
    g->up = scn_option_dist(o, "up", SCN_BANDWIDTH);
    g->down = scn_option_dist(o, "down", SCN_BANDWIDTH);
    g->region = scn_option_region(o);
    g->identity = scn_option_text(o, "identity");
    g->nat = scn_option_share(o, "nat");
    for (unsigned i = 0; not_built[i] != NULL; i++)
        if (scn_option(o, not_built[i]))
            scn_lack(L, "%s in peers", not_built[i]);
}

int scn_word_peers(lua_State *L)
{
    static const char *const options[] = {"mesh", "plays",  "join", "churn",    "zone",     "network",  "up",
                                          "down", "region", "nat",  "password", "identity", "security", NULL};
    struct scn_plan *plan = scn_script_of(L)->plan;
    lua_settop(L, 3);
    const char *name = new_name(L, "peers");

    if (lua_type(L, 2) == LUA_TTABLE || lua_isnoneornil(L, 2))
        return luaL_error(L, "peers: how many? Write peers(\"%s\", 10, { … }).", name);
    int64_t count = scn_check_quantity(L, 2, "peers", "count", SCN_COUNT).value;
    if (count < 0)
        return luaL_error(L, "peers: %I peers cannot be.", (LUAI_UACINT)count);
    if (count > SCN_MOST_PEERS - (int64_t)plan->peers)
        return luaL_error(L, "peers: more than %d peers in all.", SCN_MOST_PEERS);
    struct scn_options o = scn_options_open(L, 3, "peers", options);
    scn_bound(L, plan->groups, SCN_MOST_GROUPS, "groups");
    struct scn_plan_group *g = g_new0(struct scn_plan_group, 1);
    g_ptr_array_add(plan->groups, g);
    g->name = g_strdup(name);
    g->line = scn_line(L);
    g->count = (uint32_t)count;
    g->first = plan->peers;
    plan->peers += g->count;
    int index = (int)plan->groups->len - 1;
    read_group(L, g, &o);
    int selection = select_all(L, SCN_SELECT_GROUP, index, g->name);
    scn_push_box(L, SCN_BOX_GROUP, index, selection);
    return 1;
}

/* --- unit ----------------------------------------------------------------------------------------------- */

int scn_word_unit(lua_State *L)
{
    struct scn_quantity q;

    if (scn_to_tag(L, 1, SCN_BOX_QUANTITY) != NULL) {
        lua_settop(L, 1);
        return 1;
    }
    if (lua_type(L, 1) == LUA_TNUMBER) {
        lua_pushvalue(L, 1);
        return luaL_error(L, "unit: %s has no unit; write unit \"%sms\".", lua_tostring(L, -1),
                          lua_tostring(L, -1));
    }
    const char *text = scn_check_text(L, 1, "unit", "the quantity", SCN_MOST_NAME);
    switch (scn_quantity_parse(text, &q)) {
    case SCN_PARSE_OK:
        scn_push_quantity(L, q);
        return 1;
    case SCN_PARSE_NO_UNIT:
        return luaL_error(L, "unit: \"%s\" has no unit; write unit \"%sms\".", text, text);
    case SCN_PARSE_RANGE:
        return luaL_error(L, "unit: \"%s\" is too large, or finer than the smallest unit.", text);
    default:
        return luaL_error(L, "unit: \"%s\" is no quantity; write \"200ms\", \"400B\", \"20/s\", \"20%%\" …",
                          text);
    }
}

void scn_open_world(lua_State *L)
{
    static const luaL_Reg words[] = {{"network", scn_word_network},
                                     {"mesh", scn_word_mesh},
                                     {"peers", scn_word_peers},
                                     {"unit", scn_word_unit},
                                     {NULL, NULL}};

    luaL_setfuncs(L, words, 0);
}
