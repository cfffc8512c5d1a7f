/* SPDX-License-Identifier: MIT */
/* Runs one workload by its name: bench-loads read_jobs [UNITS]. Without one it lists them. */
#include "tests/bench/loads.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_LEN(array) (sizeof(array) / sizeof(array)[0])

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

int main(int argc, char **argv)
{
    for (size_t i = 0; i < ARRAY_LEN(loads); i++) {
        if (argc < 2)
            printf("{\"name\": \"%s\", \"what\": \"%s\"}\n", loads[i].name, loads[i].what);
        else if (strcmp(argv[1], loads[i].name) == 0) {
            load_on_new_page(loads[i].run, argc > 2 ? atoll(argv[2]) : loads[i].units);
            return 0;
        }
    }
    load_need(argc < 2, "no such workload");
    return 0;
}
