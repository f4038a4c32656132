/* A story: a text file that sets peers up, says what happens to them, and holds the trace that must come of it. */
#ifndef NARRATIVE_STORY_H
#define NARRATIVE_STORY_H

#include "tests/unit/narrative/rig.h"

/* Runs a story file. NULL if its trace came out as written, else a report to print (g_free). With `rewrite` the trace
 * that came out replaces the one in the file. */
char *story_run(const char *path, bool rewrite);

/* The parts: each false on text it does not understand. */
bool story_time(const char *text, pc_time *out);
bool story_set_rule(struct pc_rules *rules, const char *assignment);

/* puppet.c: "writes …" of a peer that the script plays; words is NULL-terminated. */
bool story_puppet(struct rig_peer *puppet, char **words);

/* diff.c: the lines of two texts side by side, "-" expected, "+" came out. */
char *story_diff(const char *expected, const char *actual);

#endif
