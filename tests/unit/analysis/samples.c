#include "analysis/samples.h"
#include "analysis/sort.h"
#include "tests/unit/analysis/feed.h"

static const struct an_place nowhere = {AN_NONE, AN_NONE, AN_NONE, -1};

static gint compare(gconstpointer a, gconstpointer b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static uint64_t next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 20;
}

Test(samples, percentiles_are_nearest_ranks_of_the_sorted_samples)
{
    static const uint32_t ppm[] = {1, 100000, 500000, 900000, 950000, 990000, 999000, 1000000};
    for (uint32_t count = 1; count < 3000; count = count * 3 + 1) {
        uint64_t state = count;
        struct an_samples s;
        an_samples_init(&s, true);
        int64_t *values = g_new(int64_t, count);
        for (uint32_t i = 0; i < count; i++) {
            values[i] = (int64_t)(next(&state) % 1000000) - 300000;
            an_samples_add(&s, values[i], 1, &nowhere);
        }
        an_samples_close(&s);
        qsort(values, count, sizeof *values, compare);
        for (size_t p = 0; p < G_N_ELEMENTS(ppm); p++) {
            uint64_t rank = ((uint64_t)count * ppm[p] + 999999) / 1000000;
            cr_assert_eq(an_samples_percentile(&s, ppm[p]), values[rank - 1], "%u ppm of %u", ppm[p], count);
        }
        cr_assert_eq(s.min, values[0]);
        cr_assert_eq(s.max, values[count - 1]);
        an_samples_clear(&s);
        g_free(values);
    }
}

Test(samples, beyond_the_exact_limit_are_within_one_percent)
{
    enum { COUNT = 50000 };
    uint64_t state = 42;
    struct an_samples s;
    an_samples_init(&s, true);
    s.exact_limit = 1000;
    int64_t *values = g_new(int64_t, COUNT);
    for (uint32_t i = 0; i < COUNT; i++) { /* over twelve decades, both signs */
        values[i] = (int64_t)(next(&state) >> next(&state) % 40) * (i % 3 ? 1 : -1);
        an_samples_add(&s, values[i], 1, &nowhere);
    }
    an_samples_close(&s);
    cr_assert(s.classes && !s.sorted);
    qsort(values, COUNT, sizeof *values, compare);
    for (uint32_t ppm = 1000; ppm <= 1000000; ppm += 999) {
        int64_t exact = values[((uint64_t)COUNT * ppm + 999999) / 1000000 - 1],
                found = an_samples_percentile(&s, ppm);
        cr_assert(llabs(found - exact) <= llabs(exact) / 100, "%u ppm: %" PRId64 " for %" PRId64, ppm, found,
                  exact);
    }
    uint64_t duplicates;
    cr_assert_not(an_samples_duplicates(&s, &duplicates));
    an_samples_clear(&s);
    g_free(values);
}

Test(samples, that_never_came_sort_last_and_have_no_part_in_the_mean)
{
    struct an_samples s;
    an_samples_init(&s, true);
    an_samples_add(&s, 10, 2, &nowhere);
    an_samples_add(&s, AN_NEVER, 1, &nowhere);
    an_samples_add(&s, 40, 1, &nowhere);
    an_samples_close(&s);
    cr_assert_eq(s.count, 4);
    cr_assert_eq(s.never, 1);
    cr_assert_eq((int64_t)s.sum, 60);
    cr_assert_eq(an_samples_percentile(&s, 750000), 40);
    cr_assert_eq(an_samples_percentile(&s, 990000), AN_NEVER);
    uint64_t duplicates;
    cr_assert(an_samples_duplicates(&s, &duplicates));
    cr_assert_eq(duplicates, 1);
    an_samples_clear(&s);
}

