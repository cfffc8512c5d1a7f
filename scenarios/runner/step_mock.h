/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_STEP_MOCK_H
#define SCENARIOS_RUNNER_STEP_MOCK_H

/* The steps that the mock does itself: faults and checks. mockd.h tells what they are. */

#include "scenarios/runner/steps.h"

/* Is this the name of one? */
bool step_mock_is(struct slice word);

bool step_mock_parse(struct parser *parser);
bool step_mock_run(struct run *run, const struct step *step);

/* At the end of a scenario: was a fault asked for that never came to be? Then the run has failed. */
bool step_mock_check_leftovers(struct run *run);

#endif
