/* SPDX-License-Identifier: MIT */
#ifndef DISQ_OPTIONS_H
#define DISQ_OPTIONS_H

/* The table of options: ranges and defaults. Setting one by its name is in disq.h. */

#include "client/disq.h"

/* The largest timeout that can be asked for, 31 years: in microseconds it can still be added to any time. */
#define DISQ_TIMEOUT_MAX_MS INT64_C(1000000000000)

bool disq_options_are_in_range(const struct disq_options *options);

/* Gives all numbers that are 0, and the policy, their defaults. */
void disq_options_fill_in(struct disq_options *options);

#endif
