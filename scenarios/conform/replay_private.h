/* Inside a replay: what is told to our core, its connections, what is known of the node's choices. */
#ifndef CF_REPLAY_PRIVATE_H
#define CF_REPLAY_PRIVATE_H

#include "protocol/mesh/node.h"
#include "scenarios/conform/replay.h"

enum cf_input_kind { CF_IN_START, CF_IN_ACCEPT, CF_IN_CONNECTED, CF_IN_REFUSED, CF_IN_OCTETS, CF_IN_EOF, CF_IN_RESET, CF_IN_PUBLISH, CF_IN_STOP };

struct cf_input { /* what the captured node was told */
    int64_t time;   /* when it looked at it, as far as what it did then shows: not before it came */
    uint32_t order; /* among equal times */
    enum cf_input_kind kind;
    struct cf_connection *connection;
    const struct cf_record *record;
    bool from_initiator;   /* CF_IN_OCTETS: a record of this direction, or the piece of one that was never whole */
    uint32_t offset, size;
    const struct cf_publication *publication;
};

struct cf_conn {
    struct cf_end *end; /* to a node … */
    struct cf_service_end *service; /* … or to the service */
    pc_conn number;
    bool open;
};

struct cf_due { /* from the service to our core */
    int64_t time;
    struct cf_conn *conn;
    GBytes *octets; /* NULL: the connection is made */
};

struct cf_play {
    struct cf_capture *capture;
    const struct cf_captured_node *captured;
    const struct pc_rules *rules;
    struct cf_replay *out;
    struct pc_mesh mesh;
    struct pc_node *node;
    struct pc_actions actions;
    struct cf_held *held;
    GArray *inputs;      /* of struct cf_input */
    GPtrArray *conns;    /* of struct cf_conn */
    GQueue dues;         /* of struct cf_due, in order of time */
    struct cf_conn *writing; /* whose octets the service looks at */
    GArray *call_ids;    /* of struct pc_guid, in the order in which our core asks for them */
    GHashTable *of_theirs; /* struct cf_connection → struct cf_conn; look-up only */
    GHashTable *early;   /* struct cf_connection → GQueue of struct cf_input; look-up only */
    GArray *choices;     /* of uint32_t: which part of its range each draw among candidates takes */
    uint32_t drawn;      /* how many of them were drawn */
    uint32_t accepted;
    int64_t now;
    bool timer;          /* the step that runs is the core's timer */
    bool stray;          /* a dial was made that the node did not make, and a draw could be another */
    uint32_t drawn_before, dials_of_step; /* draws before this step, dials in it: which draw led to which dial */
    uint32_t wrong_draw;
    GPtrArray *claims;   /* of struct cf_connection: nobody says who made them, but the node did, it seems */
    bool claimed;        /* there is a new claim: what came over it has to be played, too */
    const struct cf_record *looking_at; /* the record that came with this step */
    uint32_t settled;    /* draws before this one are not looked for any more */
};

/* replay_inputs.c: everything that the node was told, in the order in which it looked at it. */
void cf_play_collect(struct cf_play *p);
void cf_play_tell_looked(const struct cf_play *p); /* for fit.c: when everything was looked at */
bool cf_play_is_own(const struct cf_play *p, const struct cf_connection *c);
bool cf_play_with_service(const struct cf_play *p, const struct cf_connection *c);
bool cf_play_with_itself(const struct cf_connection *c); /* Mono's nodes do that. Both ends are the node's: nothing to compare */
int64_t cf_play_began(const struct cf_connection *c);

/* replay_steps.c: tells our core all of it, and keeps what it does. */
void cf_play_run(struct cf_play *p);

#endif
