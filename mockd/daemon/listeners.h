/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_DAEMON_LISTENERS_H
#define MOCKD_DAEMON_LISTENERS_H

#include "mockd/daemon/settings.h"

#include <stddef.h>

struct loop;

/* Where clients come in: a TCP port for each node, and the path of a Unix socket if that was asked for. They
 * outlast the cluster that is behind them. */
struct listeners;

enum { LISTENERS_ERROR_SIZE = 256 };

/* None yet. Settings and loop are borrowed. */
struct listeners *listeners_new(const struct settings *settings, struct loop *loop);

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
