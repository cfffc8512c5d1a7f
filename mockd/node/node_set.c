/* SPDX-License-Identifier: MIT */
#include "mockd/node/node_set.h"

#include "mockd/sim/bytes.h"

#include <stdlib.h>

enum { WORD = 64 };

void node_set_fini(struct node_set *set)
{
    free(set->rest);
    *set = (struct node_set){0};
}

void node_set_clear(struct node_set *set)
{
    node_set_fini(set);
}

static size_t word_count(const struct node_set *set)
{
    return set->rest == NULL ? 1 : 1 + (size_t)set->rest[0];
}

static uint64_t word(const struct node_set *set, size_t index)
{
    return index == 0 ? set->first : set->rest[index];
}

static void grow(struct node_set *set, size_t words)
{
    size_t had = word_count(set);

    set->rest = xrealloc(set->rest, words * sizeof(*set->rest));
    memset(set->rest + had, 0, (words - had) * sizeof(*set->rest));
    set->rest[0] = words - 1;
}

void node_set_add(struct node_set *set, size_t place)
{
    size_t index = place / WORD;

    if (index >= word_count(set))
        grow(set, index + 1);
    *(index == 0 ? &set->first : &set->rest[index]) |= UINT64_C(1) << place % WORD;
}

bool node_set_has(const struct node_set *set, size_t place)
{
    size_t index = place / WORD;

    return index < word_count(set) && (word(set, index) >> place % WORD & 1) != 0;
}

bool node_set_is_empty(const struct node_set *set)
{
    return node_set_next(set, 0) == SIZE_MAX;
}

size_t node_set_size(const struct node_set *set)
{
    size_t size = 0;

    for (size_t i = 0; i < word_count(set); i++)
        size += (size_t)__builtin_popcountll(word(set, i));
    return size;
}

size_t node_set_next(const struct node_set *set, size_t from)
{
    uint64_t ahead;

    for (size_t i = from / WORD; i < word_count(set); i++, from = i * WORD)
        if ((ahead = word(set, i) >> from % WORD) != 0)
            return from + (size_t)__builtin_ctzll(ahead);
    return SIZE_MAX;
}
