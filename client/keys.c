/* SPDX-License-Identifier: MIT */
/* A key's place in the list never changes while it lives, so that runs can name it by four bytes; its slot
 * does, whenever the slots of dead keys are to be had again. */
#include "client/keys.h"

#include "client/disq.h"

#include <stdlib.h>
#include <string.h>

#define NONE DISQ_KEYS_NONE

enum { FIRST_CAPACITY = 8 };

static uint32_t hash_of(const char *name, size_t size)
{
    uint64_t word;
    uint32_t hash = 0;

    if (size == sizeof word) {
        memcpy(&word, name, sizeof word);
        return disq_key_hash(word);
    }
    for (; size > 0; name++, size--)
        hash = disq_key_hash(hash * UINT64_C(256) + (unsigned char)*name + 1);
    return hash;
}

static bool is_named(const struct disq_key *key, const void *name, size_t size)
{
    return key->size == size && memcmp(disq_key_name(key), name, size) == 0;
}

/* Where in the table the key is, or the empty place where it would be. */
static uint32_t place_of(const struct disq_keys *keys, const void *name, size_t size)
{
    uint32_t mask = keys->table_mask;
    uint32_t place = hash_of(name, size) & mask;

    for (; keys->table[place] != NONE; place = (place + 1) & mask) {
        const struct disq_key *key = &keys->list[keys->table[place]];

        if (is_named(key, name, size))
            break;
    }
    return place;
}

static uint32_t home_of(const struct disq_keys *keys, uint32_t at)
{
    const struct disq_key *key = &keys->list[at];

    return hash_of(disq_key_name(key), key->size) & keys->table_mask;
}

static void enter_in_table(struct disq_keys *keys, uint32_t at)
{
    uint32_t mask = keys->table_mask;
    uint32_t place = home_of(keys, at);

    while (keys->table[place] != NONE)
        place = (place + 1) & mask;
    keys->table[place] = at;
}

/* Those behind it move up, so that no search stops short of them. */
static void leave_table(struct disq_keys *keys, uint32_t at)
{
    uint32_t mask = keys->table_mask;
    uint32_t hole = home_of(keys, at);

    while (keys->table[hole] != at)
        hole = (hole + 1) & mask;
    for (uint32_t place = (hole + 1) & mask; keys->table[place] != NONE; place = (place + 1) & mask) {
        uint32_t home = home_of(keys, keys->table[place]);

        if (((place - home) & mask) >= ((place - hole) & mask)) {
            keys->table[hole] = keys->table[place];
            hole = place;
        }
    }
    keys->table[hole] = NONE;
}

/* Gives slots to the living anew, from the first on, in the order that they had. */
static void renumber(struct disq_keys *keys, const uint32_t *old, uint32_t old_count)
{
    uint32_t next = 0;

    for (uint32_t i = 0; i < old_count; i++) {
        uint32_t at = old[i];

        if (at == NONE)
            continue;
        keys->key_at[next] = at;
        keys->list[at].slot = next;
        disq_ranking_set(&keys->ranking, next, keys->list[at].count);
        next++;
    }
    keys->slot_next = next;
}

static void add_spares(struct disq_keys *keys, uint32_t from)
{
    for (uint32_t at = keys->capacity; at-- > from;) {
        keys->list[at] = (struct disq_key){.at = keys->spare};
        keys->spare = at;
    }
}

static uint32_t table_size_for(uint32_t capacity)
{
    uint32_t size = 8;

    while (size / 4 * 3 < capacity)
        size *= 2;
    return size;
}

