/* [MC-NBFSE] the session string table of one direction of one framing session. Tables are immutable and
 * interned by content, so the links of a simulated mesh, whose tables are nearly all equal, share them. */
#ifndef PC_WIRE_TABLE_H
#define PC_WIRE_TABLE_H

#include "protocol/wire/strings.h"
#include <stdbool.h>

#define PC_TABLE_OCTETS 2048 /* default limit: octets of all strings with their length prefixes, binary-xml.md 9.4 */

struct pc_codec;

struct pc_table {
    uint32_t refs;
    uint32_t count;   /* strings; string k has dictionary id 2k+1 */
    uint32_t octets;  /* what counts against the limit */
    bool closed;      /* writer only: one string did not fit, so no further one is ever added */
    uint64_t hash;    /* of the content */
    pc_str strings[]; /* each held by one reference */
};

/* The empty table, with which each direction of each framing session begins. */
struct pc_table *pc_table_empty(struct pc_codec *codec);
struct pc_table *pc_table_ref(struct pc_table *table);
void pc_table_unref(struct pc_codec *codec, struct pc_table *table); /* NULL is allowed */

#endif
