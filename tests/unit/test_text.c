/* SPDX-License-Identifier: MIT */
#include "scenarios/runner/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void bytes_are_quoted_as_a_scenario_takes_them(void **state)
{
    static const char bytes[] = "a \"b\" \\ \n\r\t\0\x1f\x7f\xff~";
    struct text text = {0};

    (void)state;
    text_add_quoted(&text, (struct slice){bytes, sizeof(bytes) - 1});

    assert_string_equal(text.data, "\"a \\\"b\\\" \\\\ \\n\\r\\t\\x00\\x1f\\x7f\\xff~\"");
    text_fini(&text);
}

static void a_duration_is_told_in_the_units_that_it_needs(void **state)
{
    struct text text = {0};

    (void)state;
    text_add_duration(&text, 1999);
    text_add_char(&text, '|');
    text_add_duration(&text, INT64_C(61500000));
    text_add_char(&text, '|');
    text_add_duration(&text, INT64_C(7200000000));

    assert_string_equal(text.data, "0.001 s|1 min 1.500 s|2 h 0 min 0.000 s");
    text_fini(&text);
}

static void what_is_consumed_is_gone_from_the_front(void **state)
{
    struct text text = {0};

    (void)state;
    text_add(&text, slice_of("hello world"));
    text_consume(&text, 6);

    assert_true(slice_is(text_slice(&text), "world"));
    text_consume(&text, 5);
    assert_int_equal(text.size, 0);
    text_fini(&text);
}

static void an_array_in_an_arena_keeps_its_elements_as_it_grows(void **state)
{
    struct arena arena = {0};
    int *numbers = NULL;

    (void)state;
    for (int i = 0; i < 5000; i++) {
        numbers = arena_grow(&arena, numbers, (size_t)i, sizeof(*numbers));
        numbers[i] = i;
    }

    for (int i = 0; i < 5000; i++)
        assert_int_equal(numbers[i], i);
    arena_fini(&arena);
}

static void a_copy_in_an_arena_ends_with_a_nul(void **state)
{
    struct arena arena = {0};
    struct slice copy;

    (void)state;
    copy = arena_copy(&arena, (struct slice){"abcdef", 3});

    assert_int_equal(copy.size, 3);
    assert_string_equal(copy.data, "abc");
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_quoted_as_a_scenario_takes_them),
        cmocka_unit_test(a_duration_is_told_in_the_units_that_it_needs),
        cmocka_unit_test(what_is_consumed_is_gone_from_the_front),
        cmocka_unit_test(an_array_in_an_arena_keeps_its_elements_as_it_grows),
        cmocka_unit_test(a_copy_in_an_arena_ends_with_a_nul),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
