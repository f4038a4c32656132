#include "protocol/wire/memo.h"

#include "protocol/wire/codec_private.h"
#include "protocol/wire/flood.h"

/* Four lanes, so that multiplications overlap; the octets decide in the end, not the hash. */
static uint64_t hash_of(const struct pc_table *table, const uint8_t *p, size_t n)
{
    uint64_t lane[4] = {table->hash, n, UINT64_C(0x9e3779b97f4a7c15), UINT64_C(0x2545f4914f6cdd1d)}, word[4];
    for (; n >= sizeof word; p += sizeof word, n -= sizeof word) {
        memcpy(word, p, sizeof word);
        for (unsigned i = 0; i < 4; i++)
            lane[i] = (lane[i] ^ word[i]) * UINT64_C(0xff51afd7ed558ccd);
    }
    memset(word, 0, sizeof word);
    memcpy(word, p, n);
    uint64_t h = 0;
    for (unsigned i = 0; i < 4; i++)
        h = (h ^ (h >> 32) ^ lane[i] ^ (lane[i] >> 29) ^ word[i]) * UINT64_C(0xc4ceb9fe1a85ec53);
    return h ^ (h >> 32);
}

struct pc_memo_entry *pc_memo_find(struct pc_codec *codec, const struct pc_table *table,
                                   const uint8_t *payload, size_t size)
{
    if (!codec->memory)
        return NULL;
    uint64_t hash = hash_of(table, payload, size);
    struct pc_memo_entry *entry = &codec->memory[hash % PC_MEMO_ENTRIES];
    bool same = entry->table == table && entry->hash == hash && entry->payload.len == size &&
                memcmp(entry->payload.data, payload, size) == 0;
    return same ? entry : NULL;
}

static void forget(struct pc_codec *codec, struct pc_memo_entry *entry)
{
    for (unsigned form = 0; form < G_N_ELEMENTS(entry->relayed); form++) {
        if (entry->relayed[form].image)
            pc_image_free(codec, entry->relayed[form].image);
        entry->relayed[form].image = NULL;
    }
    pc_table_unref(codec, entry->table);
    entry->table = NULL;
    entry->payload.len = 0;
}

/* A pointer into the caller's octets becomes one to the same place in ours. */
static void move(struct pc_text *text, const uint8_t *from, const struct pc_octets *to)
{
    uintptr_t offset = (uintptr_t)text->s - (uintptr_t)from;
    if (text->s && offset < to->len)
        text->s = (const char *)to->data + offset;
}

struct pc_memo_entry *pc_memo_keep(struct pc_codec *codec, struct pc_table *table, const uint8_t *payload,
                                   size_t size, const struct pc_message *message)
{
    if (!codec->memory)
        codec->memory = g_new0(struct pc_memo_entry, PC_MEMO_ENTRIES);
    uint64_t hash = hash_of(table, payload, size);
    struct pc_memo_entry *entry = &codec->memory[hash % PC_MEMO_ENTRIES];
    forget(codec, entry);
    entry->hash = hash;
    entry->table = pc_table_ref(table);
    pc_octets_append(&entry->payload, payload, (uint32_t)size);
    struct pc_message *m = &entry->message;
    *m = *message;
    m->memo = entry;
    m->document = entry->payload.data + (m->document - payload);
    struct pc_text *texts[] = {&m->action,          &m->to,          &m->message_id.text, &m->relates_to.text,
                               &m->u.flood.id_text, &m->u.flood.via, &m->u.flood.peer_to};
    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++)
        move(texts[i], payload, &entry->payload);
    return entry;
}

void pc_memo_clear(struct pc_codec *codec)
{
    for (unsigned i = 0; codec->memory && i < PC_MEMO_ENTRIES; i++) {
        forget(codec, &codec->memory[i]);
        pc_octets_free(&codec->memory[i].payload);
    }
    g_free(codec->memory);
    codec->memory = NULL;
}
