/* SPDX-License-Identifier: MIT */
#include "mockd/sim/clock.h"
#include "mockd/sim/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { TIMERS = 500 };

static void fill(struct heap *heap, struct timer *timers, struct rng *rng)
{
    for (uint64_t i = 0; i < TIMERS; i++) {
        timers[i] = (struct timer){.at_us = (int64_t)rng_below(rng, 50), .order = i + 1};
        heap_put(heap, &timers[i]);
    }
}

static void assert_sorted(struct heap *heap, size_t expected)
{
    struct timer *last = NULL;

    for (size_t i = 0; i < expected; i++) {
        struct timer *top = heap_top(heap);

        assert_non_null(top);
        if (last != NULL)
            assert_true(last->at_us < top->at_us || (last->at_us == top->at_us && last->order < top->order));
        last = top;
        heap_remove(heap, top);
    }
    assert_null(heap_top(heap));
}

static void an_empty_heap_has_no_top(void **state)
{
    struct heap heap = {0};

    (void)state;

    assert_null(heap_top(&heap));
}

static void timers_come_by_time_then_by_order(void **state)
{
    struct timer timers[TIMERS];
    struct heap heap = {0};
    struct rng rng = rng_stream(1, "test", 0);

    (void)state;
    fill(&heap, timers, &rng);

    assert_sorted(&heap, TIMERS);
    heap_fini(&heap);
}

static void timers_can_be_taken_from_the_middle(void **state)
{
    struct timer timers[TIMERS];
    struct heap heap = {0};
    struct rng rng = rng_stream(2, "test", 0);

    (void)state;
    fill(&heap, timers, &rng);

    for (size_t i = 0; i < TIMERS; i += 3)
        heap_remove(&heap, &timers[i]);

    assert_int_equal(timers[0].heap_index, 0);
    assert_sorted(&heap, TIMERS - (TIMERS + 2) / 3);
    heap_fini(&heap);
}

static void a_timer_can_be_moved_both_ways(void **state)
{
    struct timer timers[TIMERS];
    struct heap heap = {0};
    struct rng rng = rng_stream(3, "test", 0);

    (void)state;
    fill(&heap, timers, &rng);

    for (size_t i = 0; i < TIMERS; i += 2) {
        timers[i].at_us = (int64_t)rng_below(&rng, 50);
        heap_put(&heap, &timers[i]);
    }

    assert_sorted(&heap, TIMERS);
    heap_fini(&heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_heap_has_no_top),
        cmocka_unit_test(timers_come_by_time_then_by_order),
        cmocka_unit_test(timers_can_be_taken_from_the_middle),
        cmocka_unit_test(a_timer_can_be_moved_both_ways),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
