#include "protocol/wire/nbfx_reader_private.h"

#include "protocol/wire/nbfs.h"
#include "protocol/wire/nmf.h"
#include "protocol/wire/utf8.h"

#include <string.h>

static const char letters[] = "abcdefghijklmnopqrstuvwxyz";

bool pc_reader_fail(struct pc_nbfx_reader *r, int error, const char *why)
{
    r->error = error; /* whoever fails stops, and next_node() goes no further */
    r->why = why;
    return false;
}

void pc_nbfx_set_error(const struct pc_nbfx_reader *r, GError **error)
{
    g_set_error(error, PC_WIRE_ERROR, r->error, "nbfx: offset %u: %s", r->offset, r->why);
}

void pc_nbfx_reader_init(struct pc_nbfx_reader *r, struct pc_codec *codec, const struct pc_table *table,
                         const uint8_t *document, size_t size)
{
    memset(r, 0, offsetof(struct pc_nbfx_reader, own_bindings));
    r->base = r->p = document;
    r->end = document + size;
    r->pool = pc_codec_strings(codec);
    r->table = table;
    r->max_depth = pc_codec_limits(codec)->depth;
    r->bindings = r->own_bindings;
    r->binding_capacity = G_N_ELEMENTS(r->own_bindings);
    r->attributes = r->own_attributes;
    r->attribute_capacity = G_N_ELEMENTS(r->own_attributes);
}

void pc_nbfx_reader_clear(struct pc_nbfx_reader *r)
{
    if (r->bindings != r->own_bindings)
        g_free(r->bindings);
    if (r->attributes != r->own_attributes)
        g_free(r->attributes);
    r->bindings = NULL;
    r->attributes = NULL;
}

/* ---- primitives ---- */

const uint8_t *pc_reader_take(struct pc_nbfx_reader *r, size_t n)
{
    if ((size_t)(r->end - r->p) < n) {
        pc_reader_fail(r, PC_WIRE_TRUNCATED, "the document ends inside a record");
        return NULL;
    }
    const uint8_t *at = r->p;
    r->p += n;
    return at;
}

bool pc_reader_mb31(struct pc_nbfx_reader *r, uint32_t *value)
{
    if (r->p < r->end && *r->p < 0x80) { /* nearly always */
        *value = *r->p++;
        return true;
    }
    int used = pc_mb31_read(r->p, (size_t)(r->end - r->p), value);
    if (used < 0)
        return pc_reader_fail(r, PC_WIRE_BAD_LENGTH, "a length or id is over 31 bits");
    if (used == 0)
        return pc_reader_fail(r, PC_WIRE_TRUNCATED, "the document ends inside a length or id");
    r->p += used;
    return true;
}

static bool read_chars(struct pc_nbfx_reader *r, uint32_t n, struct pc_text *text)
{
    const uint8_t *s = pc_reader_take(r, n);
    if (!s)
        return false;
    if (!pc_utf8_valid(s, n))
        return pc_reader_fail(r, PC_WIRE_BAD_UTF8, "text is not valid UTF-8");
    *text = (struct pc_text){(const char *)s, n};
    return true;
}

static bool read_string(struct pc_nbfx_reader *r, struct pc_text *text)
{
    uint32_t n;
    return pc_reader_mb31(r, &n) && read_chars(r, n, text);
}

static bool read_literal(struct pc_nbfx_reader *r, struct pc_nbfx_name *name)
{
    name->source = PC_NBFX_LITERAL;
    name->id = 0;
    return read_string(r, &name->text);
}

static bool read_dictionary(struct pc_nbfx_reader *r, struct pc_nbfx_name *name)
{
    uint32_t id;
    if (!pc_reader_mb31(r, &id))
        return false;
    if (r->dictionary || id % 2 == 0) {
        name->source = PC_NBFX_STATIC;
        name->id = id;
        name->text = r->dictionary ? r->dictionary(id) : pc_nbfs_text(id);
        if (!name->text.s)
            return pc_reader_fail(r, PC_WIRE_BAD_DICT_ID, "no such string in the static dictionary");
        return true;
    }
    if (!r->table || id / 2 >= r->table->count)
        return pc_reader_fail(r, PC_WIRE_BAD_DICT_ID, "no such string in the session's table");
    name->source = PC_NBFX_SESSION;
    name->id = r->table->strings[id / 2];
    name->text = pc_str_text(r->pool, name->id);
    return true;
}

/* ---- values (binary-xml.md 5, 6) ---- */

