/* The full connection model on the streams: what the window of tcp.h lets pass, and what waits for it. */
#include "sim/internal.h"

#define SYN_TIMEOUT ((int64_t)1000000000) /* RFC 6298 2.1 */
#define SYN_TRIES   4                     /* 1, 3, 7, 15 s */
#define TRIES       5                     /* scenarios.md 4.1 */

/* The window is not asked for a train that finds nothing under way and fits into the initial one, where nothing can be lost: its
 * octets are remembered, no more. */
static bool cannot_matter(const struct sim_world *world, struct end *end, const struct segment *segment)
{
    bool quiet = world->now >= end->last_arrival + end->base;

    if (segment->size > SIM_TCP_INITIAL || (segment->size && !quiet))
        return false;
    end->burst = segment->size ? (uint16_t)segment->size : quiet ? 0 : end->burst;
    return true;
}

static struct sim_tcp *tcp_of(struct sim_world *world, struct end *end)
{
    struct sim_tcp *tcp = &sim_waiting(end)->tcp;

    if (!tcp->window) {
        int64_t acked = end->last_arrival + end->base;

        tcp->loss = (struct sim_loss){.seed = world->config.seed, .lane = end->lane};
        sim_tcp_open(tcp, world->now < acked ? end->burst : 0, acked);
    }
    return tcp;
}

static struct sim_tcp_train train_of(const struct sim_world *world, const struct end *end, const struct segment *segment,
                                     const struct sim_extra *extra, struct sim_loss_model loss)
{
    bool shakes_hands = segment->kind == SIM_SEGMENT_SYN || segment->kind == SIM_SEGMENT_SYN_ACK;

    loss.ppm = extra->loss_ppm;
    return (struct sim_tcp_train){.now = world->now,
                                  .round_trip = 2 * (end->base + extra->delay),
                                  .size = segment->size,
                                  .behind = (uint32_t)MIN((end->waiting->held.octets + SIM_MSS - 1) / SIM_MSS, UINT16_MAX),
                                  .first_timeout = shakes_hands ? SYN_TIMEOUT : 0,
                                  .tries = shakes_hands ? SYN_TRIES : TRIES,
                                  .loss = loss};
}

static void wait_for_window(struct sim_world *world, struct end *end, struct segment *segment)
{
    sim_congestion_begin(world, end);
    if (G_UNLIKELY(world->hops))
        sim_hop_held(world, end, segment);
    sim_list_prepend(&end->waiting->held, segment);
}

/* The first `size` octets go, the rest waits. Both keep the hash of the whole: with its size each tells what it was. */
static void cut_train(struct sim_world *world, struct end *end, struct segment *segment, uint32_t size)
{
    struct segment *rest = sim_slab_new_item(&world->segments);

    *rest = *segment;
    if (rest->owner)
        world->config.octets.retain(rest->owner);
    rest->data += size;
    rest->size -= size;
    segment->size = size;
    if (G_UNLIKELY(world->hops))
        sim_hop_copy(rest, segment);
    wait_for_window(world, end, rest);
}

bool sim_window_enter(struct sim_world *world, uint32_t index, struct segment *segment, struct sim_extra *extra,
                      struct sim_passage *passage)
{
    struct end *end = sim_end(world, index);
    struct sim_loss_model loss = sim_profile_loss_model(sim_host_of(world, end)->profile);
    bool known = end->waiting && end->waiting->tcp.window;
    uint32_t room;

    passage->tcp = NULL;
    if (!known && !extra->loss_ppm && !loss.trace && !loss.chain && cannot_matter(world, end, segment))
        return true;
    passage->tcp = tcp_of(world, end);
    passage->train = train_of(world, end, segment, extra, loss);
    room = segment->size ? sim_tcp_room(passage->tcp, &passage->train) : 0;
    if (room < segment->size && !room) {
        wait_for_window(world, end, segment);
        sim_self_event(world, index, sim_tcp_opens(passage->tcp), EVENT_WINDOW);
        return false;
    }
    if (room < segment->size) {
        cut_train(world, end, segment, room);
        passage->train = train_of(world, end, segment, extra, loss);
    }
    sim_tcp_draw(passage->tcp, &passage->train, &passage->fate);
    if (passage->fate.stall == SIM_TIME_NEVER) {
        sim_fault_all_lost(world, index, segment);
        return false;
    }
    extra->stall += passage->fate.stall;
    return true;
}

void sim_window_left(struct sim_world *world, uint32_t index, const struct sim_passage *passage, int64_t natural)
{
    struct end *end = sim_end(world, index);

    sim_tcp_sent(passage->tcp, &passage->train, natural + passage->train.round_trip / 2, &passage->fate);
    if (end->congested) /* it was cut */
        sim_self_event(world, index, sim_tcp_opens(passage->tcp), EVENT_WINDOW);
}

void sim_window_open(struct sim_world *world, uint32_t index)
{
    sim_congestion_end(world, sim_end(world, index));
    sim_flush(world, index);
}
