#include "sim/queue.h"

#include <glib.h>
#include <string.h>

#define BUCKETS_LOG2   14
#define BUCKETS        ((int64_t)1 << BUCKETS_LOG2)
#define CHUNK_EVENTS   15
#define SLAB_CHUNKS    128 /* chunks are allocated so many at a time */
#define FIRST_WIDTH    16  /* 2^16 ns: the calendar reaches 1.07 s */
#define WIDTH_MIN      8
#define WIDTH_MAX      36
#define REVIEW_EVENTS  65536 /* pops between two looks at the width */
#define CROWDED        1024  /* events in a bucket, seen by a typical event: narrower buckets would help */
#define INSERTION_SORT 24
#define SORT_BINS      256

/* Events of one bucket, unsorted; the newest chunk first. */
struct chunk {
    struct chunk *next;
    size_t used;
    uint64_t unused[2];
    struct sim_event events[CHUNK_EVENTS];
};

struct heap {
    struct sim_event *events;
    size_t size, capacity;
};

struct sim_queue {
    struct chunk **buckets; /* number b & (BUCKETS - 1) holds bucket b; current < b < current + BUCKETS */
    struct chunk *free_chunks;
    GPtrArray *slabs;
    struct sim_event *run, *scratch; /* the bucket being drained, sorted: run[next] … run[end - 1] */
    size_t next, end, run_capacity;
    struct heap late; /* pushed into the bucket being drained, or before it */
    struct heap far;  /* beyond the calendar */
    int64_t current;  /* bucket being drained */
    unsigned width;   /* log2 of ns */
    size_t size, peak;
    uint64_t resized;
    /* Since the last review. */
    uint64_t popped, pushed_far, crowd; /* crowd: sum of squares of bucket sizes */
    uint64_t pushed_late_half;          /* into the later half of the calendar: far, if buckets were half as wide */
    uint64_t passed;                    /* buckets passed over */
};

static inline bool before(const struct sim_event *x, const struct sim_event *y)
{
    if (x->time != y->time)
        return x->time < y->time;
    if (x->dst != y->dst)
        return x->dst < y->dst;
    if (x->src != y->src)
        return x->src < y->src;
    return x->seq < y->seq;
}

int sim_event_compare(const struct sim_event *x, const struct sim_event *y)
{
    return before(x, y) ? -1 : before(y, x) ? 1 : 0;
}

/* --- A 4-ary heap ------------------------------------------------------------------- */

static void heap_push(struct heap *heap, const struct sim_event *event)
{
    size_t i = heap->size++;

    if (heap->size > heap->capacity) {
        heap->capacity = MAX(2 * heap->capacity, 64);
        heap->events = g_renew(struct sim_event, heap->events, heap->capacity);
    }
    while (i > 0) {
        size_t parent = (i - 1) / 4;

        if (!before(event, &heap->events[parent]))
            break;
        heap->events[i] = heap->events[parent];
        i = parent;
    }
    heap->events[i] = *event;
}

static struct sim_event heap_pop(struct heap *heap)
{
    struct sim_event *events = heap->events;
    struct sim_event top = events[0], last = events[--heap->size];
    size_t i = 0, size = heap->size;

    for (;;) {
        size_t first = 4 * i + 1, end = MIN(first + 4, size), least = first;

        if (first >= size)
            break;
        for (size_t k = first + 1; k < end; k++) {
            if (before(&events[k], &events[least]))
                least = k;
        }
        if (!before(&events[least], &last))
            break;
        events[i] = events[least];
        i = least;
    }
    events[i] = last;
    return top;
}

/* --- Sorting a bucket --------------------------------------------------------------- */

static void insertion_sort(struct sim_event *events, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct sim_event event = events[i];
        size_t j = i;

        for (; j > 0 && before(&event, &events[j - 1]); j--)
            events[j] = events[j - 1];
        events[j] = event;
    }
}

/* Merges from the bottom up: many events of equal time are no bad case. `scratch` has room for count events.
 */
