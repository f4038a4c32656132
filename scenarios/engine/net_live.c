#include "scenarios/engine/net_live.h"

#include "protocol/live/socket.h"
#include "scenarios/engine/net_private.h"
#include "sim/fault.h"

#include <stdio.h>
#include <string.h>

#define TICK_MS 1 /* of the calendar: how late a timer may be */

struct end {
    struct scn_live *live;
    struct scn_peer *peer;
    struct pc_socket *socket; /* NULL: gone */
    sim_conn number;
    pc_conn tag;
    uint32_t link, remote_host;
    uint16_t remote_port;
    bool initiator;
    uint64_t received, written;
};

struct line { /* all that one host sends to another */
    struct pc_line *line;
    uint32_t from, to;
};

struct station { /* what a peer's node has of the system */
    struct scn_peer *peer;
    struct pc_sockets *sockets;
    struct pc_listener *listener;
};

struct scn_live {
    struct scn_net *net;
    struct scn_live_options options;
    GPtrArray *ends;      /* struct end by number - 1 */
    GHashTable *stations; /* struct scn_peer -> struct station; look-up only */
    GHashTable *tags;     /* "peer number, tag" -> struct end; look-up only */
    GHashTable *dialled;  /* "host, port" of who dials -> link; look-up only */
    GHashTable *lines;    /* "host, host" -> struct line */
    GHashTable *dead;     /* hosts that died silently */
    uint32_t links;
    int64_t start;        /* of the clock: the calendar's 0 */
    const struct sim_progress *progress;
    bool stopped;
};

/* ---- the calendar ---- */

/* What is due by now happens before whatever comes from the system. */
static void catch_up(struct scn_live *live)
{
    int64_t now = pc_clock_now() - live->start;
    if (!live->stopped && sim_run_until(live->net->world, now, live->progress) == SIM_STOP_ASKED)
        live->stopped = true;
}

static gboolean tick(gpointer unused)
{
    (void)unused;
    return G_SOURCE_CONTINUE;
}

int64_t scn_live_elapsed(const struct scn_live *live)
{
    return pc_clock_now() - live->start;
}

void scn_live_run(struct scn_live *live, const struct sim_progress *progress)
{
    guint ticking = g_timeout_add(TICK_MS, tick, NULL);
    live->start = pc_clock_now() - sim_now(live->net->world);
    live->progress = progress;
    while (!live->stopped) {
        catch_up(live);
        if (!live->stopped)
            g_main_context_iteration(NULL, TRUE);
    }
    g_source_remove(ticking);
}

/* ---- who is where ---- */

uint32_t scn_live_address(const struct scn_live *live, uint32_t address)
{
    return 0x7F000000u | (uint32_t)live->options.net << 16 | (address & 0xFFFF);
}

static uint32_t host_at(const struct scn_live *live, uint32_t real)
{
    return sim_host_of_address(live->net->world, 0x0A000000u | (real & 0xFFFF));
}

static int64_t delay_between(const struct scn_live *live, uint32_t host, uint32_t remote)
{
    if (live->options.delay >= 0)
        return live->options.delay;
    return remote == SIM_NONE ? 0 : sim_base_delay(live->net->world, host, remote);
}

static void free_station(void *data)
{
    struct station *station = data;
    pc_listener_free(station->listener);
    pc_sockets_free(station->sockets);
    g_free(station);
}

static struct station *station_of(struct scn_peer *peer)
{
    struct scn_live *live = peer->net->live;
    struct station *station = g_hash_table_lookup(live->stations, peer);
    if (station)
        return station;
    struct pc_ip ip = scn_net_ip(scn_live_address(live, sim_host_address(peer->host)));
    station = g_new0(struct station, 1);
    station->peer = peer;
    station->sockets = pc_sockets_new(NULL);
    pc_sockets_from(station->sockets, &ip);
    g_hash_table_insert(live->stations, peer, station);
    return station;
}

