#include "protocol/live/driver.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

struct conn {
    struct pc_live *live;
    pc_conn number;
    struct pc_socket *socket;
    bool dirty;        /* written to in this step */
    bool told_blocked;
    char *local, *remote; /* once it is open */
};

struct pc_live {
    struct pc_sockets *sockets;
    const struct pc_live_ops *ops;
    void *user;
    struct pc_node *node;         /* one of the two */
    struct pc_resolver *resolver;
    struct pc_listener *listener;
    GSource *timer;
    GHashTable *conns;   /* pc_conn -> struct conn; look-up only */
    GPtrArray *all;      /* the same, in order of creation as far as they are there */
    GPtrArray *dirty;    /* written to in this step */
    struct conn *ended;  /* during an event that ends a connection: it can still be named */
    GPtrArray *let_go;   /* closed in this step: likewise */
    struct pc_actions actions;
    struct pc_ip ip;
    pc_conn next_accepted;
    bool in_step;
};

struct timer {
    GSource base;
    struct pc_live *live;
};

/* ---- connections ---- */

static struct conn *find(const struct pc_live *live, pc_conn number)
{
    struct conn *conn = g_hash_table_lookup(live->conns, GUINT_TO_POINTER(number));
    if (!conn && live->ended && live->ended->number == number)
        return live->ended;
    for (guint i = 0; !conn && i < live->let_go->len; i++)
        if (((struct conn *)live->let_go->pdata[i])->number == number)
            conn = live->let_go->pdata[i];
    return conn;
}

static struct conn *add(struct pc_live *live, pc_conn number)
{
    struct conn *conn = g_new0(struct conn, 1);
    conn->live = live;
    conn->number = number;
    g_hash_table_insert(live->conns, GUINT_TO_POINTER(number), conn);
    g_ptr_array_add(live->all, conn);
    return conn;
}

/* From now on the number leads nowhere; the memory is the caller's. */
static void take_out(struct conn *conn)
{
    struct pc_live *live = conn->live;
    g_hash_table_remove(live->conns, GUINT_TO_POINTER(conn->number));
    g_ptr_array_remove_fast(live->all, conn);
    if (conn->dirty)
        g_ptr_array_remove(live->dirty, conn);
}

static void free_conn(struct conn *conn)
{
    g_free(conn->local);
    g_free(conn->remote);
    g_free(conn);
}

static void is_open(struct conn *conn)
{
    conn->local = g_strdup(pc_socket_local(conn->socket));
    conn->remote = g_strdup(pc_socket_remote(conn->socket));
}

static void step(struct pc_live *live, struct pc_event *event);

static void on_connected(void *user)
{
    struct conn *conn = user;
    is_open(conn);
    step(conn->live, &(struct pc_event){.kind = PC_EVENT_CONNECTED, .conn = conn->number});
}

static void on_eof(void *user)
{
    struct conn *conn = user;
    step(conn->live, &(struct pc_event){.kind = PC_EVENT_EOF, .conn = conn->number});
}

/* Notes of this step may still name the connection. */
static void ended(struct conn *conn, enum pc_event_kind kind)
{
    struct pc_live *live = conn->live;
    take_out(conn);
    conn->socket = NULL;
    live->ended = conn;
    step(live, &(struct pc_event){.kind = kind, .conn = conn->number});
    live->ended = NULL;
    free_conn(conn);
}

static void on_failed(void *user, const char *why)
{
    (void)why;
    ended(user, PC_EVENT_CONNECT_FAILED);
}

static void on_closed(void *user, const char *why)
{
    (void)why;
    ended(user, PC_EVENT_CLOSED);
}

static void on_writable(void *user, uint64_t handed)
{
    struct conn *conn = user;
    struct pc_event event = {.kind = PC_EVENT_WRITABLE, .conn = conn->number};
    event.u.written = handed;
    if (!conn->told_blocked)
        return;
    conn->told_blocked = pc_socket_blocked(conn->socket);
    step(conn->live, &event);
}

static size_t on_octets(void *user, const uint8_t *data, size_t size);

static const struct pc_socket_ops socket_ops = {.connected = on_connected,
                                                .failed = on_failed,
                                                .octets = on_octets,
                                                .eof = on_eof,
                                                .writable = on_writable,
                                                .closed = on_closed};

static void on_accepted(void *user, GSocket *accepted)
{
    struct pc_live *live = user;
    live->next_accepted += 2;
    struct conn *conn = add(live, live->next_accepted);
    conn->socket = pc_socket_accepted(live->sockets, accepted, &socket_ops, conn);
    is_open(conn);
    step(live, &(struct pc_event){.kind = PC_EVENT_ACCEPTED, .conn = conn->number});
}

/* ---- carrying out what the core wants ---- */

