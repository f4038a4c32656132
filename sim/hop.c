/* Where the time of a train goes, for an observer that asks: observer.h, struct sim_hop. Changes nothing that others see. */
#include "sim/internal.h"

#define NOT_WAITING (-1)

/* --- Stalls of an end --------------------------------------------------------------- */

static bool is_stalled(const struct end *end)
{
    return (end->flags & END_STALLED) || end->congested;
}

static void start_clock(struct sim_world *world, struct end *end)
{
    if (!is_stalled(end))
        sim_waiting(end)->stalled_since = world->now;
}

static void stop_clock(struct sim_world *world, struct end *end)
{
    if (!is_stalled(end))
        end->waiting->stalled += world->now - end->waiting->stalled_since;
}

void sim_stall_begin(struct sim_world *world, struct end *end)
{
    start_clock(world, end);
    end->flags |= END_STALLED;
}

void sim_stall_end(struct sim_world *world, struct end *end)
{
    if (!(end->flags & END_STALLED))
        return;
    end->flags &= (uint16_t)~END_STALLED;
    stop_clock(world, end);
}

void sim_congestion_begin(struct sim_world *world, struct end *end)
{
    start_clock(world, end);
    end->congested = true;
}

void sim_congestion_end(struct sim_world *world, struct end *end)
{
    end->congested = false;
    stop_clock(world, end);
}

/* The time that the end was stalled so far: what waits takes the difference of two looks at it. */
static int64_t stall_clock(const struct sim_world *world, const struct end *end)
{
    if (!end->waiting)
        return 0;
    return end->waiting->stalled + (is_stalled(end) ? world->now - end->waiting->stalled_since : 0);
}

/* --- A train's way ------------------------------------------------------------------ */

void sim_hop_begin(const struct sim_world *world, struct segment *segment)
{
    *sim_trace(segment) = (struct trace){.hop.written = world->now, .since = NOT_WAITING};
}

void sim_hop_copy(struct segment *copy, struct segment *segment)
{
    *sim_trace(copy) = *sim_trace(segment);
}

void sim_hop_held(const struct sim_world *world, const struct end *end, struct segment *segment)
{
    struct trace *trace = sim_trace(segment);

    if (trace->since != NOT_WAITING) /* tried in vain: it waits on */
        return;
    trace->since = world->now;
    trace->clock = stall_clock(world, end);
}

void sim_hop_sent(const struct sim_world *world, const struct end *end, struct segment *segment, const struct sim_way *way)
{
    struct trace *trace = sim_trace(segment);
    struct sim_hop *hop = &trace->hop;

    if (trace->since != NOT_WAITING) {
        int64_t stalled = stall_clock(world, end) - trace->clock;

        hop->stalled += stalled;
        hop->held += world->now - trace->since - stalled;
        trace->since = NOT_WAITING;
    }
    trace->given = world->now;
    trace->queued = hop->queued;
    trace->stalled = hop->stalled;
    hop->queued += way->start - world->now;
    hop->serialised = way->last_bit - way->start;
    hop->propagation = way->base + way->extra.delay;
    hop->jitter = way->jitter;
    hop->stalled += way->extra.stall;
    *(end->late ? &hop->stalled : &hop->jitter) += way->arrival - way->natural;
    trace->due = way->arrival;
}

/* It does not depart: the wait for the line was one, the rest was in vain. */
void sim_hop_recalled(const struct sim_world *world, struct segment *segment)
{
    struct trace *trace = sim_trace(segment);
    struct sim_hop *hop = &trace->hop;
    int64_t on_line = MIN(world->now, trace->given + hop->queued - trace->queued);

    hop->queued = trace->queued + on_line - trace->given;
    hop->stalled = trace->stalled + world->now - on_line;
    hop->serialised = hop->propagation = hop->jitter = 0;
}

void sim_hop_retimed(const struct end *end, struct segment *segment, int64_t start, int64_t last_bit, int64_t waits)
{
    struct trace *trace = sim_trace(segment);
    struct sim_hop *hop = &trace->hop;
    int64_t before = hop->queued + hop->serialised;

    hop->queued = trace->queued + start - trace->given;
    hop->serialised = last_bit - start;
    *(end->late ? &hop->stalled : &hop->jitter) += waits;
    trace->due += hop->queued + hop->serialised - before + waits;
}

/* Later than it was due: the host slept. */
void sim_hop_reached(const struct sim_world *world, struct segment *segment)
{
    struct trace *trace = sim_trace(segment);

    trace->hop.stalled += world->now - trace->due;
    trace->due = world->now;
}

void sim_hop_queued(const struct sim_world *world, struct segment *segment, int64_t until)
{
    struct trace *trace = sim_trace(segment);

    trace->hop.queued += until - world->now;
    trace->due = until;
}

void sim_hop_handed(struct sim_world *world, uint32_t index, struct segment *segment)
{
    const struct sim_observer *observer = world->config.observer;
    const struct end *end = sim_end(world, index);
    struct sim_packet packet;

    sim_trace(segment)->hop.unread = world->now - sim_trace(segment)->due;
    if (!observer->handed)
        return;
    sim_packet_fill(world, segment, end->remote_host, world->nodes[end->node].host, &packet);
    observer->handed(observer->user, world->now, &packet);
}
