/* peermesh node: a live node whose keyboard is the mesh's. */
#include "protocol/live/peermesh.h"
#include "scenarios/engine/cmd.h"
#include "scenarios/engine/live_print.h"
#include "scenarios/engine/plan.h"

#include <glib-unix.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_MOST    (1u << 20) /* octets of a line */
#define UNSENT_MOST  (1u << 20) /* octets waiting for neighbors, beyond which nothing more is read from the keyboard */
#define LEAVE_SECONDS 70        /* a leave that takes longer than the protocol's own time-outs is given up */

struct arguments {
    char *mesh, *listen, *resolver, *host, *dialect, *message_size;
    char **channels, **dials, **rest;
    int min, ideal, max;
    gint64 hops, seed;
    gboolean json, until_eof, quiet;
};

struct session {
    const struct arguments *arguments;
    GMainLoop *loop;
    struct peermesh_node *node;
    GString *typed;   /* a line that is not complete */
    guint keyboard;   /* source; 0: not read now */
    bool ended;       /* no more input */
    bool leaving, opened;
    int code;
};

static bool parse(int argc, char **argv, struct arguments *a, GError **error)
{
    const GOptionEntry entries[] = {
        {"mesh", 0, 0, G_OPTION_ARG_STRING, &a->mesh, "the mesh: net.p2p://chat", "URI"},
        {"listen", 0, 0, G_OPTION_ARG_STRING, &a->listen, "where others find this node; port 0: any", "ADDRESS:PORT"},
        {"resolver", 0, 0, G_OPTION_ARG_STRING, &a->resolver, "net.tcp://127.0.0.1:47000/resolver; without: nobody is looked for", "URI"},
        {"dial", 0, 0, G_OPTION_ARG_STRING_ARRAY, &a->dials, "make a link to this listen address, once open", "URI"},
        {"channel", 0, 0, G_OPTION_ARG_STRING_ARRAY, &a->channels, "path behind the mesh's name; several: lines begin with @NAME", "NAME"},
        {"host", 0, 0, G_OPTION_ARG_STRING, &a->host, "name in the address that others are told", "NAME"},
        {"dialect", 0, 0, G_OPTION_ARG_STRING, &a->dialect, "net (default), spec, profile, or mono: net that takes what Mono sends", "D"},
        {"min", 0, 0, G_OPTION_ARG_INT, &a->min, "neighbors below which more are looked for at once", "N"},
        {"ideal", 0, 0, G_OPTION_ARG_INT, &a->ideal, "neighbors that maintenance aims at", "N"},
        {"max", 0, 0, G_OPTION_ARG_INT, &a->max, "neighbors at most", "N"},
        {"hops", 0, 0, G_OPTION_ARG_INT64, &a->hops, "messages go so far and no farther", "N"},
        {"message_size", 0, 0, G_OPTION_ARG_STRING, &a->message_size, "the largest message (64KiB)", "SIZE"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &a->json, "one object a line: every message and every event", NULL},
        {"until-eof", 0, 0, G_OPTION_ARG_NONE, &a->until_eof, "leave when the input ends", NULL},
        {"quiet", 0, 0, G_OPTION_ARG_NONE, &a->quiet, "say nothing on stderr", NULL},
        {"seed", 0, 0, G_OPTION_ARG_INT64, &a->seed, "reproducible ids, for tests", "N"},
        {G_OPTION_REMAINING, 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING_ARRAY, &a->rest, NULL, NULL},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};
    GOptionContext *context = g_option_context_new("- a live node: lines typed are flooded, arrivals are printed");
    g_option_context_add_main_entries(context, entries, NULL);
    bool ok = g_option_context_parse(context, &argc, &argv, error);
    g_option_context_free(context);
    const char *missing = !a->mesh ? "--mesh net.p2p://NAME" : !a->listen ? "--listen 127.0.0.1:9000" : NULL;
    if (ok && (a->rest || missing || a->hops < 0)) {
        if (a->rest)
            g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "node: '%s' is no option", a->rest[0]);
        else if (missing)
            g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "node: %s is due", missing);
        else
            g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "node: --hops %" G_GINT64_FORMAT ": 1 or more hops", a->hops);
        return false;
    }
    return ok;
}

