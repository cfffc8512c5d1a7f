/* SPDX-License-Identifier: MIT */
#ifndef DISQ_RANKING_H
#define DISQ_RANKING_H

/* Which of many slots has the highest value, the lowest slot among equals: always known, whatever ties there
 * are, and kept up to date in constant time as values rise and fall.
 *
 * Slots are in groups of 64. A group has a list of its distinct values, in order, each with a bit for every
 * slot that has it: the best slot is the lowest bit of the last value. The groups, by their highest values,
 * are the slots of the level above. Up to 64 slots there is one level, up to 4096 two, and so on.
 *
 * A value that rises by one leaves its place in its group's list for the next one, or for a new one in
 * between. Falling is the same the other way, and a fall by many takes no more steps than the rise took
 * before it. The level above hears of it only if the group's highest value changed. This is all that counting
 * a job costs beyond finding its key, hence the inline functions. Whoever has a slot keeps the rank of it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DISQ_RANKING_LEVELS = 6, DISQ_RANKING_GROUP = 64 };

/* A value, and which slots of the group have it. */
struct disq_rank {
    uint64_t value;
    uint64_t slots;
    struct disq_rank *higher; /* of a spare rank: the next one */
    struct disq_rank *lower;
};

struct disq_rank_level {
    struct disq_rank *ends;     /* each group's: above its highest rank and below its lowest; of value 0 */
    struct disq_rank **rank_of; /* each slot's, on the levels above the first */
    uint32_t slot_count;
    uint32_t group_count;
};

struct disq_ranking {
    struct disq_rank_level levels[DISQ_RANKING_LEVELS];
    int level_count;
    const struct disq_rank *top; /* the end of the highest level's only group */
    struct disq_rank *ranks;     /* of all levels */
    struct disq_rank *spare;
    uint32_t rank_count;
};

/* A ranking of slots 0 to slot_count - 1, all with value 0; at most `valued` of them may have another one at
 * a time. 0 or DISQ_NO_MEMORY. */
int disq_ranking_init(struct disq_ranking *ranking, uint32_t slot_count, uint32_t valued);

/* All values are 0 again. */
void disq_ranking_clear(struct disq_ranking *ranking);

/* Gives a value to a slot that has none, and returns its rank; or moves what a group's slots have to those of
 * a group that has nothing, each group being named by its first slot. After the last of either, and before
 * anything else, settle. */
struct disq_rank *disq_ranking_set(struct disq_ranking *ranking, uint32_t slot, uint64_t value);
void disq_ranking_move(struct disq_ranking *ranking, uint32_t from, uint32_t to);
void disq_ranking_settle(struct disq_ranking *ranking);

/* The memory that it holds. */
size_t disq_ranking_size_bytes(const struct disq_ranking *ranking);

void disq_ranking_fini(struct disq_ranking *ranking);

/* A rank for that value, right above the one of the next lower value. */
static inline struct disq_rank *disq_rank_insert(struct disq_ranking *ranking, struct disq_rank *lower,
                                                 uint64_t value)
{
    struct disq_rank *rank = ranking->spare;

    ranking->spare = rank->higher;
    rank->value = value;
    rank->slots = 0;
    rank->higher = lower->higher;
    rank->lower = lower;
    lower->higher->lower = rank;
    lower->higher = rank;
    return rank;
}

static inline void disq_rank_remove(struct disq_ranking *ranking, struct disq_rank *rank)
{
    rank->higher->lower = rank->lower;
    rank->lower->higher = rank->higher;
    rank->higher = ranking->spare;
    ranking->spare = rank;
}

/* Takes a slot out of a rank, which is spare if that was the last. The end of a list stays. */
static inline void disq_rank_leave(struct disq_ranking *ranking, struct disq_rank *rank, uint64_t bit)
{
    rank->slots &= ~bit;
    if (rank->slots == 0 && rank->value > 0)
        disq_rank_remove(ranking, rank);
}

/* A slot with this rank rises by one: did its group? */
static inline bool disq_rank_rise(struct disq_ranking *ranking, struct disq_rank **of, uint32_t slot)
{
    uint64_t bit = UINT64_C(1) << slot % DISQ_RANKING_GROUP;
    struct disq_rank *rank = *of;
    struct disq_rank *to = rank->higher;
    bool was_highest = to->value == 0;

    if (to->value != rank->value + 1) {
        if (rank->slots == bit && rank->value > 0) {
            rank->value++;
            return was_highest;
        }
        to = disq_rank_insert(ranking, rank, rank->value + 1);
    }
    to->slots |= bit;
    *of = to;
    disq_rank_leave(ranking, rank, bit);
    return was_highest;
}

