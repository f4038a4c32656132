/* scenario{}: title, parameters, and the order in which variant, tier, study cell and --set change them.
 * scenario-api, 4. */
#include "scenarios/engine/lua_table.h"
#include "scenarios/engine/suggest.h"

#include <string.h>

static char params_key; /* registry: name → value as the script sees it */

enum { MOST_PARAMS = 200, MOST_CHOICES = 100 };

static struct scn_param *find_param(const struct scn_plan *plan, const char *name)
{
    for (guint i = 0; i < plan->params->len; i++)
        if (strcmp(scn_plan_params(plan, (int)i)->name, name) == 0)
            return scn_plan_params(plan, (int)i);
    return NULL;
}

/* Raises: there is no such name in the array of params (or of names). `where` begins the message. */
static int no_such(lua_State *L, const char *where, const char *what, const char *name,
                   const GPtrArray *known, bool params)
{
    const char **names = lua_newuserdatauv(L, (known->len + 1) * sizeof(char *), 0);
    luaL_Buffer all;

    luaL_buffinit(L, &all);
    for (guint i = 0; i < known->len; i++) {
        names[i] =
            params ? ((struct scn_param *)g_ptr_array_index(known, i))->name : g_ptr_array_index(known, i);
        luaL_addstring(&all, i > 0 ? " " : "");
        luaL_addstring(&all, names[i]);
    }
    names[known->len] = NULL;
    luaL_pushresult(&all);
    const char *near = scn_suggest(name, names);
    if (known->len == 0)
        return luaL_error(L, "%s: no %s '%s': the script has none.", where, what, name);
    if (near != NULL)
        return luaL_error(L, "%s: no %s '%s'; did you mean '%s'?", where, what, name, near);
    return luaL_error(L, "%s: no %s '%s' (there are: %s)", where, what, name, lua_tostring(L, -1));
}

/* --- one value ------------------------------------------------------------------------------------------ */

/* The value at the top as text, left there as a Lua string. */
static const char *as_text(lua_State *L, const char *where, const char *name)
{
    const struct scn_box *box = scn_to_tag(L, -1, SCN_BOX_QUANTITY);
    int type = lua_type(L, -1);

    if (type == LUA_TBOOLEAN)
        lua_pushstring(L, lua_toboolean(L, -1) ? "true" : "false");
    else if (box != NULL)
        luaL_tolstring(L, -1, NULL);
    else if (type == LUA_TSTRING || lua_isinteger(L, -1))
        lua_pushvalue(L, -1);
    else if (type == LUA_TNUMBER)
        luaL_error(L, "%s: %s = %f: a whole number, or a text with a unit (\"1.5s\", \"20%%\").", where, name,
                   lua_tonumber(L, -1));
    else
        luaL_error(L, "%s: %s cannot be %s; a parameter is a number, true or false, or a text.", where, name,
                   scn_what(L, -1));
    lua_remove(L, -2);
    const char *text = lua_tostring(L, -1);
    if (strlen(text) > SCN_MOST_SENTENCE || !g_utf8_validate(text, -1, NULL) ||
        strpbrk(text, "\n\t\r") != NULL)
        luaL_error(L, "%s: %s is no text of one line with at most %d octets.", where, name,
                   SCN_MOST_SENTENCE);
    return text;
}

/* "a | b | c" to a list; NULL at the end. Free with g_strfreev. */
static char **split_choices(const char *text)
{
    char **parts = g_strsplit(text, "|", MOST_CHOICES);

    for (unsigned i = 0; parts[i] != NULL; i++)
        g_strstrip(parts[i]);
    return parts;
}

static bool is_choice_of(const char *fallback, const char *text)
{
    g_auto(GStrv) parts = split_choices(fallback);
    return g_strv_contains((const char *const *)parts, text);
}

