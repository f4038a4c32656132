/* What a node does to its connections: ordered byte streams over segment trains. */
#include "sim/internal.h"

#include <string.h>

#define FIRST_LOCAL_PORT 49152 /* RFC 6335: dynamic ports */
#define NETWORK          0x0A  /* 10.0.0.0/8 */

/* --- Segments and lists ------------------------------------------------------------- */

struct segment *sim_segment_new(struct sim_world *world, const struct end *end, int kind)
{
    struct segment *segment = sim_slab_new_item(&world->segments);
    bool initiator = end->flags & END_INITIATOR;

    *segment = (struct segment){.to = end->remote,
                                .link = end->link,
                                .kind = (uint8_t)kind,
                                .from_initiator = initiator,
                                .src_port = end->local_port,
                                .dst_port = end->remote_port};
    if (G_UNLIKELY(world->hops))
        sim_hop_begin(world, segment);
    return segment;
}

void sim_segment_free(struct sim_world *world, struct segment *segment)
{
    if (segment->owner)
        world->config.octets.release(segment->owner);
    sim_slab_free_item(&world->segments, segment);
}

void sim_list_append(struct segment_list *list, struct segment *segment)
{
    segment->u.next = NULL;
    if (list->tail)
        list->tail->u.next = segment;
    else
        list->head = segment;
    list->tail = segment;
    list->octets += segment->size;
}

void sim_list_prepend(struct segment_list *list, struct segment *segment)
{
    segment->u.next = list->head;
    list->head = segment;
    if (!list->tail)
        list->tail = segment;
    list->octets += segment->size;
}

struct segment *sim_list_take(struct segment_list *list)
{
    struct segment *segment = list->head;

    list->head = segment->u.next;
    if (!list->head)
        list->tail = NULL;
    list->octets -= segment->size;
    return segment;
}

static uint64_t drop_list(struct sim_world *world, struct segment_list *list)
{
    uint64_t octets = list->octets;

    while (list->head)
        sim_segment_free(world, sim_list_take(list));
    return octets;
}

struct waiting *sim_waiting(struct end *end)
{
    if (!end->waiting)
        end->waiting = g_new0(struct waiting, 1);
    return end->waiting;
}

/* --- Ends --------------------------------------------------------------------------- */

static uint32_t take_end(struct sim_world *world)
{
    uint32_t index = world->free_end;

    if (index) {
        world->free_end = sim_end(world, index)->next;
        return index;
    }
    if (world->end_count / SLAB_ITEMS == world->end_block_count) {
        struct end *block = aligned_alloc(64, SLAB_ITEMS * sizeof(struct end));

        g_assert(block);
        memset(block, 0, SLAB_ITEMS * sizeof(struct end));
        world->end_blocks = g_renew(struct end *, world->end_blocks, world->end_block_count + 1);
        world->end_blocks[world->end_block_count++] = block;
    }
    g_assert(world->end_count < UINT32_MAX);
    return world->end_count++;
}

static void link_end(struct sim_world *world, uint32_t *list, uint32_t index)
{
    struct end *end = sim_end(world, index);

    end->previous = 0;
    end->next = *list;
    if (*list)
        sim_end(world, *list)->previous = index;
    *list = index;
}

static void unlink_end(struct sim_world *world, uint32_t *list, uint32_t index)
{
    struct end *end = sim_end(world, index);

    if (end->next)
        sim_end(world, end->next)->previous = end->previous;
    if (end->previous)
        sim_end(world, end->previous)->next = end->next;
    else
        *list = end->next;
}

static uint32_t *list_of(struct sim_world *world, const struct end *end)
{
    struct node *node = &world->nodes[end->node];

    return end->flags & END_DETACHED ? &node->detached : &node->ends;
}

/* The node is done with the end; the system is not. */
static void detach(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);

    if (end->flags & END_DETACHED)
        return;
    unlink_end(world, list_of(world, end), index);
    end->flags |= END_DETACHED;
    link_end(world, list_of(world, end), index);
}

uint32_t sim_end_new(struct sim_world *world, uint32_t node, uint32_t remote_host, enum end_state state)
{
    uint32_t index = take_end(world);
    struct end *end = sim_end(world, index);

    *end = (struct end){
        .generation = end->generation, .state = (uint8_t)state, .node = node, .remote_host = remote_host};
    if (remote_host != SIM_NONE) {
        end->base = sim_base_delay(world, world->nodes[node].host, remote_host);
        end->remote_down = world->hosts[remote_host].place.down;
    }
    if (G_UNLIKELY(world->faulty))
        sim_fault_new_end(world, world->nodes[node].host, end);
    link_end(world, list_of(world, end), index);
    return index;
}

