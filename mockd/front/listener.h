/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_FRONT_LISTENER_H
#define MOCKD_FRONT_LISTENER_H

#include <stdbool.h>
#include <stddef.h>

struct loop;

/* A TCP port or Unix socket at which clients come. In two steps, because a node has to know its port when it
 * is made, and the system may be the one that chooses it. */
struct listener;

/* Takes the descriptor of one who came. */
typedef void listener_fn(struct loop *loop, void *ctx, int fd);

/* Can it be listened at: is it an IPv4 address in digits? */
bool listener_is_host(const char *host);

/* A socket that listens at this address; port 0 lets the system choose. The descriptor, with the port in
 * *bound_port; or -1, with a sentence in `error` that names address and port. */
int listener_bind(const char *host, int port, int *bound_port, char *error, size_t error_size);

/* The same at a path in the file system, where a socket that nobody listens at any more gives way. */
int listener_bind_path(const char *path, char *error, size_t error_size);

/* Lets in whoever comes. Takes the descriptor; the loop is borrowed, and outlives it. */
struct listener *listener_new(struct loop *loop, int fd, listener_fn *serve);

/* To whom they come from now on: the ctx that serve is given. NULL, as at first: a port refuses connections,
 * though nobody else can take it. A path cannot: there, who comes waits. */
void listener_open(struct listener *listener, void *ctx);

/* Closes the port; clients that are connected stay. NULL is fine. */
void listener_free(struct listener *listener);

#endif
