/* Puts TCP streams together: octets in order, each once, whatever the capture did to their segments. */
#ifndef AN_REASSEMBLY_H
#define AN_REASSEMBLY_H

#include "analysis/capture.h"

/* Of one direction: segments that wait for octets before them. Beyond either, what is missing counts as lost.
 */
#define AN_WAITING_OCTETS   (4u << 20)
#define AN_WAITING_SEGMENTS 4096u

#define AN_STREAMS                                                                                           \
    (1u << 20) /* connections of one capture; packets of further ones are counted and passed over */

struct an_stream {
    uint32_t number;            /* from 0, in order of the first packets */
    struct an_endpoint ends[2]; /* [0] the acceptor, [1] the initiator: the index is from_initiator */
    bool start_seen;            /* the capture holds its SYN */
    bool roles_guessed;         /* no SYN told who opened it */
    void *user;                 /* the listener's */
};

/* What a listener hears, in order of packets. `packet`: the one that made it known. */
struct an_reassembly_ops {
    /* Of a connection without SYN: does its first packet show that its sender opened it? NULL: ports decide.
     */
    bool (*from_initiator)(void *user, const struct an_packet *first);

    void (*opened)(void *user, struct an_stream *stream, const struct an_packet *packet);

    /* A segment with SYN, FIN or RST (one bit in `flag`) was seen; FIN perhaps before the octets in front of
     * it. */
    void (*flag)(void *user, struct an_stream *stream, bool from_initiator, uint8_t flag,
                 const struct an_packet *packet);

    /* The next octets of a direction; with `packet` they became contiguous. */
    void (*octets)(void *user, struct an_stream *stream, bool from_initiator, const uint8_t *octets,
                   uint32_t size, const struct an_packet *packet);

    /* The capture lacks `missing` octets here; 0: it began in the middle, nobody knows how many. */
    void (*gap)(void *user, struct an_stream *stream, bool from_initiator, uint32_t missing,
                const struct an_packet *packet);

    /* No more octets in this direction: FIN reached, RST, port used again, or end of the capture (packet =
     * NULL). Once. */
    void (*ended)(void *user, struct an_stream *stream, bool from_initiator, const struct an_packet *packet);

    /* Optional: the receiver has acknowledged this direction's octets up to here (a SYN or FIN may count as
     * one more). */
    void (*acknowledged)(void *user, struct an_stream *stream, bool from_initiator, uint64_t upto,
                         const struct an_packet *packet);

    void (*closed)(void *user, struct an_stream *stream); /* both ended; `stream` is freed after this call */
};

struct an_reassembly;

struct an_reassembly *an_reassembly_new(const struct an_reassembly_ops *ops, void *user);
void an_reassembly_packet(struct an_reassembly *reassembly, const struct an_packet *packet);

/* The capture is over: waiting octets are given out behind their gaps, every direction ends, in order of
 * streams. */
void an_reassembly_finish(struct an_reassembly *reassembly);
uint64_t an_reassembly_passed_over(const struct an_reassembly *reassembly); /* packets beyond AN_STREAMS */
void an_reassembly_free(struct an_reassembly *reassembly); /* after finish, or `closed` is never heard */

#endif
