/* Readers of measured matrices, against numbers worked out by hand, and the made-up ones against what is known of the real. */
#include "sim/matrix.h"
#include "sim/profile.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define MS 1000000
#define US 1000

static struct sim_matrix *read_text(const char *text, int64_t unit)
{
    GError *error = NULL;
    struct sim_matrix *matrix = sim_matrix_read(text, strlen(text), "m.txt", unit, &error);

    cr_assert(matrix, "%s", error ? error->message : "");
    return matrix;
}

Test(matrix, reads_a_p2psim_topology_one_way_in_milliseconds)
{
    struct sim_matrix *matrix = read_text("topology E2EGraph 3\n# King\nnode 1\nnode 2 ChordFingerPNS\nnode 3\n\n1,2 23\n1,3 80.5\n2,3 110\n", 0);

    cr_assert_eq(sim_matrix_sites(matrix), 3);
    cr_assert_eq(sim_matrix_delay(matrix, 0, 1), 23 * MS);
    cr_assert_eq(sim_matrix_delay(matrix, 2, 0), 80500 * US);
    cr_assert_eq(sim_matrix_delay(matrix, 1, 2), 110 * MS);
    cr_assert_eq(sim_matrix_delay(matrix, 1, 1), 500 * US);
    sim_matrix_free(matrix);
    matrix = read_text("topology E2EGraph 2\r\n1,2 23456\r\n", US);
    cr_assert_eq(sim_matrix_delay(matrix, 0, 1), 23456 * US);
    sim_matrix_free(matrix);
}

Test(matrix, reads_a_square_of_round_trips_in_microseconds)
{
    struct sim_matrix *matrix = read_text("0 20000 60000\n22000 0 -1\n60000 0 0\n", 0);

    cr_assert_eq(sim_matrix_delay(matrix, 0, 1), 10500 * US, "the mean of both directions, halved");
    cr_assert_eq(sim_matrix_delay(matrix, 0, 2), 30000 * US);
    cr_assert_eq(sim_matrix_delay(matrix, 1, 2), 40500 * US, "not measured in either direction: over site 1");
    sim_matrix_free(matrix);
}

Test(matrix, reads_pings_and_averages_them)
{
    struct sim_matrix *matrix = read_text("\"source\",\"destination\",\"timestamp\",\"min\",\"avg\",\"max\",\"mdev\"\n"
                                          "\"266\",\"12\",\"2020-07-19 00:05:06\",\"10\",\"20\",\"30\",\"1\"\n"
                                          "266,12,2020-07-19 00:06:06,10,24,30,1\n"
                                          "12,266,2020-07-19 00:06:06,10,26,30,1\n"
                                          "12,5,2020-07-19 00:06:06,,,,\n"
                                          "5,266,2020-07-19 00:06:06,99,100.25,101,1\n",
                                          0);

    cr_assert_eq(sim_matrix_sites(matrix), 3);
    cr_assert_eq(sim_matrix_delay(matrix, 0, 1), 12 * MS, "22 there, 26 back: 24, halved");
    cr_assert_eq(sim_matrix_delay(matrix, 0, 2), 50125 * US);
    cr_assert_eq(sim_matrix_delay(matrix, 1, 2), 62125 * US, "no answer: over the first site");
    sim_matrix_free(matrix);
}

