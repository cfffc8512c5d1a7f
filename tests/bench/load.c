/* SPDX-License-Identifier: MIT */
/* Measures a workload from within; callgrind, if it runs the program, from without. */
#include "tests/bench/loads.h"

#include <inttypes.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* A function that callgrind has to see as one, whatever the compiler would make of it. */
#if defined(__clang__)
#define MEASURED __attribute__((noinline))
#else
#define MEASURED __attribute__((noipa))
#endif

MEASURED void measured(void (*work)(void *ctx, int64_t units), void *ctx, int64_t units);

void measured(void (*work)(void *ctx, int64_t units), void *ctx, int64_t units)
{
    work(ctx, units);
}

static int64_t now_ns(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

void load_measure(const char *name, void (*work)(void *ctx, int64_t units), void *ctx, int64_t units,
                  size_t (*held_bytes)(void *ctx))
{
    int64_t started_ns = now_ns(CLOCK_MONOTONIC), took_ns;
    int64_t cpu_ns = now_ns(CLOCK_PROCESS_CPUTIME_ID);
    struct tally tally;

    tally_start();
    measured(work, ctx, units);
    tally = tally_stop();
    cpu_ns = now_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu_ns;
    took_ns = now_ns(CLOCK_MONOTONIC) - started_ns;
    printf("{\"name\": \"%s\", \"units\": %" PRId64 ", \"took_ns\": %" PRId64 ", \"cpu_ns\": %" PRId64
           ", \"allocations\": %" PRId64 ", \"sends\": %" PRId64 ", \"receives\": %" PRId64
           ", \"waits\": %" PRId64 ", \"clock_reads\": %" PRId64 ", \"held_bytes\": %zu}\n",
           name, units, took_ns, cpu_ns, tally.allocations, tally.sends, tally.receives, tally.waits,
           tally.clock_reads, held_bytes != NULL ? held_bytes(ctx) : 0);
}

void load_need(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

void load_on_new_page(load_fn *run, int64_t units)
{
    alignas(4096) volatile char page[4096];

    page[0] = 'x';
    run(units);
    load_need(page[0] == 'x', "the page is gone"); /* so that it is there */
}
