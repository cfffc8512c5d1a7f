/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_RUNNER_REPORT_H
#define SCENARIOS_RUNNER_REPORT_H

/* What people and harnesses read: a line for each scenario, why it failed, and the sums. */

#include "scenarios/runner/events.h"
#include "scenarios/runner/run.h"

#include <stdio.h>

enum report_format {
    REPORT_PLAIN,
    REPORT_TAP, /* version 14 */
};

struct report {
    FILE *out;
    enum report_format format;
    int passed, failed, skipped;
    int64_t cluster_us; /* the cluster time of all of them */
};

void report_begin(struct report *report, size_t count);
void report_passed(struct report *report, const struct run *run);
void report_skipped(struct report *report, const struct scenario *scenario, const char *why);

/* The scenario failed; or it could not even begin, because there was no cluster. */
void report_failed(struct report *report, const struct run *run, uint64_t seed, const struct events *events);
void report_not_begun(struct report *report, const struct scenario *scenario, const char *why);

/* The times, then the sums as the last line. real_us is how long all of it took. */
void report_end(struct report *report, int64_t real_us);

#endif
