/* The canonical text of a document, as the tables have it: names with prefixes, attributes in record order.
 */
#include "tests/vectors/vectors.h"

#include <string.h>

static void append_name(GString *out, struct pc_text prefix, struct pc_text name)
{
    if (prefix.n) {
        g_string_append_len(out, prefix.s, (gssize)prefix.n);
        g_string_append_c(out, ':');
    }
    g_string_append_len(out, name.s, (gssize)name.n);
}

static void append_escaped(GString *out, const char *s, size_t n, bool attribute)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        bool noncharacter = i + 2 < n && memcmp(s + i, "\xEF\xBF", 2) == 0 && (unsigned char)s[i + 2] >= 0xBE;
        if (c == '&')
            g_string_append(out, "&amp;");
        else if (c == '<')
            g_string_append(out, "&lt;");
        else if (c == '>' && !attribute)
            g_string_append(out, "&gt;");
        else if (c == '"' && attribute)
            g_string_append(out, "&quot;");
        else if (c < 0x20)
            g_string_append_printf(out, "&#%u;", c);
        else if (noncharacter) {
            g_string_append_printf(out, "&#%u;", 0xFFC0u | ((unsigned char)s[i + 2] & 0x3Fu));
            i += 2;
        } else
            g_string_append_c(out, (char)c);
    }
}

static void append_start(GString *out, const struct pc_nbfx_reader *r)
{
    GString *value = g_string_new(NULL);
    g_string_append_c(out, '<');
    append_name(out, r->prefix, r->name.text);
    for (uint32_t i = 0; i < r->attribute_count; i++) {
        const struct pc_nbfx_attribute *a = &r->attributes[i];
        g_string_append_c(out, ' ');
        if (a->declaration) {
            g_string_append(out, a->prefix.n ? "xmlns:" : "xmlns");
            g_string_append_len(out, a->prefix.s, (gssize)a->prefix.n);
            g_string_overwrite_len(g_string_truncate(value, 0), 0, a->name.text.s, (gssize)a->name.text.n);
        } else {
            append_name(out, a->prefix, a->name.text);
            pc_nbfx_append_text(r, &a->value, g_string_truncate(value, 0));
        }
        g_string_append(out, "=\"");
        append_escaped(out, value->str, value->len, true);
        g_string_append_c(out, '"');
    }
    g_string_append_c(out, '>');
    g_string_free(value, TRUE);
}

static void append_end(GString *out, GPtrArray *open)
{
    char *name = g_ptr_array_steal_index(open, open->len - 1);
    g_string_append_printf(out, "</%s>", name);
    g_free(name);
}

static void append_value(GString *out, const struct pc_nbfx_reader *r)
{
    GString *value = g_string_new(NULL);
    pc_nbfx_append_text(r, &r->value, value);
    append_escaped(out, value->str, value->len, false);
    g_string_free(value, TRUE);
}

bool vec_xml(struct pc_nbfx_reader *r, GString *out, GError **error)
{
    GPtrArray *open = g_ptr_array_new_with_free_func(g_free);
    while (pc_nbfx_next(r) != PC_NBFX_ERROR && r->node != PC_NBFX_EOF) {
        switch (r->node) {
        case PC_NBFX_START: {
            GString *name = g_string_new(NULL);
            append_name(name, r->prefix, r->name.text);
            g_ptr_array_add(open, g_string_free(name, FALSE));
            append_start(out, r);
            break;
        }
        case PC_NBFX_END:
            append_end(out, open);
            break;
        case PC_NBFX_TEXT:
            append_value(out, r);
            break;
        default:
            g_string_append_printf(out, "<!--%.*s-->", (int)r->name.text.n, r->name.text.s);
        }
    }
    g_ptr_array_unref(open);
    if (r->node == PC_NBFX_ERROR)
        pc_nbfx_set_error(r, error);
    return r->node == PC_NBFX_EOF;
}
