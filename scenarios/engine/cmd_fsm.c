#include "protocol/mesh/fsm.h"
#include "scenarios/engine/cmd.h"

#include <string.h>

int scn_cmd_fsm(int argc, char **argv)
{
    if (argc != 2 || strcmp(argv[1], "--dot") != 0) {
        fputs("usage: peermesh fsm --dot\n", stderr);
        return SCN_EXIT_USAGE;
    }
    pc_fsm_print_dot(stdout);
    return SCN_EXIT_OK;
}
