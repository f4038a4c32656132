#include "scenarios/engine/plots.h"

#include "analysis/plot.h"
#include "scenarios/engine/question.h"

#include <string.h>

struct series {
    const char *label;
    int query;     /* with analysis; -1: not available */
    bool theory;
    enum scn_per per;
    char *aggregate;
    char *why;
};

struct one {
    const struct scn_plot *plot;
    struct series series[SCN_PLOT_MOST_SERIES + 1]; /* the last: x of a scatter */
    unsigned count;
    int x;
};

struct scn_plots {
    struct scn_run *run;
    GArray *plots; /* of struct one */
    int latency, server, due, delivered, copies, copies_theory; /* what every run draws; -1 */
};

static enum an_per per_for(const struct scn_plot *plot, enum an_per asked)
{
    if (plot->kind == SCN_PLOT_TIME && asked == AN_PER_SAMPLE)
        return AN_PER_SECOND;
    if (plot->kind == SCN_PLOT_SCATTER && asked == AN_PER_SAMPLE)
        return AN_PER_MESSAGE;
    return asked;
}

static int ask(struct scn_plots *plots, const struct scn_plot *plot, int value, struct series *series)
{
    struct scn_run *run = plots->run;
    const struct scn_value *v = scn_plan_values(scn_run_plan(run), value);
    GError *error = NULL;
    struct an_query_spec spec;
    if (v->kind != SCN_VALUE_QUERY) {
        series->why = g_strdup(v->kind == SCN_VALUE_OVER ? "needs a sweep" : "computed values are not drawn yet");
        return -1;
    }
    series->aggregate = v->aggregate;
    int query = -1;
    if (scn_question_spec(run, v->query, &spec, &error)) {
        series->theory = scn_plan_queries(scn_run_plan(run), v->query)->theory;
        spec.per = per_for(plot, spec.per);
        spec.places = plot->kind == SCN_PLOT_RASTER || plot->kind == SCN_PLOT_GANTT;
        if (plot->kind == SCN_PLOT_GANTT)
            spec.per = AN_PER_SAMPLE; /* a bar for each peer is what it is */
        spec.distribution = plot->kind == SCN_PLOT_CDF || plot->kind == SCN_PLOT_HISTOGRAM;
        query = an_query_add(scn_run_metrics(run), &spec, &error);
    }
    if (error) {
        series->why = g_strdup(error->message);
        g_clear_error(&error);
    }
    return query;
}

static void register_one(struct scn_plots *plots, const struct scn_plot *plot)
{
    struct one one = {.plot = plot, .x = -1};
    for (unsigned i = 0; i < plot->count; i++) {
        struct series *series = &one.series[one.count++];
        series->label = plot->series[i].label;
        series->query = ask(plots, plot, plot->series[i].value, series);
    }
    if (plot->x_value >= 0)
        one.x = ask(plots, plot, plot->x_value, &one.series[SCN_PLOT_MOST_SERIES]);
    g_array_append_val(plots->plots, one);
}

static int add(struct scn_plots *plots, enum an_metric metric, enum an_per per, bool distribution)
{
    struct an_query_spec spec = AN_QUERY_SPEC_INIT(metric);
    spec.per = per;
    spec.distribution = distribution;
    return an_query_add(scn_run_metrics(plots->run), &spec, NULL);
}

struct scn_plots *scn_plots_register(struct scn_run *run)
{
    const struct scn_plan *plan = scn_run_plan(run);
    struct scn_plots *plots = g_new0(struct scn_plots, 1);
    plots->run = run;
    plots->plots = g_array_new(FALSE, TRUE, sizeof(struct one));
    for (guint i = 0; i < plan->plots->len; i++)
        if (!scn_plan_plots(plan, (int)i)->left_out)
            register_one(plots, scn_plan_plots(plan, (int)i));
    plots->latency = add(plots, AN_LATENCY, AN_PER_SAMPLE, true);
    plots->server = add(plots, AN_THEORY_SERVER_LATENCY, AN_PER_SAMPLE, true);
    plots->due = add(plots, AN_DELIVERY, AN_PER_SECOND, false);
    plots->delivered = add(plots, AN_LATENCY, AN_PER_SECOND, false);
    plots->copies = add(plots, AN_COPIES, AN_PER_MESSAGE, false);
    plots->copies_theory = add(plots, AN_THEORY_COPIES, AN_PER_MESSAGE, false);
    return plots;
}

