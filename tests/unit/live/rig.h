/* What the tests of this folder share: a loop that is turned until something holds, and ends of connections that keep what they get. */
#ifndef TEST_LIVE_RIG_H
#define TEST_LIVE_RIG_H

#include "protocol/live/socket.h"

#include <criterion/criterion.h>

/* Turns the loop until the condition holds; the test fails after ten seconds. */
#define rig_until(condition)                                                                                    \
    do {                                                                                                        \
        gint64 rig_end = g_get_monotonic_time() + 10000000;                                                     \
        guint rig_tick = g_timeout_add(2, rig_wake, NULL);                                                      \
        while (!(condition) && g_get_monotonic_time() < rig_end)                                                \
            g_main_context_iteration(NULL, TRUE);                                                               \
        g_source_remove(rig_tick);                                                                              \
        cr_assert(condition, "after ten seconds it does not hold that " #condition);                            \
    } while (0)
gboolean rig_wake(gpointer unused);
void rig_turn(int64_t ms); /* turns the loop for so long */

struct rig_end {
    struct pc_socket *socket; /* NULL: gone, or not there yet */
    GByteArray *got;
    bool connected, failed, closed, eof;
    uint64_t handed;          /* of the last `writable` */
    unsigned writables;
    size_t pause_after;       /* octets; 0: never */
    int64_t connected_at, first_at; /* ns */
};

/* A connection over loopback: [0] has dialled. */
struct rig_pair {
    struct pc_sockets *sockets;
    struct pc_listener *listener;
    struct rig_end ends[2];
};
extern const struct pc_socket_ops rig_ops;
struct pc_ip rig_loopback(int family);
void rig_pair_open(struct rig_pair *pair, int family, int64_t delay);
void rig_pair_close(struct rig_pair *pair);
void rig_write(struct rig_end *end, size_t size, uint8_t first); /* octets first, first + 1, … ; flushed */
bool rig_counts_up(const GByteArray *octets, size_t from, uint8_t first); /* the same seen from the other side */

#endif
