/* SPDX-License-Identifier: MIT */
#ifndef DISQ_KEYS_H
#define DISQ_KEYS_H

/* The counter's keys: found by their bytes, known by the order of their creation, ranked by their counts.
 * What happens for every event is inline, and has a short way for keys of 8 bytes, as node prefixes are. */

#include "client/ranking.h"

#include <string.h>

#define DISQ_KEYS_NONE UINT32_MAX

enum { DISQ_KEY_INLINE = 16 };

struct disq_run;

struct disq_key {
    union {
        char bytes[DISQ_KEY_INLINE]; /* up to that size */
        char *more;                  /* beyond it */
        uint64_t word;               /* a key of 8 bytes */
    } name;
    uint32_t size;
    uint32_t slot; /* slots are given in the order of creation */
    uint64_t count;
    uint32_t at; /* its place in the list; of a spare key, that of the next one */

    /* The counter's own: its latest run of this key. */
    uint32_t tick;
    struct disq_run *run;
};

struct disq_keys {
    struct disq_key *list;
    uint32_t capacity;
    uint32_t count;
    uint32_t spare; /* the first not in use */

    uint32_t *table; /* places in the list, by hash, or DISQ_KEYS_NONE */
    uint32_t table_mask;

    struct disq_ranking ranking;
    uint32_t *key_at; /* whose slot it is, or DISQ_KEYS_NONE */
    uint32_t slot_capacity;
    uint32_t slot_next;
};

/* 0 or DISQ_NO_MEMORY. */
int disq_keys_init(struct disq_keys *keys);

/* A new key, to be raised at once. NULL: out of memory; keys may have moved. */
struct disq_key *disq_keys_make(struct disq_keys *keys, const void *name, size_t size);

/* Forgets a key whose count is 0. */
void disq_keys_drop(struct disq_keys *keys, struct disq_key *key);

/* The key of any size, or NULL. */
struct disq_key *disq_keys_find_any(const struct disq_keys *keys, const void *name, size_t size);

/* The first, and the next after that, in the order of creation, or NULL. */
struct disq_key *disq_keys_first(const struct disq_keys *keys);
struct disq_key *disq_keys_next(const struct disq_keys *keys, const struct disq_key *key);

/* The memory that they hold. */
size_t disq_keys_size_bytes(const struct disq_keys *keys);

void disq_keys_fini(struct disq_keys *keys);

static inline const char *disq_key_name(const struct disq_key *key)
{
    return key->size <= DISQ_KEY_INLINE ? key->name.bytes : key->name.more;
}

static inline uint32_t disq_key_hash(uint64_t word)
{
    return (uint32_t)(word * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

/* The key, or NULL. */
static inline struct disq_key *disq_keys_find(const struct disq_keys *keys, const void *name, size_t size)
{
    uint64_t word;
    uint32_t place, at;

    if (size != sizeof word)
        return disq_keys_find_any(keys, name, size);
    memcpy(&word, name, sizeof word);
    place = disq_key_hash(word) & keys->table_mask;
    while ((at = keys->table[place]) != DISQ_KEYS_NONE) {
        struct disq_key *key = &keys->list[at];

        if (key->name.word == word && key->size == sizeof word)
            return key;
        place = (place + 1) & keys->table_mask;
    }
    return NULL;
}

/* Counts one more. */
static inline void disq_keys_raise(struct disq_keys *keys, struct disq_key *key)
{
    key->count++;
    disq_ranking_rise(&keys->ranking, key->slot);
}

/* Counts so many less. At 0 the key is gone. */
static inline void disq_keys_lower(struct disq_keys *keys, struct disq_key *key, uint32_t by)
{
    key->count -= by;
    disq_ranking_fall(&keys->ranking, key->slot, by);
    if (key->count == 0)
        disq_keys_drop(keys, key);
}

/* The earliest created of those with the highest count; there is one. */
static inline struct disq_key *disq_keys_best(const struct disq_keys *keys)
{
    return &keys->list[keys->key_at[disq_ranking_best(&keys->ranking)]];
}

#endif
