/* SPDX-License-Identifier: MIT */
/* A reply is made of many small parts that die together. */
#include "client/arena.h"

#include <stdint.h>
#include <stdlib.h>

enum { FIRST_SIZE = 4096 };

void *disq_arena_take_more(struct disq_arena *arena, size_t size)
{
    size_t capacity = arena->chunks != NULL ? 2 * arena->chunks->size : FIRST_SIZE;
    struct disq_chunk *chunk;

    if (size > SIZE_MAX / 4)
        return NULL;
    if (capacity < size + alignof(max_align_t))
        capacity = size + alignof(max_align_t); /* as sizes are rounded up */
    chunk = malloc(sizeof(*chunk) + capacity);
    if (chunk == NULL)
        return NULL;
    chunk->next = arena->chunks;
    chunk->size = capacity;
    arena->chunks = chunk;
    arena->used = 0;
    return disq_arena_take(arena, size);
}

static void free_chunks(struct disq_chunk *chunk)
{
    while (chunk != NULL) {
        struct disq_chunk *next = chunk->next;

        free(chunk);
        chunk = next;
    }
}

/* The newest chunk is the largest: it alone will do next time. */
void disq_arena_shrink(struct disq_arena *arena)
{
    free_chunks(arena->chunks->next);
    arena->chunks->next = NULL;
    if (arena->chunks->size > DISQ_ARENA_KEPT_MAX)
        disq_arena_fini(arena);
}

void disq_arena_fini(struct disq_arena *arena)
{
    free_chunks(arena->chunks);
    *arena = (struct disq_arena){0};
}
