#include "sim/internal.h"

#include <string.h>

#define FIRST_ADDRESS    ((uint32_t)0x0A000001) /* 10.0.0.1 */
#define FIRST_LOCAL_PORT 49152                  /* RFC 6335: dynamic ports */
#define DEFAULT_CONNECT  ((int64_t)21000000000) /* ns; three SYNs of a Windows client: 3 + 6 + 12 s */
#define DEFAULT_GIVE_UP  ((int64_t)15000000000) /* ns; scenarios.md 4.1 */
#define DEFAULT_BUFFER   65536
#define PREFETCH_SEGMENT 32 /* events ahead */
#define PREFETCH_END     26
#define PREFETCH_NODE    21
#define PREFETCH_USER    17
#define PREFETCH_CALL    13 /* level 0; each further one PREFETCH_STEP later */
#define PREFETCH_STEP    4

/* --- Slabs -------------------------------------------------------------------------- */

void *sim_slab_new_item(struct slab *slab)
{
    void *item;

    if (!slab->free) {
        char *block = aligned_alloc(64, SLAB_ITEMS * slab->item);

        g_assert(block);
        g_ptr_array_add(slab->blocks, block);
        for (size_t i = SLAB_ITEMS; i-- > 0;)
            sim_slab_free_item(slab, block + i * slab->item);
    }
    item = slab->free;
    memcpy(&slab->free, item, sizeof slab->free);
    if (slab->free)
        __builtin_prefetch(slab->free, 1); /* the next one taken */
    return item;
}

void sim_slab_free_item(struct slab *slab, void *item)
{
    memcpy(item, &slab->free, sizeof slab->free); /* the first octets of a free item: the next one */
    slab->free = item;
}

static void slab_init(struct slab *slab, size_t item)
{
    slab->free = NULL;
    slab->blocks = g_ptr_array_new_with_free_func(free);
    slab->item = (item + 15) & ~(size_t)15;
}

/* --- The world ---------------------------------------------------------------------- */

struct sim_world *sim_world_new(const struct sim_config *config)
{
    struct sim_world *world = g_new0(struct sim_world, 1);
    struct sim_stream stream;

    g_assert(config->octets.retain && config->octets.release);
    world->config = *config;
    if (!world->config.connect_timeout)
        world->config.connect_timeout = DEFAULT_CONNECT;
    if (!world->config.give_up)
        world->config.give_up = DEFAULT_GIVE_UP;
    if (!world->config.send_buffer)
        world->config.send_buffer = DEFAULT_BUFFER;
    if (!world->config.receive_buffer)
        world->config.receive_buffer = DEFAULT_BUFFER;
    world->queue = sim_queue_new();
    world->current = SIM_NONE;
    world->end_count = 1; /* 0 is no end */
    world->hops = config->observer && config->observer->hops;
    slab_init(&world->segments, sizeof(struct segment) + (world->hops ? sizeof(struct trace) : 0));
    slab_init(&world->calls, sizeof(struct call));
    sim_stream_init(&stream, config->seed, SIM_PURPOSE_JITTER, 0, 0);
    world->jitter_key = stream.key;
    return world;
}

static void free_queued(struct sim_world *world)
{
    struct sim_event event;

    while (sim_queue_pop(world->queue, &event)) {
        if (event.kind == EVENT_SEGMENT || event.kind == EVENT_QUEUED)
            sim_segment_free(world, (struct segment *)(uintptr_t)event.arg);
    }
}

void sim_world_free(struct sim_world *world)
{
    if (!world)
        return;
    free_queued(world);
    world->config.observer = NULL;
    sim_fault_clear(world);
    for (uint32_t i = 1; i < world->end_count; i++) {
        if (sim_end(world, i)->state != END_FREE)
            sim_end_close(world, i, SIM_CLOSED_LOCAL, false);
    }
    if (world->hashed_owner)
        world->config.octets.release(world->hashed_owner);
    for (uint32_t i = 0; i < world->host_count; i++)
        g_free(world->hosts[i].line.ring);
    for (uint32_t i = 0; i < world->end_block_count; i++)
        free(world->end_blocks[i]);
    g_free(world->end_blocks);
    g_free(world->airs);
    g_free(world->hosts);
    g_free(world->nodes);
    g_ptr_array_unref(world->segments.blocks);
    g_ptr_array_unref(world->calls.blocks);
    sim_queue_free(world->queue);
    g_free(world);
}

