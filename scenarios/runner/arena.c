/* SPDX-License-Identifier: MIT */
/* A list of blocks, filled from the front. */
#include "scenarios/runner/arena.h"

#include <stdalign.h>
#include <stdlib.h>

#define BLOCK_SIZE 4000

struct arena_block {
    struct arena_block *next;
    size_t used;
    size_t size;
    alignas(max_align_t) char bytes[];
};

void arena_fini(struct arena *arena)
{
    while (arena->blocks != NULL) {
        struct arena_block *block = arena->blocks;

        arena->blocks = block->next;
        free(block);
    }
}

void *arena_new(struct arena *arena, size_t count, size_t size)
{
    size_t align = alignof(max_align_t);
    size_t wanted = (count * size + align - 1) / align * align;
    struct arena_block *block = arena->blocks;

    if (block == NULL || block->size - block->used < wanted) {
        size_t room = wanted > BLOCK_SIZE ? wanted : BLOCK_SIZE;

        block = must_calloc(1, sizeof(*block) + room);
        block->size = room;
        block->next = arena->blocks;
        arena->blocks = block;
    }
    block->used += wanted;
    return block->bytes + block->used - wanted;
}

struct slice arena_copy(struct arena *arena, struct slice slice)
{
    char *copy = arena_new(arena, slice.size + 1, 1);

    if (slice.size > 0)
        memcpy(copy, slice.data, slice.size);
    return (struct slice){copy, slice.size};
}

void *arena_grow(struct arena *arena, void *array, size_t count, size_t size)
{
    void *larger;

    if (count != 0 && (count & (count - 1)) != 0)
        return array;
    larger = arena_new(arena, count == 0 ? 1 : count * 2, size);
    if (count > 0)
        memcpy(larger, array, count * size);
    return larger;
}
