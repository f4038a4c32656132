/* Copying nodes from a reader to a writer: binary-xml.md 10.6. */
#include "protocol/wire/nbfx_writer.h"

#include "protocol/wire/utf8.h"

#define PIECE_UNITS  256 /* text that is no dictionary string is copied in pieces */
#define PIECE_OCTETS 384 /* so are Bytes */

static struct pc_nbfx_string as_string(const struct pc_nbfx_writer *w, const struct pc_nbfx_name *name,
                                       bool dictionary)
{
    if (w->verbatim && name->source == PC_NBFX_SESSION && name->id == w->replaced)
        return w->replacement.s ? pc_shared(w->replacement) : pc_fixed(PC_NBFS_ANONYMOUS);
    if (!dictionary || name->source == PC_NBFX_LITERAL)
        return pc_plain(name->text);
    /* A string of the incoming session is foreign here: it enters the outgoing table by its text. */
    return name->source == PC_NBFX_STATIC ? pc_nbfx_string(PC_NBFX_FIXED, name->id, name->text)
                                          : pc_nbfx_string(PC_NBFX_SHARED, name->id, name->text);
}

/* Names keep their dictionary nature if name and namespace both have it. */
static bool both_dictionary(const struct pc_nbfx_name *name, const struct pc_nbfx_name *ns)
{
    return name->source != PC_NBFX_LITERAL && (ns->source != PC_NBFX_LITERAL || ns->text.n == 0);
}

/* An attribute has exactly one value ([MC-NBFX] 2.2.1), and each piece of one in a list would be a value of its own. */
static bool is_whole(const struct pc_nbfx_writer *w)
{
    return w->verbatim || w->in_attribute || w->in_list;
}

static void copy_chars(struct pc_nbfx_writer *w, struct pc_text text)
{
    uint32_t units = is_whole(w) ? 0 : (uint32_t)pc_utf8_units((const uint8_t *)text.s, text.n);
    while (units > PIECE_UNITS) {
        uint32_t octets = 0, taken = 0;
        while (taken < PIECE_UNITS) {
            uint8_t c = (uint8_t)text.s[octets];
            uint32_t width = c >= 0xF0 ? 2 : 1;
            if (taken + width > PIECE_UNITS)
                break;
            taken += width;
            octets += c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
        }
        pc_nbfx_text(w, pc_plain((struct pc_text){text.s, octets}));
        text.s += octets;
        text.n -= octets;
        units -= taken;
    }
    pc_nbfx_text(w, pc_plain(text));
}

static void copy_octets(struct pc_nbfx_writer *w, const uint8_t *octets, uint32_t size)
{
    uint32_t piece = is_whole(w) ? size : PIECE_OCTETS, at = 0;
    do {
        uint32_t n = size - at < piece ? size - at : piece;
        pc_nbfx_bytes(w, octets + at, n);
        at += n;
    } while (at < size);
}

static void copy_as_text(struct pc_nbfx_writer *w, const struct pc_nbfx_reader *r, const struct pc_nbfx_value *value)
{
    GString *text = g_string_new(NULL);
    pc_nbfx_append_text(r, value, text);
    copy_chars(w, (struct pc_text){text->str, (uint32_t)text->len});
    g_string_free(text, TRUE);
}

static void copy_list(struct pc_nbfx_writer *w, const struct pc_nbfx_reader *r, const struct pc_nbfx_value *list)
{
    struct pc_nbfx_reader items;
    pc_nbfx_list_reader(r, list, &items);
    pc_nbfx_list_start(w);
    while (pc_nbfx_next(&items) == PC_NBFX_TEXT)
        pc_nbfx_copy_value(w, &items, &items.value);
    pc_nbfx_list_end(w);
}

