/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_DAEMON_REDIS_COMMANDS_H
#define MOCKD_DAEMON_REDIS_COMMANDS_H

#include "mockd/front/service.h"

/* Answers what Redis clients ask on their own: when they connect, to see whether the server is still there,
 * and before they go. False: it is nothing of that kind. */
bool redis_command_answer(struct caller *caller, const struct bytes *argv, size_t argc);

#endif
