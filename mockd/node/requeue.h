/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_REQUEUE_H
#define MOCKD_NODE_REQUEUE_H

#include "mockd/node/job.h"

struct message;
struct peer;

/* Puts a job in its queue, again or for the first time, and restarts its retry clock (§6.3); the others are
 * told, and one delivery or NACK more is counted, unless this is the first time. false, and nothing is done:
 * it is queued, or never to be queued again. */
bool requeue_enqueue(struct job *job, bool is_nack);

/* ENQUEUE and NACK: as above, but for active jobs only (§5.5). */
bool requeue_by_command(struct job *job, bool is_nack);

/* Takes a job off its queue, if it is there; it stays active. */
bool requeue_dequeue(struct job *job);

/* WORKING: takes it off the queue, postpones it by its retry time, and tells the others (§5.6). */
void requeue_working(struct job *job);

/* The job's timer: expires it, warns the others, queues it, or tries to collect it (§9.1). */
void requeue_on_timer(struct timer *timer);

void requeue_on_enqueue(struct node *node, struct peer *sender, const struct message *message);
void requeue_on_queued(struct node *node, struct peer *sender, const struct message *message);
void requeue_on_willqueue(struct node *node, struct peer *sender, const struct message *message);
void requeue_on_working(struct node *node, struct peer *sender, const struct message *message);

#endif
