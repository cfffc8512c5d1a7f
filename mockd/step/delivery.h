/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_STEP_DELIVERY_H
#define MOCKD_STEP_DELIVERY_H

#include "mockd/step/step.h"

/* check delivery: are jobs delivered as often as they should be? */
bool delivery_read(struct args *args, struct mockd_step *step);
int delivery_run(struct mockd *cluster, struct mockd_step *step, struct mockd_outcome *outcome);

#endif
