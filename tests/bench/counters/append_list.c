/* SPDX-License-Identifier: MIT */
/* The study's second version: time does not go back, so a new time is the last one. */
#include "tests/bench/counters/list_counter.h"

size_t list_counter_place(const int64_t *times, size_t count, int64_t now)
{
    (void)times;
    (void)now;
    return count;
}
