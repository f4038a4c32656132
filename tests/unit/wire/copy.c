/* Documents that a relay writes anew. binary-xml.md 10.2. */
#include "protocol/wire/nbfx_reader.h"
#include "protocol/wire/nbfx_writer.h"
#include "tests/unit/wire/support.h"

#include <criterion/criterion.h>
#include <string.h>

/* The copy of a document without dictionary strings. */
static struct pc_octets copy_of(const GByteArray *document)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_nbfx_reader reader;
    struct pc_nbfx_writer writer;
    struct pc_octets out = {0};
    enum pc_nbfx_node node;
    pc_nbfx_reader_init(&reader, codec, NULL, document->data, document->len);
    pc_nbfx_writer_init(&writer, &out, NULL);
    while ((node = pc_nbfx_next(&reader)) != PC_NBFX_EOF) {
        cr_assert_neq(node, PC_NBFX_ERROR, "%s", reader.why);
        pc_nbfx_copy(&writer, &reader);
    }
    pc_nbfx_writer_clear(&writer);
    pc_nbfx_reader_clear(&reader);
    pc_codec_free(codec);
    return out;
}

/* <x b="…"/>: `head` is type and length of a Bytes record, `size` octets follow. */
static void copies_attribute(const char *head, uint32_t size)
{
    GByteArray *document = g_byte_array_new();
    add_octets(document, "40 01 78 04 01 62");
    add_octets(document, head);
    for (uint32_t i = 0; i < size; i++)
        g_byte_array_append(document, &(const uint8_t){(uint8_t)i}, 1);
    add_octets(document, "01");
    struct pc_octets copy = copy_of(document);
    cr_assert_eq(copy.len, document->len, "%u octets of value: %zu octets instead of %u", size, (size_t)copy.len, document->len);
    cr_assert_eq(memcmp(copy.data, document->data, copy.len), 0, "%u octets of value", size);
    pc_octets_free(&copy);
    g_byte_array_unref(document);
}

Test(copy, gives_an_attribute_one_record_of_octets_however_few_or_many)
{
    copies_attribute("9E 00", 0);
    copies_attribute("9E 01", 1);
    copies_attribute("A0 90 01", 400); /* in an element's text these are two pieces */
    copies_attribute("A0 10 27", 10000);
}
