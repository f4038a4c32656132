#include "analysis/graph.h"
#include "analysis/plot.h"
#include "analysis/report.h"
#include "analysis/trace.h"
#include "tests/unit/analysis/feed.h"
#include <glib/gstdio.h>

static struct an_graph *graph_of(uint32_t nodes, const uint32_t (*links)[2], size_t count)
{
    struct an_graph *graph = an_graph_new(nodes);
    for (size_t i = 0; i < count; i++)
        an_graph_link(graph, links[i][0], links[i][1]);
    return graph;
}

static void expect(struct an_graph *graph, const char *shape, int64_t value)
{
    enum an_shape which;
    int64_t found = -1;
    cr_assert(an_shape_find(shape, &which));
    cr_assert(an_graph_measure(graph, which, &found), "%s has no value", shape);
    cr_assert_eq(found, value, "%s: %" PRId64 ", expected %" PRId64, shape, found, value);
}

/* A triangle 0 1 2 with a tail 2-3-4, and 5 alone. */
Test(graph, measures_of_a_kite_computed_by_hand)
{
    static const uint32_t links[][2] = {{0, 1}, {1, 2}, {0, 2}, {2, 3}, {3, 4}};
    struct an_graph *graph = graph_of(6, links, G_N_ELEMENTS(links));
    expect(graph, "diameter", 3);
    /* pairs: 01 02 12 23 34 at 1; 03 13 24 at 2; 04 14 at 3: 17 over 10 */
    expect(graph, "mean distance", 1700000);
    expect(graph, "articulation points", 2);
    expect(graph, "mean degree", 1666667);
    /* local: 0 and 1: 1; 2: one of three pairs; 3: none. One triangle of 1 + 1 + 3 + 1 pairs, counted three
     * times */
    expect(graph, "clustering", 583333);
    expect(graph, "transitivity", 500000);
    cr_assert_eq(an_graph_components(graph), 2);
    GArray *degrees = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    an_graph_degrees(graph, degrees);
    static const uint32_t expected[] = {1, 1, 3, 1};
    cr_assert_eq(degrees->len, 4);
    cr_assert_arr_eq(degrees->data, expected, sizeof expected);
    g_array_free(degrees, TRUE);
    int64_t value;
    cr_assert_not(an_graph_measure(graph, AN_SHAPE_REGION_SHARE, &value), "nodes of no cast have no region");
    an_graph_free(graph);
}

Test(graph, without_nodes_has_no_measures)
{
    struct an_graph *graph = an_graph_new(0);
    int64_t value;
    for (unsigned i = 0; i < AN_SHAPE_COUNT; i++)
        cr_assert_not(an_graph_measure(graph, (enum an_shape)i, &value), "%s",
                      an_shape_name((enum an_shape)i));
    an_graph_free(graph);
}

Test(graph, layouts_are_the_same_every_time_and_within_the_square)
{
    struct feed *feed = feed_new(120);
    feed_random_mesh(feed, 100, 9);
    double x[2][120], y[2][120];
    for (int layout = 0; layout < 2; layout++) {
        for (int round = 0; round < 2; round++) {
            struct an_metrics *m = an_metrics_new(feed->cast);
            feed_sort(feed);
            for (uint32_t i = 0; i < feed->events->len; i++)
                an_metrics_event(m, &g_array_index(feed->events, struct an_event, i));
            struct an_graph *graph = an_metrics_graph(m, AN_NONE);
            cr_assert_eq(an_graph_nodes(graph), 120);
            an_graph_layout(graph, (enum an_layout)layout, x[round], y[round]);
            an_graph_free(graph);
            an_metrics_free(m);
        }
        cr_assert_arr_eq(x[0], x[1], sizeof x[0]);
        cr_assert_arr_eq(y[0], y[1], sizeof y[0]);
        for (int i = 0; i < 120; i++)
            cr_assert(x[0][i] >= 0 && x[0][i] <= 1 && y[0][i] >= 0 && y[0][i] <= 1);
    }
    feed_free(feed);
}

