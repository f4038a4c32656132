/* Envelopes as JSON: the whole body, nothing cut. */
#include "analysis/dissect_private.h"
#include "protocol/wire/names.h"
#include "protocol/wire/nbfx_reader.h"

/* Inside an element's object: what stands in it so far. */
enum inside { NOTHING, TEXT, CHILDREN };

struct writer {
    struct pc_nbfx_reader reader;
    GString *out;
    GString *text;   /* of the innermost element, while it has no children */
    enum inside now; /* of the innermost element. Around it are elements with CHILDREN */
    uint32_t open;   /* elements */
};

static void pair(GString *out, const char *name, struct pc_text value)
{
    g_string_append_printf(out, "\"%s\":", name);
    an_append_json(out, value.s, value.n);
}

static void attributes(struct writer *w)
{
    const struct pc_nbfx_reader *r = &w->reader;
    bool first = true;
    for (uint32_t i = 0; i < r->attribute_count; i++) {
        const struct pc_nbfx_attribute *a = &r->attributes[i];
        if (a->declaration)
            continue;
        g_string_append(w->out, first ? ",\"attributes\":{" : ",");
        first = false;
        g_string_truncate(w->text, 0); /* "{namespace}name" */
        if (a->ns.text.n) {
            g_string_append_c(w->text, '{');
            g_string_append_len(w->text, a->ns.text.s, (gssize)a->ns.text.n);
            g_string_append_c(w->text, '}');
        }
        g_string_append_len(w->text, a->name.text.s, (gssize)a->name.text.n);
        an_append_json(w->out, w->text->str, w->text->len);
        g_string_append_c(w->out, ':');
        g_string_truncate(w->text, 0);
        pc_nbfx_append_text(r, &a->value, w->text);
        an_append_json(w->out, w->text->str, w->text->len);
    }
    if (!first)
        g_string_append_c(w->out, '}');
}

static void open_element(struct writer *w, bool top)
{
    if (top)
        g_string_append(w->out, w->out->str[w->out->len - 1] == '[' ? "" : ",");
    else
        g_string_append(w->out, w->now == CHILDREN ? "," : ",\"children\":[");
    g_string_append_c(w->out, '{');
    pair(w->out, "name", w->reader.name.text);
    if (w->reader.ns.text.n) {
        g_string_append_c(w->out, ',');
        pair(w->out, "ns", w->reader.ns.text);
    }
    attributes(w);
    g_string_truncate(w->text, 0);
    w->now = NOTHING;
    w->open++;
}

static void close_element(struct writer *w)
{
    if (w->now == TEXT) {
        g_string_append(w->out, ",\"text\":");
        an_append_json(w->out, w->text->str, w->text->len);
    } else if (w->now == CHILDREN) {
        g_string_append_c(w->out, ']');
    }
    g_string_append_c(w->out, '}');
    w->now = CHILDREN; /* of the element around it */
    w->open--;
}

void an_body_json(const struct an_record *record, GString *out)
{
    struct writer w = {.out = out, .text = g_string_new(NULL)};
    struct pc_nbfx_reader *r = &w.reader;
    uint32_t body = 0;
    pc_nbfx_reader_init(r, record->codec, record->table, record->document, record->document_size);
    g_string_append_c(out, '[');
    enum pc_nbfx_node node;
    while ((node = pc_nbfx_next(r)) != PC_NBFX_EOF && node != PC_NBFX_ERROR) {
        if (!body) {
            bool is_body = node == PC_NBFX_START && r->depth == 2 &&
                           pc_text_equal(r->name.text, PC_TEXT("Body")) &&
                           pc_text_equal(r->ns.text, PC_TEXT(PC_SOAP12));
            body = is_body ? r->depth : 0;
        } else if (node == PC_NBFX_START) {
            open_element(&w, r->depth == body + 1);
        } else if (node == PC_NBFX_END && r->depth == body) {
            break;
        } else if (node == PC_NBFX_END) {
            close_element(&w);
        } else if (node == PC_NBFX_TEXT && r->depth > body && w.now != CHILDREN) {
            pc_nbfx_append_text(r, &r->value, w.text);
            w.now = TEXT;
        }
    }
    while (w.open) /* so that a line is JSON even where the document breaks off */
        close_element(&w);
    g_string_append_c(out, ']');
    pc_nbfx_reader_clear(r);
    g_string_free(w.text, TRUE);
}
