/* Somebody who watches the network: the trace, the capture writer, the check of conservation. Watching changes nothing: a run
 * gives the same events and the same fingerprint with and without. */
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

/* One segment train: what one write became. All of it belongs to one direction of one connection. */
struct sim_packet {
    enum sim_segment_kind kind;
    bool from_initiator;       /* direction */
    bool refusal;              /* a RST that answers a SYN */
    uint32_t link;             /* number of the connection, never used again in a run */
    uint32_t src, dst;         /* hosts */
    uint16_t src_port, dst_port;
    uint32_t size;             /* payload octets; 0 for all but data */
    uint32_t wire_size;        /* with TCP and IP headers */
    uint64_t offset;           /* payload octets before it in its direction */
    uint64_t event;            /* number of the event being processed */
    int64_t start, departure;  /* first bit enters, last bit leaves the sender's line, ns */
    const uint8_t *data;       /* borrowed during the call; `owner` can be retained (sim_octets_ops) */
    void *owner;
};

/* Every callback may be NULL. `now` never steps back. Departures may lie in the future: the segment waits for the sender's line. */
struct sim_observer {
    void *user;
    /* A connection exists at both ends (the handshake is complete at the acceptor). */
    void (*opened)(void *user, int64_t now, uint32_t link, uint32_t initiator_node, uint32_t acceptor_node);
    /* One end is gone; reason: enum sim_close_reason. unsent: payload octets that never left. */
    void (*closed)(void *user, int64_t now, uint32_t link, bool initiator, int reason, uint64_t unsent);
    /* A segment was given to the sender's line. */
    void (*sent)(void *user, int64_t now, const struct sim_packet *packet);
    /* Its last bit reached the receiving host, which acknowledges it at once (also while its node does not read). */
    void (*arrived)(void *user, int64_t now, const struct sim_packet *packet);
    /* Payload octets that will not be read: they never departed (`departed` false: the packet that `sent` told of does not
     * exist), or they reached a host or end that is gone, or lay unread at an end that was closed. */
    void (*lost)(void *user, int64_t now, const struct sim_packet *packet, bool departed);
};

#endif
