/* [MC-NBFX] writer that makes the choices of Microsoft's: binary-xml.md 10, to the octet. */
#ifndef PC_WIRE_NBFX_WRITER_H
#define PC_WIRE_NBFX_WRITER_H

#include "protocol/wire/nbfs.h"
#include "protocol/wire/nbfx_reader.h"
#include "protocol/wire/octets.h"

/* A string argument, by where it comes from (binary-xml.md 10.2). */
enum pc_nbfx_origin {
    PC_NBFX_NULL,   /* not given */
    PC_NBFX_PLAIN,  /* never looked up: a literal */
    PC_NBFX_FIXED,  /* of the static dictionary: .id */
    PC_NBFX_SHARED, /* dictionary string of the application: into the session's table, if there is one */
};

/* 16 octets, so that it travels in registers: a relay passes hundreds of them on. */
struct pc_nbfx_string {
    const char *s;
    uint32_t n;
    uint32_t id : 30;    /* FIXED: dictionary id; SHARED: its pc_str where that is known, else 0 */
    uint32_t origin : 2; /* enum pc_nbfx_origin */
};

#define PC_NBFX_NONE ((struct pc_nbfx_string){0})

static inline struct pc_nbfx_string pc_nbfx_string(enum pc_nbfx_origin origin, uint32_t id,
                                                   struct pc_text text)
{
    return (struct pc_nbfx_string){text.s, text.n, id & 0x3FFFFFFF, (unsigned)origin & 3};
}

static inline struct pc_nbfx_string pc_plain(struct pc_text text)
{
    return pc_nbfx_string(PC_NBFX_PLAIN, 0, text);
}

static inline struct pc_nbfx_string pc_fixed(uint32_t id)
{
    return pc_nbfx_string(PC_NBFX_FIXED, id, pc_nbfs_text(id));
}

static inline struct pc_nbfx_string pc_shared(struct pc_text text)
{
    return pc_nbfx_string(PC_NBFX_SHARED, 0, text);
}

static inline struct pc_text pc_text_of(struct pc_nbfx_string string)
{
    return (struct pc_text){string.s, string.n};
}

/* Where session strings get their ids while one document is written. */
struct pc_nbfx_session {
    struct pc_codec *codec;
    const struct pc_table *table;
    uint32_t limit; /* octets of the table */
    pc_str *added;  /* new strings, each with a reference */
    uint32_t added_count, added_capacity, added_octets;
    bool closed;
};

struct pc_nbfx_writer {
    struct pc_octets *out;           /* the document */
    struct pc_nbfx_session *session; /* NULL: no session, session strings become literals */
    bool verbatim;   /* pc_nbfx_copy() keeps every record's form, and replaces one session string: */
    pc_str replaced; /* this one … */
    struct pc_text replacement; /* … by a session string, or if absent by the anonymous URI */
    struct pc_octets
        *holes; /* uint32_t each, or NULL: offsets at which ids of session strings were written (flood.c) */
    /* Inside: */
    uint32_t depth, position; /* octets in the 512-octet buffer of the original */
    bool merge;               /* a text record was written last and its type octet is still in that buffer */
    uint32_t merge_at;
    bool in_start_tag, in_attribute, in_list;
    struct pc_nbfx_scope {
        struct pc_nbfx_string ns;
        struct pc_text prefix;
        char made[16];  /* a generated prefix */
        uint32_t depth; /* its xmlns record is written when that element's start tag is complete */
    } * scopes, own_scopes[12];
    uint32_t scope_count, scope_capacity;
    uint8_t tail[3], tail_length; /* base64 octets that wait for the next ones */
};

/* Texts given to the writer (prefixes, namespaces) must live until their element is closed. */
void pc_nbfx_writer_init(struct pc_nbfx_writer *writer, struct pc_octets *out,
                         struct pc_nbfx_session *session);
void pc_nbfx_writer_clear(struct pc_nbfx_writer *writer);

/* `prefix` and `ns` may be PC_NBFX_NONE: the writer chooses (10.3). Prefixes are plain strings. */
void pc_nbfx_start(struct pc_nbfx_writer *writer, struct pc_nbfx_string prefix, struct pc_nbfx_string name,
                   struct pc_nbfx_string ns);
void pc_nbfx_end(struct pc_nbfx_writer *writer);
void pc_nbfx_xmlns(struct pc_nbfx_writer *writer, struct pc_nbfx_string prefix, struct pc_nbfx_string ns);

/* An attribute; its value is written between these two by one or more value calls. */
void pc_nbfx_attribute_start(struct pc_nbfx_writer *writer, struct pc_nbfx_string prefix,
                             struct pc_nbfx_string name, struct pc_nbfx_string ns);
void pc_nbfx_attribute_end(struct pc_nbfx_writer *writer);

void pc_nbfx_text(struct pc_nbfx_writer *writer, struct pc_nbfx_string text);
void pc_nbfx_utf16(struct pc_nbfx_writer *writer, const uint8_t *units, uint32_t octets);
void pc_nbfx_int(struct pc_nbfx_writer *writer, int64_t value);
void pc_nbfx_uint64(struct pc_nbfx_writer *writer, uint64_t value);
void pc_nbfx_bool(struct pc_nbfx_writer *writer, bool value);
void pc_nbfx_float(struct pc_nbfx_writer *writer, float value);
void pc_nbfx_double(struct pc_nbfx_writer *writer, double value);
/* Types with a payload of fixed size, as they are: Decimal 0x94, DateTime 0x96, UniqueId 0xAC, TimeSpan 0xAE,
 * Uuid 0xB0, … */
void pc_nbfx_fixed(struct pc_nbfx_writer *writer, uint8_t type, const uint8_t *payload);
void pc_nbfx_bytes(struct pc_nbfx_writer *writer, const uint8_t *octets, uint32_t size);
void pc_nbfx_qname(struct pc_nbfx_writer *writer, struct pc_nbfx_string local, struct pc_nbfx_string ns);
void pc_nbfx_comment(struct pc_nbfx_writer *writer, struct pc_text text);
void pc_nbfx_list_start(struct pc_nbfx_writer *writer);
void pc_nbfx_list_end(struct pc_nbfx_writer *writer);
/* An Array record: start tag calls, then this. `type` is 0xB5 … 0xB1 (binary-xml.md 6). */
void pc_nbfx_array_start(struct pc_nbfx_writer *writer);
void pc_nbfx_array_end(struct pc_nbfx_writer *writer, uint8_t type, uint32_t count, const uint8_t *values,
                       uint32_t size);

/* Copies the current node of a reader, and for START everything up to its end, as .NET does:
 * binary-xml.md 10.6. */
void pc_nbfx_copy(struct pc_nbfx_writer *writer, struct pc_nbfx_reader *reader);

void pc_nbfx_copy_value(struct pc_nbfx_writer *writer, const struct pc_nbfx_reader *reader,
                        const struct pc_nbfx_value *value);

/* The dictionary id of a session string, which is added if it is new and fits; 0: it must be written as a
 * literal. */
uint32_t pc_nbfx_session_id(struct pc_nbfx_session *session, pc_str string);
void pc_nbfx_session_clear(struct pc_nbfx_session *session);

#endif
