/* Plots: one table (TSV), one gnuplot script, SVG and PNG for each. The script stands by itself: `gnuplot
 * plots/NAME.gp` in the run folder draws it again, with whatever was changed in it. */
#ifndef AN_PLOT_H
#define AN_PLOT_H

#include "analysis/graph.h"
#include "analysis/result.h"

enum an_plot_kind { AN_PLOT_CDF, AN_PLOT_HISTOGRAM, AN_PLOT_TIME, AN_PLOT_LINE, AN_PLOT_SCATTER, AN_PLOT_RASTER, AN_PLOT_GANTT };
enum an_series_style { AN_SERIES_PLAIN, AN_SERIES_REFERENCE /* dashed: theory, a server, a limit */ };
enum an_of_group { AN_GROUP_MEAN, AN_GROUP_SUM, AN_GROUP_COUNT };

struct an_plot;

/* name: becomes the file's name ("copies per quote" → copies-per-quote). title and subtitle may be NULL. All
 * texts are copied and may hold any characters. */
struct an_plot *an_plot_new(enum an_plot_kind kind, const char *name, const char *title,
                            const char *subtitle);
void an_plot_free(struct an_plot *plot);
const char *an_plot_file(const struct an_plot *plot); /* the name as it is in files */

void an_plot_axes(struct an_plot *plot, const char *x,
                  const char *y); /* instead of "Time, s" and such; NULL = as it is */
void an_plot_log(struct an_plot *plot, bool x, bool y);
void an_plot_log_tail(struct an_plot *plot); /* cdf: the share beyond x, on a logarithmic axis */
void an_plot_diagonal(struct an_plot *plot); /* scatter: the line x = y */

/* Series from queries. false and an error if the query was not made for it; a query without samples gives an
 * empty series, named in the legend as "(nothing measured)". All series of a plot must be of one unit. */
bool an_plot_cdf(struct an_plot *plot, const char *label, enum an_series_style style,
                 const struct an_metrics *m, int query, GError **error);
bool an_plot_histogram(struct an_plot *plot, const char *label, const struct an_metrics *m, int query,
                       GError **error);
/* per = second or minute */
bool an_plot_time(struct an_plot *plot, const char *label, enum an_series_style style,
                  const struct an_metrics *m, int query, enum an_of_group what, GError **error);
/* Both with per = message (or both peer): one point for each key that both have. */
bool an_plot_scatter(struct an_plot *plot, const char *label, const struct an_metrics *m, int x, int y,
                     GError **error);

/* A dot for each sample that is not 0: time to the right, peers upwards, `rows` of them and up to `end`. Needs spec.places. A raster
 * without a dot is drawn blank. */
bool an_plot_raster(struct an_plot *plot, const char *label, const struct an_metrics *m, int query, GError **error);
/* A bar from each change of a peer to its next one: when it was online. Needs spec.places of AN_ONLINE, and the frame. */
bool an_plot_gantt(struct an_plot *plot, const char *label, const struct an_metrics *m, int query, GError **error);
void an_plot_frame(struct an_plot *plot, double begin, double end, uint32_t rows);

/* Series by hand, in base units. */
void an_plot_units(struct an_plot *plot, enum an_unit x, enum an_unit y);
void an_plot_series(struct an_plot *plot, const char *label, enum an_series_style style);
void an_plot_point(struct an_plot *plot, double x, double y); /* of the last series */
/* The same with a band around it: low and high in the unit of y. */
void an_plot_interval(struct an_plot *plot, double x, double y, double low, double high);

/* Writes FOLDER/NAME.tsv and FOLDER/plots/NAME.gp, then draws. Without gnuplot: table and script are there,
 * and the error (AN_ERROR_NOT_AVAILABLE) says what to install. */
bool an_plot_write(const struct an_plot *plot, const char *folder, GError **error);

/* A picture of the mesh: FOLDER/NAME.tsv (peers), FOLDER/NAME-links.tsv, FOLDER/NAME.graphml, and as above.
 */
struct an_mesh_picture {
    const char *name, *title, *subtitle;
    bool by_degree;             /* colour; else by region */
    const char *const *regions; /* their names; NULL = "region 0" … */
    uint32_t region_count;
};
enum { AN_PICTURE_FORCED = 6000 }; /* larger meshes are laid out by region, without forces */
bool an_mesh_picture_write(struct an_graph *graph, const struct an_mesh_picture *picture, const char *folder,
                           GError **error);
/* The same of the meshes as they are now (at the end of a run, before or after an_metrics_finish). */
struct an_graph *an_metrics_graph(struct an_metrics *m, uint32_t mesh); /* free with an_graph_free */

/* Draws FOLDER/plots/NAME.gp. */
bool an_plot_draw(const char *folder, const char *name, GError **error);

#endif
