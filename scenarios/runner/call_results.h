/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_CALL_RESULTS_H
#define SCENARIOS_RUNNER_CALL_RESULTS_H

/* Ends the client's oldest call: its code, and its result as a value. By what the library's calls give. */

#include "client/disq.h"
#include "scenarios/runner/value.h"

typedef int call_finish(struct disq *client, struct arena *arena, struct value *result);

call_finish call_finish_ok;
call_finish call_finish_ping;
call_finish call_finish_id;
call_finish call_finish_jobs;
call_finish call_finish_number;
call_finish call_finish_hello;
call_finish call_finish_reply;

#endif
