/* SPDX-License-Identifier: MIT */
/* Events leave in the order in which they came, whatever their key: one ring of runs for all keys is a queue
 * whose head is all that time has to look at. */
#include "client/counter.h"

#include "client/disq.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_RUNS = 16 };

struct disq_run {
    uint32_t tick; /* the low bits: a window is shorter than half their cycle */
    uint32_t key;
    uint32_t count;
};

int disq_counter_init(struct disq_counter *counter, int64_t ttl)
{
    *counter = (struct disq_counter){0};
    if (ttl < 1 || ttl > INT32_MAX)
        return DISQ_INVALID;
    counter->ttl = (uint32_t)ttl;
    counter->now = INT64_MIN;
    return 0;
}

static void expire_first(struct disq_counter *counter)
{
    const struct disq_run *run = &counter->runs[counter->run_first];

    disq_keys_lower(&counter->keys, run->key, run->count);
    counter->run_first = counter->run_first + 1 < counter->run_capacity ? counter->run_first + 1 : 0;
    counter->run_count--;
}

/* After a pause longer than the window the low bits of a tick tell nothing, but then nothing is left. */
static inline void advance(struct disq_counter *counter, int64_t now)
{
    bool is_over;

    if (now <= counter->now)
        return;
    is_over = (uint64_t)now - (uint64_t)counter->now >= counter->ttl;
    counter->now = now;
    while (counter->run_count > 0 &&
           (is_over || (uint32_t)now - counter->runs[counter->run_first].tick >= counter->ttl))
        expire_first(counter);
}

/* Runs of the present tick are still growing: their keys are told where they went. */
static void follow(struct disq_counter *counter)
{
    for (uint32_t i = counter->run_count; i-- > 0 && counter->runs[i].tick == (uint32_t)counter->now;) {
        struct disq_key *key = &counter->keys.list[counter->runs[i].key];

        if (key->tick == (uint32_t)counter->now &&
            key->run == (counter->run_first + i) % counter->run_capacity)
            key->run = i;
    }
}

/* By a fourth rather than the double: a window of 1,000,000 events is mostly this ring. */
static bool grow(struct disq_counter *counter)
{
    uint64_t capacity = (uint64_t)counter->run_capacity + counter->run_capacity / 4 + FIRST_RUNS;
    uint32_t until_wrap = counter->run_capacity - counter->run_first;
    struct disq_run *runs;

    if (capacity > UINT32_MAX)
        return false;
    runs = malloc(capacity * sizeof *runs);
    if (runs == NULL)
        return false;
    if (counter->run_count > 0) {
        memcpy(runs, counter->runs + counter->run_first, until_wrap * sizeof *runs);
        memcpy(runs + until_wrap, counter->runs, (counter->run_count - until_wrap) * sizeof *runs);
    }
    free(counter->runs);
    counter->runs = runs;
    follow(counter);
    counter->run_capacity = (uint32_t)capacity;
    counter->run_first = 0;
    return true;
}

static struct disq_run *start_run(struct disq_counter *counter, struct disq_key *key, uint32_t at)
{
    uint64_t place = (uint64_t)counter->run_first + counter->run_count++;
    struct disq_run *run;

    if (place >= counter->run_capacity)
        place -= counter->run_capacity;
    key->tick = (uint32_t)counter->now;
    key->run = (uint32_t)place;
    run = &counter->runs[place];
    *run = (struct disq_run){.tick = key->tick, .key = at};
    return run;
}

/* Does the key have a run of this very tick that is not full? */
static bool is_running(const struct disq_counter *counter, const struct disq_key *key)
{
    return key->tick == (uint32_t)counter->now && key->count > 0 &&
           counter->runs[key->run].count < UINT32_MAX;
}

