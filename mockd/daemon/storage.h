/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_DAEMON_STORAGE_H
#define MOCKD_DAEMON_STORAGE_H

#include "mockd/daemon/settings.h"

/* The directories of the nodes, in which their files outlive the process: the one that was named for a node
 * that is alone, and one of its own in it for each of several. */
struct storage;

/* Makes the directories, and reads what is there. NULL after saying on standard error what cannot be. */
struct storage *storage_open(const struct settings *settings);

/* NULL is fine. */
void storage_close(struct storage *storage);

/* One for each node. */
struct disk *storage_disks(struct storage *storage);

#endif
