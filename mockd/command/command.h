/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_COMMAND_COMMAND_H
#define MOCKD_COMMAND_COMMAND_H

#include "mockd/command/client.h"

/* Runs one request of a client that is not blocked: the checks of §1.3, then the command. Replies go to
 * client->out. Afterwards the client may be blocked or closing. argc is at least 1. */
void command_run(struct client *client, const struct bytes *argv, size_t argc);

#endif
