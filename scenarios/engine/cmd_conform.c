/* peermesh conform: one node after the other is taken out of a capture, and our core put in its place. */
#include "scenarios/conform/fit.h"
#include "scenarios/engine/cmd.h"
#include "scenarios/engine/suggest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: peermesh conform CAPTURE [--peer N1 | ADDRESS:PORT] [--dialect net | spec | profile | mono] [--known FILE] [--tsv]\n"
    "Takes each node in turn out of a capture (or the one named), tells our core what that node was told, when it was told,\n"
    "and the random values it drew; compares what our core sends with what the node sent, message by message.\n"
    "  --known FILE   table of deviations that are explained: outcome, message, contains, reason; dotnet, mono and spec\n"
    "                 name those that come with the program (scenarios/conform/known); several with commas between them\n"
    "  --tsv          a line for each difference, with all columns\n"
    "Exit code 0: no difference without a reason, 1: there are some, 2: the capture cannot be used.\n";

struct options {
    const char *capture, *peer, *known;
    enum pc_dialect dialect;
    bool tsv;
};

static int complain(const char *about, const char *what)
{
    fprintf(stderr, "peermesh conform: %s%s\n%s", about, what, usage);
    return SCN_EXIT_USAGE;
}

static bool is_asked(const struct options *options, const struct cf_captured_node *node)
{
    char endpoint[AN_ENDPOINT_TEXT];
    return !options->peer || strcmp(options->peer, node->name) == 0 ||
           strcmp(options->peer, an_endpoint_format(&node->endpoint, endpoint)) == 0;
}

static void print_finding(const struct cf_finding *f)
{
    int64_t at = f->theirs >= 0 ? f->theirs : f->ours;
    printf("    %11.6f  %-11s ", (double)at / 1e9, cf_outcome_name(f->outcome));
    if (f->connection != CF_NOBODY)
        printf("s%u  ", f->connection);
    printf("%s%s%s%s%s\n", f->message, f->detail ? ": " : "", f->detail ? f->detail : "", f->reason ? "  -- " : "",
           f->reason ? f->reason : "");
}

static void print_tsv(const struct cf_captured_node *node, const struct cf_verdict *v)
{
    for (guint i = 0; i < v->findings->len; i++) {
        const struct cf_finding *f = &g_array_index(v->findings, struct cf_finding, i);
        printf("%s\t", node->name);
        if (f->connection != CF_NOBODY)
            printf("%u", f->connection);
        printf("\t%s\t%s\t%" G_GINT64_FORMAT "\t%" G_GINT64_FORMAT "\t%s\t%s\n", cf_outcome_name(f->outcome), f->message, f->ours,
               f->theirs, f->detail ? f->detail : "", f->reason ? f->reason : "");
    }
}

static double milliseconds(const GArray *sorted, unsigned percent)
{
    return sorted->len ? (double)g_array_index(sorted, int64_t, (sorted->len - 1) * percent / 100) / 1e6 : 0;
}

static void print_node(const struct cf_captured_node *node, const struct cf_fit *fit)
{
    const struct cf_replay *replay = fit->replay;
    const struct cf_verdict *v = fit->verdict;
    char endpoint[AN_ENDPOINT_TEXT];
    printf("%s %s  %u records compared: %u the same octets, %u the same content, %u differ; %u at a timer, at most %.1f ms apart; "
           "think time p50 %.1f ms, p99 %.1f ms; records put off at most %.1f ms (%u orders)\n",
           node->name, an_endpoint_format(&node->endpoint, endpoint), v->messages, v->counts[CF_SAME], v->counts[CF_CONTENT],
           v->counts[CF_DIFFERS], v->timers, (double)v->timer_worst / 1e6, milliseconds(v->think, 50), milliseconds(v->think, 99),
           (double)fit->longest / 1e6, fit->tries);
    if (replay->gave_up)
        printf("    our core would not open: %s\n", replay->why);
    for (guint i = 0; i < replay->notes->len; i++)
        printf("    our core says of what came: %s\n", (const char *)replay->notes->pdata[i]);
    for (guint i = 0; i < v->findings->len; i++)
        print_finding(&g_array_index(v->findings, struct cf_finding, i));
}

