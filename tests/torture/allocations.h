/* SPDX-License-Identifier: MIT */
#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

/* The client's allocations, and hiredis' for it: their libraries are linked with malloc, calloc, realloc and
 * free renamed to the functions in allocations.c, so that nobody else's count. */

#include <stdbool.h>
#include <stdint.h>

/* From now on they count from 1, and the one with that number fails, alone or with all behind it; 0: none. */
void allocations_start(int64_t fails_at, bool and_on);

/* Since then. */
int64_t allocations_count(void);

/* None fails any more. */
void allocations_heal(void);

/* How many blocks are in use. */
int64_t allocations_live(void);

#endif
