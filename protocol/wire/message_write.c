/* Messages as .NET writes them, octet for octet: peer-channel.md 4.4, 4.5, 25; soap-envelope.md 2-4, 8, 9. */
#include "protocol/wire/codec_private.h"
#include "protocol/wire/message_private.h"
#include "protocol/wire/names.h"
#include "protocol/wire/nmf.h"

#include <stdio.h>
#include <string.h>

#define SHARED(literal) pc_shared(PC_TEXT(literal))
#define PLAIN(literal)  pc_plain(PC_TEXT(literal))

/* ---- envelope ---- */

static void start_header(struct pc_nbfx_writer *w, uint32_t name, bool must_understand)
{
    pc_nbfx_start(w, PC_NBFX_NONE, pc_fixed(name), pc_fixed(PC_NBFS_ADDRESSING));
    if (!must_understand)
        return;
    pc_nbfx_attribute_start(w, PC_NBFX_NONE, pc_fixed(PC_NBFS_MUST_UNDERSTAND), pc_fixed(PC_NBFS_SOAP12));
    pc_nbfx_text(w, PLAIN("1"));
    pc_nbfx_attribute_end(w);
}

void pc_envelope_start(struct pc_nbfx_writer *w, struct pc_nbfx_string action)
{
    pc_nbfx_start(w, PLAIN("s"), pc_fixed(PC_NBFS_ENVELOPE), pc_fixed(PC_NBFS_SOAP12));
    pc_nbfx_xmlns(w, PLAIN("a"), pc_fixed(PC_NBFS_ADDRESSING));
    pc_nbfx_start(w, PLAIN("s"), pc_fixed(PC_NBFS_HEADER), pc_fixed(PC_NBFS_SOAP12));
    if (!action.s) /* a flood that came without one goes on without one */
        return;
    start_header(w, PC_NBFS_ACTION, true);
    pc_nbfx_text(w, action);
    pc_nbfx_end(w);
}

void pc_write_to(struct pc_nbfx_writer *w, struct pc_text to)
{
    start_header(w, PC_NBFS_TO, true);
    pc_nbfx_text(w, to.s ? pc_shared(to) : pc_fixed(PC_NBFS_ANONYMOUS));
    pc_nbfx_end(w);
}

static void write_id(struct pc_nbfx_writer *w, uint32_t name, const struct pc_unique_id *id)
{
    if (!id->present)
        return;
    start_header(w, name, false);
    if (id->is_guid)
        pc_nbfx_fixed(w, 0xAC, id->guid.octets);
    else
        pc_nbfx_text(w, pc_plain(id->text));
    pc_nbfx_end(w);
}

static void write_headers(struct pc_nbfx_writer *w, const struct pc_message *m, struct pc_text to)
{
    struct pc_text action = m->action.s ? m->action : pc_kind_action(m->kind);
    /* Ping's and faults' actions are plain strings in .NET, hence literals. */
    bool literal = m->kind == PC_KIND_PING || m->kind == PC_KIND_FAULT;
    pc_envelope_start(w, literal ? pc_plain(action) : pc_shared(action));
    write_id(w, PC_NBFS_MESSAGE_ID, &m->message_id);
    if (m->reply_to_anonymous) {
        start_header(w, PC_NBFS_REPLY_TO, false);
        start_header(w, PC_NBFS_ADDRESS, false);
        pc_nbfx_text(w, pc_fixed(PC_NBFS_ANONYMOUS));
        pc_nbfx_end(w);
        pc_nbfx_end(w);
    }
    write_id(w, PC_NBFS_RELATES_TO, &m->relates_to);
    pc_write_to(w, to);
    pc_nbfx_end(w);
}

/* ---- members: data contracts in the peer namespace ---- */

static void member(struct pc_nbfx_writer *w, struct pc_text name)
{
    pc_nbfx_start(w, PC_NBFX_NONE, pc_shared(name), SHARED(PC_PEER));
}

static void root(struct pc_nbfx_writer *w, struct pc_text name)
{
    member(w, name);
    pc_nbfx_xmlns(w, PLAIN("i"), SHARED(PC_XSI));
}

static void text_member(struct pc_nbfx_writer *w, struct pc_text name, struct pc_text value)
{
    member(w, name);
    pc_nbfx_text(w, pc_plain(value));
    pc_nbfx_end(w);
}

static void uint64_member(struct pc_nbfx_writer *w, struct pc_text name, uint64_t value)
{
    char text[24]; /* ulong is written as text */
    int n = snprintf(text, sizeof text, "%" G_GUINT64_FORMAT, value);
    text_member(w, name, (struct pc_text){text, (uint32_t)n});
}