void sim_push(struct sim_world *world, int64_t time, uint32_t dst, uint32_t src, enum event_kind kind,
              uint16_t tag, uint64_t arg)
{
    struct sim_event event = {.time = time,
                              .dst = dst,
                              .src = src,
                              .seq = src == SIM_NONE ? world->seq++ : world->hosts[src].seq++,
                              .kind = (uint16_t)kind,
                              .tag = tag,
                              .arg = arg};

    g_assert(time >= world->now);
    sim_queue_push(world->queue, &event);
}

/* --- Hosts and nodes ---------------------------------------------------------------- */

/* The radio channel of a new station: the last one of its kind, if there is room. */
static uint16_t air_for(struct sim_world *world, uint32_t most)
{
    uint32_t air = MAX(world->air_count, 1) - 1;

    while (air && (world->airs[air].most != most || (most && world->airs[air].stations >= most)))
        air--;
    if (!air) {
        air = world->air_count = MAX(world->air_count, 1);
        g_assert(air <= UINT16_MAX);
        world->airs = g_renew(struct air, world->airs, ++world->air_count);
        world->airs[air] = (struct air){.most = most};
    }
    world->airs[air].stations++;
    return (uint16_t)air;
}

uint32_t sim_host_air(const struct sim_world *world, uint32_t host)
{
    g_assert(host < world->host_count);
    return world->hosts[host].air;
}

void sim_air_counters(const struct sim_world *world, uint32_t air, struct sim_air_counters *counters)
{
    g_assert(air > 0 && air < world->air_count);
    *counters = world->airs[air].counters;
}

uint32_t sim_host_new(struct sim_world *world, const struct sim_profile *profile, uint64_t key,
                      uint8_t region)
{
    struct host *host;
    uint32_t most;

    g_assert(world->host_count < SIM_HOSTS_MAX);
    if (world->host_count == world->host_capacity) {
        world->host_capacity = MAX(64, world->host_capacity + world->host_capacity / 2);
        world->hosts = g_renew(struct host, world->hosts, world->host_capacity);
    }
    host = &world->hosts[world->host_count];
    *host = (struct host){.profile = profile, .first_node = SIM_NONE, .next_port = FIRST_LOCAL_PORT};
    sim_profile_place(profile, key, region, &host->place);
    host->print[0] = key;
    host->full = sim_profile_tcp_full(profile);
    if (sim_profile_air(profile, &most))
        host->air = air_for(world, most);
    world->faulty += sim_profile_loss(profile, &host->place) > 0;
    return world->host_count++;
}

uint32_t sim_host_address(uint32_t host)
{
    return FIRST_ADDRESS + host;
}

const struct sim_place *sim_host_place(const struct sim_world *world, uint32_t host)
{
    g_assert(host < world->host_count);
    return sim_fault_place(world, host);
}

int64_t sim_base_delay(const struct sim_world *world, uint32_t host_a, uint32_t host_b)
{
    const struct host *a = &world->hosts[host_a], *b = &world->hosts[host_b];
    int64_t delay;

    g_assert(host_a < world->host_count && host_b < world->host_count);
    if (host_a == host_b)
        return SIM_LOOPBACK_NS;
    delay = sim_profile_base_delay(a->profile, &a->place, &b->place);
    if (a->profile != b->profile)
        delay = (delay + sim_profile_base_delay(b->profile, &a->place, &b->place)) / 2;
    return MAX(delay, 1);
}

uint32_t sim_node_new(struct sim_world *world, uint32_t host, const struct sim_node_ops *ops, void *user)
{
    g_assert(host < world->host_count && world->node_count < SIM_NONE - 1);
    if (world->node_count == world->node_capacity) {
        world->node_capacity = MAX(64, world->node_capacity + world->node_capacity / 2);
        world->nodes = g_renew(struct node, world->nodes, world->node_capacity);
    }
    world->nodes[world->node_count] = (struct node){.ops = ops,
                                                    .user = user,
                                                    .deadline = SIM_TIME_NEVER,
                                                    .armed = SIM_TIME_NEVER,
                                                    .host = host,
                                                    .next_on_host = world->hosts[host].first_node};
    world->hosts[host].first_node = world->node_count;
    return world->node_count++;
}

uint32_t sim_node_host(const struct sim_world *world, uint32_t node)
{
    g_assert(node < world->node_count);
    return world->nodes[node].host;
}

