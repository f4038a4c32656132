/* Every message of [MC-PRCH] and [MC-PRCR] as a struct, with one reader and one writer. */
#ifndef PC_WIRE_MESSAGE_H
#define PC_WIRE_MESSAGE_H

#include "protocol/wire/buf.h"
#include "protocol/wire/codec.h"
#include "protocol/wire/table.h"
#include <glib.h>

enum pc_kind {
    PC_KIND_UNKNOWN, /* an action nobody knows and no flood headers: peer-channel.md 2.1 */
    PC_KIND_CONNECT,
    PC_KIND_WELCOME,
    PC_KIND_REFUSE,
    PC_KIND_DISCONNECT,
    PC_KIND_LINK_UTILITY,
    PC_KIND_PING,
    PC_KIND_FLOOD,
    PC_KIND_FAULT,
    PC_KIND_REQUEST_SECURITY_TOKEN,
    PC_KIND_REQUEST_SECURITY_TOKEN_RESPONSE,
    PC_KIND_REGISTER,
    PC_KIND_REGISTER_RESPONSE,
    PC_KIND_UPDATE,
    PC_KIND_UPDATE_RESPONSE,
    PC_KIND_RESOLVE,
    PC_KIND_RESOLVE_RESPONSE,
    PC_KIND_REFRESH,
    PC_KIND_REFRESH_RESPONSE,
    PC_KIND_UNREGISTER,
    PC_KIND_UNREGISTER_RESPONSE,
    PC_KIND_GET_SERVICE_SETTINGS,
    PC_KIND_GET_SERVICE_SETTINGS_RESPONSE,
    PC_KIND_COUNT
};

/* [MC-PRCH] 2.2.2.4, 2.2.2.5: numbers as .NET has them; peer-channel.md 5.5. */
enum pc_reason {
    PC_REASON_NONE = 0,
    PC_REASON_LEAVING_MESH = 2,
    PC_REASON_NOT_USEFUL_NEIGHBOR = 3,
    PC_REASON_DUPLICATE_NEIGHBOR = 4,
    PC_REASON_DUPLICATE_NODE_ID = 5,
    PC_REASON_NODE_BUSY = 6,
    PC_REASON_INTERNAL_FAILURE = 10,
};

struct pc_ip { /* peer-channel.md 5.3 */
    uint8_t family; /* 4 or 6 */
    uint8_t octets[16];
    uint32_t scope;
};

struct pc_node_address { /* PeerNodeAddress, [MC-PRCH] 2.2.2.2 */
    struct pc_text uri;  /* net.tcp://host:port/PeerChannelEndpoints/guid */
    const struct pc_ip *ips;
    uint32_t ip_count;
};

struct pc_referral { /* [MC-PRCH] 2.2.2.3 */
    struct pc_node_address address;
    uint64_t node_id;
    bool null; /* the item was nil */
};

struct pc_referrals {
    const struct pc_referral *items;
    uint32_t count;
    bool null; /* the list was nil or absent */
};

struct pc_guid {
    uint8_t octets[16]; /* .NET order: the first three fields little-endian */
};

struct pc_unique_id { /* wsa:MessageID, wsa:RelatesTo */
    bool present;
    bool is_guid; /* written as UniqueId record */
    struct pc_guid guid;
    struct pc_text text; /* always set by the reader when present */
};

/* The headers and place of the body of a flooded message, [MC-PRCH] 2.2.3.7. */
struct pc_flood {
    struct pc_text id_text; /* p:MessageID, "urn:uuid:…" */
    struct pc_guid id;      /* duplicate key; valid if has_id */
    bool has_id;
    bool foreign_id;        /* it is WS-Addressing's: set by who takes such a flood (rules.h) */
    bool has_hops;          /* exactly one Hops header */
    bool hops_invalid;      /* not an unsigned 64-bit number */
    uint64_t hops;
    struct pc_text via; /* p:PeerVia */
    struct pc_text peer_to;
    uint32_t header_duplicates; /* headers that must occur once and did not */
    bool bad_uri;               /* PeerVia or PeerTo is there and is no absolute URI */
    bool must_understand_unknown; /* an unknown header with mustUnderstand, peer-channel.md 6.1 */
};

