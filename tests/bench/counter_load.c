/* SPDX-License-Identifier: MIT */
/* The counter alone: as the case study used it, and in its steady state, where each tick an event comes,
 * another one leaves the window, and who is first is asked. */
#include "client/counter.h"
#include "tests/bench/loads.h"

#include <stdio.h>
#include <string.h>

enum { KEYS_MAX = 1000, KEY_SIZE = 8 };

struct steady {
    struct disq_counter counter;
    int64_t now;
    int keys;
    char names[KEYS_MAX][KEY_SIZE + 1];
};

static size_t steady_bytes(void *ctx)
{
    const struct steady *steady = ctx;

    return disq_counter_size_bytes(&steady->counter);
}

static void add_and_ask(void *ctx, int64_t units)
{
    struct steady *steady = ctx;
    struct disq_count max;

    for (; units > 0; units--) {
        const char *name = steady->names[steady->now % steady->keys];

        disq_counter_add(&steady->counter, name, KEY_SIZE, ++steady->now);
        disq_counter_max(&steady->counter, steady->now, &max);
    }
}

/* A full window, and each key once more, after which nothing has to grow. */
static void fill(struct steady *steady, int window, int keys)
{
    struct disq_count max;

    memset(steady, 0, sizeof(*steady));
    load_need(disq_counter_init(&steady->counter, window) == 0, "a window that cannot be");
    steady->keys = keys;
    for (int i = 0; i < keys; i++)
        snprintf(steady->names[i], sizeof(steady->names[i]), "%08x", (unsigned)i * 2654435761u);
    for (int i = 0; i < window + keys; i++) {
        const char *name = steady->names[steady->now % keys];

        load_need(disq_counter_add(&steady->counter, name, KEY_SIZE, ++steady->now) == 0, "out of memory");
    }
    disq_counter_max(&steady->counter, steady->now, &max);
}

static void measure_windows(int from, int to, int64_t units)
{
    static struct steady steady;

    for (int window = from; window <= to; window *= 10) {
        for (int keys = 1; keys <= KEYS_MAX; keys *= 10) {
            char name[100];

            snprintf(name, sizeof(name), "counter_%d_events_%d_key%s", window, keys, keys == 1 ? "" : "s");
            fill(&steady, window, keys);
            load_measure(name, add_and_ask, &steady, units, steady_bytes);
            load_measure(name, add_and_ask, &steady, 3 * units, steady_bytes);
            disq_counter_fini(&steady.counter);
        }
    }
}

void load_counter(int64_t units)
{
    measure_windows(100, 10000, units);
}

void load_counter_large(int64_t units)
{
    measure_windows(100000, 1000000, units);
}

/* ---- As in the study: keys "1" to "9" and "0", a window of 0.1 s, and max every millisecond ---- */

enum { WINDOW_MS = 100, EVENTS_A_MS = 100 };

static void count_incoming(void *ctx, int64_t units)
{
    struct disq_counter *counter = ctx;
    struct disq_count max;
    int64_t now_ms = 0;

    for (int64_t i = 0; i < units; i++) {
        now_ms = i / EVENTS_A_MS;
        disq_counter_add(counter, &"1234567890"[i % 10], 1, now_ms);
    }
    while (disq_counter_max(counter, now_ms, &max))
        now_ms++;
}

static size_t counter_bytes(void *ctx)
{
    return disq_counter_size_bytes(ctx);
}

void load_count_incoming(int64_t units)
{
    for (int i = 0; i < 2; i++, units *= 3) {
        struct disq_counter counter;

        load_need(disq_counter_init(&counter, WINDOW_MS) == 0, "out of memory");
        load_measure("count_incoming", count_incoming, &counter, units, counter_bytes);
        disq_counter_fini(&counter);
    }
}