static uint64_t little_endian(const uint8_t *p, unsigned n)
{
    uint64_t v = 0;
    for (unsigned i = 0; i < n; i++)
        v |= (uint64_t)p[i] << (8 * i);
    return v;
}

static bool check_decimal(struct pc_nbfx_reader *r, const uint8_t *p)
{
    if (p[0] || p[1] || p[2] > 28 || (p[3] & 0x7F))
        return pc_reader_fail(r, PC_WIRE_BAD_VALUE, "a decimal with undefined flags or scale");
    return true;
}

static bool check_datetime(struct pc_nbfx_reader *r, const uint8_t *p)
{
    uint64_t ticks = little_endian(p, 8) & ((UINT64_C(1) << 62) - 1);
    if (ticks > UINT64_C(3155378975999999999))
        return pc_reader_fail(r, PC_WIRE_BAD_VALUE, "a DateTime beyond year 9999");
    return true;
}

static bool read_length(struct pc_nbfx_reader *r, unsigned octets, uint32_t *n)
{
    const uint8_t *p = pc_reader_take(r, octets);
    if (!p)
        return false;
    *n = (uint32_t)little_endian(p, octets);
    if (*n > INT32_MAX)
        return pc_reader_fail(r, PC_WIRE_BAD_LENGTH, "a negative length");
    return true;
}

static bool read_fixed(struct pc_nbfx_reader *r, uint32_t n, struct pc_nbfx_value *value)
{
    value->raw_size = n;
    return (value->raw = pc_reader_take(r, n)) != NULL;
}

static bool read_integer(struct pc_nbfx_reader *r, unsigned octets, struct pc_nbfx_value *value)
{
    if (!read_fixed(r, octets, value))
        return false;
    uint64_t v = little_endian(value->raw, octets);
    if (octets < 8 && v >> (8 * octets - 1))
        v |= UINT64_MAX << (8 * octets);
    value->number = (int64_t)v;
    return true;
}

static bool read_list(struct pc_nbfx_reader *r, struct pc_nbfx_value *value);

static bool read_utf16(struct pc_nbfx_reader *r, unsigned length_octets, struct pc_nbfx_value *value)
{
    uint32_t n;
    if (!read_length(r, length_octets, &n))
        return false;
    if (n % 2)
        return pc_reader_fail(r, PC_WIRE_BAD_LENGTH, "UTF-16 text of an odd number of octets");
    if (!read_fixed(r, n, value))
        return false;
    if (!pc_utf16le_valid(value->raw, n))
        return pc_reader_fail(r, PC_WIRE_BAD_UTF8, "an unpaired UTF-16 surrogate");
    return true;
}

static bool read_chars_value(struct pc_nbfx_reader *r, unsigned length_octets, struct pc_nbfx_value *value)
{
    uint32_t n;
    value->string.source = PC_NBFX_LITERAL;
    value->string.id = 0;
    return read_length(r, length_octets, &n) && read_chars(r, n, &value->string.text);
}

static bool read_octets_value(struct pc_nbfx_reader *r, unsigned length_octets, struct pc_nbfx_value *value)
{
    uint32_t n;
    return read_length(r, length_octets, &n) && read_fixed(r, n, value);
}

static bool read_qname(struct pc_nbfx_reader *r, struct pc_nbfx_value *value)
{
    const uint8_t *prefix = pc_reader_take(r, 1);
    if (!prefix)
        return false;
    value->number = *prefix;
    if (*prefix > 25)
        return pc_reader_fail(r, PC_WIRE_BAD_VALUE, "a QName whose prefix is no letter");
    return read_dictionary(r, &value->string);
}

