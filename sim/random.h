/* Random numbers keyed by meaning: a draw is a function of (seed, purpose, a, b, number of the draw) and of
 * nothing else, so leaving one thing out of a run moves no other draw. Philox 2x64-10 (Salmon, Moraes, Dror,
 * Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC11). */
#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* What a draw is for. Two things never share a purpose. Streams that a script names use sim_purpose_text().
 */
enum sim_purpose {
    SIM_PURPOSE_REGION = 1, /* a: key of the host */
    SIM_PURPOSE_ACCESS,     /* a: key of the host */
    SIM_PURPOSE_LAST_MILE,  /* a: key of the host */
    SIM_PURPOSE_RATE_UP,    /* a: key of the host */
    SIM_PURPOSE_RATE_DOWN,  /* a: key of the host */
    SIM_PURPOSE_PAIR_DELAY, /* a, b: keys of the two hosts, smaller first */
    SIM_PURPOSE_JITTER,     /* each direction of a connection has a lane of its own (stream.c) */
    SIM_PURPOSE_LOSS_CLASS, /* a: key of the host */
    SIM_PURPOSE_NAT,        /* a: key of the host, b: 0 behind one, 1 reached all the same */
    SIM_PURPOSE_LOSS,       /* a: lane of the direction, b: segment; number: packet and attempt. Full model: b: 0 */
    SIM_PURPOSE_SITE,       /* a: key of the host; of made-up sites: a, b: the site or pair, under a seed of their own */
    SIM_PURPOSE_USER = 1024 /* the first one free for whoever drives the simulator */
};

/* The purpose of a stream named by a text: high bit set, so it never meets one of the enumeration. */
uint64_t sim_purpose_text(const char *name, size_t length);

/* One stream. Copying it copies its position. */
struct sim_stream {
    uint64_t key, lane; /* which stream */
    uint64_t counter;   /* number of the next draw */
};

/* A stream at its first draw. `a` and `b` say whose it is (hash of a peer's name, number of a connection, …;
 * else 0). */
void sim_stream_init(struct sim_stream *stream, uint64_t seed, uint64_t purpose, uint64_t a, uint64_t b);

/* 64 uniform bits. */
uint64_t sim_next(struct sim_stream *stream);

/* Uniform in 0 … n-1 without bias; n > 0. May take several draws. */
uint64_t sim_below(struct sim_stream *stream, uint64_t n);

/* Draw number `counter` of that stream, without a stream. */
uint64_t sim_draw(uint64_t seed, uint64_t purpose, uint64_t a, uint64_t b, uint64_t counter);

/* The bare generator: `counter` becomes 128 random bits under `key`. */
void sim_philox(uint64_t counter[2], uint64_t key);

#endif
