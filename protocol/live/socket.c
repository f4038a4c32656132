#include "protocol/live/socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define VECTORS 16 /* records handed to the system in one call */

struct pc_sockets {
    GMainContext *context;
    GQueue lingering; /* of struct pc_socket, oldest first */
    int64_t delay;
    struct pc_line *line; /* NULL: it always carries */
    struct pc_ip from; /* family 0: the system chooses */
    uint8_t octets[PC_SOCKET_READ];
};

enum phase { WAITING /* for its connect to begin */, CONNECTING, OPEN, DRAINING /* let go by its owner */, SHUT, GONE };

struct piece {
    struct pc_buf *octets;
    int64_t due; /* not before */
};

struct pc_line {
    bool silent;
    GPtrArray *users;  /* of struct pc_socket: those that send on it */
    GPtrArray *buried; /* of GSocket: let go while nothing could tell the peer; closing one resets it */
};

struct pc_socket {
    struct pc_sockets *sockets;
    struct pc_line *line;
    GSource *source;
    gpointer tag; /* NULL: the descriptor is not watched now */
    GIOCondition watched;
    GSocket *socket;
    const struct pc_socket_ops *ops; /* NULL: nobody owns it any more */
    void *user;
    enum phase phase;
    uint8_t refs;
    bool paused, eof, blocked;
    bool windowed; /* what waits for a line counts as handed on, up to PC_SOCKET_WINDOW */
    bool released; /* its line carries again */
    int64_t patience; /* when it gives up, while its line is silent; 0: nothing waits */
    char *failure; /* to be told from the main loop */
    GSocketAddress *target;
    GArray *pieces; /* struct piece; `first` is the next to be sent, `sent` octets of it are out */
    guint first;
    size_t sent;
    uint64_t written, out; /* octets: given by the owner, given to the system */
    int64_t delay, due;    /* when to connect, or when lingering ends */
    GByteArray *kept;      /* octets that came before a pause; NULL: none */
    char *local, *remote;
    uint16_t local_port, remote_port;
    GList link; /* in lingering */
};

int64_t pc_clock_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* ---- what they share ---- */

struct pc_sockets *pc_sockets_new(GMainContext *context)
{
    struct pc_sockets *sockets = g_new0(struct pc_sockets, 1);
    sockets->context = g_main_context_ref(context ? context : g_main_context_default());
    return sockets;
}

static void drop(struct pc_socket *socket, bool reset);

void pc_sockets_free(struct pc_sockets *sockets)
{
    if (!sockets)
        return;
    while (sockets->lingering.head)
        drop(sockets->lingering.head->data, false);
    g_main_context_unref(sockets->context);
    g_free(sockets);
}

GMainContext *pc_sockets_context(const struct pc_sockets *sockets)
{
    return sockets->context;
}

size_t pc_sockets_lingering(const struct pc_sockets *sockets)
{
    size_t octets = 0;
    for (const GList *at = sockets->lingering.head; at; at = at->next)
        octets += pc_socket_unsent(at->data);
    return octets;
}

void pc_sockets_delay(struct pc_sockets *sockets, int64_t ns)
{
    sockets->delay = ns;
}

void pc_sockets_line(struct pc_sockets *sockets, struct pc_line *line)
{
    sockets->line = line;
}

void pc_sockets_from(struct pc_sockets *sockets, const struct pc_ip *ip)
{
    sockets->from = *ip;
}

/* ---- lines ---- */

static bool silent(const struct pc_socket *socket)
{
    return socket->line && socket->line->silent;
}

struct pc_line *pc_line_new(void)
{
    struct pc_line *line = g_new0(struct pc_line, 1);
    line->users = g_ptr_array_new();
    line->buried = g_ptr_array_new_with_free_func(g_object_unref);
    return line;
}

void pc_line_free(struct pc_line *line)
{
    g_assert(line->users->len == 0);
    g_ptr_array_unref(line->users);
    g_ptr_array_unref(line->buried);
    g_free(line);
}

