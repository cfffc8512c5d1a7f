/* SPDX-License-Identifier: MIT */
#ifndef DISQ_SEARCH_H
#define DISQ_SEARCH_H

/* The search for a home: the best nodes first, at random among equals; then a pause, and again. */

#include "client/pool.h"

struct disq;

/* Zeroed is off. */
struct disq_search {
    bool is_on;
    int64_t deadline_us;
    int64_t pause_until_us; /* 0: no pause */
    uint64_t round;         /* ever: what a node's tried_in is compared with */
    unsigned rounds;        /* of this search */
    uint64_t choice;        /* this round's randomness */
    unsigned tried;         /* nodes, in this round */
    struct disq_node *node; /* the one being dialled, or NULL */

    int failure;        /* what it comes to, or came to, if nobody is found */
    uint64_t failed_in; /* the newest call when a search failed: there is one a call */

    const struct disq_node *from; /* the home before, or NULL */
    int why;                      /* that one was left */
};

/* Goes on, or begins. 0: client->home is there and connected; DISQ_AGAIN; or DISQ_CANNOT_CONNECT, DISQ_NOAUTH
 * or DISQ_NO_MEMORY, and the search is off. */
int disq_search_step(struct disq *client);

/* The node being dialled wants a password, or another one. If nobody lets us in, trying again is of no use.
 */
void disq_search_locked_out(struct disq *client);

/* When it goes on though nothing was heard. */
int64_t disq_search_deadline(const struct disq *client);

/* The pause after that many failures, half of it random. */
int64_t disq_search_backoff_us(struct disq *client, unsigned failures);

#endif
