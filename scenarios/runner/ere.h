/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_ERE_H
#define SCENARIOS_RUNNER_ERE_H

/* POSIX extended regular expressions over any bytes, NULs included: `.` is any byte, `^` and `$` are the ends
 * of the subject, a class is ASCII's. An escaped byte stands for itself. */

#include "scenarios/runner/text.h"

/* Adds bytes to an expression so that they stand for themselves. */
void ere_add_literal(struct text *expression, struct slice bytes);

/* NULL if the expression is one, else what is wrong with it. */
const char *ere_check(struct slice expression);

/* Is there a match anywhere in the subject? The expression must be one that ere_check accepts. */
bool ere_search(struct slice expression, struct slice subject);

#endif
