/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_LOAD_CONSUME_H
#define MOCKD_LOAD_CONSUME_H

#include "mockd/load/load.h"

/* A consumer: GETJOB, some work, ACKJOB, and so on, until it has had so many jobs. */
struct consume {
    struct bytes queue;
    uint64_t count;  /* UINT64_MAX: it is endless */
    int64_t work_us; /* above 0: a cluster must come to rest */
    bool never_acks;
};

/* Starts one, and gives its entry in the ledger. All that is given is copied. */
struct ledger_entry *consume_start(struct loads *loads, const struct consume *consume,
                                   const struct load_order *order);

#endif