int disq_counter_add(struct disq_counter *counter, const void *name, size_t size, int64_t now)
{
    struct disq_key *key;
    struct disq_run *run;
    uint32_t at;

    advance(counter, now);
    if (counter->run_count == counter->run_capacity && !grow(counter))
        return DISQ_NO_MEMORY;
    at = disq_keys_find(&counter->keys, name, size);
    if (at == DISQ_KEYS_NONE && (at = disq_keys_make(&counter->keys, name, size)) == DISQ_KEYS_NONE)
        return DISQ_NO_MEMORY;
    key = &counter->keys.list[at];
    run = is_running(counter, key) ? &counter->runs[key->run] : start_run(counter, key, at);
    run->count++;
    disq_keys_raise(&counter->keys, key);
    return 0;
}

int64_t disq_counter_count(struct disq_counter *counter, const void *key, size_t size, int64_t now)
{
    uint32_t at;

    advance(counter, now);
    at = disq_keys_find(&counter->keys, key, size);
    return at != DISQ_KEYS_NONE ? (int64_t)counter->keys.list[at].count : 0;
}

static struct disq_count tell(const struct disq_counter *counter, uint32_t at)
{
    const struct disq_key *key = &counter->keys.list[at];

    return (struct disq_count){
        .key = disq_key_name(key),
        .size = key->size,
        .count = (int64_t)key->count,
        .at = at,
    };
}

bool disq_counter_max(struct disq_counter *counter, int64_t now, struct disq_count *max)
{
    uint32_t best;

    advance(counter, now);
    best = disq_keys_best(&counter->keys);
    if (best == DISQ_KEYS_NONE)
        return false;
    *max = tell(counter, best);
    return true;
}

bool disq_counter_first(struct disq_counter *counter, int64_t now, struct disq_count *first)
{
    uint32_t at;

    advance(counter, now);
    at = disq_keys_first(&counter->keys);
    if (at == DISQ_KEYS_NONE)
        return false;
    *first = tell(counter, at);
    return true;
}

bool disq_counter_next(const struct disq_counter *counter, struct disq_count *count)
{
    uint32_t at = disq_keys_next(&counter->keys, count->at);

    if (at == DISQ_KEYS_NONE)
        return false;
    *count = tell(counter, at);
    return true;
}

bool disq_counter_min(struct disq_counter *counter, int64_t now, struct disq_count *min)
{
    struct disq_count count;

    if (!disq_counter_first(counter, now, &count))
        return false;
    *min = count;
    while (disq_counter_next(counter, &count)) {
        if (count.count < min->count)
            *min = count;
    }
    return true;
}

size_t disq_counter_keys(struct disq_counter *counter, int64_t now, struct disq_count *counts, size_t size)
{
    struct disq_count count;
    size_t keys = 0;

    for (bool more = disq_counter_first(counter, now, &count); more;
         more = disq_counter_next(counter, &count)) {
        if (keys < size)
            counts[keys] = count;
        keys++;
    }
    return keys;
}

/* Where a count belongs among those before it, after its equals. */
static size_t place_of(const struct disq_count *counts, size_t size, int64_t count)
{
    size_t low = 0;

    while (size > 0) {
        size_t half = size / 2;

        if (counts[low + half].count <= count) {
            low += half + 1;
            size -= half + 1;
        } else {
            size = half;
        }
    }
    return low;
}

/* By insertion: it keeps the order of equals, and needs no memory. */
size_t disq_counter_ranked(struct disq_counter *counter, int64_t now, struct disq_count *counts, size_t size)
{
    size_t count = disq_counter_keys(counter, now, counts, size);

    for (size_t i = 1; i < count && i < size; i++) {
        struct disq_count moved = counts[i];
        size_t place = place_of(counts, i, moved.count);

        memmove(&counts[place + 1], &counts[place], (i - place) * sizeof *counts);
        counts[place] = moved;
    }
    return count;
}

size_t disq_counter_size_bytes(const struct disq_counter *counter)
{
    return counter->run_capacity * sizeof *counter->runs + disq_keys_size_bytes(&counter->keys);
}

void disq_counter_fini(struct disq_counter *counter)
{
    disq_keys_fini(&counter->keys);
    free(counter->runs);
    *counter = (struct disq_counter){0};
}
