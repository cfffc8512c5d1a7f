/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_MATCH_H
#define SCENARIOS_RUNNER_MATCH_H

#include "scenarios/runner/pattern.h"

/* Is the value as expected? Binds the names that were not bound; none, if the answer is no. */
bool match(const struct pattern *pattern, const struct value *value, struct vars *vars);

#endif