static char *scratch_folder(void)
{
    GError *error = NULL;
    char *folder = g_dir_make_tmp("peermesh-plots-XXXXXX", &error);
    cr_assert(folder, "%s", error ? error->message : "");
    return folder;
}

static void remove_folder(const char *folder)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    for (const char *name; dir && (name = g_dir_read_name(dir));) {
        char *path = g_build_filename(folder, name, NULL);
        if (g_file_test(path, G_FILE_TEST_IS_DIR))
            remove_folder(path);
        else
            g_unlink(path);
        g_free(path);
    }
    if (dir)
        g_dir_close(dir);
    g_rmdir(folder);
}

static bool has(const char *folder, const char *file)
{
    char *path = g_build_filename(folder, file, NULL);
    GStatBuf status;
    bool is = g_stat(path, &status) == 0 && status.st_size > 0;
    g_free(path);
    return is;
}

Test(graph, written_as_graphml_reads_back)
{
    char *folder = scratch_folder(), *file = g_build_filename(folder, "m.graphml", NULL);
    static const uint32_t links[][2] = {{0, 1}, {1, 2}, {0, 3}};
    struct an_graph *graph = graph_of(5, links, G_N_ELEMENTS(links));
    GError *error = NULL;
    cr_assert(an_graph_write(graph, file, &error), "%s", error ? error->message : "");
    struct an_graph *again = an_graph_read(file, &error);
    cr_assert(again, "%s", error ? error->message : "");
    cr_assert_eq(an_graph_nodes(again), 5);
    cr_assert_eq(an_graph_links(again), 3);
    cr_assert(g_file_set_contents(file, "<graphml><oops", -1, NULL));
    cr_assert_null(an_graph_read(file, &error));
    cr_assert(g_str_has_prefix(error->message, file), "%s", error->message);
    g_clear_error(&error);
    cr_assert_not(an_graph_write(graph, "/dev/full", &error));
    g_clear_error(&error);
    an_graph_free(graph);
    an_graph_free(again);
    remove_folder(folder);
    g_free(file);
    g_free(folder);
}

Test(plot, writes_table_script_and_pictures_whatever_the_labels_hold)
{
    char *folder = scratch_folder(), *table;
    struct an_plot *plot = an_plot_new(AN_PLOT_LINE, "Who `pays`? ' \" $(x)",
                                       "It's \"quoted\" `touch oops`\n{/Bold b}", "a_b^c");
    an_plot_units(plot, AN_UNIT_TIME, AN_UNIT_SIZE);
    an_plot_series(plot, "it's `touch oops` 100% \\n\t'", AN_SERIES_PLAIN);
    an_plot_point(plot, 1e9, 2000);
    an_plot_point(plot, 20e9, 40000);
    an_plot_series(plot, "empty", AN_SERIES_REFERENCE);
    cr_assert_str_eq(an_plot_file(plot), "who-pays-x");
    GError *error = NULL;
    cr_assert(an_plot_write(plot, folder, &error), "%s", error ? error->message : "");
    an_plot_free(plot);
    cr_assert(has(folder, "plots/who-pays-x.gp") && has(folder, "plots/who-pays-x.svg") &&
              has(folder, "plots/who-pays-x.png"));
    cr_assert_not(has(folder, "oops"), "a label was run as a command");
    char *path = g_build_filename(folder, "who-pays-x.tsv", NULL);
    cr_assert(g_file_get_contents(path, &table, NULL, NULL));
    cr_assert_str_eq(table, "series\tlabel\tx_s\ty_kB\n"
                            "1\tit's `touch oops` 100% \\n '\t1\t2\n"
                            "1\tit's `touch oops` 100% \\n '\t20\t40\n");
    g_free(table);
    g_free(path);
    remove_folder(folder);
    g_free(folder);
}

