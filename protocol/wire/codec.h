/* What all readers and writers of a process share: interned strings and tables, scratch memory, limits, and
 * the memory of encodings already made. Nothing a node does depends on what is in it. */
#ifndef PC_WIRE_CODEC_H
#define PC_WIRE_CODEC_H

#include "protocol/wire/strings.h"
#include <glib.h>
#include <stdbool.h>

struct pc_codec;

/* Quotas of a reader; 0 in a field of pc_codec_new()'s argument means the default. */
struct pc_codec_limits {
    uint32_t envelope_octets; /* MaxReceivedMessageSize: 65536; table and document together */
    uint32_t table_octets;    /* PC_TABLE_OCTETS */
    uint32_t depth;           /* 128 elements, binary-xml.md 11 */
};

/* Errors of this folder: bad octets. The message starts with the position ("nbfx: offset 113: …"). */
#define PC_WIRE_ERROR (pc_wire_error_quark())
GQuark pc_wire_error_quark(void);

/* The classes of framing.md 13 and binary-xml.md 7; the code of a GError in this domain. */
enum pc_wire_error {
    PC_WIRE_TRUNCATED = 1,
    PC_WIRE_BAD_RECORD,
    PC_WIRE_BAD_LENGTH,
    PC_WIRE_BAD_DICT_ID,
    PC_WIRE_BAD_VALUE,
    PC_WIRE_BAD_UTF8,
    PC_WIRE_BAD_XMLNS,
    PC_WIRE_STRUCTURE,
    PC_WIRE_QUOTA,
    PC_WIRE_BAD_TABLE,       /* NBFSE string table */
    PC_WIRE_SESSION_INVALID, /* the direction is dead after a table error */
    PC_WIRE_BAD_ENVELOPE,    /* SOAP or WS-Addressing rules, soap-envelope.md 10 */
    PC_WIRE_BAD_BODY,        /* a known message whose body does not fit its contract */
};

struct pc_codec *pc_codec_new(const struct pc_codec_limits *limits); /* NULL: all defaults */
void pc_codec_free(struct pc_codec *codec);
struct pc_strings *pc_codec_strings(struct pc_codec *codec);
const struct pc_codec_limits *pc_codec_limits(const struct pc_codec *codec);

/* Memory of encodings (flood.h) and of decoded floods on (default) or off; octets are the same either way. Off also
 * gives back what is remembered, and with it the last message that was read. */
void pc_codec_set_memo(struct pc_codec *codec, bool on);

#endif
