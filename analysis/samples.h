/* The samples of one query, kept as cheaply as what is asked of them allows: count, sum and extremes always,
 * the distribution on request, exactly up to AN_EXACT_SAMPLES and beyond that in a histogram with logarithmic
 * classes. */
#ifndef AN_SAMPLES_H
#define AN_SAMPLES_H

#include "analysis/result.h"

enum {
    AN_EXACT_SAMPLES = 10000000, /* scenarios.md 2: sorted up to here */
    AN_CLASS_BITS = 7, /* 128 classes for each power of two: a value is at most 0.4 % from its class */
};

struct an_histogram;

struct an_samples {
    uint64_t count, never, nonzero;
    __int128 sum;
    int64_t min, max;
    struct an_place min_place, max_place;
    int64_t first, last;
    bool extremes; /* min and max are set; of a gauge they are without a sample, too */
    bool distribution;
    uint64_t exact_limit; /* AN_EXACT_SAMPLES; tests set less */
    GPtrArray *blocks;    /* of int64_t[AN_BLOCK] while exact */
    struct an_histogram *classes;
    int64_t *sorted; /* after an_samples_close, if exact */
};

void an_samples_init(struct an_samples *s, bool distribution);
void an_samples_clear(struct an_samples *s);

/* The slow half of an_samples_add: remembers the value for the distribution. */
void an_samples_keep(struct an_samples *s, int64_t value, uint64_t weight);

/* A value that was there for a moment between two samples: it counts for the extremes only. */
static inline void an_samples_extreme(struct an_samples *s, int64_t value, const struct an_place *place)
{
    if (!s->extremes) {
        s->extremes = true;
        s->min = s->max = value;
        s->min_place = s->max_place = *place;
    } else if (value < s->min) {
        s->min = value;
        s->min_place = *place;
    } else if (value > s->max) {
        s->max = value;
        s->max_place = *place;
    }
}

/* weight equal samples, taken at one place. Samples that are AN_NEVER count, but have no part in the sum. */
static inline void an_samples_add(struct an_samples *s, int64_t value, uint64_t weight,
                                  const struct an_place *place)
{
    if (s->count == 0)
        s->first = value;
    an_samples_extreme(s, value, place);
    s->last = value;
    s->count += weight;
    if (value)
        s->nonzero += weight;
    if (value == AN_NEVER)
        s->never += weight;
    else
        s->sum += (__int128)value * (__int128)weight;
    if (s->distribution)
        an_samples_keep(s, value, weight);
}

/* No more samples will come: sorts. Then the rest may be called. */
void an_samples_close(struct an_samples *s);

/* Nearest rank: the smallest value with at least ppm of the samples ≤ it. Not of an empty set. */
int64_t an_samples_percentile(const struct an_samples *s, uint32_t ppm);
bool an_samples_duplicates(const struct an_samples *s,
                           uint64_t *duplicates); /* false: histogram, not known */
double an_samples_fairness(const struct an_samples *s); /* Jain's index; 1 of zeros; < 0: histogram or never among them, not known */
void an_samples_points(const struct an_samples *s, uint32_t most, GArray *points); /* of struct an_point */

#endif
