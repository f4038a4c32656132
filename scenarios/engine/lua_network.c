/* network: profiles, changes of them, files that describe one, and the data that they name. scenario-api, 4. */
#include "scenarios/engine/file.h"
#include "scenarios/engine/lua_private.h"
#include "scenarios/engine/suggest.h"
#include "sim/profile.h"

#include <string.h>

enum { MOST_TRACE = 64 << 20, MOST_MATRIX = 256 << 20 }; /* octets */

static const char *const changes[] = {"delay", "up", "down", "loss", "jitter", "nat", "teredo", "ipv6", "link_rate", "tcp",
                                      "loss_burst", "loss_trace", "loss_chain", "matrix", "matrix_unit", "stations", NULL};

struct scn_plan_network *scn_new_network(lua_State *L)
{
    struct scn_plan *plan = scn_script_of(L)->plan;

    scn_bound(L, plan->networks, SCN_MOST_GROUPS, "networks");
    struct scn_plan_network *n = g_new0(struct scn_plan_network, 1);
    n->loss = n->nat = n->teredo = n->ipv6 = n->loss_burst = n->stations = -1;
    n->line = scn_line(L);
    g_ptr_array_add(plan->networks, n);
    return n;
}

/* A share of a whole, ppm; -1: not given. */
int64_t scn_option_share(const struct scn_options *o, const char *name)
{
    struct scn_quantity q;

    if (!scn_option_quantity(o, name, SCN_SHARE, &q))
        return -1;
    if (q.value < 0 || q.value > SCN_WHOLE)
        luaL_error(o->L, "%s: %s must be from 0%% to 100%%.", o->verb, name);
    return q.value;
}

/* --- data files ------------------------------------------------------------------------------------------ */

char *scn_read_data(lua_State *L, const char *verb, const char *option, const char *name, gsize most, gsize *length, char **digest)
{
    const struct scn_script *s = scn_script_of(L);
    char *path = g_path_is_absolute(name) ? g_strdup(name) : g_build_filename(scn_data_directory(s), name, NULL);
    GError *error = NULL;
    char *text = scn_file_read(path, name, most, length, &error);

    g_free(path);
    if (text == NULL)
        scn_throw(L, lua_pushfstring(L, "%s: %s = ", verb, option), error);
    g_free(*digest);
    *digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, *length);
    return text;
}

static void read_loss_trace(const struct scn_options *o, struct scn_plan_network *n)
{
    char *name = scn_option_text(o, "loss_trace");
    GError *error = NULL;
    gsize length;

    if (name == NULL)
        return;
    g_free(n->loss_trace);
    n->loss_trace = name; /* the plan's, before anything raises */
    char *text = scn_read_data(o->L, o->verb, "loss_trace", name, MOST_TRACE, &length, &n->loss_trace_digest);
    sim_loss_trace_free(n->losses);
    n->losses = sim_loss_trace_new(text, name, &error);
    g_free(text);
    if (n->losses == NULL)
        scn_throw(o->L, lua_pushfstring(o->L, "%s: loss_trace = ", o->verb), error);
    scn_charge_memory(o->L, length);
}

static void read_matrix(const struct scn_options *o, struct scn_plan_network *n)
{
    struct scn_quantity unit = {SCN_TIME, 0};
    char *name = scn_option_text(o, "matrix");
    GError *error = NULL;
    gsize length;

    if (scn_option_quantity(o, "matrix_unit", SCN_TIME, &unit) && (unit.value <= 0 || unit.value > 1000000000))
        luaL_error(o->L, "%s: matrix_unit is the time that a 1 in the file stands for, such as \"1us\".", o->verb);
    if (name == NULL)
        return;
    g_free(n->matrix);
    n->matrix = name;
    n->matrix_unit = unit.value;
    char *text = scn_read_data(o->L, o->verb, "matrix", name, MOST_MATRIX, &length, &n->matrix_digest);
    sim_matrix_free(n->sites);
    n->sites = sim_matrix_read(text, length, name, unit.value, &error);
    g_free(text);
    if (n->sites == NULL)
        scn_throw(o->L, lua_pushfstring(o->L, "%s: matrix = ", o->verb), error);
}

/* --- changes --------------------------------------------------------------------------------------------- */

