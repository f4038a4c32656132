/* Cuts, impairments, and what TCP makes of them. A train that cannot pass is held at its sender, with all that
 * is written after it, and tried again with doubling time-outs until it passes or the sender gives up. */
#include "sim/fault.h"
#include "sim/internal.h"

#include <string.h>

#define TRIES      5  /* retransmissions of data before a sender gives up: scenarios.md 4.1 */
#define SYN_TRIES  2  /* of a SYN */
#define MIN_RTO    ((int64_t)200000000)
#define FAST_AFTER 3  /* packets that must follow a lost one, for a retransmission without a time-out */
#define PPM        1000000

struct sim_cut {
    uint8_t *side; /* by host */
    uint32_t hosts;
    bool oneway;
};

struct sim_trouble {
    uint32_t host;
    struct sim_impairment how;
};

/* What is wrong with one host: the sum of its impairments, and what it was before. */
struct fault {
    GPtrArray *troubles; /* of struct sim_trouble */
    struct sim_impairment sum;
    struct sim_place place; /* as the profile made it */
    GArray *asleep;         /* of struct sim_event: what waits until the host wakes */
    uint32_t address;       /* 0: its first one */
    struct sim_reader reader;
};

/* --- What passes -------------------------------------------------------------------- */

static struct fault *fault_of(const struct sim_world *world, uint32_t host)
{
    return host < world->fault_count ? world->faults[host] : NULL;
}

static bool is_down(const struct sim_world *world, uint32_t host)
{
    const struct fault *fault = fault_of(world, host);

    return fault && (fault->sum.down || fault->sum.asleep);
}

static bool cut_between(const struct sim_cut *cut, uint32_t from, uint32_t to)
{
    uint8_t a = from < cut->hosts ? cut->side[from] : 0, b = to < cut->hosts ? cut->side[to] : 0;

    return a && b && (cut->oneway ? a < b : a != b);
}

static bool passes(const struct sim_world *world, uint32_t from, uint32_t to)
{
    if (from == to)
        return true;
    if (is_down(world, from) || is_down(world, to))
        return false;
    for (guint i = 0; world->cuts && i < world->cuts->len; i++) {
        if (cut_between(g_ptr_array_index(world->cuts, i), from, to))
            return false;
    }
    return true;
}

bool sim_fault_passes(const struct sim_world *world, uint32_t from, uint32_t to)
{
    return passes(world, from, to);
}

struct way {
    bool there, back;
};

static struct way way_of(const struct sim_world *world, const struct end *end)
{
    uint32_t host = world->nodes[end->node].host;

    if (end->flags & END_ORPHAN)
        return (struct way){false, false};
    return (struct way){passes(world, host, end->remote_host), passes(world, end->remote_host, host)};
}

/* --- Trying again ------------------------------------------------------------------- */

/* The wait before attempt `tries` + 1; doubling. All waits together are the patience of the world's settings:
 * for data 1 + 2 + … + 32 = 63 parts, for a SYN 1 + 2 + 4 = 7. */
static int64_t wait_before(const struct sim_world *world, const struct end *end)
{
    bool syn = end->state == END_SYN_SENT;
    int64_t part = syn ? world->config.connect_timeout / ((2 << SYN_TRIES) - 1)
                       : world->config.give_up / ((2 << TRIES) - 1);

    return MAX(part, 1) << end->tries;
}

static void schedule_probe(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);
    uint32_t host = world->nodes[end->node].host;

    sim_push(world, world->now + wait_before(world, end), host, host, EVENT_PROBE, end->probe,
             sim_ref(world, index));
}

static void start_probing(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);

    if (end->flags & END_PROBING)
        return;
    end->flags |= END_PROBING;
    end->tries = 0;
    end->probe++;
    schedule_probe(world, index);
}

static void hold_first(struct sim_world *world, struct end *end, struct segment *segment)
{
    if (G_UNLIKELY(world->hops))
        sim_hop_held(world, end, segment);
    sim_list_prepend(&sim_waiting(end)->held, segment);
    sim_stall_begin(world, end);
}

/* What the window was is not repeated: the peer is told what it is then, and does not wait behind data for it. */
static void hold(struct sim_world *world, uint32_t index, struct segment *segment)
{
    struct end *end = sim_end(world, index);

    if (segment->kind == SEGMENT_STOP || segment->kind == SEGMENT_GO) {
        sim_segment_free(world, segment);
        end->window_due = true;
        sim_stall_begin(world, end);
    } else {
        hold_first(world, end, segment);
    }
    start_probing(world, index);
}