/* 0: nothing unexplained, 1: something; 2: it cannot be judged. */
static int judge(const struct options *options, struct cf_capture *capture, const struct cf_captured_node *node,
                 struct cf_known *known)
{
    char *why;
    struct cf_fit *fit = cf_fit_new(capture, node, pc_rules_of(options->dialect), known, &why);
    if (!fit) {
        fprintf(stderr, "%s: not judged: %s\n", node->name, why);
        g_free(why);
        return SCN_EXIT_USAGE;
    }
    if (options->tsv)
        print_tsv(node, fit->verdict);
    else
        print_node(node, fit);
    for (guint i = 0; i < fit->verdict->findings->len; i++) {
        const char *reason = g_array_index(fit->verdict->findings, struct cf_finding, i).reason;
        if (reason)
            cf_known_told(known, reason);
    }
    int result = fit->verdict->unexplained || fit->replay->gave_up ? SCN_EXIT_FAILED : SCN_EXIT_OK;
    cf_fit_free(fit, capture->codec);
    return result;
}

static void print_known(const struct cf_known *known)
{
    const char *what, *reason;
    unsigned uses;
    for (guint i = 0; cf_known_row(known, i, &what, &reason, &uses); i++)
        if (uses)
            printf("known: %s: %u times: %s\n", what, uses, reason);
}

static int conform(const struct options *options, struct cf_known *known)
{
    GError *error = NULL;
    struct cf_capture *capture = cf_capture_read(options->capture, &error);
    if (!capture)
        return scn_cmd_fail(error);
    const GPtrArray *nodes = cf_captured_nodes(capture);
    int result = SCN_EXIT_OK, judged = 0;
    if (options->tsv)
        puts("node\tconnection\toutcome\tmessage\tours_ns\ttheirs_ns\tdetail\treason");
    for (guint i = 0; i < nodes->len; i++) {
        if (!is_asked(options, nodes->pdata[i]))
            continue;
        int one = judge(options, capture, nodes->pdata[i], known);
        judged += one != SCN_EXIT_USAGE;
        if (one == SCN_EXIT_FAILED)
            result = SCN_EXIT_FAILED;
    }
    if (!judged) {
        fprintf(stderr, "peermesh conform: %s: %s%s\n", options->capture,
                options->peer ? "no node that can be judged is called or listens at " : "it shows no node that can be judged",
                options->peer ? options->peer : "");
        result = SCN_EXIT_USAGE;
    }
    if (!options->tsv)
        print_known(known);
    cf_capture_free(capture);
    return result;
}

/* A file, or the name of a table that comes with the program. */
static char *known_file(const char *name)
{
    char *file = g_strconcat(name, ".tsv", NULL), *own = g_build_filename(scn_library(), "conform", "known", file, NULL);
    g_free(file);
    if (strchr(name, '/') || g_file_test(name, G_FILE_TEST_EXISTS) || !g_file_test(own, G_FILE_TEST_EXISTS)) {
        g_free(own);
        return g_strdup(name);
    }
    return own;
}

int scn_cmd_conform(int argc, char **argv)
{
    struct options options = {.dialect = PC_DIALECT_NET};
    for (int i = 1; i < argc; i++) {
        const char *option = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(option, "--help") == 0) {
            fputs(usage, stdout);
            return SCN_EXIT_OK;
        }
        if (strcmp(option, "--tsv") == 0) {
            options.tsv = true;
            continue;
        }
        bool takes_value = strcmp(option, "--peer") == 0 || strcmp(option, "--known") == 0 || strcmp(option, "--dialect") == 0;
        if (takes_value && !value)
            return complain(option, " needs a value");
        if (strcmp(option, "--peer") == 0)
            options.peer = value;
        else if (strcmp(option, "--known") == 0)
            options.known = value;
        else if (strcmp(option, "--dialect") == 0 && !pc_dialect_find(value, &options.dialect))
            return complain("no dialect ", value);
        else if (!takes_value && option[0] == '-')
            return complain("unknown option ", option);
        else if (!takes_value && options.capture)
            return complain("one capture at a time; a second one is ", option);
        else if (!takes_value)
            options.capture = option;
        i += takes_value;
    }
    if (!options.capture)
        return complain("which capture?", "");
    GError *error = NULL;
    char **tables = g_strsplit(options.known ? options.known : "", ",", -1);
    struct cf_known *known = NULL;
    for (unsigned i = 0; tables[i] && !error; i++) {
        char *table = known_file(tables[i]);
        known = cf_known_read(known, table, &error);
        g_free(table);
    }
    g_strfreev(tables);
    if (error)
        return scn_cmd_fail(error);
    int result = conform(&options, known);
    cf_known_free(known);
    return result;
}