static void int_member(struct pc_nbfx_writer *w, struct pc_text name, int64_t value)
{
    member(w, name);
    pc_nbfx_int(w, value);
    pc_nbfx_end(w);
}

static void net_member(struct pc_nbfx_writer *w, struct pc_text name)
{
    pc_nbfx_start(w, PC_NBFX_NONE, pc_shared(name), SHARED(PC_SYSTEM_NET));
}

static void write_ip(struct pc_nbfx_writer *w, const struct pc_ip *ip)
{
    net_member(w, PC_TEXT("IPAddress"));
    net_member(w, PC_TEXT("m_Address"));
    uint32_t v4 = (uint32_t)ip->octets[3] << 24 | (uint32_t)ip->octets[2] << 16 | (uint32_t)ip->octets[1] << 8 |
                  ip->octets[0];
    pc_nbfx_int(w, ip->family == 4 ? (int64_t)v4 : 0);
    pc_nbfx_end(w);
    net_member(w, PC_TEXT("m_Family"));
    pc_nbfx_text(w, ip->family == 4 ? PLAIN("InterNetwork") : PLAIN("InterNetworkV6"));
    pc_nbfx_end(w);
    net_member(w, PC_TEXT("m_HashCode"));
    pc_nbfx_int(w, 0);
    pc_nbfx_end(w);
    net_member(w, PC_TEXT("m_Numbers"));
    pc_nbfx_xmlns(w, PLAIN("c"), SHARED(PC_ARRAYS));
    for (unsigned i = 0; i < 8; i++) {
        pc_nbfx_start(w, PC_NBFX_NONE, SHARED("unsignedShort"), SHARED(PC_ARRAYS));
        pc_nbfx_int(w, ip->family == 4 ? 0 : ip->octets[2 * i] << 8 | ip->octets[2 * i + 1]);
        pc_nbfx_end(w);
    }
    pc_nbfx_end(w);
    net_member(w, PC_TEXT("m_ScopeId"));
    pc_nbfx_int(w, ip->family == 4 ? 0 : ip->scope);
    pc_nbfx_end(w);
    pc_nbfx_end(w);
}

static void write_address(struct pc_nbfx_writer *w, struct pc_text name, const struct pc_node_address *address)
{
    member(w, name);
    member(w, PC_TEXT("EndpointAddress"));
    pc_nbfx_start(w, PC_NBFX_NONE, PLAIN("Address"), pc_fixed(PC_NBFS_ADDRESSING)); /* by name: a literal */
    pc_nbfx_text(w, pc_plain(address->uri));
    pc_nbfx_end(w);
    pc_nbfx_end(w);
    member(w, PC_TEXT("IPAddresses"));
    pc_nbfx_xmlns(w, PLAIN("b"), SHARED(PC_SYSTEM_NET));
    for (uint32_t i = 0; i < address->ip_count; i++)
        write_ip(w, &address->ips[i]);
    pc_nbfx_end(w);
    pc_nbfx_end(w);
}

static void write_referrals(struct pc_nbfx_writer *w, const struct pc_referrals *referrals)
{
    member(w, PC_TEXT("Referrals"));
    for (uint32_t i = 0; i < referrals->count; i++) {
        member(w, PC_TEXT("Referral"));
        write_address(w, PC_TEXT("Address"), &referrals->items[i].address);
        uint64_member(w, PC_TEXT("NodeId"), referrals->items[i].node_id);
        pc_nbfx_end(w);
    }
    pc_nbfx_end(w);
}

/* xs:duration as .NET writes a TimeSpan: days, hours, minutes, seconds without zeros. */
static void duration_member(struct pc_nbfx_writer *w, struct pc_text name, int64_t ns)
{
    char text[64];
    int64_t seconds = ns / 1000000000, ticks = ns % 1000000000 / 100;
    int n = snprintf(text, sizeof text, "P");
    if (seconds / 86400)
        n += snprintf(text + n, sizeof text - (size_t)n, "%" G_GINT64_FORMAT "D", seconds / 86400);
    if (seconds % 86400 || ticks || !ns)
        n += snprintf(text + n, sizeof text - (size_t)n, "T");
    if (seconds / 3600 % 24)
        n += snprintf(text + n, sizeof text - (size_t)n, "%dH", (int)(seconds / 3600 % 24));
    if (seconds / 60 % 60)
        n += snprintf(text + n, sizeof text - (size_t)n, "%dM", (int)(seconds / 60 % 60));
    if (seconds % 60 || ticks || !ns) {
        n += snprintf(text + n, sizeof text - (size_t)n, "%d", (int)(seconds % 60));
        if (ticks) {
            n += snprintf(text + n, sizeof text - (size_t)n, ".%07d", (int)ticks);
            while (text[n - 1] == '0')
                n--;
        }
        n += snprintf(text + n, sizeof text - (size_t)n, "S");
    }
    text_member(w, name, (struct pc_text){text, (uint32_t)n});
}

