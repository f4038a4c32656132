#include "scenarios/engine/folder.h"

#include "analysis/graph.h"
#include "analysis/plot.h"
#include "analysis/result.h"
#include "scenarios/engine/version.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

static bool write_file(const char *folder, const char *name, const char *text, gssize size, GError **error)
{
    char *path = g_build_filename(folder, name, NULL);
    bool ok = g_file_set_contents(path, text, size, error); /* all or nothing: a temporary file, then renamed */
    g_free(path);
    return ok;
}

char *scn_folder_name(const struct scn_plan *plan, const char *given)
{
    if (given)
        return g_strdup(given);
    char *base = g_strdup(plan->file), *dot = strrchr(base, '.');
    if (dot)
        *dot = '\0';
    char *folder = g_strdup_printf("runs/%s-%" G_GUINT64_FORMAT, base, plan->seed);
    g_free(base);
    return folder;
}

bool scn_folder_begin(const char *folder, const struct scn_plan *plan, GError **error)
{
    if (g_mkdir_with_parents(folder, 0777) != 0) {
        g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(errno), "%s: %s", folder, g_strerror(errno));
        return false;
    }
    char *old = g_build_filename(folder, "run.json", NULL), *script = NULL, *tsv = scn_plan_tsv(plan);
    gsize size = 0;
    unlink(old);
    g_free(old);
    bool ok = g_file_get_contents(plan->path, &script, &size, error) &&
              write_file(folder, "scenario.lua", script, (gssize)size, error) && write_file(folder, "plan.tsv", tsv, -1, error);
    g_free(script);
    g_free(tsv);
    return ok;
}

/* ---- measures ---- */

static const struct {
    enum an_metric metric;
    const char *name;
    bool distribution;
} wanted[] = {
    {AN_DELIVERY, NULL, false},     {AN_RAW_DELIVERY, NULL, false}, {AN_LATENCY, NULL, true},
    {AN_THEORY_SERVER_LATENCY, NULL, true}, {AN_HOPS, NULL, true}, {AN_COPIES, NULL, false},
    {AN_THEORY_COPIES, NULL, false}, {AN_REDUNDANCY, NULL, false},  {AN_WIRE_SIZE, NULL, false},
    {AN_UPLOAD, NULL, true},        {AN_DOWNLOAD, NULL, true},      {AN_LEVERAGE, NULL, false},
    {AN_CONTROL, NULL, false},      {AN_STALENESS, NULL, true},     {AN_DISORDER, NULL, false},
    {AN_DEGREE, NULL, true},        {AN_COMPONENTS, NULL, false},   {AN_JOIN_TIME, NULL, true},
    {AN_RESOLVER_REQUESTS, NULL, false}, {AN_CLOSED, NULL, false},
    {AN_SHAPE, "mean distance", false}, {AN_SHAPE, "diameter", false}, {AN_SHAPE, "clustering", false},
    {AN_SHAPE, "articulation points", false},
};

struct scn_measures {
    int query[G_N_ELEMENTS(wanted)]; /* -1: not available here */
};

struct scn_measures *scn_measures_register(struct scn_run *run)
{
    struct scn_measures *measures = g_new0(struct scn_measures, 1);
    for (guint i = 0; i < G_N_ELEMENTS(wanted); i++) {
        struct an_query_spec spec = AN_QUERY_SPEC_INIT(wanted[i].metric);
        spec.name = wanted[i].name;
        spec.distribution = wanted[i].distribution;
        measures->query[i] = an_query_add(scn_run_metrics(run), &spec, NULL);
    }
    return measures;
}

void scn_measures_free(struct scn_measures *measures)
{
    g_free(measures);
}

static const char *unit_name(enum an_unit unit)
{
    static const char *const names[] = {[AN_UNIT_COUNT] = "count",    [AN_UNIT_TIME] = "ns",         [AN_UNIT_SIZE] = "octets",
                                        [AN_UNIT_SHARE] = "ppm",      [AN_UNIT_RATE] = "mHz",        [AN_UNIT_BANDWIDTH] = "bit/s",
                                        [AN_UNIT_RATIO] = "millionths"};
    return names[unit];
}

