/* SPDX-License-Identifier: MIT */
#ifndef LOADS_H
#define LOADS_H

/* The workloads that bench measures, in a program of their own. What is measured is only what happens inside
 * the function `measured`, less that inside those named outside_… (see tally.h). */

#include "tests/bench/tally.h"

/* Measures a workload at that many units, and at three times as many: what differs is what units cost. */
typedef void load_fn(int64_t units);

load_fn load_count_incoming;
load_fn load_counter;
load_fn load_counter_large;
load_fn load_read_jobs;
load_fn load_read_jobs_counting;
load_fn load_read_jobs_apart;
load_fn load_read_jobs_apart_counting;
load_fn load_addjob;
load_fn load_addjob_no_replicate;
load_fn load_addjob_async;
load_fn load_getjob;

/* Does the work between a tally's start and stop, and tells the report what that took. The bytes are those
 * which the counter holds by then; NULL: there is none. */
void load_measure(const char *name, void (*work)(void *ctx, int64_t units), void *ctx, int64_t units,
                  size_t (*held_bytes)(void *ctx));

/* Runs it with a stack that begins at a page boundary: memcpy counts differently for addresses that are the
 * same modulo a page, and where a stack begins depends on the working directory, which valgrind hands down in
 * the environment. */
void load_on_new_page(load_fn *run, int64_t units);

/* Ends the program, saying why, unless it holds. */
void load_need(bool holds, const char *what);

#endif
