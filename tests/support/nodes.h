/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_NODES_H
#define TESTS_SUPPORT_NODES_H

#include "mockd/node/node.h"

enum { NODES_MAX = 5 };

/* Some nodes without sockets, on a bus of their own, in virtual time that starts at 1000 s. Those at places
 * that are cut do not hear the others, nor do the others hear them. */
struct nodes {
    struct clock *clock;
    struct bus *bus;
    struct log log;
    struct node *at[NODES_MAX];
    struct disk disks[NODES_MAX];
    bool is_cut[NODES_MAX];
};

/* Nodes that do not know each other, at 127.0.0.1:7711 and on. */
struct nodes *nodes_new(int count, uint64_t seed);

/* Makes all of them know each other. */
void nodes_join(struct nodes *nodes);

/* Entries of `at` that are NULL are nodes that were freed before. NULL is fine. */
void nodes_free(struct nodes *nodes);

/* Lets time pass. */
void nodes_advance(struct nodes *nodes, int64_t duration_ms);

/* What one knows of another by its present address, or NULL. */
struct peer *nodes_seen(const struct nodes *nodes, int by, int other);

#endif
