/* SPDX-License-Identifier: MIT */
#ifndef LOADS_H
#define LOADS_H

/* The loads that bench measures, in a program of their own. What is measured is only what happens inside the
 * functions named measured_…, less that inside those named outside_… (see tally.h). */

#include "tests/bench/tally.h"

/* A function that callgrind has to see as one, whatever the compiler would make of it. */
#if defined(__clang__)
#define MEASURED __attribute__((noinline))
#else
#define MEASURED __attribute__((noipa))
#endif

struct load_options {
    int64_t jobs;       /* for read_jobs: the N of the slope */
    bool count_origins; /* and whether to */
    int window_max;     /* for counter: events in the largest window */
};

typedef void load_fn(const struct load_options *options);

load_fn load_read_jobs;
load_fn load_counter;

/* Tells the report of one measured call: how often it did its thing, and what it took. */
void load_tell(int64_t units, const struct tally *tally, const char *label, ...)
    __attribute__((format(printf, 3, 4)));

/* Ends the program, saying why, unless it holds. */
void load_need(bool holds, const char *what);

#endif
