/* Envelopes and headers: SOAP 1.2 with WS-Addressing 1.0, soap-envelope.md 2, 3, 10. */
#include "protocol/wire/codec_private.h"
#include "protocol/wire/flood.h"
#include "protocol/wire/memo.h"
#include "protocol/wire/message_private.h"
#include "protocol/wire/names.h"

#include <string.h>

bool pc_in_failed(const struct pc_in *in)
{
    return in->reader.error || in->bad;
}

bool pc_in_fail(struct pc_in *in, int error, const char *why)
{
    if (!pc_in_failed(in)) {
        in->bad = error;
        in->why = why;
    }
    return false;
}

bool pc_in_is(const struct pc_in *in, struct pc_text ns, struct pc_text name)
{
    return pc_text_equal(in->reader.name.text, name) && pc_text_equal(in->reader.ns.text, ns);
}

bool pc_in_child(struct pc_in *in, uint32_t depth)
{
    while (!pc_in_failed(in)) {
        switch (pc_nbfx_next(&in->reader)) {
        case PC_NBFX_START:
            return true;
        case PC_NBFX_END: /* children are consumed with their ends */
            g_assert(in->reader.depth == depth);
            return false;
        case PC_NBFX_TEXT:
        case PC_NBFX_COMMENT:
            break;
        default:
            return false;
        }
    }
    return false;
}

struct pc_text pc_in_value(struct pc_in *in, const struct pc_nbfx_value *value)
{
    switch (value->type) {
    case 0x98:
    case 0x9A:
    case 0x9C:
    case 0xAA:
        return value->string.text;
    case 0x80:
        return PC_TEXT("0");
    case 0x82:
        return PC_TEXT("1");
    case 0xA8:
        return PC_TEXT("");
    default: {
        GString *text = g_string_new(NULL);
        pc_nbfx_append_text(&in->reader, value, text);
        char *copy = pc_scratch_alloc(in->codec, text->len + 1);
        memcpy(copy, text->str, text->len + 1);
        struct pc_text result = {copy, (uint32_t)text->len};
        g_string_free(text, TRUE);
        return result;
    }
    }
}

/* Appends to a text that lies in scratch memory of `*room` octets, or (0) elsewhere. Room doubles, so that a
 * text in many pieces takes little more than its own size. */
static struct pc_text join(struct pc_in *in, struct pc_text text, struct pc_text more, uint32_t *room)
{
    if (text.n == 0)
        return more;
    char *joined = (char *)text.s;
    if (text.n + more.n > *room) {
        *room = 2 * (text.n + more.n);
        joined = pc_scratch_alloc(in->codec, *room);
        memcpy(joined, text.s, text.n);
    }
    memcpy(joined + text.n, more.s, more.n);
    return (struct pc_text){joined, text.n + more.n};
}

/* Text records in a row form one text. Nested elements are passed over, as the serializer would. */
struct pc_text pc_in_text(struct pc_in *in)
{
    struct pc_nbfx_reader *r = &in->reader;
    uint32_t depth = r->depth, room = 0;
    struct pc_text text = {"", 0};
    while (!pc_in_failed(in)) {
        switch (pc_nbfx_next(r)) {
        case PC_NBFX_END:
            return text;
        case PC_NBFX_START:
            pc_nbfx_skip(r);
            break;
        case PC_NBFX_TEXT:
            text = join(in, text, pc_in_value(in, &r->value), &room);
            break;
        default:
            break;
        }
        g_assert(r->depth >= depth || r->error);
    }
    return text;
}

/* An attribute's xs:boolean, in whichever record it came. */
static bool is_true(const struct pc_nbfx_value *value)
{
    switch (value->type) {
    case 0x82:
    case 0x86:
    case 0x88:
    case 0x8A:
    case 0x8C:
    case 0x8E:
    case 0xB4:
        return value->number == 1;
    case 0x98:
    case 0x9A:
    case 0x9C:
    case 0xAA:
        return pc_text_equal(value->string.text, PC_TEXT("true")) ||
               pc_text_equal(value->string.text, PC_TEXT("1"));
    default:
        return false;
    }
}

