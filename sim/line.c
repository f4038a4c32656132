/* Access lines: serialisation, queues, jitter, arrival times. */
#include "sim/fault.h"
#include "sim/internal.h"

uint32_t sim_wire_size(uint32_t size)
{
    return size + SIM_HEADERS * (size <= SIM_MSS ? 1 : (size + SIM_MSS - 1) / SIM_MSS);
}

void sim_packet_fill(const struct sim_world *world, const struct segment *segment, uint32_t src, uint32_t dst,
                     struct sim_packet *packet)
{
    *packet =
        (struct sim_packet){.kind = segment->kind <= SIM_SEGMENT_RST  ? (enum sim_segment_kind)segment->kind
                                    : segment->kind == SEGMENT_REFUSE ? SIM_SEGMENT_RST
                                                                      : SIM_SEGMENT_ACK,
                            .from_initiator = segment->from_initiator,
                            .refusal = segment->kind == SEGMENT_REFUSE,
                            .window_closed = segment->kind == SEGMENT_STOP,
                            .link = segment->link,
                            .src = src,
                            .dst = dst,
                            .src_port = segment->src_port,
                            .dst_port = segment->dst_port,
                            .size = segment->size,
                            .wire_size = sim_wire_size(segment->size),
                            .event = world->counters.events,
                            .data = segment->data,
                            .owner = segment->owner,
                            .hop = world->hops ? &((const struct trace *)(const void *)(segment + 1))->hop : NULL};
}

void sim_observe_sent(struct sim_world *world, const struct segment *segment, uint32_t src, uint32_t dst,
                      int64_t start)
{
    const struct sim_observer *observer = world->config.observer;
    struct sim_packet packet;

    if (!observer || !observer->sent)
        return;
    sim_packet_fill(world, segment, src, dst, &packet);
    packet.start = start;
    packet.departure = segment->u.departure;
    observer->sent(observer->user, world->now, &packet);
}

/* A train was on that radio channel for so long. */
static void count_air(struct sim_world *world, uint16_t air, uint32_t wire, int64_t takes)
{
    struct sim_air_counters *counters = &world->airs[air].counters;

    counters->trains++;
    counters->octets += wire;
    counters->busy += takes;
}

/* The time of the first and, in the segment, of the last bit on the sender's line. */
static int64_t take_line(struct sim_world *world, struct host *host, struct segment *segment, uint32_t wire)
{
    int64_t start = world->now;

    if (host->place.up) {
        int64_t *line_free = sim_line_free(world, host, true), takes = sim_on_line(wire, host->place.up);

        start = MAX(start, *line_free);
        *line_free = segment->u.departure = start + takes;
        if (G_UNLIKELY(host->air))
            count_air(world, host->air, wire, takes);
    } else {
        segment->u.departure = start;
    }
    host->counters.wire_sent += wire;
    host->counters.sent += segment->size;
    world->counters.wire += wire;
    return start;
}

static void remember_departure(struct host *host, const struct departure *departure)
{
    struct line *line = &host->line;

    if (line->count == line->capacity) {
        uint32_t capacity = MAX(8, 2 * line->capacity);
        struct departure *ring = g_new(struct departure, capacity);

        for (uint32_t i = 0; i < line->count; i++)
            ring[i] = line->ring[(line->head + i) & (line->capacity - 1)];
        g_free(line->ring);
        line->ring = ring;
        line->head = 0;
        line->capacity = capacity;
    }
    line->ring[(line->head + line->count++) & (line->capacity - 1)] = *departure;
}

void sim_send(struct sim_world *world, uint32_t index, struct segment *segment)
{
    struct end *end = sim_end(world, index);
    uint32_t from = world->nodes[end->node].host, to = end->remote_host, wire;
    struct host *host = &world->hosts[from];
    bool full = host->full && from != to;
    struct sim_passage passage;
    struct sim_way way = {.start = world->now, .last_bit = world->now, .base = end->base};

    if (G_UNLIKELY(world->faulty) && !sim_fault_send(world, index, segment, &way.extra))
        return;
    if (full && !sim_window_enter(world, index, segment, &way.extra, &passage))
        return;
    wire = sim_wire_size(segment->size);
    if (from == to) {
        segment->u.departure = way.start;
        host->counters.sent += segment->size;
    } else {
        struct sim_stream jitter = {.key = world->jitter_key, .lane = end->lane, .counter = end->segments++};

        way.start = take_line(world, host, segment, wire);
        way.last_bit = sim_last_bit(end->remote_down, segment->u.departure, way.start, wire);
        way.jitter = sim_profile_jitter(host->profile, end->base, &jitter);
    }
    way.natural = way.last_bit + way.base + way.jitter + way.extra.delay + way.extra.stall;
    way.arrival = MAX(way.natural, end->last_arrival + 1); /* order is kept */
    end->last_arrival = way.arrival;
    if (full && passage.tcp)
        sim_window_left(world, index, &passage, way.natural - way.extra.stall);
    if (way.arrival == way.natural)
        end->late = way.extra.stall > 0;
    if (G_UNLIKELY(world->hops))
        sim_hop_sent(world, end, segment, &way);
    if (segment->u.departure > world->now) {
        const struct departure departure = {segment->u.departure, way.arrival, segment, index, segment->size};

        sim_line_prune(world, host);
        remember_departure(host, &departure);
        end->unsent += segment->size;
    } else {
        end->departed_arrival = way.arrival;
    }
    sim_observe_sent(world, segment, from, to, way.start);
    sim_push(world, way.arrival, to, from, EVENT_SEGMENT, 0, (uintptr_t)segment);
}