/* The payload of a text record whose (even) type has been read. */
bool pc_reader_value(struct pc_nbfx_reader *r, uint8_t type, struct pc_nbfx_value *value)
{
    value->type = type;
    value->raw = NULL;
    value->raw_size = 0;
    switch (type) {
    case 0x80: case 0x82: case 0x84: case 0x86:
        value->number = (type & 2) != 0;
        return true;
    case 0x88:
        return read_integer(r, 1, value);
    case 0x8A:
        return read_integer(r, 2, value);
    case 0x8C:
        return read_integer(r, 4, value);
    case 0x8E:
        return read_integer(r, 8, value);
    case 0x90:
        return read_fixed(r, 4, value);
    case 0x92: case 0xAE: case 0xB2:
        return read_fixed(r, 8, value);
    case 0x94:
        return read_fixed(r, 16, value) && check_decimal(r, value->raw);
    case 0x96:
        return read_fixed(r, 8, value) && check_datetime(r, value->raw);
    case 0x98:
        return read_chars_value(r, 1, value);
    case 0x9A:
        return read_chars_value(r, 2, value);
    case 0x9C:
        return read_chars_value(r, 4, value);
    case 0x9E:
        return read_octets_value(r, 1, value);
    case 0xA0:
        return read_octets_value(r, 2, value);
    case 0xA2:
        return read_octets_value(r, 4, value);
    case START_LIST:
        return read_list(r, value);
    case 0xA8:
        return true;
    case 0xAA:
        return read_dictionary(r, &value->string);
    case 0xAC: case 0xB0:
        return read_fixed(r, 16, value);
    case 0xB4:
        if (!read_fixed(r, 1, value))
            return false;
        value->number = value->raw[0] != 0; /* .NET takes any non-zero octet as true */
        return true;
    case 0xB6:
        return read_utf16(r, 1, value);
    case 0xB8:
        return read_utf16(r, 2, value);
    case 0xBA:
        return read_utf16(r, 4, value);
    case 0xBC:
        return read_qname(r, value);
    default:
        return pc_reader_fail(r, PC_WIRE_BAD_RECORD, "a record type that is not defined or not allowed here");
    }
}

static bool read_list(struct pc_nbfx_reader *r, struct pc_nbfx_value *value)
{
    const uint8_t *start = r->p;
    for (;;) {
        const uint8_t *type = pc_reader_take(r, 1);
        if (!type)
            return false;
        if (*type == END_LIST)
            break;
        if (*type < FIRST_TEXT || *type > LAST_TEXT || (*type & 1) || *type == START_LIST)
            return pc_reader_fail(r, PC_WIRE_BAD_RECORD, "only values without an end may stand in a list");
        struct pc_nbfx_value item;
        if (!pc_reader_value(r, *type, &item))
            return false;
    }
    value->type = START_LIST;
    value->raw = start;
    value->raw_size = (uint32_t)(r->p - 1 - start);
    return true;
}

/* ---- start tags ---- */

static struct pc_nbfx_attribute *add_attribute(struct pc_nbfx_reader *r)
{
    if (r->attribute_count == PC_NBFX_MAX_ATTRIBUTES) { /* LIM-2 */
        pc_reader_fail(r, PC_WIRE_QUOTA, "an element with more than 512 attributes");
        return NULL;
    }
    if (r->attribute_count == r->attribute_capacity) {
        struct pc_nbfx_attribute *old = r->attributes;
        r->attribute_capacity *= 4;
        r->attributes = g_new(struct pc_nbfx_attribute, r->attribute_capacity);
        memcpy(r->attributes, old, r->attribute_count * sizeof *old);
        if (old != r->own_attributes)
            g_free(old);
    }
    struct pc_nbfx_attribute *a = &r->attributes[r->attribute_count++];
    a->prefix = (struct pc_text){"", 0};
    a->ns = (struct pc_nbfx_name){.text = {"", 0}};
    a->declaration = false;
    return a;
}

static bool bind(struct pc_nbfx_reader *r, struct pc_text prefix, const struct pc_nbfx_name *ns)
{
    for (uint32_t i = r->binding_count; i-- > 0 && r->bindings[i].depth == r->depth;)
        if (pc_text_equal(r->bindings[i].prefix, prefix))
            return pc_reader_fail(r, PC_WIRE_BAD_XMLNS, "a prefix is declared twice in one element");
    if (r->binding_count == PC_NBFX_MAX_BINDINGS)
        return pc_reader_fail(r, PC_WIRE_QUOTA, "more than 1024 namespace declarations in force");
    if (r->binding_count == r->binding_capacity) {
        struct pc_nbfx_binding *old = r->bindings;
        r->binding_capacity *= 4;
        r->bindings = g_new(struct pc_nbfx_binding, r->binding_capacity);
        memcpy(r->bindings, old, r->binding_count * sizeof *old);
        if (old != r->own_bindings)
            g_free(old);
    }
    r->bindings[r->binding_count++] = (struct pc_nbfx_binding){prefix, *ns, r->depth};
    return true;
}

#define XML_NS "http://www.w3.org/XML/1998/namespace"

