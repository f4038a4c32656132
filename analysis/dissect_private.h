/* Shared by the printers of records in dissect*.c. */
#ifndef AN_DISSECT_PRIVATE_H
#define AN_DISSECT_PRIVATE_H

#include "analysis/dissect.h"

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

/* dissect_names.c: peers by listening address. A first pass over a capture collects, a second one asks. */
#define AN_NO_PEER UINT32_MAX
struct an_peer_names;
struct an_peer_names *an_peer_names_new(void);
void an_peer_names_free(struct an_peer_names *names);
void an_peer_names_learn(struct an_peer_names *names, const struct an_record *record);
const char *an_peer_name(struct an_peer_names *names, const struct an_record *record,
                         bool sender); /* "N1", "resolver" */
uint32_t an_peer_number(struct an_peer_names *names, const struct an_record *record,
                        bool sender);                      /* or AN_NO_PEER */
uint32_t an_peer_count(const struct an_peer_names *names); /* nodes and resolvers */
const struct an_endpoint *an_peer_endpoint(const struct an_peer_names *names, uint32_t number,
                                           bool *resolver);
void an_peer_names_legend(const struct an_peer_names *names,
                          GString *out); /* "N1 = 127.0.0.1:50001", a line each */

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
