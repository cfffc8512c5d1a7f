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
    counter->ttl = ttl;
    counter->now = INT64_MIN;
    counter->lasts_until = INT64_MAX;
    counter->runs = malloc(FIRST_RUNS * sizeof(*counter->runs));
    if (counter->runs == NULL || disq_keys_init(&counter->keys) != 0) {
        disq_counter_fini(counter);
        return DISQ_NO_MEMORY;
    }
    counter->runs_end = counter->runs + FIRST_RUNS;
    counter->oldest = counter->next = counter->runs;
    return 0;
}

static struct disq_run *after(const struct disq_counter *counter, struct disq_run *run)
{
    return run + 1 != counter->runs_end ? run + 1 : counter->runs;
}

/* The low bits of two ticks tell how far apart runs that are neighbours in the ring are: when the younger
 * came, the older still counted. */
static inline void expire_oldest(struct disq_counter *counter)
{
    const struct disq_run *run = counter->oldest;

    disq_keys_lower(&counter->keys, disq_keys_at(&counter->keys, run->key), run->count);
    counter->oldest = after(counter, counter->oldest);
    if (counter->oldest != counter->next)
        counter->lasts_until += counter->oldest->tick - run->tick;
    else
        counter->lasts_until = INT64_MAX;
}

static inline void advance(struct disq_counter *counter, int64_t now)
{
    if (now <= counter->now)
        return;
    counter->now = now;
    while (now > counter->lasts_until)
        expire_oldest(counter);
}

/* Who only looks mostly does so right after an event, when time stands still. */
static __attribute__((noinline)) void look_later(struct disq_counter *counter, int64_t now)
{
    advance(counter, now);
}

static inline void look(struct disq_counter *counter, int64_t now)
{
    if (now > counter->now)
        look_later(counter, now);
}

/* By a fourth rather than the double: a window of 1,000,000 events is mostly this ring. */
static bool grow(struct disq_counter *counter)
{
    size_t old = (size_t)(counter->runs_end - counter->runs);
    size_t capacity = old + old / 4 + FIRST_RUNS;
    struct disq_run *runs = malloc(capacity * sizeof(*runs));
    struct disq_run *to = runs;

    if (runs == NULL)
        return false;
    for (struct disq_run *run = counter->oldest; run != counter->next; run = after(counter, run), to++) {
        struct disq_key *key = disq_keys_at(&counter->keys, run->key);

        *to = *run;
        if (key->run == run)
            key->run = to;
    }
    free(counter->runs);
    counter->runs = counter->oldest = runs;
    counter->runs_end = runs + capacity;
    counter->next = to;
    return true;
}

/* Is the latest run of the key one of this very tick that is not full? */
static bool is_running(const struct disq_counter *counter, const struct disq_key *key)
{
    return key->run->tick == (uint32_t)counter->now && key->run->count < UINT32_MAX;
}

/* With one event. One place stays free, so that a full ring is not an empty one. False: out of memory. */
static inline bool start_run(struct disq_counter *counter, struct disq_key *key)
{
    struct disq_run *run = counter->next;
    struct disq_run *next = after(counter, run);

    if (next == counter->oldest) {
        if (!grow(counter))
            return false;
        run = counter->next;
        next = run + 1;
    }
    if (run == counter->oldest)
        counter->lasts_until =
            counter->now <= INT64_MAX - counter->ttl ? counter->now + counter->ttl - 1 : INT64_MAX;
    run->tick = (uint32_t)counter->now;
    run->key = disq_keys_place(&counter->keys, key);
    run->count = 1;
    key->run = run;
    counter->next = next;
    return true;
}

static __attribute__((noinline)) int forget_again(struct disq_counter *counter, struct disq_key *key)
{
    disq_keys_drop(&counter->keys, key);
    return DISQ_NO_MEMORY;
}

int disq_counter_add(struct disq_counter *counter, const void *name, size_t size, int64_t now)
{
    uint32_t hash = disq_key_hash(name, size);
    struct disq_found found;
    struct disq_key *key;

    advance(counter, now);
    found = disq_keys_find(&counter->keys, hash, name, size);
    if ((key = found.key) != NULL) {
        if (is_running(counter, key))
            key->run->count++;
        else if (!start_run(counter, key))
            return DISQ_NO_MEMORY;
        disq_keys_raise(&counter->keys, key);
        return 0;
    }
    key = disq_keys_make(&counter->keys, found.link, hash, name, size);
    if (key == NULL)
        return DISQ_NO_MEMORY;
    return start_run(counter, key) ? 0 : forget_again(counter, key);
}

int64_t disq_counter_count(struct disq_counter *counter, const void *name, size_t size, int64_t now)
{
    const struct disq_key *key;

    look(counter, now);
    key = disq_keys_find(&counter->keys, disq_key_hash(name, size), name, size).key;
    return key != NULL ? (int64_t)disq_key_count(key) : 0;
}

static bool tell(const struct disq_key *key, struct disq_count *count)
{
    if (key == NULL)
        return false;
    count->name = disq_key_name(key);
    count->size = key->size;
    count->count = (int64_t)disq_key_count(key);
    count->key = key;
    return true;
}

bool disq_counter_max(struct disq_counter *counter, int64_t now, struct disq_count *max)
{
    look(counter, now);
    return counter->oldest != counter->next && tell(disq_keys_best(&counter->keys), max);
}

bool disq_counter_first(struct disq_counter *counter, int64_t now, struct disq_count *first)
{
    look(counter, now);
    return tell(disq_keys_first(&counter->keys), first);
}

bool disq_counter_next(const struct disq_counter *counter, struct disq_count *count)
{
    return tell(disq_keys_next(&counter->keys, count->key), count);
}

size_t disq_counter_size_bytes(const struct disq_counter *counter)
{
    return (size_t)(counter->runs_end - counter->runs) * sizeof(*counter->runs) +
           disq_keys_size_bytes(&counter->keys);
}

void disq_counter_fini(struct disq_counter *counter)
{
    disq_keys_fini(&counter->keys);
    free(counter->runs);
    *counter = (struct disq_counter){0};
}
