#include "analysis/graph.h"
#include "analysis/query.h"
#include <errno.h>
#include <igraph/igraph.h>
#include <math.h>

struct an_graph {
    igraph_t graph;
    bool built;
    uint32_t nodes;
    GArray *links; /* of uint32_t, two for each */
    GArray *peers; /* of uint32_t by node; NULL = node i is peer i */
    const struct an_cast *cast;
};

static void prepare_igraph(void)
{
    static gsize done;
    if (!g_once_init_enter(&done))
        return;
    igraph_set_error_handler(igraph_error_handler_ignore);
    igraph_set_warning_handler(igraph_warning_handler_ignore);
    igraph_set_attribute_table(&igraph_cattribute_table);
    g_once_init_leave(&done, 1);
}

struct an_graph *an_graph_new(uint32_t nodes)
{
    prepare_igraph();
    struct an_graph *g = g_new0(struct an_graph, 1);
    g->nodes = nodes;
    g->links = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    return g;
}

void an_graph_link(struct an_graph *g, uint32_t a, uint32_t b)
{
    g_assert(a < g->nodes && b < g->nodes && a != b && !g->built);
    g_array_append_val(g->links, a);
    g_array_append_val(g->links, b);
}

void an_graph_free(struct an_graph *g)
{
    if (!g)
        return;
    if (g->built)
        igraph_destroy(&g->graph);
    if (g->peers)
        g_array_free(g->peers, TRUE);
    g_array_free(g->links, TRUE);
    g_free(g);
}

struct an_graph *an_graph_of_topology(struct an_topology *t, uint32_t mesh)
{
    uint32_t count = t->peers->len;
    uint32_t *node = g_new(uint32_t, count + 1);
    GArray *peers = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    for (uint32_t i = 0; i < count; i++) {
        const struct an_presence *p = an_topology_peer(t, i);
        node[i] = peers->len;
        if (p->running && (mesh == AN_NONE || p->mesh == mesh))
            g_array_append_val(peers, i);
        else
            node[i] = AN_NONE;
    }
    struct an_graph *g = an_graph_new(peers->len);
    g->peers = peers;
    g->cast = t->cast;
    for (uint32_t i = 0; i < count; i++) {
        const struct an_presence *p = an_topology_peer(t, i);
        const struct an_end *ends = an_topology_ends(p);
        for (uint32_t k = 0; k < p->degree && node[i] != AN_NONE; k++)
            if (ends[k].mutual && i < ends[k].other && node[ends[k].other] != AN_NONE)
                an_graph_link(g, node[i], node[ends[k].other]);
    }
    g_free(node);
    return g;
}

uint32_t an_graph_nodes(const struct an_graph *g)
{
    return g->nodes;
}

uint32_t an_graph_links(const struct an_graph *g)
{
    return g->links->len / 2;
}

const struct an_cast *an_graph_cast(const struct an_graph *g)
{
    return g->cast;
}

uint32_t an_graph_peer(const struct an_graph *g, uint32_t node)
{
    return g->peers ? g_array_index(g->peers, uint32_t, node) : node;
}

void an_graph_ends(const struct an_graph *g, uint32_t link, uint32_t *a, uint32_t *b)
{
    *a = g_array_index(g->links, uint32_t, 2 * link);
    *b = g_array_index(g->links, uint32_t, 2 * link + 1);
}

/* igraph refuses only for want of memory what is asked of it here, and there GLib would have aborted before.
 */
static void must(igraph_error_t error)
{
    if (error != IGRAPH_SUCCESS)
        g_error("igraph: %s", igraph_strerror(error));
}

static const igraph_t *built(struct an_graph *g)
{
    if (g->built)
        return &g->graph;
    igraph_vector_int_t ends;
    must(igraph_vector_int_init(&ends, (igraph_integer_t)g->links->len));
    for (uint32_t i = 0; i < g->links->len; i++)
        VECTOR(ends)[i] = (igraph_integer_t)g_array_index(g->links, uint32_t, i);
    must(igraph_create(&g->graph, &ends, (igraph_integer_t)g->nodes, IGRAPH_UNDIRECTED));
    igraph_vector_int_destroy(&ends);
    g->built = true;
    return &g->graph;
}

