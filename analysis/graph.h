/* A mesh at one instant as a graph: measures, layout for pictures, GraphML. Made with igraph; nothing here is
 * random. */
#ifndef AN_GRAPH_H
#define AN_GRAPH_H

#include "analysis/names.h"
#include "analysis/topology.h"

struct an_graph;

struct an_graph *an_graph_new(uint32_t nodes);
void an_graph_link(struct an_graph *graph, uint32_t a, uint32_t b); /* each link once; no loops */
void an_graph_free(struct an_graph *graph);

/* The running peers of one mesh (AN_NONE: of all) and the links that are up at both ends. Nodes in order of
 * peers. */
struct an_graph *an_graph_of_topology(struct an_topology *t, uint32_t mesh);
uint32_t an_graph_nodes(const struct an_graph *graph);
uint32_t an_graph_links(const struct an_graph *graph);
const struct an_cast *
an_graph_cast(const struct an_graph *graph); /* NULL unless it was made from a topology */
uint32_t an_graph_peer(const struct an_graph *graph, uint32_t node); /* number in the cast */
void an_graph_ends(const struct an_graph *graph, uint32_t link, uint32_t *a, uint32_t *b); /* nodes */
uint32_t an_graph_degree(struct an_graph *graph, uint32_t node);

/* Beyond this many nodes distances are taken from AN_SOURCES nodes instead of all: the mean is then an
 * estimate and the diameter a lower bound. */
enum { AN_ALL_SOURCES = 20000, AN_SOURCES = 1000 };

/* In the unit of an_shape_unit. false where it has no value: no node, no link. Distances are those of pairs
 * that are connected, the diameter that of the component with the longest one. */
bool an_graph_measure(struct an_graph *graph, enum an_shape shape, int64_t *value);
uint32_t an_graph_components(struct an_graph *graph);
void an_graph_degrees(struct an_graph *graph, GArray *histogram); /* of uint32_t: nodes with i links */

/* x and y of each node, about the unit square; the same numbers every time on one machine. */
enum an_layout { AN_LAYOUT_FORCE, AN_LAYOUT_REGIONS };
void an_graph_layout(struct an_graph *graph, enum an_layout layout, double *x, double *y);

/* Nodes carry name, group, region and degree of their peers. */
bool an_graph_write(struct an_graph *graph, const char *file, GError **error);
/* Reads nodes and links; attributes are left alone. */
struct an_graph *an_graph_read(const char *file, GError **error);

#endif
