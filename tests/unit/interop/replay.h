/* Plays one side of a capture over real sockets against a live node or a live resolver service of ours. Octets are sent as recorded, except
 * for what the wire requires: listening ports, the id that an answer relates to, registration ids that our service gave out, and the
 * string table of an envelope whose session was cut otherwise. */
#ifndef TEST_INTEROP_REPLAY_H
#define TEST_INTEROP_REPLAY_H

#include "protocol/mesh/rules.h"

#include <glib.h>
#include <stdbool.h>

struct replay_result {
    unsigned sent, received;  /* envelopes, by the played side */
    unsigned published;       /* messages of our node that its neighbors got */
    unsigned delivered;       /* different messages that our node gave to its application */
    unsigned skipped;         /* connections that the recorded node opened and ours did not */
    unsigned refused;         /* second connections that ours refused */
    unsigned turned_away;     /* connections that ours reset where the recorded node sent Welcome */
    bool left;                /* our node has left cleanly, and the played resolver knows */
};

/* `port`: the listening port of the node in the capture whose place our node takes: it gets that node's id and GUID. The test fails
 * as soon as something does not come that was recorded. */
struct replay_result replay_node(const char *capture, uint16_t port, enum pc_dialect dialect);

/* All clients of the resolver in the capture (port 47000) against our service. Answers must say what was recorded; own_left_out: the recorded
 * service did not give a caller its own address, which .NET's does. */
struct replay_result replay_resolver(const char *capture, enum pc_dialect dialect, bool own_left_out);

#endif