void scn_plots_free(struct scn_plots *plots)
{
    if (!plots)
        return;
    for (guint i = 0; i < plots->plots->len; i++) {
        struct one *one = &g_array_index(plots->plots, struct one, i);
        for (unsigned k = 0; k <= SCN_PLOT_MOST_SERIES; k++)
            g_free(one->series[k].why);
    }
    g_array_unref(plots->plots);
    g_free(plots);
}

/* A picture that cannot be drawn is a note, one that cannot be written an error. */
static bool outcome(bool ok, const char *name, GPtrArray *notes, GError **error, GError *failure)
{
    if (ok)
        return true;
    if (failure && failure->domain == AN_ERROR) {
        g_ptr_array_add(notes, g_strdup_printf("plot %s: %s", name, failure->message));
        g_error_free(failure);
        return true;
    }
    g_propagate_error(error, failure);
    return false;
}

static bool write_plot(const struct an_plot *plot, const char *folder, GPtrArray *notes, GError **error)
{
    GError *failure = NULL;
    bool ok = an_plot_write(plot, folder, &failure);
    return outcome(ok, an_plot_file(plot), notes, error, failure);
}

static bool draw_mesh(struct scn_plots *plots, const char *name, const char *folder, GPtrArray *notes, GError **error)
{
    const struct scn_plan *plan = scn_run_plan(plots->run);
    const struct sim_profile *profile = scn_run_profile(plots->run);
    const char *regions[SIM_REGIONS_MAX];
    unsigned count = sim_profile_regions(profile);
    for (unsigned i = 0; i < count; i++)
        regions[i] = sim_profile_region_name(profile, i);
    struct an_graph *graph = an_metrics_graph(scn_run_metrics(plots->run), 0);
    char *subtitle = g_strdup_printf("%s, seed %" G_GUINT64_FORMAT ": %u peers, %u links at the end of the run", plan->title, plan->seed,
                                     an_graph_nodes(graph), an_graph_links(graph));
    struct an_mesh_picture picture = {.name = name,
                                      .title = "The mesh",
                                      .subtitle = subtitle,
                                      .by_degree = count == 0,
                                      .regions = count ? regions : NULL,
                                      .region_count = count};
    GError *failure = NULL;
    bool ok = an_mesh_picture_write(graph, &picture, folder, &failure);
    an_graph_free(graph);
    g_free(subtitle);
    return outcome(ok, name, notes, error, failure);
}

static bool fill_series(struct scn_plots *plots, struct one *one, struct an_plot *plot, struct series *series, GError **error)
{
    struct an_metrics *m = scn_run_metrics(plots->run);
    enum an_series_style style = series->theory ? AN_SERIES_REFERENCE : AN_SERIES_PLAIN;
    bool sum = series->aggregate && strcmp(series->aggregate, "sum") == 0;
    bool count = series->aggregate && strcmp(series->aggregate, "count") == 0;
    switch (one->plot->kind) {
    case SCN_PLOT_CDF:
        return an_plot_cdf(plot, series->label, style, m, series->query, error);
    case SCN_PLOT_HISTOGRAM:
        return an_plot_histogram(plot, series->label, m, series->query, error);
    case SCN_PLOT_RASTER:
        an_plot_axes(plot, NULL, "peer, by number");
        an_plot_frame(plot, 0, (double)scn_run_now(plots->run), an_cast_count(scn_run_cast(plots->run)));
        return an_plot_raster(plot, series->label, m, series->query, error);
    case SCN_PLOT_GANTT:
        an_plot_axes(plot, NULL, "peer, by number");
        an_plot_frame(plot, 0, (double)scn_run_now(plots->run), an_cast_count(scn_run_cast(plots->run)));
        return an_plot_gantt(plot, series->label, m, series->query, error);
    case SCN_PLOT_TIME:
        return an_plot_time(plot, series->label, style, m, series->query,
                            sum ? AN_GROUP_SUM : count ? AN_GROUP_COUNT : AN_GROUP_MEAN, error);
    default:
        return an_plot_scatter(plot, series->label, m, one->x, series->query, error);
    }
}

