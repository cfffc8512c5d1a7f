/* SPDX-License-Identifier: MIT */
#ifndef DICT_H
#define DICT_H

/* Keys as a Python dict has them: found by their bytes, walked over in the order of their creation. What the
 * counters that ours is compared with are made of. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dict_key {
    char *name; /* NULL: dropped */
    size_t size;
    uint32_t next; /* the next one with the same hash, by its place */
    size_t count;  /* of the counter, as is what follows */
    int64_t *times;
    size_t capacity;
};

struct dict {
    struct dict_key *keys;
    uint32_t size; /* with those that were dropped */
    uint32_t live;
    uint32_t capacity;
    uint32_t *table; /* the latest key of each hash, by its place */
    uint32_t table_mask;
};

/* False: out of memory. */
bool dict_init(struct dict *dict);

/* The key, or NULL. */
struct dict_key *dict_find(const struct dict *dict, const void *name, size_t size);

/* A new key, with a count of 0 and no times. NULL: out of memory; keys may have moved. */
struct dict_key *dict_make(struct dict *dict, const void *name, size_t size);

/* Forgets a key, and frees its times. */
void dict_drop(struct dict *dict, struct dict_key *key);

/* The first key after that one, or of all (NULL); NULL if there is none. */
struct dict_key *dict_next(const struct dict *dict, const struct dict_key *key);

/* The memory that it holds, times included. */
size_t dict_size_bytes(const struct dict *dict);

void dict_fini(struct dict *dict);

#endif
