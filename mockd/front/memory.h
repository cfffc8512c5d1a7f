/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_FRONT_MEMORY_H
#define MOCKD_FRONT_MEMORY_H

struct loop;
struct node;
struct mockd_conn;

/* A client connection in memory, without any socket or system call. mockd.h tells what can be done with it:
 * mockd_send, mockd_recv, mockd_is_readable and mockd_close are here. The loop owns it until mockd_close. */
struct mockd_conn *memory_connect(struct loop *loop, struct node *node);

/* Has it called when there is something to receive. It must only note that, not use the connection. */
void memory_watch(struct mockd_conn *conn, void (*on_readable)(void *ctx), void *ctx);

#endif
