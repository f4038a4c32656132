#include "sim/profile.h"

#include <criterion/criterion.h>

#define MS 1000000

enum { AU, EU, EA, WA, NE, NW, SA, ZA };

static struct sim_profile *make(enum sim_profile_id id, const struct sim_profile_changes *changes)
{
    GError *error = NULL;
    struct sim_profile *profile = sim_profile_new(id, 7, changes, &error);

    cr_assert(profile, "%s", error ? error->message : "");
    return profile;
}

static int64_t delay_of(const struct sim_profile *profile, uint64_t a, uint64_t b)
{
    struct sim_place x, y;

    sim_profile_place(profile, a, SIM_REGION_DRAWN, &x);
    sim_profile_place(profile, b, SIM_REGION_DRAWN, &y);
    cr_assert_eq(sim_profile_base_delay(profile, &x, &y), sim_profile_base_delay(profile, &y, &x),
                 "delay is symmetric");
    return sim_profile_base_delay(profile, &x, &y);
}

Test(profile, knows_its_names)
{
    enum sim_profile_id id = SIM_PROFILE_COUNT;
    size_t count = 0;

    cr_assert(sim_profile_find("world-homes", &id));
    cr_assert_eq(id, SIM_PROFILE_WORLD_HOMES);
    cr_assert(sim_profile_find("king", &id));
    cr_assert_eq(id, SIM_PROFILE_KING);
    cr_assert_not(sim_profile_find("kong", &id));
    for (const char *const *name = sim_profile_names(); *name; name++, count++)
        cr_assert(sim_profile_find(*name, &id) && id == count, "%s", *name);
    cr_assert_eq(count, 8);
}

Test(profile, null_is_ten_milliseconds_and_nothing_else)
{
    struct sim_profile *profile = make(SIM_PROFILE_NULL, NULL);
    struct sim_place place;

    sim_profile_place(profile, 5, SIM_REGION_DRAWN, &place);
    cr_assert(place.up == 0 && place.down == 0);
    cr_assert_eq(delay_of(profile, 1, 2), 10 * MS);
    cr_assert_not(sim_profile_has_jitter(profile));
    sim_profile_free(profile);
}

Test(profile, lan_draws_each_pair_between_a_tenth_and_three_tenths)
{
    struct sim_profile *profile = make(SIM_PROFILE_LAN, NULL);
    int64_t least = INT64_MAX, most = 0;

    for (uint64_t i = 1; i <= 1000; i++) {
        int64_t delay = delay_of(profile, 0, i);

        least = MIN(least, delay);
        most = MAX(most, delay);
    }
    cr_assert(least >= 100000 && least < 102000 && most <= 300000 && most > 298000, "%ld to %ld", least,
              most);
    sim_profile_free(profile);
}

/* scenarios.md 4.1: half the matrix entry, 3 to 12 ms at each end, and 1 ms. */
Test(profile, world_homes_adds_half_the_matrix_and_both_last_miles)
{
    static const struct {
        uint8_t a, b;
        int64_t matrix;
    } rows[] = {{AU, EU, 165}, {EU, EU, 2},   {NE, NW, 60},  {SA, ZA, 195},
                {ZA, SA, 195}, {ZA, WA, 110}, {EA, SA, 175}, {SA, SA, 7}};
    struct sim_profile *profile = make(SIM_PROFILE_WORLD_HOMES, NULL);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sim_place a, b;

        sim_profile_place(profile, 2 * i, rows[i].a, &a);
        sim_profile_place(profile, 2 * i + 1, rows[i].b, &b);
        cr_assert(a.last_mile >= 3 * MS && a.last_mile <= 12 * MS, "row %zu", i);
        cr_assert_eq(sim_profile_base_delay(profile, &a, &b),
                     rows[i].matrix * MS / 2 + a.last_mile + b.last_mile + MS, "row %zu", i);
    }
    sim_profile_free(profile);
}

