/* What TCP makes of faults. A train that cannot pass is held at its sender, with all that is written after it, and tried again with
 * doubling time-outs until it passes or the sender gives up; one that is lost is a stall. */
#include "sim/fault_private.h"

#define TRIES      5  /* retransmissions of data before a sender gives up: scenarios.md 4.1 */
#define SYN_TRIES  2  /* of a SYN */
#define MIN_RTO    ((int64_t)200000000)
#define FAST_AFTER 3  /* packets that must follow a lost one, for a retransmission without a time-out */

/* --- What passes -------------------------------------------------------------------- */

static bool is_down(const struct sim_world *world, uint32_t host)
{
    const struct fault *fault = sim_fault_of(world, host);

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
    const struct fault *fault = sim_fault_of(world, host);
    uint64_t passed = SIM_PPM - sim_profile_loss(world->hosts[host].profile, &world->hosts[host].place);

    if (fault)
        passed = passed * (SIM_PPM - fault->sum.loss_ppm) / SIM_PPM;
    return (uint32_t)(SIM_PPM - passed);
}

static bool draw_lost(const struct sim_world *world, const struct end *end, uint64_t number, uint32_t ppm)
{
    uint64_t u = sim_draw(world->config.seed, SIM_PURPOSE_LOSS, end->lane, end->segments, number);

    return (uint64_t)(((unsigned __int128)u * SIM_PPM) >> 64) < ppm;
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
    const struct fault *fault = sim_fault_of(world, host);

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
    ppm += (SIM_PPM - ppm) * loss_of(world, to) / SIM_PPM;
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

void sim_fault_interrupt(struct sim_world *world, uint32_t index)
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
