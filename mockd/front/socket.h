/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_FRONT_SOCKET_H
#define MOCKD_FRONT_SOCKET_H

struct loop;
struct node;
struct session;

/* Serves a client of the node on a connected stream socket. Takes the descriptor, makes it non-blocking; the
 * loop owns what comes of it. */
struct session *socket_serve(struct loop *loop, struct node *node, int fd);

#endif
