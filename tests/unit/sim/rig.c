#include "tests/unit/sim/rig.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <string.h>

static const uint8_t octets[1 << 20];
static struct rig *current; /* whose owners are counted */

static void G_GNUC_PRINTF(2, 3) note(struct rig_node *self, const char *format, ...)
{
    int64_t us = sim_now(self->rig->world) / 1000;
    va_list list;

    g_string_append_printf(self->rig->log, "%ld.%03ldms %u ", us / 1000, us % 1000, self->node);
    va_start(list, format);
    g_string_append_vprintf(self->rig->log, format, list);
    va_end(list);
    g_string_append_c(self->rig->log, '\n');
}

static void on_accepted(void *user, sim_conn conn, uint32_t address, uint16_t port)
{
    struct rig_node *self = user;

    self->conn = conn;
    if (self->pause_on_accept)
        sim_pause(self->rig->world, conn);
    cr_assert_geq(port, 49152);
    note(self, "accepted from %u", address & 0xFF);
}

static void on_connected(void *user, sim_conn conn)
{
    struct rig_node *self = user;

    self->conn = conn;
    note(self, "connected");
}

static void on_connect_failed(void *user, sim_conn conn, enum sim_connect_failure reason)
{
    static const char *const names[] = {"", "refused", "unreachable", "timeout"};

    (void)conn;
    note(user, "%s", names[reason]);
}

static size_t on_octets(void *user, sim_conn conn, const uint8_t *data, size_t size, void *owner)
{
    struct rig_node *self = user;
    size_t taken = self->take ? MIN(size, self->take) : size;

    cr_assert(owner == octets || !owner);
    g_string_append_len(self->received, (const char *)data, (gssize)taken);
    note(self, "%zu octets", taken);
    if (self->take)
        sim_pause(self->rig->world, conn);
    return taken;
}

static void on_eof(void *user, sim_conn conn)
{
    struct rig_node *self = user;

    note(self, "eof");
    if (self->echo_finish)
        sim_finish(self->rig->world, conn);
}

static void on_blocked(void *user, sim_conn conn, uint64_t handed)
{
    (void)conn;
    note(user, "blocked %lu", handed);
}

static void on_writable(void *user, sim_conn conn, uint64_t handed)
{
    (void)conn;
    note(user, "writable %lu", handed);
}

static void on_closed(void *user, sim_conn conn, enum sim_close_reason reason)
{
    static const char *const names[] = {"", "finished", "reset", "timeout", "local"};

    (void)conn;
    note(user, "closed %s", names[reason]);
}

static void on_timer(void *user)
{
    note(user, "timer");
}

static void on_called(void *user, uint16_t tag, uint64_t argument)
{
    note(user, "called %u %lu", tag, argument);
}

static const struct sim_node_ops ops = {.accepted = on_accepted,
                                        .connected = on_connected,
                                        .connect_failed = on_connect_failed,
                                        .octets = on_octets,
                                        .eof = on_eof,
                                        .blocked = on_blocked,
                                        .writable = on_writable,
                                        .closed = on_closed,
                                        .timer = on_timer,
                                        .called = on_called};

static void retain(void *owner)
{
    cr_assert_eq(owner, octets);
    current->owners++;
}

static void release(void *owner)
{
    cr_assert_eq(owner, octets);
    current->owners--;
}

void rig_open(struct rig *rig, enum sim_profile_id id, const struct sim_profile_changes *changes,
              uint32_t count, const struct sim_config *config)
{
    struct sim_config own = config ? *config : (struct sim_config){.seed = 1};

    *rig = (struct rig){.count = count, .log = g_string_new(NULL)};
    current = rig;
    own.octets = (struct sim_octets_ops){retain, release};
    rig->world = sim_world_new(&own);
    rig->profile = sim_profile_new(id, own.seed, changes, NULL);
    for (uint32_t i = 0; i < count; i++) {
        struct rig_node *self = &rig->nodes[i];

        sim_host_new(rig->world, rig->profile, i, SIM_REGION_DRAWN);
        *self = (struct rig_node){.rig = rig, .received = g_string_new(NULL)};
        self->node = sim_node_new(rig->world, i, &ops, self);
        cr_assert(sim_listen(rig->world, i, (uint16_t)(100 + i)));
    }
}

void rig_close(struct rig *rig)
{
    sim_world_free(rig->world);
    sim_profile_free(rig->profile);
    cr_assert_eq(rig->owners, 0, "%d references are left", rig->owners);
    for (uint32_t i = 0; i < rig->count; i++)
        g_string_free(rig->nodes[i].received, TRUE);
    g_string_free(rig->log, TRUE);
}

void rig_connect(struct rig *rig, uint32_t a, uint32_t b)
{
    int64_t wait = 3 * sim_base_delay(rig->world, a, b) + 10 * MS;

    sim_connect(rig->world, a, sim_host_address(b), (uint16_t)(100 + b));
    sim_run_until(rig->world, sim_now(rig->world) + wait, NULL);
    for (int i = 0; i < 20 && !(rig->nodes[a].conn && rig->nodes[b].conn); i++) /* slow lines */
        sim_run_until(rig->world, sim_now(rig->world) + SECOND / 2, NULL);
    cr_assert(rig->nodes[a].conn && rig->nodes[b].conn, "no connection: %s", rig->log->str);
    g_string_truncate(rig->log, 0);
}

void rig_write(struct rig *rig, uint32_t node, size_t size)
{
    cr_assert_leq(size, sizeof octets);
    sim_write(rig->world, rig->nodes[node].conn, octets, size, (void *)(uintptr_t)octets);
}

void rig_run(struct rig *rig, int64_t until)
{
    sim_run_until(rig->world, until, NULL);
}

void rig_expect(struct rig *rig, const char *lines)
{
    cr_expect(strcmp(rig->log->str, lines) == 0, "expected:\n%s\nhappened:\n%s", lines, rig->log->str);
    g_string_truncate(rig->log, 0);
}

void rig_check_balance(struct rig *rig)
{
    struct sim_counters counters;

    sim_world_counters(rig->world, &counters);
    cr_expect_eq(counters.written, counters.received + counters.lost, "written %lu, received %lu, lost %lu",
                 counters.written, counters.received, counters.lost);
}
