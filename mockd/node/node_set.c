/* SPDX-License-Identifier: MIT */
/* The lowest bit tells a word of bits from a pointer, which is even. Most clusters are so small that no set
 * ever needs memory of its own. */
#include "mockd/node/node_set.h"

#include "mockd/sim/bytes.h"

#include <stdlib.h>

enum { WORD = 64, FEW = 63, TAG = 1 };

/* For indexes above the first few. */
struct node_words {
    size_t count;
    uint64_t words[];
};

static bool is_small(const struct node_set *set)
{
    return set->bits == 0 || (set->bits & TAG) != 0;
}

static struct node_words *words_of(const struct node_set *set)
{
    return (struct node_words *)(uintptr_t)set->bits;
}

void node_set_clear(struct node_set *set)
{
    if (!is_small(set))
        free(words_of(set));
    set->bits = 0;
}

static size_t word_count(const struct node_set *set)
{
    return is_small(set) ? 1 : words_of(set)->count;
}

static uint64_t word(const struct node_set *set, size_t at)
{
    return is_small(set) ? set->bits >> TAG : words_of(set)->words[at];
}

static void grow(struct node_set *set, size_t count)
{
    struct node_words *words = xcalloc(1, sizeof(*words) + count * sizeof(words->words[0]));

    words->count = count;
    for (size_t i = 0; i < word_count(set); i++)
        words->words[i] = word(set, i);
    node_set_clear(set);
    set->bits = (uint64_t)(uintptr_t)words;
}

void node_set_add(struct node_set *set, size_t index)
{
    if (is_small(set) && index < FEW) {
        set->bits |= UINT64_C(1) << (index + TAG) | TAG;
        return;
    }
    if (is_small(set) || index / WORD >= word_count(set))
        grow(set, index / WORD + 1);
    words_of(set)->words[index / WORD] |= UINT64_C(1) << index % WORD;
}

bool node_set_has(const struct node_set *set, size_t index)
{
    size_t at = index / WORD;

    return at < word_count(set) && (word(set, at) >> index % WORD & 1) != 0;
}

bool node_set_is_empty(const struct node_set *set)
{
    return set->bits == 0;
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
