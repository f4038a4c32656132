/* Records with their envelopes as indented XML: prefixes and order as on the wire, declarations before other attributes. */
#include "analysis/dissect_private.h"
#include "protocol/wire/nbfx_reader.h"

#define TEXT_CHARS 200 /* a longer text is cut to TEXT_HEAD characters; its length and SHA-1 follow */
#define TEXT_HEAD  60

/* Prints one node behind the next, so that an element knows whether it has content. */
struct printer {
    struct pc_nbfx_reader reader;
    GString *out;
    GString *text;    /* of the innermost element, as far as nothing else came */
    uint32_t open;    /* depth of the element whose start tag lacks its ">"; 0: none */
};

static void append_xml(GString *out, const char *text, size_t size, bool attribute)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        const char *named = c == '&'                ? "&amp;"
                            : c == '<'              ? "&lt;"
                            : c == '>'              ? "&gt;"
                            : c == '"' && attribute ? "&quot;"
                                                    : NULL;
        if (named)
            g_string_append(out, named);
        else if (c < 0x20 && (attribute || (c != '\t' && c != '\n')))
            g_string_append_printf(out, "&#x%X;", c);
        else
            g_string_append_c(out, (char)c);
    }
}

/* Texts are valid UTF-8: the reader has seen to it. */
static void append_content(GString *out, const GString *text)
{
    glong chars = g_utf8_strlen(text->str, (gssize)text->len);
    if (chars <= TEXT_CHARS) {
        append_xml(out, text->str, text->len, false);
        return;
    }
    char *sha1 = g_compute_checksum_for_data(G_CHECKSUM_SHA1, (const guchar *)text->str, text->len);
    append_xml(out, text->str, (size_t)(g_utf8_offset_to_pointer(text->str, TEXT_HEAD) - text->str), false);
    g_string_append_printf(out, "...[%ld chars, sha1 %s]", chars, sha1);
    g_free(sha1);
}

static void new_line(GString *out, uint32_t depth)
{
    g_string_append_c(out, '\n');
    for (uint32_t i = 0; i < depth; i++)
        g_string_append(out, "  ");
}

static void append_name(GString *out, struct pc_text prefix, struct pc_text local)
{
    if (prefix.n) {
        g_string_append_len(out, prefix.s, prefix.n);
        g_string_append_c(out, ':');
    }
    g_string_append_len(out, local.s, local.n);
}

static void append_attribute(struct printer *p, const struct pc_nbfx_attribute *a)
{
    GString *value = g_string_new(NULL);
    g_string_append_c(p->out, ' ');
    if (a->declaration) {
        g_string_append(p->out, a->prefix.n ? "xmlns:" : "xmlns");
        g_string_append_len(p->out, a->prefix.s, a->prefix.n);
        g_string_append_len(value, a->name.text.s, a->name.text.n);
    } else {
        append_name(p->out, a->prefix, a->name.text);
        pc_nbfx_append_text(&p->reader, &a->value, value);
    }
    g_string_append(p->out, "=\"");
    append_xml(p->out, value->str, value->len, true);
    g_string_append_c(p->out, '"');
    g_string_free(value, TRUE);
}

/* What comes next is no end tag of the open element: its start tag ends, its text so far gets a line. */
static void settle(struct printer *p, uint32_t depth)
{
    if (p->open)
        g_string_append_c(p->out, '>');
    p->open = 0;
    if (p->text->len == 0)
        return;
    new_line(p->out, depth);
    append_content(p->out, p->text);
    g_string_truncate(p->text, 0);
}

static void start(struct printer *p)
{
    const struct pc_nbfx_reader *r = &p->reader;
    settle(p, r->depth);
    new_line(p->out, r->depth);
    g_string_append_c(p->out, '<');
    append_name(p->out, r->prefix, r->name.text);
    for (unsigned pass = 0; pass < 2; pass++) /* declarations first */
        for (uint32_t i = 0; i < r->attribute_count; i++)
            if (r->attributes[i].declaration == (pass == 0))
                append_attribute(p, &r->attributes[i]);
    p->open = r->depth;
}

