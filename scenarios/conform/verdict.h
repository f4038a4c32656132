/* What our core wrote against what the captured node wrote, message by message. */
#ifndef CF_VERDICT_H
#define CF_VERDICT_H

#include "scenarios/conform/known.h"
#include "scenarios/conform/replay.h"

#define CF_TIMER_TOLERANCE INT64_C(100000000) /* ns, for what a timer of the core caused */

#define CF_AT_ONCE         INT64_C(20000000)  /* ns: threads of a node may overtake each other by so much */
#define CF_MOTION          INT64_C(300000000) /* ns: around the moment at which a link came up or went down (observed.md 6.2) */
#define CF_BEGINNING       INT64_C(15000000000) /* ns: a process that has just begun */

enum cf_outcome {
    CF_SAME,      /* octet for octet */
    CF_CONTENT,   /* the same infoset in other octets */
    CF_DIFFERS,   /* the same message with another content */
    CF_MISSING,   /* the node sent it, our core did not */
    CF_EXTRA,     /* our core sent it, the node did not */
    CF_SWAPPED,   /* both sent it, at another place among messages that the node sent within CF_AT_ONCE */
    CF_ORDER,     /* likewise, further away */
    CF_LATE,      /* both sent it at a timer, further apart than the tolerance */
    CF_ENDING,    /* one ended the connection, the other did not */
    CF_NOT_DIALLED, /* the node made the connection, our core did not */
    CF_DIALLED,     /* our core made it, the node did not */
    CF_OUTCOMES
};

const char *cf_outcome_name(enum cf_outcome outcome); /* "same", "content", … as in files of known deviations */

struct cf_finding {
    enum cf_outcome outcome;
    uint32_t connection; /* of the capture; CF_NOBODY: ours alone */
    char *message;       /* the record's name */
    int64_t ours, theirs; /* ns from the capture's start; -1: not sent */
    char *detail;        /* what differs, or NULL */
    const char *reason;  /* of the known deviation that explains it, or NULL */
};

struct cf_verdict {
    GArray *findings; /* of struct cf_finding; all outcomes but CF_SAME */
    uint32_t counts[CF_OUTCOMES];
    uint32_t unexplained; /* of the findings */
    uint32_t messages, timers;       /* compared; of these, at a timer */
    int64_t timer_worst;             /* greatest distance of these, ns */
    GArray *think;                   /* of int64_t: how much later the node wrote what both wrote at once, ns, sorted */
};

/* `known` may be NULL. */
struct cf_verdict *cf_verdict_new(const struct cf_capture *capture, const struct cf_captured_node *node,
                                  const struct cf_replay *replay, const struct cf_known *known);
void cf_verdict_free(struct cf_verdict *verdict);

#endif