Test(plot, without_gnuplot_leaves_the_table_and_says_what_to_install)
{
    char *folder = scratch_folder();
    g_setenv("PATH", "/nowhere", TRUE);
    struct an_plot *plot = an_plot_new(AN_PLOT_SCATTER, "dots", NULL, NULL);
    an_plot_series(plot, "dots", AN_SERIES_PLAIN);
    an_plot_point(plot, 1, 1);
    GError *error = NULL;
    cr_assert_not(an_plot_write(plot, folder, &error));
    cr_assert(g_error_matches(error, AN_ERROR, AN_ERROR_NOT_AVAILABLE));
    cr_assert(strstr(error->message, "gnuplot-nox"), "%s", error->message);
    cr_assert(has(folder, "dots.tsv") && has(folder, "plots/dots.gp"));
    g_error_free(error);
    an_plot_free(plot);
    remove_folder(folder);
    g_free(folder);
}

Test(plot, series_of_another_kind_are_refused)
{
    struct feed *feed = feed_new(3);
    struct an_metrics *m = an_metrics_new(feed->cast);
    struct an_query_spec spec = AN_QUERY_SPEC_INIT(AN_LATENCY);
    spec.distribution = true;
    int latency = feed_add(m, spec);
    spec.metric = AN_DEGREE;
    int degree = feed_add(m, spec), plain = feed_query(m, AN_HOPS);
    an_metrics_finish(m, 1 * S);
    struct an_plot *plot = an_plot_new(AN_PLOT_CDF, "x", NULL, NULL);
    GError *error = NULL;
    cr_assert(an_plot_cdf(plot, "a", AN_SERIES_PLAIN, m, latency, &error));
    cr_assert_not(an_plot_cdf(plot, "b", AN_SERIES_PLAIN, m, degree, &error));
    cr_assert_str_eq(error->message, "plot x: \"b\" is of another kind than the series before it");
    g_clear_error(&error);
    cr_assert_not(an_plot_cdf(plot, "c", AN_SERIES_PLAIN, m, plain, &error));
    g_clear_error(&error);
    an_plot_free(plot);
    an_metrics_free(m);
    feed_free(feed);
}

Test(report, makes_what_every_run_has_from_the_trace_and_draws_it_again)
{
    char *folder = scratch_folder(), *file = g_build_filename(folder, "trace.bin", NULL);
    char *json = g_build_filename(folder, "run.json", NULL);
    GError *error = NULL;
    cr_assert_eq(an_report(folder, &error), -1);
    cr_assert(strstr(error->message, "no folder of a run that ended"), "%s", error->message);
    g_clear_error(&error);
    struct feed *feed = feed_new(12);
    feed_random_mesh(feed, 8, 2);
    for (uint32_t i = 0; i < 5; i++)
        feed_flood(feed, (5 + i) * S, i, 500);
    feed_sort(feed);
    struct an_trace_options options = {.full = true};
    struct an_trace *trace = an_trace_create(file, feed->cast, &options, &error);
    for (uint32_t i = 0; i < feed->events->len; i++)
        an_trace_event(trace, &g_array_index(feed->events, struct an_event, i));
    cr_assert(an_trace_close(trace, 60 * S, &error));
    cr_assert(g_file_set_contents(json, "{}\n", -1, NULL));
    cr_assert_eq(an_report(folder, &error), 3, "%s", error ? error->message : "");
    const char *made[] = {"plots/deliveries.png", "plots/neighbors.svg", "plots/mesh.png", "mesh.graphml",
                          "deliveries.tsv"};
    for (size_t i = 0; i < G_N_ELEMENTS(made); i++)
        cr_assert(has(folder, made[i]), "%s", made[i]);
    char *picture = g_build_filename(folder, "plots", "mesh.png", NULL);
    g_unlink(picture);
    cr_assert_eq(an_report(folder, &error), 3);
    cr_assert(has(folder, "plots/mesh.png"));
    g_free(picture);
    feed_free(feed);
    remove_folder(folder);
    g_free(json);
    g_free(file);
    g_free(folder);
}
