/* SPDX-License-Identifier: MIT */
#include "scenarios/runner/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_value_is_printed_as_a_scenario_expects_it(void **state)
{
    struct arena arena = {0};
    struct text text = {0};
    struct value all = value_array(&arena, 8);

    (void)state;
    all.items[0] = value_nil();
    all.items[1] = value_nil_array();
    all.items[2] = value_status(&arena, slice_of("OK"));
    all.items[3] = value_error(&arena, slice_of("ERR no\nway"));
    all.items[4] = value_integer(-7);
    all.items[5] = value_bulk(&arena, slice_of("a\"b"));
    all.items[6] = value_array(&arena, 0);
    all.items[7] = value_failure(&arena, slice_of("timeout"));
    value_print(&all, &text);

    assert_string_equal(text.data, "[nil, nil[], +OK, -ERR no\\x0away, -7, \"a\\\"b\", [], !timeout]");
    text_fini(&text);
    arena_fini(&arena);
}

static void texts_and_integers_can_be_bound(void **state)
{
    struct arena arena = {0};
    struct value integer = value_integer(INT64_MIN), status = value_status(&arena, slice_of("OK"));
    struct value bulk = value_bulk(&arena, slice_of("b")), error = value_error(&arena, slice_of("ERR"));
    struct value nil = value_nil();
    struct slice text;

    (void)state;
    assert_true(value_text(&arena, &integer, &text));
    assert_true(slice_is(text, "-9223372036854775808"));
    assert_true(value_text(&arena, &status, &text) && slice_is(text, "OK"));
    assert_true(value_text(&arena, &bulk, &text) && slice_is(text, "b"));
    assert_false(value_text(&arena, &error, &text));
    assert_false(value_text(&arena, &nil, &text));
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_printed_as_a_scenario_expects_it),
        cmocka_unit_test(texts_and_integers_can_be_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
