/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_CALLS_H
#define SCENARIOS_RUNNER_CALLS_H

/* The calls of the library, by name, in two halves each: `worker: getjob mail count=10`. */

#include "scenarios/runner/parse.h"
#include "scenarios/runner/run.h"

/* What a call is made with: its words, the variables put in. */
struct call_args {
    struct slice *positional; /* each ends with a NUL */
    size_t count;
    const struct words *words; /* as they were written */
    struct slice *texts;       /* all of them, in their order */
};

struct call {
    const char *name;
    size_t min; /* positional words behind the name */
    size_t max;
    const struct call_option *options;
    size_t option_count;
    const struct call_choice *choice; /* NULL: any positional word will do */
    int (*start)(struct disq *client, const struct call_args *args);
    int (*finish)(struct disq *client, struct arena *arena, struct value *result);
};

/* The call that the first word names, or NULL. */
const struct call *call_find(const struct words *words);

/* Can the call be made with these words? If not the cursor has the error. */
bool call_check(struct cursor *cursor, const struct words *words);

/* Begins the step's call; *rc is 0 or the library's error. False: with the values that names have now it
 * cannot be made, and the run has failed. */
bool call_start(struct run *run, const struct step *step, struct disq *client, int *rc);

#endif
