/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_RECORD_H
#define MOCKD_NODE_RECORD_H

#include "mockd/sim/bytes.h"

struct job;
struct node;

/* A job as it stands in an append-only file. */
void record_write(struct buffer *record, const struct job *job);

/* Takes such a job, unless its time is over or it is there already. One that was queued when it was written
 * is queued again if asked for (§12.3). false: this is none. */
bool record_load(struct node *node, struct bytes record, bool enqueue);

#endif
