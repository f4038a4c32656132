/* Shared by the readers and writers of messages in this folder. */
#ifndef PC_WIRE_MESSAGE_PRIVATE_H
#define PC_WIRE_MESSAGE_PRIVATE_H

#include "protocol/wire/message.h"
#include "protocol/wire/nbfx_writer.h"

struct pc_text pc_kind_action(enum pc_kind kind); /* .s == NULL: the application's own */
enum pc_kind pc_kind_of_action(struct pc_text action);
enum pc_reason pc_reason_of(struct pc_text name); /* PC_REASON_NONE if there is none of that name */

/* Reading elements one inside the other. */
struct pc_in {
    struct pc_nbfx_reader reader;
    struct pc_codec *codec;
    int bad; /* enum pc_wire_error of a document that is well-formed, but not this message */
    const char *why;
};

bool pc_in_failed(const struct pc_in *in);
bool pc_in_fail(struct pc_in *in, int error, const char *why); /* returns false */

/* The next child of the element at `depth` (its start tag is then current), or false at its end, or on
 * failure. Whoever gets a child must consume it: pc_in_text(), pc_nbfx_skip(), or children of its own. */
bool pc_in_child(struct pc_in *in, uint32_t depth);
struct pc_text pc_in_text(struct pc_in *in); /* text content of the current element, up to its end */
struct pc_text pc_in_value(struct pc_in *in, const struct pc_nbfx_value *value);
bool pc_in_nil(const struct pc_in *in); /* xsi:nil="true" on the current start tag */
bool pc_in_is(const struct pc_in *in, struct pc_text ns, struct pc_text name);
struct pc_text pc_trimmed(struct pc_text text); /* without blanks around it */
bool pc_parse_u64(struct pc_text text, uint64_t *out); /* decimal, blanks around it allowed */

/* message_body.c: the content of s:Body, whose start tag is current, of every kind but floods. */
void pc_body_of(struct pc_in *in, struct pc_message *message);

/* Writes headers and envelope around a body; `action` decides between session string and literal; absent: no
 * Action. */
void pc_envelope_start(struct pc_nbfx_writer *w, struct pc_nbfx_string action);
void pc_write_to(struct pc_nbfx_writer *w, struct pc_text to); /* absent: anonymous */

/* [MC-NMF] 06, size, table and document, from what a session and a writer have made. Advances *table. */
struct pc_buf *pc_finish_record(struct pc_codec *codec, struct pc_table **table,
                                struct pc_nbfx_session *session, const struct pc_octets *document);

#endif
