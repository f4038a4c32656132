/* A network profile from a capture: how far hosts are apart, how that varies, what their lines carry, how long they think. */
#ifndef AN_CALIBRATE_H
#define AN_CALIBRATE_H

#include "analysis/capture.h"

struct an_calibrate_options {
    /* A capture of the simulator's: packets are recorded when they leave, acknowledgements when data has come, so that each
     * acknowledged packet gives a one-way delay. Otherwise only handshakes are believed (who acknowledges data may wait with
     * it), half a round trip is one way, and lines are not measured. */
    bool simulated;
    const char *addresses; /* addresses.tsv of a run folder, for names; NULL: none */
};

/* A number with the interval that holds it (90 %; of a least value: from below). */
struct an_estimate {
    double value, low, high;
    uint32_t count; /* measurements behind it; 0: not measured */
};

struct an_pair_delay { /* one way, ns, without jitter */
    struct an_endpoint ends[2]; /* ports are 0 */
    struct an_estimate base;
};

struct an_line_rate { /* what a host sends at most, bit/s */
    struct an_endpoint host;
    struct an_estimate up;
};

struct an_calibration {
    GArray *pairs;  /* of struct an_pair_delay, in order of their first packets */
    GArray *lines;  /* of struct an_line_rate, likewise; hosts whose line was never busy are not there */
    GArray *jitter; /* of double: ns above the pair's base, sorted */
    struct an_estimate jitter_mean;
    double drift; /* Kolmogorov and Smirnov: jitter of the first half of the capture against the second, 0 … 1 */
    GArray *relay, *welcome; /* of double, ns, sorted: from a flood's arrival to its copies, from a Connect to its Welcome */
    uint64_t packets;
};

/* NULL with an error that begins with the path. */
struct an_calibration *an_calibrate(const char *path, const struct an_calibrate_options *options, GError **error);
void an_calibration_free(struct an_calibration *calibration); /* NULL is allowed */

#endif