static bool declare(struct pc_nbfx_reader *r, const struct pc_nbfx_attribute *a)
{
    if (pc_text_equal(a->prefix, PC_TEXT("xmlns")))
        return pc_reader_fail(r, PC_WIRE_BAD_XMLNS, "the prefix xmlns cannot be declared");
    bool is_xml = pc_text_equal(a->prefix, PC_TEXT("xml"));
    if (is_xml != pc_text_equal(a->name.text, PC_TEXT(XML_NS)))
        return pc_reader_fail(r, PC_WIRE_BAD_XMLNS, "the prefix xml and its namespace belong to each other");
    if (a->prefix.n && !a->name.text.n)
        return pc_reader_fail(r, PC_WIRE_BAD_XMLNS, "a prefix cannot be bound to no namespace");
    return bind(r, a->prefix, &a->name);
}

bool pc_nbfx_lookup(const struct pc_nbfx_reader *r, struct pc_text prefix, struct pc_nbfx_name *ns)
{
    for (uint32_t i = r->binding_count; i-- > 0;)
        if (pc_text_equal(r->bindings[i].prefix, prefix)) {
            *ns = r->bindings[i].ns;
            return true;
        }
    *ns = (struct pc_nbfx_name){.text = prefix.n ? PC_TEXT(XML_NS) : PC_TEXT("")};
    return prefix.n == 0 || pc_text_equal(prefix, PC_TEXT("xml"));
}

static struct pc_text letter(uint8_t index)
{
    return (struct pc_text){&letters[index], 1};
}

static bool read_attribute_value(struct pc_nbfx_reader *r, struct pc_nbfx_attribute *a)
{
    const uint8_t *type = pc_reader_take(r, 1);
    if (!type)
        return false;
    if (*type < FIRST_TEXT || (*type & 1))
        return pc_reader_fail(r, PC_WIRE_BAD_RECORD, "an attribute's value must be a text record without an end");
    return pc_reader_value(r, *type, &a->value);
}

static bool read_attribute(struct pc_nbfx_reader *r, uint8_t type)
{
    struct pc_nbfx_attribute *a = add_attribute(r);
    if (!a)
        return false;
    if (type >= FIRST_LETTER_ATTRIBUTE) {
        uint8_t index = (uint8_t)(type - FIRST_LETTER_ATTRIBUTE);
        a->prefix = letter(index % 26);
        return (index < 26 ? read_dictionary(r, &a->name) : read_literal(r, &a->name)) && read_attribute_value(r, a);
    }
    if ((type & 1) && !read_string(r, &a->prefix))
        return false;
    if (!((type & 2) ? read_dictionary(r, &a->name) : read_literal(r, &a->name)))
        return false;
    if (type < FIRST_XMLNS)
        return read_attribute_value(r, a);
    a->declaration = true;
    return declare(r, a);
}

static bool resolve_attributes(struct pc_nbfx_reader *r)
{
    for (uint32_t i = 0; i < r->attribute_count; i++) {
        struct pc_nbfx_attribute *a = &r->attributes[i];
        if (a->declaration)
            continue;
        if (a->prefix.n && !pc_nbfx_lookup(r, a->prefix, &a->ns))
            return pc_reader_fail(r, PC_WIRE_BAD_XMLNS, "an attribute's prefix is not declared");
        for (uint32_t k = 0; k < i; k++)
            if (!r->attributes[k].declaration && pc_text_equal(r->attributes[k].name.text, a->name.text) &&
                pc_text_equal(r->attributes[k].ns.text, a->ns.text))
                return pc_reader_fail(r, PC_WIRE_STRUCTURE, "an attribute occurs twice");
    }
    return true;
}

/* An element record whose type has been read, with all attributes that follow. */
bool pc_reader_start(struct pc_nbfx_reader *r, uint8_t type)
{
    if (++r->depth > r->max_depth) /* LIM-1 */
        return pc_reader_fail(r, PC_WIRE_QUOTA, "elements nest too deep");
    r->prefix = (struct pc_text){"", 0};
    r->attribute_count = 0;
    bool ok;
    if (type >= FIRST_ELEMENT + 4) {
        uint8_t index = (uint8_t)(type - FIRST_ELEMENT - 4);
        r->prefix = letter(index % 26);
        ok = index < 26 ? read_dictionary(r, &r->name) : read_literal(r, &r->name);
    } else {
        ok = (!(type & 1) || read_string(r, &r->prefix)) &&
             ((type & 2) ? read_dictionary(r, &r->name) : read_literal(r, &r->name));
    }
    while (ok && r->p < r->end && *r->p >= FIRST_ATTRIBUTE && *r->p < FIRST_ELEMENT) {
        uint8_t attribute = *r->p++;
        ok = read_attribute(r, attribute);
    }
    if (!ok)
        return false;
    if (!pc_nbfx_lookup(r, r->prefix, &r->ns))
        return pc_reader_fail(r, PC_WIRE_BAD_XMLNS, "an element's prefix is not declared");
    return r->attribute_count == 0 || resolve_attributes(r);
}

