/* What a live node or resolver tells, as lines for people and as objects for programs. */
#ifndef SCN_LIVE_PRINT_H
#define SCN_LIVE_PRINT_H

#include "protocol/live/peermesh.h"

#include <stdio.h>

/* {"time": seconds since 1970, "event": …, …}: members that are not known are left out. */
void scn_live_print_event(FILE *out, const struct peermesh_event *event);
void scn_live_print_message(FILE *out, const struct peermesh_message *message); /* "event": "message" */

void scn_live_print_line(FILE *out, const struct peermesh_message *message, bool channel); /* "@notes hello" */
void scn_live_print_call(FILE *out, const struct peermesh_event *event); /* "127.0.0.1:40312 Register"; other events: nothing */

#endif