uint32_t an_graph_degree(struct an_graph *g, uint32_t node)
{
    igraph_integer_t degree;
    must(igraph_degree_1(built(g), &degree, (igraph_integer_t)node, IGRAPH_ALL, IGRAPH_LOOPS));
    return (uint32_t)degree;
}

void an_graph_degrees(struct an_graph *g, GArray *histogram)
{
    for (uint32_t i = 0; i < g->nodes; i++) {
        uint32_t degree = an_graph_degree(g, i), zero = 0;
        while (degree >= histogram->len)
            g_array_append_val(histogram, zero);
        g_array_index(histogram, uint32_t, degree)++;
    }
}

uint32_t an_graph_components(struct an_graph *g)
{
    igraph_integer_t count;
    must(igraph_connected_components(built(g), NULL, NULL, &count, IGRAPH_WEAK));
    return (uint32_t)count;
}

/* --- measures
 * ----------------------------------------------------------------------------------------------------- */

static int64_t rounded(double value)
{
    return (int64_t)floor(value + 0.5);
}

/* Distances from evenly spaced nodes: see AN_ALL_SOURCES. */
static void sampled_distances(struct an_graph *g, double *mean, double *longest)
{
    double sum = 0, pairs = 0;
    igraph_matrix_t row;
    must(igraph_matrix_init(&row, 0, 0));
    *longest = 0;
    for (uint32_t i = 0; i < AN_SOURCES; i++) {
        igraph_integer_t source = (igraph_integer_t)((uint64_t)i * g->nodes / AN_SOURCES);
        must(igraph_distances(built(g), &row, igraph_vss_1(source), igraph_vss_all(), IGRAPH_ALL));
        for (igraph_integer_t k = 0; k < (igraph_integer_t)g->nodes; k++) {
            double d = MATRIX(row, 0, k);
            if (k == source || isinf(d))
                continue;
            sum += d;
            pairs++;
            *longest = MAX(*longest, d);
        }
    }
    *mean = pairs > 0 ? sum / pairs : NAN;
    igraph_matrix_destroy(&row);
}

static double mean_distance(struct an_graph *g)
{
    igraph_real_t mean, longest;
    if (g->nodes > AN_ALL_SOURCES)
        sampled_distances(g, &mean, &longest);
    else
        must(igraph_average_path_length(built(g), &mean, NULL, IGRAPH_UNDIRECTED, true));
    return mean;
}

static double diameter(struct an_graph *g)
{
    igraph_real_t mean, longest;
    if (g->nodes > AN_ALL_SOURCES)
        sampled_distances(g, &mean, &longest);
    else
        must(igraph_diameter(built(g), &longest, NULL, NULL, NULL, NULL, IGRAPH_UNDIRECTED, true));
    return longest;
}

static double articulation_points(struct an_graph *g)
{
    igraph_vector_int_t points;
    must(igraph_vector_int_init(&points, 0));
    must(igraph_articulation_points(built(g), &points));
    double count = (double)igraph_vector_int_size(&points);
    igraph_vector_int_destroy(&points);
    return count;
}

static double clustering(struct an_graph *g, bool global)
{
    igraph_real_t value;
    if (global)
        must(igraph_transitivity_undirected(built(g), &value, IGRAPH_TRANSITIVITY_NAN));
    else
        must(igraph_transitivity_avglocal_undirected(built(g), &value, IGRAPH_TRANSITIVITY_NAN));
    return value;
}

static double region_share(const struct an_graph *g)
{
    uint32_t links = an_graph_links(g), within = 0, a, b;
    if (!g->cast || links == 0)
        return NAN;
    for (uint32_t i = 0; i < links; i++) {
        an_graph_ends(g, i, &a, &b);
        within += an_cast_peer(g->cast, an_graph_peer(g, a))->region ==
                  an_cast_peer(g->cast, an_graph_peer(g, b))->region;
    }
    return (double)within / links;
}