void sim_end_free(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);

    unlink_end(world, list_of(world, end), index);
    g_free(end->waiting);
    end->waiting = NULL;
    end->state = END_FREE;
    end->generation++;
    end->next = world->free_end;
    world->free_end = index;
}

static void tell_dropped(struct sim_world *world, uint32_t from, uint32_t to, const struct segment_list *list)
{
    const struct sim_observer *observer = world->config.observer;
    struct sim_packet packet;

    if (!observer || !observer->dropped)
        return;
    for (const struct segment *segment = list->head; segment; segment = segment->u.next) {
        sim_packet_fill(world, segment, from, to, &packet);
        observer->dropped(observer->user, world->now, &packet);
    }
}

/* What the end leaves behind, told to the observer and counted. */
void sim_end_leave(struct sim_world *world, uint32_t index, enum sim_close_reason reason, bool void_unsent)
{
    struct end *end = sim_end(world, index);
    const struct sim_observer *observer = world->config.observer;
    struct sim_leftover left = {.voided = sim_line_forget(world, index, void_unsent), .cut = void_unsent};

    uint32_t host = world->nodes[end->node].host;

    if (end->waiting) {
        tell_dropped(world, host, end->remote_host, &end->waiting->held);
        tell_dropped(world, end->remote_host, host, &end->waiting->unread);
    }

    if (end->waiting) {
        left.held = drop_list(world, &end->waiting->held);
        left.unread = drop_list(world, &end->waiting->unread);
    }
    world->counters.lost += left.voided + left.held + left.unread;
    if (observer && observer->closed)
        observer->closed(observer->user, world->now, end->link, end->flags & END_INITIATOR, (int)reason,
                         &left);
}

void sim_end_close(struct sim_world *world, uint32_t index, enum sim_close_reason reason, bool void_unsent)
{
    sim_end_leave(world, index, reason, void_unsent);
    sim_end_free(world, index);
}

void sim_end_reset(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);
    enum end_state state = end->state;

    sim_end_leave(world, index, SIM_CLOSED_LOCAL, true);
    if (state == END_OPEN || state == END_SYN_RECEIVED)
        sim_send(world, index, sim_segment_new(world, end, SIM_SEGMENT_RST));
    sim_line_forget(world, index, false); /* the RST goes on without the end */
    sim_end_free(world, index);
}

/* Power off: the end stays as a dead one that swallows what arrives, until its peer gives up. */
void sim_end_dies(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);

    if (end->state == END_DEAD)
        return;
    if (end->state == END_SYN_SENT) {
        sim_end_close(world, index, SIM_CLOSED_LOCAL, true);
        return;
    }
    /* The peer probes a closed window, and gives up in the end. */
    if (end->flags & END_STOPPED)
        sim_push(world, world->now + MAX(world->config.give_up, end->base), end->remote_host,
                 world->nodes[end->node].host, EVENT_GIVE_UP, 0, end->remote);
    sim_end_leave(world, index, SIM_CLOSED_LOCAL, true);
    end->state = END_DEAD;
    detach(world, index);
}

/* --- Writing ------------------------------------------------------------------------ */

static bool may_send(const struct end *end)
{
    return end->state == END_OPEN && !(end->flags & (END_PEER_STOPPED | END_STALLED)) && !end->congested;
}

static uint64_t held(const struct end *end)
{
    return end->waiting ? end->waiting->held.octets : 0;
}

static bool holds_any(const struct end *end)
{
    return end->waiting && end->waiting->held.head;
}

uint64_t sim_handed(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);
    uint64_t waits;

    sim_line_prune(world, sim_host_of(world, end));
    waits = held(end) + end->unsent;
    return end->written - (waits > world->config.send_buffer ? waits - world->config.send_buffer : 0);
}

void sim_self_event(struct sim_world *world, uint32_t index, int64_t time, enum event_kind kind)
{
    uint32_t host = world->nodes[sim_end(world, index)->node].host;

    sim_push(world, time, host, host, kind, 0, sim_ref(world, index));
}

static void check_send_buffer(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);

    if ((end->flags & (END_BLOCKED | END_DETACHED)) || held(end) + end->unsent <= world->config.send_buffer)
        return;
    if (sim_handed(world, index) == end->written)
        return;
    end->flags |= END_BLOCKED;
    sim_self_event(world, index, world->now, EVENT_BLOCKED);
}

static uint64_t hash_octets(struct sim_world *world, const uint8_t *data, size_t size, void *owner)
{
    if (data == world->hashed_data && size == world->hashed_size && owner && owner == world->hashed_owner)
        return world->hashed;
    if (owner)
        world->config.octets.retain(owner);
    if (world->hashed_owner)
        world->config.octets.release(world->hashed_owner);
    world->hashed_data = data;
    world->hashed_size = size;
    world->hashed_owner = owner;
    world->hashed = sim_hash_octets(data, size);
    return world->hashed;
}