void pc_line_silence(struct pc_line *line, bool now)
{
    if (line->silent == now)
        return;
    line->silent = now;
    if (!now)
        g_ptr_array_set_size(line->buried, 0);
    for (guint i = 0; i < line->users->len; i++) { /* the rest is the loop's */
        struct pc_socket *socket = line->users->pdata[i];
        socket->windowed = true;
        socket->released = !now;
        socket->patience = 0;
        g_source_set_ready_time(socket->source, 0);
    }
}

/* ---- one connection: its life ---- */

static void unref(struct pc_socket *socket)
{
    if (--socket->refs)
        return;
    g_clear_object(&socket->socket);
    g_clear_object(&socket->target);
    for (guint i = socket->first; i < socket->pieces->len; i++)
        pc_buf_unref(g_array_index(socket->pieces, struct piece, i).octets);
    g_array_unref(socket->pieces);
    if (socket->kept)
        g_byte_array_unref(socket->kept);
    g_free(socket->failure);
    g_free(socket->local);
    g_free(socket->remote);
    g_free(socket);
}

/* Closes the descriptor and forgets the source; the memory lives while a dispatch holds it. */
static void drop(struct pc_socket *socket, bool reset)
{
    if (socket->phase == GONE)
        return;
    if (socket->phase >= DRAINING)
        g_queue_unlink(&socket->sockets->lingering, &socket->link);
    socket->phase = GONE;
    socket->ops = NULL;
    bool keep = silent(socket) && socket->socket && g_socket_is_connected(socket->socket);
    if (socket->line)
        g_ptr_array_remove_fast(socket->line->users, socket);
    if (socket->socket) {
        if (reset || keep) {
            struct linger at_once = {.l_onoff = 1};
            setsockopt(g_socket_get_fd(socket->socket), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        }
        g_source_destroy(socket->source); /* before the descriptor: its number may be used again */
        if (keep)
            g_ptr_array_add(socket->line->buried, g_object_ref(socket->socket));
        else
            g_socket_close(socket->socket, NULL);
    } else {
        g_source_destroy(socket->source);
    }
    g_source_unref(socket->source);
    unref(socket);
}

static bool all_out(const struct pc_socket *socket)
{
    return socket->first == socket->pieces->len;
}

static void watch(struct pc_socket *socket)
{
    GIOCondition wanted = 0;
    if (socket->phase == GONE || !socket->socket)
        return;
    if (socket->phase == CONNECTING)
        wanted = G_IO_OUT;
    else if (socket->phase != WAITING && socket->eof)
        wanted = G_IO_ERR | G_IO_HUP; /* the peer has ended its side; its reset may still come */
    else if (socket->phase != WAITING && !socket->paused)
        wanted = G_IO_IN;
    if (!all_out(socket) && !socket->delay && !silent(socket) && socket->phase != CONNECTING && socket->phase != WAITING)
        wanted |= G_IO_OUT;
    if (wanted == socket->watched)
        return;
    /* A descriptor that is watched for nothing would still wake the loop when its peer is gone: it is not watched at all. */
    if (!wanted)
        g_source_remove_unix_fd(socket->source, g_steal_pointer(&socket->tag));
    else if (!socket->tag)
        socket->tag = g_source_add_unix_fd(socket->source, g_socket_get_fd(socket->socket), wanted);
    else
        g_source_modify_unix_fd(socket->source, socket->tag, wanted);
    socket->watched = wanted;
}

/* The loop looks again at this time of the clock; PC_CLOCK of the source is in µs. */
static void wake_at(struct pc_socket *socket, int64_t ns)
{
    int64_t us = ns / 1000 + (ns % 1000 != 0), now = g_source_get_ready_time(socket->source);
    if (now < 0 || us < now)
        g_source_set_ready_time(socket->source, us);
}

static void fail(struct pc_socket *socket, const char *why)
{
    if (!socket->failure)
        socket->failure = g_strdup(why);
    g_source_set_ready_time(socket->source, 0);
}

/* ---- sending ---- */

static void forget_sent(struct pc_socket *socket, size_t octets)
{
    socket->out += octets;
    socket->sent += octets;
    while (!all_out(socket)) {
        struct pc_buf *first = g_array_index(socket->pieces, struct piece, socket->first).octets;
        if (socket->sent < first->size)
            break;
        socket->sent -= first->size;
        socket->first++;
        pc_buf_unref(first);
    }
    if (all_out(socket)) {
        g_array_set_size(socket->pieces, 0);
        socket->first = 0;
    } else if (socket->first > 1024) {
        g_array_remove_range(socket->pieces, 0, socket->first);
        socket->first = 0;
    }
}

/* Its line is silent: it waits, with so much patience from the first time that it looks. */
static void be_patient(struct pc_socket *socket, int64_t patience)
{
    int64_t now = pc_clock_now();
    if (!socket->patience)
        socket->patience = now + patience;
    if (now >= socket->patience)
        fail(socket, PC_LINE_GAVE_UP);
    else
        wake_at(socket, socket->patience);
}

/* Gives the system what is due and what it takes. */
static void send_due(struct pc_socket *socket)
{
    if (silent(socket)) {
        if (!all_out(socket))
            be_patient(socket, PC_LINE_GIVE_UP_NS);
        return;
    }
    int64_t now = socket->delay ? pc_clock_now() : 0;
    while (!all_out(socket)) {
        GOutputVector vectors[VECTORS];
        unsigned count = 0;
        for (guint i = socket->first; i < socket->pieces->len && count < VECTORS; i++) {
            const struct piece *piece = &g_array_index(socket->pieces, struct piece, i);
            if (socket->delay && piece->due > now)
                break;
            size_t skip = i == socket->first ? socket->sent : 0;
            vectors[count++] = (GOutputVector){piece->octets->data + skip, piece->octets->size - skip};
        }
        if (!count) {
            wake_at(socket, g_array_index(socket->pieces, struct piece, socket->first).due);
            return;
        }
        GError *error = NULL;
        gssize sent = g_socket_send_message(socket->socket, NULL, vectors, (gint)count, NULL, 0, 0, NULL, &error);
        if (sent < 0) {
            if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
                fail(socket, error->message);
            else if (socket->delay) /* a link that delays is not watched: it looks again by the clock */
                wake_at(socket, now + 1000000);
            g_error_free(error);
            return;
        }
        forget_sent(socket, (size_t)sent);
    }
}

void pc_socket_write(struct pc_socket *socket, struct pc_buf *octets)
{
    struct piece piece = {octets, socket->delay ? pc_clock_now() + socket->delay : 0};
    socket->written += octets->size;
    if (octets->size)
        g_array_append_val(socket->pieces, piece);
    else
        pc_buf_unref(octets);
    if (pc_socket_unsent(socket) > PC_SOCKET_UNSENT)
        fail(socket, "the peer does not take what it is sent");
}

bool pc_socket_flush(struct pc_socket *socket)
{
    if (socket->phase >= OPEN && socket->phase < GONE && (socket->windowed || !socket->blocked) && !socket->failure)
        send_due(socket);
    socket->blocked = pc_socket_handed(socket) < socket->written;
    watch(socket);
    return socket->blocked;
}

bool pc_socket_blocked(const struct pc_socket *socket)
{
    return socket->blocked;
}

uint64_t pc_socket_handed(const struct pc_socket *socket)
{
    uint64_t waiting = socket->written - socket->out;
    return socket->out + (socket->windowed ? MIN(waiting, PC_SOCKET_WINDOW) : 0);
}

uint64_t pc_socket_unsent(const struct pc_socket *socket)
{
    return socket->written - socket->out;
}

/* ---- receiving ---- */

void pc_socket_pause(struct pc_socket *socket)
{
    socket->paused = true;
    watch(socket);
}

void pc_socket_resume(struct pc_socket *socket)
{
    if (!socket->paused)
        return;
    socket->paused = false;
    if (socket->kept)
        g_source_set_ready_time(socket->source, 0);
    watch(socket);
}

bool pc_socket_paused(const struct pc_socket *socket)
{
    return socket->paused;
}

static void hand_on(struct pc_socket *socket, const uint8_t *data, size_t size)
{
    size_t took = socket->ops->octets(socket->user, data, size);
    if (took >= size || !socket->ops)
        return;
    g_assert(socket->paused);
    GByteArray *rest = g_byte_array_new();
    g_byte_array_append(rest, data + took, (guint)(size - took));
    socket->kept = rest;
}

static void receive(struct pc_socket *socket)
{
    GError *error = NULL;
    gssize got = g_socket_receive(socket->socket, (gchar *)socket->sockets->octets, PC_SOCKET_READ, NULL, &error);
    if (got > 0) {
        if (socket->ops)
            hand_on(socket, socket->sockets->octets, (size_t)got);
        return; /* of a connection that was let go: nobody wants them */
    }
    if (got == 0) {
        socket->eof = true;
        watch(socket);
        if (socket->ops)
            socket->ops->eof(socket->user);
        return;
    }
    if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        fail(socket, error->message);
    g_error_free(error);
}

/* After the peer's end nothing comes but a reset. */
static void reset_after_end(struct pc_socket *socket)
{
    GError *error = NULL;
    if (!g_socket_check_connect_result(socket->socket, &error)) /* SO_ERROR, as after a connect */
        fail(socket, error->message);
    else
        fail(socket, "the connection is gone");
    g_clear_error(&error);
}

/* ---- connecting ---- */

static char *endpoint_text(GSocketAddress *address, uint16_t *port)
{
    if (!address || !G_IS_INET_SOCKET_ADDRESS(address))
        return g_strdup("");
    GInetAddress *inet = g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(address));
    char *literal = g_inet_address_to_string(inet), *text;
    *port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(address));
    bool six = g_inet_address_get_family(inet) == G_SOCKET_FAMILY_IPV6;
    text = g_strdup_printf(six ? "[%s]:%u" : "%s:%u", literal, *port);
    g_free(literal);
    return text;
}