static void let_go(struct conn *conn, bool reset)
{
    struct pc_live *live = conn->live;
    take_out(conn);
    if (reset)
        pc_socket_abort(conn->socket);
    else
        pc_socket_close(conn->socket);
    g_ptr_array_add(live->let_go, conn); /* a note of this step may still name it */
}

static void carry_out(struct pc_live *live, const struct pc_action *action)
{
    struct conn *conn = action->conn ? g_hash_table_lookup(live->conns, GUINT_TO_POINTER(action->conn)) : NULL;
    switch (action->kind) {
    case PC_ACTION_CONNECT:
        conn = add(live, action->conn);
        conn->socket = pc_socket_connect(live->sockets, &action->u.connect.ip, action->u.connect.port, &socket_ops, conn);
        return;
    case PC_ACTION_WRITE:
        if (!conn) {
            pc_buf_unref(action->u.write);
            return;
        }
        pc_socket_write(conn->socket, action->u.write);
        if (!conn->dirty)
            g_ptr_array_add(live->dirty, conn);
        conn->dirty = true;
        return;
    case PC_ACTION_PAUSE:
        if (conn)
            pc_socket_pause(conn->socket);
        return;
    case PC_ACTION_RESUME:
        if (conn)
            pc_socket_resume(conn->socket);
        return;
    case PC_ACTION_CLOSE:
    case PC_ACTION_ABORT:
        if (conn)
            let_go(conn, action->kind == PC_ACTION_ABORT);
        return;
    case PC_ACTION_STOPPED:
    case PC_ACTION_OPEN_FAILED:
        pc_listener_free(live->listener);
        live->listener = NULL;
        break;
    default:
        break;
    }
    live->ops->action(live->user, action);
}

static void one_step(struct pc_live *live, struct pc_event *event)
{
    if (live->resolver)
        pc_resolver_step(live->resolver, event, &live->actions);
    else
        pc_node_step(live->node, event, &live->actions);
    for (uint32_t i = 0; i < live->actions.count; i++)
        carry_out(live, &live->actions.items[i]);
    live->actions.count = 0;
}

/* Hands on what was written. The core hears of a connection that is full before its next step: node.h. */
static void flush(struct pc_live *live, pc_time now)
{
    while (live->dirty->len) {
        struct conn *conn = live->dirty->pdata[0];
        g_ptr_array_remove_index(live->dirty, 0);
        conn->dirty = false;
        if (!pc_socket_flush(conn->socket) || conn->told_blocked)
            continue;
        conn->told_blocked = true;
        struct pc_event event = {.kind = PC_EVENT_BLOCKED, .conn = conn->number, .now = now};
        event.u.written = pc_socket_handed(conn->socket);
        one_step(live, &event);
    }
}

static void set_timer(struct pc_live *live)
{
    pc_time due = live->resolver ? pc_resolver_deadline(live->resolver) : pc_node_deadline(live->node);
    g_source_set_ready_time(live->timer, due == PC_TIME_NEVER ? -1 : due / 1000 + (due % 1000 != 0));
}

/* What one event, or one record of octets, brings. */
static void step_once(struct pc_live *live, struct pc_event *event)
{
    g_assert(!live->in_step);
    live->in_step = true;
    event->now = pc_clock_now();
    one_step(live, event);
    flush(live, event->now);
    g_ptr_array_set_size(live->let_go, 0);
    live->in_step = false;
}

static void step(struct pc_live *live, struct pc_event *event)
{
    step_once(live, event);
    set_timer(live);
}

static size_t on_octets(void *user, const uint8_t *data, size_t size)
{
    struct conn *conn = user;
    struct pc_live *live = conn->live;
    pc_conn number = conn->number;
    struct pc_event event = {.kind = PC_EVENT_OCTETS, .conn = number};
    event.u.octets.data = data;
    event.u.octets.size = size;
    do {
        step_once(live, &event);
        conn = g_hash_table_lookup(live->conns, GUINT_TO_POINTER(number));
    } while (event.u.octets.size && conn && !pc_socket_paused(conn->socket));
    set_timer(live);
    return conn ? size - event.u.octets.size : size;
}

/* ---- life ---- */

static gboolean dispatch(GSource *source, GSourceFunc unused, gpointer user)
{
    struct pc_live *live = ((struct timer *)source)->live;
    (void)unused;
    (void)user;
    g_source_set_ready_time(source, -1);
    step(live, &(struct pc_event){.kind = PC_EVENT_TIMER});
    return G_SOURCE_CONTINUE;
}

static GSourceFuncs timer_funcs = {.dispatch = dispatch};

