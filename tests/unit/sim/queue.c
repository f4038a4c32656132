#include "sim/queue.h"
#include "sim/random.h"

#include <criterion/criterion.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *x, const void *y)
{
    return sim_event_compare(x, y);
}

/* What the queue must do, in the plainest way: an array kept sorted. */
struct model {
    struct sim_event events[5000];
    size_t size;
};

static void model_push(struct model *model, const struct sim_event *event)
{
    size_t i = model->size++;

    for (; i > 0 && sim_event_compare(event, &model->events[i - 1]) > 0;
         i--) /* the first one is at the end */
        model->events[i] = model->events[i - 1];
    model->events[i] = *event;
}

/* Times of all sorts: equal, near, in the bucket that is being drained, far beyond the calendar. */
static int64_t draw_time(struct sim_stream *stream, int64_t now, unsigned sort)
{
    switch (sort) {
    case 0:
        return now;
    case 1:
        return now + (int64_t)sim_below(stream, 1000);
    case 2:
        return now + (int64_t)sim_below(stream, 200000000);
    case 3:
        return now + (int64_t)sim_below(stream, (uint64_t)600000000000);
    case 4:
        return (now / 10000000 + 1) * 10000000; /* many at the same time */
    case 5:
        return now + (int64_t)sim_below(stream, (uint64_t)1 << 60);
    default:
        return (int64_t)sim_below(stream, (uint64_t)now + 1); /* in the past: comes at once */
    }
}

static void drive(uint64_t seed, unsigned sorts, unsigned operations)
{
    struct sim_queue *queue = sim_queue_new();
    struct model *model = calloc(1, sizeof *model);
    struct sim_stream stream;
    struct sim_event event, first;
    int64_t now = 0;
    uint32_t seq = 0;

    sim_stream_init(&stream, seed, SIM_PURPOSE_USER, 0, 0);
    for (unsigned i = 0; i < operations; i++) {
        bool push =
            model->size == 0 || (model->size < 4999 && sim_below(&stream, 100) < (i % 1000 < 500 ? 70 : 35));

        cr_assert_eq(sim_queue_size(queue), model->size);
        if (push) {
            event = (struct sim_event){.dst = (uint32_t)sim_below(&stream, 5),
                                       .src = (uint32_t)sim_below(&stream, 5),
                                       .seq = seq++,
                                       .arg = sim_next(&stream)};
            do {
                event.time = draw_time(&stream, now, (unsigned)sim_below(&stream, 7));
            } while (event.time > (int64_t)1 << 61 || !(sorts & 1u << sim_below(&stream, 3)));
            model_push(model, &event);
            sim_queue_push(queue, &event);
            continue;
        }
        first = model->events[--model->size];
        if (sim_below(&stream, 2)) {
            cr_assert_eq(sim_queue_next_time(queue), first.time);
            cr_assert_not(sim_queue_pop_until(queue, first.time - 1, &event), "an event before its time");
        }
        cr_assert(sim_queue_pop(queue, &event));
        cr_assert(memcmp(&event, &first, sizeof event) == 0, "seed %lu, operation %u: time %ld, not %ld",
                  seed, i, event.time, first.time);
        now = MAX(now, event.time);
    }
    free(model);
    sim_queue_free(queue);
}

Test(queue, pops_in_the_order_of_a_sorted_array)
{
    for (uint64_t seed = 1; seed <= 20; seed++)
        drive(seed, 7, 20000);
}

/* Pushes all, pops all: crowded buckets, equal times, changes of the width. */
static void check_bulk(size_t count, uint64_t span, const char *name)
{
    struct sim_queue *queue = sim_queue_new();
    struct sim_event *events = calloc(count, sizeof *events), event;
    struct sim_stream stream;

    sim_stream_init(&stream, count, SIM_PURPOSE_USER, span, 0);
    for (size_t i = 0; i < count; i++) {
        events[i] = (struct sim_event){.time = (int64_t)sim_below(&stream, span),
                                       .dst = (uint32_t)sim_below(&stream, 100),
                                       .src = (uint32_t)sim_below(&stream, 100),
                                       .seq = (uint32_t)i};
        sim_queue_push(queue, &events[i]);
    }
    qsort(events, count, sizeof *events, compare);
    for (size_t i = 0; i < count; i++) {
        cr_assert(sim_queue_pop(queue, &event));
        cr_assert(memcmp(&event, &events[i], sizeof event) == 0, "%s: event %zu", name, i);
    }
    cr_assert_not(sim_queue_pop(queue, &event));
    cr_assert_eq(sim_queue_next_time(queue), SIM_TIME_NEVER);
    sim_queue_free(queue);
    free(events);
}

Test(queue, sorts_crowded_buckets)
{
    check_bulk(200000, 1, "all at one time");
    check_bulk(200000, 50000, "all in one bucket");
    check_bulk(300000, 10000000, "crowded buckets");
    check_bulk(100000, (uint64_t)1 << 55, "all far");
}

Test(queue, adapts_its_width_and_keeps_the_order)
{
    struct sim_queue *queue = sim_queue_new();
    struct sim_queue_view view;
    struct sim_event event = {0}, last = {.time = -1};
    struct sim_stream stream;
    uint32_t seq = 0;

    sim_stream_init(&stream, 9, SIM_PURPOSE_USER, 0, 0);
    for (int phase = 0; phase < 2; phase++) { /* crowded, then sparse and far */
        const uint64_t gap = phase ? 40000000000000 : 10000000;

        while (sim_queue_size(queue) < 2000000 / (phase ? 100 : 1)) {
            event = (struct sim_event){.time = MAX(last.time, 0) + (int64_t)sim_below(&stream, gap),
                                       .seq = seq++};
            sim_queue_push(queue, &event);
        }
        for (int i = 0; i < 2000000; i++) {
            cr_assert(sim_queue_pop(queue, &event));
            cr_assert(sim_event_compare(&last, &event) < 0, "phase %d, event %d", phase, i);
            last = event;
            event = (struct sim_event){.time = last.time + (int64_t)sim_below(&stream, gap), .seq = seq++};
            sim_queue_push(queue, &event);
        }
        sim_queue_view(queue, &view);
        cr_assert(phase ? view.width_log2 > 16 : view.width_log2 < 16, "phase %d: width 2^%u", phase,
                  view.width_log2);
        while (phase == 0 && sim_queue_size(queue) > 0) {
            cr_assert(sim_queue_pop(queue, &event));
            last = event;
        }
    }
    cr_assert_gt(view.resized, 1);
    sim_queue_free(queue);
}
