/* SPDX-License-Identifier: MIT */
#ifndef LIST_COUNTER_H
#define LIST_COUNTER_H

/* The counter of the case study, in C: a list of times for each key, cut off by bisection when somebody asks.
 * Its two versions differ in where a new time goes. */

#include <stddef.h>
#include <stdint.h>

size_t list_counter_place(const int64_t *times, size_t count, int64_t now);

#endif
