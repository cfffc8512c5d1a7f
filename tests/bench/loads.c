/* SPDX-License-Identifier: MIT */
/* Runs one workload by its name: bench-loads read_jobs [UNITS]. Without one it lists them. */
#include "tests/bench/loads.h"

#include <inttypes.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ARRAY_LEN(array) (sizeof(array) / sizeof(array)[0])

/* A function that callgrind has to see as one, whatever the compiler would make of it. */
#if defined(__clang__)
#define MEASURED __attribute__((noinline))
#else
#define MEASURED __attribute__((noipa))
#endif

static const struct load {
    const char *name;
    load_fn *run;
    int64_t units;
    const char *what;
} loads[] = {
    {"read_jobs", load_read_jobs, 1000, "a worker gets and acknowledges jobs from three nodes"},
    {"read_jobs_counting", load_read_jobs_counting, 1000, "the same, counting where they come from"},
    {"read_jobs_apart", load_read_jobs_apart, 1000, "read_jobs, a millisecond of cluster time apart"},
    {"read_jobs_apart_counting", load_read_jobs_apart_counting, 1000,
     "the same, counting: each job expires alone"},
    {"getjob", load_getjob, 300, "one GETJOB of a job that is there"},
    {"addjob", load_addjob, 300, "one ADDJOB, copied to three nodes before it answers"},
    {"addjob_no_replicate", load_addjob_no_replicate, 300, "one ADDJOB, kept by one node"},
    {"addjob_async", load_addjob_async, 300, "one ADDJOB, copied after it answered"},
    {"count_incoming", load_count_incoming, 10000, "an event of ten keys in turn, till all have expired"},
    {"counter", load_counter, 3000, "one add and max in windows of 10^2 to 10^4 events, 1 to 1,000 keys"},
    {"counter_large", load_counter_large, 3000, "the same in windows of 10^5 and 10^6 events"},
};

MEASURED void measured(void (*work)(void *ctx, int64_t units), void *ctx, int64_t units);

void measured(void (*work)(void *ctx, int64_t units), void *ctx, int64_t units)
{
    work(ctx, units);
}

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

void load_measure(const char *name, void (*work)(void *ctx, int64_t units), void *ctx, int64_t units,
                  size_t (*held_bytes)(void *ctx))
{
    int64_t started_ns = now_ns(), took_ns;
    struct tally tally;

    tally_start();
    measured(work, ctx, units);
    tally = tally_stop();
    took_ns = now_ns() - started_ns;
    printf("{\"name\": \"%s\", \"units\": %" PRId64 ", \"took_ns\": %" PRId64 ", \"allocations\": %" PRId64
           ", \"sends\": %" PRId64 ", \"receives\": %" PRId64 ", \"waits\": %" PRId64
           ", \"clock_reads\": %" PRId64 ", \"held_bytes\": %zu}\n",
           name, units, took_ns, tally.allocations, tally.sends, tally.receives, tally.waits,
           tally.clock_reads, held_bytes(ctx));
}

void load_need(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "bench-loads: %s\n", what);
    exit(1);
}

/* From a page boundary on down: memcpy counts differently for addresses that are the same modulo a page, and
 * where the stack begins depends on the working directory, which valgrind hands down in the environment. */
static void run_on_new_page(load_fn *run, int64_t units)
{
    alignas(4096) volatile char page[4096];

    page[0] = 'x';
    run(units);
    load_need(page[0] == 'x', "the page is gone"); /* so that it is there */
}

int main(int argc, char **argv)
{
    for (size_t i = 0; i < ARRAY_LEN(loads); i++) {
        if (argc < 2)
            printf("{\"name\": \"%s\", \"what\": \"%s\"}\n", loads[i].name, loads[i].what);
        else if (strcmp(argv[1], loads[i].name) == 0) {
            run_on_new_page(loads[i].run, argc > 2 ? atoll(argv[2]) : loads[i].units);
            return 0;
        }
    }
    load_need(argc < 2, "no such workload");
    return 0;
}
