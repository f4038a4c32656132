#include "analysis/samples.h"
#include "analysis/sort.h"

enum {
    AN_BLOCK = 1 << 16,               /* samples in one block: 512 KiB */
    PLAIN = 1 << (AN_CLASS_BITS + 1), /* values below have a class of their own */
    CLASSES = PLAIN + (63 - AN_CLASS_BITS - 1) * (1 << AN_CLASS_BITS),
};

struct an_histogram {
    uint64_t below[CLASSES]; /* of −value, for negative values */
    uint64_t above[CLASSES];
    uint64_t never;
};

static uint32_t class_of(uint64_t magnitude)
{
    if (magnitude < PLAIN)
        return (uint32_t)magnitude;
    unsigned top = 63U - (unsigned)__builtin_clzll(magnitude);
    uint64_t within = magnitude >> (top - AN_CLASS_BITS) & ((1 << AN_CLASS_BITS) - 1);
    return PLAIN + ((top - AN_CLASS_BITS - 1) << AN_CLASS_BITS) + (uint32_t)within;
}

/* The middle of a class. */
static int64_t class_value(uint32_t class)
{
    if (class < PLAIN)
        return class;
    unsigned shift = ((class - PLAIN) >> AN_CLASS_BITS) + 1;
    uint64_t mantissa = (1U << AN_CLASS_BITS) + ((class - PLAIN) & ((1 << AN_CLASS_BITS) - 1));
    return (int64_t)((mantissa << shift) + (UINT64_C(1) << shift) / 2);
}

static void count_in_class(struct an_histogram *h, int64_t value, uint64_t weight)
{
    if (value == AN_NEVER)
        h->never += weight;
    else if (value < 0)
        h->below[class_of(-(uint64_t)value & INT64_MAX)] += weight;
    else
        h->above[class_of((uint64_t)value)] += weight;
}

void an_samples_init(struct an_samples *s, bool distribution)
{
    *s = (struct an_samples){.distribution = distribution, .exact_limit = AN_EXACT_SAMPLES};
    if (distribution)
        s->blocks = g_ptr_array_new_with_free_func(g_free);
}

void an_samples_clear(struct an_samples *s)
{
    if (s->blocks)
        g_ptr_array_free(s->blocks, TRUE);
    g_free(s->classes);
    g_free(s->sorted);
    *s = (struct an_samples){0};
}

/* count includes the samples being added: kept is how many were there before them. */
static void block_values(const struct an_samples *s, uint64_t kept, void (*each)(void *, int64_t), void *user)
{
    for (uint64_t i = 0; i < kept; i++) {
        const int64_t *block = g_ptr_array_index(s->blocks, (guint)(i / AN_BLOCK));
        each(user, block[i % AN_BLOCK]);
    }
}

static void move_to_class(void *histogram, int64_t value)
{
    count_in_class(histogram, value, 1);
}

void an_samples_keep(struct an_samples *s, int64_t value, uint64_t weight)
{
    uint64_t kept = s->count - weight;
    if (!s->classes && s->count > s->exact_limit) {
        s->classes = g_new0(struct an_histogram, 1);
        block_values(s, kept, move_to_class, s->classes);
        g_ptr_array_set_size(s->blocks, 0);
    }
    if (s->classes) {
        count_in_class(s->classes, value, weight);
        return;
    }
    for (uint64_t i = kept; i < s->count; i++) {
        if (i / AN_BLOCK >= s->blocks->len)
            g_ptr_array_add(s->blocks, g_new(int64_t, AN_BLOCK));
        int64_t *block = g_ptr_array_index(s->blocks, (guint)(i / AN_BLOCK));
        block[i % AN_BLOCK] = value;
    }
}

struct filler {
    int64_t *next;
};

static void fill(void *filler, int64_t value)
{
    *((struct filler *)filler)->next++ = value;
}

void an_samples_close(struct an_samples *s)
{
    if (!s->distribution || s->classes || s->sorted)
        return;
    s->sorted = g_new(int64_t, s->count ? s->count : 1);
    struct filler filler = {s->sorted};
    block_values(s, s->count, fill, &filler);
    g_ptr_array_set_size(s->blocks, 0);
    an_sort_int64(s->sorted, s->count);
}

