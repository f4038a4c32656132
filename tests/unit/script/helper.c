#include "tests/unit/script/helper.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>

static GString *said;

static void listen(void *user, const char *line)
{
    (void)user;
    if (said == NULL)
        said = g_string_new(NULL);
    g_string_append_printf(said, "%s%s", said->len > 0 ? "|" : "", line);
}

const char *printed(void)
{
    return said != NULL ? said->str : "";
}

struct scn_plan *load_text(const char *text, const struct options *options, GError **error)
{
    static const struct options none = {0};
    const struct options *o = options != NULL ? options : &none;
    g_autofree char *dir = g_dir_make_tmp("peermesh-script-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "t.lua", NULL), *module = NULL;

    cr_assert(g_file_set_contents(path, text, -1, NULL));
    if (o->module != NULL) {
        module = g_build_filename(dir, o->module, NULL);
        cr_assert(g_file_set_contents(module, o->module_text, -1, NULL));
    }
    if (said != NULL)
        g_string_truncate(said, 0);
    struct scn_script_options load = {.path = path,
                                      .seed = o->seed,
                                      .library = o->library,
                                      .variant = o->variant,
                                      .tier = o->tier,
                                      .sets = o->sets,
                                      .withouts = o->withouts,
                                      .print = listen};
    struct scn_plan *plan = scn_script_load(&load, error);
    g_remove(path);
    if (module != NULL)
        g_remove(module);
    g_rmdir(dir);
    return plan;
}

struct scn_plan *load_body(const char *text)
{
    g_autofree char *whole = g_strconcat(HEADER, text, ENDING, NULL);
    GError *error = NULL;
    struct scn_plan *plan = load_text(whole, NULL, &error);

    cr_assert_not_null(plan, "%s\n%s", text, error != NULL ? error->message : "");
    return plan;
}

char *refusal(const char *text, const struct options *options)
{
    GError *error = NULL;
    struct scn_plan *plan = load_text(text, options, &error);

    cr_assert_null(plan, "this was not refused:\n%s", text);
    cr_assert_eq(error->domain, SCN_ERROR);
    char *message = g_strdup(error->message);
    g_error_free(error);
    return message;
}
