/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_STEP_CHAOS_FAULT_H
#define MOCKD_STEP_CHAOS_FAULT_H

#include "mockd/mockd.h"
#include "mockd/sim/bytes.h"
#include "mockd/sim/rng.h"

/* What chaos may do to a cluster: a fault of some kind, at random, as the steps that begin and end it. */
struct chaos_fault {
    const char *name;
    bool needs_links; /* two nodes at least */
    /* Writes both steps, each with a NUL behind it that does not count. The fault has this number, if it
     * needs a name. */
    void (*write)(const struct mockd *cluster, struct rng *rng, unsigned number, struct buffer *begin,
                  struct buffer *end);
};

enum { CHAOS_FAULT_COUNT = 5 };

extern const struct chaos_fault chaos_faults[CHAOS_FAULT_COUNT];

#endif
