#include "scenarios/engine/script.h"

#include "scenarios/engine/file.h"
#include "scenarios/engine/lua_table.h"

#include <locale.h>
#include <string.h>

/* --- sources -------------------------------------------------------------------------------------------- */

static struct scn_plan_file *note_file(struct scn_plan *plan, const char *path, const char *name,
                                       const char *text, gsize length)
{
    for (guint i = 0; i < plan->files->len; i++) {
        struct scn_plan_file *known = scn_plan_files(plan, (int)i);
        if (strcmp(known->path, path) == 0)
            return known; /* required by script and role */
    }
    struct scn_plan_file *f = g_new(struct scn_plan_file, 1);

    f->path = g_strdup(path);
    f->name = g_strdup(name);
    f->digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, length);
    g_ptr_array_add(plan->files, f);
    return f;
}

/* A module: beside the script (but not the script itself), or in the library. A network: beside the script, or in the library's folder of them. */
static char *module_path(const struct scn_script *s, const char *name, bool network)
{
    g_autofree char *file = g_strconcat(name, ".lua", NULL);
    const char *const places[][2] = {
        {s->directory, NULL}, {s->options->library, network ? "networks" : "lib"}, {s->options->library, NULL}};

    for (gsize i = 0; i < G_N_ELEMENTS(places) - network; i++) {
        if (places[i][0] == NULL)
            continue;
        char *path = places[i][1] != NULL ? g_build_filename(places[i][0], places[i][1], file, NULL)
                                          : g_build_filename(places[i][0], file, NULL);
        bool itself = i == 0 && !network && strcmp(file, s->plan->file) == 0;
        if (!itself && g_file_test(path, G_FILE_TEST_EXISTS))
            return path;
        g_free(path);
    }
    return NULL;
}

/* The name of a module is a plain word, so that it cannot lead out of the two folders. */
static bool is_module_name(const char *name)
{
    for (const char *c = name; *c != '\0'; c++)
        if (!g_ascii_isalnum(*c) && *c != '_' && *c != '-')
            return false;
    return *name != '\0';
}

static void refuse_power(lua_State *L, const char *text, size_t length, const char *name)
{
    struct scn_scan *scan = scn_scan_new(text, length);
    int line = scn_scan_power(scan);

    scn_scan_free(scan);
    if (line == 0)
        return;
    lua_pushfstring(L, "%s:%d: '^' is not exact on all processors; write x * x, or ask theory for it.", name,
                    line);
    lua_error(L);
}

/* Compiles the text with the sandbox as its globals; pushes the chunk. `globals` is the sealed table's key in
 * the registry. */
static char globals_key;

static void load_text(lua_State *L, const char *text, size_t length, const char *name)
{
    refuse_power(L, text, length, name);
    if (luaL_loadbufferx(L, text, length, lua_pushfstring(L, "@%s", name), "t") != LUA_OK)
        lua_error(L);
    lua_remove(L, -2);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &globals_key);
    g_assert(lua_setupvalue(L, -2, 1) != NULL); /* _ENV */
}

struct scn_plan_file *scn_load_module(lua_State *L, const char *name, const char *what)
{
    struct scn_script *s = scn_script_of(L);
    GError *error = NULL;
    gsize length;

    if (!is_module_name(name))
        luaL_error(L, "%s: '%s' is no name of a module: letters, digits, _ and - only.", what, name);
    char *path = module_path(s, name, strcmp(what, "network") == 0);
    if (path == NULL)
        luaL_error(L,
                   strcmp(what, "role") == 0
                       ? "%s: there is no role '%s': no native one (publisher subscriber replay intruder), "
                         "and no file %s.lua "
                         "beside the script or in the library."
                       : "%s: there is no module '%s': no file %s.lua beside the script or in the library.",
                   what, name, name);
    char *text = scn_file_read(path, lua_pushfstring(L, "%s.lua", name), SCN_SCRIPT_OCTETS, &length, &error);
    if (text == NULL) {
        g_free(path);
        scn_throw(L, lua_pushfstring(L, "%s: ", what), error);
    }
    struct scn_plan_file *file = note_file(s->plan, path, lua_tostring(L, -1), text, length);
    g_free(path);
    lua_pop(L, 1);
    lua_pushlstring(L, text, length);
    g_free(text);
    load_text(L, lua_tostring(L, -1), length, file->name);
    return file;
}