/* The packets of the handshake go before the connection is open: sim_flush() does not send them. */
static void send_again(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);
    struct segment_list *held = end->waiting ? &end->waiting->held : NULL;

    sim_stall_end(world, end);
    if (end->waiting && end->waiting->tcp.window)
        sim_tcp_restart(&end->waiting->tcp);
    if (held && held->head &&
        (held->head->kind == SIM_SEGMENT_SYN || held->head->kind == SIM_SEGMENT_SYN_ACK))
        sim_send(world, index, sim_list_take(held));
    if (end->window_due) {
        end->window_due = false;
        sim_send(world, index, sim_segment_new(world, end, end->flags & END_STOPPED ? SEGMENT_STOP : SEGMENT_GO));
    }
    sim_flush(world, index);
    if (sim_end_done(end))
        sim_self_event(world, index, world->now, EVENT_FINISHED);
}

bool sim_fault_probe(struct sim_world *world, uint32_t index, uint16_t number)
{
    struct end *end = sim_end(world, index);
    struct way way;
    uint32_t last = end->state == END_SYN_SENT ? SYN_TRIES : TRIES;

    if (!(end->flags & END_PROBING) || end->probe != number)
        return true;
    way = way_of(world, end);
    if (way.there && way.back)
        end->flags &= (uint16_t)~END_PROBING;
    else if (end->tries == last)
        return false;
    else
        end->tries++;
    if (end->flags & END_PROBING)
        schedule_probe(world, index);
    if (way.there)
        send_again(world, index);
    return true;
}

/* --- Loss, on streams: a stall ------------------------------------------------------ */

static uint32_t loss_of(const struct sim_world *world, uint32_t host)
{
    const struct fault *fault = fault_of(world, host);
    uint64_t passed = PPM - sim_profile_loss(world->hosts[host].profile, &world->hosts[host].place);

    if (fault)
        passed = passed * (PPM - fault->sum.loss_ppm) / PPM;
    return (uint32_t)(PPM - passed);
}

static bool draw_lost(const struct sim_world *world, const struct end *end, uint64_t number, uint32_t ppm)
{
    uint64_t u = sim_draw(world->config.seed, SIM_PURPOSE_LOSS, end->lane, end->segments, number);

    return (uint64_t)(((unsigned __int128)u * PPM) >> 64) < ppm;
}

/* How long the receiver waits for the last packet of this train beyond its time; SIM_TIME_NEVER: every
 * retransmission was lost. A packet that enough others follow is sent again after a round trip, else after a
 * time-out (scenarios.md 4.1). */
static int64_t stall(const struct sim_world *world, const struct end *end, const struct segment *segment,
                     uint32_t ppm)
{
    uint32_t packets = MAX(1, (segment->size + SIM_MSS - 1) / SIM_MSS);
    int64_t round_trip = 2 * end->base, timeout = MAX(MIN_RTO, round_trip + round_trip / 2), longest = 0;

    if (segment->kind == SIM_SEGMENT_SYN)
        timeout = world->config.connect_timeout / ((2 << SYN_TRIES) - 1);
    for (uint32_t i = 0; i < packets; i++) {
        int64_t waits = 0;
        uint32_t try = 0, most = segment->kind == SIM_SEGMENT_SYN ? SYN_TRIES : TRIES;

        for (; draw_lost(world, end, (uint64_t)i << 8 | try, ppm); try++) {
            if (try == most)
                return SIM_TIME_NEVER;
            waits += try == 0 && packets - i > FAST_AFTER ? round_trip : timeout << try;
        }
        longest = MAX(longest, waits);
    }
    return longest;
}

/* --- Sending, with faults about ----------------------------------------------------- */

static int64_t delay_of(const struct sim_world *world, uint32_t host)
{
    const struct fault *fault = fault_of(world, host);

    return fault ? fault->sum.delay : 0;
}

void sim_fault_all_lost(struct sim_world *world, uint32_t index, struct segment *segment)
{
    struct end *end = sim_end(world, index);

    if (segment->kind == SIM_SEGMENT_RST) {
        sim_segment_free(world, segment);
        return;
    }
    hold_first(world, end, segment);
    sim_self_event(world, index,
                   world->now + (end->state == END_SYN_SENT ? world->config.connect_timeout : world->config.give_up),
                   EVENT_GIVE_UP);
}

