/* Payloads of one direction of a session, one behind the other (two octets of length, then the payload): what is read is written
 * again by the program's own writers, and says the same when it is read back. */
#include "protocol/wire/flood.h"
#include "protocol/wire/nmf.h"

#include <string.h>

struct direction {
    struct pc_codec *codec;
    struct pc_table *read, *back, *write;
    pc_str to;
};

static const uint8_t *payload_of(const struct pc_buf *record, uint32_t *size)
{
    g_assert(record->size > 1 && record->data[0] == PC_NMF_SIZED_ENVELOPE);
    int n = pc_mb31_read(record->data + 1, record->size - 1, size);
    g_assert(n > 0 && 1 + (uint32_t)n + *size == record->size);
    return record->data + 1 + n;
}

static void read_back(struct direction *d, struct pc_buf *record, struct pc_message *out)
{
    uint32_t size;
    const uint8_t *payload = payload_of(record, &size);
    GError *error = NULL;
    if (!pc_message_read(d->codec, &d->back, payload, size, out, &error))
        g_error("what we wrote cannot be read: %s", error->message);
}

static void ignore(void *user, int depth, struct pc_text name, struct pc_text value)
{
    (void)depth;
    (void)name;
    ++*(uint64_t *)user;
    g_assert(value.n == 0 || value.s);
}

static void relay(struct direction *d, const struct pc_message *message, enum pc_relay_form form)
{
    struct pc_image *image = pc_image_relay(d->codec, message, 7, form);
    struct pc_buf *record = pc_image_encode(d->codec, image, &d->write, d->to);
    struct pc_guid id = message->u.flood.id;
    bool has_id = message->u.flood.has_id, has_hops = message->u.flood.has_hops;
    g_assert(record->size <= pc_image_size(image));
    if (record->size <= pc_codec_limits(d->codec)->envelope_octets) { /* the literal form is longer */
        struct pc_message again;
        read_back(d, record, &again);
        g_assert(again.kind == PC_KIND_FLOOD && again.u.flood.has_id == has_id && again.u.flood.has_hops == has_hops);
        g_assert(!has_id || memcmp(&again.u.flood.id, &id, sizeof id) == 0);
        g_assert(!has_hops || again.u.flood.hops == 7);
    }
    pc_buf_unref(record);
    pc_image_free(d->codec, image);
}

static bool can_be_written(const struct pc_message *m)
{
    if (m->body_null || m->kind == PC_KIND_FAULT || m->kind == PC_KIND_REQUEST_SECURITY_TOKEN ||
        m->kind == PC_KIND_REQUEST_SECURITY_TOKEN_RESPONSE || m->kind == PC_KIND_UNKNOWN)
        return false;
    bool reason = m->kind == PC_KIND_REFUSE || m->kind == PC_KIND_DISCONNECT;
    return !reason || pc_reason_name(m->u.refuse.reason);
}

static bool process(struct direction *d, const uint8_t *payload, size_t size)
{
    struct pc_message message;
    GError *error = NULL;
    if (!pc_message_read(d->codec, &d->read, payload, size, &message, &error)) {
        g_assert(error && error->domain == PC_WIRE_ERROR);
        g_error_free(error);
        return false;
    }
    uint64_t elements = 0;
    pc_body_read(d->codec, &message, ignore, &elements, NULL);
    if (message.kind == PC_KIND_FLOOD) {
        relay(d, &message, PC_RELAY_LITERAL);
        if (pc_message_read(d->codec, &d->read, payload, size, &message, NULL)) /* the strings are known now: may fail */
            relay(d, &message, PC_RELAY_COMPACT);
    } else if (can_be_written(&message)) {
        enum pc_kind kind = message.kind;
        struct pc_buf *record = pc_message_write(d->codec, &d->write, d->to, &message);
        if (record->size <= pc_codec_limits(d->codec)->envelope_octets) {
            struct pc_message again;
            read_back(d, record, &again);
            g_assert(again.kind == kind);
        }
        pc_buf_unref(record);
    }
    return d->read != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3)
        return 0;
    struct direction d = {.codec = pc_codec_new(NULL)};
    struct pc_strings *pool = pc_codec_strings(d.codec);
    pc_codec_set_memo(d.codec, data[0] & 1);
    d.to = data[0] & 2 ? pc_str_intern(pool, "net.p2p://mesh1/", 16) : 0;
    d.read = pc_table_empty(d.codec);
    d.back = pc_table_empty(d.codec);
    d.write = pc_table_empty(d.codec);
    for (size_t at = 1; at + 2 <= size;) {
        size_t n = MIN((size_t)data[at] << 8 | data[at + 1], size - at - 2);
        if (!process(&d, data + at + 2, n))
            break;
        at += 2 + n;
    }
    pc_table_unref(d.codec, d.read);
    pc_table_unref(d.codec, d.back);
    pc_table_unref(d.codec, d.write);
    if (d.to)
        pc_str_unref(pool, d.to);
    pc_codec_free(d.codec);
    return 0;
}
