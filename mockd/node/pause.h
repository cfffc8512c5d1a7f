/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_PAUSE_H
#define MOCKD_NODE_PAUSE_H

#include "mockd/node/queue.h"

struct message;
struct peer;

/* Replaces the pause state of a queue; one that is not there is made unless the state is none. */
void pause_set(struct node *node, struct bytes queue, unsigned pause);

/* The pause state of a queue; none if it is not there. */
unsigned pause_get(struct node *node, struct bytes queue);

/* "none", "in", "out", "all" */
const char *pause_name(unsigned pause);

/* Sends the state of a queue to all other nodes. */
void pause_tell_all(struct node *node, struct bytes queue, unsigned pause);

void pause_on_pause(struct node *node, struct peer *sender, const struct message *message);

#endif
