/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_PARSE_H
#define SCENARIOS_RUNNER_PARSE_H

#include "scenarios/runner/cursor.h"
#include "scenarios/runner/scenario.h"

struct parse_error {
    int line;
    int column; /* in bytes, from 1 */
    char what[200];
};

/* Parses a whole file; path is only for messages. A scenario that the caller frees; or NULL, and *error is
 * the first thing that is wrong. */
struct scenario *parse_scenario(const char *path, const void *bytes, size_t size, struct parse_error *error);

/* NULL is fine. */
void scenario_free(struct scenario *scenario);

#define NODES_MAX   1000
#define REPEATS_MAX 32

/* For the parsers of steps: the file so far, and the step that is being read. The cursor stands behind the
 * words that named the step, and ends with the line. */
struct parser {
    struct scenario *scenario;
    struct cursor cursor;
    struct step *step;
    const char *step_at; /* where it begins */
    struct slice reply;  /* the lines under it, so far */

    struct {
        size_t step; /* its index */
        const char *at;
        size_t mark; /* of the names, before the first turn */
    } repeats[REPEATS_MAX];
    size_t depth; /* of repeats that are open */

    const char *within_at; /* NULL, or a `within` that has no send yet */
    int64_t within_us;
};

/* The line must end here. */
bool parse_end_of_line(struct parser *parser);

/* Node i is called "A", "B" … "Z", "AA", "AB" …. */
void node_index_to_name(int index, char name[8]);

#endif
