#include "protocol/wire/strings.h"

#include <glib.h>
#include <string.h>

struct entry {
    char *text;
    uint32_t size;
    uint32_t hash;
    uint32_t refs; /* 0: free; then .hash is the next of the free list */
};

struct pc_strings {
    struct entry *entries; /* handle 0 is never given */
    uint32_t used, capacity, free, live;
    uint32_t *index; /* open addressing; 0 = free slot */
    uint32_t mask;
};

static uint32_t hash_of(const char *text, size_t size)
{
    uint64_t h = UINT64_C(0x9e3779b97f4a7c15) ^ size;
    while (size >= 8) {
        uint64_t word;
        memcpy(&word, text, 8);
        h = (h ^ word) * UINT64_C(0xff51afd7ed558ccd);
        h ^= h >> 32;
        text += 8;
        size -= 8;
    }
    uint64_t rest = 0;
    if (size)
        memcpy(&rest, text, size);
    h = (h ^ rest) * UINT64_C(0xc4ceb9fe1a85ec53);
    return (uint32_t)(h ^ (h >> 31));
}

struct pc_strings *pc_strings_new(void)
{
    struct pc_strings *pool = g_new0(struct pc_strings, 1);
    pool->capacity = 64;
    pool->entries = g_new0(struct entry, pool->capacity);
    pool->used = 1;
    pool->mask = 127;
    pool->index = g_new0(uint32_t, pool->mask + 1);
    return pool;
}

void pc_strings_free(struct pc_strings *pool)
{
    if (!pool)
        return;
    for (uint32_t i = 1; i < pool->used; i++)
        if (pool->entries[i].refs)
            g_free(pool->entries[i].text);
    g_free(pool->entries);
    g_free(pool->index);
    g_free(pool);
}

static void index_put(struct pc_strings *pool, uint32_t handle)
{
    uint32_t slot = pool->entries[handle].hash & pool->mask;
    while (pool->index[slot])
        slot = (slot + 1) & pool->mask;
    pool->index[slot] = handle;
}

static void grow(struct pc_strings *pool)
{
    if (pool->used == pool->capacity) {
        g_assert(pool->capacity < UINT32_MAX / 8); /* handles fit 30 bits: nbfx_writer.h */
        pool->capacity *= 2;
        pool->entries = g_renew(struct entry, pool->entries, pool->capacity);
    }
    if ((pool->live + 1) * 2 <= pool->mask)
        return;
    pool->mask = pool->mask * 2 + 1;
    g_free(pool->index);
    pool->index = g_new0(uint32_t, (gsize)pool->mask + 1);
    for (uint32_t i = 1; i < pool->used; i++) /* all in use: there have never been so many */
        index_put(pool, i);
}

static pc_str find(const struct pc_strings *pool, const char *text, size_t size, uint32_t hash)
{
    for (uint32_t slot = hash & pool->mask; pool->index[slot]; slot = (slot + 1) & pool->mask) {
        const struct entry *e = &pool->entries[pool->index[slot]];
        if (e->hash == hash && e->size == size && memcmp(e->text, text, size) == 0)
            return pool->index[slot];
    }
    return 0;
}

pc_str pc_str_find(const struct pc_strings *pool, const char *text, size_t size)
{
    return find(pool, text, size, hash_of(text, size));
}

pc_str pc_str_intern(struct pc_strings *pool, const char *text, size_t size)
{
    g_assert(size < UINT32_MAX);
    uint32_t hash = hash_of(text, size);
    pc_str handle = find(pool, text, size, hash);
    if (handle) {
        pool->entries[handle].refs++;
        return handle;
    }
    grow(pool);
    handle = pool->free;
    if (handle)
        pool->free = pool->entries[handle].hash;
    else
        handle = pool->used++;
    char *copy = g_malloc(size + 1);
    memcpy(copy, text, size);
    copy[size] = '\0';
    pool->entries[handle] = (struct entry){copy, (uint32_t)size, hash, 1};
    pool->live++;
    index_put(pool, handle);
    return handle;
}

pc_str pc_str_ref(struct pc_strings *pool, pc_str string)
{
    g_assert(string && pool->entries[string].refs);
    pool->entries[string].refs++;
    return string;
}

/* Takes a handle out of the linear-probing index and closes the gap behind it. */
static void index_remove(struct pc_strings *pool, uint32_t handle)
{
    uint32_t slot = pool->entries[handle].hash & pool->mask;
    while (pool->index[slot] != handle)
        slot = (slot + 1) & pool->mask;
    for (uint32_t next = (slot + 1) & pool->mask; pool->index[next]; next = (next + 1) & pool->mask) {
        uint32_t home = pool->entries[pool->index[next]].hash & pool->mask;
        if (((next - home) & pool->mask) >= ((next - slot) & pool->mask)) {
            pool->index[slot] = pool->index[next];
            slot = next;
        }
    }
    pool->index[slot] = 0;
}

void pc_str_unref(struct pc_strings *pool, pc_str string)
{
    if (!string)
        return;
    struct entry *e = &pool->entries[string];
    g_assert(e->refs);
    if (--e->refs)
        return;
    index_remove(pool, string);
    g_free(e->text);
    e->text = NULL;
    e->hash = pool->free;
    pool->free = string;
    pool->live--;
}

struct pc_text pc_str_text(const struct pc_strings *pool, pc_str string)
{
    if (!string)
        return (struct pc_text){0};
    return (struct pc_text){pool->entries[string].text, pool->entries[string].size};
}

size_t pc_strings_count(const struct pc_strings *pool)
{
    return pool->live;
}
