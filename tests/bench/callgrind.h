/* SPDX-License-Identifier: MIT */
#ifndef CALLGRIND_H
#define CALLGRIND_H

/* Runs a load under valgrind's callgrind, and reads what it counted. */

#include <stdint.h>

/* What glibc is told that the processor cannot do. */
#define CALLGRIND_MASKED "-AVX2,-ERMS,-AVX_Fast_Unaligned_Load"

/* One measured call, told by callgrind and by the load itself. */
struct measurement {
    char label[80];       /* the load's words for it */
    int64_t instructions; /* in all */
    int64_t in_counter;   /* of these, in client/counter.c and in what that called */
    int64_t units;        /* how often the measured function did its thing: jobs, adds */
    int64_t allocations;
    int64_t sends;
    int64_t receives;
    int64_t waits;
    int64_t clock_reads;
};

enum { MEASUREMENTS_MAX = 100 };

/* Runs the program `load` with these arguments (up to NULL) in that environment, and fills `measurements`.
 * How many there were, or -1, having said why. */
int callgrind_run(const char *load, const char *const *args, struct measurement *measurements);

#endif
