/* peermesh calibrate CAPTURE -o PROFILE: a network profile that a script can name. */
#include "analysis/calibrate.h"
#include "analysis/doubles.h"
#include "analysis/run_info.h"
#include "scenarios/engine/cmd.h"

#include <stdio.h>
#include <string.h>

static const char usage[] =
    "usage: peermesh calibrate CAPTURE -o PROFILE.lua\n"
    "Measures in a capture how far hosts are apart, how that varies, what their lines carry and how long they think, and writes a\n"
    "profile for network(\"PROFILE.lua\") with the lists it names beside it. CAPTURE is a run folder with run.pcapng (packets have one\n"
    "time, of their departure; acknowledgements that of arrival), or any other capture, also of a live run (only handshakes tell\n"
    "delays, lines are not measured, and the time that relays take counts as part of the way). To stdout a table with a 90 % interval for each number.\n";

struct options {
    const char *capture, *profile;
    bool simulated;
};

static int complain(const char *about, const char *what)
{
    fprintf(stderr, "peermesh calibrate: %s%s\n%s", about, what, usage);
    return SCN_EXIT_USAGE;
}

/* ---- the table ---- */

static void print_estimate(const char *what, const char *who, const struct an_estimate *e, double unit)
{
    printf("%s\t%s\t%.9g\t%.9g\t%.9g\t%u\n", what, who, e->value / unit, e->low / unit, e->high / unit, e->count);
}

static void print_quantiles(const char *what, const GArray *sorted)
{
    static const double shares[] = {0.5, 0.9, 0.99};
    for (unsigned i = 0; i < G_N_ELEMENTS(shares); i++)
        printf("%s, ms\tp%g\t%.9g\t\t\t%u\n", what, shares[i] * 100, an_sorted_quantile(sorted, shares[i]) / 1e6, sorted->len);
}

static void print_table(const struct an_calibration *c)
{
    char a[AN_ENDPOINT_TEXT], b[AN_ENDPOINT_TEXT];
    puts("number\tof\tvalue\tlow\thigh\tmeasurements");
    for (guint i = 0; i < c->pairs->len; i++) {
        const struct an_pair_delay *pair = &g_array_index(c->pairs, struct an_pair_delay, i);
        char *who = g_strdup_printf("%s %s", an_endpoint_format(&pair->ends[0], a), an_endpoint_format(&pair->ends[1], b));
        if (pair->base.count)
            print_estimate("delay, ms", who, &pair->base, 1e6);
        g_free(who);
    }
    for (guint i = 0; i < c->lines->len; i++) {
        const struct an_line_rate *line = &g_array_index(c->lines, struct an_line_rate, i);
        print_estimate("up, Mbit/s", an_endpoint_format(&line->host, a), &line->up, 1e6);
    }
    print_estimate("jitter, ms", "mean", &c->jitter_mean, 1e6);
    print_quantiles("jitter", c->jitter);
    printf("jitter, drift\tfirst half against second\t%.4f\t\t\t%u\n", c->drift, c->jitter->len);
    print_quantiles("think, relay", c->relay);
    print_quantiles("think, Welcome", c->welcome);
}

/* ---- the profile ---- */

#define VALUES 200u /* of a list, evenly taken */

static bool write_list(const char *base, const char *what, const GArray *sorted, const char *unit, double scale, GError **error)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < MIN(sorted->len, VALUES); i++) {
        guint at = sorted->len <= VALUES ? i : (guint)(((guint64)i * 2 + 1) * sorted->len / (2 * VALUES));
        g_string_append_printf(text, "%.0f%s\n", g_array_index(sorted, double, at) / scale, unit);
    }
    char *path = g_strdup_printf("%s-%s.txt", base, what);
    bool good = g_file_set_contents(path, text->str, (gssize)text->len, error);
    g_free(path);
    g_string_free(text, TRUE);
    return good;
}

static GArray *bases_of(const struct an_calibration *c)
{
    GArray *values = g_array_new(FALSE, FALSE, sizeof(double));
    for (guint i = 0; i < c->pairs->len; i++) {
        const struct an_pair_delay *pair = &g_array_index(c->pairs, struct an_pair_delay, i);
        if (pair->base.count)
            g_array_append_val(values, pair->base.value);
    }
    an_sort_doubles_in(values);
    return values;
}

static GArray *rates_of(const struct an_calibration *c)
{
    GArray *values = g_array_new(FALSE, FALSE, sizeof(double));
    for (guint i = 0; i < c->lines->len; i++)
        g_array_append_val(values, g_array_index(c->lines, struct an_line_rate, i).up.value);
    an_sort_doubles_in(values);
    return values;
}

