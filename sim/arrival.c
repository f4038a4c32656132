/* What the network does to hosts and connections: every event ends up here. */
#include "sim/internal.h"

/* A visible event of the host goes into its fingerprint. */
static inline void print(struct sim_world *world, const struct sim_event *event, uint64_t hash)
{
    sim_fold(world->hosts[event->dst].print, event, hash);
}

static inline bool node_knows(const struct end *end, enum end_state state)
{
    return end->state == state && !(end->flags & END_DETACHED);
}

/* The network ends a connection. The number is the node's until its callback returns, but nothing can be done
 * with it. */
static void close_end(struct sim_world *world, uint32_t index, enum sim_close_reason reason)
{
    struct end *end = sim_end(world, index);
    bool known = node_knows(end, END_OPEN);

    world->counters.resets += reason == SIM_CLOSED_RESET;
    world->counters.timeouts += reason == SIM_CLOSED_TIMEOUT;
    sim_end_leave(world, index, reason, reason != SIM_CLOSED_FINISHED);
    end->state = END_DEAD;
    if (known)
        world->nodes[end->node].ops->closed(world->nodes[end->node].user, index, reason);
    sim_end_free(world, index);
}

static void fail_connect(struct sim_world *world, uint32_t index, enum sim_connect_failure reason)
{
    struct end *end = sim_end(world, index);

    world->counters.failures++;
    sim_end_leave(world, index, SIM_CLOSED_LOCAL, true);
    end->state = END_DEAD;
    world->nodes[end->node].ops->connect_failed(world->nodes[end->node].user, index, reason);
    sim_end_free(world, index);
}

/* --- Data on an open connection ----------------------------------------------------- */

static void hand_out(struct sim_world *world, uint32_t index, struct segment *segment)
{
    struct end *end = sim_end(world, index);
    const struct node *node = &world->nodes[end->node];
    end_ref ref = sim_ref(world, index);
    size_t taken = node->ops->octets(node->user, index, segment->data, segment->size, segment->owner);

    g_assert(taken <= segment->size);
    world->counters.received += taken;
    if (taken < segment->size && sim_deref(world, ref) && !(end->flags & END_DETACHED)) {
        struct segment_list *unread = &sim_waiting(end)->unread;

        g_assert(end->flags & END_PAUSED); /* a node that reads takes all */
        segment->data += taken;
        segment->size -= (uint32_t)taken;
        segment->u.next = unread->head;
        unread->head = segment;
        if (!unread->tail)
            unread->tail = segment;
        unread->octets += segment->size;
        return;
    }
    world->counters.lost += segment->size - taken;
    sim_segment_free(world, segment);
}

static void hand_out_eof(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);
    const struct node *node = &world->nodes[end->node];
    end_ref ref = sim_ref(world, index);
    bool finished = end->flags & END_FIN_SENT; /* if it does so in the callback, EVENT_FINISHED follows */

    end->flags |= END_FIN_RECEIVED;
    node->ops->eof(node->user, index);
    if (finished && sim_deref(world, ref) && !(end->flags & END_DETACHED) && sim_end_done(end))
        close_end(world, index, SIM_CLOSED_FINISHED);
}

/* The first train that waits. False: the end is gone, or the node is done with it. */
static bool hand_out_first(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);
    end_ref ref = sim_ref(world, index);
    struct segment *segment = sim_list_take(&end->waiting->unread);

    if (G_UNLIKELY(world->hops))
        sim_hop_handed(world, index, segment);
    if (segment->kind == SIM_SEGMENT_FIN) {
        sim_segment_free(world, segment);
        hand_out_eof(world, index);
    } else {
        hand_out(world, index, segment);
    }
    return sim_deref(world, ref) && node_knows(end, END_OPEN);
}

