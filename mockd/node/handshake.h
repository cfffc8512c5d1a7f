/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_HANDSHAKE_H
#define MOCKD_NODE_HANDSHAKE_H

#include "mockd/node/peer.h"

/* How two nodes come to know each other (§7.5): one links to an address and says MEET; the PONG tells it who
 * is there, and the other, which was met, links back. */

/* CLUSTER MEET. false: that is no address. */
bool handshake_with(struct node *node, struct bytes host, int64_t port);

/* Meets whoever is at an address, unless that is under way. */
void handshake_begin(struct node *node, const struct address *address);

/* This node was met from a place on the bus. */
void handshake_accept(struct node *node, int place);

/* A PONG came from where a handshake was begun, from the node of this ID, which may be known already
 * (sender), so that there was no need: then false, and the entry is gone. */
bool handshake_complete(struct peer *peer, struct peer *sender, const struct node_id *id);

/* When it has taken too long. */
int64_t handshake_ends_ms(const struct peer *peer);

/* Drops those that took too long. */
void handshake_expire(struct node *node);

#endif
