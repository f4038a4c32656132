/* Congestion control and loss of one direction of a connection, worked out for each train when it is sent, not with an event for
 * each packet. Integers only. Private to sim/: line.c asks, stream.c and arrival.c keep what waits. README.md says what it leaves
 * out.
 *
 *   slow start from 10 segments, congestion avoidance (RFC 5681; the window grows only while it is in use, RFC 7661), a new start
 *   after an idle time-out; a lost packet is sent again after a round trip and the window halved (RFC 6675, 3042) if at least three
 *   others follow, else after a time-out max(200 ms, RTT + 4·var) that doubles (RFC 6298), with a window of one segment. */
#ifndef SIM_TCP_H
#define SIM_TCP_H

#include "sim/loss.h"

#include <stdbool.h>
#include <stdint.h>

#define SIM_TCP_INITIAL ((uint32_t)14600) /* octets: 10 segments, RFC 6928 */
#define SIM_TCP_FLIGHTS 6

struct sim_tcp_flight {
    int64_t acked; /* when the sender knows that it arrived */
    uint32_t octets;
};

/* What a sender knows. window = 0: nothing yet, the state is the initial one. */
struct sim_tcp {
    uint32_t window, threshold;  /* octets */
    uint32_t in_flight;          /* octets of the flights and the lost ones */
    uint32_t lost, cut_flight;   /* being sent again; in flight when the loss happened */
    uint8_t first, count;        /* the ring of flights */
    bool cut, timeout;           /* the sender will notice a loss: by acknowledgements at cut_at, by a time-out at timeout_at */
    int64_t cut_at, timeout_at;
    int64_t last_sent;
    int64_t lost_since, lost_acked; /* acknowledgements in between repeat themselves: the window does not grow */
    int64_t rtt, var;            /* ns; rtt = 0: no sample yet */
    struct sim_tcp_flight flight[SIM_TCP_FLIGHTS];
    struct sim_loss loss;
};

/* A train that wants to leave. */
struct sim_tcp_train {
    int64_t now, round_trip; /* the latter: of the bare way, ns */
    uint32_t size;           /* octets of payload */
    uint32_t behind;         /* packets that wait behind it */
    int64_t first_timeout;   /* of a packet of the handshake; 0: it is none */
    uint8_t tries;           /* retransmissions before the sender gives up */
    struct sim_loss_model loss;
};

/* Begins: `burst` octets are under way, all acknowledged at `acked`. */
void sim_tcp_open(struct sim_tcp *tcp, uint32_t burst, int64_t acked);
/* How many octets of the train may leave now; 0: it waits until sim_tcp_opens(). Whole packets, or the rest. */
uint32_t sim_tcp_room(struct sim_tcp *tcp, const struct sim_tcp_train *train);
/* When the window may be open again. */
int64_t sim_tcp_opens(const struct sim_tcp *tcp);
/* What becomes of its packets. */
struct sim_tcp_fate {
    int64_t stall;    /* the last octet waits so long for retransmissions, ns; SIM_TIME_NEVER: the sender gives up */
    int64_t timeout;  /* the first one, so long after it left; 0: none */
    uint32_t lost;    /* octets that were lost at first */
    bool noticed;     /* by duplicate acknowledgements */
};
void sim_tcp_draw(struct sim_tcp *tcp, const struct sim_tcp_train *train, struct sim_tcp_fate *fate);
/* It has left. Its last octet, were nothing lost, would be acknowledged at `acked`. */
void sim_tcp_sent(struct sim_tcp *tcp, const struct sim_tcp_train *train, int64_t acked, const struct sim_tcp_fate *fate);
/* Nothing passed for a while: all that was under way was lost. */
void sim_tcp_restart(struct sim_tcp *tcp);
int64_t sim_tcp_timeout(const struct sim_tcp *tcp, int64_t round_trip);

#endif
