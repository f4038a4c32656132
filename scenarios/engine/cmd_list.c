#include "scenarios/engine/cmd.h"
#include "scenarios/engine/library.h"

#include <stdio.h>

int scn_cmd_list(int argc, char **argv)
{
    GError *error = NULL;
    (void)argv;
    if (argc != 1) {
        fputs("usage: peermesh list\n", stderr);
        return SCN_EXIT_USAGE;
    }
    GPtrArray *entries = scn_library_list(scn_library(), &error);
    if (!entries)
        return scn_cmd_fail(error);
    char *text = scn_library_text(entries);
    fputs(text, stdout);
    int code = SCN_EXIT_OK;
    for (guint i = 0; i < entries->len; i++)
        if (!((const struct scn_library_entry *)entries->pdata[i])->plan)
            code = SCN_EXIT_USAGE;
    g_free(text);
    g_ptr_array_unref(entries);
    return code;
}
