/* The shared radio channel against one queue, worked out here: each copy takes the channel for its octets at 54 Mbit/s, first come
 * first served over all stations. */
#include "sim/world.h"

#include <criterion/criterion.h>

#define MS          ((int64_t)1000000)
#define SECOND      ((int64_t)1000000000)
#define MOST        64
#define MOST_COPIES 4096

static uint8_t block[65536];

/* Every station is connected to every other one, and writes when its timer says so: one message to all the others. */
struct station {
    struct room *room;
    uint32_t number, ends, size;
    sim_conn to[MOST];
    int64_t times[64];
    uint32_t count, next;
};

struct copy {
    int64_t written, departure, arrival;
    uint32_t wire;
};

struct room {
    struct sim_world *world;
    struct sim_profile *profile;
    struct station stations[MOST];
    uint32_t count;
    bool started;
    struct copy copies[MOST_COPIES]; /* in the order of writing */
    uint32_t sent;
    uint64_t received;
    int64_t last; /* arrival */
};

static void on_open(void *user, sim_conn conn)
{
    struct station *station = user;

    station->to[station->ends++] = conn;
}

static void on_accepted(void *user, sim_conn conn, uint32_t address, uint16_t port)
{
    (void)address;
    (void)port;
    on_open(user, conn);
}

static void on_failed(void *user, sim_conn conn, enum sim_connect_failure reason)
{
    (void)user;
    (void)conn;
    cr_assert_fail("connect failed: %d", reason);
}

static size_t on_octets(void *user, sim_conn conn, const uint8_t *data, size_t size, void *owner)
{
    struct station *station = user;

    (void)conn;
    (void)data;
    (void)owner;
    station->room->received += size;
    station->room->last = sim_now(station->room->world);
    return size;
}

static void on_conn(void *user, sim_conn conn)
{
    (void)user;
    (void)conn;
}

static void on_progress(void *user, sim_conn conn, uint64_t handed)
{
    (void)user;
    (void)conn;
    (void)handed;
}

static void on_closed(void *user, sim_conn conn, enum sim_close_reason reason)
{
    (void)user;
    (void)conn;
    (void)reason;
}

static void on_called(void *user, uint16_t tag, uint64_t argument)
{
    struct station *station = user;

    (void)tag;
    (void)argument;
    for (uint32_t i = 0; i < station->ends; i++)
        sim_write(station->room->world, station->to[i], block, station->size, block);
}

static void on_timer(void *user)
{
    (void)user;
}

static const struct sim_node_ops ops = {.accepted = on_accepted,
                                        .connected = on_open,
                                        .connect_failed = on_failed,
                                        .octets = on_octets,
                                        .eof = on_conn,
                                        .blocked = on_progress,
                                        .writable = on_progress,
                                        .closed = on_closed,
                                        .timer = on_timer,
                                        .called = on_called};

static void on_sent(void *user, int64_t now, const struct sim_packet *packet)
{
    struct room *room = user;

    if (!room->started || packet->kind != SIM_SEGMENT_DATA)
        return;
    cr_assert(room->sent < MOST_COPIES);
    room->copies[room->sent++] = (struct copy){.written = now, .departure = packet->departure, .wire = packet->wire_size};
}

static void ignore(void *owner)
{
    (void)owner;
}

static const struct sim_observer *watch(struct room *room)
{
    static struct sim_observer observer;

    observer = (struct sim_observer){.sent = on_sent, .user = room};
    return &observer;
}

static void open_room(struct room *room, uint32_t count, const struct sim_profile_changes *changes)
{
    const struct sim_config config = {.seed = 3, .octets = {ignore, ignore}, .observer = watch(room)};

    *room = (struct room){.count = count, .profile = sim_profile_new(SIM_PROFILE_WLAN, 3, changes, NULL)};
    cr_assert(room->profile);
    room->world = sim_world_new(&config);
    for (uint32_t i = 0; i < count; i++) {
        room->stations[i] = (struct station){.room = room, .number = i};
        sim_host_new(room->world, room->profile, i, SIM_REGION_DRAWN);
        sim_node_new(room->world, i, &ops, &room->stations[i]);
        sim_listen(room->world, i, 100);
    }
}