/* The kind that a default fixes. */
static const char *kind_of(lua_State *L, const char *name, const char *text, int type)
{
    struct scn_quantity q;

    if (type == LUA_TBOOLEAN)
        return "boolean";
    if (strchr(text, '|') != NULL)
        return "choice";
    enum scn_parse parse = scn_quantity_parse(text, &q);
    if (parse == SCN_PARSE_NO_UNIT && type == LUA_TNUMBER)
        return "count";
    if (parse == SCN_PARSE_OK)
        return scn_kind_name(q.kind);
    if (parse == SCN_PARSE_BAD && scn_dist_is_text(text))
        return "distribution";
    luaL_error(L,
               "scenario: params: %s = \"%s\" is neither a quantity (\"200ms\") nor a distribution (\"exp "
               "8s\") nor a "
               "choice (\"none | crash\").",
               name, text);
    return NULL;
}

static const char *dist_unit(const char *text, enum scn_kind *unit)
{
    GError *error = NULL;
    struct scn_dist *dist = g_str_has_prefix(text, "file ") ? NULL : scn_dist_parse(text, NULL, &error);
    const char *wrong = NULL;

    if (dist != NULL)
        *unit = dist->unit;
    else if (error != NULL)
        wrong = g_intern_string(error->message);
    else
        *unit = SCN_KIND_COUNT; /* of a file: seen when it is read */
    scn_dist_free(dist);
    g_clear_error(&error);
    return wrong;
}

/* What is wrong with this text as a value of the parameter; NULL: nothing. Interned. */
static const char *problem(const struct scn_param *p, const char *text)
{
    struct scn_quantity q, model;
    enum scn_kind unit = SCN_KIND_COUNT, needed = SCN_KIND_COUNT;

    if (strcmp(p->kind, "boolean") == 0)
        return strcmp(text, "true") == 0 || strcmp(text, "false") == 0 ? NULL : "true or false is needed";
    if (strcmp(p->kind, "choice") == 0) {
        g_autofree char *wrong = g_strdup_printf("not one of %s", p->fallback);
        return is_choice_of(p->fallback, text) ? NULL : g_intern_string(wrong);
    }
    enum scn_parse parse = scn_quantity_parse(text, &q);
    if (strcmp(p->kind, "count") == 0)
        return parse == SCN_PARSE_NO_UNIT ? NULL : "a whole number is needed";
    if (scn_dist_is_text(p->fallback))
        dist_unit(p->fallback, &needed);
    else if (scn_quantity_parse(p->fallback, &model) == SCN_PARSE_OK)
        needed = model.kind;
    if (parse == SCN_PARSE_RANGE)
        return "too large, or finer than the smallest unit";
    if (parse == SCN_PARSE_BAD && scn_dist_is_text(text)) {
        const char *wrong = dist_unit(text, &unit);
        if (wrong != NULL)
            return wrong;
    } else if (parse == SCN_PARSE_OK) {
        unit = q.kind;
    } else {
        unit = SCN_COUNT;
    }
    if (parse == SCN_PARSE_OK || parse == SCN_PARSE_NO_UNIT || scn_dist_is_text(text)) {
        if (unit == needed || unit == SCN_KIND_COUNT || needed == SCN_KIND_COUNT)
            return NULL;
    }
    g_autofree char *wrong = g_strdup_printf("%s is needed, such as %s",
                                             scn_kind_name(needed < SCN_KIND_COUNT ? needed : SCN_TIME),
                                             scn_kind_example(needed < SCN_KIND_COUNT ? needed : SCN_TIME));
    return g_intern_string(wrong);
}

/* Takes the text at the top as the parameter's value, or raises. */
static void set_param(lua_State *L, const char *where, struct scn_param *p, const char *text, bool apply)
{
    const char *wrong = problem(p, text);

    if (wrong != NULL)
        luaL_error(L, "%s: %s=%s: %s.", where, p->name, text, wrong);
    if (apply) {
        g_free(p->value);
        p->value = g_strdup(text);
    }
}