/* The end that a caller may touch now. */
static struct end *own_end(struct sim_world *world, sim_conn conn)
{
    struct end *end;

    g_assert(conn > 0 && conn < world->end_count);
    end = sim_end(world, conn);
    g_assert(end->state != END_FREE && end->state != END_DEAD && !(end->flags & END_DETACHED));
    g_assert(world->current == SIM_NONE || world->current == world->nodes[end->node].host);
    return end;
}

static void hand_over(struct sim_world *world, uint32_t index, struct segment *segment)
{
    struct end *end = sim_end(world, index);

    segment->from = sim_ref(world, index);
    if (may_send(end)) {
        sim_send(world, index, segment);
        return;
    }
    if (G_UNLIKELY(world->hops))
        sim_hop_held(world, end, segment);
    sim_list_append(&sim_waiting(end)->held, segment);
}

void sim_write(struct sim_world *world, sim_conn conn, const uint8_t *data, size_t size, void *owner)
{
    struct end *end = own_end(world, conn);

    g_assert(!(end->flags & END_FIN_WRITTEN));
    while (size > 0) {
        size_t part = MIN(size, SIM_TRAIN_MAX);
        struct segment *segment = sim_segment_new(world, end, SIM_SEGMENT_DATA);

        segment->data = data;
        segment->size = (uint32_t)part;
        segment->hash = hash_octets(world, data, part, owner);
        segment->owner = owner;
        if (owner)
            world->config.octets.retain(owner);
        end->written += part;
        world->counters.written += part;
        hand_over(world, conn, segment);
        data += part;
        size -= part;
    }
    check_send_buffer(world, conn);
}

static void send_fin(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);

    if (!may_send(end) || holds_any(end))
        return; /* sim_flush() comes back to it */
    hand_over(world, index, sim_segment_new(world, end, SIM_SEGMENT_FIN));
    end->flags |= END_FIN_SENT;
    if (end->flags & END_FIN_RECEIVED)
        sim_self_event(world, index, world->now, EVENT_FINISHED);
}

void sim_flush(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);

    while (holds_any(end) && may_send(end)) {
        struct segment *segment = sim_list_take(&end->waiting->held);

        segment->to = end->remote;
        sim_send(world, index, segment);
    }
    if ((end->flags & END_FIN_WRITTEN) && !(end->flags & END_FIN_SENT))
        send_fin(world, index);
    if ((end->flags & END_BLOCKED) && !(end->flags & END_PROGRESS)) {
        end->flags |= END_PROGRESS;
        sim_self_event(world, index, world->now, EVENT_PROGRESS);
    }
}

void sim_close_window(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);
    struct waiting *waiting = end->waiting;

    if (!waiting || (end->flags & END_STOPPED) ||
        waiting->unread.octets + waiting->in_line <= world->config.receive_buffer)
        return;
    end->flags |= END_STOPPED;
    sim_send(world, index, sim_segment_new(world, end, SEGMENT_STOP));
}

void sim_open_window(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);

    end->flags &= (uint16_t)~END_STOPPED;
    sim_send(world, index, sim_segment_new(world, end, SEGMENT_GO));
}

void sim_reopen_window(struct sim_world *world, uint32_t index)
{
    const struct end *end = sim_end(world, index);

    if ((end->flags & END_STOPPED) &&
        end->waiting->unread.octets + end->waiting->in_line <= world->config.receive_buffer / 2)
        sim_open_window(world, index);
}

/* --- What a node calls -------------------------------------------------------------- */

/* The jitter of each direction has a lane of its own: a function of the two hosts and of the number of the
 * connection among those that the initiator opened. */
static void draw_lanes(const struct host *from, const struct host *to, uint32_t number, uint64_t lanes[2])
{
    lanes[0] = from->place.key;
    lanes[1] = to->place.key;
    sim_philox(lanes, number);
}

static uint16_t local_port(struct host *host)
{
    uint16_t port = host->next_port;

    host->next_port = port == UINT16_MAX ? FIRST_LOCAL_PORT : (uint16_t)(port + 1);
    return port;
}

