/* SPDX-License-Identifier: MIT */
#ifndef DICT_COUNTER_H
#define DICT_COUNTER_H

/* What the counters made of a dict share. They have the interface of client/counter.h, of whose struct they
 * use the window, the latest time, and the pointer to what each implementation defines for itself. */

#include "client/counter.h"
#include "tests/bench/counters/dict.h"

struct disq_run {
    struct dict dict;
    struct dict_key *best; /* of those that never expire */
};

/* Moves time on, and forgets what has left the window. */
void dict_counter_expire(struct disq_counter *counter, int64_t now);

/* Says what a key has, false if there is no key. */
bool dict_counter_tell(const struct dict_key *key, struct disq_count *count);

#endif
