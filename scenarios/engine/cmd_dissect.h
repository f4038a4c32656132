/* peermesh dissect: the records of captures, decoded. */
#ifndef SCN_CMD_DISSECT_H
#define SCN_CMD_DISSECT_H

/* argv[0] is the subcommand's name, options and files follow. 0, or 2 after telling stderr why. */
int scn_cmd_dissect(int argc, char **argv);

#endif
