#include "protocol/mesh/session.h"

#include "protocol/mesh/address.h"

struct pc_action *pc_io_add(struct pc_io *io, enum pc_action_kind kind, pc_conn conn)
{
    struct pc_actions *out = io->out;
    if (out->count == out->capacity) {
        out->capacity = out->capacity ? out->capacity * 2 : 64;
        out->items = g_renew(struct pc_action, out->items, out->capacity);
    }
    struct pc_action *action = &out->items[out->count++];
    action->kind = kind;
    action->conn = conn;
    return action;
}

void pc_actions_clear(struct pc_actions *actions)
{
    g_free(actions->items);
    *actions = (struct pc_actions){0};
}

static void drop_tables(struct pc_session *session, struct pc_io *io)
{
    pc_table_unref(io->mesh->codec, session->in);
    pc_table_unref(io->mesh->codec, session->out);
    session->in = session->out = NULL;
}

static void fresh_tables(struct pc_session *session, struct pc_io *io) /* FR-8-2 */
{
    drop_tables(session, io);
    session->in = pc_table_empty(io->mesh->codec);
    session->out = pc_table_empty(io->mesh->codec);
}

void pc_session_dial(struct pc_session *session, struct pc_io *io, pc_conn conn, const struct pc_ip *ip, uint16_t port)
{
    *session = (struct pc_session){.conn = conn, .phase = PC_SESSION_DIALLING, .initiator = true};
    pc_nmf_reader_init(&session->reader, false, &io->mesh->framing);
    struct pc_action *action = pc_io_add(io, PC_ACTION_CONNECT, conn);
    action->u.connect.ip = *ip;
    action->u.connect.port = port;
}

void pc_session_accept(struct pc_session *session, struct pc_io *io, pc_conn conn)
{
    *session = (struct pc_session){.conn = conn, .phase = PC_SESSION_PREAMBLE, .preamble_ok = true};
    pc_nmf_reader_init(&session->reader, true, &io->mesh->framing);
    fresh_tables(session, io);
}

void pc_session_start(struct pc_session *session, struct pc_io *io, struct pc_text via)
{
    fresh_tables(session, io);
    session->phase = PC_SESSION_WAIT_ACK;
    pc_session_write(session, io, pc_nmf_preamble(via));
}

static void gone(struct pc_session *session, struct pc_io *io)
{
    drop_tables(session, io);
    pc_nmf_reader_clear(&session->reader);
    session->phase = PC_SESSION_GONE;
}

void pc_session_close(struct pc_session *session, struct pc_io *io)
{
    if (session->phase == PC_SESSION_GONE)
        return;
    pc_io_add(io, PC_ACTION_CLOSE, session->conn);
    gone(session, io);
}

/* After the Ack .NET closes its output session before it gives up (framing.md 9). FR-9-3 */
void pc_session_fault(struct pc_session *session, struct pc_io *io)
{
    if (session->phase == PC_SESSION_OPEN)
        pc_session_write(session, io, pc_nmf_octet(PC_NMF_END));
    pc_session_close(session, io);
}

void pc_session_abort(struct pc_session *session, struct pc_io *io)
{
    if (session->phase == PC_SESSION_GONE)
        return;
    pc_io_add(io, PC_ACTION_ABORT, session->conn);
    gone(session, io);
}

void pc_session_lost(struct pc_session *session, struct pc_io *io)
{
    if (session->phase != PC_SESSION_GONE)
        gone(session, io);
}

void pc_session_write(struct pc_session *session, struct pc_io *io, struct pc_buf *octets) /* PC-22-2 */
{
    session->queued += octets->size;
    pc_io_add(io, PC_ACTION_WRITE, session->conn)->u.write = octets;
}

void pc_session_end(struct pc_session *session, struct pc_io *io, bool keep) /* FR-8-1 */
{
    bool peer_ended = session->phase == PC_SESSION_PEER_ENDED;
    if (session->phase != PC_SESSION_OPEN && !peer_ended)
        return;
    pc_session_write(session, io, pc_nmf_octet(PC_NMF_END));
    session->phase = PC_SESSION_LOCAL_ENDED;
    if (!peer_ended)
        return;
    if (!keep) {
        pc_session_close(session, io);
        return;
    }
    drop_tables(session, io);
    session->phase = PC_SESSION_IDLE;
}

