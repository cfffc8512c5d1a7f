/* SPDX-License-Identifier: MIT */
#ifndef DISQ_RANKING_H
#define DISQ_RANKING_H

/* Which of many slots has the highest value, the lowest slot among equals: always known, whatever ties there
 * are, and kept up to date in constant time as values rise and fall by one.
 *
 * Slots are in groups of 64. A group has a list of its distinct values, in order, each with a bit for every
 * slot that has it: the best slot is the lowest bit of the last value. The groups, by their highest values,
 * are the slots of the level above. Up to 64 slots there is one level, up to 4096 two, and so on. */

#include <stddef.h>
#include <stdint.h>

enum { DISQ_RANKING_LEVELS = 6 };

#define DISQ_RANKING_NONE UINT32_MAX

struct disq_rank;
struct disq_rank_group;

struct disq_ranking {
    struct disq_rank *ranks; /* of all levels */
    uint32_t rank_count;
    uint32_t spare; /* the first rank not in use: they are a list */
    int level_count;
    struct {
        uint32_t slot_count;
        uint32_t group_count;
        uint32_t *rank_of; /* each slot's rank */
        struct disq_rank_group *groups;
    } levels[DISQ_RANKING_LEVELS];
};

/* A ranking of slots 0 to slot_count - 1, all without a value; at most `valued` of them may have one at a
 * time. 0 or DISQ_NO_MEMORY. */
int disq_ranking_init(struct disq_ranking *ranking, uint32_t slot_count, uint32_t valued);

/* No slot has a value any more. */
void disq_ranking_clear(struct disq_ranking *ranking);

/* Gives a slot a value; 0 takes it away. */
void disq_ranking_set(struct disq_ranking *ranking, uint32_t slot, uint64_t value);

/* The best slot, or DISQ_RANKING_NONE. */
uint32_t disq_ranking_best(const struct disq_ranking *ranking);

/* The memory that it holds. */
size_t disq_ranking_size_bytes(const struct disq_ranking *ranking);

void disq_ranking_fini(struct disq_ranking *ranking);

#endif
