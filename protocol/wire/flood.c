#include "protocol/wire/flood.h"

#include "protocol/wire/codec_private.h"
#include "protocol/wire/memo.h"
#include "protocol/wire/message_private.h"
#include "protocol/wire/names.h"
#include "protocol/wire/nmf.h"

#include <stdio.h>
#include <string.h>

#define PLAIN(literal)  pc_plain(PC_TEXT(literal))
#define SHARED(literal) pc_shared(PC_TEXT(literal))

#define FINISHED  8   /* finished records remembered for each image; the next one replaces the oldest */
#define SHORT_IDS 127 /* ids up to here take one octet */

/* A document written once, under a table of its own in order of first use. For a link, the octets at `holes`
 * are replaced by the ids that the strings have in the link's table. That is exact as long as all ids take
 * one octet: then the writer would have made the same choices at the same places (binary-xml.md 10.5).
 * Otherwise the document is written again for the link. */
struct pc_image {
    struct pc_image *next;
    uint32_t refs;
    struct pc_octets document;
    struct pc_octets holes; /* uint32_t offsets, each of one octet: 2k+1 for string k */
    pc_str *strings;        /* string k, each with a reference */
    uint32_t string_count, string_capacity, string_octets;
    uint32_t finished_count, finished_next;
    struct {
        struct pc_table *table;
        pc_str to;
        struct pc_buf *record;
    } finished[FINISHED];
};

/* ---- memory ---- */

static struct pc_image *new_image(struct pc_codec *codec)
{
    struct pc_image *image = codec->spare_images;
    if (image) {
        codec->spare_images = image->next;
        image->next = NULL;
        image->refs = 1;
        return image;
    }
    image = g_new0(struct pc_image, 1);
    image->refs = 1;
    return image;
}

void pc_image_free(struct pc_codec *codec, struct pc_image *image)
{
    if (--image->refs)
        return; /* the codec's memory or another node has it */
    for (uint32_t i = 0; i < image->string_count; i++)
        pc_str_unref(codec->strings, image->strings[i]);
    for (uint32_t i = 0; i < image->finished_count; i++) {
        pc_table_unref(codec, image->finished[i].table);
        pc_buf_unref(image->finished[i].record);
    }
    image->string_count = image->string_octets = image->finished_count = image->finished_next = 0;
    image->document.len = image->holes.len = 0;
    image->next = codec->spare_images;
    codec->spare_images = image;
}

void pc_images_drop(struct pc_codec *codec)
{
    while (codec->spare_images) {
        struct pc_image *image = codec->spare_images;
        codec->spare_images = image->next;
        pc_octets_free(&image->document);
        pc_octets_free(&image->holes);
        g_free(image->strings);
        g_free(image);
    }
}

/* ---- writing an image ---- */

struct image_writer {
    struct pc_nbfx_writer nbfx;
    struct pc_nbfx_session session;
    struct pc_image *image;
};

static void begin_image(struct image_writer *w, struct pc_codec *codec)
{
    w->image = new_image(codec);
    w->session = (struct pc_nbfx_session){.codec = codec,
                                          .table = codec->empty,
                                          .limit = UINT32_MAX,
                                          .added = w->image->strings,
                                          .added_capacity = w->image->string_capacity};
    pc_nbfx_writer_init(&w->nbfx, &w->image->document, &w->session);
    w->nbfx.holes = &w->image->holes;
}

static struct pc_image *end_image(struct image_writer *w)
{
    pc_nbfx_writer_clear(&w->nbfx);
    w->image->strings = w->session.added; /* the references go with them */
    w->image->string_capacity = w->session.added_capacity;
    w->image->string_count = w->session.added_count;
    w->image->string_octets = w->session.added_octets;
    return w->image;
}

static void write_to(struct image_writer *w)
{
    pc_write_to(&w->nbfx, pc_str_text(w->session.codec->strings, w->session.codec->to_placeholder));
}

static void text_header(struct image_writer *w, struct pc_nbfx_string name, struct pc_nbfx_string ns,
                        struct pc_text value)
{
    pc_nbfx_start(&w->nbfx, PC_NBFX_NONE, name, ns);
    pc_nbfx_text(&w->nbfx, pc_plain(value));
    pc_nbfx_end(&w->nbfx);
}

/* ---- at the origin: peer-channel.md 7, soap-envelope.md 8 ---- */

#define BODY_DEPTH 32

struct pc_body_writer {
    struct pc_nbfx_writer *nbfx;
    struct pc_text ns[BODY_DEPTH]; /* of the elements open */
    uint32_t depth;
};