bool pc_in_nil(const struct pc_in *in)
{
    for (uint32_t i = 0; i < in->reader.attribute_count; i++) {
        const struct pc_nbfx_attribute *a = &in->reader.attributes[i];
        if (a->declaration || !pc_text_equal(a->name.text, PC_TEXT("nil")) ||
            !pc_text_equal(a->ns.text, PC_TEXT(PC_XSI)))
            continue;
        return is_true(&a->value);
    }
    return false;
}

/* ---- headers ---- */

/* mustUnderstand, of a header that is meant for us: for no role in particular, for the next or the last
 * receiver. */
static bool must_understand(struct pc_in *in)
{
    bool must = false;
    for (uint32_t i = 0; i < in->reader.attribute_count; i++) {
        const struct pc_nbfx_attribute *a = &in->reader.attributes[i];
        if (a->declaration || !pc_text_equal(a->ns.text, PC_TEXT(PC_SOAP12)))
            continue;
        if (pc_text_equal(a->name.text, PC_TEXT("mustUnderstand"))) {
            must = is_true(&a->value);
        } else if (pc_text_equal(a->name.text, PC_TEXT("role"))) {
            struct pc_text role = pc_in_value(in, &a->value);
            if (role.n && !pc_text_equal(role, PC_TEXT(PC_SOAP12 "/role/next")) &&
                !pc_text_equal(role, PC_TEXT(PC_SOAP12 "/role/ultimateReceiver")))
                return false;
        }
    }
    return must;
}

/* What the headers said; a flood is recognised by its headers, not by its action (peer-channel.md 2.1). */
struct headers {
    struct pc_flood flood;
    struct pc_text flooder;
    uint32_t hops_headers, reply_to;
};

/* As .NET's UniqueId has it: only a lower-case form that is not zero is a GUID, any other text just a text.
 */
static bool parse_id(struct pc_text text, struct pc_guid *guid)
{
    static const char prefix[] = "urn:uuid:";
    static const struct pc_guid zero;
    if (text.n != 45 || memcmp(text.s, prefix, sizeof prefix - 1) != 0)
        return false;
    for (uint32_t i = sizeof prefix - 1; i < text.n; i++)
        if (text.s[i] >= 'A' && text.s[i] <= 'Z')
            return false;
    return pc_guid_parse((struct pc_text){text.s + 9, 36}, guid) && memcmp(guid, &zero, sizeof zero) != 0;
}

static void skip_unknown(struct pc_in *in, struct headers *h)
{
    h->flood.must_understand_unknown |= must_understand(in);
    pc_nbfx_skip(&in->reader);
}

static void read_id(struct pc_in *in, struct pc_unique_id *id)
{
    id->present = true;
    id->text = pc_in_text(in);
    id->is_guid = parse_id(id->text, &id->guid);
}

static void once(struct pc_in *in, struct headers *h, struct pc_text *header)
{
    if (header->s)
        h->flood.header_duplicates++;
    *header = pc_in_text(in);
}

static void read_addressing(struct pc_in *in, struct headers *h, struct pc_message *message)
{
    struct pc_text name = in->reader.name.text;
    if (pc_text_equal(name, PC_TEXT("Action"))) {
        if (message->action.s)
            pc_in_fail(in, PC_WIRE_BAD_ENVELOPE, "a second Action header");
        once(in, h, &message->action);
    } else if (pc_text_equal(name, PC_TEXT("To"))) {
        if (message->to.s)
            pc_in_fail(in, PC_WIRE_BAD_ENVELOPE, "a second To header");
        once(in, h, &message->to);
    } else if (pc_text_equal(name, PC_TEXT("MessageID"))) {
        if (message->message_id.present)
            pc_in_fail(in, PC_WIRE_BAD_ENVELOPE, "a second MessageID header");
        read_id(in, &message->message_id);
    } else if (pc_text_equal(name, PC_TEXT("RelatesTo"))) {
        read_id(in, &message->relates_to);
    } else if (pc_text_equal(name, PC_TEXT("ReplyTo"))) {
        uint32_t depth = in->reader.depth;
        if (h->reply_to++)
            pc_in_fail(in, PC_WIRE_BAD_ENVELOPE, "a second ReplyTo header");
        while (pc_in_child(in, depth)) {
            if (pc_in_is(in, PC_TEXT(PC_ADDRESSING), PC_TEXT("Address")))
                message->reply_to_anonymous = pc_text_equal(pc_in_text(in), PC_TEXT(PC_ANONYMOUS));
            else
                pc_nbfx_skip(&in->reader);
        }
    } else if (pc_text_equal(name, PC_TEXT("From")) || pc_text_equal(name, PC_TEXT("FaultTo"))) {
        pc_nbfx_skip(&in->reader);
    } else {
        skip_unknown(in, h);
    }
}