bool an_graph_measure(struct an_graph *g, enum an_shape shape, int64_t *value)
{
    double result = NAN;
    if (g->nodes == 0)
        return false;
    switch (shape) {
    case AN_SHAPE_DIAMETER:
        result = diameter(g);
        break;
    case AN_SHAPE_MEAN_DISTANCE:
        result = mean_distance(g) * 1e6;
        break;
    case AN_SHAPE_CLUSTERING:
    case AN_SHAPE_TRANSITIVITY:
        result = clustering(g, shape == AN_SHAPE_TRANSITIVITY) * 1e6;
        break;
    case AN_SHAPE_ARTICULATION_POINTS:
        result = articulation_points(g);
        break;
    case AN_SHAPE_MEAN_DEGREE:
        result = 2e6 * an_graph_links(g) / g->nodes;
        break;
    case AN_SHAPE_REGION_SHARE:
        result = region_share(g) * 1e6;
        break;
    case AN_SHAPE_COUNT:
    default:
        g_assert_not_reached();
    }
    if (isnan(result) || isinf(result))
        return false;
    *value = rounded(result);
    return true;
}

/* --- layout
 * ------------------------------------------------------------------------------------------------------- */

/* Golden angle: neighbors in number are far apart, and the disc fills evenly. */
static void sunflower(uint32_t i, uint32_t of, double *x, double *y)
{
    double radius = sqrt((i + 0.5) / of), angle = 2.399963229728653 * i;
    *x = radius * cos(angle);
    *y = radius * sin(angle);
}

static void region_layout(const struct an_graph *g, double *x, double *y)
{
    enum { MOST_REGIONS = UINT16_MAX + 1 };
    uint32_t *in = g_new0(uint32_t, MOST_REGIONS), *seen = g_new0(uint32_t, MOST_REGIONS);
    uint32_t *place = g_new0(uint32_t, MOST_REGIONS), regions = 0;
    for (uint32_t i = 0; i < g->nodes; i++)
        in[g->cast ? an_cast_peer(g->cast, an_graph_peer(g, i))->region : 0]++;
    for (uint32_t r = 0; r < MOST_REGIONS; r++)
        if (in[r])
            place[r] = regions++;
    for (uint32_t i = 0; i < g->nodes; i++) {
        uint32_t r = g->cast ? an_cast_peer(g->cast, an_graph_peer(g, i))->region : 0;
        double angle = 2 * G_PI * place[r] / regions, disc = 0.9 * sqrt((double)in[r] / g->nodes);
        double dx, dy;
        sunflower(seen[r]++, in[r], &dx, &dy);
        x[i] = (regions > 1 ? cos(angle) : 0) + disc * dx;
        y[i] = (regions > 1 ? sin(angle) : 0) + disc * dy;
    }
    g_free(in);
    g_free(seen);
    g_free(place);
}

/* Fruchterman and Reingold from a fixed start. igraph draws random numbers only to part nodes that lie on one
 * another; its generator is seeded all the same. */
static void force_layout(struct an_graph *g, double *x, double *y)
{
    igraph_matrix_t positions;
    must(igraph_rng_seed(igraph_rng_default(), 20071119));
    must(igraph_matrix_init(&positions, (igraph_integer_t)g->nodes, 2));
    double spread = sqrt(g->nodes);
    for (uint32_t i = 0; i < g->nodes; i++) {
        double sx, sy;
        sunflower(i, g->nodes, &sx, &sy);
        MATRIX(positions, i, 0) = sx * spread;
        MATRIX(positions, i, 1) = sy * spread;
    }
    igraph_integer_t rounds = g->nodes <= 1000 ? 800 : 300;
    must(igraph_layout_fruchterman_reingold(built(g), &positions, true, rounds, spread,
                                            g->nodes <= 3000 ? IGRAPH_LAYOUT_NOGRID : IGRAPH_LAYOUT_GRID,
                                            NULL, NULL, NULL, NULL, NULL));
    for (uint32_t i = 0; i < g->nodes; i++) {
        x[i] = MATRIX(positions, i, 0);
        y[i] = MATRIX(positions, i, 1);
    }
    igraph_matrix_destroy(&positions);
}

