/* SPDX-License-Identifier: MIT */
#ifndef DISQ_COUNTER_H
#define DISQ_COUNTER_H

/* How often each key was seen within a window of time that ends now: exact to the tick, at a cost that
 * depends neither on how much the window holds nor on how many keys there are.
 *
 * Time is in ticks of the caller's choosing, from a clock of his: a time before the latest one seen counts as
 * that. An event counts while now - its time < ttl. A key lives while it has such events; one that comes back
 * is new. Events of one key and tick are kept as one run of 12 bytes. Keys are any bytes. */

#include "client/keys.h"

struct disq_run;

struct disq_counter {
    uint32_t ttl;
    int64_t now; /* the latest time seen */
    struct disq_keys keys;

    struct disq_run *runs; /* a ring, oldest first */
    uint32_t run_capacity;
    uint32_t run_first;
    uint32_t run_count;
};

struct disq_count {
    const char *key; /* the counter's: good until the next event or later time */
    size_t size;
    int64_t count;
    uint32_t at; /* for disq_counter_next */
};

/* ttl: 1 to INT32_MAX ticks. 0 or DISQ_INVALID. Allocates nothing yet. */
int disq_counter_init(struct disq_counter *counter, int64_t ttl);

/* An event. 0, or DISQ_NO_MEMORY (or DISQ_INVALID: a key of 4 GB), nothing being counted then. */
int disq_counter_add(struct disq_counter *counter, const void *key, size_t size, int64_t now);

/* How many events the key has; makes no key. */
int64_t disq_counter_count(struct disq_counter *counter, const void *key, size_t size, int64_t now);

/* The key with most or fewest events, the earliest created among equals. False: there are none. */
bool disq_counter_max(struct disq_counter *counter, int64_t now, struct disq_count *max);
bool disq_counter_min(struct disq_counter *counter, int64_t now, struct disq_count *min);

/* The first key in the order of creation, then the next after that one. False: there is none (any more). */
bool disq_counter_first(struct disq_counter *counter, int64_t now, struct disq_count *first);
bool disq_counter_next(const struct disq_counter *counter, struct disq_count *count);

/* Fills up to size counts and returns how many keys there are: in the order of their creation, or by
 * ascending count, then creation (which wants all of them: size less than the number of keys gives the first
 * created). */
size_t disq_counter_keys(struct disq_counter *counter, int64_t now, struct disq_count *counts, size_t size);
size_t disq_counter_ranked(struct disq_counter *counter, int64_t now, struct disq_count *counts, size_t size);

/* The memory that it holds. */
size_t disq_counter_size_bytes(const struct disq_counter *counter);

void disq_counter_fini(struct disq_counter *counter);

#endif
