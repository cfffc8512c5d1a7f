/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_MEMBERSHIP_H
#define MOCKD_NODE_MEMBERSHIP_H

#include "mockd/node/node.h"

/* Makes a node know another one, as if they had been joined for long. */
void membership_join(struct node *node, const struct node *other);

/* Forgets another node: it is known no more, messages for it go nowhere, and gossip does not bring it back
 * for a minute (§7.7). */
void membership_forget(struct node *node, struct peer *peer);

/* Is gossip about this node to be ignored? */
bool membership_is_barred(const struct node *node, const struct node_id *id);

/* Forgets all others; hard: takes a new ID too. */
void membership_reset(struct node *node, bool is_hard);

/* How many nodes are known, this one included, handshakes not (§7.3). */
size_t membership_size(const struct node *node);

/* Something changed that the list of reachable nodes depends on: it is made anew at the next tick. */
void membership_changed(struct node *node);

/* Makes it anew, if anything changed. */
void membership_review(struct node *node);

/* How many nodes may be asked to hold a copy (§7.4). */
size_t membership_reachable_count(const struct node *node);

/* The reachable nodes in random order, to be freed; *count of them. */
struct peer **membership_shuffle(struct node *node, size_t *count);

/* What HELLO says of a peer; lower is better. */
int membership_priority(const struct peer *peer);

#endif