/* The receiver's answer to something it will not serve: a Fault record, then the end (framing.md 9). FR-9-1 */
static enum pc_session_result refuse(struct pc_session *session, struct pc_io *io, const char *fault)
{
    if (!fault) {
        pc_session_abort(session, io);
        return PC_SESSION_FAILED;
    }
    pc_session_write(session, io, pc_nmf_fault(fault));
    pc_session_close(session, io);
    return PC_SESSION_FAILED;
}

static enum pc_session_result acceptor_record(struct pc_session *session, struct pc_io *io, struct pc_text path,
                                              uint16_t port, const struct pc_nmf_record *record)
{
    struct pc_text text = {(const char *)record->payload, record->size};
    switch (record->type) {
    case PC_NMF_VERSION:
        if (session->phase == PC_SESSION_IDLE)
            fresh_tables(session, io);
        session->phase = PC_SESSION_PREAMBLE;
        return PC_SESSION_BEGUN;
    case PC_NMF_MODE:
        if (record->value[0] == 2)
            return PC_SESSION_NOTHING;
        return refuse(session, io, record->value[0] == 1 ? "UnsupportedMode" : NULL); /* framing.md 11 */
    case PC_NMF_VIA:
        session->preamble_ok = !path.s || (pc_text_equal_nocase(pc_uri_path(text), path) && /* FR-5-3 */
                                           pc_uri_port(text, 808) == port);
        return PC_SESSION_NOTHING;
    case PC_NMF_KNOWN_ENCODING:
        if (record->value[0] != 8)
            return refuse(session, io, "ContentTypeInvalid");
        return session->preamble_ok ? PC_SESSION_NOTHING : refuse(session, io, "EndpointNotFound");
    case PC_NMF_EXTENSIBLE_ENCODING: {
        static const char binary[] = "application/soap+msbinsession1";
        if (!pc_text_equal_nocase(text, PC_TEXT(binary)))
            return refuse(session, io, "ContentTypeInvalid");
        return session->preamble_ok ? PC_SESSION_NOTHING : refuse(session, io, "EndpointNotFound");
    }
    case PC_NMF_PREAMBLE_END:
        pc_session_write(session, io, pc_nmf_octet(PC_NMF_PREAMBLE_ACK));
        session->phase = PC_SESSION_OPEN;
        return PC_SESSION_ESTABLISHED;
    default: /* UpgradeRequest: the reader takes no other record here */
        return refuse(session, io, "UpgradeInvalid");
    }
}

static enum pc_session_result peer_end(struct pc_session *session, struct pc_io *io)
{
    if (session->phase == PC_SESSION_LOCAL_ENDED) {
        drop_tables(session, io);
        session->phase = PC_SESSION_IDLE;
    } else {
        session->phase = PC_SESSION_PEER_ENDED;
    }
    return PC_SESSION_ENDED;
}

enum pc_session_result pc_session_octets(struct pc_session *session, struct pc_io *io, struct pc_event *event,
                                         struct pc_text path, uint16_t port, struct pc_nmf_record *record)
{
    for (;;) {
        switch (pc_nmf_read(&session->reader, &event->u.octets.data, &event->u.octets.size, record)) {
        case PC_NMF_MORE:
            return PC_SESSION_NOTHING;
        case PC_NMF_FAILED: {
            const char *fault = session->initiator ? NULL : pc_nmf_fault_for(session->reader.error);
            return refuse(session, io, fault);
        }
        case PC_NMF_RECORD:
            break;
        }
        enum pc_session_result result;
        switch (record->type) {
        case PC_NMF_SIZED_ENVELOPE: /* FR-5-2 */
            return PC_SESSION_ENVELOPE; /* the reader takes one only between preamble and End */
        case PC_NMF_END:
            return peer_end(session, io);
        case PC_NMF_PREAMBLE_ACK:
            if (session->phase != PC_SESSION_WAIT_ACK)
                return refuse(session, io, NULL);
            session->phase = PC_SESSION_OPEN;
            return PC_SESSION_ESTABLISHED;
        case PC_NMF_FAULT:
            return PC_SESSION_FAULTED;
        default:
            if (session->initiator) /* FR-13-1 */
                return refuse(session, io, NULL);
            result = acceptor_record(session, io, path, port, record);
            if (result != PC_SESSION_NOTHING)
                return result;
        }
    }
}