bool sim_fault_send(struct sim_world *world, uint32_t index, struct segment *segment, struct sim_extra *extra)
{
    struct end *end = sim_end(world, index);
    uint32_t from = world->nodes[end->node].host, to = end->remote_host;
    bool reset = segment->kind == SIM_SEGMENT_RST;
    struct way way = way_of(world, end);
    uint64_t ppm;

    if (from == to)
        return true;
    if (!way.there && reset) { /* nobody repeats a RST */
        sim_segment_free(world, segment);
        return false;
    }
    if (!way.there) {
        hold(world, index, segment);
        return false;
    }
    if (!way.back && !reset)
        start_probing(world, index); /* it arrives, but nobody can say so */
    extra->delay = delay_of(world, from) + delay_of(world, to);
    ppm = loss_of(world, from);
    ppm += (PPM - ppm) * loss_of(world, to) / PPM;
    if (world->hosts[from].full) {
        extra->loss_ppm = (uint32_t)ppm;
    } else if (ppm > 0) {
        extra->stall = stall(world, end, segment, (uint32_t)ppm);
        if (extra->stall == SIM_TIME_NEVER) {
            sim_fault_all_lost(world, index, segment);
            return false;
        }
    }
    return true;
}

/* --- A fault begins ----------------------------------------------------------------- */

/* What this end has on its line is held again, if it cannot pass; a connect that waits for an answer tries
 * again. */
static void interrupt_end(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);
    struct way way;

    if (end->state == END_DEAD || end->state == END_FREE || end->remote_host == SIM_NONE)
        return;
    way = way_of(world, end);
    if (!way.there && sim_line_recall(world, index)) {
        sim_stall_begin(world, end);
        start_probing(world, index);
    }
    if (end->state == END_SYN_SENT && !(way.there && way.back))
        start_probing(world, index);
}

typedef void (*each_end)(struct sim_world *world, uint32_t index);

/* Both ends of every connection of a host. */
static void visit_ends(struct sim_world *world, uint32_t host, each_end own, each_end remote)
{
    for (uint32_t node = world->hosts[host].first_node; node != SIM_NONE; node = world->nodes[node].next_on_host) {
        for (int list = 0; list < 2; list++) {
            uint32_t next, index = list ? world->nodes[node].detached : world->nodes[node].ends;

            for (; index; index = next) {
                uint32_t peer = sim_deref(world, sim_end(world, index)->remote);

                next = sim_end(world, index)->next;
                if (own)
                    own(world, index);
                if (remote && peer)
                    remote(world, peer);
            }
        }
    }
}

static struct fault *need_fault(struct sim_world *world, uint32_t host)
{
    g_assert(host < world->host_count && world->current == SIM_NONE);
    if (world->fault_count < world->host_count) {
        world->faults = g_renew(struct fault *, world->faults, world->host_count);
        memset(world->faults + world->fault_count, 0,
               (world->host_count - world->fault_count) * sizeof(struct fault *));
        world->fault_count = world->host_count;
    }
    if (!world->faults[host]) {
        struct fault *fault = world->faults[host] = g_new0(struct fault, 1);

        fault->troubles = g_ptr_array_new();
        fault->asleep = g_array_new(FALSE, FALSE, sizeof(struct sim_event));
        fault->place = world->hosts[host].place;
    }
    return world->faults[host];
}

/* --- Cuts --------------------------------------------------------------------------- */

struct sim_cut *sim_cut_begin(struct sim_world *world, const uint8_t *side, uint32_t hosts, bool oneway)
{
    struct sim_cut *cut = g_new0(struct sim_cut, 1);

    g_assert(world->current == SIM_NONE && hosts <= world->host_count);
    cut->side = g_memdup2(side, hosts);
    cut->hosts = hosts;
    cut->oneway = oneway;
    if (!world->cuts)
        world->cuts = g_ptr_array_new();
    g_ptr_array_add(world->cuts, cut);
    world->faulty++;
    for (uint32_t host = 0; host < hosts; host++) {
        g_assert(side[host] <= SIM_SIDES_MAX);
        if (side[host])
            visit_ends(world, host, interrupt_end, NULL);
    }
    return cut;
}

