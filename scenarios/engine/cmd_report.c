#include "analysis/flood_page.h"
#include "analysis/metrics.h"
#include "analysis/report.h"
#include "scenarios/engine/cmd.h"

#include <stdio.h>
#include <string.h>

static const char usage[] = "usage: peermesh report [--index FILE.html] RUN…\n"
                            "Draws the plots of run folders again and writes RUN/report.html, a page that needs nothing else.\n"
                            "  --index FILE.html  also a page that lists all these runs\n";

/* The page of one flood, where there is one to show: then the report links it. */
static bool flood_page(const char *folder, GError **error)
{
    GError *failure = NULL;
    if (an_flood_page(folder, AN_NONE, NULL, &failure))
        return true;
    if (g_error_matches(failure, AN_ERROR, AN_ERROR_NOT_AVAILABLE)) {
        g_error_free(failure);
        return true;
    }
    g_propagate_error(error, failure);
    return false;
}

int scn_cmd_report(int argc, char **argv)
{
    const char *index = NULL;
    int first = 1, code = SCN_EXIT_OK;
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return SCN_EXIT_OK;
    }
    if (argc > 2 && strcmp(argv[1], "--index") == 0) {
        index = argv[2];
        first = 3;
    }
    if (first >= argc || argv[first][0] == '-') {
        fputs(usage, stderr);
        return SCN_EXIT_USAGE;
    }
    for (int i = first; i < argc; i++) {
        GError *error = NULL;
        int drawn = an_report(argv[i], &error);
        if (drawn < 0 || !flood_page(argv[i], &error) || !an_report_page(argv[i], &error))
            code = scn_cmd_fail(error);
        else
            printf("%s: %d pictures in %s/plots, page %s/report.html\n", argv[i], drawn, argv[i], argv[i]);
    }
    GError *error = NULL;
    if (index && code == SCN_EXIT_OK) {
        if (an_report_index(index, (const char *const *)argv + first, &error))
            printf("%s: %d runs\n", index, argc - first);
        else
            code = scn_cmd_fail(error);
    }
    return code;
}
