/* Listening sockets: accepting with a bound for each turn of the loop, and a pause when the process has no descriptor left. */
#include "protocol/live/socket.h"

#include <string.h>

#define ACCEPTS      64     /* in one turn of the loop */
#define NO_DESCRIPTOR_US 100000 /* until it is tried again */

struct pc_listener {
    GSource *source;
    gpointer tag;
    GSocket *socket;
    void (*accepted)(void *user, GSocket *socket);
    void *user;
    uint16_t port;
    uint8_t refs;
};

struct source {
    GSource base;
    struct pc_listener *listener;
};

static void unref(struct pc_listener *listener)
{
    if (--listener->refs == 0)
        g_free(listener);
}

/* False: nobody waits, or nobody can be taken now. */
static bool accept_one(struct pc_listener *listener)
{
    GError *error = NULL;
    GSocket *accepted = g_socket_accept(listener->socket, NULL, &error);
    if (accepted) {
        listener->accepted(listener->user, accepted);
        return true;
    }
    bool again = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
    if (!again) { /* most often EMFILE: who waits would wake the loop at once again */
        g_source_modify_unix_fd(listener->source, listener->tag, 0);
        g_source_set_ready_time(listener->source, g_get_monotonic_time() + NO_DESCRIPTOR_US);
    }
    g_error_free(error);
    return false;
}

static gboolean dispatch(GSource *source, GSourceFunc unused, gpointer user)
{
    struct pc_listener *listener = ((struct source *)source)->listener;
    (void)unused;
    (void)user;
    if (g_source_get_ready_time(source) >= 0) {
        g_source_set_ready_time(source, -1);
        g_source_modify_unix_fd(source, listener->tag, G_IO_IN);
    }
    listener->refs++;
    for (unsigned i = 0; i < ACCEPTS && listener->socket && accept_one(listener); i++)
        ;
    unref(listener);
    return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = {.dispatch = dispatch};

static GSocket *bound(const struct pc_ip *ip, uint16_t port, GError **error)
{
    GSocketFamily family = ip->family == 6 ? G_SOCKET_FAMILY_IPV6 : G_SOCKET_FAMILY_IPV4;
    GSocket *socket = g_socket_new(family, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
    if (!socket)
        return NULL;
    GInetAddress *inet = g_inet_address_new_from_bytes(ip->octets, family);
    GSocketAddress *address =
        g_object_new(G_TYPE_INET_SOCKET_ADDRESS, "address", inet, "port", (guint)port, "scope-id", (guint)ip->scope, NULL);
    g_socket_set_blocking(socket, FALSE);
    g_socket_set_listen_backlog(socket, 1024);
    bool ok = g_socket_bind(socket, address, TRUE, error) && g_socket_listen(socket, error);
    g_object_unref(address);
    g_object_unref(inet);
    if (!ok)
        g_clear_object(&socket);
    return socket;
}

struct pc_listener *pc_listener_new(struct pc_sockets *sockets, const struct pc_ip *ip, uint16_t port,
                                    void (*accepted)(void *user, GSocket *socket), void *user, GError **error)
{
    GSocket *socket = bound(ip, port, error);
    if (!socket)
        return NULL;
    struct pc_listener *listener = g_new0(struct pc_listener, 1);
    GSocketAddress *local = g_socket_get_local_address(socket, NULL);
    *listener = (struct pc_listener){.socket = socket, .accepted = accepted, .user = user, .refs = 1};
    listener->port = local ? g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(local)) : port;
    g_clear_object(&local);
    listener->source = g_source_new(&source_funcs, sizeof(struct source));
    ((struct source *)listener->source)->listener = listener;
    g_source_set_name(listener->source, "peermesh listener");
    listener->tag = g_source_add_unix_fd(listener->source, g_socket_get_fd(socket), G_IO_IN);
    g_source_attach(listener->source, pc_sockets_context(sockets));
    return listener;
}

uint16_t pc_listener_port(const struct pc_listener *listener)
{
    return listener->port;
}

void pc_listener_free(struct pc_listener *listener)
{
    if (!listener)
        return;
    g_source_destroy(listener->source);
    g_source_unref(listener->source);
    g_socket_close(listener->socket, NULL);
    g_clear_object(&listener->socket);
    unref(listener);
}
