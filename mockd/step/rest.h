/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_STEP_REST_H
#define MOCKD_STEP_REST_H

#include "mockd/mockd.h"

/* Whether a cluster has come to rest after what it went through. Where it has not, the outcome says what
 * should be, and what is. */

/* Does every node that runs know every other as well, and is there no job that nodes are still busy with? */
bool rest_is_converged(const struct mockd *cluster, struct mockd_outcome *outcome);

/* Is there no job that will be delivered, or delivered again? */
bool rest_is_drained(const struct mockd *cluster, struct mockd_outcome *outcome);

#endif