static void clear(struct arguments *a)
{
    g_free(a->mesh);
    g_free(a->listen);
    g_free(a->resolver);
    g_free(a->host);
    g_free(a->dialect);
    g_free(a->message_size);
    g_strfreev(a->channels);
    g_strfreev(a->dials);
    g_strfreev(a->rest);
}

/* ---- what the node tells ---- */

static void say(const struct session *s, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void say(const struct session *s, const char *format, ...)
{
    va_list args;
    if (s->arguments->quiet)
        return;
    va_start(args, format);
    fputs("peermesh node: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

static void told(const struct session *s, const char *what, const char *text)
{
    if (s->arguments->json)
        scn_live_print_event(stdout, &(struct peermesh_event){.what = what, .text = text});
}

static void on_opened(void *user)
{
    struct session *s = user;
    s->opened = true;
    say(s, "open as %s", peermesh_node_address(s->node));
    told(s, "opened", peermesh_node_address(s->node));
    for (char **dial = s->arguments->dials; dial && *dial; dial++)
        peermesh_node_dial(s->node, *dial, NULL); /* read before: what is wrong with it was said then */
}

static void on_failed(void *user, const char *why)
{
    struct session *s = user;
    fprintf(stderr, "peermesh node: cannot open: %s\n", why);
    told(s, "failed", why);
    s->code = SCN_EXIT_UNFINISHED;
    g_main_loop_quit(s->loop);
}

static void on_closed(void *user)
{
    struct session *s = user;
    told(s, "left", NULL);
    g_main_loop_quit(s->loop);
}

static void on_online(void *user, bool online)
{
    const struct session *s = user;
    say(s, online ? "a neighbor was found" : "the last neighbor is gone");
    told(s, online ? "online" : "offline", NULL);
}

static void on_message(void *user, const struct peermesh_message *message)
{
    const struct session *s = user;
    if (s->arguments->json)
        scn_live_print_message(stdout, message);
    else if (!message->own)
        scn_live_print_line(stdout, message, s->arguments->channels && s->arguments->channels[0] && s->arguments->channels[1]);
}

static void on_event(void *user, const struct peermesh_event *event)
{
    const struct session *s = user;
    if (s->arguments->json)
        scn_live_print_event(stdout, event);
}

/* ---- the keyboard ---- */

static void leave(struct session *s)
{
    if (s->leaving) {
        g_main_loop_quit(s->loop); /* asked for twice */
        return;
    }
    s->leaving = true;
    say(s, "leaving");
    peermesh_node_leave(s->node);
}

static gboolean too_long(gpointer user)
{
    struct session *s = user;
    say(s, "the leave takes too long: given up");
    g_main_loop_quit(s->loop);
    return G_SOURCE_REMOVE;
}

static gboolean on_signal(gpointer user)
{
    g_timeout_add_seconds(LEAVE_SECONDS, too_long, user);
    leave(user);
    return G_SOURCE_CONTINUE;
}

/* "@notes hello" goes to the channel notes; other lines to the first one. */
static void publish(struct session *s, const char *line)
{
    char *channel = NULL;
    GError *error = NULL;
    if (*line == '@' && s->arguments->channels && s->arguments->channels[1]) {
        size_t name = strcspn(line + 1, " ");
        channel = g_strndup(line + 1, name);
        line += 1 + name + (line[1 + name] == ' ');
    }
    if (!peermesh_publish_text(s->node, channel, line, (uint64_t)s->arguments->hops, &error)) {
        fprintf(stderr, "peermesh node: not sent: %s\n", error->message);
        told(s, "refused", error->message);
        g_error_free(error);
    }
    g_free(channel);
}

static void take_lines(struct session *s)
{
    char *end;
    size_t done = 0;
    while (!s->leaving && (end = memchr(s->typed->str + done, '\n', s->typed->len - done))) {
        *end = 0;
        publish(s, s->typed->str + done);
        done = (size_t)(end + 1 - s->typed->str);
    }
    g_string_erase(s->typed, 0, (gssize)done);
}

static void input_ended(struct session *s)
{
    s->ended = true;
    if (s->typed->len)
        publish(s, s->typed->str);
    if (s->arguments->until_eof)
        leave(s);
}

static gboolean read_on(gpointer user);

static gboolean on_typed(gint fd, GIOCondition condition, gpointer user)
{
    struct session *s = user;
    char octets[4096];
    ssize_t n = read(fd, octets, sizeof octets);
    (void)condition;
    if (n <= 0) {
        s->keyboard = 0;
        input_ended(s);
        return G_SOURCE_REMOVE;
    }
    g_string_append_len(s->typed, octets, n);
    take_lines(s);
    if (s->typed->len > LINE_MOST) {
        fprintf(stderr, "peermesh node: not sent: a line of more than %u octets\n", LINE_MOST);
        g_string_truncate(s->typed, 0);
    }
    if (peermesh_node_unsent(s->node) <= UNSENT_MOST)
        return G_SOURCE_CONTINUE;
    s->keyboard = 0;
    g_timeout_add(10, read_on, s);
    return G_SOURCE_REMOVE;
}

/* The keyboard is read from the time when the node is open, and while its neighbors take what was typed. */
static gboolean read_on(gpointer user)
{
    struct session *s = user;
    if (s->ended || s->leaving)
        return G_SOURCE_REMOVE;
    if (!s->opened || peermesh_node_unsent(s->node) > UNSENT_MOST)
        return G_SOURCE_CONTINUE;
    s->keyboard = g_unix_fd_add_full(G_PRIORITY_LOW, STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_typed, s, NULL);
    return G_SOURCE_REMOVE;
}

static gboolean drained(gpointer user)
{
    struct session *s = user;
    if (!peermesh_node_unsent(s->node))
        g_main_loop_quit(s->loop);
    return G_SOURCE_CONTINUE;
}

static gboolean stop_draining(gpointer user)
{
    g_main_loop_quit(((struct session *)user)->loop);
    return G_SOURCE_REMOVE;
}

static int run(struct session *s)
{
    guint signals[] = {g_unix_signal_add(SIGINT, on_signal, s), g_unix_signal_add(SIGTERM, on_signal, s)};
    s->loop = g_main_loop_new(NULL, FALSE);
    s->typed = g_string_new(NULL);
    setvbuf(stdout, NULL, _IOLBF, 0);
    g_timeout_add(10, read_on, s);
    g_main_loop_run(s->loop);
    if (peermesh_node_unsent(s->node)) { /* last words on their way */
        guint look = g_timeout_add(5, drained, s), end = g_timeout_add_seconds(2, stop_draining, s);
        g_main_loop_run(s->loop);
        g_source_remove(look);
        if (peermesh_node_unsent(s->node) == 0)
            g_source_remove(end);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(signals); i++)
        g_source_remove(signals[i]);
    g_string_free(s->typed, TRUE);
    g_main_loop_unref(s->loop);
    return s->code;
}

static bool size_of(const char *text, uint32_t *size, GError **error)
{
    struct scn_quantity quantity = {0};
    if (!text)
        return true;
    enum scn_parse parsed = scn_quantity_parse(text, &quantity);
    bool ok = (parsed == SCN_PARSE_OK && quantity.kind == SCN_SIZE) || parsed == SCN_PARSE_NO_UNIT;
    ok = ok && quantity.value >= 1024 && quantity.value <= 16 << 20;
    if (!ok)
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "--message_size %s: 1KiB to 16MiB is due", text);
    else
        *size = (uint32_t)quantity.value;
    return ok;
}

int scn_cmd_node(int argc, char **argv)
{
    static const struct peermesh_handlers handlers = {.opened = on_opened, .failed = on_failed, .closed = on_closed, .online = on_online,
                                                      .message = on_message, .event = on_event};
    struct arguments a = {0};
    struct session s = {.arguments = &a};
    struct peermesh_settings settings = {.handlers = &handlers, .user = &s};
    GError *error = NULL;
    int code;
    if (parse(argc, argv, &a, &error) && size_of(a.message_size, &settings.message_size, &error)) {
        settings.mesh = a.mesh;
        settings.listen = a.listen;
        settings.resolver = a.resolver;
        settings.host = a.host;
        settings.channels = (const char *const *)a.channels;
        settings.dialect = a.dialect;
        settings.min = a.min;
        settings.ideal = a.ideal;
        settings.max = a.max;
        settings.seed = (uint64_t)a.seed;
        s.node = peermesh_node_new(&settings, &error);
    }
    code = s.node ? run(&s) : scn_cmd_fail(error);
    peermesh_node_free(s.node);
    clear(&a);
    return code;
}
