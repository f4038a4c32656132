#include "analysis/report.h"
#include "scenarios/engine/cmd.h"

#include <stdio.h>

int scn_cmd_report(int argc, char **argv)
{
    if (argc < 2) {
        fputs("usage: peermesh report RUN…\n", stderr);
        return SCN_EXIT_USAGE;
    }
    int code = SCN_EXIT_OK;
    for (int i = 1; i < argc; i++) {
        GError *error = NULL;
        int drawn = an_report(argv[i], &error);
        if (drawn < 0)
            code = scn_cmd_fail(error);
        else
            printf("%s: %d pictures in %s/plots\n", argv[i], drawn, argv[i]);
    }
    return code;
}
