/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_GOSSIP_H
#define MOCKD_NODE_GOSSIP_H

#include "mockd/node/peer.h"

struct message;

/* What a heartbeat says of a third node. */
struct gossip {
    struct node_id id;
    struct address address;
    bool is_failing;
};

/* Adds what the node knows of some others, picked at random, to a message (§7.5). */
void gossip_add(struct node *node, struct message *message);

/* Takes in what a node that is known says of others: unknown ones are met, failing ones counted. */
void gossip_hear(struct peer *sender, const struct message *message);

#endif
