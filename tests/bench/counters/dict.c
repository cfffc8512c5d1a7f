/* SPDX-License-Identifier: MIT */
#include "tests/bench/counters/dict.h"

#include "client/keys.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 8 };

static uint32_t *chain_of(const struct dict *dict, const char *name, size_t size)
{
    return &dict->table[disq_key_hash(name, size) & dict->table_mask];
}

static void enter(struct dict *dict, uint32_t place)
{
    struct dict_key *key = &dict->keys[place];
    uint32_t *chain = chain_of(dict, key->name, key->size);

    key->next = *chain;
    *chain = place;
}

/* Moves the living together, as a full dict does before it grows, and finds them anew. */
static void gather(struct dict *dict)
{
    uint32_t live = 0;

    memset(dict->table, 0xff, (dict->table_mask + (size_t)1) * sizeof(*dict->table));
    for (uint32_t i = 0; i < dict->size; i++) {
        if (dict->keys[i].name == NULL)
            continue;
        dict->keys[live] = dict->keys[i];
        enter(dict, live++);
    }
    dict->size = live;
}

static bool resize(struct dict *dict, uint32_t capacity)
{
    struct dict_key *keys = realloc(dict->keys, capacity * sizeof(*keys));
    uint32_t *table;

    if (keys == NULL)
        return false;
    dict->keys = keys;
    if ((table = realloc(dict->table, capacity * sizeof(*table))) == NULL)
        return false;
    dict->table = table;
    dict->table_mask = capacity - 1;
    dict->capacity = capacity;
    gather(dict);
    return true;
}

bool dict_init(struct dict *dict)
{
    *dict = (struct dict){0};
    return resize(dict, FIRST_CAPACITY);
}

struct dict_key *dict_find(const struct dict *dict, const void *name, size_t size)
{
    for (uint32_t at = *chain_of(dict, name, size); at != UINT32_MAX; at = dict->keys[at].next) {
        struct dict_key *key = &dict->keys[at];

        if (key->size == size && memcmp(key->name, name, size) == 0)
            return key;
    }
    return NULL;
}

struct dict_key *dict_make(struct dict *dict, const void *name, size_t size)
{
    struct dict_key key = {.size = size};

    if (dict->size == dict->capacity &&
        !resize(dict, dict->live > dict->capacity / 2 ? 2 * dict->capacity : dict->capacity))
        return NULL;
    if ((key.name = malloc(size + 1)) == NULL)
        return NULL;
    memcpy(key.name, name, size);
    dict->keys[dict->size] = key;
    enter(dict, dict->size);
    dict->live++;
    return &dict->keys[dict->size++];
}

void dict_drop(struct dict *dict, struct dict_key *key)
{
    uint32_t place = (uint32_t)(key - dict->keys);
    uint32_t *link = chain_of(dict, key->name, key->size);

    while (*link != place)
        link = &dict->keys[*link].next;
    *link = key->next;
    free(key->name);
    free(key->times);
    *key = (struct dict_key){0};
    dict->live--;
}

struct dict_key *dict_next(const struct dict *dict, const struct dict_key *key)
{
    for (size_t i = key == NULL ? 0 : (size_t)(key - dict->keys) + 1; i < dict->size; i++) {
        if (dict->keys[i].name != NULL)
            return &dict->keys[i];
    }
    return NULL;
}

size_t dict_size_bytes(const struct dict *dict)
{
    size_t size = dict->capacity * (sizeof(*dict->keys) + sizeof(*dict->table));

    for (struct dict_key *key = dict_next(dict, NULL); key != NULL; key = dict_next(dict, key))
        size += key->size + 1 + key->capacity * sizeof(*key->times);
    return size;
}

void dict_fini(struct dict *dict)
{
    for (struct dict_key *key = dict_next(dict, NULL); key != NULL; key = dict_next(dict, key)) {
        free(key->name);
        free(key->times);
    }
    free(dict->keys);
    free(dict->table);
    *dict = (struct dict){0};
}
