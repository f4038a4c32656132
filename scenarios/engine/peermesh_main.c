/* peermesh: simulation and test harness for Peer Channel meshes. The table of its commands. */
#include "scenarios/engine/cmd.h"
#include "scenarios/engine/version.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifndef SCN_COMMIT
#define SCN_COMMIT "unknown" /* the Makefile says it */
#endif

static const struct {
    const char *name, *usage, *what;
    int (*run)(int argc, char **argv); /* NULL: not built yet */
} commands[] = {
    {"list", "", "the scenario library: name, one line, parameters with defaults", scn_cmd_list},
    {"run", "SCENARIO.lua [--seed N | --seeds A..B] [--tier T] [--variant V] [--set name=value]… [--without KEY]… [--dry-run] [--pcap] [--out DIR]",
     "a scenario: progress, verdict, run folder", scn_cmd_run},
    {"sweep", "SCENARIO.lua [--study NAME] [--vary NAME=A,B,C]… [--seeds A..B] [--tier T] [--set name=value]… [--jobs N] [--fresh]",
     "one scenario over parameters and seeds, all processors busy: checks judged over seeds, curves with bands", scn_cmd_sweep},
    {"check", "[SCENARIO[:VARIANT]]… [--tier T] [--seeds A..B] [--update REASON] [--junit FILE] [--keep] [--resume]",
     "the regression suite: verdicts, exact values and fingerprints against stored baselines; TAP", scn_cmd_check},
    {"why", "RUN MESSAGE PEER", "how a message came to a peer, hop by hop and part by part, or why it never came", scn_cmd_why},
    {"report", "[--index FILE.html] RUN…", "draws the plots of run folders again; a self-contained page for each, and one over all",
     scn_cmd_report},
    {"flood", "RUN [MESSAGE] [-o FILE.html]", "one message on its way over the mesh: a page with a time slider", scn_cmd_flood},
    {"dissect", "[--tsv | --json | --xml] CAPTURE…", "every record of a pcap or pcapng file, decoded", scn_cmd_dissect},
    {"compare", "A B [--tolerance FILE] [--out FOLDER] [--tsv]", "two runs or captures: both distributions of each variable, equivalent or not",
     scn_cmd_compare},
    {"calibrate", "CAPTURE -o PROFILE.lua", "a network profile from a capture: delays, jitter, lines, think times, with intervals", scn_cmd_calibrate},
    {"conform", "CAPTURE [--peer NODE] [--dialect D] [--known FILE] [--tsv]", "our core in the place of each captured node, message by message",
     scn_cmd_conform},
    {"fsm", "--dot", "the neighbor state machine that the code runs, for Graphviz", scn_cmd_fsm},
    {"live", "SCENARIO.lua [--delay TIME | profile] [--seed N] [--tier T] [--variant V] [--set name=value]… [--without KEY]… [--out DIR]",
     "the same scenario on live nodes over loopback, by the wall clock, captured", scn_cmd_live},
    {"node", "--mesh net.p2p://NAME --listen ADDRESS:PORT [--resolver net.tcp://…] [--channel NAME]… [--json] [--dialect D] [--min N] [--ideal N] [--max N] [--hops N]",
     "a live node on real sockets: lines typed are flooded, arrivals are printed", scn_cmd_node},
    {"resolver", "--listen ADDRESS:PORT [--lifetime TIME] [--json]", "a live custom resolver service", scn_cmd_resolver},
    {"hunt", NULL, "a swarm of random faults and seeds", NULL},
};

static void usage(FILE *out)
{
    fputs("usage: peermesh COMMAND [ARGUMENT]…\n\n", out);
    for (unsigned i = 0; i < G_N_ELEMENTS(commands); i++)
        if (commands[i].run)
            fprintf(out, "  peermesh %s %s\n        %s\n", commands[i].name, commands[i].usage, commands[i].what);
    fputs("\nNot built yet:", out);
    for (unsigned i = 0; i < G_N_ELEMENTS(commands); i++)
        if (!commands[i].run)
            fprintf(out, " %s", commands[i].name);
    fputs("\n\nExit codes: 0 pass, 1 a check failed, 2 usage or bad input, 3 the mesh did not get there, 5 internal error.\n"
          "Data goes to stdout, talk to stderr.\n",
          out);
}

int scn_cmd_fail(GError *error)
{
    fprintf(stderr, "peermesh: %s\n", error->message);
    g_error_free(error);
    return SCN_EXIT_USAGE;
}

const char *scn_library(void)
{
    static char *found;
    if (found)
        return found;
    char *self = g_file_read_link("/proc/self/exe", NULL), *folder = self ? g_path_get_dirname(self) : g_strdup(".");
    static const char *const places[] = {"scenarios", "../scenarios", "../share/peermesh/scenarios"}; /* the last: installed */
    for (unsigned i = 0; i < G_N_ELEMENTS(places); i++) {
        char *script = g_build_filename(folder, places[i], "mesh", "hello.lua", NULL);
        if (!found && (g_file_test(script, G_FILE_TEST_EXISTS) || i + 1 == G_N_ELEMENTS(places)))
            found = g_build_filename(folder, places[i], NULL);
        g_free(script);
    }
    g_free(folder);
    g_free(self);
    return found;
}

const char *scn_build(void)
{
    return SCN_VERSION " " SCN_COMMIT;
}

int main(int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        usage(argc < 2 ? stderr : stdout);
        return argc < 2 ? SCN_EXIT_USAGE : SCN_EXIT_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("peermesh %s\n", scn_build());
        return SCN_EXIT_OK;
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (strcmp(commands[i].name, argv[1]) != 0)
            continue;
        if (commands[i].run)
            return commands[i].run(argc - 1, argv + 1);
        fprintf(stderr, "peermesh: '%s' is not built yet (%s)\n", commands[i].name, commands[i].what);
        return SCN_EXIT_USAGE;
    }
    fprintf(stderr, "peermesh: no command '%s'; peermesh --help lists them\n", argv[1]);
    return SCN_EXIT_USAGE;
}