static gint64 *key_of(uint32_t high, uint32_t low)
{
    gint64 key = (gint64)((uint64_t)high << 32 | low);
    return g_memdup2(&key, sizeof key);
}

/* ---- lines ---- */

static bool carries(const struct scn_live *live, uint32_t from, uint32_t to)
{
    return !g_hash_table_contains(live->dead, GUINT_TO_POINTER(from + 1)) && !g_hash_table_contains(live->dead, GUINT_TO_POINTER(to + 1)) &&
           sim_fault_passes(live->net->world, from, to);
}

static struct pc_line *line_between(struct scn_live *live, uint32_t from, uint32_t to)
{
    gint64 key = (gint64)((uint64_t)from << 32 | to);
    struct line *line = to == SIM_NONE ? NULL : g_hash_table_lookup(live->lines, &key);
    if (to == SIM_NONE || line)
        return line ? line->line : NULL;
    line = g_new0(struct line, 1);
    *line = (struct line){pc_line_new(), from, to};
    pc_line_silence(line->line, !carries(live, from, to));
    g_hash_table_insert(live->lines, key_of(from, to), line);
    return line->line;
}

static void free_line(void *data)
{
    struct line *line = data;
    pc_line_free(line->line);
    g_free(line);
}

/* In any order: what a line that carries again sends, it sends from the main loop. */
void scn_live_faults_changed(struct scn_live *live)
{
    GHashTableIter iter;
    gpointer line;
    g_hash_table_iter_init(&iter, live->lines);
    while (g_hash_table_iter_next(&iter, NULL, &line)) {
        struct line *one = line;
        pc_line_silence(one->line, !carries(live, one->from, one->to));
    }
}

/* ---- ends ---- */

static struct end *end_at(const struct scn_live *live, sim_conn number)
{
    return live->ends->pdata[number - 1];
}

static struct end *new_end(struct scn_peer *peer, uint32_t remote_host, uint16_t remote_port, bool initiator)
{
    struct scn_live *live = peer->net->live;
    struct end *end = g_new0(struct end, 1);
    *end = (struct end){.live = live, .peer = peer, .remote_host = remote_host, .remote_port = remote_port, .initiator = initiator};
    g_ptr_array_add(live->ends, end);
    end->number = live->ends->len;
    return end;
}

/* ---- what the system tells ---- */

static void octets_told(struct end *end, bool sent, size_t size)
{
    struct scn_net *net = end->live->net;
    uint32_t other = scn_net_peer_of(net, end->remote_host, end->remote_port, end->link, !end->initiator);
    if (net->options.octets && end->peer->number != AN_NONE)
        scn_net_tell(net, (struct an_event){.kind = sent ? AN_OCTETS_SENT : AN_OCTETS_RECEIVED, .peer = end->peer->number, .other = other,
                                            .link = end->link, .message = AN_NONE, .size = (uint32_t)size});
}

/* Is the end still there when the calendar has caught up? What happens there may take it away. */
static bool still(struct end *end)
{
    catch_up(end->live);
    return end->socket != NULL && !end->live->stopped;
}

static void on_connected(void *user)
{
    struct end *end = user;
    if (still(end))
        scn_net_node_ops.connected(end->peer, end->number);
}

static void gone(struct end *end, bool failed, bool silence)
{
    struct scn_live *live = end->live;
    end->socket = NULL;
    catch_up(live);
    if (live->stopped || !end->tag)
        return;
    if (failed)
        scn_net_node_ops.connect_failed(end->peer, end->number, silence ? SIM_CONNECT_TIMEOUT : SIM_CONNECT_REFUSED);
    else
        scn_net_node_ops.closed(end->peer, end->number, silence ? SIM_CLOSED_TIMEOUT : SIM_CLOSED_RESET);
    g_hash_table_remove(live->tags, &(gint64){(gint64)((uint64_t)end->peer->sim_node << 32 | end->tag)});
}

static void on_failed(void *user, const char *why)
{
    gone(user, true, strcmp(why, PC_LINE_GAVE_UP) == 0);
}

