/* SPDX-License-Identifier: MIT */
#include "mockd/sim/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void the_same_stream_gives_the_same_numbers(void **state)
{
    struct rng a = rng_stream(7, "purpose", 3);
    struct rng b = rng_stream(7, "purpose", 3);

    (void)state;

    for (int i = 0; i < 100; i++)
        assert_true(rng_next(&a) == rng_next(&b));
}

static void seed_purpose_and_number_each_make_another_stream(void **state)
{
    struct rng base = rng_stream(7, "purpose", 3);
    struct rng others[] = {rng_stream(8, "purpose", 3), rng_stream(7, "purposf", 3),
                           rng_stream(7, "purpose", 4)};
    uint64_t first = rng_next(&base);

    (void)state;

    for (int i = 0; i < 3; i++)
        assert_true(rng_next(&others[i]) != first);
}

/* The first outputs of SplitMix64 from state 1234567, as published with the generator's reference code. */
static void the_generator_is_splitmix64(void **state)
{
    struct rng rng = {1234567};

    (void)state;

    assert_true(rng_next(&rng) == UINT64_C(6457827717110365317));
    assert_true(rng_next(&rng) == UINT64_C(3203168211198807973));
    assert_true(rng_next(&rng) == UINT64_C(9817491932198370423));
}

static void below_reaches_every_number_and_no_more(void **state)
{
    struct rng rng = rng_stream(1, "below", 0);
    int seen[5] = {0};

    (void)state;
    for (int i = 0; i < 1000; i++) {
        uint64_t draw = rng_below(&rng, 5);

        assert_true(draw < 5);
        seen[draw]++;
    }

    for (int i = 0; i < 5; i++)
        assert_in_range(seen[i], 150, 250);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_stream_gives_the_same_numbers),
        cmocka_unit_test(seed_purpose_and_number_each_make_another_stream),
        cmocka_unit_test(the_generator_is_splitmix64),
        cmocka_unit_test(below_reaches_every_number_and_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
