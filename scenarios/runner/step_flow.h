/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_STEP_FLOW_H
#define SCENARIOS_RUNNER_STEP_FLOW_H

/* The rows of the table of steps that are about cluster, time and repetition. */

#include "scenarios/runner/steps.h"

bool step_cluster_parse(struct parser *parser);
bool step_wait_parse(struct parser *parser);
bool step_within_parse(struct parser *parser);
bool step_repeat_parse(struct parser *parser);
bool step_end_parse(struct parser *parser);

bool step_wait_run(struct run *run, const struct step *step);
bool step_repeat_run(struct run *run, const struct step *step);

#endif
