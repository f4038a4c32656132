/* "did you mean": the name that was probably meant, by edit distance. */
#ifndef SCN_SUGGEST_H
#define SCN_SUGGEST_H

#include <stddef.h>

/* The nearest of `names` (ends with NULL), or NULL if none is near: at most two letters wrong, or a third of
 * a long name. Swapped neighbors count as one letter. Among equally near ones the first. */
const char *scn_suggest(const char *name, const char *const *names);

#endif
