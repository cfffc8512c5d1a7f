/* SPDX-License-Identifier: MIT */
#include "mockd/node/node_set.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_set_holds_what_was_added(void **state)
{
    static const size_t places[] = {0, 5, 63, 64, 127, 128, 999};
    struct node_set set = {0};

    (void)state;
    for (size_t i = 0; i < 7; i++) {
        node_set_add(&set, places[i]);
        node_set_add(&set, places[i]);
    }

    assert_int_equal(node_set_size(&set), 7);
    assert_true(node_set_has(&set, 999));
    assert_false(node_set_has(&set, 998));
    assert_false(node_set_has(&set, 100000));
    node_set_clear(&set);
}

static void it_is_walked_in_order(void **state)
{
    static const size_t places[] = {700, 3, 64, 63, 129};
    static const size_t sorted[] = {3, 63, 64, 129, 700};
    struct node_set set = {0};
    size_t i = 0;

    (void)state;
    for (size_t k = 0; k < 5; k++)
        node_set_add(&set, places[k]);

    NODE_SET_FOR_EACH (index, &set)
        assert_int_equal(index, sorted[i++]);
    assert_int_equal(i, 5);
    node_set_clear(&set);
}

static void a_cleared_set_is_empty(void **state)
{
    struct node_set set = {0};

    (void)state;
    assert_true(node_set_is_empty(&set));
    node_set_add(&set, 2);
    node_set_add(&set, 200);
    assert_false(node_set_is_empty(&set));
    node_set_clear(&set);

    assert_true(node_set_is_empty(&set));
    assert_int_equal(node_set_size(&set), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_holds_what_was_added),
        cmocka_unit_test(it_is_walked_in_order),
        cmocka_unit_test(a_cleared_set_is_empty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
