#include "analysis/run_info.h"

#include "analysis/result.h"

#include <stdlib.h>
#include <string.h>

/* The JSON string that begins at *at (a quote); *at is then behind it. */
static char *take_string(const char **at)
{
    GString *out = g_string_new(NULL);
    const char *p = *at + 1;
    for (; *p && *p != '"'; p++) {
        if (*p == '\\' && p[1] == 'u' && strnlen(p, 6) == 6) {
            char hex[5] = {p[2], p[3], p[4], p[5], 0};
            g_string_append_unichar(out, (gunichar)strtoul(hex, NULL, 16));
            p += 5;
        } else if (*p == '\\' && p[1]) {
            p++;
            g_string_append_c(out, *p == 'n' ? '\n' : *p == 't' ? '\t' : *p);
        } else {
            g_string_append_c(out, *p);
        }
    }
    *at = *p ? p + 1 : p;
    return g_string_free(out, FALSE);
}

/* Where the value of a member of the outermost object begins; they stand on lines of their own. */
static const char *find(const char *json, const char *name)
{
    char *head = g_strdup_printf("\n  \"%s\": ", name);
    const char *at = strstr(json, head);
    at = at ? at + strlen(head) : NULL;
    g_free(head);
    return at;
}

static char *text(const char *json, const char *name)
{
    const char *at = find(json, name);
    return at && *at == '"' ? take_string(&at) : NULL;
}

static gint64 number(const char *json, const char *name)
{
    const char *at = find(json, name);
    return at ? g_ascii_strtoll(at, NULL, 10) : -1;
}

static GPtrArray *parameters(const char *json)
{
    GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
    const char *at = find(json, "parameters");
    while (at && (at = strpbrk(at, "\"}")) && *at == '"')
        g_ptr_array_add(out, take_string(&at));
    if (out->len % 2) /* cut off */
        g_ptr_array_set_size(out, (int)out->len - 1);
    return out;
}

struct an_run_info *an_run_info_read(const char *folder, GError **error)
{
    char *path = g_build_filename(folder, "run.json", NULL), *json = NULL;
    bool ok = g_file_get_contents(path, &json, NULL, error);
    g_free(path);
    if (!ok) {
        g_prefix_error(error, "%s is no folder of a run that ended: ", folder);
        return NULL;
    }
    struct an_run_info *info = g_new0(struct an_run_info, 1);
    struct {
        const char *name;
        char **to;
    } texts[] = {{"title", &info->title},     {"story", &info->story},     {"scenario", &info->scenario}, {"command", &info->command},
                 {"seed", &info->seed},       {"variant", &info->variant}, {"tier", &info->tier},         {"plan", &info->plan},
                 {"outcome", &info->outcome}, {"fingerprint", &info->fingerprint}};
    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i].to = text(json, texts[i].name);
    info->parameters = parameters(json);
    info->ended_ns = number(json, "ended_ns");
    info->link_deliveries = number(json, "link_deliveries");
    info->checks_failed = number(json, "checks_failed");
    g_free(json);
    return info;
}

void an_run_info_free(struct an_run_info *info)
{
    if (!info)
        return;
    char *texts[] = {info->title, info->story, info->scenario, info->command, info->seed,
                     info->variant, info->tier, info->plan, info->fingerprint, info->outcome};
    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_ptr_array_unref(info->parameters);
    g_free(info);
}

bool an_run_is_live(const char *folder)
{
    struct an_run_info *info = an_run_info_read(folder, NULL);
    bool live = info && info->command && g_str_has_prefix(info->command, "peermesh live");
    if (info)
        an_run_info_free(info);
    return live;
}
