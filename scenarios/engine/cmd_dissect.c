#include "analysis/dissect.h"
#include "scenarios/engine/cmd.h"

#include <stdio.h>
#include <string.h>

static const char usage[] = "usage: peermesh dissect [--tsv | --json | --xml] FILE…\n"
                            "Prints every framing record and every TCP SYN, FIN and RST of packet captures "
                            "(pcap, pcapng), one line each.\n"
                            "  --tsv   columns time, packet, stream, dir, src, dst, record, size, detail, "
                            "action, message_id, relates_to,\n"
                            "          body, session_strings\n"
                            "  --json  one object per line, bodies complete\n"
                            "  --xml   every envelope as indented XML, prefixes and order as on the wire\n";

static int complain(const char *about, const char *what)
{
    fprintf(stderr, "peermesh dissect: %s%s\n%s", about, what, usage);
    return SCN_EXIT_USAGE;
}

static int dissect_all(char **files, int count, enum an_dissect_form form)
{
    int result = SCN_EXIT_OK;
    for (int i = 0; i < count; i++) {
        GError *error = NULL;
        if (count > 1 && form == AN_DISSECT_TEXT)
            printf("%s# %s\n", i ? "\n" : "", files[i]);
        if (an_dissect(files[i], form, stdout, &error) != 0)
            result = scn_cmd_fail(error);
    }
    return result;
}

int scn_cmd_dissect(int argc, char **argv)
{
    enum an_dissect_form form = AN_DISSECT_TEXT;
    int first = 1;
    for (; first < argc && argv[first][0] == '-'; first++) {
        const char *option = argv[first];
        enum an_dissect_form asked;
        if (strcmp(option, "--") == 0) {
            first++;
            break;
        }
        if (strcmp(option, "--help") == 0 || strcmp(option, "-h") == 0) {
            fputs(usage, stdout);
            return SCN_EXIT_OK;
        }
        if (strcmp(option, "--tsv") == 0)
            asked = AN_DISSECT_TSV;
        else if (strcmp(option, "--json") == 0)
            asked = AN_DISSECT_JSON;
        else if (strcmp(option, "--xml") == 0)
            asked = AN_DISSECT_XML;
        else
            return complain("unknown option ", option);
        if (form != AN_DISSECT_TEXT && form != asked)
            return complain("--tsv, --json and --xml exclude each other", "");
        form = asked;
    }
    if (first == argc)
        return complain("which capture?", "");
    return dissect_all(argv + first, argc - first, form);
}
