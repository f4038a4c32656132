/* What the owner of a node is to be told: kept until the main loop plays it, so that no callback comes from within a step. */
#ifndef PC_LIVE_TOLD_H
#define PC_LIVE_TOLD_H

#include "protocol/live/driver.h"
#include "protocol/live/peermesh.h"

enum pc_told_kind { PC_TOLD_OPENED, PC_TOLD_FAILED, PC_TOLD_CLOSED, PC_TOLD_ONLINE, PC_TOLD_OFFLINE, PC_TOLD_MESSAGE, PC_TOLD_EVENT };

struct pc_told {
    enum pc_told_kind kind;
    char *text; /* PC_TOLD_FAILED: why */
    struct peermesh_message message; /* its texts are owned */
    struct peermesh_event event;     /* what, message: static; the other texts are owned */
};

/* A queue, and the source that plays it. `play` may free the queue. */
struct pc_told_queue;
struct pc_told_queue *pc_told_queue_new(GMainContext *context, void (*play)(void *user, const struct pc_told *told), void *user);
void pc_told_queue_free(struct pc_told_queue *queue); /* what is in it is never told */
struct pc_told *pc_told_add(struct pc_told_queue *queue, enum pc_told_kind kind);

/* A note of the core as an event. False: not worth telling. */
bool pc_told_note(const struct pc_live *live, const struct pc_mesh *mesh, const struct pc_action *action,
                  struct peermesh_event *out);

/* The body of a received message as values; and its text. */
void pc_told_body(struct pc_codec *codec, const struct pc_message *message, struct peermesh_message *out);
/* The same from values: depth, name, value. Copies. */
void pc_told_values(const struct peermesh_value *values, size_t count, struct peermesh_message *out);

#endif
