/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_SIM_OWNER_H
#define MOCKD_SIM_OWNER_H

#include <stddef.h>

/* The struct of this type that a member lives in, by a pointer to the member: links of lists, timers, and
 * what else is handed to a function that knows nothing of its owner. */
#define OWNER_OF(pointer, type, member) ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#endif
