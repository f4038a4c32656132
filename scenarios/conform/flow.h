/* One direction of one connection: octets, when they were there, and the records in them. The same for what a capture
 * holds and for what our core writes, so that both are read by one reader. */
#ifndef CF_FLOW_H
#define CF_FLOW_H

#include "protocol/wire/message.h"
#include "protocol/wire/nmf.h"

#include <glib.h>

struct cf_mark {
    uint64_t end; /* octets before it … */
    int64_t time; /* … were there at this time, ns */
    bool timer;   /* ours: the one timer of the core was the cause */
};

struct cf_flow {
    GByteArray *octets;
    GArray *marks;       /* of struct cf_mark */
    GPtrArray *records;  /* of struct cf_record, once cf_flow_read() has been called */
    int64_t closed;      /* time of FIN or RST; -1: never */
    bool reset, broken;  /* closed by RST; `broken`: octets are missing or cannot be read from some place on */
    bool from_initiator;
};

struct cf_record {
    enum pc_nmf_type type;
    enum pc_kind kind; /* of an envelope that could be read */
    int64_t time;      /* when its last octet was there */
    bool timer;
    uint32_t offset, size; /* in the flow, type octet and length included */
    char *name;            /* what it is, for people and to find its counterpart: "Via net.tcp://…", "Resolve", "flood urn:uuid:…" */
    char *problem;         /* why its envelope could not be read, or NULL */
    struct pc_table *table; /* strings of the session with this envelope; from new_strings on they came with it */
    uint32_t new_strings;
    uint32_t document, document_size; /* in the flow; size 0: none */
};

void cf_flow_init(struct cf_flow *flow, bool from_initiator);
void cf_flow_clear(struct cf_flow *flow, struct pc_codec *codec);
void cf_flow_add(struct cf_flow *flow, const uint8_t *octets, uint32_t size, int64_t time, bool timer);

/* Called for each envelope that could be read, valid until it returns. */
typedef void (*cf_message_visit)(void *user, const struct cf_record *record, const struct pc_message *message);

/* Splits the octets into records. Once for a flow, when it is complete. */
void cf_flow_read(struct cf_flow *flow, struct pc_codec *codec, cf_message_visit visit, void *user);

/* The envelope as text, prefixes and values as on the wire; NULL if the record has none. Free it. */
char *cf_flow_infoset(const struct cf_flow *flow, const struct cf_record *record, struct pc_codec *codec);

#endif
