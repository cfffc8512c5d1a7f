/* SPDX-License-Identifier: MIT */
/* A counter without a window: what finding a key and counting up cost, below which no counter can come. */
#include "client/disq.h"
#include "tests/bench/counters/dict_counter.h"

void dict_counter_expire(struct disq_counter *counter, int64_t now)
{
    if (now > counter->now)
        counter->now = now;
}

/* Nothing falls, so the best is that one which was last seen to be. A new key may move all others. */
int disq_counter_add(struct disq_counter *counter, const void *name, size_t size, int64_t now)
{
    struct dict *dict = &counter->runs->dict;
    struct dict_key *key = dict_find(dict, name, size);
    struct dict_key *best = counter->runs->best;

    dict_counter_expire(counter, now);
    if (key == NULL) {
        size_t place = best != NULL ? (size_t)(best - dict->keys) : 0;

        if ((key = dict_make(dict, name, size)) == NULL)
            return DISQ_NO_MEMORY;
        best = &dict->keys[place];
    }
    key->count++;
    if (key->count > best->count || (key->count == best->count && key < best))
        best = key;
    counter->runs->best = best;
    return 0;
}

bool disq_counter_max(struct disq_counter *counter, int64_t now, struct disq_count *max)
{
    dict_counter_expire(counter, now);
    return dict_counter_tell(counter->runs->best, max);
}