void pc_body_start(struct pc_body_writer *writer, struct pc_text name, struct pc_text ns)
{
    g_assert(writer->depth < BODY_DEPTH && (ns.s || writer->depth));
    writer->ns[writer->depth] = ns.s ? ns : writer->ns[writer->depth - 1];
    pc_nbfx_start(writer->nbfx, PC_NBFX_NONE, pc_shared(name), pc_shared(writer->ns[writer->depth]));
    writer->depth++;
}

void pc_body_text(struct pc_body_writer *writer, struct pc_text value)
{
    pc_nbfx_text(writer->nbfx, pc_plain(value));
}

void pc_body_int(struct pc_body_writer *writer, int64_t value)
{
    pc_nbfx_int(writer->nbfx, value);
}

void pc_body_bool(struct pc_body_writer *writer, bool value)
{
    pc_nbfx_bool(writer->nbfx, value);
}

void pc_body_double(struct pc_body_writer *writer, double value)
{
    pc_nbfx_double(writer->nbfx, value);
}

void pc_body_bytes(struct pc_body_writer *writer, const uint8_t *octets, uint32_t size)
{
    pc_nbfx_bytes(writer->nbfx, octets, size);
}

void pc_body_end(struct pc_body_writer *writer)
{
    writer->depth--;
    pc_nbfx_end(writer->nbfx);
}

struct pc_image *pc_image_origin(struct pc_codec *codec, const struct pc_outgoing *message)
{
    struct image_writer w;
    struct pc_nbfx_string peer = pc_fixed(PC_NBFS_PEER_NS);
    char id[46] = "urn:uuid:";
    pc_guid_format(&message->id, id + 9);
    begin_image(&w, codec);
    pc_envelope_start(&w.nbfx, pc_shared(message->action));
    if (message->has_hops) { /* a typed header of the application's contract: it stands before To */
        pc_nbfx_start(&w.nbfx, PLAIN("h"), SHARED("Hops"), SHARED(PC_HOP_COUNT));
        pc_nbfx_uint64(&w.nbfx, message->hops);
        pc_nbfx_end(&w.nbfx);
    }
    write_to(&w);
    text_header(&w, pc_fixed(PC_NBFS_MESSAGE_ID), peer, (struct pc_text){id, 45});
    text_header(&w, PLAIN("PeerTo"), PLAIN(PC_PEER), message->peer_to);
    text_header(&w, pc_fixed(PC_NBFS_PEER_VIA), peer, message->via);
    text_header(&w, pc_fixed(PC_NBFS_FLOOD_MESSAGE), peer, PC_TEXT("PeerFlooder"));
    pc_nbfx_end(&w.nbfx);
    pc_nbfx_start(&w.nbfx, PLAIN("s"), pc_fixed(PC_NBFS_BODY), pc_fixed(PC_NBFS_SOAP12));
    if (message->write_body) {
        struct pc_body_writer body = {.nbfx = &w.nbfx};
        message->write_body(&body, message->body);
        g_assert(body.depth == 0);
    }
    pc_nbfx_end(&w.nbfx);
    pc_nbfx_end(&w.nbfx);
    return end_image(&w);
}

/* ---- at a relay: soap-envelope.md 8, "Forwarded by a .NET node" ---- */

struct relay {
    struct image_writer w;
    struct pc_nbfx_reader reader;
    const struct pc_message *message;
    uint64_t hops;
    bool compact, to_written;
};

/* An element with literal names, its content still to come. */
static void start_literal(struct relay *relay)
{
    const struct pc_nbfx_reader *r = &relay->reader;
    struct pc_nbfx_writer *w = &relay->w.nbfx;
    pc_nbfx_start(w, pc_plain(r->prefix), pc_plain(r->name.text), pc_plain(r->ns.text));
    for (uint32_t i = 0; i < r->attribute_count; i++) {
        const struct pc_nbfx_attribute *a = &r->attributes[i];
        if (a->declaration) {
            pc_nbfx_xmlns(w, pc_plain(a->prefix), pc_plain(a->name.text));
            continue;
        }
        pc_nbfx_attribute_start(w, pc_plain(a->prefix), pc_plain(a->name.text), pc_plain(a->ns.text));
        pc_nbfx_copy_value(w, r, &a->value);
        pc_nbfx_attribute_end(w);
    }
}

/* Whoever goes through an element consumes each child with its end. */
static bool next_inside(struct pc_nbfx_reader *r)
{
    enum pc_nbfx_node node = pc_nbfx_next(r);
    g_assert(node > PC_NBFX_EOF); /* pc_message_read() has been over it */
    return node != PC_NBFX_END;
}

/* The content of the element that was started last, and its end. */
static void copy_content(struct relay *relay)
{
    while (next_inside(&relay->reader))
        pc_nbfx_copy(&relay->w.nbfx, &relay->reader);
    pc_nbfx_end(&relay->w.nbfx);
}

