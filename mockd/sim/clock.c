/* SPDX-License-Identifier: MIT */
/* Time comes in here and nowhere else: virtual time is told by the cluster's owner, wall time is read below.
 */
#include "mockd/sim/clock.h"

#include "mockd/sim/bytes.h"
#include "mockd/sim/heap.h"

#include <stdlib.h>
#include <time.h>

struct clock {
    enum clock_mode mode;
    int64_t now_us;
    double speed;       /* CLOCK_WALL: how many times as fast as the machine's clock it runs */
    int64_t machine_us; /* that clock, and this one, when the speed was set */
    int64_t since_us;
    uint64_t armed; /* how many times, ever */
    struct heap timers;
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

void clock_free(struct clock *clock)
{
    if (clock == NULL)
        return;
    heap_fini(&clock->timers);
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

int64_t clock_now_ms(const struct clock *clock)
{
    return clock->now_us / 1000;
}

static bool is_waiting(const struct timer *timer)
{
    return timer->waiting.next != NULL;
}

static void stop_waiting(struct timer *timer)
{
    list_remove(&timer->waiting);
    timer->waiting.next = NULL;
}

void clock_arm(struct clock *clock, struct timer *timer, int64_t at_us)
{
    if (is_waiting(timer))
        stop_waiting(timer);
    timer->at_us = at_us > clock->now_us ? at_us : clock->now_us;
    timer->order = ++clock->armed;
    heap_put(&clock->timers, timer);
}

void clock_disarm(struct clock *clock, struct timer *timer)
{
    if (is_waiting(timer))
        stop_waiting(timer);
    else if (timer_is_armed(timer))
        heap_remove(&clock->timers, timer);
}

bool timer_is_armed(const struct timer *timer)
{
    return timer->place != 0 || is_waiting(timer);
}

int64_t clock_next_us(const struct clock *clock)
{
    const struct timer *first = heap_top(&clock->timers);

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

    while ((first = heap_top(&clock->timers)) != NULL && first->at_us <= clock->now_us &&
           first->order <= armed_before) {
        heap_remove(&clock->timers, first);
        if (first->gate != NULL && gate_is_shut(first->gate)) {
            list_append(&first->gate->due, &first->waiting);
            continue;
        }
        first->fire(first->owner);
        fired++;
    }
    return fired;
}

void gate_init(struct gate *gate)
{
    gate->shut = 0;
    list_init(&gate->due);
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
    LIST_FOR_EACH_SAFE (link, &gate->due)
        clock_arm(clock, LIST_OWNER(link, struct timer, waiting), clock->now_us);
}
