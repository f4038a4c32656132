#include "sim/tcp.h"

#include "sim/queue.h"
#include "sim/world.h"

#include <glib.h>

#define MSS         ((uint32_t)SIM_MSS)
#define MIN_TIMEOUT ((int64_t)200000000)
#define WINDOW_MAX  ((uint32_t)1 << 24) /* what a receiver can announce with the shift of pcapng.c */
#define FAST_AFTER  3                   /* packets that must follow a lost one: duplicate acknowledgements */
#define LIMITED     2                   /* packets sent beyond the window on duplicate acknowledgements: RFC 3042 */

void sim_tcp_open(struct sim_tcp *tcp, uint32_t burst, int64_t acked)
{
    struct sim_loss loss = tcp->loss;

    *tcp = (struct sim_tcp){.window = SIM_TCP_INITIAL, .threshold = WINDOW_MAX, .in_flight = burst, .last_sent = -1, .loss = loss};
    if (!burst)
        return;
    tcp->flight[0] = (struct sim_tcp_flight){.acked = acked, .octets = burst};
    tcp->count = 1;
}

int64_t sim_tcp_timeout(const struct sim_tcp *tcp, int64_t round_trip)
{
    /* Before any sample of data: the handshake was one, so var is half of it. */
    return MAX(MIN_TIMEOUT, tcp->rtt ? tcp->rtt + 4 * tcp->var : 3 * round_trip);
}

/* --- What the sender learns as time passes ------------------------------------------ */

static void grow(struct sim_tcp *tcp, uint32_t acked)
{
    if (tcp->window < tcp->threshold)
        tcp->window = MIN(tcp->window + acked, MAX(tcp->threshold, tcp->window));
    else
        tcp->window += (uint32_t)((uint64_t)MSS * acked / tcp->window);
    tcp->window = MIN(tcp->window, WINDOW_MAX);
}

static void cut_window(struct sim_tcp *tcp, bool timeout)
{
    tcp->threshold = MAX(MAX(tcp->cut_flight, tcp->in_flight) / 2, 2 * MSS);
    tcp->window = timeout ? MSS : tcp->threshold;
    *(timeout ? &tcp->timeout : &tcp->cut) = false;
}

static void learn(struct sim_tcp *tcp, int64_t now)
{
    /* Else it does not grow: RFC 7661. In whole segments, so that small messages bring it back after a time-out. */
    bool in_use = tcp->in_flight > 0 && tcp->in_flight + MSS > tcp->window / 2;

    while (tcp->count || tcp->lost) { /* what was lost is acknowledged last */
        const struct sim_tcp_flight *flight = &tcp->flight[tcp->first];
        int64_t acked = tcp->count ? flight->acked : SIM_TIME_NEVER;

        if (tcp->cut && tcp->cut_at <= now && tcp->cut_at <= acked) {
            cut_window(tcp, false);
        } else if (tcp->timeout && tcp->timeout_at <= now && tcp->timeout_at <= acked) {
            cut_window(tcp, true);
        } else if (tcp->lost && tcp->lost_acked <= now && tcp->lost_acked <= acked) {
            tcp->in_flight -= tcp->lost;
            tcp->lost = 0;
        } else if (acked <= now) {
            tcp->in_flight -= flight->octets;
            if (in_use && !(tcp->lost && acked >= tcp->lost_since))
                grow(tcp, flight->octets);
            tcp->first = (uint8_t)((tcp->first + 1) % SIM_TCP_FLIGHTS);
            tcp->count--;
        } else {
            return;
        }
    }
}

void sim_tcp_restart(struct sim_tcp *tcp)
{
    tcp->threshold = MAX(tcp->window / 2, 2 * MSS);
    tcp->window = MSS;
    tcp->in_flight = tcp->lost = 0;
    tcp->count = 0;
    tcp->cut = tcp->timeout = false;
}

/* --- Leaving ------------------------------------------------------------------------ */

uint32_t sim_tcp_room(struct sim_tcp *tcp, const struct sim_tcp_train *train)
{
    uint32_t room;

    learn(tcp, train->now);
    if (!tcp->in_flight && tcp->last_sent >= 0 && train->now - tcp->last_sent > sim_tcp_timeout(tcp, train->round_trip))
        tcp->window = MIN(tcp->window, SIM_TCP_INITIAL);
    room = tcp->window > tcp->in_flight ? tcp->window - tcp->in_flight : 0;
    if (room >= train->size)
        return train->size;
    room -= room % MSS;
    return room || tcp->in_flight ? room : MIN(MSS, train->size);
}

