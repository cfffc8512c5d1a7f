/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_VARS_H
#define SCENARIOS_RUNNER_VARS_H

/* The variables of a scenario: names and the texts that they are bound to, once. What was bound last goes
 * first: a turn of `repeat`, or a reply that did not match, is undone by a rollback to its beginning. The
 * parser keeps one of these too, to know which names will be bound. All zero is empty. */

#include "scenarios/runner/text.h"

struct vars {
    struct var {
        struct text name;
        struct text value;
    } * entries;
    size_t count;
    size_t capacity;
};

void vars_fini(struct vars *vars);

/* What the name is bound to, until the next vars_bind or vars_rollback; false if nothing. value may be NULL.
 */
bool vars_get(const struct vars *vars, struct slice name, struct slice *value);

/* Binds copies. The name must not be bound yet. */
void vars_bind(struct vars *vars, struct slice name, struct slice value);

/* A point to roll back to: what was bound since is forgotten. */
size_t vars_mark(const struct vars *vars);
void vars_rollback(struct vars *vars, size_t mark);

#endif
