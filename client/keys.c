/* SPDX-License-Identifier: MIT */
/* A key's place in the list never changes while it lives, so that runs can name it by four bytes; its slot
 * does, whenever the slots of dead keys are to be had again. */
#include "client/keys.h"

#include "client/disq.h"

#include <stdlib.h>
#include <string.h>

#define NONE DISQ_KEYS_NONE

enum { FIRST_CAPACITY = 8 };

uint32_t disq_key_hash_any(const void *name, size_t size)
{
    const unsigned char *byte = name;
    uint32_t hash = 2166136261U; /* FNV-1a */

    for (; size > 0; byte++, size--)
        hash = (hash ^ *byte) * 16777619U;
    return hash ^ hash >> 15;
}

/* Byte by byte, as names are hashed: most are so short that a call of memcmp would cost more. */
static bool is_called(const struct disq_key *key, const char *name, size_t size)
{
    const char *own = disq_key_name(key);

    if (key->size != size)
        return false;
    while (size > 0 && own[size - 1] == name[size - 1])
        size--;
    return size == 0;
}

struct disq_found disq_keys_find_any(const struct disq_keys *keys, uint32_t hash, const void *name,
                                     size_t size)
{
    uint32_t *link = disq_keys_chain(keys, hash);

    for (uint32_t at = *link; at != NONE; at = *link) {
        struct disq_key *key = disq_keys_at(keys, at);

        if (is_called(key, name, size))
            return (struct disq_found){key, link};
        link = &key->next;
    }
    return (struct disq_found){NULL, link};
}

bool disq_key_copy_any(struct disq_key *key, const void *name, size_t size)
{
    char *to = key->name.bytes;

    if (size > UINT32_MAX || (size > DISQ_KEY_INLINE && (to = key->name.more = malloc(size)) == NULL))
        return false;
    if (size > 0)
        memcpy(to, name, size);
    key->size = (uint32_t)size;
    return true;
}

/* Gives slots to the living anew, from the first on, in the order that they had. */
static void gather(struct disq_keys *keys, uint32_t *key_at)
{
    uint32_t next = 0;

    for (uint32_t slot = 0; slot < keys->slot_next; slot++) {
        uint32_t at = keys->key_at[slot];

        if (at != NONE) {
            struct disq_key *key = disq_keys_at(keys, at);

            key->count = disq_key_count(key);
            key->slot = next;
            key_at[next++] = at;
        } else if (slot % DISQ_RANKING_GROUP == 0 && disq_ranking_is_empty(&keys->ranking, slot)) {
            slot += DISQ_RANKING_GROUP - 1;
        }
    }
    keys->slot_next = next;
}

/* Gives them their ranks again, in a ranking that has none. */
static void rank_again(struct disq_keys *keys)
{
    for (uint32_t slot = 0; slot < keys->slot_next; slot++) {
        struct disq_key *key = disq_keys_at(keys, keys->key_at[slot]);

        key->rank = disq_ranking_set(&keys->ranking, slot, key->count);
    }
    disq_ranking_settle(&keys->ranking);
}

static void renumber(struct disq_keys *keys)
{
    gather(keys, keys->key_at);
    disq_ranking_clear(&keys->ranking);
    rank_again(keys);
}

/* Moves a group of slots, of which so many were given, to one in which nobody lives. */
static void move_group(struct disq_keys *keys, uint32_t from, uint32_t to, uint32_t given)
{
    const uint32_t *end = &keys->key_at[to + given];

    disq_ranking_move(&keys->ranking, from, to);
    memmove(&keys->key_at[to], &keys->key_at[from], given * sizeof(*keys->key_at));
    for (const uint32_t *at = &keys->key_at[to]; at != end; at++) {
        if (*at != NONE)
            disq_keys_at(keys, *at)->slot -= from - to;
    }
}

/* Where keys come and go, their slots are close together, and whole groups of those before them are empty. */
static bool has_many_empty_groups(const struct disq_keys *keys)
{
    uint32_t empty = 0, all = 0;

    for (uint32_t slot = 0; slot < keys->slot_next; slot += DISQ_RANKING_GROUP, all++)
        empty += disq_ranking_is_empty(&keys->ranking, slot);
    return 2 * empty >= all;
}

