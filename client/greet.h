/* SPDX-License-Identifier: MIT */
#ifndef DISQ_GREET_H
#define DISQ_GREET_H

/* AUTH, if there is a password, and HELLO: what is said on each new connection, and what is made of the
 * answers. */

#include "client/conn.h"

struct disq;

/* Formats the greeting; no password: NULL. 0, or DISQ_NO_MEMORY and it stays as it was. */
int disq_greet_init(struct disq *client, const char *password);

/* Queues it. 0 or DISQ_NO_MEMORY. */
int disq_greet_start(struct disq *client, struct disq_conn *conn, int64_t deadline_us);

/* Queues HELLO, ahead of what is queued next, if the connection's table is old; and AUTH ahead of that, if it
 * is to be said again. */
void disq_greet_refresh(struct disq *client, struct disq_conn *conn);

/* The node wants a password that it did not want when it was greeted: if there is one, it is said next time.
 */
void disq_greet_again(struct disq *client, struct disq_conn *conn);

/* Takes over the table that HELLO answered; nodes that are of no use any more are forgotten. 0 or
 * DISQ_NO_MEMORY. */
int disq_greet_learn(struct disq *client, const struct disq_hello *hello);

/* The answers. HELLO's makes the connection ready: 0, or why it is to be dropped. */
void disq_greet_on_auth(struct disq *client, const struct disq_reply *reply);
int disq_greet_on_hello(struct disq *client, struct disq_conn *conn, const struct disq_reply *reply);

#endif
