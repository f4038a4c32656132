/* The infoset of an envelope, as a line of text and as JSON. Knows no message: foreign ones show as well. */
#include "analysis/dissect_private.h"
#include "protocol/wire/names.h"
#include "protocol/wire/nbfx_reader.h"

#include <string.h>

#define TEXT_CHARS 80 /* a longer text is cut to TEXT_HEAD characters; its length and SHA-1 follow */
#define TEXT_HEAD  24

struct an_summary *an_summary_new(void)
{
    struct an_summary *summary = g_new0(struct an_summary, 1);
    GString **strings[] = {&summary->action,     &summary->to,   &summary->message_id,
                           &summary->relates_to, &summary->body, &summary->strings};
    for (unsigned i = 0; i < G_N_ELEMENTS(strings); i++)
        *strings[i] = g_string_new(NULL);
    return summary;
}

void an_summary_free(struct an_summary *summary)
{
    GString *strings[] = {summary->action,     summary->to,   summary->message_id,
                          summary->relates_to, summary->body, summary->strings};
    for (unsigned i = 0; i < G_N_ELEMENTS(strings); i++)
        g_string_free(strings[i], TRUE);
    g_free(summary->error);
    g_free(summary);
}

void an_append_escaped(GString *out, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        const char *named = c == '\t'   ? "\\t"
                            : c == '\n' ? "\\n"
                            : c == '\r' ? "\\r"
                            : c == '\\' ? "\\\\"
                                        : NULL;
        if (named)
            g_string_append(out, named);
        else if (c < 0x20 || c == 0x7F)
            g_string_append_printf(out, "\\x%02X", c);
        else
            g_string_append_c(out, (char)c);
    }
}

void an_append_json(GString *out, const char *text, size_t size)
{
    g_string_append_c(out, '"');
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\')
            g_string_append_c(out, '\\');
        if (c < 0x20)
            g_string_append_printf(out, "\\u%04x", c);
        else
            g_string_append_c(out, (char)c);
    }
    g_string_append_c(out, '"');
}

/* Texts are valid UTF-8: the readers have seen to it. */
static void append_short(GString *out, const GString *text)
{
    glong chars = g_utf8_strlen(text->str, (gssize)text->len);
    if (chars <= TEXT_CHARS) {
        an_append_escaped(out, text->str, text->len);
        return;
    }
    char *sha1 = g_compute_checksum_for_data(G_CHECKSUM_SHA1, (const guchar *)text->str, text->len);
    size_t head = (size_t)(g_utf8_offset_to_pointer(text->str, TEXT_HEAD) - text->str);
    an_append_escaped(out, text->str, head);
    g_string_append_printf(out, "..[len %ld sha1 %s]", chars, sha1);
    g_free(sha1);
}

static bool is(const struct pc_nbfx_reader *r, struct pc_text ns, struct pc_text name)
{
    return pc_text_equal(r->name.text, name) && pc_text_equal(r->ns.text, ns);
}

static bool is_nil(const struct pc_nbfx_reader *r)
{
    for (uint32_t i = 0; i < r->attribute_count; i++) {
        const struct pc_nbfx_attribute *a = &r->attributes[i];
        if (a->declaration || !pc_text_equal(a->name.text, PC_TEXT("nil")) ||
            !pc_text_equal(a->ns.text, PC_TEXT(PC_XSI)))
            continue;
        GString *text = g_string_new(NULL);
        pc_nbfx_append_text(r, &a->value, text);
        bool nil = strcmp(text->str, "true") == 0 || strcmp(text->str, "1") == 0;
        g_string_free(text, TRUE);
        return nil;
    }
    return false;
}

/* ---- walking ---- */

struct walk {
    struct pc_nbfx_reader reader;
    GString *text;   /* of the innermost element, as far as it has no children */
    bool leaf, nil;  /* the innermost element: has no child so far; is nil */
    uint32_t body;   /* depth of s:Body while inside, else 0 */
    GString *header; /* where the text of the current header block goes, or NULL */
    GString *addressing_id;
};

