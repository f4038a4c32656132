/* The suite's plan: which scripts, which variants, which seeds. */
#include "scenarios/engine/suite.h"

#include "scenarios/engine/library.h"
#include "scenarios/engine/script.h"

#include <glib/gstdio.h>
#include <string.h>

enum { USUAL_SEEDS = 20, USUAL_SEEDS_LARGE = 5 }; /* where a tier names no number: scenarios.md 11 */

static void free_script(gpointer data)
{
    struct scn_suite_script *script = data;
    scn_baseline_free(script->baseline);
    scn_plan_free(script->plan);
    g_ptr_array_unref(script->kept);
    g_free(script->path);
    g_free(script->name);
    g_free(script);
}

static void free_item(gpointer data)
{
    struct scn_suite_item *item = data;
    scn_sweep_free(item->sweep);
    g_free(item->refused);
    g_free(item->folder);
    g_free(item->name);
    g_free(item);
}

static void free_point(gpointer data)
{
    struct scn_suite_point *point = data;
    if (point->record)
        scn_record_free(point->record);
    g_ptr_array_unref(point->lines);
    g_free(point);
}

void scn_suite_free(struct scn_suite *suite)
{
    if (!suite)
        return;
    g_ptr_array_unref(suite->points);
    g_ptr_array_unref(suite->items);
    g_ptr_array_unref(suite->scripts);
    g_free(suite);
}

static void say_nothing(void *user, const char *line)
{
    (void)user;
    (void)line;
}

/* ---- scripts ---- */

static bool has_name(const GPtrArray *names, const char *name)
{
    for (guint i = 0; i < names->len; i++)
        if (strcmp(names->pdata[i], name) == 0)
            return true;
    return false;
}

/* One that was named twice, with two variants, is one. */
static struct scn_suite_script *add_script(struct scn_suite *suite, const char *path, GError **error)
{
    const struct scn_suite_options *o = suite->options;
    for (guint i = 0; i < suite->scripts->len; i++) {
        struct scn_suite_script *known = suite->scripts->pdata[i];
        if (strcmp(known->path, path) == 0)
            return known;
    }
    struct scn_plan *plan = scn_script_load(&(struct scn_script_options){.path = path, .library = o->library, .seed = 1, .print = say_nothing}, error);
    if (!plan)
        return NULL;
    g_autofree char *file = scn_baseline_path(path, o->tier), *folder = g_path_get_dirname(path), *family = g_path_get_basename(folder);
    struct scn_baseline *baseline = scn_baseline_read(file, error);
    if (!baseline) {
        scn_plan_free(plan);
        return NULL;
    }
    struct scn_suite_script *script = g_new0(struct scn_suite_script, 1);
    script->path = g_strdup(path);
    script->kept = g_ptr_array_new_with_free_func(g_free);
    script->name = g_strdup_printf("%s%s%.*s", strcmp(family, ".") == 0 ? "" : family, strcmp(family, ".") == 0 ? "" : "/", (int)(strlen(plan->file) - strlen(".lua")), plan->file);
    script->plan = plan;
    script->baseline = baseline;
    g_ptr_array_add(suite->scripts, script);
    return script;
}

/* ---- variants ---- */

static void add_points(struct scn_suite *suite, struct scn_suite_item *item)
{
    guint runs = item->sweep ? item->sweep->runs->len : 1;
    bool stats = item->sweep && runs >= 5 && !suite->options->reason;
    item->first = suite->points->len;
    for (guint i = 0; i < runs + stats; i++) {
        struct scn_suite_point *point = g_new0(struct scn_suite_point, 1);
        point->item = item;
        point->run = item->sweep && i < runs ? item->sweep->runs->pdata[i] : NULL;
        point->stats = i == runs;
        point->lines = g_ptr_array_new_with_free_func(g_free);
        g_ptr_array_add(suite->points, point);
    }
}

static int64_t when_built(void)
{
    GStatBuf file;
    return g_stat("/proc/self/exe", &file) == 0 ? file.st_mtime : 0;
}

static void plan_seeds(const struct scn_suite_options *o, struct scn_sweep_options *sweep)
{
    bool smoke = strcmp(o->tier, "smoke") == 0, large = strcmp(o->tier, "large") == 0;
    sweep->first_seed = o->first_seed;
    sweep->last_seed = o->last_seed;
    sweep->usual_seeds = large ? USUAL_SEEDS_LARGE : USUAL_SEEDS;
    if (smoke && o->first_seed > o->last_seed)
        sweep->first_seed = sweep->last_seed = 1;
}

