/* The event queue: one total order (time, destination host, source host, number at the source), whatever the
 * order of insertion and however the hosts are spread. A lazily sorted calendar: events of the next buckets
 * lie unsorted in lists of chunks, a bucket is sorted when the clock reaches it, far events wait in a heap,
 * width adapts to the traffic. */
#ifndef SIM_QUEUE_H
#define SIM_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_TIME_NEVER INT64_MAX

struct sim_event {
    int64_t time;  /* ns, ≥ 0 */
    uint32_t dst;  /* host whose state the event touches */
    uint32_t src;  /* host that made it */
    uint32_t seq;  /* counts the events of src */
    uint16_t kind; /* the rest is the user's */
    uint16_t tag;
    uint64_t arg;
};

struct sim_queue;

struct sim_queue *sim_queue_new(void);
void sim_queue_free(struct sim_queue *queue);

/* Any time is allowed, even before the last one popped: such an event comes next. Two events are never equal
 * in (time, dst, src, seq). */
void sim_queue_push(struct sim_queue *queue, const struct sim_event *event);

/* Takes the first event off; false if there is none. */
bool sim_queue_pop(struct sim_queue *queue, struct sim_event *event);

/* The same for an event that is due: time ≤ limit. */
bool sim_queue_pop_until(struct sim_queue *queue, int64_t limit, struct sim_event *event);

/* Time of the first event, SIM_TIME_NEVER if there is none. */
int64_t sim_queue_next_time(struct sim_queue *queue);

/* An event that is likely to be popped after n others (n = 0: next), to prefetch what it touches; NULL if
 * unknown. */
const struct sim_event *sim_queue_peek(const struct sim_queue *queue, size_t n);

size_t sim_queue_size(const struct sim_queue *queue);

/* For tests and reports. */
struct sim_queue_view {
    size_t size, peak;
    size_t far;          /* events beyond the calendar */
    unsigned width_log2; /* width of a bucket: 2^this ns */
    uint64_t resized;    /* times that the width was changed */
};
void sim_queue_view(const struct sim_queue *queue, struct sim_queue_view *view);

/* -1, 0, 1 in the total order. */
int sim_event_compare(const struct sim_event *x, const struct sim_event *y);

#endif
