/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_TEMPLATE_H
#define SCENARIOS_RUNNER_TEMPLATE_H

/* Text with ${names} in it: an argument, raw bytes, an expected string, a regex. */

#include "scenarios/runner/cursor.h"

struct template_part {
    struct slice text; /* literal bytes, or the name of a variable */
    bool is_name;
};

struct template
{
    struct template_part *parts; /* in the arena of the cursor that it was read with */
    size_t count;
};

void template_add(struct template *template, struct cursor *cursor, struct slice bytes);

/* Adds a variable, whose name must be bound: it stands at `at` for errors. */
bool template_add_name(struct template *template, struct cursor *cursor, const char *at, struct slice name);

/* Takes one character, a `${name}` or a `\$` from the cursor, which is not at its end. */
bool template_take(struct template *template, struct cursor *cursor);

/* Takes a string in quotes, which the cursor stands at: "…" with its escapes, '…' with only \'. */
bool template_take_quoted(struct template *template, struct cursor *cursor);

/* Adds it to out with the variables' values. */
void template_expand(const struct template *template, const struct vars *vars, struct text *out);

/* Has it no variables? */
bool template_is_literal(const struct template *template);

/* The literal text that it begins with, up to a variable, an escape or a quote. */
struct slice template_literal(const struct template *template);

#endif