void sim_cut_heal(struct sim_world *world, struct sim_cut *cut)
{
    bool known = g_ptr_array_remove(world->cuts, cut);

    g_assert(known && world->current == SIM_NONE);
    world->faulty--;
    g_free(cut->side);
    g_free(cut);
}

/* --- Impairments -------------------------------------------------------------------- */

static void deafen(struct sim_world *world, uint32_t index)
{
    sim_end(world, index)->flags |= END_FROZEN;
}

static void let_hear(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);

    end->flags &= (uint16_t)~END_FROZEN;
    if (end->state == END_OPEN && !(end->flags & (END_PAUSED | END_DETACHED | END_DRAINING)) && end->waiting &&
        end->waiting->unread.head) {
        end->flags |= END_DRAINING;
        sim_self_event(world, index, world->now, EVENT_DRAIN);
    }
}

/* Deaf, slow, or neither, from now on; what a slow reader was about to read is scheduled anew. */
static void change_reader(struct sim_world *world, uint32_t host, struct fault *fault)
{
    fault->reader.rate = fault->sum.deaf ? 0 : fault->sum.read;
    fault->reader.series++;
    fault->reader.busy = 0;
    visit_ends(world, host, let_hear, NULL);
    if (fault->sum.deaf || fault->sum.read)
        visit_ends(world, host, deafen, NULL);
}

struct sim_reader *sim_fault_reader(const struct sim_world *world, uint32_t host)
{
    struct fault *fault = fault_of(world, host);

    return fault && fault->reader.rate ? &fault->reader : NULL;
}

static void learn_rate(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);

    end->remote_down = world->hosts[end->remote_host].place.down;
}

static uint64_t slower(uint64_t a, uint64_t b)
{
    return !a ? b : !b ? a : MIN(a, b);
}

static struct sim_impairment sum_of(const struct fault *fault)
{
    struct sim_impairment sum = {0};
    uint64_t passed = PPM;

    for (guint i = 0; i < fault->troubles->len; i++) {
        const struct sim_impairment *how = &((struct sim_trouble *)g_ptr_array_index(fault->troubles, i))->how;

        sum.down |= how->down;
        sum.asleep |= how->asleep;
        sum.deaf |= how->deaf;
        sum.delay += how->delay;
        sum.up = slower(sum.up, how->up);
        sum.down_rate = slower(sum.down_rate, how->down_rate);
        sum.read = slower(sum.read, how->read);
        passed = passed * (PPM - MIN(how->loss_ppm, PPM)) / PPM;
    }
    sum.loss_ppm = (uint32_t)(PPM - passed);
    return sum;
}

/* What waited comes now; timers that went off meanwhile, too. */
static void wake(struct sim_world *world, uint32_t host, struct fault *fault)
{
    GArray *waited = fault->asleep;

    fault->asleep = g_array_new(FALSE, FALSE, sizeof(struct sim_event));
    for (guint i = 0; i < waited->len; i++) {
        struct sim_event event = g_array_index(waited, struct sim_event, i);

        if (event.kind == EVENT_TIMER)
            continue;
        event.time = world->now;
        sim_queue_push(world->queue, &event);
    }
    g_array_unref(waited);
    for (uint32_t node = world->hosts[host].first_node; node != SIM_NONE; node = world->nodes[node].next_on_host) {
        world->nodes[node].armed = SIM_TIME_NEVER;
        if (world->nodes[node].death == NODE_ALIVE && world->nodes[node].deadline != SIM_TIME_NEVER)
            sim_node_set_timer(world, node, world->nodes[node].deadline);
    }
}

static void apply(struct sim_world *world, uint32_t host, struct fault *fault)
{
    struct sim_impairment before = fault->sum, now = sum_of(fault);
    struct sim_place *place = &world->hosts[host].place;

    fault->sum = now;
    world->hosts[host].asleep = now.asleep;
    place->up = slower(fault->place.up, now.up);
    if (before.down_rate != now.down_rate) {
        place->down = slower(fault->place.down, now.down_rate);
        visit_ends(world, host, NULL, learn_rate);
    }
    if ((now.down || now.asleep) && !(before.down || before.asleep))
        visit_ends(world, host, interrupt_end, interrupt_end);
    if (before.deaf != now.deaf || before.read != now.read)
        change_reader(world, host, fault);
    if (before.asleep && !now.asleep)
        wake(world, host, fault);
}