/* Pushes the value as the script sees it. */
static void push_param(lua_State *L, const struct scn_param *p)
{
    struct scn_quantity q;

    if (strcmp(p->kind, "boolean") == 0)
        lua_pushboolean(L, strcmp(p->value, "true") == 0);
    else if (strcmp(p->kind, "choice") != 0 && scn_quantity_parse(p->value, &q) <= SCN_PARSE_NO_UNIT)
        scn_push_quantity(L, q);
    else
        lua_pushstring(L, p->value);
}

void scn_check_param(lua_State *L, const char *verb, const char *name)
{
    struct scn_plan *plan = scn_script_of(L)->plan;
    struct scn_param *p = find_param(plan, name);

    if (p == NULL)
        no_such(L, verb, "parameter", name, plan->params, true);
    else
        p->used = true;
}

int scn_params_index(lua_State *L)
{
    struct scn_plan *plan = scn_script_of(L)->plan;
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
    struct scn_param *p = find_param(plan, name);

    if (p == NULL)
        return no_such(L, "parameters", "parameter", name, plan->params, true);
    p->used = true;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &params_key);
    lua_getfield(L, -1, name);
    return 1;
}

/* --- the tables of the header --------------------------------------------------------------------------- */

static bool is_name(const char *text)
{
    if (!g_ascii_isalpha(*text) && *text != '_')
        return false;
    for (; *text != '\0'; text++)
        if (!g_ascii_isalnum(*text) && *text != '_')
            return false;
    return true;
}

static void read_params(lua_State *L, int header)
{
    struct scn_script *s = scn_script_of(L);

    if (lua_getfield(L, header, "params") == LUA_TNIL)
        return;
    if (lua_type(L, -1) != LUA_TTABLE)
        luaL_error(L, "scenario: params must be a table { name = default, … }, not %s.", scn_what(L, -1));
    int table = lua_gettop(L), n = scn_sorted_keys(L, table, "scenario: params"), keys = lua_gettop(L);
    if (n > MOST_PARAMS)
        luaL_error(L, "scenario: more than %d parameters.", MOST_PARAMS);
    for (int i = 1; i <= n; i++) {
        if (lua_rawgeti(L, keys, i) != LUA_TSTRING || !is_name(lua_tostring(L, -1)))
            luaL_error(L, "scenario: params: names are letters, digits and _: name = default.");
        const char *name = lua_tostring(L, -1);
        lua_pushvalue(L, -1);
        lua_rawget(L, table);
        int type = lua_type(L, -1);
        const char *text = as_text(L, "scenario: params", name);
        const char *kind = kind_of(L, name, text, type);
        struct scn_param *p = g_new0(struct scn_param, 1);
        g_ptr_array_add(s->plan->params, p);
        p->name = g_strdup(name);
        p->help = scn_scan_help(s->scan, name);
        p->fallback = g_strdup(text);
        p->kind = g_strdup(g_str_has_prefix(kind, "a ") ? kind + 2 : kind);
        p->value = g_strdup(text);
        if (strcmp(kind, "choice") == 0) {
            char **parts = split_choices(text);
            g_free(p->value);
            p->value = g_strdup(parts[0]);
            g_strfreev(parts);
        }
        const char *wrong = problem(p, p->value);
        if (wrong != NULL)
            luaL_error(L, "scenario: params: %s = \"%s\": %s.", name, text, wrong);
        lua_pop(L, 2);
    }
    lua_settop(L, table - 1);
}

static struct scn_axis *new_axis(struct scn_plan *plan, const char *study, const char *param)
{
    struct scn_axis *axis = g_new0(struct scn_axis, 1);

    axis->study = g_strdup(study);
    axis->param = g_strdup(param);
    axis->values = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(plan->axes, axis);
    return axis;
}

/* Looks at (and with apply takes) the values of the table on top: { param = value, … }; of tiers also seeds,
 * of studies lists. */
