/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_DAEMON_READY_H
#define MOCKD_DAEMON_READY_H

#include "mockd/daemon/doors.h"

/* Says where the nodes are, in a line of JSON, where the settings want it. */
void ready_say(const struct settings *settings, const struct mockd *cluster, const struct doors *doors);

#endif
