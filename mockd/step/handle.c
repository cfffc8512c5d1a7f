/* SPDX-License-Identifier: MIT */
/* Faults by a handle instead of a name: to its owner a handle is opaque, here it is an entry of the ledger.
 */
#include "mockd/step/step.h"

#include <stdio.h>

static const struct ledger_entry *entry_of(const struct mockd_fault *fault)
{
    return (const struct ledger_entry *)(const void *)fault;
}

struct mockd_fault *mockd_fault(struct mockd *cluster, const char *line)
{
    struct mockd_outcome *outcome = cluster_outcome(cluster);
    struct mockd_step *step = step_from_text(cluster, line, outcome);
    struct ledger_entry *entry = NULL;

    if (step == NULL)
        return NULL;
    if (!step->kind->begins)
        snprintf(outcome->text, sizeof(outcome->text), "this begins nothing: %s", line);
    else if (mockd_step_run(cluster, step, outcome) == 0)
        entry = step->entry;
    if (entry != NULL)
        entry->is_kept = true;
    mockd_step_free(step);
    return (struct mockd_fault *)(void *)entry;
}

uint64_t mockd_fault_hits(const struct mockd_fault *fault)
{
    return entry_of(fault)->hits;
}

struct wanted {
    const struct mockd_fault *fault;
    uint64_t hits;
};

static bool has_hits(void *ctx)
{
    const struct wanted *wanted = ctx;

    return mockd_fault_hits(wanted->fault) >= wanted->hits;
}

int mockd_fault_wait(struct mockd *cluster, const struct mockd_fault *fault, uint64_t hits,
                     int64_t timeout_us)
{
    struct wanted wanted = {fault, hits};
    int64_t now_us = mockd_now_us(cluster);

    return mockd_run(cluster, timeout_us < INT64_MAX - now_us ? now_us + timeout_us : INT64_MAX, has_hits,
                     &wanted);
}

void mockd_fault_end(struct mockd *cluster, struct mockd_fault *fault)
{
    step_end_entry(cluster, entry_of(fault));
}
