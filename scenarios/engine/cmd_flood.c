/* peermesh flood RUN [MESSAGE] [-o FILE.html] */
#include "analysis/flood_page.h"
#include "analysis/timeline.h"
#include "scenarios/engine/cmd.h"

#include <stdio.h>
#include <string.h>

static const char usage[] = "usage: peermesh flood RUN [MESSAGE] [-o FILE.html]\n"
                            "One message on its way over the mesh, from the trace of a run: a page with a time slider that needs nothing else.\n"
                            "  RUN           a run folder with trace.bin\n"
                            "  MESSAGE       its number, as verdicts and `peermesh why` give it (default: one that reached most)\n"
                            "  -o FILE.html  where to write it (default RUN/flood.html)\n";

int scn_cmd_flood(int argc, char **argv)
{
    const char *folder = NULL, *path = NULL;
    guint64 number = 0;
    bool good = argc >= 2;
    for (int i = 1; i < argc && good; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            fputs(usage, stdout);
            return SCN_EXIT_OK;
        }
        if (strcmp(argv[i], "-o") == 0 && i + 1 < argc && !path)
            path = argv[++i];
        else if (!folder && argv[i][0] != '-')
            folder = argv[i];
        else
            good = number == 0 && g_ascii_string_to_unsigned(argv[i], 10, 1, G_MAXUINT32 - 1, &number, NULL);
    }
    if (!good || !folder) {
        fputs(usage, stderr);
        return SCN_EXIT_USAGE;
    }
    GError *error = NULL;
    if (!an_flood_page(folder, number ? (uint32_t)number - 1 : AN_NONE, path, &error))
        return scn_cmd_fail(error);
    if (path)
        printf("%s\n", path);
    else
        printf("%s/flood.html\n", folder);
    return SCN_EXIT_OK;
}