static void end_element(struct pc_nbfx_reader *r)
{
    while (r->binding_count && r->bindings[r->binding_count - 1].depth >= r->depth)
        r->binding_count--;
    r->depth--;
}

/* ---- nodes ---- */

bool pc_nbfx_is_blank(const struct pc_nbfx_value *value)
{
    if (value->type == 0xA8)
        return true;
    if (value->type != 0x98 && value->type != 0x9A && value->type != 0x9C)
        return false;
    for (uint32_t i = 0; i < value->string.text.n; i++)
        if (!strchr(" \t\r\n", value->string.text.s[i]) || !value->string.text.s[i])
            return false;
    return true;
}

static enum pc_nbfx_node at_end_of_document(struct pc_nbfx_reader *r)
{
    if (r->depth) {
        pc_reader_fail(r, PC_WIRE_TRUNCATED, "the document ends inside an element");
        return PC_NBFX_ERROR;
    }
    if (!r->root_seen && !r->fragment) {
        pc_reader_fail(r, PC_WIRE_STRUCTURE, "a document without a root element");
        return PC_NBFX_ERROR;
    }
    return PC_NBFX_EOF;
}

static enum pc_nbfx_node element_node(struct pc_nbfx_reader *r, uint8_t type)
{
    if (r->depth == 0 && r->root_seen) {
        pc_reader_fail(r, PC_WIRE_STRUCTURE, "a second root element");
        return PC_NBFX_ERROR;
    }
    r->root_seen = true;
    if (type == ARRAY)
        return pc_reader_array(r) ? PC_NBFX_START : PC_NBFX_ERROR;
    return pc_reader_start(r, type) ? PC_NBFX_START : PC_NBFX_ERROR;
}

static enum pc_nbfx_node text_node(struct pc_nbfx_reader *r, uint8_t type)
{
    bool ends = type & 1;
    if (type == START_LIST + 1 || type == END_LIST || type == END_LIST + 1) {
        pc_reader_fail(r, PC_WIRE_BAD_RECORD, "a list record that is not allowed here");
        return PC_NBFX_ERROR;
    }
    if (!pc_reader_value(r, type & 0xFE, &r->value))
        return PC_NBFX_ERROR;
    if (r->depth == 0 && (ends || !pc_nbfx_is_blank(&r->value)) && !r->fragment) {
        pc_reader_fail(r, PC_WIRE_STRUCTURE, ends ? "an end with nothing open" : "text outside the root element");
        return PC_NBFX_ERROR;
    }
    r->end_due = ends;
    return PC_NBFX_TEXT;
}

static enum pc_nbfx_node next_node(struct pc_nbfx_reader *r)
{
    if (r->error)
        return PC_NBFX_ERROR;
    if (r->node == PC_NBFX_END)
        end_element(r);
    if (r->end_due) {
        r->end_due = false;
        if (r->array_left)
            r->array_left--;
        return PC_NBFX_END;
    }
    if (r->array_left)
        return pc_reader_array_node(r);
    r->offset = (uint32_t)(r->p - r->base);
    if (r->p == r->end)
        return at_end_of_document(r);
    uint8_t type = *r->p++;
    if (type >= FIRST_TEXT && type <= LAST_TEXT)
        return text_node(r, type);
    if ((type >= FIRST_ELEMENT && type <= LAST_ELEMENT) || type == ARRAY)
        return element_node(r, type);
    if (type == END_ELEMENT) {
        if (r->depth)
            return PC_NBFX_END;
        pc_reader_fail(r, PC_WIRE_STRUCTURE, "an end with nothing open");
        return PC_NBFX_ERROR;
    }
    if (type == COMMENT)
        return read_literal(r, &r->name) ? PC_NBFX_COMMENT : PC_NBFX_ERROR;
    pc_reader_fail(r, PC_WIRE_BAD_RECORD, "a record type that is not defined or not allowed here");
    return PC_NBFX_ERROR;
}

enum pc_nbfx_node pc_nbfx_next(struct pc_nbfx_reader *r)
{
    return r->node = next_node(r);
}

bool pc_nbfx_skip(struct pc_nbfx_reader *r)
{
    uint32_t depth = r->depth;
    do
        pc_nbfx_next(r);
    while (r->node != PC_NBFX_ERROR && !(r->node == PC_NBFX_END && r->depth == depth));
    return r->node == PC_NBFX_END;
}
