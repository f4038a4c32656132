/* peermesh resolver: a live custom resolver service. */
#include "protocol/live/peermesh.h"
#include "scenarios/engine/cmd.h"
#include "scenarios/engine/live_print.h"
#include "scenarios/engine/plan.h"

#include <glib-unix.h>
#include <stdio.h>

struct arguments {
    char *listen, *lifetime, *cleanup, *dialect;
    char **rest;
    gboolean json, control, quiet;
    gint64 seed;
};

static bool parse(int argc, char **argv, struct arguments *a, GError **error)
{
    const GOptionEntry entries[] = {
        {"listen", 0, 0, G_OPTION_ARG_STRING, &a->listen, "where nodes call it; port 0: any", "ADDRESS:PORT"},
        {"lifetime", 0, 0, G_OPTION_ARG_STRING, &a->lifetime, "of a registration that is not refreshed (10min)", "TIME"},
        {"cleanup", 0, 0, G_OPTION_ARG_STRING, &a->cleanup, "between looks for those that have ended (1min)", "TIME"},
        {"dialect", 0, 0, G_OPTION_ARG_STRING, &a->dialect, "mono: takes what Mono's nodes send", "D"},
        {"control-mesh-shape", 0, 0, G_OPTION_ARG_NONE, &a->control, "tell nodes not to share referrals", NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &a->json, "one object a line: every call and answer", NULL},
        {"quiet", 0, 0, G_OPTION_ARG_NONE, &a->quiet, "say nothing on stderr", NULL},
        {"seed", 0, 0, G_OPTION_ARG_INT64, &a->seed, "reproducible ids, for tests", "N"},
        {G_OPTION_REMAINING, 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING_ARRAY, &a->rest, NULL, NULL},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};
    GOptionContext *context = g_option_context_new("- a live resolver service");
    g_option_context_add_main_entries(context, entries, NULL);
    bool ok = g_option_context_parse(context, &argc, &argv, error);
    g_option_context_free(context);
    if (ok && a->rest)
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "resolver: '%s' is no option", a->rest[0]);
    else if (ok && !a->listen)
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "resolver: --listen 127.0.0.1:47000 is due");
    return ok && !a->rest && a->listen;
}

static bool time_of(const char *text, const char *option, int64_t *ms, GError **error)
{
    struct scn_quantity quantity = {0};
    if (!text)
        return true;
    if (scn_quantity_parse(text, &quantity) != SCN_PARSE_OK || quantity.kind != SCN_TIME || quantity.value < 1000000) {
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "%s %s: a time of 1ms or more is due, as in \"10min\"", option, text);
        return false;
    }
    *ms = quantity.value / 1000000;
    return true;
}

static void on_event(void *user, const struct peermesh_event *event)
{
    const struct arguments *a = user;
    if (a->json)
        scn_live_print_event(stdout, event);
    else
        scn_live_print_call(stdout, event);
}

static gboolean on_signal(gpointer loop)
{
    g_main_loop_quit(loop);
    return G_SOURCE_CONTINUE;
}

static int run(const struct arguments *a, struct peermesh_resolver *resolver)
{
    GMainLoop *loop = g_main_loop_new(NULL, FALSE);
    guint signals[] = {g_unix_signal_add(SIGINT, on_signal, loop), g_unix_signal_add(SIGTERM, on_signal, loop)};
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!a->quiet)
        fprintf(stderr, "peermesh resolver: listens on port %u\n", peermesh_resolver_port(resolver));
    g_main_loop_run(loop);
    for (unsigned i = 0; i < G_N_ELEMENTS(signals); i++)
        g_source_remove(signals[i]);
    g_main_loop_unref(loop);
    return SCN_EXIT_OK;
}

int scn_cmd_resolver(int argc, char **argv)
{
    struct arguments a = {0};
    struct peermesh_resolver_settings settings = {.event = on_event, .user = &a};
    struct peermesh_resolver *resolver = NULL;
    GError *error = NULL;
    if (parse(argc, argv, &a, &error) && time_of(a.lifetime, "--lifetime", &settings.lifetime_ms, &error) &&
        time_of(a.cleanup, "--cleanup", &settings.cleanup_ms, &error)) {
        settings.listen = a.listen;
        settings.dialect = a.dialect;
        settings.control_shape = a.control;
        settings.seed = (uint64_t)a.seed;
        resolver = peermesh_resolver_new(&settings, &error);
    }
    int code = resolver ? run(&a, resolver) : scn_cmd_fail(error);
    peermesh_resolver_free(resolver);
    g_free(a.listen);
    g_free(a.lifetime);
    g_free(a.cleanup);
    g_free(a.dialect);
    g_strfreev(a.rest);
    return code;
}