static bool draw_one(struct scn_plots *plots, struct one *one, const char *folder, GPtrArray *notes, GError **error)
{
    static const enum an_plot_kind kinds[] = {[SCN_PLOT_CDF] = AN_PLOT_CDF,
                                              [SCN_PLOT_TIME] = AN_PLOT_TIME,
                                              [SCN_PLOT_HISTOGRAM] = AN_PLOT_HISTOGRAM,
                                              [SCN_PLOT_SCATTER] = AN_PLOT_SCATTER,
                                              [SCN_PLOT_RASTER] = AN_PLOT_RASTER,
                                              [SCN_PLOT_GANTT] = AN_PLOT_GANTT};
    const struct scn_plot *p = one->plot;
    const struct scn_plan *plan = scn_run_plan(plots->run);
    if (p->kind == SCN_PLOT_MESH)
        return draw_mesh(plots, p->name, folder, notes, error);
    bool built = p->kind == SCN_PLOT_CDF || p->kind == SCN_PLOT_TIME || p->kind == SCN_PLOT_HISTOGRAM || p->kind == SCN_PLOT_RASTER || p->kind == SCN_PLOT_GANTT ||
                 (p->kind == SCN_PLOT_SCATTER && one->x >= 0);
    if (!built) {
        g_ptr_array_add(notes, g_strdup_printf("plot %s: %s", p->name, p->x ? "needs a sweep" : "not available yet"));
        return true;
    }
    char *subtitle = g_strdup_printf("%s, seed %" G_GUINT64_FORMAT, plan->title, plan->seed);
    struct an_plot *plot = an_plot_new(kinds[p->kind], p->name, p->name, subtitle);
    g_free(subtitle);
    an_plot_log(plot, p->log_x, p->log_y);
    if (p->log_tail)
        an_plot_log_tail(plot);
    if (p->kind == SCN_PLOT_SCATTER)
        an_plot_diagonal(plot);
    unsigned drawn = 0;
    for (unsigned i = 0; i < one->count; i++) {
        struct series *series = &one->series[i];
        GError *failure = NULL;
        if (series->query >= 0 && fill_series(plots, one, plot, series, &failure)) {
            drawn++;
        } else {
            g_ptr_array_add(notes, g_strdup_printf("plot %s, \"%s\": %s", p->name, series->label,
                                                   failure ? failure->message : series->why ? series->why : "not available yet"));
            g_clear_error(&failure);
        }
    }
    bool ok = drawn == 0 || write_plot(plot, folder, notes, error);
    an_plot_free(plot);
    return ok;
}

/* What every run has, unless the script draws a plot of that name itself. */
static bool has_plot(const struct scn_plots *plots, const char *name)
{
    for (guint i = 0; i < plots->plots->len; i++)
        if (strcmp(g_array_index(plots->plots, struct one, i).plot->name, name) == 0)
            return true;
    return false;
}