static void connect_all(struct room *room)
{
    for (uint32_t i = 0; i < room->count; i++)
        for (uint32_t k = 0; k < i; k++)
            sim_connect(room->world, i, sim_host_address(k), 100);
    sim_run_until(room->world, 10 * SECOND, NULL);
    for (uint32_t i = 0; i < room->count; i++)
        cr_assert_eq(room->stations[i].ends, room->count - 1);
    room->started = true;
}

static void close_room(struct room *room)
{
    sim_world_free(room->world);
    sim_profile_free(room->profile);
}

static int64_t airtime(uint64_t wire)
{
    return (int64_t)((wire * 8000 + 53) / 54); /* ns at 54 Mbit/s, rounded up */
}

static const struct sim_profile_changes plain = {.tcp_stream = true, .loss_given = true};

Test(wlan, each_copy_waits_for_all_that_anybody_wrote_before)
{
    static struct room room;
    int64_t channel_free = 0;

    open_room(&room, 6, &plain);
    connect_all(&room);
    for (uint32_t i = 0; i < room.count; i++) {
        room.stations[i].size = 100 + 700 * i; /* up to three packets */
        for (uint32_t k = 0; k < 40; k++)
            sim_call_at(room.world, i, 10 * SECOND + (int64_t)(k * 1300 + i * 311) * 1000, 0, 0);
    }
    sim_run_until(room.world, 20 * SECOND, NULL);
    cr_assert_eq(room.sent, 6 * 40 * 5);
    for (uint32_t i = 0; i < room.sent; i++) {
        const struct copy *copy = &room.copies[i];

        channel_free = MAX(channel_free, copy->written) + airtime(copy->wire);
        cr_assert_eq(copy->departure, channel_free, "copy %u of %u octets, written at %ld: departs at %ld, not at %ld", i, copy->wire,
                     copy->written, copy->departure, channel_free);
    }
    close_room(&room);
}

Test(wlan, n_copies_cost_n_airtimes_and_saturation_is_the_rate_of_the_channel)
{
    static struct room room;
    struct sim_air_counters before, after;
    uint64_t wire = 1000 + 40, copies = 10 * 30 * 9;

    open_room(&room, 10, &plain);
    connect_all(&room);
    sim_air_counters(room.world, sim_host_air(room.world, 0), &before);
    for (uint32_t i = 0; i < room.count; i++) {
        room.stations[i].size = 1000;
        for (uint32_t k = 0; k < 30; k++)
            sim_call_at(room.world, i, 10 * SECOND + k, 0, 0); /* all at once: 2.7 MB */
    }
    sim_run_until(room.world, 20 * SECOND, NULL);
    sim_air_counters(room.world, sim_host_air(room.world, 9), &after);
    cr_assert_eq(after.trains - before.trains, copies);
    cr_assert_eq(after.octets - before.octets, copies * wire);
    cr_assert_eq(after.busy - before.busy, (int64_t)copies * airtime(wire));
    cr_assert_eq(room.received, copies * 1000);
    /* All of it, one after the other, and the last one has 1 to 3 ms to go. */
    int64_t took = room.last - 10 * SECOND, alone = (int64_t)copies * airtime(wire);
    cr_assert(took >= alone + 1 * MS && took <= alone + 3 * MS, "%ld ns for %ld ns of airtime", took, alone);
    close_room(&room);
}

Test(wlan, a_copy_from_outside_takes_the_channel_when_it_comes_and_inside_it_only_once)
{
    static struct room room;
    struct sim_profile *lan = sim_profile_new(SIM_PROFILE_LAN, 3, NULL, NULL);
    struct sim_air_counters before, after;

    open_room(&room, 3, &plain);
    room.stations[3] = (struct station){.room = &room, .number = 3};
    cr_assert_eq(sim_host_new(room.world, lan, 3, SIM_REGION_DRAWN), 3);
    sim_node_new(room.world, 3, &ops, &room.stations[3]);
    sim_listen(room.world, 3, 100);
    cr_assert_eq(sim_host_air(room.world, 3), 0);
    room.count = 4;
    connect_all(&room);
    sim_air_counters(room.world, 1, &before);
    room.stations[3].size = 1460;
    sim_call_at(room.world, 3, 10 * SECOND, 0, 0); /* to three stations */
    room.stations[0].size = 1460;
    sim_call_at(room.world, 0, 11 * SECOND, 0, 0); /* to two stations and the wire */
    sim_run_until(room.world, 20 * SECOND, NULL);
    sim_air_counters(room.world, 1, &after);
    cr_assert_eq(after.trains - before.trains, 6);
    cr_assert_eq(after.busy - before.busy, 6 * airtime(1500));
    cr_assert_eq(room.received, 6 * 1460);
    close_room(&room);
    sim_profile_free(lan);
}

