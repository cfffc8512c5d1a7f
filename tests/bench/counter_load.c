/* SPDX-License-Identifier: MIT */
/* The counter alone, in its steady state: each tick an event comes, another one leaves the window, and who is
 * first is asked. */
#include "client/counter.h"
#include "tests/bench/loads.h"

#include <stdio.h>
#include <string.h>

enum { STEPS = 1000, KEYS_MAX = 1000, KEY_SIZE = 8 };

struct steady {
    struct disq_counter counter;
    int64_t now;
    int keys;
    char names[KEYS_MAX][KEY_SIZE + 1];
};

MEASURED void measured_counter(struct steady *steady, int64_t steps);

void measured_counter(struct steady *steady, int64_t steps)
{
    struct disq_count max;

    for (; steps > 0; steps--) {
        const char *name = steady->names[steady->now % steady->keys];

        disq_counter_add(&steady->counter, name, KEY_SIZE, ++steady->now);
        disq_counter_max(&steady->counter, steady->now, &max);
    }
}

static void fill(struct steady *steady, int window, int keys)
{
    memset(steady, 0, sizeof *steady);
    load_need(disq_counter_init(&steady->counter, window) == 0, "a window that cannot be");
    steady->keys = keys;
    for (int i = 0; i < keys; i++)
        snprintf(steady->names[i], sizeof steady->names[i], "%08x", (unsigned)i * 2654435761u);
    for (int i = 0; i < 2 * window; i++) {
        const char *name = steady->names[steady->now % keys];

        load_need(disq_counter_add(&steady->counter, name, KEY_SIZE, ++steady->now) == 0, "out of memory");
    }
}

static void measure(struct steady *steady, int window, int64_t steps)
{
    struct tally tally;

    tally_start();
    measured_counter(steady, steps);
    tally = tally_stop();
    load_tell(steps, &tally, "window %d keys %d", window, steady->keys);
}

void load_counter(const struct load_options *options)
{
    static struct steady steady;

    for (int window = 100; window <= options->window_max; window *= 10) {
        for (int keys = 1; keys <= KEYS_MAX; keys *= 10) {
            fill(&steady, window, keys);
            measure(&steady, window, STEPS);
            measure(&steady, window, 3 * STEPS);
            disq_counter_fini(&steady.counter);
        }
    }
}
