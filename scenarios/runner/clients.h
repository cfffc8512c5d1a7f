/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_CLIENTS_H
#define SCENARIOS_RUNNER_CLIENTS_H

/* The clients of a scenario: libdisq under test, its handles reached through the target's environment. Calls
 * are made in halves, so that many clients wait in the run's one loop. */

#include "scenarios/runner/run.h"
#include "scenarios/runner/steps.h"

/* What is known before anything runs: are the options, the call or the question of parser->step such that can
 * be? False: the cursor has the error. */
bool clients_check_open(struct parser *parser);
bool clients_check_call(struct parser *parser);
bool clients_check_ask(struct parser *parser);

/* Makes room for the scenario's clients in run->clients, none of them open yet. */
void clients_init(struct run *run);
void clients_fini(struct run *run);

/* The library's handle of a client, NULL if it is not open or there is none such. */
struct disq *clients_handle(const struct run *run, size_t index);

/* Does for all pending calls what can be done without waiting. */
void clients_process(struct run *run);

/* Fills up to size connections to wait for; how many there are. */
size_t clients_wants(const struct run *run, struct disq_ready *ready, size_t size);

/* When clients_process is due at the latest; DISQ_NEVER. */
int64_t clients_next_deadline(const struct run *run);

/* Is a blocked call done? Then the run has failed. */
bool clients_check_blocked(struct run *run);

/* At the end of a scenario: was a blocked call never collected? Then the run has failed. */
bool clients_check_leftovers(struct run *run);

/* The steps: `client NAME …`, `NAME: CALL …`, `NAME? WHAT`, `NAME<`. */
bool clients_run_open(struct run *run, const struct step *step);
bool clients_run_call(struct run *run, const struct step *step);
bool clients_run_ask(struct run *run, const struct step *step);
bool clients_run_collect(struct run *run, const struct step *step);

#endif
