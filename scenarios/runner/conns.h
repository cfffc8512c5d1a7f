/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_CONNS_H
#define SCENARIOS_RUNNER_CONNS_H

/* The connections of a scenario, opened at first use, and what is owed on them. */

#include "client/disq.h"
#include "scenarios/runner/conn.h"
#include "scenarios/runner/scenario.h"

struct run;

struct conns {
    struct conn *list;           /* one for each of the scenario's */
    const struct step **blocked; /* what is blocked on each: the send, or NULL */
    bool *is_raw;                /* was sent raw bytes since it was opened: replies may be on their way */
    size_t count;
};

void conns_init(struct conns *conns, const struct scenario *scenario);
void conns_fini(struct conns *conns);

/* Reads and writes on all of them what can be without waiting. */
void conns_process(struct conns *conns);

/* Fills `ready` (with room for conns->count) with what to wait for; how many. */
size_t conns_wants(const struct conns *conns, struct disq_ready *ready);

/* Has any blocked command been answered, or its connection been lost? Then the run has failed. */
bool conns_check_blocked(struct run *run);

/* At the end of a scenario: is something blocked, or left unread? Then the run has failed. */
bool conns_check_leftovers(struct run *run);

/* The steps on connections. */
bool conns_run_send(struct run *run, const struct step *step);
bool conns_run_raw(struct run *run, const struct step *step);
bool conns_run_recv(struct run *run, const struct step *step);
bool conns_run_close(struct run *run, const struct step *step);

#endif
