/* SPDX-License-Identifier: MIT */
/* All chance of a cluster comes from here. The generator is SplitMix64 (Steele, Lea, Flood: "Fast splittable
 * pseudorandom number generators", 2014): one word of state, and any state is a good start. */
#include "mockd/sim/rng.h"

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

struct rng rng_stream(uint64_t seed, const char *purpose, uint64_t number)
{
    uint64_t state = mix(seed + UINT64_C(0x9e3779b97f4a7c15));

    for (; *purpose != '\0'; purpose++)
        state = mix(state ^ (unsigned char)*purpose);
    return (struct rng){mix(state ^ (number + 1) * UINT64_C(0x9e3779b97f4a7c15))};
}

uint64_t rng_next(struct rng *rng)
{
    rng->state += UINT64_C(0x9e3779b97f4a7c15);
    return mix(rng->state);
}

/* Draws behind the last whole multiple of the bound are drawn again. Divisions are slow, and the first
 * comparison nearly always saves one. */
uint64_t rng_below(struct rng *rng, uint64_t bound)
{
    uint64_t draw;

    do
        draw = rng_next(rng);
    while (draw > UINT64_MAX - bound && draw >= UINT64_MAX - UINT64_MAX % bound);
    return draw % bound;
}
