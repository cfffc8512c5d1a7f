/* SPDX-License-Identifier: MIT */
/* Runs the counter that it is linked with beside a plain list of events, and compares whatever can be asked
 * after every step: lockstep STEPS SEED [no_expiry]. */
#include "client/counter.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_LEN(array) (sizeof(array) / sizeof(array)[0])

enum { KEYS_MAX = 5000, NAME_MAX_SIZE = 40 };

/* Which key comes next. */
enum load { ROUND_ROBIN, SKEWED, RANDOM };

static const struct course {
    int64_t ttl;
    int keys;
    enum load load;
    int pace; /* percent of the steps at which time moves */
} courses[] = {
    {1, 3, RANDOM, 50},           {2, 1, ROUND_ROBIN, 60},       {10, 1, ROUND_ROBIN, 20},
    {7, 10, ROUND_ROBIN, 90},     {100, 3, SKEWED, 50},          {100, 100, ROUND_ROBIN, 100},
    {50, 1000, ROUND_ROBIN, 100}, {1000, 1000, RANDOM, 100},     {300, 64, SKEWED, 10},
    {65, 65, ROUND_ROBIN, 100},   {5000, 200, SKEWED, 100},      {20, 70, RANDOM, 5},
    {60, 1000, SKEWED, 100},      {3000, 5000, RANDOM, 100},     {4500, 5000, ROUND_ROBIN, 100},
    {INT32_MAX, 30, SKEWED, 100}, {INT32_MAX, 300, RANDOM, 100},
};

struct event {
    int key;
    int64_t time;
};

struct run {
    const struct course *course;
    struct disq_counter counter;
    char names[KEYS_MAX][NAME_MAX_SIZE];
    size_t sizes[KEYS_MAX];
    uint64_t seed;
    int64_t step;
    int64_t time; /* what the clock says; may go back */

    /* The plain list. */
    int64_t now; /* the latest time seen */
    struct event *events;
    size_t oldest, end;
    int64_t counts[KEYS_MAX];
    int order[KEYS_MAX]; /* the living, in the order of their creation */
    int living;
};

static uint64_t draw(struct run *run, uint64_t below)
{
    run->seed = run->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (run->seed >> 33) % below;
}

static void need(const struct run *run, bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "lockstep: course %td, step %" PRId64 ", time %" PRId64 ": %s differs\n",
            run->course - courses, run->step, run->now, what);
    exit(1);
}

/* ---- The plain list ---- */

static void forget(struct run *run, int key)
{
    int i = 0;

    while (run->order[i] != key)
        i++;
    memmove(&run->order[i], &run->order[i + 1], (size_t)(--run->living - i) * sizeof(*run->order));
}

static void list_expire(struct run *run)
{
    if (run->time > run->now)
        run->now = run->time;
    for (; run->oldest < run->end; run->oldest++) {
        const struct event *event = &run->events[run->oldest];

        if (run->now - event->time < run->course->ttl)
            return;
        if (--run->counts[event->key] == 0)
            forget(run, event->key);
    }
}

static void list_add(struct run *run, int key)
{
    list_expire(run);
    run->events[run->end++] = (struct event){key, run->now};
    if (run->counts[key]++ == 0)
        run->order[run->living++] = key;
}

/* ---- Comparing ---- */

static bool is_key(const struct run *run, const struct disq_count *count, int key)
{
    return count->size == run->sizes[key] && memcmp(count->name, run->names[key], count->size) == 0 &&
           count->count == run->counts[key];
}

static void compare_count(struct run *run, int key)
{
    list_expire(run);
    need(run,
         disq_counter_count(&run->counter, run->names[key], run->sizes[key], run->time) == run->counts[key],
         "count");
}

static void compare_max(struct run *run)
{
    struct disq_count max;
    int best = -1;

    list_expire(run);
    for (int i = 0; i < run->living; i++) {
        if (best < 0 || run->counts[run->order[i]] > run->counts[best])
            best = run->order[i];
    }
    need(run, disq_counter_max(&run->counter, run->time, &max) == (best >= 0), "whether there is a maximum");
    need(run, best < 0 || is_key(run, &max, best), "maximum");
}

static void compare_min(struct run *run)
{
    struct disq_count min;
    int best = -1;

    list_expire(run);
    for (int i = 0; i < run->living; i++) {
        if (best < 0 || run->counts[run->order[i]] < run->counts[best])
            best = run->order[i];
    }
    need(run, disq_counter_min(&run->counter, run->time, &min) == (best >= 0), "whether there is a minimum");
    need(run, best < 0 || is_key(run, &min, best), "minimum");
}

/* A key's count, and its place in the order of creation. */
struct standing {
    int64_t count;
    int place;
};

