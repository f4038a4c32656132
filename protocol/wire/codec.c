#include "protocol/wire/codec_private.h"

#include "protocol/wire/memo.h"
#include "protocol/wire/nmf.h"
#include "protocol/wire/utf8.h"

#include <string.h>

G_DEFINE_QUARK(pc-wire-error-quark, pc_wire_error)

struct pc_codec *pc_codec_new(const struct pc_codec_limits *limits)
{
    struct pc_codec *codec = g_new0(struct pc_codec, 1);
    if (limits)
        codec->limits = *limits;
    if (!codec->limits.envelope_octets)
        codec->limits.envelope_octets = 65536;
    if (!codec->limits.table_octets)
        codec->limits.table_octets = PC_TABLE_OCTETS; /* FR-12-4 */
    if (!codec->limits.depth)
        codec->limits.depth = 128;
    codec->memo = true;
    codec->strings = pc_strings_new();
    codec->to_placeholder = pc_str_intern(codec->strings, "\1to", 3); /* no URI: meets nothing real */
    codec->table_mask = 63;
    codec->tables = g_new0(struct pc_table *, codec->table_mask + 1);
    codec->empty = g_new0(struct pc_table, 1);
    codec->empty->refs = 1;
    codec->empty->hash = UINT64_C(0x9ae16a3b2f90404f);
    return codec;
}

void pc_codec_free(struct pc_codec *codec)
{
    if (!codec)
        return;
    pc_memo_clear(codec);
    pc_scratch_reset(codec);
    g_free(codec->scratch);
    pc_images_drop(codec);
    for (uint32_t i = 0; i <= codec->table_mask; i++)
        g_free(codec->tables[i]); /* of sessions that were never closed */
    pc_octets_free(&codec->document);
    g_free(codec->tables);
    g_free(codec->empty);
    pc_strings_free(codec->strings);
    g_free(codec);
}

struct pc_strings *pc_codec_strings(struct pc_codec *codec)
{
    return codec->strings;
}

const struct pc_codec_limits *pc_codec_limits(const struct pc_codec *codec)
{
    return &codec->limits;
}

void pc_codec_set_memo(struct pc_codec *codec, bool on)
{
    codec->memo = on;
    if (!on)
        pc_memo_clear(codec);
}

/* ---- scratch memory ---- */

#define SCRATCH_BLOCK 16384

void *pc_scratch_alloc(struct pc_codec *codec, size_t size)
{
    size = (size + sizeof(max_align_t) - 1) & ~(sizeof(max_align_t) - 1);
    struct pc_scratch_block *block = codec->scratch;
    if (!block || block->size - block->used < size) {
        size_t room = size > SCRATCH_BLOCK ? size : SCRATCH_BLOCK;
        block = g_malloc(sizeof *block + room);
        *block = (struct pc_scratch_block){.next = codec->scratch, .size = room};
        codec->scratch = block;
    }
    void *at = (uint8_t *)block->data + block->used;
    block->used += size;
    return at;
}

void pc_scratch_reset(struct pc_codec *codec)
{
    while (codec->scratch && codec->scratch->next) {
        struct pc_scratch_block *block = codec->scratch;
        codec->scratch = block->next;
        g_free(block);
    }
    if (codec->scratch)
        codec->scratch->used = 0;
}

/* ---- tables ---- */

struct pc_table *pc_table_empty(struct pc_codec *codec)
{
    return pc_table_ref(codec->empty);
}

struct pc_table *pc_table_ref(struct pc_table *table)
{
    table->refs++;
    return table;
}

static uint32_t slot_of(const struct pc_codec *codec, const struct pc_table *table)
{
    uint32_t slot = (uint32_t)table->hash & codec->table_mask;
    while (codec->tables[slot] != table)
        slot = (slot + 1) & codec->table_mask;
    return slot;
}

static void drop(struct pc_codec *codec, struct pc_table *table)
{
    uint32_t slot = slot_of(codec, table), mask = codec->table_mask;
    for (uint32_t next = (slot + 1) & mask; codec->tables[next]; next = (next + 1) & mask) {
        uint32_t home = (uint32_t)codec->tables[next]->hash & mask;
        if (((next - home) & mask) >= ((next - slot) & mask)) {
            codec->tables[slot] = codec->tables[next];
            slot = next;
        }
    }
    codec->tables[slot] = NULL;
    codec->table_count--;
    for (uint32_t i = 0; i < table->count; i++)
        pc_str_unref(codec->strings, table->strings[i]);
    g_free(table);
}

void pc_table_unref(struct pc_codec *codec, struct pc_table *table)
{
    if (table && --table->refs == 0) /* never the empty one: the codec holds it */
        drop(codec, table);
}

static void put(struct pc_codec *codec, struct pc_table *table)
{
    uint32_t slot = (uint32_t)table->hash & codec->table_mask;
    while (codec->tables[slot])
        slot = (slot + 1) & codec->table_mask;
    codec->tables[slot] = table;
}

