/* [MC-NBFX] reader: one start tag, text, comment or end tag at a time, over octets that stay where they are.
 * Validates eagerly (binary-xml.md 7): what it returns is well-formed. The first error sticks. */
#ifndef PC_WIRE_NBFX_READER_H
#define PC_WIRE_NBFX_READER_H

#include "protocol/wire/codec.h"
#include "protocol/wire/table.h"

#include <string.h>

#define PC_NBFX_MAX_ATTRIBUTES 512  /* of one element, declarations included */
#define PC_NBFX_MAX_BINDINGS   1024 /* declarations in force at one place: a look-up goes through them all */

enum pc_nbfx_source { PC_NBFX_LITERAL, PC_NBFX_STATIC, PC_NBFX_SESSION };

struct pc_nbfx_name {
    struct pc_text text;
    uint8_t source; /* enum pc_nbfx_source */
    uint32_t id;    /* STATIC: dictionary id; SESSION: pc_str of the string */
};

struct pc_nbfx_value {
    uint8_t type; /* record type, even: 0x80 … 0xBC; 0xA4: a list */
    struct pc_nbfx_name string; /* Chars (.text), Dictionary, local name of QNameDictionary */
    const uint8_t *raw; /* payload of other types; a list: its first item; UTF-16 text: its units */
    uint32_t raw_size;
    int64_t number;     /* Zero, One, Int*, Bool, False, True; prefix index of a QName */
};

struct pc_nbfx_attribute {
    bool declaration;          /* xmlns */
    struct pc_text prefix;     /* empty: none */
    struct pc_nbfx_name name;  /* attribute's local name, or declared namespace */
    struct pc_nbfx_name ns;    /* attribute: its namespace, empty if none */
    struct pc_nbfx_value value; /* attribute */
};

enum pc_nbfx_node { PC_NBFX_ERROR, PC_NBFX_EOF, PC_NBFX_START, PC_NBFX_END, PC_NBFX_TEXT, PC_NBFX_COMMENT };

struct pc_nbfx_binding {
    struct pc_text prefix;
    struct pc_nbfx_name ns;
    uint32_t depth;
};

struct pc_nbfx_reader {
    /* Of the current node: */
    enum pc_nbfx_node node;
    uint32_t depth;             /* of the element: the root is 1; texts and comments: of their parent */
    uint32_t offset;            /* of its record in the document */
    struct pc_text prefix;      /* START */
    struct pc_nbfx_name name;   /* START; COMMENT: .text */
    struct pc_nbfx_name ns;     /* START; .text empty: none */
    struct pc_nbfx_value value; /* TEXT */
    struct pc_nbfx_attribute *attributes;
    uint32_t attribute_count;
    /* Inside: */
    const uint8_t *base, *p, *end;
    const struct pc_strings *pool;
    const struct pc_table *table;
    struct pc_text (*dictionary)(uint32_t id); /* even ids; NULL: the static dictionary */
    uint32_t max_depth, binding_count, binding_capacity, attribute_capacity;
    bool end_due, root_seen, fragment;
    uint32_t array_left, array_size;
    uint8_t array_type;
    const uint8_t *array_values;
    uint32_t array_bindings; /* binding_count within its element */
    struct pc_nbfx_binding *bindings;
    int error; /* enum pc_wire_error, 0: none */
    const char *why;
    struct pc_nbfx_binding own_bindings[16];
    struct pc_nbfx_attribute own_attributes[8];
};

/* `table` may be NULL: no session in use. */
void pc_nbfx_reader_init(struct pc_nbfx_reader *reader, struct pc_codec *codec, const struct pc_table *table,
                         const uint8_t *document, size_t size);
void pc_nbfx_reader_clear(struct pc_nbfx_reader *reader);

/* The next node; PC_NBFX_EOF after the whole document, PC_NBFX_ERROR with .error and .why set. */
enum pc_nbfx_node pc_nbfx_next(struct pc_nbfx_reader *reader);

/* After START: goes to the END of this element. False on error. */
bool pc_nbfx_skip(struct pc_nbfx_reader *reader);

/* On the START of an element that an Array record stands for: the values of this and all further elements of the
 * record, as they lie there (binary-xml.md 6). The current node is then the END of the last. False: it is no such START,
 * or (.error is set) a value is invalid. */
struct pc_nbfx_array {
    uint8_t type; /* as in the record: odd */
    uint32_t count, size;
    const uint8_t *values;
};
bool pc_nbfx_take_array(struct pc_nbfx_reader *reader, struct pc_nbfx_array *array);

/* No text, or blanks, tabs and line ends alone. */
bool pc_nbfx_is_blank(const struct pc_nbfx_value *value);

/* The GError of a failed reader: "nbfx: offset 113: record 0x9F is not defined here". */
void pc_nbfx_set_error(const struct pc_nbfx_reader *reader, GError **error);

/* The namespace that a prefix is bound to at the current node; false if none is. */
bool pc_nbfx_lookup(const struct pc_nbfx_reader *reader, struct pc_text prefix, struct pc_nbfx_name *ns);

/* A reader over the items of a list (type 0xA4): each pc_nbfx_next() is a PC_NBFX_TEXT. It owns nothing: not to be cleared. */
void pc_nbfx_list_reader(const struct pc_nbfx_reader *reader, const struct pc_nbfx_value *list,
                         struct pc_nbfx_reader *items);

/* The lexical form of a value (binary-xml.md 5), appended. */
void pc_nbfx_append_text(const struct pc_nbfx_reader *reader, const struct pc_nbfx_value *value, GString *out);

/* Inline, since nearly all comparisons are of prefixes and end at the first octet. */
static inline bool pc_text_equal(struct pc_text a, struct pc_text b)
{
    return a.n == b.n && (a.n == 0 || (a.s[0] == b.s[0] && (a.n == 1 || memcmp(a.s, b.s, a.n) == 0)));
}

#endif