static void on_closed(void *user, const char *why)
{
    gone(user, false, strcmp(why, PC_LINE_GAVE_UP) == 0);
}

static size_t on_octets(void *user, const uint8_t *data, size_t size)
{
    struct end *end = user;
    if (!still(end))
        return size;
    end->received += size;
    octets_told(end, false, size);
    scn_net_node_ops.octets(end->peer, end->number, data, size, NULL);
    return size;
}

static void on_eof(void *user)
{
    struct end *end = user;
    if (still(end))
        scn_net_node_ops.eof(end->peer, end->number);
}

static void on_writable(void *user, uint64_t handed)
{
    struct end *end = user;
    if (still(end))
        scn_net_node_ops.writable(end->peer, end->number, handed);
}

static const struct pc_socket_ops socket_ops = {on_connected, on_failed, on_octets, on_eof, on_writable, on_closed};

static void on_accepted(void *user, GSocket *accepted)
{
    struct station *station = user;
    struct scn_peer *peer = station->peer;
    struct scn_live *live = peer->net->live;
    GSocketAddress *remote = g_socket_get_remote_address(accepted, NULL);
    uint32_t host = SIM_NONE, real = 0;
    uint16_t port = 0;
    catch_up(live);
    if (remote) {
        const guint8 *octets = g_inet_address_to_bytes(g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(remote)));
        real = (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 | octets[3];
        port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(remote));
        host = host_at(live, real);
        g_object_unref(remote);
    }
    gpointer link = g_hash_table_lookup(live->dialled, &(gint64){(gint64)((uint64_t)host << 32 | port)});
    if (live->stopped || !link || (!peer->node && !peer->resolver)) { /* a stranger, or nobody is at home any more */
        g_socket_close(accepted, NULL);
        g_object_unref(accepted);
        return;
    }
    struct end *end = new_end(peer, host, port, false);
    end->link = GPOINTER_TO_UINT(link);
    pc_sockets_delay(station->sockets, delay_between(live, peer->host, host));
    pc_sockets_line(station->sockets, line_between(live, peer->host, host));
    end->socket = pc_socket_accepted(station->sockets, accepted, &socket_ops, end);
    scn_net_node_ops.accepted(peer, end->number, real, port);
}

/* ---- what is asked of it ---- */

sim_conn scn_live_connect(struct scn_peer *peer, uint32_t address, uint16_t port)
{
    struct scn_live *live = peer->net->live;
    struct station *station = station_of(peer);
    struct end *end = new_end(peer, host_at(live, address), port, true);
    struct pc_ip ip = scn_net_ip(address);
    pc_sockets_delay(station->sockets, delay_between(live, peer->host, end->remote_host));
    pc_sockets_line(station->sockets, line_between(live, peer->host, end->remote_host));
    end->link = ++live->links;
    end->socket = pc_socket_connect(station->sockets, &ip, port, &socket_ops, end);
    g_hash_table_replace(live->dialled, key_of(peer->host, pc_socket_local_port(end->socket)), GUINT_TO_POINTER(end->link));
    return end->number;
}

bool scn_live_listen(struct scn_peer *peer, uint16_t port)
{
    struct station *station = station_of(peer);
    struct pc_ip ip = scn_net_ip(scn_live_address(peer->net->live, sim_host_address(peer->host)));
    GError *error = NULL;
    if (g_hash_table_remove(peer->net->live->dead, GUINT_TO_POINTER(peer->host + 1)))
        scn_live_faults_changed(peer->net->live);
    scn_live_unlisten(peer);
    station->listener = pc_listener_new(station->sockets, &ip, port, on_accepted, station, &error);
    if (!station->listener) {
        fprintf(stderr, "peermesh live: port %u: %s\n", port, error->message);
        g_error_free(error);
    }
    return station->listener != NULL;
}

void scn_live_unlisten(struct scn_peer *peer)
{
    struct station *station = station_of(peer);
    pc_listener_free(station->listener);
    station->listener = NULL;
}

