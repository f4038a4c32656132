#include "sim/random.h"

/* The constants of Philox 2x64: multiplier, and the Weyl increment of the key (the golden ratio). */
#define PHILOX_MULTIPLIER 0xD2B74407B1CE6E93u
#define PHILOX_WEYL       0x9E3779B97F4A7C15u
#define PHILOX_ROUNDS     10

void sim_philox(uint64_t counter[2], uint64_t key)
{
    uint64_t x = counter[0], y = counter[1];

    for (unsigned round = 0; round < PHILOX_ROUNDS; round++) {
        unsigned __int128 product = (unsigned __int128)PHILOX_MULTIPLIER * x;

        x = (uint64_t)(product >> 64) ^ key ^ y;
        y = (uint64_t)product;
        key += PHILOX_WEYL;
    }
    counter[0] = x;
    counter[1] = y;
}

uint64_t sim_purpose_text(const char *name, size_t length)
{
    uint64_t state[2] = {length, 0};

    for (size_t i = 0; i < length; i++) {
        state[0] ^= (uint64_t)(unsigned char)name[i] << (8 * (i % 8));
        if (i % 8 == 7 || i + 1 == length)
            sim_philox(state, 0);
    }
    return state[0] | (uint64_t)1 << 63;
}

/* What a stream is about passes through the generator twice, so that 128 bits (key and lane) name the stream.
 */
void sim_stream_init(struct sim_stream *stream, uint64_t seed, uint64_t purpose, uint64_t a, uint64_t b)
{
    uint64_t first[2] = {seed, purpose};
    uint64_t second[2] = {a, b};

    sim_philox(first, 0);
    second[0] ^= first[1];
    sim_philox(second, first[0]);
    stream->key = second[0];
    stream->lane = second[1];
    stream->counter = 0;
}

uint64_t sim_next(struct sim_stream *stream)
{
    uint64_t block[2] = {stream->counter++, stream->lane};

    sim_philox(block, stream->key);
    return block[0];
}

/* Lemire, "Fast random integer generation in an interval" (2019): reject the draws that would favour some
 * values. */
uint64_t sim_below(struct sim_stream *stream, uint64_t n)
{
    unsigned __int128 product = (unsigned __int128)sim_next(stream) * n;

    if ((uint64_t)product < n) {
        uint64_t threshold = (0 - n) % n;

        while ((uint64_t)product < threshold)
            product = (unsigned __int128)sim_next(stream) * n;
    }
    return (uint64_t)(product >> 64);
}

uint64_t sim_draw(uint64_t seed, uint64_t purpose, uint64_t a, uint64_t b, uint64_t counter)
{
    struct sim_stream stream;

    sim_stream_init(&stream, seed, purpose, a, b);
    stream.counter = counter;
    return sim_next(&stream);
}
