/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_BEHAVIOURS_H
#define SCENARIOS_RUNNER_BEHAVIOURS_H

/* The map of what a suite makes the nodes of its clusters do. */

#include "scenarios/runner/target.h"

#include <stdio.h>

/* All zero is one that nothing is known of yet. */
struct behaviours {
    size_t *scenarios; /* how many met each */
};

void behaviours_fini(struct behaviours *behaviours);

/* Counts what the nodes of this target have done by now; a real cluster does not tell. */
void behaviours_note(struct behaviours *behaviours, const struct target *target);

/* One line each, behind this margin, and the sum. */
void behaviours_print(const struct behaviours *behaviours, const char *margin, FILE *out);

#endif
