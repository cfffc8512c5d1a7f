/* SPDX-License-Identifier: MIT */
/* What a ranking needs only now and then. */
#include "client/ranking.h"

#include "client/disq.h"

#include <stdlib.h>

enum { GROUP = DISQ_RANKING_GROUP };

static bool init_level(struct disq_rank_level *level, uint32_t slots, bool is_first)
{
    level->slot_count = slots;
    level->group_count = (slots + GROUP - 1) / GROUP;
    level->ends = malloc(level->group_count * sizeof(*level->ends));
    level->rank_of = is_first ? NULL : malloc(slots * sizeof(*level->rank_of));
    return level->ends != NULL && (is_first || level->rank_of != NULL);
}

/* A rank more than can be in use on each level: a new one is made before the old one is left. */
int disq_ranking_init(struct disq_ranking *ranking, uint32_t slot_count, uint32_t valued)
{
    uint32_t slots = slot_count;
    bool has_memory = true;

    *ranking = (struct disq_ranking){0};
    do {
        struct disq_rank_level *level = &ranking->levels[ranking->level_count++];

        has_memory = init_level(level, slots, slots == slot_count) && has_memory;
        ranking->rank_count += (slots < valued ? slots : valued) + 1;
        slots = level->group_count;
    } while (slots > 1 && ranking->level_count < DISQ_RANKING_LEVELS);
    ranking->top = ranking->levels[ranking->level_count - 1].ends;
    ranking->ranks = malloc(ranking->rank_count * sizeof(*ranking->ranks));
    if (!has_memory || ranking->ranks == NULL) {
        disq_ranking_fini(ranking);
        return DISQ_NO_MEMORY;
    }
    disq_ranking_clear(ranking);
    return 0;
}

static void clear_level(struct disq_rank_level *level)
{
    for (uint32_t group = 0; group < level->group_count; group++)
        level->ends[group] = (struct disq_rank){
            .slots = UINT64_MAX,
            .higher = &level->ends[group],
            .lower = &level->ends[group],
        };
    for (uint32_t slot = 0; level->rank_of != NULL && slot < level->slot_count; slot++)
        level->rank_of[slot] = &level->ends[slot / GROUP];
}

void disq_ranking_clear(struct disq_ranking *ranking)
{
    for (int i = 0; i < ranking->level_count; i++)
        clear_level(&ranking->levels[i]);
    ranking->spare = NULL;
    for (uint32_t i = ranking->rank_count; i-- > 0;) {
        ranking->ranks[i].higher = ranking->spare;
        ranking->spare = &ranking->ranks[i];
    }
}

void disq_ranking_rise_above(struct disq_ranking *ranking, uint32_t group)
{
    for (int i = 1; i < ranking->level_count; i++, group /= GROUP) {
        if (!disq_rank_rise(ranking, &ranking->levels[i].rank_of[group], group))
            return;
    }
}

void disq_ranking_fall_above(struct disq_ranking *ranking, uint32_t group, uint64_t by)
{
    for (int i = 1; i < ranking->level_count && by > 0; i++, group /= GROUP)
        by = disq_rank_fall(ranking, &ranking->levels[i].rank_of[group], group, by);
}

/* Gives a value to a slot that has none in the group of this end. */
static struct disq_rank *set(struct disq_ranking *ranking, struct disq_rank *end, uint32_t slot,
                             uint64_t value)
{
    struct disq_rank *rank = end->lower;

    while (rank->value > value)
        rank = rank->lower;
    if (rank->value < value)
        rank = disq_rank_insert(ranking, rank, value);
    rank->slots |= UINT64_C(1) << slot % GROUP;
    return rank;
}

struct disq_rank *disq_ranking_set(struct disq_ranking *ranking, uint32_t slot, uint64_t value)
{
    return set(ranking, &ranking->levels[0].ends[slot / GROUP], slot, value);
}

void disq_ranking_move(struct disq_ranking *ranking, uint32_t from, uint32_t to)
{
    struct disq_rank *left = &ranking->levels[0].ends[from / GROUP];
    struct disq_rank *end = &ranking->levels[0].ends[to / GROUP];

    end->higher = left->higher;
    end->lower = left->lower;
    end->higher->lower = end->lower->higher = end;
    left->higher = left->lower = left;
}

static void give_back(struct disq_ranking *ranking, const struct disq_rank_level *level)
{
    for (uint32_t group = 0; group < level->group_count; group++) {
        const struct disq_rank *end = &level->ends[group];

        while (end->higher != end)
            disq_rank_remove(ranking, end->higher);
    }
}

void disq_ranking_settle(struct disq_ranking *ranking)
{
    for (int i = 1; i < ranking->level_count; i++) {
        struct disq_rank_level *level = &ranking->levels[i];

        give_back(ranking, level);
        clear_level(level);
        for (uint32_t slot = 0; slot < level->slot_count; slot++) {
            const struct disq_rank *highest = level[-1].ends[slot].lower;

            if (highest->value > 0)
                level->rank_of[slot] = set(ranking, &level->ends[slot / GROUP], slot, highest->value);
        }
    }
}

size_t disq_ranking_size_bytes(const struct disq_ranking *ranking)
{
    size_t size = ranking->rank_count * sizeof(*ranking->ranks);

    for (int i = 0; i < ranking->level_count; i++) {
        if (i > 0)
            size += ranking->levels[i].slot_count * sizeof(*ranking->levels[i].rank_of);
        size += ranking->levels[i].group_count * sizeof(*ranking->levels[i].ends);
    }
    return size;
}

void disq_ranking_fini(struct disq_ranking *ranking)
{
    for (int i = 0; i < ranking->level_count; i++) {
        free(ranking->levels[i].rank_of);
        free(ranking->levels[i].ends);
    }
    free(ranking->ranks);
    *ranking = (struct disq_ranking){0};
}
