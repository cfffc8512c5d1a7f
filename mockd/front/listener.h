/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_FRONT_LISTENER_H
#define MOCKD_FRONT_LISTENER_H

#include <stdbool.h>
#include <stddef.h>

struct loop;

/* A TCP port or Unix socket at which clients come, and nobody else can; it refuses them until it is opened.
 * In two steps, because a node has to know its port when it is made, and the system may be the one that
 * chooses it. */
struct listener;

/* Takes the descriptor of one who came. */
typedef void listener_fn(struct loop *loop, void *ctx, int fd);

/* Listens at a port of these hosts (see endpoint.h); one behind a "-" may be missing on this machine. Port 0
 * lets the system choose one. The loop is borrowed, and outlives it. NULL with a sentence in `error` that
 * names host and port. */
struct listener *listener_at_port(struct loop *loop, const char *hosts, int port, listener_fn *serve,
                                  char *error, size_t error_size);

/* The same at a path in the file system, where a socket that nobody listens at any more gives way. */
struct listener *listener_at_path(struct loop *loop, const char *path, listener_fn *serve, char *error,
                                  size_t error_size);

/* Its port, and where on this machine that is to be found; of a path 0 and "". */
int listener_port(const struct listener *listener);
const char *listener_host(const struct listener *listener);

/* Do those come here who go to its port at this IP address? */
bool listener_hears(const struct listener *listener, const char *host);

/* To whom they come from now on: the ctx that serve is given. NULL, as at first: a port refuses connections,
 * though nobody else can take it. A path cannot: there, who comes waits. */
void listener_open(struct listener *listener, void *ctx);

/* Closes the port; clients that are connected stay. NULL is fine. */
void listener_free(struct listener *listener);

#endif