sim_conn sim_connect(struct sim_world *world, uint32_t node, uint32_t address, uint16_t port)
{
    uint32_t to = sim_host_of_address(world, address), from, index;
    struct segment *syn;
    struct end *end;
    uint64_t lanes[2] = {0, 0};

    g_assert(node < world->node_count && world->nodes[node].death == NODE_ALIVE);
    from = world->nodes[node].host;
    g_assert(world->current == SIM_NONE || world->current == from);
    index = sim_end_new(world, node, to, END_SYN_SENT);
    end = sim_end(world, index);
    end->flags |= END_INITIATOR;
    end->link = ++world->links;
    end->local_port = local_port(&world->hosts[from]);
    end->remote_port = port;
    world->counters.connects++;
    if (to == SIM_NONE) {
        bool inside = address >> 24 == NETWORK; /* nobody there answers; beyond it there is no route */

        sim_self_event(world, index, world->now + (inside ? world->config.connect_timeout : 0),
                       inside ? EVENT_GIVE_UP : EVENT_UNREACHABLE);
        return index;
    }
    draw_lanes(&world->hosts[from], &world->hosts[to], world->hosts[from].connects++, lanes);
    end->lane = lanes[0];
    syn = sim_segment_new(world, end, SIM_SEGMENT_SYN);
    syn->hash = lanes[1];
    syn->from = sim_ref(world, index);
    sim_send(world, index, syn);
    return index;
}

void sim_finish(struct sim_world *world, sim_conn conn)
{
    struct end *end = own_end(world, conn);

    if (end->flags & END_FIN_WRITTEN)
        return;
    end->flags |= END_FIN_WRITTEN;
    send_fin(world, conn);
}

void sim_close(struct sim_world *world, sim_conn conn)
{
    struct end *end = own_end(world, conn);

    if (end->state == END_SYN_SENT) { /* nothing to finish: the attempt is called off */
        sim_end_close(world, conn, SIM_CLOSED_LOCAL, true);
        return;
    }
    sim_finish(world, conn);
    if (end->waiting) { /* unread octets are dropped, a FIN among them counts */
        while (end->waiting->unread.head) {
            struct segment *segment = sim_list_take(&end->waiting->unread);

            if (segment->kind == SIM_SEGMENT_FIN)
                end->flags |= END_FIN_RECEIVED;
            world->counters.lost += segment->size;
            sim_segment_free(world, segment);
        }
    }
    if (end->flags & END_STOPPED)
        sim_open_window(world, conn); /* what the peer held back is to meet a closed end */
    end->flags &= (uint16_t) ~(END_PAUSED | END_BLOCKED);
    detach(world, conn);
    if (sim_end_done(end))
        sim_end_close(world, conn, SIM_CLOSED_LOCAL, false);
}

void sim_abort(struct sim_world *world, sim_conn conn)
{
    own_end(world, conn);
    sim_end_reset(world, conn);
}

void sim_pause(struct sim_world *world, sim_conn conn)
{
    own_end(world, conn)->flags |= END_PAUSED;
}

void sim_resume(struct sim_world *world, sim_conn conn)
{
    struct end *end = own_end(world, conn);

    end->flags &= (uint16_t)~END_PAUSED;
    if (end->waiting && end->waiting->unread.head && !(end->flags & END_DRAINING)) {
        end->flags |= END_DRAINING;
        sim_self_event(world, conn, world->now, EVENT_DRAIN);
    }
}

void sim_conn_set_tag(struct sim_world *world, sim_conn conn, uint32_t tag)
{
    own_end(world, conn)->tag = tag;
}

uint32_t sim_conn_tag(const struct sim_world *world, sim_conn conn)
{
    return sim_end(world, conn)->tag;
}

sim_conn sim_conn_find(const struct sim_world *world, uint32_t node, uint32_t tag)
{
    uint32_t index;

    g_assert(node < world->node_count);
    for (index = world->nodes[node].ends; index && sim_end(world, index)->tag != tag;)
        index = sim_end(world, index)->next;
    return index;
}

void sim_conn_view(struct sim_world *world, sim_conn conn, struct sim_conn_view *view)
{
    const struct end *end = own_end(world, conn);

    *view = (struct sim_conn_view){.link = end->link,
                                   .node = end->node,
                                   .remote_host = end->remote_host,
                                   .local_port = end->local_port,
                                   .remote_port = end->remote_port,
                                   .initiator = end->flags & END_INITIATOR,
                                   .paused = end->flags & END_PAUSED,
                                   .blocked = end->flags & END_BLOCKED,
                                   .written = end->written,
                                   .handed = sim_handed(world, conn),
                                   .received = end->received};
}

bool sim_conn_blocked(const struct sim_world *world, sim_conn conn)
{
    return sim_end(world, conn)->flags & END_BLOCKED;
}

uint32_t sim_link(const struct sim_world *world, sim_conn conn)
{
    g_assert(conn > 0 && conn < world->end_count);
    return sim_end(world, conn)->link;
}
