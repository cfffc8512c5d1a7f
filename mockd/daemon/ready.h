/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_DAEMON_READY_H
#define MOCKD_DAEMON_READY_H

#include "mockd/daemon/control.h"

/* Says where the nodes are, and the control port unless it is NULL, in a line of JSON, where the settings
 * want it. */
void ready_say(const struct cluster_owner *owner, const struct control *control);

#endif
