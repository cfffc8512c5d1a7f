/* SPDX-License-Identifier: MIT */
#ifndef DISQ_ARENA_H
#define DISQ_ARENA_H

/* Memory for the parts of one reply, given back all at once. It keeps what it had, so that after the first
 * few replies nothing is allocated any more. */

#include <stddef.h>

struct disq_chunk;

/* Zeroed is empty. */
struct disq_arena {
    struct disq_chunk *chunks; /* the one in use first */
    size_t used;               /* of it */
};

/* Memory for anything, not cleared; NULL if there is none. */
void *disq_arena_take(struct disq_arena *arena, size_t size);

/* All that was taken is gone. */
void disq_arena_reset(struct disq_arena *arena);

void disq_arena_fini(struct disq_arena *arena);

#endif
