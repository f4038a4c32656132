#include "tests/unit/live/rig.h"

#include <string.h>

gboolean rig_wake(gpointer unused)
{
    (void)unused;
    return G_SOURCE_CONTINUE;
}

void rig_turn(int64_t ms)
{
    gint64 end = g_get_monotonic_time() + ms * 1000;
    guint tick = g_timeout_add(1, rig_wake, NULL);
    while (g_get_monotonic_time() < end)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(tick);
}

static void on_connected(void *user)
{
    struct rig_end *end = user;
    end->connected = true;
    end->connected_at = pc_clock_now();
}

static void on_failed(void *user, const char *why)
{
    struct rig_end *end = user;
    cr_assert_gt(strlen(why), 0);
    end->failed = true;
    end->socket = NULL;
}

static size_t on_octets(void *user, const uint8_t *data, size_t size)
{
    struct rig_end *end = user;
    cr_assert(!pc_socket_paused(end->socket), "octets came in spite of a pause");
    if (!end->first_at)
        end->first_at = pc_clock_now();
    size_t take = size;
    if (end->pause_after && end->got->len + size >= end->pause_after) {
        take = end->pause_after - end->got->len;
        end->pause_after = 0;
        pc_socket_pause(end->socket);
    }
    g_byte_array_append(end->got, data, (guint)take);
    return take;
}

static void on_eof(void *user)
{
    struct rig_end *end = user;
    cr_assert(!pc_socket_paused(end->socket), "the end came in spite of a pause");
    end->eof = true;
}

static void on_writable(void *user, uint64_t handed)
{
    struct rig_end *end = user;
    cr_assert_gt(handed, end->handed);
    end->handed = handed;
    end->writables++;
}

static void on_closed(void *user, const char *why)
{
    struct rig_end *end = user;
    cr_assert_gt(strlen(why), 0);
    end->closed = true;
    end->socket = NULL;
}

const struct pc_socket_ops rig_ops = {on_connected, on_failed, on_octets, on_eof, on_writable, on_closed};

static void on_accepted(void *user, GSocket *socket)
{
    struct rig_pair *pair = user;
    pair->ends[1].socket = pc_socket_accepted(pair->sockets, socket, &rig_ops, &pair->ends[1]);
}

struct pc_ip rig_loopback(int family)
{
    struct pc_ip ip = {.family = (uint8_t)family};
    if (family == 4)
        memcpy(ip.octets, (uint8_t[]){127, 0, 0, 1}, 4);
    else
        ip.octets[15] = 1;
    return ip;
}

void rig_pair_open(struct rig_pair *pair, int family, int64_t delay)
{
    GError *error = NULL;
    struct pc_ip ip = rig_loopback(family);
    memset(pair, 0, sizeof *pair);
    pair->sockets = pc_sockets_new(NULL);
    pc_sockets_delay(pair->sockets, delay);
    pair->listener = pc_listener_new(pair->sockets, &ip, 0, on_accepted, pair, &error);
    cr_assert(pair->listener, "%s", error ? error->message : "");
    for (unsigned i = 0; i < 2; i++)
        pair->ends[i].got = g_byte_array_new();
    pair->ends[0].socket = pc_socket_connect(pair->sockets, &ip, pc_listener_port(pair->listener), &rig_ops, &pair->ends[0]);
    rig_until(pair->ends[0].connected && pair->ends[1].socket);
}

void rig_pair_close(struct rig_pair *pair)
{
    for (unsigned i = 0; i < 2; i++) {
        if (pair->ends[i].socket)
            pc_socket_abort(pair->ends[i].socket);
        g_byte_array_unref(pair->ends[i].got);
    }
    pc_listener_free(pair->listener);
    pc_sockets_free(pair->sockets);
}

void rig_write(struct rig_end *end, size_t size, uint8_t first)
{
    struct pc_buf *octets = pc_buf_new(size);
    for (size_t i = 0; i < size; i++)
        octets->data[i] = (uint8_t)(first + i);
    octets->size = (uint32_t)size;
    pc_socket_write(end->socket, octets);
    pc_socket_flush(end->socket);
}

bool rig_counts_up(const GByteArray *octets, size_t from, uint8_t first)
{
    for (size_t i = from; i < octets->len; i++)
        if (octets->data[i] != (uint8_t)(first + i - from))
            return false;
    return true;
}
