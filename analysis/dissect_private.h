/* Shared by the printers of records in dissect*.c. */
#ifndef AN_DISSECT_PRIVATE_H
#define AN_DISSECT_PRIVATE_H

#include "analysis/dissect.h"
#include "analysis/peer_names.h"

/* What the printers need of an envelope, read from its infoset, so that foreign messages show as well. */
struct an_summary {
    GString *action, *to, *message_id,
        *relates_to;  /* message_id: the peer namespace's, else WS-Addressing's */
    GString *body;    /* "Resolve{MaxAddresses=3,MeshId=chatmesh}"; texts cut and escaped */
    GString *strings; /* new session strings, '|' between them, escaped */
    char *error;      /* where and why the document is not well-formed, or NULL */
};

struct an_summary *an_summary_new(void);
void an_summary_free(struct an_summary *summary);
void an_summary_read(struct an_summary *summary,
                     const struct an_record *record); /* of a record with a document */

/* s:Body as JSON: [{"name":…,"ns":…,"attributes":{…},"text":… or "nil":true or "children":[…]}]. */
void an_body_json(const struct an_record *record, GString *out);

/* dissect_xml.c: the record's line, and its envelope as XML below it, without the last line end. */
void an_xml_record(const struct an_record *record, GString *out);

const char *an_record_name(const struct an_record *record); /* "SizedEnvelope", "tcp-SYN", "GAP" */
void an_record_detail(const struct an_record *record,
                      GString *out); /* version, mode, via, encoding, payload size */

void an_append_escaped(GString *out, const char *text, size_t size);
void an_append_json(GString *out, const char *text, size_t size); /* with quotes */

/* "0.000012", rounded to microseconds; negative too. */
void an_append_seconds(GString *out, int64_t ns);

/* capture_cast.c: peers of `addresses` (a file; NULL: none) in its order, then the other nodes of `names`.
 * cast_number: what each number of `names` is in the cast, AN_NONE for resolvers. False with an error that
 * begins with the file's name. */
struct an_cast;
bool an_capture_cast(struct an_peer_names *names, const char *addresses, struct an_cast *cast,
                     GArray *cast_number, GError **error);

/* The line for people, without a line end. */
void an_text_line(struct an_peer_names *names, const struct an_record *record, struct an_summary *summary,
                  GString *out);

#endif
