#include "analysis/metrics.h"
#include "analysis/plot.h"
#include "analysis/plot_text.h"
#include <math.h>

enum { SIDE = 760, TALL = 872, MOST_COLOURS = 8, MOST_DEGREE_SHOWN = 7, MOST_NAMED = 40 };

struct an_graph *an_metrics_graph(struct an_metrics *m, uint32_t mesh)
{
    return an_graph_of_topology(&m->topology, mesh);
}

/* From few neighbors (red: below the minimum) to many. */
static const char *const degree_colours[MOST_DEGREE_SHOWN + 1] = {"#d7263d", "#e8743b", "#f0b429", "#8cbf3f",
                                                                  "#2a9d6f", "#1f8ab4", "#2f5fb3", "#5b3fa0"};

static uint32_t class_of(struct an_graph *graph, const struct an_cast *cast,
                         const struct an_mesh_picture *picture, uint32_t node)
{
    if (picture->by_degree)
        return MIN(an_graph_degree(graph, node), MOST_DEGREE_SHOWN);
    return cast ? an_cast_peer(cast, an_graph_peer(graph, node))->region % MOST_COLOURS : 0;
}

static GString *node_table(struct an_graph *graph, const struct an_mesh_picture *picture, const double *x,
                           const double *y)
{
    const struct an_cast *cast = an_graph_cast(graph);
    GString *t = g_string_new("peer\tx\ty\tregion\tneighbors\tclass\n");
    for (uint32_t i = 0; i < an_graph_nodes(graph); i++) {
        const struct an_peer *peer = cast ? an_cast_peer(cast, an_graph_peer(graph, i)) : NULL;
        an_plot_cell(t, peer ? peer->name : "");
        g_string_append_printf(t, "\t%.5f\t%.5f\t%u\t%u\t%u\n", x[i], y[i], peer ? peer->region : 0,
                               an_graph_degree(graph, i), class_of(graph, cast, picture, i));
    }
    return t;
}

static GString *link_table(const struct an_graph *graph, const double *x, const double *y)
{
    GString *t = g_string_new("x\ty\tdx\tdy\n");
    for (uint32_t i = 0; i < an_graph_links(graph); i++) {
        uint32_t a, b;
        an_graph_ends(graph, i, &a, &b);
        g_string_append_printf(t, "%.5f\t%.5f\t%.5f\t%.5f\n", x[a], y[a], x[b] - x[a], y[b] - y[a]);
    }
    return t;
}

static char *class_label(const struct an_mesh_picture *picture, uint32_t class)
{
    if (picture->by_degree)
        return g_strdup_printf(class == MOST_DEGREE_SHOWN ? "%u+" : "%u", class);
    if (picture->regions && class < picture->region_count)
        return g_strdup(picture->regions[class]);
    return g_strdup_printf("region %u", class);
}

static bool class_used(struct an_graph *graph, const struct an_mesh_picture *picture, uint32_t class)
{
    for (uint32_t i = 0; i < an_graph_nodes(graph); i++)
        if (class_of(graph, an_graph_cast(graph), picture, i) == class)
            return true;
    return false;
}

