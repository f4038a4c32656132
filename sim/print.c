/* The hashes of the fingerprint: fast, not meant against an adversary. Multiply and fold, as in wyhash (Wang
 * Yi). */
#include "sim/internal.h"

#include <string.h>

#define K0 0x9E3779B97F4A7C15u /* 2^64 / golden ratio */
#define K1 0xD2B74407B1CE6E93u /* multiplier of Philox */
#define K2 0xCA5A826395121157u
#define K3 0x9FB21C651E98DF25u

static inline uint64_t fold(uint64_t x, uint64_t y)
{
    unsigned __int128 product = (unsigned __int128)x * y;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t read64(const uint8_t *data)
{
    uint64_t value;

    memcpy(&value, data, sizeof value);
    return GUINT64_FROM_LE(value);
}

uint64_t sim_hash_octets(const uint8_t *data, size_t size)
{
    uint64_t a = K0 ^ size, b = K2 + size;
    uint8_t rest[16] = {0};

    for (; size >= 32; size -= 32, data += 32) { /* two lanes that do not wait for each other */
        a = fold(a ^ read64(data), K1 ^ read64(data + 8));
        b = fold(b ^ read64(data + 16), K3 ^ read64(data + 24));
    }
    if (size >= 16) {
        a = fold(a ^ read64(data), K1 ^ read64(data + 8));
        size -= 16;
        data += 16;
    }
    if (size > 0)
        memcpy(rest, data, size);
    b = fold(b ^ read64(rest), K3 ^ read64(rest + 8));
    return fold(a ^ K2, b ^ K0);
}

void sim_fold(uint64_t print[2], const struct sim_event *event, uint64_t hash)
{
    uint64_t what = (uint64_t)event->kind << 16 | event->tag;
    uint64_t who = (uint64_t)event->src << 32 | event->seq;
    uint64_t a = fold((uint64_t)event->time ^ K0, hash ^ K1);
    uint64_t b = fold(who ^ K2, what ^ K3);

    print[0] = fold(print[0] ^ a, K1) + b;
    print[1] = (print[1] ^ b) * K3 + (a ^ print[1] >> 29);
}
