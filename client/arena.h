/* SPDX-License-Identifier: MIT */
#ifndef DISQ_ARENA_H
#define DISQ_ARENA_H

/* Memory for the parts of one reply, given back all at once. It keeps what it had, so that after the first
 * few replies nothing is allocated any more. */

#include <stdalign.h>
#include <stddef.h>

struct disq_chunk {
    struct disq_chunk *next;
    size_t size;
    alignas(max_align_t) char bytes[];
};

/* Zeroed is empty. */
struct disq_arena {
    struct disq_chunk *chunks; /* the one in use first */
    size_t used;               /* of it */
};

/* For what the chunk in use has no room. NULL if there is none. */
void *disq_arena_take_more(struct disq_arena *arena, size_t size);

/* Memory for anything, not cleared; NULL if there is none. */
static inline void *disq_arena_take(struct disq_arena *arena, size_t size)
{
    size_t rounded = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    void *taken;

    if (arena->chunks == NULL || rounded < size || rounded > arena->chunks->size - arena->used)
        return disq_arena_take_more(arena, size);
    taken = arena->chunks->bytes + arena->used;
    arena->used += rounded;
    return taken;
}

enum { DISQ_ARENA_KEPT_MAX = 1 << 20 }; /* after a huge reply its memory goes back */

/* For an arena of several chunks, or of a huge one. */
void disq_arena_shrink(struct disq_arena *arena);

/* All that was taken is gone. */
static inline void disq_arena_reset(struct disq_arena *arena)
{
    const struct disq_chunk *chunk = arena->chunks;

    arena->used = 0;
    if (chunk != NULL && (chunk->next != NULL || chunk->size > DISQ_ARENA_KEPT_MAX))
        disq_arena_shrink(arena);
}

void disq_arena_fini(struct disq_arena *arena);

#endif