/* A slot with this rank falls: by how much does its group? */
static inline uint64_t disq_rank_fall(struct disq_ranking *ranking, struct disq_rank **of, uint32_t slot,
                                      uint64_t by)
{
    uint64_t bit = UINT64_C(1) << slot % DISQ_RANKING_GROUP;
    struct disq_rank *rank = *of;
    struct disq_rank *higher = rank->higher;
    struct disq_rank *to = rank->lower;
    uint64_t before = rank->value;
    uint64_t value = before - by;
    bool is_alone = rank->slots == bit;

    if (to->value < value && is_alone) {
        rank->value = value;
    } else {
        while (to->value > value)
            to = to->lower;
        if (to->value < value)
            to = disq_rank_insert(ranking, to, value);
        to->slots |= bit;
        *of = to;
        disq_rank_leave(ranking, rank, bit);
    }
    return is_alone && higher->value == 0 ? before - higher->lower->value : 0;
}

/* The same on the levels above that of this group. */
void disq_ranking_rise_above(struct disq_ranking *ranking, uint32_t group);
void disq_ranking_fall_above(struct disq_ranking *ranking, uint32_t group, uint64_t by);

/* A slot without a value gets the value 1, and this rank. */
static inline struct disq_rank *disq_ranking_enter(struct disq_ranking *ranking, uint32_t slot)
{
    struct disq_rank *end = &ranking->levels[0].ends[slot / DISQ_RANKING_GROUP];
    struct disq_rank *rank = end->higher;

    if (__builtin_expect(rank->value != 1, 0)) { /* among many keys that come and go one is mostly there */
        bool is_first = rank == end;

        rank = disq_rank_insert(ranking, end, 1);
        if (is_first && ranking->level_count > 1)
            disq_ranking_rise_above(ranking, slot / DISQ_RANKING_GROUP);
    }
    rank->slots |= UINT64_C(1) << slot % DISQ_RANKING_GROUP;
    return rank;
}

/* A slot with this rank has no value any more. */
static inline void disq_ranking_leave(struct disq_ranking *ranking, struct disq_rank *rank, uint32_t slot)
{
    const struct disq_rank *higher = rank->higher;
    uint64_t value = rank->value;

    rank->slots &= ~(UINT64_C(1) << slot % DISQ_RANKING_GROUP);
    if (rank->slots != 0)
        return;
    disq_rank_remove(ranking, rank);
    if (higher->value == 0 && ranking->level_count > 1)
        disq_ranking_fall_above(ranking, slot / DISQ_RANKING_GROUP, value - higher->lower->value);
}

/* A slot's value becomes one more, or that much less but not 0, and its rank another. */
static inline void disq_ranking_rise(struct disq_ranking *ranking, struct disq_rank **of, uint32_t slot)
{
    if (disq_rank_rise(ranking, of, slot) && ranking->level_count > 1)
        disq_ranking_rise_above(ranking, slot / DISQ_RANKING_GROUP);
}

static inline void disq_ranking_fall(struct disq_ranking *ranking, struct disq_rank **of, uint32_t slot,
                                     uint64_t by)
{
    by = disq_rank_fall(ranking, of, slot, by);
    if (by > 0 && ranking->level_count > 1)
        disq_ranking_fall_above(ranking, slot / DISQ_RANKING_GROUP, by);
}

/* Has no slot of this one's group a value? */
static inline bool disq_ranking_is_empty(const struct disq_ranking *ranking, uint32_t slot)
{
    const struct disq_rank *end = &ranking->levels[0].ends[slot / DISQ_RANKING_GROUP];

    return end->higher == end;
}

/* Which slot of a group is its best, by its end. */
static inline uint32_t disq_rank_best(const struct disq_rank *end)
{
    return (uint32_t)__builtin_ctzll(end->lower->slots);
}

/* The best slot; at least one has a value. */
static inline uint32_t disq_ranking_best(const struct disq_ranking *ranking)
{
    uint32_t best = disq_rank_best(ranking->top);

    for (int i = ranking->level_count - 2; i > 0; i--)
        best = best * DISQ_RANKING_GROUP + disq_rank_best(&ranking->levels[i].ends[best]);
    if (ranking->level_count > 1)
        best = best * DISQ_RANKING_GROUP + disq_rank_best(&ranking->levels[0].ends[best]);
    return best;
}

#endif
