/* SPDX-License-Identifier: MIT */
#ifndef DISQ_KEYS_H
#define DISQ_KEYS_H

/* The counter's keys: found by their bytes, known by the order of their creation, ranked by their counts. */

#include "client/ranking.h"

#include <stdbool.h>

#define DISQ_KEYS_NONE UINT32_MAX

enum { DISQ_KEY_INLINE = 16 };

struct disq_key {
    union {
        char bytes[DISQ_KEY_INLINE]; /* up to that size */
        char *more;                  /* beyond it */
    } name;
    uint32_t size;
    uint32_t hash;
    uint64_t count; /* 0: not in use */
    uint32_t slot;  /* slots are given in the order of creation; of a spare key, the next one */

    /* The counter's own: its latest run of this key. */
    uint32_t tick;
    uint32_t run;
};

/* Zeroed is empty. */
struct disq_keys {
    struct disq_key *list;
    uint32_t capacity;
    uint32_t count;
    uint32_t spare;  /* the first not in use */
    uint32_t recent; /* the one got last */

    uint32_t *table; /* their places in the list, by hash */
    uint32_t table_size;

    struct disq_ranking ranking;
    uint32_t *key_at; /* of each slot, or DISQ_KEYS_NONE */
    uint32_t slot_capacity;
    uint32_t slot_next;
};

/* The key's place in the list, or DISQ_KEYS_NONE. */
uint32_t disq_keys_find(struct disq_keys *keys, const void *name, size_t size);

/* The same, made if there is none; with count 0 the caller raises it at once. DISQ_KEYS_NONE: out of memory.
 */
uint32_t disq_keys_get(struct disq_keys *keys, const void *name, size_t size);

/* Sets its count. At 0 the key is gone. */
void disq_keys_set_count(struct disq_keys *keys, uint32_t at, uint64_t count);

/* The earliest created of those with the highest count, or DISQ_KEYS_NONE. */
uint32_t disq_keys_best(const struct disq_keys *keys);

/* The first, and the next after that, in the order of creation, or DISQ_KEYS_NONE. */
uint32_t disq_keys_first(const struct disq_keys *keys);
uint32_t disq_keys_next(const struct disq_keys *keys, uint32_t at);

const char *disq_key_name(const struct disq_key *key);

/* The memory that they hold. */
size_t disq_keys_size_bytes(const struct disq_keys *keys);

void disq_keys_fini(struct disq_keys *keys);

#endif
