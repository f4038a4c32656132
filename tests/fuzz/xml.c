/* [MC-NBFX] documents: what the reader accepts is copied, and the copy read again is the same infoset. */
#include "protocol/wire/nbfx_reader.h"
#include "protocol/wire/nbfx_writer.h"

#define LONG_TEXT 100 /* octets */

/* Octets as they are: a copy joins those of records side by side before they become base64, as .NET does. */
static void append_value(const struct pc_nbfx_reader *reader, GString *out)
{
    bool octets = reader->value.type >= 0x9E && reader->value.type <= 0xA2;
    for (uint32_t i = 0; octets && i < reader->value.raw_size; i++)
        g_string_append_printf(out, "%02x", reader->value.raw[i]);
    if (!octets)
        pc_nbfx_append_text(reader, &reader->value, out);
}

/* Octets or QNames in a list: .NET's own reader cannot deliver them, and its writer has no form for them (binary-xml.md 5). A long
 * text is written in several records (10.2), which in a list are several items. */
static bool has_odd_item(const struct pc_nbfx_reader *reader, const struct pc_nbfx_value *value)
{
    struct pc_nbfx_reader items;
    if (value->type != 0xA4)
        return false;
    pc_nbfx_list_reader(reader, value, &items);
    while (pc_nbfx_next(&items) == PC_NBFX_TEXT)
        if ((items.value.type >= 0x9E && items.value.type <= 0xA2) || items.value.type == 0xBC ||
            items.value.raw_size > LONG_TEXT || items.value.string.text.n > LONG_TEXT)
            return true;
    return false;
}

/* The infoset as text; NULL: not well-formed. *odd: a copy cannot be the same. */
static GString *infoset(struct pc_codec *codec, const uint8_t *data, size_t size, bool *odd)
{
    struct pc_nbfx_reader reader;
    GString *out = g_string_new(NULL);
    enum pc_nbfx_node node;
    pc_nbfx_reader_init(&reader, codec, NULL, data, size);
    while ((node = pc_nbfx_next(&reader)) != PC_NBFX_EOF && node != PC_NBFX_ERROR) {
        g_assert(reader.depth <= 128);
        if (node != PC_NBFX_TEXT) /* a text may lie in several records */
            g_string_append_printf(out, "\n%d %u ", node, reader.depth);
        if (node == PC_NBFX_START || node == PC_NBFX_COMMENT) {
            g_string_append_len(out, reader.name.text.s, reader.name.text.n);
            g_string_append_c(out, ' ');
            g_string_append_len(out, reader.ns.text.s, reader.ns.text.n);
        }
        for (uint32_t i = 0; node == PC_NBFX_START && i < reader.attribute_count; i++)
            if (!reader.attributes[i].declaration) {
                g_string_append_len(out, reader.attributes[i].name.text.s, reader.attributes[i].name.text.n);
                g_string_append_c(out, '=');
                pc_nbfx_append_text(&reader, &reader.attributes[i].value, out);
            }
        for (uint32_t i = 0; node == PC_NBFX_START && i < reader.attribute_count; i++)
            *odd |= !reader.attributes[i].declaration && has_odd_item(&reader, &reader.attributes[i].value);
        *odd |= node == PC_NBFX_TEXT && has_odd_item(&reader, &reader.value);
        if (node == PC_NBFX_TEXT)
            append_value(&reader, out);
    }
    if (node == PC_NBFX_ERROR) {
        g_assert(reader.error && reader.why);
        g_assert(pc_nbfx_next(&reader) == PC_NBFX_ERROR); /* the first error sticks */
        g_string_free(out, TRUE);
        out = NULL;
    }
    pc_nbfx_reader_clear(&reader);
    return out;
}

/* The document written anew, as a relay does it. */
static void copy(struct pc_codec *codec, const uint8_t *data, size_t size, struct pc_octets *out)
{
    struct pc_nbfx_reader reader;
    struct pc_nbfx_writer writer;
    pc_nbfx_reader_init(&reader, codec, NULL, data, size);
    pc_nbfx_writer_init(&writer, out, NULL);
    while (pc_nbfx_next(&reader) != PC_NBFX_EOF) {
        g_assert(reader.node != PC_NBFX_ERROR);
        pc_nbfx_copy(&writer, &reader);
    }
    pc_nbfx_writer_clear(&writer);
    pc_nbfx_reader_clear(&reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    bool odd = false;
    GString *first = infoset(codec, data, size, &odd);
    if (first && odd) {
        g_string_free(first, TRUE);
    } else if (first) {
        struct pc_octets copied = {0};
        copy(codec, data, size, &copied);
        GString *again = infoset(codec, copied.data, copied.len, &odd);
        g_assert(again && g_string_equal(first, again));
        pc_octets_free(&copied);
        g_string_free(again, TRUE);
        g_string_free(first, TRUE);
    }
    pc_codec_free(codec);
    return 0;
}