static void drain(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);

    end->flags &= (uint16_t)~END_DRAINING;
    if (G_UNLIKELY(end->flags & END_FROZEN))
        sim_reader_arrived(world, index);
    while (!(end->flags & (END_PAUSED | END_FROZEN)) && end->waiting->unread.head) {
        if (!hand_out_first(world, index))
            return;
    }
    sim_reopen_window(world, index);
}

/* Data or FIN at an end that is open and known. */
static void receive(struct sim_world *world, uint32_t index, struct segment *segment)
{
    struct end *end = sim_end(world, index);

    if (segment->kind == SIM_SEGMENT_DATA) {
        end->received += segment->size;
        world->counters.arrived += segment->size;
        world->counters.deliveries++;
    }
    if ((end->flags & (END_PAUSED | END_FROZEN)) || (end->waiting && end->waiting->unread.head)) {
        sim_list_append(&sim_waiting(end)->unread, segment);
        if (end->flags & END_FROZEN)
            sim_reader_arrived(world, index);
        sim_close_window(world, index);
    } else if (segment->kind == SIM_SEGMENT_FIN) {
        sim_segment_free(world, segment);
        hand_out_eof(world, index);
    } else {
        end_ref ref = sim_ref(world, index);

        hand_out(world, index, segment);
        if (end->waiting && sim_deref(world, ref) && node_knows(end, END_OPEN)) {
            sim_close_window(world, index);
            sim_reopen_window(world, index); /* what waited for the line may have closed it */
        }
    }
}

/* --- Segments ----------------------------------------------------------------------- */

static void observe(struct sim_world *world, const struct sim_event *event, const struct segment *segment,
                    bool lost)
{
    const struct sim_observer *observer = world->config.observer;
    struct sim_packet packet;

    if (!observer || !(lost ? observer->lost : observer->arrived))
        return;
    sim_packet_fill(world, segment, event->src, event->dst, &packet);
    (lost ? observer->lost : observer->arrived)(observer->user, world->now, &packet);
}

/* The host is dead, or that node is: no answer, so the sender gives up in the end. */
static void swallow(struct sim_world *world, const struct sim_event *event, struct segment *segment,
                    struct end *end)
{
    bool syn = segment->kind == SIM_SEGMENT_SYN;
    int64_t patience = syn ? world->config.connect_timeout : world->config.give_up;
    int64_t time =
        MAX(segment->u.departure + patience, world->now + sim_base_delay(world, event->src, event->dst));
    bool matters = syn || segment->kind == SIM_SEGMENT_SYN_ACK || segment->kind == SIM_SEGMENT_DATA ||
                   segment->kind == SIM_SEGMENT_FIN;

    if (matters && !(end && (end->flags & END_GIVING_UP)))
        sim_push(world, time, event->src, event->dst, EVENT_GIVE_UP, 0, segment->from);
    if (matters && end)
        end->flags |= END_GIVING_UP;
    if (end && segment->kind == SIM_SEGMENT_RST)
        sim_end_free(world, (uint32_t)segment->to);
    world->counters.lost += segment->size;
    observe(world, event, segment, true);
    sim_segment_free(world, segment);
}

/* The host knows nothing of the connection. */
static void reject(struct sim_world *world, const struct sim_event *event, struct segment *segment)
{
    if (segment->kind == SIM_SEGMENT_DATA || segment->kind == SIM_SEGMENT_FIN ||
        segment->kind == SIM_SEGMENT_SYN_ACK)
        sim_answer(world, event->dst, event->src, segment, SIM_SEGMENT_RST);
    world->counters.lost += segment->size;
    observe(world, event, segment, true);
    sim_segment_free(world, segment);
}

