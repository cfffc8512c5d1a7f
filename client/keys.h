/* SPDX-License-Identifier: MIT */
#ifndef DISQ_KEYS_H
#define DISQ_KEYS_H

/* The counter's keys: found by their bytes, known by the order of their creation, ranked by their counts.
 * What happens for every event is inline, and has a short way for keys of 8 bytes, as node prefixes are. */

#include "client/ranking.h"

#include <stdlib.h>
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
    uint32_t hash;
    uint32_t next; /* the next with the same hash, or the next spare one, or DISQ_KEYS_NONE */
    uint32_t slot; /* slots are given in the order of creation */
    union {
        struct disq_rank *rank; /* holds its count */
        uint64_t count;         /* while slots are given anew */
    };
    struct disq_run *run; /* the counter's own: its latest run of this key */
};

/* What was found of a key. */
struct disq_found {
    struct disq_key *key; /* NULL: there is none */
    uint32_t *link;       /* of its chain: where its place is, or would be; until a key is made or dropped */
};

struct disq_keys {
    struct disq_key *list;
    uint32_t capacity;
    uint32_t spare; /* the first not in use */

    uint32_t *table; /* the latest key of each hash, by its place in the list, or DISQ_KEYS_NONE */
    uint32_t table_mask;

    struct disq_ranking ranking;
    uint32_t *key_at; /* whose slot it is, or DISQ_KEYS_NONE */
    uint32_t slot_capacity;
    uint32_t slot_next;
};

/* 0 or DISQ_NO_MEMORY. */
int disq_keys_init(struct disq_keys *keys);

/* For a key of any size: the key, or NULL; its hash; and its copy, or false for want of memory. */
struct disq_found disq_keys_find_any(const struct disq_keys *keys, uint32_t hash, const void *name,
                                     size_t size);
uint32_t disq_key_hash_any(const void *name, size_t size);
bool disq_key_copy_any(struct disq_key *key, const void *name, size_t size);

/* Makes a place and a slot for one more key. False: out of memory. */
bool disq_keys_make_room(struct disq_keys *keys);

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

static inline uint32_t disq_key_hash(const void *name, size_t size)
{
    uint64_t word;

    if (size != sizeof(word))
        return disq_key_hash_any(name, size);
    memcpy(&word, name, sizeof(word));
    return (uint32_t)(word * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

/* A key's place is counted in bytes, so that finding it is one addition. */
static inline struct disq_key *disq_keys_at(const struct disq_keys *keys, uint32_t at)
{
    return (struct disq_key *)((char *)keys->list + at);
}

static inline uint32_t disq_keys_place(const struct disq_keys *keys, const struct disq_key *key)
{
    return (uint32_t)((const char *)key - (const char *)keys->list);
}

/* Where the keys with this hash begin. */
static inline uint32_t *disq_keys_chain(const struct disq_keys *keys, uint32_t hash)
{
    return &keys->table[hash & keys->table_mask];
}

static inline struct disq_found disq_keys_find(const struct disq_keys *keys, uint32_t hash, const void *name,
                                               size_t size)
{
    uint32_t *link;
    uint64_t word;

    if (size != sizeof(word))
        return disq_keys_find_any(keys, hash, name, size);
    memcpy(&word, name, sizeof(word));
    link = disq_keys_chain(keys, hash);
    for (uint32_t at = *link; at != DISQ_KEYS_NONE; at = *link) {
        struct disq_key *key = disq_keys_at(keys, at);

        if (key->name.word == word && key->size == sizeof(word))
            return (struct disq_found){key, link};
        link = &key->next;
    }
    return (struct disq_found){NULL, link};
}

static inline bool disq_key_copy(struct disq_key *key, const void *name, size_t size)
{
    if (size != sizeof(key->name.word))
        return disq_key_copy_any(key, name, size);
    memcpy(&key->name.word, name, sizeof(key->name.word));
    key->size = sizeof(key->name.word);
    return true;
}

/* A new key, with a count of 1, at the link that was found. NULL: out of memory; keys may have moved. */
static inline struct disq_key *disq_keys_make(struct disq_keys *keys, uint32_t *link, uint32_t hash,
                                              const void *name, size_t size)
{
    struct disq_key *key;
    uint32_t at;

    if (keys->spare == DISQ_KEYS_NONE || keys->slot_next == keys->slot_capacity) {
        if (!disq_keys_make_room(keys))
            return NULL;
        link = disq_keys_find(keys, hash, name, size).link;
    }
    at = keys->spare;
    key = disq_keys_at(keys, at);
    if (!disq_key_copy(key, name, size))
        return NULL;
    keys->spare = key->next;
    key->hash = hash;
    key->slot = keys->slot_next++;
    key->rank = disq_ranking_enter(&keys->ranking, key->slot);
    keys->key_at[key->slot] = at;
    key->next = DISQ_KEYS_NONE;
    *link = at;
    return key;
}

/* Forgets a key. */
static inline void disq_keys_drop(struct disq_keys *keys, struct disq_key *key)
{
    uint32_t *link = disq_keys_chain(keys, key->hash);
    uint32_t at = disq_keys_place(keys, key);

    disq_ranking_leave(&keys->ranking, key->rank, key->slot);
    while (*link != at)
        link = &disq_keys_at(keys, *link)->next;
    *link = key->next;
    keys->key_at[key->slot] = DISQ_KEYS_NONE;
    if (key->size > DISQ_KEY_INLINE)
        free(key->name.more);
    key->next = keys->spare;
    keys->spare = at;
}

static inline uint64_t disq_key_count(const struct disq_key *key)
{
    return key->rank->value;
}

/* Counts one more. */
static inline void disq_keys_raise(struct disq_keys *keys, struct disq_key *key)
{
    disq_ranking_rise(&keys->ranking, &key->rank, key->slot);
}

/* Counts so many less. At 0 the key is gone. */
static inline void disq_keys_lower(struct disq_keys *keys, struct disq_key *key, uint32_t by)
{
    if (disq_key_count(key) == by)
        disq_keys_drop(keys, key);
    else
        disq_ranking_fall(&keys->ranking, &key->rank, key->slot, by);
}

/* The earliest created of those with the highest count; there is one. */
static inline struct disq_key *disq_keys_best(const struct disq_keys *keys)
{
    return disq_keys_at(keys, keys->key_at[disq_ranking_best(&keys->ranking)]);
}

#endif
