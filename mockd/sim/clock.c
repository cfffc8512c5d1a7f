/* SPDX-License-Identifier: MIT */
/* Time comes in here and nowhere else: virtual time is told by the cluster's owner, wall time is read below.
 */
#include "mockd/sim/clock.h"

#include "mockd/sim/bytes.h"

#include <stdlib.h>
#include <time.h>

/* Messages and ticks come and go among each other, and not among a million jobs' timers. */
#define SOON_US INT64_C(1000000)

struct clock {
    enum clock_mode mode;
    int64_t now_us;
    double speed;       /* CLOCK_WALL: how many times as fast as the machine's clock it runs */
    int64_t machine_us; /* that clock, and this one, when the speed was set */
    int64_t since_us;
    uint64_t armed; /* how many times, ever */
    struct heap timers[TIMER_DUE];
};

static int64_t read_us(clockid_t id)
{
    struct timespec now;

    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

struct clock *clock_new(enum clock_mode mode, int64_t start_us)
{
    struct clock *clock = xcalloc(1, sizeof(*clock));

    clock->mode = mode;
    clock->now_us = start_us;
    if (mode == CLOCK_WALL) {
        clock->now_us = read_us(CLOCK_REALTIME);
        clock_set_speed(clock, 1);
    }
    return clock;
}

void clock_set_speed(struct clock *clock, double speed)
{
    clock->speed = speed;
    clock->machine_us = read_us(CLOCK_MONOTONIC);
    clock->since_us = clock->now_us;
}

bool clock_can_have_speed(double speed)
{
    return speed >= 0.001 && speed <= 1000;
}

void clock_free(struct clock *clock)
{
    if (clock == NULL)
        return;
    heap_fini(&clock->timers[TIMER_SOON]);
    heap_fini(&clock->timers[TIMER_LATER]);
    free(clock);
}

enum clock_mode clock_mode(const struct clock *clock)
{
    return clock->mode;
}

int64_t clock_now_us(const struct clock *clock)
{
    return clock->now_us;
}

static struct heap *heap_of(struct clock *clock, const struct timer *timer)
{
    return timer->heap == TIMER_DUE ? &timer->gate->due : &clock->timers[timer->heap];
}

static void move(struct clock *clock, struct timer *timer, enum timer_heap heap)
{
    if (timer_is_armed(timer) && timer->heap != heap)
        heap_remove(heap_of(clock, timer), timer);
    timer->heap = (uint8_t)heap;
    heap_put(heap_of(clock, timer), timer);
}

void clock_arm(struct clock *clock, struct timer *timer, int64_t at_us)
{
    timer->at_us = at_us > clock->now_us ? at_us : clock->now_us;
    timer->order = ++clock->armed;
    move(clock, timer, timer->at_us - clock->now_us < SOON_US ? TIMER_SOON : TIMER_LATER);
}

void clock_disarm(struct clock *clock, struct timer *timer)
{
    if (timer_is_armed(timer))
        heap_remove(heap_of(clock, timer), timer);
}

bool timer_is_armed(const struct timer *timer)
{
    return timer->heap_index != 0;
}

static bool is_before(const struct timer *a, const struct timer *b)
{
    return a->at_us != b->at_us ? a->at_us < b->at_us : a->order < b->order;
}

static struct timer *next(const struct clock *clock)
{
    struct timer *soon = heap_top(&clock->timers[TIMER_SOON]);
    struct timer *later = heap_top(&clock->timers[TIMER_LATER]);

    if (soon == NULL || later == NULL)
        return soon != NULL ? soon : later;
    return is_before(later, soon) ? later : soon;
}

int64_t clock_next_us(const struct clock *clock)
{
    const struct timer *first = next(clock);

    return first != NULL ? first->at_us : CLOCK_NEVER;
}

int64_t clock_wait_us(const struct clock *clock, int64_t at_us)
{
    if (at_us == CLOCK_NEVER || clock->mode != CLOCK_WALL)
        return CLOCK_NEVER;
    return at_us > clock->now_us ? (int64_t)((double)(at_us - clock->now_us) / clock->speed) + 1 : 0;
}

static int64_t read_wall_us(const struct clock *clock)
{
    int64_t passed_us = read_us(CLOCK_MONOTONIC) - clock->machine_us;

    return clock->since_us + (int64_t)((double)passed_us * clock->speed);
}

void clock_move(struct clock *clock, int64_t now_us)
{
    if (clock->mode == CLOCK_WALL)
        now_us = read_wall_us(clock);
    if (now_us > clock->now_us)
        clock->now_us = now_us;
}

size_t clock_fire(struct clock *clock)
{
    uint64_t armed_before = clock->armed;
    struct timer *first;
    size_t fired = 0;

    while ((first = next(clock)) != NULL && first->at_us <= clock->now_us && first->order <= armed_before) {
        if (first->gate != NULL && gate_is_shut(first->gate)) {
            move(clock, first, TIMER_DUE);
            continue;
        }
        clock_disarm(clock, first);
        first->fire(first);
        fired++;
    }
    return fired;
}

bool gate_is_shut(const struct gate *gate)
{
    return gate->shut > 0;
}

void gate_shut(struct gate *gate)
{
    gate->shut++;
}

void gate_open(struct gate *gate, struct clock *clock)
{
    if (--gate->shut > 0)
        return;
    while (heap_top(&gate->due) != NULL)
        clock_arm(clock, heap_top(&gate->due), clock->now_us);
}

void gate_fini(struct gate *gate)
{
    heap_fini(&gate->due);
}