static void accept_syn(struct sim_world *world, const struct sim_event *event, struct segment *syn)
{
    uint32_t node = world->hosts[event->dst].first_node, index;
    struct segment *answer;
    struct end *end;

    if (world->hosts[event->dst].place.nat && event->src != event->dst) {
        swallow(world, event, syn, NULL); /* its router knows of no such connection */
        return;
    }
    while (node != SIM_NONE && !(world->nodes[node].listening && world->nodes[node].port == syn->dst_port))
        node = world->nodes[node].next_on_host;
    if (node != SIM_NONE && world->nodes[node].death == NODE_SILENT) {
        swallow(world, event, syn, NULL);
        return;
    }
    observe(world, event, syn, false);
    if (node == SIM_NONE) {
        sim_answer(world, event->dst, event->src, syn, SEGMENT_REFUSE);
        sim_segment_free(world, syn);
        return;
    }
    index = sim_end_new(world, node, event->src, END_SYN_RECEIVED);
    end = sim_end(world, index);
    end->link = syn->link;
    end->lane = syn->hash;
    end->remote = syn->from;
    end->local_port = syn->dst_port;
    end->remote_port = syn->src_port;
    answer = sim_segment_new(world, end, SIM_SEGMENT_SYN_ACK);
    answer->from = sim_ref(world, index);
    sim_send(world, index, answer);
    sim_segment_free(world, syn);
}

/* SYN-ACK at the initiator. */
static void complete_connect(struct sim_world *world, uint32_t index, const struct segment *answer)
{
    struct end *end = sim_end(world, index);
    const struct node *node = &world->nodes[end->node];

    end->remote = answer->from;
    end->state = END_OPEN;
    sim_send(world, index, sim_segment_new(world, end, SIM_SEGMENT_ACK));
    sim_flush(world, index);
    node->ops->connected(node->user, index);
}

/* The third packet of the handshake at the acceptor. */
static void complete_accept(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);
    const struct node *node = &world->nodes[end->node];
    const struct sim_observer *observer = world->config.observer;

    if (!node->listening) { /* it stopped meanwhile: what nobody accepted is reset */
        sim_end_reset(world, index);
        return;
    }
    end->state = END_OPEN;
    world->counters.accepts++;
    if (observer && observer->opened) {
        uint32_t peer = sim_deref(world, end->remote); /* a look at another host, for the observer only */

        observer->opened(observer->user, world->now, end->link, peer ? sim_end(world, peer)->node : SIM_NONE,
                         end->node);
    }
    node->ops->accepted(node->user, index, sim_host_now_at(world, end->remote_host),
                         end->remote_port);
}

static void on_reset(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);

    if (end->state == END_SYN_SENT)
        fail_connect(world, index, SIM_CONNECT_REFUSED);
    else
        close_end(world, index, SIM_CLOSED_RESET);
}

/* A segment for an end that exists and lives. */
static void on_end(struct sim_world *world, const struct sim_event *event, uint32_t index,
                   struct segment *segment)
{
    struct end *end = sim_end(world, index);

    if (segment->kind == SIM_SEGMENT_DATA && (end->flags & END_DETACHED)) {
        reject(world, event, segment);                       /* answers with a RST … */
        sim_end_close(world, index, SIM_CLOSED_LOCAL, true); /* … and that was the end of it here, too */
        return;
    }
    observe(world, event, segment, false);
    switch (segment->kind) {
    case SIM_SEGMENT_SYN_ACK:
        complete_connect(world, index, segment);
        break;
    case SIM_SEGMENT_ACK:
        complete_accept(world, index);
        break;
    case SIM_SEGMENT_FIN:
        if (end->flags & END_DETACHED) {
            end->flags |= END_FIN_RECEIVED;
            if (sim_end_done(end))
                sim_end_close(world, index, SIM_CLOSED_FINISHED, false);
            break;
        }
        receive(world, index, segment);
        return;
    case SIM_SEGMENT_DATA:
        receive(world, index, segment);
        return;
    case SIM_SEGMENT_RST:
    case SEGMENT_REFUSE:
        on_reset(world, index);
        break;
    case SEGMENT_STOP:
        end->flags |= END_PEER_STOPPED;
        break;
    case SEGMENT_GO:
        end->flags &= (uint16_t)~END_PEER_STOPPED;
        sim_flush(world, index);
        break;
    default:
        g_assert_not_reached();
    }
    sim_segment_free(world, segment);
}

