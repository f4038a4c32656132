/* What was given to a line and has not departed: it is taken back, or departs at other times. */
#include "sim/internal.h"

/* A copy to go in its stead. The one whose arrival is an event already does nothing when that comes. That is no look into the
 * future of another host: whatever has not departed can be called back by a message that overtakes it. */
static struct segment *take_back(struct sim_world *world, struct segment *segment)
{
    struct segment *copy = sim_slab_new_item(&world->segments);

    *copy = *segment;
    segment->voided = true;
    if (G_UNLIKELY(world->hops))
        sim_hop_copy(copy, segment);
    if (copy->owner)
        world->config.octets.retain(copy->owner);
    return copy;
}

/* Of the trains that depart later than `since`. */
static void tell_recalled(struct sim_world *world, const struct end *end, uint64_t octets, int64_t since)
{
    const struct sim_observer *observer = world->config.observer;

    if (observer && observer->recalled)
        observer->recalled(observer->user, world->now, end->link, end->flags & END_INITIATOR, octets, since);
}

bool sim_line_recall(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);
    struct host *host = sim_host_of(world, end);
    struct line *line = &host->line;
    struct segment_list recalled = {0};
    struct segment_list *held;
    bool any = false;

    sim_line_prune(world, host);
    for (uint32_t i = 0; i < line->count; i++) {
        struct departure *departure = sim_departure(line, i);
        struct segment *copy;

        if (departure->end != index)
            continue;
        departure->end = 0;
        host->counters.sent -= departure->octets;
        any = true;
        if (departure->segment->kind == SEGMENT_STOP || departure->segment->kind == SEGMENT_GO) {
            departure->segment->voided = true;
            end->window_due = true;
            continue;
        }
        copy = take_back(world, departure->segment);
        if (G_UNLIKELY(world->hops)) {
            sim_hop_recalled(world, copy);
            sim_hop_held(world, end, copy);
        }
        sim_list_append(&recalled, copy);
    }
    if (!any)
        return false;
    end->unsent = 0;
    end->last_arrival = end->departed_arrival;
    if (!recalled.head)
        return true;
    held = &sim_waiting(end)->held;
    recalled.tail->u.next = held->head;
    if (!held->tail)
        held->tail = recalled.tail;
    held->head = recalled.head;
    held->octets += recalled.octets;
    tell_recalled(world, end, recalled.octets, world->now);
    return true;
}

/* --- Another rate ------------------------------------------------------------------- */

/* Octets of that end behind the first train of the line. */
static uint64_t octets_behind(const struct line *line, uint32_t index)
{
    uint64_t octets = 0;

    for (uint32_t i = 1; i < line->count; i++)
        octets += sim_departure(line, i)->end == index ? sim_departure(line, i)->octets : 0;
    return octets;
}

/* Each end that has trains behind the first one: they will be sent at other times. What arrives after them is not earlier than
 * what has departed, and the first one. */
static void recall_behind(struct sim_world *world, struct host *host)
{
    const struct line *line = &host->line;
    const struct departure *first = sim_departure(line, 0);

    for (uint32_t i = 1; i < line->count; i++) {
        const struct departure *departure = sim_departure(line, i);
        struct end *end = departure->end ? sim_end(world, departure->end) : NULL;

        if (!end || end->retimed)
            continue;
        end->retimed = true;
        end->last_arrival = departure->end == first->end ? first->arrival : end->departed_arrival;
        tell_recalled(world, end, octets_behind(line, departure->end), first->departure);
    }
}

/* The train of a departure has other times: as much later or earlier as its last bit is. */
static void retime(struct sim_world *world, uint32_t from, struct departure *departure, int64_t start, int64_t takes, uint64_t was)
{
    struct end *end = sim_end(world, departure->end);
    uint32_t wire = sim_wire_size(departure->segment->size);
    int64_t old_start = departure->departure - sim_on_line(wire, was);
    int64_t rest = departure->arrival - sim_last_bit(end->remote_down, departure->departure, old_start, wire);
    int64_t last_bit = sim_last_bit(end->remote_down, start + takes, start, wire);
    struct segment *copy = take_back(world, departure->segment);

    departure->segment = copy;
    departure->departure = copy->u.departure = start + takes;
    departure->arrival = MAX(last_bit + rest, end->last_arrival + 1); /* order is kept */
    end->last_arrival = departure->arrival;
    if (G_UNLIKELY(world->hops))
        sim_hop_retimed(end, copy, start, last_bit, departure->arrival - last_bit - rest);
    sim_observe_sent(world, copy, from, end->remote_host, start);
    sim_push(world, departure->arrival, end->remote_host, from, EVENT_SEGMENT, 0, (uintptr_t)copy);
}

void sim_line_retime(struct sim_world *world, uint32_t index, uint64_t was)
{
    struct host *host = &world->hosts[index];
    struct line *line = &host->line;
    uint64_t rate = host->place.up;
    int64_t shift = 0; /* of the departure before */

    sim_line_prune(world, host);
    if (host->full || host->air || line->count < 2)
        return;
    recall_behind(world, host);
    for (uint32_t i = 1; i < line->count; i++) {
        struct departure *departure = sim_departure(line, i);
        uint32_t wire = sim_wire_size(departure->segment->size);
        int64_t old = departure->departure, start = old - sim_on_line(wire, was) + shift;
        int64_t takes = rate ? sim_on_line(wire, rate) : 0;

        if (departure->end)
            retime(world, index, departure, start, takes, was);
        else
            departure->departure = start + takes;
        shift = departure->departure - old;
    }
    host->up_free += shift;
    for (uint32_t i = 1; i < line->count; i++) {
        uint32_t number = sim_departure(line, i)->end;

        if (!number || !sim_end(world, number)->retimed)
            continue;
        sim_end(world, number)->retimed = false;
        if (shift < 0)
            sim_line_watch(world, number);
    }
}
