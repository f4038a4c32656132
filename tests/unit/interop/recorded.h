/* A capture as a list of what was said, so that one side of it can be played again. */
#ifndef TEST_INTEROP_RECORDED_H
#define TEST_INTEROP_RECORDED_H

#include "protocol/wire/message.h"
#include "protocol/wire/nmf.h"

#include <stdbool.h>

struct recorded {
    uint32_t stream;
    bool from_initiator, fin; /* fin: or a reset; then nothing below */
    uint16_t from, to;        /* listening ports of the two: who it was */
    uint32_t session;         /* framing session of the stream, from 0 */
    enum pc_nmf_type type;
    GBytes *octets;           /* the record; of an envelope its document */
    GPtrArray *strings;       /* of an envelope: of GBytes, all that the session has in this direction by now; shared */
    guint string_count;       /* of them, those that this envelope needs */
    enum pc_kind kind;        /* of an envelope */
    struct pc_guid id;        /* of a flood: the peer namespace's, else WS-Addressing's */
    struct pc_guid call;      /* of an answer: the MessageID that it relates to */
    char *path;               /* Connect, Register: of the node's own listen URI */
    uint64_t node_id;         /* Connect, Welcome */
    char *registration;       /* Register and Update answered: the id, text */
    guint addresses;          /* ResolveResponse */
    bool found;               /* RefreshResponse */
    char *via, *action;       /* of a flood */
};

/* All records of a capture, in order. The test fails if it cannot be read. */
GPtrArray *recorded_load(const char *path);
void recorded_keep(struct recorded *out, const struct pc_message *message); /* fills in from `kind` on */

bool recorded_call(const struct pc_message *message, struct pc_guid *out); /* its WS-Addressing MessageID */

#endif
