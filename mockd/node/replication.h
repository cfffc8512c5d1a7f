/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_REPLICATION_H
#define MOCKD_NODE_REPLICATION_H

#include "mockd/node/job.h"

struct message;
struct peer;

/* A producer that waits until enough nodes hold its job. */
struct copies_waiter {
    /* Enough do; or the job was removed before. It waits no more. */
    void (*on_end)(struct copies_waiter *waiter, const struct job *job, bool is_achieved);
};

/* Must the nodes that hold a new job all be others, because this one takes none (§11.1, §11.2)? */
bool replication_is_external(const struct node *node);

/* Asks that many more nodes to hold the job (§8.2). With MSG_NOREPLY nobody answers. How many were added. */
size_t replication_ask(struct job *job, size_t more, unsigned flags);

/* Registers a new job in state wait-repl, for its producer, and asks that many other nodes for copies. */
void replication_wait(struct job *job, struct copies_waiter *waiter, size_t others);

/* At a visit of the producer: one more node, if there is one, and REPLJOB again. Was there one? */
bool replication_on_visit(struct job *job);

/* Enough nodes hold a job in state wait-repl: queues it, or lets it wait for its delay, or, if no copy is to
 * be here, has another node queue it and drops it. Is the job still here? */
bool replication_achieve(struct job *job);

/* The job is about to be dropped: its producer is told, and those that may have a copy drop it too. */
void replication_give_up(struct job *job);

/* Forgets the producer: it is gone, or was answered already. */
void replication_forget_waiter(struct job *job);

/* Has one node at random queue a job that is not to be held here (§5.1). */
void replication_pass_on(struct job *job, const struct node_set *to);

void replication_on_repljob(struct node *node, struct peer *sender, const struct message *message);
void replication_on_gotjob(struct node *node, struct peer *sender, const struct message *message);

#endif
