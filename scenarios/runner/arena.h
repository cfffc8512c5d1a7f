/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_ARENA_H
#define SCENARIOS_RUNNER_ARENA_H

/* Memory for many small things that all go at once: a parsed scenario is one arena, the values of a step are
 * another. All zero is an empty arena. */

#include "scenarios/runner/text.h"

struct arena {
    struct arena_block *blocks; /* the newest first */
};

/* Frees all that was made in it. The arena is empty then, and may be used again. */
void arena_fini(struct arena *arena);

/* Zeroed memory for an array. */
void *arena_new(struct arena *arena, size_t count, size_t size);

/* A copy, with a NUL behind its last byte. */
struct slice arena_copy(struct arena *arena, struct slice slice);

/* The array with room for one element more, and all of them where they may have moved to. It grows at every
 * power of two, so an array must only ever grow through this. */
void *arena_grow(struct arena *arena, void *array, size_t count, size_t size);

#endif