static void read_values(lua_State *L, const char *where, bool tier, const char *study, bool apply)
{
    struct scn_plan *plan = scn_script_of(L)->plan;

    if (lua_type(L, -1) != LUA_TTABLE)
        luaL_error(L, "%s must be a table { parameter = value, … }, not %s.", where, scn_what(L, -1));
    int table = lua_gettop(L), n = scn_sorted_keys(L, table, where), keys = lua_gettop(L);
    for (int i = 1; i <= n; i++) {
        lua_rawgeti(L, keys, i);
        const char *name = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "[…]";
        lua_pushvalue(L, -1);
        lua_rawget(L, table);
        if (tier && strcmp(name, "seeds") == 0) {
            int64_t seeds = scn_check_quantity(L, -1, where, "seeds", SCN_COUNT).value;
            if (seeds < 1)
                luaL_error(L, "%s: seeds must be at least 1.", where);
            plan->seeds = apply ? seeds : plan->seeds;
            lua_pop(L, 2);
            continue;
        }
        struct scn_param *p = find_param(plan, name);
        if (p == NULL)
            no_such(L, where, "parameter", name, plan->params, true);
        struct scn_axis *axis = study != NULL ? new_axis(plan, study, name) : NULL;
        if (study != NULL && lua_type(L, -1) == LUA_TTABLE) {
            int list = lua_gettop(L), count = (int)lua_rawlen(L, list);
            if (count == 0)
                luaL_error(L, "%s: %s: the list of values is empty.", where, name);
            for (int k = 1; k <= count; k++) {
                lua_rawgeti(L, list, k);
                const char *text = as_text(L, where, name);
                set_param(L, where, p, text, false);
                g_ptr_array_add(axis->values, g_strdup(text));
                lua_pop(L, 1);
            }
        } else {
            const char *text = as_text(L, where, name);
            set_param(L, where, p, text, apply);
            if (axis != NULL)
                g_ptr_array_add(axis->values, g_strdup(text));
        }
        lua_pop(L, 2);
    }
    lua_settop(L, table);
}

/* A field of the header that holds named tables of values; `chosen` is applied. All are looked at, so that a
 * typo shows in every run. */
static void read_sets(lua_State *L, int header, const char *field, GPtrArray *names, const char *chosen)
{
    bool tier = strcmp(field, "tiers") == 0, study = strcmp(field, "studies") == 0;
    const char *one = tier ? "tier" : study ? "study" : "variant";

    if (lua_getfield(L, header, field) != LUA_TNIL) {
        if (lua_type(L, -1) != LUA_TTABLE)
            luaL_error(L, "scenario: %s must be a table { name = { … }, … }, not %s.", field,
                       scn_what(L, -1));
        int table = lua_gettop(L), n = scn_sorted_keys(L, table, field), keys = lua_gettop(L);
        for (int i = 1; i <= n; i++) {
            if (lua_rawgeti(L, keys, i) != LUA_TSTRING || !is_name(lua_tostring(L, -1)))
                luaL_error(L, "scenario: %s: names are letters, digits and _.", field);
            const char *name = lua_tostring(L, -1);
            g_ptr_array_add(names, g_strdup(name));
            const char *where = lua_pushfstring(L, "scenario: %s.%s", field, name);
            lua_pushvalue(L, -2);
            lua_rawget(L, table);
            read_values(L, where, tier, study ? name : NULL, chosen != NULL && strcmp(chosen, name) == 0);
            lua_settop(L, keys);
        }
    }
    lua_settop(L, header);
    for (guint i = 0; chosen != NULL && i < names->len; i++)
        if (strcmp(g_ptr_array_index(names, i), chosen) == 0)
            return;
    if (chosen != NULL)
        no_such(L, lua_pushfstring(L, "--%s %s", one, chosen), one, chosen, names, false);
}

