#include "analysis/report.h"
#include "analysis/plot.h"
#include "analysis/trace.h"

static char *inside(const char *folder, const char *file)
{
    return g_build_filename(folder, file, NULL);
}

static bool exists(const char *folder, const char *file)
{
    char *path = inside(folder, file);
    bool is = g_file_test(path, G_FILE_TEST_EXISTS);
    g_free(path);
    return is;
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names of the scripts in plots/, in order. */
static GPtrArray *scripts(const char *folder)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    char *plots = inside(folder, "plots");
    GDir *dir = g_dir_open(plots, 0, NULL);
    for (const char *file; dir && (file = g_dir_read_name(dir));)
        if (g_str_has_suffix(file, ".gp"))
            g_ptr_array_add(names, g_strndup(file, strlen(file) - 3));
    if (dir)
        g_dir_close(dir);
    g_free(plots);
    g_ptr_array_sort(names, by_name);
    return names;
}

static bool lacks(const char *folder, const char *name)
{
    char *script = g_strdup_printf("plots/%s.gp", name);
    bool lacking = !exists(folder, script);
    g_free(script);
    return lacking;
}

/* --- what every run has
 * ------------------------------------------------------------------------------------------- */

static void feed(void *metrics, const struct an_event *event)
{
    an_metrics_event(metrics, event);
}

static bool deliveries_plot(const char *folder, struct an_metrics *m, int query, bool sampled, GError **error)
{
    if (!lacks(folder, "deliveries"))
        return true;
    struct an_plot *plot = an_plot_new(AN_PLOT_TIME, "deliveries", "Deliveries over time",
                                       sampled ? "of the messages that the trace holds" : NULL);
    an_plot_axes(plot, NULL, "Deliveries per second");
    bool ok = an_plot_time(plot, "deliveries", AN_SERIES_PLAIN, m, query, AN_GROUP_COUNT, error) &&
              an_plot_write(plot, folder, error);
    an_plot_free(plot);
    return ok;
}

static bool neighbors_plot(const char *folder, struct an_graph *graph, GError **error)
{
    if (!lacks(folder, "neighbors") || an_graph_nodes(graph) == 0)
        return true;
    GArray *histogram = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    an_graph_degrees(graph, histogram);
    struct an_plot *plot =
        an_plot_new(AN_PLOT_HISTOGRAM, "neighbors", "Neighbors of each peer", "at the end of the run");
    an_plot_axes(plot, "Neighbors", "Peers");
    an_plot_units(plot, AN_UNIT_COUNT, AN_UNIT_SHARE);
    an_plot_series(plot, "peers", AN_SERIES_PLAIN);
    for (uint32_t i = 0; i < histogram->len; i++)
        an_plot_point(plot, i, 1e6 * g_array_index(histogram, uint32_t, i) / an_graph_nodes(graph));
    bool ok = an_plot_write(plot, folder, error);
    an_plot_free(plot);
    g_array_free(histogram, TRUE);
    return ok;
}

static bool mesh_plot(const char *folder, struct an_graph *graph, GError **error)
{
    if (!lacks(folder, "mesh") || an_graph_nodes(graph) == 0)
        return true;
    struct an_mesh_picture picture = {
        .name = "mesh", .title = "The mesh", .subtitle = "at the end of the run", .by_degree = true};
    return an_mesh_picture_write(graph, &picture, folder, error);
}

static bool plots_of_trace(const char *folder, struct an_trace_file *trace, GError **error)
{
    struct an_metrics *m = an_metrics_new(an_trace_cast(trace));
    struct an_query_spec spec = AN_QUERY_SPEC_INIT(AN_LATENCY);
    spec.begin = AN_MOMENT_START;
    spec.per = AN_PER_SECOND;
    int deliveries = an_query_add(m, &spec, NULL);
    struct an_listener listener = {feed, m};
    int64_t end = 0;
    bool ok = an_trace_read(trace, &listener, &end, error);
    if (ok) {
        struct an_graph *graph = an_metrics_graph(m, AN_NONE);
        an_metrics_finish(m, end);
        ok = deliveries_plot(folder, m, deliveries, !an_trace_is_full(trace), error) &&
             neighbors_plot(folder, graph, error) && mesh_plot(folder, graph, error);
        an_graph_free(graph);
    }
    an_metrics_free(m);
    return ok;
}

static bool missing_plots(const char *folder, GError **error)
{
    if (!exists(folder, "trace.bin") ||
        (!lacks(folder, "deliveries") && !lacks(folder, "neighbors") && !lacks(folder, "mesh")))
        return true;
    char *path = inside(folder, "trace.bin");
    struct an_trace_file *trace = an_trace_open(path, error);
    bool ok = trace && plots_of_trace(folder, trace, error);
    an_trace_free(trace);
    g_free(path);
    return ok;
}

int an_report(const char *folder, GError **error)
{
    GPtrArray *before = scripts(folder);
    bool ok = true;
    if (before->len == 0 && !exists(folder, "run.json")) {
        g_set_error(error, AN_ERROR, AN_ERROR_BAD,
                    "%s: this is no folder of a run that ended: it has neither run.json nor plots", folder);
        ok = false;
    }
    for (uint32_t i = 0; ok && i < before->len; i++)
        ok = an_plot_draw(folder, g_ptr_array_index(before, i), error);
    ok = ok && missing_plots(folder, error);
    g_ptr_array_free(before, TRUE);
    if (!ok)
        return -1;
    GPtrArray *after = scripts(folder);
    int drawn = (int)after->len;
    g_ptr_array_free(after, TRUE);
    return drawn;
}
