/* SPDX-License-Identifier: MIT */
#ifndef DISQ_ORIGINS_H
#define DISQ_ORIGINS_H

/* Where jobs were created, where they were delivered, and what follows: reads move to the former, acks go to
 * the latter. */

#include "client/counter.h"
#include "client/disq.h"
#include "client/pool.h"

enum { DISQ_DELIVERIES = 1024 };

struct disq_delivery {
    uint64_t key; /* of the job's ID */
    struct disq_node *by;
};

struct disq_origins {
    struct disq_counter counter;
    struct disq_view view;    /* what the policy is shown, filled in as far as it stays the same */
    struct disq_node *target; /* where reads are about to move; NULL: they stay */

    /* Who delivered which job. The newest takes the place of one of its hash: whose delivery is forgotten,
     * its ack goes to the reading node, which mostly is the deliverer. */
    struct disq_delivery deliveries[DISQ_DELIVERIES];
};

/* 0 or DISQ_NO_MEMORY. */
int disq_origins_init(struct disq *client);

/* Notes that a node delivered these jobs; counts where they come from, if that is wanted, and asks the
 * policy. */
void disq_origins_received(struct disq *client, struct disq_node *by, const struct disq_job *jobs);

/* Asks the policy whether reads should move. */
void disq_origins_consider(struct disq *client, enum disq_moment moment);

/* The node that reads go to, or are about to move to; NULL: one is to be searched for. */
struct disq_node *disq_origins_reads(const struct disq *client);

/* Reads go where they were about to go: the node is connected. Or they stay, as it is not. */
void disq_origins_arrive(struct disq *client);
void disq_origins_stay(struct disq *client);

/* Who delivered the job with this ID, as far as is remembered; NULL. */
struct disq_node *disq_origins_deliverer(const struct disq *client, const char *id);

#endif
