#include "sim/dist.h"
#include "sim/fixed.h"

#define MILLION 1000000

GQuark sim_dist_error_quark(void)
{
    return g_quark_from_static_string("sim-dist-error");
}

static int64_t of_millionths(uint32_t ppm)
{
    return (int64_t)ppm * SIM_FX_ONE / MILLION;
}

/* Sums of i^-exponent, scaled so that the first is 2^42: a million of them fit. */
static void prepare_zipf(struct sim_dist *dist)
{
    uint32_t n = (uint32_t)dist->a;
    int64_t *sums = g_new(int64_t, n);
    int64_t exponent = of_millionths(dist->shape_ppm), sum = 0;

    for (uint32_t i = 0; i < n; i++) {
        int64_t logarithm = sim_fx_log2((uint64_t)i + 1) + 64 * SIM_FX_ONE;
        int64_t weight = sim_fx_scale_exp2((int64_t)1 << 42, -sim_fx_mul(exponent, logarithm), INT64_MAX);

        sum += weight > 0 ? weight : 1; /* nothing is impossible */
        sums[i] = sum;
    }
    dist->values = sums;
    dist->count = n;
}

static bool refuse(GError **error, const char *text)
{
    g_set_error_literal(error, SIM_DIST_ERROR, 0, text);
    return false;
}

bool sim_dist_prepare(struct sim_dist *dist, GError **error)
{
    if (dist->a > SIM_DIST_MAX || dist->a < -SIM_DIST_MAX || dist->b > SIM_DIST_MAX ||
        dist->b < -SIM_DIST_MAX)
        return refuse(error, "distribution: a parameter is larger than 2^61");
    switch (dist->kind) {
    case SIM_DIST_CONSTANT:
        return true;
    case SIM_DIST_UNIFORM:
        return dist->a <= dist->b ||
               refuse(error, "distribution: uniform needs a lower and a higher end, in this order");
    case SIM_DIST_EXPONENTIAL:
        return dist->a >= 0 || refuse(error, "distribution: the mean of exp is negative");
    case SIM_DIST_LOGNORMAL:
        if (dist->a < 0)
            return refuse(error, "distribution: the median of lognormal is negative");
        return dist->shape_ppm <= 10 * MILLION ||
               refuse(error, "distribution: sigma of lognormal is beyond 10");
    case SIM_DIST_WEIBULL:
        if (dist->a < 0)
            return refuse(error, "distribution: the median of weibull is negative");
        return (dist->shape_ppm >= MILLION / 20 && dist->shape_ppm <= 100 * MILLION) ||
               refuse(error, "distribution: shape of weibull is not within 0.05 and 100");
    case SIM_DIST_LIST:
        return (dist->count > 0 && dist->values) ||
               refuse(error, "distribution: the list of values is empty");
    case SIM_DIST_ZIPF:
        if (dist->a < 1 || dist->a > SIM_DIST_ZIPF_MAX)
            return refuse(error, "distribution: zipf is over 1 to 1,000,000 entries");
        if (dist->shape_ppm > 10 * MILLION)
            return refuse(error, "distribution: the exponent of zipf is beyond 10");
        prepare_zipf(dist);
        return true;
    }
    return refuse(error, "distribution: of a kind that does not exist");
}

void sim_dist_clear(struct sim_dist *dist)
{
    if (dist->kind == SIM_DIST_ZIPF)
        g_free((void *)(uintptr_t)dist->values); /* ours: prepare_zipf() made it */
    dist->values = NULL;
    dist->count = 0;
}

/* -log2(1 - u): exponential, in units of its median; Q23.40. */
static int64_t half_lives(uint64_t u)
{
    uint64_t rest = 0 - u;

    return u == 0 ? 0 : -sim_fx_log2(rest);
}

static int64_t quantile_zipf(const struct sim_dist *dist, uint64_t u)
{
    int64_t target = (int64_t)(((unsigned __int128)u * (uint64_t)dist->values[dist->count - 1]) >> 64);
    uint32_t low = 0, high = dist->count - 1;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (dist->values[middle] > target)
            high = middle;
        else
            low = middle + 1;
    }
    return (int64_t)low + 1;
}

static int64_t quantile_exponential(int64_t mean, uint64_t u)
{
    /* -ln(1 - u) with 56 bits behind the point, so that a large mean loses no digits. */
    __int128 logarithm = ((__int128)half_lives(u) * SIM_FX_LN_2) >> 24;

    return (int64_t)MIN((logarithm * mean) >> 56, (__int128)SIM_DIST_MAX);
}

int64_t sim_dist_quantile(const struct sim_dist *dist, uint64_t u)
{
    int64_t x;

    switch (dist->kind) {
    case SIM_DIST_CONSTANT:
        return dist->a;
    case SIM_DIST_UNIFORM:
        return dist->a + (int64_t)(((unsigned __int128)u * (uint64_t)(dist->b - dist->a + 1)) >> 64);
    case SIM_DIST_EXPONENTIAL:
        return quantile_exponential(dist->a, u);
    case SIM_DIST_LOGNORMAL:
        x = sim_fx_mul(sim_fx_mul(of_millionths(dist->shape_ppm), sim_fx_normal(u)), SIM_FX_LOG2_E);
        return sim_fx_scale_exp2(dist->a, x, SIM_DIST_MAX);
    case SIM_DIST_WEIBULL:
        x = half_lives(u);
        if (x == 0)
            return 0;
        x = sim_fx_log2((uint64_t)x) + 24 * SIM_FX_ONE; /* log2 of a Q23.40 number */
        x = (int64_t)((__int128)x * MILLION / dist->shape_ppm);
        return sim_fx_scale_exp2(dist->a, x, SIM_DIST_MAX);
    case SIM_DIST_LIST:
        return dist->values[((unsigned __int128)u * dist->count) >> 64];
    case SIM_DIST_ZIPF:
        return quantile_zipf(dist, u);
    }
    g_assert_not_reached();
}

int64_t sim_dist_draw(const struct sim_dist *dist, struct sim_stream *stream)
{
    return sim_dist_quantile(dist, sim_next(stream));
}
