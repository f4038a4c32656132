/* Scripts of tests: a text becomes a file in a folder of its own, is loaded, and the folder goes away again.
 */
#ifndef TESTS_SCRIPT_HELPER_H
#define TESTS_SCRIPT_HELPER_H

#include "scenarios/engine/script.h"

/* A header that is complete, for scripts that are about something else: lines 1 to 6. Then `p`, `m`, `all`
 * (10 peers). */
#define HEADER                                                                                               \
    "local p = scenario { title = \"T\", story = \"S\", params = { n = 10, size = \"100B\", how = \"a | "    \
    "b\",\n"                                                                                                 \
    "  share = \"20%\", yes = true, work = \"exp 10s\" } }\n"                                                \
    "network \"null\"\n"                                                                                     \
    "local m = mesh \"m\"\n"                                                                                 \
    "local all = peers(\"peer\", p.n, { mesh = m })\n"                                                       \
    "local one = peers(\"one\", 1, { mesh = m })\n"
#define FIRST_LINE 7 /* the line behind HEADER */
#define ENDING     "\nfinish(settled + \"10min\")\n"

struct options {
    const char *variant, *tier;
    const char *sets[4], *withouts[4];
    uint64_t seed;
    const char *module, *module_text; /* a further file beside the script */
    const char *library;              /* folder of the library; NULL: none */
};

/* Loads the text as t.lua. NULL: *error says why. */
struct scn_plan *load_text(const char *text, const struct options *options, GError **error);

/* Loads HEADER, text and ENDING, which must succeed. */
struct scn_plan *load_body(const char *text);

/* What print() of the last script said, lines joined by '|'. */
const char *printed(void);

/* The message that loading gives; fails the test if it loads. Free with g_free. */
char *refusal(const char *text, const struct options *options);

#endif
