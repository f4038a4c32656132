/* How one message came to one peer: who handed it on, and where the time of each hop went; or why it never came. A run is made
 * again (it is a function of its plan) and only this message is watched. */
#ifndef SCN_JOURNEY_H
#define SCN_JOURNEY_H

#include "scenarios/engine/run.h"

/* Parts of a hop, ns; they add up to the time between the sender's write and the receiver's reading, to the nanosecond. */
enum scn_part {
    SCN_PART_HELD,        /* flow control: the peer did not read, or the connection was not open yet */
    SCN_PART_QUEUED,      /* behind other octets, at the sender's and at the receiver's line */
    SCN_PART_SERIALISED,  /* the record itself on the line */
    SCN_PART_PROPAGATION, /* the pair's fixed delay */
    SCN_PART_JITTER,
    SCN_PART_STALLED,     /* loss, cuts, retransmission, a closed congestion window */
    SCN_PART_UNREAD,      /* arrived, the node did not read yet */
    SCN_PART_COUNT
};
const char *scn_part_name(enum scn_part part);

struct scn_hop {
    uint32_t from, to, link; /* peers */
    int64_t sent, heard;
    int64_t parts[SCN_PART_COUNT];
};

struct scn_died { /* a copy that was addressed to the peer */
    uint32_t from;
    int64_t time;
    enum an_cause cause;
};

struct scn_journey {
    /* Asked for: */
    uint32_t message; /* AN_NONE: the one that `origin` numbered `sequence` */
    uint32_t origin;
    uint64_t sequence;
    uint32_t peer;
    /* Found: */
    struct an_event published; /* kind 0: there is no such message */
    bool came, member;         /* member: the peer ran when the message was published */
    int64_t came_at;
    GArray *hops; /* of struct scn_hop, from the origin to the peer */
    GArray *died; /* of struct scn_died */
    bool judged;
    enum an_cause cause;
    int64_t ended; /* of the run made again */
};

/* Makes the run of this plan again, until the answer is known. False and an error: it could not be made. Clear the journey in any
 * case. */
bool scn_journey_find(const struct scn_plan *plan, struct scn_journey *journey, struct an_cast **cast, GError **error);
void scn_journey_clear(struct scn_journey *journey);

#endif
