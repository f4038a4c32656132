/* Two sides laid beside each other: is the difference small enough? An equivalence test for each variable, and what was said
 * on the connections that both have. */
#ifndef AN_COMPARE_H
#define AN_COMPARE_H

#include "analysis/side.h"

/* AN_STAT_EACH: as many observations on both sides, and in ascending order each is as far from its counterpart as allowed, or nearer: for
 * runs that are to be the same, not alike. It needs no interval, and replaces what other statistics ask of the variable.
 * AN_STAT_NONE: the variable is not compared. */
enum an_statistic { AN_STAT_MEAN, AN_STAT_P50, AN_STAT_P90, AN_STAT_EACH, AN_STAT_NONE, AN_STATISTICS };
const char *an_statistic_name(enum an_statistic statistic);

/* How far B's statistic may be from A's: the greater of `relative` of A's and `absolute`. */
struct an_tolerance {
    char *variable; /* a name, or its beginning and "*" */
    enum an_statistic statistic;
    double relative, absolute; /* absolute: as it is shown, see an_unit_shown() */
};

/* People read times in ms and shares in %: what one of it is in the unit of a variable's values, and its name (NULL: not asked). */
double an_unit_shown(enum an_unit unit, const char **name);

/* A table: variable, statistic, relative, absolute; tabs between them, # begins a comment. Of struct an_tolerance; `path` NULL:
 * the built-in ones; several paths with commas between them: one behind the other. NULL with an error "file:line: …". Times are in ms there, shares in %. */
GPtrArray *an_tolerances_read(const char *path, GError **error);

enum an_verdict {
    AN_EQUIVALENT, /* the interval of the difference lies within the tolerance, or all observations are the same */
    AN_DIFFERENT,  /* it lies outside of it */
    AN_UNDECIDED,  /* it lies across: more runs or messages would tell */
    AN_TOO_FEW,    /* not judged: under AN_LEAST_CLUSTERS on a side */
    AN_NOTHING,    /* not judged: neither side has any */
};
const char *an_verdict_name(enum an_verdict verdict);

#define AN_LEAST_CLUSTERS 3u
#define AN_RESAMPLES      1000u /* of the bootstrap, by clusters; the interval holds 90 %: two one-sided tests of 5 % */

struct an_comparison {
    const struct an_variable *a, *b;
    enum an_statistic statistic;
    double value_a, value_b;
    double low, high;   /* of B − A; AN_STAT_EACH: the least and the greatest of the differences */
    double tolerance;   /* in the variable's unit */
    double effect;      /* Cliff's delta: P(B > A) − P(B < A), −1 … 1 */
    double distance;    /* Kolmogorov and Smirnov: greatest distance of the distributions, 0 … 1 */
    enum an_verdict verdict;
};

/* Of struct an_comparison, one for each tolerance that names a variable; the sides must outlive it. */
GArray *an_compare(const struct an_side *a, const struct an_side *b, const GPtrArray *tolerances);

/* What was said on connections between the same two, in the order of their beginnings. */
struct an_talk_comparison {
    uint32_t common, only_a, only_b, different;
    char *first; /* the first difference, a sentence; NULL: none */
};
/* Is that too much? Connections that both have must say the same, unless a line "connections" of the tolerances counts all that
 * differ or that one side alone has (each, absolute: so many may), or none of them. */
bool an_talks_differ(const struct an_talk_comparison *talks, const GPtrArray *tolerances);
struct an_talk_comparison an_compare_talks(const struct an_side *a, const struct an_side *b); /* free .first */

/* FOLDER/NAME.tsv and FOLDER/plots/NAME.{gp,svg,png}: both distributions of each variable that was compared. */
bool an_compare_plots(const GArray *comparisons, const char *folder, const char *name_a, const char *name_b, GError **error);

#endif
