/* The inside of a codec, for the files of this folder only. */
#ifndef PC_WIRE_CODEC_PRIVATE_H
#define PC_WIRE_CODEC_PRIVATE_H

#include "protocol/wire/buf.h"
#include "protocol/wire/codec.h"
#include "protocol/wire/octets.h"
#include "protocol/wire/table.h"

struct pc_scratch_block {
    struct pc_scratch_block *next;
    size_t size, used;
    max_align_t data[];
};

struct pc_codec {
    struct pc_strings *strings;
    struct pc_codec_limits limits;
    bool memo;
    struct pc_scratch_block *scratch; /* newest first; given back by pc_scratch_reset() */
    struct pc_table **tables;         /* interned, open addressing; NULL = free slot */
    uint32_t table_mask, table_count;
    struct pc_table *empty;
    struct pc_octets document;     /* the one that is being written */
    struct pc_memo_entry *memory;  /* memo.h; NULL: nothing kept yet */
    struct pc_image *spare_images; /* freed ones, with their memory, for the next flood: flood.c */
    pc_str to_placeholder;         /* stands for the To of a link in images */
};

void pc_images_drop(struct pc_codec *codec); /* gives back spare_images */

/* Memory that lives until the next read with this codec. Never NULL. */
void *pc_scratch_alloc(struct pc_codec *codec, size_t size);
void pc_scratch_reset(struct pc_codec *codec);

/* The table that is `table` with `count` strings more (references are taken). Gives back `table`, returns the other. */
struct pc_table *pc_table_extend(struct pc_codec *codec, struct pc_table *table, const pc_str *strings, uint32_t count,
                                 uint32_t octets, bool closed);

/* The dictionary id of a string in the table, or 0. (Ids of session strings are odd.) */
static inline uint32_t pc_table_id(const struct pc_table *table, pc_str string)
{
    for (uint32_t i = 0; i < table->count; i++)
        if (table->strings[i] == string)
            return 2 * i + 1;
    return 0;
}

/* [MC-NBFSE] 2.1: the string list in front of a payload. Replaces *table; on failure *table is NULL (binary-xml.md 9.6). */
bool pc_table_read(struct pc_codec *codec, struct pc_table **table, const uint8_t *payload, size_t size,
                   size_t *document, GError **error);

#endif
