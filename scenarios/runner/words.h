/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_WORDS_H
#define SCENARIOS_RUNNER_WORDS_H

/* Arguments, split as redis-cli splits them. */

#include "scenarios/runner/template.h"

struct word {
    struct template text;
    const char *at;   /* where it stands in the scenario, for errors */
    struct slice key; /* of a bare key=value: the key; else its size is 0 */
    bool is_quoted;   /* began with a quote */
};

struct words {
    struct word *list;
    size_t count;
};

/* Takes all words up to the end of the cursor. */
bool words_take(struct words *words, struct cursor *cursor);

/* The same, where a bare key=value is an option: its key goes to `key`, and text holds the value alone. */
bool words_take_options(struct words *words, struct cursor *cursor);

/* Takes words up to the end of the cursor, or to a word that is the last. */
bool words_take_until(struct words *words, struct cursor *cursor, bool (*is_last)(const struct words *words));

/* Is it this text, and not in quotes? */
bool word_is(const struct word *word, const char *text);

/* Takes all that is left as one word, as it is written: a value, in which `$name` stands for that variable's
 * text in quotes. */
bool words_take_value(struct words *words, struct cursor *cursor);

#endif
