/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_SPAWN_H
#define SCENARIOS_RUNNER_SPAWN_H

/* A program that is run besides. */

#include "client/disq.h"
#include "scenarios/runner/text.h"

#include <sys/types.h>

/* The first of so many ports in a row that nobody listens at, nor 10000 above, where nodes have their bus;
 * -1: none was found. */
int spawn_find_ports(int count);

/* Runs a command line as the shell does, with {n} and {port} in it being these numbers; or -1. */
pid_t spawn_start(const char *command, int nodes, int port);

/* Does it still run? */
bool spawn_runs(pid_t pid);

/* Has it end, by force if it does not within some seconds. */
void spawn_stop(pid_t pid, const struct disq_env *env);

#endif
