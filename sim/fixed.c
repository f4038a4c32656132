#include "sim/fixed.h"

#include <stdbool.h>

#define FRACTION_BITS 40

/* 2^(2^-i) - 1 for i = 1 … 40, as fractions of 2^64. */
static const uint64_t roots_of_two[FRACTION_BITS] = {
    0x6A09E667F3BCC909, 0x306FE0A31B7152DF, 0x172B83C7D517ADCE, 0x0B5586CF9890F62A, 0x059B0D31585743AE,
    0x02C9A3E778060EE7, 0x0163DA9FB33356D8, 0x00B1AFA5ABCBED61, 0x0058C86DA1C09EA2, 0x002C605E2E8CEC50,
    0x00162F3904051FA1, 0x000B175EFFDC76BA, 0x00058BA01FB9F96D, 0x0002C5CC37DA9492, 0x000162E525EE0547,
    0x0000B17255775C04, 0x000058B91B5BC9AE, 0x00002C5C89D5EC6D, 0x0000162E43F4F831, 0x00000B1721BCFC9A,
    0x0000058B90CF1E6E, 0x000002C5C863B73F, 0x00000162E430E5A2, 0x000000B172183551, 0x00000058B90C0B49,
    0x0000002C5C8601CC, 0x000000162E42FFF0, 0x0000000B17217FBB, 0x000000058B90BFCE, 0x00000002C5C85FE3,
    0x0000000162E42FF1, 0x00000000B17217F8, 0x0000000058B90BFC, 0x000000002C5C85FE, 0x00000000162E42FF,
    0x000000000B17217F, 0x00000000058B90C0, 0x0000000002C5C860, 0x000000000162E430, 0x0000000000B17218,
};

int64_t sim_fx_log2(uint64_t x)
{
    int zeros = __builtin_clzll(x);
    uint64_t mantissa = x << zeros; /* 1.0 … 2.0, point after the first bit */
    int64_t result = 0;

    /* Squaring doubles the logarithm: its bits come out one by one. */
    for (int bit = 0; bit < FRACTION_BITS; bit++) {
        unsigned __int128 square = (unsigned __int128)mantissa * mantissa;
        bool carry = (square >> 127) != 0;

        mantissa = (uint64_t)(square >> (carry ? 64 : 63));
        result = result * 2 + (carry ? 1 : 0);
    }
    return result - (int64_t)(zeros + 1) * SIM_FX_ONE;
}

int64_t sim_fx_scale_exp2(int64_t scale, int64_t x, int64_t limit)
{
    int64_t whole = x >> FRACTION_BITS; /* rounds down, so the fraction is positive */
    uint64_t mantissa = (uint64_t)1 << 63;
    unsigned __int128 result;

    for (int i = 0; i < FRACTION_BITS; i++) {
        if ((x >> (FRACTION_BITS - 1 - i)) & 1)
            mantissa += (uint64_t)(((unsigned __int128)mantissa * roots_of_two[i]) >> 64);
    }
    if (whole < -63 || scale == 0)
        return 0;
    if (whole > 62)
        return limit;
    result = ((unsigned __int128)(uint64_t)scale * mantissa) >> (63 - whole);
    return result > (unsigned __int128)limit ? limit : (int64_t)result;
}

/* Coefficients of AS 241 (PPND16): numerators and denominators for the middle, the near and the far tail;
 * Q23.40. */
static const int64_t middle_above[8] = {3724191978462,     146390811988507,   2167787175079987,
                                        15098156964236858, 50491722317932880, 73959497285562880,
                                        36757306577399584, 2758763656169775};
static const int64_t middle_below[8] = {1099511627776,     46523999116341,    755570105194111,
                                        5930981248059551,  23324813503842712, 43219488495609328,
                                        31587963821799896, 5746592331615081};
static const int64_t near_above[8] = {1565085654677, 5091110302380, 6343629281417, 4010851649440,
                                      1396883621175, 265840718705,  24985131793,   851621249};
static const int64_t near_below[8] = {1099511627776, 2257508067541, 1843204613414, 758407205276,
                                      162842044202,  16711110613,   602085760,     1155};
static const int64_t far_above[8] = {7320443572153, 6007495041492, 1962437534202, 326071797065,
                                     29172450895,   1366320161,    29813869,      221039};
static const int64_t far_below[8] = {1099511627776, 659522485823, 150555996265, 16355632707,
                                     865171759,     20300485,     156297,       0};

static int64_t polynomial(const int64_t coefficients[8], int64_t x)
{
    int64_t sum = coefficients[7];

    for (int i = 6; i >= 0; i--)
        sum = sim_fx_mul(sum, x) + coefficients[i];
    return sum;
}

/* Square root of a Q23.40 number, by bits. */
static int64_t square_root(int64_t x)
{
    unsigned __int128 target = (unsigned __int128)(uint64_t)x << FRACTION_BITS;
    uint64_t root = 0;

    for (int bit = 51; bit >= 0; bit--) {
        uint64_t trial = root | (uint64_t)1 << bit;

        if ((unsigned __int128)trial * trial <= target)
            root = trial;
    }
    return (int64_t)root;
}

int64_t sim_fx_normal(uint64_t u)
{
    const int64_t middle = 467292441149; /* 0.425 */
    int64_t q = (int64_t)(u >> 24) - SIM_FX_ONE / 2;
    uint64_t tail = q < 0 ? u : 0 - u;
    int64_t r, value;

    if (q >= -middle && q <= middle) {
        r = 198599287724 - sim_fx_mul(q, q); /* 0.180625 - q² */
        return sim_fx_mul(q, sim_fx_div(polynomial(middle_above, r), polynomial(middle_below, r)));
    }
    r = square_root(sim_fx_mul(-sim_fx_log2(tail == 0 ? 1 : tail), SIM_FX_LN_2)); /* sqrt(-ln of the tail) */
    if (r <= 5 * SIM_FX_ONE) {
        r -= 1759218604442; /* 1.6 */
        value = sim_fx_div(polynomial(near_above, r), polynomial(near_below, r));
    } else {
        r -= 5 * SIM_FX_ONE;
        value = sim_fx_div(polynomial(far_above, r), polynomial(far_below, r));
    }
    return q < 0 ? -value : value;
}
