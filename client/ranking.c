/* SPDX-License-Identifier: MIT */
/* A count that rises by one leaves a value of its group's list for the next one, or for a new one in between;
 * falling is the same the other way. So one step is enough, and a fall by many takes no more steps than the
 * rise took before it. The level above hears of it only if the group's highest value changed. */
#include "client/ranking.h"

#include "client/disq.h"

#include <stdlib.h>
#include <string.h>

#define NONE DISQ_RANKING_NONE

enum { GROUP = 64 };

/* A value, and which slots of the group have it. */
struct disq_rank {
    uint64_t value;
    uint64_t slots;
    uint32_t higher; /* the list; of a spare rank, the next one */
    uint32_t lower;
};

struct disq_rank_group {
    uint32_t highest;
    uint32_t lowest;
};

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

int disq_ranking_init(struct disq_ranking *ranking, uint32_t slot_count, uint32_t valued)
{
    *ranking = (struct disq_ranking){0};
    for (uint32_t slots = slot_count; ranking->level_count < DISQ_RANKING_LEVELS;) {
        uint32_t groups = (slots + GROUP - 1) / GROUP;
        int level = ranking->level_count++;

        ranking->levels[level].slot_count = slots;
        ranking->levels[level].group_count = groups;
        ranking->levels[level].rank_of = malloc(slots * sizeof(uint32_t));
        ranking->levels[level].groups = malloc(groups * sizeof(struct disq_rank_group));
        ranking->rank_count += smaller(slots, valued);
        if (ranking->levels[level].rank_of == NULL || ranking->levels[level].groups == NULL)
            goto failed;
        if (groups == 1)
            break;
        slots = groups;
    }
    ranking->ranks = malloc(ranking->rank_count * sizeof(struct disq_rank));
    if (ranking->ranks == NULL)
        goto failed;
    disq_ranking_clear(ranking);
    return 0;
failed:
    disq_ranking_fini(ranking);
    return DISQ_NO_MEMORY;
}

void disq_ranking_clear(struct disq_ranking *ranking)
{
    for (int level = 0; level < ranking->level_count; level++) {
        memset(ranking->levels[level].rank_of, 0xff, ranking->levels[level].slot_count * sizeof(uint32_t));
        memset(ranking->levels[level].groups, 0xff,
               ranking->levels[level].group_count * sizeof(struct disq_rank_group));
    }
    for (uint32_t i = 0; i < ranking->rank_count; i++)
        ranking->ranks[i].higher = i + 1 < ranking->rank_count ? i + 1 : NONE;
    ranking->spare = 0;
}

static void link_between(struct disq_ranking *ranking, struct disq_rank_group *group, uint32_t lower,
                         uint32_t higher)
{
    if (lower != NONE)
        ranking->ranks[lower].higher = higher;
    else
        group->lowest = higher;
    if (higher != NONE)
        ranking->ranks[higher].lower = lower;
    else
        group->highest = lower;
}

/* Takes the slot's bit out of its rank, which goes if that was the last. Tells the ranks on both sides of
 * where the slot was. */
static void leave(struct disq_ranking *ranking, struct disq_rank_group *group, uint32_t at, uint64_t bit,
                  uint32_t *lower, uint32_t *higher)
{
    struct disq_rank *rank = &ranking->ranks[at];

    *lower = rank->lower;
    *higher = rank->higher;
    rank->slots &= ~bit;
    if (rank->slots != 0) {
        *lower = at;
        return;
    }
    link_between(ranking, group, *lower, *higher);
    rank->higher = ranking->spare;
    ranking->spare = at;
}

/* The rank of that value, made if there is none, searched from between these two. */
static uint32_t enter(struct disq_ranking *ranking, struct disq_rank_group *group, uint32_t lower,
                      uint32_t higher, uint64_t value)
{
    struct disq_rank *ranks = ranking->ranks;
    uint32_t at;

    for (; higher != NONE && ranks[higher].value <= value; higher = ranks[higher].higher)
        lower = higher;
    for (; lower != NONE && ranks[lower].value > value; lower = ranks[lower].lower)
        higher = lower;
    if (lower != NONE && ranks[lower].value == value)
        return lower;
    at = ranking->spare;
    ranking->spare = ranks[at].higher;
    ranks[at] = (struct disq_rank){.value = value};
    link_between(ranking, group, lower, at);
    link_between(ranking, group, at, higher);
    return at;
}

/* Most slots of a few have their value alone, and only that changes. */
static bool changes_in_place(struct disq_ranking *ranking, uint32_t at, uint64_t bit, uint64_t value)
{
    const struct disq_rank *ranks = ranking->ranks;
    struct disq_rank *rank = &ranking->ranks[at];

    if (rank->slots != bit || value == 0)
        return false;
    if (rank->higher != NONE && ranks[rank->higher].value <= value)
        return false;
    if (rank->lower != NONE && ranks[rank->lower].value >= value)
        return false;
    rank->value = value;
    return true;
}

static void move(struct disq_ranking *ranking, int level, uint32_t slot, uint64_t value)
{
    struct disq_rank_group *group = &ranking->levels[level].groups[slot / GROUP];
    uint32_t *at = &ranking->levels[level].rank_of[slot];
    uint64_t bit = UINT64_C(1) << slot % GROUP;
    uint32_t lower = NONE;
    uint32_t higher = group->lowest;

    if (*at != NONE) {
        if (changes_in_place(ranking, *at, bit, value))
            return;
        leave(ranking, group, *at, bit, &lower, &higher);
        *at = NONE;
    }
    if (value > 0) {
        *at = enter(ranking, group, lower, higher, value);
        ranking->ranks[*at].slots |= bit;
    }
}

static uint64_t highest_value(const struct disq_ranking *ranking, int level, uint32_t group)
{
    uint32_t highest = ranking->levels[level].groups[group].highest;

    return highest != NONE ? ranking->ranks[highest].value : 0;
}

void disq_ranking_set(struct disq_ranking *ranking, uint32_t slot, uint64_t value)
{
    for (int level = 0; level < ranking->level_count; level++) {
        uint64_t before = highest_value(ranking, level, slot / GROUP);

        move(ranking, level, slot, value);
        slot /= GROUP;
        value = highest_value(ranking, level, slot);
        if (value == before)
            return;
    }
}

uint32_t disq_ranking_best(const struct disq_ranking *ranking)
{
    uint32_t best = 0;

    for (int level = ranking->level_count - 1; level >= 0; level--) {
        uint32_t highest = ranking->levels[level].groups[best].highest;

        if (highest == NONE)
            return NONE;
        best = best * GROUP + (uint32_t)__builtin_ctzll(ranking->ranks[highest].slots);
    }
    return best;
}

size_t disq_ranking_size_bytes(const struct disq_ranking *ranking)
{
    size_t size = ranking->rank_count * sizeof(struct disq_rank);

    for (int level = 0; level < ranking->level_count; level++) {
        size += ranking->levels[level].slot_count * sizeof(uint32_t);
        size += ranking->levels[level].group_count * sizeof(struct disq_rank_group);
    }
    return size;
}

void disq_ranking_fini(struct disq_ranking *ranking)
{
    for (int level = 0; level < ranking->level_count; level++) {
        free(ranking->levels[level].rank_of);
        free(ranking->levels[level].groups);
    }
    free(ranking->ranks);
    *ranking = (struct disq_ranking){0};
}
