/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_ROSTER_H
#define MOCKD_NODE_ROSTER_H

#include "mockd/sim/bytes.h"

struct node;
struct peer;

/* The lines of CLUSTER NODES, and of nodes.conf, where a node keeps what it knows of the cluster (§7.2). */

/* Appends the line of one node. */
void roster_write(struct buffer *text, const struct peer *peer);

/* Appends all that nodes.conf keeps: handshakes are not. */
void roster_save(struct buffer *text, const struct node *node);

/* Makes a node that knows only itself what it was when this was saved. false: not such a text; the node may
 * have learnt some of it. */
bool roster_load(struct node *node, struct bytes text);

#endif
