/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_DAEMON_DOORS_H
#define MOCKD_DAEMON_DOORS_H

#include "mockd/daemon/settings.h"
#include "mockd/sim/bytes.h"

/* Where clients come in: a TCP port for each node, and the path of a Unix socket if that was asked for. */
struct doors;

/* Opens the ports, which nodes have to know when they are made; NULL after saying on standard error which
 * cannot be. Settings are borrowed. */
struct doors *doors_open(const struct settings *settings);

/* Closes them; paths are removed. NULL is fine. */
void doors_close(struct doors *doors);

/* The port of each node. */
const int *doors_ports(const struct doors *doors);

/* The path of a node, or NULL. */
const char *doors_path(const struct doors *doors, int node);

/* Opens the paths, and lets clients in to the nodes of this cluster, which outlives the doors. False after
 * saying on standard error which path cannot be. */
bool doors_serve(struct doors *doors, struct mockd *cluster);

#endif