/* The host's line is busy: waiting data counts for the receive window of an end that is open. The end may open while its
 * data waits, so each segment remembers whether it was counted. */
static void count_in_line(struct sim_world *world, struct segment *segment, bool comes)
{
    uint32_t index = sim_deref(world, segment->to);

    if (comes && segment->kind == SIM_SEGMENT_DATA && index && sim_end(world, index)->state == END_OPEN) {
        segment->in_line = true;
        sim_waiting(sim_end(world, index))->in_line += segment->size;
        sim_close_window(world, index);
    } else if (!comes && segment->in_line) {
        segment->in_line = false;
        if (index && sim_end(world, index)->state == END_OPEN)
            sim_waiting(sim_end(world, index))->in_line -= segment->size;
    }
}

static void on_segment(struct sim_world *world, const struct sim_event *event)
{
    struct segment *segment = (struct segment *)(uintptr_t)event->arg;
    uint32_t index;

    if (segment->voided) {
        sim_segment_free(world, segment);
        return;
    }
    if (G_UNLIKELY(world->hops))
        sim_hop_reached(world, segment);
    print(world, event, segment->hash ^ (uint64_t)segment->kind << 56 ^ segment->size);
    if (world->hosts[event->dst].dead) {
        index = sim_deref(world, segment->to);
        swallow(world, event, segment, index ? sim_end(world, index) : NULL);
        return;
    }
    if (event->kind == EVENT_SEGMENT && !sim_line_receive(world, event, segment->size)) {
        if (G_UNLIKELY(world->hops))
            sim_hop_queued(world, segment, *sim_line_free(world, &world->hosts[event->dst], false));
        count_in_line(world, segment, true);
        return;
    }
    if (event->kind == EVENT_QUEUED)
        count_in_line(world, segment, false);
    world->hosts[event->dst].counters.received += segment->size;
    if (segment->kind == SIM_SEGMENT_SYN) {
        accept_syn(world, event, segment);
        return;
    }
    index = sim_deref(world, segment->to);
    if (!index)
        reject(world, event, segment);
    else if (sim_end(world, index)->state == END_DEAD)
        swallow(world, event, segment, sim_end(world, index));
    else
        on_end(world, event, index, segment);
}

/* --- The other events --------------------------------------------------------------- */

/* Looks again when the next of its trains departs. */
static void watch_line(struct sim_world *world, uint32_t index)
{
    int64_t next = sim_line_next(world, index);

    if (next == SIM_TIME_NEVER)
        return; /* all is held: sim_flush() goes on */
    sim_end(world, index)->flags |= END_PROGRESS;
    sim_self_event(world, index, next, EVENT_PROGRESS);
}

void sim_line_watch(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);
    int64_t next = sim_line_next(world, index);

    /* One that is under way already would come at the old time; it finds nothing new. */
    if ((end->flags & END_PROGRESS) && next != SIM_TIME_NEVER)
        sim_self_event(world, index, next, EVENT_PROGRESS);
}

static void on_blocked(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);
    const struct node *node = &world->nodes[end->node];
    uint64_t handed = sim_handed(world, index);

    sim_waiting(end)->reported = handed;
    if (!(end->flags & END_PROGRESS))
        watch_line(world, index);
    node->ops->blocked(node->user, index, handed);
}

static void on_progress(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);
    const struct node *node = &world->nodes[end->node];
    uint64_t handed = sim_handed(world, index);
    bool news = handed > sim_waiting(end)->reported;

    end->flags &= (uint16_t)~END_PROGRESS;
    end->waiting->reported = handed;
    if (handed == end->written)
        end->flags &= (uint16_t)~END_BLOCKED;
    else
        watch_line(world, index);
    if (news)
        node->ops->writable(node->user, index, handed);
}

