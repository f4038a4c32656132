/* Our core in the place of a captured node: it is told what that node was told, when that was told, and writes. */
#ifndef CF_REPLAY_H
#define CF_REPLAY_H

#include "protocol/mesh/rules.h"
#include "scenarios/conform/held.h"
#include "scenarios/conform/service.h"

struct cf_end { /* a connection of our core, to a node */
    struct cf_connection *theirs; /* its counterpart in the capture; NULL: the node made none */
    bool initiator;
    struct cf_flow sent;   /* split into records */
    int64_t opened;        /* when the core asked for it or was told of it */
    struct an_endpoint to; /* initiator: where */
};

struct cf_looked { /* what came to the node, and when our core was told */
    struct cf_came came;
    int64_t time;
};

struct cf_replay {
    GPtrArray *ends;  /* of struct cf_end, in order of their beginnings */
    GArray *missed;   /* of struct cf_connection *: connections that the node made and our core did not */
    struct cf_service *service;   /* with the calls that our core made */
    GPtrArray *claims; /* of struct cf_connection: of which the capture does not say that the node made them */
    GArray *looked;    /* of struct cf_looked, in order of time */
    GPtrArray *notes;  /* of char: what our core said of rules that were broken */
    bool gave_up;     /* it would not open, or stopped before the node did */
    const char *why;
};

/* The node must have an address and an id. `held`: in which order it looked at what came. */
struct cf_replay *cf_replay_run(struct cf_capture *capture, const struct cf_captured_node *node, const struct pc_rules *rules,
                                struct cf_held *held);
void cf_replay_free(struct cf_replay *replay, struct pc_codec *codec);

#endif
