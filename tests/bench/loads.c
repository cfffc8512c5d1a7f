/* SPDX-License-Identifier: MIT */
/* Runs one load by its name: bench-loads read_jobs --jobs 1000 --count-origins yes */
#include "tests/bench/loads.h"

#include <inttypes.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_LEN(array) (sizeof(array) / sizeof(array)[0])

static const struct {
    const char *name;
    load_fn *run;
} loads[] = {
    {"read_jobs", load_read_jobs},
    {"counter", load_counter},
};

void load_tell(int64_t units, const struct tally *tally, const char *label, ...)
{
    va_list args;

    printf("units %" PRId64 " allocations %" PRId64 " sends %" PRId64 " receives %" PRId64 " waits %" PRId64
           " clock %" PRId64 " label ",
           units, tally->allocations, tally->sends, tally->receives, tally->waits, tally->clock_reads);
    va_start(args, label);
    vprintf(label, args);
    va_end(args);
    printf("\n");
}

void load_need(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "bench-loads: %s\n", what);
    exit(1);
}

static void read_options(struct load_options *options, char **words)
{
    for (; words[0] != NULL; words += 2) {
        load_need(words[1] != NULL, "an option without its value");
        if (strcmp(words[0], "--jobs") == 0)
            options->jobs = atoll(words[1]);
        else if (strcmp(words[0], "--count-origins") == 0)
            options->count_origins = strcmp(words[1], "yes") == 0;
        else if (strcmp(words[0], "--window-max") == 0)
            options->window_max = atoi(words[1]);
        else
            load_need(false, "an option that there is not");
    }
}

/* From a page boundary on down: memcpy counts differently for addresses that are the same modulo a page, and
 * where the stack begins depends on the working directory, which valgrind hands down in the environment. */
static void run_on_new_page(load_fn *run, const struct load_options *options)
{
    alignas(4096) volatile char page[4096];

    page[0] = 'x';
    run(options);
    load_need(page[0] == 'x', "the page is gone"); /* so that it is there */
}

int main(int argc, char **argv)
{
    struct load_options options = {.jobs = 1000, .window_max = 10000};

    load_need(argc > 1, "which load?");
    read_options(&options, argv + 2);
    for (size_t i = 0; i < ARRAY_LEN(loads); i++) {
        if (strcmp(argv[1], loads[i].name) == 0) {
            run_on_new_page(loads[i].run, &options);
            return 0;
        }
    }
    load_need(false, "no such load");
}