void pc_nbfx_copy_value(struct pc_nbfx_writer *w, const struct pc_nbfx_reader *r, const struct pc_nbfx_value *value)
{
    switch (value->type) {
    case 0x80: case 0x82: case 0x88: case 0x8A: case 0x8C: case 0x8E:
        pc_nbfx_int(w, value->number);
        break;
    case 0x84: case 0x86: case 0xB4:
        pc_nbfx_bool(w, value->number != 0);
        break;
    case 0x98: case 0x9A: case 0x9C:
        copy_chars(w, value->string.text);
        break;
    case 0x9E: case 0xA0: case 0xA2:
        copy_octets(w, value->raw, value->raw_size);
        break;
    case 0xA4:
        copy_list(w, r, value);
        break;
    case 0xA8:
        pc_nbfx_text(w, pc_plain((struct pc_text){"", 0}));
        break;
    case 0xAA:
        pc_nbfx_text(w, as_string(w, &value->string, true));
        break;
    case 0xB6: case 0xB8: case 0xBA:
        if (w->verbatim)
            pc_nbfx_utf16(w, value->raw, value->raw_size);
        else
            copy_as_text(w, r, value);
        break;
    case 0xBC: /* no dictionary string to .NET's copy, and no typed value: prefix and name as text */
        copy_as_text(w, r, value);
        break;
    default: /* Float, Double, Decimal, DateTime, UniqueId, TimeSpan, Uuid, UInt64: as they are */
        pc_nbfx_fixed(w, value->type, value->raw);
    }
}

static void copy_start(struct pc_nbfx_writer *w, const struct pc_nbfx_reader *r)
{
    bool dictionary = w->verbatim || both_dictionary(&r->name, &r->ns);
    pc_nbfx_start(w, pc_plain(r->prefix), as_string(w, &r->name, dictionary), as_string(w, &r->ns, dictionary));
    for (uint32_t i = 0; i < r->attribute_count; i++) {
        const struct pc_nbfx_attribute *a = &r->attributes[i];
        if (a->declaration) {
            pc_nbfx_xmlns(w, pc_plain(a->prefix), as_string(w, &a->name, w->verbatim));
            continue;
        }
        bool by_id = w->verbatim || both_dictionary(&a->name, &a->ns);
        pc_nbfx_attribute_start(w, pc_plain(a->prefix), as_string(w, &a->name, by_id), as_string(w, &a->ns, by_id));
        pc_nbfx_copy_value(w, r, &a->value);
        pc_nbfx_attribute_end(w);
    }
}

/* The elements of an Array record, as one again: one by one they could be two thousand times as large. */
static void copy_array(struct pc_nbfx_writer *w, struct pc_nbfx_reader *r)
{
    struct pc_nbfx_array array;
    pc_nbfx_array_start(w);
    copy_start(w, r);
    if (pc_nbfx_take_array(r, &array)) /* false: a value of it is invalid, and the reader tells */
        pc_nbfx_array_end(w, array.type, array.count, array.values, array.size);
}

void pc_nbfx_copy(struct pc_nbfx_writer *w, struct pc_nbfx_reader *r)
{
    if (r->node == PC_NBFX_TEXT) {
        pc_nbfx_copy_value(w, r, &r->value);
        return;
    }
    if (r->node == PC_NBFX_COMMENT) {
        pc_nbfx_comment(w, r->name.text);
        return;
    }
    uint32_t depth = r->depth;
    g_assert(r->node == PC_NBFX_START);
    for (;;) {
        if (r->node == PC_NBFX_START && r->array_left) {
            copy_array(w, r);
            if (r->node == PC_NBFX_ERROR)
                return;
        } else if (r->node == PC_NBFX_START)
            copy_start(w, r);
        else if (r->node == PC_NBFX_TEXT)
            pc_nbfx_copy_value(w, r, &r->value);
        else if (r->node == PC_NBFX_COMMENT)
            pc_nbfx_comment(w, r->name.text);
        else if (r->node == PC_NBFX_END)
            pc_nbfx_end(w);
        else
            return; /* failed: the reader tells */
        if (r->node == PC_NBFX_END && r->depth == depth)
            return;
        pc_nbfx_next(r);
    }
}