static void intern(struct pc_codec *codec, struct pc_table *table)
{
    if ((codec->table_count + 1) * 2 > codec->table_mask) {
        struct pc_table **old = codec->tables;
        uint32_t old_mask = codec->table_mask;
        codec->table_mask = old_mask * 2 + 1;
        codec->tables = g_new0(struct pc_table *, codec->table_mask + 1);
        for (uint32_t i = 0; i <= old_mask; i++)
            if (old[i])
                put(codec, old[i]);
        g_free(old);
    }
    codec->table_count++;
    put(codec, table);
}

static bool same(const struct pc_table *candidate, const struct pc_table *table, const pc_str *strings, uint32_t count,
                 bool closed)
{
    return candidate->count == table->count + count && candidate->closed == closed &&
           memcmp(candidate->strings, table->strings, table->count * sizeof *strings) == 0 &&
           memcmp(candidate->strings + table->count, strings, count * sizeof *strings) == 0;
}

struct pc_table *pc_table_extend(struct pc_codec *codec, struct pc_table *table, const pc_str *strings, uint32_t count,
                                 uint32_t octets, bool closed)
{
    if (count == 0 && closed == table->closed)
        return table;
    uint64_t hash = table->hash;
    for (uint32_t i = 0; i < count; i++) {
        hash = (hash ^ strings[i]) * UINT64_C(0xff51afd7ed558ccd);
        hash ^= hash >> 29;
    }
    hash ^= closed ? 1 : 0;
    for (uint32_t slot = (uint32_t)hash & codec->table_mask; codec->tables[slot]; slot = (slot + 1) & codec->table_mask) {
        struct pc_table *candidate = codec->tables[slot];
        if (candidate->hash == hash && same(candidate, table, strings, count, closed)) {
            pc_table_ref(candidate);
            pc_table_unref(codec, table);
            return candidate;
        }
    }
    struct pc_table *fresh = g_malloc(sizeof *fresh + (table->count + count) * sizeof *strings);
    *fresh = (struct pc_table){
        .refs = 1, .count = table->count + count, .octets = octets, .closed = closed, .hash = hash};
    for (uint32_t i = 0; i < fresh->count; i++)
        fresh->strings[i] = pc_str_ref(codec->strings, i < table->count ? table->strings[i] : strings[i - table->count]);
    intern(codec, fresh);
    pc_table_unref(codec, table);
    return fresh;
}

static bool table_error(struct pc_codec *codec, struct pc_table **table, size_t offset, int code, const char *why,
                        GError **error)
{
    g_set_error(error, PC_WIRE_ERROR, code, "nbfse: offset %zu: %s", offset, why);
    pc_table_unref(codec, *table);
    *table = NULL; /* the direction is dead: every later message fails */
    return false;
}

bool pc_table_read(struct pc_codec *codec, struct pc_table **table, const uint8_t *payload, size_t size,
                   size_t *document, GError **error)
{
    uint32_t list;
    if (!*table) {
        g_set_error(error, PC_WIRE_ERROR, PC_WIRE_SESSION_INVALID, "nbfse: offset 0: the string table of this direction is broken");
        return false;
    }
    int used = pc_mb31_read(payload, size, &list);
    if (used <= 0 || list > size - (size_t)used)
        return table_error(codec, table, 0, PC_WIRE_BAD_TABLE, "the string table is longer than the payload", error);
    *document = (size_t)used + list;
    if (list == 0)
        return true;
    size_t at = (size_t)used, end = *document;
    uint32_t octets = (*table)->octets + list;
    if (octets > codec->limits.table_octets)
        return table_error(codec, table, 0, PC_WIRE_QUOTA, "the string table is over its limit", error);
    pc_str strings[PC_TABLE_OCTETS > 256 ? 256 : PC_TABLE_OCTETS], *all = strings;
    uint32_t count = 0, room = G_N_ELEMENTS(strings);
    const char *why = NULL;
    while (at < end && !why) {
        uint32_t n;
        used = pc_mb31_read(payload + at, end - at, &n);
        if (used <= 0 || n > end - at - (size_t)used) {
            why = "a string reaches past the string table";
        } else if (!pc_utf8_valid(payload + at + used, n)) {
            why = "a string of the table is not valid UTF-8";
        } else {
            if (count == room) {
                pc_str *more = g_new(pc_str, room * 2);
                memcpy(more, all, count * sizeof *all);
                if (all != strings)
                    g_free(all);
                all = more;
                room *= 2;
            }
            all[count++] = pc_str_intern(codec->strings, (const char *)payload + at + used, n);
            at += (size_t)used + n;
        }
    }
    if (!why)
        *table = pc_table_extend(codec, *table, all, count, octets, false);
    for (uint32_t i = 0; i < count; i++)
        pc_str_unref(codec->strings, all[i]);
    if (all != strings)
        g_free(all);
    if (why)
        return table_error(codec, table, at, PC_WIRE_BAD_TABLE, why, error);
    return true;
}
