/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_SIM_RNG_H
#define MOCKD_SIM_RNG_H

#include <stdint.h>

/* A stream of random numbers. Each purpose of each node has one of its own, derived from the cluster's seed,
 * so that a draw more in one place shifts no other. */
struct rng {
    uint64_t state;
};

/* The stream of this seed, purpose and number. */
struct rng rng_stream(uint64_t seed, const char *purpose, uint64_t number);

uint64_t rng_next(struct rng *rng);

/* Uniform in 0 … bound - 1; bound is above 0. */
uint64_t rng_below(struct rng *rng, uint64_t bound);

#endif
