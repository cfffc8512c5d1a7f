/* SPDX-License-Identifier: MIT */
#include "mockd/sim/roll.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { ENTRIES = 10 };

static void fill(struct roll *roll, struct roll_entry *entries)
{
    roll_init(roll);
    for (int i = 0; i < ENTRIES; i++)
        roll_add(roll, &entries[i]);
}

static void entries_are_walked_in_the_order_they_came(void **state)
{
    struct roll_entry entries[ENTRIES] = {0};
    struct roll_entry *at;
    struct roll roll;
    int seen = 0;

    (void)state;
    fill(&roll, entries);

    for (at = roll_first(&roll); at != NULL; at = roll_next(&roll, at))
        assert_ptr_equal(at, &entries[seen++]);
    assert_int_equal(seen, ENTRIES);
}

static void a_walk_goes_on_where_its_next_entry_was_removed(void **state)
{
    struct roll_entry entries[ENTRIES] = {0};
    struct roll roll;
    uint64_t number;

    (void)state;
    fill(&roll, entries);
    roll_mark(&roll, &entries[4]);
    number = entries[4].number;
    roll_remove(&roll, &entries[4]);
    roll_remove(&roll, &entries[3]);

    assert_ptr_equal(roll_from(&roll, number), &entries[5]);
}

static void any_number_can_be_asked_for(void **state)
{
    struct roll_entry entries[ENTRIES] = {0};
    struct roll roll;

    (void)state;
    fill(&roll, entries);
    roll_mark(&roll, &entries[5]);

    for (int i = 0; i < ENTRIES; i++)
        assert_ptr_equal(roll_from(&roll, entries[i].number), &entries[i]);
    assert_ptr_equal(roll_from(&roll, 0), &entries[0]);
    assert_null(roll_from(&roll, ENTRIES + 1));
}

static void a_number_is_never_given_twice(void **state)
{
    struct roll_entry entries[ENTRIES] = {0};
    struct roll roll;
    uint64_t number;

    (void)state;
    fill(&roll, entries);
    number = entries[9].number;
    roll_remove(&roll, &entries[9]);
    roll_add(&roll, &entries[9]);

    assert_true(entries[9].number > number);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_walked_in_the_order_they_came),
        cmocka_unit_test(a_walk_goes_on_where_its_next_entry_was_removed),
        cmocka_unit_test(any_number_can_be_asked_for),
        cmocka_unit_test(a_number_is_never_given_twice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