struct sim_trouble *sim_impair(struct sim_world *world, uint32_t host, const struct sim_impairment *how)
{
    struct fault *fault = need_fault(world, host);
    struct sim_trouble *trouble = g_new(struct sim_trouble, 1);

    *trouble = (struct sim_trouble){host, *how};
    g_ptr_array_add(fault->troubles, trouble);
    world->faulty++;
    apply(world, host, fault);
    return trouble;
}

void sim_repair(struct sim_world *world, struct sim_trouble *trouble)
{
    struct fault *fault = need_fault(world, trouble->host);
    bool known = g_ptr_array_remove(fault->troubles, trouble);

    g_assert(known);
    world->faulty--;
    apply(world, trouble->host, fault);
    g_free(trouble);
}

bool sim_host_asleep(const struct sim_world *world, uint32_t host)
{
    return world->hosts[host].asleep;
}

void sim_fault_defer(struct sim_world *world, const struct sim_event *event)
{
    g_array_append_val(fault_of(world, event->dst)->asleep, *event);
}

void sim_fault_new_end(const struct sim_world *world, uint32_t host, struct end *end)
{
    const struct fault *fault = fault_of(world, host);

    if (fault && (fault->sum.deaf || fault->sum.read))
        end->flags |= END_FROZEN;
}

const struct sim_place *sim_fault_place(const struct sim_world *world, uint32_t host)
{
    const struct fault *fault = fault_of(world, host);

    return fault ? &fault->place : &world->hosts[host].place;
}

/* --- Addresses ---------------------------------------------------------------------- */

static void orphan(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);

    if (end->state == END_DEAD || end->remote_host == world->nodes[end->node].host)
        return;
    end->flags |= END_ORPHAN;
    interrupt_end(world, index);
}

uint32_t sim_host_move(struct sim_world *world, uint32_t host)
{
    struct fault *fault = need_fault(world, host);

    if (!world->moved)
        world->moved = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    g_array_append_val(world->moved, host);
    g_assert(world->moved->len + world->host_count <= SIM_HOSTS_MAX);
    fault->address = sim_host_address(SIM_HOSTS_MAX - world->moved->len);
    if (world->moved->len == 1)
        world->faulty++; /* for the rest of the run: orphans are looked for */
    visit_ends(world, host, orphan, orphan);
    return fault->address;
}

uint32_t sim_host_now_at(const struct sim_world *world, uint32_t host)
{
    const struct fault *fault = fault_of(world, host);

    return fault && fault->address ? fault->address : sim_host_address(host);
}

uint32_t sim_host_of_address(const struct sim_world *world, uint32_t address)
{
    uint32_t number = address - sim_host_address(0), host = SIM_NONE;

    if (address < sim_host_address(0) || number >= SIM_HOSTS_MAX)
        return SIM_NONE;
    if (number < world->host_count)
        host = number;
    else if (world->moved && SIM_HOSTS_MAX - number <= world->moved->len)
        host = g_array_index(world->moved, uint32_t, SIM_HOSTS_MAX - number - 1);
    return host != SIM_NONE && sim_host_now_at(world, host) == address ? host : SIM_NONE;
}

/* --- The end of the world ----------------------------------------------------------- */

void sim_fault_clear(struct sim_world *world)
{
    for (uint32_t host = 0; host < world->fault_count; host++) {
        struct fault *fault = world->faults[host];

        if (!fault)
            continue;
        for (guint i = 0; i < fault->asleep->len; i++) {
            const struct sim_event *event = &g_array_index(fault->asleep, struct sim_event, i);

            if (event->kind == EVENT_SEGMENT || event->kind == EVENT_QUEUED)
                sim_segment_free(world, (struct segment *)(uintptr_t)event->arg);
        }
        g_ptr_array_foreach(fault->troubles, (GFunc)(void (*)(void))g_free, NULL);
        g_ptr_array_unref(fault->troubles);
        g_array_unref(fault->asleep);
        g_free(fault);
    }
    g_free(world->faults);
    for (guint i = 0; world->cuts && i < world->cuts->len; i++) {
        struct sim_cut *cut = g_ptr_array_index(world->cuts, i);

        g_free(cut->side);
        g_free(cut);
    }
    if (world->cuts)
        g_ptr_array_unref(world->cuts);
    if (world->moved)
        g_array_unref(world->moved);
}
