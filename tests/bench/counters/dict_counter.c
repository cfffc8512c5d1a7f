/* SPDX-License-Identifier: MIT */
#include "tests/bench/counters/dict_counter.h"

#include "client/disq.h"

#include <stdlib.h>

int disq_counter_init(struct disq_counter *counter, int64_t ttl)
{
    *counter = (struct disq_counter){.ttl = ttl, .now = INT64_MIN};
    if (ttl < 1 || ttl > INT32_MAX)
        return DISQ_INVALID;
    counter->runs = calloc(1, sizeof(*counter->runs));
    return counter->runs != NULL && dict_init(&counter->runs->dict) ? 0 : DISQ_NO_MEMORY;
}

bool dict_counter_tell(const struct dict_key *key, struct disq_count *count)
{
    if (key == NULL)
        return false;
    *count = (struct disq_count){
        .name = key->name,
        .size = key->size,
        .count = (int64_t)key->count,
        .key = (const struct disq_key *)(const void *)key,
    };
    return true;
}

int64_t disq_counter_count(struct disq_counter *counter, const void *name, size_t size, int64_t now)
{
    const struct dict_key *key;

    dict_counter_expire(counter, now);
    key = dict_find(&counter->runs->dict, name, size);
    return key != NULL ? (int64_t)key->count : 0;
}

bool disq_counter_first(struct disq_counter *counter, int64_t now, struct disq_count *first)
{
    dict_counter_expire(counter, now);
    return dict_counter_tell(dict_next(&counter->runs->dict, NULL), first);
}

bool disq_counter_next(const struct disq_counter *counter, struct disq_count *count)
{
    const struct dict_key *key = (const struct dict_key *)(const void *)count->key;

    return dict_counter_tell(dict_next(&counter->runs->dict, key), count);
}

size_t disq_counter_size_bytes(const struct disq_counter *counter)
{
    return sizeof(*counter->runs) + dict_size_bytes(&counter->runs->dict);
}

void disq_counter_fini(struct disq_counter *counter)
{
    if (counter->runs != NULL)
        dict_fini(&counter->runs->dict);
    free(counter->runs);
    *counter = (struct disq_counter){0};
}
