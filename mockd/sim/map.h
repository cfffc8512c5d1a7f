/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_SIM_MAP_H
#define MOCKD_SIM_MAP_H

#include "mockd/sim/bytes.h"

/* Entries found by a key that each holds within itself, beside a link for the map's use. The map owns no
 * entry. It cannot be walked: its order would differ between runs of different make. */
struct map {
    struct bytes (*key_of)(const void *entry);
    size_t link_at; /* in an entry */
    struct map_link **heads;
    size_t count;
    size_t size; /* of heads: 0, or a power of two */
};

/* Lives inside an entry. */
struct map_link {
    struct map_link *next;
};

void map_init(struct map *map, struct bytes (*key_of)(const void *entry), size_t link_at);
void map_fini(struct map *map);

/* The entry of this key, or NULL. */
void *map_get(const struct map *map, struct bytes key);

/* Adds an entry whose key is not in. */
void map_add(struct map *map, void *entry);

/* Removes an entry that is in. */
void map_remove(struct map *map, void *entry);

#endif
