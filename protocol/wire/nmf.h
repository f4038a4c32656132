/* [MC-NMF] the record layer of net.tcp, incremental, for both roles. framing.md is the rule book. */
#ifndef PC_WIRE_NMF_H
#define PC_WIRE_NMF_H

#include "protocol/wire/buf.h"
#include "protocol/wire/strings.h"
#include <stdbool.h>

enum pc_nmf_type { /* [MC-NMF] 2.2.1 */
    PC_NMF_VERSION,
    PC_NMF_MODE,
    PC_NMF_VIA,
    PC_NMF_KNOWN_ENCODING,
    PC_NMF_EXTENSIBLE_ENCODING,
    PC_NMF_UNSIZED_ENVELOPE, /* its type octet; chunks and the end follow as records of their own */
    PC_NMF_SIZED_ENVELOPE,
    PC_NMF_END,
    PC_NMF_FAULT,
    PC_NMF_UPGRADE_REQUEST,
    PC_NMF_UPGRADE_RESPONSE,
    PC_NMF_PREAMBLE_ACK,
    PC_NMF_PREAMBLE_END,
    /* Parts that have no record type of their own: */
    PC_NMF_CHUNK,        /* of an unsized envelope: payload */
    PC_NMF_ENVELOPE_END, /* of an unsized envelope */
    PC_NMF_BODY,         /* Singleton-Sized: octets of the one message, as they come */
};

enum pc_nmf_error { /* framing.md 13 */
    PC_NMF_OK,
    PC_NMF_BAD_ORDER,
    PC_NMF_BAD_VERSION,
    PC_NMF_BAD_MODE,
    PC_NMF_BAD_SIZE,
    PC_NMF_VIA_TOO_LONG,
    PC_NMF_BAD_VIA,
    PC_NMF_CONTENT_TYPE_TOO_LONG,
    PC_NMF_FAULT_TOO_LONG,
    PC_NMF_TOO_BIG,
};

struct pc_nmf_limits { /* 0: default */
    uint32_t via;      /* 2048 octets */
    uint32_t name;     /* content type, upgrade name, fault: 256 octets */
    uint32_t envelope; /* 65536 octets */
};

struct pc_nmf_record {
    enum pc_nmf_type type;
    uint32_t octets;        /* of the whole record, type octet included */
    uint64_t offset;        /* of its first octet in the stream, from 0 */
    uint8_t value[2];       /* Version: major, minor; Mode and KnownEncoding: [0] */
    const uint8_t *payload; /* Via, names, Fault, envelopes; valid until the next call */
    uint32_t size;          /* octets of payload */
};

/* One direction of one connection. Small on purpose: `partial` exists only while a record is incomplete. */
struct pc_nmf_reader {
    struct pc_buf *partial;
    uint64_t offset; /* stream position of the next record */
    const struct pc_nmf_limits *limits;
    uint8_t state;
    uint8_t error; /* enum pc_nmf_error; a reader that has failed stays failed */
    bool from_initiator;
    uint8_t mode; /* of the session, once known */
};

/* `from_initiator`: whose octets these are. `limits` must outlive the reader; NULL means the defaults. */
void pc_nmf_reader_init(struct pc_nmf_reader *reader, bool from_initiator, const struct pc_nmf_limits *limits);
void pc_nmf_reader_clear(struct pc_nmf_reader *reader);

enum pc_nmf_status { PC_NMF_RECORD, PC_NMF_MORE, PC_NMF_FAILED };

/* Takes octets from *data, advancing *data and *size, until one record is complete. PC_NMF_MORE: all octets were
 * taken. PC_NMF_FAILED: reader->error says why, reader->offset where. After End in a stream from an initiator a new
 * preamble may follow (session reuse, framing.md 8); in the other direction, after End, a PreambleAck. */
enum pc_nmf_status pc_nmf_read(struct pc_nmf_reader *reader, const uint8_t **data, size_t *size,
                               struct pc_nmf_record *record);

/* May the stream end here without being cut inside a record? (framing.md 8, last table) */
bool pc_nmf_at_boundary(const struct pc_nmf_reader *reader);

const char *pc_nmf_type_name(enum pc_nmf_type type);    /* "SizedEnvelope" */
const char *pc_nmf_error_name(enum pc_nmf_error error); /* "BAD_ORDER" */

/* The fault a receiver answers an error with ("UnsupportedVersion", …), or NULL: abort without one. */
const char *pc_nmf_fault_for(enum pc_nmf_error error);

/* Writers: each returns a new buffer. The preamble is Version 1.0, Duplex, Via, encoding 8, PreambleEnd in one piece. */
struct pc_buf *pc_nmf_preamble(struct pc_text via);
struct pc_buf *pc_nmf_octet(enum pc_nmf_type type);   /* End, PreambleAck, PreambleEnd, UpgradeResponse */
struct pc_buf *pc_nmf_fault(const char *name);        /* name as in pc_nmf_fault_for() */

/* Sizes ([MC-NMF] 2.2.2) and MultiByteInt31 ([MC-NBFX] 2.1.2) share one form. */
int pc_mb31_read(const uint8_t *data, size_t size, uint32_t *value); /* octets used; 0: more needed; -1: too large */
int pc_mb31_write(uint8_t out[5], uint32_t value);                   /* octets written */

#endif
