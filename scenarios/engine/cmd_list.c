#include "scenarios/engine/cmd.h"
#include "scenarios/engine/script.h"

#include <stdio.h>
#include <string.h>

static gint by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names in a folder, in ascending order: folders, or files that end so. Free with g_ptr_array_unref. */
static GPtrArray *names_in(const char *folder, const char *suffix)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    GDir *dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while (dir && (name = g_dir_read_name(dir)))
        if (!suffix || g_str_has_suffix(name, suffix))
            g_ptr_array_add(names, g_strdup(name));
    if (dir)
        g_dir_close(dir);
    g_ptr_array_sort(names, by_text);
    return names;
}

static void print_choices(const char *label, const GPtrArray *names)
{
    if (!names->len)
        return;
    printf("      %-14s", label);
    for (guint i = 0; i < names->len; i++)
        printf(" %s", (const char *)names->pdata[i]);
    putchar('\n');
}

static bool print_scenario(const char *family, const char *name, const char *path)
{
    GError *error = NULL;
    struct scn_script_options options = {.path = path, .library = scn_library(), .seed = 1};
    struct scn_plan *plan = scn_script_load(&options, &error);
    if (!plan) {
        printf("  %s/%s\n      cannot be read: %s\n", family, name, error->message);
        g_error_free(error);
        return false;
    }
    printf("  %s/%s  %s: %s\n", family, name, plan->title, plan->story);
    for (guint i = 0; i < plan->params->len; i++) {
        const struct scn_param *param = scn_plan_params(plan, (int)i);
        printf("      %-14s %s%s%s\n", param->name, param->fallback, param->help ? "   -- " : "", param->help ? param->help : "");
    }
    print_choices("variants:", plan->variants);
    print_choices("tiers:", plan->tiers);
    print_choices("studies:", plan->studies);
    scn_plan_free(plan);
    return true;
}

int scn_cmd_list(int argc, char **argv)
{
    static const char *const no_families[] = {"engine", "lib", "networks"};
    (void)argv;
    if (argc != 1) {
        fputs("usage: peermesh list\n", stderr);
        return SCN_EXIT_USAGE;
    }
    int code = SCN_EXIT_OK;
    GPtrArray *families = names_in(scn_library(), NULL);
    for (guint i = 0; i < families->len; i++) {
        const char *family = families->pdata[i];
        bool skip = false;
        for (guint k = 0; k < G_N_ELEMENTS(no_families); k++)
            skip |= strcmp(family, no_families[k]) == 0;
        if (skip)
            continue;
        char *folder = g_build_filename(scn_library(), family, NULL);
        GPtrArray *files = names_in(folder, ".lua");
        for (guint k = 0; k < files->len; k++) {
            char *path = g_build_filename(folder, files->pdata[k], NULL);
            if (!print_scenario(family, files->pdata[k], path))
                code = SCN_EXIT_USAGE;
            g_free(path);
        }
        g_ptr_array_unref(files);
        g_free(folder);
    }
    if (!families->len)
        fprintf(stderr, "peermesh: no scenario library at %s\n", scn_library());
    g_ptr_array_unref(families);
    return code;
}