static void read_shares(const struct scn_options *o, const char *name, uint32_t *ppm, int count)
{
    lua_State *L = o->L;

    if (!scn_option(o, name) || lua_type(L, -1) != LUA_TTABLE || (int)lua_rawlen(L, -1) != count)
        luaL_error(L, "%s: %s is a list of %d shares, { \"0.1%%\", … }.", o->verb, name, count);
    for (int i = 0; i < count; i++) {
        lua_rawgeti(L, -1, i + 1);
        int64_t share = scn_check_quantity(L, -1, o->verb, name, SCN_SHARE).value;
        if (share < 0 || share > SCN_WHOLE)
            luaL_error(L, "%s: %s: entry %d must be from 0%% to 100%%.", o->verb, name, i + 1);
        ppm[i] = (uint32_t)share;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static void read_loss_chain(const struct scn_options *o, struct scn_plan_network *n)
{
    static const char *const fields[] = {"loss", "worse", "better", NULL};
    lua_State *L = o->L;

    if (!scn_option(o, "loss_chain"))
        return;
    if (lua_type(L, -1) != LUA_TTABLE)
        luaL_error(L, "%s: loss_chain is { loss = { … 4 }, worse = { … 3 }, better = { … 3 } }, not %s.", o->verb, scn_what(L, -1));
    struct scn_options chain = scn_options_open(L, lua_gettop(L), "loss_chain", fields);
    read_shares(&chain, "loss", n->chain.loss_ppm, SIM_LOSS_STATES);
    read_shares(&chain, "worse", n->chain.worse_ppm, SIM_LOSS_STATES - 1);
    read_shares(&chain, "better", n->chain.better_ppm, SIM_LOSS_STATES - 1);
    const char *problem = sim_loss_chain_problem(&n->chain);
    if (problem != NULL)
        luaL_error(L, "%s: loss_chain: %s.", o->verb, problem);
    n->has_chain = true;
    lua_pop(L, 1);
}

static void take_dist(const struct scn_options *o, const char *name, enum scn_kind kind, const struct scn_dist **dist)
{
    const struct scn_dist *given = scn_option_dist(o, name, kind);

    *dist = given != NULL ? given : *dist;
}

static void take_share(const struct scn_options *o, const char *name, int64_t *share)
{
    int64_t given = scn_option_share(o, name);

    *share = given >= 0 ? given : *share;
}

/* What is not given stays. */
static void read_changes(const struct scn_options *o, struct scn_plan_network *n)
{
    static const char *const models[] = {"stream", "full", NULL};

    take_dist(o, "delay", SCN_TIME, &n->delay);
    take_dist(o, "up", SCN_BANDWIDTH, &n->up);
    take_dist(o, "down", SCN_BANDWIDTH, &n->down);
    take_dist(o, "jitter", SCN_TIME, &n->jitter);
    take_dist(o, "link_rate", SCN_BANDWIDTH, &n->link_rate);
    take_share(o, "loss", &n->loss);
    take_share(o, "nat", &n->nat);
    take_share(o, "teredo", &n->teredo);
    take_share(o, "ipv6", &n->ipv6);
    n->tcp = (enum scn_tcp)(scn_option_choice(o, "tcp", models, (int)n->tcp - 1) + 1);
    n->loss_burst = scn_option_count(o, "loss_burst", 1, 10000, n->loss_burst);
    n->stations = scn_option_count(o, "stations", 1, 1000000, n->stations);
    read_loss_trace(o, n);
    read_loss_chain(o, n);
    read_matrix(o, n);
}

/* What does not go together. */
static void check_changes(lua_State *L, const char *verb, const struct scn_plan_network *n, enum sim_profile_id id)
{
    struct sim_profile *profile = sim_profile_new(id, 0, NULL, NULL);
    bool full = n->tcp == SCN_TCP_FULL || (n->tcp == SCN_TCP_OF_PROFILE && sim_profile_tcp_full(profile));
    uint32_t most;
    bool air = sim_profile_air(profile, &most);

    sim_profile_free(profile);
    if (!full && (n->loss_burst > 1 || n->losses != NULL || n->has_chain))
        luaL_error(L, "%s: %s is of the full connection model; add tcp = \"full\".", verb,
                   n->losses != NULL ? "loss_trace" : n->has_chain ? "loss_chain" : "loss_burst");
    if (n->sites != NULL && id != SIM_PROFILE_KING && id != SIM_PROFILE_CITIES)
        luaL_error(L, "%s: matrix is of the profiles king and cities, not of %s.", verb, n->profile);
    if (n->stations > 0 && !air)
        luaL_error(L, "%s: stations is of the profile wlan, not of %s.", verb, n->profile);
}

/* --- profiles -------------------------------------------------------------------------------------------- */

static void refuse_profile(lua_State *L, const char *verb, const char *name)
{
    const char *near = scn_suggest(name, sim_profile_names());
    char *all = g_strjoinv(" ", (char **)sim_profile_names());

    lua_pushstring(L, all);
    g_free(all);
    if (near != NULL)
        luaL_error(L, "%s: no profile '%s'; did you mean '%s'? (profiles: %s; or a file %s.lua beside the script or in the library's networks)",
                   verb, name, near, lua_tostring(L, -1), name);
    luaL_error(L, "%s: no profile '%s' (profiles: %s; or a file %s.lua beside the script or in the library's networks)", verb, name,
               lua_tostring(L, -1), name);
}

/* Runs a file that returns { profile = "world-homes", up = …, … }: the changes go into the network. */
static enum sim_profile_id read_profile_file(lua_State *L, const char *verb, const char *name, struct scn_plan_network *n)
{
    static const char *const title[] = {"profile", "title", NULL};
    const char *names[G_N_ELEMENTS(changes) + 2];
    enum sim_profile_id id = SIM_PROFILE_COUNT;
    int top = lua_gettop(L);

    if (!scn_load_network(L, name))
        refuse_profile(L, verb, name);
    lua_call(L, 0, 1);
    if (lua_type(L, -1) != LUA_TTABLE)
        luaL_error(L, "%s: %s.lua returns %s; a table is needed: return { profile = \"world-homes\", nat = \"64%%\" }.", verb, name,
                   scn_what(L, -1));
    unsigned count = 0;
    for (unsigned i = 0; title[i] != NULL; i++)
        names[count++] = title[i];
    for (unsigned i = 0; changes[i] != NULL; i++)
        names[count++] = changes[i];
    names[count] = NULL;
    int table = lua_gettop(L);
    struct scn_options o = scn_options_open(L, table, lua_pushfstring(L, "%s.lua", name), names);
    if (!scn_option(&o, "profile") || lua_type(L, -1) != LUA_TSTRING ||
        !sim_profile_find(lua_tostring(L, -1), &id))
        luaL_error(L, "%s: %s.lua: profile is a profile that changes begin with, such as profile = \"world-homes\".", verb, name);
    g_free(n->profile);
    n->profile = g_strdup(lua_tostring(L, -1));
    lua_pop(L, 1);
    read_changes(&o, n);
    g_clear_pointer(&scn_script_of(L)->network_directory, g_free);
    lua_settop(L, top);
    return id;
}

static enum sim_profile_id begin_profile(lua_State *L, int at, const char *verb, struct scn_plan_network *n)
{
    const char *name = scn_check_text(L, at, verb, "the profile", SCN_MOST_NAME);
    enum sim_profile_id id = SIM_PROFILE_COUNT;

    if (sim_profile_find(name, &id)) {
        n->profile = g_strdup(name);
        return id;
    }
    n->file = g_strndup(name, strlen(name) - (g_str_has_suffix(name, ".lua") ? 4 : 0));
    return read_profile_file(L, verb, n->file, n);
}

void scn_read_profile(lua_State *L, int at, const char *verb, struct scn_plan_network *n)
{
    enum sim_profile_id id = begin_profile(L, at, verb, n);

    check_changes(L, verb, n, id);
}

int scn_word_network(lua_State *L)
{
    struct scn_plan *plan = scn_script_of(L)->plan;

    lua_settop(L, 2);
    if (plan->network >= 0)
        return luaL_error(L, "network: once; a group may have its own: peers(…, { network = \"lan\" }).");
    struct scn_options o = scn_options_open(L, 2, "network", changes);
    struct scn_plan_network *n = scn_new_network(L);
    plan->network = (int)plan->networks->len - 1;
    enum sim_profile_id id = begin_profile(L, 1, "network", n);
    read_changes(&o, n);
    check_changes(L, "network", n, id);
    if (n->link_rate != NULL)
        scn_lack(L, "link_rate in network");
    return 0;
}
