/* Graphs for theory, made here and nowhere else. Free with g_free. */
#ifndef TEST_THEORY_GRAPHS_H
#define TEST_THEORY_GRAPHS_H

#include "tests/unit/theory/rig.h"

/* Each node has exactly k neighbours (n·k even): pairing of stubs, repeated until there is no loop and no double link. */
struct rig_edge *graph_regular(uint32_t n, uint32_t k, uint64_t seed, size_t *count);

/* The idealised Peer Channel mesh: each joiner links to 2 random members with less than 7 links; in the end those with less than
 * 3 top up. */
struct rig_edge *graph_grown(uint32_t n, uint64_t seed, size_t *count);

#endif
