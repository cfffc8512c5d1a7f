/* SPDX-License-Identifier: MIT */
#include "tests/bench/counters/list_counter.h"

#include "client/disq.h"
#include "tests/bench/counters/dict_counter.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_TIMES = 4 };

static bool is_gone(const struct disq_counter *counter, int64_t time)
{
    return (uint64_t)counter->now - (uint64_t)time >= (uint64_t)counter->ttl;
}

/* How many of the key's times have left the window: they are the first ones. */
static size_t bisect(const struct disq_counter *counter, const struct dict_key *key)
{
    size_t low = 0, high = key->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (is_gone(counter, key->times[middle]))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void cut(struct disq_counter *counter, struct dict_key *key)
{
    size_t gone = bisect(counter, key);

    if (gone == 0)
        return;
    key->count -= gone;
    memmove(key->times, key->times + gone, key->count * sizeof(*key->times));
    if (key->count == 0)
        dict_drop(&counter->runs->dict, key);
}

void dict_counter_expire(struct disq_counter *counter, int64_t now)
{
    struct dict *dict = &counter->runs->dict;

    if (now > counter->now)
        counter->now = now;
    for (struct dict_key *key = dict_next(dict, NULL); key != NULL; key = dict_next(dict, key))
        cut(counter, key);
}

/* A key none of whose times counts any more is a new one when it comes back. */
static struct dict_key *find(struct disq_counter *counter, const void *name, size_t size)
{
    struct dict_key *key = dict_find(&counter->runs->dict, name, size);

    if (key == NULL || !is_gone(counter, key->times[key->count - 1]))
        return key;
    dict_drop(&counter->runs->dict, key);
    return NULL;
}

static bool has_room(struct dict_key *key)
{
    size_t capacity = key->capacity == 0 ? FIRST_TIMES : 2 * key->capacity;
    int64_t *times;

    if (key->count < key->capacity)
        return true;
    if ((times = realloc(key->times, capacity * sizeof(*times))) == NULL)
        return false;
    key->times = times;
    key->capacity = capacity;
    return true;
}

int disq_counter_add(struct disq_counter *counter, const void *name, size_t size, int64_t now)
{
    struct dict_key *key;
    size_t place;

    if (now > counter->now)
        counter->now = now;
    key = find(counter, name, size);
    if (key == NULL && (key = dict_make(&counter->runs->dict, name, size)) == NULL)
        return DISQ_NO_MEMORY;
    if (!has_room(key))
        return DISQ_NO_MEMORY;
    place = list_counter_place(key->times, key->count, counter->now);
    memmove(key->times + place + 1, key->times + place, (key->count - place) * sizeof(*key->times));
    key->times[place] = counter->now;
    key->count++;
    return 0;
}

bool disq_counter_max(struct disq_counter *counter, int64_t now, struct disq_count *max)
{
    const struct dict *dict = &counter->runs->dict;
    const struct dict_key *best;

    dict_counter_expire(counter, now);
    best = dict_next(dict, NULL);
    for (const struct dict_key *key = best; key != NULL; key = dict_next(dict, key)) {
        if (key->count > best->count)
            best = key;
    }
    return dict_counter_tell(best, max);
}
