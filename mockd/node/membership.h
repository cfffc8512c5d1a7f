/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_MEMBERSHIP_H
#define MOCKD_NODE_MEMBERSHIP_H

#include "mockd/node/node.h"

struct message;

/* A new entry in the table of peers. */
struct peer *membership_add(struct node *node, const struct node_id *id, int address);

void membership_free(struct node *node);

/* Forgets another node: it is known no more, and messages for it go nowhere (§7.7). */
void membership_forget(struct node *node, struct peer *peer);

/* Forgets all others; hard: takes a new ID too. */
void membership_reset(struct node *node, bool is_hard);

/* The node of this ID of 40 characters, or NULL. */
struct peer *membership_find(const struct node *node, const char *id);

/* How many nodes are known, this one included (§7.3). */
size_t membership_size(const struct node *node);

/* May this node be asked to hold a copy (§7.4)? */
bool membership_is_reachable(const struct node *node, const struct peer *peer);
size_t membership_reachable_count(const struct node *node);

/* The reachable nodes in random order, to be freed; *count of them. */
struct peer **membership_shuffle(struct node *node, size_t *count);

/* What HELLO says of a peer; lower is better. */
int membership_priority(const struct peer *peer);

/* Begins to send PINGs, now that there is somebody to send them to. */
void membership_start(struct node *node);

void membership_on_ping(struct node *node, struct peer *sender, const struct message *message);
void membership_on_pong(struct node *node, struct peer *sender, const struct message *message);

#endif