static GSocketAddress *address_of(const struct pc_ip *ip, uint16_t port)
{
    GInetAddress *inet = g_inet_address_new_from_bytes(ip->octets, ip->family == 6 ? G_SOCKET_FAMILY_IPV6 : G_SOCKET_FAMILY_IPV4);
    GSocketAddress *address =
        g_object_new(G_TYPE_INET_SOCKET_ADDRESS, "address", inet, "port", (guint)port, "scope-id", (guint)ip->scope, NULL);
    g_object_unref(inet);
    return address;
}

/* Made and bound at once, so that its local end is known. */
static bool make(struct pc_socket *socket, GError **error)
{
    socket->socket = g_socket_new(g_socket_address_get_family(socket->target), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
    if (!socket->socket)
        return false;
    g_socket_set_blocking(socket->socket, FALSE);
    if (!socket->sockets->from.family)
        return true;
    GSocketAddress *from = address_of(&socket->sockets->from, 0), *local;
    bool bound = g_socket_bind(socket->socket, from, FALSE, error);
    g_object_unref(from);
    if (!bound)
        return false;
    local = g_socket_get_local_address(socket->socket, NULL);
    g_free(socket->local);
    socket->local = endpoint_text(local, &socket->local_port);
    g_clear_object(&local);
    return true;
}

static void is_open(struct pc_socket *socket)
{
    GSocketAddress *local = g_socket_get_local_address(socket->socket, NULL);
    GSocketAddress *remote = g_socket_get_remote_address(socket->socket, NULL);
    g_free(socket->local);
    g_free(socket->remote);
    socket->local = endpoint_text(local, &socket->local_port);
    socket->remote = endpoint_text(remote, &socket->remote_port);
    g_clear_object(&local);
    g_clear_object(&remote);
    int on = 1; /* a mesh message does not wait for the next one: framing.md 12 */
    setsockopt(g_socket_get_fd(socket->socket), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    socket->phase = OPEN;
    pc_socket_flush(socket);
}

static void begin_connect(struct pc_socket *socket)
{
    GError *error = NULL;
    socket->phase = CONNECTING;
    if (g_socket_connect(socket->socket, socket->target, NULL, &error) || g_error_matches(error, G_IO_ERROR, G_IO_ERROR_PENDING))
        watch(socket);
    else
        fail(socket, error->message);
    g_clear_error(&error);
}

static void connect_ready(struct pc_socket *socket)
{
    GError *error = NULL;
    if (!g_socket_check_connect_result(socket->socket, &error)) {
        fail(socket, error->message);
        g_error_free(error);
        return;
    }
    is_open(socket);
    socket->ops->connected(socket->user);
}

/* ---- the main loop ---- */

struct source {
    GSource base;
    struct pc_socket *socket;
};

static void tell_failure(struct pc_socket *socket)
{
    const struct pc_socket_ops *ops = socket->ops;
    void *user = socket->user;
    bool made = socket->phase >= OPEN;
    char *why = g_steal_pointer(&socket->failure);
    drop(socket, true);
    if (ops && made)
        ops->closed(user, why);
    else if (ops)
        ops->failed(user, why);
    g_free(why);
}

/* Of a connection without an owner: everything out, then FIN, then the peer's end, or its time is over. */
static void linger(struct pc_socket *socket)
{
    if (pc_clock_now() >= socket->due || (socket->phase == SHUT && socket->eof)) {
        drop(socket, !all_out(socket));
        return;
    }
    if (socket->phase == DRAINING && all_out(socket) && !silent(socket)) {
        socket->phase = SHUT;
        g_socket_shutdown(socket->socket, FALSE, TRUE, NULL);
        if (socket->eof) {
            drop(socket, false);
            return;
        }
    }
    wake_at(socket, socket->due);
}

static void progress(struct pc_socket *socket)
{
    uint64_t before = pc_socket_handed(socket);
    bool was = socket->blocked;
    socket->blocked = false;
    pc_socket_flush(socket);
    if (was && socket->ops && !socket->failure && pc_socket_handed(socket) > before)
        socket->ops->writable(socket->user, pc_socket_handed(socket));
}

static gboolean dispatch(GSource *source, GSourceFunc unused, gpointer user)
{
    struct pc_socket *socket = ((struct source *)source)->socket;
    GIOCondition ready = socket->tag ? g_source_query_unix_fd(source, socket->tag) : 0;
    (void)unused;
    (void)user;
    socket->refs++;
    g_source_set_ready_time(source, -1);
    if (socket->phase == WAITING && !socket->failure) {
        if (silent(socket))
            be_patient(socket, PC_LINE_CONNECT_NS);
        else if (pc_clock_now() < socket->due)
            wake_at(socket, socket->due);
        else
            begin_connect(socket);
    } else if (socket->phase == CONNECTING && !socket->failure && ready) {
        connect_ready(socket);
    } else if (socket->phase >= OPEN && socket->phase < GONE) {
        if (!socket->failure && (ready & G_IO_OUT || ((socket->delay || socket->released || silent(socket)) && !all_out(socket))))
            progress(socket);
        socket->released = false;
        if (socket->kept && socket->ops && !socket->paused) {
            GByteArray *kept = g_steal_pointer(&socket->kept);
            hand_on(socket, kept->data, kept->len);
            g_byte_array_unref(kept);
        }
        if (socket->phase < GONE && !socket->failure) {
            if (ready & (G_IO_HUP | G_IO_ERR) && socket->eof)
                reset_after_end(socket);
            else if (ready & (G_IO_IN | G_IO_HUP | G_IO_ERR) && !socket->eof && !socket->paused && !socket->kept)
                receive(socket);
        }
    }
    if (socket->failure && socket->phase != GONE)
        tell_failure(socket);
    if (socket->phase == DRAINING || socket->phase == SHUT)
        linger(socket);
    unref(socket);
    return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = {.dispatch = dispatch};

static struct pc_socket *new_socket(struct pc_sockets *sockets, const struct pc_socket_ops *ops, void *user)
{
    struct pc_socket *socket = g_new0(struct pc_socket, 1);
    socket->sockets = sockets;
    socket->ops = ops;
    socket->user = user;
    socket->refs = 1;
    socket->delay = sockets->delay;
    socket->line = sockets->line;
    if (socket->line)
        g_ptr_array_add(socket->line->users, socket);
    socket->windowed = socket->delay || silent(socket);
    socket->pieces = g_array_new(FALSE, FALSE, sizeof(struct piece));
    socket->local = g_strdup("");
    socket->remote = g_strdup("");
    socket->link.data = socket;
    socket->source = g_source_new(&source_funcs, sizeof(struct source));
    ((struct source *)socket->source)->socket = socket;
    g_source_set_name(socket->source, "peermesh connection");
    g_source_attach(socket->source, sockets->context);
    return socket;
}

struct pc_socket *pc_socket_connect(struct pc_sockets *sockets, const struct pc_ip *ip, uint16_t port,
                                    const struct pc_socket_ops *ops, void *user)
{
    struct pc_socket *socket = new_socket(sockets, ops, user);
    socket->target = address_of(ip, port);
    socket->due = pc_clock_now() + 2 * socket->delay; /* SYN and its answer */
    GError *error = NULL;
    if (!make(socket, &error)) {
        fail(socket, error->message);
        g_error_free(error);
    } else if (socket->delay || silent(socket))
        wake_at(socket, silent(socket) ? pc_clock_now() : socket->due);
    else
        begin_connect(socket);
    return socket;
}

struct pc_socket *pc_socket_accepted(struct pc_sockets *sockets, GSocket *accepted, const struct pc_socket_ops *ops, void *user)
{
    struct pc_socket *socket = new_socket(sockets, ops, user);
    socket->socket = accepted;
    g_socket_set_blocking(accepted, FALSE);
    is_open(socket);
    return socket;
}

void pc_socket_close(struct pc_socket *socket)
{
    struct pc_sockets *sockets = socket->sockets;
    if (socket->phase < OPEN || socket->failure) {
        drop(socket, true);
        return;
    }
    socket->ops = NULL;
    socket->phase = DRAINING;
    socket->paused = false;
    if (socket->kept)
        g_byte_array_unref(g_steal_pointer(&socket->kept));
    socket->due = pc_clock_now() + PC_SOCKET_LINGER_NS;
    g_queue_push_tail_link(&sockets->lingering, &socket->link);
    if (sockets->lingering.length > PC_SOCKET_LINGERING)
        drop(sockets->lingering.head->data, true);
    pc_socket_flush(socket);
    g_source_set_ready_time(socket->source, 0); /* the rest is the loop's */
}

void pc_socket_abort(struct pc_socket *socket)
{
    drop(socket, true);
}

const char *pc_socket_local(const struct pc_socket *socket)
{
    return socket->local;
}

const char *pc_socket_remote(const struct pc_socket *socket)
{
    return socket->remote;
}

uint16_t pc_socket_local_port(const struct pc_socket *socket)
{
    return socket->local_port;
}

uint16_t pc_socket_remote_port(const struct pc_socket *socket)
{
    return socket->remote_port;
}