int64_t sim_tcp_opens(const struct sim_tcp *tcp)
{
    int64_t time = tcp->count ? tcp->flight[tcp->first].acked : SIM_TIME_NEVER;

    return tcp->lost ? MIN(time, tcp->lost_acked) : time;
}

/* A retransmission that is lost, too, is noticed by time-outs that double. */
static int64_t send_again(struct sim_tcp *tcp, const struct sim_tcp_train *train, int64_t first, int64_t timeout, bool fast)
{
    int64_t waits = first;

    if (!fast)
        sim_loss_rest(&tcp->loss);
    for (uint8_t tries = 1; sim_loss_pass(&tcp->loss, &train->loss, 1) == 0; tries++) {
        if (tries == train->tries)
            return SIM_TIME_NEVER;
        waits += fast ? timeout << (tries - 1) : timeout << tries;
        sim_loss_rest(&tcp->loss);
    }
    return waits;
}

void sim_tcp_draw(struct sim_tcp *tcp, const struct sim_tcp_train *train, struct sim_tcp_fate *fate)
{
    int64_t packets = MAX(1, (train->size + MSS - 1) / MSS);
    int64_t timeout = train->first_timeout ? train->first_timeout : sim_tcp_timeout(tcp, train->round_trip);
    bool first = true, fast = false;

    *fate = (struct sim_tcp_fate){0};
    for (int64_t at = 0; (at += sim_loss_pass(&tcp->loss, &train->loss, packets - at)) < packets; at++) {
        int64_t waits;

        if (first) /* it decides: the others are sent again with it */
            fast = MIN(packets - 1 - at + train->behind, (int64_t)(tcp->window / MSS) - 1 + LIMITED) >= FAST_AFTER;
        waits = send_again(tcp, train, fast ? train->round_trip : timeout, timeout, fast);
        fate->stall = MAX(fate->stall, waits);
        fate->noticed = fast;
        if (!fast || waits > train->round_trip)
            fate->timeout = fast ? train->round_trip + timeout : timeout;
        if (waits == SIM_TIME_NEVER)
            return;
        fate->lost += MIN(MSS, train->size - MIN(train->size, (uint32_t)at * MSS));
        first = false;
    }
}

static void sample(struct sim_tcp *tcp, int64_t rtt)
{
    int64_t off = ABS(rtt - tcp->rtt);

    if (!tcp->rtt) {
        tcp->rtt = rtt;
        tcp->var = rtt / 2;
        return;
    }
    tcp->var += (off - tcp->var) / 4;
    tcp->rtt += (rtt - tcp->rtt) / 8;
}

static void add_flight(struct sim_tcp *tcp, int64_t acked, uint32_t octets)
{
    struct sim_tcp_flight *last = &tcp->flight[(tcp->first + tcp->count + SIM_TCP_FLIGHTS - 1) % SIM_TCP_FLIGHTS];

    if (tcp->count)
        acked = MAX(acked, last->acked); /* jitter: order is kept */
    if (tcp->count < SIM_TCP_FLIGHTS) {
        last = &tcp->flight[(tcp->first + tcp->count++) % SIM_TCP_FLIGHTS];
        *last = (struct sim_tcp_flight){0};
    } /* else two flights become one */
    last->acked = acked;
    last->octets += octets;
}

void sim_tcp_sent(struct sim_tcp *tcp, const struct sim_tcp_train *train, int64_t acked, const struct sim_tcp_fate *fate)
{
    tcp->last_sent = train->now;
    if (!fate->stall)
        sample(tcp, acked - train->now); /* Karn: not of what was sent again */
    tcp->in_flight += train->size;
    if (train->size > fate->lost)
        add_flight(tcp, acked, train->size - fate->lost);
    if (!fate->lost)
        return;
    if (!tcp->lost)
        tcp->lost_since = acked;
    tcp->lost_acked = MAX(tcp->lost ? tcp->lost_acked : 0, acked + fate->stall);
    tcp->lost += fate->lost;
    if (!tcp->cut && !tcp->timeout)
        tcp->cut_flight = tcp->in_flight;
    if (fate->noticed && !tcp->cut) { /* else of the same window: it is cut once */
        tcp->cut = true;
        tcp->cut_at = acked;
    }
    if (fate->timeout && !tcp->timeout) {
        tcp->timeout = true;
        tcp->timeout_at = train->now + fate->timeout;
    }
}