/* "name=value" of --set, or of a study's cell. */
static void read_assignments(lua_State *L, const char *option, const char *const *texts)
{
    struct scn_script *s = scn_script_of(L);

    for (; texts != NULL && *texts != NULL; texts++) {
        const char *equal = strchr(*texts, '=');
        if (equal == NULL || equal == *texts)
            luaL_error(L, "%s %s: write %s name=value.", option, *texts, option);
        const char *name = lua_pushlstring(L, *texts, (size_t)(equal - *texts));
        struct scn_param *p = find_param(s->plan, name);
        if (p == NULL)
            no_such(L, lua_pushfstring(L, "%s %s", option, *texts), "parameter", name, s->plan->params, true);
        const char *wrong = problem(p, equal + 1);
        int line = scn_scan_param_line(s->scan, name);
        if (wrong != NULL) { /* the place to look at is where the parameter stands */
            lua_pushfstring(L, "%s:%d: %s %s: %s.", s->plan->file, line, option, *texts, wrong);
            lua_error(L);
        }
        g_free(p->value);
        p->value = g_strdup(equal + 1);
        lua_pop(L, 1);
    }
}

static bool never_equals_text(const struct scn_plan *plan, const char *name)
{
    const struct scn_param *p = find_param(plan, name);

    return p != NULL && strcmp(p->kind, "choice") != 0 && strcmp(p->kind, "distribution") != 0;
}

static void refuse_equal_texts(lua_State *L)
{
    struct scn_script *s = scn_script_of(L);
    char *what = NULL, *fix = NULL;
    int line = scn_scan_equal_text(s->scan, never_equals_text, s->plan, &what, &fix);

    if (line == 0)
        return;
    lua_pushfstring(L, "%s:%d: %s: a quantity never equals a text in Lua; write %s.", s->plan->file, line,
                    what, fix);
    g_free(what);
    g_free(fix);
    lua_error(L);
}

static char *header_text(lua_State *L, int header, const char *field)
{
    char *text = NULL;

    if (lua_getfield(L, header, field) != LUA_TNIL)
        text = g_strdup(scn_check_text(L, -1, "scenario", field, SCN_MOST_SENTENCE));
    lua_pop(L, 1);
    return text;
}

static int word_scenario(lua_State *L)
{
    static const char *const fields[] = {"title", "story", "params", "variants", "tiers", "studies", NULL};
    struct scn_script *s = scn_script_of(L);
    struct scn_plan *plan = s->plan;

    if (s->has_header)
        return luaL_error(L, "scenario: once, at the beginning of the script.");
    s->has_header = true;
    lua_settop(L, 1);
    if (lua_type(L, 1) != LUA_TTABLE)
        return luaL_error(L, "scenario: write scenario { title = \"…\", params = { … } }.");
    scn_options_names(L, 1, "scenario", fields);
    plan->title = header_text(L, 1, "title");
    plan->story = header_text(L, 1, "story");
    if (plan->title == NULL)
        return luaL_error(L, "scenario: it has no title; add title = \"…\".");
    read_params(L, 1);
    read_sets(L, 1, "tiers", plan->tiers, s->options->tier);
    read_sets(L, 1, "variants", plan->variants, s->options->variant);
    read_sets(L, 1, "studies", plan->studies, NULL);
    read_assignments(L, "cell", s->options->cell);
    read_assignments(L, "--set", s->options->sets);
    refuse_equal_texts(L);
    lua_newtable(L);
    for (guint i = 0; i < plan->params->len; i++) {
        struct scn_param *p = scn_plan_params(plan, (int)i);
        bool choice = strcmp(p->kind, "choice") == 0;
        g_auto(GStrv) parts = split_choices(p->fallback);
        p->changed = strcmp(p->value, choice ? parts[0] : p->fallback) != 0;
        push_param(L, p);
        lua_setfield(L, -2, p->name);
    }
    lua_rawsetp(L, LUA_REGISTRYINDEX, &params_key);
    scn_push_box(L, SCN_BOX_PARAMS, 0, 0);
    return 1;
}

void scn_open_header(lua_State *L)
{
    lua_pushcfunction(L, word_scenario);
    lua_setfield(L, -2, "scenario");
}