static void on_self(struct sim_world *world, const struct sim_event *event)
{
    uint32_t index = sim_deref(world, event->arg);
    struct end *end = sim_end(world, index);
    bool known;

    if (!index || end->state == END_DEAD)
        return;
    print(world, event, 0);
    known = node_knows(end, END_OPEN);
    switch (event->kind) {
    case EVENT_GIVE_UP:
        if (end->state == END_SYN_SENT)
            fail_connect(world, index, SIM_CONNECT_TIMEOUT);
        else
            close_end(world, index, SIM_CLOSED_TIMEOUT);
        break;
    case EVENT_WINDOW:
        sim_window_open(world, index);
        break;
    case EVENT_PROBE:
        if (sim_fault_probe(world, index, event->tag))
            break;
        if (end->state == END_SYN_SENT)
            fail_connect(world, index, SIM_CONNECT_TIMEOUT);
        else
            close_end(world, index, SIM_CLOSED_TIMEOUT);
        break;
    case EVENT_UNREACHABLE:
        fail_connect(world, index, SIM_CONNECT_UNREACHABLE);
        break;
    case EVENT_BLOCKED:
        if ((known || node_knows(end, END_SYN_SENT)) && (end->flags & END_BLOCKED))
            on_blocked(world, index);
        break;
    case EVENT_PROGRESS:
        if (known && (end->flags & END_BLOCKED))
            on_progress(world, index);
        else
            end->flags &= (uint16_t)~END_PROGRESS;
        break;
    case EVENT_DRAIN:
        if (known)
            drain(world, index);
        break;
    case EVENT_READ:
        if (known && (end->flags & END_FROZEN) && sim_reader_due(world, index, event->tag) && hand_out_first(world, index))
            sim_reopen_window(world, index);
        break;
    case EVENT_FINISHED:
        if (sim_end_done(end)) /* else a fault came between: sim_fault_probe() */
            close_end(world, index, SIM_CLOSED_FINISHED);
        break;
    default:
        g_assert_not_reached();
    }
}

static void on_timer(struct sim_world *world, const struct sim_event *event)
{
    struct node *node = &world->nodes[(uint32_t)event->arg];

    if (event->time != node->armed)
        return; /* a sooner one came in between */
    node->armed = SIM_TIME_NEVER;
    if (node->deadline == SIM_TIME_NEVER)
        return;
    if (node->deadline > world->now) { /* it moved later meanwhile */
        node->armed = node->deadline;
        sim_push(world, node->armed, event->dst, event->dst, EVENT_TIMER, 0, event->arg);
        return;
    }
    node->deadline = SIM_TIME_NEVER;
    print(world, event, 0);
    node->ops->timer(node->user);
}

static void on_call(struct sim_world *world, const struct sim_event *event)
{
    struct call *call = (struct call *)(uintptr_t)event->arg;
    const struct node *node = &world->nodes[call->node];
    uint64_t argument = call->argument;
    bool same_life = call->epoch == node->epoch && node->death == NODE_ALIVE;

    sim_slab_free_item(&world->calls, call);
    if (!same_life)
        return;
    print(world, event, 0);
    node->ops->called(node->user, event->tag, argument);
}

void sim_dispatch(struct sim_world *world, const struct sim_event *event)
{
    if (G_UNLIKELY(world->faulty) && event->dst != SIM_NONE && world->hosts[event->dst].asleep) {
        sim_fault_defer(world, event);
        return;
    }
    switch (event->kind) {
    case EVENT_SEGMENT:
    case EVENT_QUEUED:
        on_segment(world, event);
        break;
    case EVENT_TIMER:
        on_timer(world, event);
        break;
    case EVENT_CALL:
        on_call(world, event);
        break;
    case EVENT_DIRECTOR:
        sim_fold(world->print, event, 0);
        g_assert(world->config.director);
        world->config.director(world->config.user, event->tag, event->arg);
        break;
    default:
        on_self(world, event);
    }
}
