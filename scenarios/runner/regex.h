/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_REGEX_H
#define SCENARIOS_RUNNER_REGEX_H

/* An expected /regex/: a POSIX extended regular expression in which ${name} stands for a variable's value,
 * literally. */

#include "scenarios/runner/template.h"

/* Takes a regex with both its slashes; the cursor stands at the first and ends with the line. */
bool regex_take(struct template *regex, struct cursor *cursor);

/* Does it match anywhere in the subject? */
bool regex_matches(const struct template *regex, const struct vars *vars, struct slice subject);

#endif