static struct pc_live *new_live(struct pc_sockets *sockets, const struct pc_ip *ip, uint16_t port,
                                const struct pc_live_ops *ops, void *user, GError **error)
{
    struct pc_live *live = g_new0(struct pc_live, 1);
    live->listener = pc_listener_new(sockets, ip, port, on_accepted, live, error);
    if (!live->listener) {
        g_free(live);
        return NULL;
    }
    live->sockets = sockets;
    live->ops = ops;
    live->user = user;
    live->ip = *ip;
    live->conns = g_hash_table_new(g_direct_hash, g_direct_equal);
    live->all = g_ptr_array_new();
    live->dirty = g_ptr_array_new();
    live->let_go = g_ptr_array_new_with_free_func((GDestroyNotify)free_conn);
    live->timer = g_source_new(&timer_funcs, sizeof(struct timer));
    ((struct timer *)live->timer)->live = live;
    g_source_set_name(live->timer, "peermesh timer");
    g_source_attach(live->timer, pc_sockets_context(sockets));
    return live;
}

struct pc_live *pc_live_node(struct pc_sockets *sockets, const struct pc_mesh *mesh, const struct pc_ip *ip, uint16_t port,
                             const struct pc_live_ops *ops, void *user, GError **error)
{
    struct pc_live *live = new_live(sockets, ip, port, ops, user, error);
    if (live)
        live->node = pc_node_new(mesh, user);
    return live;
}

struct pc_live *pc_live_resolver(struct pc_sockets *sockets, const struct pc_mesh *mesh, const struct pc_ip *ip, uint16_t port,
                                 const struct pc_resolver_settings *settings, const struct pc_live_ops *ops, void *user,
                                 GError **error)
{
    const char *why = NULL;
    struct pc_resolver *resolver = pc_resolver_new(mesh, user, settings, &why);
    if (!resolver) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, why);
        return NULL;
    }
    struct pc_live *live = new_live(sockets, ip, port, ops, user, error);
    if (!live)
        pc_resolver_free(resolver);
    else
        live->resolver = resolver;
    return live;
}

void pc_live_start(struct pc_live *live, struct pc_text host)
{
    struct pc_event event = {.kind = PC_EVENT_START};
    event.u.start.ip = live->ip;
    event.u.start.port = pc_listener_port(live->listener);
    event.u.start.host = host;
    step(live, &event);
}

void pc_live_event(struct pc_live *live, struct pc_event *event)
{
    step(live, event);
}

void pc_live_free(struct pc_live *live)
{
    if (!live)
        return;
    g_assert(!live->in_step);
    pc_listener_free(live->listener);
    while (live->all->len)
        let_go(live->all->pdata[live->all->len - 1], true);
    pc_node_free(live->node);
    pc_resolver_free(live->resolver);
    g_source_destroy(live->timer);
    g_source_unref(live->timer);
    pc_actions_clear(&live->actions);
    g_hash_table_unref(live->conns);
    g_ptr_array_unref(live->all);
    g_ptr_array_unref(live->dirty);
    g_ptr_array_unref(live->let_go);
    g_free(live);
}

/* ---- looking in ---- */

uint16_t pc_live_port(const struct pc_live *live)
{
    return live->listener ? pc_listener_port(live->listener) : 0;
}

const struct pc_node *pc_live_core(const struct pc_live *live)
{
    return live->node;
}

const struct pc_resolver *pc_live_service(const struct pc_live *live)
{
    return live->resolver;
}

uint32_t pc_live_connections(const struct pc_live *live)
{
    return live->all->len;
}

uint64_t pc_live_unsent(const struct pc_live *live)
{
    uint64_t octets = 0;
    for (guint i = 0; i < live->all->len; i++)
        octets += pc_socket_unsent(((const struct conn *)live->all->pdata[i])->socket);
    return octets;
}

const char *pc_live_local(const struct pc_live *live, pc_conn number)
{
    const struct conn *conn = find(live, number);
    return conn ? conn->local : NULL;
}

const char *pc_live_remote(const struct pc_live *live, pc_conn number)
{
    const struct conn *conn = find(live, number);
    return conn ? conn->remote : NULL;
}

/* ---- randomness ---- */

/* A hash whose streams do not overlap: each purpose and place a value of its own. */
static uint64_t mixed(uint64_t seed, uint64_t purpose, uint64_t index)
{
    uint64_t x = seed + UINT64_C(0x9e3779b97f4a7c15) * (purpose << 32 | index);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

uint64_t pc_live_random(uint64_t seed, enum pc_draw purpose, uint32_t index)
{
    uint64_t value = 0;
    if (seed)
        return mixed(mixed(seed, 0, 0), (uint64_t)purpose, index);
    for (size_t got = 0; got < sizeof value;) {
        ssize_t n = getrandom((uint8_t *)&value + got, sizeof value - got, 0);
        g_assert(n > 0 || errno == EINTR); /* the system has no random numbers: nothing can be made unique */
        got += n > 0 ? (size_t)n : 0;
    }
    return value;
}