struct pc_text pc_trimmed(struct pc_text text)
{
    static const char blanks[] = " \t\r\n";
    while (text.n && memchr(blanks, text.s[0], sizeof blanks - 1)) {
        text.s++;
        text.n--;
    }
    while (text.n && memchr(blanks, text.s[text.n - 1], sizeof blanks - 1))
        text.n--;
    return text;
}

bool pc_parse_u64(struct pc_text text, uint64_t *out)
{
    uint64_t v = 0;
    text = pc_trimmed(text);
    for (uint32_t i = 0; i < text.n; i++) {
        unsigned digit = (unsigned)(text.s[i] - '0');
        if (digit > 9 || v > (UINT64_MAX - digit) / 10)
            return false;
        v = v * 10 + digit;
    }
    *out = v;
    return text.n > 0;
}

static void read_hops(struct pc_in *in, struct headers *h)
{
    struct pc_text text = pc_in_text(in);
    h->hops_headers++;
    h->flood.has_hops = h->hops_headers == 1; /* two of them: ignored (13.4); PC-13.4-3 */
    h->flood.hops_invalid = !pc_parse_u64(text, &h->flood.hops);
}

static void read_peer(struct pc_in *in, struct headers *h)
{
    struct pc_text name = in->reader.name.text;
    if (pc_text_equal(name, PC_TEXT("MessageID"))) {
        once(in, h, &h->flood.id_text);
        h->flood.has_id = parse_id(h->flood.id_text, &h->flood.id);
    } else if (pc_text_equal(name, PC_TEXT("PeerTo"))) {
        once(in, h, &h->flood.peer_to);
    } else if (pc_text_equal(name, PC_TEXT("PeerVia"))) {
        once(in, h, &h->flood.via);
    } else if (pc_text_equal(name, PC_TEXT("FloodMessage"))) {
        once(in, h, &h->flooder);
    } else {
        skip_unknown(in, h);
    }
}

static void read_headers(struct pc_in *in, struct headers *h, struct pc_message *message)
{
    uint32_t depth = in->reader.depth;
    while (pc_in_child(in, depth)) {
        struct pc_text ns = in->reader.ns.text;
        if (pc_text_equal(ns, PC_TEXT(PC_PEER))) {
            read_peer(in, h);
        } else if (pc_text_equal(ns, PC_TEXT(PC_ADDRESSING))) {
            read_addressing(in, h, message);
        } else if (pc_in_is(in, PC_TEXT(PC_HOP_COUNT), PC_TEXT("Hops"))) {
            read_hops(in, h);
        } else {
            skip_unknown(in, h);
        }
    }
}

/* ---- envelope ---- */

/* scheme ":" something: peer-channel.md 13.3 step 2 */
static bool is_absolute_uri(struct pc_text text)
{
    for (uint32_t i = 0; i < text.n; i++) {
        char c = text.s[i];
        if (c == ':')
            return i > 0 && i + 1 < text.n;
        if (!g_ascii_isalpha(c) && (i == 0 || (!g_ascii_isdigit(c) && c != '+' && c != '-' && c != '.')))
            return false;
    }
    return false;
}

