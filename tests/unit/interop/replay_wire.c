#include "tests/unit/interop/replay_private.h"

#include "protocol/mesh/address.h"
#include "tests/unit/live/rig.h"

#include <string.h>

/* ---- octets that go out ---- */

static void replace_all(GByteArray *octets, const void *from, const void *to, size_t size)
{
    for (guint i = 0; i + size <= octets->len; i++)
        if (memcmp(octets->data + i, from, size) == 0)
            memcpy(octets->data + i, to, size);
}

static void replace_guid(GByteArray *octets, const struct guid_change *change)
{
    char from[37], to[37];
    replace_all(octets, change->from.octets, change->to.octets, 16);
    pc_guid_format(&change->from, from);
    pc_guid_format(&change->to, to);
    replace_all(octets, from, to, 36);
}

static void adapt(const struct replay *r, GByteArray *octets)
{
    char from[16], to[16];
    for (guint i = 0; i <= r->parties->len; i++) {
        const struct party *party = i < r->parties->len ? &g_array_index(r->parties, struct party, i) : NULL;
        g_snprintf(from, sizeof from, ":%u/", party ? party->port : r->ours);
        g_snprintf(to, sizeof to, ":%u/", party ? party->live : r->live_port);
        cr_assert_eq(strlen(from), strlen(to), "ports of five digits are due");
        replace_all(octets, from, to, strlen(from));
    }
    for (guint i = 0; i < r->changes->len; i++)
        replace_guid(octets, &g_array_index(r->changes, struct guid_change, i));
}

static void send_octets(struct wire *wire, GByteArray *octets)
{
    struct pc_buf *buf = pc_buf_new(octets->len);
    pc_buf_append(&buf, octets->data, octets->len);
    g_byte_array_unref(octets);
    if (!wire->socket) {
        pc_buf_unref(buf);
        return;
    }
    pc_socket_write(wire->socket, buf);
    pc_socket_flush(wire->socket);
}

static void append_size(GByteArray *out, size_t size)
{
    uint8_t octets[5];
    g_byte_array_append(out, octets, (guint)pc_mb31_write(octets, (uint32_t)size));
}

static void append_bytes(GByteArray *out, GBytes *bytes)
{
    gsize size;
    const void *data = g_bytes_get_data(bytes, &size);
    g_byte_array_append(out, data, (guint)size);
}

/* Strings that the recorded session had by then and the wire's has not are sent along. */
void replay_send_envelope(struct wire *wire, const struct recorded *recorded, const struct guid_change *relates)
{
    GByteArray *table = g_byte_array_new(), *payload = g_byte_array_new(), *out = g_byte_array_new();
    if (wire->strings != recorded->strings)
        cr_assert_eq(wire->strings_sent, 0, "an answer of another recorded session after one of this one");
    wire->strings = recorded->strings;
    for (guint i = wire->strings_sent; i < recorded->string_count; i++) {
        GBytes *string = recorded->strings->pdata[i];
        append_size(table, g_bytes_get_size(string));
        append_bytes(table, string);
    }
    wire->strings_sent = MAX(wire->strings_sent, recorded->string_count);
    append_size(payload, table->len);
    g_byte_array_append(payload, table->data, table->len);
    append_bytes(payload, recorded->octets);
    adapt(wire->replay, payload);
    if (relates)
        replace_guid(payload, relates);
    g_byte_array_append(out, (const guint8[]){PC_NMF_SIZED_ENVELOPE}, 1);
    append_size(out, payload->len);
    g_byte_array_append(out, payload->data, payload->len);
    g_byte_array_unref(table);
    g_byte_array_unref(payload);
    wire->replay->result.sent++;
    send_octets(wire, out);
}

void replay_send_framing(struct wire *wire, const struct recorded *recorded)
{
    GByteArray *out = g_byte_array_new();
    append_bytes(out, recorded->octets);
    gsize size = out->len;
    adapt(wire->replay, out); /* a Via keeps its length */
    cr_assert_eq(out->len, size);
    if (recorded->type == PC_NMF_VERSION || recorded->type == PC_NMF_PREAMBLE_ACK) {
        wire->strings = NULL;
        wire->strings_sent = 0;
    }
    wire->played_ends += recorded->type == PC_NMF_END;
    send_octets(wire, out);
}

/* ---- octets that come in ---- */

/* The played resolver answers a call of our node with the next recorded answer of that kind to it; if it has been asked
 * oftener than the recorded one was, with the last one. */
