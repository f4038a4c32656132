/* peermesh compare A B: two runs or captures, variable by variable. */
#include "analysis/compare.h"
#include "scenarios/engine/cmd.h"

#include <stdio.h>
#include <string.h>

static const char usage[] =
    "usage: peermesh compare A B [--tolerance FILE] [--out FOLDER] [--tsv]\n"
    "Is B what A is? A and B are run folders (made with --trace full or --pcap) or captures, or several with commas between them. For\n"
    "each variable both distributions, the 90 % interval of the difference (bootstrap by messages, peers or links; by runs where there\n"
    "are several), and whether it lies within the tolerance: only then they are equivalent. One run is one mesh: to compare what a\n"
    "scenario does, give several seeds on each side, three at least. Messages on the connections that both have are compared kind by kind, each direction in its order.\n"
    "  --tolerance FILE  lines variable, statistic (mean, p50, p90, each: one by one, none: not at all), relative, absolute; they go before the built-in ones.\n"
    "                    Variable connections: each, 0, N lets N say something else or stand on one side alone. A,B: two tables\n"
    "  --out FOLDER      plots of both distributions\n"
    "Exit code 0: all equivalent, 1: something is different or undecided, 2: bad input.\n";

struct options {
    const char *a, *b, *tolerance, *out;
    bool tsv;
};

static int complain(const char *about, const char *what)
{
    fprintf(stderr, "peermesh compare: %s%s\n%s", about, what, usage);
    return SCN_EXIT_USAGE;
}

static void print_one(const struct an_comparison *c, bool tsv)
{
    const char *unit;
    double one = an_unit_shown(c->a->unit, &unit);
    printf(tsv ? "%s\t%s\t%s\t%u\t%u\t%.6g\t%.6g\t%.6g\t%.6g\t%.6g\t%.4f\t%.4f\t%s\n"
               : "%-32s %-5s %-3s %7u %7u %11.4g %11.4g  [%10.4g, %10.4g] %10.4g %7.3f %6.3f  %s\n",
           c->a->name, an_statistic_name(c->statistic), unit, c->a->observations->len, c->b->observations->len, c->value_a / one,
           c->value_b / one, c->low / one, c->high / one, c->tolerance / one, c->effect, c->distance, an_verdict_name(c->verdict));
}

static void print_head(const struct an_side *a, const struct an_side *b, bool tsv)
{
    if (tsv) {
        puts("variable\tstatistic\tunit\tn_a\tn_b\ta\tb\tlow\thigh\ttolerance\teffect\tdistance\tverdict");
        return;
    }
    printf("A  %s: %u runs, %u peers, %u messages; clock: %s\nB  %s: %u runs, %u peers, %u messages; clock: %s\n\n", a->name, a->runs, a->peers,
           a->messages, a->clock, b->name, b->runs, b->peers, b->messages, b->clock);
    printf("%-32s %-5s %-3s %7s %7s %11s %11s  %-24s %10s %7s %6s\n", "variable", "", "", "n of A", "n of B", "A", "B", "90 % of B - A",
           "tolerance", "effect", "dist.");
}

/* How many are not equivalent. */
static unsigned print_all(const struct an_side *a, const struct an_side *b, const GArray *comparisons, const GPtrArray *tolerances, bool tsv)
{
    unsigned bad = 0;
    print_head(a, b, tsv);
    for (guint i = 0; i < comparisons->len; i++) {
        const struct an_comparison *c = &g_array_index(comparisons, struct an_comparison, i);
        bad += c->verdict == AN_DIFFERENT || c->verdict == AN_UNDECIDED;
        if (tsv || c->verdict != AN_NOTHING)
            print_one(c, tsv);
    }
    struct an_talk_comparison talks = an_compare_talks(a, b);
    bool differ = an_talks_differ(&talks, tolerances);
    bad += differ;
    if (tsv)
        printf("talks\tcount\t\t%u\t%u\t%u\t%u\t0\t%u\t0\t0\t0\t%s\n", a->talks->len, b->talks->len, talks.common, talks.common,
               talks.different, differ ? "DIFFERENT" : talks.common ? "equivalent" : "nothing");
    else
        printf("connections: %u between the same two, %u only in A, %u only in B; kinds and order differ on %u%s%s%s\n", talks.common,
               talks.only_a, talks.only_b, talks.different, differ ? ": DIFFERENT" : "", talks.first ? ": " : "", talks.first ? talks.first : "");
    g_free(talks.first);
    return bad;
}

static int compare(const struct options *options, const struct an_side *a, const struct an_side *b, const GPtrArray *tolerances)
{
    GError *error = NULL;
    GArray *comparisons = an_compare(a, b, tolerances);
    unsigned bad = print_all(a, b, comparisons, tolerances, options->tsv);
    int result = bad ? SCN_EXIT_FAILED : SCN_EXIT_OK;
    if (options->out && !an_compare_plots(comparisons, options->out, a->name, b->name, &error))
        result = scn_cmd_fail(error);
    g_array_unref(comparisons);
    return result;
}

static int compare_files(const struct options *options)
{
    GError *error = NULL;
    GPtrArray *tolerances = an_tolerances_read(options->tolerance, &error);
    struct an_side *a = tolerances ? an_side_read(options->a, &error) : NULL, *b = a ? an_side_read(options->b, &error) : NULL;
    int result = b ? compare(options, a, b, tolerances) : scn_cmd_fail(error);
    an_side_free(a);
    an_side_free(b);
    if (tolerances)
        g_ptr_array_unref(tolerances);
    return result;
}

int scn_cmd_compare(int argc, char **argv)
{
    struct options options = {0};
    for (int i = 1; i < argc; i++) {
        const char *option = argv[i];
        bool takes_value = strcmp(option, "--tolerance") == 0 || strcmp(option, "--out") == 0;
        if (strcmp(option, "--help") == 0) {
            fputs(usage, stdout);
            return SCN_EXIT_OK;
        }
        if (takes_value && i + 1 == argc)
            return complain(option, " needs a value");
        if (strcmp(option, "--tolerance") == 0)
            options.tolerance = argv[++i];
        else if (strcmp(option, "--out") == 0)
            options.out = argv[++i];
        else if (strcmp(option, "--tsv") == 0)
            options.tsv = true;
        else if (option[0] == '-')
            return complain("unknown option ", option);
        else if (!options.a)
            options.a = option;
        else if (!options.b)
            options.b = option;
        else
            return complain("two at a time; a third one is ", option);
    }
    if (!options.b)
        return complain("which two?", "");
    return compare_files(&options);
}
