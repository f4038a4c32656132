/* Timelines for tests: written by hand, or flooded over a graph by a few lines that know nothing of analysis.
 */
#ifndef TEST_FEED_H
#define TEST_FEED_H

#include "analysis/query.h"
#include "analysis/result.h"
#include <criterion/criterion.h>
#include <inttypes.h>

#define MS INT64_C(1000000)
#define S  INT64_C(1000000000)

struct feed_link {
    uint32_t a, b;
    int64_t delay;
};

struct feed {
    struct an_cast *cast;
    GArray *events; /* of struct an_event */
    GArray *links;  /* of struct feed_link; index = number */
    uint32_t messages;
};

struct feed *feed_new(uint32_t peers);
void feed_free(struct feed *feed);
void feed_event(struct feed *feed, struct an_event event);

/* All peers start at this time; a link comes up at both ends. Returns its number. */
void feed_start_all(struct feed *feed, int64_t time);
uint32_t feed_link_up(struct feed *feed, int64_t time, uint32_t a, uint32_t b, int64_t delay);
void feed_link_down(struct feed *feed, int64_t time, uint32_t link);

/* A whole flood over all links ever added, copies of `octets`. → number of the message. */
uint32_t feed_flood(struct feed *feed, int64_t time, uint32_t origin, uint32_t octets);

/* A connected random graph: a ring and chords, delays 1..100 ms by a small generator. Links up at 1 s. */
void feed_random_mesh(struct feed *feed, uint32_t chords, uint32_t seed);

/* Events in order of time (stable) into metrics, up to the end. */
void feed_play(struct feed *feed, struct an_metrics *metrics, int64_t end);
void feed_sort(struct feed *feed);

int64_t feed_delay(void *feed, uint32_t from, uint32_t to, uint32_t octets); /* for an_network */

int feed_query(struct an_metrics *metrics, enum an_metric metric); /* with no filter */
int feed_add(struct an_metrics *metrics, struct an_query_spec spec);
double feed_number(struct an_metrics *metrics, int query, enum an_aggregate aggregate);

#endif
