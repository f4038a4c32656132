/* What one flooded message costs in protocol/wire: reading, relaying, finishing for a link. */
#ifndef BENCH_WIRE_H
#define BENCH_WIRE_H

#include <stdio.h>

/* Prints lines "benchmark<TAB>size<TAB>value<TAB>unit": wire.read, wire.relay, wire.encode, once decoded and
 * encoded each time (…/real), once with the codec's memory (…/memo). Size in octets of the record; medians of
 * 7 rounds. */
void bench_wire_run(FILE *out);

#endif
