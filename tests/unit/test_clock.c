/* SPDX-License-Identifier: MIT */
#include "mockd/sim/clock.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { START_US = 1000 };

/* What fired, a letter each. */
struct record {
    struct clock *clock;
    char fired[16];
    struct timer *arms_another;
};

struct named {
    struct timer timer;
    struct record *record;
    char name;
};

static void on_timer(struct timer *timer)
{
    struct named *named = OWNER_OF(timer, struct named, timer);
    struct record *record = named->record;

    record->fired[strlen(record->fired)] = named->name;
    if (record->arms_another != NULL)
        clock_arm(record->clock, record->arms_another, clock_now_us(record->clock));
    record->arms_another = NULL;
}

static struct named named(struct record *record, char name)
{
    return (struct named){.timer = {.fire = on_timer}, .record = record, .name = name};
}

static void arm(struct record *record, struct named *timer, int64_t at_us)
{
    clock_arm(record->clock, &timer->timer, at_us);
}

static int setup(void **state)
{
    static struct record record;

    record = (struct record){.clock = clock_new(CLOCK_VIRTUAL, START_US)};
    *state = &record;
    return 0;
}

static int teardown(void **state)
{
    clock_free(((struct record *)*state)->clock);
    return 0;
}

static void virtual_time_stands_still(void **state)
{
    struct record *record = *state;

    assert_int_equal(clock_now_us(record->clock), START_US);
    assert_true(clock_next_us(record->clock) == CLOCK_NEVER);
}

static void time_never_goes_back(void **state)
{
    struct record *record = *state;

    clock_move(record->clock, START_US - 1);

    assert_int_equal(clock_now_us(record->clock), START_US);
}

static void equal_times_fire_in_the_order_armed(void **state)
{
    struct record *record = *state;
    struct named a = named(record, 'a');
    struct named b = named(record, 'b');
    struct named c = named(record, 'c');

    arm(record, &b, 2000);
    arm(record, &a, 2000);
    arm(record, &c, 1500);
    arm(record, &b, 2000);
    clock_move(record->clock, 2000);

    assert_int_equal(clock_fire(record->clock), 3);
    assert_string_equal(record->fired, "cab");
}

static void a_timer_of_the_past_fires_now(void **state)
{
    struct record *record = *state;
    struct named a = named(record, 'a');

    arm(record, &a, 1);

    assert_int_equal(clock_next_us(record->clock), START_US);
    assert_int_equal(clock_fire(record->clock), 1);
}

static void what_a_timer_arms_for_now_waits_for_the_next_call(void **state)
{
    struct record *record = *state;
    struct named a = named(record, 'a');
    struct named b = named(record, 'b');

    record->arms_another = &b.timer;
    arm(record, &a, START_US);

    assert_int_equal(clock_fire(record->clock), 1);
    assert_string_equal(record->fired, "a");
    assert_int_equal(clock_fire(record->clock), 1);
    assert_string_equal(record->fired, "ab");
}

static void a_disarmed_timer_does_not_fire(void **state)
{
    struct record *record = *state;
    struct named a = named(record, 'a');

    arm(record, &a, START_US);
    clock_disarm(record->clock, &a.timer);
    clock_disarm(record->clock, &a.timer);

    assert_false(timer_is_armed(&a.timer));
    assert_int_equal(clock_fire(record->clock), 0);
}

static void behind_a_shut_gate_timers_wait_and_keep_their_order(void **state)
{
    struct record *record = *state;
    struct named a = named(record, 'a'), b = named(record, 'b'), c = named(record, 'c');
    struct gate gate = {0};

    a.timer.gate = b.timer.gate = &gate;
    arm(record, &b, 2000);
    arm(record, &a, 3000);
    arm(record, &c, 4000);

    gate_shut(&gate);
    gate_shut(&gate);
    clock_move(record->clock, 4000);
    clock_fire(record->clock);
    gate_open(&gate, record->clock);
    clock_fire(record->clock);
    assert_string_equal(record->fired, "c");
    assert_true(timer_is_armed(&a.timer));

    gate_open(&gate, record->clock);
    clock_fire(record->clock);
    assert_string_equal(record->fired, "cba");
    gate_fini(&gate);
}

static void what_waits_at_a_gate_can_be_disarmed_or_armed_anew(void **state)
{
    struct record *record = *state;
    struct named a = named(record, 'a'), b = named(record, 'b');
    struct gate gate = {0};

    gate_shut(&gate);
    a.timer.gate = b.timer.gate = &gate;
    arm(record, &a, 2000);
    arm(record, &b, 2000);
    clock_move(record->clock, 2000);
    clock_fire(record->clock);

    clock_disarm(record->clock, &a.timer);
    arm(record, &b, 3000);
    gate_open(&gate, record->clock);
    clock_fire(record->clock);
    assert_string_equal(record->fired, "");
    assert_true(clock_next_us(record->clock) == 3000);
    gate_fini(&gate);
}

static void wall_time_is_the_date(void **state)
{
    struct clock *clock = clock_new(CLOCK_WALL, 0);
    int64_t before_us = clock_now_us(clock);

    (void)state;
    clock_move(clock, 0);

    assert_true(before_us > INT64_C(1700000000000000));
    assert_true(clock_now_us(clock) >= before_us);
    clock_free(clock);
}

static void a_fast_clock_waits_less_for_its_timers(void **state)
{
    struct clock *clock = clock_new(CLOCK_WALL, 0);
    int64_t now_us = clock_now_us(clock);

    (void)state;
    clock_set_speed(clock, 100);

    assert_int_equal(clock_wait_us(clock, now_us + 1000000), 10001);
    assert_int_equal(clock_wait_us(clock, now_us - 1), 0);
    assert_true(clock_wait_us(clock, CLOCK_NEVER) == CLOCK_NEVER);
    clock_free(clock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(virtual_time_stands_still, setup, teardown),
        cmocka_unit_test_setup_teardown(time_never_goes_back, setup, teardown),
        cmocka_unit_test_setup_teardown(equal_times_fire_in_the_order_armed, setup, teardown),
        cmocka_unit_test_setup_teardown(a_timer_of_the_past_fires_now, setup, teardown),
        cmocka_unit_test_setup_teardown(what_a_timer_arms_for_now_waits_for_the_next_call, setup, teardown),
        cmocka_unit_test_setup_teardown(a_disarmed_timer_does_not_fire, setup, teardown),
        cmocka_unit_test_setup_teardown(behind_a_shut_gate_timers_wait_and_keep_their_order, setup, teardown),
        cmocka_unit_test_setup_teardown(what_waits_at_a_gate_can_be_disarmed_or_armed_anew, setup, teardown),
        cmocka_unit_test(wall_time_is_the_date),
        cmocka_unit_test(a_fast_clock_waits_less_for_its_timers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