static GString *header_of(struct an_summary *summary, struct walk *walk)
{
    const struct pc_nbfx_reader *r = &walk->reader;
    const struct {
        const char *ns, *name;
        GString *to;
    } headers[] = {
        {PC_ADDRESSING, "Action", summary->action},        {PC_ADDRESSING, "To", summary->to},
        {PC_ADDRESSING, "MessageID", walk->addressing_id}, {PC_ADDRESSING, "RelatesTo", summary->relates_to},
        {PC_PEER, "MessageID", summary->message_id},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(headers); i++)
        if (is(r, (struct pc_text){headers[i].ns, (uint32_t)strlen(headers[i].ns)},
               (struct pc_text){headers[i].name, (uint32_t)strlen(headers[i].name)}))
            return headers[i].to->len ? NULL : headers[i].to; /* the first one counts */
    return NULL;
}

static void body_start(struct walk *walk, GString *out)
{
    const struct pc_nbfx_reader *r = &walk->reader;
    bool first = r->depth == walk->body + 1 ? out->len == 0 : walk->leaf;
    if (!first)
        g_string_append_c(out, ',');
    else if (r->depth > walk->body + 1)
        g_string_append_c(out, '{');
    an_append_escaped(out, r->name.text.s, r->name.text.n);
    walk->leaf = true;
    walk->nil = is_nil(r);
    g_string_truncate(walk->text, 0);
}

static void body_end(struct walk *walk, GString *out)
{
    if (!walk->leaf) {
        g_string_append_c(out, '}');
    } else {
        g_string_append_c(out, '=');
        if (walk->nil)
            g_string_append(out, "nil");
        else
            append_short(out, walk->text);
    }
    walk->leaf = false;
}

static void start(struct walk *walk, struct an_summary *summary)
{
    const struct pc_nbfx_reader *r = &walk->reader;
    if (walk->body)
        body_start(walk, summary->body);
    else if (r->depth == 2 && is(r, PC_TEXT(PC_SOAP12), PC_TEXT("Body")))
        walk->body = r->depth;
    else if (r->depth == 3)
        walk->header = header_of(summary, walk);
}

static void end(struct walk *walk, struct an_summary *summary)
{
    const struct pc_nbfx_reader *r = &walk->reader;
    if (walk->body && r->depth == walk->body)
        walk->body = 0;
    else if (walk->body)
        body_end(walk, summary->body);
    else if (r->depth == 3)
        walk->header = NULL;
}

static void text(struct walk *walk)
{
    const struct pc_nbfx_reader *r = &walk->reader;
    if (walk->body && walk->leaf)
        pc_nbfx_append_text(r, &r->value, walk->text);
    else if (walk->header && r->depth == 3)
        pc_nbfx_append_text(r, &r->value, walk->header);
}

static void read_strings(struct an_summary *summary, const struct an_record *record, struct pc_codec *codec)
{
    for (uint32_t i = record->new_strings; i < record->table->count; i++) {
        struct pc_text string = pc_str_text(pc_codec_strings(codec), record->table->strings[i]);
        if (i > record->new_strings)
            g_string_append_c(summary->strings, '|');
        an_append_escaped(summary->strings, string.s, string.n);
    }
}

static void reset(struct an_summary *summary)
{
    g_string_truncate(summary->action, 0);
    g_string_truncate(summary->to, 0);
    g_string_truncate(summary->message_id, 0);
    g_string_truncate(summary->relates_to, 0);
    g_string_truncate(summary->body, 0);
    g_string_truncate(summary->strings, 0);
    g_clear_pointer(&summary->error, g_free);
}

void an_summary_read(struct an_summary *summary, const struct an_record *record)
{
    struct walk walk = {.text = g_string_new(NULL), .addressing_id = g_string_new(NULL)};
    reset(summary);
    read_strings(summary, record, record->codec);
    pc_nbfx_reader_init(&walk.reader, record->codec, record->table, record->document, record->document_size);
    enum pc_nbfx_node node;
    while ((node = pc_nbfx_next(&walk.reader)) != PC_NBFX_EOF && node != PC_NBFX_ERROR) {
        if (node == PC_NBFX_START)
            start(&walk, summary);
        else if (node == PC_NBFX_END)
            end(&walk, summary);
        else if (node == PC_NBFX_TEXT)
            text(&walk);
    }
    if (node == PC_NBFX_ERROR)
        summary->error = g_strdup_printf("nbfx: offset %u: %s", walk.reader.offset, walk.reader.why);
    if (summary->message_id->len == 0)
        g_string_append_len(summary->message_id, walk.addressing_id->str, (gssize)walk.addressing_id->len);
    pc_nbfx_reader_clear(&walk.reader);
    g_string_free(walk.text, TRUE);
    g_string_free(walk.addressing_id, TRUE);
}