/* What a hop takes in a capture that is not the simulator's: on its way, and at the relay. The simulator's relays take no time, so
 * the least goes into the delay and what is above it into the jitter. */
static void add_think(const struct an_calibration *c, GArray *bases, GArray *jitter)
{
    double least = an_sorted_quantile(c->relay, 0);
    for (guint i = 0; i < bases->len; i++)
        g_array_index(bases, double, i) += least;
    for (guint i = 0; i < c->relay->len; i++) {
        double over = g_array_index(c->relay, double, i) - least;
        g_array_append_val(jitter, over);
    }
}

static bool write_profile(const struct an_calibration *c, const struct options *options, GError **error)
{
    char *base = g_str_has_suffix(options->profile, ".lua") ? g_strndup(options->profile, strlen(options->profile) - 4)
                                                           : g_strdup(options->profile);
    char *name = g_path_get_basename(base), *path = g_strconcat(base, ".lua", NULL);
    GArray *bases = bases_of(c), *rates = rates_of(c), *over = options->simulated ? g_array_ref(c->jitter) : g_array_new(FALSE, FALSE, sizeof(double));
    GString *lua = g_string_new(NULL);
    if (!options->simulated)
        add_think(c, bases, over);
    bool jitter = over->len && an_sorted_quantile(over, 1) >= 1;
    g_string_append_printf(lua, "-- Calibrated from %s: %u pairs of hosts, %u lines that were busy, %u delays.\n", options->capture, bases->len,
                           rates->len, c->jitter->len);
    g_string_append_printf(lua, "-- Jitter of the first half against the second: Kolmogorov-Smirnov distance %.3f. Think time of a relay: median %.3f ms.\n",
                           c->drift, an_sorted_quantile(c->relay, 0.5) / 1e6);
    g_string_append_printf(lua, "return { title = \"calibrated\", profile = \"null\",\n  delay = \"file %s-delay.txt\",\n", name);
    if (jitter)
        g_string_append_printf(lua, "  jitter = \"file %s-jitter.txt\",\n", name);
    if (rates->len)
        g_string_append_printf(lua, "  up = \"file %s-up.txt\",\n", name);
    g_string_append(lua, "}\n");
    bool good = write_list(base, "delay", bases, "ns", 1, error) && (!jitter || write_list(base, "jitter", over, "ns", 1, error)) &&
                (!rates->len || write_list(base, "up", rates, "bit/s", 1, error)) &&
                g_file_set_contents(path, lua->str, (gssize)lua->len, error);
    g_string_free(lua, TRUE);
    g_array_unref(bases);
    g_array_unref(rates);
    g_array_unref(over);
    g_free(base);
    g_free(name);
    g_free(path);
    return good;
}

static int calibrate(struct options *options)
{
    GError *error = NULL;
    bool folder = g_file_test(options->capture, G_FILE_TEST_IS_DIR);
    options->simulated = folder && !an_run_is_live(options->capture);
    char *path = folder ? g_build_filename(options->capture, "run.pcapng", NULL) : g_strdup(options->capture);
    char *addresses = folder ? g_build_filename(options->capture, "addresses.tsv", NULL) : NULL;
    struct an_calibration *c = an_calibrate(path, &(struct an_calibrate_options){options->simulated, addresses}, &error);
    int result = SCN_EXIT_OK;
    if (c && !c->jitter->len)
        g_set_error(&error, AN_CAPTURE_ERROR, AN_CAPTURE_NOT_ONE, "%s: no delay can be measured in it: %s", path,
                    options->simulated ? "no packet was acknowledged" : "no TCP handshake is whole");
    if (!c || error || !write_profile(c, options, &error))
        result = scn_cmd_fail(error);
    else
        print_table(c);
    an_calibration_free(c);
    g_free(path);
    g_free(addresses);
    return result;
}

int scn_cmd_calibrate(int argc, char **argv)
{
    struct options options = {0};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            fputs(usage, stdout);
            return SCN_EXIT_OK;
        }
        if (strcmp(argv[i], "-o") == 0 && i + 1 < argc)
            options.profile = argv[++i];
        else if (argv[i][0] == '-')
            return complain(strcmp(argv[i], "-o") == 0 ? "-o needs a value" : "unknown option ", strcmp(argv[i], "-o") == 0 ? "" : argv[i]);
        else if (options.capture)
            return complain("one capture at a time; a second one is ", argv[i]);
        else
            options.capture = argv[i];
    }
    if (!options.capture || !options.profile)
        return complain(options.capture ? "where to: -o PROFILE.lua" : "which capture?", "");
    return calibrate(&options);
}
