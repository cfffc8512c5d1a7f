/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_SIM_MAP_H
#define MOCKD_SIM_MAP_H

#include "mockd/sim/bytes.h"

/* Entries found by a key that each holds within itself. The map owns no entry. It cannot be walked: its order
 * would differ between runs of different make. */
struct map {
    struct bytes (*key_of)(const void *entry);
    struct map_slot *slots;
    size_t count;
    size_t size; /* of slots: 0, or a power of two */
};

struct map_slot {
    uint64_t hash;
    void *entry; /* NULL: free */
};

void map_init(struct map *map, struct bytes (*key_of)(const void *entry));
void map_fini(struct map *map);

/* The entry of this key, or NULL. */
void *map_get(const struct map *map, struct bytes key);

/* Adds an entry whose key is not in. */
void map_add(struct map *map, void *entry);

/* Removes an entry that is in. */
void map_remove(struct map *map, const void *entry);

#endif