bool scn_load_network(lua_State *L, const char *name)
{
    if (!is_module_name(name))
        return false;
    struct scn_script *s = scn_script_of(L);
    char *path = module_path(s, name, true);
    if (path == NULL)
        return false;
    g_free(s->network_directory);
    s->network_directory = g_path_get_dirname(path);
    g_free(path);
    scn_load_module(L, name, "network");
    return true;
}

/* What roles may measure: "measured, never happened" and "no such name" look the same else. */
static void note_names(struct scn_plan *plan, const struct scn_scan *scan)
{
    static const char *const calls[] = {"sample", "state", "have"};

    for (gsize i = 0; i < G_N_ELEMENTS(calls); i++) {
        char **names = scn_scan_calls(scan, calls[i]);
        for (char **name = names; *name != NULL; name++)
            if (!g_ptr_array_find_with_equal_func(plan->said, *name, g_str_equal, NULL))
                g_ptr_array_add(plan->said, g_strdup(*name));
        g_strfreev(names);
    }
}

/* A role may require at any time of the run: what it may require is read now, and belongs to the plan. */
void scn_read_modules(lua_State *L, const char *text, size_t length)
{
    struct scn_script *s = scn_script_of(L);
    struct scn_scan *scan = scn_scan_new(text, length);
    char **names = scn_scan_calls(scan, "require");
    int environment = scn_scan_name(scan, "_ENV");

    note_names(s->plan, scan);
    scn_scan_free(scan);
    if (environment != 0) { /* it would be one value for all peers that play a role */
        g_strfreev(names);
        luaL_error(L, "role: its source names _ENV (line %d): globals are the same for everybody; write local "
                      "variables.", environment);
    }
    for (char **name = names; *name != NULL; name++) /* names in Lua's hands, before anything may raise */
        lua_pushstring(L, *name);
    int count = (int)g_strv_length(names), first = lua_gettop(L) - count + 1;
    g_strfreev(names);
    for (int i = 0; i < count; i++) {
        const char *name = lua_tostring(L, first + i);
        bool known = false;
        for (guint m = 0; m < s->plan->modules->len && !known; m++)
            known = strcmp(((struct scn_plan_module *)g_ptr_array_index(s->plan->modules, m))->name, name) == 0;
        if (known)
            continue;
        luaL_checkstack(L, 8, "require");
        scn_bound(L, s->plan->modules, SCN_MOST_MODULES, "modules");
        scn_load_module(L, name, "require");
        size_t octets;
        const char *source = lua_tolstring(L, -2, &octets);
        struct scn_plan_module *m = g_new(struct scn_plan_module, 1);
        *m = (struct scn_plan_module){g_strdup(name), g_strdup(source)};
        g_ptr_array_add(s->plan->modules, m);
        scn_charge_memory(L, octets);
        scn_read_modules(L, source, octets);
        lua_pop(L, 2);
    }
    lua_settop(L, first - 1);
}

/* --- the run -------------------------------------------------------------------------------------------- */

static void open_words(lua_State *L)
{
    scn_open_objects(L);
    lua_newtable(L);
    scn_open_base(L);
    scn_open_header(L);
    scn_open_world(L);
    scn_open_recorded(L);
    scn_open_role(L);
    scn_open_moment(L);
    scn_open_operation(L);
    scn_open_value(L);
    scn_open_judge(L);
    scn_seal(L, "");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &globals_key);
}

