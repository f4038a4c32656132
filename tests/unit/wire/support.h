/* What the tests of protocol/wire share: recorded frames, documents made by hand, floods with a body. */
#ifndef TESTS_UNIT_WIRE_SUPPORT_H
#define TESTS_UNIT_WIRE_SUPPORT_H

#include "protocol/wire/flood.h"
#include "protocol/wire/nmf.h"

#include <glib.h>

#define MESH      "net.p2p://mesh1/"
#define CHAT      "net.p2p://mesh1/chat"
#define NAMESPACE "http://example.org/peermesh"

/* A row of tests/data/vectors/prch-frames.tsv: one record of one direction of a link. */
struct sample {
    char *name, *session;
    bool from_initiator;
    GByteArray *octets;
};

/* All rows in order; the caller unrefs. The tests run in the root of the repository. */
GPtrArray *samples_load(void);

/* The payload of a SizedEnvelope record; NULL if the record is none. */
const uint8_t *payload_of(const uint8_t *record, size_t record_size, size_t *size);

bool read_record(struct pc_codec *codec, struct pc_table **table, const struct pc_buf *record,
                 struct pc_message *out, GError **error);

/* A payload without new strings around hand-made records: envelope, `headers`, body, with Action (literal) "urn:x"
 * before the headers. Both are octets as they stand in the document. */
GByteArray *hand_made(const GByteArray *headers, const GByteArray *body);
void add_octets(GByteArray *out, const char *hex);                     /* "40 01 61" */
void add_string(GByteArray *out, const char *text);                    /* with its length */
void add_header(GByteArray *out, const char *name, const char *ns, const char *value); /* all literal */
void add_flood_headers(GByteArray *out); /* MessageID, PeerTo, PeerVia, FloodMessage */

/* <name>value</name>, a text below 128 octets. */
void add_member(GByteArray *out, const char *name, const char *value);

/* Reads a message of that kind whose body element has these members. *m holds until the next call. */
bool read_body_of(struct pc_codec *codec, enum pc_kind kind, const GByteArray *members, struct pc_message *m,
                  GError **error);

/* A flood with a body of three elements; `n` goes into its id and body. */
struct pc_image *some_flood(struct pc_codec *codec, const char *action, unsigned n, bool has_hops, uint64_t hops);

/* Floods on links: the address of the mesh, a record read, a body as lines, a message passed on over a link whose tables begin empty,
 * and a payload made by hand, read (and freed). */
pc_str mesh_uri(struct pc_codec *codec);
void must_read(struct pc_codec *codec, struct pc_table **table, const struct pc_buf *record, struct pc_message *out);
char *body_of(struct pc_codec *codec, const struct pc_message *message);
struct pc_buf *pass_on(struct pc_codec *codec, const struct pc_message *message, uint64_t hops, enum pc_relay_form form, struct pc_table **table, pc_str to);
void read_hand_made(struct pc_codec *codec, struct pc_table **in, GByteArray *payload, struct pc_message *m);

#endif