/* The other groups close up, which leaves each key its rank and takes a quarter of giving all slots anew. */
static void close_up(struct disq_keys *keys)
{
    uint32_t to = 0, next = 0;

    for (uint32_t from = 0; from < keys->slot_next; from += DISQ_RANKING_GROUP) {
        uint32_t rest = keys->slot_next - from;
        uint32_t given = rest < DISQ_RANKING_GROUP ? rest : DISQ_RANKING_GROUP;

        if (disq_ranking_is_empty(&keys->ranking, from))
            continue;
        if (from != to)
            move_group(keys, from, to, given);
        next = to + given;
        to += DISQ_RANKING_GROUP;
    }
    keys->slot_next = next;
    disq_ranking_settle(&keys->ranking);
}

static void add_spares(struct disq_keys *keys, uint32_t from)
{
    for (uint32_t i = keys->capacity; i-- > from;) {
        keys->list[i].next = keys->spare;
        keys->spare = disq_keys_place(keys, &keys->list[i]);
    }
}

static uint32_t table_size_for(uint32_t capacity)
{
    uint32_t size = 8;

    while (size < 2 * capacity)
        size *= 2;
    return size;
}

static void replace_table(struct disq_keys *keys, uint32_t *table, uint32_t size)
{
    free(keys->table);
    keys->table = table;
    keys->table_mask = size - 1;
    memset(table, 0xff, size * sizeof(*table));
    for (uint32_t slot = 0; slot < keys->slot_next; slot++) {
        struct disq_key *key = disq_keys_at(keys, keys->key_at[slot]);
        uint32_t *chain = disq_keys_chain(keys, key->hash);

        key->next = *chain;
        *chain = keys->key_at[slot];
    }
}

/* So many that giving them anew, when keys come and go, is rare; a few less if that saves the ranking a
 * level. */
static uint32_t slots_for(uint32_t capacity)
{
    for (uint32_t slots = DISQ_RANKING_GROUP; slots < 4 * capacity; slots *= DISQ_RANKING_GROUP) {
        if (slots >= 3 * capacity)
            return slots;
    }
    return 4 * capacity;
}

/* Either all parts of a larger set are there, or nothing has changed. */
static bool grow(struct disq_keys *keys)
{
    uint32_t capacity =
        (keys->capacity + keys->capacity / 8 + FIRST_CAPACITY) / FIRST_CAPACITY * FIRST_CAPACITY;
    uint32_t slots = slots_for(capacity);
    uint32_t table_size = table_size_for(capacity);
    uint32_t *table = malloc(table_size * sizeof(*table));
    uint32_t *key_at = malloc(slots * sizeof(*key_at));
    uint32_t old_capacity = keys->capacity;
    struct disq_ranking ranking = {0};
    struct disq_key *list;

    if (capacity > NONE / sizeof(*list)) /* a key's place is counted in bytes, and has four of them */
        goto failed;
    if (table == NULL || key_at == NULL || disq_ranking_init(&ranking, slots, capacity) != 0)
        goto failed;
    list = realloc(keys->list, capacity * sizeof(*list));
    if (list == NULL)
        goto failed;
    keys->list = list;
    keys->capacity = capacity;
    add_spares(keys, old_capacity);
    gather(keys, key_at);
    free(keys->key_at);
    keys->key_at = key_at;
    keys->slot_capacity = slots;
    disq_ranking_fini(&keys->ranking);
    keys->ranking = ranking;
    rank_again(keys);
    replace_table(keys, table, table_size);
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

bool disq_keys_make_room(struct disq_keys *keys)
{
    if (keys->spare == NONE)
        return grow(keys);
    if (has_many_empty_groups(keys))
        close_up(keys);
    else
        renumber(keys);
    return true;
}

static struct disq_key *from_slot(const struct disq_keys *keys, uint32_t slot)
{
    for (; slot < keys->slot_next; slot++) {
        if (keys->key_at[slot] != NONE)
            return disq_keys_at(keys, keys->key_at[slot]);
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
    size_t size = keys->capacity * sizeof(*keys->list) + keys->slot_capacity * sizeof(*keys->key_at) +
                  (keys->table_mask + (size_t)1) * sizeof(*keys->table) +
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
