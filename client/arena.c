/* SPDX-License-Identifier: MIT */
/* A reply is made of many small parts that die together. */
#include "client/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

enum {
    FIRST_SIZE = 4096,
    KEPT_MAX = 1 << 20, /* after a huge reply its memory goes back */
};

struct disq_chunk {
    struct disq_chunk *next;
    size_t size;
    alignas(max_align_t) char bytes[];
};

static struct disq_chunk *grow(struct disq_arena *arena, size_t size)
{
    size_t doubled = arena->chunks != NULL ? 2 * arena->chunks->size : FIRST_SIZE;
    struct disq_chunk *chunk;

    if (size > SIZE_MAX / 4)
        return NULL;
    if (size < doubled)
        size = doubled;
    chunk = malloc(sizeof *chunk + size);
    if (chunk == NULL)
        return NULL;
    chunk->next = arena->chunks;
    chunk->size = size;
    arena->chunks = chunk;
    arena->used = 0;
    return chunk;
}

void *disq_arena_take(struct disq_arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    struct disq_chunk *chunk = arena->chunks;
    void *taken;

    size = size > SIZE_MAX - align ? SIZE_MAX : (size + align - 1) / align * align;
    if (chunk == NULL || size > chunk->size - arena->used)
        chunk = grow(arena, size);
    if (chunk == NULL)
        return NULL;
    taken = chunk->bytes + arena->used;
    arena->used += size;
    return taken;
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
void disq_arena_reset(struct disq_arena *arena)
{
    arena->used = 0;
    if (arena->chunks == NULL)
        return;
    free_chunks(arena->chunks->next);
    arena->chunks->next = NULL;
    if (arena->chunks->size > KEPT_MAX)
        disq_arena_fini(arena);
}

void disq_arena_fini(struct disq_arena *arena)
{
    free_chunks(arena->chunks);
    *arena = (struct disq_arena){0};
}