static void merge_sort(struct sim_event *events, size_t count, struct sim_event *scratch)
{
    struct sim_event *from = events, *to = scratch;

    for (size_t i = 0; i < count; i += INSERTION_SORT)
        insertion_sort(events + i, MIN(INSERTION_SORT, count - i));
    for (size_t width = INSERTION_SORT; width < count; width *= 2) {
        for (size_t start = 0; start < count; start += 2 * width) {
            size_t left = start, middle = MIN(start + width, count), right = middle,
                   end = MIN(start + 2 * width, count);

            for (size_t out = start; out < end; out++) {
                bool take_left = left < middle && (right == end || before(&from[left], &from[right]));

                to[out] = take_left ? from[left++] : from[right++];
            }
        }
        struct sim_event *swap = from;
        from = to;
        to = swap;
    }
    if (from != events)
        memcpy(events, from, count * sizeof *events);
}

/* --- The calendar ------------------------------------------------------------------- */

struct sim_queue *sim_queue_new(void)
{
    struct sim_queue *queue = g_new0(struct sim_queue, 1);

    queue->buckets = g_new0(struct chunk *, (size_t)BUCKETS);
    queue->slabs = g_ptr_array_new_with_free_func(g_free);
    queue->width = FIRST_WIDTH;
    queue->current = -1;
    return queue;
}

void sim_queue_free(struct sim_queue *queue)
{
    if (!queue)
        return;
    g_free(queue->buckets);
    g_ptr_array_unref(queue->slabs);
    g_free(queue->run);
    g_free(queue->scratch);
    g_free(queue->late.events);
    g_free(queue->far.events);
    g_free(queue);
}

static struct chunk *new_chunk(struct sim_queue *queue)
{
    struct chunk *chunk;

    if (!queue->free_chunks) {
        struct chunk *slab = g_new(struct chunk, SLAB_CHUNKS);

        g_ptr_array_add(queue->slabs, slab);
        for (size_t i = 0; i < SLAB_CHUNKS; i++) {
            slab[i].next = queue->free_chunks;
            queue->free_chunks = &slab[i];
        }
    }
    chunk = queue->free_chunks;
    queue->free_chunks = chunk->next;
    chunk->used = 0;
    return chunk;
}

static inline void put(struct sim_queue *queue, int64_t bucket, const struct sim_event *event)
{
    struct chunk **head = &queue->buckets[bucket & (BUCKETS - 1)];

    if (!*head || (*head)->used == CHUNK_EVENTS) {
        struct chunk *chunk = new_chunk(queue);

        chunk->next = *head;
        *head = chunk;
    }
    (*head)->events[(*head)->used++] = *event;
}

static inline void place(struct sim_queue *queue, const struct sim_event *event)
{
    int64_t bucket = event->time >> queue->width;

    if (bucket <= queue->current) {
        heap_push(&queue->late, event);
    } else if (bucket - queue->current < BUCKETS) {
        queue->pushed_late_half += bucket - queue->current >= BUCKETS / 2;
        put(queue, bucket, event);
    } else {
        heap_push(&queue->far, event);
        queue->pushed_far++;
    }
}

void sim_queue_push(struct sim_queue *queue, const struct sim_event *event)
{
    g_assert(event->time >= 0);
    if (++queue->size > queue->peak)
        queue->peak = queue->size;
    place(queue, event);
}

static void reserve_run(struct sim_queue *queue, size_t count)
{
    if (count <= queue->run_capacity)
        return;
    queue->run_capacity = MAX(count, 2 * queue->run_capacity);
    queue->run = g_renew(struct sim_event, queue->run, queue->run_capacity);
    queue->scratch = g_renew(struct sim_event, queue->scratch, queue->run_capacity);
}

static void sort_bin(struct sim_queue *queue, size_t start, size_t count)
{
    if (count > INSERTION_SORT)
        merge_sort(queue->run + start, count, queue->scratch);
    else if (count > 1)
        insertion_sort(queue->run + start, count);
}

/* A bin of one time, as a network of equal delays makes them: spreads it over bins of destinations, then sorts
 * each. False: the times differ. */
