/* Reads captures of net.tcp sessions record by record, and prints them for people and for programs. */
#ifndef AN_DISSECT_H
#define AN_DISSECT_H

#include "analysis/capture.h"
#include "protocol/wire/message.h"
#include "protocol/wire/nmf.h"

#include <stdio.h>

#define AN_ENVELOPE_OCTETS (16u << 20) /* longest envelope that is put together */

enum an_record_kind {
    AN_RECORD_FRAMING, /* a whole [MC-NMF] record: .nmf, perhaps .document and .message */
    AN_RECORD_SYN,
    AN_RECORD_FIN,
    AN_RECORD_RST,
    AN_RECORD_TRUNCATED, /* a record of which .size octets came before the connection or the capture ended */
    AN_RECORD_GAP,       /* .size octets that the capture lacks, 0 = nobody knows how many; .why */
    AN_RECORD_UNDECODABLE, /* from .offset on no records can be told apart; .why */
};

struct an_record {
    enum an_record_kind kind;
    bool from_initiator;
    uint32_t stream; /* TCP connection, from 0 in order of its SYN (or first packet) */
    int64_t time;    /* ns as in the capture: of the packet with which the record was complete */
    int64_t start;   /* ns as in the capture: of the first TCP packet */
    uint64_t packet; /* its number, from 1 */
    const struct an_endpoint *src, *dst;
    uint64_t offset; /* in the direction's octets */
    uint64_t size;   /* octets, type octet and length included */
    const char
        *why; /* what is wrong, with its position; a framing record: why its envelope could not be decoded */

    const struct pc_nmf_record *nmf; /* AN_RECORD_FRAMING; else NULL */
    uint8_t encoding;                /* KnownEncoding of the session, 8 as long as none was seen */

    /* A SizedEnvelope in binary encoding whose string table could be read: */
    const uint8_t *document; /* else NULL */
    uint32_t document_size;
    const struct pc_table *table; /* strings from new_strings on came with this envelope */
    uint32_t new_strings;
    const struct pc_message
        *message;           /* NULL: well-formed at most, but no message this program understands; see .why */
    struct pc_codec *codec; /* to walk through the document */
};

/* Called for each record in order of packets. All pointers are valid until it returns. */
typedef void (*an_record_visit)(void *user, const struct an_record *record);

/* Every record of a capture. False with an error (its message begins with the path) if the file is no
 * capture, or, after all whole packets were told, if it is damaged. */
bool an_capture_records(const char *path, an_record_visit visit, void *user, GError **error);

/* The same for those who want to know more than records; NULL: not of interest. */
struct an_watch {
    an_record_visit record;
    /* The receiver's acknowledgement covers this direction's octets up to `upto` (a FIN counts as one more).
     */
    void (*acknowledged)(void *user, uint32_t stream, bool from_initiator, uint64_t upto, int64_t time);
    void *user;
};
bool an_capture_watch(const char *path, const struct an_watch *watch, GError **error);

/* The envelope of a record with a document, as indented XML: a line end before each element. */
void an_infoset_append(const struct an_record *record, GString *out);

enum an_dissect_form { AN_DISSECT_TEXT, AN_DISSECT_TSV, AN_DISSECT_JSON, AN_DISSECT_XML };

/* Prints every record of a capture to `out`, a line each. 0, or -1 with an error: nothing printed but what
 * whole packets gave. TSV: columns time, packet, stream, dir, src, dst, record, size, detail, action,
 * message_id, relates_to, body, session_strings; a tab, line end or other control character in a text is
 * written \t, \n, \r, \xNN, a backslash \\. XML: a line for each record, its new session strings, and the
 * envelope indented below it. */
int an_dissect(const char *path, enum an_dissect_form form, FILE *out, GError **error);

#endif
