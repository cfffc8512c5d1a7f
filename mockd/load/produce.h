/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_LOAD_PRODUCE_H
#define MOCKD_LOAD_PRODUCE_H

#include "mockd/load/load.h"

/* A producer: so many ADDJOBs, one every so often. One whose reply is an error, or is lost, counts too. */
struct produce {
    struct bytes queue;
    uint64_t count;
    int64_t every_us; /* above 0: a cluster must come to rest */
    int64_t timeout_us;
    struct bytes options; /* of ADDJOB: as they go over the wire */
    size_t option_count;
};

/* Starts one, and gives its entry in the ledger. All that is given is copied. */
struct ledger_entry *produce_start(struct loads *loads, const struct produce *produce,
                                   const struct load_order *order);

#endif
