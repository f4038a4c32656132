/* Distributions as scripts write them ("uniform 3ms..12ms", "lognormal 60B sigma 0.8"): text to plain data.
 * The engine turns the data into sim_dist. scenario-api, 3. */
#ifndef SCN_DIST_TEXT_H
#define SCN_DIST_TEXT_H

#include "scenarios/engine/quantity.h"

enum scn_dist_kind {
    SCN_DIST_CONSTANT,    /* a */
    SCN_DIST_UNIFORM,     /* a … b, both included */
    SCN_DIST_EXPONENTIAL, /* mean a */
    SCN_DIST_LOGNORMAL,   /* median a, sigma of the logarithm shape_ppm */
    SCN_DIST_WEIBULL,     /* median a, shape shape_ppm */
    SCN_DIST_ANY,         /* one of list[count], each as likely */
    SCN_DIST_ZIPF,        /* 1 … a with weight i^-exponent, exponent shape_ppm */
    SCN_DIST_POISSON,     /* arrivals at rate a (nHz): the gaps are exponential with mean 10^18 / a ns */
    SCN_DIST_FILE, /* one of list[count], read from `file`, each as likely; "file" is also a trace of arrivals
                    */
};

enum { SCN_DIST_MOST_VALUES = 1 << 20, SCN_DIST_MOST_OCTETS = 64 << 20 };

struct scn_dist {
    enum scn_dist_kind kind;
    enum scn_kind unit; /* of the values drawn; SCN_RATE for Poisson, SCN_COUNT for Zipf */
    uint32_t shape_ppm;
    int64_t a, b;
    int64_t *list; /* owned */
    uint32_t count;
    char *file;   /* as written, owned; else NULL */
    char *digest; /* SHA-256 of the file's contents, owned; else NULL */
    char *text;   /* as plan and keys show it, owned */
};

/* Where "file NAME" is looked for; NULL: files are refused. */
struct scn_dist_source {
    const char *directory;
};

/* Does the text look like a distribution (begins with one of their names), right or wrong? */
bool scn_dist_is_text(const char *text);

/* Reads a distribution, or a quantity (then SCN_DIST_CONSTANT). → new, or NULL and a sentence without
 * position. */
struct scn_dist *scn_dist_parse(const char *text, const struct scn_dist_source *source, GError **error);
struct scn_dist *scn_dist_constant(struct scn_quantity quantity);
void scn_dist_free(struct scn_dist *dist);

#endif
