/* SPDX-License-Identifier: MIT */
#ifndef DISQ_COUNTER_H
#define DISQ_COUNTER_H

/* How often each key was seen within a window of time that ends now: exact to the tick, at a cost that
 * depends neither on how much the window holds nor on how many keys there are.
 *
 * Time is in ticks of the caller's choosing, from the caller's clock: a time before the latest one seen
 * counts as that. An event counts while now - its time < ttl. A key lives while it has such events; one that
 * comes back is new. Events of one key and tick are kept as one run of 12 bytes. Keys are any bytes, up to 4
 * GB. */

#include "client/keys.h"

struct disq_run;

struct disq_counter {
    int64_t ttl;
    int64_t now;         /* the latest time seen */
    int64_t lasts_until; /* when the oldest run counts for the last time; without any: always */
    struct disq_keys keys;

    struct disq_run *runs; /* a ring */
    struct disq_run *runs_end;
    struct disq_run *oldest;
    struct disq_run *next; /* where the next run goes */
};

struct disq_count {
    const char *name; /* the counter's: good until the next event or later time */
    size_t size;
    int64_t count;
    const struct disq_key *key; /* for disq_counter_next */
};

/* ttl: 1 to INT32_MAX ticks. 0, DISQ_INVALID or DISQ_NO_MEMORY; then only fini may follow. */
int disq_counter_init(struct disq_counter *counter, int64_t ttl);

/* An event of the key with this name. 0 or DISQ_NO_MEMORY, nothing being counted then. */
int disq_counter_add(struct disq_counter *counter, const void *name, size_t size, int64_t now);

/* How many events the key has; makes no key. */
int64_t disq_counter_count(struct disq_counter *counter, const void *name, size_t size, int64_t now);

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
