/* Integer distributions: inverse functions of the distribution in fixed point, no libm, equal on every
 * machine. Values are whole numbers in whatever unit the parameters have (ns, octets, bit/s). */
#ifndef SIM_DIST_H
#define SIM_DIST_H

#include "sim/random.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum sim_dist_kind {
    SIM_DIST_CONSTANT,    /* a */
    SIM_DIST_UNIFORM,     /* a … b, both included */
    SIM_DIST_EXPONENTIAL, /* mean a */
    SIM_DIST_LOGNORMAL,   /* median a, sigma of the logarithm shape_ppm */
    SIM_DIST_WEIBULL,     /* median a, shape shape_ppm */
    SIM_DIST_LIST,        /* one of values[count], each as likely: "any of …" and "file …" */
    SIM_DIST_ZIPF, /* 1 … a with weight i^-exponent, exponent shape_ppm; values[count] is its table */
};

#define SIM_DIST_ZIPF_MAX 1000000          /* largest n of a Zipf distribution */
#define SIM_DIST_MAX      (INT64_MAX >> 2) /* largest parameter; draws are cut off there, too */

struct sim_dist {
    enum sim_dist_kind kind;
    uint32_t shape_ppm; /* millionths */
    int64_t a, b;
    const int64_t *values; /* borrowed, except for SIM_DIST_ZIPF */
    uint32_t count;
};

/* Checks the parameters (GError says which is wrong and why) and computes the table of a Zipf distribution:
 * then values is owned, until sim_dist_clear(). To be called before the first draw. */
bool sim_dist_prepare(struct sim_dist *dist, GError **error);
void sim_dist_clear(struct sim_dist *dist);

/* Takes exactly one draw (sim_next) from the stream: sim_dist_quantile() of it. Uniform draws and lists are
 * therefore biased by at most (number of values) / 2^64. */
int64_t sim_dist_draw(const struct sim_dist *dist, struct sim_stream *stream);

/* The value below which the share u / 2^64 of all draws lies. */
int64_t sim_dist_quantile(const struct sim_dist *dist, uint64_t u);

#define SIM_DIST_ERROR (sim_dist_error_quark())
GQuark sim_dist_error_quark(void);

#endif
