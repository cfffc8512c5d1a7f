/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_DAEMON_CONTROL_H
#define MOCKD_DAEMON_CONTROL_H

#include "mockd/daemon/cluster_owner.h"

/* The port at which a cluster is told what to go through: in the Redis protocol, so that any client of that
 * will do. It takes the steps of scenarios, and commands that look inside, let time pass, or begin anew. */
struct control;

/* Listens where the settings of the cluster's owner say. NULL if that cannot be, as the error says. The owner
 * is borrowed. */
struct control *control_new(struct cluster_owner *owner, char error[LISTENERS_ERROR_SIZE]);

/* NULL is fine. */
void control_free(struct control *control);

int control_port(const struct control *control);

#endif