/* ---- bodies ---- */

static void write_registration(struct pc_nbfx_writer *w, const struct pc_message *m)
{
    bool has_address = m->kind == PC_KIND_REGISTER || m->kind == PC_KIND_UPDATE;
    root(w, m->kind == PC_KIND_REGISTER  ? PC_TEXT("Register")
            : m->kind == PC_KIND_UPDATE  ? PC_TEXT("Update")
            : m->kind == PC_KIND_REFRESH ? PC_TEXT("Refresh")
                                         : PC_TEXT("Unregister"));
    if (has_address)
        text_member(w, PC_TEXT("ClientId"), m->u.registration.client_id);
    text_member(w, PC_TEXT("MeshId"), m->u.registration.mesh_id);
    if (has_address)
        write_address(w, PC_TEXT("NodeAddress"), &m->u.registration.address);
    if (m->kind != PC_KIND_REGISTER)
        text_member(w, PC_TEXT("RegistrationId"), m->u.registration.registration_id);
    pc_nbfx_end(w);
}

static void write_fault(struct pc_nbfx_writer *w, const struct pc_message *m)
{
    struct pc_nbfx_string soap = pc_fixed(PC_NBFS_SOAP12);
    pc_nbfx_start(w, PLAIN("s"), pc_fixed(PC_NBFS_FAULT), soap);
    pc_nbfx_start(w, PLAIN("s"), pc_fixed(PC_NBFS_CODE), soap);
    pc_nbfx_start(w, PLAIN("s"), pc_fixed(PC_NBFS_VALUE), soap);
    pc_nbfx_qname(w, m->u.fault.of_sender ? PLAIN("Sender") : PLAIN("Receiver"), soap);
    pc_nbfx_end(w);
    pc_nbfx_start(w, PLAIN("s"), pc_fixed(PC_NBFS_SUBCODE), soap);
    pc_nbfx_start(w, PLAIN("s"), pc_fixed(PC_NBFS_VALUE), soap);
    if (m->u.fault.of_sender) { /* addressing: its prefix is declared already */
        pc_nbfx_qname(w, pc_plain(m->u.fault.code), pc_fixed(PC_NBFS_ADDRESSING));
    } else {
        pc_nbfx_xmlns(w, PLAIN("a"), PLAIN(PC_DISPATCHER));
        pc_nbfx_qname(w, pc_plain(m->u.fault.code), PLAIN(PC_DISPATCHER));
    }
    pc_nbfx_end(w);
    pc_nbfx_end(w);
    pc_nbfx_end(w);
    pc_nbfx_start(w, PLAIN("s"), pc_fixed(PC_NBFS_REASON), soap);
    pc_nbfx_start(w, PLAIN("s"), pc_fixed(PC_NBFS_FAULT_TEXT), soap);
    pc_nbfx_attribute_start(w, PLAIN("xml"), PLAIN("lang"), PLAIN("http://www.w3.org/XML/1998/namespace"));
    pc_nbfx_text(w, PLAIN("en-US"));
    pc_nbfx_attribute_end(w);
    pc_nbfx_text(w, pc_plain(m->u.fault.reason));
    pc_nbfx_end(w);
    pc_nbfx_end(w);
    pc_nbfx_end(w);
}

