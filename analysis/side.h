/* One side of a comparison: a run folder or a capture, as observations that can be laid beside those of another. */
#ifndef AN_SIDE_H
#define AN_SIDE_H

#include "analysis/names.h"
#include "analysis/timeline.h"

struct an_observation {
    double value;     /* in the unit of its variable: ns, a count, octets, a share */
    uint32_t cluster; /* message, peer or link; of several runs: the run. Observations of one are not independent */
};

struct an_variable {
    char *name; /* "latency", "copies", "control link utility" */
    enum an_unit unit;
    GArray *observations; /* of struct an_observation */
};

/* What both ends of a connection said, floods and LinkUtility left out: those are counted, their place is chance. */
struct an_talk {
    char *key;      /* "1>2 #1": who opened it to whom (numbers in the order of their starts), which of theirs it is */
    GString *said[2]; /* kinds in order, "Connect Disconnect"; [1] by who opened it */
};

struct an_side {
    char *name;           /* as given */
    const char *clock;    /* a sentence: where its times come from */
    uint32_t runs, peers, messages;
    GPtrArray *variables; /* of struct an_variable, always the same in the same order */
    GPtrArray *talks;     /* of struct an_talk, in order of beginning */
};

/* A run folder with a full trace or a capture, or a capture; or several, commas between them: then what is compared is one run
 * with another, and talks are left out. NULL with an error that begins with the name. */
struct an_side *an_side_read(const char *path, GError **error);
void an_side_free(struct an_side *side); /* NULL is allowed */

#endif
