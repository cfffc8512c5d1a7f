/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_STEP_NODE_H
#define SCENARIOS_RUNNER_STEP_NODE_H

/* The rows of the table of steps that are about a node's connections, as they are read; conns.h runs them. */

#include "scenarios/runner/steps.h"

bool step_send_parse(struct parser *parser);
bool step_raw_parse(struct parser *parser);
bool step_recv_parse(struct parser *parser);
bool step_close_parse(struct parser *parser);

/* Called when the reply under the send is known. */
bool step_send_check(struct parser *parser);

#endif
