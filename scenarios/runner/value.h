/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_VALUE_H
#define SCENARIOS_RUNNER_VALUE_H

/* What came back: the reply of a node, or the result of a client's call. Values are made in an arena and
 * never change once they are complete; their texts are copies there. */

#include "scenarios/runner/arena.h"

enum value_kind {
    VALUE_NIL,       /* $-1 */
    VALUE_NIL_ARRAY, /* *-1 */
    VALUE_STATUS,
    VALUE_ERROR,
    VALUE_INTEGER,
    VALUE_BULK,
    VALUE_ARRAY,
    VALUE_FAILURE, /* a client's own error: text is its name, as in !timeout */
};

struct value {
    enum value_kind kind;
    struct slice text;   /* of a status, error, bulk or failure */
    int64_t integer;     /* of an integer */
    struct value *items; /* of an array */
    size_t count;        /* of them */
};

struct value value_nil(void);
struct value value_nil_array(void);
struct value value_integer(int64_t integer);
struct value value_status(struct arena *arena, struct slice text);
struct value value_error(struct arena *arena, struct slice text);
struct value value_bulk(struct arena *arena, struct slice text);
struct value value_failure(struct arena *arena, struct slice name);

/* An array of that many nils: the caller sets its items. */
struct value value_array(struct arena *arena, size_t count);

/* The text that a $name can be bound to: of a bulk, a status or an integer. False for all others. */
bool value_text(struct arena *arena, const struct value *value, struct slice *text);

/* Adds it as it would be expected in a scenario. */
void value_print(const struct value *value, struct text *out);

#endif