/* `name`: of the element that ends, kept since its start. */
static void end(struct printer *p, const char *name)
{
    const struct pc_nbfx_reader *r = &p->reader;
    if (p->open && p->text->len == 0) {
        g_string_append(p->out, "/>");
    } else if (p->open) {
        g_string_append_c(p->out, '>');
        append_content(p->out, p->text);
        g_string_append_printf(p->out, "</%s>", name);
    } else {
        settle(p, r->depth + 1);
        new_line(p->out, r->depth);
        g_string_append_printf(p->out, "</%s>", name);
    }
    p->open = 0;
    g_string_truncate(p->text, 0);
}

static void comment(struct printer *p)
{
    const struct pc_nbfx_reader *r = &p->reader;
    settle(p, r->depth + 1);
    new_line(p->out, r->depth + 1);
    g_string_append(p->out, "<!--");
    g_string_append_len(p->out, r->name.text.s, r->name.text.n);
    g_string_append(p->out, "-->");
}

static void print_node(struct printer *p, enum pc_nbfx_node node, GPtrArray *names)
{
    switch (node) {
    case PC_NBFX_START: {
        GString *name = g_string_new(NULL);
        append_name(name, p->reader.prefix, p->reader.name.text);
        g_ptr_array_add(names, g_string_free(name, FALSE));
        start(p);
        break;
    }
    case PC_NBFX_END:
        end(p, names->pdata[names->len - 1]);
        g_ptr_array_set_size(names, (int)names->len - 1);
        break;
    case PC_NBFX_TEXT:
        pc_nbfx_append_text(&p->reader, &p->reader.value, p->text);
        break;
    default:
        comment(p);
    }
}

static void append_strings(const struct an_record *record, GString *out)
{
    for (uint32_t i = record->new_strings; i < record->table->count; i++) {
        struct pc_text string = pc_str_text(pc_codec_strings(record->codec), record->table->strings[i]);
        g_string_append(out, i == record->new_strings ? "\n   new session strings: '" : ", '");
        an_append_escaped(out, string.s, string.n);
        g_string_append_c(out, '\'');
    }
}

void an_infoset_append(const struct an_record *record, GString *out)
{
    struct printer p = {.out = out, .text = g_string_new(NULL)};
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    enum pc_nbfx_node node;
    pc_nbfx_reader_init(&p.reader, record->codec, record->table, record->document, record->document_size);
    while ((node = pc_nbfx_next(&p.reader)) != PC_NBFX_EOF && node != PC_NBFX_ERROR)
        print_node(&p, node, names);
    if (node == PC_NBFX_ERROR) {
        settle(&p, p.reader.depth + 1);
        g_string_append_printf(out, "\n  undecodable from here: nbfx: offset %u: %s", p.reader.offset, p.reader.why);
    }
    pc_nbfx_reader_clear(&p.reader);
    g_ptr_array_unref(names);
    g_string_free(p.text, TRUE);
}

void an_xml_record(const struct an_record *record, GString *out)
{
    char src[AN_ENDPOINT_TEXT], dst[AN_ENDPOINT_TEXT];
    g_string_append_printf(out, "#%" G_GUINT64_FORMAT " t=", record->packet);
    an_append_seconds(out, record->time - record->start);
    g_string_append_printf(out, " stream=%u %s -> %s  %s ", record->stream, an_endpoint_format(record->src, src),
                           an_endpoint_format(record->dst, dst), an_record_name(record));
    an_record_detail(record, out);
    g_string_append_printf(out, " (%" G_GUINT64_FORMAT " bytes)", record->size);
    if (record->document) {
        append_strings(record, out);
        an_infoset_append(record, out);
    } else if (record->kind == AN_RECORD_FRAMING && record->why) {
        g_string_append_printf(out, "\n  undecodable: %s", record->why);
    }
}
