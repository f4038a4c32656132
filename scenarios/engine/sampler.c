/* Distributions of the plan as draws of the simulator. */
#include "scenarios/engine/run.h"

#include "sim/dist.h"

#include <string.h>

struct scn_sampler {
    struct sim_dist dist;
    struct sim_stream stream;
};

static void prepare(const struct scn_dist *dist, struct sim_dist *out)
{
    static const enum sim_dist_kind kinds[] = {
        [SCN_DIST_CONSTANT] = SIM_DIST_CONSTANT,       [SCN_DIST_UNIFORM] = SIM_DIST_UNIFORM,
        [SCN_DIST_EXPONENTIAL] = SIM_DIST_EXPONENTIAL, [SCN_DIST_LOGNORMAL] = SIM_DIST_LOGNORMAL,
        [SCN_DIST_WEIBULL] = SIM_DIST_WEIBULL,         [SCN_DIST_ANY] = SIM_DIST_LIST,
        [SCN_DIST_ZIPF] = SIM_DIST_ZIPF,               [SCN_DIST_POISSON] = SIM_DIST_EXPONENTIAL,
        [SCN_DIST_FILE] = SIM_DIST_LIST};
    *out = (struct sim_dist){.kind = kinds[dist->kind],
                             .shape_ppm = dist->shape_ppm,
                             .a = dist->a,
                             .b = dist->b,
                             .values = dist->list,
                             .count = dist->count};
    if (dist->kind == SCN_DIST_POISSON || (dist->kind == SCN_DIST_CONSTANT && dist->unit == SCN_RATE))
        out->a = (int64_t)(((__int128)SCN_SECOND * SCN_RATE_SECOND) / (dist->a > 0 ? dist->a : 1)); /* the gap */
    GError *error = NULL;
    if (!sim_dist_prepare(out, &error)) /* checked when the script was read */
        g_error("%s: %s", dist->text, error->message);
}

static void clear(struct sim_dist *dist)
{
    if (dist->kind == SIM_DIST_ZIPF)
        sim_dist_clear(dist);
}

struct sim_dist *scn_sampler_dist(const struct scn_dist *dist)
{
    struct sim_dist *out = g_new0(struct sim_dist, 1);
    prepare(dist, out);
    return out;
}

void scn_sampler_dist_free(struct sim_dist *dist)
{
    clear(dist);
    g_free(dist);
}

struct scn_sampler *scn_sampler_new(const struct scn_run *run, const struct scn_dist *dist, const char *what, uint64_t key)
{
    struct scn_sampler *sampler = g_new0(struct scn_sampler, 1);
    prepare(dist, &sampler->dist);
    sim_stream_init(&sampler->stream, scn_run_plan(run)->seed, sim_purpose_text(what, strlen(what)), key, 0);
    return sampler;
}

int64_t scn_sampler_next(struct scn_sampler *sampler)
{
    return sim_dist_draw(&sampler->dist, &sampler->stream);
}

void scn_sampler_free(struct scn_sampler *sampler)
{
    if (!sampler)
        return;
    clear(&sampler->dist);
    g_free(sampler);
}