void *sim_node_user(const struct sim_world *world, uint32_t node)
{
    g_assert(node < world->node_count);
    return world->nodes[node].user;
}

/* The node that a caller may touch now. */
static struct node *own_node(struct sim_world *world, uint32_t node)
{
    g_assert(node < world->node_count);
    g_assert(world->current == SIM_NONE || world->current == world->nodes[node].host);
    return &world->nodes[node];
}

bool sim_listen(struct sim_world *world, uint32_t node, uint16_t port)
{
    struct node *self = own_node(world, node);

    for (uint32_t i = world->hosts[self->host].first_node; i != SIM_NONE; i = world->nodes[i].next_on_host) {
        if (i != node && world->nodes[i].listening && world->nodes[i].port == port)
            return false;
    }
    self->port = port;
    self->listening = true;
    return true;
}

void sim_unlisten(struct sim_world *world, uint32_t node)
{
    own_node(world, node)->listening = false;
}

/* The event that is under way is kept when the time moves later: it arms the next one. */
void sim_node_set_timer(struct sim_world *world, uint32_t node, int64_t time)
{
    struct node *self = own_node(world, node);

    self->deadline = MAX(time, world->now);
    if (self->death == NODE_ALIVE && self->deadline < self->armed) {
        self->armed = self->deadline;
        sim_push(world, self->armed, self->host, self->host, EVENT_TIMER, 0, node);
    }
}

void sim_call_at(struct sim_world *world, uint32_t node, int64_t time, uint16_t tag, uint64_t argument)
{
    struct call *call;

    if (node == SIM_NONE) {
        sim_push(world, time, SIM_NONE, world->current, EVENT_DIRECTOR, tag, argument);
        return;
    }
    own_node(world, node);
    call = sim_slab_new_item(&world->calls);
    *call = (struct call){.argument = argument, .node = node, .epoch = world->nodes[node].epoch};
    sim_push(world, time, world->nodes[node].host, world->current, EVENT_CALL, tag, (uintptr_t)call);
}

/* --- Death -------------------------------------------------------------------------- */

static void kill_node(struct sim_world *world, uint32_t index, enum sim_death how)
{
    struct node *node = &world->nodes[index];

    if (how == SIM_DEATH_RESET) {
        while (node->ends)
            sim_end_reset(world, node->ends);
        node->listening = false; /* what it closed before is the system's: it finishes */
    } else {
        for (uint32_t list = 0; list < 2; list++) {
            uint32_t next, end = list ? node->detached : node->ends;

            for (; end; end = next) {
                next = sim_end(world, end)->next;
                sim_end_dies(world, end);
            }
        }
    }
    node->death = how == SIM_DEATH_RESET ? NODE_KILLED : NODE_SILENT;
    node->deadline = SIM_TIME_NEVER;
    node->epoch++;
}

void sim_kill_node(struct sim_world *world, uint32_t node, enum sim_death how)
{
    g_assert(node < world->node_count && world->current == SIM_NONE);
    if (world->nodes[node].death == NODE_ALIVE)
        kill_node(world, node, how);
}

void sim_kill_host(struct sim_world *world, uint32_t host, enum sim_death how)
{
    g_assert(host < world->host_count && world->current == SIM_NONE);
    for (uint32_t i = world->hosts[host].first_node; i != SIM_NONE; i = world->nodes[i].next_on_host) {
        if (world->nodes[i].death == NODE_ALIVE || how == SIM_DEATH_SILENT)
            kill_node(world, i, how);
    }
    if (how == SIM_DEATH_SILENT)
        world->hosts[host].dead = true;
}

void sim_revive_node(struct sim_world *world, uint32_t index)
{
    struct node *node = &world->nodes[index];

    g_assert(index < world->node_count && world->current == SIM_NONE);
    for (uint32_t next, end = node->detached; end; end = next) {
        next = sim_end(world, end)->next;
        if (sim_end(world, end)->state == END_DEAD)
            sim_end_free(world, end);
    }
    node->death = NODE_ALIVE;
    node->listening = false;
    world->hosts[node->host].dead = false;
}

bool sim_node_alive(const struct sim_world *world, uint32_t node)
{
    g_assert(node < world->node_count);
    return world->nodes[node].death == NODE_ALIVE;
}

/* --- Running ------------------------------------------------------------------------ */