static bool is_header(const struct relay *relay, struct pc_text ns, struct pc_text name)
{
    return pc_text_equal(relay->reader.name.text, name) && pc_text_equal(relay->reader.ns.text, ns);
}

static void write_hops(struct relay *relay)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%" G_GUINT64_FORMAT, relay->hops);
    text_header(&relay->w, PLAIN("Hops"), PLAIN(PC_HOP_COUNT), (struct pc_text){text, (uint32_t)n});
}

/* The origin's form of a header that it would write with dictionary names; PC_NBFX_NONE: as it came. */
static struct pc_nbfx_string compact_name(const struct relay *relay, struct pc_nbfx_string *ns)
{
    *ns = pc_fixed(PC_NBFS_PEER_NS);
    if (is_header(relay, PC_TEXT(PC_PEER), PC_TEXT("MessageID")))
        return pc_fixed(PC_NBFS_MESSAGE_ID);
    if (is_header(relay, PC_TEXT(PC_PEER), PC_TEXT("PeerVia")))
        return pc_fixed(PC_NBFS_PEER_VIA);
    if (is_header(relay, PC_TEXT(PC_PEER), PC_TEXT("FloodMessage")))
        return pc_fixed(PC_NBFS_FLOOD_MESSAGE);
    *ns = PLAIN(PC_PEER);
    return is_header(relay, PC_TEXT(PC_PEER), PC_TEXT("PeerTo")) ? PLAIN("PeerTo") : PC_NBFX_NONE;
}

static void relay_header(struct relay *relay)
{
    struct pc_nbfx_string ns;
    if (is_header(relay, PC_TEXT(PC_ADDRESSING), PC_TEXT("To"))) {
        pc_nbfx_skip(&relay->reader);
        write_to(&relay->w); /* by the link, in its own form, in place */
        relay->to_written = true;
    } else if (relay->message->u.flood.has_hops && is_header(relay, PC_TEXT(PC_HOP_COUNT), PC_TEXT("Hops"))) {
        pc_nbfx_skip(&relay->reader);
        write_hops(relay);
    } else if (relay->compact && compact_name(relay, &ns).origin != PC_NBFX_NULL) {
        pc_nbfx_start(&relay->w.nbfx, PC_NBFX_NONE, compact_name(relay, &ns), ns);
        copy_content(relay);
    } else if (relay->compact && !is_header(relay, PC_TEXT(PC_ADDRESSING), PC_TEXT("Action"))) {
        pc_nbfx_copy(&relay->w.nbfx, &relay->reader);
    } else if (!relay->compact) {
        start_literal(relay);
        copy_content(relay);
    } else {
        pc_nbfx_skip(&relay->reader); /* Action: written with the envelope */
    }
}

static void relay_headers(struct relay *relay)
{
    if (!relay->compact)
        start_literal(relay);
    while (next_inside(&relay->reader))
        if (relay->reader.node == PC_NBFX_START)
            relay_header(relay);
    if (!relay->to_written)
        write_to(&relay->w);
    pc_nbfx_end(&relay->w.nbfx);
}

static struct pc_image *relay_image(struct pc_codec *codec, const struct pc_message *message, uint64_t hops,
                                    enum pc_relay_form form)
{
    struct relay relay; /* not cleared: most of it is room for namespaces */
    relay.message = message;
    relay.hops = hops;
    relay.compact = form == PC_RELAY_COMPACT;
    relay.to_written = false;
    struct pc_nbfx_reader *r = &relay.reader;
    begin_image(&relay.w, codec);
    pc_nbfx_reader_init(r, codec, message->table, message->document, message->document_size);
    pc_nbfx_next(r);
    if (relay.compact)
        pc_envelope_start(&relay.w.nbfx, pc_shared(message->action));
    else
        start_literal(&relay);
    while (next_inside(r)) {
        if (r->node != PC_NBFX_START)
            continue;
        if (pc_text_equal(r->name.text, PC_TEXT("Header"))) {
            relay_headers(&relay);
            continue;
        }
        if (relay.compact)
            pc_nbfx_start(&relay.w.nbfx, PLAIN("s"), pc_fixed(PC_NBFS_BODY), pc_fixed(PC_NBFS_SOAP12));
        else
            start_literal(&relay);
        copy_content(&relay);
    }
    pc_nbfx_end(&relay.w.nbfx);
    pc_nbfx_reader_clear(r);
    return end_image(&relay.w);
}