static void add_item(struct scn_suite *suite, struct scn_suite_script *script, const char *variant)
{
    const struct scn_suite_options *o = suite->options;
    for (guint i = 0; i < suite->items->len; i++) { /* named twice: run once */
        const struct scn_suite_item *known = suite->items->pdata[i];
        if (known->script == script && strcmp(known->variant, variant) == 0)
            return;
    }
    struct scn_suite_item *item = g_new0(struct scn_suite_item, 1);
    g_autoptr(GError) refusal = NULL;
    bool plain = strcmp(variant, "-") == 0;
    g_autofree char *leaf = g_strdelimit(g_strdup(script->name), "/", '-'), *top = o->folder ? g_strdup(o->folder) : g_strdup_printf("runs/check-%s", o->tier);
    item->script = script;
    item->variant = variant;
    item->name = plain ? g_strdup(script->name) : g_strdup_printf("%s:%s", script->name, variant);
    item->folder = plain ? g_build_filename(top, leaf, NULL) : g_strdup_printf("%s/%s-%s", top, leaf, variant);
    item->sweep_options = (struct scn_sweep_options){.script = script->path,
                                                     .library = o->library,
                                                     .variant = plain ? NULL : variant,
                                                     .tier = has_name(script->plan->tiers, o->tier) ? o->tier : NULL,
                                                     .folder = item->folder,
                                                     .jobs = o->jobs,
                                                     .fresh = !o->resume,
                                                     .not_before = when_built(),
                                                     .trace = o->keep,
                                                     .plots = o->keep,
                                                     .progress = o->progress};
    plan_seeds(o, &item->sweep_options);
    item->sweep = scn_sweep_new(&item->sweep_options, &refusal);
    if (!item->sweep) { /* without the line, which moves with every edit */
        const char *colon = strchr(refusal->message, ':'), *text = colon ? colon + 1 + strspn(colon + 1, "0123456789:") : refusal->message;
        item->refused = g_strdup(text + strspn(text, " "));
    }
    g_ptr_array_add(suite->items, item);
    add_points(suite, item);
}

/* Variants of which something is stored, though nobody asks for all: they were put there on purpose. One that the script has no
 * more is refused by the script; --update forgets it. */
static void add_stored_variants(struct scn_suite *suite, struct scn_suite_script *script)
{
    GPtrArray *records = script->baseline->records;
    g_autoptr(GPtrArray) done = g_ptr_array_new();
    for (guint i = 0; i < records->len;) {
        const struct scn_record *record = records->pdata[i];
        bool plain = strcmp(record->variant, "-") == 0;
        if (!plain && suite->options->reason && !has_name(script->plan->variants, record->variant)) {
            g_ptr_array_remove_index(records, i);
            continue;
        }
        if (!plain && !has_name(done, record->variant)) {
            char *variant = g_strdup(record->variant); /* records are replaced while this is in use */
            g_ptr_array_add(script->kept, variant);
            g_ptr_array_add(done, variant);
            add_item(suite, script, variant);
        }
        i++;
    }
}

static bool add_variants(struct scn_suite *suite, struct scn_suite_script *script, const char *asked, bool named, GError **error)
{
    const struct scn_suite_options *o = suite->options;
    if (strcmp(o->tier, "large") == 0 && !has_name(script->plan->tiers, "large")) {
        if (named)
            g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "%s has no tier 'large'", script->name);
        return !named;
    }
    if (asked && !has_name(script->plan->variants, asked)) {
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "%s has no variant '%s' (peermesh list shows them)", script->name, asked);
        return false;
    }
    if (asked) {
        char *variant = g_strdup(asked);
        g_ptr_array_add(script->kept, variant);
        add_item(suite, script, variant);
        return true;
    }
    add_item(suite, script, "-");
    if (strcmp(o->tier, "smoke") == 0) {
        add_stored_variants(suite, script);
        return true;
    }
    for (guint i = 0; i < script->plan->variants->len; i++)
        add_item(suite, script, script->plan->variants->pdata[i]);
    return true;
}

/* ---- names ---- */

/* Does "pubsub/load" go by this name: itself, its last part, its family? */
static bool is_called(const char *full, const char *name)
{
    const char *slash = strchr(full, '/');
    return strcmp(full, name) == 0 || (slash && (strcmp(slash + 1, name) == 0 || (strlen(name) == (size_t)(slash - full) && strncmp(full, name, strlen(name)) == 0)));
}

/* NULL: all of the library. */
static bool add_named(struct scn_suite *suite, const GPtrArray *library, const char *text, GError **error)
{
    const char *colon = text ? strrchr(text, ':') : NULL;
    g_autofree char *name = text ? g_strndup(text, colon ? (gsize)(colon - text) : strlen(text)) : NULL;
    bool found = false;
    if (name && g_str_has_suffix(name, ".lua")) {
        struct scn_suite_script *script = add_script(suite, name, error);
        return script && add_variants(suite, script, colon ? colon + 1 : NULL, true, error);
    }
    for (guint i = 0; i < library->len; i++) {
        const struct scn_library_entry *entry = library->pdata[i];
        if (name && !is_called(entry->name, name))
            continue;
        struct scn_suite_script *script = add_script(suite, entry->path, error);
        if (!script || !add_variants(suite, script, colon ? colon + 1 : NULL, name && strchr(name, '/'), error))
            return false;
        found = true;
    }
    if (!found)
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "check: no scenario or family '%s' (peermesh list shows them; a script of your own is FILE.lua)", name);
    return found;
}

struct scn_suite *scn_suite_new(const struct scn_suite_options *options, GError **error)
{
    g_autoptr(GPtrArray) library = scn_library_list(options->library, error);
    if (!library)
        return NULL;
    struct scn_suite *suite = g_new0(struct scn_suite, 1);
    suite->options = options;
    suite->scripts = g_ptr_array_new_with_free_func(free_script);
    suite->items = g_ptr_array_new_with_free_func(free_item);
    suite->points = g_ptr_array_new_with_free_func(free_point);
    bool ok = options->scenarios && options->scenarios[0] ? true : add_named(suite, library, NULL, error);
    for (const char *const *name = options->scenarios; ok && name && *name; name++)
        ok = add_named(suite, library, *name, error);
    if (ok)
        return suite;
    scn_suite_free(suite);
    return NULL;
}
