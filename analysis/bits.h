/* Sets of small numbers (peers) as words of 64 bits. */
#ifndef AN_BITS_H
#define AN_BITS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

static inline uint32_t an_bits_words(uint32_t count)
{
    return (count + 63) / 64;
}

static inline bool an_bit(const uint64_t *bits, uint32_t i)
{
    return bits[i / 64] >> (i % 64) & 1;
}

static inline void an_bit_set(uint64_t *bits, uint32_t i)
{
    bits[i / 64] |= UINT64_C(1) << (i % 64);
}

static inline void an_bit_clear(uint64_t *bits, uint32_t i)
{
    bits[i / 64] &= ~(UINT64_C(1) << (i % 64));
}

static inline uint32_t an_bits_count(const uint64_t *bits, uint32_t words)
{
    uint32_t count = 0;
    for (uint32_t w = 0; w < words; w++)
        count += (uint32_t)__builtin_popcountll(bits[w]);
    return count;
}

/* A set that several floods share: those published while nothing changed. */
struct an_shared_bits {
    uint32_t references;
    uint32_t peers; /* numbers from here on are not in it */
    uint32_t count; /* of its members */
    uint64_t bits[];
};

static inline struct an_shared_bits *an_shared_bits_new(uint32_t peers)
{
    struct an_shared_bits *set = g_malloc0(sizeof *set + an_bits_words(peers) * sizeof set->bits[0]);
    set->references = 1;
    set->peers = peers;
    return set;
}

static inline struct an_shared_bits *an_shared_bits_ref(struct an_shared_bits *set)
{
    set->references++;
    return set;
}

static inline void an_shared_bits_unref(struct an_shared_bits *set)
{
    if (set && --set->references == 0)
        g_free(set);
}

static inline bool an_shared_bit(const struct an_shared_bits *set, uint32_t i)
{
    return i < set->peers && an_bit(set->bits, i);
}

#endif