static bool sort_by_host(struct sim_queue *queue, size_t start, size_t count)
{
    const struct sim_event *events = queue->run + start;
    size_t starts[SORT_BINS + 1] = {0}, fill[SORT_BINS];
    uint32_t last = 0;

    for (size_t i = 0; i < count; i++) {
        if (events[i].time != events[0].time)
            return false;
        last = MAX(last, events[i].dst);
    }
    unsigned shift = 0; /* dst may be UINT32_MAX */
    while (last >> shift >= SORT_BINS)
        shift++;
    for (size_t i = 0; i < count; i++)
        starts[(events[i].dst >> shift) + 1]++;
    for (size_t bin = 0; bin < SORT_BINS; bin++) {
        fill[bin] = starts[bin];
        starts[bin + 1] += starts[bin];
    }
    for (size_t i = 0; i < count; i++)
        queue->scratch[fill[events[i].dst >> shift]++] = events[i];
    memcpy(queue->run + start, queue->scratch, count * sizeof *queue->run);
    for (size_t bin = 0; bin < SORT_BINS; bin++)
        sort_bin(queue, start + starts[bin], starts[bin + 1] - starts[bin]);
    return true;
}

/* Spreads a large bucket over bins of time, then sorts each bin. */
static void sort_into_run(struct sim_queue *queue, const struct chunk *chunks, size_t count)
{
    unsigned shift = queue->width - 8; /* WIDTH_MIN is 8: the top 8 bits within the bucket */
    size_t starts[SORT_BINS + 1] = {0}, fill[SORT_BINS];

    for (const struct chunk *chunk = chunks; chunk; chunk = chunk->next) {
        for (size_t i = 0; i < chunk->used; i++)
            starts[((chunk->events[i].time >> shift) & (SORT_BINS - 1)) + 1]++;
    }
    for (size_t bin = 0; bin < SORT_BINS; bin++) {
        fill[bin] = starts[bin];
        starts[bin + 1] += starts[bin];
    }
    for (const struct chunk *chunk = chunks; chunk; chunk = chunk->next) {
        for (size_t i = 0; i < chunk->used; i++)
            queue->run[fill[(chunk->events[i].time >> shift) & (SORT_BINS - 1)]++] = chunk->events[i];
    }
    for (size_t bin = 0; bin < SORT_BINS; bin++) {
        size_t in_bin = starts[bin + 1] - starts[bin];

        if (in_bin < CROWDED || !sort_by_host(queue, starts[bin], in_bin))
            sort_bin(queue, starts[bin], in_bin);
    }
    g_assert(starts[SORT_BINS] == count);
}

static void drain_bucket(struct sim_queue *queue, struct chunk *chunks)
{
    struct chunk *last = chunks;
    size_t count = chunks->used;

    for (; last->next; last = last->next)
        count += CHUNK_EVENTS; /* all but the newest chunk are full */
    reserve_run(queue, count);
    if (count <= 2 * INSERTION_SORT) {
        size_t filled = 0;

        for (const struct chunk *chunk = chunks; chunk; chunk = chunk->next) {
            memcpy(queue->run + filled, chunk->events, chunk->used * sizeof *chunk->events);
            filled += chunk->used;
        }
        insertion_sort(queue->run, count);
    } else {
        sort_into_run(queue, chunks, count);
    }
    last->next = queue->free_chunks;
    queue->free_chunks = chunks;
    queue->next = 0;
    queue->end = count;
    queue->crowd += (uint64_t)count * count;
}

static void set_width(struct sim_queue *queue, unsigned width, int64_t now)
{
    struct sim_event *all = g_new(struct sim_event, queue->size + 1);
    size_t count = 0;

    while (queue->next < queue->end)
        all[count++] = queue->run[queue->next++];
    for (int64_t b = 0; b < BUCKETS; b++) {
        while (queue->buckets[b]) {
            struct chunk *chunk = queue->buckets[b];

            memcpy(all + count, chunk->events, chunk->used * sizeof *all);
            count += chunk->used;
            queue->buckets[b] = chunk->next;
            chunk->next = queue->free_chunks;
            queue->free_chunks = chunk;
        }
    }
    for (size_t i = 0; i < queue->late.size; i++)
        all[count++] = queue->late.events[i];
    for (size_t i = 0; i < queue->far.size; i++)
        all[count++] = queue->far.events[i];
    g_assert(count == queue->size);
    queue->late.size = queue->far.size = 0;
    queue->width = width;
    queue->current = now >> width;
    queue->resized++;
    for (size_t i = 0; i < count; i++)
        place(queue, &all[i]);
    g_free(all);
}