/* All nodes of a mesh make the same of the same octets. */
struct pc_image *pc_image_relay(struct pc_codec *codec, const struct pc_message *message, uint64_t hops, /* PC-13.3-9 */
                                enum pc_relay_form form)
{
    if (!codec->memo || !message->memo)
        return relay_image(codec, message, hops, form);
    struct pc_memo_entry *entry = message->memo;
    struct pc_image *image = entry->relayed[form].image;
    if (!image || (message->u.flood.has_hops && entry->relayed[form].hops != hops)) {
        if (image)
            pc_image_free(codec, image);
        entry->relayed[form].image = image = relay_image(codec, message, hops, form);
        entry->relayed[form].hops = hops;
    }
    image->refs++;
    return image;
}

/* ---- finishing for a link ---- */

uint32_t pc_image_size(const struct pc_image *image)
{
    return 1 + 5 + 5 + image->string_octets + image->document.len + 256;
}

/* Ids of short strings; 0 if the image must be written anew. New strings enter the session in order of first
 * use. */
static bool short_ids(struct pc_codec *codec, const struct pc_image *image, struct pc_nbfx_session *session,
                      pc_str to, uint8_t ids[64])
{
    if (image->string_count > SHORT_IDS / 2 + 1)
        return false;
    for (uint32_t k = 0; k < image->string_count; k++) {
        pc_str string = image->strings[k];
        uint32_t id = PC_NBFS_ANONYMOUS;
        if (string == codec->to_placeholder)
            string = to;
        if (string)
            id = pc_nbfx_session_id(session, string);
        if (id == 0 || id > SHORT_IDS)
            return false;
        ids[k] = (uint8_t)id;
    }
    return true;
}

static struct pc_buf *patch(struct pc_codec *codec, const struct pc_image *image, struct pc_table **table,
                            struct pc_nbfx_session *session, const uint8_t ids[64])
{
    struct pc_buf *record = pc_finish_record(codec, table, session, &image->document);
    uint8_t *document = record->data + record->size - image->document.len;
    const uint32_t *holes = (const uint32_t *)(const void *)image->holes.data;
    for (uint32_t i = 0; i < image->holes.len / sizeof *holes; i++)
        document[holes[i]] = ids[document[holes[i]] / 2];
    return record;
}

/* The long way: the whole document once more, record by record, under the link's table. */
static struct pc_buf *rewrite(struct pc_codec *codec, const struct pc_image *image, struct pc_table **table,
                              pc_str to)
{
    struct pc_nbfx_session session = {
        .codec = codec, .table = *table, .limit = codec->limits.table_octets, .closed = (*table)->closed};
    struct pc_table *own = pc_table_extend(codec, pc_table_empty(codec), image->strings, image->string_count,
                                           image->string_octets, false);
    struct pc_nbfx_reader reader;
    struct pc_nbfx_writer writer;
    struct pc_octets *document = &codec->document;
    document->len = 0;
    pc_nbfx_reader_init(&reader, codec, own, image->document.data, image->document.len);
    reader.max_depth = UINT32_MAX;
    pc_nbfx_writer_init(&writer, document, &session);
    writer.verbatim = true;
    writer.replaced = codec->to_placeholder;
    writer.replacement = pc_str_text(codec->strings, to);
    pc_nbfx_next(&reader);
    pc_nbfx_copy(&writer, &reader);
    g_assert(!reader.error);
    pc_nbfx_writer_clear(&writer);
    pc_nbfx_reader_clear(&reader);
    struct pc_buf *record = pc_finish_record(codec, table, &session, document);
    pc_table_unref(codec, own);
    return record;
}

static void remember(struct pc_codec *codec, struct pc_image *image, struct pc_table *table, pc_str to,
                     struct pc_buf *record)
{
    uint32_t i = image->finished_next;
    image->finished_next = (i + 1) % FINISHED;
    if (image->finished_count < FINISHED) {
        image->finished_count++;
    } else {
        pc_table_unref(codec, image->finished[i].table);
        pc_buf_unref(image->finished[i].record);
    }
    image->finished[i].table = pc_table_ref(table);
    image->finished[i].to = to;
    image->finished[i].record = pc_buf_ref(record);
}

struct pc_buf *pc_image_encode(struct pc_codec *codec, struct pc_image *image, struct pc_table **table,
                               pc_str to)
{
    for (uint32_t i = 0; i < image->finished_count; i++)
        if (image->finished[i].table == *table && image->finished[i].to == to)
            return pc_buf_ref(image->finished[i].record);
    struct pc_nbfx_session session = {
        .codec = codec, .table = *table, .limit = codec->limits.table_octets, .closed = (*table)->closed};
    uint8_t ids[SHORT_IDS / 2 + 1];
    struct pc_table *before = *table;
    struct pc_buf *record;
    if (short_ids(codec, image, &session, to, ids)) {
        record = patch(codec, image, table, &session, ids);
    } else {
        pc_nbfx_session_clear(&session);
        record = rewrite(codec, image, table, to);
    }
    if (codec->memo && *table == before)
        remember(codec, image, *table, to, record);
    return record;
}
