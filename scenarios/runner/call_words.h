/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_CALL_WORDS_H
#define SCENARIOS_RUNNER_CALL_WORDS_H

/* What the words of a call may be, and what they come to. */

#include "scenarios/runner/calls.h"

/* What a number of an option counts; with a unit it may be written in any other, as "1m". */
enum unit { UNIT_NONE, UNIT_MS, UNIT_S, UNIT_SWITCH };

struct call_option {
    const char *name;
    size_t offset; /* in the struct of options: of an int64_t, or of a bool if it is a switch */
    enum unit unit;
};

/* A positional word that not every text can be. */
struct call_choice {
    size_t place;
    const char *name;
    bool (*can_be)(struct slice text);
};

/* The option that the word's key names; NULL if there is none. */
const struct call_option *call_option_of(const struct call *call, const struct word *word);

/* The name of what this text is a wrong value of, for the word, an option or the positional one of that
 * place; NULL if it is a right one. */
const char *call_wrong_value(const struct call *call, const struct word *word, size_t place,
                             struct slice text);

/* Reads every option of the call into its struct; all have been found right. */
void call_read_options(const struct call_option *list, size_t count, const struct call_args *args,
                       void *options);

#endif