Test(matrix, says_file_line_and_what_to_write)
{
    static const char *const bad[][2] = {
        {"", "m.txt:0: empty; write a p2psim topology, a square of round trips, or pings as CSV"},
        {"# only\n", "m.txt:1: empty; write"},
        {"topology Euclidean 4\n", "m.txt:1: topology 'Euclidean'; an E2EGraph is read"},
        {"topology E2EGraph\n", "m.txt:1: how many sites? Write topology E2EGraph 1740"},
        {"topology E2EGraph 1\n", "m.txt:1: 1 sites; 2 to 4096 can be"},
        {"topology E2EGraph 99999\n", "m.txt:1: 99999 sites"},
        {"topology E2EGraph 2\n1,3 5\n", "m.txt:2: '3' is no site; they are numbered from 1 to 2"},
        {"topology E2EGraph 2\n1,2\n", "m.txt:2: '' is no number; write it as 23 or 23.5"},
        {"topology E2EGraph 2\n\n1,2 5x\n", "m.txt:3: '5x' is no number"},
        {"topology E2EGraph 2\n1,2 9000\n", "m.txt:2: 9000 is more than 4 s one way"},
        {"topology E2EGraph 3\n1,2 5\n", "m.txt:2: nothing between the sites 1 and 3 was measured, nor a way over a third one"},
        {"0 5\n5 0\n3 3\n", "m.txt:3: more than the 2 lines of 2 numbers that the first line promises"},
        {"0 5\n5 0 1\n", "m.txt:2: more than the 2 lines of 2"},
        {"0 5 7\n5 0\n", "m.txt:2: 2 numbers; the first line has 3"},
        {"0 5 7\n5 0 7\n", "m.txt:2: 2 lines of numbers; a square has 3"},
        {"0 five\n5 0\n", "m.txt:1: 'five' is no number"},
        {"source,destination,min\n1,2,3\n", "m.txt:1: no column 'avg'; the first line names source, destination and avg"},
        {"source,destination,avg\n1,2\n", "m.txt:2: source, destination or avg is missing in this line"},
        {"source,destination,avg\n1,,3\n", "m.txt:2: source, destination or avg is missing"},
        {"source,destination,avg\n1,1,3\n", "m.txt:2: 1 sites; 2 to 4096 can be"},
        {"source,destination,avg\n1,2,1e3\n", "m.txt:2: '1e3' is no number"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        GError *error = NULL;

        cr_assert_null(sim_matrix_read(bad[i][0], strlen(bad[i][0]), "m.txt", 0, &error), "%s", bad[i][0]);
        cr_expect(g_str_has_prefix(error->message, bad[i][1]), "%s", error->message);
        g_error_free(error);
    }
}

/* Round trips of 2011 that scenarios.md 4.1 quotes. What is made up is to be of that kind: within a factor of 1.7, five of six ways
 * longer than the great circle by a factor that measurements have, never faster than light in fibre. */
Test(matrix, made_up_cities_are_as_far_apart_as_cities_are)
{
    static const struct {
        uint32_t a, b; /* places in the table of made_up.c */
        double round_trip, great_circle;
    } pairs[] = {{35, 26, 78, 5837}, {22, 34, 11, 218}, {43, 23, 168, 9300}, {57, 23, 357, 14000}};
    struct sim_matrix *matrix = sim_matrix_make_up(SIM_MADE_UP_CITIES);

    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
        double ms = 2e-6 * (double)sim_matrix_delay(matrix, pairs[i].a, pairs[i].b);

        cr_expect(ms > pairs[i].round_trip / 1.7 && ms < pairs[i].round_trip * 1.7, "pair %zu: %.1f ms, published %.0f", i, ms,
                  pairs[i].round_trip);
        cr_expect(ms > 2 * 0.98 * pairs[i].great_circle * 0.005, "pair %zu: %.1f ms for %.0f km of fibre", i, ms, pairs[i].great_circle);
        cr_expect(ms < 2 * 3 * pairs[i].great_circle * 0.005 + 6, "pair %zu: %.1f ms for %.0f km", i, ms, pairs[i].great_circle);
    }
    cr_assert_eq(sim_matrix_delay(matrix, 3, 40), sim_matrix_delay(matrix, 40, 3));
    sim_matrix_free(matrix);
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

/* The data set: mean about 180 ms, and detours over a third server are often shorter than the direct way. */
Test(matrix, made_up_king_has_the_mean_and_the_crooked_ways_of_the_data_set)
{
    struct sim_matrix *matrix = sim_matrix_make_up(SIM_MADE_UP_KING);
    uint32_t crooked = 0, looked = 0;
    double mean = 0;
    size_t count = 0;
    static int64_t some[1740];

    cr_assert_eq(sim_matrix_sites(matrix), 1740);
    for (uint32_t a = 0; a < 1740; a++) {
        for (uint32_t b = (a * 7) % 61; b < 1740; b += 61) {
            if (a != b) {
                mean += 2e-6 * (double)sim_matrix_delay(matrix, a, b);
                count++;
            }
        }
    }
    mean /= (double)count;
    for (uint32_t i = 0; i < 1740; i++)
        some[i] = 2 * sim_matrix_delay(matrix, i, (i * 577 + 1) % 1740);
    qsort(some, 1740, sizeof *some, compare);
    for (uint32_t a = 0; a < 40; a++) {
        for (uint32_t b = 100; b < 120; b++, looked++) {
            bool shorter = false;

            for (uint32_t over = 200; over < 1740 && !shorter; over++)
                shorter = sim_matrix_delay(matrix, a, over) + sim_matrix_delay(matrix, over, b) < sim_matrix_delay(matrix, a, b);
            crooked += shorter;
        }
    }
    cr_expect(mean > 160 && mean < 200, "mean %.1f ms", mean);
    cr_expect(some[870] > 120 * (int64_t)MS && some[870] < 200 * (int64_t)MS, "median %.1f ms", (double)some[870] / MS);
    cr_expect(crooked * 10 > looked && crooked * 10 < looked * 9, "%u of %u", crooked, looked);
    sim_matrix_free(matrix);
}

Test(matrix, what_is_written_is_read_again)
{
    struct sim_matrix *made_up = sim_matrix_make_up(SIM_MADE_UP_KING);

    for (int pings = 0; pings < 2; pings++) {
        g_autofree char *text = sim_matrix_text(made_up, 90, pings);
        struct sim_matrix *matrix = read_text(text, 0);

        cr_assert_eq(sim_matrix_sites(matrix), 90);
        for (uint32_t a = 0; a < 90; a++) {
            for (uint32_t b = 0; b < a; b++) {
                int64_t away = sim_matrix_delay(made_up, a, b) - sim_matrix_delay(matrix, a, b);

                cr_assert(away >= 0 && away < US, "%u, %u: %ld ns", a, b, away);
            }
        }
        sim_matrix_free(matrix);
    }
    sim_matrix_free(made_up);
}

Test(matrix, profiles_take_their_sites_from_it_with_replacement)
{
    struct sim_matrix *matrix = read_text("topology E2EGraph 3\n1,2 23\n1,3 80\n2,3 110\n", 0);
    const struct sim_profile_changes changes = {.matrix = matrix};
    struct sim_profile *king = sim_profile_new(SIM_PROFILE_KING, 7, &changes, NULL), *cities = sim_profile_new(SIM_PROFILE_CITIES, 7, &changes, NULL);
    uint32_t found[3] = {0};
    GError *error = NULL;

    for (uint64_t key = 0; key < 3000; key++) {
        struct sim_place a, b;

        sim_profile_place(king, key, SIM_REGION_DRAWN, &a);
        sim_profile_place(king, key + 1, SIM_REGION_DRAWN, &b);
        found[a.site]++;
        cr_assert(a.last_mile >= 3 * MS && a.last_mile <= 12 * MS);
        cr_assert_eq(sim_profile_base_delay(king, &a, &b), sim_matrix_delay(matrix, a.site, b.site) + a.last_mile + b.last_mile);
        sim_profile_place(cities, key, SIM_REGION_DRAWN, &a);
        sim_profile_place(cities, key + 1, SIM_REGION_DRAWN, &b);
        cr_assert(a.up == 100000000 && a.last_mile == 0);
        cr_assert_eq(sim_profile_base_delay(cities, &a, &b), sim_matrix_delay(matrix, a.site, b.site));
    }
    for (int i = 0; i < 3; i++)
        cr_expect(found[i] > 900 && found[i] < 1100, "site %d: %u of 3000", i, found[i]);
    cr_assert_null(sim_profile_new(SIM_PROFILE_LAN, 7, &changes, &error));
    cr_assert_str_eq(error->message, "network: 'matrix' is of the profiles king and cities");
    g_error_free(error);
    sim_profile_free(king);
    sim_profile_free(cities);
    sim_matrix_free(matrix);
}
