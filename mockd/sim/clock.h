/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_SIM_CLOCK_H
#define MOCKD_SIM_CLOCK_H

#include "mockd/sim/heap.h"
#include "mockd/sim/owner.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The cluster's time, and every timer in it. Timers of one instant fire in the order in which they were
 * armed. Times are microseconds since 1970. */
struct clock;

enum clock_mode {
    CLOCK_VIRTUAL, /* stands still until clock_move */
    CLOCK_WALL,    /* follows the machine's clock at each clock_move, and never goes back */
};

#define CLOCK_NEVER INT64_MAX

typedef void timer_fn(struct timer *timer);

/* Holds up the timers of somebody who does nothing for a while: those that come due wait until it opens, and
 * then fire in order. */
struct gate {
    int shut; /* how many times more than it was opened */
    struct heap due;
};

/* Which heap a timer is in. */
enum timer_heap {
    TIMER_SOON, /* the clock's of those that were not far off when they were armed */
    TIMER_LATER,
    TIMER_DUE, /* its gate's */
};

/* Lives inside its owner: OWNER_OF. All zero but fire and gate is a timer that is not armed. Each job has
 * one. */
struct timer {
    timer_fn *fire;
    struct gate *gate; /* NULL: nothing ever holds it up */
    int64_t at_us;
    uint64_t order;      /* in which it was armed */
    uint32_t heap_index; /* from 1; 0: not armed */
    uint8_t heap;        /* enum timer_heap */
};

/* A clock that starts at this time; CLOCK_WALL starts at the machine's. */
struct clock *clock_new(enum clock_mode mode, int64_t start_us);
void clock_free(struct clock *clock);

/* CLOCK_WALL: runs so many times as fast as the machine's from now on, if it can: 0.001 to 1000. */
void clock_set_speed(struct clock *clock, double speed);
bool clock_can_have_speed(double speed);

enum clock_mode clock_mode(const struct clock *clock);
int64_t clock_now_us(const struct clock *clock);

/* Arms, or moves, a timer. One whose time is past fires at the present instant. */
void clock_arm(struct clock *clock, struct timer *timer, int64_t at_us);
void clock_disarm(struct clock *clock, struct timer *timer);
bool timer_is_armed(const struct timer *timer);

/* When the next timer is due, or CLOCK_NEVER. */
int64_t clock_next_us(const struct clock *clock);

/* How long the machine's clock takes until then; 0 if that is past. CLOCK_NEVER if it is never. */
int64_t clock_wait_us(const struct clock *clock, int64_t at_us);

/* Virtual: makes it this time (never earlier than it is). Wall: reads the machine's clock. Fires nothing. */
void clock_move(struct clock *clock, int64_t now_us);

/* Fires the timers that are due, one instant's worth: those armed by them for the present instant are left
 * for the next call. How many. */
size_t clock_fire(struct clock *clock);

bool gate_is_shut(const struct gate *gate);

/* All zero is one that is open. Shut twice, it has to be opened twice. */
void gate_shut(struct gate *gate);
void gate_open(struct gate *gate, struct clock *clock);

/* Nothing waits at it any more. */
void gate_fini(struct gate *gate);

#endif