static void append_number(GString *out, struct an_metrics *m, int query, enum an_aggregate aggregate)
{
    struct an_number number;
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append_c(out, '\t');
    if (!an_query_number(m, query, aggregate, &number, NULL))
        return;
    if (number.never)
        g_string_append(out, "never");
    else if (number.exact)
        g_string_append_printf(out, "%" G_GINT64_FORMAT, number.whole);
    else
        g_string_append(out, g_ascii_formatd(text, sizeof text, "%.6g", number.value));
}

static char *metrics_tsv(struct scn_run *run, const struct scn_measures *measures)
{
    static const enum an_aggregate columns[] = {AN_AGG_COUNT, AN_AGG_MEAN, AN_AGG_MIN, AN_AGG_P50, AN_AGG_P90,
                                                AN_AGG_P99,   AN_AGG_P999, AN_AGG_MAX};
    struct an_metrics *m = scn_run_metrics(run);
    GString *out = g_string_new("metric\tunit\tsamples\tmean\tmin\tp50\tp90\tp99\tp999\tmax\n");
    for (guint i = 0; i < G_N_ELEMENTS(wanted); i++) {
        if (measures->query[i] < 0 || an_query_result(m, measures->query[i])->count == 0)
            continue;
        g_string_append(out, an_metric_name(wanted[i].metric));
        if (wanted[i].name)
            g_string_append_printf(out, "{%s}", wanted[i].name);
        g_string_append_printf(out, "\t%s", unit_name(an_query_unit(m, measures->query[i])));
        for (guint c = 0; c < G_N_ELEMENTS(columns); c++)
            append_number(out, m, measures->query[i], columns[c]);
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

static char *addresses_tsv(struct scn_run *run)
{
    GString *out = g_string_new("address\tname\tregion\tup_bit_s\tdown_bit_s\n");
    const struct sim_profile *profile = scn_run_profile(run);
    for (uint32_t i = 0; i < an_cast_count(scn_run_cast(run)); i++) {
        const struct an_peer *peer = an_cast_peer(scn_run_cast(run), i);
        const char *region = peer->region < sim_profile_regions(profile) ? sim_profile_region_name(profile, peer->region) : "";
        g_string_append_printf(out, "%s\t%s\t%s\t%u\t%u\n", peer->address, peer->name, region, peer->up, peer->down);
    }
    return g_string_free(out, FALSE);
}

/* ---- run.json ---- */

void scn_json_string(GString *out, const char *text)
{
    g_string_append_c(out, '"');
    for (const char *p = text; *p; p++) {
        if (*p == '"' || *p == '\\')
            g_string_append_printf(out, "\\%c", *p);
        else if ((unsigned char)*p < 0x20)
            g_string_append_printf(out, "\\u%04x", (unsigned)*p);
        else
            g_string_append_c(out, *p);
    }
    g_string_append_c(out, '"');
}

static void json_member(GString *out, const char *name, const char *text)
{
    g_string_append(out, "  ");
    scn_json_string(out, name);
    g_string_append(out, ": ");
    scn_json_string(out, text);
    g_string_append(out, ",\n");
}

static void json_whole(GString *out, const char *name, int64_t value)
{
    g_string_append_printf(out, "  \"%s\": %" G_GINT64_FORMAT ",\n", name, value);
}

static void json_params(GString *out, const struct scn_plan *plan)
{
    g_string_append(out, "  \"parameters\": {");
    for (guint i = 0; i < plan->params->len; i++) {
        const struct scn_param *param = scn_plan_params(plan, (int)i);
        g_string_append(out, i ? ", " : "");
        scn_json_string(out, param->name);
        g_string_append(out, ": ");
        scn_json_string(out, param->value);
    }
    g_string_append(out, "},\n");
}

/* Mean and extremes of the measures: what regression tests compare. */
static void json_metrics(GString *out, struct scn_run *run, const struct scn_measures *measures)
{
    struct an_metrics *m = scn_run_metrics(run);
    bool first = true;
    g_string_append(out, "  \"metrics\": {");
    for (guint i = 0; i < G_N_ELEMENTS(wanted); i++) {
        const struct an_result *r = measures->query[i] >= 0 ? an_query_result(m, measures->query[i]) : NULL;
        char mean[G_ASCII_DTOSTR_BUF_SIZE];
        if (!r || r->count == 0)
            continue;
        g_string_append_printf(out, "%s\n    \"%s%s%s\": {\"unit\": \"%s\", \"samples\": %" G_GUINT64_FORMAT, first ? "" : ",",
                               an_metric_name(wanted[i].metric), wanted[i].name ? "." : "", wanted[i].name ? wanted[i].name : "",
                               unit_name(r->unit), r->count);
        g_string_append_printf(out, ", \"mean\": %s", isfinite(r->mean) ? g_ascii_formatd(mean, sizeof mean, "%.9g", r->mean) : "null");
        g_string_append_printf(out, ", \"min\": %" G_GINT64_FORMAT, r->min);
        if (r->max == AN_NEVER)
            g_string_append(out, ", \"max\": \"never\"}");
        else
            g_string_append_printf(out, ", \"max\": %" G_GINT64_FORMAT "}", r->max);
        first = false;
    }
    g_string_append(out, "\n  },\n");
}

static char *run_json(struct scn_run *run, const struct scn_measures *measures, const char *verdicts, const char *command,
                      int failed)
{
    const struct scn_plan *plan = scn_run_plan(run);
    const struct scn_summary *summary = scn_run_summary(run);
    GString *out = g_string_new("{\n");
    json_member(out, "peermesh", SCN_VERSION);
    json_member(out, "scenario", plan->file);
    json_member(out, "title", plan->title);
    json_member(out, "story", plan->story);
    json_member(out, "command", command);
    g_string_append_printf(out, "  \"seed\": \"%" G_GUINT64_FORMAT "\",\n", plan->seed);
    if (plan->variant)
        json_member(out, "variant", plan->variant);
    if (plan->tier)
        json_member(out, "tier", plan->tier);
    json_params(out, plan);
    json_member(out, "plan", plan->hash);
    json_member(out, "fingerprint", summary->fingerprint);
    json_member(out, "outcome", summary->outcome == SCN_ENDED ? "ended" : "not settled");
    json_whole(out, "settled_ns", summary->settled);
    json_whole(out, "ended_ns", summary->ended);
    json_whole(out, "events", (int64_t)summary->events);
    json_whole(out, "link_deliveries", (int64_t)summary->deliveries);
    json_whole(out, "checks_failed", failed);
    json_metrics(out, run, measures);
    g_string_append_printf(out, "  \"verdicts\": %s\n}\n", verdicts ? verdicts : "[]");
    return g_string_free(out, FALSE);
}

bool scn_folder_end(const char *folder, struct scn_run *run, const struct scn_measures *measures, const char *verdicts,
                    const char *command, int failed, GError **error)
{
    char *addresses = addresses_tsv(run), *metrics = metrics_tsv(run, measures);
    char *json = run_json(run, measures, verdicts, command, failed);
    char *graphml = g_build_filename(folder, "mesh.graphml", NULL);
    struct an_graph *graph = an_metrics_graph(scn_run_metrics(run), AN_NONE);
    bool ok = write_file(folder, "addresses.tsv", addresses, -1, error) &&
              write_file(folder, "metrics.tsv", metrics, -1, error) && an_graph_write(graph, graphml, error) &&
              write_file(folder, "run.json", json, -1, error);
    an_graph_free(graph);
    g_free(graphml);
    g_free(addresses);
    g_free(metrics);
    g_free(json);
    return ok;
}
