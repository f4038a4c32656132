#include "protocol/mesh/fsm.h"
#include "scenarios/engine/cmd.h"

#include <string.h>

int scn_cmd_fsm(int argc, char **argv)
{
    bool dot = argc == 2 && strcmp(argv[1], "--dot") == 0, table = argc == 2 && strcmp(argv[1], "--table") == 0;
    if (!dot && !table) {
        fputs("usage: peermesh fsm --dot | --table\n", stderr);
        return SCN_EXIT_USAGE;
    }
    if (dot)
        pc_fsm_print_dot(stdout);
    else
        pc_fsm_print_table(stdout);
    return SCN_EXIT_OK;
}