struct pc_message {
    enum pc_kind kind;
    struct pc_text action, to; /* absent: .s == NULL */
    struct pc_unique_id message_id, relates_to;
    bool reply_to_anonymous;
    bool body_null;     /* i:nil or no body element where one is due */
    uint32_t size;      /* of the SizedEnvelope payload it was read from */
    /* Where the document lies in the payload, for flood.h: */
    const uint8_t *document;
    uint32_t document_size;
    uint32_t body_offset, body_size; /* content of s:Body within the document */
    struct pc_table *table;          /* under which its ids resolve; borrowed from the link */
    struct pc_memo_entry *memo;      /* the codec's own; NULL in a message that a program has filled in */
    union {
        struct {
            struct pc_node_address address;
            bool address_null;
            uint64_t node_id;
        } connect;
        struct {
            uint64_t node_id;
            struct pc_referrals referrals;
        } welcome;
        struct {
            enum pc_reason reason;
            struct pc_referrals referrals;
        } refuse, disconnect;
        struct {
            uint32_t total, useful;
        } link_utility;
        struct pc_flood flood;
        struct { /* Register, Update (request) */
            struct pc_text client_id, mesh_id;
            struct pc_node_address address;
            bool address_null;
            struct pc_text registration_id; /* Update, Refresh, Unregister */
        } registration;
        struct { /* RegisterResponse, UpdateResponse, RefreshResponse */
            struct pc_text registration_id;
            int64_t lifetime_ns;
            bool found; /* RefreshResponse: Result = Success */
        } registered;
        struct {
            struct pc_text client_id, mesh_id;
            int32_t max_addresses;
        } resolve;
        struct {
            const struct pc_node_address *addresses;
            uint32_t count;
        } resolved;
        struct {
            bool control_mesh_shape;
        } settings;
        struct {
            struct pc_text code, reason;
            bool of_sender; /* Sender and a code of WS-Addressing, else Receiver and one of the dispatcher: soap-envelope.md 7 */
        } fault;
    } u;
};

/* Reads the payload of a SizedEnvelope. *table is the table of this direction: replaced (and the old reference
 * given back) when the payload brings new strings. Texts and lists of `out` point into the payload, the table's
 * strings or the codec's scratch memory: valid until the next read with this codec. Returns false with an error of
 * domain PC_WIRE_ERROR when the session must fail; after PC_WIRE_BAD_TABLE, *table is NULL and stays so. */
bool pc_message_read(struct pc_codec *codec, struct pc_table **table, const uint8_t *payload, size_t size,
                     struct pc_message *out, GError **error);

/* Writes a complete SizedEnvelope record as .NET does ([MC-PRCH] 4, peer-channel.md 25) and advances *table.
 * `to`: mesh or service URI on initiator-to-acceptor messages, 0 for the anonymous URI. Any kind but PC_KIND_FLOOD (see
 * flood.h), UNKNOWN and the security pair. message->action may be absent: it follows from the kind. */
struct pc_buf *pc_message_write(struct pc_codec *codec, struct pc_table **table, pc_str to,
                                const struct pc_message *message);

const char *pc_kind_name(enum pc_kind kind);       /* "Connect", "flood", "RegisterResponse" */
const char *pc_reason_name(enum pc_reason reason); /* "NodeBusy"; NULL if it is never sent */

/* "271dddd4-fa44-46e2-9b86-090c0a52326c", with room for a NUL. */
void pc_guid_format(const struct pc_guid *guid, char out[37]);
bool pc_guid_parse(struct pc_text text, struct pc_guid *out);

#endif
