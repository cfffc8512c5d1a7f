/* SPDX-License-Identifier: MIT */
/* What a ranking needs only now and then. */
#include "client/ranking.h"

#include "client/disq.h"

#include <stdlib.h>

enum { GROUP = DISQ_RANKING_GROUP };

static bool init_level(struct disq_rank_level *level, uint32_t slots)
{
    level->slot_count = slots;
    level->group_count = (slots + GROUP - 1) / GROUP;
    level->rank_of = malloc(slots * sizeof *level->rank_of);
    level->ends = malloc(level->group_count * sizeof *level->ends);
    return level->rank_of != NULL && level->ends != NULL;
}

/* A rank more than can be in use on each level: a new one is made before the old one is left. */
int disq_ranking_init(struct disq_ranking *ranking, uint32_t slot_count, uint32_t valued)
{
    uint32_t slots = slot_count;
    bool has_memory = true;

    *ranking = (struct disq_ranking){0};
    do {
        struct disq_rank_level *level = &ranking->levels[ranking->level_count++];

        has_memory = init_level(level, slots) && has_memory;
        ranking->rank_count += (slots < valued ? slots : valued) + 1;
        slots = level->group_count;
    } while (slots > 1 && ranking->level_count < DISQ_RANKING_LEVELS);
    ranking->ranks = malloc(ranking->rank_count * sizeof *ranking->ranks);
    if (!has_memory || ranking->ranks == NULL) {
        disq_ranking_fini(ranking);
        return DISQ_NO_MEMORY;
    }
    disq_ranking_clear(ranking);
    return 0;
}

void disq_ranking_clear(struct disq_ranking *ranking)
{
    for (int i = 0; i < ranking->level_count; i++) {
        struct disq_rank_level *level = &ranking->levels[i];

        for (uint32_t group = 0; group < level->group_count; group++)
            level->ends[group] = (struct disq_rank){
                .slots = UINT64_MAX,
                .higher = &level->ends[group],
                .lower = &level->ends[group],
            };
        for (uint32_t slot = 0; slot < level->slot_count; slot++)
            level->rank_of[slot] = &level->ends[slot / GROUP];
    }
    ranking->spare = NULL;
    for (uint32_t i = ranking->rank_count; i-- > 0;) {
        ranking->ranks[i].higher = ranking->spare;
        ranking->spare = &ranking->ranks[i];
    }
}

void disq_ranking_rise_above(struct disq_ranking *ranking, uint32_t group)
{
    for (int i = 1; i < ranking->level_count; i++, group /= GROUP) {
        if (!disq_rank_rise(ranking, &ranking->levels[i], group))
            return;
    }
}

void disq_ranking_fall_above(struct disq_ranking *ranking, uint32_t group, uint64_t by)
{
    for (int i = 1; i < ranking->level_count && by > 0; i++, group /= GROUP)
        by = disq_rank_fall(ranking, &ranking->levels[i], group, by);
}

/* A group may have a value already, and then only gets a higher one. */
void disq_ranking_set(struct disq_ranking *ranking, uint32_t slot, uint64_t value)
{
    for (int i = 0; i < ranking->level_count; i++, slot /= GROUP) {
        struct disq_rank_level *level = &ranking->levels[i];
        struct disq_rank *rank = level->rank_of[slot];
        struct disq_rank *to = rank;
        uint64_t bit = UINT64_C(1) << slot % GROUP;
        bool is_highest;

        while (to->higher->value > to->value && to->higher->value <= value)
            to = to->higher;
        is_highest = to->value != value && to->higher->value == 0;
        if (to->value != value)
            to = disq_rank_insert(ranking, to, value);
        to->slots |= bit;
        level->rank_of[slot] = to;
        disq_rank_leave(ranking, rank, bit);
        if (!is_highest)
            return;
    }
}

size_t disq_ranking_size_bytes(const struct disq_ranking *ranking)
{
    size_t size = ranking->rank_count * sizeof *ranking->ranks;

    for (int i = 0; i < ranking->level_count; i++) {
        size += ranking->levels[i].slot_count * sizeof *ranking->levels[i].rank_of;
        size += ranking->levels[i].group_count * sizeof *ranking->levels[i].ends;
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