void scn_live_let_go(struct scn_live *live, sim_conn number, bool reset)
{
    struct end *end = end_at(live, number);
    struct pc_socket *socket = g_steal_pointer(&end->socket);
    g_hash_table_remove(live->tags, &(gint64){(gint64)((uint64_t)end->peer->sim_node << 32 | end->tag)});
    if (socket && reset)
        pc_socket_abort(socket);
    else if (socket)
        pc_socket_close(socket);
}

void scn_live_kill(struct scn_peer *peer, bool silent)
{
    struct scn_live *live = peer->net->live;
    if (live && silent) {
        g_hash_table_add(live->dead, GUINT_TO_POINTER(peer->host + 1));
        scn_live_faults_changed(live);
    }
    for (guint i = 0; live && i < live->ends->len; i++) {
        struct end *end = live->ends->pdata[i];
        if (end->peer == peer && end->socket)
            scn_live_let_go(live, end->number, true);
    }
    if (live)
        scn_live_unlisten(peer);
}

bool scn_live_write(struct scn_live *live, sim_conn number, struct pc_buf *octets)
{
    struct end *end = end_at(live, number);
    if (!end->socket)
        return false;
    end->written += octets->size;
    octets_told(end, true, octets->size);
    pc_socket_write(end->socket, pc_buf_ref(octets));
    return pc_socket_flush(end->socket);
}

void scn_live_pause(struct scn_live *live, sim_conn number, bool pause)
{
    struct end *end = end_at(live, number);
    if (end->socket && pause)
        pc_socket_pause(end->socket);
    else if (end->socket)
        pc_socket_resume(end->socket);
}

sim_conn scn_live_find(struct scn_peer *peer, pc_conn conn)
{
    struct end *end = g_hash_table_lookup(peer->net->live->tags, &(gint64){(gint64)((uint64_t)peer->sim_node << 32 | conn)});
    return end && end->socket ? end->number : 0;
}

void scn_live_set_tag(struct scn_live *live, sim_conn number, pc_conn conn)
{
    struct end *end = end_at(live, number);
    end->tag = conn;
    g_hash_table_replace(live->tags, key_of(end->peer->sim_node, conn), end);
}

pc_conn scn_live_tag(const struct scn_live *live, sim_conn number)
{
    return end_at(live, number)->tag;
}

void scn_live_view(struct scn_live *live, sim_conn number, struct sim_conn_view *view)
{
    const struct end *end = end_at(live, number);
    *view = (struct sim_conn_view){.link = end->link,
                                   .node = end->peer->sim_node,
                                   .remote_host = end->remote_host,
                                   .remote_port = end->remote_port,
                                   .initiator = end->initiator,
                                   .blocked = end->socket && pc_socket_blocked(end->socket),
                                   .written = end->written,
                                   .handed = end->socket ? pc_socket_handed(end->socket) : end->written,
                                   .received = end->received};
}

/* ---- making it ---- */

struct scn_live *scn_live_new(struct scn_net *net, const struct scn_live_options *options)
{
    struct scn_live *live = g_new0(struct scn_live, 1);
    live->net = net;
    live->options = *options;
    live->start = pc_clock_now();
    live->ends = g_ptr_array_new_with_free_func(g_free);
    live->stations = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_station);
    live->tags = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    live->dialled = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    live->lines = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_line);
    live->dead = g_hash_table_new(g_direct_hash, g_direct_equal);
    return live;
}

void scn_live_free(struct scn_live *live)
{
    if (!live)
        return;
    for (guint i = 0; i < live->ends->len; i++) {
        struct end *end = live->ends->pdata[i];
        if (end->socket)
            pc_socket_abort(g_steal_pointer(&end->socket));
    }
    g_hash_table_unref(live->stations);
    g_hash_table_unref(live->tags);
    g_hash_table_unref(live->dialled);
    g_hash_table_unref(live->lines); /* after the connections, those that linger too */
    g_hash_table_unref(live->dead);
    g_ptr_array_unref(live->ends);
    g_free(live);
}
