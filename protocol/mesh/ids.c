#include "protocol/mesh/ids.h"

#include <string.h>

struct entry {
    struct pc_guid id;
    uint32_t refs; /* 0: free; then .next links the free list */
    uint32_t next;
};

struct pc_ids {
    struct entry *entries; /* number 0 is never given */
    uint32_t used, capacity;
    uint32_t free;   /* head of the free list */
    uint32_t live;
    uint32_t *index; /* open addressing: numbers, 0 = free slot */
    uint32_t mask;
};

static uint64_t hash_of(const struct pc_guid *id)
{
    uint64_t a, b;
    memcpy(&a, id->octets, 8);
    memcpy(&b, id->octets + 8, 8);
    uint64_t h = (a ^ UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xff51afd7ed558ccd);
    h ^= h >> 32;
    h = (h ^ b) * UINT64_C(0xc4ceb9fe1a85ec53);
    return h ^ (h >> 29);
}

struct pc_ids *pc_ids_new(void)
{
    struct pc_ids *ids = g_new0(struct pc_ids, 1);
    ids->capacity = 256;
    ids->entries = g_new0(struct entry, ids->capacity);
    ids->used = 1;
    ids->mask = 511;
    ids->index = g_new0(uint32_t, ids->mask + 1);
    return ids;
}

void pc_ids_free(struct pc_ids *ids)
{
    if (!ids)
        return;
    g_free(ids->entries);
    g_free(ids->index);
    g_free(ids);
}

static void index_put(struct pc_ids *ids, uint32_t number)
{
    uint32_t slot = (uint32_t)hash_of(&ids->entries[number].id) & ids->mask;
    while (ids->index[slot])
        slot = (slot + 1) & ids->mask;
    ids->index[slot] = number;
}

static void grow(struct pc_ids *ids)
{
    if (ids->used == ids->capacity) {
        ids->capacity *= 2;
        g_assert(ids->capacity <= 1u << PC_ID_BITS);
        ids->entries = g_renew(struct entry, ids->entries, ids->capacity);
    }
    if ((ids->live + 1) * 2 <= ids->mask)
        return;
    ids->mask = ids->mask * 2 + 1;
    g_free(ids->index);
    ids->index = g_new0(uint32_t, (gsize)ids->mask + 1);
    for (uint32_t n = 1; n < ids->used; n++) /* all in use: there have never been so many */
        index_put(ids, n);
}

uint32_t pc_ids_intern(struct pc_ids *ids, const struct pc_guid *id)
{
    for (uint32_t slot = (uint32_t)hash_of(id) & ids->mask; ids->index[slot]; slot = (slot + 1) & ids->mask) {
        struct entry *e = &ids->entries[ids->index[slot]];
        if (memcmp(&e->id, id, sizeof *id) == 0) {
            e->refs++;
            return ids->index[slot];
        }
    }
    grow(ids);
    uint32_t number = ids->free;
    if (number)
        ids->free = ids->entries[number].next;
    else
        number = ids->used++;
    ids->entries[number] = (struct entry){.id = *id, .refs = 1};
    ids->live++;
    index_put(ids, number);
    return number;
}

const struct pc_guid *pc_ids_get(const struct pc_ids *ids, uint32_t number)
{
    return &ids->entries[number].id;
}

void pc_ids_ref(struct pc_ids *ids, uint32_t number)
{
    g_assert(number && ids->entries[number].refs);
    ids->entries[number].refs++;
}

/* Takes a slot out of the linear-probing index and closes the gap behind it. */
static void index_remove(struct pc_ids *ids, uint32_t number)
{
    uint32_t slot = (uint32_t)hash_of(&ids->entries[number].id) & ids->mask;
    while (ids->index[slot] != number)
        slot = (slot + 1) & ids->mask;
    for (uint32_t next = (slot + 1) & ids->mask; ids->index[next]; next = (next + 1) & ids->mask) {
        uint32_t home = (uint32_t)hash_of(&ids->entries[ids->index[next]].id) & ids->mask;
        if (((next - home) & ids->mask) >= ((next - slot) & ids->mask)) {
            ids->index[slot] = ids->index[next];
            slot = next;
        }
    }
    ids->index[slot] = 0;
}

void pc_ids_unref(struct pc_ids *ids, uint32_t number)
{
    struct entry *e = &ids->entries[number];
    g_assert(number && e->refs);
    if (--e->refs)
        return;
    index_remove(ids, number);
    e->next = ids->free;
    ids->free = number;
    ids->live--;
}
