/* SPDX-License-Identifier: MIT */
#include "scenarios/runner/vars.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_name_has_the_value_that_it_was_bound_to(void **state)
{
    struct vars vars = {0};
    struct slice value;

    (void)state;
    vars_bind(&vars, slice_of("job"), slice_of("D-1"));
    vars_bind(&vars, slice_of("A.id"), (struct slice){"a\0b", 3});

    assert_true(vars_get(&vars, slice_of("job"), &value));
    assert_true(slice_is(value, "D-1"));
    assert_true(vars_get(&vars, slice_of("A.id"), &value));
    assert_int_equal(value.size, 3);
    assert_false(vars_get(&vars, slice_of("jo"), NULL));
    vars_fini(&vars);
}

static void a_rollback_forgets_what_came_after_the_mark(void **state)
{
    struct vars vars = {0};
    size_t mark;

    (void)state;
    vars_bind(&vars, slice_of("kept"), slice_of("1"));
    mark = vars_mark(&vars);
    vars_bind(&vars, slice_of("turn"), slice_of("2"));
    vars_rollback(&vars, mark);

    assert_true(vars_get(&vars, slice_of("kept"), NULL));
    assert_false(vars_get(&vars, slice_of("turn"), NULL));
    vars_bind(&vars, slice_of("turn"), slice_of("3"));
    assert_true(vars_get(&vars, slice_of("turn"), NULL));
    vars_fini(&vars);
}

static void many_names_fit(void **state)
{
    struct vars vars = {0};
    char name[] = "v00";

    (void)state;
    for (int i = 0; i < 100; i++) {
        name[1] = (char)('0' + i / 10);
        name[2] = (char)('0' + i % 10);
        vars_bind(&vars, slice_of(name), slice_of(name + 1));
    }

    for (int i = 0; i < 100; i++) {
        struct slice value;

        name[1] = (char)('0' + i / 10);
        name[2] = (char)('0' + i % 10);
        assert_true(vars_get(&vars, slice_of(name), &value));
        assert_true(slice_is(value, name + 1));
    }
    vars_fini(&vars);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_has_the_value_that_it_was_bound_to),
        cmocka_unit_test(a_rollback_forgets_what_came_after_the_mark),
        cmocka_unit_test(many_names_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