Test(profile, world_homes_has_the_population_and_the_lines_of_the_table)
{
    static const double weights[8] = {290, 5599, 1059, 161, 2894, 1240, 36, 47};
    struct sim_profile *profile = make(SIM_PROFILE_WORLD_HOMES, NULL);
    uint32_t regions[8] = {0}, slow = 0, fast = 0;

    for (uint64_t key = 0; key < 100000; key++) {
        struct sim_place place;

        sim_profile_place(profile, key, SIM_REGION_DRAWN, &place);
        regions[place.region]++;
        slow += place.up == 1000000 && place.down == 10000000;
        fast += place.up == 100000000 && place.down == 100000000;
    }
    for (int i = 0; i < 8; i++) {
        double expected = weights[i] / 11326 * 100000;

        cr_expect(regions[i] > expected * 0.8 - 20 && regions[i] < expected * 1.2 + 20, "region %d: %u", i,
                  regions[i]);
    }
    cr_assert(slow > 19500 && slow < 20500, "%u slow lines", slow);
    cr_assert(fast > 9600 && fast < 10400, "%u fast lines", fast);
    cr_assert_eq(sim_profile_regions(profile), 8);
    cr_assert_str_eq(sim_profile_region_name(profile, EU), "europe");
    sim_profile_free(profile);
}

/* Upper half of a lognormal with sigma 0.1: the median of e^(0.1·|z|) - 1 is e^(0.1·0.67449) - 1 = 0.069775.
 */
Test(profile, world_homes_has_jitter_that_is_never_negative)
{
    struct sim_profile *profile = make(SIM_PROFILE_WORLD_HOMES, NULL);
    struct sim_stream stream;
    int below = 0;

    sim_stream_init(&stream, 1, SIM_PURPOSE_JITTER, 0, 0);
    for (int i = 0; i < 100000; i++) {
        int64_t jitter = sim_profile_jitter(profile, 100 * MS, &stream);

        cr_assert(jitter >= 0 && jitter < 60 * MS, "%ld", jitter);
        below += jitter < 6977500;
    }
    cr_assert(below > 49300 && below < 50700, "%d below the median", below);
    sim_profile_free(profile);
}

Test(profile, takes_changes)
{
    const struct sim_dist delay = {.kind = SIM_DIST_CONSTANT, .a = 25 * MS},
                          up = {.kind = SIM_DIST_CONSTANT, .a = 128000};
    const struct sim_dist jitter = {.kind = SIM_DIST_UNIFORM, .a = 1 * MS, .b = 2 * MS};
    const struct sim_profile_changes changes = {.delay = &delay, .up = &up, .jitter = &jitter};
    struct sim_profile *profile = make(SIM_PROFILE_WORLD_HOMES, &changes);
    struct sim_place place;
    struct sim_stream stream;
    int64_t drawn;

    sim_stream_init(&stream, 1, SIM_PURPOSE_JITTER, 0, 0);
    sim_profile_place(profile, 1, SIM_REGION_DRAWN, &place);
    cr_assert_eq(place.up, 128000);
    cr_assert_gt(place.down, 0, "what is not changed stays");
    cr_assert_eq(delay_of(profile, 1, 2), 25 * MS);
    drawn = sim_profile_jitter(profile, 25 * MS, &stream);
    cr_assert(drawn >= MS && drawn <= 2 * MS);
    sim_profile_free(profile);
}

Test(profile, refuses_what_is_negative)
{
    const struct sim_dist negative = {.kind = SIM_DIST_CONSTANT, .a = -1};
    const struct sim_profile_changes bad[] = {
        {.delay = &negative}, {.up = &negative}};
    static const char *const texts[] = {
                                        "network: 'delay' is negative", "network: 'up' is negative"};

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        GError *error = NULL;

        cr_assert_null(sim_profile_new(SIM_PROFILE_NULL, 1, &bad[i], &error));
        cr_assert_str_eq(error->message, texts[i]);
        g_clear_error(&error);
    }
}
