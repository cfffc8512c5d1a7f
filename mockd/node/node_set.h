/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_NODE_SET_H
#define MOCKD_NODE_NODE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A set of nodes, by their index in the peers of the node that keeps the set. Each job has two of these,
 * so one is a word: up to 63 nodes are bits in it. All zero is the empty set. */
struct node_set {
    uint64_t bits; /* shifted by one, the lowest bit set; or, the lowest bit clear, the address of a struct
                    * node_words; or 0 */
};

/* Frees what a set with higher indexes needs; it is empty then. */
void node_set_clear(struct node_set *set);

void node_set_add(struct node_set *set, size_t index);
bool node_set_has(const struct node_set *set, size_t index);
bool node_set_is_empty(const struct node_set *set);
size_t node_set_size(const struct node_set *set);

/* The lowest index in the set that is not below `from`, or SIZE_MAX. */
size_t node_set_next(const struct node_set *set, size_t from);

#define NODE_SET_FOR_EACH(index, set)                                                                        \
    for (size_t index = node_set_next(set, 0); index != SIZE_MAX; index = node_set_next(set, index + 1))

#endif