static void to_unit_square(double *values, uint32_t count, double low, double span)
{
    for (uint32_t i = 0; i < count; i++)
        values[i] = span > 0 ? (values[i] - low) / span : 0.5;
}

void an_graph_layout(struct an_graph *g, enum an_layout layout, double *x, double *y)
{
    if (g->nodes == 0)
        return;
    if (layout == AN_LAYOUT_REGIONS)
        region_layout(g, x, y);
    else
        force_layout(g, x, y);
    double left = x[0], right = x[0], bottom = y[0], top = y[0];
    for (uint32_t i = 0; i < g->nodes; i++) {
        left = MIN(left, x[i]);
        right = MAX(right, x[i]);
        bottom = MIN(bottom, y[i]);
        top = MAX(top, y[i]);
    }
    double span = MAX(right - left, top - bottom); /* both axes by the same factor */
    to_unit_square(x, g->nodes, (left + right - span) / 2, span);
    to_unit_square(y, g->nodes, (bottom + top - span) / 2, span);
}

/* --- GraphML
 * ------------------------------------------------------------------------------------------------------ */

static bool file_error(GError **error, const char *file, const char *what, const char *why)
{
    g_set_error(error, AN_ERROR, AN_ERROR_BAD, "%s: cannot be %s: %s", file, what, why);
    return false;
}

static void set_attributes(struct an_graph *g)
{
    igraph_t *graph = &g->graph;
    for (uint32_t i = 0; i < g->nodes; i++) {
        igraph_integer_t node = (igraph_integer_t)i;
        const struct an_peer *peer = an_cast_peer(g->cast, an_graph_peer(g, i));
        must(igraph_cattribute_VAS_set(graph, "name", node, peer->name));
        must(
            igraph_cattribute_VAS_set(graph, "group", node, g_ptr_array_index(g->cast->groups, peer->group)));
        must(igraph_cattribute_VAN_set(graph, "region", node, peer->region));
        must(igraph_cattribute_VAN_set(graph, "degree", node, an_graph_degree(g, i)));
    }
}

bool an_graph_write(struct an_graph *g, const char *file, GError **error)
{
    built(g);
    if (g->cast)
        set_attributes(g);
    FILE *stream = fopen(file, "w");
    if (!stream)
        return file_error(error, file, "written", g_strerror(errno));
    igraph_error_t failed = igraph_write_graph_graphml(&g->graph, stream, true);
    int full = ferror(stream);
    errno = 0;
    if (fclose(stream) != 0 || failed != IGRAPH_SUCCESS || full)
        return file_error(error, file, "written", errno ? g_strerror(errno) : "the disk may be full");
    return true;
}

struct an_graph *an_graph_read(const char *file, GError **error)
{
    prepare_igraph();
    FILE *stream = fopen(file, "r");
    if (!stream) {
        file_error(error, file, "read", g_strerror(errno));
        return NULL;
    }
    igraph_t graph;
    igraph_error_t failed = igraph_read_graph_graphml(&graph, stream, 0);
    fclose(stream);
    if (failed != IGRAPH_SUCCESS) {
        file_error(error, file, "read", "it is not GraphML");
        return NULL;
    }
    struct an_graph *g = an_graph_new((uint32_t)igraph_vcount(&graph));
    for (igraph_integer_t i = 0; i < igraph_ecount(&graph); i++)
        if (IGRAPH_FROM(&graph, i) != IGRAPH_TO(&graph, i))
            an_graph_link(g, (uint32_t)IGRAPH_FROM(&graph, i), (uint32_t)IGRAPH_TO(&graph, i));
    igraph_destroy(&graph);
    return g;
}