/* Thin and light where there are many, so that the shape is seen and not the ink. */
static void append_plots(GString *c, struct an_graph *graph, const struct an_mesh_picture *picture,
                         const char *slug)
{
    uint32_t nodes = an_graph_nodes(graph);
    double point = CLAMP(20.0 / sqrt(nodes + 1.0), 0.24, 2.6);
    const char *veil = nodes > 1500 ? "c8" : nodes > 300 ? "a0" : "60";
    g_string_append(c, "plot ");
    if (an_graph_links(graph))
        g_string_append_printf(
            c,
            "'%s-links.tsv' using 1:2:3:4 with vectors nohead lw %.2f lc rgb '#%s5a6172' notitle, \\\n     ",
            slug, CLAMP(8.0 / sqrt(nodes + 1.0), 0.3, 1.2), veil);
    const char *separator = "";
    for (uint32_t k = 0; k < MOST_COLOURS; k++) {
        if (!class_used(graph, picture, k))
            continue;
        char *label = class_label(picture, k);
        const char *colour = picture->by_degree ? degree_colours[k] : an_plot_palette[k];
        g_string_append_printf(
            c, "%s'%s.tsv' using ($6 == %u ? $2 : NaN):3 with points pt 7 ps %.2f lc rgb '%s' notitle",
            separator, slug, k, point, colour);
        g_string_append(c, ", NaN with points pt 7 ps 1.1 lc rgb ");
        g_string_append_printf(c, "'%s' title ", colour);
        an_plot_quote(c, label);
        separator = ", \\\n     ";
        g_free(label);
    }
    if (nodes <= MOST_NAMED)
        g_string_append_printf(
            c,
            "%s'%s.tsv' using 2:3:(stringcolumn(1)) with labels offset 0,1.1 font ',10' noenhanced "
            "tc rgb '" AN_INK "' notitle",
            separator, slug);
    g_string_append(c, "\n");
}

static GString *script_of(struct an_graph *graph, const struct an_mesh_picture *picture, const char *slug)
{
    GString *script = g_string_new(NULL), *commands = g_string_new(NULL);
    an_plot_head(script, slug, picture->title, picture->subtitle);
    g_string_append(
        script, "unset border\nunset tics\nunset grid\nset size ratio -1\n"
                "set xrange [-0.03:1.03]\nset yrange [-0.03:1.03]\n"
                "set lmargin at screen 0.02\nset rmargin at screen 0.98\n"
                "set bmargin at screen 0.055\nset tmargin at screen 0.885\n"
                "set key at screen 0.5,0.012 center bottom horizontal reverse Left samplen 0.4 width 1\n");
    if (an_graph_nodes(graph) <= MOST_NAMED)
        g_string_append(script, "set xrange [-0.1:1.1]\nset yrange [-0.1:1.1]\n"); /* room for names */
    if (picture->by_degree)
        g_string_append(script,
                        "set label 3 'Neighbors:' at screen 0.02,0.026 left textcolor rgb '" AN_INK "'\n");
    append_plots(commands, graph, picture, slug);
    an_plot_outputs(script, slug, SIDE, TALL, commands->str);
    g_string_free(commands, TRUE);
    return script;
}

static bool store_all(struct an_graph *graph, const struct an_mesh_picture *picture, const char *slug,
                      const char *folder, GError **error)
{
    uint32_t nodes = an_graph_nodes(graph);
    double *x = g_new0(double, nodes + 1), *y = g_new0(double, nodes + 1);
    an_graph_layout(graph, nodes <= AN_PICTURE_FORCED ? AN_LAYOUT_FORCE : AN_LAYOUT_REGIONS, x, y);
    GString *texts[] = {node_table(graph, picture, x, y), link_table(graph, x, y),
                        script_of(graph, picture, slug)};
    char *files[] = {g_strdup_printf("%s.tsv", slug), g_strdup_printf("%s-links.tsv", slug),
                     g_strdup_printf("plots/%s.gp", slug)};
    bool ok = true;
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        ok = ok && an_plot_store(folder, files[i], texts[i], error);
        g_string_free(texts[i], TRUE);
        g_free(files[i]);
    }
    g_free(x);
    g_free(y);
    return ok;
}

bool an_mesh_picture_write(struct an_graph *graph, const struct an_mesh_picture *picture, const char *folder,
                           GError **error)
{
    char *slug = an_plot_slug(picture->name);
    char *graphml = g_strdup_printf("%s/%s.graphml", folder, slug);
    bool ok = store_all(graph, picture, slug, folder, error) && an_graph_write(graph, graphml, error) &&
              an_plot_draw(folder, slug, error);
    g_free(graphml);
    g_free(slug);
    return ok;
}
