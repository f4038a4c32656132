/* Known deviations of an implementation: which findings are no news, and why. */
#ifndef CF_KNOWN_H
#define CF_KNOWN_H

#include <glib.h>
#include <stdbool.h>

struct cf_known;

/* A table: outcome, message, contains, reason; tabs between them, lines with # are comments. `message` is the beginning of a
 * record's name or "*"; `contains` must occur in the finding's detail, "*": anything. Its rows go behind those
 * of `known`, which is returned (NULL: a new one). NULL with an error "file:line: …", and `known` is freed. */
struct cf_known *cf_known_read(struct cf_known *known, const char *path, GError **error);
void cf_known_free(struct cf_known *known); /* NULL is allowed */

/* The reason of the first row that fits, or NULL. `detail` may be NULL. */
const char *cf_known_explains(const struct cf_known *known, const char *outcome, const char *message, const char *detail);

/* A finding has been told with this reason (as cf_known_explains() gave it). */
void cf_known_told(struct cf_known *known, const char *reason);

/* Rows in order, false past the last: the row as text, and how many findings have been told with it. */
bool cf_known_row(const struct cf_known *known, guint row, const char **what, const char **reason, unsigned *uses);

#endif