/* Walks the classes in order of value until the rank is reached. */
static int64_t class_at(const struct an_histogram *h, uint64_t rank)
{
    uint64_t seen = 0;
    for (uint32_t c = CLASSES; c-- > 0;) {
        seen += h->below[c];
        if (seen >= rank)
            return -class_value(c);
    }
    for (uint32_t c = 0; c < CLASSES; c++) {
        seen += h->above[c];
        if (seen >= rank)
            return class_value(c);
    }
    return AN_NEVER;
}

int64_t an_samples_percentile(const struct an_samples *s, uint32_t ppm)
{
    g_assert(s->distribution && s->count > 0 && ppm > 0 && ppm <= 1000000);
    uint64_t rank = (uint64_t)(((unsigned __int128)s->count * ppm + 999999) / 1000000);
    if (!s->classes)
        return s->sorted[rank - 1];
    return CLAMP(class_at(s->classes, rank), s->min, s->max);
}

double an_samples_fairness(const struct an_samples *s)
{
    double sum = 0, squares = 0;
    if (!s->sorted || s->never)
        return -1;
    for (uint64_t i = 0; i < s->count; i++) {
        sum += (double)s->sorted[i];
        squares += (double)s->sorted[i] * (double)s->sorted[i];
    }
    return squares > 0 ? sum * sum / ((double)s->count * squares) : 1;
}

bool an_samples_duplicates(const struct an_samples *s, uint64_t *duplicates)
{
    g_assert(s->distribution);
    if (s->classes)
        return false;
    *duplicates = 0;
    for (uint64_t i = 1; i < s->count; i++)
        *duplicates += s->sorted[i] == s->sorted[i - 1];
    return true;
}

static void add_point(GArray *points, int64_t value, uint64_t below)
{
    struct an_point point = {value, below};
    if (points->len && g_array_index(points, struct an_point, points->len - 1).value == value)
        g_array_index(points, struct an_point, points->len - 1).below = below;
    else
        g_array_append_val(points, point);
}

/* Ranks for the plot: half of them even, half of them ever denser towards the last sample, for a logarithmic
 * tail. */
static void rank_points(const struct an_samples *s, uint32_t most, GArray *points)
{
    uint32_t even = most / 2, tail = most - even;
    uint64_t last = 0;
    for (uint32_t i = 0; i < even; i++) {
        uint64_t rank = (uint64_t)((unsigned __int128)s->count * i / even * 9 / 10);
        if (rank >= last)
            add_point(points, s->sorted[rank], rank + 1);
        last = rank + 1;
    }
    uint64_t rest = s->count - s->count * 9 / 10;
    for (uint32_t i = tail; i-- > 0;) {
        /* what is left shrinks by a constant factor from rest to 1 over the points */
        uint64_t left = rest;
        uint32_t octaves = 64 - (uint32_t)__builtin_clzll(rest | 1);
        uint64_t position = (uint64_t)(tail - 1 - i) * octaves * 1024 / tail;
        left = (left >> (position / 1024)) * (2048 - position % 1024) / 2048;
        uint64_t rank = s->count - MIN(MAX(left, 1), rest);
        if (rank >= last) {
            add_point(points, s->sorted[rank], rank + 1);
            last = rank + 1;
        }
    }
    add_point(points, s->sorted[s->count - 1], s->count);
}

static void class_points(const struct an_samples *s, uint32_t most, GArray *points)
{
    const struct an_histogram *h = s->classes;
    uint64_t seen = 0, shown = 0;
    uint64_t step = s->count / most + 1;
    for (uint32_t i = 0; i < 2 * CLASSES; i++) {
        uint64_t here = i < CLASSES ? h->below[CLASSES - 1 - i] : h->above[i - CLASSES];
        if (!here)
            continue;
        seen += here;
        if (seen - shown < step && s->count - seen > s->count / 100)
            continue;
        shown = seen;
        add_point(points, i < CLASSES ? -class_value(CLASSES - 1 - i) : class_value(i - CLASSES), seen);
    }
    if (h->never)
        add_point(points, AN_NEVER, s->count);
}

void an_samples_points(const struct an_samples *s, uint32_t most, GArray *points)
{
    g_assert(s->distribution && most >= 4);
    if (s->count == 0)
        return;
    if (s->classes) {
        class_points(s, most, points);
    } else if (s->count <= most) {
        for (uint64_t i = 0; i < s->count; i++)
            add_point(points, s->sorted[i], i + 1);
    } else {
        rank_points(s, most, points);
    }
}
