/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_STEP_CLIENT_H
#define SCENARIOS_RUNNER_STEP_CLIENT_H

/* The rows of the table of steps that are about clients, as they are read; clients.h runs them. */

#include "scenarios/runner/steps.h"

bool step_client_parse(struct parser *parser);
bool step_call_parse(struct parser *parser);
bool step_ask_parse(struct parser *parser);
bool step_collect_parse(struct parser *parser);

#endif