/* What must be there when the script has ended. */
static void check_complete(lua_State *L, const struct scn_script *s)
{
    const struct scn_plan *plan = s->plan;

    if (!s->has_header)
        lua_pushfstring(L, "%s: no scenario{…}: a script begins with local p = scenario { title = \"…\" }.",
                        plan->file);
    else if (plan->network < 0)
        lua_pushfstring(L, "%s: no network: add network \"world-homes\" (or null, lan, …).", plan->file);
    else if (plan->peers == 0)
        lua_pushfstring(L, "%s: there are no peers: add peers(\"peer\", 10, { mesh = mesh \"m\" }).",
                        plan->file);
    else if (plan->finish < 0)
        lua_pushfstring(L, "%s: no finish(): the run would never end. Add finish(settled + \"10min\").",
                        plan->file);
    else
        return;
    lua_error(L);
}

/* Everything that may raise, in protected mode. */
static int run_script(lua_State *L)
{
    struct scn_script *s = scn_script_of(L);

    open_words(L);
    scn_limits_begin(s);
    load_text(L, s->source, strlen(s->source), s->plan->file);
    lua_call(L, 0, 0);
    check_complete(L, s);
    return 0;
}

/* The error at the top of the stack as a sentence that begins with the file. */
static void report(struct scn_script *s, int status, GError **error)
{
    lua_State *L = s->L;
    const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
    g_autofree char *said = NULL;

    if (status == LUA_ERRMEM || s->memory_out)
        said = g_strdup_printf("%s: the script needs more than %d MiB.", s->plan->file,
                               (int)(s->most_memory >> 20));
    else if (text == NULL)
        said = g_strdup_printf("%s: the script raised an error that is no text.", s->plan->file);
    else
        said = g_utf8_make_valid(text, -1);
    const char *colon = strchr(said, ':');
    bool placed = colon != NULL && (g_str_has_prefix(said, s->plan->file) ||
                                    (colon - said > 4 && strncmp(colon - 4, ".lua", 4) == 0));
    g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "%s%s%s", placed ? "" : s->plan->file, placed ? "" : ": ",
                said);
}

static bool read_source(struct scn_script *s, const char *path, GError **error)
{
    gsize length;

    s->source = scn_file_read(path, path, SCN_SCRIPT_OCTETS, &length, error);
    if (s->source == NULL)
        return false;
    if (memchr(s->source, 0, length) != NULL || !g_utf8_validate(s->source, (gssize)length, NULL)) {
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "%s: not a text in UTF-8.", path);
        return false;
    }
    note_file(s->plan, path, s->plan->file, s->source, length);
    s->scan = scn_scan_new(s->source, length);
    return true;
}

static bool run_director(struct scn_script *s, GError **error)
{
    /* Numbers are written and read with a point, whatever the process has set. */
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0), before = uselocale(c);

    scn_limits_open(s);
    lua_pushcfunction(s->L, run_script);
    int status = lua_pcall(s->L, 0, 0, 0);
    if (status != LUA_OK)
        report(s, status, error);
    lua_close(s->L);
    uselocale(before);
    freelocale(c);
    return status == LUA_OK;
}

static void free_script(struct scn_script *s)
{
    g_free(s->directory);
    g_free(s->network_directory);
    g_free(s->source);
    scn_scan_free(s->scan);
    g_hash_table_unref(s->keys);
    g_hash_table_unref(s->names);
}

struct scn_plan *scn_script_load(const struct scn_script_options *options, GError **error)
{
    struct scn_plan *plan = scn_plan_new();
    struct scn_script s = {
        .options = options,
                           .plan = plan,
                           .settled = -1,
                           .most_memory = SCN_PLAN_MEMORY,
                           .most_instructions = options->most_instructions ? options->most_instructions : SCN_PLAN_INSTRUCTIONS,
                           .span = "before time 0"};

    plan->path = g_strdup(options->path);
    plan->file = g_path_get_basename(options->path);
    plan->seed = options->seed;
    plan->variant = g_strdup(options->variant);
    plan->tier = g_strdup(options->tier);
    s.directory = g_path_get_dirname(options->path);
    s.keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    s.names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    bool loaded = read_source(&s, options->path, error) && run_director(&s, error) &&
                  scn_plan_leave_out(plan, options->withouts, error);
    free_script(&s);
    if (!loaded) {
        scn_plan_free(plan);
        return NULL;
    }
    scn_plan_seal(plan);
    return plan;
}
