/* A host that reads slowly: its nodes get what arrived in the order of arrival, all connections together at one rate. What was not read
 * fills the receive buffers. Its ends are frozen, and each train is thawed by an event of its own. */
#include "sim/internal.h"

/* When a train that arrived now will have been read. */
static int64_t read_at(struct sim_world *world, struct sim_reader *reader, uint32_t size)
{
    reader->busy = MAX(reader->busy, world->now) +
                   (int64_t)(((unsigned __int128)size * 8000000000 + reader->rate - 1) / reader->rate);
    return reader->busy;
}

/* Events for those that wait and have none. A series of events ends when the rate changes. */
static void schedule(struct sim_world *world, uint32_t index, struct sim_reader *reader)
{
    struct end *end = sim_end(world, index);
    uint32_t host = world->nodes[end->node].host, number = 0;
    struct waiting *waiting = end->waiting;

    if (waiting->series != reader->series) {
        waiting->series = reader->series;
        waiting->reads = 0;
    }
    for (const struct segment *segment = waiting->unread.head; segment; segment = segment->u.next) {
        if (number++ < waiting->reads)
            continue;
        waiting->reads++;
        sim_push(world, read_at(world, reader, segment->size), host, host, EVENT_READ, reader->series, sim_ref(world, index));
    }
}

void sim_reader_arrived(struct sim_world *world, uint32_t index)
{
    struct sim_reader *reader = sim_fault_reader(world, world->nodes[sim_end(world, index)->node].host);

    if (reader)
        schedule(world, index, reader);
}

bool sim_reader_due(struct sim_world *world, uint32_t index, uint16_t series)
{
    struct end *end = sim_end(world, index);
    const struct sim_reader *reader = sim_fault_reader(world, world->nodes[end->node].host);

    if (!reader || reader->series != series || !end->waiting || end->waiting->series != series)
        return false;
    end->waiting->reads--;
    return !(end->flags & END_PAUSED) && end->waiting->unread.head;
}
