/* SPDX-License-Identifier: MIT */
/* A hash table with linear probing; removal moves later entries of the same run up, so there are no tombs. */
#include "mockd/sim/map.h"

#include <assert.h>
#include <stdlib.h>

void map_init(struct map *map, struct bytes (*key_of)(const void *entry))
{
    *map = (struct map){.key_of = key_of};
}

void map_fini(struct map *map)
{
    free(map->slots);
    map->slots = NULL;
    map->count = map->size = 0;
}

/* FNV-1a over words of eight bytes, then mixed: the IDs that are looked up most are 40 bytes long. */
static uint64_t hash_of(struct bytes key)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ key.size;
    uint64_t word;

    for (; key.size >= sizeof(word); key.data += sizeof(word), key.size -= sizeof(word)) {
        memcpy(&word, key.data, sizeof(word));
        hash = (hash ^ word) * UINT64_C(0x100000001b3);
        hash ^= hash >> 32;
    }
    for (; key.size > 0; key.data++, key.size--)
        hash = (hash ^ (unsigned char)*key.data) * UINT64_C(0x100000001b3);
    hash = (hash ^ (hash >> 29)) * UINT64_C(0xbf58476d1ce4e5b9);
    return hash ^ (hash >> 32);
}

void *map_get(const struct map *map, struct bytes key)
{
    uint64_t hash;

    if (map->count == 0)
        return NULL;
    hash = hash_of(key);
    for (size_t i = hash & (map->size - 1); map->slots[i].entry != NULL; i = (i + 1) & (map->size - 1))
        if (map->slots[i].hash == hash && bytes_equal(map->key_of(map->slots[i].entry), key))
            return map->slots[i].entry;
    return NULL;
}

static void place(struct map *map, struct map_slot slot)
{
    size_t i = slot.hash & (map->size - 1);

    while (map->slots[i].entry != NULL)
        i = (i + 1) & (map->size - 1);
    map->slots[i] = slot;
}

static void grow(struct map *map)
{
    struct map_slot *old = map->slots;
    size_t old_size = map->size;

    map->size = old_size == 0 ? 8 : old_size * 2;
    map->slots = xcalloc(map->size, sizeof(*map->slots));
    for (size_t i = 0; i < old_size; i++)
        if (old[i].entry != NULL)
            place(map, old[i]);
    free(old);
}

void map_add(struct map *map, void *entry)
{
    if (map->count * 4 >= map->size * 3)
        grow(map);
    place(map, (struct map_slot){hash_of(map->key_of(entry)), entry});
    map->count++;
}

void map_remove(struct map *map, const void *entry)
{
    size_t mask = map->size - 1;
    size_t hole = hash_of(map->key_of(entry)) & mask;

    while (map->slots[hole].entry != entry) {
        assert(map->slots[hole].entry != NULL);
        hole = (hole + 1) & mask;
    }
    for (size_t i = (hole + 1) & mask; map->slots[i].entry != NULL; i = (i + 1) & mask) {
        size_t distance = (i - (map->slots[i].hash & mask)) & mask;

        if (distance >= ((i - hole) & mask)) {
            map->slots[hole] = map->slots[i];
            hole = i;
        }
    }
    map->slots[hole] = (struct map_slot){0};
    map->count--;
}
