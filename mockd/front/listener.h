/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_FRONT_LISTENER_H
#define MOCKD_FRONT_LISTENER_H

#include <stdbool.h>
#include <stddef.h>

struct loop;
struct node;

/* A TCP port or Unix socket on which clients connect to a node: each that comes is a session. In two steps,
 * because a node has to know its port when it is made, and the system may be the one that chooses it. */
struct listener;

/* Can it be listened at: is it an IPv4 address in digits? */
bool listener_is_host(const char *host);

/* A socket that listens at this address; port 0 lets the system choose. The descriptor, with the port in
 * *bound_port; or -1, with a sentence in `error` that names address and port. */
int listener_bind(const char *host, int port, int *bound_port, char *error, size_t error_size);

/* The same at a path in the file system, where a socket that nobody listens at any more gives way. */
int listener_bind_path(const char *path, char *error, size_t error_size);

/* Accepts clients for the node. Takes the descriptor; loop and node are borrowed, and outlive it. */
struct listener *listener_new(struct loop *loop, struct node *node, int fd);

/* Closes the port; clients that are connected stay. NULL is fine. */
void listener_free(struct listener *listener);

#endif