Test(wlan, so_many_stations_have_a_channel_and_the_next_ones_another)
{
    static struct room room;
    const struct sim_profile_changes changes = {.tcp_stream = true, .loss_given = true, .stations = 4};

    open_room(&room, 10, &changes);
    for (uint32_t i = 0; i < 10; i++)
        cr_assert_eq(sim_host_air(room.world, i), 1 + i / 4, "station %u", i);
    close_room(&room);
}

/* Both connection models, with the loss of the profile: nothing is lost to the application, and what was lost shows as delay. */
Test(wlan, loses_packets_in_bursts_and_no_octet)
{
    static struct room room;
    struct sim_loss_model model;

    open_room(&room, 5, NULL);
    cr_assert(sim_profile_tcp_full(room.profile));
    model = sim_profile_loss_model(room.profile);
    cr_assert_eq(model.burst, 4);
    cr_assert_eq(sim_profile_loss(room.profile, sim_host_place(room.world, 0)), 5000);
    connect_all(&room);
    for (uint32_t k = 0; k < 60; k++)
        sim_call_at(room.world, 0, 10 * SECOND + k * 100 * MS, 0, 0);
    room.stations[0].size = 1460;
    sim_run_until(room.world, 120 * SECOND, NULL);
    cr_assert_eq(room.received, 60 * 4 * 1460);
    close_room(&room);
}

static const struct sim_loss_chain chain = {.loss_ppm = {1000, 30000, 300000, 1000000},
                                            .worse_ppm = {20000, 50000, 100000},
                                            .better_ppm = {100000, 100000, 200000}};

/* The stationary shares by hand: 1, 0.2, 0.1, 0.05 of 1.35. */
Test(wlan, a_chain_of_four_states_loses_its_mean_and_has_longer_bursts_than_two_states)
{
    double mean = (1 * 0.001 + 0.2 * 0.03 + 0.1 * 0.3 + 0.05 * 1) / 1.35;
    const struct sim_loss_model model = {.chain = &chain};
    struct sim_loss loss = {.seed = 9, .lane = 4};
    const int64_t packets = 1000000;
    uint64_t lost = 0, bursts = 0, longest = 0, run = 0;

    cr_assert_eq(sim_loss_chain_problem(&chain), NULL);
    cr_assert_float_eq(sim_loss_chain_mean(&chain), mean * 1e6, 2);
    for (int64_t i = 0; i < packets; i++) {
        if (sim_loss_pass(&loss, &model, 1) == 0) {
            lost++;
            bursts += run == 0;
            run++;
            longest = MAX(longest, run);
        } else {
            run = 0;
        }
    }
    cr_expect_float_eq((double)lost / (double)packets, mean, 0.05 * mean, "%.5f, not %.5f", (double)lost / (double)packets, mean);
    cr_expect(longest > 25, "longest of %lu bursts: %lu", bursts, longest); /* two states of that mean burst: about 20 */
}

Test(wlan, a_chain_that_cannot_be_is_refused)
{
    struct sim_loss_chain bad = chain;

    bad.worse_ppm[1] = 950000;
    cr_assert_str_eq(sim_loss_chain_problem(&bad), "the chances to leave a state are more than 100 %");
    bad = chain;
    bad.better_ppm[2] = 0;
    cr_assert_not_null(sim_loss_chain_problem(&bad));
    bad = chain;
    bad.loss_ppm[0] = 1000000;
    cr_assert_str_eq(sim_loss_chain_problem(&bad), "the best state loses every packet");
}