static int by_count_then_creation(const void *one, const void *other)
{
    const struct standing *left = one, *right = other;

    if (left->count != right->count)
        return left->count < right->count ? -1 : 1;
    return left->place - right->place;
}

static void compare_ranked(struct run *run, struct disq_count *ranked, size_t count)
{
    static struct standing standings[KEYS_MAX];

    for (int i = 0; i < run->living; i++)
        standings[i] = (struct standing){run->counts[run->order[i]], i};
    qsort(standings, count, sizeof(*standings), by_count_then_creation);
    disq_counter_ranked(&run->counter, run->time, ranked, KEYS_MAX);
    for (size_t i = 0; i < count; i++)
        need(run, is_key(run, &ranked[i], run->order[standings[i].place]), "ranking");
}

static void compare_all(struct run *run)
{
    static struct disq_count all[KEYS_MAX];
    size_t count;

    list_expire(run);
    count = disq_counter_keys(&run->counter, run->time, all, KEYS_MAX);
    need(run, count == (size_t)run->living, "number of keys");
    for (size_t i = 0; i < count; i++)
        need(run, is_key(run, &all[i], run->order[i]), "order of keys");
    compare_ranked(run, all, count);
}

/* ---- Steps ---- */

static int next_key(struct run *run)
{
    uint64_t keys = (uint64_t)run->course->keys;

    switch (run->course->load) {
    case ROUND_ROBIN:
        return (int)((uint64_t)run->step % keys);
    case SKEWED:
        return (int)draw(run, 1 + draw(run, 1 + draw(run, keys)));
    case RANDOM:
        return (int)draw(run, keys);
    }
    return 0;
}

/* Mostly by a tick; sometimes onto the edge of the window or beyond all of it, so seldom that even a long one
 * is full for most of the time; or back. */
static void move_time(struct run *run)
{
    int64_t edge = run->oldest < run->end ? run->events[run->oldest].time + run->course->ttl : run->now;
    uint64_t odd = draw(run, 1000);
    bool jumps = run->course->ttl < INT32_MAX && draw(run, 1 + (uint64_t)run->course->ttl / 100) == 0;

    if (odd == 0 && jumps)
        run->time = run->now + (int64_t)draw(run, UINT64_C(3) << 32);
    else if (odd < 4 && jumps)
        run->time = edge - 1 + (int64_t)draw(run, 3);
    else if (odd < 14)
        run->time = run->now - (int64_t)draw(run, 10);
    else if (draw(run, 100) < (uint64_t)run->course->pace)
        run->time = run->now + 1;
}

static void step(struct run *run)
{
    int key = next_key(run);

    move_time(run);
    if (draw(run, 20) > 0) {
        list_add(run, key);
        need(run, disq_counter_add(&run->counter, run->names[key], run->sizes[key], run->time) == 0,
             "memory");
    }
    if (draw(run, 4) == 0)
        move_time(run);
    compare_count(run, next_key(run));
    if (run->course->keys <= 100 || draw(run, 20) == 0)
        compare_max(run);
    if (draw(run, 100) == 0)
        compare_min(run);
    if (draw(run, 500) == 0)
        compare_all(run);
}

/* As origins have them, of 8 bytes; else of any size, none and NULs included. */
static void name_keys(struct run *run)
{
    for (int i = 0; i < KEYS_MAX; i++) {
        char text[2 * NAME_MAX_SIZE];

        snprintf(text, sizeof(text), "%08x%032d", (unsigned)i * 2654435761U, i);
        run->sizes[i] = run->course->keys % 3 == 1 ? 8 : (size_t)(i < NAME_MAX_SIZE ? i : 8 + i % 12);
        memcpy(run->names[i], text, run->sizes[i]);
        if (run->sizes[i] > 3 && run->sizes[i] != 8)
            run->names[i][2] = '\0';
    }
}

static void follow(const struct course *course, int64_t steps, uint64_t seed)
{
    struct run *run = calloc(1, sizeof(*run));

    if (run == NULL || (run->events = calloc((size_t)steps, sizeof(*run->events))) == NULL)
        abort();
    run->course = course;
    run->seed = seed;
    run->time = 1000;
    name_keys(run);
    need(run, disq_counter_init(&run->counter, course->ttl) == 0, "memory");
    compare_all(run);
    compare_max(run);
    compare_min(run);
    for (; run->step < steps; run->step++)
        step(run);
    disq_counter_fini(&run->counter);
    free(run->events);
    free(run);
}

int main(int argc, char **argv)
{
    int64_t steps = argc > 1 ? atoll(argv[1]) : 100000;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    bool expires = argc < 4;

    for (size_t i = 0; i < ARRAY_LEN(courses); i++) {
        if (expires || courses[i].ttl == INT32_MAX)
            follow(&courses[i], steps, seed + i);
    }
    return 0;
}
