/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_SERVE_LISTENERS_H
#define MOCKD_SERVE_LISTENERS_H

#include "mockd/mockd.h"

#include <stddef.h>

struct loop;

/* Where to listen. Texts are borrowed. */
struct listening {
    const char *hosts;      /* see endpoint.h */
    bool are_ports_chosen;  /* by the system, instead of counting from the cluster's base_port */
    bool has_no_port;       /* nodes have only paths */
    const char *unixsocket; /* the path of a lone node, and how those of several begin; NULL: none */
    int unixsocket_mode;    /* 0: what the system gives it */
    bool ends_loop;         /* when clients have shut down all nodes */
};

/* Where clients come in: a TCP port for each node, and the path of a Unix socket if that was asked for. They
 * outlast the cluster that is behind them. */
struct listeners;

enum { LISTENERS_ERROR_SIZE = 256 };

/* None yet. What is given is borrowed; the options are the first cluster's. */
struct listeners *listeners_new(const struct listening *where, const struct mockd_options *options,
                                struct loop *loop);

/* Closes them; paths are removed. NULL is fine. */
void listeners_free(struct listeners *listeners);

/* Has a port and a path for each of so many nodes, which have to know their ports when they are made. False
 * if one cannot be, as the error says. */
bool listeners_reserve(struct listeners *listeners, int nodes, char error[LISTENERS_ERROR_SIZE]);

/* The port of each node. */
const int *listeners_ports(const struct listeners *listeners);

/* The address at which clients of this machine find these ports. */
const char *listeners_host(const struct listeners *listeners);

/* Do these listen at that address, too? */
bool listeners_hear(void *listeners, const char *host);

/* The path of a node, or NULL. */
const char *listeners_path(const struct listeners *listeners, int node);

/* Lets clients in to the nodes of this cluster, for all of which there are listeners. It outlives these, or
 * the next call, which takes the place of this one. */
void listeners_open(struct listeners *listeners, struct mockd *cluster);

#endif
