/* The inside of the NBFX writer: the original's buffer, and what its two halves share. */
#ifndef PC_WIRE_NBFX_WRITER_PRIVATE_H
#define PC_WIRE_NBFX_WRITER_PRIVATE_H

#include "protocol/wire/nbfx_writer.h"
#include "protocol/wire/nmf.h"
#include "protocol/wire/utf8.h"

#define PC_NBFX_BUFFER 512 /* of the original writer: an end merges only into what is still in it (10.5) */

static inline void pc_reserve(struct pc_nbfx_writer *w, uint32_t n)
{
    if (w->position + n > PC_NBFX_BUFFER) {
        w->position = 0;
        w->merge = false;
    }
}

static inline void pc_put(struct pc_nbfx_writer *w, const void *octets, uint32_t n)
{
    pc_octets_append(w->out, octets, n);
    w->position += n;
}

static inline void pc_put_octet(struct pc_nbfx_writer *w, uint8_t octet)
{
    pc_reserve(w, 1);
    pc_put(w, &octet, 1);
}

static inline void pc_put_mb31(struct pc_nbfx_writer *w, uint32_t value)
{
    uint8_t octets[5] = {(uint8_t)value};
    pc_reserve(w, 5);
    if (value < 0x80) /* nearly always */
        pc_put(w, octets, 1);
    else
        pc_put(w, octets, (uint32_t)pc_mb31_write(octets, value));
}

static inline uint32_t pc_units_of(struct pc_text text)
{
    return (uint32_t)pc_utf8_units((const uint8_t *)text.s, text.n);
}

/* nbfx_writer.c */
void pc_put_chunks(struct pc_nbfx_writer *w, const char *s, uint32_t n, uint32_t units);
void pc_put_string(struct pc_nbfx_writer *w, struct pc_text text);
bool pc_has_id(struct pc_nbfx_writer *w, struct pc_nbfx_string s, uint32_t *id);
void pc_put_id(struct pc_nbfx_writer *w, uint32_t id);
void pc_complete_start_tag(struct pc_nbfx_writer *w);
void pc_before_node(struct pc_nbfx_writer *w);
const struct pc_nbfx_scope *pc_prefix_for(const struct pc_nbfx_writer *w, struct pc_text ns, bool non_empty);
struct pc_text pc_generate_prefix(struct pc_nbfx_writer *w, struct pc_nbfx_string ns);
bool pc_letter_of(struct pc_text prefix, uint8_t *index);
void pc_flush_tail(struct pc_nbfx_writer *w);

/* nbfx_values.c: one Bytes record, of `head` and `octets` together. */
void pc_put_bytes_record(struct pc_nbfx_writer *w, const uint8_t *head, uint32_t head_size,
                         const uint8_t *octets, uint32_t size);

#endif
