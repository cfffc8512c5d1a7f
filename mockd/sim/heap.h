/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_SIM_HEAP_H
#define MOCKD_SIM_HEAP_H

#include <stddef.h>
#include <stdint.h>

struct timer;

/* Timers by time, then by order. All zero is an empty heap. A timer is in one heap at most, and knows its
 * index there. */
struct heap {
    struct heap_slot *slots; /* slots[1] is the first; slots[0] is not used */
    size_t count;
    size_t capacity;
};

/* What is compared most is here: a look at each timer would wait for its memory. */
struct heap_slot {
    int64_t at_us;
    struct timer *timer;
};

void heap_fini(struct heap *heap);

/* The timer due first, or NULL. */
struct timer *heap_top(const struct heap *heap);

/* Puts in a timer whose at_us and order are set, or moves one that is in after they changed. */
void heap_put(struct heap *heap, struct timer *timer);

/* Takes it out. */
void heap_remove(struct heap *heap, struct timer *timer);

#endif
