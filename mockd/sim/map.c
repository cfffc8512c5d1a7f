/* SPDX-License-Identifier: MIT */
/* A hash table of chains through the entries: a million of them cost no more than a link each, and a head. */
#include "mockd/sim/map.h"

#include <assert.h>
#include <stdlib.h>

void map_init(struct map *map, struct bytes (*key_of)(const void *entry), size_t link_at)
{
    *map = (struct map){.key_of = key_of, .link_at = link_at};
}

void map_fini(struct map *map)
{
    free(map->heads);
    map->heads = NULL;
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

static struct map_link *link_of(const struct map *map, void *entry)
{
    return (struct map_link *)(void *)((char *)entry + map->link_at);
}

static void *entry_of(const struct map *map, struct map_link *link)
{
    return (char *)link - map->link_at;
}

static struct map_link **head_of(const struct map *map, struct bytes key)
{
    return &map->heads[hash_of(key) & (map->size - 1)];
}

void *map_get(const struct map *map, struct bytes key)
{
    if (map->count == 0)
        return NULL;
    for (struct map_link *link = *head_of(map, key); link != NULL; link = link->next)
        if (bytes_equal(map->key_of(entry_of(map, link)), key))
            return entry_of(map, link);
    return NULL;
}

static void push(struct map *map, struct map_link *link)
{
    struct map_link **head = head_of(map, map->key_of(entry_of(map, link)));

    link->next = *head;
    *head = link;
}

static void grow(struct map *map)
{
    struct map_link **old = map->heads;
    size_t old_size = map->size;

    map->size = old_size == 0 ? 8 : old_size * 2;
    map->heads = xcalloc(map->size, sizeof(struct map_link *));
    for (size_t i = 0; i < old_size; i++) {
        for (struct map_link *link = old[i], *next; link != NULL; link = next) {
            next = link->next;
            push(map, link);
        }
    }
    free(old);
}

void map_add(struct map *map, void *entry)
{
    if (map->count == map->size)
        grow(map);
    push(map, link_of(map, entry));
    map->count++;
}

void map_remove(struct map *map, void *entry)
{
    struct map_link **at = head_of(map, map->key_of(entry));

    while (*at != link_of(map, entry)) {
        assert(*at != NULL);
        at = &(*at)->next;
    }
    *at = (*at)->next;
    map->count--;
}
