/* SPDX-License-Identifier: MIT */
#ifndef DISQ_LINK_H
#define DISQ_LINK_H

/* A node and its connection: dialled, greeted with AUTH and HELLO, served, and dropped. */

#include "client/pool.h"

struct disq;

/* Starts to connect to a node that has no connection, at one of its addresses and then the other; until the
 * deadline it must have answered HELLO. 0: node->conn is there. Else why not: the node is not to be dialled
 * again for a while. */
int disq_link_dial(struct disq *client, struct disq_node *node, int64_t deadline_us);

/* Sends and receives what there is, and hands out replies. May drop the connection. */
void disq_link_serve(struct disq *client, struct disq_conn *conn);

/* Waits for what the calls under way want, until the deadline at the latest. What then came is served by
 * disq_process, which is to follow. 0 or more; or the environment's code, which ends the calls waiting. */
int disq_link_wait(struct disq *client, int64_t deadline_us);

/* Writes what is queued on all connections. True if none was dropped for that. */
bool disq_link_flush(struct disq *client);

/* Closes the connection; those whose replies it owes are told why. */
void disq_link_drop(struct disq *client, struct disq_conn *conn, int why);

/* Nothing goes to the node any more of its own accord: it is neither home nor read from. */
void disq_link_leave(struct disq *client, const struct disq_node *node, int why);

/* Is the node's connection ready for a request? If it was idle for long, whether it is still alive is looked
 * at first, for what is written to a dead one may be lost; a dead one is dropped. */
bool disq_link_is_ready(struct disq *client, struct disq_node *node);

/* The node could not be connected to: not to be dialled again for a while, and reads do not move there. */
void disq_link_give_up(struct disq *client, struct disq_node *node);

#endif