static void read_body(struct pc_in *in, struct headers *h, struct pc_message *message)
{
    struct pc_nbfx_reader *r = &in->reader;
    message->kind = message->action.s ? pc_kind_of_action(message->action) : PC_KIND_UNKNOWN;
    if (message->kind == PC_KIND_UNKNOWN && h->flooder.s &&
        pc_text_equal(h->flooder, PC_TEXT("PeerFlooder"))) { /* PC-13.3-1 */
        message->kind = PC_KIND_FLOOD;
        message->u.flood = h->flood;
        message->u.flood.bad_uri = (h->flood.via.s && !is_absolute_uri(h->flood.via)) ||
                                   (h->flood.peer_to.s && !is_absolute_uri(h->flood.peer_to));
    }
    bool known = message->kind != PC_KIND_FLOOD && message->kind != PC_KIND_UNKNOWN;
    if (known && h->flood.must_understand_unknown) /* peer-channel.md 6.1; of a flood, the node decides */
        pc_in_fail(in, PC_WIRE_BAD_ENVELOPE, "a header that must be understood and is not");
    message->body_offset = (uint32_t)(r->p - r->base);
    if (known)
        pc_body_of(in, message);
    else
        pc_nbfx_skip(r); /* passed on or left alone, but well-formed */
    uint32_t end = (uint32_t)(r->p - r->base);
    bool explicit_end = r->offset + 1 == end && r->base[r->offset] == 0x01;
    message->body_size = end - message->body_offset - (explicit_end ? 1 : 0);
}

/* The next part of the envelope. Between parts only blanks may stand (soap-envelope.md 10). */
static bool next_part(struct pc_in *in)
{
    while (!pc_in_failed(in)) {
        enum pc_nbfx_node node = pc_nbfx_next(&in->reader);
        if (node == PC_NBFX_START)
            return true;
        if (node == PC_NBFX_TEXT && !pc_nbfx_is_blank(&in->reader.value))
            return pc_in_fail(in, PC_WIRE_BAD_ENVELOPE, "text that does not belong into an envelope");
        if (node == PC_NBFX_END)
            return false;
    }
    return false;
}

static void read_envelope(struct pc_in *in, struct pc_message *message)
{
    struct headers headers;
    memset(&headers, 0, sizeof headers);
    bool header = false, body = false;
    if (pc_nbfx_next(&in->reader) != PC_NBFX_START ||
        !pc_in_is(in, PC_TEXT(PC_SOAP12), PC_TEXT("Envelope"))) {
        pc_in_fail(in, PC_WIRE_BAD_ENVELOPE, "not a SOAP 1.2 envelope");
        return;
    }
    while (next_part(in)) {
        if (!header && !body && pc_in_is(in, PC_TEXT(PC_SOAP12), PC_TEXT("Header"))) {
            header = true;
            read_headers(in, &headers, message);
        } else if (!body && pc_in_is(in, PC_TEXT(PC_SOAP12), PC_TEXT("Body"))) {
            body = true;
            read_body(in, &headers, message);
        } else {
            pc_in_fail(in, PC_WIRE_BAD_ENVELOPE, "an element that does not belong into an envelope");
        }
    }
    if (!pc_in_failed(in) && !body)
        pc_in_fail(in, PC_WIRE_BAD_ENVELOPE, "an envelope without Body");
    if (!pc_in_failed(in))
        while (pc_nbfx_next(&in->reader) > PC_NBFX_EOF) /* comments and blanks; all else is refused there */
            ;
}

static bool read_message(struct pc_codec *codec, struct pc_table **table, const uint8_t *payload, size_t size,
                         struct pc_message *out, GError **error)
{
    size_t document;
    memset(out, 0, sizeof *out);
    if (size > codec->limits.envelope_octets) {
        g_set_error(error, PC_WIRE_ERROR, PC_WIRE_QUOTA,
                    "envelope: offset 0: %zu octets are over the limit of %u", size,
                    codec->limits.envelope_octets);
        return false;
    }
    if (!pc_table_read(codec, table, payload, size, &document, error))
        return false;
    pc_scratch_reset(codec);
    struct pc_in in;
    in.codec = codec;
    in.bad = 0;
    pc_nbfx_reader_init(&in.reader, codec, *table, payload + document, size - document);
    out->size = (uint32_t)size;
    out->document = payload + document;
    out->document_size = (uint32_t)(size - document);
    out->table = *table;
    read_envelope(&in, out);
    if (in.reader.error)
        pc_nbfx_set_error(&in.reader, error);
    else if (in.bad)
        g_set_error(error, PC_WIRE_ERROR, in.bad, "message: offset %u: %s", in.reader.offset, in.why);
    pc_nbfx_reader_clear(&in.reader);
    return !in.reader.error && !in.bad;
}