static void write_body(struct pc_nbfx_writer *w, const struct pc_message *m)
{
    if (m->body_null)
        return;
    switch (m->kind) {
    case PC_KIND_CONNECT:
        root(w, PC_TEXT("Connect"));
        write_address(w, PC_TEXT("Address"), &m->u.connect.address);
        uint64_member(w, PC_TEXT("NodeId"), m->u.connect.node_id);
        break;
    case PC_KIND_WELCOME:
        root(w, PC_TEXT("Welcome"));
        uint64_member(w, PC_TEXT("NodeId"), m->u.welcome.node_id);
        write_referrals(w, &m->u.welcome.referrals);
        break;
    case PC_KIND_REFUSE:
    case PC_KIND_DISCONNECT: {
        const char *reason = pc_reason_name(m->u.refuse.reason);
        g_assert(reason);
        root(w, m->kind == PC_KIND_REFUSE ? PC_TEXT("Refuse") : PC_TEXT("Disconnect"));
        text_member(w, PC_TEXT("Reason"), (struct pc_text){reason, (uint32_t)strlen(reason)});
        write_referrals(w, &m->u.refuse.referrals);
        break;
    }
    case PC_KIND_LINK_UTILITY:
        root(w, PC_TEXT("LinkUtility"));
        int_member(w, PC_TEXT("Total"), m->u.link_utility.total);
        int_member(w, PC_TEXT("Useful"), m->u.link_utility.useful);
        break;
    case PC_KIND_FAULT:
        write_fault(w, m);
        return;
    case PC_KIND_REGISTER: case PC_KIND_UPDATE: case PC_KIND_REFRESH: case PC_KIND_UNREGISTER:
        write_registration(w, m);
        return;
    case PC_KIND_REGISTER_RESPONSE:
    case PC_KIND_UPDATE_RESPONSE: /* .NET's odd name: peer-channel.md 18.2; PC-18.2-1 */
        root(w, PC_TEXT("Update"));
        text_member(w, PC_TEXT("RegistrationId"), m->u.registered.registration_id);
        duration_member(w, PC_TEXT("RegistrationLifetime"), m->u.registered.lifetime_ns);
        break;
    case PC_KIND_REFRESH_RESPONSE:
        root(w, PC_TEXT("RefreshResponse"));
        duration_member(w, PC_TEXT("RegistrationLifetime"), m->u.registered.lifetime_ns);
        text_member(w, PC_TEXT("Result"),
                    m->u.registered.found ? PC_TEXT("Success") : PC_TEXT("RegistrationNotFound"));
        break;
    case PC_KIND_RESOLVE:
        root(w, PC_TEXT("Resolve"));
        text_member(w, PC_TEXT("ClientId"), m->u.resolve.client_id);
        int_member(w, PC_TEXT("MaxAddresses"), m->u.resolve.max_addresses);
        text_member(w, PC_TEXT("MeshId"), m->u.resolve.mesh_id);
        break;
    case PC_KIND_RESOLVE_RESPONSE:
        root(w, PC_TEXT("ResolveResponse"));
        member(w, PC_TEXT("Addresses"));
        for (uint32_t i = 0; i < m->u.resolved.count; i++)
            write_address(w, PC_TEXT("PeerNodeAddress"), &m->u.resolved.addresses[i]);
        pc_nbfx_end(w);
        break;
    case PC_KIND_GET_SERVICE_SETTINGS_RESPONSE:
        root(w, PC_TEXT("ServiceSettings"));
        member(w, PC_TEXT("ControlMeshShape"));
        pc_nbfx_bool(w, m->u.settings.control_mesh_shape);
        pc_nbfx_end(w);
        break;
    case PC_KIND_PING: case PC_KIND_GET_SERVICE_SETTINGS: case PC_KIND_UNREGISTER_RESPONSE:
        return; /* empty */
    default:
        g_assert_not_reached();
    }
    pc_nbfx_end(w);
}

/* ---- the record ---- */

struct pc_buf *pc_finish_record(struct pc_codec *codec, struct pc_table **table, struct pc_nbfx_session *session,
                                const struct pc_octets *document)
{
    uint8_t head[6] = {PC_NMF_SIZED_ENVELOPE}, table_size[5], length[5];
    int table_octets = pc_mb31_write(table_size, session->added_octets);
    uint32_t payload = (uint32_t)table_octets + session->added_octets + document->len;
    struct pc_buf *record = pc_buf_new(6 + (size_t)payload);
    pc_buf_append(&record, head, 1 + (size_t)pc_mb31_write(head + 1, payload));
    pc_buf_append(&record, table_size, (size_t)table_octets);
    for (uint32_t i = 0; i < session->added_count; i++) {
        struct pc_text text = pc_str_text(codec->strings, session->added[i]);
        pc_buf_append(&record, length, (size_t)pc_mb31_write(length, text.n));
        pc_buf_append(&record, text.s, text.n);
    }
    pc_buf_append(&record, document->data, document->len);
    *table = pc_table_extend(codec, *table, session->added, session->added_count,
                             (*table)->octets + session->added_octets, session->closed);
    pc_nbfx_session_clear(session);
    return record;
}

struct pc_buf *pc_message_write(struct pc_codec *codec, struct pc_table **table, pc_str to,
                                const struct pc_message *message)
{
    struct pc_nbfx_session session = {
        .codec = codec, .table = *table, .limit = codec->limits.table_octets, .closed = (*table)->closed};
    struct pc_nbfx_writer writer;
    struct pc_octets *document = &codec->document;
    document->len = 0;
    pc_nbfx_writer_init(&writer, document, &session);
    write_headers(&writer, message, pc_str_text(codec->strings, to));
    pc_nbfx_start(&writer, PLAIN("s"), pc_fixed(PC_NBFS_BODY), pc_fixed(PC_NBFS_SOAP12));
    write_body(&writer, message);
    pc_nbfx_end(&writer);
    pc_nbfx_end(&writer);
    pc_nbfx_writer_clear(&writer);
    struct pc_buf *record = pc_finish_record(codec, table, &session, document);
    return record;
}
