/* Flooded messages on their way out: encoded once for a node, finished for each link under that link's table. */
#ifndef PC_WIRE_FLOOD_H
#define PC_WIRE_FLOOD_H

#include "protocol/wire/message.h"

struct pc_body_writer;

/* What an application sends. Texts are borrowed for the call. Names in the body are written as session strings the way
 * .NET's typed operations are (soap-envelope.md 9). */
struct pc_outgoing {
    struct pc_text action;
    struct pc_text via, peer_to;
    struct pc_guid id;
    bool has_hops;
    uint64_t hops;
    /* The content of s:Body: either element calls by `write_body`, or nothing (NULL: empty body). */
    void (*write_body)(struct pc_body_writer *writer, const void *body);
    const void *body;
};

/* Calls for write_body: element names and namespaces become session strings; values the records of .NET's serializer. */
void pc_body_start(struct pc_body_writer *writer, struct pc_text name, struct pc_text ns); /* ns.s NULL: inherited */
void pc_body_text(struct pc_body_writer *writer, struct pc_text value);
void pc_body_int(struct pc_body_writer *writer, int64_t value);
void pc_body_bool(struct pc_body_writer *writer, bool value);
void pc_body_double(struct pc_body_writer *writer, double value);
void pc_body_bytes(struct pc_body_writer *writer, const uint8_t *octets, uint32_t size);
void pc_body_end(struct pc_body_writer *writer);

/* How a relay writes (decisions 1): literal as .NET does, or compact, the origin's layout. */
enum pc_relay_form { PC_RELAY_LITERAL, PC_RELAY_COMPACT };

/* A message ready to be finished for any number of links. */
struct pc_image;

struct pc_image *pc_image_origin(struct pc_codec *codec, const struct pc_outgoing *message);

/* `message` is a flood as read; `hops` replaces its Hops header if it has exactly one. The payload need not outlive the call. */
struct pc_image *pc_image_relay(struct pc_codec *codec, const struct pc_message *message, uint64_t hops,
                                enum pc_relay_form form);
void pc_image_free(struct pc_codec *codec, struct pc_image *image);

/* A complete SizedEnvelope record for a link: new strings are added to *table (replaced as in message.h). `to` as in
 * pc_message_write(). May return a buffer that other links use as well. */
struct pc_buf *pc_image_encode(struct pc_codec *codec, struct pc_image *image, struct pc_table **table, pc_str to);

/* The largest record that pc_image_encode() could return, for the sender's check against message size limits. */
uint32_t pc_image_size(const struct pc_image *image);

/* Access to a received body for delivery: calls back for each element's text in document order. Depth 1 is the body's
 * child. Value is the text form. Returns false if the body cannot be read. */
typedef void (*pc_body_visit)(void *user, int depth, struct pc_text name, struct pc_text value);
bool pc_body_read(struct pc_codec *codec, const struct pc_message *message, pc_body_visit visit, void *user,
                  GError **error);

/* The same for a caller who wants the types of the values: `reader` stands on the START of s:Body (depth 2), and goes on with
 * pc_nbfx_next() up to its END. False: there is none, or it cannot be read. pc_nbfx_reader_clear() in any case. */
struct pc_nbfx_reader;
bool pc_body_open(struct pc_codec *codec, const struct pc_message *message, struct pc_nbfx_reader *reader);

#endif
