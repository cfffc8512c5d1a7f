/* SPDX-License-Identifier: MIT */
#ifndef TALLY_H
#define TALLY_H

/* What measured code takes from outside: memory, and its environment's functions. All of it is counted while
 * a measurement is on, except by what runs inside those functions: the cluster, that is. */

#include "client/disq.h"

struct tally {
    int64_t allocations; /* malloc, calloc and realloc, called by the client or by hiredis */
    int64_t sends;
    int64_t receives;
    int64_t waits;
    int64_t clock_reads;
};

/* An environment that counts, and passes on to `real`, which must live as long. */
void tally_env(struct disq_env *env, const struct disq_env *real);

/* Has work done that is not to be measured, in the middle of what is. */
void tally_outside(void (*work)(void *ctx), void *ctx);

/* What is being counted, for whoever sees what an environment does not; what is counted there between a stop
 * and the next start does not matter. */
struct tally *tally_counts(void);

void tally_start(void);

/* Stops, and gives what was counted since the start. */
struct tally tally_stop(void);

#endif
