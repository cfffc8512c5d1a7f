/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_ACK_H
#define MOCKD_NODE_ACK_H

#include "mockd/node/node.h"

struct message;

/* ACKJOB of one ID (§5.3). true if the job was known here and not acknowledged yet. */
bool ack_by_command(struct node *node, const struct job_id *id);

/* FASTACK of one ID (§5.4). true if the job was known here. */
bool ack_fast(struct node *node, const struct job_id *id);

/* Tells a node that the job is acknowledged. */
void ack_tell(struct job *job, struct peer *to);

/* The timer of an acknowledged job: tries to collect it; it may be gone afterwards. */
void ack_on_timer(struct job *job);

void ack_on_setack(struct node *node, struct peer *sender, const struct message *message);
void ack_on_gotack(struct node *node, struct peer *sender, const struct message *message);
void ack_on_deljob(struct node *node, struct peer *sender, const struct message *message);

#endif
