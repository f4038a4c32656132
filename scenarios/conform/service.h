/* The resolver service that our core talks to in a replay: it answers each call as the captured service answered the node's
 * call of that kind. Which pooled connection a call takes is chance and does not matter here. */
#ifndef CF_SERVICE_H
#define CF_SERVICE_H

#include "scenarios/conform/held.h"

struct cf_service;

struct cf_called { /* a call that our core made */
    enum pc_kind kind;
    int64_t time;
    bool timer;
    const struct cf_record *cause; /* what our core looked at when it began the call, or NULL */
    const struct cf_call *theirs; /* the node's call of that kind with the same number among them; NULL: it made fewer */
    struct cf_flow ours;          /* a session with this request alone, split into records: it is the last */
};

struct cf_service *cf_service_new(struct cf_capture *capture, const struct cf_captured_node *node, const struct cf_held *held);
void cf_service_free(struct cf_service *service);

/* A connection of our core to the service: what it writes, at this time, and what the service answers: octets for our core
 * (free them) and the time at which they are due. */
struct cf_service_end;
struct cf_service_end *cf_service_accept(struct cf_service *service);
void cf_service_cause(struct cf_service_end *end, const struct cf_record *cause, bool timer); /* of the next call over it */
void cf_service_end_free(struct cf_service_end *end);
void cf_service_octets(struct cf_service_end *end, const uint8_t *octets, uint32_t size, int64_t now,
                       void (*answer)(void *user, GBytes *octets, int64_t due), void *user);

/* Calls made so far; of struct cf_called *, the service's. */
const GPtrArray *cf_service_calls(const struct cf_service *service);

#endif
