/* Cuts, impairments, new addresses, and their undo. What they mean for a train: passage.c. */
#include "sim/fault_private.h"

#include <string.h>

/* --- All ends of a host ------------------------------------------------------------- */

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
            visit_ends(world, host, sim_fault_interrupt, NULL);
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
    struct fault *fault = sim_fault_of(world, host);

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
    uint64_t passed = SIM_PPM;

    for (guint i = 0; i < fault->troubles->len; i++) {
        const struct sim_impairment *how = &((struct sim_trouble *)g_ptr_array_index(fault->troubles, i))->how;

        sum.down |= how->down;
        sum.asleep |= how->asleep;
        sum.deaf |= how->deaf;
        sum.delay += how->delay;
        sum.up = slower(sum.up, how->up);
        sum.down_rate = slower(sum.down_rate, how->down_rate);
        sum.read = slower(sum.read, how->read);
        passed = passed * (SIM_PPM - MIN(how->loss_ppm, SIM_PPM)) / SIM_PPM;
    }
    sum.loss_ppm = (uint32_t)(SIM_PPM - passed);
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
    uint64_t was = place->up;

    fault->sum = now;
    world->hosts[host].asleep = now.asleep;
    place->up = slower(fault->place.up, now.up);
    if (place->up != was)
        sim_line_retime(world, host, was);
    if (before.down_rate != now.down_rate) {
        place->down = slower(fault->place.down, now.down_rate);
        visit_ends(world, host, NULL, learn_rate);
    }
    if ((now.down || now.asleep) && !(before.down || before.asleep))
        visit_ends(world, host, sim_fault_interrupt, sim_fault_interrupt);
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
    g_array_append_val(sim_fault_of(world, event->dst)->asleep, *event);
}

void sim_fault_new_end(const struct sim_world *world, uint32_t host, struct end *end)
{
    const struct fault *fault = sim_fault_of(world, host);

    if (fault && (fault->sum.deaf || fault->sum.read))
        end->flags |= END_FROZEN;
}

const struct sim_place *sim_fault_place(const struct sim_world *world, uint32_t host)
{
    const struct fault *fault = sim_fault_of(world, host);

    return fault ? &fault->place : &world->hosts[host].place;
}

/* --- Addresses ---------------------------------------------------------------------- */

static void orphan(struct sim_world *world, uint32_t index)
{
    struct end *end = sim_end(world, index);

    if (end->state == END_DEAD || end->remote_host == world->nodes[end->node].host)
        return;
    end->flags |= END_ORPHAN;
    sim_fault_interrupt(world, index);
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
    const struct fault *fault = sim_fault_of(world, host);

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
