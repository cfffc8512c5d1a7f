/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_FEDERATION_H
#define MOCKD_NODE_FEDERATION_H

#include "mockd/node/queue.h"

struct message;
struct peer;

enum federation_why {
    NEED_WAITING,      /* a client found the queue empty */
    NEED_REACHED_ZERO, /* a client took its last job */
};

/* A new queue has imported nothing. */
void federation_init(struct queue *queue);

/* Asks other nodes for jobs of this queue, if it is time to (§10.1). */
void federation_need(struct queue *queue, enum federation_why why);

/* Jobs a second that come from other nodes (§10.3). */
uint32_t federation_import_rate(const struct queue *queue);

void federation_on_needjobs(struct node *node, struct peer *sender, const struct message *message);
void federation_on_yourjobs(struct node *node, struct peer *sender, const struct message *message);

#endif
