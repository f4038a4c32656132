/* Somebody who watches the network: the trace, the capture writer, the check of conservation. Watching
 * changes nothing: a run gives the same events and the same fingerprint with and without. */
#ifndef SIM_OBSERVER_H
#define SIM_OBSERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sim_segment_kind {
    SIM_SEGMENT_SYN,
    SIM_SEGMENT_SYN_ACK,
    SIM_SEGMENT_ACK, /* third packet of the handshake, and window updates */
    SIM_SEGMENT_DATA,
    SIM_SEGMENT_FIN,
    SIM_SEGMENT_RST,
};

/* Where the time of a train went since it was written, ns: written + all the others but unread = arrival, exactly. A train that
 * was cut in two has two of these. */
struct sim_hop {
    int64_t written;     /* the time of the call: sim_write(), sim_connect(), … */
    int64_t held;        /* not given to the line: the connection is not open yet, or the peer does not read */
    int64_t queued;      /* behind others, on the sender's line and on the receiver's */
    int64_t serialised;  /* on the slower of the two lines */
    int64_t propagation; /* the pair's base delay, and the delay of faults */
    int64_t jitter;      /* of its own, or of the train ahead: order is kept */
    int64_t stalled;     /* loss, cuts, sleep, retransmission, congestion window; or the train ahead was stalled */
    int64_t unread;      /* arrived, and the node did not read; told with `handed` */
};

/* One segment train: what one write became. All of it belongs to one direction of one connection. */
struct sim_packet {
    enum sim_segment_kind kind;
    bool from_initiator; /* direction */
    bool refusal;        /* a RST that answers a SYN */
    bool window_closed;  /* an ACK that tells the sender to stop: the receive buffer is full */
    uint32_t link;       /* number of the connection, never used again in a run */
    uint32_t src, dst;   /* hosts */
    uint16_t src_port, dst_port;
    uint32_t size;      /* payload octets; 0 for all but data */
    uint32_t wire_size; /* with TCP and IP headers */
    uint64_t event;     /* number of the event being processed */
    int64_t start,
        departure;       /* first bit enters, last bit leaves the sender's line, ns; set for `sent` only */
    const uint8_t *data; /* borrowed during the call; `owner` can be retained (sim_octets_ops) */
    void *owner;
    const struct sim_hop *hop; /* borrowed; complete when it arrived. NULL unless the observer asks for `hops` */
};

/* What an end leaves behind when it is gone, payload octets. */
struct sim_leftover {
    uint64_t voided; /* trains that `sent` told of and that would depart later than now: they never will */
    uint64_t held;   /* written, never given to the line */
    uint64_t unread; /* arrived, never read by the node */
    bool cut;        /* its trains that have not departed never will; else they go on without it */
};

/* Every callback may be NULL. `now` never steps back. Departures may lie in the future: the train waits for
 * the sender's line. */
struct sim_observer {
    void *user;
    bool hops; /* tell where the time of each train went; takes 112 octets more for each train on its way */
    /* A connection exists at both ends: the handshake is complete at the acceptor. SIM_NONE: the initiator
     * has left already. */
    void (*opened)(void *user, int64_t now, uint32_t link, uint32_t initiator_node, uint32_t acceptor_node);
    /* One end is gone, or dead; reason: enum sim_close_reason. */
    void (*closed)(void *user, int64_t now, uint32_t link, bool initiator, int reason,
                   const struct sim_leftover *left);
    /* A fault began or ended: trains of this direction that `sent` told of and that would depart later than `since`, now or
     * a time to come, will not; they are sent again. `octets` of payload. */
    void (*recalled)(void *user, int64_t now, uint32_t link, bool initiator, uint64_t octets, int64_t since);
    /* A train was given to the sender's line. A transmission that is lost on its way is not told: only the one
     * that gets through, when it departs. */
    void (*sent)(void *user, int64_t now, const struct sim_packet *packet);
    /* Its last bit reached the receiving host, which acknowledges it at once (also while its node does not
     * read). */
    void (*arrived)(void *user, int64_t now, const struct sim_packet *packet);
    /* A train that waited in the receive buffer, or what is left of it, is handed to its node now. What nobody held up is handed
     * over when it arrives. May be called again for the rest if the node does not take all. */
    void (*handed)(void *user, int64_t now, const struct sim_packet *packet);
    /* Of an end that is going: written and will never depart, because it was held, or waits for the line (then `sent`
     * told of it); or arrived and was never read. Before `closed` of that end. */
    void (*dropped)(void *user, int64_t now, const struct sim_packet *packet);
    /* Its last bit reached a host that is dead or knows no such connection. At rest, payload: sent = arrived
     * + lost + voided. */
    void (*lost)(void *user, int64_t now, const struct sim_packet *packet);
};

#endif
