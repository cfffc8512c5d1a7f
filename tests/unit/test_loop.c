/* SPDX-License-Identifier: MIT */
#include "mockd/front/loop.h"

#include "mockd/mockd.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { START_US = 1000 };

struct world {
    struct clock *clock;
    struct loop *loop;
    struct timer timer;
    int fired;
    int64_t fired_at_us;
};

static void on_timer(struct timer *timer)
{
    struct world *world = OWNER_OF(timer, struct world, timer);

    world->fired++;
    world->fired_at_us = clock_now_us(world->clock);
}

static void make_world(struct world *world, enum clock_mode mode)
{
    *world = (struct world){.clock = clock_new(mode, START_US)};
    world->timer = (struct timer){.fire = on_timer};
    world->loop = loop_new(world->clock, NULL);
}

static int setup(void **state)
{
    struct world *world = malloc(sizeof(*world));

    make_world(world, CLOCK_VIRTUAL);
    *state = world;
    return 0;
}

static int setup_wall(void **state)
{
    struct world *world = malloc(sizeof(*world));

    make_world(world, CLOCK_WALL);
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;

    loop_free(world->loop);
    clock_free(world->clock);
    free(world);
    return 0;
}

static bool has_fired(void *ctx)
{
    return ((struct world *)ctx)->fired > 0;
}

static void time_moves_to_the_timer_that_gets_it_done(void **state)
{
    struct world *world = *state;

    clock_arm(world->clock, &world->timer, 5000);

    assert_int_equal(loop_run(world->loop, 9000, has_fired, world), 0);
    assert_int_equal(world->fired_at_us, 5000);
    assert_int_equal(clock_now_us(world->clock), 5000);
}

static void time_never_passes_the_deadline(void **state)
{
    struct world *world = *state;

    clock_arm(world->clock, &world->timer, 5000);

    assert_int_equal(loop_run(world->loop, 4999, has_fired, world), MOCKD_TIMEOUT);
    assert_int_equal(clock_now_us(world->clock), 4999);
    assert_int_equal(world->fired, 0);
}

static void a_timer_at_the_deadline_fires(void **state)
{
    struct world *world = *state;

    clock_arm(world->clock, &world->timer, 5000);

    assert_int_equal(loop_run(world->loop, 5000, has_fired, world), 0);
}

static void without_a_question_it_runs_to_the_deadline(void **state)
{
    struct world *world = *state;

    clock_arm(world->clock, &world->timer, 5000);

    assert_int_equal(loop_run(world->loop, 9000, NULL, NULL), 0);
    assert_int_equal(world->fired_at_us, 5000);
    assert_int_equal(clock_now_us(world->clock), 9000);
}

static void a_past_deadline_fires_what_is_due_but_moves_no_time(void **state)
{
    struct world *world = *state;

    clock_arm(world->clock, &world->timer, START_US);

    assert_int_equal(loop_run(world->loop, 0, NULL, NULL), 0);
    assert_int_equal(world->fired, 1);
    assert_int_equal(clock_now_us(world->clock), START_US);
}

static void again_at_once(struct timer *timer)
{
    struct world *world = OWNER_OF(timer, struct world, timer);

    clock_arm(world->clock, &world->timer, 0);
}

static void what_never_comes_to_rest_is_stuck(void **state)
{
    struct world *world = *state;

    world->timer.fire = again_at_once;
    clock_arm(world->clock, &world->timer, 2000);

    assert_int_equal(loop_run(world->loop, 9000, NULL, NULL), MOCKD_STUCK);
    assert_int_equal(clock_now_us(world->clock), 2000);
}

static void stop(struct timer *timer)
{
    loop_stop(OWNER_OF(timer, struct world, timer)->loop);
}

static void wall_time_runs_until_it_is_stopped(void **state)
{
    struct world *world = *state;
    int64_t at_us = clock_now_us(world->clock) + 2000;

    world->timer.fire = stop;
    clock_arm(world->clock, &world->timer, at_us);
    loop_serve(world->loop);

    assert_true(clock_now_us(world->clock) >= at_us);
}

static int64_t arm_once(void *ctx)
{
    struct world *world = ctx;

    loop_on_rest(world->loop, NULL, NULL);
    clock_arm(world->clock, &world->timer, 0);
    return CLOCK_NEVER;
}

/* Though no time passes, and nothing else ever happens. */
static void what_is_due_after_a_rest_fires(void **state)
{
    struct world *world = *state;

    world->timer.fire = stop;
    loop_stop_on_signal(world->loop, SIGINT); /* so that there is something to wait for */
    loop_on_rest(world->loop, arm_once, world);
    loop_serve(world->loop);

    assert_int_equal(clock_now_us(world->clock), START_US);
}

static void interrupt(struct timer *timer)
{
    (void)timer;
    raise(SIGINT);
}

static void a_signal_stops_it(void **state)
{
    struct world *world = *state;

    world->timer.fire = interrupt;
    loop_stop_on_signal(world->loop, SIGINT);
    loop_stop_on_signal(world->loop, SIGTERM);
    clock_arm(world->clock, &world->timer, 0);

    loop_serve(world->loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(time_moves_to_the_timer_that_gets_it_done, setup, teardown),
        cmocka_unit_test_setup_teardown(time_never_passes_the_deadline, setup, teardown),
        cmocka_unit_test_setup_teardown(a_timer_at_the_deadline_fires, setup, teardown),
        cmocka_unit_test_setup_teardown(without_a_question_it_runs_to_the_deadline, setup, teardown),
        cmocka_unit_test_setup_teardown(a_past_deadline_fires_what_is_due_but_moves_no_time, setup, teardown),
        cmocka_unit_test_setup_teardown(what_never_comes_to_rest_is_stuck, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_due_after_a_rest_fires, setup, teardown),
        cmocka_unit_test_setup_teardown(wall_time_runs_until_it_is_stopped, setup_wall, teardown),
        cmocka_unit_test_setup_teardown(a_signal_stops_it, setup_wall, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
