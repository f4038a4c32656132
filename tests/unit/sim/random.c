#include "sim/random.h"

#include <criterion/criterion.h>
#include <string.h>

/* Known answers published with the Random123 library (kat_vectors, philox2x64 10). */
Test(random, gives_the_published_answers_of_philox)
{
    static const struct {
        uint64_t counter[2], key, answer[2];
    } rows[] = {
        {{0, 0}, 0, {0xca00a0459843d731, 0x66c24222c9a845b5}},
        {{UINT64_MAX, UINT64_MAX}, UINT64_MAX, {0x65b021d60cd8310f, 0x4d02f3222f86df20}},
        {{0x243f6a8885a308d3, 0x13198a2e03707344},
         0xa4093822299f31d0,
         {0x0a5e742c2997341c, 0xb0f883d38000de5d}},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t block[2] = {rows[i].counter[0], rows[i].counter[1]};

        sim_philox(block, rows[i].key);
        cr_assert(memcmp(block, rows[i].answer, sizeof block) == 0, "row %zu: %016lx %016lx", i, block[0],
                  block[1]);
    }
}

Test(random, draws_the_same_with_and_without_a_stream)
{
    struct sim_stream stream;

    sim_stream_init(&stream, 7, SIM_PURPOSE_REGION, 17, 3);
    for (uint64_t i = 0; i < 100; i++)
        cr_assert_eq(sim_next(&stream), sim_draw(7, SIM_PURPOSE_REGION, 17, 3, i), "draw %lu", i);
}

Test(random, separates_streams_by_every_part_of_the_key)
{
    const uint64_t first = sim_draw(1, 2, 3, 4, 5);

    cr_assert_neq(first, sim_draw(2, 2, 3, 4, 5));
    cr_assert_neq(first, sim_draw(1, 3, 3, 4, 5));
    cr_assert_neq(first, sim_draw(1, 2, 4, 4, 5));
    cr_assert_neq(first, sim_draw(1, 2, 3, 5, 5));
    cr_assert_neq(first, sim_draw(1, 2, 3, 4, 6));
    cr_assert_neq(sim_purpose_text("rush", 4), sim_purpose_text("rust", 4));
    cr_assert_neq(sim_purpose_text("12345678", 8), sim_purpose_text("123456780", 9));
    cr_assert_neq(sim_purpose_text("", 0), sim_purpose_text("\0", 1));
}

/* Chi squared with 99 degrees of freedom: above 160 with a probability of 1 in 10,000; the draws are fixed.
 */
static double chi_squared(const uint32_t counts[100], double expected)
{
    double sum = 0;

    for (int i = 0; i < 100; i++)
        sum += (counts[i] - expected) * (counts[i] - expected) / expected;
    return sum;
}

Test(random, is_uniform_within_and_across_streams)
{
    uint32_t within[100] = {0}, across[100] = {0}, seeds[100] = {0};
    struct sim_stream stream;

    sim_stream_init(&stream, 1, SIM_PURPOSE_USER, 0, 0);
    for (uint64_t i = 0; i < 1000000; i++) {
        within[sim_below(&stream, 100)]++;
        across[sim_draw(1, SIM_PURPOSE_USER, i, 0, 0) % 100]++;
        seeds[sim_draw(i, SIM_PURPOSE_USER, 0, 0, 0) % 100]++;
    }
    cr_assert_lt(chi_squared(within, 10000), 160, "within a stream: %f", chi_squared(within, 10000));
    cr_assert_lt(chi_squared(across, 10000), 160, "first draws of streams: %f", chi_squared(across, 10000));
    cr_assert_lt(chi_squared(seeds, 10000), 160, "first draws of seeds: %f", chi_squared(seeds, 10000));
}

Test(random, draws_below_a_bound_without_bias)
{
    const uint64_t n =
        3 * ((uint64_t)1 << 62); /* 2^64 mod n is large: plain scaling would favour some thirds */
    uint32_t thirds[3] = {0};
    struct sim_stream stream;

    sim_stream_init(&stream, 2, SIM_PURPOSE_USER, 0, 0);
    for (int i = 0; i < 30000; i++) {
        uint64_t draw = sim_below(&stream, n);

        cr_assert_lt(draw, n);
        thirds[draw >> 62]++;
    }
    for (int i = 0; i < 3; i++)
        cr_assert(thirds[i] > 9600 && thirds[i] < 10400, "third %d: %u of 30000", i, thirds[i]);
    cr_assert_eq(sim_below(&stream, 1), 0);
}
