#include "scenarios/engine/library.h"

#include "scenarios/engine/script.h"

#include <string.h>

static void free_entry(gpointer data)
{
    struct scn_library_entry *e = data;

    scn_plan_free(e->plan);
    g_free(e->path);
    g_free(e->name);
    g_free(e->error);
    g_free(e);
}

static void say_nothing(void *user, const char *line)
{
    (void)user;
    (void)line;
}

static void add_script(GPtrArray *entries, const char *library, const char *family, const char *file)
{
    struct scn_library_entry *e = g_new0(struct scn_library_entry, 1);
    g_autoptr(GError) error = NULL;

    e->path = g_build_filename(library, family, file, NULL);
    e->name = g_strdup_printf("%s/%.*s", family, (int)(strlen(file) - strlen(".lua")), file);
    e->plan = scn_script_load(
        &(struct scn_script_options){.path = e->path, .library = library, .seed = 1, .print = say_nothing},
        &error);
    e->error = e->plan == NULL ? g_strdup(error->message) : NULL;
    g_ptr_array_add(entries, e);
}

static void add_family(GPtrArray *entries, const char *library, const char *family)
{
    g_autofree char *path = g_build_filename(library, family, NULL);
    const char *file;

    if (strcmp(family, "lib") == 0 || strcmp(family, "networks") == 0 || strcmp(family, "engine") == 0 || !g_file_test(path, G_FILE_TEST_IS_DIR))
        return;
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    while (dir != NULL && (file = g_dir_read_name(dir)) != NULL && entries->len < SCN_LIBRARY_MOST)
        if (g_str_has_suffix(file, ".lua"))
            add_script(entries, library, family, file);
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(struct scn_library_entry *const *)a)->name,
                  (*(struct scn_library_entry *const *)b)->name);
}

GPtrArray *scn_library_list(const char *directory, GError **error)
{
    g_autoptr(GDir) dir = g_dir_open(directory, 0, error);
    const char *family;

    if (dir == NULL)
        return NULL;
    GPtrArray *entries = g_ptr_array_new_with_free_func(free_entry);
    while ((family = g_dir_read_name(dir)) != NULL)
        add_family(entries, directory, family);
    g_ptr_array_sort(entries, by_name);
    return entries;
}

static void add_names(GString *out, const char *what, const GPtrArray *names)
{
    for (guint i = 0; i < names->len; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? " " : what, (const char *)g_ptr_array_index(names, i));
    g_string_append(out, names->len > 0 ? "\n" : "");
}

char *scn_library_text(const GPtrArray *entries)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < entries->len; i++) {
        const struct scn_library_entry *e = g_ptr_array_index(entries, i);
        if (e->plan == NULL) {
            g_string_append_printf(out, "%s\n    cannot be loaded: %s\n", e->name, e->error);
            continue;
        }
        g_string_append_printf(out, "%-24s %s%s%s\n", e->name, e->plan->title,
                               e->plan->story != NULL ? ": " : "",
                               e->plan->story != NULL ? e->plan->story : "");
        g_string_append_printf(out, "    %s\n", e->path);
        for (guint k = 0; k < e->plan->params->len; k++) {
            const struct scn_param *p = scn_plan_params(e->plan, (int)k);
            g_autofree char *value = g_strdup_printf("%-14s %s", p->name, p->fallback);
            g_string_append_printf(out, p->help != NULL ? "    %-48s  %s\n" : "    %s\n", value, p->help);
        }
        add_names(out, "    variants: ", e->plan->variants);
        add_names(out, "    tiers: ", e->plan->tiers);
    }
    return g_string_free(out, FALSE);
}