/* Narrower while buckets are crowded, wider while many events fall beyond the calendar or buckets are mostly
 * empty. Width never changes the order, only the work. */
static void review_width(struct sim_queue *queue, int64_t now)
{
    uint64_t crowd = queue->crowd / queue->popped;
    bool too_far = queue->pushed_far > queue->popped / 8;
    bool reaches = queue->pushed_far + queue->pushed_late_half <= queue->popped / 8; /* with half the width, too */
    bool too_empty = queue->passed > 8 * queue->popped;

    /* The gap between the two limits is wider than one step, so that it does not swing. */
    if (crowd > 4 * CROWDED && reaches && queue->width > WIDTH_MIN)
        set_width(queue, queue->width - 1, now);
    else if ((too_far || (too_empty && crowd < CROWDED)) && queue->width < WIDTH_MAX)
        set_width(queue, queue->width + 1, now);
    queue->popped = queue->pushed_far = queue->pushed_late_half = queue->crowd = queue->passed = 0;
}

/* Goes on to the next bucket that holds something; the run is empty and so is `late`. Not beyond the bucket of
 * `limit`: what is pushed later, before the events that lie there, would have to go through `late`. */
static bool advance(struct sim_queue *queue, int64_t limit)
{
    int64_t last = limit >> queue->width;

    if (queue->size == 0)
        return false;
    for (;;) {
        struct chunk *chunks;

        if (queue->size == queue->far.size) /* only far events are left: jump */
            queue->current = MIN((queue->far.events[0].time >> queue->width) - 1, last);
        if (queue->current >= last)
            return false;
        queue->current++;
        queue->passed++;
        while (queue->far.size > 0 &&
               (queue->far.events[0].time >> queue->width) - queue->current < BUCKETS) {
            struct sim_event event = heap_pop(&queue->far);

            put(queue, event.time >> queue->width, &event);
        }
        chunks = queue->buckets[queue->current & (BUCKETS - 1)];
        if (chunks) {
            queue->buckets[queue->current & (BUCKETS - 1)] = NULL;
            drain_bucket(queue, chunks);
            return true;
        }
    }
}

/* The first event, without taking it off; NULL if there is none up to `limit`. *late tells where it is. */
static inline const struct sim_event *first(struct sim_queue *queue, int64_t limit, bool *late)
{
    if (queue->next == queue->end && queue->late.size == 0 && !advance(queue, limit))
        return NULL;
    *late = queue->late.size > 0 &&
            (queue->next == queue->end || before(&queue->late.events[0], &queue->run[queue->next]));
    return *late ? &queue->late.events[0] : &queue->run[queue->next];
}

bool sim_queue_pop(struct sim_queue *queue, struct sim_event *event)
{
    return sim_queue_pop_until(queue, SIM_TIME_NEVER, event);
}

bool sim_queue_pop_until(struct sim_queue *queue, int64_t limit, struct sim_event *event)
{
    bool late;
    const struct sim_event *found = first(queue, limit, &late);

    if (!found || found->time > limit)
        return false;
    if (late) {
        *event = heap_pop(&queue->late);
    } else {
        *event = *found;
        queue->next++;
    }
    queue->size--;
    if (++queue->popped == REVIEW_EVENTS)
        review_width(queue, event->time);
    return true;
}

int64_t sim_queue_next_time(struct sim_queue *queue)
{
    bool late;
    const struct sim_event *found = first(queue, SIM_TIME_NEVER, &late);

    return found ? found->time : SIM_TIME_NEVER;
}

const struct sim_event *sim_queue_peek(const struct sim_queue *queue, size_t n)
{
    return n < queue->end - queue->next ? &queue->run[queue->next + n] : NULL;
}

size_t sim_queue_size(const struct sim_queue *queue)
{
    return queue->size;
}

void sim_queue_view(const struct sim_queue *queue, struct sim_queue_view *view)
{
    *view = (struct sim_queue_view){.size = queue->size,
                                    .peak = queue->peak,
                                    .far = queue->far.size,
                                    .width_log2 = queue->width,
                                    .resized = queue->resized};
}
