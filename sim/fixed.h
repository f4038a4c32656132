/* Logarithm, power and the normal distribution in 64-bit fixed point: what the distributions are made of. */
#ifndef SIM_FIXED_H
#define SIM_FIXED_H

#include <stdint.h>

#define SIM_FX_ONE    ((int64_t)1 << 40) /* numbers are Q23.40 unless told otherwise */
#define SIM_FX_LOG2_E ((int64_t)1586259972792)
#define SIM_FX_LN_2   ((int64_t)762123384786)

/* log2 of x / 2^64 (x > 0): 0 or negative. Error below 2^-39. */
int64_t sim_fx_log2(uint64_t x);

/* scale · 2^x, rounded down, cut off at `limit`; x in Q23.40, scale ≥ 0. Relative error below 2^-38 before
 * the rounding. */
int64_t sim_fx_scale_exp2(int64_t scale, int64_t x, int64_t limit);

/* The standard normal value below which the share u / 2^64 lies (0 counts as 1 / 2^64). Wichura's AS 241,
 * error below 2^-32. */
int64_t sim_fx_normal(uint64_t u);

/* x · y and x / y (y > 0) of two Q23.40 numbers; the result must fit. */
static inline int64_t sim_fx_mul(int64_t x, int64_t y)
{
    return (int64_t)(((__int128)x * y) >> 40);
}

static inline int64_t sim_fx_div(int64_t x, int64_t y)
{
    return (int64_t)((__int128)x * SIM_FX_ONE / y);
}

#endif
