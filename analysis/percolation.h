/* T7: what is left of a graph when a share of its nodes vanishes at random: decided by the graph alone, never by what became of
 * messages (decisions 13, 15). */
#ifndef AN_PERCOLATION_H
#define AN_PERCOLATION_H

#include <stdint.h>

struct an_percolation {
    uint32_t nodes, links;
    const uint32_t *ends; /* 2 · links numbers of nodes */
};

/* The mean, over `draws` random choices of as many survivors, of their share in the greatest component: ppm. The choices depend on
 * nothing but their number. 1,000,000 if nobody survives: no survivor is cut off. */
int64_t an_percolation_share(const struct an_percolation *graph, uint32_t survivors, uint32_t draws);

#endif
