/* Joins a mesh and prints what it hears. The example of protocol/live/README.md; tests/checks/live.sh compiles it against an
 * installed peermesh:   cc listen.c $(pkg-config --cflags --libs --static peermesh) */
#include <peermesh.h>
#include <stdio.h>

static void message(void *user, const struct peermesh_message *m)
{
    (void)user;
    printf("%s: %s\n", m->id, m->text);
    fflush(stdout);
}

static void online(void *node, bool is)
{
    printf("%s, %u neighbors\n", is ? "online" : "offline", peermesh_node_neighbors(*(struct peermesh_node **)node));
    fflush(stdout);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: %s net.p2p://MESH ADDRESS:PORT net.tcp://RESOLVER\n", argv[0]);
        return 2;
    }
    struct peermesh_node *node = NULL;
    const struct peermesh_handlers handlers = {.message = message, .online = online};
    const struct peermesh_settings settings = {
        .mesh = argv[1], .listen = argv[2], .resolver = argv[3], .handlers = &handlers, .user = &node};
    GError *error = NULL;
    node = peermesh_node_new(&settings, &error);
    if (!node) {
        fprintf(stderr, "%s: %s\n", argv[0], error->message);
        g_error_free(error);
        return 2;
    }
    g_main_loop_run(g_main_loop_new(NULL, FALSE));
}
