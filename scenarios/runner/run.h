/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_RUN_H
#define SCENARIOS_RUNNER_RUN_H

/* One scenario being run: its variables, connections and clients, and the only loop that waits. */

#include "scenarios/runner/conns.h"
#include "scenarios/runner/scenario.h"
#include "scenarios/runner/target.h"

/* Why a scenario failed. All texts are the run's. */
struct failure {
    const struct step *step;  /* that failed, not always the one that found out */
    const struct step *found; /* the step that found out, if another, else NULL */
    struct text expected;
    struct text got; /* empty: nothing to show */
    int64_t at_us;   /* cluster time */
};

struct clients;

struct run {
    const struct scenario *scenario;
    struct target *target;
    int64_t patience_us;
    int64_t start_us;
    struct vars vars;
    struct arena arena; /* values of the present step; emptied before the next */
    struct conns conns;
    struct clients *clients;
    const struct step *step; /* the present one */
    struct text notes;       /* that people may want to see though nothing failed; a line each */
    bool has_failed;
    struct failure failure;
};

/* Runs the scenario on a target that was opened for it. True if it passed; else run->failure says why not.
 * Free it with run_fini in both cases. */
bool run_scenario(struct run *run, const struct scenario *scenario, struct target *target);
void run_fini(struct run *run);

/* The first part of run_scenario: all but its steps, for who runs them by run_steps. */
void run_begin(struct run *run, const struct scenario *scenario, struct target *target);

/* Runs the steps from one index up to another, which is not run. False: the run has failed. */
bool run_steps(struct run *run, size_t begin, size_t end);

int64_t run_now_us(const struct run *run);

/* Waits until done(ctx) is true, or for so long: while it does, bytes go in and out on all connections and
 * all clients do what they have to. done may be NULL. On a mock a duration of 0 brings the cluster to rest
 * without letting time pass. What done said last; false as well when the cluster would not come to rest (the
 * run has failed then). */
bool run_wait(struct run *run, int64_t duration_us, bool (*done)(void *ctx), void *ctx);

/* Fails the run at this step: what was expected (as printf does), and what came, which may be NULL. The first
 * failure stays. Always false. */
bool run_fail(struct run *run, const struct step *step, const struct value *got, const char *expected, ...)
    __attribute__((format(printf, 4, 5)));

/* The same with a text in place of a value. */
bool run_fail_text(struct run *run, const struct step *step, const char *got, const char *expected, ...)
    __attribute__((format(printf, 4, 5)));

/* Is the value what stands under the step? If so, names are bound; if not, nothing happens. */
bool run_accepts(struct run *run, const struct step *step, const struct value *value);

/* As run_accepts, and if not the run fails. */
bool run_expect(struct run *run, const struct step *step, const struct value *value);

/* Adds what stands under a step, without its indentation; "no error" if nothing does. */
void run_add_expected(const struct step *step, struct text *out);

/* A word with the variables' values; good until the next step. It ends with a NUL. */
struct slice run_word(struct run *run, const struct word *word);

#endif
