/* The trace file: a timeline stored. All of topology, control messages, samples and lost copies; of
 * deliveries and copies those of messages chosen by a keyed hash, so that the file stays within a budget
 * (decisions 4), or all.
 *
 * Format, little-endian, version 1:
 *   header   "peermesh trace\n\0" (16 octets), u32 version, u32 flags (1 = full), u64 seed, u64 budget
 * (octets) blocks   u32 mark, u32 count, u64 check, then count records. check = an_trace_check of the
 * records. "CAST"  count octets: u32 groups, each a string; u32 peers, each name, address (strings), u32
 * group, u32 mesh, u32 region, u32 up, u32 down. A string is u32 length and its octets. Exactly one, the
 * first block. "PEER"  count octets: one peer more, written as in CAST. Before the first event with it. "NAME"  count octets: one string, the next number of the samples' names. Before the first
 * event with it. "EVNT"  count events of 40 octets: i64 time, u8 kind, u8 what, u16 0, u32 peer, other, link,
 * message, size, u64 value (struct an_event, field by field). At most AN_TRACE_BLOCK of them. "LAST"  16
 * octets: u64 number of events in the file, i64 time of the end. A file without it is truncated. A PUBLISHED
 * event with AN_UNRECORDED in what: the message's copies and deliveries are not in the file. */
#ifndef AN_TRACE_H
#define AN_TRACE_H

#include "analysis/timeline.h"

enum {
    AN_TRACE_VERSION = 1,
    AN_TRACE_BLOCK = 4096,
    AN_TRACE_EVENT_OCTETS = 40,
};
#define AN_TRACE_BUDGET (UINT64_C(256) * 1000000)

struct an_trace_options {
    uint64_t seed;
    uint64_t
        budget; /* octets; 0 = AN_TRACE_BUDGET. Holds for copies and deliveries: the rest is always written */
    bool full;  /* every event, whatever it takes */
};

/* Writing. Errors (a full disk) are kept and told by an_trace_close; events after one are dropped. */
struct an_trace;
struct an_trace *an_trace_create(const char *file, const struct an_cast *cast,
                                 const struct an_trace_options *options, GError **error);
void an_trace_event(struct an_trace *trace, const struct an_event *event);
struct an_listener an_trace_listener(struct an_trace *trace);
bool an_trace_failed(const struct an_trace *trace); /* worth asking now and then in a long run */
bool an_trace_close(struct an_trace *trace, int64_t end, GError **error); /* frees trace in any case */

/* Reading. The listener is told each block once its check was right. On an error the position is in the
 * message, and what the listener heard before is right as far as it goes. */
struct an_trace_file;
struct an_trace_file *an_trace_open(const char *file, GError **error);
struct an_cast *an_trace_cast(struct an_trace_file *trace); /* owned by the trace until an_trace_take_cast */
struct an_cast *an_trace_take_cast(struct an_trace_file *trace);
bool an_trace_is_full(const struct an_trace_file *trace);
bool an_trace_read(struct an_trace_file *trace, const struct an_listener *listener, int64_t *end,
                   GError **error);
void an_trace_free(struct an_trace_file *trace);

/* Both sides. */
uint64_t an_trace_check(const void *octets, size_t size);

#endif
