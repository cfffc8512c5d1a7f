/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_STEPS_H
#define SCENARIOS_RUNNER_STEPS_H

/* The table of steps: what the language knows. A new step is a new row. */

#include "scenarios/runner/parse.h"

struct run;

/* What a step begins with. */
enum step_subject {
    STEP_BARE,   /* its own word: `wait 1s` */
    STEP_NODE,   /* a connection: `A.worker> …`, `A close` */
    STEP_CLIENT, /* a client: `w: …` */
};

enum step_flags {
    STEP_MOCK_ONLY = 1 << 0,   /* a real cluster cannot do it */
    STEP_CAN_FAIL = 1 << 1,    /* its reply may be `!code` */
    STEP_IS_COLLECT = 1 << 2,  /* collects what was blocked, so that need not be blocked any more */
    STEP_CAN_REPEAT = 1 << 3,  /* may follow `within` */
    STEP_COMES_FIRST = 1 << 4, /* must be the first, and only that */
};

/* In place of its word: all steps that the mock does itself. */
#define STEP_OF_MOCK "*"

/* What may stand under a step, as a mask. */
#define EXPECTS(what) (1u << EXPECT_##what)

struct step_kind {
    enum step_subject subject;
    const char *word; /* the step's name, or what follows the subject */
    unsigned flags;
    unsigned expects; /* what may stand under it; 0: no reply at all */

    /* Reads the rest of the line into parser->step. NULL: there is none. False: the cursor has the error. */
    bool (*parse)(struct parser *parser);

    /* Called once the reply was read too. NULL: nothing is left to check. */
    bool (*check)(struct parser *parser);

    /* Does it. False: the run has the failure. NULL: nothing is to be done. */
    bool (*run)(struct run *run, const struct step *step);

    const char *usage; /* NULL: the mock has a table of them */
};

/* The kind that a line begins with, or NULL. */
const struct step_kind *step_kind_find(enum step_subject subject, struct slice word);

/* All of them, for help. */
const struct step_kind *step_kinds(size_t *count);

#endif
