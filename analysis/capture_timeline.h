/* A timeline from a capture: what the metrics hear of a run, from its packets. */
#ifndef AN_CAPTURE_TIMELINE_H
#define AN_CAPTURE_TIMELINE_H

#include "analysis/timeline.h"

#define AN_CAPTURE_EVENTS (1u << 26) /* a capture that gives more is refused */

struct an_capture_options {
    /* The simulator's captures: a segment is recorded when it departs, an ACK without data when the octets it
     * covers have arrived, and times count from the start of the run. Otherwise a record arrives when it is
     * captured (a capture at or near the receiver, such as loopback), and times count from the first TCP
     * packet. */
    bool simulated;
    const char
        *addresses; /* addresses.tsv of a run folder: gives names, rates and the order of peers; NULL: none */
};

struct an_capture_timeline;

/* Reads all of it. NULL with an error whose message begins with the file's name; a damaged capture is an
 * error, too. */
struct an_capture_timeline *
an_capture_timeline_read(const char *path, const struct an_capture_options *options, GError **error);
void an_capture_timeline_free(struct an_capture_timeline *timeline); /* NULL is allowed */

/* Complete from the beginning. Owned by the timeline. Without names peers are called "N1", "N2" … and are one
 * group. */
struct an_cast *an_capture_timeline_cast(struct an_capture_timeline *timeline);
int64_t an_capture_timeline_end(const struct an_capture_timeline *timeline); /* time of the last event */

/* What it tells: STARTED (first segment), STOPPED (all connections closed and no segment later), LINK_UP and
 * LINK_DOWN (Welcome; Disconnect, End, FIN, RST), PUBLISHED (a flood's first copy; the simulator's messages
 * say their time and size themselves), SENT, FIRST, DUPLICATE, DELIVERED, LOST (a copy that never arrived
 * because its connection ended), CONTROL_*. What a capture cannot show is missing: publications without
 * neighbors, copies that hop limits or filters withheld, peers that fall silent, octets on access links,
 * samples. */
void an_capture_timeline_play(const struct an_capture_timeline *timeline, const struct an_listener *listener);

#endif