static inline const struct segment *coming(const struct sim_world *world, size_t distance)
{
    const struct sim_event *event = sim_queue_peek(world->queue, distance);

    return event && event->kind == EVENT_SEGMENT ? (const struct segment *)(uintptr_t)event->arg : NULL;
}

static inline void prefetch_lines(const void *address, size_t lines)
{
    for (size_t i = 0; i < lines; i++)
        __builtin_prefetch((const char *)address + 64 * i, 1);
}

/* Fetches what the next events touch while this one is worked on: a miss costs more than an event. Each step
 * reads what the one before it fetched. */
static inline void prefetch(const struct sim_world *world)
{
    const struct segment *segment = coming(world, PREFETCH_SEGMENT);
    const struct end *end;

    if (segment) {
        prefetch_lines(segment, 1);
        prefetch_lines(&world->hosts[sim_queue_peek(world->queue, PREFETCH_SEGMENT)->dst], 3);
    }
    segment = coming(world, PREFETCH_END);
    if (segment) {
        const struct line *line = &world->hosts[sim_queue_peek(world->queue, PREFETCH_END)->dst].line;

        prefetch_lines(sim_end(world, (uint32_t)segment->to), 2);
        prefetch_lines(segment->data, 1);
        if (line->count)
            prefetch_lines(line->ring, 4); /* eight trains */
    }
    segment = coming(world, PREFETCH_NODE);
    if (segment && segment->to)
        prefetch_lines(&world->nodes[sim_end(world, (uint32_t)segment->to)->node], 1);
    segment = coming(world, PREFETCH_USER);
    if (segment && segment->to) {
        end = sim_end(world, (uint32_t)segment->to);
        prefetch_lines(world->nodes[end->node].user, 1);
    }
    for (unsigned level = 0; level < SIM_PREFETCH_LEVELS; level++) {
        segment = coming(world, PREFETCH_CALL - level * PREFETCH_STEP);
        if (segment && segment->to) {
            const struct node *node = &world->nodes[sim_end(world, (uint32_t)segment->to)->node];

            if (node->ops->prefetch)
                node->ops->prefetch(node->user, level);
        }
    }
}

void sim_conn_prefetch(const struct sim_world *world, sim_conn conn)
{
    prefetch_lines(sim_end(world, conn), 2);
}

enum sim_stop sim_run_until(struct sim_world *world, int64_t time, const struct sim_progress *progress)
{
    struct sim_event event;

    world->stop = false;
    while (!world->stop && sim_queue_pop_until(world->queue, time, &event)) {
        if (world->end_block_count)
            prefetch(world);
        g_assert(event.time >= world->now);
        world->now = event.time;
        world->current = event.dst;
        world->counters.events++;
        sim_dispatch(world, &event);
        if (progress && world->counters.events % progress->every == 0 &&
            !progress->progress(progress->user, world->now, world->counters.events))
            world->stop = true;
    }
    world->current = SIM_NONE;
    if (world->stop)
        return SIM_STOP_ASKED;
    if (time != SIM_TIME_NEVER)
        world->now = MAX(world->now, time);
    return sim_queue_size(world->queue) == 0 ? SIM_STOP_EMPTY : SIM_STOP_TIME;
}

void sim_stop(struct sim_world *world)
{
    world->stop = true;
}

int64_t sim_now(const struct sim_world *world)
{
    return world->now;
}

/* --- What happened ------------------------------------------------------------------ */

struct sim_fingerprint sim_world_fingerprint(const struct sim_world *world)
{
    uint64_t print[2] = {world->print[0], world->print[1]};

    for (uint32_t i = 0; i < world->host_count; i++) {
        const struct sim_event host = {.time = (int64_t)world->hosts[i].print[0], .src = i};

        sim_fold(print, &host, world->hosts[i].print[1]);
    }
    return (struct sim_fingerprint){print[0], print[1]};
}

void sim_world_counters(const struct sim_world *world, struct sim_counters *counters)
{
    *counters = world->counters;
}

void sim_host_counters(const struct sim_world *world, uint32_t host, struct sim_host_counters *counters)
{
    g_assert(host < world->host_count);
    *counters = world->hosts[host].counters;
}

uint32_t sim_world_hosts(const struct sim_world *world)
{
    return world->host_count;
}

uint32_t sim_world_nodes(const struct sim_world *world)
{
    return world->node_count;
}

void sim_world_queue(const struct sim_world *world, struct sim_queue_view *view)
{
    sim_queue_view(world->queue, view);
}
