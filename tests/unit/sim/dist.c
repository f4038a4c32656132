#include "sim/dist.h"
#include "sim/fixed.h"

#include <criterion/criterion.h>
#include <stdlib.h>

/* Quantiles computed beforehand with another program (double precision): share u / 2^64; exponential of mean
 * 8 s, lognormal of median 60 s and sigma 0.8, Weibull of median 900 s and shape 0.6, all in ns; standard
 * normal in units of 2^-40. */
static const struct {
    uint64_t u;
    int64_t exponential, lognormal, weibull, normal;
} rows[] = {
    {0x004189374BC6A7F0u, 8004003, 5064010292, 16591875, -3397746353161},
    {0x028F5C28F5C28F60u, 80402687, 9330291550, 775951123, -2557846537760},
    {0x1999999999999A00u, 842884125, 21522594920, 38963971785, -1409080847911},
    {0x4000000000000000u, 2301456580, 34979170721, 207836301560, -741609323156},
    {0x8000000000000000u, 5545177444, 60000000000, 900000000000, 0},
    {0xC000000000000000u, 11090354889, 102918391884, 2857321893543, 741609323156},
    {0xE666666666666800u, 18420680744, 167266076115, 6656197845037, 1409080847911},
    {0xFD70A3D70A3D7000u, 36841361488, 385840033064, 21132110922639, 2557846537760},
    {0xFFBE76C8B4395800u, 55262042232, 710899029068, 41536348381481, 3397746353161},
    {0xFFFFEF39085F4800u, 110524084463, 2689428534379, 131869686230903, 5226445299297},
};

static bool near(int64_t x, int64_t y, int64_t relative)
{
    return llabs(x - y) <= llabs(y) / relative + 1;
}

Test(dist, has_the_quantiles_of_an_independent_program_within_a_millionth)
{
    struct sim_dist exponential = {.kind = SIM_DIST_EXPONENTIAL, .a = 8000000000};
    struct sim_dist lognormal = {.kind = SIM_DIST_LOGNORMAL, .a = 60000000000, .shape_ppm = 800000};
    struct sim_dist weibull = {.kind = SIM_DIST_WEIBULL, .a = 900000000000, .shape_ppm = 600000};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t e = sim_dist_quantile(&exponential, rows[i].u), l = sim_dist_quantile(&lognormal, rows[i].u);
        int64_t w = sim_dist_quantile(&weibull, rows[i].u), n = sim_fx_normal(rows[i].u);

        cr_expect(near(e, rows[i].exponential, 100000000), "row %zu: exponential %ld, not %ld", i, e,
                  rows[i].exponential);
        cr_expect(near(l, rows[i].lognormal, 1000000), "row %zu: lognormal %ld, not %ld", i, l,
                  rows[i].lognormal);
        cr_expect(near(w, rows[i].weibull, 1000000), "row %zu: weibull %ld, not %ld", i, w, rows[i].weibull);
        cr_expect(llabs(n - rows[i].normal) < 256, "row %zu: normal %ld, not %ld", i, n, rows[i].normal);
    }
}

Test(dist, is_monotonic_and_finite_up_to_both_ends)
{
    struct sim_dist dists[] = {{.kind = SIM_DIST_EXPONENTIAL, .a = 1000000},
                               {.kind = SIM_DIST_LOGNORMAL, .a = 1000000, .shape_ppm = 800000},
                               {.kind = SIM_DIST_WEIBULL, .a = 1000000, .shape_ppm = 600000},
                               {.kind = SIM_DIST_UNIFORM, .a = -5, .b = 1000000},
                               {.kind = SIM_DIST_EXPONENTIAL, .a = SIM_DIST_MAX},
                               {.kind = SIM_DIST_WEIBULL, .a = SIM_DIST_MAX, .shape_ppm = 50000}};

    for (size_t d = 0; d < sizeof dists / sizeof *dists; d++) {
        int64_t last = INT64_MIN;

        cr_assert(sim_dist_prepare(&dists[d], NULL));
        for (uint64_t i = 0; i <= 4096; i++) {
            uint64_t u = i == 4096 ? UINT64_MAX : i << 52;
            int64_t x = sim_dist_quantile(&dists[d], u);

            cr_assert(x >= last && x <= SIM_DIST_MAX, "distribution %zu at step %lu: %ld after %ld", d, i, x,
                      last);
            last = x;
        }
    }
}

Test(dist, draws_uniform_values_with_both_ends_included)
{
    const struct sim_dist dist = {.kind = SIM_DIST_UNIFORM, .a = 3, .b = 12};

    cr_assert_eq(sim_dist_quantile(&dist, 0), 3);
    cr_assert_eq(sim_dist_quantile(&dist, UINT64_MAX), 12);
}

Test(dist, draws_zipf_by_its_weights)
{
    /* Shares of the first 1, 10, 100 of 500 with exponent 1: harmonic numbers, computed beforehand. */
    static const struct {
        int64_t upto;
        double share;
    } shares[] = {{1, 0.14721419013851736}, {10, 0.4311856894493637}, {100, 0.7636555802020693}};
    struct sim_dist dist = {.kind = SIM_DIST_ZIPF, .a = 500, .shape_ppm = 1000000};

    cr_assert(sim_dist_prepare(&dist, NULL));
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        uint64_t below = (uint64_t)((shares[i].share - 1e-9) * 0x1p64),
                 above = (uint64_t)((shares[i].share + 1e-9) * 0x1p64);

        cr_expect(sim_dist_quantile(&dist, below) == shares[i].upto, "just below the share of %ld",
                  shares[i].upto);
        cr_expect(sim_dist_quantile(&dist, above) == shares[i].upto + 1, "just above the share of %ld",
                  shares[i].upto);
    }
    cr_assert_eq(sim_dist_quantile(&dist, UINT64_MAX), 500);
    sim_dist_clear(&dist);
}

Test(dist, draws_each_entry_of_a_list)
{
    static const int64_t values[] = {2, 4, 8};
    const struct sim_dist dist = {.kind = SIM_DIST_LIST, .values = values, .count = 3};
    struct sim_stream stream;
    int sum = 0;

    sim_stream_init(&stream, 3, SIM_PURPOSE_USER, 0, 0);
    for (int i = 0; i < 64; i++)
        sum |= (int)sim_dist_draw(&dist, &stream);
    cr_assert_eq(sum, 2 | 4 | 8);
}

Test(dist, refuses_parameters_that_make_no_sense)
{
    struct sim_dist bad[] = {{.kind = SIM_DIST_UNIFORM, .a = 5, .b = 4},
                             {.kind = SIM_DIST_EXPONENTIAL, .a = -1},
                             {.kind = SIM_DIST_LOGNORMAL, .a = -1},
                             {.kind = SIM_DIST_LOGNORMAL, .a = 1, .shape_ppm = 10000001},
                             {.kind = SIM_DIST_WEIBULL, .a = 1, .shape_ppm = 0},
                             {.kind = SIM_DIST_LIST},
                             {.kind = SIM_DIST_ZIPF, .a = 0},
                             {.kind = SIM_DIST_ZIPF, .a = SIM_DIST_ZIPF_MAX + 1},
                             {.kind = SIM_DIST_CONSTANT, .a = SIM_DIST_MAX + 1},
                             {.kind = (enum sim_dist_kind)99}};

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        GError *error = NULL;

        cr_assert_not(sim_dist_prepare(&bad[i], &error), "row %zu", i);
        cr_assert(error && g_str_has_prefix(error->message, "distribution: "), "row %zu", i);
        g_clear_error(&error);
    }
}
