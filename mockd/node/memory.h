/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_MEMORY_H
#define MOCKD_NODE_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

struct node;

/* What a node is taken to use, by a formula that gives the same on every machine: what a real server uses
 * when it is empty, and for each job and queue. */
enum {
    MEMORY_NODE_BYTES = 900 * 1024,
    MEMORY_JOB_BYTES = 644,   /* and its queue's name, and its body */
    MEMORY_QUEUE_BYTES = 512, /* and its name */
};

/* How much of maxmemory is used (§11.1). */
enum memory_level {
    MEMORY_FINE,
    MEMORY_TIGHT, /* above 75 %: takes no copies, adds jobs elsewhere */
    MEMORY_FULL,  /* above 95 %: evicts, and refuses what it cannot make room for */
};

enum memory_level memory_level(const struct node *node);

/* So many bytes more are used, or less; the level follows. */
void memory_count(struct node *node, int64_t bytes);

/* The level after maxmemory was changed. */
void memory_review(struct node *node);

/* Before a command: evicts while memory is full. false: it stays full, and what needs memory is to be
 * refused. Without a limit (maxmemory 0) nothing is evicted and nothing refused (S-20). */
bool memory_make_room(struct node *node);

#endif