static bool draw_latency(struct scn_plots *plots, const char *folder, GPtrArray *notes, GError **error)
{
    struct an_metrics *m = scn_run_metrics(plots->run);
    if (has_plot(plots, "latency") || an_query_result(m, plots->latency)->count == 0)
        return true;
    struct an_plot *plot = an_plot_new(AN_PLOT_CDF, "latency", "From publication to delivery", scn_run_plan(plots->run)->title);
    bool ok = an_plot_cdf(plot, "mesh", AN_SERIES_PLAIN, m, plots->latency, error) &&
              (plots->server < 0 || an_plot_cdf(plot, "ideal server", AN_SERIES_REFERENCE, m, plots->server, error)) &&
              write_plot(plot, folder, notes, error);
    an_plot_free(plot);
    return ok;
}

static bool draw_deliveries(struct scn_plots *plots, const char *folder, GPtrArray *notes, GError **error)
{
    struct an_metrics *m = scn_run_metrics(plots->run);
    if (has_plot(plots, "deliveries") || plots->due < 0 || plots->delivered < 0 || an_query_result(m, plots->due)->count == 0)
        return true;
    struct an_plot *plot = an_plot_new(AN_PLOT_TIME, "deliveries", "Deliveries due, each second of publication", scn_run_plan(plots->run)->title);
    an_plot_axes(plot, NULL, "messages × receivers, each second");
    bool ok = an_plot_time(plot, "due", AN_SERIES_REFERENCE, m, plots->due, AN_GROUP_COUNT, error) &&
              an_plot_time(plot, "delivered", AN_SERIES_PLAIN, m, plots->delivered, AN_GROUP_COUNT, error) &&
              write_plot(plot, folder, notes, error);
    an_plot_free(plot);
    return ok;
}

static bool draw_copies(struct scn_plots *plots, const char *folder, GPtrArray *notes, GError **error)
{
    struct an_metrics *m = scn_run_metrics(plots->run);
    if (has_plot(plots, "copies") || plots->copies < 0 || an_query_result(m, plots->copies)->count == 0)
        return true;
    struct an_plot *plot = an_plot_new(AN_PLOT_SCATTER, "copies", "Copies of each message", scn_run_plan(plots->run)->title);
    an_plot_axes(plot, "2m − n + 1, from the graph at publication", "copies sent");
    an_plot_diagonal(plot);
    bool ok = an_plot_scatter(plot, "message", m, plots->copies_theory, plots->copies, error) &&
              write_plot(plot, folder, notes, error);
    an_plot_free(plot);
    return ok;
}

static bool draw_degrees(struct scn_plots *plots, const char *folder, GPtrArray *notes, GError **error)
{
    if (has_plot(plots, "neighbors"))
        return true;
    struct an_graph *graph = an_metrics_graph(scn_run_metrics(plots->run), 0);
    GArray *histogram = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    an_graph_degrees(graph, histogram);
    struct an_plot *plot = an_plot_new(AN_PLOT_HISTOGRAM, "neighbors", "Neighbors of a peer at the end", scn_run_plan(plots->run)->title);
    an_plot_units(plot, AN_UNIT_COUNT, AN_UNIT_COUNT);
    an_plot_axes(plot, "neighbors", "peers");
    an_plot_series(plot, "peers", AN_SERIES_PLAIN);
    for (guint i = 0; i < histogram->len; i++)
        an_plot_point(plot, i, g_array_index(histogram, uint32_t, i));
    bool ok = write_plot(plot, folder, notes, error);
    an_plot_free(plot);
    g_array_unref(histogram);
    an_graph_free(graph);
    return ok;
}

bool scn_plots_write(struct scn_plots *plots, const char *folder, GPtrArray *notes, GError **error)
{
    bool ok = true;
    for (guint i = 0; i < plots->plots->len && ok; i++)
        ok = draw_one(plots, &g_array_index(plots->plots, struct one, i), folder, notes, error);
    return ok && draw_latency(plots, folder, notes, error) && draw_deliveries(plots, folder, notes, error) &&
           draw_copies(plots, folder, notes, error) && draw_degrees(plots, folder, notes, error) &&
           (has_plot(plots, "mesh") || draw_mesh(plots, "mesh", folder, notes, error));
}
