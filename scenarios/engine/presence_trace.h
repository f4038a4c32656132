/* Who was present when, from a recorded trace: churn = "file presence.tsv". scenarios.md 4.2.
 *
 * A text, one session a line: NODE FROM TO [clean|reset|silent], separated by blanks or tabs. NODE is any word; FROM and TO are times since
 * the trace began, with a unit ("90min") or as seconds ("5400.5"); the last word is how the session ended, drawn as in C2 where it
 * is left out. Sessions of a node do not overlap; they may be in any order. Lines that begin with # are left out. The trace is as long
 * as its latest TO and goes on with its beginning: a session up to the end and one from the beginning of the same node are one. */
#ifndef SCN_PRESENCE_TRACE_H
#define SCN_PRESENCE_TRACE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum scn_trace_how { SCN_TRACE_DRAWN, SCN_TRACE_CLEAN, SCN_TRACE_RESET, SCN_TRACE_SILENT };

struct scn_trace;

/* `name` is for messages. Fails (GError, "NAME:LINE: …") on anything else, and on a trace without a session. */
struct scn_trace *scn_trace_read(const char *text, gsize length, const char *name, GError **error);
void scn_trace_free(struct scn_trace *trace);

uint32_t scn_trace_nodes(const struct scn_trace *trace);
int64_t scn_trace_length(const struct scn_trace *trace); /* ns, > 0 */

/* Is the node there at that time (≥ 0, beyond the length: periodic)? *next: when that changes first after it, INT64_MAX: never.
 * *how: how the session ends, if it is there. */
bool scn_trace_at(const struct scn_trace *trace, uint32_t node, int64_t time, int64_t *next, enum scn_trace_how *how);

#endif