void sim_answer(struct sim_world *world, uint32_t host, uint32_t to_host, const struct segment *question,
                int kind)
{
    static const struct end nobody;
    struct segment *answer;
    uint32_t wire = sim_wire_size(0);
    struct sim_way way = {.start = world->now, .last_bit = world->now, .base = SIM_LOOPBACK_NS};

    if (G_UNLIKELY(world->faulty) && !sim_fault_passes(world, host, to_host))
        return;
    answer = sim_slab_new_item(&world->segments);
    *answer = (struct segment){.to = question->from,
                               .link = question->link,
                               .kind = (uint8_t)kind,
                               .from_initiator = !question->from_initiator,
                               .src_port = question->dst_port,
                               .dst_port = question->src_port};
    if (host == to_host) {
        answer->u.departure = way.start;
    } else {
        way.start = take_line(world, &world->hosts[host], answer, wire);
        way.last_bit = sim_last_bit(world->hosts[to_host].place.down, answer->u.departure, way.start, wire);
        way.base = sim_base_delay(world, host, to_host);
    }
    way.natural = way.arrival = way.last_bit + way.base;
    if (G_UNLIKELY(world->hops)) {
        sim_hop_begin(world, answer);
        sim_hop_sent(world, &nobody, answer, &way);
    }
    sim_observe_sent(world, answer, host, to_host, way.start);
    sim_push(world, way.arrival, to_host, host, EVENT_SEGMENT, 0, (uintptr_t)answer);
}

void sim_line_prune(struct sim_world *world, struct host *host)
{
    struct line *line = &host->line;

    while (line->count && line->ring[line->head].departure <= world->now) {
        const struct departure *gone = &line->ring[line->head];

        if (gone->end) {
            sim_end(world, gone->end)->unsent -= gone->octets;
            sim_end(world, gone->end)->departed_arrival = gone->arrival;
        }
        line->head = (line->head + 1) & (line->capacity - 1);
        line->count--;
    }
}

static void observe_dropped(struct sim_world *world, const struct segment *segment, uint32_t index)
{
    const struct sim_observer *observer = world->config.observer;
    const struct end *end = sim_end(world, index);
    struct sim_packet packet;

    if (!observer || !observer->dropped)
        return;
    sim_packet_fill(world, segment, world->nodes[end->node].host, end->remote_host, &packet);
    observer->dropped(observer->user, world->now, &packet);
}

/* A voided segment is marked, and its event does nothing. That is no look into the future of another host:
 * whatever has not departed can be called back by a message that overtakes it, the base delay being the same.
 */
uint64_t sim_line_forget(struct sim_world *world, uint32_t index, bool void_them)
{
    struct host *host = sim_host_of(world, sim_end(world, index));
    struct line *line = &host->line;
    uint64_t voided = 0;

    sim_line_prune(world, host);
    for (uint32_t i = 0; i < line->count; i++) {
        struct departure *departure = &line->ring[(line->head + i) & (line->capacity - 1)];

        if (departure->end != index)
            continue;
        departure->end = 0;
        if (void_them) {
            departure->segment->voided = true;
            host->counters.sent -= departure->octets;
            voided += departure->octets;
            observe_dropped(world, departure->segment, index);
        }
    }
    sim_end(world, index)->unsent = 0;
    if (void_them)
        sim_end(world, index)->last_arrival = sim_end(world, index)->departed_arrival;
    return voided;
}

int64_t sim_line_next(struct sim_world *world, uint32_t index)
{
    struct host *host = sim_host_of(world, sim_end(world, index));
    struct line *line = &host->line;

    sim_line_prune(world, host);
    for (uint32_t i = 0; i < line->count; i++) {
        const struct departure *departure = &line->ring[(line->head + i) & (line->capacity - 1)];

        if (departure->end == index && departure->octets)
            return departure->departure;
    }
    return SIM_TIME_NEVER;
}

bool sim_line_receive(struct sim_world *world, const struct sim_event *event, uint32_t size)
{
    struct host *host = &world->hosts[event->dst];
    struct sim_event later = *event;
    uint32_t wire = sim_wire_size(size);
    int64_t takes, *line_free;

    if (event->src == event->dst)
        return true;
    host->counters.wire_received += wire;
    if (!host->place.down)
        return true;
    if (G_UNLIKELY(host->air) && world->hosts[event->src].air == host->air)
        return true; /* it was on the channel when it was sent; everybody there heard it */
    takes = sim_on_line(wire, host->place.down);
    line_free = sim_line_free(world, host, false);
    if (G_UNLIKELY(host->air))
        count_air(world, host->air, wire, takes);
    if (world->now - takes >= *line_free) {
        *line_free = world->now;
        return true;
    }
    *line_free += takes;
    later.time = *line_free;
    later.kind = EVENT_QUEUED;
    sim_queue_push(world->queue, &later);
    return false;
}