Test(samples, tell_how_fair_they_are)
{
    static const struct {
        int64_t values[4];
        double fairness; /* by hand: (Σx)² / (4 Σx²) */
    } rows[] = {{{7, 7, 7, 7}, 1}, {{0, 0, 12, 0}, 0.25}, {{1, 2, 3, 4}, 100.0 / 120}, {{0, 0, 0, 0}, 1}};
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct an_samples s;
        an_samples_init(&s, true);
        for (unsigned k = 0; k < 4; k++)
            an_samples_add(&s, rows[i].values[k], 1, &nowhere);
        an_samples_close(&s);
        cr_assert_float_eq(an_samples_fairness(&s), rows[i].fairness, 1e-12, "row %u: %g", i, an_samples_fairness(&s));
        an_samples_clear(&s);
    }
}

Test(samples, sort_as_the_library_does)
{
    for (size_t count = 0; count < 5000; count = count * 2 + 7) {
        uint64_t state = count + 1;
        int64_t *a = g_new(int64_t, count + 1), *b = g_new(int64_t, count + 1);
        for (size_t i = 0; i < count; i++)
            a[i] = b[i] = (int64_t)(next(&state) << (i % 30)) * (i % 2 ? 1 : -1);
        an_sort_int64(a, count);
        qsort(b, count, sizeof *b, compare);
        cr_assert_arr_eq(a, b, count * sizeof *a);
        g_free(a);
        g_free(b);
    }
}

Test(samples, points_of_a_distribution_rise_and_reach_the_last_sample)
{
    for (int exact = 0; exact < 2; exact++)
        for (uint32_t count = 1; count < 200000; count = count * 7 + 3) {
            struct an_samples s;
            an_samples_init(&s, true);
            s.exact_limit = exact ? AN_EXACT_SAMPLES : 2;
            uint64_t state = count;
            for (uint32_t i = 0; i < count; i++)
                an_samples_add(&s, (int64_t)(next(&state) % 100000000), 1, &nowhere);
            an_samples_close(&s);
            GArray *points = g_array_new(FALSE, FALSE, sizeof(struct an_point));
            an_samples_points(&s, 500, points);
            cr_assert_gt(points->len, 0);
            for (uint32_t i = 1; i < points->len; i++) {
                struct an_point *a = &g_array_index(points, struct an_point, i - 1), *b = a + 1;
                cr_assert(a->value < b->value && a->below < b->below, "point %u of %u samples", i, count);
            }
            cr_assert_eq(g_array_index(points, struct an_point, points->len - 1).below, count);
            g_array_free(points, TRUE);
            an_samples_clear(&s);
        }
}

/* Not timed: that it ends at all within the limits of a test is the point. */
Test(samples, of_a_million_deliveries_are_taken)
{
    struct feed *feed = feed_new(1001);
    feed_start_all(feed, 0);
    for (uint32_t i = 1; i <= 1000; i++)
        feed_link_up(feed, 1 * S, 0, i, 1 * MS);
    struct an_metrics *m = an_metrics_new(feed->cast);
    struct an_query_spec spec = AN_QUERY_SPEC_INIT(AN_LATENCY);
    spec.begin = AN_MOMENT_START;
    spec.distribution = true;
    int latency = feed_add(m, spec);
    for (uint32_t i = 0; i < feed->events->len; i++)
        an_metrics_event(m, &g_array_index(feed->events, struct an_event, i));
    for (uint32_t message = 0; message < 1000; message++) {
        struct an_event e = {
            .time = 2 * S + message * S, .kind = AN_PUBLISHED, .message = message, .size = 100};
        an_metrics_event(m, &e);
        e.kind = AN_DELIVERED;
        for (uint32_t peer = 1; peer <= 1000; peer++) {
            e.peer = peer;
            e.time = 2 * S + message * S + peer * 1000;
            an_metrics_event(m, &e);
        }
    }
    an_metrics_finish(m, 2000 * S);
    cr_assert_eq(an_query_result(m, latency)->count, 1000000);
    cr_assert_eq(feed_number(m, latency, AN_AGG_P99), 990000);
    cr_assert_eq(feed_number(m, latency, AN_AGG_MEAN), 500500);
    an_metrics_free(m);
    feed_free(feed);
}
