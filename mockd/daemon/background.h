/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_DAEMON_BACKGROUND_H
#define MOCKD_DAEMON_BACKGROUND_H

#include <stdbool.h>

/* Goes to the background: what returns is a new process, in a session of its own. The one that was called
 * stays until background_begin, or until the new one ends: then it ends with the same exit code.
 * A descriptor for background_begin, or -1 after saying on standard error why it cannot be. */
int background_start(void);

/* All that could fail has been done: lets go of the terminal, and of who waits. */
void background_begin(int fd);

#endif