bool pc_message_read(struct pc_codec *codec, struct pc_table **table, const uint8_t *payload, size_t size,
                     struct pc_message *out, GError **error)
{
    bool memo = codec->memo && *table && pc_memo_fits(payload, size);
    struct pc_memo_entry *entry = memo ? pc_memo_find(codec, *table, payload, size) : NULL;
    if (entry) {
        pc_scratch_reset(codec); /* as each read does */
        *out = entry->message;
        return true;
    }
    if (!read_message(codec, table, payload, size, out, error))
        return false;
    bool scratch = codec->scratch && codec->scratch->used;
    if (memo && out->kind == PC_KIND_FLOOD && !scratch)
        out->memo = pc_memo_keep(codec, *table, payload, size, out);
    return true;
}

/* The content of an element so far: a relay has cut it into pieces (binary-xml.md 10.6). */
struct leaf {
    bool open;
    struct pc_text name, text, octets; /* `octets`: of Bytes records in a row, which are one value */
    uint32_t text_room, octets_room;
};

static void flush_octets(struct pc_in *in, struct leaf *leaf)
{
    if (!leaf->octets.n)
        return;
    struct pc_nbfx_value all = {
        .type = 0xA2, .raw = (const uint8_t *)leaf->octets.s, .raw_size = leaf->octets.n};
    leaf->text = join(in, leaf->text, pc_in_value(in, &all), &leaf->text_room);
    leaf->octets.n = leaf->octets_room = 0;
}

static void add_value(struct pc_in *in, struct leaf *leaf)
{
    const struct pc_nbfx_value *value = &in->reader.value;
    if (value->type == 0x9E || value->type == 0xA0 || value->type == 0xA2) {
        struct pc_text more = {(const char *)value->raw, value->raw_size};
        leaf->octets = join(in, leaf->octets, more, &leaf->octets_room);
        return;
    }
    flush_octets(in, leaf);
    leaf->text = join(in, leaf->text, pc_in_value(in, value), &leaf->text_room);
}

static void read_leaves(struct pc_in *in, pc_body_visit visit, void *user)
{
    struct pc_nbfx_reader *r = &in->reader;
    struct leaf leaf = {0};
    while (pc_nbfx_next(r) > PC_NBFX_EOF && !(r->node == PC_NBFX_END && r->depth == 2)) {
        if (r->node == PC_NBFX_START) {
            if (leaf.open) /* it has children: told before them, without text */
                visit(user, (int)r->depth - 3, leaf.name, PC_TEXT(""));
            leaf = (struct leaf){.open = true, .name = r->name.text, .text = {"", 0}};
        } else if (r->node == PC_NBFX_TEXT && leaf.open) {
            add_value(in, &leaf);
        } else if (r->node == PC_NBFX_END && leaf.open) {
            flush_octets(in, &leaf);
            visit(user, (int)r->depth - 2, leaf.name, leaf.text);
            leaf.open = false;
        }
    }
}

bool pc_body_open(struct pc_codec *codec, const struct pc_message *message, struct pc_nbfx_reader *reader)
{
    pc_nbfx_reader_init(reader, codec, message->table, message->document, message->document_size);
    while (pc_nbfx_next(reader) > PC_NBFX_EOF)
        if (reader->node == PC_NBFX_START && reader->depth == 2 && pc_text_equal(reader->name.text, PC_TEXT("Body")) &&
            pc_text_equal(reader->ns.text, PC_TEXT(PC_SOAP12)))
            return true;
    return false;
}

bool pc_body_read(struct pc_codec *codec, const struct pc_message *message, pc_body_visit visit, void *user,
                  GError **error)
{
    struct pc_in in = {.codec = codec};
    if (pc_body_open(codec, message, &in.reader))
        read_leaves(&in, visit, user);
    bool ok = !in.reader.error;
    if (!ok)
        pc_nbfx_set_error(&in.reader, error);
    pc_nbfx_reader_clear(&in.reader);
    return ok;
}