/* Either all parts of a larger set are there, or nothing has changed. */
static bool grow(struct disq_keys *keys)
{
    uint32_t capacity = keys->capacity + keys->capacity / 4 + (keys->capacity < 32 ? FIRST_CAPACITY : 0);
    uint32_t slots = capacity + capacity / 4 + FIRST_CAPACITY;
    uint32_t table_size = table_size_for(capacity);
    uint32_t *table = malloc(table_size * sizeof *table);
    uint32_t *key_at = malloc(slots * sizeof *key_at);
    uint32_t *old_key_at = keys->key_at;
    uint32_t old_capacity = keys->capacity;
    struct disq_ranking ranking = {0};
    struct disq_key *list;

    if (table == NULL || key_at == NULL || disq_ranking_init(&ranking, slots, capacity) != 0)
        goto failed;
    list = realloc(keys->list, capacity * sizeof *list);
    if (list == NULL)
        goto failed;
    keys->list = list;
    keys->capacity = capacity;
    add_spares(keys, old_capacity);
    disq_ranking_fini(&keys->ranking);
    keys->ranking = ranking;
    keys->key_at = key_at;
    keys->slot_capacity = slots;
    renumber(keys, old_key_at, keys->slot_next);
    free(old_key_at);
    free(keys->table);
    keys->table = table;
    keys->table_mask = table_size - 1;
    memset(table, 0xff, table_size * sizeof *table);
    for (uint32_t slot = 0; slot < keys->slot_next; slot++)
        enter_in_table(keys, key_at[slot]);
    return true;
failed:
    disq_ranking_fini(&ranking);
    free(key_at);
    free(table);
    return false;
}

int disq_keys_init(struct disq_keys *keys)
{
    *keys = (struct disq_keys){.spare = NONE};
    return grow(keys) ? 0 : DISQ_NO_MEMORY;
}

static bool copy_name(struct disq_key *key, const void *name, size_t size)
{
    char *to = key->name.bytes;

    if (size > DISQ_KEY_INLINE && (to = key->name.more = malloc(size)) == NULL)
        return false;
    if (size > 0)
        memcpy(to, name, size);
    key->size = (uint32_t)size;
    return true;
}

struct disq_key *disq_keys_make(struct disq_keys *keys, const void *name, size_t size)
{
    struct disq_key *key;
    uint32_t at;

    if (size > UINT32_MAX || (keys->count == keys->capacity && !grow(keys)))
        return NULL;
    at = keys->spare;
    key = &keys->list[at];
    if (!copy_name(key, name, size))
        return NULL;
    if (keys->slot_next == keys->slot_capacity) {
        disq_ranking_clear(&keys->ranking);
        renumber(keys, keys->key_at, keys->slot_next);
    }
    keys->spare = key->at;
    keys->count++;
    key->at = at;
    key->slot = keys->slot_next++;
    keys->key_at[key->slot] = at;
    enter_in_table(keys, at);
    return key;
}

struct disq_key *disq_keys_find_any(const struct disq_keys *keys, const void *name, size_t size)
{
    uint32_t at = keys->table[place_of(keys, name, size)];

    return at != NONE ? &keys->list[at] : NULL;
}

void disq_keys_drop(struct disq_keys *keys, struct disq_key *key)
{
    uint32_t at = key->at;

    leave_table(keys, at);
    keys->key_at[key->slot] = NONE;
    if (key->size > DISQ_KEY_INLINE)
        free(key->name.more);
    key->at = keys->spare;
    keys->spare = at;
    keys->count--;
}

static struct disq_key *from_slot(const struct disq_keys *keys, uint32_t slot)
{
    for (; slot < keys->slot_next; slot++) {
        if (keys->key_at[slot] != NONE)
            return &keys->list[keys->key_at[slot]];
    }
    return NULL;
}

struct disq_key *disq_keys_first(const struct disq_keys *keys)
{
    return from_slot(keys, 0);
}

struct disq_key *disq_keys_next(const struct disq_keys *keys, const struct disq_key *key)
{
    return from_slot(keys, key->slot + 1);
}

size_t disq_keys_size_bytes(const struct disq_keys *keys)
{
    size_t size = keys->capacity * sizeof *keys->list + keys->slot_capacity * sizeof *keys->key_at +
                  (keys->table_mask + (size_t)1) * sizeof *keys->table +
                  disq_ranking_size_bytes(&keys->ranking);

    for (const struct disq_key *key = disq_keys_first(keys); key != NULL; key = disq_keys_next(keys, key)) {
        if (key->size > DISQ_KEY_INLINE)
            size += key->size;
    }
    return size;
}

void disq_keys_fini(struct disq_keys *keys)
{
    for (const struct disq_key *key = disq_keys_first(keys); key != NULL; key = disq_keys_next(keys, key)) {
        if (key->size > DISQ_KEY_INLINE)
            free(key->name.more);
    }
    disq_ranking_fini(&keys->ranking);
    free(keys->list);
    free(keys->table);
    free(keys->key_at);
    *keys = (struct disq_keys){0};
}
