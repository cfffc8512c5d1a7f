/* SPDX-License-Identifier: MIT */
#ifndef DISQ_RESULTS_H
#define DISQ_RESULTS_H

/* The second half of a call that waits. What event loops use instead is in disq.h. */

#include "client/call.h"

/* rc is how starting the call went. If that is 0, waits until it is done and puts its result into `to`, which
 * may be NULL. Returns the call's code. */
int disq_results_wait(struct disq *client, int rc, enum disq_result result, void *to);

/* What the result of the call that ended last comes to, when it is looked at. Returns rc. */
int disq_results_judge(struct disq *client, int rc);

#endif
