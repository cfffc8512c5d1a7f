/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_DAEMON_DAEMON_H
#define MOCKD_DAEMON_DAEMON_H

#include "mockd/daemon/settings.h"

/* Serves a cluster until it is told to end. An exit code; if that is none of success, standard error says
 * why. */
int daemon_serve(const struct settings *settings);

#endif