static void answer(struct wire *wire, const struct pc_message *request)
{
    struct replay *r = wire->replay;
    enum pc_kind kind = (enum pc_kind)(request->kind + 1);
    const struct recorded *found = NULL;
    for (guint i = 0; i < r->records->len; i++) {
        const struct recorded *at = r->records->pdata[i];
        if (at->from != RESOLVER || at->to != r->ours || at->kind != kind || !at->octets || at->type != PC_NMF_SIZED_ENVELOPE)
            continue;
        found = at;
        if (i >= r->answers[kind]) {
            r->answers[kind] = i + 1;
            break;
        }
    }
    for (guint i = 0; !found && i < r->spare->len; i++) {
        const struct recorded *at = r->spare->pdata[i];
        if (at->kind == kind)
            found = at;
    }
    cr_assert(found, "our node makes a call that the recorded one never made: %s", pc_kind_name(request->kind));
    struct guid_change relates = {.from = found->call};
    cr_assert(recorded_call(request, &relates.to));
    replay_send_envelope(wire, found, &relates);
}

static void end_session(struct wire *wire)
{
    wire->ends++;
    if (wire->peer != RESOLVER) /* of neighbors: as recorded */
        return;
    static const uint8_t end = PC_NMF_END;
    GByteArray *out = g_byte_array_new();
    g_byte_array_append(out, &end, 1);
    send_octets(wire, out);
}

static void envelope(struct wire *wire, const struct pc_nmf_record *record)
{
    struct replay *r = wire->replay;
    struct pc_message message;
    GError *error = NULL;
    cr_assert(pc_message_read(r->codec, &wire->table, record->payload, record->size, &message, &error), "%s", error ? error->message : "");
    cr_assert_neq(message.kind, PC_KIND_FAULT, "our side answers with a fault: %.*s", (int)message.u.fault.reason.n, message.u.fault.reason.s);
    wire->seen[message.kind]++;
    r->result.received++;
    struct recorded *last = &wire->last[message.kind];
    g_free(last->path);
    g_free(last->registration);
    g_free(last->via);
    g_free(last->action);
    memset(last, 0, sizeof *last);
    recorded_keep(last, &message);
    if (message.kind == PC_KIND_FLOOD)
        g_hash_table_add(r->floods, g_memdup2(&message.u.flood.id, sizeof message.u.flood.id));
    if (wire->peer == RESOLVER && r->ours != RESOLVER)
        answer(wire, &message);
}

static size_t on_octets(void *user, const uint8_t *data, size_t size)
{
    struct wire *wire = user;
    struct pc_nmf_record record;
    size_t all = size;
    static const uint8_t ack = PC_NMF_PREAMBLE_ACK;
    for (;;) {
        enum pc_nmf_status status = pc_nmf_read(&wire->reader, &data, &size, &record);
        if (status == PC_NMF_MORE)
            return all;
        cr_assert_eq(status, PC_NMF_RECORD, "our side breaks the framing: %s", pc_nmf_error_name((enum pc_nmf_error)wire->reader.error));
        cr_assert_neq(record.type, PC_NMF_FAULT, "our side answers with the fault %.*s", (int)record.size, (const char *)record.payload);
        if (record.type == (wire->dialled ? PC_NMF_PREAMBLE_ACK : PC_NMF_VERSION)) {
            pc_table_unref(wire->replay->codec, wire->table);
            wire->table = pc_table_empty(wire->replay->codec);
        }
        if (record.type == PC_NMF_PREAMBLE_ACK || record.type == PC_NMF_PREAMBLE_END)
            wire->acks++;
        if (record.type == PC_NMF_PREAMBLE_END && wire->peer == RESOLVER) {
            GByteArray *out = g_byte_array_new();
            g_byte_array_append(out, &ack, 1);
            wire->strings = NULL;
            wire->strings_sent = 0;
            send_octets(wire, out);
        }
        if (record.type == PC_NMF_END)
            end_session(wire);
        if (record.type == PC_NMF_SIZED_ENVELOPE)
            envelope(wire, &record);
    }
}

static void on_open(void *user)
{
    ((struct wire *)user)->open = true;
}

static void on_failed(void *user, const char *why)
{
    struct wire *wire = user;
    (void)why;
    wire->closed = true;
    wire->socket = NULL;
}

static void on_eof(void *user)
{
    ((struct wire *)user)->eof = true;
}

static void on_writable(void *user, uint64_t handed)
{
    (void)user;
    (void)handed;
}

const struct pc_socket_ops replay_wire_ops = {on_open, on_failed, on_octets, on_eof, on_writable, on_failed};

struct wire *replay_new_wire(struct replay *r, uint16_t peer, bool dialled)
{
    struct wire *wire = g_new0(struct wire, 1);
    wire->replay = r;
    wire->peer = peer;
    wire->dialled = dialled;
    wire->table = pc_table_empty(r->codec);
    pc_nmf_reader_init(&wire->reader, !dialled, NULL);
    return wire;
}

void replay_on_accepted(void *user, GSocket *accepted)
{
    struct party *party = user;
    struct wire *wire = replay_new_wire(party->replay, party->port, false);
    wire->open = true;
    wire->accepted = g_object_ref(accepted);
    wire->socket = pc_socket_accepted(party->replay->sockets, accepted, &replay_wire_ops, wire);
    g_ptr_array_add(party->replay->loose, wire);
}
