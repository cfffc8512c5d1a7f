/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_DAEMON_DOORS_H
#define MOCKD_DAEMON_DOORS_H

#include "mockd/daemon/settings.h"

#include <stddef.h>

struct loop;

/* Where clients come in: a TCP port for each node, and the path of a Unix socket if that was asked for. They
 * outlast the cluster that is behind them. */
struct doors;

enum { DOORS_ERROR_SIZE = 256 };

/* None yet. Settings and loop are borrowed. */
struct doors *doors_new(const struct settings *settings, struct loop *loop);

/* Closes them; paths are removed. NULL is fine. */
void doors_free(struct doors *doors);

/* Has a port and a path for each of so many nodes, which have to know their ports when they are made. False
 * if one cannot be, as the error says. */
bool doors_reserve(struct doors *doors, int nodes, char error[DOORS_ERROR_SIZE]);

/* The port of each node. */
const int *doors_ports(const struct doors *doors);

/* The address at which clients of this machine find these ports. */
const char *doors_host(const struct doors *doors);

/* Do these doors listen at that address, too? */
bool doors_hear(void *doors, const char *host);

/* The path of a node, or NULL. */
const char *doors_path(const struct doors *doors, int node);

/* Lets clients in to the nodes of this cluster, for which there are doors. It outlives the doors, or the next
 * call, which takes the place of this one. */
void doors_open(struct doors *doors, struct mockd *cluster);

#endif
