/* SPDX-License-Identifier: MIT */
/* The study's first version: a sorted list, which looks for the place of every new time. */
#include "tests/bench/counters/list_counter.h"

size_t list_counter_place(const int64_t *times, size_t count, int64_t now)
{
    size_t low = 0;

    while (count > 0) {
        size_t half = count / 2;

        if (times[low + half] <= now) {
            low += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return low;
}
